"""Where everything lies, and what each notebook reads and writes.

The only module that knows a path. Directories come from the environment (set by `run_all.py`), so
that no notebook carries one as a parameter; without them, as in JupyterLab, the repository's own are used.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK_DIR = ROOT / "notebooks"
RAW_DIR = ROOT / "data" / "raw"
LOCK_FILE = ROOT / "uv.lock"

OUTPUT_VARIABLE = "ANALYSIS_OUTPUT_DIR"
EXTRA_RAW_VARIABLE = "ANALYSIS_RAW_DIR"
RUN_VARIABLE = "ANALYSIS_RUN"


@dataclass(frozen=True)
class Notebook:
    """What a notebook may read and which datasets it writes, by name (see `raw_path`, `processed_path`)."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    only_if_printed: bool = False  # has nothing to say about a wave that no report prints


ALWAYS_READ = ("codebook", "wave")
"""Datasets that every run opens with."""

WRITTEN = ("estimates", "replication")
"""Datasets that notebooks write for each other; all others are raw data."""

NOTEBOOKS = {
    "05_replicate": Notebook(
        reads=("published", "estimates"),
        writes=("replication",),
        only_if_printed=True,
    ),
    "06_allocate": Notebook(
        reads=("published", "population", "register", "boundaries"),
        writes=("estimates",),
    ),
}


def output_dir() -> Path:
    """Return the directory that mirrors the repository's layout for everything written."""
    return Path(os.environ.get(OUTPUT_VARIABLE) or ROOT).resolve()


def extra_raw_dir() -> Path | None:
    """Return the directory outside the repository that adds waves, if one was given."""
    given = os.environ.get(EXTRA_RAW_VARIABLE)
    return Path(given).resolve() if given else None


def wave_dir(study: str, year: int) -> Path:
    """Return the folder of one wave; the extra raw directory, given on purpose, goes before the repository."""
    extra = extra_raw_dir()
    if extra is not None and (extra / study / str(year)).is_dir():
        return extra / study / str(year)
    return RAW_DIR / study / str(year)


def wave_years(study: str) -> list[int]:
    """Return the years a study has a wave folder for, in either raw directory, in order."""
    folders = [base / study for base in (RAW_DIR, extra_raw_dir()) if base is not None]
    return sorted(
        {
            int(entry.name)
            for folder in folders
            if folder.is_dir()
            for entry in folder.iterdir()
            if entry.is_dir() and entry.name.isdecimal()
        }
    )


def unknown_raw_folders() -> list[str]:
    """Return what lies in the extra raw directory where a study's folder should, and is none."""
    extra = extra_raw_dir()
    if extra is None:
        return []
    return sorted(entry.name for entry in extra.iterdir() if entry.is_dir() and entry.name not in study_names())


def replaced_waves() -> list[str]:
    """Return the waves of the repository that the extra raw directory has too, and so replaces."""
    extra = extra_raw_dir()
    if extra is None:
        return []
    return [
        f"{study}/{year}"
        for study in study_names()
        for year in wave_years(study)
        if (extra / study / str(year)).is_dir() and (RAW_DIR / study / str(year)).is_dir()
    ]


def study_names() -> list[str]:
    """Return the studies the repository has a codebook for."""
    return sorted(path.parent.name for path in RAW_DIR.glob("*/codebook.yaml"))


def raw_path(name: str, study: str, year: int, places: str) -> Path:
    """Return the path of a named dataset among the raw data.

    Parameters
    ----------
    name
        A name used in `NOTEBOOKS`.
    study, year
        The wave it belongs to.
    places
        The municipalities of the study, as its codebook says (`dalarna`): names the register and the boundaries.

    Raises
    ------
    KeyError
        No raw dataset has this name.
    """
    return {
        "codebook": RAW_DIR / study / "codebook.yaml",
        "published": RAW_DIR / study / "published.csv",
        "wave": wave_dir(study, year) / "wave.yaml",
        "population": wave_dir(study, year) / "population.csv",
        "register": RAW_DIR / "municipalities" / f"{places}_population.csv",
        "boundaries": RAW_DIR / "municipalities" / f"{places}_boundaries.geojson",
    }[name]


def processed_path(name: str, study: str, year: int) -> Path:
    """Return the path of a named dataset that a notebook writes, relative to the output directory."""
    return Path("data", "processed", study, str(year), f"{name}.csv")


def input_paths(notebook: str, study: str, year: int, places: str) -> dict[str, Path]:
    """Return dataset name -> file for all that a notebook declares to read."""
    return {
        name: output_dir() / processed_path(name, study, year)
        if name in WRITTEN
        else raw_path(name, study, year, places)
        for name in (*ALWAYS_READ, *NOTEBOOKS[notebook].reads)
    }


def page_path(study: str, year: int, notebook: str, lang: str) -> Path:
    """Return the page of a notebook run, relative to the output directory; the executed notebook lies beside it."""
    return Path("reports", lang, f"{study}-{year}-{notebook}.html")


def item_paths(kind: str, study: str, year: int, lang: str, item: str) -> dict[str, Path]:
    """Return file type -> path of everything saved for an item, relative to the output directory."""
    types = {"figure": ("svg", "png", "csv"), "table": ("html", "csv")}[kind]
    folder = Path("figures", study, str(year), lang)
    return {suffix: folder / f"{item}.{suffix}" for suffix in types}


def display_path(path: Path) -> str:
    """Return a path as messages and manifests show it: never with a folder of this machine in it."""
    path = path.resolve()
    bases = [(ROOT, ""), (output_dir(), ""), (extra_raw_dir(), "<raw-dir>/")]
    # The innermost first: an output directory may lie inside the repository, and reads the same wherever it is.
    for base, prefix in sorted(bases, key=lambda pair: -len(pair[0].parts) if pair[0] else 0):
        if base is not None and path.is_relative_to(base):
            return prefix + path.relative_to(base).as_posix()
    return path.name
