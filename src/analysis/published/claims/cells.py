"""The printed numbers of a cell that a claim is about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analysis.codebook import Clusters, Codebook
from analysis.codebook.groups import ALL, SINCE, join_group, parse_group
from analysis.models.two_shares import Sample, kish
from analysis.published import TEXT, UNPLACED
from analysis.published.audit.numbers import counts_within
from analysis.published.claims.claim import Subject
from analysis.published.printed import printed_range

PERCENT = "percent"
"""Scale of parts of a whole."""

_QUALIFIERS = {"exact": 0, "range": 1, "approx": 2, "at_least": 3, "at_most": 3}
_STATISTICS = ("count", "percent", "share")
_Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Reading:
    """A printed number of a cell, as what it can stand for.

    Parameters
    ----------
    low, high
        The smallest value, and the first above that is too large; equal where it is one value. In per cent on the scale
        `percent`.
    scale
        `percent`, else the statistic it is printed as.
    sample
        The counts it leaves possible; None where no base is printed with it.
    text, lines
        As it stands, and where; of a sum, its parts.
    of
        How many answers it is a count of; None where it is no such count.
    """

    low: float
    high: float
    scale: str
    sample: Sample | None
    text: str
    lines: tuple[int, ...]
    of: int | None = None


@dataclass(frozen=True)
class Cell:
    """One answer in one group, and how it is printed: several readings where print contradicts itself."""

    subject: Subject
    group: dict[str, str]
    readings: tuple[Reading, ...]


class Cells:
    """Printed numbers by cell.

    Of a cell that is printed more than once, exact numbers go before ranges, those before "about", and limits come
    last; then counts before percentages before fractions; then tables and figures before running text. Exact numbers
    that differ all remain. Answers that are counted together, of which only the parts are printed, are their sum.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    codebook
        The study's.
    """

    def __init__(self, published: pd.DataFrame, codebook: Codebook) -> None:
        self._codebook = codebook
        self._rows: dict[_Key, list[pd.Series]] = {}
        self._bases: dict[tuple[str, str, int], set[int]] = {}
        for _, row in published.iterrows():
            if row["variable"] == UNPLACED:
                continue
            group, year = _without_year(parse_group(row["group"]), int(row["wave"]))
            if row["statistic"] == "base":
                self._bases.setdefault((row["variable"], group, year), set()).add(int(row["value"]))
            else:
                self._rows.setdefault((row["variable"], row["category"], group, year), []).append(row)

    def of(self, wave: int, subject: Subject, group: str) -> Cell:
        """Return a cell; without readings where nothing is printed of it."""
        parts = parse_group(group)
        rest, year = _without_year(parts, wave)
        rows = self._rows.get((*subject, rest, year), [])
        readings = [(self._rank(row), self._reading(row, parts, rest, year)) for row in rows]
        if not readings:
            return Cell(subject, parts, self._summed(subject, group, year))
        best = min(rank for rank, _ in readings)
        ranked = [reading for rank, reading in sorted(readings, key=lambda each: each[0]) if rank[:2] == best[:2]]
        different = {(reading.low, reading.high): reading for reading in reversed(ranked)}
        return Cell(subject, parts, tuple(reversed(different.values())) if best[0] == 0 else (ranked[0],))

    def design_effect(self, group: dict[str, str]) -> float:
        """Return Kish's design effect of a group's answers if all of one municipality agree; 1: each stands alone.

        Raises
        ------
        ValueError
            The codebook declares clusters by a number that the report does not print.
        """
        clusters = self._codebook.clusters
        if clusters is None or clusters.over in group:
            return 1.0
        if clusters.at_most is not None:
            return float(clusters.at_most)
        sizes: dict[int, float] = {}
        for part, each in clusters.sizes.items():
            for size in each:
                sizes[size] = sizes.get(size, 0) + self._municipalities(clusters, part) / len(each)
        return kish(sizes)

    def municipalities(self) -> int | None:
        """Return how many municipalities answered, if the report prints it by how many answers each gave."""
        clusters = self._codebook.clusters
        if clusters is None or clusters.variable is None:
            return None
        return int(sum(self._municipalities(clusters, part) for part in clusters.sizes))

    def _summed(self, subject: Subject, group: str, year: int) -> tuple[Reading, ...]:
        """Return the sum of the answers that are counted together, none where one of them is not printed."""
        variable, category = subject
        question = self._codebook.variables[variable]
        if question.kind != "single":
            return ()
        codes = self._codebook.codes_of(variable, year)
        if category not in codes.groups:
            return ()
        left, parts = set(codes.members(category)), list[Reading]()
        # The fewest parts leave the least to rounding.
        for name in sorted((*codes.groups, *codes.categories), key=lambda name: -len(codes.members(name))):
            members = set(codes.members(name))
            if name == category or not members <= left:
                continue
            readings = self.of(year, (variable, name), group).readings
            if len(readings) == 1 and readings[0].scale == PERCENT:
                left -= members
                parts.append(readings[0])
        return () if left else (_sum(parts),)

    def _municipalities(self, clusters: Clusters, part: str) -> float:
        """Return the first count printed of municipalities where so many answered."""
        for key, rows in self._rows.items():
            for row in rows:
                if key[:3] == (clusters.variable, part, ALL) and row["statistic"] == "count":
                    return float(row["value"])
        raise ValueError(f"clusters of {self._codebook.study} name {clusters.variable}/{part}, which is not printed")

    def _rank(self, row: pd.Series) -> tuple[int, int, bool, int]:
        statistic = row["statistic"] if row["statistic"] != "count" or self._is_part(row) else "other"
        order = _STATISTICS.index(statistic) if statistic in _STATISTICS else len(_STATISTICS)
        return _QUALIFIERS[row["qualifier"]], order, row["item"] == TEXT, int(row["line"])

    def _is_part(self, row: pd.Series) -> bool:
        """Tell whether a count is of one answer, or part, of several whose number is printed with it."""
        return bool(row["category"]) and not pd.isna(row["base"])

    def _is_question(self, row: pd.Series) -> bool:
        return self._codebook.variables[row["variable"]].kind != "quantity"

    def _reading(self, row: pd.Series, parts: dict[str, str], rest: str, year: int) -> Reading:
        lines, scale, shown = (int(row["line"]),), str(row["statistic"]), _shown(row)
        if scale == "count" and self._is_part(row):
            count, of = float(row["value"]), int(row["base"])
            sample = Sample(count, count, of) if self._is_question(row) else None
            return Reading(100 * count / of, 100 * count / of, PERCENT, sample, shown, lines, of)
        low, high = printed_range(row)
        if scale not in ("percent", "share"):
            return Reading(low, high, scale, None, shown, lines)
        factor = 100 if scale == "share" else 1
        low, high = low * factor, high * factor
        if SINCE in parts or not self._is_question(row):
            return Reading(low, high, PERCENT, None, shown, lines)
        low, high = max(low, 0.0), min(high, math.nextafter(100.0, math.inf))
        base = self._base(row, rest, year)
        once = self._is_counted_once(row["variable"], parts)
        return Reading(low, high, PERCENT, None if base is None else _sample(low, high, base, once), shown, lines)

    def _base(self, row: pd.Series, rest: str, year: int) -> int | None:
        if not pd.isna(row["base"]):
            return int(row["base"])
        of_group = self._bases.get((row["variable"], rest, year), set())
        return next(iter(of_group)) if len(of_group) == 1 else None

    def _is_counted_once(self, variable: str, parts: dict[str, str]) -> bool:
        """Tell whether a percentage counts each answerer as one or none, not as an average or with a weight."""
        question = self._codebook.variables[variable]
        return all(key in parts for key in question.asked_per) and question.weights == [1.0]


def _sample(low: float, high: float, base: int, whole: bool) -> Sample:
    """Return the counts that a percentage leaves possible: whole ones, unless there are none or it is an average."""
    if whole:
        smallest, largest = counts_within(Fraction(low), Fraction(high), Fraction(base), Fraction(1))
        if smallest <= largest:
            return Sample(smallest, largest, base)
    return Sample(low * base / 100, min(math.nextafter(high, low), 100.0) * base / 100, base)


def _sum(parts: list[Reading]) -> Reading:
    """Return percentages of the same answers added up."""
    samples = [part.sample for part in parts if part.sample is not None]
    sample = None
    if len(samples) == len(parts) and len({each.base for each in samples}) == 1:
        base = samples[0].base
        sample = Sample(sum(each.low for each in samples), min(sum(each.high for each in samples), base), base)
    return Reading(
        sum(part.low for part in parts),
        min(sum(part.high for part in parts), math.nextafter(100.0, math.inf)),
        PERCENT,
        sample,
        " + ".join(part.text for part in parts),
        tuple(dict.fromkeys(line for part in parts for line in part.lines)),
        parts[0].of if len({part.of for part in parts}) == 1 else None,
    )


def _shown(row: pd.Series) -> str:
    """Return a number as printed; both ends of a range of which only the first stands on its line."""
    printed = str(row["printed"])
    if row["qualifier"] == "range" and printed.endswith("-"):
        unit = "%" if row["statistic"] == PERCENT else ""
        return f"{row['value']:g}–{row['value_high']:g}{unit}"
    return printed


def _without_year(group: dict[str, str], wave: int) -> tuple[str, int]:
    """Return a group without its year, its keys in order, and the year: the wave's where it names none."""
    rest = {key: value for key, value in sorted(group.items()) if key != "year"}
    return join_group(rest), int(group.get("year", wave))
