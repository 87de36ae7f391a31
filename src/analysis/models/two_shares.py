"""Two shares of different answerers compared, from what print or an export says of their counts.

The test is Pearson's chi-squared for two proportions with N − 1 in the place of N. Fisher's test needs whole numbers,
which counts divided by a design effect are not, and is conservative where only one margin is fixed; N − 1 keeps its
level down to expected counts of 1 (Campbell 2007). Counts divided by their design effect make it the first-order
correction of Rao and Scott. The intervals of Miettinen and Nurminen hold what that same test does not reject: that of
the odds ratio is without 1, and that of the difference without 0, exactly where p is below 0.05.

References
----------
Campbell, I. (2007). Chi-squared and Fisher-Irwin tests of two-by-two tables with small sample recommendations.
*Statistics in Medicine* 26, 3661–3675. Kish, L. (1965). *Survey Sampling*. Wiley, section 8.2. Miettinen, O. &
Nurminen, M. (1985). Comparative analysis of two rates. *Statistics in Medicine* 4, 213–226. Rao, J. N. K. & Scott,
A. J. (1992). A simple method for the analysis of clustered binary data. *Biometrics* 48, 577–585.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm
from statsmodels.stats.proportion import confint_proportions_2indep

SIGNIFICANT = 0.05
"""What a p-value has to be below."""
Floats = NDArray[np.float64]
Scale = Literal["odds_ratio", "percentage_points"]

_LEAST_EXPECTED = 1.0
_HALVINGS = 60
_FURTHEST = 30.0  # log odds ratio that no interval reaches
_DUST = 1e-9


@dataclass(frozen=True)
class Sample:
    """The smallest and largest count that print allows, of how many answers."""

    low: float
    high: float
    base: float

    def thinned(self, design_effect: float) -> Sample:
        """Return as many independent answers as this many dependent ones are worth."""
        return Sample(self.low / design_effect, self.high / design_effect, self.base / design_effect)


@dataclass(frozen=True)
class Difference:
    """The p-values of a difference over all counts that print allows, and the interval around it.

    Parameters
    ----------
    smallest, largest
        The smallest and largest p-value; NaN where an expected count is below 1, which the test does not bear.
    low, high
        The ends of the 95 % interval of the first share less the second, in points, of the counts that are furthest
        apart on either side.
    """

    smallest: float
    largest: float
    low: float
    high: float


def kish(clusters: Mapping[int, float]) -> float:
    """Return the design effect of clusters whose members all give the same answer: Σm² / Σm.

    Parameters
    ----------
    clusters
        Size -> how many clusters have it.

    Notes
    -----
    Kish's 1 + (m̄ − 1)ρ with ρ = 1, the mean size m̄ weighted by size since clusters are of several sizes.
    """
    members = sum(size * number for size, number in clusters.items())
    return sum(size**2 * number for size, number in clusters.items()) / members


def p_value(count: Floats | float, base: Floats | float, other: Floats | float, other_base: Floats | float) -> Floats:
    """Return the two-sided p-values of the N − 1 chi-squared test of two proportions.

    Parameters
    ----------
    count, base
        Successes of answers; whole or, divided by a design effect, not. Arrays are of one test each.
    other, other_base
        Those of the other group.

    Returns
    -------
    array
        NaN where an expected count is below 1. As `prop.test(…, correct = FALSE)` of R, its statistic multiplied by
        (N − 1) / N.
    """
    total = np.asarray(base, dtype=float) + other_base
    pooled = (np.asarray(count, dtype=float) + other) / total
    expected = np.minimum(base, other_base) * np.minimum(pooled, 1 - pooled)
    apart = np.asarray(count, dtype=float) / base - np.asarray(other, dtype=float) / other_base
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = pooled * (1 - pooled) * (1 / np.asarray(base, dtype=float) + 1 / np.asarray(other_base, dtype=float))
        statistic = apart**2 / variance * (total - 1) / total
    found: Floats = np.where(expected < _LEAST_EXPECTED - _DUST, math.nan, chi2.sf(statistic, 1))[()]
    return found


def score_interval(
    count: Floats, base: Floats, other: Floats, other_base: Floats, scale: Scale, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of the first share against the second (Miettinen and Nurminen 1985), around all comparisons.

    Parameters
    ----------
    count, base, other, other_base
        As those of `p_value`; arrays of one comparison each.
    scale
        Whether as an odds ratio, or as a difference in percentage points.
    level
        How sure.

    Returns
    -------
    low, high
        The smallest lower and the largest upper end of all comparisons. Of an odds ratio, 0 and infinity where the
        counts set no limit; as statsmodels' `confint_proportions_2indep(…, method="score", compare="odds-ratio",
        correction=True)`, which cannot bear a count of 0.
    """
    counts = tuple(np.asarray(each, dtype=float) for each in (count, base, other, other_base))
    reach = float(norm.ppf(0.5 + level / 2))
    score, furthest = (_score_odds, _FURTHEST) if scale == "odds_ratio" else (_score_points, 1.0)
    low = _lowest(score, counts, reach, furthest)
    # The other way round, the highest end is the lowest.
    count, base, other, other_base = counts
    high = -_lowest(score, (other, other_base, count, base), reach, furthest)
    if scale == "percentage_points":
        return 100 * low, 100 * high
    endless_below = ((count == 0) | (other == other_base)).any()
    endless_above = ((count == base) | (other == 0)).any()
    return 0.0 if endless_below else math.exp(low), math.inf if endless_above else math.exp(high)


