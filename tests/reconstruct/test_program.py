"""Whole numbers that hold rows, held against every value that small unknowns can have."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reconstruct.program import OpenError, Programme, Row, Share, Solution, minus, plus, times

HIGHEST = [4, 4, 5]

Program = tuple[list[Row], list[int]]


aims = st.dictionaries(st.integers(0, len(HIGHEST) - 1), st.integers(-3, 3))


def solve(
    program: Sequence[Row],
    highest: Sequence[int],
    aim: dict[int, int] | None = None,
    nodes: int | None = None,
    below: int | None = None,
) -> Solution | None:
    return Programme(program, highest).solve(aim, nodes, below)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    factors = draw(st.lists(st.integers(-3, 3), min_size=len(HIGHEST), max_size=len(HIGHEST)))
    low, high = draw(st.none() | st.integers(-6, 8)), draw(st.none() | st.integers(-6, 8))
    return Row({unknown: factor for unknown, factor in enumerate(factors) if factor}, low, high)


def percentage(count: int, base: dict[int, int], low: int, high: int) -> list[Row]:
    """Return the rows of a percentage in a window, and of its count being no more than its base."""
    ends = [Share(100, {count: 1}, low, base), Share(-100, {count: 1}, -high, base)]
    made = [
        Row(minus(times(end.factor, end.count), times(end.share, base)), strict, None, end)
        for end, strict in zip(ends, (0, 1), strict=True)
    ]
    return [*made, Row(minus({count: 1}, base), None, 0)]


@st.composite
def programs_of_percentages(draw: st.DrawFn) -> Program:
    """Draw one or two percentages of one base, or of a sum of two; the base may be known, or have many sizes."""
    top = draw(st.sampled_from([6, 12, 60]))
    parts = draw(st.integers(1, 2)) if top < 60 else 1
    base = {2 + part: 1 for part in range(parts)}
    found = []
    for count in range(draw(st.integers(1, 2))):
        low = draw(st.integers(0, 100))
        found += percentage(count, base, low, low + draw(st.integers(1, 15)))
    if parts == 1 and top == 60:
        found.append(Row({0: 1}, draw(st.integers(0, 20)), None))
    for part in base:
        if draw(st.booleans()):
            size = draw(st.integers(0, top))
            found.append(Row({part: 1}, size, size))
    return found, [top, top, *([top] * parts)]


def held(program: Sequence[Row], highest: Sequence[int]) -> np.ndarray:
    """Return every value of the unknowns that holds all rows."""
    values = np.array(list(itertools.product(*(range(most + 1) for most in highest))))
    for row in program:
        factors = np.zeros(len(highest), dtype=int)
        factors[list(row.terms)] = list(row.terms.values())
        sums = values @ factors
        low, high = -np.inf if row.low is None else row.low, np.inf if row.high is None else row.high
        values = values[(low <= sums) & (sums <= high)]
    return values


def agree(program: Sequence[Row], highest: Sequence[int], aim: dict[int, int]) -> None:
    """Hold the least value of an aim against all values there are."""
    values, found = held(program, highest), solve(program, highest, aim)
    if not len(values):
        assert found is None
        return
    assert found is not None
    sums = sum(factor * values[:, unknown] for unknown, factor in aim.items())
    assert sum(factor * found[unknown] for unknown, factor in aim.items()) == np.min(sums)
    known = values[:, sorted(found)]
    assert [found[unknown] for unknown in sorted(found)] in known.tolist()


@given(st.lists(rows(), max_size=4), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
@settings(max_examples=120)
def test_the_least_value_is_that_of_all_values(program: list[Row], aim: list[int]) -> None:
    agree(program, HIGHEST, dict(enumerate(aim)))


@given(programs_of_percentages(), st.lists(st.integers(-2, 2), min_size=3, max_size=3))
@settings(max_examples=80)
def test_percentages_spelled_out_for_each_base_say_the_same(program: Program, aim: list[int]) -> None:
    agree(*program, dict(enumerate(aim)))


def test_a_percentage_that_no_size_of_the_base_has_is_impossible() -> None:
    # 33 % to the next whole: of 1 and 2 nothing, of 3 one; of 4 nothing, of 5 nothing, of 6 two.
    third = [Row(row.terms, row.low, row.high, row.share) for row in percentage(0, {1: 1}, 33, 34)]
    at_least_one = Row({1: 1}, 1, None)
    sizes = [size for size in range(1, 7) if solve([*third, at_least_one, Row({1: 1}, size, size)], [6, 6])]
    assert sizes == [3, 6]
    assert solve([*third, at_least_one, Row({1: 1}, None, 2)], [6, 6]) is None


def test_the_values_are_those_of_the_unknowns_that_were_given() -> None:
    found = solve([*percentage(0, {1: 1}, 50, 51), Row({1: 1}, 1, None)], [6, 6])
    assert found is not None
    assert found.keys() == {0, 1}


def test_limits_that_exclude_each_other_and_rows_without_unknowns() -> None:
    assert solve([Row({0: 1}, 3, 2)], [5]) is None
    assert solve([Row({}, 1, None)], [5]) is None
    assert solve([Row({}, 0, 0)], [5], {0: -1}) == {0: 5}


def test_what_is_not_found_out_in_time_is_open() -> None:
    # A market split (Cornuejols & Dawande 1999): sums that are hard to split in half, without a good relaxation.
    random = np.random.default_rng(3)
    factors = random.integers(1, 100, size=(4, 30))
    split = [Row(dict(enumerate(own.tolist())), int(own.sum()) // 2, int(own.sum()) // 2) for own in factors]
    with pytest.raises(OpenError) as told:
        solve(split, [1] * 30, dict.fromkeys(range(30), 1), nodes=1)
    assert 0 < told.value.lower_bound < 30


@given(st.lists(rows(), max_size=4), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
@settings(max_examples=80)
def test_nothing_lies_below_the_bound(program: list[Row], aim: list[int]) -> None:
    values = held(program, HIGHEST)
    if len(values):
        least = int((values @ aim).min())
        bound = Programme(program, HIGHEST).lower_bound(dict(enumerate(aim)))
        assert bound <= least
        # Without rows nothing ties the unknowns: the bound is the least value.
        assert program or bound == least


def test_sums() -> None:
    assert plus({0: 1, 1: 2}, {0: -1, 2: 1}) == {1: 2, 2: 1}
    assert minus({0: 1}, {0: 1}) == {}
    assert times(0, {0: 1}) == {}
    assert times(-2, {0: 1, 1: -1}) == {0: -2, 1: 2}


@given(st.lists(rows(), min_size=1, max_size=3), aims, st.integers(-8, 8))
@settings(max_examples=60)
def test_only_values_below_another_are_looked_for(program: list[Row], aim: dict[int, int], below: int) -> None:
    values = held(program, HIGHEST)
    sums = sum((factor * values[:, unknown] for unknown, factor in aim.items()), start=np.zeros(len(values)))
    found = solve(program, HIGHEST, aim, below=below)
    least = None if found is None else sum(factor * found[unknown] for unknown, factor in aim.items())
    assert least == (sums.min() if len(sums) and sums.min() < below else None)


@given(st.lists(rows(), min_size=1, max_size=3), rows(), aims)
@settings(max_examples=60)
def test_a_row_that_is_held_from_now_on(program: list[Row], more: Row, aim: dict[int, int]) -> None:
    about = {unknown for row in program for unknown in row.terms}
    own = Row({unknown: factor for unknown, factor in more.terms.items() if unknown in about}, more.low, more.high)
    later = Programme(program, HIGHEST)
    later.hold(own)
    first, second = later.solve(aim), solve([*program, own], HIGHEST, aim)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert sum(factor * first[unknown] for unknown, factor in aim.items()) == sum(
            factor * second[unknown] for unknown, factor in aim.items()
        )
        near = later.near(aim)
        assert near is None or len(held([*program, own, *(Row({u: 1}, v, v) for u, v in near.items())], HIGHEST))
