"""What a proportional-odds model says in probabilities: of each category, and of a category or more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

from analysis.errors import AnalysisError, did_you_mean
from analysis.models.fit import Fit


def category_probabilities(fit: Fit, design: pd.DataFrame) -> pd.DataFrame:
    """Return the probability of each category (columns) for each row of a design; rows sum to 1."""
    at_or_below = expit(fit.thresholds.to_numpy() - (_terms(fit, design) @ fit.estimate.to_numpy())[:, None])
    edges = np.column_stack([np.zeros(len(design)), at_or_below, np.ones(len(design))])
    return pd.DataFrame(np.diff(edges), design.index, _categories(fit))


def probability_at_least(fit: Fit, design: pd.DataFrame, category: str, level: float = 0.95) -> pd.DataFrame:
    """Return the probability of a category or more, with its interval, for each row of a design.

    The interval is symmetric in log odds, where the model is linear, and so stays between 0 and 1
    (`rms::predict.lrm(kint = k, se.fit = TRUE)`, there with the normal as the reference).

    Parameters
    ----------
    fit
        A proportional-odds model.
    design
        The terms of the fit; for a curve along population the rows that it is drawn through.
    category
        Any but the lowest: every answer is at or above that.
    level
        Between 0 and 1.

    Returns
    -------
    pd.DataFrame
        `probability`, `low`, `high`, by the rows of the design.

    Raises
    ------
    AnalysisError
        If the category is unknown or the lowest, or a term of the fit is not in the design.
    """
    gradient = _gradient(fit, design, category)
    log_odds = gradient @ _parameters(fit)
    half = stats.t.ppf(0.5 + level / 2, fit.df.min()) * np.sqrt(np.einsum("np,pq,nq->n", gradient, fit.joint, gradient))
    ends = {"probability": log_odds, "low": log_odds - half, "high": log_odds + half}
    return pd.DataFrame({name: expit(end) for name, end in ends.items()}, design.index)


@dataclass(frozen=True)
class Change:
    """An average difference between probabilities, in percentage points."""

    points: float
    se: float
    df: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval, in percentage points."""
        half = float(stats.t.ppf(0.5 + level / 2, self.df)) * self.se
        return self.points - half, self.points + half


def average_change(fit: Fit, before: pd.DataFrame, after: pd.DataFrame, category: str) -> Change:
    """Return how much the probability of a category or more changes on average from one design to another.

    For the average marginal effect of a doubling of population, `before` is the design as it was fitted and `after` the
    same with 1 more of log2(population), and all that is made of it (splines, products). The standard error is by the
    delta method; units are taken as they are (`marginaleffects::avg_comparisons`).

    Raises
    ------
    AnalysisError
        If the category is unknown or the lowest, or a term of the fit is not in a design.
    """
    value, slope = 0.0, np.zeros(len(fit.joint))
    for sign, design in ((1, after), (-1, before)):
        gradient = _gradient(fit, design, category)
        probability = expit(gradient @ _parameters(fit))
        value += sign * probability.mean()
        slope += sign * (probability * (1 - probability)) @ gradient / len(design)
    return Change(100 * float(value), 100 * float(np.sqrt(slope @ fit.joint @ slope)), float(fit.df.min()))


def _categories(fit: Fit) -> list[str]:
    return [str(category) for category in pd.CategoricalIndex(fit.thresholds.index).categories]


def _parameters(fit: Fit) -> NDArray[np.float64]:
    return np.concatenate([fit.estimate.to_numpy(), fit.thresholds.to_numpy()])


def _terms(fit: Fit, design: pd.DataFrame) -> NDArray[np.float64]:
    absent = fit.estimate.index.difference(design.columns)
    if len(absent):
        raise AnalysisError(f"The design lacks terms of the model: {', '.join(absent)}. Give it all that were fitted.")
    return design[fit.estimate.index].to_numpy(dtype=np.float64)


def _gradient(fit: Fit, design: pd.DataFrame, category: str) -> NDArray[np.float64]:
    """Return the derivatives of the log odds of a category or more: the terms, and -1 at the threshold below it."""
    categories = _categories(fit)
    if category not in categories[1:]:
        advice = did_you_mean(category, categories[1:])
        raise AnalysisError(f"{category!r} is no category above the lowest. {advice}")
    threshold = np.zeros(len(fit.thresholds))
    threshold[categories.index(category) - 1] = -1
    x = _terms(fit, design)
    return np.hstack([x, np.tile(threshold, (len(x), 1))])
