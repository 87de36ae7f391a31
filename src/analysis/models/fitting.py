"""A declared model and what stands beside it: each fitted once, with what was looked at before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.models import LOG2_POPULATION, POPULATION_TERMS, REGION, SIZE_CLASSES, SPLINE, Model
from analysis.models import checks
from analysis.models.design import Dummies, Log2, Product, Spline, Term, design_matrix, knots
from analysis.models.firth import fit_firth
from analysis.models.fit import Check, Fit, NoFit, no_fit
from analysis.models.gee import fit_gee, fit_ordinal_gee
from analysis.models.logistic import fit_logistic
from analysis.models.ordinal import fit_proportional_odds
from analysis.models.proportionality import Proportionality, brant
from analysis.models.units import MANY_DONT_KNOW, DontKnow, Units

MAIN = ""
"""Name of the declared model itself among its variants."""
COLLAPSED = "collapsed"
"""Name of the variant without the answers that nobody gave."""
WAVE = "wave"
"""Predictor of units of two waves: the survey year."""

_KNOTS = 3
_LEAST_PLACES = 6
# What the penalty makes finite, or a covariance that it does without.
_REMEDIED = {"separation", "lone_cluster"}


@dataclass(frozen=True)
class Variant:
    """One way to fit a declared model.

    Parameters
    ----------
    name
        `MAIN`, or what is otherwise in it: `size` (classes), `spline`, `region`, `gee`, `dont_know_no`,
        `dont_know_yes`, `collapsed` (answers that nobody gave are left out of the scale); of two waves `change`,
        `change_by_size`.
    predictors
        As `Model.predictors`.
    dont_know
        What don't know counts as.
    gee
        Whether by estimating equations.
    collapsed
        Whether answers that nobody gave are no part of the scale.
    by_wave
        Whether population may tell more in one wave than in the other.
    """

    name: str
    predictors: tuple[str, ...]
    dont_know: DontKnow = "left_out"
    gee: bool = False
    collapsed: bool = False
    by_wave: bool = False


@dataclass(frozen=True)
class Fitted:
    """A model fitted to units, or why it cannot be.

    Parameters
    ----------
    variant
        How.
    fit
        What was found. A binary outcome that is separated or scarce is fitted with Firth's penalty (`fit.family`).
    looked
        Every check, passed or not.
    outcome, data
        Of the same units.
    terms
        What makes a design of the data; empty where there is none.
    proportionality
        Of an ordinal model by likelihood: its cut points.
    """

    variant: Variant
    fit: Fit | NoFit
    looked: tuple[Check, ...]
    outcome: pd.Series
    data: pd.DataFrame
    terms: tuple[Term, ...] = ()
    proportionality: Proportionality | None = None

    def design(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the design of the fit for data changed in a predictor."""
        assert isinstance(self.fit, Fit)
        return design_matrix(data, self.terms)[self.fit.estimate.index]


def variants(model: Model, codebook: Codebook, asked: Units) -> Iterator[Variant]:
    """Yield the ways to fit a model: as declared, then what stands beside it."""
    main = tuple(model.predictors)
    yield Variant(MAIN, main)
    if LOG2_POPULATION in main:
        others = tuple(name for name in main if name != LOG2_POPULATION)
        if codebook.size_classes:
            yield Variant("size", (SIZE_CLASSES, *others))
        yield Variant("spline", (SPLINE, *others))
    if REGION not in main:
        yield Variant("region", (*main, REGION))
    if model.cluster:
        yield Variant("gee", main, gee=True)
    if model.family == "logistic" and asked.share_dont_know >= MANY_DONT_KNOW:
        yield Variant("dont_know_no", main, dont_know="no")
        yield Variant("dont_know_yes", main, dont_know="yes")


def fitted(variant: Variant, model: Model, codebook: Codebook, asked: Units, *, profile: bool = True) -> Fitted:
    """Fit a model in one way.

    Parameters
    ----------
    profile
        Whether it is to be told how sure a penalised fit is; that takes nearly all of the time.
    """
    outcome, data = asked.outcome(variant.dont_know)
    looked: list[Check] = []
    if variant.collapsed:
        looked.append(checks.outcomes(outcome))
        outcome = outcome.cat.remove_unused_categories()
    clusters = data["municipality"] if model.cluster else None
    terms, problem = _terms(variant, codebook, data)
    if data.empty:
        problem = _nobody(outcome, codebook, asked)
    if problem is not None:
        none = no_fit(model.family, (problem,), outcome, clusters)
        return Fitted(variant, none, (problem,), outcome, data)
    matrix = design_matrix(data, terms)
    looked += [
        checks.empty_cells(outcome, data[term.variable].astype(pd.CategoricalDtype(list(term.levels))))
        for term in terms
        if isinstance(term, Dummies)
    ]
    proportionality = None
    if model.family == "proportional_odds":
        fit, others, proportionality = _ordinal(variant, outcome, matrix, clusters)
    else:
        fit, others = _binary(variant, outcome, matrix, clusters, profile)
    looked += [*others, *fit.checks]
    if isinstance(fit, Fit) and clusters is not None and fit.family != "firth":
        looked.append(checks.few_clusters(fit))
    return Fitted(variant, fit, tuple(looked), outcome, data, terms, proportionality)


