"""Intervals for a share of answers of which several can come from one municipality.

The estimand is a superpopulation's: municipalities in general, of which those that answered are seen as a random
sample, each with all its answers. The number of answers then says little of how sure a share is; the number of
municipalities does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, logit, stdtrit

from analysis.estimates.intervals import Interval

# Rounding leaves a variance of about the square of a double's precision; one answer among thousands leaves far more.
_DUST = 1e-18


def clustered(
    gave: NDArray[np.bool_], weight: NDArray[np.float64], municipality: NDArray[np.intp], confidence: float = 0.95
) -> Interval | None:
    """Return the interval for a weighted share of answers that nest in municipalities.

    The share is a ratio, Σ weight of those that gave the answer / Σ weight; its variance is that of the linearised
    (Taylor) ratio with municipalities as the clusters, all with an answer in the base and no others. The interval is
    a t interval with (municipalities − 1) degrees of freedom on the logit scale, which keeps it between 0 and 1 and
    lets it be skew, as `svyciprop(method = "logit")` of R's survey: shares here are often close to 0 or 1, where the
    symmetric interval of `svymean` passes them and covers too seldom.

    Where all or none gave the answer, or every municipality is divided alike, the linearised variance is 0 and tells
    nothing. Then it is the Korn–Graubard interval (`svyciprop(method = "beta")`), in which Clopper and Pearson's takes
    an effective number of answers; with no variance to tell that number, it is the number of municipalities: as if all
    answers of one said the same.

    Parameters
    ----------
    gave, weight, municipality
        Of each answer in the base: whether it is the one in question, what it weighs (above 0), whose it is.
    confidence
        Between 0 and 1.

    Returns
    -------
    Interval or None
        None where fewer than two municipalities are in the base: nothing tells how they differ.

    References
    ----------
    Lumley, T. (2010). *Complex Surveys*. Wiley, chapter 2. Korn, E. L. & Graubard, B. I. (1998). Confidence intervals
    for proportions with small expected number of positive counts estimated from survey data. *Survey Methodology* 24,
    193–201.
    """
    whose = np.unique(municipality, return_inverse=True)[1]
    clusters = int(whose.max(initial=-1)) + 1
    if clusters < 2:
        return None
    total = weight.sum()
    # Summed in another order, all of the weight need not be exactly all of it.
    share = 1.0 if gave.all() else float(weight[gave].sum() / total)
    scores = np.bincount(whose, weight * (gave - share)) / total
    variance = float(clusters / (clusters - 1) * (scores**2).sum())
    tail = (1 - confidence) / 2
    if variance < _DUST:
        yes, no = clusters * share, clusters * (1 - share)
        low = betaincinv(yes, no + 1, tail) if yes else 0.0
        return Interval(float(low), float(betaincinv(yes + 1, no, 1 - tail)) if no else 1.0)
    half = stdtrit(clusters - 1, 1 - tail) * np.sqrt(variance) / (share * (1 - share))
    return Interval(float(expit(logit(share) - half)), float(expit(logit(share) + half)))


def shared_weight(
    weight: NDArray[np.float64], municipality: NDArray[np.intp], base: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return weights by which each municipality in a base weighs 1 in all, shared by its answers as they weigh.

    Parameters
    ----------
    weight, municipality, base
        Of each answer: what it weighs, whose it is (a number from 0) and whether it is in the base; others weigh 0.
    """
    inside = np.where(base, weight, 0.0)
    shared: NDArray[np.float64] = np.zeros_like(inside)
    np.divide(inside, np.bincount(municipality, inside)[municipality], out=shared, where=base)
    return shared
