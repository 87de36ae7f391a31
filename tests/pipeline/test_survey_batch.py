"""A batch of a survey: by chapter, with the wave before, and the state of each item; no notebook really runs."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from analysis.context import Context, State
from analysis.lang import text
from analysis.layout import EXTRA_RAW_VARIABLE, NOTEBOOKS, OUTPUT_VARIABLE, RUN_VARIABLE
from analysis.pipeline.batch import explain
from analysis.pipeline.pages import page_facts
from analysis.pipeline.plan import Selection, plan
from analysis.pipeline.records import Record, notebook_records, read_record, write_manifest, write_record
from analysis.site.check import problems
from tests import ssi
from tests.pipeline.worlds import (
    SURVEY,
    FakeExecutor,
    add_survey_wave,
    batch,
    fails,
    manifest,
    manifest_problems,
    shows,
    tasks,
    with_pages,
)

CHAPTERS = tuple(ssi.codebook().chapters_of("02_describe"))
# The first wave is compared with none, and the report is that of the later one.
NOT_IN_2020 = ("04_compare", "07_audit")
PRINTED = {name for name, item in ssi.codebook().items.items() if item.printed}


def task(year: int, notebook: str, lang: str = "da") -> str:
    return f"{SURVEY}/{year}/{notebook}/{lang}"


def of_wave(year: int, lang: str = "da", *, without: tuple[str, ...] = ()) -> list[str]:
    """Return the runs of a wave, in order."""
    left_out = (*without, *(NOT_IN_2020 if year == 2020 else ()))
    return [
        task(year, f"{notebook}/{chapter}" if chapter else notebook, lang)
        for notebook in ssi.codebook().notebooks
        if notebook not in left_out
        for chapter in (CHAPTERS if NOTEBOOKS[notebook].by_chapter else ("",))
    ]


def survey_batch(executor: FakeExecutor, *langs: str, years: tuple[int, ...] = ()) -> bool:
    return batch(executor, langs or ("da",), studies=(SURVEY,), years=years)[0]


def page(output: Path, notebook: str, year: int = 2024, lang: str = "da") -> BeautifulSoup:
    path = output / "reports" / lang / f"{SURVEY}-{year}-{notebook}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def page_of(name: str) -> str:
    """Return the page of a run, as pages beside it link to it."""
    return name.rpartition("/")[0].replace("/", "-") + ".html"


def markup(item: str, status: str, reason: str = "") -> str:
    """Return an item as a notebook shows it."""
    tag = f'<figure class="item" id="{item}" data-status="{status}" data-reason="{escape(reason)}">'
    return f'{tag}<img alt="x" src="data:,"></figure>'


def states(output: Path, year: int = 2024) -> dict[str, tuple[str, str]]:
    return {
        item["item"]: (item["status"], item["reason"]) for item in manifest(output)["items"] if item["wave"] == year
    }


# Everything, once


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, FakeExecutor]]:
    """Return the output directory of a batch of both waves in both languages, and what ran."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(OUTPUT_VARIABLE, str(tmp_path_factory.mktemp("survey")))
        patch.setenv(EXTRA_RAW_VARIABLE, "")
        patch.setenv(RUN_VARIABLE, "")
        executor = FakeExecutor()
        assert survey_batch(executor, "da", "en")
        yield Path(tmp_path_factory.getbasetemp()) / "survey0", executor


def test_every_run_is_made_after_what_it_reads(made: tuple[Path, FakeExecutor]) -> None:
    output, executor = made
    runs = [name for lang in ("da", "en") for year in (2020, 2024) for name in of_wave(year, lang)]
    assert sorted(executor.ran) == sorted(runs)
    assert tasks(output, "made") == with_pages(runs)
    place = executor.ran.index
    for year in (2020, 2024):
        assert place(task(year, "01_clean")) < place(task(year, "02_describe/respondents"))
        assert place(task(year, "02_describe/respondents")) < place(task(2024, "04_compare"))
        assert place(task(year, "02_describe/respondents", "da")) < place(task(year, "05_replicate", "en"))
    assert place(task(2024, "04_compare", "da")) < place(task(2024, "05_replicate", "en"))


