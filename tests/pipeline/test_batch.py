"""The batch as a graph, with an executor that needs no processes: what is made again, and what failure leaves."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from analysis.layout import EXTRA_RAW_VARIABLE, RAW_DIR
from analysis.pipeline.batch import explain
from analysis.pipeline.job import Job
from analysis.pipeline.plan import Selection, plan
from analysis.pipeline.records import read_record, read_records, record_path
from analysis.site.check import problems
from tests.pipeline.worlds import (
    ALLOCATE,
    AUDIT,
    CODEBOOK,
    NEW_POPULATION,
    REPLICATE,
    STUDY,
    FakeExecutor,
    add_wave,
    agreement,
    batch,
    contents,
    events,
    fails,
    files,
    makers,
    manifest,
    manifest_problems,
    population_csv,
    tasks,
    times,
    with_pages,
)

ENGLISH = ALLOCATE.removesuffix("da") + "en"
NEW = f"{STUDY}/2026/06_allocate/da"
ESTIMATES = f"data/processed/{STUDY}/2025/estimates.csv"
PUBLISHED = sorted(RAW_DIR.glob("*/published.csv"))
PAGE = f"reports/da/{STUDY}-2025-06_allocate.html"


def why(*, force: bool = False, **selection: object) -> dict[str, list[str]]:
    return explain(plan(Selection(**{"studies": (STUDY,), **selection})), force)  # type: ignore[arg-type]


def assert_whole(output: Path) -> None:
    assert problems(output / "reports") == []
    assert manifest_problems(output) == []


# What is up to date


def test_everything_is_made_in_order(output: Path) -> None:
    executor = FakeExecutor()
    well, shown = batch(executor)
    assert well
    assert sorted(executor.ran) == sorted(agreement())
    assert executor.ran.index(ALLOCATE) < executor.ran.index(REPLICATE)
    everything = with_pages(agreement())
    assert tasks(output, "made") == everything == makers(output)
    assert f"{len(everything)} made in " in shown
    assert_whole(output)


def test_a_second_batch_makes_nothing_and_touches_nothing(output: Path) -> None:
    batch(FakeExecutor())
    before, changed = contents(output), times(output)
    executor = FakeExecutor()
    well, _ = batch(executor)
    assert well
    assert executor.ran == []
    everything = len(with_pages(agreement()))
    assert events(output)[-1]["counts"] == {"made": 0, "up to date": everything, "failed": 0, "not run": 0}
    assert (contents(output), times(output)) == (before, changed)


def test_the_number_of_jobs_changes_no_byte(output: Path, monkeypatch: pytest.MonkeyPatch, raw: Path) -> None:
    add_wave(raw)
    batch(FakeExecutor(), ("da", "en"), jobs=1)
    monkeypatch.setenv("ANALYSIS_OUTPUT_DIR", str(output.with_name("other")))
    batch(FakeExecutor(), ("da", "en"), jobs=4)
    assert contents(output.with_name("other")) == contents(output)


def test_force_makes_everything_again(output: Path) -> None:
    batch(FakeExecutor())
    assert "--force" in why(force=True)[ALLOCATE]
    assert all(why(force=True).values())
    executor = FakeExecutor()
    batch(executor, force=True)
    assert sorted(executor.ran) == sorted(agreement())
    assert events(output)[-1]["counts"]["made"] == len(with_pages(agreement()))
    assert_whole(output)


def test_a_file_touched_but_not_changed_makes_nothing(raw: Path, output: Path) -> None:
    folder = add_wave(raw)
    batch(FakeExecutor())
    for file in folder.iterdir():
        os.utime(file, (1, 1))
    assert not any(why().values())
    executor = FakeExecutor()
    batch(executor)
    assert executor.ran == []


def test_a_changed_input_is_named_and_makes_only_what_reads_it(raw: Path, output: Path) -> None:
    folder = add_wave(raw)
    batch(FakeExecutor())
    changed = population_csv(NEW_POPULATION | {"Falun": 59999, "Mora": 21001})
    (folder / "population.csv").write_text(changed, encoding="utf-8")
    assert {name: reasons for name, reasons in why().items() if reasons} == {
        NEW: [f"changed: <raw-dir>/{STUDY}/2026/population.csv"],
        f"documents/{STUDY}/2026/da": [f"after {NEW}"],
        f"page/{NEW}": [f"after {NEW}"],
    }
    executor = FakeExecutor()
    batch(executor)
    assert executor.ran == [NEW]


def test_a_changed_dataset_is_passed_on_to_what_reads_it(output: Path) -> None:
    batch(FakeExecutor())
    parameters = (("equal_part", "0.25"),)
    reasons = why(parameters=parameters)
    assert reasons[ALLOCATE] == ["parameters changed"]
    assert reasons[REPLICATE] == [f"after {ALLOCATE}"]
    executor = FakeExecutor()
    batch(executor, parameters=parameters)
    assert executor.ran == [ALLOCATE, REPLICATE]
    assert_whole(output)


def test_a_what_if_is_not_held_against_print(output: Path) -> None:
    batch(FakeExecutor())
    executor = FakeExecutor()
    assert batch(executor, parameters=(("cost", "1"),))[0]
    assert executor.ran == [ALLOCATE]
    assert not (output / "data" / "processed" / STUDY / "2025" / "replication.csv").exists()
    assert manifest_problems(output) == []
    assert "cost = 1" in (output / PAGE).read_text(encoding="utf-8")


def test_without_the_parameter_the_waves_own_holds_again(output: Path) -> None:
    batch(FakeExecutor())
    before = contents(output)
    batch(FakeExecutor(), parameters=(("cost", "1"),))
    assert contents(output) != before
    batch(FakeExecutor())
    assert contents(output) == before


def test_a_missing_output_is_named_and_made_again(output: Path) -> None:
    batch(FakeExecutor())
    before = contents(output)
    (output / ESTIMATES).unlink()
    assert f"output is missing: {ESTIMATES}" in why()[ALLOCATE]
    batch(FakeExecutor())
    assert contents(output) == before


@pytest.mark.parametrize("path", [ESTIMATES, f"figures/{STUDY}/2025/da/table_1.html", PAGE])
def test_an_output_that_was_changed_by_hand_is_made_again(path: str, output: Path) -> None:
    batch(FakeExecutor())
    before = contents(output)
    (output / path).write_text("changed by hand", encoding="utf-8")
    batch(FakeExecutor())
    assert contents(output) == before
    assert_whole(output)


def test_at_first_everything_was_never_made_here(output: Path) -> None:
    notebooks = {run: ["never made here"] for run in agreement()}
    pages = {f"page/{run}": [f"after {run}"] for run in agreement()}
    whole = {
        f"documents/{STUDY}/2025/da": [f"after {run}" for run in agreement()],
        "summary": [f"after {REPLICATE}"],
    }
    assert why() == notebooks | pages | whole | {REPLICATE: [f"after {ALLOCATE}", "never made here"]}
    assert files(output) == []


def test_explaining_changes_nothing(output: Path) -> None:
    batch(FakeExecutor())
    state = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    assert not any(why().values())
    why(parameters=(("cost", "1"),))
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == state


def test_after_a_failure_explain_does_not_say_it_was_never_made(output: Path) -> None:
    batch(FakeExecutor())
    batch(FakeExecutor({ALLOCATE: fails()}), force=True)
    reasons = why()[ALLOCATE]
    assert reasons
    assert "never made here" not in reasons


def test_a_wave_without_its_population_list_is_planned_and_explained(raw: Path, output: Path) -> None:
    (add_wave(raw) / "population.csv").unlink()
    assert why()[NEW] == ["never made here"]


def test_a_population_list_that_appears_is_noticed(raw: Path, output: Path) -> None:
    folder = add_wave(raw)
    (folder / "population.csv").unlink()
    batch(FakeExecutor())
    (folder / "population.csv").write_text(population_csv(), encoding="utf-8")
    assert f"new input: <raw-dir>/{STUDY}/2026/population.csv" in why()[NEW]


# Languages


def test_two_languages_are_written_with_one_dataset(output: Path) -> None:
    batch(FakeExecutor(), ("da", "en"))
    assert [(output / "reports" / lang / "index.html").is_file() for lang in ("da", "en")] == [True, True]
    assert f"../en/{STUDY}-2025-06_allocate.html" in (output / PAGE).read_text(encoding="utf-8")
    assert_whole(output)


def test_a_language_added_later_is_linked_from_the_one_before(output: Path) -> None:
    batch(FakeExecutor(), ("da",))
    batch(FakeExecutor(), ("en",))
    assert f"../en/{STUDY}-2025-06_allocate.html" in (output / PAGE).read_text(encoding="utf-8")
    assert_whole(output)


def test_a_language_added_later_leaves_the_one_before_up_to_date(output: Path) -> None:
    batch(FakeExecutor(), ("da",))
    batch(FakeExecutor(), ("en",))
    executor = FakeExecutor()
    batch(executor, ("da",))
    assert executor.ran == []
    assert_whole(output)


def test_the_order_in_which_languages_were_made_changes_no_byte(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch(FakeExecutor(), ("da",))
    batch(FakeExecutor(), ("en",))
    monkeypatch.setenv("ANALYSIS_OUTPUT_DIR", str(output.with_name("other")))
    batch(FakeExecutor(), ("da", "en"))
    assert contents(output) == contents(output.with_name("other"))


def test_a_dataset_another_language_wrote_with_other_parameters_is_written_again(output: Path) -> None:
    batch(FakeExecutor(), ("da",))
    before = (output / ESTIMATES).read_bytes()
    batch(FakeExecutor(), ("en",), parameters=(("cost", "1"),))
    assert (output / ESTIMATES).read_bytes() != before
    batch(FakeExecutor(), ("da",))
    assert (output / ESTIMATES).read_bytes() == before
    assert manifest_problems(output) == []


def test_one_language_fails_and_the_other_goes_on(output: Path) -> None:
    well, _ = batch(FakeExecutor({ENGLISH: fails()}), ("da", "en"))
    assert not well
    assert {ALLOCATE, REPLICATE} <= tasks(output, "made")
    assert tasks(output, "failed") == {ENGLISH}
    assert_whole(output)


def test_a_language_that_fails_later_is_no_longer_linked_from_the_other(output: Path) -> None:
    batch(FakeExecutor(), ("da", "en"))
    batch(FakeExecutor({ENGLISH: fails()}), ("en",), force=True)
    assert problems(output / "reports") == []


# Failure


def test_a_failure_stops_its_dependants_and_nothing_else(raw: Path, output: Path) -> None:
    add_wave(raw)
    well, shown = batch(FakeExecutor({ALLOCATE: fails("ValueError: broken")}))
    assert not well
    assert tasks(output, "failed") == {ALLOCATE}
    assert tasks(output, "not run") == {REPLICATE}
    assert tasks(output, "made") == with_pages([CODEBOOK, AUDIT, NEW, f"{STUDY}/2026/00_codebook/da"])
    assert "ValueError: broken (cell 2)" in shown
    assert f"not run  {REPLICATE}: needs {ALLOCATE}, which failed" in shown
    assert events(output)[-1]["well"] is False


def test_a_failure_leaves_nothing_of_its_own_outside_logs(output: Path) -> None:
    batch(FakeExecutor({ALLOCATE: fails()}))
    # Whatever lies there is listed, and so are those who made it.
    assert makers(output) == with_pages([CODEBOOK, AUDIT])
    assert not (output / ".state" / "stage").exists() or list((output / ".state" / "stage").iterdir()) == []
    assert_whole(output)


def test_the_index_marks_a_failure_and_leads_to_the_failing_cell(output: Path) -> None:
    batch(FakeExecutor({ALLOCATE: fails()}))
    index = (output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    assert f"../../logs/failed/{ALLOCATE.replace('/', '-')}.html" in index
    assert f"{STUDY}-2025-06_allocate.html" not in index.replace(f"failed/{STUDY}", "")


def test_every_item_of_a_failed_batch_has_its_state_in_the_manifest(output: Path) -> None:
    batch(FakeExecutor({ALLOCATE: fails()}))
    states = {item["item"]: (item["status"], bool(item["reason"])) for item in manifest(output)["items"]}
    assert states == {"table_1": ("not_drawn", True)}


def test_a_failure_after_a_success_takes_the_page_away(output: Path) -> None:
    batch(FakeExecutor())
    batch(FakeExecutor({ALLOCATE: fails()}), force=True)
    assert not (output / PAGE).exists()
    assert problems(output / "reports") == []


def test_after_a_failure_nothing_lies_there_that_the_manifest_does_not_list(output: Path) -> None:
    batch(FakeExecutor())
    batch(FakeExecutor({ALLOCATE: fails()}), force=True)
    assert manifest_problems(output) == []


def test_mended_it_is_made_and_the_failure_is_gone(output: Path) -> None:
    batch(FakeExecutor({ALLOCATE: fails()}))
    assert len(list((output / "logs" / "failed").iterdir())) == 2
    executor = FakeExecutor()
    well, _ = batch(executor)
    assert well
    assert executor.ran == [ALLOCATE, REPLICATE]
    assert list((output / "logs" / "failed").iterdir()) == []
    assert "failed" not in (output / "reports" / "da" / "index.html").read_text(encoding="utf-8").split("<main")[1]
    assert_whole(output)


def test_a_failure_is_tried_again_though_nothing_changed(output: Path) -> None:
    batch(FakeExecutor({ALLOCATE: fails()}))
    executor = FakeExecutor({ALLOCATE: fails()})
    assert not batch(executor)[0]
    assert executor.ran == [ALLOCATE]


def test_a_file_that_nothing_declares_fails_the_run_and_is_named(output: Path) -> None:
    def extra(job: Job, made: Path) -> None:
        (made / "figures" / "extra.svg").write_text("x", encoding="utf-8")

    well, shown = batch(FakeExecutor({ALLOCATE: extra}))
    assert not well
    assert "figures/extra.svg" in shown
    assert makers(output) == with_pages([CODEBOOK, AUDIT])
    assert_whole(output)


def test_an_item_that_is_not_made_fails_the_run_and_is_named(output: Path) -> None:
    path = f"figures/{STUDY}/2025/da/cost_map.png"
    well, shown = batch(FakeExecutor({ALLOCATE: lambda job, made: (made / path).unlink()}))
    assert not well
    assert path in shown
    assert makers(output) == with_pages([CODEBOOK, AUDIT])
    assert_whole(output)


def test_an_input_that_changes_meanwhile_fails_the_run_and_is_named(raw: Path, output: Path) -> None:
    folder = add_wave(raw)

    def change(job: Job, made: Path) -> None:
        (folder / "population.csv").write_text(population_csv(NEW_POPULATION | {"Falun": 1}), encoding="utf-8")

    well, shown = batch(FakeExecutor({NEW: change}))
    assert not well
    assert tasks(output, "failed") == {NEW}
    assert f"<raw-dir>/{STUDY}/2026/population.csv" in shown


def test_an_input_that_goes_meanwhile_fails_only_its_own_run(raw: Path, output: Path) -> None:
    folder = add_wave(raw)
    well, _ = batch(FakeExecutor({NEW: lambda job, made: (folder / "population.csv").unlink()}))
    assert not well
    assert tasks(output, "failed") == {NEW}
    assert {ALLOCATE, REPLICATE} <= tasks(output, "made")


# The manifest


def test_the_manifest_says_what_each_output_was_made_from(raw: Path, output: Path) -> None:
    add_wave(raw)
    batch(FakeExecutor())
    outputs = {entry["path"]: entry for entry in manifest(output)["outputs"]}
    keys = {"path", "sha256", "task", "parameters", "inputs", "code", "lock", "basis"}
    assert all(set(entry) == keys for entry in outputs.values())
    entry = outputs[f"data/processed/{STUDY}/2026/estimates.csv"]
    assert (entry["task"], entry["basis"], entry["parameters"]["cost"]) == (NEW, "register", 555000)
    assert f"<raw-dir>/{STUDY}/2026/population.csv" in entry["inputs"]
    assert f"data/raw/{STUDY}/codebook.yaml" in entry["inputs"]
    hashes = [*entry["inputs"].values(), entry["sha256"], entry["code"], entry["lock"]]
    assert all(len(found) == 64 and set(found) <= set("0123456789abcdef") for found in hashes)


def test_a_dataset_made_here_is_an_input_by_its_relative_path(output: Path) -> None:
    batch(FakeExecutor())
    outputs = {entry["path"]: entry for entry in manifest(output)["outputs"]}
    assert ESTIMATES in outputs[f"data/processed/{STUDY}/2025/replication.csv"]["inputs"]


def test_the_manifest_is_the_same_where_outputs_lie_inside_the_repository(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.layout.ROOT", output.parent)
    batch(FakeExecutor())
    outputs = {entry["path"]: entry for entry in manifest(output)["outputs"]}
    assert ESTIMATES in outputs[f"data/processed/{STUDY}/2025/replication.csv"]["inputs"]


def test_the_manifest_has_the_state_of_each_item_and_no_path_or_time(raw: Path, output: Path) -> None:
    add_wave(raw)
    batch(FakeExecutor(), ("da", "en"))
    content = (output / "reports" / "manifest.json").read_text(encoding="utf-8")
    loaded = json.loads(content)
    assert set(loaded) == {"outputs", "items"}
    assert all(set(item) == {"study", "wave", "item", "status", "reason"} for item in loaded["items"])
    assert {(item["wave"], item["item"], item["status"]) for item in loaded["items"]} >= {
        (2025, "table_1", "drawn"),
        (2026, "table_1", "drawn"),
    }
    # What the report itself has; the figures this repository adds are outputs, not items.
    assert {item["item"] for item in loaded["items"]} == {"table_1"}
    paths = [entry["path"] for entry in loaded["outputs"]]
    assert paths == sorted(paths)
    assert not any(Path(path).is_absolute() or ".." in path for path in paths)
    assert str(raw) not in content
    assert str(output) not in content


def test_a_wave_whose_raw_directory_is_no_longer_given_stays_whole(
    raw: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_wave(raw)
    batch(FakeExecutor())
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, "")
    well, _ = batch(FakeExecutor())
    assert well
    assert f"{STUDY}-2026-06_allocate.html" in (output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    assert_whole(output)


def test_the_index_has_the_newest_wave_first(raw: Path, output: Path) -> None:
    add_wave(raw)
    batch(FakeExecutor())
    index = (output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    assert -1 < index.find(f"{STUDY}-2026-06_allocate.html") < index.find(f"{STUDY}-2025-06_allocate.html")


def test_a_record_of_another_version_of_this_code_counts_as_none(output: Path) -> None:
    path = output / record_path(ALLOCATE)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"task": ALLOCATE, "status": "made", "items": ["table_1"]}), encoding="utf-8")
    assert read_record(ALLOCATE) is None
    assert read_records() == []


# Of all reports together


def test_the_summary_has_every_printed_number_of_every_report(output: Path) -> None:
    batch(FakeExecutor(), ("da", "en"))
    with (output / "data" / "processed" / "replication.csv").open(encoding="utf-8", newline="") as file:
        counted = Counter(row["study"] for row in csv.DictReader(file))
    printed = {path.parent.name: len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in PUBLISHED}
    assert counted == printed
    for lang in ("da", "en"):
        index = (output / "reports" / lang / "index.html").read_text(encoding="utf-8")
        assert 'href="replication.html"' in index
        assert f'href="{STUDY}-2025-tables.xlsx"' in index
        page = (output / "reports" / lang / f"{STUDY}-2025-00_codebook.html").read_text(encoding="utf-8")
        assert f'href="{STUDY}-2025-report.docx"' in page


def test_documents_go_when_nothing_of_their_wave_is_made(output: Path) -> None:
    batch(FakeExecutor())
    documents = [output / "reports" / "da" / f"{STUDY}-2025-{name}" for name in ("tables.xlsx", "report.docx")]
    assert all(path.is_file() for path in documents)
    batch(FakeExecutor({run: fails() for run in agreement()}), force=True)
    assert not any(path.exists() for path in documents)
    assert manifest_problems(output) == []
