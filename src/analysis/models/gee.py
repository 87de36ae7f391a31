"""Generalised estimating equations: the check of what clustering does to the estimates.

Binary outcomes are left to statsmodels. Its `OrdinalGEE` with global odds ratios is not used: an empty cell among pairs
of answers stops it, in more than half of simulated waves with clusters as small as ours. `geepack::ordgee` (1.3.9) is
no oracle either: where every answer is a cluster of its own it does not give the estimates of maximum likelihood.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.special import expit

from analysis.models import checks
from analysis.models.fit import Check, Fit, NoFit, no_fit
from analysis.models.logistic import fit_logistic
from analysis.models.ordinal import Floats, fit_proportional_odds, rescaled
from analysis.models.robust import cluster_covariance

Correlation = Literal["independence", "exchangeable"]

_STEPS = 100
# Squared distance to the solution, in standard errors.
_CLOSE = 1e-12


def fit_gee(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series, correlation: Correlation) -> Fit | NoFit:
    """Fit a logistic regression by generalised estimating equations: what the clustered fit is checked against.

    The covariance is the sandwich without small-sample correction (in R: `geepack::geeglm`), so p values are by t with
    the degrees of freedom of `fit_logistic` and not by the normal that statsmodels and geepack take: what too few
    municipalities tell there, they do not tell here. Exchangeable answers weigh less the more of them come from one
    municipality; if that moves the estimates much, size of cluster tells.

    Parameters
    ----------
    outcome, design, clusters
        As `fit_logistic`.
    correlation
        Working correlation of the units of a cluster.

    Returns
    -------
    Fit or NoFit
        With the check `dependence`, whose value `correlation` is that of two units of a cluster. NoFit as
        `fit_logistic`, and where there are no more clusters than terms.

    References
    ----------
    Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. *Biometrika* 73,
    13–22.
    """
    independent = fit_logistic(outcome, design, clusters)
    if isinstance(independent, NoFit):
        return replace(independent, family="gee")
    if not (spare := checks.spare_clusters(clusters, design.shape[1])).passed:
        return no_fit("gee", (spare,), outcome, clusters)
    structures = {"independence": sm.cov_struct.Independence, "exchangeable": sm.cov_struct.Exchangeable}
    structure = structures[correlation]()
    model = sm.GEE(outcome.astype(float), design.astype(float), clusters, family=sm.families.Binomial(),
                   cov_struct=structure)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = model.fit(maxiter=200, ctol=1e-10, ddof_scale=0)
    estimate, covariance = pd.Series(result.params, design.columns), pd.DataFrame(result.cov_params())
    check = checks.convergence(bool(result.converged), estimate, covariance)
    if not check.passed:
        return no_fit("gee", (check,), outcome, clusters)
    shared = float(structure.dep_params) if correlation == "exchangeable" else 0.0
    dependence = Check("dependence", True, {"assumed": correlation, "correlation": shared})
    return replace(
        independent,
        family="gee",
        estimate=estimate,
        covariance=covariance,
        log_likelihood=np.nan,
        checks=(check, dependence),
    )


def fit_ordinal_gee(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str]) -> Fit | NoFit:
    """Fit a proportional-odds model by estimating equations with exchangeable answers within clusters.

    The estimand is that of `fit_proportional_odds`, the log odds in the population of answers; answers of one cluster
    are weighed as correlated ones are, so that estimates which differ say that large clusters answer otherwise than
    small ones. Of the K - 1 cumulative indicators of an answer, standardised by the symmetric root of their multinomial
    covariance, each correlates with the same one of another answer in its cluster, by the mean of their products over
    all pairs. At a correlation of 0 the estimates are those of maximum likelihood; with two categories they are those
    of `geepack::geeglm(corstr = "fixed", scale.fix = TRUE)` at the same correlation (its "exchangeable" estimates one
    that differs in the third digit). The covariance is the sandwich, times G / (G - 1), and the reference t with the
    degrees of freedom of `fit_proportional_odds`, not the normal.

    Parameters
    ----------
    outcome, design, clusters
        As of `fit_proportional_odds`.

    Returns
    -------
    Fit or NoFit
        Without a likelihood (NaN). NoFit where maximum likelihood has no estimates, or the steps do not end.

    Raises
    ------
    AnalysisError
        As `fit_proportional_odds`.

    References
    ----------
    Lipsitz, S. R., Kim, K. & Zhao, L. (1994). Analysis of repeated categorical data using generalized estimating
    equations. *Statistics in Medicine* 13, 1149–1163.
    """
    independent = fit_proportional_odds(outcome, design, clusters)
    if isinstance(independent, NoFit):
        return replace(independent, family="ordinal_gee")
    above = np.greater.outer(np.asarray(outcome.cat.codes), np.arange(len(independent.thresholds)))
    x, back = rescaled(design.to_numpy(dtype=np.float64), above.shape[1])
    start = np.linalg.solve(back, np.concatenate([independent.estimate, independent.thresholds]))
    solved = _solve(start, above, x, pd.get_dummies(clusters, dtype=float).to_numpy().T)
    if solved is None:
        return no_fit("ordinal_gee", (Check("convergence", False, {"terms": ""}),), outcome, clusters)
    at, joint = back @ solved[0], cluster_covariance(solved[1] @ back.T, clusters)
    dependence = Check("dependence", True, {"assumed": "exchangeable", "correlation": solved[2]})
    terms = design.columns
    return replace(
        independent,
        family="ordinal_gee",
        estimate=pd.Series(at[: len(terms)], terms),
        covariance=pd.DataFrame(joint[: len(terms), : len(terms)], terms, terms),
        log_likelihood=np.nan,
        checks=(*independent.checks, dependence),
        thresholds=pd.Series(at[len(terms) :], independent.thresholds.index),
        joint=joint,
    )


def _solve(at: Floats, above: NDArray[np.bool_], x: Floats, member: Floats) -> tuple[Floats, Floats, float] | None:
    """Return the solution of the equations, the influence of each answer on it, and the answers' correlation.

    None where the steps do not end. No probabilities belong to thresholds out of order, and no answers of a cluster
    correlate with each other by 1, or by less than the largest cluster leaves room for.
    """
    least = -1 / max(member.sum(axis=1).max() - 1, 1)
    for _ in range(_STEPS):
        if not (np.diff(at[x.shape[1] :]) > 0).all():
            return None
        residuals, slopes = _standardised(at, above, x)
        correlation = _correlation(residuals, member)
        if not least < correlation < 1:
            return None
        scores = np.einsum("nkp,nk->np", slopes, _weighed(residuals, member, correlation))
        information = np.einsum("nkp,nkq->pq", slopes, _weighed(slopes, member, correlation))
        step = np.linalg.solve(information, scores.sum(axis=0))
        if scores.sum(axis=0) @ step <= _CLOSE:
            return at, scores @ np.linalg.inv(information), correlation
        at = at + step
    return None


def _standardised(parameters: Floats, above: NDArray[np.bool_], x: Floats) -> tuple[Floats, Floats]:
    """Return what indicators differ from their probabilities, and how these move with the parameters.

    Both in units of the symmetric root of the indicators' covariance, which an order of categories turned round leaves
    as it is: answers × indicators, answers × indicators × parameters.
    """
    cuts, terms = above.shape[1], x.shape[1]
    probability = expit((x @ parameters[:terms])[:, None] - parameters[terms:])
    later = np.maximum.outer(np.arange(cuts), np.arange(cuts))
    values, vectors = np.linalg.eigh(probability[:, later] - probability[:, :, None] * probability[:, None, :])
    # A step too far leaves a category without probability: what is not a number then ends the steps.
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (vectors / np.sqrt(values)[:, None, :]) @ vectors.transpose(0, 2, 1)
    rows = np.concatenate(
        [np.repeat(x[:, None, :], cuts, axis=1), np.tile(-np.eye(cuts), (len(x), 1, 1))],
        axis=2,
    )
    slopes = (probability * (1 - probability))[:, :, None] * rows
    return np.einsum("nkl,nl->nk", root, above - probability), root @ slopes


def _correlation(residuals: Floats, member: Floats) -> float:
    """Return the mean product of standardised residuals over pairs within clusters; 0 where there are no pairs."""
    size = member.sum(axis=1)
    pairs = (size * (size - 1)).sum() * residuals.shape[1]
    return float((((member @ residuals) ** 2).sum() - (residuals**2).sum()) / pairs) if pairs else 0.0


def _weighed(values: Floats, member: Floats, correlation: float) -> Floats:
    """Multiply by the inverse of an exchangeable correlation within clusters: (I - cJ) / (1 - correlation)."""
    size = member.sum(axis=1)
    share = correlation / (1 + (size - 1) * correlation)
    common = np.tensordot(member.T * share, np.tensordot(member, values, 1), 1)
    return np.asarray((values - common) / (1 - correlation))
