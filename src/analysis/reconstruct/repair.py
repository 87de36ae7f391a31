"""Where print contradicts itself: the fewest printed numbers to give up, and every way to choose them.

A choice says how each printed number is read: as rounded by one of the rules, or given up. What cannot be true together
are conflicts, found one at a time (QuickXplain); a choice that avoids all that are known, at least cost, is either
possible, or shows another conflict (implicit hitting sets: Reiter 1987, *A theory of diagnosis from first principles*;
Moreno-Centeno & Karp 2013, *The implicit hitting set approach to solve combinatorial optimization problems*).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.codebook.groups import parse_group
from analysis.published.audit.conflicts import conflict
from analysis.reconstruct.program import OpenError, Row, solve
from analysis.reconstruct.statements import RULES, Reading, Rule, Statement
from analysis.reconstruct.unknowns import Unknowns

Choice = dict[int, Rule | None]
"""Statement -> how it is read, of those not read as rounded half up; None: given up."""

Element = tuple[int, Rule]
"""A statement, and how it is read."""

# As few numbers as can be are read otherwise than as rounded half up, or given up. Of these, the more are explained by
# a rounding, and by one that is tried earlier, the better.
_NUMBER = 1000
# How long a part of what is printed is looked at, in nodes of the solver's search.
_NODES = 200
_LESS: dict[str | None, int] = {rule: len(RULES) - order for order, rule in enumerate(RULES) if order}


@dataclass(frozen=True)
class Dispute:
    """Printed numbers that contradict each other, and every way to settle it that costs least."""

    statements: frozenset[int]
    choices: tuple[Choice, ...]


class Repair:
    """The printed numbers of a wave, and what to give up of them.

    Parameters
    ----------
    unknowns
        Of the wave.
    statements
        What is printed.
    """

    def __init__(self, unknowns: Unknowns, statements: Sequence[Statement]) -> None:
        self.unknowns, self.statements = unknowns, statements
        self._numbers = list(range(len(statements)))
        self._conflicts: list[frozenset[Element]] = []
        self._known: dict[frozenset[frozenset[Element]], list[Choice]] = {}
        self._held: dict[tuple[Element, ...], bool] = {}
        self._about = [
            unknowns.questions(row for reading in statement.readings for row in reading.rows)
            for statement in statements
        ]
        self.disputes = self._settled()

    def without(self, numbers: Iterable[int]) -> Repair:
        """Return what is to be given up if some statements were not printed; statements keep their numbers."""
        left_out = set(numbers)
        other = copy.copy(self)
        other._numbers = [number for number in self._numbers if number not in left_out]
        other._conflicts = [each for each in self._conflicts if not left_out & {number for number, _ in each}]
        other.disputes = other._settled()
        return other

    def rows(self, choice: Choice, of: Iterable[int] | None = None) -> list[Row]:
        """Return what some statements (all, if none are named) say, as they are read."""
        named = self._numbers if of is None else of
        return [row for number in named if (reading := self._read(number, choice)) for row in reading.rows]

    def _read(self, number: int, choice: Choice) -> Reading | None:
        rule = choice.get(number, RULES[0])
        return next((reading for reading in self.statements[number].readings if reading.rule == rule), None)

    def _settled(self) -> list[Dispute]:
        """Return the disputes, each settled in every way that costs least."""
        # First one choice that is possible, the questions that decide about others before these: a conflict among
        # the answers of a parent would be found again for each of its children.
        for name in self.unknowns.variables:
            while found := list(self._conflicts_of(name, self._choice())):
                self._conflicts += found
        every = self._numbers
        while (found_in_all := self._conflict(every, self._choice())) is not None:
            self._conflicts.append(found_in_all)
        # Then all others that cost no more; where one is impossible, its conflict may change what is cheapest.
        while True:
            clusters = _clusters(self._conflicts)
            choices = [self._choices_of(cluster) for cluster in clusters]
            found = []
            for choice in _one_by_one(choices):
                about = set().union(*(self._about[number] for number in choice))
                touched = [name for name in self.unknowns.variables if name in about]
                found += [each for name in touched for each in self._conflicts_of(name, choice)]
                if not found and (conflict_ := self._conflict(every, choice)) is not None:
                    found = [conflict_]
                if found:
                    break
            if not found:
                disputes = [
                    Dispute(
                        frozenset(number for each in cluster for number, _ in each), tuple(self._choices_of(cluster))
                    )
                    for cluster in clusters
                ]
                return sorted(disputes, key=lambda dispute: min(dispute.statements))
            self._conflicts += dict.fromkeys(found)

    def _choice(self) -> Choice:
        """Return one choice of least cost that avoids all conflicts known."""
        return _joined(self._choices_of(cluster)[0] for cluster in _clusters(self._conflicts))

    def _choices_of(self, cluster: frozenset[frozenset[Element]]) -> list[Choice]:
        if cluster not in self._known:
            # In one order, whatever the sets are hashed by.
            ordered = sorted(cluster, key=sorted)
            self._known[cluster] = sorted(self._cheapest(ordered), key=_in_order)
        return self._known[cluster]

    def _cheapest(self, conflicts: Sequence[frozenset[Element]]) -> Iterator[Choice]:
        """Yield every choice of least cost that avoids some conflicts."""
        numbers = sorted({number for each in conflicts for number, _ in each})
        place: dict[tuple[int, Rule | None], int] = {}
        costs: dict[int, int] = {}
        rows = []
        for number in numbers:
            rules: list[Rule | None] = [*(reading.rule for reading in self.statements[number].readings), None]
            for rule in rules:
                place[number, rule] = len(place)
                weight = _NUMBER * len(self.statements[number].positions)
                costs[place[number, rule]] = 0 if rule == RULES[0] else weight - _LESS.get(rule, 0)
            rows.append(Row({place[number, rule]: 1 for rule in rules}, 1, 1))
        rows += [Row({place[each]: 1 for each in sorted(one)}, None, len(one) - 1) for one in conflicts]
        least: int | None = None
        while (found := solve(rows, [1] * len(place), costs)) is not None:
            cost = sum(costs[unknown] * value for unknown, value in found.items())
            if least is not None and cost > least:
                return
            least = cost
            chosen = [each for each, unknown in place.items() if found[unknown]]
            yield {number: rule for number, rule in chosen if rule != RULES[0]}
            rows.append(Row({place[each]: 1 for each in chosen}, None, len(chosen) - 1))

    # Conflicts.

    def _conflicts_of(self, name: str, choice: Choice) -> Iterator[frozenset[Element]]:
        """Yield conflicts among what is said of a question and those that it hangs on, without a statement in common.

        Those within a group come first, then those within a stratum, then all: the shortest reason is the nearest.
        """
        family = set(self.unknowns.with_parents([name]))
        numbers = [number for number in self._numbers if self._about[number] <= family]
        own = [number for number in numbers if self.statements[number].variable == name]
        groups = dict.fromkeys(self.statements[number].group for number in own)
        parts = [[number for number in own if self.statements[number].group == group] for group in groups]
        values = dict.fromkeys(pair for group in groups for pair in parse_group(group).items())
        for some in (own, numbers):
            parts += [
                [each for each in some if value in parse_group(self.statements[each].group).items()] for value in values
            ]
        seen: set[int] = set()
        # A part without its bases can be hard; all together, with its bases, is told in any case.
        for some, nodes in (*((part, _NODES) for part in (*parts, own)), (numbers, None)):
            if some is numbers and seen:
                return
            while (found := self._conflict([each for each in some if each not in seen], choice, nodes)) is not None:
                yield found
                seen |= {number for number, _ in found}

    def _conflict(self, numbers: Sequence[int], choice: Choice, nodes: int | None = None) -> frozenset[Element] | None:
        """Return a least set of statements that cannot all hold as they are read; None where all can."""
        read = [number for number in numbers if choice.get(number, RULES[0]) is not None]
        if self._can_hold(read, choice, nodes):
            return None
        # Bases first: with them in place the rest is quickly told. What is not told soon is taken to hold, so that a
        # conflict may have a number too many; that costs another round, and no more.
        read.sort(key=lambda number: not self.statements[number].of_base)
        least = conflict(lambda some: self._can_hold(some, choice, _NODES), read)
        return frozenset((number, choice.get(number) or RULES[0]) for number in least)

    def _can_hold(self, numbers: Sequence[int], choice: Choice, nodes: int | None = None) -> bool:
        key = tuple(sorted((number, choice.get(number) or RULES[0]) for number in numbers))
        if key not in self._held:
            about = set().union(*(self._about[number] for number in numbers))
            rows = [*self.unknowns.rows(about), *self.rows(choice, numbers)]
            try:
                self._held[key] = solve(rows, self.unknowns.highest, nodes=nodes) is not None
            except OpenError:
                return True
        return self._held[key]


def _clusters(conflicts: Iterable[frozenset[Element]]) -> list[frozenset[frozenset[Element]]]:
    """Return conflicts that hang together by a statement."""
    clusters: list[set[frozenset[Element]]] = []
    for conflict_ in conflicts:
        numbers = {number for number, _ in conflict_}
        near = [each for each in clusters if any(number in numbers for other in each for number, _ in other)]
        clusters = [each for each in clusters if each not in near]
        clusters.append({conflict_}.union(*near))
    return [frozenset(each) for each in clusters]


def _one_by_one(choices: Sequence[Sequence[Choice]]) -> Iterator[Choice]:
    """Yield the first choices of all together, then each other choice in place of its own cluster's first."""
    first = [each[0] for each in choices]
    yield _joined(first)
    for place, others in enumerate(choices):
        for other in others[1:]:
            yield _joined([*first[:place], other, *first[place + 1 :]])


def _in_order(choice: Choice) -> list[tuple[int, str]]:
    return sorted((number, rule or "") for number, rule in choice.items())


def _joined(choices: Iterable[Choice]) -> Choice:
    return {number: rule for choice in choices for number, rule in choice.items()}
