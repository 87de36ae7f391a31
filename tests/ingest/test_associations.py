"""Ranges of associations: read as written, refused where they are none."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.ingest.associations import COLUMNS, no_associations, read_associations
from tests.conftest import Write

HEAD = ",".join(COLUMNS) + "\n"
ROW = "committee,yes,small-large,{scale},{low},{high},{printed}\n"


def row(scale: str = "percentage_points", low: str = "-100.0", high: str = "100.0", printed: str = "False") -> str:
    return ROW.format(scale=scale, low=low, high=high, printed=printed)


def test_ranges_are_numbers_and_may_be_endless(write: Write) -> None:
    found = read_associations(write("a.csv", HEAD + row() + row("odds_ratio", "0.0", "inf", "True")))
    assert list(found.columns) == list(COLUMNS)
    assert list(found["high"]) == [100.0, math.inf]
    assert list(found["printed_by_size"]) == [False, True]


def test_a_range_that_no_export_has_is_missing(write: Write) -> None:
    found = read_associations(write("a.csv", HEAD + row(low="", high="")))
    assert found["low"].isna().all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (row() + row(), "the range stands twice"),
        (row(low="5", high="4"), "not a range of two numbers in order"),
        (row(low="", high="4"), "not a range of two numbers in order"),
        (row(scale="points"), "the scale is none of percentage_points, odds_ratio"),
        (row(printed="yes"), "printed_by_size is neither True nor False"),
    ],
)
def test_what_is_no_range_is_refused(write: Write, content: str, message: str) -> None:
    path: Path = write("a.csv", HEAD + content)
    with pytest.raises(InputError, match=message):
        read_associations(path)


def test_a_wave_that_is_not_reconstructed_has_none() -> None:
    assert list(no_associations().columns) == list(COLUMNS)
    assert no_associations().empty