_Counts = tuple[Floats, ...]


def _lowest(score: Callable[[_Counts, float], Floats], counts: _Counts, value: float, furthest: float) -> float:
    """Return the lowest effect at which the score of one of many comparisons, which falls as it grows, has a value."""
    below, above = -furthest, furthest
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        reached = score(counts, middle) <= value
        if reached.any():
            # Only where it is reached can it be reached lower still.
            above, counts = middle, tuple(each[reached] for each in counts)
        else:
            below = middle
    return (below + above) / 2


def _score_odds(counts: _Counts, effect: float) -> Floats:
    """Return how far the counts are from a log odds ratio, in standard errors under it."""
    count, base, other, other_base = counts
    ratio, both, total = math.exp(effect), count + other, base + other_base
    square, linear = other_base * (ratio - 1), other_base + both + ratio * (base - both)
    root = np.sqrt(np.maximum(linear**2 + 4 * square * both, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # Either form of the root is exact where the other loses its digits.
        second = np.where(linear > 0, 2 * both / (linear + root), (root - linear) / (2 * square))
        first = ratio * second / (1 + (ratio - 1) * second)
        spread = 1 / (base * first * (1 - first)) + 1 / (other_base * second * (1 - second))
        found = (count - base * first) * np.sqrt(spread * (total - 1) / total)
    scores: Floats = np.nan_to_num(found, nan=0.0)
    return scores


def _score_points(counts: _Counts, effect: float) -> Floats:
    """Return how far the counts are from a difference of shares, in standard errors under it."""
    count, base, other, other_base = counts
    both, total = count + other, base + other_base
    # The likelihood under the difference is highest at a root of a cubic.
    square = (-both - total + effect * (2 * other_base + base)) / total
    linear = (both - 2 * other * effect - total * effect + other_base * effect**2) / total
    constant = other * effect * (1 - effect) / total
    turn = square * square * square / 27 - square * linear / 6 + constant / 2
    reach = np.where(turn < 0, -1.0, 1.0) * np.sqrt(np.maximum(square**2 / 9 - linear / 3, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = (np.pi + np.arccos(np.clip(np.nan_to_num(turn / (reach * reach * reach)), -1, 1))) / 3
        second = np.clip(2 * reach * np.cos(angle) - square / 3, max(0, -effect), min(1, 1 - effect))
        first = np.clip(second + effect, 0, 1)
        variance = (first * (1 - first) / base + second * (1 - second) / other_base) * total / (total - 1)
        found = (count / base - other / other_base - effect) / np.sqrt(variance)
    scores: Floats = np.nan_to_num(found, nan=0.0)
    return scores


def difference(one: Sample, two: Sample) -> Difference:
    """Return what print leaves open of the difference of two shares.

    The statistic grows as the shares move apart, so that the corners of the possible counts hold both ends; where the
    shares may be the same, the largest p-value is 1. The interval is Agresti and Caffo's (2000, *The American
    Statistician* 54, 280–288).
    """
    below, above = (one.low, two.high), (one.high, two.low)
    ends = [float(p_value(first, one.base, second, two.base)) for first, second in (below, above)]
    apart = [first / one.base - second / two.base for first, second in (below, above)]
    if any(math.isnan(end) for end in ends):
        smallest = largest = math.nan
    else:
        smallest, largest = min(ends), 1.0 if apart[0] <= 0 <= apart[1] else max(ends)
    intervals = [
        confint_proportions_2indep(first, one.base, second, two.base, method="agresti-caffo", compare="diff")
        for first, second in (below, above)
    ]
    return Difference(smallest, largest, 100 * float(intervals[0][0]), 100 * float(intervals[1][1]))
