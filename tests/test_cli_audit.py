"""`run_all.py audit`: of a folder, and of the repository's own reports."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.lang import text
from analysis.layout import EXTRA_RAW_VARIABLE, OUTPUT_VARIABLE, RUN_VARIABLE, study_names
from analysis.published.audit import audit
from tests import dalarna
from tests.pipeline.worlds import FakeExecutor, events, fails, run_all
from tests.site.test_audit import CLAIMS, FINDINGS, replace, report

__all__ = ["report"]

STUDY = dalarna.STUDY
AUDIT = f"{STUDY}/2025/07_audit/da"
Command = Callable[..., Result]


@pytest.fixture
def executor(monkeypatch: pytest.MonkeyPatch) -> FakeExecutor:
    """Return what runs notebooks, or would."""
    for variable in (OUTPUT_VARIABLE, EXTRA_RAW_VARIABLE, RUN_VARIABLE):
        monkeypatch.setenv(variable, "")
    made = FakeExecutor()
    monkeypatch.setattr("analysis.pipeline.executor.LocalExecutor", lambda: made)
    return made


@pytest.fixture
def command(executor: FakeExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command, given by someone who stands in an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["audit", *map(str, arguments)])

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


# A folder


def test_a_folder_is_audited_into_the_output_directory(command: Command, report: Path, tmp_path: Path) -> None:
    result = command(report, "--output-dir", tmp_path / "output", "--lang", "en")
    assert result.exit_code == 0, result.output
    said = text("audit.headline", "en", printed="4", error="2", rounding="1", ambiguity="1")
    assert result.stdout == said + "\n"
    assert names(tmp_path / "output") == {"findings.csv", "claims.csv", "findings.html"}
    assert '<html lang="en">' in (tmp_path / "output" / "findings.html").read_text(encoding="utf-8")
    assert names(tmp_path / "here") == set()


def test_without_an_output_directory_it_is_here_and_in_danish(command: Command, report: Path, tmp_path: Path) -> None:
    result = command(report, "--text", tmp_path / "report.txt")
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "here") == {"findings.csv", "claims.csv", "findings.html"}
    assert '<html lang="da">' in (tmp_path / "here" / "findings.html").read_text(encoding="utf-8")


def test_a_folder_needs_no_notebook(command: Command, executor: FakeExecutor, report: Path) -> None:
    assert command(report).exit_code == 0
    assert executor.ran == []


def test_a_number_that_is_not_on_its_line_is_refused(command: Command, report: Path, tmp_path: Path) -> None:
    replace(tmp_path / "report.txt", "76%", "67%")
    result = command(report, "--text", tmp_path / "report.txt", "--output-dir", tmp_path / "output")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: published.csv, row 3, column printed: line 3 of the report's text has no")
    assert "'76%'" in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "output").exists()
    assert names(tmp_path / "here") == set()


def test_an_audit_where_its_input_lies_is_refused(
    command: Command, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(report)
    before = (report / "claims.csv").read_bytes()
    result = command(".")
    assert result.exit_code == 2
    assert "--output-dir" in result.stderr
    assert (report / "claims.csv").read_bytes() == before
    assert command(".", "--output-dir", "../output").exit_code == 0


# Refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["FOLDER", "--study", STUDY], ["--study", "FOLDER"]),
        (["--text", "TEXT"], ["--text needs FOLDER"]),
        (["--text", "TEXT", "--study", STUDY], ["--text needs FOLDER"]),
        (["FOLDER", "--text", "no.txt"], ["--text", "no.txt"]),
        (["no_such_folder"], ["no_such_folder"]),
        (["TEXT"], ["FOLDER"]),
        (["FOLDER", "--lang", "sv"], ["'sv'", "da", "en"]),
        (["--lang", "sv"], ["'sv'", "da", "en"]),
        (["--study", "dalarna"], ["unknown study 'dalarna'", *study_names()]),
        (["--study", STUDY, "--study", "ssi"], ["unknown study 'ssi'", *study_names()]),
        (["--year", "2025"], ["--year"]),
        (["FOLDER", "--output-dir", "TEXT"], ["--output-dir"]),
    ],
    ids=lambda value: " ".join(value[:3]),
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    command: Command,
    executor: FakeExecutor,
    report: Path,
    tmp_path: Path,
    arguments: list[str],
    words: list[str],
) -> None:
    paths = {"FOLDER": str(report), "TEXT": str(tmp_path / "report.txt")}
    result = command(*(paths.get(each, each) for each in arguments))
    assert result.exit_code == 2, result.output
    assert [word for word in words if word not in result.stderr] == []
    assert "Traceback" not in result.output
    assert executor.ran == []
    assert names(tmp_path / "here") == set()
    assert names(tmp_path) == {"here", "planer", "report.txt"}


@pytest.mark.parametrize("options", [["--study", STUDY], ["--lang", "en", "--output-dir", "output"]])
def test_options_that_stand_before_the_subcommand_are_not_ignored(
    executor: FakeExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, [*options, "audit"])
    assert result.exit_code == 2
    assert f"{', '.join(options[::2])} before audit has no effect" in result.stderr
    assert executor.ran == []
    assert names(tmp_path) == set()


# The repository's own reports


def test_only_the_audit_of_the_study_asked_for_is_run(command: Command, executor: FakeExecutor, tmp_path: Path) -> None:
    result = command("--study", STUDY, "--output-dir", tmp_path / "output")
    assert result.exit_code == 0, result.output
    assert executor.ran == [AUDIT]
    assert command("--study", STUDY, "--output-dir", tmp_path / "output").exit_code == 0
    assert executor.ran == [AUDIT]


def test_without_a_study_every_report_is_audited_once(command: Command, executor: FakeExecutor, tmp_path: Path) -> None:
    result = command("--output-dir", tmp_path / "output", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert sorted(run.split("/")[0] for run in executor.ran) == study_names()
    assert {run.partition("/")[2].split("/", 1)[1] for run in executor.ran} == {"07_audit/en"}


def test_exit_status_1_means_that_an_audit_failed(command: Command, executor: FakeExecutor, tmp_path: Path) -> None:
    executor.behaviour[AUDIT] = fails("ValueError: broken")
    result = command("--study", STUDY, "--output-dir", tmp_path / "output")
    assert result.exit_code == 1
    assert "ValueError: broken" in result.output


def test_the_audit_of_a_study_is_made_for_real(tmp_path: Path) -> None:
    process = run_all("audit", "--study", STUDY, "--output-dir", tmp_path / "output")
    assert process.returncode == 0, process.stdout + process.stderr
    processed = tmp_path / "output" / "data" / "processed" / STUDY / "2025"
    assert names(processed) == {"findings.csv", "claims.csv"}
    with (processed / "findings.csv").open(encoding="utf-8", newline="") as file:
        header, *found = csv.reader(file)
    assert ",".join(header) == FINDINGS
    # Data are in English, whatever the language of the page.
    assert found == audit(dalarna.published(), dalarna.codebook(), "en").to_numpy().tolist()
    assert (processed / "claims.csv").read_text(encoding="utf-8") == CLAIMS + "\n"
    page = tmp_path / "output" / "reports" / "da" / f"{STUDY}-2025-07_audit.html"
    messages = audit(dalarna.published(), dalarna.codebook(), "da")["message"]
    html = page.read_text(encoding="utf-8")
    assert [message for message in messages if message not in html] == []
    assert events(tmp_path / "output")[-1]["counts"]["made"] >= 1
