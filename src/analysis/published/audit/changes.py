"""Changes that do not follow from the two levels they lie between, and percentages that are percentage points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import SINCE, is_case, join_group, parse_group
from analysis.lang import Lang, format_number, text
from analysis.published.audit.findings import Certainty, Finding, Kind, Severity
from analysis.published.audit.numbers import Printed, Window, overlap, place_of, printed_number, results

_POINT = re.compile(r"point", re.IGNORECASE)
_SIGN = re.compile(r"[+\-\N{MINUS SIGN}]\s*\d")
_LEVEL = ("exact", "approx")


def changes(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield changes that follow from no two levels printed, and percentages that are percentage points.

    The levels of `since:2020` are the same cell's in that wave or year (`year:2020`) and in the row's own. A fall is
    often printed without its sign.
    """
    levels = _Levels(published)
    for position, row in results(published):
        group = parse_group(row["group"])
        if SINCE not in group or is_case(group) or row["statistic"] not in ("percent", "share", "other"):
            continue
        change = printed_number(position, row, None)
        pairs = levels.of(row, group)
        fitting = [(pair, reading) for pair in pairs for reading in ("plain", "points") if _fits(change, pair, reading)]
        if not pairs or any(reading == "plain" for _, reading in fitting):
            continue
        nearest = min(fitting, key=lambda each: _off(change, *each[0]), default=(pairs[0], "plain"))
        (before, after), reading = nearest
        kind: Kind = "percentage_points" if reading == "points" else "change"
        approx = "approx" in {each.qualifier for each in (change, before, after)}
        severity: Severity = "ambiguity" if approx else "error"
        allowed = _shown(_between(change, before, after), lang)
        message = text(
            f"audit.{kind}",
            lang,
            number=change.text,
            before=before.text,
            after=after.text,
            line_before=before.line,
            line_after=after.line,
            allowed=allowed,
        )
        certainty: Certainty = "likely" if reading == "points" else "certain"
        places = place_of(change), (place_of(before), place_of(after))
        yield Finding(kind, severity, certainty, message, *places, allowed)


class _Levels:
    """What is printed of each cell in each wave or year."""

    def __init__(self, published: pd.DataFrame) -> None:
        self._found: dict[tuple[object, ...], list[Printed]] = {}
        for position, row in results(published):
            group = parse_group(row["group"])
            if row["statistic"] != "base" and SINCE not in group and not is_case(group):
                year = int(group.get("year", row["wave"]))
                self._found.setdefault((*_cell(row, group), year), []).append(printed_number(position, row, None))

    def of(self, row: pd.Series, group: dict[str, str]) -> list[tuple[Printed, Printed]]:
        """Return every two levels, of the same kind, that a change can lie between; percentages before counts."""
        years = int(group[SINCE]), int(group.get("year", row["wave"]))
        before, after = (
            [each for each in self._found.get((*_cell(row, group), year), []) if each.qualifier in _LEVEL]
            for year in years
        )
        pairs = [pair for pair in product(before, after) if pair[0].is_percent == pair[1].is_percent]
        if row["statistic"] == "other" and not _POINT.search(row["printed"]):
            return [pair for pair in pairs if not pair[0].is_percent]
        of_percent = [pair for pair in pairs if pair[0].is_percent]
        return of_percent or pairs


def _cell(row: pd.Series, group: dict[str, str]) -> tuple[str, str, str]:
    rest = {key: value for key, value in sorted(group.items()) if key not in ("year", SINCE)}
    return row["variable"], row["category"], join_group(rest)


def _fits(change: Printed, pair: tuple[Printed, Printed], reading: str) -> bool:
    """Tell whether a change agrees with two levels, read as it is printed or as percentage points."""
    before, after = pair
    if reading == "points" and (not before.is_percent or not change.is_percent):
        return False
    window = _difference(before, after) if reading == "points" else _between(change, before, after)
    low, high = change.window("truncated")
    if change.value < 0 or _SIGN.match(change.text):
        return overlap((low, high), window)
    own = (max(Fraction(0), low) if low is not None else low), high
    return overlap(own, window) or overlap(own, _turned(window))


def _off(change: Printed, before: Printed, after: Printed) -> Fraction:
    """Return how far a change is from the difference of two levels as they are printed."""
    return abs(abs(after.value - before.value) - abs(change.value))


def _between(change: Printed, before: Printed, after: Printed) -> Window:
    """Return the change between two levels, in the unit it is printed in."""
    in_points = before.is_percent and _POINT.search(change.text)
    return _difference(before, after) if in_points or not change.is_percent else _relative(before, after)


def _difference(before: Printed, after: Printed) -> Window:
    (low, high), (low_before, high_before) = _closed(after), _closed(before)
    return low - high_before, high - low_before


def _relative(before: Printed, after: Printed) -> Window:
    (low, high), (low_before, high_before) = _closed(after), _closed(before)
    if low_before <= 0:
        return None, None
    return 100 * (low / high_before - 1), 100 * (high / low_before - 1)


def _closed(number: Printed) -> tuple[Fraction, Fraction]:
    """Return the window of a number that is neither "at least" nor "at most"."""
    low, high = number.window("truncated")
    if low is None or high is None:
        raise ValueError(f"{number.text} has no two ends")
    return low, high


def _turned(window: Window) -> Window:
    """Return the window of a fall, which is printed without its sign."""
    return (None if window[1] is None else -window[1]), (None if window[0] is None else -window[0])


def _shown(window: Window, lang: Lang) -> str:
    ends = [format_number(float(end), lang, "percent", unit=False) for end in window if end is not None]
    return "–".join(dict.fromkeys(ends))
