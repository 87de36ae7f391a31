"""What the outputs depend on beside their data: the code of the package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from analysis.layout import ROOT
from analysis.pipeline.records import digests

_PACKAGE = ROOT / "src" / "analysis"
# Rooms that a notebook does not use: a change there leaves what it makes as it is.
_NOT_IN_NOTEBOOKS = {"site", "pipeline", "cli.py"}


def notebook_code() -> list[Path]:
    """Return every file of the package that a notebook's outputs can depend on."""
    return sorted(_code(path for path in _PACKAGE.iterdir() if path.name not in _NOT_IN_NOTEBOOKS))


def page_code() -> list[Path]:
    """Return every file of the package that a page depends on beside its executed notebook."""
    return sorted(_code(_PACKAGE / name for name in ("site", "lang")))


def _code(paths: Iterator[Path]) -> Iterator[Path]:
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and _is_code(file))


def notebook_digest(path: Path) -> str:
    """Return a digest of a notebook's cells and tags: opening and saving it in JupyterLab changes neither."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    own = [("".join(cell["source"]), cell["cell_type"], cell["metadata"].get("tags", [])) for cell in cells]
    return digest_of(own)


def digest_of(value: object) -> str:
    """Return a digest of anything JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode("utf-8")).hexdigest()


def digest(paths: list[Path]) -> str:
    """Return one SHA-256 for several files together."""
    return digest_of(digests(paths))


def _is_code(file: Path) -> bool:
    return "__pycache__" not in file.parts and not file.name.startswith(".")
