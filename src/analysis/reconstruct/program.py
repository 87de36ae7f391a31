"""Whole-number unknowns and linear rows: what can be, what must give way, and which unknowns hang together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from analysis.errors import AnalysisError

CONTRADICTION = "the printed numbers contradict each other"

_OPTIMAL, _INFEASIBLE = 0, 2
# Of so many sizes of a base, each is an unknown of its own.
_FEW = 40
# By so much a relaxed optimum may be off, as it is found in floating point: a bound is then one lower than it could be.
_SLACK = 1e-4
# To so much a relaxed share is told.
_PRECISE = 1e-6

Expression = dict[int, int]
"""Unknown -> coefficient, of a sum of unknowns."""

Key = tuple[tuple[int, int], ...]
"""An expression, in order of its unknowns."""


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
    """Whether something can be, or how small, was not found out in the time given.

    Parameters
    ----------
    lower_bound
        A whole number that no solution lies below, as far as the search came.
    """

    def __init__(self, lower_bound: int) -> None:
        super().__init__(f"not less than {lower_bound}")
        self.lower_bound = lower_bound


class Programme:
    """Rows made ready to be solved, once for all objectives.

    By HiGHS (`scipy.optimize.milp`), to a gap of nothing: all coefficients are whole numbers, and so are all sums.

    Parameters
    ----------
    rows
        What must hold.
    highest
        The largest value of each unknown; the smallest is 0.
    """

    def __init__(self, rows: Sequence[Row], highest: Sequence[int]) -> None:
        self.rows, self.highest = rows, highest
        tight = _with_possible_bases(rows, highest)
        self._is_impossible = tight is None or any(_is_impossible(row) for row in tight[0])
        if tight is None:
            return
        own, self._limits = tight
        bound = [row for row in own if row.terms]
        unknowns = sorted({unknown for row in bound for unknown in row.terms})
        self._unknowns = {unknown: column for column, unknown in enumerate(unknowns)}
        matrix = csr_array(
            (
                np.fromiter((factor for row in bound for factor in row.terms.values()), dtype=float),
                np.fromiter((self._unknowns[unknown] for row in bound for unknown in row.terms), dtype=np.int32),
                np.concatenate([[0], np.cumsum([len(row.terms) for row in bound], dtype=np.int32)]).astype(np.int32),
            ),
            shape=(len(bound), len(self._unknowns)),
        )
        low = [-np.inf if row.low is None else row.low for row in bound]
        high = [np.inf if row.high is None else row.high for row in bound]
        self._constraints = LinearConstraint(matrix, low, high) if bound else None

    def solve(self, objective: Mapping[int, int] | None = None, nodes: int | None = None) -> Solution | None:
        """Return whole numbers that hold all rows, with the least value of an objective; None where there are none.

        Parameters
        ----------
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
        if self._is_impossible:
            return None
        free = {
            unknown: self._free(unknown, factor) for unknown, factor in aim.items() if unknown not in self._unknowns
        }
        if not self._unknowns:
            return free
        found = self._optimum(aim, 1, nodes)
        if found.status not in (_OPTIMAL, _INFEASIBLE):
            if nodes is not None:
                # Without a solution HiGHS tells no bound.
                told = found.mip_dual_bound
                beside = sum(aim[unknown] * value for unknown, value in free.items())
                bound = self.lower_bound(aim) if told is None else math.ceil(float(told) - _SLACK) + beside
                raise OpenError(bound)
            raise AnalysisError(f"the solver gave up: {found.message}")
        if found.x is None:
            return None
        values = zip(self._unknowns, np.rint(found.x).astype(int).tolist(), strict=True)
        return {**free, **{unknown: value for unknown, value in values if unknown < len(self.highest)}}

    def lower_bound(self, objective: Mapping[int, int]) -> int:
        """Return a whole number that no solution of the rows lies below: the relaxed optimum, rounded up.

        Raises
        ------
        AnalysisError
            No numbers at all hold the rows.
        """
        if self._is_impossible:
            raise AnalysisError(CONTRADICTION)
        free = sum(
            factor * self._free(unknown, factor)
            for unknown, factor in objective.items()
            if unknown not in self._unknowns
        )
        if not self._unknowns:
            return free
        found = self._optimum(objective, 0)
        if found.status == _INFEASIBLE:
            raise AnalysisError(CONTRADICTION)
        if found.status != _OPTIMAL:
            # HiGHS could not tell in floating point: what the unknowns alone leave is a bound all the same.
            return free + sum(
                factor * self._limits[unknown]
                for unknown, factor in objective.items()
                if factor < 0 and unknown in self._unknowns
            )
        return math.ceil(float(found.fun) - _SLACK) + free

    def relaxed_share(self, count: Mapping[int, int], base: Mapping[int, int], share: float) -> float | None:
        """Return a number that no solution's share of one sum in another lies below: the least share of the relaxation.

        By Dinkelbach's method, from a larger share down; all unknowns are in some row, and the base in one that keeps
        it above 0. None where HiGHS cannot tell.
        """
        while True:
            aim = {unknown: count.get(unknown, 0) - share * base.get(unknown, 0) for unknown in {**count, **base}}
            found = self._optimum(aim, 0)
            if found.status != _OPTIMAL:
                return None
            values = dict(zip(self._unknowns, found.x.tolist(), strict=True))
            lower = _sum(count, values) / _sum(base, values)
            if lower >= share - _PRECISE:
                return lower - _PRECISE
            share = lower

    def _optimum(self, objective: Mapping[int, float], integrality: int, nodes: int | None = None) -> OptimizeResult:
        return milp(
            np.array([objective.get(unknown, 0) for unknown in self._unknowns], dtype=float),
            constraints=self._constraints,
            bounds=Bounds(0, [self._limits[unknown] for unknown in self._unknowns]),
            integrality=np.full(len(self._unknowns), integrality),
            options={"mip_rel_gap": 0.0} if nodes is None else {"mip_rel_gap": 0.0, "node_limit": nodes},
        )

    def _free(self, unknown: int, factor: int) -> int:
        """Return the value of an unknown that no row is about, where its factor counts."""
        return 0 if factor > 0 else self.highest[unknown]


def _sum(expression: Mapping[int, int], values: Mapping[int, float]) -> float:
    return sum(factor * values[unknown] for unknown, factor in expression.items())


def solve(
    rows: Sequence[Row],
    highest: Sequence[int],
    objective: Mapping[int, int] | None = None,
    nodes: int | None = None,
) -> Solution | None:
    """Return whole numbers that hold all rows, with the least value of an objective (`Programme.solve`)."""
    return Programme(rows, highest).solve(objective, nodes)


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
