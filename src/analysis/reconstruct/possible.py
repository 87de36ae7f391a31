"""Everything that whole numbers can be which hold some rows, taken apart into what hangs together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.reconstruct.program import (
    CONTRADICTION,
    Expression,
    Key,
    OpenError,
    Programme,
    Row,
    Solution,
    minus,
    plus,
    times,
)

# So many values of all unknowns are kept.
_POINTS = 100
# So many programmes are kept.
_PROGRAMMES = 200
# So many sums are made small together.
_TOGETHER = 4


@dataclass(frozen=True)
class Known:
    """What was found out of parts that hang together: each is solved once, whatever the rest holds.

    Parameters
    ----------
    programmes
        The rows of parts (hashed) -> these made ready to be solved, the newest only.
    solutions
        The rows of parts (hashed) -> whole numbers found to hold them, the newest last.
    optima
        The rows of the parts that an expression is about (hashed), and the expression -> its least value.
    contradictions
        The rows of a part (hashed) -> those that cannot hold together; None where all can.
    points
        Values of all unknowns, each found to hold some rows: they may hold others.
    """

    programmes: dict[tuple[int, ...], Programme] = field(default_factory=dict)
    solutions: dict[tuple[int, ...], list[Solution]] = field(default_factory=dict)
    optima: dict[tuple[object, ...], Fraction] = field(default_factory=dict)
    contradictions: dict[int, list[Row] | None] = field(default_factory=dict)
    points: deque[NDArray[np.int64]] = field(default_factory=lambda: deque(maxlen=_POINTS))

    def is_held(self, rows: Sequence[Row]) -> bool:
        """Tell whether values that were found for other rows hold these."""
        if not self.points:
            return False
        unknowns = np.fromiter((unknown for row in rows for unknown in row.terms), dtype=np.int64)
        factors = np.fromiter((factor for row in rows for factor in row.terms.values()), dtype=np.int64)
        starts = np.cumsum([0, *(len(row.terms) for row in rows[:-1])])
        sums = np.add.reduceat(np.array(self.points)[:, unknowns] * factors, starts, axis=1)
        low = np.array([-np.inf if row.low is None else row.low for row in rows])
        high = np.array([np.inf if row.high is None else row.high for row in rows])
        return bool(((low <= sums) & (sums <= high)).all(axis=1).any())

    def remember(self, solution: Solution, unknowns: int) -> None:
        """Take note of whole numbers that hold some rows; the other unknowns are as they were last."""
        point = self.points[-1].copy() if self.points else np.zeros(unknowns, dtype=np.int64)
        point[list(solution)] = list(solution.values())
        self.points.append(point)


class Possible:
    """The whole numbers that hold some rows.

    Parameters
    ----------
    rows
        What must hold; that something does is taken for granted.
    highest
        The largest value of each unknown.
    known
        What is known already.
    nodes
        How long to look for an optimum (`Programme.solve`); None: to the end. One that was not found by then is as low
        as the search could not rule out, so that ranges hold the sharp ones.
    """

    def __init__(
        self, rows: Sequence[Row], highest: Sequence[int], known: Known | None = None, nodes: int | None = None
    ) -> None:
        self._highest = highest
        self.nodes = nodes
        self._rows = list(rows)
        self._determined, self._reasons = _fixed(self._rows)
        self._component, self._members = _components(self._rows, self._determined)
        self._known = known or Known()
        self._signatures = [hash(frozenset(rows)) for rows in self._members]

    def bounds(self, expression: Expression) -> tuple[int, int]:
        """Return the smallest and largest value of a sum of unknowns: each an optimum."""
        return self.least(expression), -self.least(times(-1, expression))

    def least(self, expression: Expression) -> int:
        """Return the smallest value of a sum of unknowns: an optimum."""
        return sum(self._least(part) for part in self._parts(expression))

    def lower_bound(self, expression: Expression) -> int:
        """Return a number that a sum of unknowns does not lie below, and that is found sooner than the smallest."""
        return sum(self._lower_bound(part) for part in self._parts(expression))

    def seek(self, expressions: Iterable[Expression]) -> None:
        """Look for the smallest values of several sums of unknowns together, so that few are searched for alone.

        A solution that makes the total of some small gives many of them the smallest value that their bound allows
        (compare the filtering of Gleixner, Berthold, Müller & Weltge 2017, *Three enhancements for optimization-based
        bound tightening*, Journal of Global Optimization 67: 731-757).
        """
        sought: dict[tuple[int, ...], dict[Key, Expression]] = {}
        for expression in expressions:
            for part in self._parts(expression):
                if self._rows_of(part) and (key := self._key(part, part)) not in self._known.optima:
                    sought.setdefault(key[0], {})[key[1]] = part
        for key_of_parts, parts in sought.items():
            programme = self._programme(next(iter(parts.values())))
            solutions = self._known.solutions.setdefault(key_of_parts, [])
            left = [(part, programme.lower_bound(part)) for part in parts.values()]
            for each in solutions:
                left = [(part, least) for part, least in left if _value(part, each) > least]
            while left:
                some: dict[int, Expression] = {}
                for place, (part, _) in enumerate(left):
                    if len(some) < _TOGETHER and not any(part.keys() & other.keys() for other in some.values()):
                        some[place] = part
                if (found := programme.near(plus(*some.values()))) is not None:
                    solutions.append(found)
                left = [
                    (part, least)
                    for place, (part, least) in enumerate(left)
                    if place not in some and (found is None or _value(part, found) > least)
                ]

    def percent_bounds(self, count: Expression, base: Expression | int) -> tuple[Fraction, Fraction] | None:
        """Return the smallest and largest percentage that one sum can be of another; None where that can only be 0."""
        least = self.least_percent(count, base)
        most = self.least_percent(times(-1, count), base)
        return None if least is None or most is None else (least, -most)

    def least_percent(self, count: Expression, base: Expression | int) -> Fraction | None:
        """Return the smallest percentage that one sum can be of another; None where that can only be 0.

        Where the base is open too, by Dinkelbach's method (1967, *On nonlinear fractional programming*, Management
        Science 13: 492-498): sharp, since each step is an optimum in whole numbers and there are finitely many values.
        """
        smallest, largest = (base, base) if isinstance(base, int) else self.bounds(base)
        if largest == 0:
            return None
        if smallest == largest:
            return Fraction(100 * self.least(count), largest)
        assert not isinstance(base, int)
        key = (*self._key([*count, *base], count), tuple(sorted(base.items())))
        if key not in self._known.optima:
            self._known.optima[key] = self._dinkelbach(count, base, smallest)
        return self._known.optima[key]

    def _dinkelbach(self, count: Expression, base: Expression, smallest: int) -> Fraction:
        parts = [*count, *base]
        programme = self._programme(parts, [] if smallest else [Row(base, 1, None)])
        solutions = self._known.solutions.setdefault(self._key(parts, count)[0], [])
        shares = [_share(count, base, each) for each in solutions if _value(base, each)]
        # Nothing is larger than the count's highest value of the smallest base.
        most = sum(factor * self._highest[unknown] for unknown, factor in count.items() if factor > 0)
        share = min(shares, default=Fraction(most, max(1, smallest)))
        while programme.lower_bound(aim := minus(times(share.denominator, count), times(share.numerator, base))) < 0:
            try:
                found = programme.solve(aim, self.nodes, below=0)
            except OpenError as error:
                ends = [share + Fraction(min(0, error.lower_bound), share.denominator * max(1, smallest))]
                if (relaxed := programme.relaxed_share(count, base, float(share))) is not None:
                    ends.append(relaxed)
                # A part is not below none of the whole, and one that is taken away not below all of it.
                ends += [Fraction(end) for end in (0, -1) if programme.lower_bound(minus(count, times(end, base))) >= 0]
                return 100 * max(ends)
            if found is None:
                break
            solutions.append(found)
            share = _share(count, base, found)
        return 100 * share

    def with_rows(self, rows: Sequence[Row]) -> Possible:
        """Return what is left where more rows hold."""
        return Possible([*self._rows, *rows], self._highest, self._known, self.nodes)

    def components(self) -> list[Possible]:
        """Return the parts that can be told apart: what is possible in one has nothing to do with the others."""
        return [Possible(rows, self._highest, self._known, self.nodes) for rows in self._members]

    def is_any(self) -> bool:
        """Tell whether anything holds the rows at all."""
        return self.contradiction() is None

    def contradiction(self, nodes: int | None = None) -> set[Row] | None:
        """Return rows that cannot hold together: few, if that shows without whole numbers; None where all can.

        Parameters
        ----------
        nodes
            How long to look at each part (`Programme.solve`).

        Raises
        ------
        OpenError
            That was not long enough to tell of some part, and all others can be.
        """
        for row in self._rows:
            # Rows that are only about what others determine belong to no part.
            if row.terms.keys() <= self._determined.keys() and not _holds(row, self._determined):
                return {row}.union(*(self._reasons[unknown] for unknown in row.terms))
        known, is_open = self._known.contradictions, None
        for signature, rows in sorted(zip(self._signatures, self._members, strict=True), key=lambda each: len(each[1])):
            try:
                if signature not in known:
                    known[signature] = self._contradiction(rows, nodes)
            except OpenError as error:
                is_open = error
                continue
            if (found := known[signature]) is not None:
                given = set(self._rows)
                return set().union(*({row} if row in given else self._reasons[min(row.terms)] for row in found))
        if is_open is not None:
            raise is_open
        return None

    def _contradiction(self, rows: list[Row], nodes: int | None) -> list[Row] | None:
        if self._known.is_held(rows):
            return None
        programme = Programme(rows, self._highest)
        if (solution := programme.solve(nodes=nodes)) is None:
            return programme.conflict() or rows
        self._known.remember(solution, len(self._highest))
        return None

    @property
    def rows(self) -> list[Row]:
        """What must hold."""
        return self._rows

    @property
    def largest(self) -> int:
        """How many unknowns its largest part has."""
        return max((len({unknown for row in rows for unknown in row.terms}) for rows in self._members), default=0)

    def unknowns(self) -> set[int]:
        """Return the unknowns that some row is about."""
        return {unknown for row in self._rows for unknown in row.terms}

    def _parts(self, expression: Expression) -> list[Expression]:
        parts: dict[int | None, Expression] = {}
        for unknown, factor in expression.items():
            parts.setdefault(self._component.get(unknown), {})[unknown] = factor
        return list(parts.values())

    def _least(self, part: Expression) -> int:
        """Return the smallest value of a sum of unknowns of one part."""
        key = self._key(part, part)
        if key not in self._known.optima:
            self._known.optima[key] = Fraction(self._optimum(part, self._known.solutions.setdefault(key[0], [])))
        return int(self._known.optima[key])

    def _optimum(self, part: Expression, solutions: list[Solution]) -> int:
        """Return the smallest value of a sum of unknowns, and add the solution that has it to those found."""
        # A solution that was found for something else may show that a bound is the smallest value.
        found = min((_value(part, each) for each in solutions), default=None)
        floor = sum(factor * self._highest[unknown] for unknown, factor in part.items() if factor < 0)
        if not self._rows_of(part) or found == floor or found == (floor := self._lower_bound(part)):
            return floor
        programme = self._programme(part)
        try:
            smaller = programme.solve(part, self.nodes, found)
        except OpenError as error:
            least = max(floor, error.lower_bound)
            least = least if found is None else min(least, found)
        else:
            if smaller is not None:
                solutions.append(smaller)
                found = _value(part, smaller)
            if found is None:
                raise AnalysisError(CONTRADICTION)
            least = found
        if least > floor:
            # What is known of one sum makes the bounds of others better.
            programme.hold(Row(part, least, None))
        return least

    def _lower_bound(self, part: Expression) -> int:
        return self._programme(part).lower_bound(part)

    def _programme(self, unknowns: Iterable[int], beside: Sequence[Row] = ()) -> Programme:
        parts, _ = self._key(unknowns, {})
        key = (*parts, *map(hash, beside))
        programmes = self._known.programmes
        if key not in programmes:
            programmes[key] = Programme([*self._rows_of(unknowns), *beside], self._highest)
            if len(programmes) > _PROGRAMMES:
                del programmes[next(iter(programmes))]
        return programmes[key]

    def _key(self, unknowns: Iterable[int], expression: Expression) -> tuple[tuple[int, ...], Key]:
        parts = dict.fromkeys(self._component[unknown] for unknown in unknowns if unknown in self._component)
        return tuple(self._signatures[part] for part in parts), tuple(sorted(expression.items()))

    def _rows_of(self, unknowns: Iterable[int]) -> list[Row]:
        parts = dict.fromkeys(self._component[unknown] for unknown in unknowns if unknown in self._component)
        return [row for part in parts for row in self._members[part]]


def _value(expression: Mapping[int, int], solution: Mapping[int, int]) -> int:
    # An unknown that no row is about may be 0.
    return sum(factor * solution.get(unknown, 0) for unknown, factor in expression.items())


def _share(count: Expression, base: Expression, solution: Solution) -> Fraction:
    return Fraction(_value(count, solution), _value(base, solution))


def _holds(row: Row, values: Mapping[int, int]) -> bool:
    value = _value(row.terms, values)
    return (row.low is None or row.low <= value) and (row.high is None or value <= row.high)


def _components(rows: list[Row], known: Mapping[int, int]) -> tuple[dict[int, int], list[list[Row]]]:
    """Return unknown -> component, and the rows of each: unknowns that are known do not tie others together."""
    parent: dict[int, int] = {}

    def root(unknown: int) -> int:
        while parent.setdefault(unknown, unknown) != unknown:
            parent[unknown] = parent[parent[unknown]]
            unknown = parent[unknown]
        return unknown

    for row in rows:
        free = [unknown for unknown in row.terms if unknown not in known]
        for other in free[1:]:
            parent[root(other)] = root(free[0])
    numbers: dict[int, int] = {}
    component: dict[int, int] = {}
    members: list[list[Row]] = []
    for row in rows:
        for unknown in row.terms:
            top = -1 - unknown if unknown in known else root(unknown)
            if top not in numbers:
                numbers[top] = len(members)
                members.append([])
            component[unknown] = numbers[top]
    for row in rows:
        places = {component[unknown] for unknown in row.terms if unknown not in known}
        for place in places:
            members[place].append(row)
    for place, own in enumerate(members):
        beside = dict.fromkeys(unknown for row in own for unknown in row.terms if unknown in known)
        members[place] = [*own, *(Row({unknown: 1}, known[unknown], known[unknown]) for unknown in beside)]
    for unknown, value in known.items():
        members[component[unknown]] = [Row({unknown: 1}, value, value)]
    return component, members


def _fixed(rows: Sequence[Row]) -> tuple[dict[int, int], dict[int, set[Row]]]:
    """Return the unknowns that single rows determine, one after the other, and the rows that do."""
    known: dict[int, int] = {}
    reasons: dict[int, set[Row]] = {}
    left = [row for row in rows if row.low is not None and row.low == row.high]
    while True:
        before, left_before, left = len(known), left, []
        for row in left_before:
            free = {unknown: factor for unknown, factor in row.terms.items() if unknown not in known}
            if len(free) > 1:
                left.append(row)
            elif free:
                ((unknown, factor),) = free.items()
                rest = (row.low or 0) - sum(own * known[other] for other, own in row.terms.items() if other in known)
                if rest % factor == 0:
                    known[unknown] = rest // factor
                    reasons[unknown] = {row}.union(*(reasons[other] for other in row.terms if other != unknown))
        if len(known) == before:
            return known, reasons
