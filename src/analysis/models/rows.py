"""What a fit says, as rows of `models.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.models import LOG2_POPULATION, Model
from analysis.models import checks
from analysis.models.curves import probabilities
from analysis.models.design import Dummies, Log2, Spline
from analysis.models.effects import Effect, average_change
from analysis.models.fit import Check, Fit, NoFit, detectable
from analysis.models.fitting import COLLAPSED, MAIN, Fitted, has_empty_answers, influence, population_term
from analysis.models.units import Units

DECISIVE = "decisive"
"""Column of whether a row is one of the tests of its research question."""
NON_LINEARITY, DETECTABLE = "non_linearity", "detectable_log_odds"
ILLUSTRATION, LEFT_OUT = "illustration", "left_out"

# What of a check is itself a test or an error.
_UNSURE = ("p", "statistic", "standard_errors")
# Which municipality it is, and what the result is without its answers, stays inside.
_INSIDE = ("group", "cluster", "odds_ratio", "without")


@dataclass(frozen=True)
class Rows:
    """The rows of one fit of a declared model.

    Parameters
    ----------
    name, model
        As declared.
    codebook, wave
        What was asked, and on what the responses rest.
    asked
        Whom the model is of.
    found
        The fit.
    """

    name: str
    model: Model
    codebook: Codebook
    wave: Wave
    asked: Units
    found: Fitted

    @property
    def declared(self) -> bool:
        """Whether it is the model as declared, or that on the answers that were given."""
        return self.found.variant.name in (MAIN, COLLAPSED)

    @property
    def told(self) -> bool:
        """Whether there is an estimate of population, which enough clusters bear."""
        fit = self.found.fit
        return isinstance(fit, Fit) and all(_borne(fit.df[term]) for term in self._population_columns())

    @property
    def illustrates(self) -> bool:
        """Whether the responses are made up, so that nothing is to be said of how sure a number is."""
        return self.wave.basis != "collected"

    @property
    def full_name(self) -> str:
        """The model's name, and what is otherwise than declared."""
        variant = self.found.variant.name
        return f"{self.name}/{variant}" if variant else self.name

    @property
    def outcome(self) -> str:
        """What it is of: `variable/category`, or `variable` where all answers count in their order."""
        of = self.model.outcome
        return f"{of.variable}/{of.category}" if of.category else of.variable

    def all(self) -> Iterator[dict[str, object]]:
        """Yield the rows of a fit, or why there is none."""
        fit, looked = self.found.fit, list(self.found.looked)
        # Leaving out stand-ins one by one tells nothing of anybody.
        if self.declared and not self.illustrates and (carried := influence(self.found, self.model)):
            looked.append(carried)
        about = self._about(looked)
        if isinstance(fit, NoFit):
            term = population_term(self.found.variant)
            # What stands in its place is tested in its place.
            decisive = self.declared and not has_empty_answers(self.found)
            yield {**about, "term": term, "scale": "log_odds", "converged": False, DECISIVE: decisive}
            return
        about["converged"] = fit.converged
        yield from ({**about, **row} for row in self._coefficients(fit))
        yield from ({**about, **row} for row in self._points(fit))
        if self.declared:
            yield from ({**about, **row} for row in self._detectable(fit))
        if self.declared and self.found.proportionality is not None:
            yield from ({**about, "model": f"{self.name}/cut_points", **row} for row in self._cut_points())

    def _about(self, looked: list[Check]) -> dict[str, object]:
        fit = self.found.fit
        whom = {"municipality": "municipalities", "respondent": "respondents"}.get(self.codebook.unit, "responses")
        clustered = ", clustered by municipality" if self.model.cluster else ""
        told = _told(looked, hide=(*_INSIDE, *(_UNSURE if self.illustrates else ())))
        told |= {f"{LEFT_OUT}.{why}": str(count) for why, count in self.asked.left_out.items()}
        if (unknown := len(self.asked.data) - len(self.found.data)) > 0:
            told[f"{LEFT_OUT}.dont_know"] = str(unknown)
        if self.illustrates:
            told[ILLUSTRATION] = "pass"
        return {
            "study": self.codebook.study,
            "wave": self.wave.year,
            "model": self.full_name,
            "outcome": self.outcome,
            "family": fit.family,
            "test_family": f"{self.codebook.study}/{self.model.question}",
            "estimand": f"{whom} in general (superpopulation{clustered}, 95 %)",
            "dependence": self._dependence(),
            "n": fit.n,
            "clusters": fit.clusters,
            "checks": ";".join(f"{name}={value}" for name, value in told.items()),
            "basis": self.wave.basis,
            DECISIVE: False,
        }

    def _dependence(self) -> str:
        if self.model.cluster is None:
            return "independence"
        return {"firth": "maximal", "gee": "exchangeable", "ordinal_gee": "exchangeable"}.get(
            self.found.fit.family, "clustered"
        )

    def _coefficients(self, fit: Fit) -> Iterator[dict[str, object]]:
        spline = next((term for term in self.found.terms if isinstance(term, Spline)), None)
        bends = list(spline.columns(self.found.data).columns) if spline else []
        main = self._population_columns()
        for term in fit.estimate.index.drop(checks.INTERCEPT, errors="ignore"):
            if term in bends[:1]:
                # What a line's slope at the lowest knot is says nothing by itself.
                continue
            row: dict[str, object] = {"term": NON_LINEARITY if term in bends else term}
            if not _borne(fit.df[term]):
                yield {**row, "scale": "log_odds", DECISIVE: self.declared and term in main}
                continue
            low, high, p = (np.nan,) * 3 if self.illustrates else (*fit.interval(term), fit.p_value(term))
            row |= {"p": p, DECISIVE: self.declared and term in main}
            yield {**row, "scale": "log_odds", "estimate": fit.estimate[term], "se": fit.se(term), "low": low,
                   "high": high}  # fmt: skip
            if term not in bends:
                odds = {"estimate": np.exp(fit.estimate[term]), "low": np.exp(low), "high": np.exp(high)}
                yield {**row, "scale": "odds_ratio", **odds}

    def _points(self, fit: Fit) -> Iterator[dict[str, object]]:
        changes = [
            (term, self.found.design(before), self.found.design(after))
            for term, before, after in self._changes(self.found.data)
        ]
        for category, probability in probabilities(self.found, self.model.outcome.category):
            outcome = self.outcome if self.model.outcome.category else f"{self.outcome}/at_least:{category}"
            for term, before, after in changes:
                effect = average_change(probability, before, after)
                row = {"outcome": outcome, "term": term, "scale": "percentage_points"}
                # What moves one coefficient alone is nothing just where that is: of a penalised fit it has its p value.
                p = fit.p_value(term) if effect.profile and term in fit.estimate.index else effect.p_value()
                yield {**row, **(_in_points(effect, p) if _borne(effect.df) else {})}

    def _changes(self, data: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
        """Yield what of all units is changed: a term, the data before, and after."""
        for term in self.found.terms:
            if isinstance(term, (Log2, Spline)):
                yield LOG2_POPULATION, data, data.assign(population=2 * data["population"])
            elif isinstance(term, Dummies):
                before = data.assign(**{term.variable: term.reference})
                for level in term.levels:
                    if level != term.reference:
                        yield f"{term.variable}:{level}", before, data.assign(**{term.variable: level})

    def _detectable(self, fit: Fit) -> Iterator[dict[str, object]]:
        for term in self._population_columns():
            if _borne(fit.df[term]):
                yield {"term": term, "scale": DETECTABLE, "estimate": detectable(fit.se(term), fit.df[term])}

    def _cut_points(self) -> Iterator[dict[str, object]]:
        assert self.found.proportionality is not None
        cuts = self.found.proportionality.cut_points
        for row in cuts[cuts["term"].isin(self._population_columns())].to_dict("records"):
            about = {"outcome": f"{self.outcome}/at_least:{row['at_least']}", "term": row["term"], "family": "logistic"}
            ends = {end: float(row[end]) for end in ("estimate", "low", "high")}
            yield {**about, "scale": "log_odds", **ends}
            yield {**about, "scale": "odds_ratio", **{end: np.exp(value) for end, value in ends.items()}}

    def _population_columns(self) -> list[str]:
        """Return the terms that population stands in."""
        kind = population_term(self.found.variant)
        of = [
            term
            for term in self.found.terms
            if isinstance(term, (Log2, Spline)) or (isinstance(term, Dummies) and term.variable == kind)
        ]
        return [str(name) for term in of for name in term.columns(self.found.data)]


def _borne(df: float) -> bool:
    """Tell whether enough clusters bear a term for its test: else it has no number."""
    return bool(df >= checks.SMALLEST_DF)


def _in_points(effect: Effect, p: float) -> dict[str, object]:
    low, high = effect.interval()
    ends = {"estimate": 100 * effect.value, "se": 100 * effect.se, "low": 100 * low, "high": 100 * high}
    return {**ends, "p": p}


def _told(looked: list[Check], hide: tuple[str, ...]) -> dict[str, str]:
    """Return checks as name -> whether it passed, and `name.detail` -> value; of one made twice, one that failed."""
    told: dict[str, str] = {}
    for check in sorted(looked, key=lambda each: each.passed):
        if check.name in told and check.passed:
            continue
        told.setdefault(check.name, "pass" if check.passed else "fail")
        for detail, value in check.values.items():
            if detail not in hide and value != "":
                shown = f"{value:.4g}" if isinstance(value, float) else str(value)
                key = f"{check.name}.{detail}"
                told[key] = f"{told[key]}, {shown}" if key in told else shown
    return told
