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
from analysis.models.robust import cluster_covariance

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
    reference is the normal. With clusters it is the sandwich of the scores summed within clusters, times
    G / (G - 1) (CR1; `sandwich::vcovCL` of a `clm` or `polr`; `rms::robcov` leaves that factor out), and the reference
    is t with G - 1 degrees of freedom.

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
        `one_cluster`, clusters are not more than the parameters, so that their sandwich is singular (`few_clusters`),
        an estimate is infinite (`separation`), or the gradient does not vanish (`convergence`).

    Raises
    ------
    AnalysisError
        If the outcome is not ordered, a term is not a number, or rows do not fit together.
    """
    checked(outcome, design, clusters)
    if failed := _prevented(outcome, design, clusters):
        return no_fit("proportional_odds", failed, outcome, clusters)
    found = maximise(np.asarray(outcome.cat.codes, dtype=np.intp), design.to_numpy(dtype=np.float64))
    # Not ">": what is not a number has not arrived either.
    arrived = Check("convergence", found.distance <= _CLOSE, {"terms": ""})
    if not arrived.passed:
        return no_fit("proportional_odds", (arrived,), outcome, clusters)
    joint = found.bread if clusters is None else cluster_covariance(found.influence, clusters)
    terms, categories = design.columns, outcome.cat.categories
    ends = pd.CategoricalIndex(categories[:-1], categories=categories, ordered=True)
    number = None if clusters is None else clusters.nunique()
    return Fit(
        family="proportional_odds",
        estimate=pd.Series(found.parameters[: len(terms)], terms),
        covariance=pd.DataFrame(joint[: len(terms), : len(terms)], terms, terms),
        df=pd.Series(np.inf if number is None else float(number - 1), terms),
        n=len(outcome),
        clusters=number,
        log_likelihood=found.log_likelihood,
        converged=True,
        checks=(arrived,),
        thresholds=pd.Series(found.parameters[len(terms) :], ends),
        joint=joint,
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
    if all(check.passed for check in looked):
        looked.append(checks.separation(outcome, design))
    return tuple(check for check in looked if not check.passed)
