"""What a model's coefficients come to in percentage points: effects averaged over the units, predicted shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import NonlinearConstraint, brentq, minimize
from scipy.special import expit, logit
from statsmodels.tools.numdiff import approx_fprime

from analysis.errors import AnalysisError, did_you_mean
from analysis.models.fit import Fit

Numbers = NDArray[np.float64]

# In so many directions the edge of a likelihood region is found, and from so many of them its ends are looked for.
_WAYS, _STARTS = 64, 4


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
    inside
        Of a penalised fit: by how much parameters lie within its 95 % likelihood region.
    """

    of: Callable[[Numbers, Numbers], Numbers]
    parameters: Numbers
    covariance: Numbers
    df: Callable[[Numbers], float]
    inside: Callable[[Numbers], float] | None = None


@dataclass(frozen=True)
class Effect:
    """A difference of probabilities.

    Parameters
    ----------
    value, se
        Between −1 and 1 (× 100: percentage points), and its standard error.
    df
        Degrees of freedom of its t distribution; infinite where the normal is the reference.
    profile
        Of a penalised fit: the ends of its 95 % profile interval.
    """

    value: float
    se: float
    df: float
    profile: tuple[float, float] | None = None

    def interval(self) -> tuple[float, float]:
        """Return the 95 % confidence interval, as far as differences of probabilities go."""
        if self.profile is not None:
            return self.profile
        half = float(stats.t.ppf(0.975, self.df)) * self.se
        return max(self.value - half, -1.0), min(self.value + half, 1.0)

    def p_value(self) -> float:
        """Return the two-sided p value of there being no difference, by t; nan where the fit is penalised."""
        if self.profile is not None:
            return np.nan
        return float(2 * stats.t.sf(abs(self.value) / self.se, self.df))


def logistic(fit: Fit) -> Probability:
    """Return the probability of a 1 in a logistic model, however it was fitted."""
    return Probability(
        lambda parameters, design: expit(design @ parameters),
        np.asarray(fit.estimate, dtype=np.float64),
        np.asarray(fit.covariance, dtype=np.float64),
        fit.combination_df,
        fit.inside,
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
    (delta method; in R: `marginaleffects::avg_comparisons`). Of a penalised fit the interval is by profile likelihood.

    Parameters
    ----------
    before, after
        Two designs of the same units, as `models.design.design_matrix` gives them.
    """
    low, high = before.to_numpy(float), after.to_numpy(float)

    def change(parameters: Numbers) -> float:
        return float((probability.of(parameters, high) - probability.of(parameters, low)).mean())

    return Effect(*_delta(probability, change), _profile(probability, change))


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


def _profile(probability: Probability, of: Callable[[Numbers], float]) -> tuple[float, float] | None:
    """Return the 95 % profile likelihood interval of what parameters come to; None where they have no region.

    It goes from the smallest to the largest value over the region: no value has a higher profile than that of the
    parameters where it is taken (Pawitan 2001, *In All Likelihood*, section 3.4).
    """
    inside = probability.inside
    if inside is None:
        return None
    # Steps in standard errors: the region is about as wide in all directions.
    back = np.linalg.cholesky(probability.covariance)

    def signed(steps: Numbers, sign: int) -> float:
        return sign * of(probability.parameters + back @ steps)

    def held(steps: Numbers) -> Numbers:
        return np.atleast_1d(inside(probability.parameters + back @ steps))

    # From the edge in many directions to the ends: the region is bent, and from its middle one may stop at a lower end.
    edge = [_edge(held, way) for way in np.random.default_rng(0).normal(size=(_WAYS, len(back)))]
    ends = []
    for sign in (1, -1):
        near = sorted(edge, key=lambda steps, sign=sign: signed(steps, sign))[:_STARTS]  # type: ignore[misc]
        region = NonlinearConstraint(held, 0, np.inf)
        found = [minimize(signed, start, (sign,), method="SLSQP", constraints=[region], tol=1e-10) for start in near]
        ends.append(sign * min(signed(near[0], sign), *(float(each.fun) for each in found if each.success)))
    return ends[0], ends[1]


def _edge(held: Callable[[Numbers], Numbers], way: Numbers) -> Numbers:
    """Return where a ray from the middle of a region leaves it."""
    far = 1.0
    while held(far * way)[0] > 0:
        far *= 2
    return way * float(brentq(lambda reach: held(reach * way)[0], 0, far))
