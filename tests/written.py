"""The reconstructed exports of the repository, through the ordinary pipeline as if somebody had answered so."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook, load_wave
from analysis.estimates.survey import describe
from analysis.ingest.check import population_of_wave
from analysis.ingest.disputes import read_disputes
from analysis.ingest.identified import no_identification
from analysis.ingest.responses import Cleaned, clean
from analysis.ingest.surveyxact import find_export, read_surveyxact
from analysis.layout import RAW_DIR, display_path
from analysis.places import read_register
from analysis.published import load_published

_NUMBER = ["item", "line", "variable", "group", "category", "printed"]


@dataclass(frozen=True)
class Written:
    """A wave as its files have it.

    Parameters
    ----------
    codebook, wave
        The study and the wave; as a collected one, for of that every number of the export is estimated.
    published
        What is printed of the wave.
    cleaned, estimates
        The responses of the export, and the estimates of them.
    followed
        Item, line, variable, group, category and text of a printed number that the export reads otherwise than as
        rounded half up -> the rule, or `given_up`.
    """

    codebook: Codebook
    wave: Wave
    published: pd.DataFrame
    cleaned: Cleaned
    estimates: pd.DataFrame
    followed: dict[tuple[str, ...], str]


@functools.cache
def written(study: str, year: int) -> Written:
    folder = RAW_DIR / study / str(year)
    codebook = load_codebook(folder.parent / "codebook.yaml")
    wave = load_wave(folder / "wave.yaml").model_copy(update={"basis": "collected"})
    people = population_of_wave(read_register(folder / "municipalities.csv"), wave, display_path(folder / "wave.yaml"))
    cleaned = clean(read_surveyxact(find_export(folder)), codebook, wave, people)
    published = load_published(folder.parent / "published.csv", codebook)
    disputes = read_disputes(folder / "disputes.csv")
    followed = disputes[disputes["followed"]].astype("str")
    return Written(
        codebook=codebook,
        wave=wave,
        published=published[published["wave"] == year],
        cleaned=cleaned,
        estimates=describe(cleaned.responses, cleaned.cleaning, codebook, wave, no_identification()),
        followed=dict(
            zip(followed[_NUMBER].astype("str").itertuples(index=False, name=None), followed["read_as"], strict=True)
        ),
    )
