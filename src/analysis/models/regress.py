"""Every model that a codebook declares, fitted to the responses of a wave: rows for `models.csv`, curves and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.models import Model
from analysis.models import COLUMNS, checks
from analysis.models.design import Dummies, Log2, Spline
from analysis.models.effects import Effect, Probability, at_least, average_change, logistic, predicted
from analysis.models.fit import Check, Fit, NoFit, detectable
from analysis.models.fitting import MAIN, Fitted, Variant, fitted, influence, population_term, variants
from analysis.models.holm import holm
from analysis.models.units import Units, units

PREDICTED = ("model", "outcome", "category", "population", "value", "low", "high")
OBSERVED = ("model", "outcome", "category", "population", "value", "n")
NON_LINEARITY, DETECTABLE = "non_linearity", "detectable_log_odds"
ILLUSTRATION, LEFT_OUT = "illustration", "left_out"

_SURENESS = ["se", "low", "high", "p", "p_adjusted"]
# What of a check is itself a test or an error.
_UNSURE = ("p", "statistic", "standard_errors")
_PLACES = 40
_BINS, _IN_BIN = 8, 10


@dataclass(frozen=True)
class Regression:
    """What the models of a study say of a wave.

    Parameters
    ----------
    results
        Rows of `models.csv`. `model` is the declared name, or `name/variant` (`models.fitting.Variant`); `outcome`
        `variable/category`, `variable` where all answers count in their order, `variable/at_least:category` where it is
        a category or a higher one. `scale` is `log_odds`; `odds_ratio`; `percentage_points`: how far the share moves on
        average if population doubles (`log2_population`) or all are of a group instead of the first; or
        `detectable_log_odds`: what this design finds with 80 % power at the 5 % level, of the declared model.
        `name/spline` has `non_linearity`: what bends it, and whether that is 0. `name/cut_points` has what an ordinal
        model takes to be the same wherever answers are cut. Log odds and odds ratios of Firth's penalty are judged by
        profile likelihood. `checks` are `name=pass` or `name=fail` and `name.detail=value`, joined by `;`
        (`parsed_checks`). What has no estimate has one row, with a check that failed.
    predictions
        `model`, `outcome`, `category` (of an ordinal model: it or a higher one), `population`, `value`, `low`, `high`
        (per cent): the share were all of that population, the rest as it is; 95 % intervals.
    observed
        `model`, `outcome`, `category`, `population` (the geometric mean of a bin), `value` (per cent), `n` units: at
        least ten in a bin, if there are as many.
    """

    results: pd.DataFrame
    predictions: pd.DataFrame
    observed: pd.DataFrame


def regress(responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> Regression:
    """Fit every model that a codebook declares.

    All are of municipalities, respondents or areas in general (superpopulation), not of those of the wave. Of a
    reconstructed wave they only illustrate: how sure they are is withheld, and `illustration` is among the checks.

    Parameters
    ----------
    responses
        As `ingest.responses.clean` returns them.
    codebook, wave
        What was asked, and on what the responses rest.
    """
    rows: list[dict[str, object]] = []
    curves, points = [pd.DataFrame(columns=list(PREDICTED))], [pd.DataFrame(columns=list(OBSERVED))]
    illustrates = wave.basis != "collected"
    for name, model in codebook.models.items():
        asked = units(responses, codebook, model, wave.year)
        for found in _fits(model, codebook, asked):
            of = _Of(name, model, codebook, wave, asked, found, illustrates)
            rows += of.rows()
            if of.declared and isinstance(found.fit, Fit):
                curves.append(of.predictions())
                points.append(of.observed())
    results = _adjusted(pd.DataFrame(rows, columns=[*COLUMNS, _DECISIVE]))
    predictions = pd.concat(curves, ignore_index=True)
    if illustrates:
        results[_SURENESS] = np.nan
        results.loc[results["scale"] == DETECTABLE, "estimate"] = np.nan
        predictions[["low", "high"]] = np.nan
    return Regression(results, predictions, pd.concat(points, ignore_index=True))


def parsed_checks(checks: str) -> dict[str, str]:
    """Return name -> `pass` or `fail`, `name.detail` -> value, of a row's checks."""
    return {name: value for name, _, value in (part.partition("=") for part in checks.split(";") if part)}


