"""Whether an answer goes up or down over ordered groups, or over ordered groups and an ordered scale."""

from __future__ import annotations

import numpy as np

from analysis.models.two_shares import Floats


def cochran_armitage(counts: Floats, bases: Floats) -> Floats:
    """Return the z statistics of a linear trend of shares over ordered groups (Armitage 1955; Agresti 2013, 5.3.5).

    Parameters
    ----------
    counts, bases
        Tables by groups: successes, and answers. Whole or, divided by a design effect, not. The groups have the scores
        1, 2, 3, ….

    Returns
    -------
    array
        One for each table, above 0 where the shares go up; NaN where all answers are alike. Its square is the statistic
        of R's `prop.trend.test`.

    References
    ----------
    Armitage, P. (1955). Tests for linear trends in proportions and frequencies. *Biometrics* 11, 375–386.
    """
    total = bases.sum(axis=1, keepdims=True)
    pooled = counts.sum(axis=1, keepdims=True) / total
    apart = _scores(bases) - (bases * _scores(bases)).sum(axis=1, keepdims=True) / total
    variance = (pooled * (1 - pooled))[:, 0] * (bases * apart**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(variance > 0, (counts * apart).sum(axis=1) / np.sqrt(variance), np.nan)
    return found


def linear_by_linear(table: Floats, design_effect: float = 1.0) -> float:
    """Return the z statistic of a linear association of an ordered scale and ordered groups (Agresti 2013, 3.4.1).

    Parameters
    ----------
    table
        Answers, categories by groups; both have the scores 1, 2, 3, ….
    design_effect
        How many answers are worth one that stands for itself.

    Returns
    -------
    float
        √(N − 1) times the correlation, N divided by the design effect: above 0 where later groups have later
        categories, NaN where all answers are in one category or group. Its square is the statistic of R's
        `coin::lbl_test`.

    References
    ----------
    Agresti, A. (2013). *Categorical Data Analysis*, 3rd ed. Wiley.
    """
    total = table.sum()
    rows, columns = (np.arange(1, length + 1, dtype=float) for length in table.shape)
    rows, columns = rows - table.sum(axis=1) @ rows / total, columns - table.sum(axis=0) @ columns / total
    spread = (table.sum(axis=1) @ rows**2) * (table.sum(axis=0) @ columns**2)
    if not spread:
        return float("nan")
    return float(np.sqrt(total / design_effect - 1) * (rows @ table @ columns) / np.sqrt(spread))


def _scores(groups: Floats) -> Floats:
    return np.arange(1, groups.shape[1] + 1, dtype=float)
