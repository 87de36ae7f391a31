"""Whole-number unknowns and linear rows: what can be, what must give way, and which unknowns hang together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analysis.errors import AnalysisError

_OPTIMAL, _INFEASIBLE = 0, 2
# Of so many sizes of a base, each is an unknown of its own.
_FEW = 40

Expression = dict[int, int]
"""Unknown -> coefficient, of a sum of unknowns."""


def plus(*parts: Mapping[int, int]) -> Expression:
    """Return a sum of expressions."""
    total: Expression = {}
    for part in parts:
        for unknown, factor in part.items():
            total[unknown] = total.get(unknown, 0) + factor
    return {unknown: factor for unknown, factor in total.items() if factor}


def times(factor: int, expression: Mapping[int, int]) -> Expression:
    """Return a multiple of an expression."""
    return {unknown: factor * own for unknown, own in expression.items()} if factor else {}


def minus(one: Mapping[int, int], other: Mapping[int, int]) -> Expression:
    """Return the difference of two expressions."""
    return plus(one, times(-1, other))


@dataclass(frozen=True)
class Row:
    """A sum of unknowns, and the smallest and largest value it may have; None: no limit.

    `share` is set where it is one end of a percentage of a base: `factor * count - share * base >= low`. The count and
    the base are then known apart.
    """

    terms: Expression
    low: int | None
    high: int | None
    share: Share | None = None


@dataclass(frozen=True)
class Share:
    """How a row is made up that is one end of a percentage: `factor * count - share * base >= low`."""

    factor: int
    count: Expression
    share: int
    base: Expression


Solution = dict[int, int]
"""Unknown -> value, of those that some row or the objective is about."""


class OpenError(Exception):
    """Whether something can be was not found out in the time given."""


def solve(
    rows: Sequence[Row],
    highest: Sequence[int],
    objective: Mapping[int, int] | None = None,
    nodes: int | None = None,
) -> Solution | None:
    """Return whole numbers that hold all rows, with the least value of an objective; None where there are none.

    By HiGHS (`scipy.optimize.milp`), to a gap of nothing: all coefficients are whole numbers, and so are all sums.

    Parameters
    ----------
    rows
        What must hold.
    highest
        The largest value of each unknown; the smallest is 0.
    objective
        What is to be small; None: any solution will do.
    nodes
        How long to look, in nodes of the search tree (not in seconds: a result does not depend on the machine).

    Raises
    ------
    OpenError
        That was not long enough to tell.
    """
    aim = objective or {}
    if (tight := _with_possible_bases(rows, highest)) is None:
        return None
    rows, limits = tight
    unknowns = sorted({unknown for row in rows for unknown in row.terms} | aim.keys())
    place = {unknown: column for column, unknown in enumerate(unknowns)}
    if any(_is_impossible(row) for row in rows):
        return None
    bound = [row for row in rows if row.terms]
    sizes = [len(row.terms) for row in bound]
    matrix = csr_array(
        (
            np.fromiter((factor for row in bound for factor in row.terms.values()), dtype=float),
            np.fromiter((place[unknown] for row in bound for unknown in row.terms), dtype=np.int32),
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int32)]).astype(np.int32),
        ),
        shape=(len(bound), len(unknowns)),
    )
    low = [-np.inf if row.low is None else row.low for row in bound]
    high = [np.inf if row.high is None else row.high for row in bound]
    found = milp(
        np.array([aim.get(unknown, 0) for unknown in unknowns], dtype=float),
        constraints=LinearConstraint(matrix, low, high) if bound else None,
        bounds=Bounds(0, [limits[unknown] for unknown in unknowns]),
        integrality=np.ones(len(unknowns), dtype=np.int64),
        options={"mip_rel_gap": 0.0} if nodes is None else {"mip_rel_gap": 0.0, "node_limit": nodes},
    )
    if found.status not in (_OPTIMAL, _INFEASIBLE):
        if nodes is not None:
            raise OpenError
        raise AnalysisError(f"the solver gave up: {found.message}")
    if found.x is None:
        return None
    values = zip(unknowns, np.rint(found.x).astype(int).tolist(), strict=True)
    return {unknown: value for unknown, value in values if unknown < len(highest)}


def _with_possible_bases(rows: Sequence[Row], highest: Sequence[int]) -> tuple[list[Row], list[int]] | None:
    """Return rows and highest values with percentages spelled out for each base they can be of; None if there is none.

    Whether a percentage is possible of a base (the GRIM test of Brown & Heathers 2017) a solver that relaxes whole
    numbers finds out only by trying. Here each size of a base is tried once; where few are left, one unknown for each
    says whether it is that size, and every count lies in the window of that size. Only a base that is one unknown is.
    """
    fixed = {_key(row.terms): row.low for row in rows if row.low is not None and row.low == row.high}
    by_base: dict[Key, dict[Key, list[Row]]] = {}
    for row in rows:
        if row.share is not None:
            by_base.setdefault(_key(row.share.base), {}).setdefault(_key(row.share.count), []).append(row)
    limits = list(highest)
    found = [row for row in rows if row.share is None]
    for base, percentages in by_base.items():
        known = _known(base, fixed)
        if known is None and len(base) > 1:
            found += [row for window in percentages.values() for row in window]
            continue
        every = range(highest[base[0][0]] + 1) if known is None else [known]
        windows = {count: {size: _window(window, size) for size in every} for count, window in percentages.items()}
        possible = [
            size for size in every if all(low <= high for low, high in (each[size] for each in windows.values()))
        ]
        if not possible:
            return None
        if len(possible) > _FEW:
            found += [
                Row(dict(base), possible[0], possible[-1]),
                *(row for each in percentages.values() for row in each),
            ]
        elif len(possible) == 1:
            found.append(Row(dict(base), possible[0], possible[0]))
            found += [Row(dict(count), *each[possible[0]]) for count, each in windows.items()]
        else:
            sizes = {size: len(limits) + place for place, size in enumerate(possible)}
            limits += [1] * len(possible)
            found.append(Row(dict.fromkeys(sizes.values(), 1), 1, 1))
            found.append(Row(minus(dict(base), {unknown: size for size, unknown in sizes.items()}), 0, 0))
            for count, each in windows.items():
                lows = {unknown: each[size][0] for size, unknown in sizes.items()}
                highs = {unknown: each[size][1] for size, unknown in sizes.items()}
                found.append(Row(minus(dict(count), lows), 0, None))
                found.append(Row(minus(dict(count), highs), None, 0))
    return found, limits


Key = tuple[tuple[int, int], ...]


def _key(terms: Mapping[int, int]) -> Key:
    return tuple(sorted(terms.items()))


def _known(base: Key, fixed: Mapping[Key, int]) -> int | None:
    """Return how large a base is where other sums that are known make it up; None where they don't."""
    left, total = dict(base), 0
    for key, value in sorted(fixed.items(), key=lambda each: -len(each[0])):
        if key and all(left.get(unknown) == factor for unknown, factor in key):
            left = {unknown: factor for unknown, factor in left.items() if unknown not in dict(key)}
            total += value
    return None if left else total


def _window(percentage: Sequence[Row], size: int) -> tuple[int, int]:
    """Return the smallest and largest count that the rows of a percentage allow of a base of some size."""
    low, high = 0, size
    for row in percentage:
        assert row.low is not None
        assert row.share is not None
        left, factor = row.low + row.share.share * size, row.share.factor
        if factor > 0:
            low = max(low, -(-left // factor))
        else:
            high = min(high, left // factor)
    return low, high


def _is_impossible(row: Row) -> bool:
    """Tell whether a row can hold for no values: its limits exclude each other, or 0 where it has no terms."""
    low, high = -math.inf if row.low is None else row.low, math.inf if row.high is None else row.high
    return low > high or (not row.terms and not low <= 0 <= high)
