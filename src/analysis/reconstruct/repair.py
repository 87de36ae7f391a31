"""Where print contradicts itself: the least of what is printed to give up, and every way to choose it.

A choice says how each printed number is read: as rounded by one of the rules, or given up. What cannot be true together
are conflicts, found one at a time (QuickXplain); a choice that avoids all that are known, at least cost, is either
possible, or shows another conflict (implicit hitting sets: Reiter 1987, *A theory of diagnosis from first principles*;
Moreno-Centeno & Karp 2013, *The implicit hitting set approach to solve combinatorial optimization problems*).
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.codebook.groups import parse_group
from analysis.published.audit.conflicts import conflict
from analysis.reconstruct.possible import Known, Possible
from analysis.reconstruct.program import OpenError, Programme, Row, only_if
from analysis.reconstruct.statements import ABOUT, BASE, NUMBER, ROUNDING, RULES, Reading, Rule, Statement
from analysis.reconstruct.unknowns import Unknowns

Choice = dict[int, Rule | None]
"""Statement -> how it is read, of those not read as rounded half up; None: given up."""

Sense = Literal["half_up", "widest"]
Element = tuple[int, Sense]
"""A statement, as rounded half up or in its widest reading: as rounded by any rule that may be."""

Cluster = frozenset[frozenset[Element]]
"""Conflicts that hang together by a statement."""

# How long a part of what is printed is looked at, in nodes of the solver's search.
_NODES = 40


@dataclass(frozen=True)
class Dispute:
    """Printed numbers that contradict each other, and every way to settle it that costs least."""

    statements: frozenset[int]
    choices: tuple[Choice, ...]

    def renumbered(self, numbers: Mapping[int, int]) -> Dispute:
        """Return it with the statements under other numbers."""
        choices = tuple({numbers[each]: rule for each, rule in choice.items()} for choice in self.choices)
        return Dispute(frozenset(numbers[each] for each in self.statements), choices)


class Repair:
    """The printed numbers of a wave, and what to give up of them.

    Parameters
    ----------
    unknowns
        Of the wave.
    statements
        What is printed.
    known
        What is known of what can be.
    disputes
        What is disputed, where that is known.
    """

    def __init__(
        self,
        unknowns: Unknowns,
        statements: Sequence[Statement],
        known: Known | None = None,
        disputes: Sequence[Dispute] | None = None,
    ) -> None:
        self.unknowns, self.statements = unknowns, statements
        self._possible_parts = known or Known()
        self._numbers = list(range(len(statements)))
        self._conflicts: list[frozenset[Element]] = []
        self._firsts: dict[Cluster, Choice] = {}
        self._disputes: dict[Cluster, list[Dispute]] = {}
        self._contradictions: dict[frozenset[Element], set[Row] | None] = {}
        self._about = [
            unknowns.questions(row for reading in statement.readings for row in reading.rows)
            for statement in statements
        ]
        self.disputes = self._settled() if disputes is None else list(disputes)

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

    def rows_of_any(self, of: Iterable[int] | None = None) -> tuple[list[Row], list[int]]:
        """Return what some statements (all, if none are named) say in any way to settle what is disputed.

        Each way to settle a dispute in several is an unknown of its own beside those of the wave: 1 where it is
        followed, and one is. What only some ways hold is a row only where one of them is followed.

        Returns
        -------
        list of Row
        list of int
            The largest values of all unknowns.
        """
        highest = list(self.unknowns.highest)
        rows: list[Row] = []
        certain: Choice = {}
        readings: dict[int, dict[Rule | None, list[int]]] = {}
        for dispute in self.disputes:
            if len(dispute.choices) == 1:
                certain |= dispute.choices[0]
                continue
            ways = range(len(highest), len(highest) + len(dispute.choices))
            highest += [1] * len(ways)
            rows.append(Row(dict.fromkeys(ways, 1), 1, 1))
            for number in set().union(*dispute.choices):
                own = readings.setdefault(number, {})
                for way, choice in zip(ways, dispute.choices, strict=True):
                    own.setdefault(choice.get(number, RULES[0]), []).append(way)
        for number in self._numbers if of is None else of:
            for rule, ways_of in readings.get(number, {}).items():
                read = self._read(number, {number: rule})
                rows += [each for row in (read.rows if read else ()) for each in only_if(row, ways_of, highest)]
            if number not in readings and (read := self._read(number, certain)):
                rows += read.rows
        return rows, highest

    def _read(self, number: int, choice: Choice) -> Reading | None:
        rule = choice.get(number, RULES[0])
        return next((reading for reading in self.statements[number].readings if reading.rule == rule), None)

    def _settled(self) -> list[Dispute]:
        """Return the disputes, each settled in every way that costs least."""
        # First one choice that is possible: what costs most to give up before the rest, and the questions that decide
        # about others before these. A conflict among the answers of a parent would be found again for each child.
        tiers: list[tuple[int, Sense]] = [
            (BASE, "widest"),
            (NUMBER, "widest"),
            (ABOUT, "widest"),
            (ABOUT, "half_up"),
        ]
        for least, reading in tiers:
            some = [number for number in self._numbers if self.statements[number].cost >= least]
            for name in self.unknowns.variables:
                while found := list(self._conflicts_of(name, self._choice(), some, reading)):
                    self._conflicts += found
            while (found_in_all := self._conflict(some, self._choice(), reading)) is not None:
                self._conflicts.append(found_in_all)
        # Then all others that cost no more; where one is impossible, its conflict may change what is cheapest.
        while True:
            disputes = [dispute for cluster in _clusters(self._conflicts) for dispute in self._disputes_of(cluster)]
            found = []
            for choice in _one_by_one([dispute.choices for dispute in disputes]):
                about = set().union(*(self._about[number] for number in choice))
                touched = [name for name in self.unknowns.variables if name in about]
                found += [each for name in touched for each in self._conflicts_of(name, choice, self._numbers)]
                if not found and (conflict_ := self._conflict(self._numbers, choice)) is not None:
                    found = [conflict_]
                if found:
                    break
            if not found:
                return sorted(disputes, key=lambda dispute: min(dispute.statements))
            self._conflicts += dict.fromkeys(found)

    def _choice(self) -> Choice:
        """Return one choice of least cost that avoids all conflicts known."""
        return _joined(self._first_of(cluster) for cluster in _clusters(self._conflicts))

    def _first_of(self, cluster: Cluster) -> Choice:
        if cluster not in self._firsts:
            self._firsts[cluster] = next(self._cheapest(cluster))
        return self._firsts[cluster]

    def _disputes_of(self, cluster: Cluster) -> list[Dispute]:
        """Return every least way to settle a cluster, taken apart.

        What is the same in all of them is settled first: what is left then often hangs together no more, and the ways
        of its parts need not be combined to be counted.
        """
        if cluster not in self._disputes:
            first = self._first_of(cluster)
            certain = {
                number: rule
                for number, rule in first.items()
                if (other := next(self._cheapest(cluster, other_than=(number, rule)), None)) is None
                or self._cost(other) > self._cost(first)
            }
            of = frozenset(number for each in cluster for number, _ in each)
            if not certain:
                self._disputes[cluster] = [Dispute(of, tuple(sorted(self._cheapest(cluster), key=_in_order)))]
            else:
                open_ = [each for each in cluster if not any(_breaks(certain, element) for element in each)]
                left = {frozenset(element for element in each if element[0] not in certain) for each in open_}
                others = [dispute for part in _clusters(left) for dispute in self._disputes_of(part)]
                of -= {number for each in left for number, _ in each}
                self._disputes[cluster] = [Dispute(of, (certain,)), *others]
        return self._disputes[cluster]

    def _cost(self, choice: Choice) -> int:
        return sum(self._cost_of(number, rule) for number, rule in choice.items())

    def _cost_of(self, number: int, rule: Rule | None) -> int:
        """Return what it costs to read a number otherwise than as rounded half up, or to give it up."""
        if rule == RULES[0]:
            return 0
        return self.statements[number].cost if rule is None else ROUNDING * len(self.statements[number].positions)

    def _cheapest(self, cluster: Cluster, other_than: tuple[int, Rule | None] | None = None) -> Iterator[Choice]:
        """Yield every choice of least cost that avoids some conflicts (of those that read a number in another way)."""
        # In one order, whatever the sets are hashed by.
        conflicts = sorted(cluster, key=sorted)
        numbers = sorted({number for each in conflicts for number, _ in each})
        rules = {number: [*(each.rule for each in self.statements[number].readings), None] for number in numbers}
        every = [(number, rule) for number in numbers for rule in rules[number]]
        place = {each: unknown for unknown, each in enumerate(every)}
        rows = [Row({place[number, rule]: 1 for rule in rules[number]}, 1, 1) for number in numbers]
        for one in conflicts:
            read = [
                place[number, rule]
                for number, reading in sorted(one)
                for rule in rules[number]
                if rule is not None and reading in (rule, "widest")
            ]
            rows.append(Row(dict.fromkeys(read, 1), None, len(one) - 1))
        if other_than is not None:
            rows.append(Row({place[other_than]: 1}, 0, 0))
        costs = {unknown: self._cost_of(*each) for each, unknown in place.items()}
        least: int | None = None
        while (found := Programme(rows, [1] * len(place)).solve(costs)) is not None:
            cost = sum(costs[unknown] * value for unknown, value in found.items())
            if least is not None and cost > least:
                return
            least = cost
            chosen = [each for each, unknown in place.items() if found[unknown]]
            yield {number: rule for number, rule in chosen if rule != RULES[0]}
            rows.append(Row({place[each]: 1 for each in chosen}, None, len(chosen) - 1))

    # Conflicts.

    def _conflicts_of(
        self, name: str, choice: Choice, some: Sequence[int], reading: Sense = "half_up"
    ) -> Iterator[frozenset[Element]]:
        """Yield conflicts among what is said of a question and those that it hangs on, without a statement in common.

        Those within a group come first, then those within a stratum, then all: the shortest reason is the nearest.
        """
        family = set(self.unknowns.with_parents([name]))
        numbers = [number for number in some if self._about[number] <= family]
        own = [number for number in numbers if self.statements[number].variable == name]
        groups = dict.fromkeys(self.statements[number].group for number in own)
        parts = [[number for number in own if self.statements[number].group == group] for group in groups]
        values = dict.fromkeys(pair for group in groups for pair in parse_group(group).items())
        for of in (own, numbers):
            parts += [
                [each for each in of if value in parse_group(self.statements[each].group).items()] for value in values
            ]
        seen: set[int] = set()
        if self._can_hold(self._read_all(numbers, choice, reading)):
            return
        # A part without its bases can be hard; all together, with its bases, is told in any case.
        for part, nodes in (*((part, _NODES) for part in (*parts, own)), (numbers, None)):
            if part is numbers and seen:
                return
            while True:
                left = [each for each in part if each not in seen]
                if (found := self._conflict(left, choice, reading, nodes)) is None:
                    break
                yield found
                seen |= {number for number, _ in found}

    def _conflict(
        self,
        numbers: Sequence[int],
        choice: Choice,
        reading: Sense = "half_up",
        nodes: int | None = None,
    ) -> frozenset[Element] | None:
        """Return a least set of statements that cannot all hold as they are read; None where all can."""
        read = self._read_all(numbers, choice, reading)
        if (rows := self._contradiction(read, nodes)) is None:
            return None
        # What has no part in the contradiction that was met first need not be held against it.
        near = [each for each in read if not rows.isdisjoint(self._rows_of(*each))]
        if not self._can_hold(near, nodes):
            read = near
        # Whole questions are left out before their groups, and these before single numbers: what is left is soon less.
        # Bases come before the rest, which is quickly told with them in place. What is not told soon is taken to hold,
        # so that a conflict may have a number too many; that costs another round, and no more.
        for part_of in (self._question_of, self._group_of, lambda each: each):
            parts: dict[object, list[Element]] = {}
            for each in sorted(read, key=lambda each: not self.statements[each[0]].of_base):
                parts.setdefault(part_of(each), []).append(each)
            kept = conflict(lambda some: self._can_hold([*itertools.chain(*some)], _NODES), list(parts.values()))
            read = [*itertools.chain(*kept)]
        return frozenset(read)

    def _question_of(self, element: Element) -> str:
        return self.statements[element[0]].variable

    def _group_of(self, element: Element) -> tuple[str, str, bool]:
        statement = self.statements[element[0]]
        return statement.variable, statement.group, statement.of_base

    def _read_all(self, numbers: Iterable[int], choice: Choice, reading: Sense) -> list[Element]:
        return [
            (number, "widest" if number in choice else reading)
            for number in numbers
            if choice.get(number, RULES[0]) is not None
        ]

    def _can_hold(self, read: Sequence[Element], nodes: int | None = None) -> bool:
        return self._contradiction(read, nodes) is None

    def _contradiction(self, read: Sequence[Element], nodes: int | None = None) -> set[Row] | None:
        """Return rows that cannot hold together where some statements hold; None: all can, or it is open."""
        key = frozenset(read)
        if key not in self._contradictions:
            about = set().union(*(self._about[number] for number, _ in read))
            rows = [*self.unknowns.rows(about), *(row for each in read for row in self._rows_of(*each))]
            try:
                possible = Possible(rows, self.unknowns.highest, self._possible_parts)
                self._contradictions[key] = possible.contradiction(nodes)
            except OpenError:
                return None
        return self._contradictions[key]

    def _rows_of(self, number: int, reading: Sense) -> tuple[Row, ...]:
        statement = self.statements[number]
        return statement.widest if reading == "widest" else statement.readings[0].rows


def _clusters(conflicts: Iterable[frozenset[Element]]) -> list[Cluster]:
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


def _breaks(choice: Choice, element: Element) -> bool:
    """Tell whether a choice reads a number otherwise than a conflict does."""
    number, reading = element
    return number in choice and (choice[number] is None or reading != "widest")


def _in_order(choice: Choice) -> list[tuple[int, str]]:
    return sorted((number, rule or "") for number, rule in choice.items())


def _joined(choices: Iterable[Choice]) -> Choice:
    return {number: rule for choice in choices for number, rule in choice.items()}
