"""What is looked at before a model is fitted and after, each with what was found, for a sentence that tells it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.models.fit import Check, Fit, NoFit
from analysis.models.separation import separated_terms

INTERCEPT = "intercept"

EVENTS_PER_VARIABLE = 10
"""Fewer, and odds ratios are biased away from 1 and their intervals too short (Peduzzi et al. 1996, *Journal of
Clinical Epidemiology* 49, 1373–1379)."""

SMALLEST_DF = 4
"""Fewer Satterthwaite degrees of freedom, and even the adjusted t test rejects too often (Tipton 2015, *Psychological
Methods* 20, 375–393)."""

LARGEST_SHIFT = 1
"""Standard errors that leaving out one may move a term by (Bollen & Jackman 1990, *Modern Methods of Data Analysis*,
257–291: the absolute cut-off of DFBETAS)."""

# A cosine closer to 1 is 1 but for rounding.
_DIRECTION = 1e-6


def missing(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None = None) -> Check:
    """Return whether every unit has an outcome, all predictors (a population above 0 to take the log of) and a cluster.

    Values: `units` that lack something, and the `terms` that are lacking somewhere.
    """
    data = design.assign(outcome=outcome)
    if clusters is not None:
        data = data.assign(cluster=clusters)
    lacking = data.isna() | data.isin([np.inf, -np.inf])
    found = int(lacking.any(axis=1).sum())
    return Check("missing", found == 0, {"units": found, "terms": _listed(data.columns[lacking.any()])})


def outcomes(outcome: pd.Series) -> Check:
    """Return whether there are categories, and each was given by someone: those declared, or 0 and 1.

    Values: `units`, and the `empty` categories.
    """
    declared = outcome.cat.categories if isinstance(outcome.dtype, pd.CategoricalDtype) else (0, 1)
    empty = [category for category in declared if not (outcome == category).any()]
    return Check("outcomes", not empty and len(declared) > 1, {"units": len(outcome), "empty": _listed(empty)})


def rank(design: pd.DataFrame) -> Check:
    """Return whether no column is a combination of those before it, as R's `lm` would leave it out.

    Values: the `aliased` columns; those of them that are `constant`.
    """
    x = design.to_numpy(float)
    size = np.linalg.norm(x, axis=0)
    x = x / np.where(size > 0, size, 1)
    kept: list[int] = []
    for column in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, column]], tol=1e-7) > len(kept):
            kept.append(column)
    aliased = design.columns.delete(kept)
    constant = [name for name in aliased if design[name].nunique() == 1]
    return Check("rank", aliased.empty, {"aliased": _listed(aliased), "constant": _listed(constant)})


def separation(outcome: pd.Series, design: pd.DataFrame) -> Check:
    """Return whether a combination of the terms parts lower answers from higher ones, so that no estimate is finite.

    Of an ordered categorical as of zeros and ones. Each category has been given, and no column is redundant.

    Values: the `terms` whose estimate is infinite.
    """
    codes = np.asarray(outcome.cat.codes if isinstance(outcome.dtype, pd.CategoricalDtype) else outcome, dtype=np.intp)
    infinite = separated_terms(codes, design.drop(columns=INTERCEPT, errors="ignore"))
    return Check("separation", not infinite, {"terms": _listed(infinite)})


def events_per_variable(outcome: pd.Series, design: pd.DataFrame) -> Check:
    """Return whether there are ten units with the rarer outcome for each term.

    An ordered outcome is worth n − Σ n(k)³ / n² units, n(k) those of a category (Harrell 2015, table 4.1).

    Values: `events` (units with the rarer outcome), `terms` (the intercept not counted), `ratio`, `threshold`.
    """
    given = outcome.value_counts()
    if isinstance(outcome.dtype, pd.CategoricalDtype):
        events = float(given.sum() - (given**3).sum() / given.sum() ** 2)
    else:
        events = float(min(given.get(1, 0), given.get(0, 0)))
    terms = int((design.columns != INTERCEPT).sum())
    ratio = events / terms if terms else np.inf
    values: dict[str, str | float] = {"events": events, "terms": terms, "ratio": ratio}
    return Check("events_per_variable", ratio >= EVENTS_PER_VARIABLE, {**values, "threshold": EVENTS_PER_VARIABLE})


def empty_cells(outcome: pd.Series, factor: pd.Series) -> Check:
    """Return whether every level of a factor has every outcome.

    Parameters
    ----------
    factor
        Of each unit; of a categorical, levels that no unit has count as well.

    Returns
    -------
    Check
        Values: `factor`, and the empty `cells` as `level: outcome`.
    """
    levels = (
        factor.cat.categories if isinstance(factor.dtype, pd.CategoricalDtype) else sorted(factor.dropna().unique())
    )
    counts = pd.crosstab(factor, outcome).reindex(levels, fill_value=0)
    cells = [f"{level}: {given}" for level, row in counts.iterrows() for given in row.index[row == 0]]
    return Check("empty_cells", not cells, {"factor": str(factor.name), "cells": _listed(cells)})


def one_cluster(clusters: pd.Series) -> Check:
    """Return whether there are two clusters or more: one alone does not tell how they differ.

    Values: `clusters`.
    """
    count = int(clusters.nunique())
    return Check("one_cluster", count > 1, {"clusters": count})


def spare_clusters(clusters: pd.Series, parameters: int) -> Check:
    """Return whether clusters are more than the parameters of a model: else their sandwich is singular.

    Named `few_clusters`. Values: `clusters`, no `term` in particular, `df` (what is left), the `threshold`.
    """
    count = int(clusters.nunique())
    values: dict[str, str | float] = {"clusters": count, "term": "", "df": count - parameters, "threshold": 1}
    return Check("few_clusters", count > parameters, values)


def lone_cluster(design: pd.DataFrame, clusters: pd.Series) -> Check:
    """Return whether each term can be told without any one cluster.

    What a single cluster tells fits it perfectly: its residuals say nothing of how clusters differ in it, and a
    sandwich takes that for certainty, whatever its correction, degrees of freedom included.

    Values: such a `cluster`, and the `terms` that cannot be told from those before them without it.
    """
    basis = np.linalg.qr(design.to_numpy(float))[0]
    for cluster, units in clusters.groupby(clusters).indices.items():
        if np.linalg.norm(basis[units], 2) > 1 - _DIRECTION:
            terms = rank(design[(clusters != cluster).to_numpy()]).values["aliased"]
            return Check("lone_cluster", False, {"cluster": str(cluster), "terms": terms})
    return Check("lone_cluster", True, {"cluster": "", "terms": ""})


def few_clusters(fit: Fit) -> Check:
    """Return whether enough clusters bear each term for its t test to hold.

    Values: `clusters`, the `term` with the fewest degrees of freedom, its `df`, the `threshold`.
    """
    # Nothing is said of the intercept.
    term = str(fit.df.drop(INTERCEPT, errors="ignore").idxmin())
    values: dict[str, str | float] = {"clusters": fit.clusters or fit.n, "term": term, "df": fit.df[term]}
    return Check("few_clusters", bool(fit.df[term] >= SMALLEST_DF), {**values, "threshold": SMALLEST_DF})


def convergence(converged: bool, estimate: pd.Series[float], covariance: pd.DataFrame) -> Check:
    """Return whether the fit came to an end, with a finite estimate and a variance for each term.

    Values: the `terms` without one.
    """
    variances = np.diag(covariance)
    lacking = estimate.index[~(np.isfinite(estimate.to_numpy()) & np.isfinite(variances) & (variances > 0))]
    return Check("convergence", converged and lacking.empty, {"terms": _listed(lacking)})


def influence(fit: Fit, refit: Callable[[pd.Series], Fit | NoFit], groups: pd.Series) -> Check:
    """Return whether no single cluster or unit carries a term.

    Every one is left out in turn and the model fitted again: exact, not a one-step approximation.

    Parameters
    ----------
    fit
        The fit with all.
    refit
        The same model for the units of a mask.
    groups
        Of each unit: its cluster, or its own name where each stands for itself.

    Returns
    -------
    Check
        Values: the `group` without which a `term` moves by the most `standard_errors` of its own, the term's
        `odds_ratio` with it and `without` it, and the `threshold`; `standard_errors` is infinite and `without` nan
        where there is no estimate without the group (`lost` says by which checks), else `lost` is empty.
    """
    terms = fit.estimate.index[fit.estimate.index != INTERCEPT]
    se = pd.Series({term: fit.se(term) for term in terms})
    worst: dict[str, str | float] = {"standard_errors": -1.0}
    for group in groups.unique():
        without = refit(groups != group)
        if isinstance(without, NoFit):
            worst = {
                "group": str(group), "term": "", "odds_ratio": np.nan, "without": np.nan, "standard_errors": np.inf,
                "lost": _listed(check.name for check in without.checks),
            }  # fmt: skip
            break
        shift = (without.estimate[terms] - fit.estimate[terms]).abs() / se
        term = str(shift.idxmax())
        if shift[term] > float(worst["standard_errors"]):
            odds = {"odds_ratio": np.exp(fit.estimate[term]), "without": np.exp(without.estimate[term])}
            worst = {"group": str(group), "term": term, **odds, "standard_errors": shift[term], "lost": ""}
    return Check("influence", float(worst["standard_errors"]) <= LARGEST_SHIFT, {**worst, "threshold": LARGEST_SHIFT})


def _listed(names: object) -> str:
    return ", ".join(map(str, names))  # type: ignore[call-overload]
