"""Binary outcomes: logistic regression by maximum likelihood, and by estimating equations as its check."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit

from analysis.errors import AnalysisError
from analysis.models import checks
from analysis.models.fit import Check, Family, Fit, NoFit
from analysis.models.robust import cr2

Correlation = Literal["independence", "exchangeable"]


def fit_logistic(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None = None) -> Fit | NoFit:
    """Fit a logistic regression by maximum likelihood.

    There are no weights: statsmodels' `Logit` would ignore them without a word.

    Parameters
    ----------
    outcome
        0 or 1, by unit.
    design
        Units × terms, the column `intercept` among them, as `models.design.design_matrix` gives it.
    clusters
        Of each unit: the municipality it is part of. The covariance is then CR2 with Satterthwaite's degrees of
        freedom by term, else that of the model with the normal as the reference.

    Returns
    -------
    Fit or NoFit
        NoFit where something is missing, an outcome was given by none, a column is redundant, the outcomes are
        separated, there is one cluster or a term that one cluster alone tells, or the fit does not converge.

    Raises
    ------
    AnalysisError
        The outcome is not 0 or 1, the design lacks its intercept, or the three are not about the same units.
    """
    failed = _prevented(outcome, design, clusters)
    if failed:
        return no_fit("logistic", failed, outcome, clusters)
    with warnings.catch_warnings():
        # What it warns of is in `convergence`; separation has been looked for above, and exactly.
        warnings.simplefilter("ignore")
        result = sm.Logit(outcome.astype(float), design.astype(float)).fit(disp=False, maxiter=100)
    converged = bool(result.mle_retvals["converged"])
    estimate = pd.Series(result.params, design.columns)
    small_sample = None
    if clusters is None:
        df = pd.Series(np.inf, design.columns)
        covariance = pd.DataFrame(result.cov_params())
    else:
        share = expit(design.to_numpy(float) @ estimate.to_numpy())
        covariance, small_sample = cr2(design, outcome.to_numpy(float) - share, share * (1 - share), clusters)
        df = pd.Series([small_sample.df(term) for term in np.eye(len(estimate))], design.columns)
    check = checks.convergence(converged, estimate, covariance)
    if not check.passed:
        return no_fit("logistic", (check,), outcome, clusters)
    return Fit(
        "logistic", estimate, covariance, df, len(outcome), None if clusters is None else clusters.nunique(),
        float(result.llf), converged, checks=(check,), small_sample=small_sample,
    )  # fmt: skip


def fit_gee(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series, correlation: Correlation) -> Fit | NoFit:
    """Fit a logistic regression by generalised estimating equations: what the clustered fit is checked against.

    The covariance is the sandwich without small-sample correction (in R: `geepack::geeglm`), so p values are by t with
    clusters − terms degrees of freedom and not by the normal that statsmodels and geepack take. Exchangeable answers
    weigh less the more of them come from one municipality; if that moves the estimates much, size of cluster tells.

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
    failed = _prevented(outcome, design, clusters)
    count, terms = clusters.nunique(), design.shape[1]
    if not failed and count <= terms:
        values: dict[str, str | float] = {"clusters": count, "term": "", "df": count - terms, "threshold": 1}
        failed = (Check("few_clusters", False, values),)
    if failed:
        return no_fit("gee", failed, outcome, clusters)
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
    df = pd.Series(float(count - terms), design.columns)
    return Fit(
        "gee", estimate, covariance, df, len(outcome), count, np.nan, True, checks=(check, dependence)
    )  # fmt: skip


def _prevented(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None) -> tuple[Check, ...]:
    failed = prevented(outcome, design, clusters)
    if failed:
        return failed
    looked = [checks.separation(outcome, design)] + (
        [] if clusters is None else [checks.lone_cluster(design, clusters)]
    )
    return tuple(check for check in looked if not check.passed)


def prevented(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None) -> tuple[Check, ...]:
    """Return the failed checks without which no model of a binary outcome has an estimate, the first that tells.

    Raises
    ------
    AnalysisError
        As `fit_logistic`.
    """
    given = outcome.dropna().unique()
    if not set(given) <= {0, 1}:
        odd = ", ".join(sorted(str(value) for value in given if value not in {0, 1}))
        raise AnalysisError(f"outcome {outcome.name}: {odd}; allowed: 0 and 1. Recode it before the fit.")
    if checks.INTERCEPT not in design or not (design[checks.INTERCEPT] == 1).all():
        raise AnalysisError(f"the design has no column {checks.INTERCEPT!r} of ones. Build it by models.design.")
    for name, other in (
        ("outcome", outcome.index),
        ("clusters", outcome.index if clusters is None else clusters.index),
    ):
        if not design.index.equals(other):
            raise AnalysisError(f"design and {name} are not about the same units. Give them the same index.")
    looked = [checks.missing(outcome, design, clusters)]
    if looked[0].passed:
        looked += [checks.outcomes(outcome), checks.rank(design)]
        looked += [] if clusters is None else [checks.one_cluster(clusters)]
    return tuple(check for check in looked if not check.passed)


def no_fit(family: Family, failed: tuple[Check, ...], outcome: pd.Series, clusters: pd.Series | None) -> NoFit:
    """Return that there is no estimate."""
    return NoFit(family, failed, len(outcome), None if clusters is None else clusters.nunique())
