"""How one notebook run, and one page, is made: in a folder of its own, then put in place whole."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.files import sha256, write_atomic
from analysis.lang import text
from analysis.layout import (
    EXTRA_RAW_VARIABLE,
    LOCK_FILE,
    OUTPUT_VARIABLE,
    ROOT,
    RUN_VARIABLE,
    extra_raw_dir,
    output_dir,
)
from analysis.pipeline.executor import Executor, Report
from analysis.pipeline.job import Job, Outcome
from analysis.pipeline.plan import Run
from analysis.pipeline.records import Record, digests, write_record

_PACKAGE = ROOT / "src" / "analysis"
_CODE_SUFFIXES = {".py", ".yaml", ".json", ".css", ".js", ".j2"}
# Rooms below the notebooks: a change there leaves what a notebook makes as it is.
_NOT_IN_NOTEBOOKS = {"site", "pipeline", "cli.py"}


class RunError(AnalysisError):
    """A notebook did not end well; the message says why and where the notebook is kept."""


def notebook_code() -> list[Path]:
    """Return every file of the package that a notebook's outputs can depend on."""
    return sorted(_code(path for path in _PACKAGE.iterdir() if path.name not in _NOT_IN_NOTEBOOKS))


def page_code() -> list[Path]:
    """Return every file of the package that a page depends on beside its executed notebook."""
    return sorted(_code(_PACKAGE / name for name in ("site", "lang")))


def notebook_dependencies(run: Run) -> list[Path]:
    """Return every file whose change makes a run out of date; a raw file that is missing is left to the run."""
    datasets = [path for path in run.inputs.values() if path.is_file() or path.is_relative_to(output_dir() / "data")]
    return [run.source, LOCK_FILE, *datasets, *notebook_code()]


def make_notebook(run: Run, executor: Executor, report: Report) -> str:
    """Run a notebook and put what it made in place.

    It writes into a folder of its own, so that a failing run leaves nothing half-written; what it made is held
    against what it declares.

    Returns
    -------
    str
        What the notebook wrote to standard error, for the log.

    Raises
    ------
    RunError
        A cell failed, the process died, outputs are missing or undeclared, or an input changed meanwhile.
    """
    stage = output_dir() / ".state" / "stage" / run.name.replace("/", "--")
    shutil.rmtree(stage, ignore_errors=True)
    folder, made = stage / "cwd", stage / "made"
    folder.mkdir(parents=True)
    executed = made / run.executed
    executed.parent.mkdir(parents=True)
    inputs = [path for path in run.inputs.values() if path.is_file()]
    before = digests(inputs)
    code = _digest([run.source, *notebook_code()])
    task_file = stage / "task.json"
    task = {
        "inputs": {name: str(path) for name, path in run.inputs.items()},
        "writes": run.writes,
        "outputs": str(made),
    }
    task_file.write_text(json.dumps(task), encoding="utf-8")
    job = Job(run.source, executed, run.parameters, _environment(stage, task_file), folder, stage / "stderr.txt")
    outcome = executor.run(job, report)
    if not outcome.error:
        outcome = _check_outputs(run, made, outcome)
    if not outcome.error and (digests(inputs), _digest([run.source, *notebook_code()])) != (before, code):
        outcome = Outcome("an input or the code changed while the notebook ran. Run again.")
    if outcome.error:
        raise RunError(_keep_failed(run, executed, outcome))
    outputs = {}
    for path in sorted(found.relative_to(made) for found in made.rglob("*") if found.is_file()):
        outputs[path.as_posix()] = sha256(made / path)
        target = output_dir() / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / path).replace(target)
    summary = _summary(output_dir() / run.executed)
    shutil.rmtree(stage)
    write_record(
        Record(
            task=run.name,
            status="made",
            parameters=run.parameters,
            inputs=before,
            code=code,
            lock=sha256(LOCK_FILE),
            outputs=outputs,
            summary=summary,
            **_identity(run),
        )
    )
    for kept in _kept(run):
        (output_dir() / kept).unlink(missing_ok=True)
    return outcome.warnings


