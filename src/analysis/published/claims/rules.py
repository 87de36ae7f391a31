"""Which cells a claim compares, and what follows from print and tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Literal, TypeVar

from analysis.models.two_shares import SIGNIFICANT, Difference
from analysis.published.claims.cells import PERCENT, Reading
from analysis.published.claims.claim import Direction

Verdict = Literal["supported", "contradicted", "not_testable"]
Relation = Literal["order", "part", "no_base", "test"]
"""How two cells can be compared: by the order in print alone, as a part and its whole, without a base, by a test."""
Tests = tuple[Difference, Difference]
"""A difference at independence, and at maximal dependence."""

DOWN = ("lower", "lowest", "not_higher", "significantly_lower", "decrease", "minority")
ALIKE = ("equal", "similar")
_STEPS = ("increase", "decrease", "associated")
_WEAK = ("not_lower", "not_higher")
SIGNIFICANTLY = ("significantly_lower", "significantly_higher")
SIMILAR_WITHIN = 10.0
"""Points below which a difference counts as small: KL's report of 2023 calls 42 against 32 per cent a larger share."""
_DUST = 1e-9
_VERDICTS: dict[int, Verdict] = {1: "supported", -1: "contradicted", 0: "not_testable"}
_Any = TypeVar("_Any")


def compared(direction: Direction, printed: Sequence[_Any]) -> list[tuple[_Any, _Any]]:
    """Return the comparisons that a claim makes, what is claimed to be the higher (or the lower) first."""
    if direction in ALIKE:
        return list(combinations(printed, 2))
    if direction in _STEPS:
        return [(after, before) for before, after in pairwise(printed)]
    return [(printed[0], other) for other in printed[1:]]


def side(direction: Direction, reading: Reading, bound: float) -> int:
    """Return 1 where a number surely lies on the side of a bound that is claimed, −1 on the other, 0 where open."""
    above = reading.low > bound
    below = reading.high <= bound and reading.low < bound
    sign = int(above) - int(below)
    return -sign if direction in DOWN else sign


def order(direction: Direction, first: Reading, second: Reading) -> int:
    """Return 1 where print surely has the order claimed, −1 where it surely has the other, 0 where it may be either."""
    above = first.low >= second.high and first.low > second.low
    below = second.low >= first.high and second.low > first.low
    sign = int(above) - int(below)
    return -sign if direction in DOWN else sign


def of_everyone(direction: Direction, first: Reading, second: Reading) -> Verdict:
    """Return what follows of a claim about two shares that need no test: neither was sampled."""
    if direction not in ALIKE:
        return _VERDICTS[order(direction, first, second)]
    # A range ends before its upper end, which no difference reaches then.
    reached = first.low == first.high and second.low == second.high
    widest = max(first.high - second.low, second.high - first.low)
    narrowest = max(first.low - second.high, second.low - first.high)
    if widest < SIMILAR_WITHIN - _DUST or (widest <= SIMILAR_WITHIN + _DUST and not reached):
        return "supported"
    return "contradicted" if narrowest >= SIMILAR_WITHIN - _DUST else "not_testable"


def verdict(
    direction: Direction,
    first: Reading,
    second: Reading,
    relation: Relation,
    tests: Tests | None,
    everyone: tuple[Reading, Reading] | None,
) -> Verdict:
    """Return what follows of a claim about two cells; the rules are those of `judge`.

    Parameters
    ----------
    everyone
        The shares of all municipalities of the study, whatever the missing ones would have answered; None where they
        are not known.
    """
    if direction in ALIKE:
        return _alike(direction, first, second, relation, tests, everyone)
    sign = order(direction, first, second)
    if sign < 0:
        return "contradicted"
    if direction in _WEAK:
        same = (first.low, first.high) == (second.low, second.high)
        return "supported" if sign or same else "not_testable"
    if everyone is not None and direction not in SIGNIFICANTLY:
        settled = of_everyone(direction, *everyone)
        if settled != "not_testable" or tests is None:
            return settled
    if tests is not None:
        if direction in SIGNIFICANTLY and tests[0].smallest >= SIGNIFICANT:
            return "contradicted"
        return "supported" if sign and _is_significant(tests) else "not_testable"
    return "supported" if sign and relation == "order" and direction not in SIGNIFICANTLY else "not_testable"


def _alike(
    direction: Direction,
    first: Reading,
    second: Reading,
    relation: Relation,
    tests: Tests | None,
    everyone: tuple[Reading, Reading] | None,
) -> Verdict:
    """Judge whether two cells are much the same."""
    if tests is None:
        if relation != "order" or first.scale != PERCENT:
            return "not_testable"
        return of_everyone(direction, *(everyone or (first, second)))
    if everyone is not None and (settled := of_everyone(direction, *everyone)) != "not_testable":
        return settled
    if _is_significant(tests):
        return "contradicted"
    within = tests[1].low > -SIMILAR_WITHIN and tests[1].high < SIMILAR_WITHIN
    return "supported" if within else "not_testable"


def _is_significant(tests: Tests) -> bool:
    """Tell whether a difference is significant at both extremes of dependence, for every count that print allows."""
    return all(apart.largest < SIGNIFICANT for apart in tests)
