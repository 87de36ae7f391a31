"""Printed numbers of one question as statements about whole numbers of answers.

The unknowns are how many of each group gave each answer, and how many there were. What a report prints of them, and
how its tables hang together (answers that exclude each other, groups that are parts of a whole, averages that pool
several purposes), are linear constraints; whether they can all be true at once is a question for a solver.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import SINCE, is_case, join_group, parse_group, sorted_group
from analysis.codebook.questions import BaseKind, Variable
from analysis.published import TEXT, UNPLACED
from analysis.published.audit.findings import Place
from analysis.published.printed import ABOUT, printed_unit

Rounding = Literal["half_up", "half_even", "truncated", "twice", "sum_of_rounded"]
OTHER_ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)[1:]

Window = tuple[Fraction | None, Fraction | None]
"""The smallest value that a printed number can stand for, and the first above that is too large; None: no limit."""

ADDITIVE = frozenset(
    {
        "admissions", "answers", "beds", "contacts", "inhabitants", "kr", "municipalities", "persons", "places",
        "plans", "practices", "projects", "questionnaires", "services", "staff", "visits",
    }
)  # fmt: skip
"""Units of quantities of which parts add up to a whole."""

# A number that was not rounded: what it is not, is off by one.
_DUST = Fraction(1, 10**3)
# How far below and above a printed number the value may lie, in units of its last digit, if it was rounded half up or:
_MARGINS: dict[Rounding, tuple[Fraction, Fraction]] = {
    "half_up": (Fraction(1, 2), Fraction(1, 2)),
    "half_even": (Fraction(1, 2), Fraction(1, 2) + _DUST),
    "truncated": (Fraction(1, 2), Fraction(1)),
    "twice": (Fraction(11, 20), Fraction(1, 2)),
    "sum_of_rounded": (Fraction(1, 2), Fraction(1, 2)),
}
_DIGIT = re.compile(r"\d")
_MONEY = ("amount",)
_LEVELS = ("count", "amount", "population")
_PARTS = ("percent", "share", "count")


@dataclass(frozen=True)
class Printed:
    """One printed number of a question.

    Parameters
    ----------
    position
        Its row among the printed ones.
    item, line, text
        Where it stands, and as it stands there.
    group, category, statistic, qualifier
        As in `published.csv`; `group` is key -> value.
    value, high
        The number, in percent where it is a part of a whole, and the upper end of a range.
    base
        How many answers it is a part of, where that is known.
    step
        The unit it was rounded to; 0 for a number that is taken as it stands.
    """

    position: int
    item: str
    line: int
    text: str
    group: dict[str, str]
    category: str
    statistic: str
    qualifier: str
    value: Fraction
    high: Fraction
    base: Fraction | None
    step: Fraction

    @property
    def is_percent(self) -> bool:
        """Whether it is a part of a whole, in percent."""
        return self.statistic in ("percent", "share")

    def window(self, rule: Rounding = "half_up", parts: int = 1) -> Window:
        """Return the smallest value it can stand for, and the first above that is too large; None: no limit.

        Parameters
        ----------
        rule
            How it may have been rounded, if not half up: to even, cut off, twice, or summed from rounded parts.
        parts
            How many answers it counts together: each may have been rounded by itself.
        """
        below, above = (self.step * share for share in _MARGINS[rule])
        if rule == "half_even" and self.step and (self.high / self.step) % 2:
            below, above = self.step / 2 - _DUST, self.step / 2
        if rule == "sum_of_rounded" and parts > 1:
            below = above = parts * self.step / 2
        if self.qualifier == "approx":
            # "About half" says less than "about 50 %".
            about = Fraction(str(ABOUT)) * (1 if _DIGIT.search(self.text) else 2)
            about *= 100 if self.is_percent else abs(self.value)
            below, above = max(below, about), max(above, about + _DUST)
        low: Fraction | None = self.value - below
        high: Fraction | None = self.high + (above or _DUST)
        if self.qualifier == "at_least":
            high = None
        if self.qualifier == "at_most":
            low = None
        return low, high


@dataclass(frozen=True)
class Question:
    """What is printed of one question in one wave.

    Parameters
    ----------
    variable, wave
        Which.
    numbers
        The printed numbers that say something about how many gave an answer.
    members
        Category -> the answers it counts.
    exclusive
        Whether the answers exclude each other.
    whole
        Whether numbers are counted (in whole numbers of answers) or measured.
    least
        The smallest weight of an answer: counts are multiples of it.
    askings
        Key -> how many askings a group without that key pools.
    substantive
        Positions of the numbers whose base leaves out who gave no answer that says something.
    """

    variable: str
    wave: int
    numbers: tuple[Printed, ...]
    members: dict[str, tuple[str, ...]]
    exclusive: bool
    whole: bool
    least: Fraction
    askings: dict[str, int]
    substantive: frozenset[int]


def questions(published: pd.DataFrame, codebook: Codebook) -> Iterator[Question]:
    """Yield each question or additive quantity that something is printed of, wave by wave.

    Left out are numbers of single cases, changes, chart labels without a place, and quantities that do not add up
    (rates, days, percentages of something else).

    Parameters
    ----------
    published
        Rows of `published.csv` as `load_published` returns them.
    codebook
        The study's.
    """
    of_survey = _by_year(published[published["group"].map(_says_how_many).astype(bool)])
    for wave, name in dict.fromkeys(zip(of_survey["wave"], of_survey["variable"], strict=True)):
        rows = of_survey[(of_survey["wave"] == wave) & (of_survey["variable"] == name)]
        variable = codebook.variables[name]
        if name == UNPLACED or variable.kind in ("open", "themes"):
            continue
        if variable.kind == "quantity" and variable.unit not in ADDITIVE:
            continue
        answers = codebook.answers_of(name, wave)
        unknown: set[str] = set()
        members: dict[str, tuple[str, ...]] = {category: (category,) for category in answers}
        if variable.kind == "single":
            codes = codebook.codes_of(name, wave)
            members = {category: tuple(codes.members(category)) for category in answers}
            unknown = set(codes.unknown)
        bases = _Bases(rows, codebook, name, unknown)
        pooled = tuple(variable.asked_per)
        numbers = [
            number
            for position, (_, row) in zip(rows.index.to_list(), rows.iterrows(), strict=True)
            if (row["statistic"] in (*_PARTS, *_LEVELS) or _is_level(row, rows, variable))
            and (number := _number(position, row, bases, pooled)) is not None
            and not (number.is_percent and number.base is None and bases.is_unclear(row))
        ]
        if numbers:
            yield Question(
                variable=name,
                wave=int(wave),
                numbers=tuple(numbers),
                members={**members, "": ("",)},
                exclusive=variable.kind != "multiple",
                whole=not any(number.statistic in _MONEY for number in numbers),
                least=min(Fraction(weight).limit_denominator(1000) for weight in variable.weights),
                askings={key: len(codebook.groups[key].values) for key in pooled},
                substantive=frozenset(
                    number.position for number in numbers if bases.kind(number.item, number.category) == "substantive"
                ),
            )


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the year they are of as their wave: a later report may quote an earlier one."""
    groups = [parse_group(group) for group in rows["group"]]
    waves = [int(group.get("year", wave)) for group, wave in zip(groups, rows["wave"], strict=True)]
    rest = [join_group({key: value for key, value in group.items() if key != "year"}) for group in groups]
    return rows.assign(wave=waves, group=rest)


