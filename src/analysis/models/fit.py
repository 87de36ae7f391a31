"""What every model here gives: coefficients in log odds, how sure they are, and what its checks say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats


@dataclass(frozen=True)
class Check:
    """What was looked at before or after a fit.

    Parameters
    ----------
    name
        `separation`, `events_per_variable`, `rank`, `empty_cells`, `convergence`, `proportional_odds`, `influence`,
        `few_clusters`.
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
    """Why there is no estimate: the checks that failed."""

    checks: tuple[Check, ...]


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
        At the estimates (penalised, if the fit is).
    converged
        Whether the fit came to an end. What did not is no estimate.
    thresholds
        Of an ordinal model: the log odds of being at or below each category but the last where all terms are 0
        (`MASS::polr`: zeta); empty otherwise. By the category, in an index that knows them all (`.categories`).
    joint
        Of an ordinal model: covariance of the terms and, after them, the thresholds, for probabilities; empty
        otherwise.
    """

    family: Literal["logistic", "firth", "proportional_odds", "ordinal_gee"]
    estimate: pd.Series[float]
    covariance: pd.DataFrame
    df: pd.Series[float]
    n: int
    clusters: int | None
    log_likelihood: float
    converged: bool
    thresholds: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype=float))
    joint: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))

    def interval(self, term: str, level: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of a term, in log odds."""
        half = stats.t.ppf(0.5 + level / 2, self.df[term]) * self.se(term)
        return self.estimate[term] - half, self.estimate[term] + half

    def p_value(self, term: str) -> float:
        """Return the two-sided p value of a term being 0."""
        return float(2 * stats.t.sf(abs(self.estimate[term]) / self.se(term), self.df[term]))

    def se(self, term: str) -> float:
        """Return the standard error of a term."""
        return float(np.sqrt(self.covariance[term].to_numpy()[self.covariance.index == term][0]))
