"""How many responses gave each answer, as unknown whole numbers, and what ties them whatever is printed.

The unknowns are counts: how many responses of a stratum (a size class, an area, users of data …) gave an answer to a
question when asked it for a purpose; how many of them answered at all; and how many municipalities of a size class gave
so many responses. A question is split by no more than its printed numbers and those of the questions that hang on it
are. Rows are dealt out afterwards (`deal`): a model of rows is hopelessly symmetric.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE, groupings
from analysis.codebook.questions import parse_universe
from analysis.reconstruct.program import Expression, Row, minus, plus, times

REST = ""
"""Value of a stratum for the responses that no value of a dimension holds."""

Asking = tuple[str, ...]
"""The values a question was asked for, in the order of its `asked_per`."""

Stratum = tuple[str, ...]
"""A value for each of a question's dimensions, in their order."""

Name = tuple[object, ...]
"""What an unknown is called: its kind, then what it is of."""

_MUNICIPALITIES = ""
_POOLED: Asking = ("*",)

WEIGHT = "weight"
"""Key of how many answers the municipality of a response gave, where that decides what one counts."""


@dataclass(frozen=True)
class Place:
    """A question as asked once, in one stratum."""

    variable: str
    asking: Asking
    stratum: Stratum


class Unknowns:
    """The unknowns of a wave and the rows that hold for them, whatever is printed.

    Parameters
    ----------
    codebook, year
        The study and its wave.
    variables
        The closed questions that are of interest; those that decide who is asked them are added.
    class_sizes
        Municipalities of each size class, by the register; None where they are not known.
    split_by
        Keys that a question is to be split by, beyond those its numbers are declared to be given by.
    as_declared
        Whether questions are split by what their numbers are declared to be given by at all.
    by_size
        Whether municipalities are told apart by size even where no question is.
    """

    def __init__(
        self,
        codebook: Codebook,
        year: int,
        variables: Iterable[str],
        class_sizes: Mapping[str, int] | None = None,
        split_by: Mapping[str, Iterable[str]] | None = None,
        as_declared: bool = True,
        by_size: bool = False,
    ) -> None:
        self.codebook, self.year = codebook, year
        self._as_declared = as_declared
        self.dimensions = self._dimensions(set(variables), split_by or {})
        self.margins = self._margins()
        self.variables = self._parents_first()
        by_size |= any(SIZE in keys for keys in (*self.dimensions.values(), *self.margins.values()))
        self.sizes = tuple(codebook.size_classes) if by_size else (REST,)
        self._class_sizes = class_sizes
        self._places: dict[str, list[Place]] = {}
        self._of_margin: dict[str, list[Place]] = {}
        self._asked_of: dict[Place, Expression] = {}
        self.names: list[Name] = []
        self.highest: list[int] = []
        self._index: dict[Name, int] = {}
        self._rows: dict[str, list[Row]] = {}
        self._owner: list[str] = []
        self._declaring = _MUNICIPALITIES
        self._declare_municipalities()
        for name in self.variables:
            self._declaring = name
            for asking in self.askings(name):
                self._declare_question(name, asking)
            if name in self.margins:
                self._declare_margin(name)
            if name == codebook.questionnaire:
                self._declare_questionnaires()

    def rows(self, questions: Iterable[str] | None = None) -> list[Row]:
        """Return what holds whatever is printed; of some questions, and all that they hang on.

        Others can be answered in some way whatever these are, so that they make nothing impossible.
        """
        named = self.variables if questions is None else self.with_parents(questions)
        return [row for name in (_MUNICIPALITIES, *named) for row in self._rows.get(name, ())]

    def with_parents(self, questions: Iterable[str]) -> list[str]:
        """Return questions and those that they hang on, these first."""
        found: set[str] = set()
        todo = list(questions)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += [parent for parent, _ in self._needed(name, set(self.dimensions[name]))]
        return [name for name in self.variables if name in found]

    def questions(self, rows: Iterable[Row]) -> set[str]:
        """Return the questions that rows are about."""
        return {self._owner[unknown] for row in rows for unknown in row.terms} - {_MUNICIPALITIES}

    def rank(self, unknown: int) -> int:
        """Return the place of the question an unknown is of, those that decide about others first; 0: of none."""
        owner = self._owner[unknown]
        return 0 if owner == _MUNICIPALITIES else 1 + self.variables.index(owner)

    def of_margins(self, name: str) -> dict[int, tuple[Place, str | None]]:
        """Return the unknowns of a question's table by size: the stratum, and the answer; None: how many answered."""
        return {
            unknown: (place, answer)
            for place in self._of_margin.get(name, ())
            for answer in (None, *self.answers(name))
            for unknown in (self.answered(place) if answer is None else self.gave(place, answer))
        }

    def askings(self, name: str) -> list[Asking]:
        """Return the askings of a question."""
        return [tuple(asking.values()) for asking in self.codebook.askings(name)]

    def answers(self, name: str) -> list[str]:
        """Return the answers or options of a question."""
        variable = self.codebook.variables[name]
        return (
            list(variable.options or {})
            if variable.options
            else list(self.codebook.codes_of(name, self.year).categories)
        )

    def answered(self, place: Place) -> Expression:
        """Return how many answered a question in a stratum."""
        return {self._index["answered", place]: 1}

    def gave(self, place: Place, answer: str) -> Expression:
        """Return how many gave an answer in a stratum."""
        return {self._index["gave", place, answer]: 1}

    def responses(self, size: str) -> Expression:
        """Return how many responses came from a size class."""
        return {self._index["responses", size]: 1}

    def municipalities(self, universe: str, size: str, least: int, most: int | None) -> Expression:
        """Return how many municipalities of a size class gave from `least` to `most` responses of a universe."""
        top = self.most_responses(universe)
        last = top if most is None else min(most, top)
        return {self._index["municipalities", universe, size, number]: 1 for number in range(least, last + 1)}

    @property
    def not_eligible(self) -> Expression:
        """How many municipalities answered, but not what makes them eligible."""
        return {self._index["not_eligible",]: 1}

    @property
    def everyone(self) -> Expression:
        """How many municipalities there are."""
        return {self._index["everyone",]: 1}

    def given(self, questionnaire: str) -> Expression:
        """Return how many responses there are to a questionnaire."""
        name = self.codebook.questionnaire
        assert name is not None
        return plus(*(self.gave(place, questionnaire) for place in self.places(name, {})))

    def completed(self, questionnaire: str) -> Expression:
        """Return how many responses to a questionnaire came to the end."""
        return {self._index["completed", questionnaire]: 1}

    def places(self, name: str, keys: Mapping[str, str]) -> list[Place]:
        """Return the askings and strata of a question that belong to a group.

        Parameters
        ----------
        keys
            Key -> value of the group: an asking that is not among them is pooled, as is a dimension.
        """
        per, under = self.codebook.variables[name].asked_per, self.codebook.variables[name].asked_under
        inside = {key: value for key, value in keys.items() if key not in per and key not in under}
        of_margin = not inside.keys() <= set(self.dimensions[name])
        dimensions = self.margins[name] if of_margin else self.dimensions[name]
        assert inside.keys() <= set(dimensions), f"{name} is not split by {inside.keys() - set(dimensions)}"
        if of_margin:
            assert not keys.keys() & set(per), f"{name} is split by {', '.join(dimensions)} for all askings together"
            return [
                place
                for place in self._of_margin[name]
                if all(inside.get(key, value) == value for key, value in zip(dimensions, place.stratum, strict=True))
            ]
        return [
            place
            for place in self._places.get(name, [])
            if all(keys.get(key, value) == value for key, value in zip(per, place.asking, strict=True))
            and all(inside.get(key, value) == value for key, value in zip(dimensions, place.stratum, strict=True))
        ]

    def members_of_value(self, variable: str, key: str, value: str) -> set[str]:
        """Return the answers to a question that put a response under a value of a key."""
        codes = self.codebook.codes_of(variable, self.year)
        return {member for answer in self.codebook.groups[key].answers(value) for member in codes.members(answer)}

    def weight(self, place: Place) -> Fraction:
        """Return what a response in a stratum counts."""
        keys = self.dimensions[place.variable]
        if WEIGHT not in keys:
            return Fraction(1)
        number = int(place.stratum[keys.index(WEIGHT)])
        return Fraction(self.codebook.variables[place.variable].weights[number - 1]).limit_denominator(1000)

    def most_responses(self, universe: str) -> int:
        """Return how many responses of a universe a municipality can have given: what the codebook makes room for."""
        codebook, parsed = self.codebook, parse_universe(universe)
        repeated = codebook.repeated is not None and codebook.repeated in ("all", universe)
        if not repeated:
            return len(codebook.members_of(parsed, self.year)) if parsed and codebook.questionnaire else 1
        numbers = [1]
        for variable in codebook.variables.values():
            if variable.counts and variable.counts.universe == universe:
                each = [variable.counts, *variable.counts.parts.values()]
                numbers += [limit.most or limit.least for limit in each]
            if variable.universe == universe:
                numbers.append(len(variable.weights))
        return max(numbers)

    @functools.cached_property
    def universes(self) -> list[str]:
        """The responses that a municipality's number of is counted of."""
        counted = [each.counts for each in self.codebook.variables.values() if each.counts]
        found = dict.fromkeys(each.universe for each in counted if each.of == "municipalities")
        return list(found) or ["all"]

    # How questions are split.

    def _dimensions(self, wanted: set[str], split_by: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """Return by which keys each question is split, parents of questions and of dimensions included."""
        found: dict[str, set[str]] = {}
        todo = [(name, self._own_keys(name) | set(split_by.get(name, ()))) for name in wanted]
        if (eligible := parse_universe(self.codebook.eligible)) is not None:
            todo.append((eligible.variable, set()))
        while todo:
            name, keys = todo.pop()
            if name in found and keys <= found[name]:
                continue
            found[name] = found.get(name, set()) | keys | self._own_keys(name)
            todo += self._needed(name, found[name])
            todo += self._of_any(name, found)
            if SIZE in keys and self.codebook.questionnaire is not None:
                # Municipalities and their responses are counted by size wherever anything is.
                todo.append((self.codebook.questionnaire, {SIZE}))
        return {name: tuple(sorted(keys)) for name, keys in found.items()}

    def _of_any(self, name: str, found: Mapping[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
        """Yield how questions asked of those who answered any asking of another must be split: as finely as that is.

        How many those are is known no better than stratum by stratum. A table by size of its own (`_margins`) has none.
        """
        for child in found:
            universe = self.codebook.variables[child].asked_of
            if universe is not None and universe.any and name in (child, universe.variable):
                keys = found.get(universe.variable, set())
                yield child, keys - ({SIZE} if len(keys) > 1 else set())

    def _margins(self) -> dict[str, tuple[str, ...]]:
        """Take the size out of what a question that was asked several times is split by, into a table of its own.

        That table pools the askings, and is tied to the other by what both count. Only how size and purpose go together
        is lost: with it, there would be more unknowns than can be searched.
        """
        margins = {}
        for name, keys in self.dimensions.items():
            if SIZE in keys and len(keys) > 1 and self.codebook.variables[name].asked_per:
                own = [set(each) for each in groupings(self.codebook, name) if SIZE in each]
                margins[name] = tuple(sorted({SIZE}.union(*own) & set(keys)))
                self.dimensions[name] = tuple(key for key in keys if key != SIZE)
        return margins

    def _own_keys(self, name: str) -> set[str]:
        variable = self.codebook.variables[name]
        declared = groupings(self.codebook, name) if self._as_declared else []
        keys = set(itertools.chain.from_iterable(declared))
        weight = {WEIGHT} if len(variable.weights) > 1 else set()
        elsewhere = {*variable.asked_per, *variable.asked_under, *self.codebook.not_reconstructed}
        return keys - elsewhere | weight

    def _needed(self, name: str, keys: set[str]) -> Iterator[tuple[str, set[str]]]:
        """Yield which questions must be split how, for one to be split by some keys."""
        universe = self.codebook.variables[name].asked_of
        parent = universe.variable if universe else None
        told = {key: self.codebook.groups[key].variable for key in keys if key in self.codebook.groups}
        if parent is not None:
            yield parent, {key for key in keys if told.get(key) != parent and key != WEIGHT}
            return
        for key, variable in told.items():
            if variable is not None:
                yield variable, keys - {key, WEIGHT}
                # The others follow from there.
                return

    def _parents_first(self) -> list[str]:
        order: list[str] = []

        def add(name: str) -> None:
            for parent, _ in self._needed(name, set(self.dimensions[name])):
                if parent not in order:
                    add(parent)
            if name not in order:
                order.append(name)

        for name in self.codebook.variables:
            if name in self.dimensions:
                add(name)
        return order

    # Rows.

    def _new(self, *name: object, highest: int) -> Expression:
        self._index[name] = len(self.names)
        self.names.append(name)
        self.highest.append(highest)
        self._owner.append(self._declaring)
        return {self._index[name]: 1}

    def _hold(self, *rows: Row) -> None:
        self._rows.setdefault(self._declaring, []).extend(rows)

    def _declare_municipalities(self) -> None:
        """Declare how many municipalities gave so many responses, and how many responses that makes."""
        everyone = self.codebook.population
        self._hold(Row(self._new("everyone", highest=everyone), everyone, everyone))
        for size in self.sizes:
            of_class = everyone if self._class_sizes is None or size == REST else self._class_sizes[size]
            most = sum(self.most_responses(universe) for universe in self.universes)
            self._new("responses", size, highest=of_class * most)
        if self._has_ineligible:
            self._new("not_eligible", highest=everyone)
        for universe in self.universes:
            every: Expression = self.not_eligible if self._has_ineligible else {}
            for size in self.sizes:
                numbers = range(self.most_responses(universe) + 1)
                own = [self._new("municipalities", universe, size, number, highest=everyone) for number in numbers]
                every = plus(every, *own)
                if self._class_sizes is not None and size != REST:
                    # Those that are not eligible are of some class too.
                    of_class = self._class_sizes[size]
                    self._hold(Row(plus(*own), None if self._has_ineligible else of_class, of_class))
                if universe == "all":
                    made = self.responses_of_municipalities(universe, size)
                    self._hold(Row(minus(made, self.responses(size)), 0, 0))
            self._hold(Row(every, everyone, everyone))

    def responses_of_municipalities(self, universe: str, size: str, numbers: Iterable[int] | None = None) -> Expression:
        """Return how many responses of a universe the municipalities of a size class gave, by how many each gave."""
        every = range(self.most_responses(universe) + 1) if numbers is None else numbers
        return plus(*(times(k, {self._index["municipalities", universe, size, k]: 1}) for k in every))

    def _declare_question(self, name: str, asking: Asking) -> None:
        variable = self.codebook.variables[name]
        for stratum in itertools.product(*(self._values(name, key) for key in self.dimensions[name])):
            place = Place(name, asking, stratum)
            asked, rows = self._asked(place)
            if not asked:
                # Nobody can be in this stratum.
                continue
            self._asked_of[place] = asked
            self._hold(*rows)
            most = sum(factor * self.highest[unknown] for unknown, factor in asked.items() if factor > 0)
            answered = self._new("answered", place, highest=most)
            own = [
                self._new("gave", place, answer, highest=self._most(name, answer, most))
                for answer in self.answers(name)
            ]
            if variable.kind == "single":
                self._hold(Row(minus(plus(*own), answered), 0, 0))
            else:
                self._hold(*(Row(minus(one, answered), None, 0) for one in own))
            blanks = self.codebook.blanks and name != self.codebook.questionnaire
            self._hold(Row(minus(answered, asked), None if blanks else 0, 0))
            self._places.setdefault(name, []).append(place)
            eligible = parse_universe(self.codebook.eligible)
            if eligible is not None and eligible.variable == name:
                # Who took part is who was eligible.
                members = [self.gave(place, member) for member in self.codebook.members_of(eligible, self.year)]
                self._hold(Row(minus(plus(*members), asked), 0, 0))

    def _most(self, name: str, answer: str, answered: int) -> int:
        """Return how many can have given an answer: no more than there are municipalities, of most questionnaires."""
        once = name == self.codebook.questionnaire and answer not in self._repeated
        return min(answered, self.codebook.population) if once else answered

    def _declare_margin(self, name: str) -> None:
        """Declare a question's table by size, all askings together, and tie it to the other."""
        keys, others = self.margins[name], [key for key in self.margins[name] if key != SIZE]
        universe = self.codebook.variables[name].asked_of
        assert universe is not None
        assert not self.codebook.variables[universe.variable].asked_per
        members = self.codebook.members_of(universe, self.year)
        askings = self.askings(name)
        for stratum in itertools.product(*(self._values(name, key) for key in keys)):
            asked = self._members(universe.variable, {}, dict(zip(keys, stratum, strict=True)), members)
            if not asked:
                continue
            place = Place(name, _POOLED, stratum)
            most = len(askings) * sum(self.highest[unknown] for unknown in asked)
            answered = self._new("answered", place, highest=most)
            own = [self._new("gave", place, answer, highest=most) for answer in self.answers(name)]
            self._hold(Row(minus(plus(*own), answered), 0, 0))
            self._hold(Row(minus(answered, times(len(askings), asked)), None, 0))
            self._of_margin.setdefault(name, []).append(place)
        for values in itertools.product(*(self._values(name, key) for key in others)):
            within = dict(zip(others, values, strict=True))
            sides = [
                [
                    each
                    for each in places
                    if all(within[key] == value for key, value in zip(dims, each.stratum, strict=True) if key in within)
                ]
                for dims, places in ((keys, self._of_margin[name]), (self.dimensions[name], self._places[name]))
            ]
            for answer in self.answers(name):
                one, other = (plus(*(self.gave(place, answer) for place in side)) for side in sides)
                if one or other:
                    self._hold(Row(minus(one, other), 0, 0))

    def _values(self, name: str, key: str) -> Sequence[str]:
        if key == SIZE:
            return self.sizes
        if key == WEIGHT:
            return [str(number) for number in range(1, len(self.codebook.variables[name].weights) + 1)]
        return [*self.codebook.groups[key].values, REST]

    def _asked(self, place: Place) -> tuple[Expression, list[Row]]:
        """Return how many were asked a question in a stratum, and rows that say so where no sum of answers does."""
        variable = self.codebook.variables[place.variable]
        within = dict(zip(self.dimensions[place.variable], place.stratum, strict=True))
        if WEIGHT in within:
            return self._asked_by_weight(variable.universe, int(within[WEIGHT]), len(variable.weights)), []
        universe = variable.asked_of
        if universe is None:
            return self._of_all(within), []
        per = dict(zip(variable.asked_per, place.asking, strict=True))
        parts = [
            self._members(universe.variable, asking, within, self.codebook.members_of(universe, self.year))
            for asking in self.codebook.parent_askings(place.variable, per)
        ]
        if len(parts) == 1 or not any(parts):
            return parts[0], []
        # No more than were asked what decides it: of any one asking, somebody may have answered another only.
        first = self.codebook.parent_askings(place.variable, per)[0]
        everyone = plus(*(self._asked_of[each] for each in self.places(universe.variable, {**first, **within})))
        asked = self._new("asked", place, highest=sum(self.highest[unknown] for unknown in everyone))
        rows = [Row(minus(asked, part), 0, None) for part in parts]
        return asked, [*rows, Row(minus(asked, plus(*parts)), None, 0), Row(minus(asked, everyone), None, 0)]

    def _asked_by_weight(self, universe: str, number: int, last: int) -> Expression:
        most = self.most_responses(universe)
        numbers = [number] if number < last else range(number, most + 1)
        return plus(*(self.responses_of_municipalities(universe, size, numbers) for size in self.sizes))

    def _of_all(self, within: Mapping[str, str]) -> Expression:
        """Return how many responses there are of a stratum."""
        for key, value in within.items():
            if key == SIZE:
                continue
            dimension = self.codebook.groups[key]
            assert dimension.variable is not None
            others = {other: each for other, each in within.items() if other != key}
            named = {each: self.members_of_value(dimension.variable, key, each) for each in dimension.values}
            if value != REST:
                return self._members(dimension.variable, {}, others, named[value])
            inside = [self._members(dimension.variable, {}, others, members) for members in named.values()]
            return minus(self._of_all(others), plus(*inside))
        return plus(*(self.responses(size) for size in ([within[SIZE]] if SIZE in within else self.sizes)))

    def _members(
        self, parent: str, asking: Mapping[str, str], within: Mapping[str, str], members: Iterable[str]
    ) -> Expression:
        """Return how many gave one of some answers to a question, in a stratum that may itself be of its answers."""
        groups = self.codebook.groups
        own = [key for key in within if key in groups and groups[key].variable == parent]
        others = {key: value for key, value in within.items() if key not in own}
        for key in own:
            named = {value: self.members_of_value(parent, key, value) for value in groups[key].values}
            elsewhere = {member for each in named.values() for member in each}
            inside = named[within[key]] if within[key] != REST else set(self.answers(parent)) - elsewhere
            members = [member for member in members if member in inside]
        places = self.places(parent, {**others, **asking})
        return plus(*(self.gave(place, member) for place in places for member in members))

    def _once_each(self, universe: str, size: str, keys: Mapping[str, str], members: Sequence[str]) -> Iterator[Row]:
        """Yield what makes it possible that a municipality answers each questionnaire at most once.

        Of any m questionnaires, a municipality with k responses answers at most the lesser of k and m (Gale 1957, *A
        theorem on flows in networks*; Ryser 1957, *Combinatorial properties of matrices of zeros and ones*).
        """
        assert self.codebook.questionnaire is not None
        places = self.places(self.codebook.questionnaire, keys)
        for m in range(1, len(members)):
            most = plus(
                *(
                    times(min(k, m), self.municipalities(universe, size, k, k))
                    for k in range(1, self.most_responses(universe) + 1)
                )
            )
            for some in itertools.combinations(members, m):
                given = plus(*(self.gave(place, member) for place in places for member in some))
                yield Row(minus(most, given), 0, None)

    @property
    def _repeated(self) -> list[str]:
        """The questionnaires of which a municipality may give several responses."""
        universe = parse_universe(self.codebook.repeated or "all")
        return self.codebook.members_of(universe, self.year) if universe else []

    @property
    def _has_ineligible(self) -> bool:
        return self.codebook.eligible != "all"

    def _declare_questionnaires(self) -> None:
        """Tie how many responses each questionnaire has to how many municipalities gave how many of them."""
        name = self.codebook.questionnaire
        for universe, size in itertools.product(self.universes if name in self.dimensions else (), self.sizes):
            assert name is not None
            parsed = parse_universe(universe)
            if parsed is None:
                continue
            keys = {SIZE: size} if SIZE in self.dimensions[name] else {}
            members = self.codebook.members_of(parsed, self.year)
            own = plus(*(self.gave(place, member) for place in self.places(name, keys) for member in members))
            self._hold(Row(minus(self.responses_of_municipalities(universe, size), own), 0, 0))
            if self.codebook.repeated not in ("all", universe):
                self._hold(*self._once_each(universe, size, keys, members))
        for questionnaire in self.answers(name) if name in self.dimensions and name else ():
            most = sum(self.highest[unknown] for unknown in self.given(questionnaire))
            completed = self._new("completed", questionnaire, highest=most)
            self._hold(Row(minus(completed, self.given(questionnaire)), None, 0))
            if questionnaire not in self._repeated:
                self._hold(Row(minus(self.given(questionnaire), self.everyone), None, 0))
