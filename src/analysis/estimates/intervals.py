"""Intervals for a share of municipalities, each for an estimand of its own.

*The municipalities there are* (98 in Denmark): what those that did not answer could change. `worst_case` assumes
nothing; `hypergeometric` assumes that who did not answer has nothing to do with what the answer would have been.
*Municipalities in general*, of which those that answered are seen as a random sample: `superpopulation`.

Throughout, `successes` of `base` municipalities that answered gave the answer in question and `missing` did not
answer; for a routed base, those who left blank the question that decides whether they belong to it are missing too (who
says that they don't know is not in it). Impossible counts raise ValueError.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint


@dataclass(frozen=True)
class Interval:
    """The ends of an interval, both included: shares from 0 to 1, or differences of shares from −1 to 1."""

    low: float
    high: float


def worst_case(successes: int, base: int, missing: int) -> Interval:
    """Return the sharp bounds of a share when the missing may be anything: no assumption, no level of confidence.

    Two estimands have these same bounds. *The share of all base + missing municipalities*: none of the missing is a
    success, or each is. *The share of a domain* (a routed base, such as those with an organisation), where a missing
    municipality may also lie outside the domain: with `j` of the missing inside, `s` of them successes, the share is
    (successes + s) / (base + j). One more success never lowers it and one more failure never raises it, so it is
    largest with s = j = missing and smallest with s = 0 and j = missing.

    Returns
    -------
    Interval
        successes / (base + missing) to (successes + missing) / (base + missing); a point where none is missing. With
        a base of 0 it is 0 to 1: the bounds of a domain are those of its share if it has any member.

    References
    ----------
    Manski, C. F. (2003). *Partial Identification of Probability Distributions*. Springer, chapter 1.
    """
    check_counts(successes=successes, base=base, missing=missing)
    _check_successes(successes, base)
    municipalities = base + missing
    if municipalities == 0:
        raise ValueError("no municipality answered and none is missing: there is no share")
    return Interval(successes / municipalities, (successes + missing) / municipalities)


# Many numbers of a survey share their counts, and a domain asks for each size it may have.
@functools.cache
def hypergeometric(successes: int, base: int, population: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval for the share of a known number of municipalities, some of which did not answer.

    Assumes ignorable non-response: those that answered are as good as drawn at random, without replacement. All
    numbers of successes in the population are kept under which neither tail, as extreme as what was seen or more so,
    has a probability below (1 − confidence) / 2. Coverage is never below `confidence`. A normal approximation with a
    finite-population factor is about as narrow but covers too seldom, most of all where few are missing.

    Parameters
    ----------
    successes, base
        As above; `base` is at least 1.
    population
        Number of municipalities the share is of, `base` among them. Not known for a routed base: see
        `hypergeometric_domain`.
    confidence
        Between 0 and 1.

    Returns
    -------
    Interval
        Multiples of 1 / population, widened to successes / base should that lie between two of them and just
        outside (1 of 97, of 98). A point where all answered.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite populations. *The American
    Statistician* 41, 215–218. Wright, T. (1991). *Exact Confidence Bounds when Sampling from Small Finite
    Universes*. Springer.
    """
    _check_sample(successes, base, confidence)
    check_counts(population=population)
    if base > population:
        raise ValueError(f"{base} municipalities answered, more than the {population} there are")
    totals = np.arange(successes, population - (base - successes) + 1)
    as_many_or_more = hypergeom.sf(successes - 1, population, totals, base)
    as_few_or_fewer = hypergeom.cdf(successes, population, totals, base)
    # A tail of just this size is kept however its last digit was rounded, or mirrored counts would differ.
    least = (1 - confidence) / 2 - 1e-12
    kept = totals[np.minimum(as_many_or_more, as_few_or_fewer) >= least]
    seen = successes / base
    return Interval(min(int(kept[0]) / population, seen), max(int(kept[-1]) / population, seen))