def page_facts(run: Run, made: list[Record]) -> dict[str, Any]:
    """Return what a run's page says beside its cells, given the notebook runs that were made."""
    wave, codebook = run.wave, run.codebook
    return {
        "study": codebook.study,
        "study_title": codebook.title[run.lang],
        "year": wave.year,
        "notebook": run.notebook,
        "lang": run.lang,
        "basis": wave.basis,
        "source": wave.source,
        "parameters": {name: value for name, value in run.parameters.items() if name not in ("study", "year", "lang")},
        "siblings": tuple(
            (
                text(f"notebook.{other.notebook}", run.lang),
                f"{other.study}-{other.year}-{other.notebook}.html",
            )
            for other in made
            if (other.study, other.year, other.lang) == (codebook.study, wave.year, run.lang)
            and other.notebook != run.notebook
        ),
        "other_langs": tuple(
            (other.lang, f"../{other.lang}/{run.page.name}")
            for other in made
            if (other.study, other.year, other.notebook) == (codebook.study, wave.year, run.notebook)
            and other.lang != run.lang
        ),
    }


def make_page(run: Run, facts: dict[str, Any]) -> None:
    """Render the page of an executed notebook."""
    # Heavy, and needed only when a page is out of date.
    import nbformat

    from analysis.site.page import Page, render_page

    executed = output_dir() / run.executed
    content = render_page(nbformat.read(executed, as_version=4), Page(**facts)).encode("utf-8")
    write_atomic(output_dir() / run.page, content)
    identity = _identity(run) | {"items": ()}
    write_record(
        Record(
            task=f"page/{run.name}",
            status="made",
            parameters=run.parameters,
            inputs=digests([executed]),
            code=_digest(page_code()),
            lock=sha256(LOCK_FILE),
            outputs=digests([output_dir() / run.page]),
            **identity,
        )
    )


def _environment(stage: Path, task_file: Path) -> dict[str, str]:
    """Return what a notebook's process gets to know of its surroundings."""
    return {
        OUTPUT_VARIABLE: str(output_dir()),
        EXTRA_RAW_VARIABLE: str(extra_raw_dir() or ""),
        RUN_VARIABLE: str(task_file),
        # The user's own IPython start-up files and matplotlib settings must not change a result.
        "IPYTHONDIR": str(stage / "ipython"),
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _check_outputs(run: Run, made: Path, outcome: Outcome) -> Outcome:
    """Hold what a notebook made against what it declares."""
    declared = {*run.outputs, run.executed}
    found = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    messages = [f"did not make {path.as_posix()}, which the codebook says it does" for path in sorted(declared - found)]
    messages += [f"made {path.as_posix()}, which nothing declares" for path in sorted(found - declared)]
    return Outcome("; ".join(messages), warnings=outcome.warnings)


def _keep_failed(run: Run, executed: Path, outcome: Outcome) -> str:
    """Keep a failing notebook where it can be looked at, and take its old page away; return what to tell."""
    import nbformat

    from analysis.site.failure import render_failure

    notebook, page = _kept(run)
    where = ""
    if executed.is_file():
        content = executed.read_bytes()
        write_atomic(output_dir() / notebook, content)
        html = render_failure(nbformat.reads(content.decode("utf-8"), as_version=4), run.name)
        write_atomic(output_dir() / page, html.encode("utf-8"))
        where = f"\n  Look at it: {page.as_posix()}#failing-cell"
    # What an earlier run wrote stays, but no page may show it as this run's.
    for view in (run.executed, run.page):
        (output_dir() / view).unlink(missing_ok=True)
    failure = page.as_posix() if where else None
    write_record(Record(task=run.name, status="failed", failure=failure, **_identity(run)))
    cell = f" (cell {outcome.cell})" if outcome.cell else ""
    return f"{outcome.error}{cell}{where}"


def _kept(run: Run) -> tuple[Path, Path]:
    stem = Path("logs", "failed", run.name.replace("/", "-"))
    return stem.with_name(stem.name + ".ipynb"), stem.with_name(stem.name + ".html")


def _identity(run: Run) -> dict[str, Any]:
    return {
        "study": run.codebook.study,
        "year": run.wave.year,
        "notebook": run.notebook,
        "lang": run.lang,
        "basis": run.wave.basis,
        "items": tuple(run.codebook.items_of(run.notebook)),
    }


def _summary(executed: Path) -> str:
    """Return the text of the output of the cell tagged `summary`, without markup; empty where there is none."""
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if "summary" in cell["metadata"].get("tags", []):
            markdown = "".join(cell["outputs"][0]["data"]["text/markdown"])
            return unescape(re.sub(r"<[^>]+>|\*", "", markdown)).strip()
    return ""


def _code(paths: Iterator[Path]) -> Iterator[Path]:
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in files if file.suffix in _CODE_SUFFIXES)


def _digest(paths: list[Path]) -> str:
    """Return one SHA-256 for several files."""
    joined = json.dumps(digests(paths), sort_keys=True)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()
