"""Effects and p-values as they are written, never rounded to what they are not: no effect, or 5 per cent."""

from __future__ import annotations

import math

import pandas as pd

from analysis.lang import NOTHING, Lang, decimal_sign, format_number
from analysis.models.two_shares import SIGNIFICANT

_SMALLEST_RATIO, _LARGEST_RATIO = 0.01, 10_000.0
_LEAST_P = 0.001
_LEAST_PLACES, _MOST_PLACES = 3, 6


def written_ratio(value: float, lang: Lang) -> str:
    """Return an odds ratio with three digits or so, or as many as tell it from 1.

    One so far from 1 that digits mean nothing is written as beyond a limit.
    """
    if math.isinf(value):
        return "\N{INFINITY}"
    if value >= _LARGEST_RATIO:
        return ">" + format_number(_LARGEST_RATIO, lang, "count", unit=False)
    if 0 < value < _SMALLEST_RATIO:
        return "<" + format_number(_SMALLEST_RATIO, lang, "share", unit=False)
    if round(value, 2) == 1 != round(value, _MOST_PLACES):
        return decimal_sign(f"{value:.{_places(value, 1)}f}", lang)
    return format_number(value, lang, "share" if value < 10 else "percent" if value < 100 else "count", unit=False)


def written_points(value: float, lang: Lang) -> str:
    """Return percentage points with their sign, and one decimal, or two where one would make them nought."""
    shown = format_number(value, lang, "percent", unit=False)
    if shown == format_number(0, lang, "percent", unit=False):
        shown = format_number(value, lang, "share", unit=False)
        if shown == format_number(0, lang, "share", unit=False):
            return format_number(0, lang, "percent", unit=False)
    return f"+{shown}" if value > 0 else shown


def written_p(p: float, lang: Lang) -> str:
    """Return a p-value with three decimals, or as many as tell it from 5 per cent."""
    if pd.isna(p):
        return NOTHING
    if p < _LEAST_P:
        return decimal_sign(f"<{_LEAST_P}", lang)
    return decimal_sign(f"{p:.{_places(p, SIGNIFICANT)}f}", lang)


def _places(value: float, other: float) -> int:
    """Return how many decimals it takes to tell a number from another; few where none do."""
    places = range(_LEAST_PLACES, _MOST_PLACES + 1)
    return next((each for each in places if round(value, each) != other), _LEAST_PLACES)
