"""The only way a notebook reads, and the only way it writes a dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.context import Context, current
from analysis.errors import AnalysisError, InputError, Problem, did_you_mean
from analysis.estimates import COLUMNS, NUMERIC
from analysis.files import write_atomic
from analysis.ingest.population import read_population
from analysis.layout import NOTEBOOKS, display_path, processed_path
from analysis.places import municipalities, read_boundaries, read_register
from analysis.published import load_published


def load(name: str) -> Any:
    """Read a dataset of the run's wave.

    Parameters
    ----------
    name
        `population`, `register`, `boundaries`, `published` (the wave's rows), `estimates`, `codebook` or `wave`.

    Returns
    -------
    object
        A DataFrame, or what the reader of that dataset returns.

    Raises
    ------
    AnalysisError
        The notebook's task does not declare this dataset (`NOTEBOOKS` in `layout.py`), so nobody would notice if it
        changed.
    InputError
        The file is missing or broken.
    """
    run = current()
    if name not in run.inputs:
        raise AnalysisError(
            f"{run.notebook} does not declare that it reads {name!r}. {did_you_mean(name, sorted(run.inputs))}. "
            "Declare it in NOTEBOOKS, src/analysis/layout.py, so that a change of it is noticed."
        )
    return _READERS[name](run, run.inputs[name])


def store(name: str, frame: pd.DataFrame) -> None:
    """Write a dataset of the run's wave, as CSV.

    Where the same notebook runs in several languages, one language's run writes it and the others leave it.

    Raises
    ------
    AnalysisError
        The notebook does not declare that it writes this dataset.
    """
    run = current()
    declared = NOTEBOOKS[run.notebook].writes
    if name not in declared:
        raise AnalysisError(f"{run.notebook} does not declare that it writes {name!r}. {did_you_mean(name, declared)}.")
    if name in run.writes:
        content = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
        write_atomic(run.outputs / processed_path(name, run.study, run.year), content)


def _names(run: Context) -> dict[str, str]:
    path = run.inputs["register"]
    names = municipalities(read_register(path))
    expected = run.codebook.population
    if len(names) != expected:
        message = f"{len(names)} municipalities where the codebook says {expected}"
        raise InputError([Problem(display_path(path), message, "Correct the register or the codebook.")])
    return names


def _published(run: Context, path: Path) -> pd.DataFrame:
    rows = load_published(path, run.codebook)
    return rows[rows["wave"] == run.year].reset_index(drop=True)


def _estimates(run: Context, path: Path) -> pd.DataFrame:
    try:
        types: dict[str, str] = {name: "str" for name in COLUMNS if name not in NUMERIC} | {"wave": "int64"}
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values={name: [""] for name in NUMERIC})
    except FileNotFoundError:
        writer = next(name for name, spec in NOTEBOOKS.items() if "estimates" in spec.writes)
        advice = f"Run {writer} first."
        raise InputError([Problem(display_path(path), "the file does not exist", advice)]) from None
    return frame[list(COLUMNS)]


_READERS: dict[str, Callable[[Context, Path], Any]] = {
    "codebook": lambda run, path: run.codebook,
    "wave": lambda run, path: run.wave_as_run,
    "population": lambda run, path: read_population(path, _names(run)),
    "register": lambda run, path: read_register(path),
    "boundaries": lambda run, path: read_boundaries(path, _names(run)),
    "published": _published,
    "estimates": _estimates,
}
