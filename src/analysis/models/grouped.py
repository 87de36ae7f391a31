"""Logistic regression on the place of ordered groups, from how many of each gave an answer: many tables at once."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.models.two_shares import Floats

_STEPS = 100
_LONGEST = 2.0
_STILL = 1e-10


class Slopes(NamedTuple):
    """Log odds per step from a group to the next, by table: `estimate`, `se`, and whether the fit `converged`."""

    family: Literal["logistic", "firth"]
    estimate: Floats
    se: Floats
    converged: NDArray[np.bool_]


def grouped_logistic(counts: Floats, bases: Floats) -> Slopes:
    """Fit the log odds of an answer as a line over ordered groups, to each of many tables.

    By maximum likelihood. Where that has no end for one of the tables (`separated`), all are fitted by Firth's
    penalised likelihood, so that they can be compared.

    Parameters
    ----------
    counts, bases
        Tables by groups: successes, and answers. Whole or, divided by a design effect, not. The groups have the scores
        1, 2, 3, ….

    Returns
    -------
    Slopes
        As `coef(summary(glm(cbind(k, n - k) ~ score, family = binomial)))` of R gives them, or with
        `method = brglm2::brglmFit, type = "AS_mean"`.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. *Biometrika* 80, 27–38.
    """
    penalised = bool(separated(counts, bases).any())
    places = np.arange(1, counts.shape[1] + 1, dtype=float)
    # About the mean, level and slope hardly pull at each other.
    places = places - (bases * places).sum(axis=1, keepdims=True) / bases.sum(axis=1, keepdims=True)
    level, slope = np.zeros(len(counts)), np.zeros(len(counts))
    for _ in range(_STEPS):
        shares = 1 / (1 + np.exp(-(level[:, None] + slope[:, None] * places)))
        weights = bases * shares * (1 - shares)
        whole, across, square = ((weights * places**power).sum(axis=1, keepdims=True) for power in range(3))
        size = whole * square - across**2
        residual = counts - bases * shares
        if penalised:
            leverage = weights * (square - 2 * across * places + whole * places**2) / size
            residual = residual + leverage * (0.5 - shares)
        first, second = residual.sum(axis=1, keepdims=True), (residual * places).sum(axis=1, keepdims=True)
        up, on = ((square * first - across * second) / size)[:, 0], ((whole * second - across * first) / size)[:, 0]
        moved = np.maximum(abs(up), abs(on))
        if moved.max() < _STILL:
            break
        shorter = np.minimum(1, _LONGEST / np.maximum(moved, _STILL))
        level, slope = level + up * shorter, slope + on * shorter
    return Slopes("firth" if penalised else "logistic", slope, np.sqrt(whole / size)[:, 0], moved < _STILL)


def null_se(counts: Floats, bases: Floats) -> Floats:
    """Return how sure the log odds per step would be if groups did not differ: 1 / √(p̄(1 − p̄) Σ nᵢ(xᵢ − x̄)²).

    It rests on the pooled share p̄ and on how many answered in each group, not on how far apart groups are. Of two
    groups it is √((1/n₁ + 1/n₂) / (p̄(1 − p̄))), that of their log odds ratio.

    Parameters
    ----------
    counts, bases
        As for `grouped_logistic`.

    Returns
    -------
    array
        One for each table; NaN where all answers are alike. As R's `glm` gives it for counts p̄n.

    References
    ----------
    Hsieh, F. Y., Bloch, D. A. & Larsen, M. D. (1998). A simple method of sample size calculation for linear and
    logistic regression. *Statistics in Medicine* 17, 1623–1634, formula 1. Armitage (1955) tests a trend by the same
    variance: `models.trend`.
    """
    total = bases.sum(axis=1, keepdims=True)
    pooled = (counts.sum(axis=1, keepdims=True) / total)[:, 0]
    places = np.arange(bases.shape[1], dtype=float)
    apart = places - (bases * places).sum(axis=1, keepdims=True) / total
    information = pooled * (1 - pooled) * (bases * apart**2).sum(axis=1)
    return np.sqrt(1 / np.where(information > 0, information, np.nan))


def separated(counts: Floats, bases: Floats) -> NDArray[np.bool_]:
    """Tell of each table whether its likelihood grows without end: successes and failures do not overlap in place."""
    places = np.arange(counts.shape[1])
    (first, last), (first_other, last_other) = (
        (np.where(gave, places, np.inf).min(axis=1), np.where(gave, places, -np.inf).max(axis=1))
        for gave in (counts > 0, bases > counts)
    )
    found: NDArray[np.bool_] = (last <= first_other) | (last_other <= first)
    return found
