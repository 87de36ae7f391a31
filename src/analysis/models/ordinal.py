"""Proportional-odds regression: an ordered answer on municipality size and other terms.

logit P(Y <= k) = zeta(k) - x'beta, as in `MASS::polr`: a positive coefficient is for larger answers. The likelihood is
maximised by Newton's method with its own derivatives. statsmodels' `OrderedModel` holds thresholds as logarithms of
their differences, its second derivatives are numerical, and where it stops by default the fourth digit of a coefficient
can be wrong (UCLA's example); a covariance by cluster, a check of the gradient and the joint covariance that Brant's
test needs all ask for the derivatives themselves, and then the steps come for free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logit

from analysis.errors import AnalysisError
from analysis.models import checks
from analysis.models.fit import Check, Fit, NoFit, no_fit
from analysis.models.robust import cr2

Floats = NDArray[np.float64]

# Newton's steps double the digits; more than some ten are not needed where there is a maximum.
_STEPS = 50
_HALVINGS = 30
# Squared distance to the maximum, in standard errors, by the gradient.
_CLOSE = 1e-12


def fit_proportional_odds(
    outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None = None
) -> Fit | NoFit:
    """Fit a proportional-odds (cumulative logit) model by maximum likelihood.

    Without clusters the covariance is the inverse of the observed information (`ordinal::clm`, `MASS::polr`) and the
    reference is the normal. With clusters it is CR2, and the reference t with Satterthwaite's degrees of freedom by
    term, as of `fit_logistic`: each answer stands for as many Pearson residuals as there are categories, of which the
    model is, to first order, a linear one with unit variances (`standardised`). Populations are skew, and a few large
    cities bear much of what is told of size: a sandwich with G / (G - 1) and t with G - 1 degrees of freedom does not
    see that, and its intervals are too short (`benchmarks/README.md`).

    Parameters
    ----------
    outcome
        An ordered categorical; every category it declares is part of the model.
    design
        Terms without an intercept, numeric, one row for each answer.
    clusters
        Whose the answers are; None where every answer stands for itself.

    Returns
    -------
    Fit or NoFit
        Thresholds are labelled by the category they end, in an index that knows all categories. NoFit where a category
        is empty (`outcomes`), something is `missing`, terms do not vary or determine each other (`rank`), there is
        `one_cluster` or a term that one cluster alone tells (`lone_cluster`), clusters are not more than the
        parameters, so that their sandwich is singular (`few_clusters`), an estimate is infinite (`separation`), or the
        gradient does not vanish (`convergence`).

    Raises
    ------
    AnalysisError
        If the outcome is not ordered, a term is not a number, or rows do not fit together.
    """
    checked(outcome, design, clusters)
    if failed := _prevented(outcome, design, clusters):
        return no_fit("proportional_odds", failed, outcome, clusters)
    codes, x = np.asarray(outcome.cat.codes, dtype=np.intp), design.to_numpy(dtype=np.float64)
    found, terms, categories = maximise(codes, x), design.columns, outcome.cat.categories
    joint, small_sample, df = found.bread, None, pd.Series(np.inf, terms)
    if clusters is not None:
        residuals, slopes = standardised(found.parameters, codes, x)
        stacked = pd.DataFrame(slopes.reshape(residuals.size, -1))
        robust, small_sample = cr2(
            stacked, residuals.ravel(), np.ones(residuals.size), clusters.repeat(len(categories))
        )
        joint = robust.to_numpy()
        df = pd.Series([small_sample.df(term) for term in np.eye(len(joint))[: len(terms)]], terms)
    estimate = pd.Series(found.parameters[: len(terms)], terms)
    covariance = pd.DataFrame(joint[: len(terms), : len(terms)], terms, terms)
    # Not ">": what is not a number has not arrived either.
    arrived = checks.convergence(found.distance <= _CLOSE, estimate, covariance)
    if not arrived.passed:
        return no_fit("proportional_odds", (arrived,), outcome, clusters)
    ends = pd.CategoricalIndex(categories[:-1], categories=categories, ordered=True)
    return Fit(
        family="proportional_odds",
        estimate=estimate,
        covariance=covariance,
        df=df,
        n=len(outcome),
        clusters=None if clusters is None else clusters.nunique(),
        log_likelihood=found.log_likelihood,
        converged=True,
        checks=(arrived,),
        thresholds=pd.Series(found.parameters[len(terms) :], ends),
        joint=joint,
        small_sample=small_sample,
    )


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is greatest; parameters are the terms, then the thresholds.

    Parameters
    ----------
    parameters
        The estimates.
    influence
        By how much each answer moves them, to first order (answers × parameters): its score times `bread`.
    bread
        Inverse of the observed information.
    log_likelihood
        There.
    distance
        What the gradient leaves to go: the squared length of the next step in standard errors (Newton's decrement).
    """

    parameters: Floats
    influence: Floats
    bread: Floats
    log_likelihood: float
    distance: float


