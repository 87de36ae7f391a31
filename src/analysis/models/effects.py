"""What a model's coefficients come to in percentage points: effects averaged over the units, predicted shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit, logit
from statsmodels.tools.numdiff import approx_fprime

from analysis.errors import AnalysisError, did_you_mean
from analysis.models.fit import Fit

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Probability:
    """A fitted probability, as effects need it: by how its parameters move it, and how sure they are.

    Parameters
    ----------
    of
        Parameters, design (units × terms) -> probability of each unit.
    parameters, covariance
        At the estimates; all on which the probability hangs, the thresholds of an ordinal model too.
    df
        Degrees of freedom of the variance of a combination of the parameters, by their weights.
    """

    of: Callable[[Numbers, Numbers], Numbers]
    parameters: Numbers
    covariance: Numbers
    df: Callable[[Numbers], float]


@dataclass(frozen=True)
class Effect:
    """A difference of probabilities.

    Parameters
    ----------
    value, se
        Between −1 and 1 (× 100: percentage points), and its standard error.
    df
        Degrees of freedom of its t distribution; infinite where the normal is the reference.
    """

    value: float
    se: float
    df: float

    def interval(self) -> tuple[float, float]:
        """Return the 95 % confidence interval, as far as differences of probabilities go."""
        half = float(stats.t.ppf(0.975, self.df)) * self.se
        return max(self.value - half, -1.0), min(self.value + half, 1.0)

    def p_value(self) -> float:
        """Return the two-sided p value of there being no difference."""
        return float(2 * stats.t.sf(abs(self.value) / self.se, self.df))


def logistic(fit: Fit) -> Probability:
    """Return the probability of a 1 in a logistic model, however it was fitted."""
    return Probability(
        lambda parameters, design: expit(design @ parameters),
        np.asarray(fit.estimate, dtype=np.float64),
        np.asarray(fit.covariance, dtype=np.float64),
        fit.combination_df,
    )


def at_least(fit: Fit, category: str) -> Probability:
    """Return the probability of a category or a higher one in a proportional-odds model.

    Raises
    ------
    AnalysisError
        The category is unknown or the lowest: every answer is at or above that.
    """
    categories = [str(name) for name in pd.CategoricalIndex(fit.thresholds.index).categories]
    if category not in categories[1:]:
        raise AnalysisError(f"{category!r} is no category above the lowest. {did_you_mean(category, categories[1:])}.")
    terms, below = len(fit.estimate), len(fit.estimate) + categories.index(category) - 1
    return Probability(
        lambda parameters, design: expit(design @ parameters[:terms] - parameters[below]),
        np.concatenate([fit.estimate.to_numpy(), fit.thresholds.to_numpy()]),
        fit.joint,
        fit.small_sample.df if fit.small_sample is not None else lambda _: float(fit.df.min()),
    )


def average_change(probability: Probability, before: pd.DataFrame, after: pd.DataFrame) -> Effect:
    """Return how far the probability moves on average over the units if something about all of them changes.

    A doubling of population: `before` as the data are, `after` with log2 population 1 higher. A level against the
    reference: `before` all at the reference, `after` all at the level, whatever they are. Of the units as they are
    (delta method; in R: `marginaleffects::avg_comparisons`).

    Parameters
    ----------
    before, after
        Two designs of the same units, as `models.design.design_matrix` gives them.
    """
    low, high = before.to_numpy(float), after.to_numpy(float)

    def change(parameters: Numbers) -> float:
        return float((probability.of(parameters, high) - probability.of(parameters, low)).mean())

    return Effect(*_delta(probability, change))


def predicted(probability: Probability, designs: Mapping[float, pd.DataFrame]) -> pd.DataFrame:
    """Return the probability at each place of a grid, averaged over what else the units are.

    The interval is by t on the logit scale, which keeps it between 0 and 1.

    Parameters
    ----------
    designs
        Place (say, a population) -> design of all units put there, the rest as it is.

    Returns
    -------
    DataFrame
        `place`, `value`, `low`, `high`: one row for each place, in their order.
    """
    rows = []
    for place, design in designs.items():
        columns = design.to_numpy(float)
        centre, se, df = _delta(probability, lambda at, x=columns: float(logit(probability.of(at, x).mean())))  # type: ignore[misc]
        half = stats.t.ppf(0.975, df) * se
        rows.append((place, expit(centre), expit(centre - half), expit(centre + half)))
    return pd.DataFrame(rows, columns=["place", "value", "low", "high"])


def _delta(probability: Probability, of: Callable[[Numbers], float]) -> tuple[float, float, float]:
    slope = approx_fprime(probability.parameters, of, centered=True)
    se = float(np.sqrt(slope @ probability.covariance @ slope))
    return of(probability.parameters), se, probability.df(slope)
