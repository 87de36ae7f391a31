"""Two waves of the SSI survey as the tests know them: those reconstructed from print, and answers that nobody gave."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import pandas as pd

from analysis.codebook import Basis, Codebook, Wave, load_wave
from analysis.codebook.cells import cells
from analysis.estimates.comparison import compare_waves
from analysis.estimates.survey import describe
from analysis.ingest.cleaning import LOG_COLUMNS
from analysis.ingest.identified import COLUMNS, no_identification, read_identified
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, clean
from analysis.ingest.surveyxact import find_export, read_surveyxact
from analysis.places import population_on, read_register
from analysis.release import Released
from tests import ssi

Answers = dict[str, dict[str, int]]

# Row of table 2 -> how many said so, of how many, in 2020 and in 2024.
PRINTED = {
    "organisation": (61, 98, 74, 96),
    "coordinators": (70, 98, 71, 96),
    "committee": (41, 98, 46, 96),
    "training": (44, 70, 51, 71),
    "cooperation": (40, 98, 65, 96),
    "regional_agreement": (79, 98, 62, 96),
    "special_agreement": (15, 79, 7, 62),
    "sick_leave": (76, 98, 52, 96),
    "outbreaks": (73, 98, 49, 96),
    "halt": (11, 98, 41, 96),
}

# What a later wave might hold of some of them.
IN_2026: Answers = {
    "organisation": {"unchanged": 60, "increased": 10, "reduced": 5, "planned": 5, "no_plans": 10, "dont_know": 5},
    "coordinators": {"yes": 80, "planned": 5, "no_plans": 5, "dont_know": 5},
    "training": {"yes": 60, "no": 18, "dont_know": 2},
    "regional_agreement": {"yes": 60, "no": 32, "dont_know": 3},
    "special_agreement": {"yes": 12, "no": 48},
}


def wave_of(year: int, basis: Basis = "collected", asked: Iterable[str] | None = None) -> Wave:
    """Return a wave; where `asked` is given, one that left out all other questions."""
    everything = ssi.codebook().variables
    left_out = [] if asked is None else [name for name in everything if name not in set(asked)]
    return Wave.model_validate(
        {"study": ssi.STUDY, "year": year, "basis": basis, "source": "Nobody", "reference": f"{year}-04-01"}
        | {"not_asked": left_out}
    )


def made_up(
    year: int,
    answers: Answers,
    *,
    basis: Basis = "collected",
    population: int = 98,
    open_ranges: dict[tuple[str, str], tuple[int, int]] | None = None,
) -> pd.DataFrame:
    """Return estimates of answers that nobody gave.

    Those to questions after the first are dealt out to whoever was asked, in order; those who are left gave none.

    Parameters
    ----------
    open_ranges
        Question and answer -> the range that print leaves its count; of a reconstruction.
    """
    book = codebook_of(population)
    took_part = sum(next(iter(answers.values())).values())
    columns = {"municipality": [f"K{number:02}" for number in range(took_part)]}
    for name, counts in answers.items():
        given = iter([answer for answer, count in counts.items() for _ in range(count)])
        universe = book.variables[name].asked_of
        asked = [
            universe is None or columns[universe.variable][row] in book.members_of(universe, year)
            for row in range(took_part)
        ]
        columns[name] = [next(given, NO_ANSWER) if was_asked else NOT_ASKED for was_asked in asked]
    nothing_done = pd.DataFrame(columns=list(LOG_COLUMNS))
    identified = _ranges(book, year, answers, open_ranges or {}) if basis == "reconstructed" else no_identification()
    return describe(pd.DataFrame(columns), nothing_done, book, wave_of(year, basis, answers), identified)


def _ranges(
    book: Codebook, year: int, answers: Answers, open_ranges: dict[tuple[str, str], tuple[int, int]]
) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str, float, float]] = []
    for cell in cells(book, year):
        if cell.variable not in answers or cell.group != "all":
            continue
        counts = answers[cell.variable]
        base, count = sum(counts.values()), sum(counts.get(member, 0) for member in cell.members)
        low, high = open_ranges.get((cell.variable, cell.category), (count, count))
        rows.append((cell.variable, "all", "", "base", base, base))
        rows.append((cell.variable, "all", cell.category, "count", low, high))
        rows.append((cell.variable, "all", cell.category, "percent", 100 * low / base, 100 * high / base))
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(list(COLUMNS[:4]))


def codebook_of(population: int = 98) -> Codebook:
    """Return the codebook of a country of so many municipalities."""
    return ssi.codebook().model_copy(update={"population": population})


@functools.cache
def reconstructed_wave(year: int) -> Wave:
    return load_wave(ssi.FOLDER / str(year) / "wave.yaml")


@functools.cache
def _reconstructed(year: int) -> pd.DataFrame:
    folder, wave = ssi.FOLDER / str(year), reconstructed_wave(year)
    municipalities = population_on(read_register(folder / "municipalities.csv"), wave.reference)
    cleaned = clean(read_surveyxact(find_export(folder)), ssi.codebook(), wave, municipalities)
    identified = read_identified(folder / "identified.csv")
    return describe(cleaned.responses, cleaned.cleaning, ssi.codebook(), wave, identified)


def reconstructed(year: int) -> pd.DataFrame:
    return _reconstructed(year).copy()


@functools.cache
def _changes() -> pd.DataFrame:
    waves = reconstructed_wave(2024), reconstructed_wave(2020)
    return compare_waves(_reconstructed(2020), _reconstructed(2024), ssi.codebook(), *waves)


def changes() -> pd.DataFrame:
    """What changed from 2020 to 2024."""
    return _changes().copy()


def released(year: int) -> Released:
    return Released(reconstructed(year))


def row_of(frame: pd.DataFrame, variable: str, statistic: str, method: str) -> pd.Series:
    """Return the one row of a change."""
    found = frame[(frame["variable"] == variable) & (frame["statistic"] == statistic) & (frame["method"] == method)]
    assert len(found) == 1, (variable, statistic, method, len(found))
    return found.iloc[0]
