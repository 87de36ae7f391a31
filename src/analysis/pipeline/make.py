"""How one notebook run is made: in a folder of its own, then put in place whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.files import sha256, write_atomic
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
from analysis.pipeline.fingerprint import digest, notebook_code
from analysis.pipeline.job import Job, Outcome
from analysis.pipeline.plan import Run
from analysis.pipeline.records import Record, digests, write_record


class RunError(AnalysisError):
    """A notebook did not end well; the message says why and where the notebook is kept."""


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
    made = stage / "made"
    job = _prepare(run, stage)
    before = _fingerprint(run)
    try:
        outcome = executor.run(job, report)
        messages = job.messages.read_text(encoding="utf-8", errors="replace") if job.messages.is_file() else ""
        error = outcome.error or _wrong_outputs(run, made)
        if not error and _fingerprint(run) != before:
            error = "an input or the code changed while the notebook ran. Run again."
        if error:
            raise RunError(
                _keep_failed(run, job.executed, replace(outcome, error=error)) + _last_words(outcome, messages)
            )
        outputs = _put_in_place(made)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    inputs, code = before
    write_record(
        Record(
            task=run.name,
            status="made",
            parameters=run.parameters,
            inputs=inputs,
            code=code,
            lock=sha256(LOCK_FILE),
            outputs=outputs,
            summary=_summary(output_dir() / run.executed),
            **run.identity,
        )
    )
    for kept in _kept(run):
        (output_dir() / kept).unlink(missing_ok=True)
    return messages + outcome.warnings


def _prepare(run: Run, stage: Path) -> Job:
    """Lay out the folder a run works in, and return the job."""
    shutil.rmtree(stage, ignore_errors=True)
    folder, made = stage / "cwd", stage / "made"
    executed = made / run.executed
    folder.mkdir(parents=True)
    executed.parent.mkdir(parents=True)
    task_file = stage / "task.json"
    task = {
        "inputs": {name: str(path) for name, path in run.inputs.items()},
        "writes": run.writes,
        "outputs": str(made),
    }
    task_file.write_text(json.dumps(task), encoding="utf-8")
    return Job(run.source, executed, run.parameters, _environment(stage, task_file), folder, stage / "stderr.txt")


def _fingerprint(run: Run) -> tuple[dict[str, str], str]:
    """Return the digests of a run's data, each, and of its code, together."""
    inputs = [path for path in run.inputs.values() if path.is_file()]
    return digests(inputs), digest([run.source, *notebook_code()])


def _put_in_place(made: Path) -> dict[str, str]:
    """Move what a run made to the output directory, each file whole; return path -> digest."""
    outputs = {}
    for path in sorted(found.relative_to(made) for found in made.rglob("*") if found.is_file()):
        outputs[path.as_posix()] = sha256(made / path)
        target = output_dir() / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / path).replace(target)
    return outputs


def _last_words(outcome: Outcome, messages: str) -> str:
    """Return the end of standard error where no cell says why a run failed: the process died."""
    return "\n" + "\n".join(messages.splitlines()[-5:]) if outcome.error and outcome.cell is None and messages else ""


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


def _wrong_outputs(run: Run, made: Path) -> str:
    """Return where what a notebook made is not what it declares; empty where it is."""
    declared = {*run.outputs, run.executed}
    found = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    messages = [f"did not make {path.as_posix()}, which the codebook says it does" for path in sorted(declared - found)]
    messages += [f"made {path.as_posix()}, which nothing declares" for path in sorted(found - declared)]
    return "; ".join(messages)


def _keep_failed(run: Run, executed: Path, outcome: Outcome) -> str:
    """Keep a failing notebook where it can be looked at, and take its old page away; return what to tell."""
    import nbformat

    from analysis.site.failure import render_failure

    notebook, page = _kept(run)
    where = ""
    if executed.is_file():
        # Tracebacks name files; where the checkout lies is nobody's business.
        content = executed.read_text(encoding="utf-8").replace(f"{ROOT}{os.sep}", "")
        write_atomic(output_dir() / notebook, content.encode("utf-8"))
        html = render_failure(nbformat.reads(content, as_version=4), run.name)
        write_atomic(output_dir() / page, html.encode("utf-8"))
        where = f"\n  Look at it: {page.as_posix()}#failing-cell"
    # What an earlier run wrote stays, but no page may show it as this run's.
    for view in (run.executed, run.page):
        (output_dir() / view).unlink(missing_ok=True)
    failure = page.as_posix() if where else None
    write_record(Record(task=run.name, status="failed", failure=failure, **run.identity))
    cell = f" (cell {outcome.cell})" if outcome.cell else ""
    return f"{outcome.error}{cell}{where}"


def _kept(run: Run) -> tuple[Path, Path]:
    stem = Path("logs", "failed", run.name.replace("/", "-"))
    return stem.with_name(stem.name + ".ipynb"), stem.with_name(stem.name + ".html")


def _summary(executed: Path) -> str:
    """Return the text of the output of the cell tagged `summary`, without markup; empty where there is none."""
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if "summary" in cell["metadata"].get("tags", []):
            markdown = "".join(cell["outputs"][0]["data"]["text/markdown"])
            return unescape(re.sub(r"<[^>]+>|\*", "", markdown)).strip()
    return ""