def test_site_and_manifest_are_whole(made: tuple[Path, FakeExecutor]) -> None:
    output, _ = made
    assert problems(output / "reports") == []
    assert manifest_problems(output) == []


def test_the_index_lists_a_page_for_each_chapter_by_its_title(made: tuple[Path, FakeExecutor]) -> None:
    index = BeautifulSoup((made[0] / "reports" / "en" / "index.html").read_text(encoding="utf-8"), "html.parser")
    shown = [(link.get_text(), link["href"]) for link in index.select("main .runs a.title")]
    chapters = [
        (ssi.codebook().chapters[chapter]["en"], f"{SURVEY}-2024-02_describe-{chapter}.html") for chapter in CHAPTERS
    ]
    first = shown.index(chapters[0])
    assert shown[first : first + len(chapters)] == chapters
    # The newest wave stands first, in the order of its notebooks.
    hrefs = [href for _, href in shown]
    assert hrefs == [page_of(name) for year in (2024, 2020) for name in of_wave(year, "en")]


def test_a_page_leads_to_the_others_of_its_wave_and_to_itself_in_the_other_language(
    made: tuple[Path, FakeExecutor],
) -> None:
    soup = page(made[0], "02_describe-policy")
    links = [str(link["href"]) for link in soup.select(".bar a")]
    siblings = [page_of(name) for name in of_wave(2024) if name != task(2024, "02_describe/policy")]
    assert len(siblings) == len(CHAPTERS) + 5
    assert links == ["index.html", *siblings, f"../en/{SURVEY}-2024-02_describe-policy.html"]
    assert soup.title is not None
    assert soup.title.get_text().startswith("Hygiejnepolitik · SSI: ")
    assert soup.select(".parameters") == [], "study, year, language and chapter stand elsewhere on the page"


def test_every_item_of_the_report_has_its_state_once(made: tuple[Path, FakeExecutor]) -> None:
    compared = {"table_2", "table_3"}
    assert states(made[0], 2024) == dict.fromkeys(PRINTED, ("drawn", ""))
    found = states(made[0], 2020)
    assert {name: found[name] for name in PRINTED - compared} == dict.fromkeys(PRINTED - compared, ("drawn", ""))
    # The first wave is compared with none, and its manifest says so.
    assert {name: found[name] for name in found.keys() - (PRINTED - compared)} == dict.fromkeys(
        compared, ("not_drawn", text("survey.no_wave_before", "da"))
    )


def test_the_manifest_says_what_a_comparison_was_made_from(made: tuple[Path, FakeExecutor]) -> None:
    outputs = {entry["path"]: entry for entry in manifest(made[0])["outputs"]}
    entry = outputs[f"data/processed/{SURVEY}/2024/comparison.csv"]
    assert (entry["task"], entry["basis"]) == (task(2024, "04_compare"), "reconstructed")
    assert {
        f"data/raw/{SURVEY}/2020/wave.yaml",
        f"data/processed/{SURVEY}/2020/estimates.csv",
        f"data/processed/{SURVEY}/2024/estimates.csv",
    } < set(entry["inputs"])
    cleaned = outputs[f"data/processed/{SURVEY}/2024/responses.parquet"]
    assert {
        f"data/raw/{SURVEY}/2024/{name}.csv" for name in ("dataset", "labels", "structure", "municipalities")
    } < set(cleaned["inputs"])
    assert cleaned["parameters"] == {"study": SURVEY, "year": 2024, "lang": "da"}
    described = outputs[f"data/processed/{SURVEY}/2024/estimates.csv"]
    assert described["parameters"]["chapter"] == "respondents"


def test_what_a_run_is_stands_in_its_record(made: tuple[Path, FakeExecutor]) -> None:
    record = read_record(task(2024, "02_describe/policy", "en"))
    assert record is not None
    assert (record.chapter, record.title, record.collected) == ("policy", "Infection control policy", False)
    assert record.items == {}, "the report has no numbered item of this chapter"
    described = read_record(task(2024, "02_describe/evaluation", "en"))
    assert described is not None
    assert described.items == {"figure_7": {"status": "drawn", "reason": ""}}


