"""Every printed number that a reconstructed export follows comes out of it again, exactly, by cleaning and describing.

That it does is how the export was made, and says nothing of the report: this holds the way from print to export against
the way from export to estimates, which each counts by its own code.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from analysis.codebook import load_wave
from analysis.codebook.groups import parse_group
from analysis.layout import RAW_DIR
from analysis.published.printed import agrees
from tests.written import Written, written

WAVES = [("ssi_hygiene", 2020), ("ssi_hygiene", 2024), ("kik_quality", 2023), ("klk_healthdata", 2018)]
every_wave = pytest.mark.parametrize(("study", "year"), WAVES)

COMPARED = {
    ("ssi_hygiene", 2020): 69,
    ("ssi_hygiene", 2024): 229,
    ("kik_quality", 2023): 115,
    ("klk_healthdata", 2018): 772,
}
"""How many printed numbers are compared: all but those given up, and those of `NO_ESTIMATE`."""

NO_ESTIMATE = {
    ("ssi_hygiene", 2020): {},
    ("ssi_hygiene", 2024): {
        "themes found in open answers, which no export holds": 12,
        "a change since the wave before, estimated in 04_compare": 3,
        "a number of a chart whose cell cannot be told": 1,
    },
    ("kik_quality", 2023): {"limits of the size classes, which are the codebook's": 3},
    ("klk_healthdata", 2018): {
        "a number of a chart whose cell cannot be told": 71,
        "a single case, or told of municipalities, not by them": 29,
        "a status, of which clean responses say nothing": 18,
        "left out of the reconstruction": 12,
        "how many municipalities there are": 6,
        "how many answered, where estimates tell what their answers weigh": 1,
        "a difference, in points": 1,
    },
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
    if row["variable"].startswith("case_") or row["variable"] == "own_services":
        return "a single case, or told of municipalities, not by them"
    if row["variable"] in ("response", "chief_response"):
        return "a status, of which clean responses say nothing"
    if row["variable"] in ("class_size", "class_rest"):
        return "how many municipalities there are"
    if row["variable"] == "population":
        return "limits of the size classes, which are the codebook's"
    if row["statistic"] == "other":
        return "a difference, in points"
    if len(variable.weights) > 1 and row["statistic"] == "base":
        return "how many answered, where estimates tell what their answers weigh"
    if not is_decided(wave, row):
        return "left out of the reconstruction"
    return "no reason known"


def is_decided(wave: Written, row: pd.Series) -> bool:
    """Tell whether a reconstruction takes a number in: not by `not_reconstructed`, nor a count of no certain asking."""
    keys, variable = parse_group(row["group"]).keys(), wave.codebook.variables[row["variable"]]
    pooled = set(variable.asked_per) - keys
    weighed = len(variable.weights) > 1 and row["statistic"] == "base"
    of_no_asking = row["statistic"] == "count" and pooled
    return not (keys & set(wave.codebook.not_reconstructed) or of_no_asking or weighed)


def estimated(wave: Written, row: pd.Series, found: pd.DataFrame) -> float:
    """Return an estimate as print gives it: a share of 1, and a base that pools askings as that of each of them."""
    value = float(found["value"].iloc[0])
    per = set(wave.codebook.variables[row["variable"]].asked_per) - parse_group(row["group"]).keys()
    if row["statistic"] == "base" and per:
        return value / len(wave.codebook.askings(row["variable"]))
    return value / 100 if row["statistic"] == "share" else value


@every_wave
def test_every_printed_number_that_is_not_given_up_agrees_with_its_estimate(study: str, year: int) -> None:
    wave = written(study, year)
    compared, wrong, none = 0, [], Counter[str]()
    for _, row in wave.published.iterrows():
        rule = reading(wave, row)
        if rule == "given_up":
            continue
        found = estimates_of(wave, row)
        if found.empty or not is_decided(wave, row):
            none[why_none(wave, row)] += 1
            continue
        value = estimated(wave, row, found)
        compared += 1
        if rule != "sum_of_rounded" and not agrees(row, value, rule):
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
            found = estimates_of(wave, row)
            # What clean responses do not tell has no estimate to disagree with.
            assert found.empty or not agrees(row, estimated(wave, row, found))
            given_up.append((row["line"], row["printed"]))
    # The base of a figure is that of each of its questions: a number may be given up for each.
    assert set(given_up) == {(each.line, each.printed) for each in told.given_up}
    rounded = [key for key, rule in wave.followed.items() if rule != "given_up"]
    assert {(int(key[1]), key[5]) for key in rounded} == {(each.line, each.printed) for each in told.rounded}
    assert given_up
