"""Can the printed numbers of a question all be true? If not: which to give up, and what excludes each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.codebook.groups import join_group
from analysis.published import TEXT
from analysis.published.audit.conflicts import conflict, repair
from analysis.published.audit.numbers import Printed, Question, Rounding, counts_within

Group = str
Unknown = tuple[Group, str | None]
"""How many of a group gave an answer; None: how many there were, that is, its base."""

Terms = dict[Unknown, float]
Constraint = tuple[Terms, float, float]
"""A sum of unknowns, and the smallest and largest value it may have."""

_NO_LIMIT = math.inf
# Measured quantities reach milliards of kroner: they are solved in a unit in which the largest is this.
_MEASURED = 1e6
# Windows are open above. Counts are whole, so that what matters is off by far more than this.
_OPEN = 1e-4

_COSTS = {"approx": 0.5}
_IN_TEXT = 0.9


@dataclass(frozen=True)
class Partition:
    """A dimension whose values together are all: its key, its values, and how many there are of each at most."""

    key: str
    values: tuple[str, ...]
    largest: Mapping[str, float]


@dataclass(frozen=True)
class Contradiction:
    """Printed numbers that cannot all be true, though they could without any one of them.

    Parameters
    ----------
    given_up
        The one of them that is given up so that as few as possible are; what is printed in running text, or as
        "about", before what stands in a table.
    others
        Those of the kept ones that exclude it.
    """

    given_up: Printed
    others: tuple[Printed, ...]


class System:
    """What is printed of a question as constraints on numbers of answers.

    Parameters
    ----------
    question
        What is printed.
    partitions
        Dimensions by which a whole is divided.
    complete
        Printed numbers (their positions) that give every answer of a question whose answers exclude each other, so
        that they add up to the base.
    rule
        How numbers may have been rounded, if not half up.
    """

    def __init__(
        self,
        question: Question,
        partitions: Sequence[Partition],
        complete: Sequence[frozenset[int]],
        rule: Rounding = "half_up",
    ) -> None:
        self._question = question
        self._rule = rule
        self._numbers = {number.position: number for number in question.numbers}
        self._groups = {join_group(number.group): number.group for number in question.numbers}
        self._bases = self._known_bases()
        self._unit = self._unit_of_unknowns()
        answers = list(dict.fromkeys(answer for members in question.members.values() for answer in members))
        self._answers = [answer for answer in answers if answer]
        self._index = {
            unknown: place
            for place, unknown in enumerate((group, answer) for group in self._groups for answer in (*answers, None))
        }
        self._structure = [self._row(constraint) for constraint in self._within_groups()]
        self._complete = {positions: self._row(self._together(positions)) for positions in complete}
        self._statements = {
            position: [self._row(constraint) for constraint in self._statement(number)]
            for position, number in self._numbers.items()
        }
        self._integrality = np.array([int(self._must_be_whole(group, partitions)) for group, _ in self._index])
        within = list(self._structure)
        self._structure += [self._row(constraint) for constraint in self._between_groups(partitions)]
        if not self.holds([]):
            # The printed bases contradict each other. `bases` tells so; nothing else follows from them.
            self._structure = within

    def contradictions(self) -> list[Contradiction]:
        """Return every printed number that has to be given up, each with what excludes it; none if all can be true."""
        given_up = repair(self.holds, {position: self._cost(number) for position, number in self._numbers.items()})
        kept = [position for position in self._numbers if position not in given_up]
        return [self.excluded(position, kept) for position in given_up]

    def first_contradictions(self) -> list[Contradiction]:
        """Return printed numbers that contradict themselves or earlier ones, in the order of the report.

        Without them all others can be true. There may be more of them than need be: unlike `contradictions`, this asks
        of each number only whether it can be true beside those before it.
        """
        kept: list[int] = []
        found = []
        for position in self._numbers:
            if self.holds([*kept, position]):
                kept.append(position)
            else:
                found.append(self.excluded(position, kept))
        return found

    def excluded(self, position: int, kept: Sequence[int]) -> Contradiction:
        """Return a printed number with the fewest of the kept ones that exclude it."""
        # What is said of the same group goes before what is said of others: the shortest reason is the nearest.
        near = sorted(kept, key=lambda other: self._distance(position, other))
        others = conflict(self.holds, near, given=[position])
        return Contradiction(self._numbers[position], tuple(self._numbers[other] for other in sorted(others)))

    def holds(self, positions: Sequence[int]) -> bool:
        """Tell whether some of the printed numbers can all be true."""
        return self._solve(positions, np.zeros(len(self._index))) is not None

    def _known_bases(self) -> dict[Group, Fraction]:
        """Return the base of each group whose percentages all have the same one."""
        found: dict[Group, set[Fraction]] = {group: set() for group in self._groups}
        for number in self._question.numbers:
            if number.base is not None and number.position not in self._question.substantive:
                found[join_group(number.group)].add(number.base)
        return {group: bases.pop() for group, bases in found.items() if len(bases) == 1}

    def _unit_of_unknowns(self) -> float:
        """Return what unknowns are counted in: multiples of the smallest weight are whole numbers of it."""
        if self._question.whole:
            return float(self._question.least)
        return max([float(abs(each.high)) for each in self._question.numbers if not each.is_percent]) / _MEASURED or 1.0

    def _must_be_whole(self, group: Group, partitions: Sequence[Partition]) -> bool:
        """Tell whether it matters that the unknowns of a group are whole numbers.

        Where the base is known, every printed number lies between two whole numbers already, and sums of them do too
        (the constraints are nested and hang together like a table). Without a base only ratios matter, whatever they
        are of, unless it is known how few there can be.
        """
        if not self._question.whole:
            return False
        if group in self._bases:
            # How much answers of different weights weigh together is not printed, only how many there are.
            return self._question.least != 1
        named = self._groups[group]
        return any(named.get(partition.key) in partition.largest for partition in partitions)

    def _within_groups(self) -> Iterator[Constraint]:
        """Yield, for each group: no answer exceeds the base, and answers that exclude each other do not together."""
        percentages = {join_group(each.group) for each in self._question.numbers if each.is_percent}
        for group in self._groups:
            for answer in (*self._answers, ""):
                yield {(group, answer): 1.0, (group, None): -1.0}, -_NO_LIMIT, 0.0
            if self._question.exclusive and self._answers:
                terms = _sum(group, self._answers)
                yield {**terms, (group, None): -1.0}, -_NO_LIMIT, 0.0
                if self._is_whole(group):
                    yield {**terms, (group, ""): -1.0}, -_NO_LIMIT, 0.0
            if group in percentages:
                yield {(group, None): 1.0}, float(self._question.least), _NO_LIMIT
            if group in self._bases:
                # Of weighted answers, how many there are is printed, not how much they weigh together.
                known = float(self._bases[group])
                yield {(group, None): 1.0}, known * float(self._question.least), known

    def _is_whole(self, group: Group) -> bool:
        """Tell whether a quantity's own number is the whole that its parts are of: no base is printed for them."""
        return group not in self._bases and any(
            not number.is_percent and not number.category and join_group(number.group) == group
            for number in self._question.numbers
        )

    def _together(self, positions: frozenset[int]) -> Constraint:
        """Return the constraint of numbers that give every answer: they add up to the base."""
        one = self._numbers[min(positions)]
        group = join_group(one.group)
        categories = [self._numbers[position].category for position in positions]
        terms = _sum(group, [answer for category in categories for answer in self._question.members[category]])
        if one.base is not None and self._question.least == 1:
            return terms, float(one.base), float(one.base)
        if one.position in self._question.substantive:
            return terms, 0.0, _NO_LIMIT
        return {**terms, (group, "" if self._is_whole(group) else None): -1.0}, 0.0, 0.0

    def _between_groups(self, partitions: Sequence[Partition]) -> Iterator[Constraint]:
        """Yield, for each group that a partition divides: its parts add up to it, but for what is in no part."""
        for partition in partitions:
            for group, named in self._groups.items():
                parts = {
                    other[partition.key]: name
                    for name, other in self._groups.items()
                    if other.get(partition.key) in partition.values
                    and {key: value for key, value in other.items() if key != partition.key} == named
                }
                if parts:
                    yield from self._divided(group, parts, partition)

    def _divided(self, group: Group, parts: Mapping[str, Group], partition: Partition) -> Iterator[Constraint]:
        bases = [self._bases.get(part) for part in parts.values()]
        known = [base for base in bases if base is not None]
        least, most = 0.0, 0.0 if set(parts) == set(partition.values) else _NO_LIMIT
        if group in self._bases and len(known) == len(bases):
            # The bases say how many are in no part; below 0 where parts overlap, or print other bases for them.
            left = float(self._bases[group] - sum(known, Fraction(0)))
            least, most = min(0.0, left), max(0.0, left)
        elif known:
            # What is left for the parts without a base would rest on the bases of the others being right.
            most = _NO_LIMIT
        else:
            yield _difference(group, parts.values(), None), least, most
        for answer in (*self._answers, ""):
            yield _difference(group, parts.values(), answer), least, most
        askings = math.prod(count for key, count in self._question.askings.items() if key not in self._groups[group])
        largest = {value: askings * count for value, count in partition.largest.items()}
        if set(largest) == set(partition.values) and sum(largest.values()) < self._bases.get(group, 0):
            return
        for value, part in parts.items():
            if part not in self._bases and value in largest:
                yield {(part, None): 1.0}, 0.0, largest[value]

    def _statement(self, number: Printed) -> Iterator[Constraint]:
        """Yield the constraints of a printed number."""
        group, least = join_group(number.group), float(self._question.least)
        members = self._question.members[number.category]
        low, high = number.window(self._rule, len(members))
        count = _sum(group, members)
        if not number.is_percent:
            if self._question.whole:
                step = self._question.least
                low = None if low is None else math.ceil(low / step) * step
                high = None if high is None else math.ceil(high / step) * step - step
            yield count, -_NO_LIMIT if low is None else float(low), _NO_LIMIT if high is None else float(high)
        elif number.base is not None and self._question.whole and least == 1:
            smallest, largest = counts_within(low, high, number.base, self._question.least)
            yield count, smallest, largest
        else:
            whole: Unknown = (group, "" if number.category and self._is_whole(group) else None)
            hundred: Terms = dict.fromkeys(count, 100.0)
            if low is not None:
                yield {**hundred, whole: -float(low)}, 0.0, _NO_LIMIT
            if high is not None:
                yield {**hundred, whole: -float(high)}, -_NO_LIMIT, -_OPEN

    def _row(self, constraint: Constraint) -> tuple[np.ndarray, float, float]:
        terms, low, high = constraint
        row = np.zeros(len(self._index))
        for unknown, factor in terms.items():
            row[self._index[unknown]] += factor
        return row, low, high

    def _solve(self, positions: Sequence[int], objective: np.ndarray, beside: Sequence[int] = ()) -> float | None:
        """Return the smallest value of an objective where some printed numbers are true; None where they cannot be.

        Numbers that stand `beside` them need not be true, but give every answer together with them.
        """
        there = {*positions, *beside}
        rows = [
            *self._structure,
            *(row for complete, row in self._complete.items() if complete <= there),
            *(row for position in positions for row in self._statements[position]),
        ]
        if any(low > high for _, low, high in rows):
            return None
        matrix, low, high = (np.array(part) for part in zip(*rows, strict=True))
        solved = milp(
            objective,
            integrality=self._integrality,
            bounds=Bounds(0, _NO_LIMIT),
            constraints=LinearConstraint(matrix, low / self._unit, high / self._unit),
        )
        return float(solved.fun) * self._unit if solved.status == 0 else None

    def allowed(self, number: Printed, others: Sequence[Printed]) -> tuple[float, float] | None:
        """Return the smallest and largest value that other printed numbers leave a number, in percent where it is one.

        None where that depends on a base that is not printed, or where they leave it open.
        """
        if number.is_percent and (number.base is None or self._question.least != 1):
            return None
        group = join_group(number.group)
        members = self._question.members[number.category]
        objective, _, _ = self._row((_sum(group, members), 0, 0))
        positions = [other.position for other in others]
        ends = [self._solve(positions, sign * objective, [number.position]) for sign in (1, -1)]
        if ends[0] is None or ends[1] is None:
            return None
        scale = 100 / float(number.base) if number.is_percent and number.base is not None else 1.0
        return ends[0] * scale, -ends[1] * scale

    def _cost(self, number: Printed) -> float:
        """Return what giving a number up costs; ever so little more for what stands earlier, so that ties are one."""
        place = list(self._numbers).index(number.position) / len(self._numbers)
        return _COSTS.get(number.qualifier, 1.0) * (_IN_TEXT if number.item == TEXT else 1.0) - 1e-3 * place

    def _distance(self, position: int, other: int) -> tuple[bool, int, bool, int]:
        # "About" excludes nothing for certain, so that it goes last.
        one, two = self._numbers[position], self._numbers[other]
        different = len(set(one.group.items()) ^ set(two.group.items()))
        return two.qualifier == "approx", different, one.category != two.category, abs(one.line - two.line)


def _sum(group: Group, answers: Iterable[str]) -> Terms:
    """Return how many of a group gave one of some answers."""
    return dict.fromkeys(((group, answer) for answer in answers), 1.0)


def _difference(group: Group, parts: Iterable[Group], answer: str | None) -> Terms:
    """Return how many more of a group there are than in its parts."""
    return {(group, answer): 1.0, **dict.fromkeys(((part, answer) for part in parts), -1.0)}
