"""The task graph, on doit: order from files, up to date by content, the others go on when one fails."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from doit.control import TaskControl
from doit.dependency import Dependency, JsonDB, MD5Checker
from doit.exceptions import BaseFail, TaskFailed, UnmetDependency
from doit.runner import MThreadRunner
from doit.task import Task

from analysis.errors import AnalysisError
from analysis.layout import display_path, output_dir
from analysis.pipeline.progress import Progress

_REASONS = {
    "missing_target": "output is missing",
    "missing_file_dep": "input is missing",
    "changed_file_dep": "changed",
    "added_file_dep": "new input",
    "removed_file_dep": "input no longer used",
}


@dataclass(frozen=True)
class Step:
    """One task of the graph.

    Parameters
    ----------
    name
        Its name.
    action
        What makes it; it fails by raising.
    needs
        Files it is made from; a step that makes one of them goes first.
    makes
        Files it makes.
    changes
        Says what else makes it out of date, in words; empty where nothing does.
    """

    name: str
    action: Callable[[], None]
    needs: tuple[Path, ...]
    makes: tuple[Path, ...]
    changes: Callable[[], list[str]]


def carry_out(steps: list[Step], progress: Progress, jobs: int, force: bool) -> bool:
    """Make every step that is out of date, several at a time; return whether all went well."""
    control = _control(steps)
    _state_file().parent.mkdir(parents=True, exist_ok=True)
    state = _open_state()
    runner = MThreadRunner(state, _Reporter(progress), continue_=True, always_execute=force, num_process=jobs)
    return bool(runner.run_all(control.task_dispatcher()) == 0)


def reasons(steps: list[Step], force: bool) -> dict[str, list[str]]:
    """Return why each step would be made, in their order; an empty list where it is up to date. Runs nothing."""
    # Both asked here and by doit, and it takes a look at every output.
    steps = [replace(step, changes=functools.cache(step.changes)) for step in steps]
    control = _control(steps)
    state = _open_state()
    makers = {path: step.name for step in steps for path in step.makes}
    before = {step.name: {makers[path] for path in step.needs if path in makers} for step in steps}
    by_name = {step.name: step for step in steps}
    found: dict[str, list[str]] = {}
    for name in TopologicalSorter(before).static_order():
        why = [f"after {earlier}" for earlier in sorted(before[name]) if found[earlier]]
        if force:
            why.append("--force")
        else:
            why += by_name[name].changes()
            # Where a step was not made before, doit has nothing to compare with.
            if state.get_values(name):
                status = state.get_status(control.tasks[name], control.tasks, get_log=True)
                why += [word for kind, details in status.reasons.items() for word in _in_words(kind, details)]
        found[name] = why
    return {step.name: found[step.name] for step in steps}


def _control(steps: list[Step]) -> TaskControl:
    control = TaskControl([_task(step) for step in steps])
    control.process(None)
    return control


def _task(step: Step) -> Task:
    def action() -> dict[str, bool] | TaskFailed:
        try:
            step.action()
        except AnalysisError as error:
            return TaskFailed(str(error))
        return {"made": True}

    return Task(
        step.name,
        [(action,)],
        file_dep=[str(path) for path in step.needs],
        targets=[str(path) for path in step.makes],
        uptodate=[lambda: not step.changes()],
        # Captured output would be mixed up between threads.
        io={"capture": False},
    )


def _open_state() -> Dependency:
    return Dependency(JsonDB, str(_state_file()), MD5Checker)


def _state_file() -> Path:
    return output_dir() / ".state" / "doit.json"


def _in_words(kind: str, details: Any) -> list[str]:
    """Translate one of doit's reasons."""
    if kind == "uptodate_false":
        return []  # said by the step itself
    if kind not in _REASONS:
        return [f"{kind}: {details}"]
    return [f"{_REASONS[kind]}: {display_path(Path(path))}" for path in sorted(details)]


class _Reporter:
    """Passes doit's events on to the progress display."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def initialize(self, tasks: dict[str, Task], selected: list[str]) -> None:
        """Nothing to say before the first task."""

    def get_status(self, task: Task) -> None:
        """Nothing to say while a task is looked at."""

    def execute_task(self, task: Task) -> None:
        self._progress.started(task.name)

    def add_success(self, task: Task) -> None:
        self._progress.made(task.name)

    def skip_uptodate(self, task: Task) -> None:
        self._progress.up_to_date(task.name)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        if isinstance(fail, UnmetDependency):
            self._progress.skipped(task.name, f"needs {fail.message}, which failed")
        else:
            self._progress.failed(task.name, fail.get_msg().strip())

    def runtime_error(self, message: str) -> None:
        self._progress.failed("task graph", message)

    def cleanup_error(self, error: BaseFail) -> None:
        self._progress.failed("task graph", error.get_msg())

    def teardown_task(self, task: Task) -> None:
        """No task has a teardown."""

    def complete_run(self) -> None:
        """Leave the summary to the caller."""
