"""Counts that printed percentages leave possible: against trying every count, on made-up reports and the real ones."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.published.grouped import CountSets, comparisons, count_sets
from tests.published.grouped.made_up import BOOK, NO_CLAIMS, PRINT, Row, printed

WAYS = {"half_up": ROUND_HALF_UP, "truncated": ROUND_DOWN}
SIZES = ("small", "medium", "large")


def rounded(count: int, base: int, way: str = "half_up") -> int:
    return int((Decimal(100 * count) / base).quantize(Decimal(1), WAYS[way]))


def by_size(shares: Sequence[int], whole: int | None, total: int, bases: Sequence[int | None]) -> pd.DataFrame:
    """Print a percentage of each size class, of all, and how many answered all in all."""
    rows: list[Row] = [
        (f"size:{name}", "use", "high", "percent", share, base)
        for name, share, base in zip(SIZES, shares, bases, strict=True)
    ]
    if whole is not None:
        rows.append(("all", "use", "high", "percent", whole, total))
    return printed(*rows, ("all", "use", "", "base", total, None))


def found(published: pd.DataFrame, responses: Sequence[int] | None = None) -> CountSets | str:
    if responses is not None:
        rows: list[Row] = [
            (f"size:{name}", "respondents", "", "base", number, None)
            for name, number in zip(SIZES, responses, strict=True)
        ]
        rows.append(("all", "respondents", "", "count", sum(responses), None))
        published = pd.concat([published, printed(*rows)])
    (comparison,) = comparisons(published, NO_CLAIMS, BOOK, 2020)
    return count_sets(comparison, published, BOOK, 2020)


def as_set(sets: CountSets) -> set[tuple[int, ...]]:
    return {tuple(map(int, (*counts, *bases))) for counts, bases in zip(sets.counts, sets.bases, strict=True)}


@settings(max_examples=40)
@given(st.data(), st.tuples(st.integers(4, 9), st.integers(4, 9), st.integers(4, 9)), st.integers(0, 2))
def test_they_are_those_that_trying_every_count_finds(
    data: st.DataObject, responses: tuple[int, int, int], missing: int
) -> None:
    """Bases unprinted: any that leaves as many unanswered as all answers together do."""
    total = sum(responses) - missing
    counts = [data.draw(st.integers(0, each - missing)) for each in responses]
    bases = [each - (missing if place == 0 else 0) for place, each in enumerate(responses)]
    shares = [rounded(count, base) for count, base in zip(counts, bases, strict=True)]
    whole = rounded(sum(counts), total)
    expected = {
        (*tried, *answered)
        for answered in itertools.product(*(range(max(1, each - missing), each + 1) for each in responses))
        if sum(answered) == total
        for tried in itertools.product(*(range(each + 1) for each in answered))
        if [rounded(*each) for each in zip(tried, answered, strict=True)] == shares
        and rounded(sum(tried), total) == whole
    }
    sets = found(by_size(shares, whole, total, [None] * 3), responses)
    assert isinstance(sets, CountSets)
    assert sets.rule == "half_up"
    assert as_set(sets) == expected
    assert (*counts, *bases) in expected


def test_what_all_print_together_leaves_out_what_the_groups_alone_would_allow() -> None:
    """12 % of 250 is 29 to 31; the whole has one of them."""
    groups = by_size([12, 50, 50], None, 254, [250, 2, 2])
    assert as_set(found(groups)) == {(count, 1, 1, 250, 2, 2) for count in (29, 30, 31)}  # type: ignore[arg-type]
    count = pd.concat([groups, printed(("all", "use", "high", "count", 32, 254))])
    assert as_set(found(count)) == {(30, 1, 1, 250, 2, 2)}  # type: ignore[arg-type]


def test_percentages_that_were_cut_off_are_named_so() -> None:
    """2/3 printed as 66 %, 5/8 as 62 %, 3/7 as 42 %: rounded, they would be 67, 63 and 43 %."""
    sets = found(by_size([66, 62, 42], 55, 18, [3, 8, 7]))
    assert isinstance(sets, CountSets)
    assert (sets.rule, as_set(sets)) == ("truncated", {(2, 5, 3, 3, 8, 7)})


def test_sums_of_rounded_answers_are_named_so() -> None:
    """Two answers of 5/16 each, 31.25 %, are 62 % added up; 10/16 is 62.5 %, which rounds to 63 %."""
    rows: list[Row] = [(f"size:{name}", "use", "any", "percent", 62, 16) for name in SIZES]
    sets = found(printed(*rows))
    assert isinstance(sets, CountSets)
    assert (sets.rule, as_set(sets)) == ("sum_of_rounded", {(10, 10, 10, 16, 16, 16)})


def test_parts_that_are_printed_of_all_bound_their_sum() -> None:
    """Of all, 10 % and 30 % of 30: 3 and 9 answers, so that the groups have 12 together."""
    rows: list[Row] = [(f"size:{name}", "use", "any", "percent", 40, 10) for name in SIZES]
    parts: list[Row] = [("all", "use", "high", "percent", 10, 30), ("all", "use", "low", "percent", 30, 30)]
    assert as_set(found(printed(*rows, *parts))) == {(4, 4, 4, 10, 10, 10)}  # type: ignore[arg-type]
    parts[1] = ("all", "use", "low", "percent", 50, 30)
    assert found(printed(*rows, *parts)) == "contradictory"


def test_whoever_is_in_none_of_the_groups_may_have_answered_anything() -> None:
    """Leaders and staff are 20 of 30 who answered: the whole, 50 %, leaves 10 others from 0 to 10."""
    rows: list[Row] = [
        ("role:leader", "use", "high", "percent", 50, 10), ("role:staff", "use", "high", "percent", 20, 10),
        ("all", "use", "high", "percent", 50, 30),
    ]  # fmt: skip
    assert as_set(found(printed(*rows))) == {(5, 2, 10, 10)}  # type: ignore[arg-type]
    rows[2] = ("all", "use", "high", "percent", 60, 30)
    assert found(printed(*rows)) == "contradictory"


def test_the_base_of_a_group_comes_from_how_many_said_they_are_in_it() -> None:
    """A third of 30 are leaders, 50 % staff: 10 (9.99 to 10.3, in whole numbers) and 15."""
    rows: list[Row] = [
        ("role:leader", "use", "high", "percent", 50, None), ("role:staff", "use", "high", "percent", 20, None),
        ("all", "use", "high", "percent", 40, 30), ("all", "role", "leader", "percent", 33, 30),
        ("all", "role", "staff", "percent", 50, 30), ("all", "respondents", "", "count", 30, None),
    ]  # fmt: skip
    assert as_set(found(printed(*rows))) == {(5, 3, 10, 15)}  # type: ignore[arg-type]


def test_an_average_counts_each_asking_as_its_part() -> None:
    """Asked for two purposes: 25 % of two answerers is one of four answers, half an answerer."""
    rows: list[Row] = [(f"size:{name}", "per_purpose", "high", "percent", 25, 2) for name in SIZES]
    sets = found(printed(*rows))
    assert isinstance(sets, CountSets)
    assert sets.counts.tolist() == [[0.5, 0.5, 0.5]]
    assert sets.bases.tolist() == [[2, 2, 2]]


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (by_size([33, 19, 21], 25, 151, [28, 85, 38]), "contradictory"),
        (by_size([50, 50, 50], 50, 20, [10, 10, 10]), "contradictory"),
        (printed(*[(f"size:{name}", "use", "high", "percent", 50, None) for name in SIZES]), "no_base"),
        (printed(*[(f"size:{name}", "weighed", "high", "percent", 50, 10) for name in SIZES]), "weighted"),
    ],
)
def test_what_print_does_not_determine_says_why(published: pd.DataFrame, reason: str) -> None:
    assert found(published) == reason


def test_more_sets_than_can_be_tested_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = by_size([50, 50, 50], None, 30, [None] * 3)
    sets = found(rows)
    assert isinstance(sets, CountSets)
    module = sys.modules[CountSets.__module__]  # its name is that of a function of the package, too
    monkeypatch.setattr(module, "MOST", len(sets.counts))
    assert isinstance(found(rows), CountSets)
    monkeypatch.setattr(module, "MOST", len(sets.counts) - 1)
    assert found(rows) == "too_many"


@pytest.mark.parametrize(
    ("outcome", "rule", "expected"),
    [
        (("organisation", "department", "size"), "half_up", {(9, 38, 23, 28, 85, 38)}),
        (("barriers", "competences", "size"), "half_up", {(20, 48, 20, 28, 85, 38)}),
        (("method_pro", "high_or_more", "size"), "half_up", {(2, 17, 8, 27, 84, 38), (2, 17, 8, 28, 83, 38)}),
        (("degree_engagement", "high_or_more", "role"), "half_up", {(65, 35, 80, 54), (65, 36, 80, 55)}),
    ],
)
def test_what_kik_prints_by_size_and_role(
    outcome: tuple[str, str, str], rule: str, expected: set[tuple[int, ...]]
) -> None:
    """By hand: 9/28 is 32 %, 38/85 45 %, 23/38 61 %, 70/151 46 %."""
    book, published, claims = PRINT["kik_quality"]
    by = {(each.variable, each.category, each.key): each for each in comparisons(published, claims, book, 2023)}
    sets = count_sets(by[outcome], published, book, 2023)
    assert isinstance(sets, CountSets)
    assert (sets.rule, as_set(sets)) == (rule, expected)


def test_klk_prints_no_base_by_size_and_the_bounds_add_up() -> None:
    book, published, claims = PRINT["klk_healthdata"]
    first = comparisons(published, claims, book, 2018)[0]
    assert (first.variable, first.category, first.values) == (
        "data_use",
        "high_or_more",
        ("smaller", "larger", "largest"),
    )
    sets = count_sets(first, published, book, 2018)
    assert isinstance(sets, CountSets)
    assert sets.rule == "half_up"
    assert (sets.bases.sum(axis=1) == 424).all()
    # 37 and 41 municipalities answered, of the eight largest at most all, each of at most six areas.
    assert (sets.bases <= np.array([222, 246, 48])).all()
    shares = sets.counts / sets.bases
    assert (abs(shares - [0.50, 0.60, 0.64]) <= 0.005 + 1e-12).all()
    whole = sets.counts.sum(axis=1) / 424
    # Very high and high, 23 and 33 %, each rounded.
    assert whole.min() >= 0.55
    assert whole.max() < 0.57
