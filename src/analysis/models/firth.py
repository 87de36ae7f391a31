"""Binary outcomes that are separated or scarce: logistic regression with Firth's penalty, by profile likelihood."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize, root
from scipy.special import expit, log_expit
from scipy.stats import chi2

from analysis.models import checks
from analysis.models.fit import Check, Fit, NoFit, no_fit
from analysis.models.logistic import prevented

Numbers = NDArray[np.float64]

# So far below its top a profile likelihood is at the ends of a 95 % interval.
_WITHIN = float(chi2.ppf(0.95, 1)) / 2


def fit_firth(
    outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None = None, *, profile: bool = True
) -> Fit | NoFit:
    """Fit a logistic regression by the likelihood that Firth's penalty (Jeffreys' prior) makes finite.

    Intervals and p values are those of the profile penalised likelihood (in R: `logistf::logistf`), as are those of
    effects; standard errors are from the information at the estimates. Predicted probabilities are drawn towards one
    half (Puhr et al. 2017, *Statistics in Medicine* 36, 2302–2317).

    With clusters a sandwich would mislead: where a group is separated its residuals are all but the same, so the
    variance that the sandwich reads from them tends to 0 just where the data tell least. Instead the units of a
    municipality share a weight of 1, as if they were one answer. Whatever their dependence and whatever varies among
    them, Var(Σ aᵢ) ≤ n Σ Var(aᵢ): the variance taken is never below the true one (to first order). What is not
    accounted for is how far they differ: the intervals are too long, the more so the less the answers of a
    municipality have to do with each other. And the estimates are those of municipalities that count once each.

    Parameters
    ----------
    outcome, design, clusters
        As `fit_logistic`.
    profile
        Whether intervals and p values are wanted; they take nearly all of the time. `checks.influence` does without.

    Returns
    -------
    Fit or NoFit
        With the check `dependence` where there are clusters. NoFit as
        `fit_logistic`, but for separation and for what one cluster alone tells.

    Raises
    ------
    AnalysisError
        As `fit_logistic`.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. *Biometrika* 80, 27–38. Heinze, G. & Schemper, M.
    (2002). A solution to the problem of separation in logistic regression. *Statistics in Medicine* 21, 2409–2419.
    """
    failed = prevented(outcome, design, clusters)
    if failed:
        return no_fit("firth", failed, outcome, clusters)
    weight = np.ones(len(outcome)) if clusters is None else 1 / clusters.map(clusters.value_counts()).to_numpy(float)
    likelihood = _Penalised(outcome.to_numpy(float), design.to_numpy(float), weight)
    top, peak = likelihood.maximum(np.zeros(len(outcome)))
    found, converged = likelihood.estimate(top)
    estimate = pd.Series(found, design.columns)
    covariance = pd.DataFrame(likelihood.covariance(found), design.columns, design.columns)
    check = checks.convergence(converged, estimate, covariance)
    if not check.passed:
        return no_fit("firth", (check,), outcome, clusters)
    spreads = np.sqrt(np.diag(covariance)) if profile else []
    ends = [_profile(likelihood, term, found, se, peak) for term, se in enumerate(spreads)]
    looked = [check]
    if clusters is not None:
        looked.append(Check("dependence", True, {"assumed": "maximal"}))
    return Fit(
        "firth", estimate, covariance, pd.Series(np.inf, design.columns), len(outcome),
        None if clusters is None else clusters.nunique(), peak, converged, checks=tuple(looked),
        profile=pd.DataFrame(ends, design.columns, ["low", "high", "p"]) if profile else None,
        inside=likelihood.region(peak) if profile else None,
    )  # fmt: skip


class _Penalised:
    """Log likelihood + ½ log |information|."""

    def __init__(self, outcome: Numbers, design: Numbers, weight: Numbers) -> None:
        self.outcome, self.design, self.weight = outcome, design, weight
        self.sign = 2 * outcome - 1

    def maximum(self, near: Numbers, fixed: int | None = None, value: float = 0.0) -> tuple[Numbers, float]:
        """Return the linear predictor of each unit where the likelihood is highest, and how high.

        Parameters
        ----------
        near
            Linear predictor to start from, as close as may be.
        fixed, value
            A term that is held, and at what.
        """
        free = self.design if fixed is None else np.delete(self.design, fixed, axis=1)
        offset = np.zeros(len(near)) if fixed is None else value * self.design[:, fixed]
        # Orthonormal columns: steps then mean the same for all of them, however alike the terms are.
        basis = np.linalg.qr(free)[0]

        def depth(at: Numbers) -> float:
            return -self._height(offset + basis @ at)

        def slope(at: Numbers) -> Numbers:
            return -(basis.T @ self._slope(offset + basis @ at))

        def curvature(at: Numbers) -> Numbers:
            return self._information(basis, offset + basis @ at)

        if not free.shape[1]:
            return offset, self._height(offset)
        start = np.ravel(basis.T @ (near - offset))
        solved = minimize(depth, start, jac=slope, hess=curvature, method="trust-exact", tol=1e-6)
        return offset + basis @ solved.x, -float(solved.fun)

    def estimate(self, near: Numbers) -> tuple[Numbers, bool]:
        """Return the terms where the slope is 0, close to a maximum, and whether they were reached.

        At its top the likelihood is flat and its slope is not: the slope tells the place to more digits.
        """
        basis, back = np.linalg.qr(self.design)
        start = np.ravel(basis.T @ near)

        def slope(at: Numbers) -> Numbers:
            return np.ravel(basis.T @ self._slope(basis @ at))

        solved = root(slope, start)
        step = solved.x - start
        # In standard errors: where a steep curve parts the answers, the top is wide.
        away = float(np.sqrt(step @ self._information(basis, basis @ start) @ step))
        reached = bool(np.abs(solved.fun).max() < 1e-6 and away < 1e-2)
        return np.linalg.solve(back, solved.x), reached

    def region(self, peak: float) -> Callable[[Numbers], float]:
        """Return by how much terms lie within the 95 % region of the likelihood, which is this high at its top."""
        least = peak - _WITHIN
        return lambda at: self._height(self.design @ at) - least

    def covariance(self, at: Numbers) -> Numbers:
        """Return the inverse information at estimates."""
        return np.asarray(np.linalg.inv(self._information(self.design, self.design @ at)), dtype=np.float64)

    def _height(self, predictor: Numbers) -> float:
        penalty = np.linalg.slogdet(self._information(self.design, predictor))[1] / 2
        return float(self.weight @ log_expit(self.sign * predictor) + penalty)

    def _slope(self, predictor: Numbers) -> Numbers:
        inverse = np.linalg.inv(self._information(self.design, predictor))
        leverage = self._spread(predictor) * np.einsum("ij,jk,ik->i", self.design, inverse, self.design)
        share = expit(predictor)
        slope: Numbers = self.weight * (self.outcome - share) + leverage * (0.5 - share)
        return slope

    def _information(self, columns: Numbers, predictor: Numbers) -> Numbers:
        information: Numbers = columns.T @ (self._spread(predictor)[:, None] * columns)
        return information

    def _spread(self, predictor: Numbers) -> Numbers:
        spread: Numbers = self.weight * expit(predictor) * expit(-predictor)
        return spread


def _profile(likelihood: _Penalised, term: int, found: Numbers, se: float, peak: float) -> tuple[float, float, float]:
    estimate, top = float(found[term]), likelihood.design @ found

    # Always from the top: from the last place, one lower hill can lead to the next, and the interval is too short.
    def below(value: float) -> float:
        return likelihood.maximum(top, term, value)[1] - peak + _WITHIN

    ends = []
    for side in (-se, se):
        reach = 2.0
        # The penalty falls without end on both sides, so there is always an end to find.
        while below(estimate + reach * side) > 0:
            reach *= 2
        ends.append(float(brentq(below, estimate, estimate + reach * side, xtol=1e-8 * se)))
    at_nothing = likelihood.maximum(top, term)[1]
    return ends[0], ends[1], float(chi2.sf(max(2 * (peak - at_nothing), 0), 1))