def _is_level(row: pd.Series, rows: pd.DataFrame, variable: Variable) -> bool:
    """Tell whether a base says how large a quantity is: where nothing else does, of a group."""
    if variable.kind != "quantity" or row["statistic"] != "base":
        return False
    levels = rows[rows["statistic"].isin(_LEVELS) & (rows["category"] == "")]
    return row["group"] not in set(levels["group"])


def results(published: pd.DataFrame) -> Iterator[tuple[int, pd.Series]]:
    """Yield position and row of what is printed, but for labels without a place."""
    for position, (_, row) in zip(published.index.to_list(), published.iterrows(), strict=True):
        if row["variable"] != UNPLACED:
            yield position, row


def overlap(one: Window, two: Window) -> bool:
    """Tell whether two windows have a value in common."""
    return all(low is None or high is None or low <= high for low, high in ((one[0], two[1]), (two[0], one[1])))


def place_of(number: Printed) -> Place:
    """Return where a number stands."""
    return Place(number.item, number.line, number.text)


def _says_how_many(group: str) -> bool:
    parts = parse_group(group)
    return SINCE not in parts and not is_case(parts)


def printed_number(position: int, row: pd.Series, base: Fraction | None) -> Printed:
    """Return a row of `published.csv` as a printed number.

    Parameters
    ----------
    position
        Its place in the file's index.
    row
        The row.
    base
        What a percentage is of, where that is known.
    """
    scale = 100 if row["statistic"] == "share" else 1
    unit = printed_unit(row["printed"], float(row["value"]))
    counted = row["statistic"] in ("count", "base", "population")
    step = Fraction(0) if unit is None or (counted and unit <= 1) else Fraction(unit)
    high = row["value"] if pd.isna(row["value_high"]) else row["value_high"]
    return Printed(
        position=position,
        item=row["item"],
        line=int(row["line"]),
        text=row["printed"],
        group=sorted_group(row["group"]),
        category=row["category"],
        statistic=row["statistic"],
        qualifier=row["qualifier"],
        value=_exact(row["value"]) * scale,
        high=_exact(high) * scale,
        base=base,
        step=step * scale,
    )


