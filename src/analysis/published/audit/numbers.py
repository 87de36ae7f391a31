"""Printed numbers of one question as statements about whole numbers of answers.

The unknowns are how many of each group gave each answer, and how many there were. What a report prints of them, and
how its tables hang together (answers that exclude each other, groups that are parts of a whole, averages that pool
several purposes), are linear constraints; whether they can all be true at once is a question for a solver.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import SINCE, is_case, parse_group
from analysis.published import TEXT, UNPLACED
from analysis.published.printed import ABOUT, printed_unit

ADDITIVE = frozenset(
    {
        "admissions", "answers", "beds", "contacts", "inhabitants", "kr", "municipalities", "persons", "places",
        "plans", "practices", "projects", "questionnaires", "services", "staff", "visits",
    }
)  # fmt: skip
"""Units of quantities of which parts add up to a whole."""

# A number that was not rounded: what it is not, is off by one.
_DUST = Fraction(1, 10**3)
_MONEY = ("amount",)
_LEVELS = ("count", "amount", "population")


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
        How many answers it is a percentage of, where that is known.
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

    def window(self, wide: bool, parts: int = 1) -> tuple[Fraction | None, Fraction | None]:
        """Return the smallest value it can stand for, and the first above that is too large; None: no limit.

        Parameters
        ----------
        wide
            Whether any way of rounding will do (half-even, truncation, twice, the sum of rounded parts), or half up
            alone.
        parts
            Answers it counts together: each may have been rounded by itself.
        """
        below = above = self.step / 2
        if wide:
            below = max(self.step * Fraction(11, 20), parts * self.step / 2)
            above = max(self.step, parts * self.step / 2)
        if self.qualifier == "approx":
            about = Fraction(ABOUT) * (100 if self.is_percent else abs(self.value))
            below, above = max(below, about), max(above, about + _DUST)
        if not above:
            above = _DUST
        low: Fraction | None = self.value - below
        high: Fraction | None = self.high + above
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
    """

    variable: str
    wave: int
    numbers: tuple[Printed, ...]
    members: dict[str, tuple[str, ...]]
    exclusive: bool
    whole: bool
    least: Fraction


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
    of_survey = published[published["group"].map(_says_how_many).astype(bool)]
    for wave, name in dict.fromkeys(zip(of_survey["wave"], of_survey["variable"], strict=True)):
        rows = of_survey[(of_survey["wave"] == wave) & (of_survey["variable"] == name)]
        variable = codebook.variables[name]
        if name == UNPLACED or variable.kind in ("open", "themes"):
            continue
        if variable.kind == "quantity" and variable.unit not in ADDITIVE:
            continue
        answers = codebook.answers_of(name, wave)
        if variable.kind == "single":
            codes = codebook.codes_of(name, wave)
            members = {category: tuple(codes.members(category)) for category in answers}
        else:
            members = {category: (category,) for category in answers}
        bases = _Bases(rows, codebook, name)
        pooled = tuple(variable.asked_per)
        numbers = [
            number
            for position, (_, row) in zip(rows.index.to_list(), rows.iterrows(), strict=True)
            if row["statistic"] in ("percent", "share", *_LEVELS)
            and (number := _number(position, row, bases, pooled)) is not None
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
            )


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
        group=parse_group(row["group"]),
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
    group = parse_group(row["group"])
    if row["statistic"] in ("percent", "share"):
        return printed_number(position, row, bases.of(row, group))
    return None if any(key not in group for key in pooled) else printed_number(position, row, None)


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(float(value))))


class _Bases:
    """How many answers the percentages of a question are of."""

    def __init__(self, rows: pd.DataFrame, codebook: Codebook, variable: str) -> None:
        self._printed = rows[rows["statistic"] == "base"]
        self._pooled = {key: list(codebook.groups[key].values) for key in codebook.variables[variable].asked_per}

    def of(self, row: pd.Series, group: dict[str, str]) -> Fraction | None:
        """Return the base of a row: its own; of one that pools several askings, the sum of theirs.

        Where the report does not print a base for each asking, all who answered are taken to have answered each.
        """
        own = None if pd.isna(row["base"]) else Fraction(int(row["base"]))
        if own is None:
            of_group = set(self._printed.loc[self._printed["group"] == row["group"], "value"])
            own = _exact(of_group.pop()) if len(of_group) == 1 else None
        for key, values in self._pooled.items():
            if key in group:
                continue
            each = [self._of_asking(row, {**group, key: value}) for value in values]
            if all(base is not None for base in each):
                return sum((base for base in each if base is not None), Fraction(0))
            own = own * len(values) if own is not None else None
        return own

    def _of_asking(self, row: pd.Series, group: dict[str, str]) -> Fraction | None:
        """Return the one base printed for an asking: in the item itself, else anywhere."""
        same = self._printed["group"].map(lambda written: parse_group(written) == group).astype(bool)
        matching = self._printed[same]
        own = matching[(matching["item"] == row["item"]) & (row["item"] != TEXT)]
        found = set((own if len(own) else matching)["value"])
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
