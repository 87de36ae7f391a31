"""Responses of a survey of municipalities -> what share of whom answered what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import Cell, cells_of
from analysis.codebook.items import Item
from analysis.codebook.questions import BaseKind
from analysis.estimates import (
    COUNTED,
    DONT_KNOW_AS_YES,
    HYPERGEOMETRIC,
    ON_BASE,
    SUPERPOPULATION,
    WORST_CASE,
    Estimate,
    estimate_frame,
)
from analysis.estimates.intervals import Interval, hypergeometric, hypergeometric_domain, superpopulation, worst_case
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, SELECTED

PARTICIPATION = "participation"
"""Variable of how many municipalities took part; its categories are the reasons why others did not."""

TEXT = "text"
"""Item of what the report gives in its text only."""

# Where at least this part answered don't know, yes-or-no answers are also given with them as yes (design, section 6).
_MANY_DONT_KNOW = 0.05


def describe(
    responses: pd.DataFrame, cleaning: pd.DataFrame, codebook: Codebook, wave: Wave, identified: pd.DataFrame
) -> pd.DataFrame:
    """Return the estimates of every closed question of a wave.

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
        Estimates: the size of each base, and of each answer its count and percentage. The percentage on the item's
        declared base comes first, with the bounds of what missing municipalities could change (`worst_case`), then by
        other methods and on other bases, where these differ. A question that nobody answered has no estimates.
    """
    survey = _Survey(responses, codebook, wave)
    rows = list(_participation(survey, cleaning))
    for name in codebook.variables:
        groups = set()
        for cell in cells_of(codebook, name, wave.year):
            count = survey.count(cell)
            if count is None:
                continue
            if cell.group not in groups:
                groups.add(cell.group)
                size = float(count.on(count.base_kind)[0])
                rows.append(survey.estimate(cell, count, "base", size, category=""))
            rows += _cell_rows(survey, cell, count)
    if wave.basis == "reconstructed":
        rows = list(_as_identified(rows, identified, codebook))
    return estimate_frame(rows)


def item_of(codebook: Codebook, variable: str) -> tuple[str, BaseKind]:
    """Return the item that shows a question's answers in its own wave, and the base declared for it."""
    for name, item in codebook.items.items():
        if variable in item.variables and item.wave == "own":
            return name, item.base
    return TEXT, Item.model_fields["base"].default


@dataclass(frozen=True)
class _Count:
    """An answer as counted.

    Parameters
    ----------
    successes
        How many gave it.
    answered
        How many gave any answer, also that they don't know.
    dont_know
        How many of those said that they don't know, or that it does not apply.
    no_answer
        How many were asked and left it blank.
    absent
        How many municipalities could be in the base for all that is known: those not in the survey, and those who
        left blank a question that decides whether they are asked.
    base_kind
        The declared base.
    """

    successes: int
    answered: int
    dont_know: int
    no_answer: int
    absent: int
    base_kind: BaseKind

    def on(self, kind: BaseKind) -> tuple[int, int]:
        """Return the base of a kind, and how many municipalities outside it could change a share."""
        return {
            "asked": (self.answered + self.no_answer, self.absent),
            "answered_incl_dont_know": (self.answered, self.absent + self.no_answer),
            "substantive": (self.answered - self.dont_know, self.absent + self.no_answer),
        }[kind]

    def bounds(self, kind: BaseKind) -> Interval:
        """Return what a share on a base of a kind could be, had everyone answered; who left it blank may be either."""
        base, could_change = self.on(kind)
        blank = self.no_answer if kind == "asked" else 0
        return worst_case(self.successes, base - blank, could_change + blank)


