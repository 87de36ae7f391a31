"""The command line: what it refuses before anything runs, what it shows, and its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.layout import EXTRA_RAW_VARIABLE, OUTPUT_VARIABLE, RUN_VARIABLE, study_names
from tests import ssi_export
from tests.pipeline.worlds import (
    ALLOCATE,
    NEW_POPULATION,
    REPLICATE,
    STUDY,
    SURVEY,
    FakeExecutor,
    add_wave,
    agreement,
    contents,
    events,
    fails,
    files,
    manifest,
    population_csv,
    run_all,
    tasks,
    times,
    wave_yaml,
    with_pages,
)

NEW = f"{STUDY}/2026/06_allocate/da"


class Command:
    """The command line in this process, with an executor that needs no others; of one study unless told another."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.executor = FakeExecutor()

    def __call__(self, *arguments: str | Path) -> Result:
        self.executor.ran.clear()
        study = () if "--study" in arguments else ("--study", STUDY)
        return CliRunner().invoke(main, ["--output-dir", str(self.output), *study, *map(str, arguments)])


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    for variable in (OUTPUT_VARIABLE, EXTRA_RAW_VARIABLE, RUN_VARIABLE):
        monkeypatch.setenv(variable, "")
    made = Command(tmp_path / "output")
    monkeypatch.setattr("analysis.pipeline.executor.LocalExecutor", lambda: made.executor)
    return made


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


# Refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--study", "dalarna"], ["unknown study 'dalarna'", "Valid:", STUDY]),
        (["--study", STUDY, "--study", "ssi"], ["unknown study 'ssi'", STUDY]),
        (["--year", "1999"], ["unknown year '1999'", "2025"]),
        (["--year", "abc"], ["abc"]),
        (["--lang", "sv"], ["unknown lang 'sv'", "da, en"]),
        (["--lang", ""], ["unknown lang ''", "da, en"]),
        (["-p", "cost=abc"], ["cost=abc", "type int"]),
        (["-p", "cost=true"], ["cost=true", "type int"]),
        (["-p", "cost=5.5"], ["cost=5.5", "type int"]),
        (["-p", "cost="], ["cost=", "type int"]),
        (["-p", "kost=1"], ["unknown parameter 'kost'", "Did you mean 'cost'?", "equal_part, population, rounding"]),
        (["-p", "=1"], ["''", "cost, equal_part"]),
        (["-p", "cost"], ["'cost' is not NAME=VALUE"]),
        (["-p", "lang=en"], ["use --lang"]),
        (["-p", "study=x"], ["use --study"]),
        (["-p", "year=2025"], ["use --year"]),
        (["-p", "chapter=policy"], ["chapter=policy: every chapter is made"]),
        (["-p", "rounding=bankers"], ["rounding=bankers", "'half_up' or 'largest_remainder'"]),
        (["-p", "equal_part=half"], ["equal_part=half", "type float"]),
        (["-p", "equal_part=nan"], ["equal_part=nan", "type float"]),
        (["-p", "cost=1", "-p", "cost=2"], ["cost"]),
        (["--jobs", "0"], ["--jobs"]),
        (["--jobs", "two"], ["--jobs"]),
        (["--raw-dir", "no/such/folder"], ["no/such/folder"]),
        (["--outputdir", "x"], ["--outputdir", "Did you mean '--output-dir'?", "--raw-dir", "--study"]),
        (["--lnag", "da"], ["--lnag", "--lang"]),
        (["run"], ["run"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
@pytest.mark.parametrize("explain", [False, True], ids=["run", "explain"])
def test_what_does_not_exist_is_refused_before_anything_runs(
    arguments: list[str], words: list[str], explain: bool, command: Command
) -> None:
    result = command(*arguments, *(["--explain"] if explain else []))
    assert result.exit_code == 2, result.output
    assert [word for word in words if word not in result.stderr] == []
    assert result.stdout == ""
    assert command.executor.ran == []
    assert not command.output.exists()


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        (wave_yaml(2026, "{kost: 1}"), ["unknown parameter 'kost'", "Did you mean 'cost'?"]),
        (wave_yaml(2026, "{cost: 5.5}"), ["cost is 5.5", "type int"]),
        (wave_yaml(2027), ["year", "'2027'", "Move it, or write 2026"]),
        ("study: [", ["row 1", "not YAML"]),
        ("", ["empty"]),
        (None, ["the file does not exist"]),
    ],
)
def test_a_bad_wave_declaration_is_refused_with_its_place(
    wave: str | None, words: list[str], raw: Path, command: Command
) -> None:
    folder = add_wave(raw, wave=wave)
    if wave is None:
        (folder / "wave.yaml").unlink()
    result = command("--raw-dir", raw)
    assert result.exit_code == 2
    assert [word for word in [f"{STUDY}/2026/wave.yaml", *words] if word not in result.stderr] == []
    assert not command.output.exists()


