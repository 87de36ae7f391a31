"""Where everything lies, and what each notebook reads and writes.

The only module that knows a path. Directories come from the environment (set by `run_all.py`), so
that no notebook carries one as a parameter; without them, as in JupyterLab, the repository's own are used.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
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
    """What a notebook may read and which datasets it writes, by name (see `raw_path`, `processed_path`).

    Parameters
    ----------
    reads, writes
        Datasets of its own wave.
    reads_previous
        Datasets of the wave before; the first wave of a study has no such notebook.
    by_chapter
        Whether it runs once for each chapter of the report.
    only_if_printed
        Whether it has nothing to say about a wave that no report prints.
    by_report
        Whether it is about the report rather than a wave: it runs with the newest wave that the report prints.
    of_print
        Whether it shows print and codebook alone, whatever the wave's own data rest on.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    reads_previous: tuple[str, ...] = ()
    by_chapter: bool = False
    only_if_printed: bool = False
    by_report: bool = False
    of_print: bool = False


ALWAYS_READ = ("codebook", "wave")
"""Datasets that every run opens with."""

PREVIOUS = "previous/"
"""Stands before the name of a dataset of the wave before."""

NOTEBOOKS = {
    "00_codebook": Notebook(
        reads=("published",),
        writes=(),
        of_print=True,
    ),
    "01_clean": Notebook(
        reads=("export", "municipalities", "identified", "published"),
        writes=("responses", "cleaning"),
    ),
    "02_describe": Notebook(
        reads=("responses", "cleaning", "municipalities", "published", "identified"),
        writes=("estimates",),
        by_chapter=True,
    ),
    "03_regress": Notebook(
        reads=("report", "stated_claims", "associations", "responses"),
        writes=("models",),
    ),
    "04_compare": Notebook(
        reads=("published", "estimates", "responses"),
        writes=("comparison", "change_models"),
        reads_previous=("published", "estimates", "responses"),
    ),
    "05_replicate": Notebook(
        reads=("published", "report", "estimates", "comparison", "disputes"),
        writes=("replication",),
        only_if_printed=True,
    ),
    "06_allocate": Notebook(
        reads=("published", "population", "register", "boundaries"),
        writes=("estimates",),
    ),
    "07_audit": Notebook(
        reads=("report", "references", "stated_claims"),
        writes=("findings", "claims"),
        only_if_printed=True,
        by_report=True,
        of_print=True,
    ),
    "08_printed": Notebook(
        reads=("published",),
        writes=(),
        by_chapter=True,
        of_print=True,
    ),
}

CODEBOOK = "00_codebook"
"""The notebook that shows what was asked and printed."""

REPLICATES = "05_replicate"
"""The notebook that holds each printed number of a wave against the one computed."""

VERDICTS = "replication"
"""The dataset it writes; over all reports, of the same name, it lies beside the folders of the studies."""

WRITTEN = {name for notebook in NOTEBOOKS.values() for name in notebook.writes}
"""Datasets that notebooks write for each other; all others are raw data."""

_OPTIONAL = ("associations", "disputes", "identified", "references", "stated_claims")
"""Raw datasets that a study or wave may be without."""

_NO_EXPORT = {
    "associations.csv",
    "disputes.csv",
    "identified.csv",
    "municipalities.csv",
    "population.csv",
    "wave.yaml",
}
WORKBOOK_SUFFIX = ".xlsx"
_SUFFIXES = {"responses": "parquet"}


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