def maximise(codes: NDArray[np.intp], x: Floats) -> Maximum:
    """Return the maximum of a proportional-odds likelihood; with two categories, of a logistic regression's.

    The likelihood is log-concave (Pratt 1981, *Journal of the American Statistical Association* 76, 103–106), so steps
    of Newton's, halved until they climb, reach the maximum where there is one.

    Parameters
    ----------
    codes
        Categories, from 0 to K - 1, each with an answer.
    x
        Terms (answers × terms); no intercept.
    """
    cuts = int(codes.max())
    z, back = rescaled(x, cuts)
    shares = np.cumsum(np.bincount(codes))[:-1] / len(codes)
    at = np.concatenate([np.zeros(x.shape[1]), logit(shares)])
    value, scores, information = _likelihood(at, codes, z)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, scores.sum(axis=0))
        if scores.sum(axis=0) @ step <= _CLOSE**2:
            break
        for halved in range(_HALVINGS):
            candidate = _likelihood(at + step / 2**halved, codes, z)
            if candidate[0] > value:
                at = at + step / 2**halved
                value, scores, information = candidate
                break
        else:
            break
    bread = np.linalg.inv(information)
    gradient = scores.sum(axis=0)
    return Maximum(
        parameters=back @ at,
        influence=scores @ bread @ back.T,
        bread=back @ bread @ back.T,
        log_likelihood=value,
        distance=float(gradient @ bread @ gradient),
    )


def standardised(parameters: Floats, codes: NDArray[np.intp], x: Floats) -> tuple[Floats, Floats]:
    """Return Pearson residuals, and what they fall by as the parameters grow, at estimates.

    An answer has a residual for each category: whether it was given less its probability, over the root of that. The
    sum of squares of the slopes is the expected information, and that of slopes times residuals the score.

    Returns
    -------
    ndarray
        Answers × categories.
    ndarray
        Answers × categories × parameters.
    """
    terms, categories = x.shape[1], len(parameters) - x.shape[1] + 1
    at = parameters[terms:] - (x @ parameters[:terms])[:, None]
    ends = np.pad(at, ((0, 0), (1, 1)), constant_values=((0, 0), (-np.inf, np.inf)))
    lower, upper = ends[:, :-1], ends[:, 1:]
    # As in `_likelihood`; what nobody would answer has no slope either.
    probability = np.maximum(expit(upper) * expit(-lower) * -np.expm1(lower - upper), np.finfo(float).tiny)
    density = expit(ends) * expit(-ends)
    # A threshold is the upper end of its category and the lower end of the next.
    by_end = np.eye(categories + 1)[:, 1:-1]
    slopes = density[:, 1:, None] * by_end[1:] - density[:, :-1, None] * by_end[:-1]
    slopes = np.concatenate([np.diff(density)[:, :, None] * -x[:, None, :], slopes], axis=2)
    root = np.sqrt(probability)
    return (np.eye(categories)[codes] - probability) / root, slopes / root[:, :, None]


