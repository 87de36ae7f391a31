"""The whole batch: notebooks, then documents and pages of what they made, then summary, index and manifest."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from filelock import FileLock, Timeout
from rich.console import Console

from analysis.errors import AnalysisError
from analysis.layout import ROOT, VERDICTS, output_dir
from analysis.pipeline.documents import document_steps
from analysis.pipeline.executor import Executor
from analysis.pipeline.make import RunError, make_notebook, notebook_changes, notebook_needs, unmade_items
from analysis.pipeline.pages import (
    executed_of,
    make_page,
    page_changes,
    page_facts,
    page_needs,
    page_of,
    write_index,
)
from analysis.pipeline.plan import Run
from analysis.pipeline.progress import Progress
from analysis.pipeline.records import (
    DOCUMENTS,
    PAGE,
    SUMMARY,
    Record,
    notebook_records,
    read_record,
    read_records,
    record_path,
    remove_record,
    write_manifest,
    write_record,
)
from analysis.pipeline.schedule import Step, carry_out, reasons
from analysis.pipeline.summary import summary_step


@dataclass(frozen=True)
class Options:
    """How to run what was planned."""

    jobs: int
    force: bool = False


def run_batch(runs: list[Run], executor: Executor, options: Options, console: Console) -> bool:
    """Make everything that is out of date.

    Parameters
    ----------
    runs
        What was planned.
    executor
        What runs the notebooks.
    options
        Number of jobs; whether to make what is up to date too.
    console
        Where to show progress.

    Returns
    -------
    bool
        Whether everything asked for was made.

    Raises
    ------
    AnalysisError
        Another batch is writing to the same directory.
    """
    lock = output_dir() / ".state" / "lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            return _run_batch(runs, executor, options, console)
    except Timeout:
        raise AnalysisError(
            f"another run is writing to {output_dir()}. Wait for it, or give another --output-dir."
        ) from None


def explain(runs: list[Run], force: bool) -> dict[str, list[str]]:
    """Return, for each notebook run and what is made of it, why it would be made; makes and writes nothing."""
    why = reasons([_notebook_step(run, lambda: None) for run in runs if not run.left_out], force)
    changing = [run for run in runs if why.get(run.name)]
    after: dict[str, list[str]] = {}
    for run in changing:
        after.setdefault(_documents_of(run), []).append(f"after {run.name}")
    after |= {PAGE + run.name: [f"after {run.name}"] for run in changing}
    compared = [run.name for run in changing if VERDICTS in run.writes]
    if compared or (changing and read_record(SUMMARY) is None):
        after[SUMMARY] = [f"after {name}" for name in compared] or ["never made here"]
    made = _made()
    steps = [*document_steps(_waves(runs), made), *_page_steps(runs, made), *([summary_step(made)] if made else [])]
    return why | after | {name: reason for name, reason in reasons(steps, force).items() if name not in after}


def _run_batch(runs: list[Run], executor: Executor, options: Options, console: Console) -> bool:
    with Progress(output_dir() / "logs" / "run.jsonl", console) as progress:
        progress.log("begin", runs=[run.name for run in runs], commit=_commit())
        try:
            for run in runs:
                if run.left_out:
                    progress.left_out(run.name, run.left_out)
            notebooks = [_notebook_step(run, _making(run, executor, progress)) for run in runs if not run.left_out]
            well = carry_out(notebooks, progress, options.jobs, options.force)
            for run in runs:
                if run.name in progress.not_run:
                    why = progress.not_run[run.name]
                    write_record(Record(run.name, "not run", reason=why, items=unmade_items(run), **run.identity))
            made = _made()
            documents = document_steps(_waves(runs), made)
            for task in {_documents_of(run) for run in runs} - {step.name for step in documents}:
                remove_record(task)
            well = carry_out(documents, progress, options.jobs, options.force) and well
            # Pages link to the documents there are.
            pages = [*_page_steps(runs, made), *([summary_step(made)] if made else [])]
            well = carry_out(pages, progress, options.jobs, options.force) and well
        except KeyboardInterrupt:
            executor.stop()
            raise
        finally:
            write_index()
            write_manifest(read_records())
        progress.log("end", well=well, counts=progress.counts)
    console.print(progress.summary(), highlight=False)
    if well:
        console.print(f"Open {output_dir() / 'reports' / 'index.html'}", highlight=False, soft_wrap=True)
    return well


def _making(run: Run, executor: Executor, progress: Progress) -> Callable[[], None]:
    def make() -> None:
        try:
            messages = make_notebook(run, executor, lambda cell, cells: progress.cell(run.name, cell, cells))
        except RunError as error:
            progress.warn(run.name, error.standard_error)
            raise
        progress.warn(run.name, messages)

    return make


def _notebook_step(run: Run, action: Callable[[], None]) -> Step:
    return Step(
        name=run.name,
        action=action,
        needs=tuple(notebook_needs(run)),
        makes=tuple(output_dir() / path for path in (run.executed, *run.outputs, record_path(run.name))),
        changes=lambda: notebook_changes(run),
    )


def _made() -> list[Record]:
    return [record for record in notebook_records() if record.status == "made"]


def _waves(runs: list[Run]) -> set[tuple[str, int]]:
    return {(run.codebook.study, run.wave.year) for run in runs}


def _documents_of(run: Run) -> str:
    """Return the task that makes the documents a run's figures and tables are in."""
    return f"{DOCUMENTS}{run.codebook.study}/{run.wave.year}/{run.lang}"


def _page_steps(runs: list[Run], made: list[Record]) -> list[Step]:
    """Return the pages of the waves that were selected, in every language made: they link to each other."""
    return [
        _page_step(record, made)
        for record in made
        if (record.study, record.year) in _waves(runs) and (output_dir() / executed_of(record)).is_file()
    ]


def _page_step(record: Record, made: list[Record]) -> Step:
    facts = page_facts(record, made)
    return Step(
        name=PAGE + record.task,
        action=lambda: make_page(record, facts),
        needs=tuple(page_needs(record)),
        makes=(output_dir() / page_of(record), output_dir() / record_path(PAGE + record.task)),
        changes=lambda: page_changes(record, facts),
    )


def _commit() -> str:
    """Return the commit that is checked out, empty outside git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
