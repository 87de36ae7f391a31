"""Binary outcomes: logistic regression by maximum likelihood."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit

from analysis.errors import AnalysisError
from analysis.models import checks
from analysis.models.fit import Check, Fit, NoFit, no_fit
from analysis.models.robust import cr2


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
    failed = _inestimable(outcome, design, clusters)
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


def _inestimable(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None) -> tuple[Check, ...]:
    """Return the failed checks without which there are no estimates by likelihood: `prevented`, then separation."""
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