def test_a_page_says_nothing_of_what_is_set_for_every_run(made: tuple[Path, FakeExecutor]) -> None:
    records = notebook_records()
    facts = page_facts(next(record for record in records if record.chapter == "policy"), records)
    assert facts["parameters"] == {}


def test_a_second_batch_makes_nothing(made: tuple[Path, FakeExecutor]) -> None:
    runs = plan(Selection((SURVEY,), (), ("da", "en")))
    assert not any(explain(runs, force=False).values())
    assert not any(explain(plan(Selection((SURVEY,), (2024,))), force=False).values())


# What is made again, and what fails


def test_a_later_wave_alone_is_made_with_what_it_reads_of_the_one_before(output: Path) -> None:
    executor = FakeExecutor()
    assert survey_batch(executor, years=(2024,))
    earlier = [name for name in executor.ran if f"{SURVEY}/2020/" in name]
    assert earlier == [task(2020, "01_clean"), task(2020, "02_describe/respondents")]
    assert set(executor.ran) - set(earlier) == set(of_wave(2024))
    assert problems(output / "reports") == []
    assert manifest_problems(output) == []


def test_a_changed_file_of_an_export_is_named_and_passed_on_to_the_next_wave(output: Path, raw: Path) -> None:
    folder = add_survey_wave(raw, 2020, "reconstructed", export_of=2020)
    survey_batch(FakeExecutor())
    with (folder / "labels.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    why = explain(plan(Selection((SURVEY,))), force=False)
    assert why[task(2020, "01_clean")] == [f"changed: <raw-dir>/{SURVEY}/2020/labels.csv"]
    # It reads the answers of the wave before, too.
    assert why[task(2024, "04_compare")] == [
        f"after {task(2020, name)}" for name in ("01_clean", "02_describe/respondents")
    ]
    executor = FakeExecutor()
    survey_batch(executor)
    again = {*of_wave(2020, without=("00_codebook",)), task(2024, "04_compare"), task(2024, "05_replicate")}
    assert set(executor.ran) == again


def test_a_file_that_joins_an_export_is_noticed(output: Path, raw: Path) -> None:
    folder = add_survey_wave(raw, 2020, "reconstructed", export_of=2020)
    survey_batch(FakeExecutor(), years=(2020,))
    (folder / "Svar.xlsx").write_bytes(b"x")
    why = explain(plan(Selection((SURVEY,), (2020,))), force=False)
    assert f"new input: <raw-dir>/{SURVEY}/2020/Svar.xlsx" in why[task(2020, "01_clean")]


def test_a_failure_in_the_wave_before_stops_the_comparison_and_says_which(output: Path) -> None:
    assert not survey_batch(FakeExecutor({task(2020, "01_clean"): fails("ValueError: broken")}))
    of_the_export = of_wave(2020, without=("00_codebook", "01_clean"))
    stopped = {*of_the_export, task(2024, "04_compare"), task(2024, "05_replicate")}
    assert tasks(output, "failed") == {task(2020, "01_clean")}
    assert tasks(output, "not run") == stopped
    earlier, later = states(output, 2020), states(output, 2024)
    assert {status for status, _ in earlier.values()} == {"not_drawn"}
    assert "01_clean" in earlier["figure_1"][1]
    assert "02_describe/respondents" in later["table_2"][1]
    assert {item for item, (status, _) in later.items() if status == "not_drawn"} == {"table_2", "table_3"}
    assert set(later) == PRINTED
    assert problems(output / "reports") == []
    assert manifest_problems(output) == []


def test_a_chapter_that_fails_leaves_the_others(output: Path) -> None:
    executor = FakeExecutor({task(2020, "02_describe/evaluation"): fails("ValueError: broken")})
    assert not survey_batch(executor, years=(2020,))
    assert tasks(output, "failed") == {task(2020, "02_describe/evaluation")}
    assert tasks(output, "not run") == set()
    found = states(output, 2020)
    assert found["figure_7"] == ("not_drawn", "ValueError: broken")
    assert {item for item, (status, _) in found.items() if status != "drawn"} == {"figure_7", "table_2", "table_3"}
    mended = FakeExecutor()
    assert survey_batch(mended, years=(2020,))
    assert mended.ran == [task(2020, "02_describe/evaluation")]
    assert states(output, 2020)["figure_7"] == ("drawn", "")


# The state of an item


def test_the_state_of_an_item_is_read_from_what_the_notebook_shows(output: Path) -> None:
    shown = (
        markup("figure_1", "partly", 'kun "ja" & <nej> er trykt'),
        # Two items in one output, of which one is none of the report's.
        markup("organisation_age", "not_drawn", "x") + markup("figure_2", "not_drawn", "Intet er trykt"),
        "<p>nothing of an item</p>",
    )
    survey_batch(FakeExecutor({task(2020, "02_describe/organisation"): shows(*shown)}), years=(2020,))
    found = states(output, 2020)
    assert found["figure_1"] == ("partly", 'kun "ja" & <nej> er trykt')
    assert found["figure_2"] == ("not_drawn", "Intet er trykt")
    assert found["figure_3"] == ("drawn", "")
    assert "organisation_age" not in found
    assert problems(output / "reports") == []


def test_the_markup_here_is_that_of_the_notebooks(dalarna_run: Context) -> None:
    state = State("partly", 'kun "ja" & <nej>')
    assert markup("figure_1", state.status, state.reason).startswith(dalarna_run.figure_tag("figure_1", state))


RECORD = Record(
    task="t", status="made", study="s", study_title="S", year=2024, notebook="02_describe", chapter="c", title="C",
    lang="da", basis="published", collected=False, source="x", position=8,
)  # fmt: skip


def test_a_record_is_read_as_it_was_written(output: Path) -> None:
    record = replace(RECORD, items={"figure_1": {"status": "partly", "reason": "æ"}}, parameters={"chapter": "c"})
    write_record(record)
    assert read_record("t") == record


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("drawn", "drawn", "drawn"),
        ("drawn", "partly", "partly"),
        ("drawn", "not_drawn", "not_drawn"),
        ("partly", "not_drawn", "not_drawn"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_in_several_languages_an_item_is_drawn_when_all_are(
    one: str, other: str, together: str, turned: bool, output: Path
) -> None:
    records = [replace(RECORD, items={"figure_1": {"status": status, "reason": status}}) for status in (one, other)]
    write_manifest(records[::-1] if turned else records)
    (item,) = manifest(output)["items"]
    assert (item["status"], item["reason"]) == (together, together)


def test_an_item_of_a_run_that_was_not_made_is_not_drawn_for_the_runs_reason(output: Path) -> None:
    unmade = {"figure_1": {"status": "not_drawn", "reason": ""}}
    write_manifest([replace(RECORD, status="not run", reason="needs x, which failed", items=unmade)])
    assert manifest(output)["items"] == [
        {"study": "s", "wave": 2024, "item": "figure_1", "status": "not_drawn", "reason": "needs x, which failed"}
    ]


# Collected waves


def downloads(output: Path, year: int) -> set[str]:
    index = BeautifulSoup((output / "reports" / "da" / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {str(link["href"]) for link in index.select(".downloads a")}
    return {link.rpartition("/")[2] for link in links if f"/{year}/" in link or f"-{year}-" in link}


def test_datasets_of_a_collected_wave_are_not_for_download(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    survey_batch(FakeExecutor(), years=(2024, 2026))
    assert {"responses.parquet", "cleaning.csv", "estimates.csv", "comparison.csv", "replication.csv"} <= downloads(
        output, 2024
    )
    own = of_wave(2026, without=("05_replicate", "07_audit"))
    # The documents hold what was released, as the pages do.
    documents = {f"{SURVEY}-2026-tables.xlsx", f"{SURVEY}-2026-report.docx"}
    assert downloads(output, 2026) == {page_of(name).replace(".html", ".ipynb") for name in own} | documents
    # They are there, for the notebooks that read them, and the manifest says so.
    assert (output / "data" / "processed" / SURVEY / "2026" / "responses.parquet").is_file()
    assert manifest_problems(output) == []
    for path in (output / "reports" / "da").glob(f"{SURVEY}-2026-*.html"):
        assert "data/processed" not in path.read_text(encoding="utf-8")
