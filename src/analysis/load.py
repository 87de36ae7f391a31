"""The only way a notebook reads, and the only way it writes a dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.context import Context, current
from analysis.errors import AnalysisError, InputError, Problem, did_you_mean
from analysis.estimates import COLUMNS, NUMERIC, estimate_frame
from analysis.files import sha256, write_atomic
from analysis.ingest.associations import no_associations, read_associations
from analysis.ingest.check import check_basis, population_of_wave
from analysis.ingest.disputes import no_disputes, read_disputes
from analysis.ingest.identified import no_identification, read_identified
from analysis.ingest.population import read_population
from analysis.ingest.surveyxact import Export, find_export, read_surveyxact
from analysis.layout import ALWAYS_READ, NOTEBOOKS, PREVIOUS, display_path, processed_path, raw_path
from analysis.places import municipalities, read_boundaries, read_register
from analysis.published import load_published
from analysis.published.claims import COLUMNS as CLAIM_COLUMNS
from analysis.published.claims import load_claims
from analysis.published.references import load_references


def load(name: str, wave: Literal["own", "previous"] = "own") -> Any:
    """Read a dataset of the run's wave, or of the wave before.

    Parameters
    ----------
    name
        `responses`, `estimates`, `published` (the wave's rows), `report` (the printed rows of all waves), `export` … :
        see `NOTEBOOKS`.
    wave
        Whose.

    Returns
    -------
    object
        A DataFrame, or what the reader of that dataset returns. A dataset that none of the study's notebooks writes is
        an empty table.

    Raises
    ------
    AnalysisError
        The notebook's task does not declare this dataset (`NOTEBOOKS` in `layout.py`), so nobody would notice if it
        changed.
    InputError
        The file is missing or broken.
    """
    run = current()
    spec = NOTEBOOKS[run.notebook]
    declared = (*ALWAYS_READ, *(spec.reads if wave == "own" else spec.reads_previous))
    if name not in declared:
        raise AnalysisError(
            f"{run.notebook} does not declare that it reads {name!r}. {did_you_mean(name, sorted(declared))}. "
            "Declare it in NOTEBOOKS, src/analysis/layout.py, so that a change of it is noticed."
        )
    if name == "export":
        return _export(run)
    key = name if wave == "own" or name == "codebook" else PREVIOUS + name
    if key not in run.inputs:
        return _EMPTY[name]()
    return _READERS.get(key, _READERS[name])(run, run.inputs[key])


def store(name: str, frame: pd.DataFrame) -> None:
    """Write a dataset of the run's wave, as CSV or Parquet.

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
        path = processed_path(name, run.study, run.year)
        write_atomic(run.outputs / path, _content(frame, path.suffix))


def _export(run: Context) -> Export:
    folder = raw_path("export", run.study, run.year, run.codebook.places)
    check_basis(run.wave, display_path(folder / "wave.yaml"))
    made = run.wave.reconstruction.sha256 if run.wave.reconstruction else {}
    problems = [
        Problem(
            display_path(folder / name),
            "the file is not as it was reconstructed",
            f"Nobody's answers are to be edited: run_all.py reconstruct --study {run.study} --year {run.year}.",
        )
        for name, digest in made.items()
        if not (folder / name).is_file() or sha256(folder / name) != digest
    ]
    if problems:
        raise InputError(problems)
    return read_surveyxact(find_export(folder))


def _content(frame: pd.DataFrame, suffix: str) -> bytes:
    if suffix == ".parquet":
        return frame.to_parquet(index=False)
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _names(run: Context) -> dict[str, str]:
    return _expected_names(run, run.inputs["register"], read_register(run.inputs["register"]))


def _expected_names(run: Context, path: Path, register: pd.DataFrame) -> dict[str, str]:
    """Return code -> name of a register's municipalities, which must be as many as the codebook says."""
    names = municipalities(register)
    expected = run.codebook.population
    if len(names) != expected:
        message = f"{len(names)} municipalities where the codebook says {expected}"
        raise InputError([Problem(display_path(path), message, "Correct the register or the codebook.")])
    return names


def _municipalities(run: Context, path: Path) -> pd.DataFrame:
    register = read_register(path)
    _expected_names(run, path, register)
    return population_of_wave(register, run.wave, display_path(run.inputs["wave"]))


def _published(run: Context, path: Path, year: int) -> pd.DataFrame:
    rows = load_published(path, run.codebook)
    return rows[rows["wave"] == year].reset_index(drop=True)


def _report(run: Context, path: Path) -> pd.DataFrame:
    return load_published(path, run.codebook)


def _estimates(run: Context, path: Path) -> pd.DataFrame:
    try:
        types: dict[str, str] = {name: "str" for name in COLUMNS if name not in NUMERIC} | {"wave": "int64"}
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values={name: [""] for name in NUMERIC})
    except FileNotFoundError:
        raise _not_made(run, path) from None
    return frame[list(COLUMNS)]


def _responses(run: Context, path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except FileNotFoundError:
        raise _not_made(run, path) from None


def _cleaning(run: Context, path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        raise _not_made(run, path) from None


def _not_made(run: Context, path: Path) -> InputError:
    """Return the error of a dataset that another notebook has yet to write."""
    writer = next(name for name in run.codebook.notebooks if path.stem in NOTEBOOKS[name].writes)
    return InputError([Problem(display_path(path), "the file does not exist", f"Run {writer} first.")])


_EMPTY: dict[str, Callable[[], pd.DataFrame | None]] = {
    "associations": no_associations,
    "comparison": lambda: estimate_frame([]),
    "disputes": no_disputes,
    "identified": no_identification,
    "references": lambda: None,
    "stated_claims": lambda: pd.DataFrame(columns=list(CLAIM_COLUMNS)),
}


_READERS: dict[str, Callable[[Context, Path], Any]] = {
    "codebook": lambda run, path: run.codebook,
    "wave": lambda run, path: run.wave_as_run,
    PREVIOUS + "wave": lambda run, path: run.previous,
    "population": lambda run, path: read_population(path, _names(run)),
    "register": lambda run, path: read_register(path),
    "boundaries": lambda run, path: read_boundaries(path, _names(run)),
    "published": lambda run, path: _published(run, path, run.year),
    PREVIOUS + "published": lambda run, path: _published(run, path, (run.previous or run.wave).year),
    "report": _report,
    "references": lambda run, path: load_references(path, run.codebook),
    "stated_claims": lambda run, path: load_claims(path, run.codebook),
    "municipalities": _municipalities,
    "identified": lambda run, path: read_identified(path),
    "associations": lambda run, path: read_associations(path),
    "disputes": lambda run, path: read_disputes(path),
    "responses": _responses,
    "cleaning": _cleaning,
    "estimates": _estimates,
    "comparison": _estimates,
}