def test_an_output_directory_that_is_a_file_is_refused(command: Command) -> None:
    command.output.write_text("mine", encoding="utf-8")
    result = command()
    assert result.exit_code == 2
    assert command.output.read_text(encoding="utf-8") == "mine"


def test_the_script_itself_refuses_without_a_traceback(tmp_path: Path) -> None:
    process = run_all("--study", "nothing", "--output-dir", tmp_path / "output")
    assert process.returncode == 2
    assert process.stderr.startswith("Error: unknown study 'nothing'.")
    assert "Traceback" not in process.stderr
    assert not (tmp_path / "output").exists()


# Shown


def test_help_names_every_option_and_runs_nothing(command: Command) -> None:
    result = command("--help")
    assert result.exit_code == 0
    options = ["--study", "--year", "--lang", "--parameter", "--raw-dir", "--output-dir", "--jobs", "--force"]
    options += ["--dry-run", "--explain"]
    assert [option for option in options if option not in result.stdout] == []
    assert not command.output.exists()


def test_a_dry_run_lists_and_runs_nothing(command: Command) -> None:
    result = command("--dry-run")
    assert result.exit_code == 0
    pages = [f"page/{run}" for run in agreement()]
    tasks_in_order = [*agreement(), f"documents/{STUDY}/2025/da", *pages, "summary"]
    assert [line.split() for line in result.stdout.splitlines()] == [["run", task] for task in tasks_in_order]
    assert command.executor.ran == []
    assert files(command.output) == []
    assert not (command.output / "logs").exists()


def test_without_a_study_every_study_is_run(command: Command) -> None:
    result = CliRunner().invoke(main, ["--output-dir", str(command.output), "--dry-run"])
    assert result.exit_code == 0, result.output
    runs = [line.split()[1] for line in result.stdout.splitlines()]
    runs = [run for run in runs if not run.startswith(("page/", "documents/", "summary"))]
    assert {ALLOCATE, REPLICATE, f"{SURVEY}/2020/01_clean/da", f"{SURVEY}/2024/02_describe/policy/da"} <= set(runs)
    assert {run.partition("/")[0] for run in runs} == set(study_names())


def test_a_year_that_only_another_study_has_is_refused(command: Command) -> None:
    result = command("--year", "2024")
    assert result.exit_code == 2
    assert "unknown year '2024'. Did you mean '2025'? Valid: 2025." in result.stderr


def test_a_later_wave_takes_along_what_it_reads_of_the_one_before(command: Command) -> None:
    result = command("--study", SURVEY, "--year", "2024", "--dry-run")
    assert result.exit_code == 0, result.output
    earlier = [line.split()[1] for line in result.stdout.splitlines() if f" {SURVEY}/2020/" in line]
    assert sorted(earlier) == [f"{SURVEY}/2020/01_clean/da", f"{SURVEY}/2020/02_describe/respondents/da"]


def test_explain_says_why_and_runs_nothing(command: Command) -> None:
    result = command("--explain")
    assert result.exit_code == 0
    assert "never made here" in result.stdout
    assert command.executor.ran == []
    assert files(command.output) == []
    assert not (command.output / "logs").exists()


def test_explain_names_a_changed_input_by_its_relative_path(raw: Path, command: Command) -> None:
    folder = add_wave(raw)
    command("--raw-dir", raw)
    changed = population_csv(NEW_POPULATION | {"Falun": 59999, "Mora": 21001})
    (folder / "population.csv").write_text(changed, encoding="utf-8")
    result = command("--raw-dir", raw, "--explain")
    assert f"changed: <raw-dir>/{STUDY}/2026/population.csv" in result.stdout
    assert str(raw) not in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[1] for line in lines if line[0] == "run"] == [NEW, f"documents/{STUDY}/2026/da", f"page/{NEW}"]
    others = with_pages([*agreement(), f"{STUDY}/2026/00_codebook/da"]) - {f"documents/{STUDY}/2026/da"}
    assert {line[-1] for line in lines if line[:3] == ["up", "to", "date"]} == others


def test_explain_says_that_a_parameter_changed(command: Command) -> None:
    command()
    result = command("-p", "cost=1", "--explain")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[lines.index(f"run  {ALLOCATE}") + 1] == "parameters changed"


def test_after_a_run_a_dry_run_has_nothing_to_run(command: Command) -> None:
    command()
    assert {line.split("  ")[0].strip() for line in command("--dry-run").stdout.splitlines()} == {"up to date"}


# Run


def test_exit_status_0_means_that_everything_was_made(command: Command) -> None:
    assert command().exit_code == 0
    assert sorted(command.executor.ran) == sorted(agreement())


def test_exit_status_1_means_that_something_failed(command: Command) -> None:
    command.executor.behaviour[REPLICATE] = fails("ValueError: broken")
    result = command()
    assert result.exit_code == 1
    assert "ValueError: broken" in result.output


