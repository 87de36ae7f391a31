"""What each task left behind and from what: one small file for each, from which manifest and index are put together."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis.files import sha256, write_atomic
from analysis.layout import display_path, output_dir

_FOLDER = Path(".state", "records")


@dataclass(frozen=True)
class Record:
    """One task that was made, or failed.

    Parameters
    ----------
    task
        Its name; a notebook run's, or `page/` and the run's for its page.
    status
        `made` or `failed`.
    study, year, notebook, lang, basis
        The run it belongs to.
    parameters
        What was injected.
    inputs
        Path -> SHA-256 of the data it read.
    code, lock
        SHA-256 of the code and of the locked environment.
    outputs
        Path -> SHA-256 of what it made.
    items
        Items of the report it made.
    summary
        One line for the index.
    failure
        Path of the kept notebook, if it failed.
    """

    task: str
    status: Literal["made", "failed"]
    study: str
    year: int
    notebook: str
    lang: str
    basis: str
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    code: str = ""
    lock: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    summary: str = ""
    failure: str | None = None


def record_path(task: str) -> Path:
    """Return where the record of a task lies, relative to the output directory."""
    return _FOLDER / f"{task.replace('/', '--')}.json"


def write_record(record: Record) -> None:
    """Write a record, in the place of the task's earlier one."""
    content = json.dumps(asdict(record), ensure_ascii=False, indent=1, sort_keys=True)
    write_atomic(output_dir() / record_path(record.task), content.encode("utf-8"))


def read_records() -> list[Record]:
    """Return all records of the output directory, by task name."""
    files = sorted((output_dir() / _FOLDER).glob("*.json"))
    loaded = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [Record(**{**content, "items": tuple(content["items"])}) for content in loaded]


def notebook_records() -> list[Record]:
    """Return the records of notebook runs, without those of their pages."""
    return [record for record in read_records() if not record.task.startswith("page/")]


def digests(paths: list[Path]) -> dict[str, str]:
    """Return path as shown -> SHA-256 of each file."""
    return {display_path(path): sha256(path) for path in paths}


def write_manifest(records: list[Record]) -> None:
    """Write `reports/manifest.json`: every output with its making, every item with its state (design, section 5).

    It holds no time and no commit, so that two runs of the same thing are the same; those stand in `logs/run.jsonl`.
    """
    made = [record for record in records if record.status == "made"]
    outputs = [
        {
            "path": path,
            "sha256": digest,
            "task": record.task,
            "parameters": record.parameters,
            "inputs": record.inputs,
            "code": record.code,
            "lock": record.lock,
            "basis": record.basis,
        }
        for record in made
        for path, digest in record.outputs.items()
    ]
    items: dict[tuple[str, int, str], dict[str, Any]] = {}
    for record in records:
        for item in record.items:
            drawn = record.status == "made"
            state = {
                "status": "drawn" if drawn else "not_drawn",
                "reason": "" if drawn else "the notebook failed",
            }
            key = (record.study, record.year, item)
            # In several languages an item is one item; it is drawn when all of them are.
            if key not in items or not drawn:
                items[key] = {"study": record.study, "wave": record.year, "item": item, **state}
    manifest = {
        "outputs": sorted(outputs, key=lambda output: str(output["path"])),
        "items": [items[key] for key in sorted(items)],
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    write_if_changed(Path("reports", "manifest.json"), content)


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file of the output directory unless it already says the same."""
    target = output_dir() / path
    if not target.is_file() or target.read_bytes() != content:
        write_atomic(target, content)
