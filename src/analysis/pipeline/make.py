"""How one notebook run is made: in a folder of its own, then put in place whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.files import sha256, write_atomic
from analysis.layout import (
    EXTRA_RAW_VARIABLE,
    LOCK_FILE,
    OUTPUT_VARIABLE,
    PREVIOUS,
    ROOT,
    RUN_VARIABLE,
    WRITTEN,
    display_path,
    extra_raw_dir,
    output_dir,
)
from analysis.pipeline.executor import Executor, Report
from analysis.pipeline.fingerprint import digest, notebook_code, notebook_digest
from analysis.pipeline.job import Job, Outcome
from analysis.pipeline.plan import Run
from analysis.pipeline.records import Record, changed_outputs, digests, read_record, write_record

# As figures and tables write it: see Context.figure_tag.
_ITEM = re.compile(r'id="(?P<item>[^"]*)" data-status="(?P<status>[^"]*)" data-reason="(?P<reason>[^"]*)"')


class RunError(AnalysisError):
    """A notebook did not end well; the message says why and where the notebook is kept.

    `standard_error` is what the notebook and its kernel wrote there, for the log.
    """

    def __init__(self, message: str, standard_error: str = "") -> None:
        super().__init__(message)
        self.standard_error = standard_error


@dataclass(frozen=True)
class _State:
    """What a run is made from, at one moment."""

    inputs: dict[str, str]
    code: str
    notebook: str


def notebook_needs(run: Run) -> list[Path]:
    """Return every file whose change makes a run out of date; a raw file that is missing is left to the run."""
    datasets = [path for name, path in run.inputs.items() if name.removeprefix(PREVIOUS) in WRITTEN or path.is_file()]
    return [LOCK_FILE, *datasets, *notebook_code()]


def notebook_changes(run: Run) -> list[str]:
    """Return why a run is out of date although the files it needs are what they were."""
    record = read_record(run.name)
    if record is None:
        return ["never made here"]
    if record.status != "made":
        return [f"{record.status} last time"]
    why = [f"output changed: {path}" for path in changed_outputs(record)]
    if record.parameters != run.parameters:
        why.append("parameters changed")
    if record.settings != notebook_digest(run.source):
        why.append(f"changed: {display_path(run.source)}")
    return why


def make_notebook(run: Run, executor: Executor, report: Report) -> str:
    """Run a notebook and put what it made in place.

    It writes into a folder of its own, so that a failing run leaves nothing half-written; what it made is held
    against what it declares.

    Returns
    -------
    str
        What the notebook and its kernel wrote to standard error, for the log.

    Raises
    ------
    RunError
        A cell failed, the process died, outputs are missing or undeclared, or an input changed meanwhile.
    """
    stage = output_dir() / ".state" / "stage" / run.name.replace("/", "--")
    job = _prepare(run, stage)
    before = _state(run)
    try:
        outcome = executor.run(job, report)
        messages = _text_of(job.messages) + outcome.warnings
        error = outcome.error or _wrong_outputs(run, stage / "made") or _changed_meanwhile(before, _state(run))
        if error:
            raise RunError(_keep_failed(run, job, outcome, error, messages), messages)
        outputs = _put_in_place(stage / "made")
    except OSError as error:
        raise RunError(f"a file could not be written: {error}. Close what has it open, or free space.") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    write_record(
        Record(
            task=run.name,
            status="made",
            parameters=run.parameters,
            settings=before.notebook,
            inputs=before.inputs,
            code=before.code,
            lock=sha256(LOCK_FILE),
            outputs=outputs,
            items=_item_states(run, output_dir() / run.executed),
            summary=_summary(output_dir() / run.executed),
            **run.identity,
        )
    )
    for kept in _kept(run):
        (output_dir() / kept).unlink(missing_ok=True)
    return messages


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
    environment = {
        OUTPUT_VARIABLE: str(output_dir()),
        EXTRA_RAW_VARIABLE: str(extra_raw_dir() or ""),
        RUN_VARIABLE: str(task_file),
        # The user's own IPython start-up files and matplotlib settings must not change a result.
        "IPYTHONDIR": str(stage / "ipython"),
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return Job(run.source, executed, run.parameters, environment, folder, stage / "stderr.txt")


def _state(run: Run) -> _State:
    inputs = digests(path for path in run.inputs.values() if path.is_file())
    return _State(inputs, digest(notebook_code()), notebook_digest(run.source))


def _changed_meanwhile(before: _State, after: _State) -> str:
    """Return what changed while a notebook ran; empty where nothing did."""
    changed = [path for path in before.inputs if after.inputs.get(path) != before.inputs[path]]
    changed += ["the code in src/analysis"] * (before.code != after.code)
    changed += ["the notebook"] * (before.notebook != after.notebook)
    return f"{', '.join(changed)} changed while the notebook ran. Run again." if changed else ""


def _wrong_outputs(run: Run, made: Path) -> str:
    """Return where what a notebook made is not what it declares; empty where it is."""
    declared = {*run.outputs, run.executed}
    found = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    messages = [f"did not make {path.as_posix()}, which the codebook says it does" for path in sorted(declared - found)]
    messages += [f"made {path.as_posix()}, which nothing declares" for path in sorted(found - declared)]
    return "; ".join(messages)


def _put_in_place(made: Path) -> dict[str, str]:
    """Move what a run made to the output directory, each file whole; return path -> digest."""
    outputs = {}
    for path in sorted(found.relative_to(made) for found in made.rglob("*") if found.is_file()):
        outputs[path.as_posix()] = sha256(made / path)
        target = output_dir() / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / path).replace(target)
    return outputs


def _keep_failed(run: Run, job: Job, outcome: Outcome, error: str, messages: str) -> str:
    """Keep a failing notebook where it can be looked at, record the failure, and return what to tell of it."""
    import nbformat

    from analysis.site.failure import render_failure

    told = error + (f" (cell {outcome.cell})" if outcome.cell else "")
    if outcome.died and messages:
        # What it last said may say why.
        told = "\n".join([told, *messages.splitlines()[-5:]])
    failure = None
    notebook, page = _kept(run)
    if job.executed.is_file():
        # Tracebacks name files; where the checkout lies is nobody's business.
        folder = json.dumps(f"{ROOT}{os.sep}")[1:-1]
        content = job.executed.read_text(encoding="utf-8").replace(folder, "")
        write_atomic(output_dir() / notebook, content.encode("utf-8"))
        html = render_failure(nbformat.reads(content, as_version=4), run.name)
        write_atomic(output_dir() / page, html.encode("utf-8"))
        failure = page.as_posix()
        told += f"\n  Look at it: {failure}#failing-cell"
    write_record(
        Record(task=run.name, status="failed", reason=error, failure=failure, items=unmade_items(run), **run.identity)
    )
    return told


def _kept(run: Run) -> tuple[Path, Path]:
    stem = "logs/failed/" + run.name.replace("/", "-")
    return Path(f"{stem}.ipynb"), Path(f"{stem}.html")


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def unmade_items(run: Run) -> dict[str, dict[str, str]]:
    """Return the state of a report's items whose run did not make them; why is said by its record."""
    names = [*(name for name, item in run.items.items() if item.printed), *run.never_made]
    return {name: {"status": "not_drawn", "reason": ""} for name in names}


def _item_states(run: Run, executed: Path) -> dict[str, dict[str, str]]:
    """Return the state of each of the report's items: as the executed notebook shows it, or why nothing makes it."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    shown = "".join(
        "".join(output.get("data", {}).get("text/html", "")) for cell in cells for output in cell.get("outputs", [])
    )
    states = {
        unescape(found["item"]): {"status": found["status"], "reason": unescape(found["reason"])}
        for found in _ITEM.finditer(shown)
    }
    drawn = {"status": "drawn", "reason": ""}
    made = {name: states.get(name, drawn) for name, item in run.items.items() if item.printed}
    return made | {name: {"status": "not_drawn", "reason": why} for name, why in run.never_made.items()}


def _summary(executed: Path) -> str:
    """Return the text of the output of the cell tagged `summary`, without markup; empty where there is none."""
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if "summary" in cell["metadata"].get("tags", []):
            markdown = "".join(cell["outputs"][0]["data"]["text/markdown"])
            return unescape(re.sub(r"<[^>]+>|\*", "", markdown)).strip()
    return ""