def test_exit_status_is_1_as_long_as_it_fails(command: Command) -> None:
    command.executor.behaviour[REPLICATE] = fails()
    assert [command().exit_code, command().exit_code] == [1, 1]
    command.executor.behaviour.clear()
    assert command().exit_code == 0


def test_a_second_run_makes_nothing_and_touches_nothing(command: Command) -> None:
    command()
    before = contents(command.output), times(command.output)
    result = command()
    assert result.exit_code == 0
    assert command.executor.ran == []
    assert events(command.output)[-1]["counts"]["up to date"] == len(with_pages(agreement()))
    assert (contents(command.output), times(command.output)) == before


def test_force_makes_again(command: Command) -> None:
    command()
    assert command("--force").exit_code == 0
    assert sorted(command.executor.ran) == sorted(agreement())
    assert events(command.output)[-1]["counts"]["made"] == len(with_pages(agreement()))


def test_a_parameter_reaches_the_notebook_in_its_type(command: Command) -> None:
    assert command("-p", "cost=555000", "-p", "rounding=largest_remainder", "-p", "equal_part=1").exit_code == 0
    (given,) = (job.parameters for job in command.executor.jobs if job.notebook.stem == "06_allocate")
    assert (given["cost"], given["rounding"], given["equal_part"]) == (555000, "largest_remainder", 1.0)
    outputs = [entry for entry in manifest(command.output)["outputs"] if entry["task"] == ALLOCATE]
    assert {entry["parameters"]["cost"] for entry in outputs} == {555000}


def test_year_and_language_select(raw: Path, command: Command) -> None:
    add_wave(raw)
    command("--raw-dir", raw, "--year", "2026", "--lang", "en", "--lang", "da")
    assert sorted(command.executor.ran) == [
        f"{STUDY}/2026/{notebook}/{lang}" for notebook in ("00_codebook", "06_allocate") for lang in ("da", "en")
    ]


def test_options_given_twice_run_once(command: Command) -> None:
    result = command("--study", STUDY, "--study", STUDY, "--year", "2025", "--year", "2025", "--lang", "da")
    assert result.exit_code == 0, result.output
    assert sorted(command.executor.ran) == sorted(agreement())


def test_a_relative_output_directory_is_where_the_user_stands(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command.output = Path("here", "below")
    assert command().exit_code == 0
    assert (tmp_path / "here" / "below" / "reports" / "index.html").is_file()


def test_runs_and_counts_are_logged(command: Command) -> None:
    command("--jobs", "1")
    assert tasks(command.output, "started") == tasks(command.output, "made")
    lines = (command.output / "logs" / "run.jsonl").read_text(encoding="utf-8").splitlines()
    assert all({"time", "event", "task"} <= set(json.loads(line)) for line in lines)


def test_nothing_heavy_is_loaded_before_there_is_something_to_do() -> None:
    """What a run with nothing to do costs is mostly what it imports."""
    code = "import sys, analysis.cli, analysis.pipeline.batch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "analysis.pipeline.schedule" in done.stdout.split()
    assert {"pandas", "papermill", "nbconvert", "matplotlib"} & set(done.stdout.split()) == set()


def export_2026(folder: Path, basis: str = "collected") -> Path:
    wave = ssi_export.WAVE.replace("basis: collected", f"basis: {basis}")
    return ssi_export.add_wave(folder / "raw", wave=wave)


def test_check_tells_what_cleaning_would_do_and_changes_nothing(tmp_path: Path) -> None:
    folder = export_2026(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for export in (folder, folder / "dataset.csv"):
        done = CliRunner().invoke(main, ["check", str(export), "--study", "ssi_hygiene", "--year", "2026"])
        assert done.exit_code == 0
        assert "98 rows, 95 of 98 municipalities kept, 3 rows set aside." in done.output
        assert "respelled (spelling)" in done.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("basis", ["published", "register", "reconstructed"])
def test_an_export_that_is_called_something_else_is_refused(tmp_path: Path, basis: str) -> None:
    arguments = ["check", str(export_2026(tmp_path, basis)), "--study", "ssi_hygiene", "--year", "2026"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert (
        f"column basis: no basis of a survey export; value: '{basis}'; allowed: collected, or reconstructed"
        in done.output
    )


def test_check_of_another_year_than_the_wave_s_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(export_2026(tmp_path)), "--study", "ssi_hygiene", "--year", "2024"])
    assert done.exit_code == 2
    assert "is of ssi_hygiene 2026. Ask for that with --study and --year." in done.output


def test_a_day_that_the_register_lacks_is_named_with_its_file(tmp_path: Path) -> None:
    folder = export_2026(tmp_path)
    wave = folder / "wave.yaml"
    wave.write_text(wave.read_text(encoding="utf-8").replace("2026-01-01", "2025-05-09"), encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(folder), "--study", "ssi_hygiene", "--year", "2026"])
    assert done.exit_code == 2
    assert "wave.yaml, column reference: no population of that day; value: '2025-05-09'" in done.output
    assert "nearest: 2024-04-01 and 2026-01-01" in done.output
