"""Two shares of different answerers compared, from what print leaves of their counts.

The test is Pearson's chi-squared for two proportions with N − 1 in the place of N. Fisher's test needs whole numbers,
which counts divided by a design effect are not, and is conservative where only one margin is fixed; N − 1 keeps its
level down to expected counts of 1 (Campbell 2007). Counts divided by their design effect make it the first-order
correction of Rao and Scott.

References
----------
Campbell, I. (2007). Chi-squared and Fisher-Irwin tests of two-by-two tables with small sample recommendations.
*Statistics in Medicine* 26, 3661–3675. Kish, L. (1965). *Survey Sampling*. Wiley, section 8.2. Rao, J. N. K. & Scott,
A. J. (1992). A simple method for the analysis of clustered binary data. *Biometrics* 48, 577–585.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import chi2
from statsmodels.stats.proportion import confint_proportions_2indep

SIGNIFICANT = 0.05
SIMILAR_WITHIN = 10.0
"""Points below which a difference counts as small: KL's report of 2023 calls 42 against 32 per cent a larger share."""

_LEAST_EXPECTED = 1.0
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


def p_value(count: float, base: float, other: float, other_base: float) -> float:
    """Return the two-sided p-value of the N − 1 chi-squared test of two proportions.

    Parameters
    ----------
    count, base
        Successes of answers; whole or, divided by a design effect, not.
    other, other_base
        Those of the other group.

    Returns
    -------
    float
        NaN where an expected count is below 1. As `prop.test(…, correct = FALSE)` of R, its statistic multiplied by
        (N − 1) / N.
    """
    total = base + other_base
    pooled = (count + other) / total
    if min(base, other_base) * min(pooled, 1 - pooled) < _LEAST_EXPECTED - _DUST:
        return math.nan
    apart = count / base - other / other_base
    statistic = apart**2 / (pooled * (1 - pooled) * (1 / base + 1 / other_base)) * (total - 1) / total
    return float(chi2.sf(statistic, 1))


def difference(one: Sample, two: Sample) -> Difference:
    """Return what print leaves open of the difference of two shares.

    The statistic grows as the shares move apart, so that the corners of the possible counts hold both ends; where the
    shares may be the same, the largest p-value is 1. The interval is Agresti and Caffo's (2000, *The American
    Statistician* 54, 280–288).
    """
    below, above = (one.low, two.high), (one.high, two.low)
    ends = [p_value(first, one.base, second, two.base) for first, second in (below, above)]
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
