"""How finely a number was printed, and whether another number agrees with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

_WHOLE, _TENTH = Decimal(1), Decimal("0.1")

# Half-up is what the reports do; agreement by another rule is named. Rounded twice is what becomes of a number that is
# taken from a table with one decimal.
RULES: dict[str, Callable[[Decimal], Decimal]] = {
    "half_up": lambda steps: steps.quantize(_WHOLE, ROUND_HALF_UP),
    "half_even": lambda steps: steps.quantize(_WHOLE, ROUND_HALF_EVEN),
    "truncated": lambda steps: steps.quantize(_WHOLE, ROUND_DOWN),
    "twice": lambda steps: steps.quantize(_TENTH, ROUND_HALF_UP).quantize(_WHOLE, ROUND_HALF_UP),
}

# "About" is taken as: to the nearest twentieth, in points for parts of a whole, else of the number itself.
# In words ("about half") it says less: twice as much on each side.
ABOUT = 0.025
_DUST = 1e-9
_WHOLE_OF = {"percent": 100, "share": 1}
_DIGIT = re.compile(r"\d")
_SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_SPACES = " .\u00a0\u2009\u202f"
_NUMBER = re.compile(rf"(?:(?<!\w)[-\u2212])?(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+)(?:,\d+)?")


def printed_unit(printed: str, value: float) -> Decimal | None:
    """Return the unit a number was rounded to, as its print shows: `7,8%` a tenth, `24 mia.` a milliard.

    Parameters
    ----------
    printed
        The number as printed, with the thousands marks and decimal comma of Danish and Swedish.
    value
        The same number in base units.

    Returns
    -------
    Decimal or None
        None where no digits in `printed` are this value (a number in words).
    """
    for token in _NUMBER.findall(printed):
        whole, _, decimals = token.partition(",")
        sign = -1 if whole[0] in "-\u2212" else 1
        number = sign * Decimal(re.sub(r"\D", "", whole) + "." + (decimals or "0"))
        for scale in _SCALES:
            if float(number * scale) == value:
                return Decimal(scale).scaleb(-len(decimals))
    return None


def as_printed(rows: pd.DataFrame) -> str:
    """Return what is printed in some rows, each different text once: white space makes no difference."""
    texts = rows["printed"]
    return "; ".join(texts[~texts.str.replace(r"\s", "", regex=True).duplicated()])


def printed_range(row: pd.Series) -> tuple[float, float]:
    """Return the values that a printed number stands for: the smallest, and the first above that is too large.

    A number without digits, or a count, is taken as it is; others as rounded half up to the unit they are printed in.
    The end of a range that includes it, such as that of `approx`, is moved up by next to nothing.
    """
    value = float(row["value"])
    unit = printed_unit(row["printed"], value)
    half = float(unit) / 2 if unit is not None and row["statistic"] not in ("count", "base") else _DUST
    match row["qualifier"]:
        case "approx":
            half = float(_about(row)) + _DUST
        case "at_least":
            return value - half, math.inf
        case "at_most":
            return -math.inf, value + half
        case "range":
            return value - half, float(row["value_high"]) + half
    return value - half, value + half


def _about(row: pd.Series) -> Fraction:
    """Return how far from an approximate number the true one may be; from one in words, twice as far."""
    whole = _WHOLE_OF.get(row["statistic"], abs(Fraction(Decimal(repr(float(row["value"]))))))
    return Fraction(str(ABOUT)) * whole * (1 if _DIGIT.search(row["printed"]) else 2)


class Window(NamedTuple):
    """The values that a printed number stands for: from `low` up to `high`, which `closed` includes; None: no limit."""

    low: Fraction | None
    high: Fraction | None
    closed: bool


def window(row: pd.Series, rule: str = "half_up", parts: int = 1) -> Window:
    """Return the values that satisfy a printed number and its qualifier, exactly: those that `agrees` agrees with.

    Parameters
    ----------
    row
        A row of `published.csv`.
    rule
        `half_up`, `truncated`, or `sum_of_rounded`: each of several parts was rounded half up, and they were added.
    parts
        How many parts a sum of rounded ones has.

    Returns
    -------
    Window
        In base units.
    """
    value = Fraction(Decimal(repr(float(row["value"]))))
    top = value if pd.isna(row["value_high"]) else Fraction(Decimal(repr(float(row["value_high"]))))
    if row["qualifier"] == "approx":
        return Window(value - _about(row), value + _about(row), closed=True)
    unit = printed_unit(row["printed"], float(row["value"]))
    step = Fraction(0) if unit is None else Fraction(unit)
    margin = step / 2 * (parts if rule == "sum_of_rounded" else 1)
    low = value if rule == "truncated" else value - margin
    high, closed = (top + step, False) if rule == "truncated" else (top + margin, not step)
    return Window(
        None if row["qualifier"] == "at_most" else low, None if row["qualifier"] == "at_least" else high, closed
    )


def agrees(row: pd.Series, value: float, rule: str = "half_up") -> bool:
    """Tell whether a value, rounded as print was, satisfies a printed number and its qualifier.

    Parameters
    ----------
    row
        A row of `published.csv`.
    value
        What is held against it, in base units.
    rule
        One of `RULES`.
    """
    printed = float(row["value"])
    if row["qualifier"] == "approx":
        # Ten decimals take the binary dust off, here and below.
        return round(abs(value - printed), 10) <= float(_about(row))
    unit = printed_unit(row["printed"], printed)
    rounded = value
    if unit is not None:
        steps = Decimal(repr(round(float(value), 10))) / unit
        rounded = float(RULES[rule](steps) * unit)
    match row["qualifier"]:
        case "at_least":
            return rounded >= printed
        case "at_most":
            return rounded <= printed
        case "range":
            return printed <= rounded <= float(row["value_high"])
        case _:
            return rounded == printed
