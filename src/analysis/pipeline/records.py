"""What each task left behind and from what: one small file for each, from which manifest and index are put together.

What lies in the output directory is what its records list: a task that is made again, fails or is no longer run takes
what it does not list any more away, so that nothing old can pass for new.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from analysis.files import sha256, write_atomic
from analysis.lang import Lang
from analysis.layout import display_path, output_dir

_FOLDER = Path(".state", "records")
PAGE = "page/"
DOCUMENTS = "documents/"
SUMMARY = "summary"
_WORSE = ("drawn", "partly", "not_drawn")
# Tasks end at the same time, and each looks at what the others claim.
_WRITING = threading.Lock()


@dataclass(frozen=True)
class Record:
    """One task that was made, failed, or could not be run.

    Parameters
    ----------
    task
        Its name; a notebook run's, `page/` and the run's for its page, `documents/` and the wave and language for a
        wave's documents, or `summary`.
    status
        How it ended.
    study, study_title, year, notebook, chapter, title, lang, basis, source
        The run it belongs to; the titles in its language.
    collected
        Whether its wave is a collected export, whose datasets stay where they are.
    position
        Place of the run among those of its wave.
    reason
        Why it was not made.
    parameters
        What was injected.
    settings
        Digest of whatever else would make it out of date: of a notebook its cells, of a page what it says.
    inputs
        Path -> SHA-256 of the data it read.
    code, lock
        SHA-256 of the code and of the locked environment.
    outputs
        Path -> SHA-256 of what it made.
    items
        Items of the report it makes -> how: `status` drawn, partly or not_drawn, and the `reason`.
    summary
        One line for the index.
    failure
        Path of the kept notebook, if it failed.
    """

    task: str
    status: Literal["made", "failed", "not run"]
    study: str
    study_title: str
    year: int
    notebook: str
    chapter: str
    title: str
    lang: Lang
    basis: str
    collected: bool
    source: str
    position: int
    reason: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    code: str = ""
    lock: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    summary: str = ""
    failure: str | None = None


def record_path(task: str) -> Path:
    """Return where the record of a task lies, relative to the output directory."""
    return _FOLDER / f"{task.replace('/', '--')}.json"


def read_record(task: str) -> Record | None:
    """Return the record of a task, or None where it has none."""
    path = output_dir() / record_path(task)
    return _read(path) if path.is_file() else None


def read_records() -> list[Record]:
    """Return all records of the output directory, by task name."""
    found = (_read(path) for path in sorted((output_dir() / _FOLDER).glob("*.json")))
    return [record for record in found if record is not None]


def notebook_records() -> list[Record]:
    """Return the records of notebook runs, without those of what is made of them."""
    return [record for record in read_records() if not record.task.startswith((PAGE, DOCUMENTS, SUMMARY))]


def write_record(record: Record) -> None:
    """Write a record in the place of the task's earlier one; a run that was not made has no page."""
    content = json.dumps(asdict(record), ensure_ascii=False, indent=1, sort_keys=True)
    with _WRITING:
        _take_away(record.task, keep=record.outputs)
        if record.status != "made":
            _remove(PAGE + record.task)
        write_atomic(output_dir() / record_path(record.task), content.encode("utf-8"))


def remove_record(task: str) -> None:
    """Remove the record of a task that is no longer to be made, and what it made."""
    with _WRITING:
        _remove(task)


@contextmanager
def whole_or_gone(task: str) -> Iterator[None]:
    """Remove what a task made earlier, and its record, where making it again fails."""
    try:
        yield
    except BaseException:
        remove_record(task)
        raise


def changed_outputs(record: Record) -> list[str]:
    """Return the outputs of a record that are no longer what the task made, or are gone."""
    return [path for path, made in record.outputs.items() if not _is(path, made)]


def digests(paths: Iterable[Path]) -> dict[str, str]:
    """Return path as shown -> SHA-256 of each file."""
    return {display_path(path): sha256(path) for path in paths}


def write_manifest(records: list[Record]) -> None:
    """Write `reports/manifest.json`: every output with its making, every item with its state (design, section 5).

    It holds no time and no commit, so that two runs of the same thing are the same; those stand in `logs/run.jsonl`.
    """
    outputs: dict[str, dict[str, Any]] = {}
    for record in records:
        for path, made in record.outputs.items():
            # Of two languages that each wrote a dataset, the one whose file it is.
            if path not in outputs and _is(path, made):
                outputs[path] = {
                    "path": path,
                    "sha256": made,
                    "task": record.task,
                    "parameters": record.parameters,
                    "inputs": record.inputs,
                    "code": record.code,
                    "lock": record.lock,
                    "basis": record.basis,
                }
    items: dict[tuple[str, int, str], dict[str, Any]] = {}
    for record in records:
        for item, state in record.items.items():
            if record.status != "made":
                state = {"status": "not_drawn", "reason": record.reason}
            key = (record.study, record.year, item)
            # In several languages an item is one item; it is drawn when all of them are.
            if key not in items or _WORSE.index(state["status"]) > _WORSE.index(items[key]["status"]):
                items[key] = {"study": record.study, "wave": record.year, "item": item, **state}
    manifest = {"outputs": [outputs[path] for path in sorted(outputs)], "items": [items[key] for key in sorted(items)]}
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    write_if_changed(Path("reports", "manifest.json"), content)


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file of the output directory unless it already says the same."""
    target = output_dir() / path
    if not target.is_file() or target.read_bytes() != content:
        write_atomic(target, content)


def _read(path: Path) -> Record | None:
    """Return the record in a file; None where another version of this code wrote it: the task is then made again."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Record(**content) if set(content) == {each.name for each in fields(Record)} else None


def _remove(task: str) -> None:
    _take_away(task)
    (output_dir() / record_path(task)).unlink(missing_ok=True)


def _take_away(task: str, keep: Iterable[str] = ()) -> None:
    """Remove what a task made earlier, but for what is kept and what another task's record claims."""
    earlier = read_record(task)
    if earlier is None:
        return
    claimed = {path for record in read_records() if record.task != task for path in record.outputs}
    for path in set(earlier.outputs) - set(keep) - claimed:
        (output_dir() / path).unlink(missing_ok=True)


def _is(path: str, digest: str) -> bool:
    file = output_dir() / path
    return file.is_file() and sha256(file) == digest
