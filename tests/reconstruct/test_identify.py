"""What print leaves open and what follows from other printed numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reconstruct.identify import identify, recomputed
from analysis.reconstruct.system import System
from tests import ssi
from tests.reconstruct import small

NUMBERS = [small.numbers(counts) for counts in small.exports(5)]
TOOK_PART = ("participation", "all", "", "count")


@given(st.sampled_from(NUMBERS), st.data())
@settings(max_examples=25)
def test_the_truth_lies_in_every_range_and_printed_counts_are_points(
    whole: dict[small.Key, int], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(list(whole)), max_size=8, unique=True))
    printed = {key: whole[key] for key in dict.fromkeys([TOOK_PART, *chosen])}
    ranges = identify(System(small.codebook(), 2024, small.report(printed)))
    for variable, group, category, statistic, low, high in ranges.itertuples(index=False):
        key = (variable, group, category, statistic)
        if statistic != "percent":
            assert low <= whole[key] <= high
        if statistic != "percent" and key in printed:
            assert low == high == whole[key]


@pytest.mark.parametrize("year", [2020, 2024])
def test_the_ranges_in_the_repository_are_those_of_the_printed_numbers(year: int) -> None:
    published = ssi.published_of(year)
    fresh = identify(System(ssi.codebook(), year, published))
    stored = pd.read_csv(ssi.FOLDER / str(year) / "identified.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(fresh, stored)


def ssi_recomputed() -> pd.DataFrame:
    return recomputed(ssi.codebook(), 2024, ssi.published())


def value_of(rows: pd.DataFrame, item: str, variable: str, category: str, statistic: str, group: str = "all") -> float:
    cell = rows[
        (rows["item"] == item) & (rows["variable"] == variable) & (rows["category"] == category)
        & (rows["statistic"] == statistic) & (rows["group"] == group) & (rows["method"] == "recomputed")
    ]  # fmt: skip
    (value,) = cell["value"]
    return float(value)


def test_ssi_numbers_follow_from_other_printed_ones() -> None:
    rows = ssi_recomputed()
    # 41 + 22 + 11 with an organisation.
    assert value_of(rows, "text", "organisation", "yes", "count") == 74
    assert value_of(rows, "text", "organisation", "yes", "percent") == pytest.approx(100 * 74 / 96)
    # The odd 1 of figure 1 is refuted by 11 of 74 being 15 %.
    assert value_of(rows, "figure_1", "organisation", "reduced", "count") == 11
    # 68 % of 96, without the two printed 65 and the 62 that contradicts them.
    assert value_of(rows, "text", "cooperation", "yes", "count") == 65
    assert value_of(rows, "text", "regional_agreement", "yes", "percent", "since:2020") == pytest.approx(
        100 * 79 / 98 - 100 * 62 / 96
    )
    assert value_of(rows, "text", "halt", "yes", "other", "since:2020") == 30


def test_a_number_that_nothing_else_fixes_is_a_range() -> None:
    rows = ssi_recomputed()
    managers = rows[(rows["variable"] == "committee_members") & (rows["category"] == "managers")].iloc[0]
    assert pd.isna(managers["value"])
    assert (managers["identified_low"], managers["identified_high"]) == (0, 46)


def test_shares_that_add_to_a_hundred_are_given_where_all_are_printed() -> None:
    rows = ssi_recomputed()[lambda rows: (rows["method"] == "largest_remainder") & (rows["item"] == "table_1")]
    shares = dict(zip(rows["category"], rows["value"], strict=True))
    assert sum(shares.values()) == 100
    # 35 of 96 is 36.46 %: printed is 37 %, to which the shares of table 1 add up.
    assert shares["consultant"] == 37


def test_a_study_that_is_no_survey_has_none() -> None:
    from tests import dalarna

    assert recomputed(dalarna.codebook(), 2025, dalarna.published()).empty
