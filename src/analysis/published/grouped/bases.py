"""How many answered in a group: as printed, else what responses and register allow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import parse_group
from analysis.published.grouped.comparison import COUNTED, Comparison, Group
from analysis.published.printed import window

_HUNDRED = {"percent": 100, "share": 1}
_EVERYONE: Group = frozenset()


class Bases:
    """Printed numbers of a wave by cell, and the bases that they are of.

    Parameters
    ----------
    published
        Printed numbers of the study.
    codebook
        The study's.
    wave
        Survey year.
    """

    def __init__(self, published: pd.DataFrame, codebook: Codebook, wave: int) -> None:
        self._codebook, self._wave = codebook, wave
        self._rows: dict[tuple[str, str, Group], list[pd.Series]] = {}
        for _, row in published[published["wave"] == wave].iterrows():
            key = (row["variable"], row["category"], frozenset(parse_group(row["group"]).items()))
            self._rows.setdefault(key, []).append(row)

    def rows(self, variable: str, category: str, group: Group, statistics: Sequence[str] = COUNTED) -> list[pd.Series]:
        """Return the numbers printed of a cell."""
        return [row for row in self._rows.get((variable, category, group), []) if row["statistic"] in statistics]

    def printed(self, variable: str, group: Group, rows: Iterable[pd.Series]) -> list[int]:
        """Return the bases printed beside some numbers of a group, or as numbers of their own."""
        beside = {int(row["base"]) for row in rows if pd.notna(row["base"])}
        return sorted(beside | {int(row["value"]) for row in self.rows(variable, "", group, ("base",))})

    def allowed(self, comparison: Comparison, value: str, total: int | None) -> range | None:
        """Return the bases that a group can have if none is printed, None where nothing limits it.

        Parameters
        ----------
        comparison, value
            Of whom.
        total
            How many answered in all groups together, if that is printed.
        """
        gave = self._in_class(comparison, value) if comparison.key == SIZE else self._in_dimension(comparison, value)
        if gave is None:
            return None if total is None else range(1, total + 1)
        everyone = self._quantity("responses", _EVERYONE, comparison)
        blank = gave[-1] if total is None or everyone is None else everyone - total
        return range(max(1, gave[0] - blank), min(gave[-1], total or gave[-1]) + 1)

    def are_all(self, comparison: Comparison) -> bool:
        """Tell whether the groups that are compared hold everyone who was asked."""
        book, key = self._codebook, comparison.key
        if key == SIZE:
            return set(comparison.values) == set(book.size_classes)
        dimension, universe = book.groups[key], book.variables[comparison.variable].asked_of
        assert dimension.variable is not None
        within = universe is not None and universe.variable == dimension.variable
        asked = (
            book.members_of(universe, self._wave)
            if universe is not None and within
            else book.codes_of(dimension.variable, self._wave).categories
        )
        answers = (answer for value in comparison.values for answer in dimension.answers(value))
        return {each for answer in answers for each in self.members(dimension.variable, answer)} == set(asked)

    def members(self, variable: str, category: str) -> list[str]:
        """Return the answers that a category counts together; of an option, itself."""
        if self._codebook.variables[variable].kind != "single":
            return [category]
        return list(self._codebook.codes_of(variable, self._wave).members(category))

    def _in_class(self, comparison: Comparison, value: str) -> range | None:
        """Return how many of a size class can have answered."""
        group, clusters = frozenset({(SIZE, value)}), self._codebook.clusters
        if (responses := self._quantity("responses", group, comparison)) is not None:
            return range(responses, responses + 1)
        if clusters is None or clusters.at_most is None:
            return None
        municipalities = self._quantity("municipalities", group, comparison)
        municipalities = municipalities or self._codebook.size_classes[value].municipalities
        each = 1 if clusters.over in dict(comparison.rest) else clusters.at_most
        return None if municipalities is None else range(1, municipalities * each + 1)

    def _in_dimension(self, comparison: Comparison, value: str) -> range | None:
        """Return how many gave the answers that put them in a group, where that was asked once and printed exactly."""
        dimension = self._codebook.groups[comparison.key]
        answers = dimension.answers(value)
        assert dimension.variable is not None
        if len(answers) > 1 or self._codebook.variables[dimension.variable].asked_per:
            return None
        rows = self.rows(dimension.variable, answers[0], _EVERYONE)
        exact = [row for row in rows if row["qualifier"] == "exact"]
        bases = self.printed(dimension.variable, _EVERYONE, exact)
        if not exact or len(bases) != 1:
            return None
        return whole_numbers(exact, bases[0]) or None

    def _quantity(self, of: Literal["responses", "municipalities"], group: Group, comparison: Comparison) -> int | None:
        """Return the printed number of responses of a group to a question's universe, or of who gave at least one."""
        universes = ("all", self._codebook.variables[comparison.variable].universe)
        least = {"responses": 0, "municipalities": 1}[of]
        for (variable, category, whose), rows in self._rows.items():
            counts = self._codebook.variables[variable].counts
            if counts is None or counts.of != of or counts.universe not in universes or counts.status or counts.parts:
                continue
            if category or whose != group:
                continue
            counted = [row for row in rows if row["statistic"] in ("count", "base") and row["qualifier"] == "exact"]
            if counted and (counts.least, counts.most) == (least, None):
                return int(counted[0]["value"])
        return None


def whole_numbers(
    rows: Iterable[pd.Series], base: int, rule: str = "half_up", parts: int = 1, askings: int = 1
) -> range:
    """Return the counts that all of some printed numbers can stand for, in answers to `askings` askings of `base`."""
    low, high = 0, base * askings
    for row in rows:
        limits = window(row, rule, parts)
        share = row["statistic"] in _HUNDRED
        unit = Fraction(base * askings, _HUNDRED[row["statistic"]]) if share else Fraction(askings)
        if limits.low is not None:
            low = max(low, math.ceil(limits.low * unit))
        if limits.high is not None:
            top = limits.high * unit
            high = min(high, math.floor(top) if limits.closed else math.ceil(top) - 1)
    return range(low, high + 1)