def has_empty_answers(found: Fitted) -> bool:
    """Tell whether answers of an ordinal model were given by nobody, and enough others were to do without them."""
    if not isinstance(found.outcome.dtype, pd.CategoricalDtype):
        return False
    return 1 < found.outcome.nunique() < len(found.outcome.cat.categories)


def influence(found: Fitted, model: Model) -> Check | None:
    """Return whether one municipality carries a term of a model; None where there is no estimate."""
    if isinstance(found.fit, NoFit):
        return None
    matrix, penalised = found.design(found.data), found.fit.family == "firth"
    whose = found.data["municipality"]

    def refit(kept: pd.Series) -> Fit | NoFit:
        if model.family == "proportional_odds":
            return fit_proportional_odds(found.outcome[kept], matrix[kept])
        if penalised:
            clusters = whose[kept] if model.cluster else None
            return fit_firth(found.outcome[kept], matrix[kept], clusters, profile=False)
        # Clusters move the covariance only.
        return fit_logistic(found.outcome[kept], matrix[kept])

    return checks.influence(found.fit, refit, whose)


def _binary(
    variant: Variant, outcome: pd.Series, matrix: pd.DataFrame, clusters: pd.Series | None, profile: bool
) -> tuple[Fit | NoFit, list[Check]]:
    """Fit by likelihood, and by the penalised one where that is separated or scarce; return what was seen besides."""
    scarce = checks.events_per_variable(outcome, matrix)
    if variant.gee and clusters is not None:
        return fit_gee(outcome, matrix, clusters, "exchangeable"), [scarce]
    fit = fit_logistic(outcome, matrix, clusters)
    failed = [check for check in fit.checks if not check.passed]
    if {check.name for check in failed} - _REMEDIED:
        # Events are no matter where there is nothing to bias.
        return fit, []
    if not failed and scarce.passed:
        return fit, [scarce]
    return fit_firth(outcome, matrix, clusters, profile=profile), [scarce, *failed]


def _ordinal(
    variant: Variant, outcome: pd.Series, matrix: pd.DataFrame, clusters: pd.Series | None
) -> tuple[Fit | NoFit, list[Check], Proportionality | None]:
    """Fit all answers in their order; return what their cut points say of it."""
    design = matrix.drop(columns=checks.INTERCEPT)
    if variant.gee and clusters is not None:
        return fit_ordinal_gee(outcome, design, clusters), [], None
    fit = fit_proportional_odds(outcome, design, clusters)
    if isinstance(fit, NoFit):
        return fit, [], None
    tested = brant(outcome, design, clusters)
    return fit, [checks.events_per_variable(outcome, design), tested.check()], tested


def _nobody(outcome: pd.Series, codebook: Codebook, asked: Units) -> Check:
    """Return why nobody is left: a predictor that has no value of them, or else no answers."""
    lost = {why: count for why, count in asked.left_out.items() if why in codebook.groups}
    if not lost:
        return checks.outcomes(outcome)
    return Check("missing", False, {"units": sum(lost.values()), "terms": ", ".join(lost)})


def _terms(variant: Variant, codebook: Codebook, data: pd.DataFrame) -> tuple[tuple[Term, ...], Check | None]:
    """Return what the predictors make of the data, and what is in the way: a group that all or none belong to."""
    terms: list[Term] = []
    for name in variant.predictors:
        if name == LOG2_POPULATION:
            terms.append(Log2())
        elif name == SPLINE:
            places = data.drop_duplicates("municipality")["population"]
            known = int((places.astype(float) > 0).sum())
            if known < _LEAST_PLACES:
                return (), Check("knots", False, {"municipalities": known, "threshold": _LEAST_PLACES})
            terms.append(Spline("population", knots(places, _KNOTS)))
        else:
            there = set(data[name].dropna()) if name in data else set()
            levels = [level for level in _levels(name, codebook, there) if level in there]
            if len(levels) < 2:
                return (), Check("rank", False, {"aliased": name, "constant": name})
            terms.append(Dummies(name, tuple(levels), levels[0]))
    if variant.by_wave:
        population, wave = (terms[variant.predictors.index(name)] for name in (population_term(variant), WAVE))
        terms.append(Product(population, wave))
    return tuple(terms), None


def _levels(name: str, codebook: Codebook, there: set[str]) -> list[str]:
    if name == SIZE_CLASSES:
        return list(codebook.size_classes)
    return sorted(there) if name in (REGION, WAVE) else list(codebook.groups[name].values)


def population_term(variant: Variant) -> str:
    """Return as what population stands in a model."""
    return next(name for name in variant.predictors if name in POPULATION_TERMS)
