"""What every model here gives: coefficients in log odds, how sure they are, and what its checks say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.models.robust import Satterthwaite

Family = Literal["logistic", "firth", "proportional_odds", "gee", "ordinal_gee"]


@dataclass(frozen=True)
class Check:
    """What was looked at before or after a fit.

    Parameters
    ----------
    name
        `missing`, `outcomes`, `rank`, `separation`, `events_per_variable`, `empty_cells`, `one_cluster`,
        `lone_cluster`, `few_clusters`, `dependence`, `convergence`, `proportional_odds`, `influence`, `knots`,
        `stand_ins`, `comparability`.
    passed
        Whether the model may be read as it stands.
    values
        What was found, in numbers and names, for the sentence that tells it (`models.<name>` in `lang/texts`).
    """

    name: str
    passed: bool
    values: dict[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class NoFit:
    """There is no estimate, and why.

    Parameters
    ----------
    family
        How it would have been fitted.
    checks
        Those that failed; at least one.
    n, clusters
        Units, and the clusters they nest in (None: every unit stands for itself).
    """

    family: Family
    checks: tuple[Check, ...]
    n: int
    clusters: int | None


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    family
        How it was fitted.
    estimate
        Log odds by term; thresholds of an ordinal model are not among them.
    covariance
        Of the estimates, terms by terms: by cluster where there are clusters.
    df
        Degrees of freedom of each term's t distribution, by term; infinite where the normal is the reference.
    n, clusters
        Units, and the clusters they nest in (None: every unit stands for itself).
    log_likelihood
        At the estimates (penalised, if the fit is; nan of estimating equations, which have none).
    converged
        Whether the fit came to an end. What did not is no estimate.
    thresholds
        Of an ordinal model: the log odds of being at or below each category but the last where all terms are 0
        (`MASS::polr`: zeta); empty otherwise. By the category, in an index that knows them all (`.categories`).
    joint
        Of an ordinal model: covariance of the terms and, after them, the thresholds, for probabilities; empty
        otherwise.
    checks
        What was seen in fitting, passed or not.
    small_sample
        Of a CR2 covariance: what gives the degrees of freedom of combinations of terms.
    profile
        Of a penalised fit: `low`, `high` (95 % profile interval) and `p` (likelihood ratio) by term. Such a likelihood
        is too skew for `estimate` ± `covariance` to tell how sure a term is.
    inside
        Of a penalised fit with its profile: by how much terms lie within its 95 % likelihood region; below 0, outside.
    """

    family: Family
    estimate: pd.Series[float]
    covariance: pd.DataFrame
    df: pd.Series[float]
    n: int
    clusters: int | None
    log_likelihood: float
    converged: bool
    thresholds: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype=float))
    joint: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    checks: tuple[Check, ...] = ()
    small_sample: Satterthwaite | None = None
    profile: pd.DataFrame | None = None
    inside: Callable[[NDArray[np.float64]], float] | None = None

    def interval(self, term: str) -> tuple[float, float]:
        """Return the 95 % confidence interval of a term, in log odds: by t, or by profile if the fit is penalised.

        Raises
        ------
        ValueError
            The fit is penalised and was made without its profile.
        """
        if self.family == "firth":
            profile = self._profiled()
            return float(profile["low"][term]), float(profile["high"][term])
        half = float(stats.t.ppf(0.975, self.df[term])) * self.se(term)
        return self.estimate[term] - half, self.estimate[term] + half

    def p_value(self, term: str) -> float:
        """Return the two-sided p value of a term being 0: by t, or by likelihood ratio if the fit is penalised.

        Raises
        ------
        ValueError
            As `interval`.
        """
        if self.family == "firth":
            return float(self._profiled()["p"][term])
        return float(2 * stats.t.sf(abs(self.estimate[term]) / self.se(term), self.df[term]))

    def se(self, term: str) -> float:
        """Return the standard error of a term."""
        return float(np.sqrt(self.covariance[term].to_numpy()[self.covariance.index == term][0]))

    def combination_df(self, weights: NDArray[np.float64]) -> float:
        """Return the degrees of freedom of a combination of terms: by CR2 if the fit has it, else its terms' smallest.

        Of no terms at all: nan.
        """
        if self.small_sample is not None:
            return self.small_sample.df(weights)
        return float(self.df[weights != 0].min()) if weights.any() else np.nan

    def _profiled(self) -> pd.DataFrame:
        if self.profile is None:
            raise ValueError("a penalised fit without its profile has estimates only; fit it with profile=True")
        return self.profile


def no_fit(family: Family, failed: tuple[Check, ...], outcome: pd.Series, clusters: pd.Series | None) -> NoFit:
    """Return that there is no estimate."""
    return NoFit(family, failed, len(outcome), None if clusters is None else clusters.nunique())


def detectable(se: float, df: float, power: float = 0.8) -> float:
    """Return the smallest effect that a 5 % test with this standard error finds with the given power.

    (t₀.₉₇₅ + t_power) · se: it tells what the design could have seen, and nothing of what it saw.

    Parameters
    ----------
    se, df
        Standard error of an estimate, on any scale, and its degrees of freedom.

    References
    ----------
    Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the statistical power of experimental
    designs. *Evaluation Review* 19, 547–556.
    """
    return float((stats.t.ppf(0.975, df) + stats.t.ppf(power, df)) * se)
