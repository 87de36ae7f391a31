"""Ends of what is possible, held against every value that small unknowns can have."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Row, minus, only_if, times
from tests.reconstruct.test_program import HIGHEST, held, rows

factors = st.lists(st.integers(-3, 3), min_size=len(HIGHEST), max_size=len(HIGHEST))
counts = st.lists(st.integers(0, 2), min_size=len(HIGHEST), max_size=len(HIGHEST))


@given(st.lists(rows(), min_size=1, max_size=4), factors)
@settings(max_examples=80)
def test_bounds_are_those_of_all_values(program: list[Row], own: list[int]) -> None:
    values = held(program, HIGHEST)
    possible = Possible(program, HIGHEST)
    expression = {unknown: factor for unknown, factor in enumerate(own) if factor}
    if not len(values):
        return
    assert possible.is_any()
    sums = values @ own
    assert possible.bounds(expression) == (sums.min(), sums.max())


@given(st.lists(rows(), min_size=1, max_size=3), counts, counts)
@settings(max_examples=80)
def test_percent_bounds_are_those_of_all_values(program: list[Row], count: list[int], base: list[int]) -> None:
    values = held(program, HIGHEST)
    if not len(values):
        return
    count_, base_ = ({unknown: own for unknown, own in enumerate(each) if own} for each in (count, base))
    shares = [
        Fraction(100 * int(value @ count), whole) for value in values if (whole := int(value @ base))
    ]  # fmt: skip
    expected = (min(shares), max(shares)) if shares else None
    possible = Possible(program, HIGHEST)
    assert possible.percent_bounds(count_, base_) == expected


@given(st.lists(rows(), min_size=1, max_size=4), factors, counts, counts)
@settings(max_examples=60)
def test_a_search_that_is_broken_off_gives_ranges_that_hold_the_sharp_ones(
    program: list[Row], own: list[int], count: list[int], base: list[int]
) -> None:
    if not len(held(program, HIGHEST)):
        return
    sharp, broken_off = Possible(program, HIGHEST), Possible(program, HIGHEST, nodes=0)
    expression, count_, base_ = (
        {unknown: factor for unknown, factor in enumerate(each) if factor} for each in (own, count, base)
    )
    (low, high), (lower, higher) = sharp.bounds(expression), broken_off.bounds(expression)
    assert lower <= low <= high <= higher
    if (percents := sharp.percent_bounds(count_, base_)) is not None:
        outer = broken_off.percent_bounds(count_, base_)
        assert outer is not None
        assert outer[0] <= percents[0] <= percents[1] <= outer[1]


@given(st.lists(st.lists(rows(), min_size=1, max_size=3), min_size=1, max_size=4), factors, counts, counts)
@settings(max_examples=80)
def test_rows_of_several_ways_hold_what_any_of_them_holds(
    ways: list[list[Row]], own: list[int], count: list[int], base: list[int]
) -> None:
    values = np.unique(np.concatenate([held(way, HIGHEST) for way in ways]), axis=0)
    followed = range(len(HIGHEST), len(HIGHEST) + len(ways))
    highest = [*HIGHEST, *(1 for _ in ways)]
    of_all = [
        only
        for way, unknown in zip(ways, followed, strict=True)
        for row in way
        for only in only_if(row, [unknown], highest)
    ]
    possible = Possible([Row(dict.fromkeys(followed, 1), 1, 1), *of_all], highest)
    assert possible.is_any() == (len(values) > 0)
    if not len(values):
        return
    expression, count_, base_ = (
        {unknown: factor for unknown, factor in enumerate(each) if factor} for each in (own, count, base)
    )
    possible.seek([expression, times(-1, expression), count_])
    sums = values @ own
    assert possible.bounds(expression) == (sums.min(), sums.max())
    shares = [Fraction(100 * int(value @ count), whole) for value in values if (whole := int(value @ base))]
    assert possible.percent_bounds(count_, base_) == ((min(shares), max(shares)) if shares else None)


def test_sums_that_were_sought_together_have_the_values_they_have_alone() -> None:
    random = np.random.default_rng(5)
    shared = [Row({unknown: 1, unknown + 1: 1, unknown + 2: 1}, 2, 7) for unknown in range(10)]
    sums = [dict(enumerate(own.tolist())) for own in random.integers(-2, 3, size=(30, 12))]
    sums += [{unknown: sign} for unknown in range(12) for sign in (1, -1)]
    together = Possible(shared, [5] * 12)
    together.seek(sums)
    assert [together.least(each) for each in sums] == [Possible(shared, [5] * 12).least(each) for each in sums]


def test_a_share_that_is_not_searched_is_that_of_the_relaxation() -> None:
    # Market splits (see `test_program`): no search of one node ends; the shares that rows bound are found all the same.
    random = np.random.default_rng(3)
    factors = random.integers(1, 100, size=(4, 30))
    some = 15
    split = [Row(dict(enumerate(own.tolist())), int(own.sum()) // 2, int(own.sum()) // 2) for own in factors]
    count, base = dict.fromkeys(range(some), 1), dict.fromkeys(range(30), 1)
    of_all = [
        Row(minus(times(10, count), times(4, base)), 0, None),
        Row(minus(times(10, count), times(6, base)), None, 0),
    ]
    low, high = Possible([*split, *of_all], [1] * 30, nodes=1).percent_bounds(count, base) or (None, None)
    assert low is not None
    assert high is not None
    assert (float(low), float(high)) == pytest.approx((40, 60), abs=0.001)
    assert low <= 40
    assert high >= 60


def test_a_percentage_of_a_number() -> None:
    possible = Possible([Row({0: 1, 1: 1}, 2, 3)], [4, 4])
    assert possible.percent_bounds({0: 1}, 8) == (Fraction(0), Fraction(75, 2))
    assert possible.percent_bounds({0: 1}, 0) is None


def test_parts_have_nothing_to_do_with_each_other() -> None:
    # The third unknown is in two rows, and known: it does not tie them.
    possible = Possible(
        [Row({2: 1}, 3, 3), Row({0: 1, 2: 1}, None, 5), Row({1: 1, 2: -1}, 0, None), Row({3: 1, 4: 1}, 2, 2)],
        [4, 4, 4, 4, 4],
    )
    parts = possible.components()
    assert sorted(sorted(part.unknowns() - {2}) for part in parts) == [[], [0], [1], [3, 4]]
    ends = {unknown: possible.bounds({unknown: 1}) for unknown in range(5)}
    assert ends == {0: (0, 2), 1: (3, 4), 2: (3, 3), 3: (0, 2), 4: (0, 2)}
    assert possible.bounds({0: 1, 1: 1, 3: 1}) == (3, 8)


def test_more_rows_leave_less() -> None:
    possible = Possible([Row({0: 1, 1: 1}, 4, 4)], [4, 4])
    left = possible.with_rows([Row({0: 1}, 3, None)])
    assert left.bounds({1: 1}) == (0, 1)
    assert possible.bounds({1: 1}) == (0, 4)
    assert not left.with_rows([Row({1: 1}, 2, None)]).is_any()


def test_nothing_is_possible_where_rows_contradict_each_other() -> None:
    with pytest.raises(AnalysisError, match="contradict each other"):
        Possible([Row({0: 1, 1: 1}, 9, None)], [4, 4]).bounds({0: 1})


@given(st.lists(rows(), min_size=1, max_size=6))
@settings(max_examples=150)
def test_rows_that_contradict_each_other_are_rows_that_nothing_holds(program: list[Row]) -> None:
    found = Possible(program, HIGHEST).contradiction()
    assert (found is None) == (len(held(program, HIGHEST)) > 0)
    if found is not None:
        assert found <= set(program)
        assert not len(held(list(found), HIGHEST))


def test_what_is_only_about_determined_unknowns_can_be_impossible() -> None:
    five, less = Row({0: 1}, 5, 5), Row({0: 1}, None, 4)
    of_one = Possible([five, less], [9])
    assert of_one.contradiction() == {five, less}
    assert not of_one.is_any()
    two, eight, beside = Row({0: 1, 1: 1}, 7, 7), Row({1: 1}, 3, None), Row({2: 1, 3: 1}, 1, 1)
    assert Possible([five, two, eight, beside], [9] * 4).contradiction() == {five, two, eight}
    assert Possible([five, Row({0: 1}, None, 5)], [9]).is_any()


def test_few_rows_are_told_where_that_shows_without_whole_numbers() -> None:
    beside = [Row({unknown: 1, unknown + 1: 1}, None, 15) for unknown in range(8)]
    one, other = Row({0: 1, 3: 1, 6: 1}, 20, None), Row({0: 2, 3: 2, 6: 2}, None, 38)
    assert Possible([*beside, one, other], [9] * 9).contradiction() == {one, other}


def test_rows_of_one_part_are_told() -> None:
    odd = Row({2: 2, 3: 2}, 3, 3)
    apart = Possible([Row({0: 1, 1: 1}, 1, None), odd], [9] * 4)
    assert apart.contradiction() == {odd}
    assert apart.largest == 2
