"""Whole-number unknowns and linear rows: what can be, what must give way, and which unknowns hang together."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np
from highspy import HighsModelStatus

from analysis.errors import AnalysisError

CONTRADICTION = "the printed numbers contradict each other"

# Of so many sizes of a base, each is an unknown of its own.
_FEW = 40
# By so much a relaxed optimum may be off, as it is found in floating point: a bound is then one lower than it could be.
_SLACK = 1e-4
# In steps of this a relaxed share is told.
_PRECISE = Fraction(1, 10**6)
# What is this small beside the largest part of a sum has no part in it.
_NOTHING = 1e-9
# HiGHS' options: to search to the end, and the primal simplex method.
_ALL, _PRIMAL = highspy.kHighsIInf, 4
# So many nodes are soon looked at.
_SOON = 20
# Small searches are quicker without what helps large ones: 0.05 s against 0.08 s for klk_healthdata's.
_SMALL = {"mip_rel_gap": 0.0, "mip_root_presolve_only": True, "mip_heuristic_run_feasibility_jump": False}

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

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        # Rows are asked for it again and again.
        return hash((frozenset(self.terms.items()), self.low, self.high))


def only_if(row: Row, followed: Iterable[int], highest: Sequence[int]) -> list[Row]:
    """Return rows that say what a row says if one of some unknowns, of which at most one is 1, is; else nothing.

    What the row is about cannot be less, or more, than its highest values let it be: that much is left where none is.
    """
    ends = [factor * highest[unknown] for unknown, factor in row.terms.items()]
    least, most = sum(end for end in ends if end < 0), sum(end for end in ends if end > 0)
    rows = []
    if row.low is not None and row.low > least:
        rows.append(Row(plus(row.terms, dict.fromkeys(followed, least - row.low)), least, None))
    if row.high is not None and row.high < most:
        rows.append(Row(plus(row.terms, dict.fromkeys(followed, most - row.high)), None, most))
    return rows


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

    By HiGHS (`highspy`), to a gap of nothing: all coefficients are whole numbers, and so are all sums.

    Parameters
    ----------
    rows
        What must hold.
    highest
        The largest value of each unknown; the smallest is 0.
    """

    def __init__(self, rows: Sequence[Row], highest: Sequence[int]) -> None:
        self.rows, self.highest = rows, highest
        made, self._limits = _with_possible_bases(rows, highest)
        self._made = [each for each in made if each.row.terms]
        self._impossible = next((each.of for each in made if _is_impossible(each.row)), None)
        unknowns = sorted({unknown for each in self._made for unknown in each.row.terms})
        self._unknowns = {unknown: column for column, unknown in enumerate(unknowns)}

    def solve(
        self, objective: Mapping[int, int] | None = None, nodes: int | None = None, below: int | None = None
    ) -> Solution | None:
        """Return whole numbers that hold all rows, with the least value of an objective; None where there are none.

        Parameters
        ----------
        objective
            What is to be small; None: any solution will do.
        nodes
            How long to look, in nodes of the search tree (not in seconds: a result does not depend on the machine).
        below
            Only values of the objective below this are looked for.

        Raises
        ------
        OpenError
            That was not long enough to tell.
        """
        aim = objective or {}
        if self._impossible is not None:
            return None
        free = {
            unknown: self._free(unknown, factor) for unknown, factor in aim.items() if unknown not in self._unknowns
        }
        beside = sum(aim[unknown] * value for unknown, value in free.items())
        if not self._unknowns:
            return free if below is None or beside < below else None
        model = self._searched
        model.setOptionValue("mip_max_nodes", _ALL if nodes is None else nodes)
        # A search does not hang on what was searched for before.
        model.clearSolver()
        if below is not None:
            own = {unknown: factor for unknown, factor in aim.items() if unknown in self._unknowns}
            self._add(model, Row(own, None, below - 1 - beside))
        status = self._run(model, aim)
        found, told = model.getSolution().col_value, model.getInfo().mip_dual_bound
        if below is not None:
            model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
        if status == HighsModelStatus.kInfeasible:
            return None
        if status == HighsModelStatus.kOptimal:
            return {**free, **self._of_columns(found)}
        if nodes is None:
            raise AnalysisError(f"the solver gave up: {model.modelStatusToString(status)}")
        # Without a solution HiGHS tells no bound.
        raise OpenError(math.ceil(told - _SLACK) + beside if math.isfinite(told) else self.lower_bound(aim))

    def near(self, objective: Mapping[int, int]) -> Solution | None:
        """Return whole numbers that hold all rows and give an objective a small value, if some are found soon."""
        self._searched.setOptionValue("mip_max_nodes", _SOON)
        self._searched.clearSolver()
        self._run(self._searched, objective)
        found = self._searched.getSolution()
        return self._of_columns(found.col_value) if found.value_valid else None

    def hold(self, row: Row) -> None:
        """Hold one more row, about unknowns of others."""
        for model in (self._relaxed, self._searched):
            self._add(model, row)

    def _add(self, model: highspy.Highs, row: Row) -> None:
        unknowns = np.array([self._unknowns[unknown] for unknown in row.terms], dtype=np.int32)
        low, high = (-np.inf if row.low is None else row.low), (np.inf if row.high is None else row.high)
        model.addRow(low, high, len(unknowns), unknowns, np.array(list(row.terms.values()), dtype=float))

    def lower_bound(self, objective: Mapping[int, int]) -> int:
        """Return a whole number that no solution of the rows lies below: the relaxed optimum, rounded up.

        Raises
        ------
        AnalysisError
            No numbers at all hold the rows.
        """
        if self._impossible is not None:
            raise AnalysisError(CONTRADICTION)
        free = sum(
            factor * self._free(unknown, factor)
            for unknown, factor in objective.items()
            if unknown not in self._unknowns
        )
        if not self._unknowns:
            return free
        status = self._run(self._relaxed, objective)
        if status == HighsModelStatus.kInfeasible:
            raise AnalysisError(CONTRADICTION)
        if status != HighsModelStatus.kOptimal:
            # HiGHS could not tell in floating point: what the unknowns alone leave is a bound all the same.
            return free + sum(
                factor * self._limits[unknown]
                for unknown, factor in objective.items()
                if factor < 0 and unknown in self._unknowns
            )
        return math.ceil(self._relaxed.getInfo().objective_function_value - _SLACK) + free

    def relaxed_share(self, count: Mapping[int, int], base: Mapping[int, int], share: float) -> Fraction | None:
        """Return a number that no solution's share of one sum in another lies below: the least share of the relaxation.

        By Dinkelbach's method, from a larger share down; all unknowns are in some row, and the base in one that keeps
        it above 0. None where HiGHS cannot tell.
        """
        while True:
            aim = {unknown: count.get(unknown, 0) - share * base.get(unknown, 0) for unknown in {**count, **base}}
            if self._run(self._relaxed, aim) != HighsModelStatus.kOptimal:
                return None
            values = dict(zip(self._unknowns, self._relaxed.getSolution().col_value, strict=True))
            lower = _sum(count, values) / _sum(base, values)
            if lower >= share - float(_PRECISE):
                # Down to the next step, and one more: what floating point leaves of the last digits is not told.
                return Fraction(math.floor(lower / float(_PRECISE) + _SLACK) - 1) * _PRECISE
            share = lower

    def conflict(self) -> list[Row] | None:
        """Return rows that cannot hold together, whole numbers or not; None where all can, or that is not told.

        By Farkas' lemma: where no numbers hold all rows, some sum of multiples of rows says so, and few rows have a
        part in it (`Highs.getDualRay`).
        """
        if self._impossible is not None:
            return list(self._impossible)
        if not self._unknowns:
            return None
        model = self._model(is_whole=False, presolve="off")
        if self._run(model, {}) != HighsModelStatus.kInfeasible:
            return None
        _, is_told, ray = model.getDualRay()  # type: ignore[attr-defined]  # the stubs of highspy 1.15 leave it out
        if not is_told:
            return None
        taking_part = np.flatnonzero(np.abs(ray) > _NOTHING * np.abs(ray).max())
        return list(dict.fromkeys(row for place in taking_part for row in self._made[place].of))

    @functools.cached_property
    def _searched(self) -> highspy.Highs:
        return self._model(is_whole=True, **_SMALL)

    @functools.cached_property
    def _relaxed(self) -> highspy.Highs:
        # From one objective to the next, an optimum stays possible: the primal simplex method goes on from there.
        return self._model(is_whole=False, simplex_strategy=_PRIMAL)

    def _model(self, is_whole: bool, **options: bool | float | str) -> highspy.Highs:
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.silent()
        for name, value in options.items():
            model.setOptionValue(name, value)
        rows = [each.row for each in self._made]
        lengths = [len(row.terms) for row in rows]
        model.passModel(
            len(self._unknowns),
            len(rows),
            sum(lengths),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            np.zeros(len(self._unknowns)),
            np.zeros(len(self._unknowns)),
            np.array([self._limits[unknown] for unknown in self._unknowns], dtype=float),
            np.array([-np.inf if row.low is None else row.low for row in rows], dtype=float),
            np.array([np.inf if row.high is None else row.high for row in rows], dtype=float),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            np.array([self._unknowns[unknown] for row in rows for unknown in row.terms], dtype=np.int32),
            np.array([factor for row in rows for factor in row.terms.values()], dtype=float),
            np.full(len(self._unknowns), int(is_whole), dtype=np.int32),
        )
        return model

    def _run(self, model: highspy.Highs, objective: Mapping[int, float]) -> HighsModelStatus:
        """Make an objective small; return what came of it."""
        factors = np.array([objective.get(unknown, 0) for unknown in self._unknowns], dtype=float)
        model.changeColsCost(len(factors), np.arange(len(factors), dtype=np.int32), factors)
        model.run()
        return model.getModelStatus()

    def _of_columns(self, values: Sequence[float]) -> Solution:
        found = zip(self._unknowns, np.rint(values).astype(int).tolist(), strict=True)
        return {unknown: value for unknown, value in found if unknown < len(self.highest)}

    def _free(self, unknown: int, factor: int) -> int:
        """Return the value of an unknown that no row is about, where its factor counts."""
        return 0 if factor > 0 else self.highest[unknown]


