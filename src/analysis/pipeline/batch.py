"""The whole batch: notebooks, then their pages, then index and manifest."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from analysis.codebook import Codebook, load_codebook
from analysis.lang import LANGS, Lang, text
from analysis.layout import NOTEBOOKS, ROOT, output_dir, processed_path, raw_path, study_names
from analysis.pipeline.executor import Executor
from analysis.pipeline.fingerprint import page_code
from analysis.pipeline.make import make_notebook, notebook_dependencies
from analysis.pipeline.pages import make_page, page_facts
from analysis.pipeline.plan import Run
from analysis.pipeline.progress import Progress
from analysis.pipeline.records import (
    Record,
    notebook_records,
    read_records,
    record_path,
    write_if_changed,
    write_manifest,
)
from analysis.pipeline.schedule import Step, carry_out, reasons
from analysis.site.index import Entry, render_front, render_index


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
    """
    with Progress(output_dir() / "logs" / "run.jsonl", console) as progress:
        progress.log("begin", runs=[run.name for run in runs], commit=_commit())
        try:
            notebooks = [_notebook_step(run, _making(run, executor, progress)) for run in runs]
            well = carry_out(notebooks, progress, options.jobs, options.force)
            pages = _page_steps(runs)
            well = carry_out(pages, progress, options.jobs, options.force) and well
        except KeyboardInterrupt:
            executor.stop()
            raise
        finally:
            _write_index()
            write_manifest(read_records())
        progress.log("end", well=well, counts=progress.counts)
    console.print(progress.summary(), highlight=False)
    if well:
        console.print(f"Open {output_dir() / 'reports' / 'index.html'}", highlight=False, soft_wrap=True)
    return well


def explain(runs: list[Run], force: bool) -> dict[str, list[str]]:
    """Return, for each notebook run and page, why it would be made; makes and writes nothing."""
    why = reasons([_notebook_step(run, lambda: None) for run in runs], force)
    made = {record.task for record in read_records() if record.status == "made"}
    ready = [run for run in runs if run.name in made and not why[run.name]]
    for run in runs:
        if run not in ready:
            why[f"page/{run.name}"] = [f"after {run.name}"]
    return why | reasons(_page_steps(ready), force)


def _making(run: Run, executor: Executor, progress: Progress) -> Callable[[], None]:
    def make() -> None:
        warnings = make_notebook(run, executor, lambda cell, cells: progress.cell(run.name, cell, cells))
        if warnings:
            progress.warn(run.name, warnings)

    return make


def _notebook_step(run: Run, action: Callable[[], None]) -> Step:
    return Step(
        name=run.name,
        action=action,
        needs=tuple(notebook_dependencies(run)),
        makes=tuple(output_dir() / path for path in (run.executed, *run.outputs, record_path(run.name))),
        settings=run.parameters,
    )


def _page_steps(runs: list[Run]) -> list[Step]:
    """Return the pages of the runs whose notebook was made; a page links to the others that were."""
    made = [record for record in notebook_records() if record.status == "made"]
    tasks = {record.task for record in made}
    return [
        _page_step(run, page_facts(run, made))
        for run in runs
        if run.name in tasks and (output_dir() / run.executed).is_file()
    ]


def _page_step(run: Run, facts: dict[str, Any]) -> Step:
    return Step(
        name=f"page/{run.name}",
        action=lambda: make_page(run, facts),
        needs=(output_dir() / run.executed, *page_code()),
        makes=(output_dir() / run.page, output_dir() / record_path(f"page/{run.name}")),
        settings=facts,
    )


def _write_index() -> None:
    """Write the index of each language there is anything in, and the front page that leads to them."""
    codebooks = {study: load_codebook(raw_path("codebook", study, 0, places="")) for study in study_names()}
    records = notebook_records()
    langs: list[Lang] = [lang for lang in LANGS if any(record.lang == lang for record in records)]
    for lang in langs:
        entries = [
            Entry(
                study=record.study,
                study_title=codebooks[record.study].title[lang],
                year=record.year,
                notebook=record.notebook,
                title=text(f"notebook.{record.notebook}", lang),
                basis=record.basis,
                href=f"{record.study}-{record.year}-{record.notebook}.html" if record.status == "made" else None,
                failure=f"../../{record.failure}" if record.failure else None,
                summary=record.summary,
                downloads=_downloads(record),
            )
            for record in sorted(records, key=lambda record: _place(record, codebooks))
            if record.lang == lang and record.study in codebooks
        ]
        others = tuple((other, f"../{other}/index.html") for other in langs if other != lang)
        write_if_changed(Path("reports", lang, "index.html"), render_index(lang, entries, others).encode("utf-8"))
    if langs:
        write_if_changed(Path("reports", "index.html"), render_front(langs).encode("utf-8"))


def _place(record: Record, codebooks: dict[str, Codebook]) -> tuple[str, int, int]:
    """Return what the index is sorted by: study, newest wave first, notebooks as the codebook has them."""
    notebooks = codebooks[record.study].notebooks if record.study in codebooks else []
    position = notebooks.index(record.notebook) if record.notebook in notebooks else len(notebooks)
    return record.study, -record.year, position


def _downloads(record: Record) -> tuple[tuple[str, str], ...]:
    """Return label and link of the datasets a run wrote and of its executed notebook, as far as they are there."""
    if record.status != "made":
        return ()
    datasets = [processed_path(name, record.study, record.year) for name in NOTEBOOKS[record.notebook].writes]
    notebook = Path("reports", record.lang, f"{record.study}-{record.year}-{record.notebook}.ipynb")
    there = [path for path in (*datasets, notebook) if (output_dir() / path).is_file()]
    return tuple((path.name, f"../../{path.as_posix()}") for path in there)


def _commit() -> str:
    """Return the commit that is checked out, empty outside git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
