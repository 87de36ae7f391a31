"""Every test has an output directory and an extra raw directory of its own, told by the environment."""

from pathlib import Path

import pytest

from analysis.layout import EXTRA_RAW_VARIABLE, OUTPUT_VARIABLE, RUN_VARIABLE


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the output directory, not yet made."""
    monkeypatch.setenv(OUTPUT_VARIABLE, str(tmp_path / "output"))
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, "")
    monkeypatch.setenv(RUN_VARIABLE, "")
    return tmp_path / "output"


@pytest.fixture
def raw(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the extra raw directory, empty."""
    folder = tmp_path / "raw"
    folder.mkdir()
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(folder))
    return folder
