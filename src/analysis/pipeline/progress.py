"""What the user sees while the batch runs: live rows in a terminal, plain lines elsewhere; and the log."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table


class Progress:
    """Shows and logs events of the batch; called from several threads.

    Parameters
    ----------
    log
        `run.jsonl`: one JSON object for each event, with its time.
    console
        Where to show; a terminal gets live rows.
    """

    def __init__(self, log: Path, console: Console) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._console = console
        self._lock = threading.Lock()
        self._begin = time.monotonic()
        self._since: dict[str, float] = {}
        self._cells: dict[str, str] = {}
        self.not_run: dict[str, str] = {}
        self.counts = dict.fromkeys(("made", "up to date", "failed", "not run"), 0)
        self._live = Live(get_renderable=self._rows, console=console, transient=True, refresh_per_second=4)

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def log(self, event: str, task: str = "", **details: Any) -> None:
        """Write an event to the log, with the time."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, "task": task, **details}, ensure_ascii=False)
        with self._lock, self._log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def started(self, task: str) -> None:
        """Tell that a task starts."""
        self._since[task] = time.monotonic()
        self.log("started", task)
        if not self._console.is_terminal:
            self._say("start", task)

    def cell(self, task: str, cell: int, cells: int) -> None:
        """Tell which cell of a notebook starts."""
        self._cells[task] = f"cell {cell}/{cells}"

    def made(self, task: str) -> None:
        """Tell that a task is done."""
        self._end("made", "made", task)

    def failed(self, task: str, message: str) -> None:
        """Tell that a task failed, and why."""
        self._end("failed", "FAILED", task, message)

    def skipped(self, task: str, message: str) -> None:
        """Tell that a task was not run, and why."""
        self.not_run[task] = message
        self._end("not run", "not run", task, message)

    def left_out(self, task: str, message: str) -> None:
        """Tell that a task is not to be run, and why; that is no failure."""
        self.not_run[task] = message
        self.log("left out", task, message=message)
        self._say("left out", f"{task}: {message}")

    def up_to_date(self, task: str) -> None:
        """Tell that a task had nothing to do."""
        self.counts["up to date"] += 1
        self.log("up to date", task)

    def warn(self, task: str, message: str) -> None:
        """Log what a notebook and its kernel wrote to standard error, if anything."""
        if message:
            self.log("standard error", task, message=message)

    def summary(self) -> str:
        """Return one line that sums the batch up."""
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items() if count)
        return f"{told or 'nothing to do'} in {time.monotonic() - self._begin:.1f} s"

    def _end(self, kind: str, word: str, task: str, message: str = "") -> None:
        seconds = time.monotonic() - self._since.pop(task, time.monotonic())
        self._cells.pop(task, None)
        self.counts[kind] += 1
        self.log(kind, task, seconds=round(seconds, 2), message=message)
        timing = f" ({seconds:.1f} s)" if kind == "made" else ""
        self._say(word, f"{task}{timing}" + (f": {message}" if message else ""))

    def _say(self, word: str, rest: str) -> None:
        style = {"FAILED": "bold red", "made": "green", "not run": "yellow"}.get(word, "dim")
        self._console.print(f"[{style}]{word:>8}[/]  {escape(rest)}", highlight=False, soft_wrap=True)

    def _rows(self) -> Table:
        """Return one row for each task that runs."""
        table = Table.grid(padding=(0, 2))
        for task, since in list(self._since.items()):
            table.add_row("running", task, self._cells.get(task, ""), f"{time.monotonic() - since:.0f} s")
        return table
