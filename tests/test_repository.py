"""What may stand in the repository: no path of anybody's machine, no result stored in a notebook."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
# Where git is missing: what .gitignore keeps out.
OUTPUTS = {"data/processed", "figures", "logs", "reports"}
HIDDEN_BUT_KEPT = {".ci", ".github"}

# The brackets keep the patterns from matching the lines they stand on. A path of a machine begins its word: a
# relative path, or an address, may have such a folder further on.
MACHINE_PATH = re.compile(
    r"""
    (?<![\w.~-])
    (?: [/]home/\w+ | [/]Users/\w+ | [/](?:root|tmp|work)/ | [A-Za-z]:[\\/]+Users[\\/] )
    """,
    re.VERBOSE,
)


def repository_files() -> Iterator[Path]:
    """Yield every file that git tracks or would track; without git, all but outputs and hidden folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
        candidates = [ROOT / name for name in sorted(set(listed) - {""})]
    except (OSError, subprocess.CalledProcessError):
        candidates = [path for path in sorted(ROOT.rglob("*")) if not is_left_out(path.relative_to(ROOT))]
    yield from (path for path in candidates if path.is_file())


def is_left_out(path: Path) -> bool:
    hidden = {part for part in path.parts[:-1] if part.startswith(".") or part == "__pycache__"}
    return bool(hidden - HIDDEN_BUT_KEPT) or any(parent.as_posix() in OUTPUTS for parent in path.parents)


def text_of(path: Path) -> str | None:
    """Return what a text file says, None for a binary one (as git tells them apart: by a zero byte)."""
    content = path.read_bytes()
    return None if b"\0" in content[:8000] else content.decode("utf-8", errors="replace")


def machine_paths(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.splitlines(), start=1)
    return [(number, found.group()) for number, line in lines if (found := MACHINE_PATH.search(line))]


@pytest.mark.parametrize(
    "path",
    [
        "/" + "home/anna/reports",
        "/" + "Users/anna/reports",
        "C:" + "\\Users\\anna",
        "C:" + "\\\\Users\\\\anna",
        "file:///" + "home/anna",
        "/" + "root/.cache",
        "/" + "tmp/x",
        "/" + "work/main",
    ],
)
def test_machine_path_is_recognised(path: str) -> None:
    assert [number for number, _ in machine_paths(f'first line\nread_csv("{path}")')] == [2]


@pytest.mark.parametrize("text", ["example.org/" + "home/page", ".github/" + "workflows", "a/" + "tmp/b", "/homework/"])
def test_other_path_is_let_through(text: str) -> None:
    assert machine_paths(text) == []


def test_no_file_names_a_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {place}"
        for path in repository_files()
        if (text := text_of(path)) is not None
        for number, place in machine_paths(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").rglob("[!.]*.ipynb")), ids=lambda path: str(path.name))
def test_notebook_stores_no_result(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    stored = [
        number
        for number, cell in enumerate(cells, start=1)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    assert stored == [], "cells with stored results: run nbstripout on it"


def test_no_collected_export_is_tracked() -> None:
    waves = [path for path in repository_files() if path.name == "wave.yaml"]
    assert waves
    assert [path for path in waves if yaml.safe_load(path.read_text(encoding="utf-8"))["basis"] == "collected"] == []