def hypergeometric_domain(successes: int, base: int, missing: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval for the share of a domain (a routed base) whose size is not known.

    Any number of the missing may belong to the domain, so its size lies in base … base + missing: the interval spans
    those of `hypergeometric` for each size, and covers whichever is true. (The largest size does not always give the
    widest interval: the possible shares change with it.) Within the domain, non-response is taken as ignorable.

    Parameters
    ----------
    successes, base
        As above; `base` is at least 1.
    missing
        Municipalities that did not answer, whether or not the question was for them.
    confidence
        Between 0 and 1.
    """
    _check_sample(successes, base, confidence)
    check_counts(missing=missing)
    sizes = range(base, base + missing + 1)
    intervals = [hypergeometric(successes, base, size, confidence) for size in sizes]
    return Interval(min(each.low for each in intervals), max(each.high for each in intervals))


def superpopulation(successes: int, base: int, confidence: float = 0.95) -> Interval:
    """Return the Clopper–Pearson interval for the share among municipalities in general.

    The municipalities that answered are seen as independent draws; that all of a country answered makes no
    difference. Its coverage is never below `confidence`, whatever the share. Wilson's interval is narrower but keeps
    its level only on average over shares, and falls well below it where nearly all, or hardly any, say yes, as is
    common here.

    Parameters
    ----------
    successes, base
        As above; `base` is at least 1.
    confidence
        Between 0 and 1.

    References
    ----------
    Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the
    binomial. *Biometrika* 26, 404–413; `binom.test` in R. On coverage: Brown, L. D., Cai, T. T. & DasGupta, A.
    (2001). Interval estimation for a binomial proportion. *Statistical Science* 16, 101–133.
    """
    _check_sample(successes, base, confidence)
    low, high = proportion_confint(successes, base, alpha=1 - confidence, method="beta")
    return Interval(float(low), float(high))


def change(before: Interval, after: Interval) -> Interval:
    """Return the sharp bounds of the change between two numbers that are each known to lie in an interval.

    Of `worst_case` bounds in two waves: the change in the share of all municipalities, or of each wave's own domain,
    when the missing of both may be anything. What those of one wave would have answered binds nothing in the other, so
    each wave takes its own extreme.
    """
    return Interval(after.low - before.high, after.high - before.low)


def change_superpopulation(
    successes_before: int, base_before: int, successes_after: int, base_after: int, confidence: float = 0.95
) -> Interval:
    """Return the Agresti–Caffo interval for the change in the share among municipalities in general.

    The two waves are taken as independent samples. They are not: they ask the same municipalities. Where those that
    said yes before are more likely to say yes again (the rule), the interval is conservative; were they less likely
    to, it would be too narrow. Approximate: at independence, 98 and 96 municipalities and a confidence of 0.95, its
    coverage is 0.951 on average over all pairs of shares, and 0.927 at the worst. (That of Newcombe's interval falls
    to 0.863; statsmodels' score interval fails where a wave has no success.)

    Parameters
    ----------
    successes_before, base_before, successes_after, base_after
        As above, of the earlier and of the later wave; both bases are at least 1.
    confidence
        Between 0 and 1.

    References
    ----------
    Agresti, A. & Caffo, B. (2000). Simple and effective confidence intervals for proportions and differences of
    proportions result from adding two successes and two failures. *The American Statistician* 54, 280–288.
    """
    _check_sample(successes_before, base_before, confidence)
    _check_sample(successes_after, base_after, confidence)
    low, high = confint_proportions_2indep(
        successes_after, base_after, successes_before, base_before,
        method="agresti-caffo", compare="diff", alpha=1 - confidence,
    )  # fmt: skip
    return Interval(max(-1.0, float(low)), min(1.0, float(high)))


def check_counts(**counts: float) -> None:
    """Refuse, by name, what is no number of municipalities.

    Raises
    ------
    ValueError
        One is negative or not whole.
    """
    for name, count in counts.items():
        if not count >= 0 or count % 1:
            raise ValueError(f"{name} is {count}; a number of municipalities is a whole number, 0 or more")


def _check_successes(successes: int, base: int) -> None:
    if successes > base:
        raise ValueError(f"{successes} successes are more than the {base} municipalities that answered")


def _check_sample(successes: int, base: int, confidence: float) -> None:
    check_counts(successes=successes, base=base)
    _check_successes(successes, base)
    if base == 0:
        raise ValueError("no municipality answered: nothing can be said of others (worst_case needs no answers)")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, as 0.95 does")
