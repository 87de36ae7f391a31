"""Every printed number that a reconstructed export follows comes out of it again, exactly, by cleaning and describing.

That it does is how the export was made, and says nothing of the report: this holds the way from print to export against
the way from export to estimates, which each counts by its own code.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from analysis.codebook import load_wave
from analysis.layout import RAW_DIR
from analysis.published.printed import agrees
from tests.written import Written, written

WAVES = [("ssi_hygiene", 2020), ("ssi_hygiene", 2024), ("kik_quality", 2023)]
every_wave = pytest.mark.parametrize(("study", "year"), WAVES)

COMPARED = {("ssi_hygiene", 2020): 69, ("ssi_hygiene", 2024): 229, ("kik_quality", 2023): 115}
"""How many printed numbers are compared: all but those given up, and those of `NO_ESTIMATE`."""

NO_ESTIMATE = {
    ("ssi_hygiene", 2020): {},
    ("ssi_hygiene", 2024): {
        "themes found in open answers, which no export holds": 12,
        "a change since the wave before, estimated in 04_compare": 3,
        "a number of a chart whose cell cannot be told": 1,
    },
    ("kik_quality", 2023): {"limits of the size classes, which are the codebook's": 3},
}
"""Why a printed number has no estimate in its wave -> how many have none."""


def estimates_of(wave: Written, row: pd.Series) -> pd.DataFrame:
    """Return the estimates of a printed number, by the declared method first; those of a share are percentages."""
    statistic = "percent" if row["statistic"] == "share" else row["statistic"]
    rows = wave.estimates
    same = (rows[["group", "variable", "category"]] == row[["group", "variable", "category"]]).all(axis="columns")
    return rows[same & (rows["statistic"] == statistic)]


def reading(wave: Written, row: pd.Series) -> str:
    key = ("item", "line", "variable", "group", "category", "printed")
    return wave.followed.get(tuple(str(row[name]) for name in key), "half_up")


def why_none(wave: Written, row: pd.Series) -> str:
    variable = wave.codebook.variables[row["variable"]]
    if variable.themes:
        return "themes found in open answers, which no export holds"
    if row["group"].startswith("since:"):
        return "a change since the wave before, estimated in 04_compare"
    if row["variable"] == "unplaced":
        return "a number of a chart whose cell cannot be told"
    if row["variable"] == "population":
        return "limits of the size classes, which are the codebook's"
    return "no reason known"


@every_wave
def test_every_printed_number_that_is_not_given_up_agrees_with_its_estimate(study: str, year: int) -> None:
    wave = written(study, year)
    compared, wrong, none = 0, [], Counter[str]()
    for _, row in wave.published.iterrows():
        rule = reading(wave, row)
        if rule == "given_up":
            continue
        found = estimates_of(wave, row)
        if found.empty:
            none[why_none(wave, row)] += 1
            continue
        value = float(found["value"].iloc[0]) / (100 if row["statistic"] == "share" else 1)
        compared += 1
        if not agrees(row, value, rule):
            wrong.append((row["line"], row["variable"], row["group"], row["category"], row["printed"], value))
    assert wrong == []
    assert none == NO_ESTIMATE[study, year]
    assert compared == COMPARED[study, year]


@every_wave
def test_what_is_given_up_disagrees_and_is_told_in_the_waves_declaration(study: str, year: int) -> None:
    wave = written(study, year)
    told = load_wave(RAW_DIR / study / str(year) / "wave.yaml").reconstruction
    assert told is not None
    given_up = []
    for _, row in wave.published.iterrows():
        if reading(wave, row) == "given_up":
            assert not agrees(row, float(estimates_of(wave, row)["value"].iloc[0]))
            given_up.append((row["line"], row["printed"]))
    assert sorted(given_up) == sorted((each.line, each.printed) for each in told.given_up)
    rounded = [key for key, rule in wave.followed.items() if rule != "given_up"]
    assert sorted((int(key[1]), key[5]) for key in rounded) == sorted(
        (each.line, each.printed) for each in told.rounded
    )
    assert given_up
