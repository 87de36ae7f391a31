"""Runs of a notebook that write beneath the test's own folder, and files of bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

import analysis.context
from analysis.context import Context, begin
from analysis.lang import Lang
from analysis.layout import EXTRA_RAW_VARIABLE, OUTPUT_VARIABLE, RUN_VARIABLE
from tests.dalarna import STUDY

# The same examples on every machine, however slow: a red test is a change of the code.
settings.register_profile("repository", deadline=None, derandomize=True, database=None)
settings.load_profile("repository")

OpenRun = Callable[..., Context]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No run is open, nothing is set; outputs would go to the folder returned."""
    for variable in (EXTRA_RAW_VARIABLE, RUN_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(OUTPUT_VARIABLE, str(tmp_path))
    monkeypatch.setattr(analysis.context, "_current", [])
    return tmp_path


@pytest.fixture
def open_run(no_run: Path) -> OpenRun:
    """Open a run of the Dalarna agreement."""

    def opened(notebook: str = "06_allocate", lang: Lang = "en") -> Context:
        return begin(notebook, STUDY, 2025, lang)

    return opened


@pytest.fixture
def dalarna_run(open_run: OpenRun) -> Context:
    return open_run()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file, as it stands, beneath the test's folder."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return written
