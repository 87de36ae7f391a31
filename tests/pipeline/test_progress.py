"""Plain lines off a terminal, live rows in one, and a log of JSON lines."""

import io
import json
from pathlib import Path

from rich.console import Console

from analysis.pipeline.progress import Progress


def console(shown: io.StringIO, terminal: bool) -> Console:
    return Console(file=shown, force_terminal=terminal, width=100)


def tell_everything(progress: Progress) -> None:
    with progress:
        progress.started("a")
        progress.cell("a", 3, 9)
        progress.made("a")
        progress.started("b")
        progress.failed("b", "population.csv [row 4]: bad\n  Look at it: logs/failed/b.html")
        progress.skipped("c", "needs b, which failed")
        progress.up_to_date("d")
        progress.warn("a", "mind the gap")
        progress.log("end", well=False, counts=progress.counts)


def test_off_a_terminal_lines_are_plain(tmp_path: Path) -> None:
    shown = io.StringIO()
    tell_everything(Progress(tmp_path / "run.jsonl", console(shown, terminal=False)))
    assert "\x1b" not in shown.getvalue()
    assert [line.split("(")[0].strip() for line in shown.getvalue().splitlines()] == [
        "start  a",
        "made  a",
        "start  b",
        "FAILED  b: population.csv [row 4]: bad",
        "Look at it: logs/failed/b.html",
        "not run  c: needs b, which failed",
    ]


def test_a_long_message_is_not_broken_into_lines(tmp_path: Path) -> None:
    shown = io.StringIO()
    with Progress(tmp_path / "run.jsonl", console(shown, terminal=False)) as progress:
        progress.failed("a", "x" * 300)
    assert "x" * 300 in shown.getvalue()


def test_in_a_terminal_running_tasks_have_a_row_with_their_cell(tmp_path: Path) -> None:
    shown = io.StringIO()
    with Progress(tmp_path / "run.jsonl", console(shown, terminal=True)) as progress:
        progress.started("first")
        progress.started("second")
        progress.cell("first", 3, 9)
        progress._live.refresh()
        progress.made("first")
        progress.made("second")
    rows = shown.getvalue()
    assert "\x1b" in rows
    assert [word in rows for word in ("running", "first", "second", "cell 3/9")] == [True] * 4


def test_everything_can_be_shown_in_a_terminal(tmp_path: Path) -> None:
    shown = io.StringIO()
    tell_everything(Progress(tmp_path / "run.jsonl", console(shown, terminal=True)))
    assert "population.csv [row 4]: bad" in shown.getvalue()


def test_every_line_of_the_log_is_an_object_with_time_event_and_task(tmp_path: Path) -> None:
    tell_everything(Progress(tmp_path / "run.jsonl", console(io.StringIO(), terminal=False)))
    logged = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(event["time"].endswith("+00:00") for event in logged)
    assert [(event["event"], event["task"]) for event in logged] == [
        ("started", "a"),
        ("made", "a"),
        ("started", "b"),
        ("failed", "b"),
        ("not run", "c"),
        ("up to date", "d"),
        ("standard error", "a"),
        ("end", ""),
    ]
    assert logged[-1]["counts"] == {"made": 1, "up to date": 1, "failed": 1, "not run": 1}


def test_the_summary_counts_what_happened(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "run.jsonl", console(io.StringIO(), terminal=False))
    assert progress.summary().startswith("nothing to do in ")
    tell_everything(progress)
    assert progress.summary().startswith("1 made, 1 up to date, 1 failed, 1 not run in ")
