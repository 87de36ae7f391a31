"""Smallest conflicts and cheapest repairs, against every set of statements there is."""

from collections.abc import Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.audit.conflicts import Holds, conflict, repair

CLASHES = st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=4), max_size=6)


def holding(clashes: Sequence[set[int]]) -> Holds[int]:
    return lambda statements: not any(clash <= set(statements) for clash in clashes)


def subsets(statements: Sequence[int]) -> list[set[int]]:
    sizes = range(len(statements) + 1)
    return [set(some) for some in chain.from_iterable(combinations(statements, size) for size in sizes)]


@given(clashes=CLASHES, given_up=st.sets(st.integers(0, 6), max_size=2))
def test_nothing_can_be_left_out_of_a_conflict(clashes: list[set[int]], given_up: set[int]) -> None:
    holds = holding(clashes)
    candidates = [statement for statement in range(7) if statement not in given_up]
    if holds([*given_up, *candidates]):
        return
    found = conflict(holds, candidates, given=sorted(given_up))
    assert not holds([*given_up, *found])
    assert all(holds([*given_up, *(set(found) - {one})]) for one in found)


def test_an_earlier_candidate_goes_before_a_later_one() -> None:
    holds = holding([{0, 1}, {0, 2}])
    assert conflict(holds, [2, 1], given=[0]) == [2]
    assert conflict(holds, [1, 2], given=[0]) == [1]


def test_what_contradicts_itself_needs_no_other() -> None:
    assert conflict(holding([{0}]), [1, 2], given=[0]) == []
    assert conflict(holding([{0}]), [], given=[0]) == []


@given(clashes=CLASHES, costs=st.lists(st.sampled_from([0.5, 0.9, 1.0, 1.001]), min_size=7, max_size=7))
def test_no_repair_is_cheaper(clashes: list[set[int]], costs: list[float]) -> None:
    holds = holding(clashes)
    given_up = repair(holds, dict(enumerate(costs)))
    assert given_up == sorted(given_up)
    assert holds([statement for statement in range(7) if statement not in given_up])
    cheapest = min(sum(costs[one] for one in some) for some in subsets(range(7)) if holds([*({*range(7)} - some)]))
    assert sum(costs[one] for one in given_up) == pytest.approx(cheapest)


def test_nothing_repairs_what_is_taken_for_granted() -> None:
    with pytest.raises(ValueError, match="contradicts itself"):
        repair(lambda statements: False, {0: 1.0})