def _sum(expression: Mapping[int, int], values: Mapping[int, float]) -> float:
    return sum(factor * values[unknown] for unknown, factor in expression.items())


@dataclass(frozen=True)
class _Made:
    """A row as the solver has it, and the rows that it was made of."""

    row: Row
    of: tuple[Row, ...]


def _with_possible_bases(rows: Sequence[Row], highest: Sequence[int]) -> tuple[list[_Made], list[int]]:
    """Return rows and highest values with percentages spelled out for each base they can be of.

    Whether a percentage is possible of a base (the GRIM test of Brown & Heathers 2017) a solver that relaxes whole
    numbers finds out only by trying. Here each size of a base is tried once; where few are left, one unknown for each
    says whether it is that size, and every count lies in the window of that size. Only a base that is one unknown is.
    Where no size is left, a row that nothing can hold says so.
    """
    fixed = {_key(row.terms): row for row in rows if row.low is not None and row.low == row.high}
    by_base: dict[Key, dict[Key, list[Row]]] = {}
    for row in rows:
        if row.share is not None:
            by_base.setdefault(_key(row.share.base), {}).setdefault(_key(row.share.count), []).append(row)
    limits = list(highest)
    found = [_Made(row, (row,)) for row in rows if row.share is None]
    for base, percentages in by_base.items():
        known = _known(base, fixed)
        if known is None and len(base) > 1:
            found += [_Made(row, (row,)) for window in percentages.values() for row in window]
            continue
        every = range(highest[base[0][0]] + 1) if known is None else [sum(row.low or 0 for row in known)]
        windows = {count: {size: _window(window, size) for size in every} for count, window in percentages.items()}
        possible = [
            size for size in every if all(low <= high for low, high in (each[size] for each in windows.values()))
        ]
        beside = tuple(known or ())
        of = {count: (*window, *beside) for count, window in percentages.items()}
        of_all = (*(row for window in percentages.values() for row in window), *beside)
        if not possible:
            found.append(_Made(Row({}, 1, None), of_all))
        elif len(possible) > _FEW:
            found.append(_Made(Row(dict(base), possible[0], possible[-1]), of_all))
            found += [_Made(row, (row,)) for window in percentages.values() for row in window]
        elif len(possible) == 1:
            found.append(_Made(Row(dict(base), possible[0], possible[0]), of_all))
            found += [_Made(Row(dict(count), *each[possible[0]]), of[count]) for count, each in windows.items()]
        else:
            sizes = {size: len(limits) + place for place, size in enumerate(possible)}
            limits += [1] * len(possible)
            found.append(_Made(Row(dict.fromkeys(sizes.values(), 1), 1, 1), of_all))
            chosen = minus(dict(base), {unknown: size for size, unknown in sizes.items()})
            found.append(_Made(Row(chosen, 0, 0), of_all))
            for count, each in windows.items():
                lows = {unknown: each[size][0] for size, unknown in sizes.items()}
                highs = {unknown: each[size][1] for size, unknown in sizes.items()}
                found.append(_Made(Row(minus(dict(count), lows), 0, None), of[count]))
                found.append(_Made(Row(minus(dict(count), highs), None, 0), of[count]))
    return found, limits


def _key(terms: Mapping[int, int]) -> Key:
    return tuple(sorted(terms.items()))


def _known(base: Key, fixed: Mapping[Key, Row]) -> list[Row] | None:
    """Return the rows of known sums that make up a base; None where none do."""
    left, parts = dict(base), []
    for key, row in sorted(fixed.items(), key=lambda each: -len(each[0])):
        if key and all(left.get(unknown) == factor for unknown, factor in key):
            left = {unknown: factor for unknown, factor in left.items() if unknown not in dict(key)}
            parts.append(row)
    return None if left else parts


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
