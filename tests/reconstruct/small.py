"""Surveys small enough to be gone through by hand: every export there can be, and all that can be printed of each.

What agrees with print, and the fewest printed numbers to read otherwise or to give up, is found here by looking at
every export: none of it by the way that is tested.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from analysis.codebook import Codebook
from analysis.codebook.cells import Cell, cells
from analysis.codebook.groups import parse_group
from analysis.reconstruct.repair import Choice
from analysis.reconstruct.statements import BASE, NUMBER, ROUNDING, Rule
from analysis.reconstruct.system import System

YEAR = 2024
LABEL = {"da": "x", "en": "x"}

Key = tuple[str, str, str, str]
"""Variable, group, category and statistic of a number."""

Printed = Mapping[Key, int | float]
Settled = frozenset[tuple[Key, Rule | None]]
"""How numbers are read that are not read as rounded half up; None: given up."""


@dataclasses.dataclass(frozen=True)
class Survey:
    """A survey, and every number that could be printed of it: one value for each export, none where it has no base."""

    codebook: Codebook
    class_sizes: Mapping[str, int] | None
    values: Mapping[Key, np.ndarray]

    @property
    def printable(self) -> list[Key]:
        """The numbers that say of which asking they are, or pool percentages.

        A count does not say so, and a base printed without a purpose is that of each of them. How many of a size took
        part is left out: it is a number of the survey only where some question is split by size.
        """

        def says(key: Key) -> bool:
            variable, keys = self.codebook.variables[key[0]], parse_group(key[1]).keys()
            if variable.kind == "quantity":
                return not keys
            return key[3] == "percent" or set(variable.asked_per) <= keys

        return [key for key in self.values if says(key)]

    def system(self, printed: Printed) -> System:
        return System(self.codebook, YEAR, report(printed), self.class_sizes)

    def of(self, export: int) -> dict[Key, int | float]:
        """Return all that would be printed of an export: percentages are whole and rounded half up."""
        rounded = {key: _readings(key, values)["half_up"][export] for key, values in self.values.items()}
        return {key: value for key, value in rounded.items() if not math.isnan(value)}

    def possible(self, printed: Printed) -> np.ndarray:
        """Tell which exports agree with all that is printed."""
        reads = [self._reads(key, printed)["half_up"] for key in printed]
        return np.array(np.logical_and.reduce(reads))

    def settled(self, printed: Printed) -> tuple[np.ndarray, set[Settled]]:
        """Return which exports agree with print read in a way of least cost, and what these ways are."""
        costs = np.zeros(self.exports, dtype=int)
        read = {key: self._reads(key, printed) for key in printed}
        cheapest: dict[Key, np.ndarray] = {}
        rules: dict[Key, dict[int, Rule | None]] = {}
        for key, readings in read.items():
            # What is the sum of rounded parts may be anything.
            others = [rule for rule in ("sum_of_rounded", "truncated") if rule in readings][:1]
            own = np.full(self.exports, given_up := cost_of(self.codebook, key, None))
            for rule, cost in [*((rule, 1) for rule in others), ("half_up", 0)]:
                own[readings[rule]] = cost
            rules[key] = {given_up: None, 1: others[0] if others else None}
            cheapest[key] = own
            costs += own
        least = costs == costs.min()
        ways = np.unique(np.array([own[least] for own in cheapest.values()]), axis=1).T
        return least, {
            frozenset((key, rules[key][cost]) for key, cost in zip(printed, way.tolist(), strict=True) if cost)
            for way in ways
        }

    def ranges(self, exports: np.ndarray, variables: Iterable[str]) -> dict[Key, tuple[float, float]]:
        """Return the smallest and largest value of each number over some exports."""
        named = {key: values[exports] for key, values in self.values.items() if key[0] in set(variables)}
        return {
            key: (float(np.nanmin(own)), float(np.nanmax(own))) for key, own in named.items() if not np.isnan(own).all()
        }

    @property
    def exports(self) -> int:
        return len(next(iter(self.values.values())))

    def _reads(self, key: Key, printed: Printed) -> dict[str, np.ndarray]:
        """Return rule -> the exports whose number is printed so by it."""
        readings = {rule: values == printed[key] for rule, values in _readings(key, self.values[key]).items()}
        if key[3] == "percent" and self.codebook.variables[key[0]].codes:
            members = self.codebook.codes_of(key[0], YEAR).members(key[2])
            parts = [printed.get((*key[:2], member, "percent")) for member in members]
            if len(parts) > 1 and None not in parts and sum(part or 0 for part in parts) == printed[key]:
                readings["sum_of_rounded"] = np.ones(self.exports, dtype=bool)
        return readings


def cost_of(codebook: Codebook, key: Key, rule: Rule | None) -> int:
    """Return what it costs to read a number otherwise than as rounded half up, or to give it up."""
    of_base = key[3] == "base" and codebook.variables[key[0]].counts is None
    return ROUNDING if rule is not None else BASE if of_base else NUMBER


def _readings(key: Key, values: np.ndarray) -> dict[str, np.ndarray]:
    """Return rule -> what would be printed."""
    # Counts may be of halves, where responses have weights.
    readings = {"half_up": np.floor(values + 0.5)}
    return readings | {"truncated": np.floor(values)} if key[3] == "percent" else readings


@st.composite
def printed_of(draw: st.DrawFn, survey: Survey, most: int = 8) -> tuple[int, dict[Key, int | float]]:
    """Draw an export, and some of its numbers."""
    export = draw(st.integers(0, survey.exports - 1))
    whole = survey.of(export)
    chosen = draw(
        st.lists(
            st.sampled_from([key for key in survey.printable if key in whole]), min_size=1, max_size=most, unique=True
        )
    )
    return export, {key: whole[key] for key in chosen}


@st.composite
def misprinted(draw: st.DrawFn, survey: Survey, most: int = 8) -> tuple[Key, dict[Key, int | float]]:
    """Draw some numbers of an export, one of which is printed as another, and which: no export agrees with them all."""
    _, printed = draw(printed_of(survey, most))
    wrong = draw(st.sampled_from(list(printed)))
    printed[wrong] += draw(st.sampled_from([-3, -2, -1, 1, 2, 3]))
    assume(printed[wrong] >= 0 and not survey.possible(printed).any())
    return wrong, printed


def keys_of(system: System, choice: Choice, printed: Printed) -> Settled:
    """Return a choice by what is printed."""
    keys = list(printed)
    return frozenset(
        (keys[position], rule) for number, rule in choice.items() for position in system.statements[number].positions
    )


def choices(system: System) -> list[Choice]:
    """Return every way to settle all disputes together."""
    ways = itertools.product(*(dispute.choices for dispute in system.repair.disputes))
    return [{number: rule for choice in some for number, rule in choice.items()} for some in ways]


def report(printed: Printed) -> pd.DataFrame:
    """Return numbers as rows of `published.csv`."""
    frame = pd.DataFrame([row_of(*key, value) for key, value in printed.items()])
    return frame.assign(base=frame["base"].astype("Int64"))


def row_of(variable: str, group: str, category: str, statistic: str, value: float, **others: object) -> dict[str, Any]:
    return {
        "wave": YEAR, "item": "text", "chapter": "c", "group": group, "variable": variable, "category": category,
        "statistic": statistic, "value": float(value), "value_high": float("nan"), "qualifier": "exact",
        "base": None, "page": 1, "line": 1, "printed": f"{value:g}%" if statistic == "percent" else f"{value:g}",
    } | others  # fmt: skip


def book(population: int, variables: dict[str, Any], **others: object) -> Codebook:
    """Return a codebook of one chapter, with some variables beside those that took part."""
    three = {name: {"code": code, **LABEL} for code, name in enumerate(("yes", "no", "unsure"), start=1)}
    two = {name: {"code": code, **LABEL} for code, name in enumerate(("yes", "no"), start=1)}
    roles = {name: {"code": code, **LABEL} for code, name in enumerate(("head", "nurse"), start=1)}
    return Codebook.model_validate(
        {
            "schema_version": 1,
            "study": "small",
            "title": LABEL,
            "report": {"title": "t", "publisher": "p", "language": "da", "date": "2024-01-01", "text": "t.txt"},
            "unit": "municipality",
            "places": "denmark",
            "population": population,
            "municipality_column": "kommune",
            "notebooks": ["01_clean"],
            "chapters": {"c": LABEL},
            "code_lists": {
                "three": {"categories": three, "groups": {"decided": {"of": ["yes", "no"], **LABEL}}},
                "two": {"categories": two},
                "roles": {"categories": roles, "groups": {"any": {"of": ["head", "nurse"], **LABEL}}},
            },
            "size_classes": {"small": {"below": 30000, **LABEL}, "large": {"below": None, **LABEL}},
            "variables": {
                "participation": {
                    "label": LABEL, "unit": "municipalities", "counts": {"of": "municipalities", "least": 1},
                },
                **variables,
            },
            "items": {},
            **others,
        }
    )  # fmt: skip


_QUESTION: dict[str, Any] = {"label": LABEL, "ask": LABEL, "level": "municipality"}
_OPTIONS = {"options": {"a": {"code": 1, **LABEL}, "b": {"code": 2, **LABEL}}}

# One response for each municipality that took part.

TOOK_PART: Key = ("participation", "all", "", "count")
_POPULATION = 5


def municipalities_book(population: int = _POPULATION) -> Codebook:
    """Return a survey with an answer in three categories, a routed one, routed options, and one beside these."""
    return book(
        population,
        {
            "first": {**_QUESTION, "codes": "three", "within": ["decided"]},
            "second": {**_QUESTION, "codes": "three", "universe": "first in [decided]"},
            "third": {**_QUESTION, **_OPTIONS, "universe": "second in [yes]"},
            "beside": {**_QUESTION, "codes": "three"},
        },
    )


@functools.cache
def municipalities() -> Survey:
    """Return the survey of municipalities; `beside` is left out of what can be printed of it."""
    book = municipalities_book()
    own = [cell for cell in cells(book, YEAR) if cell.variable != "beside"]
    exports = [_of_counts(counts, own) for took_part in range(_POPULATION + 1) for counts in _counts(took_part)]
    return Survey(book, None, _as_values(exports))


def _counts(took_part: int) -> Iterator[dict[tuple[str, str], int]]:
    names = ("yes", "no", "unsure")
    for first in _ways(took_part):
        for second in _ways(first[0] + first[1]):
            for options in itertools.product(range(second[0] + 1), repeat=2):
                counts = {("first", name): n for name, n in zip(names, first, strict=True)}
                counts |= {("second", name): n for name, n in zip(names, second, strict=True)}
                counts |= {("third", name): n for name, n in zip("ab", options, strict=True)}
                yield counts


def _ways(total: int) -> Iterator[tuple[int, int, int]]:
    for a in range(total + 1):
        for b in range(total - a + 1):
            yield a, b, total - a - b


def _of_counts(counts: Mapping[tuple[str, str], int], own: Iterable[Cell]) -> dict[Key, float]:
    first = [counts["first", name] for name in ("yes", "no", "unsure")]
    asked = {"first": sum(first), "second": first[0] + first[1], "third": counts["second", "yes"]}
    found: dict[Key, float] = {TOOK_PART: sum(first)}
    for cell in own:
        count = sum(counts[cell.variable, member] for member in cell.members)
        base = asked[cell.variable] if cell.within is None else first[0] + first[1]
        found |= _numbers(cell, count, base, base)
    return found


def _numbers(cell: Cell, count: float, base: float, whole: float) -> dict[Key, float]:
    key = (cell.variable, cell.group, cell.category)
    return {
        (*key, "count"): count,
        (cell.variable, cell.group, "", "base"): base,
        (*key, "percent"): 100 * count / whole if whole else math.nan,
    }


def _as_values(exports: Sequence[Mapping[Key, float]]) -> dict[Key, np.ndarray]:
    every = np.array([list(export.values()) for export in exports])
    return {key: every[:, column] for column, key in enumerate(exports[0])}


# Up to two respondents of each of two municipalities, one of them small; any question may be left unanswered.

Response = dict[str, str]
"""Column -> answer, of those that were answered; the ticked options of a question, one after the other."""

_CLASSES = ("small", "large")
PURPOSES = ("plan", "steer")


def respondents_book() -> Codebook:
    """Return a survey of heads and nurses; see `_responses` for its questions."""
    purposes = dict.fromkeys(PURPOSES, LABEL)
    parts = {"one": LABEL, "two": LABEL}
    per_purpose = {**_QUESTION, "codes": "two", "asked_per": ["purpose"]}
    return book(
        len(_CLASSES),
        {
            "respondents": {"label": LABEL, "unit": "answers", "counts": {"of": "responses"}},
            "each": {
                "label": LABEL, "unit": "municipalities", "parts": parts,
                "counts": {
                    "of": "municipalities", "parts": {"one": {"least": 1, "most": 1}, "two": {"least": 2, "most": 2}},
                },
            },
            "role": {**_QUESTION, "codes": "roles", "split_by": [["size"]]},
            "use": {**per_purpose, "split_by": [["role"], ["purpose"], ["purpose", "role"]]},
            "need": {**per_purpose, "split_by": [["size"], ["purpose"], ["purpose", "size"]]},
            "gain": {**per_purpose, "universe": "role in [any]", "split_by": [["size"], ["role"], ["purpose"]]},
            "why": {**_QUESTION, **_OPTIONS, "universe": "any need in [yes]"},
            "content": {**_QUESTION, "codes": "two", "weights": [1.0, 0.5]},
        },
        unit="respondent",
        repeated="all",
        blanks=True,
        groups={
            "role": {**LABEL, "variable": "role", "values": {"heads": {"of": ["head"], **LABEL}, "nurse": LABEL}},
            "purpose": {**LABEL, "values": purposes},
        },
    )  # fmt: skip


_CLASS_SIZES = dict.fromkeys(_CLASSES, 1)


_COUNTED: list[Key] = [
    TOOK_PART,
    *(("participation", f"size:{size}", "", "count") for size in _CLASSES),
    ("respondents", "all", "", "count"),
    *(("each", "all", number, "count") for number in ("one", "two")),
]


@functools.cache
def respondents(*questions: str) -> Survey:
    """Return the survey of respondents, as far as some of its questions go."""
    book = respondents_book()
    own = [cell for cell in cells(book, YEAR) if cell.variable in questions]
    responses = list(_responses(questions))
    together = np.zeros((1, len(_COUNTED) + 3 * len(own)))
    for size in _CLASSES:
        given = itertools.chain.from_iterable(
            itertools.combinations_with_replacement(responses, number) for number in range(3)
        )
        each = np.unique([_of_municipality(size, some, own, book) for some in given], axis=0)
        together = np.unique((together[:, None, :] + each[None, :, :]).reshape(-1, each.shape[1]), axis=0)
    return Survey(book, _CLASS_SIZES, _of_sums(together, own))


def printed_numbers(municipalities: Iterable[tuple[str, Sequence[Response]]], survey: Survey) -> dict[Key, int | float]:
    """Return all that would be printed of the responses of municipalities, each given by its size."""
    own = [cell for cell in cells(survey.codebook, YEAR) if (cell.variable, cell.group, "", "base") in survey.values]
    sums = [_of_municipality(size, responses, own, survey.codebook) for size, responses in municipalities]
    return Survey(survey.codebook, None, _of_sums(np.sum(sums, axis=0, keepdims=True), own)).of(0)


def _of_sums(together: np.ndarray, own: Iterable[Cell]) -> dict[Key, np.ndarray]:
    """Return the numbers of exports, given what is counted in each (a row)."""
    values = dict(zip(_COUNTED, together.T, strict=False))
    with np.errstate(invalid="ignore"):
        for place, cell in enumerate(own):
            count, base, whole = together.T[len(_COUNTED) + 3 * place :][:3]
            key = (cell.variable, cell.group, cell.category)
            values[cell.variable, cell.group, "", "base"] = base
            values |= {(*key, "count"): count, (*key, "percent"): 100 * count / whole}
    return values


def _responses(questions: Sequence[str]) -> Iterator[Response]:
    """Yield every way to answer some questions."""
    two: list[str | None] = [None, "yes", "no"]
    columns = {
        "role": [None, "head", "nurse"],
        **{f"{name}@{purpose}": two for name in ("use", "need", "gain") for purpose in PURPOSES},
        "why": [None, "", "a", "b", "ab"],
        "content": two,
    }
    named = {name: answers for name, answers in columns.items() if name.partition("@")[0] in questions}
    for given in itertools.product(*named.values()):
        response = {name: answer for name, answer in zip(named, given, strict=True) if answer is not None}
        needed = any(response.get(f"need@{purpose}") == "yes" for purpose in PURPOSES)
        breach = ("why" in response and not needed) or (
            "role" not in response and any(name.startswith("gain@") for name in response)
        )
        if not breach:
            yield response


def _of_municipality(size: str, responses: Sequence[Response], own: Iterable[Cell], book: Codebook) -> list[float]:
    """Return what a municipality adds to what is counted."""
    number = len(responses)
    took_part = float(number > 0)
    numbers = [
        took_part,
        took_part * (size == "small"),
        took_part * (size == "large"),
        number,
        number == 1,
        number == 2,
    ]
    for cell in own:
        variable, sums = book.variables[cell.variable], np.zeros(3)
        purposes = [cell.keys["purpose"]] if "purpose" in cell.keys else PURPOSES
        names = [f"{cell.variable}@{purpose}" for purpose in purposes] if variable.asked_per else [cell.variable]
        weight = variable.weights[min(number, len(variable.weights)) - 1]
        role = {"heads": "head", "nurse": "nurse", None: None}[cell.keys.get("role")]
        for response, name in itertools.product(responses, names):
            inside = cell.keys.get("size", size) == size and role in (None, response.get("role"))
            if inside and name in response:
                gave = (
                    cell.members[0] in response[name] if variable.kind == "multiple" else response[name] in cell.members
                )
                sums += [weight * gave, 1, weight]
        numbers += sums.tolist()
    return [float(each) for each in numbers]
