"""Whether an answer goes up or down over ordered groups."""

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
    scores = np.arange(1, bases.shape[1] + 1, dtype=float)
    apart = scores - (bases * scores).sum(axis=1, keepdims=True) / total
    variance = (pooled * (1 - pooled))[:, 0] * (bases * apart**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(variance > 0, (counts * apart).sum(axis=1) / np.sqrt(variance), np.nan)
    return found