def rescaled(x: Floats, cuts: int) -> tuple[Floats, Floats]:
    """Return the terms in standard deviations, and the matrix that takes parameters back from there.

    beta = b / spread, zeta = z + centre'beta: populations in persons and shares in one model lose no digits.
    """
    centre, spread = x.mean(axis=0), x.std(axis=0)
    terms = len(centre)
    back = np.eye(terms + cuts)
    back[:terms, :terms] = np.diag(1 / spread)
    back[terms:, :terms] = centre / spread
    return (x - centre) / spread, back


def _likelihood(parameters: Floats, codes: NDArray[np.intp], x: Floats) -> tuple[float, Floats, Floats]:
    """Return the log-likelihood, each answer's score, and the observed information.

    An answer of k has probability F(a) - F(b), a = zeta(k) - x'beta and b = zeta(k - 1) - x'beta, which is
    F(a) F(-b) (1 - exp(b - a)): without the loss of digits of a difference.
    """
    terms = x.shape[1]
    last = len(parameters) - terms
    ends = np.eye(last + 1)[:, :last]
    upper = np.hstack([-x, ends[codes]])
    lower = np.hstack([-x, ends[codes - 1] * (codes > 0)[:, None]])
    a = np.where(codes == last, np.inf, upper @ parameters)
    b = np.where(codes == 0, -np.inf, lower @ parameters)
    # Thresholds out of order have no likelihood: the logarithm of a negative number, which no step climbs to.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        value = float((log_expit(a) + log_expit(-b) + np.log1p(-np.exp(b - a))).sum())
        r = 1 / np.expm1(a - b)
    scores = (expit(-a) + r)[:, None] * upper - (expit(b) + r)[:, None] * lower
    curve = r * (1 + r)
    mixed = upper.T @ (curve[:, None] * lower)
    information = (
        upper.T @ ((expit(a) * expit(-a) + curve)[:, None] * upper)
        + lower.T @ ((expit(b) * expit(-b) + curve)[:, None] * lower)
        - mixed
        - mixed.T
    )
    return value, scores, information


def checked(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None) -> None:
    """Refuse what is no ordered answer and its terms; what is missing in them is for the checks."""
    if not isinstance(outcome.dtype, pd.CategoricalDtype) or not outcome.cat.ordered:
        raise AnalysisError(f"Outcome {outcome.name!r} is not an ordered categorical. Give its categories in order.")
    if not outcome.index.equals(design.index) or not (clusters is None or clusters.index.equals(design.index)):
        raise AnalysisError("Outcome, design and clusters must have the same rows, in the same order.")
    if design.columns.empty or not design.columns.is_unique:
        raise AnalysisError("The design has no terms, or two terms of the same name.")
    words = [str(term) for term in design.columns.difference(design.select_dtypes(["number", "bool"]).columns)]
    if words:
        raise AnalysisError(f"Terms must be numeric; these are not: {', '.join(words)}. Code them as 0 and 1.")


def _prevented(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None) -> tuple[Check, ...]:
    """Return the failed checks without which there are no estimates, the first that tells."""
    looked = [checks.missing(outcome, design, clusters)]
    if looked[0].passed:
        # Beside the thresholds a constant is redundant, as it is beside an intercept.
        beside = pd.concat([pd.DataFrame({checks.INTERCEPT: 1.0}, design.index), design], axis=1)
        looked += [checks.outcomes(outcome), checks.rank(beside)]
        if clusters is not None:
            looked += [checks.one_cluster(clusters)]
    if clusters is not None and all(check.passed for check in looked):
        looked.append(checks.spare_clusters(clusters, design.shape[1] + len(outcome.cat.categories) - 1))
        looked.append(checks.lone_cluster(beside, clusters))
    if all(check.passed for check in looked):
        looked.append(checks.separation(outcome, design))
    return tuple(check for check in looked if not check.passed)