def previous_year(study: str, year: int) -> int | None:
    """Return the year of the wave before, None for the first."""
    return max((earlier for earlier in wave_years(study) if earlier < year), default=None)


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
    wave = wave_dir(study, year)
    municipalities = RAW_DIR / "municipalities"
    return {
        "codebook": RAW_DIR / study / "codebook.yaml",
        "published": RAW_DIR / study / "published.csv",
        "report": RAW_DIR / study / "published.csv",
        "references": RAW_DIR / study / "references.csv",
        "stated_claims": RAW_DIR / study / "claims.csv",
        "wave": wave / "wave.yaml",
        "export": wave,
        "population": wave / "population.csv",
        "identified": wave / "identified.csv",
        "associations": wave / "associations.csv",
        "disputes": wave / "disputes.csv",
        "municipalities": wave / "municipalities.csv",
        "register": municipalities / f"{places}_population.csv",
        "boundaries": municipalities / f"{places}_boundaries.geojson",
    }[name]


def export_files(wave: Path) -> list[Path]:
    """Return the files of a wave's folder that may be its export, in alphabetical order."""
    # Excel keeps a file "~$…" beside a workbook that is open.
    return sorted(
        path
        for path in wave.glob("*")
        if path.is_file()
        and path.name not in _NO_EXPORT
        and path.suffix.lower() in (".csv", WORKBOOK_SUFFIX)
        and not path.name.startswith("~$")
    )


def processed_path(name: str, study: str, year: int) -> Path:
    """Return the path of a named dataset that a notebook writes, relative to the output directory."""
    return Path("data", "processed", study, str(year), f"{name}.{_SUFFIXES.get(name, 'csv')}")


def input_paths(notebook: str, study: str, year: int, places: str, notebooks: Sequence[str]) -> dict[str, Path]:
    """Return dataset name -> file for all that a notebook declares to read.

    Parameters
    ----------
    notebook, study, year, places
        As for `raw_path`.
    notebooks
        Those of the study: a dataset that none of them writes is not read.
    """
    spec = NOTEBOOKS[notebook]
    previous = previous_year(study, year)
    written = {name for other in notebooks if has_run(other, study, year) for name in NOTEBOOKS[other].writes}
    found: dict[str, Path] = {}
    for name in (*ALWAYS_READ, *spec.reads):
        if name in written:
            found[name] = output_dir() / processed_path(name, study, year)
        elif name == "municipalities":
            # A reconstructed wave brings its stand-ins; all others are looked up in the register.
            own = raw_path(name, study, year, places)
            found[name] = own if own.is_file() else raw_path("register", study, year, places)
        elif name == "export":
            found |= {f"{name}/{path.name}": path for path in export_files(raw_path(name, study, year, places))}
        elif name not in WRITTEN and (name not in _OPTIONAL or raw_path(name, study, year, places).is_file()):
            found[name] = raw_path(name, study, year, places)
    if spec.reads_previous and previous is not None:
        found[PREVIOUS + "wave"] = raw_path("wave", study, previous, places)
        for name in spec.reads_previous:
            path = output_dir() / processed_path(name, study, previous)
            found[PREVIOUS + name] = path if name in written else raw_path(name, study, previous, places)
    return found


def has_run(notebook: str, study: str, year: int) -> bool:
    """Tell whether a notebook has anything to read of a wave: one that reads the wave before needs there to be one."""
    return not NOTEBOOKS[notebook].reads_previous or previous_year(study, year) is not None


def page_path(study: str, year: int, notebook: str, lang: str, chapter: str = "") -> Path:
    """Return the page of a notebook run, relative to the output directory; the executed notebook lies beside it."""
    stem = "-".join(part for part in (study, str(year), notebook, chapter) if part)
    return Path("reports", lang, f"{stem}.html")


def summary_paths(lang: str) -> tuple[Path, Path]:
    """Return the verdicts of all reports and the page that sums them up, relative to the output directory."""
    return Path("data", "processed", f"{VERDICTS}.csv"), Path("reports", lang, f"{VERDICTS}.html")


def document_paths(study: str, year: int, lang: str) -> dict[str, Path]:
    """Return kind -> path of a wave's documents: all its tables, and the report's tables and figures."""
    folder, stem = Path("reports", lang), f"{study}-{year}"
    return {"tables": folder / f"{stem}-tables.xlsx", "report": folder / f"{stem}-report.docx"}


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
