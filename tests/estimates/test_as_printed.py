"""Printed numbers as estimates of themselves: each once for each time it stands there, none put together."""

from __future__ import annotations

import pandas as pd

from analysis.estimates import COLUMNS
from analysis.estimates.as_printed import PRINT_COLUMNS, as_printed, chapter_counts
from tests import naere


def test_there_is_an_estimate_for_each_printed_number_in_the_order_of_print() -> None:
    estimates = as_printed(naere.published(), naere.wave())
    assert tuple(estimates.columns) == (*COLUMNS, *PRINT_COLUMNS)
    assert len(estimates) == 232
    assert estimates["line"].to_list() == naere.published()["line"].to_list()
    pd.testing.assert_series_equal(estimates["value"], naere.published()["value"])
    assert set(estimates["basis"]) == {"published"}
    assert set(estimates["method"]) == {"as_printed"}


def test_two_numbers_printed_for_one_thing_are_both_there() -> None:
    estimates = as_printed(naere.published(), naere.wave())
    dementia = estimates[(estimates["group"] == "disease:dementia") & (estimates["statistic"] == "count")]
    assert dementia[["chapter", "value"]].to_numpy().tolist() == [["chronic", 85000.0], ["mental_illness", 80000.0]]


def test_of_ranges_and_limits_the_ends_are_told() -> None:
    estimates = as_printed(naere.published(), naere.wave())
    ends = estimates[["line", "identified_low", "identified_high"]].fillna(-1).itertuples(index=False)
    told = {line: [low, high] for line, low, high in ends if line in (7949, 6084, 8860, 6086)}
    assert told == {7949: [8, 12], 6084: [73472, -1], 8860: [-1, 75], 6086: [-1, -1]}


def test_other_waves_are_left_out() -> None:
    later = naere.published().assign(wave=2013)
    assert as_printed(later, naere.wave()).empty


def test_a_chapter_is_counted() -> None:
    counts = chapter_counts(naere.published(), naere.codebook(), naere.wave(), "older_patients")
    assert counts.set_index("variable")["value"].to_dict() == {"numbers": 34, "items": 10}