class _Survey:
    """The answers of a wave, and what every estimate of it has in common."""

    def __init__(self, responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> None:
        self.responses, self.codebook, self.wave = responses, codebook, wave

    def count(self, cell: Cell) -> _Count | None:
        """Count an answer; None where the wave did not ask, or nobody who was asked answered."""
        variable = self.codebook.variables[cell.variable]
        if cell.variable in self.wave.not_asked:
            return None
        column = f"{cell.variable}/{cell.category}" if variable.kind == "multiple" else cell.variable
        answers = self.responses[column]
        asked, blank = answers != NOT_ASKED, answers == NO_ANSWER
        doubtful = self._doubtful(cell.variable)
        if asked.any() and blank[asked].all():
            return None
        if cell.group != "all" and cell.base is not None:
            base = answers.isin([member for _, member in cell.base])
            # Who left it blank may be in the group.
            blank, doubtful = blank & False, doubtful | blank
        else:
            # Of all: those that routing passed over count too, as not having given the answer.
            base = ~blank & ~doubtful if cell.base is None else asked & ~blank
        gave = answers == SELECTED if variable.kind == "multiple" else answers.isin(cell.members)
        unknown = pd.Series(False, index=answers.index)
        if variable.kind == "single" and cell.group == "all":
            substantive = self.codebook.codes_of(cell.variable, self.wave.year).substantive
            unknown = base & asked & ~answers.isin(substantive)
        return _Count(
            successes=int(gave.sum()),
            answered=int(base.sum()),
            dont_know=int(unknown.sum()),
            no_answer=int(blank.sum()),
            absent=self.codebook.population - len(self.responses) + int(doubtful.sum()),
            base_kind=item_of(self.codebook, cell.variable)[1],
        )

    def _doubtful(self, name: str) -> pd.Series:
        """Tell who left blank a question that decides, also by others in between, whether they are asked this one."""
        doubtful = pd.Series(False, index=self.responses.index)
        while (universe := self.codebook.variables[name].asked_of) is not None:
            name = universe.variable
            several = self.codebook.variables[name].kind == "multiple"
            column = f"{name}/{universe.answers[0]}" if several else name
            doubtful |= self.responses[column] == NO_ANSWER
        return doubtful

    def estimate(
        self,
        cell: Cell,
        count: _Count,
        statistic: str,
        value: float,
        method: str = COUNTED,
        interval: Interval | None = None,
        estimand: str = "",
        base_kind: BaseKind | None = None,
        category: str | None = None,
    ) -> Estimate:
        """Return a row of the estimates of a cell."""
        kind = base_kind or count.base_kind
        variable = self.codebook.variables[cell.variable]
        return Estimate(
            study=self.codebook.study,
            wave=self.wave.year,
            item=item_of(self.codebook, cell.variable)[0],
            group=cell.group,
            variable=cell.variable,
            category=cell.category if category is None else category,
            statistic=statistic,
            value=value,
            low=None if interval is None else 100 * interval.low,
            high=None if interval is None else 100 * interval.high,
            method=method,
            estimand=estimand or "municipalities that answered",
            base=count.on(kind)[0],
            base_kind=kind,
            population=self.codebook.population,
            universe=variable.universe if cell.group == "all" else cell.group,
            basis=self.wave.basis,
        )


def _cell_rows(survey: _Survey, cell: Cell, count: _Count) -> Iterator[Estimate]:
    """Yield count and percentages of an answer."""
    yield survey.estimate(cell, count, "count", float(count.successes))
    k, (n, missing) = count.successes, count.on(count.base_kind)
    # On a base without the don't knows, they have no share.
    without = count.base_kind == "substantive"
    substantive = set(cell.members) <= _substantive(survey, cell)
    if n == 0 or (without and not substantive):
        return
    everyone = survey.codebook.population
    whole = cell.base is None
    whom = f"the {everyone} municipalities" if whole else f"those of the {everyone} municipalities that it concerns"
    exact = hypergeometric(k, n, n + missing) if whole else hypergeometric_domain(k, n, missing)
    for method, interval, estimand in (
        (WORST_CASE, count.bounds(count.base_kind), f"share of {whom}"),
        (HYPERGEOMETRIC, exact, f"share of {whom}, if non-response is ignorable (95 %)"),
        (SUPERPOPULATION, superpopulation(k, n), "share of municipalities in general (superpopulation, 95 %)"),
    ):
        yield survey.estimate(cell, count, "percent", 100 * k / n, method, interval, estimand)
    for kind, method in ON_BASE.items():
        other, _ = count.on(kind)
        if other in (0, n) or (kind == "substantive" and not substantive):
            continue
        known = " that do not say don't know" if kind == "substantive" else ""
        estimand = f"share of {whom}{known}"
        yield survey.estimate(cell, count, "percent", 100 * k / other, method, count.bounds(kind), estimand, kind)
    compared = {(row.variable, row.category) for row in survey.codebook.comparison.values()}
    if not without and (cell.variable, cell.category) in compared and count.dont_know >= _MANY_DONT_KNOW * n:
        with_unknown = k + count.dont_know
        yield survey.estimate(
            cell, count, "percent", 100 * with_unknown / n, DONT_KNOW_AS_YES, worst_case(with_unknown, n, missing),
            f"share of {whom}, if those who did not know had said so",
        )  # fmt: skip


def _substantive(survey: _Survey, cell: Cell) -> set[str]:
    if survey.codebook.variables[cell.variable].kind == "multiple":
        return set(cell.members)
    return set(survey.codebook.codes_of(cell.variable, survey.wave.year).substantive)


def _participation(survey: _Survey, cleaning: pd.DataFrame) -> Iterator[Estimate]:
    """Yield how many municipalities took part, and how many did not and why."""
    everyone, answered = survey.codebook.population, len(survey.responses)
    if PARTICIPATION not in survey.codebook.variables:
        return
    asked_out = set(cleaning.loc[cleaning["reason"] == "not_eligible", "municipality"])
    not_eligible = len(asked_out - set(survey.responses["municipality"]))
    counts = {"": answered, "not_eligible": not_eligible, "no_answer": everyone - answered - not_eligible}
    for category, number in counts.items():
        for statistic, value in (("count", float(number)), ("percent", 100 * number / everyone)):
            yield Estimate(
                study=survey.codebook.study,
                wave=survey.wave.year,
                item=TEXT,
                variable=PARTICIPATION,
                category=category,
                statistic=statistic,
                value=value,
                method=COUNTED,
                estimand=f"the {everyone} municipalities",
                base=everyone,
                base_kind="asked",
                population=everyone,
                universe="all",
                basis=survey.wave.basis,
            )
    yield Estimate(
        study=survey.codebook.study,
        wave=survey.wave.year,
        item=TEXT,
        variable=PARTICIPATION,
        statistic="base",
        value=float(everyone),
        method=COUNTED,
        estimand="municipalities there are",
        base_kind="asked",
        universe="all",
        basis="register",
    )


def _as_identified(rows: list[Estimate], identified: pd.DataFrame, codebook: Codebook) -> Iterator[Estimate]:
    """Yield the estimates of a reconstruction with the ranges that print leaves them, without a value where open.

    On another base than the declared one, or with the don't knows as something else, they are left out where print
    leaves the don't knows open.
    """
    ranges = {tuple(row[:4]): (float(row[4]), float(row[5])) for row in identified.itertuples(index=False)}
    for row in rows:
        if row.variable == PARTICIPATION:
            yield row
            continue
        if (key := (row.variable, row.group, row.category, row.statistic)) not in ranges:
            # Print says nothing about this question: what the export holds of it is padding.
            continue
        low, high = ranges[key]
        smallest, largest = ranges[row.variable, row.group, "", "base"]
        if row.method in (*ON_BASE.values(), DONT_KNOW_AS_YES):
            unknown = codebook.codes_of(row.variable, row.wave).unknown
            if any(len(set(ranges[row.variable, row.group, name, "count"])) > 1 for name in (row.category, *unknown)):
                continue
            yield replace(row, identified_low=row.value, identified_high=row.value)
            continue
        # What rests on an open base is of this draw, and of no other.
        bounded = low == high and smallest == largest
        yield replace(
            row,
            value=row.value if low == high else None,
            low=row.low if bounded else None,
            high=row.high if bounded else None,
            base=row.base if smallest == largest else None,
            identified_low=low,
            identified_high=high,
        )
