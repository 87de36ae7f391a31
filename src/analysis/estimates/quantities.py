"""Quantities that count the export itself: how many municipalities took part, and how many responses they gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.codebook import Basis
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import join_group
from analysis.codebook.questions import Answers as Limits
from analysis.codebook.questions import Counted, parse_universe
from analysis.estimates import COUNTED, Estimate
from analysis.estimates.counting import Mask, Survey
from analysis.estimates.shown import item_of

PARTICIPATION = "participation"
"""Variable of how many municipalities took part; its categories are the reasons why others did not."""


def quantities(survey: Survey, cleaning: pd.DataFrame) -> Iterator[Estimate]:
    """Yield the quantities of a codebook that count responses, or municipalities by how many they gave.

    Each is of all, and of each size class; of responses also of each questionnaire. Participation is of all only: by
    size, `estimates.participation` gives it, which knows the register. Of a size class whose number of municipalities
    only a register knows, nothing is given that takes in those without a response.

    Percentages are of the base. Of municipalities that is the sum of the parts, or all there are; of responses it is
    the responses themselves, or, where parts are told by status, the questionnaires sent. Of these parts only that of
    the questionnaires without a response is given: clean responses do not say which came to their end.

    Parameters
    ----------
    survey
        The clean responses.
    cleaning
        What cleaning did: who was set aside as not eligible.
    """
    for name, variable in survey.codebook.variables.items():
        if (counts := variable.counts) is None:
            continue
        universe = parse_universe(counts.universe)
        asked = survey.belongs(universe, survey.codebook.askings(universe.variable) if universe else ())
        for keys in _groups(survey, name, counts):
            among = asked & survey.in_group(keys, {})[0]
            quantity = _Quantity(survey, name, counts, keys)
            yield from (
                quantity.of_responses(among)
                if counts.of == "responses"
                else quantity.of_municipalities(among, cleaning)
            )


def _groups(survey: Survey, name: str, counts: Counted) -> Iterator[dict[str, str]]:
    """Yield the keys of the groups that a quantity is given of."""
    yield {}
    codebook = survey.codebook
    if name == PARTICIPATION or counts.ineligible:
        return
    for size in codebook.size_classes:
        yield {SIZE: size}
    if counts.of == "responses" and codebook.questionnaire is not None:
        for key, dimension in codebook.groups.items():
            if dimension.variable == codebook.questionnaire:
                for value in dimension.values:
                    if survey.design.questionnaires(parse_universe(counts.universe), {key: value}):
                        yield {key: value}


@dataclass(frozen=True)
class _Quantity:
    """A quantity of a group."""

    survey: Survey
    name: str
    counts: Counted
    keys: dict[str, str]

    def of_municipalities(self, among: Mask, cleaning: pd.DataFrame) -> Iterator[Estimate]:
        """Yield how many municipalities gave so many of some responses."""
        numbers = np.unique(self.survey.municipality[among], return_counts=True)[1]
        everyone, ineligible = self.survey.design.class_total(self.keys), 0
        counted: dict[str, int | None] = {}
        if self.counts.ineligible is not None:
            asked_out = set(cleaning.loc[cleaning["reason"] == "not_eligible", "municipality"])
            ineligible = len(asked_out - set(self.survey.responses["municipality"]))
            counted[self.counts.ineligible] = ineligible
        silent = None if everyone is None else everyone - len(numbers) - ineligible
        counted |= {part: _how_many(numbers, silent, limits) for part, limits in self.counts.parts.items()}
        base = everyone
        if counted:
            known = [count for count in counted.values() if count is not None]
            base = sum(known) if len(known) == len(counted) else None
        rows = {part: count for part, count in counted.items() if not self._is_whole(part)}
        if not self.counts.parts or self._is_limited():
            rows = {"": _how_many(numbers, silent, self.counts), **rows}
        whom = "municipalities that answered" if base is None else f"the {base} municipalities"
        for category, count in rows.items():
            if count is not None:
                yield from self._rows(category, count, base, whom)
        if base is not None:
            all_there_are = base == everyone
            told = "municipalities there are" if all_there_are else "municipalities that answered"
            yield self._estimate("base", base, told, basis="register" if all_there_are else None)

    def of_responses(self, among: Mask) -> Iterator[Estimate]:
        """Yield how many responses were given and, where parts are told by status, how many were not."""
        given, everyone = int(among.sum()), self.survey.design.class_total(self.keys)
        if not self.counts.status:
            yield from self._rows("", given, None, "responses of municipalities that answered")
            yield self._estimate("base", given, "responses of municipalities that answered")
        elif everyone is None:
            yield from self._rows("", given, None, "questionnaires sent")
        else:
            universe = parse_universe(self.counts.universe)
            sent = everyone * (len(self.survey.design.questionnaires(universe, self.keys)) or 1)
            not_given = [part for part, status in self.counts.status.items() if status == "none"]
            for category, count in {"": given, **dict.fromkeys(not_given, sent - given)}.items():
                yield from self._rows(category, count, sent, f"the {sent} questionnaires sent")
            yield self._estimate("base", sent, "questionnaires sent", basis="register")

    def _is_limited(self) -> bool:
        return self.counts.least > 0 or self.counts.most is not None

    def _is_whole(self, part: str) -> bool:
        """Tell whether a part is what the quantity itself counts: it is not given twice."""
        limits = self.counts.parts.get(part)
        return limits is not None and (limits.least, limits.most) == (self.counts.least, self.counts.most)

    def _rows(self, category: str, count: int, base: int | None, estimand: str) -> Iterator[Estimate]:
        yield self._estimate("count", count, estimand, category, base)
        if base:
            yield self._estimate("percent", 100 * count / base, estimand, category, base)

    def _estimate(
        self,
        statistic: str,
        value: float,
        estimand: str,
        category: str = "",
        base: int | None = None,
        basis: Basis | None = None,
    ) -> Estimate:
        codebook = self.survey.codebook
        return Estimate(
            study=codebook.study,
            wave=self.survey.wave.year,
            item=item_of(codebook, self.name, join_group(self.keys))[0],
            group=join_group(self.keys),
            variable=self.name,
            category=category,
            statistic=statistic,
            value=float(value),
            method=COUNTED,
            estimand=estimand,
            base=base,
            base_kind="asked",
            population=None if statistic == "base" else self.survey.design.class_total(self.keys),
            universe=self.counts.universe,
            basis=basis or self.survey.wave.basis,
        )


def _how_many(numbers: NDArray[np.intp], silent: int | None, limits: Limits) -> int | None:
    """Return how many municipalities gave so many responses; None where those that gave none are not known."""
    most = np.inf if limits.most is None else limits.most
    inside = int(((numbers >= limits.least) & (numbers <= most)).sum())
    if limits.least > 0:
        return inside
    return None if silent is None else inside + silent
