"""Ranges over several ways, held against every value that small unknowns can have in any of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reconstruct.possible import Known, Possible
from analysis.reconstruct.program import Row
from analysis.reconstruct.ways import Ways
from tests.reconstruct.test_possible import counts, factors
from tests.reconstruct.test_program import HIGHEST, held, rows

programs = st.lists(st.lists(rows(), min_size=1, max_size=3), min_size=1, max_size=4)


def ways_of(some: list[list[Row]]) -> tuple[Ways | None, np.ndarray]:
    """Return the programmes that anything holds, what they know shared, and every value that holds one of them."""
    known = Known()
    values = [held(program, HIGHEST) for program in some]
    possible = [Possible(program, HIGHEST, known) for program, own in zip(some, values, strict=True) if len(own)]
    return (Ways(possible) if possible else None), np.concatenate(values)


@given(programs, factors)
@settings(max_examples=60)
def test_bounds_are_those_of_all_values_in_any_way(some: list[list[Row]], own: list[int]) -> None:
    ways, values = ways_of(some)
    if ways is None:
        return
    expression = {unknown: factor for unknown, factor in enumerate(own) if factor}
    sums = values @ own
    assert ways.bounds(expression) == (sums.min(), sums.max())


@given(programs, counts, counts)
@settings(max_examples=60)
def test_percent_bounds_are_those_of_all_values_in_any_way(
    some: list[list[Row]], count: list[int], base: list[int]
) -> None:
    ways, values = ways_of(some)
    if ways is None:
        return
    count_, base_ = ({unknown: own for unknown, own in enumerate(each) if own} for each in (count, base))
    shares = [Fraction(100 * int(value @ count), whole) for value in values if (whole := int(value @ base))]
    assert ways.percent_bounds(count_, base_) == ((min(shares), max(shares)) if shares else None)


def test_a_way_without_a_base_has_no_percentage() -> None:
    nobody, somebody = Possible([Row({0: 1}, 0, 0), Row({1: 1}, 0, 0)], [4, 4]), Possible([Row({0: 1}, 4, 4)], [4, 4])
    assert Ways([nobody, somebody]).percent_bounds({1: 1}, {0: 1}) == (Fraction(0), Fraction(100))
    assert Ways([nobody]).percent_bounds({1: 1}, {0: 1}) is None
