"""What a run would make of an export, told before there is one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.codebook import Wave, load_codebook, load_wave
from analysis.codebook.questions import Label
from analysis.errors import AnalysisError, InputError, Problem, did_you_mean
from analysis.ingest.responses import clean
from analysis.ingest.surveyxact import find_export, read_surveyxact
from analysis.layout import display_path, raw_path, study_names
from analysis.places import population_on, quarter_start, read_register


def check_export(path: Path, study: str, year: int) -> str:
    """Clean an export as a run would, and tell what that does; nothing is written.

    Parameters
    ----------
    path
        An xlsx file, or a folder that holds an export; a `wave.yaml` there is heeded.
    study, year
        Whose codebook it answers.

    Returns
    -------
    str
        How many rows would be kept, and a line for each thing that cleaning would do: where, what and why. It holds
        no free text.

    Raises
    ------
    AnalysisError
        There is no such study, or no register for the day that wave.yaml names.
    InputError
        A run would refuse the export; every problem is listed.
    """
    if study not in study_names():
        raise AnalysisError(f"unknown study {study!r}. {did_you_mean(study, study_names())}.")
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    # One of the three text files stands for the folder they lie in.
    path = path.parent if path.suffix.lower() == ".csv" else path
    folder = path if path.is_dir() else path.parent
    register = read_register(raw_path("register", study, year, codebook.places))
    if (folder / "wave.yaml").is_file():
        wave = load_wave(folder / "wave.yaml")
        if (wave.study, wave.year) != (study, year):
            raise AnalysisError(
                f"{display_path(folder / 'wave.yaml')} is of {wave.study} {wave.year}. "
                "Ask for that with --study and --year."
            )
        check_basis(wave, display_path(folder / "wave.yaml"))
        own = folder / "municipalities.csv"
        register = read_register(own) if own.is_file() else register
    else:
        # Names and codes are the same on every day.
        latest = register["reference"].max()
        wave = Wave(
            study=study, year=year, basis="collected", source=Label(da="ikke oplyst", en="not stated"), reference=latest
        )
    export = read_surveyxact(find_export(path) if path.is_dir() else path)
    people = population_of_wave(register, wave, display_path(folder / "wave.yaml"))
    cleaned = clean(export, codebook, wave, people)
    kept, answered = len(cleaned.responses), cleaned.responses["municipality"].nunique()
    responses = "" if kept == answered else f"{kept} responses from "
    lines = [
        f"{export.file}: {len(export.rows)} rows, {responses}{answered} of {codebook.population} municipalities "
        f"kept, {len(export.rows) - kept} rows set aside."
    ]
    done = [{str(name): str(value) for name, value in row.items()} for row in cleaned.cleaning.to_dict("records")]
    return "\n".join([*lines, *map(_line, done)])


def check_basis(wave: Wave, file: str) -> None:
    """Refuse an export whose wave calls it what no export is: only a collected one is under disclosure control.

    Raises
    ------
    InputError
        The basis is neither `collected` nor `reconstructed`, or it is that without saying how.
    """
    allowed = "collected, or reconstructed with what `run_all.py reconstruct` writes"
    if wave.basis == "collected" or (wave.basis == "reconstructed" and wave.reconstruction is not None):
        return
    advice = "Write collected if somebody gave these answers."
    raise InputError([Problem(file, "no basis of a survey export", advice, None, "basis", wave.basis, allowed)])


def population_of_wave(register: pd.DataFrame, wave: Wave, file: str) -> pd.DataFrame:
    """Return the population of each municipality in the quarter of a wave's day.

    Raises
    ------
    InputError
        The register does not have that quarter.
    """
    try:
        return population_on(register, quarter_start(wave.reference))
    except AnalysisError as error:
        raise InputError(
            [Problem(file, "no population of that day", str(error), None, "reference", wave.reference)]
        ) from None


def _line(done: dict[str, str]) -> str:
    """Return one thing that cleaning would do, in words."""
    where = ", ".join(part for part in (done["row"] and f"row {done['row']}", done["question"]) if part)
    return f"  {where + ': ' if where else ''}{done['action']} ({done['reason']}): {done['detail']}"