def _number(position: int, row: pd.Series, bases: _Bases, pooled: tuple[str, ...]) -> Printed | None:
    """Return a row as a printed number; None for a count that several askings are pooled in: of which, is not said."""
    group = sorted_group(row["group"])
    statistic = row["statistic"]
    if statistic not in ("percent", "share") and any(key not in group for key in pooled):
        return None
    return printed_number(position, row, bases.of(row, group) if statistic in _PARTS else None)


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(float(value))))


class _Bases:
    """How many answers the percentages of a question are of, and of which kind their base is."""

    def __init__(self, rows: pd.DataFrame, codebook: Codebook, variable: str, unknown: set[str]) -> None:
        printed = rows[rows["statistic"] == "base"]
        self._printed = [
            (item, sorted_group(group), value)
            for item, group, value in zip(printed["item"], printed["group"], printed["value"], strict=True)
        ]
        kinds = {codebook.items[item].base for item in rows["item"] if item in codebook.items}
        self._kinds = {name: item.base for name, item in codebook.items.items()}
        # Running text does not say of which kind it is: of the usual one, where no table is of another.
        self._of_text: BaseKind | None = "answered_incl_dont_know" if kinds <= {"answered_incl_dont_know"} else None
        self._several = len(kinds) > 1
        self._unknown = unknown
        self._pooled = {key: list(codebook.groups[key].values) for key in codebook.variables[variable].asked_per}

    def kind(self, item: str, category: str) -> BaseKind | None:
        """Return of which kind the base of an item is; None of running text where the report has several."""
        kind = self._kinds.get(item, self._of_text)
        # A share of those who know cannot be of don't knows.
        return None if kind == "substantive" and category in self._unknown else kind

    def is_unclear(self, row: pd.Series) -> bool:
        """Tell whether a percentage without a base may be of another kind of base than others are."""
        return self._several or self.kind(row["item"], row["category"]) is None

    def of(self, row: pd.Series, group: dict[str, str]) -> Fraction | None:
        """Return the base of a row: its own; of one that pools several askings, the sum of theirs.

        Where the report does not print a base for each asking, all who answered are taken to have answered each.
        """
        own = self._of_group(row, group) if pd.isna(row["base"]) else Fraction(int(row["base"]))
        for key, values in self._pooled.items():
            if key in group:
                continue
            each = [self._of_group(row, {**group, key: value}) for value in values]
            if all(base is not None for base in each):
                return sum((base for base in each if base is not None), Fraction(0))
            own = own * len(values) if own is not None else None
        return own

    def _of_group(self, row: pd.Series, group: dict[str, str]) -> Fraction | None:
        """Return the one base printed for a group: in the row's item, else in any that has the same kind of base."""
        bases = [(item, value) for item, written, value in self._printed if written == group]
        own = {value for item, value in bases if item == row["item"] != TEXT}
        kind = self.kind(row["item"], row["category"])
        found = own or {value for item, value in bases if self.kind(item, "") == kind is not None}
        return _exact(found.pop()) if len(found) == 1 else None


def counts_within(low: Fraction | None, high: Fraction | None, base: Fraction, least: Fraction) -> tuple[int, int]:
    """Return the smallest and largest number of answers, in multiples of `least`, that is from low up to high percent.

    This is the GRIM test (Brown & Heathers 2017, *The GRIM Test*, Social Psychological and Personality Science 8:
    363-369) for percentages: the smallest is larger than the largest where no number of answers gives the percentage.
    """
    smallest = 0 if low is None else max(0, math.ceil(low * base / 100 / least))
    everyone = math.floor(base / least)
    largest = everyone if high is None else min(everyone, math.ceil(high * base / 100 / least) - 1)
    return smallest, largest
