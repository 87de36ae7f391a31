"""Every set of counts that printed percentages by group can stand for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.codebook import Codebook
from analysis.models.two_shares import Floats
from analysis.published.grouped.bases import Bases, whole_numbers
from analysis.published.grouped.comparison import COUNTED, Comparison, Group

Rule = Literal["half_up", "sum_of_rounded", "truncated"]
RULES: tuple[Rule, ...] = ("half_up", "sum_of_rounded", "truncated")
"""How percentages may have been rounded, in the order in which that is tried; all of a comparison alike."""

Reason = Literal["not_printed", "no_base", "weighted", "contradictory", "too_many"]
MOST = 2_000_000
"""Sets of counts above which a comparison is given up: each of them is tested."""


@dataclass(frozen=True)
class CountSets:
    """The counts that print leaves possible: successes and answers, sets by groups, under a rule of rounding.

    A number that is averaged over several askings counts each of them as its part of one answerer.
    """

    rule: Rule
    counts: Floats
    bases: Floats


def count_sets(comparison: Comparison, published: pd.DataFrame, codebook: Codebook, wave: int) -> CountSets | Reason:
    """Return every set of counts that agrees with all that is printed of a comparison.

    Each percentage of a group and that of all groups together has its window under one rule of rounding; each base is
    as printed, else what responses and register allow (`Bases`). Where the groups are all who were asked, their bases
    and counts add up to those of all; else those of the others may be anything that is left.

    Parameters
    ----------
    comparison
        What is compared.
    published
        Printed numbers of the study.
    codebook
        The study's.
    wave
        Survey year.

    Returns
    -------
    CountSets or str
        Under the first of `RULES` that has a set. Else why not: fewer than two groups are printed, a base could be
        anything, answers are weighted, print contradicts itself, or there are more than `MOST` sets.
    """
    if len(comparison.values) < 2:
        return "not_printed"
    if codebook.variables[comparison.variable].weights != [1.0]:
        return "weighted"
    printed = _Printed(comparison, published, codebook, wave)
    if printed.bases is None:
        return "no_base"
    for rule in RULES:
        if rule == "sum_of_rounded" and printed.parts == 1:
            continue
        sets, number = [], 0
        for each in printed.sets(rule):
            sets.append(each)
            number += len(each[0])
            if number > MOST:
                return "too_many"
        if sets:
            counts, bases = (np.concatenate(each) for each in zip(*sets, strict=True))
            return CountSets(rule, counts / printed.askings, bases)
    return "contradictory"


class _Printed:
    """What is printed of a comparison."""

    def __init__(self, comparison: Comparison, published: pd.DataFrame, codebook: Codebook, wave: int) -> None:
        self._comparison = comparison
        question = codebook.variables[comparison.variable]
        per = [codebook.groups[key].values for key in question.asked_per if key not in dict(comparison.rest)]
        self.askings = math.prod(len(values) for values in per)
        self._printed = Bases(published, codebook, wave)
        members = self._printed.members(comparison.variable, comparison.category)
        self.parts = len(members)
        self._groups = [self._rows(comparison.category, comparison.group(value)) for value in comparison.values]
        self._whole = self._total(members)
        self._totals = self._printed.printed(comparison.variable, comparison.rest, itertools.chain(*self._whole))
        self.bases = self._possible_bases()

    def sets(self, rule: Rule) -> Iterator[tuple[Floats, Floats]]:
        """Yield the sets of counts under a rule, in askings, those of the same bases together."""
        known: dict[tuple[int, int], range] = {}
        limits = {total: self._limits(rule, total) for total in self._totals}
        for bases, total in self._base_sets():
            for each in enumerate(bases):
                if each not in known:
                    known[each] = whole_numbers(self._groups[each[0]], each[1], rule, self.parts, self.askings)
            counts = np.stack(np.meshgrid(*(known[each] for each in enumerate(bases)), indexing="ij"), axis=-1)
            counts = counts.reshape(-1, len(bases)).astype(float)
            if total is not None:
                low, high = limits[total]
                counted = counts.sum(axis=1)
                # Whoever is in none of the groups may have given the answer, or not.
                counts = counts[(counted + (total - sum(bases)) * self.askings >= low) & (counted <= high)]
            if len(counts):
                yield counts, np.tile(np.array(bases, dtype=float), (len(counts), 1))

    def _limits(self, rule: Rule, total: int) -> tuple[int, int]:
        """Return the smallest and largest count of all groups together; none where the ends are the wrong way round."""
        if not self._whole:
            return 0, total * self.askings
        # What is added up here is no more rounded than its parts are.
        parts = self.parts if len(self._whole) == 1 else 1
        ranges = [whole_numbers(rows, total, rule, parts, self.askings) for rows in self._whole]
        if not all(ranges):
            return 1, 0
        return sum(each[0] for each in ranges), sum(each[-1] for each in ranges)

    def _rows(self, category: str, group: Group) -> list[pd.Series]:
        # Of which asking a count is, is not said.
        statistics = COUNTED if self.askings == 1 else ("percent", "share")
        return self._printed.rows(self._comparison.variable, category, group, statistics)

    def _total(self, members: Sequence[str]) -> list[list[pd.Series]]:
        """Return the numbers of all groups together: of the answer, else of each answer that it counts."""
        if rows := self._rows(self._comparison.category, self._comparison.rest):
            return [rows]
        parts = [self._rows(member, self._comparison.rest) for member in members]
        return parts if len(parts) > 1 and all(parts) else []

    def _possible_bases(self) -> list[Sequence[int]] | None:
        """Return the bases that each group can have, None where nothing limits one."""
        found = list[Sequence[int]]()
        for value, rows in zip(self._comparison.values, self._groups, strict=True):
            bases: Sequence[int] | None = self._printed.printed(
                self._comparison.variable, self._comparison.group(value), rows
            ) or self._printed.allowed(self._comparison, value, max(self._totals, default=None))
            if bases is None:
                return None
            found.append(bases)
        return found

    def _base_sets(self) -> Iterator[tuple[tuple[int, ...], int | None]]:
        """Yield the bases of the groups, and of all: theirs added up where they hold everyone who was asked."""
        assert self.bases is not None
        are_all = self._printed.are_all(self._comparison)
        widest = max(range(len(self.bases)), key=lambda place: len(self.bases[place]) if self.bases else 0)
        totals: list[int | None] = [*self._totals] or [None]
        for total in totals:
            if total is None or not are_all:
                every = itertools.product(*self.bases)
                yield from ((bases, total) for bases in every if total is None or sum(bases) <= total)
                continue
            for others in itertools.product(*self.bases[:widest], *self.bases[widest + 1 :]):
                left = total - sum(others)
                if left in self.bases[widest]:
                    yield (*others[:widest], left, *others[widest:]), total