_DECISIVE = "decisive"


def _fits(model: Model, codebook: Codebook, asked: Units) -> Iterator[Fitted]:
    """Yield a model as declared, then its variants; where an answer was given by nobody, also without that."""
    for variant in variants(model, codebook, asked):
        found = fitted(variant, model, codebook, asked)
        yield found
        if variant.name == MAIN and model.family == "proportional_odds" and _has_empty_answers(found):
            yield fitted(Variant("collapsed", variant.predictors, collapsed=True), model, codebook, asked)


def _has_empty_answers(found: Fitted) -> bool:
    given = found.outcome.nunique()
    return 1 < given < len(found.outcome.cat.categories)


def _adjusted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with Holm's p-values of the declared models' terms of population, over all of one question."""
    rows["p_adjusted"] = np.nan
    for _, tests in rows[rows[_DECISIVE].astype(bool)].groupby(["test_family", "scale"]):
        rows.loc[tests.index, "p_adjusted"] = holm(tests["p"])
    return rows[list(COLUMNS)].astype({"n": "Int64", "clusters": "Int64"})


@dataclass(frozen=True)
class _Of:
    """The rows of one fit."""

    name: str
    model: Model
    codebook: Codebook
    wave: Wave
    asked: Units
    found: Fitted
    illustrates: bool

    @property
    def declared(self) -> bool:
        """Whether it is the model as declared, or that on the answers that were given."""
        return self.found.variant.name in (MAIN, "collapsed")

    @property
    def outcome(self) -> str:
        of = self.model.outcome
        return f"{of.variable}/{of.category}" if of.category else of.variable

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of a fit, or why there is none."""
        fit, looked = self.found.fit, list(self.found.looked)
        # Leaving out stand-ins one by one tells nothing of anybody.
        if self.declared and not self.illustrates and (carried := influence(self.found, self.model)):
            looked.append(carried)
        about = self._about(looked)
        if isinstance(fit, NoFit):
            term = population_term(self.found.variant)
            # What stands in its place is tested in its place.
            decisive = self.declared and not (self.found.variant.name == MAIN and self._is_collapsed_next())
            yield {**about, "term": term, "scale": "log_odds", "converged": False, _DECISIVE: decisive}
            return
        about["converged"] = fit.converged
        yield from ({**about, **row} for row in self._coefficients(fit))
        yield from ({**about, **row} for row in self._points(fit))
        if self.declared:
            yield from ({**about, **row} for row in self._detectable(fit))
        if self.declared and self.found.proportionality is not None:
            yield from ({**about, "model": f"{self.name}/cut_points", **row} for row in self._cut_points())

    def predictions(self) -> pd.DataFrame:
        """Return the share along population."""
        data = self.found.data
        population = data["population"].astype(float)
        grid = np.geomspace(population.min(), population.max(), _PLACES)
        designs = {place: self.found.design(data.assign(population=place)) for place in grid}
        parts = []
        for category, probability in self._probabilities():
            curve = predicted(probability, designs).rename(columns={"place": "population"})
            curve[["value", "low", "high"]] *= 100
            parts.append(curve.assign(model=self._name(), outcome=self.outcome, category=category))
        return pd.concat(parts)[list(PREDICTED)]

    def observed(self) -> pd.DataFrame:
        """Return the shares that were given, by bins of as many units each."""
        population = self.found.data["population"].astype(float)
        count = max(1, min(_BINS, len(population) // _IN_BIN))
        # A municipality's units share a population, and so a bin.
        bins = pd.qcut(population, count, duplicates="drop")
        middle = population.map(np.log).groupby(bins, observed=True).mean().map(np.exp)
        parts = []
        for category, gave in self._given():
            share = 100 * gave.groupby(bins, observed=True).mean()
            frame = pd.DataFrame({"population": middle, "value": share, "n": bins.value_counts()})
            parts.append(frame.assign(model=self._name(), outcome=self.outcome, category=category))
        return pd.concat(parts, ignore_index=True)[list(OBSERVED)]

    def _name(self) -> str:
        variant = self.found.variant.name
        return f"{self.name}/{variant}" if variant else self.name

    def _is_collapsed_next(self) -> bool:
        return self.model.family == "proportional_odds" and _has_empty_answers(self.found)

    def _about(self, looked: list[Check]) -> dict[str, object]:
        fit = self.found.fit
        whom = {"municipality": "municipalities", "respondent": "respondents"}.get(self.codebook.unit, "responses")
        clustered = ", clustered by municipality" if self.model.cluster else ""
        told = _told(looked, hide=_UNSURE if self.illustrates else ())
        told |= {f"{LEFT_OUT}.{why}": str(count) for why, count in self.asked.left_out.items()}
        if (unknown := len(self.asked.data) - len(self.found.data)) > 0:
            told[f"{LEFT_OUT}.dont_know"] = str(unknown)
        if self.illustrates:
            told[ILLUSTRATION] = "pass"
        return {
            "study": self.codebook.study,
            "wave": self.wave.year,
            "model": self._name(),
            "outcome": self.outcome,
            "family": fit.family,
            "test_family": f"{self.codebook.study}/{self.model.question}",
            "estimand": f"{whom} in general (superpopulation{clustered}, 95 %)",
            "dependence": self._dependence(),
            "n": fit.n,
            "clusters": fit.clusters,
            "checks": ";".join(f"{name}={value}" for name, value in told.items()),
            "basis": self.wave.basis,
            _DECISIVE: False,
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
                yield {**row, "scale": "log_odds", _DECISIVE: self.declared and term in main}
                continue
            low, high = fit.interval(term)
            row |= {"p": fit.p_value(term), _DECISIVE: self.declared and term in main}
            yield {**row, "scale": "log_odds", "estimate": fit.estimate[term], "se": fit.se(term), "low": low,
                   "high": high}  # fmt: skip
            if term not in bends:
                odds = {"estimate": np.exp(fit.estimate[term]), "low": np.exp(low), "high": np.exp(high)}
                yield {**row, "scale": "odds_ratio", **odds}

    def _points(self, fit: Fit) -> Iterator[dict[str, object]]:
        data = self.found.data
        for category, probability in self._probabilities():
            outcome = self.outcome if self.model.outcome.category else f"{self.outcome}/at_least:{category}"
            for term, before, after in self._changes(data):
                effect = average_change(probability, self.found.design(before), self.found.design(after))
                row = {"outcome": outcome, "term": term, "scale": "percentage_points"}
                yield {**row, **(_in_points(effect) if _borne(effect.df) else {})}

    def _changes(self, data: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
        """Yield what of all units is changed: a term, the data before, and after."""
        for term in self.found.terms:
            if isinstance(term, (Log2, Spline)):
                yield "log2_population", data, data.assign(population=2 * data["population"])
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

    def _probabilities(self) -> Iterator[tuple[str, Probability]]:
        """Yield the probability of the outcome, or of each category above the lowest or a higher one."""
        fit = self.found.fit
        assert isinstance(fit, Fit)
        if self.model.outcome.category:
            yield self.model.outcome.category, logistic(fit)
        else:
            for category in list(self.found.outcome.cat.categories)[1:]:
                yield category, at_least(fit, category)

    def _given(self) -> Iterator[tuple[str, pd.Series]]:
        outcome = self.found.outcome
        if self.model.outcome.category:
            yield self.model.outcome.category, outcome
        else:
            for category in list(outcome.cat.categories)[1:]:
                yield category, outcome >= category


def _borne(df: float) -> bool:
    """Tell whether enough clusters bear a term for its test: else it has no number."""
    return bool(df >= checks.SMALLEST_DF)


def _in_points(effect: Effect) -> dict[str, object]:
    low, high = effect.interval()
    ends = {"estimate": 100 * effect.value, "se": 100 * effect.se, "low": 100 * low, "high": 100 * high}
    return {**ends, "p": effect.p_value()}


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
