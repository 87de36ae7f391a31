"""Responses of a survey -> what share of whom answered what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import Cell, cells_of
from analysis.codebook.questions import BaseKind
from analysis.estimates import (
    CLUSTERED,
    COUNTED,
    DONT_KNOW_AS_YES,
    HYPERGEOMETRIC,
    MUNICIPALITY_WEIGHTED,
    ON_BASE,
    ONE_MUNICIPALITY_ONE_VOTE,
    SUPERPOPULATION,
    WORST_CASE,
    Estimate,
    estimate_frame,
)
from analysis.estimates.clustered import clustered, shared_weight
from analysis.estimates.counting import Answers, Mask, Survey
from analysis.estimates.intervals import Interval, hypergeometric, hypergeometric_domain, superpopulation, worst_case
from analysis.estimates.open_numbers import as_identified
from analysis.estimates.quantities import PARTICIPATION, quantities
from analysis.estimates.shown import item_of

__all__ = ["PARTICIPATION", "describe", "item_of"]

# Where at least this part answered don't know, yes-or-no answers are also given with them as yes (design, section 6).
_MANY_DONT_KNOW = 0.05


def describe(
    responses: pd.DataFrame, cleaning: pd.DataFrame, codebook: Codebook, wave: Wave, identified: pd.DataFrame
) -> pd.DataFrame:
    """Return the estimates of every closed question of a wave, and of the quantities that count its responses.

    Parameters
    ----------
    responses, cleaning
        What `ingest.responses.clean` returns.
    identified
        Of a reconstruction, what print leaves open (`ingest.identified`): a number that is open has no value, only
        the range it lies in.

    Returns
    -------
    DataFrame
        Estimates: the size of each base, and of each answer its count and percentage, for each group that the codebook
        gives numbers of. A group without one of the values that a question was asked for pools them: the sum of its
        counts over the sum of its bases. Where answers are weighted, bases and counts are sums of weights, and `base`
        is how many answers they rest on.

        The percentage on the item's declared base comes first. Of numbers with one answer of each municipality it has
        the bounds of what missing municipalities could change (`worst_case`), of others an interval for answers that
        nest in municipalities (`clustered`). By other methods, with other weights and on other bases it follows, where
        these differ. A question that nobody answered has no estimates.
    """
    describer = _Describer(Survey(responses, codebook, wave))
    rows = list(quantities(describer.survey, cleaning))
    for name in codebook.variables:
        groups = set()
        for cell in cells_of(codebook, name, wave.year):
            answers = describer.survey.answers(cell)
            if answers is None:
                continue
            if cell.group not in groups:
                groups.add(cell.group)
                rows.append(describer.base_row(cell, answers))
            rows += describer.rows(cell, answers)
    if wave.basis == "reconstructed":
        rows = list(as_identified(rows, identified, codebook))
    return estimate_frame(rows)


class _Describer:
    """Makes the rows of a survey's estimates."""

    def __init__(self, survey: Survey) -> None:
        self.survey, self.codebook, self.wave = survey, survey.codebook, survey.wave
        self._compared = {(row.variable, row.category) for row in self.codebook.comparison.values()}
        self._items: dict[tuple[str, str], tuple[str, BaseKind]] = {}

    def base_row(self, cell: Cell, answers: Answers) -> Estimate:
        """Return the size of a group's declared base."""
        size = answers.total(answers.base(self._item(cell)[1]))
        return self._estimate(cell, answers, "base", size, category="")

    def rows(self, cell: Cell, answers: Answers) -> Iterator[Estimate]:
        """Yield count and percentages of an answer."""
        yield self._estimate(cell, answers, "count", answers.total(answers.gave))
        kind = self._item(cell)[1]
        # On a base without the don't knows, they have no share.
        if not answers.base(kind).any() or (kind == "substantive" and not self._is_substantive(cell)):
            return
        yield from self._nested_rows(cell, answers, kind) if answers.nested else self._rows(cell, answers, kind)

    def _rows(self, cell: Cell, answers: Answers, kind: BaseKind) -> Iterator[Estimate]:
        """Yield the percentages of a number with at most one answer of each municipality."""
        k, n, missing = int(answers.gave.sum()), int(answers.base(kind).sum()), answers.could_change(kind)
        there_are = f"the {answers.everyone} municipalities"
        whom = there_are if answers.whole else f"those of {there_are} that it concerns"
        # How many left blank whether a question concerns them, a reconstruction makes up.
        told = answers.whole or not (self.codebook.blanks and self.wave.basis == "reconstructed")
        bounds = answers.bounds(kind) if told else None
        yield self._percent(cell, answers, k, n, WORST_CASE, bounds, f"share of {whom}")
        if told:
            exact = hypergeometric(k, n, n + missing) if answers.whole else hypergeometric_domain(k, n, missing)
            ignorable = f"share of {whom}, if non-response is ignorable (95 %)"
            yield self._percent(cell, answers, k, n, HYPERGEOMETRIC, exact, ignorable)
        general = "share of municipalities in general (superpopulation, 95 %)"
        yield self._percent(cell, answers, k, n, SUPERPOPULATION, superpopulation(k, n), general)
        for other, base in self._other_bases(cell, answers, kind):
            known = " that do not say don't know" if other == "substantive" else ""
            bounds = answers.bounds(other) if told else None
            of = int(base.sum())
            yield self._percent(cell, answers, k, of, ON_BASE[other], bounds, f"share of {whom}{known}", other)
        if self._has_many_dont_knows(cell, answers, kind):
            k += int(answers.dont_know.sum())
            bounds = worst_case(k, n, missing) if told else None
            as_yes = f"share of {whom}, if those who did not know had said so"
            yield self._percent(cell, answers, k, n, DONT_KNOW_AS_YES, bounds, as_yes)

    def _nested_rows(self, cell: Cell, answers: Answers, kind: BaseKind) -> Iterator[Estimate]:
        """Yield the percentages of a number with several answers of a municipality."""
        yield self._share(cell, answers, CLUSTERED, answers.weight, kind)
        each = shared_weight(answers.weight, answers.municipality, answers.base(kind))
        alike = ", each municipality that answered weighing the same,"
        yield self._share(cell, answers, MUNICIPALITY_WEIGHTED, each, kind, alike, weighting="municipality")
        if self._weighting(cell):
            alike = ", all responses of a municipality together weighing the same,"
            vote = answers.vote
            yield self._share(cell, answers, ONE_MUNICIPALITY_ONE_VOTE, vote, kind, alike, weighting="municipality")
        for other, _ in self._other_bases(cell, answers, kind):
            known = " that do not say don't know" if other == "substantive" else ""
            yield self._share(cell, answers, ON_BASE[other], answers.weight, other, known)
        if self._has_many_dont_knows(cell, answers, kind):
            as_yes = replace(answers, gave=answers.gave | answers.dont_know)
            known = ", if those who did not know had said so,"
            yield self._share(cell, as_yes, DONT_KNOW_AS_YES, answers.weight, kind, known)

    def _share(
        self,
        cell: Cell,
        answers: Answers,
        method: str,
        weight: NDArray[np.float64],
        kind: BaseKind,
        told: str = "",
        weighting: str | None = None,
    ) -> Estimate:
        """Return a weighted percentage of answers that nest in municipalities."""
        base = answers.base(kind)
        gave, weight, municipality = answers.gave[base], weight[base], answers.municipality[base]
        value = 100 * float(weight[gave].sum() / weight.sum())
        whom = f"{self._units(answers)}{told} in municipalities in general"
        estimand = f"share of {whom} (superpopulation, clustered by municipality, 95 %)"
        interval = clustered(gave, weight, municipality)
        return self._estimate(cell, answers, "percent", value, method, interval, estimand, kind, weighting=weighting)

    def _percent(
        self,
        cell: Cell,
        answers: Answers,
        successes: int,
        of: int,
        method: str,
        interval: Interval | None,
        estimand: str,
        kind: BaseKind | None = None,
    ) -> Estimate:
        return self._estimate(cell, answers, "percent", 100 * successes / of, method, interval, estimand, kind)

    def _estimate(
        self,
        cell: Cell,
        answers: Answers,
        statistic: str,
        value: float,
        method: str = COUNTED,
        interval: Interval | None = None,
        estimand: str = "",
        base_kind: BaseKind | None = None,
        category: str | None = None,
        weighting: str | None = None,
    ) -> Estimate:
        """Return a row of the estimates of a cell."""
        item, declared = self._item(cell)
        kind = base_kind or declared
        base = answers.base(kind)
        return Estimate(
            study=self.codebook.study,
            wave=self.wave.year,
            item=item,
            group=cell.group,
            variable=cell.variable,
            category=cell.category if category is None else category,
            statistic=statistic,
            value=value,
            low=None if interval is None else 100 * interval.low,
            high=None if interval is None else 100 * interval.high,
            method=method,
            estimand=estimand or f"{self._units(answers)} that answered",
            weighting=self._weighting(cell) if weighting is None else weighting,
            base=int(base.sum()),
            base_kind=kind,
            population=self.survey.design.class_total(cell.keys),
            clusters=len(np.unique(answers.municipality[base])) if answers.nested else None,
            universe=self.codebook.variables[cell.variable].universe if cell.within is None else cell.group,
            basis=self.wave.basis,
        )

    def _item(self, cell: Cell) -> tuple[str, BaseKind]:
        if (key := (cell.variable, cell.group)) not in self._items:
            self._items[key] = item_of(self.codebook, *key)
        return self._items[key]

    def _units(self, answers: Answers) -> str:
        if not answers.nested:
            return "municipalities"
        return "respondents" if self.codebook.unit == "respondent" else "responses"

    def _weighting(self, cell: Cell) -> str:
        """Return what answers of municipalities with one, with two, … weigh; nothing where each weighs 1."""
        weights = self.codebook.variables[cell.variable].weights
        return "" if weights == [1.0] else ", ".join(f"{weight:g}" for weight in weights)

    def _is_substantive(self, cell: Cell) -> bool:
        if self.codebook.variables[cell.variable].kind == "multiple":
            return True
        return set(cell.members) <= set(self.codebook.codes_of(cell.variable, self.wave.year).substantive)

    def _other_bases(self, cell: Cell, answers: Answers, declared: BaseKind) -> Iterator[tuple[BaseKind, Mask]]:
        """Yield the bases on which a percentage differs from that on the declared one."""
        size = answers.base(declared).sum()
        for kind in get_args(BaseKind):
            base = answers.base(kind)
            if base.sum() not in (0, size) and (kind != "substantive" or self._is_substantive(cell)):
                yield kind, base

    def _has_many_dont_knows(self, cell: Cell, answers: Answers, kind: BaseKind) -> bool:
        compared = (cell.variable, cell.category) in self._compared
        many = answers.dont_know.sum() >= _MANY_DONT_KNOW * answers.base(kind).sum()
        return bool(kind != "substantive" and compared and many)
