"""Intervals, held against every sample and every completion of the missing answers, and against R."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom
from statsmodels.stats.proportion import proportion_confint

from analysis.estimates.intervals import (
    Interval,
    change,
    change_superpopulation,
    hypergeometric,
    hypergeometric_domain,
    superpopulation,
    worst_case,
)

LAST_DIGIT = 1e-12
SURVEYS = [(98, 96), (98, 90), (98, 75), (98, 40), (30, 17), (12, 5)]  # municipalities, and how many answered

Floats = npt.NDArray[np.float64]


@st.composite
def answers(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw successes, base and missing, with a base of at least 1."""
    base = draw(st.integers(1, 40))
    return draw(st.integers(0, base)), base, draw(st.integers(0, 6))


def small_surveys(least_base: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yield each successes, base and missing of up to four that answered and four that did not."""
    for base, missing in product(range(least_base, 5), range(5)):
        if base + missing:
            yield from ((successes, base, missing) for successes in range(base + 1))


def ends(intervals: list[Interval]) -> tuple[Floats, Floats]:
    return np.array([each.low for each in intervals]), np.array([each.high for each in intervals])


def covers(low: Floats, high: Floats, share: Any) -> Any:
    return (low - LAST_DIGIT <= share) & (share <= high + LAST_DIGIT)


def finite_coverage(low: Floats, high: Floats, population: int) -> Floats:
    """Return the coverage for each number of successes in the population, over every possible sample."""
    base = len(low) - 1
    return np.array(
        [
            hypergeom.pmf(np.arange(base + 1), population, total, base) @ covers(low, high, total / population)
            for total in range(population + 1)
        ]
    )


@cache
def exact(population: int, base: int) -> tuple[Floats, Floats]:
    return ends([hypergeometric(successes, base, population) for successes in range(base + 1)])


def wilson(population: int, base: int) -> tuple[Floats, Floats]:
    """Return Wilson's intervals with a finite-population factor, for each number of successes."""
    effective = base * (population - 1) / (population - base)
    seen = np.arange(base + 1) / base
    low, high = proportion_confint(seen * effective, effective, method="wilson")
    return low, high


def test_worst_case_holds_every_completion_and_no_more() -> None:
    for successes, base, missing in small_surveys():
        shares = [(successes + sum(rest)) / (base + missing) for rest in product((0, 1), repeat=missing)]
        assert worst_case(successes, base, missing) == Interval(min(shares), max(shares))


def test_worst_case_holds_every_completion_of_a_domain_and_no_more() -> None:
    for successes, base, missing in small_surveys():
        shares = []
        for rest in product(("outside", "success", "failure"), repeat=missing):
            if size := base + missing - rest.count("outside"):
                shares.append((successes + rest.count("success")) / size)
        assert worst_case(successes, base, missing) == Interval(min(shares), max(shares))


def test_worst_case_of_the_hygiene_organisations() -> None:
    assert worst_case(61, 98, 0) == Interval(61 / 98, 61 / 98)
    assert worst_case(74, 96, 2) == Interval(74 / 98, 76 / 98)


def test_change_in_the_worst_case_holds_every_completion_of_both_waves_and_no_more() -> None:
    for before, after in product(small_surveys(), repeat=2):
        if max(before[1] + before[2], after[1] + after[2]) > 3:
            continue
        changes = [
            (after[0] + sum(later)) / (after[1] + after[2]) - (before[0] + sum(earlier)) / (before[1] + before[2])
            for earlier, later in product(product((0, 1), repeat=before[2]), product((0, 1), repeat=after[2]))
        ]
        assert change(worst_case(*before), worst_case(*after)) == Interval(min(changes), max(changes))


def test_change_in_the_worst_case_of_the_hygiene_organisations() -> None:
    found = change(worst_case(61, 98, 0), worst_case(74, 96, 2))
    assert astuple(found) == pytest.approx((13 / 98, 15 / 98))


@pytest.mark.parametrize(("population", "base"), SURVEYS)
def test_hypergeometric_covers_whatever_the_population(population: int, base: int) -> None:
    assert finite_coverage(*exact(population, base), population).min() >= 0.95


def test_hypergeometric_width_and_coverage_beside_wilson() -> None:
    """The numbers of the design: widths are means over the possible numbers of successes, coverages minima."""
    found = {}
    for population, base in ((98, 96), (98, 90), (98, 75)):
        low, high = exact(population, base)
        adjusted = wilson(population, base)
        plain = proportion_confint(np.arange(base + 1), base, method="wilson")
        found[base] = (
            round(float((high - low).mean()), 3),
            round(float((high - low).max()), 3),
            round(float(finite_coverage(low, high, population).min()), 3),
            round(float((adjusted[1] - adjusted[0]).mean()), 3),
            round(float(finite_coverage(*adjusted, population).min()), 3),
            round(float((plain[1] - plain[0]).mean() / (high - low).mean()), 1),
        )
    # base: width (mean, largest) and coverage; with Wilson's width and coverage; plain Wilson, times as wide
    assert found == {
        96: (0.017, 0.020, 0.978, 0.022, 0.824, 9.0),
        90: (0.044, 0.061, 0.952, 0.046, 0.843, 3.7),
        75: (0.086, 0.112, 0.954, 0.085, 0.917, 2.0),
    }


@pytest.mark.parametrize(
    ("successes", "base", "population", "confidence", "totals"),
    [
        (48, 75, 98, 0.95, (57, 68)),
        (0, 75, 98, 0.95, (0, 2)),
        (60, 75, 98, 0.95, (73, 82)),
        (88, 90, 98, 0.95, (94, 96)),
        (74, 96, 98, 0.95, (74, 76)),
        (9, 17, 30, 0.95, (11, 20)),
        (2, 5, 12, 0.95, (2, 9)),
        (48, 75, 98, 0.99, (56, 69)),
        (48, 75, 98, 0.8, (59, 66)),
    ],
)
def test_hypergeometric_by_r(
    successes: int, base: int, population: int, confidence: float, totals: tuple[int, int]
) -> None:
    """R 4.2.2, for the first: h(48, 75, 98).

    h <- function(k, n, N, level = .95) { K <- k:(N - n + k); a <- (1 - level) / 2
      range(K[phyper(k, K, N - K, n) >= a & phyper(k - 1, K, N - K, n, lower.tail = FALSE) >= a]) }
    """
    low, high = totals
    found = hypergeometric(successes, base, population, confidence)
    assert found == Interval(low / population, high / population)


def test_what_was_seen_lies_within_though_no_such_share_is_possible() -> None:
    """R: h(1, 97, 98) is 1 1, yet 1/97 > 1/98: nothing but the share of those that answered is added."""
    assert hypergeometric(1, 97, 98) == Interval(1 / 98, 1 / 97)
    assert hypergeometric(96, 97, 98) == Interval(96 / 97, 97 / 98)


def test_a_tail_of_just_the_size_is_kept_on_both_sides() -> None:
    # The only one of 40 that is a success is drawn with a probability of 1/40, which is half of 0.05.
    assert hypergeometric(1, 1, 40) == Interval(1 / 40, 1)
    assert hypergeometric(0, 1, 40) == Interval(0, 39 / 40)


def test_a_population_that_answered_in_full_is_a_point() -> None:
    for successes in range(99):
        assert hypergeometric(successes, 98, 98) == Interval(successes / 98, successes / 98)


@pytest.mark.parametrize(("base", "missing"), [(2, 8), (5, 7), (21, 4), (46, 2)])
def test_a_domain_is_covered_whatever_its_size(base: int, missing: int) -> None:
    low, high = ends([hypergeometric_domain(successes, base, missing) for successes in range(base + 1)])
    for size in range(base, base + missing + 1):
        assert finite_coverage(low, high, size).min() >= 0.95


@pytest.mark.parametrize(
    ("successes", "base", "missing", "expected"),
    [(0, 2, 8, (0, 7 / 9)), (50, 74, 2, (50 / 76, 52 / 76)), (38, 46, 9, (0.7636363636, 0.8545454545))],
)
def test_domain_by_r(successes: int, base: int, missing: int, expected: tuple[float, float]) -> None:
    """R, for the first: hd(0, 2, 8), with h as above. Of sizes 2 … 10 it is 9 that gives 7/9; 10 gives 0.7.

    hd <- function(k, n, m) { e <- sapply(n:(n + m), function(D) h(k, n, D) / D); c(min(e[1, ]), max(e[2, ])) }
    """
    found = hypergeometric_domain(successes, base, missing)
    assert astuple(found) == pytest.approx(expected)


@pytest.mark.parametrize(("base", "wilsons"), [(5, 0.833), (21, 0.845), (74, 0.862), (96, 0.866), (98, 0.863)])
def test_superpopulation_covers_whatever_the_share_and_wilson_does_not(base: int, wilsons: float) -> None:
    shares = np.linspace(0, 1, 2001)
    counts = np.arange(base + 1)[:, None]

    def coverage(low: Any, high: Any) -> float:
        return float((binom.pmf(counts, base, shares) * covers(low, high, shares)).sum(axis=0).min())

    low, high = ends([superpopulation(successes, base) for successes in range(base + 1)])
    assert coverage(low[:, None], high[:, None]) >= 0.95
    assert round(coverage(*proportion_confint(counts, base, method="wilson")), 3) == wilsons


@pytest.mark.parametrize(
    ("successes", "base", "confidence", "expected"),
    [
        (74, 96, 0.95, (0.6738506162, 0.8504660275)),
        (61, 98, 0.95, (0.5188474029, 0.7184395323)),
        (0, 21, 0.95, (0, 0.1610976152)),
        (96, 96, 0.95, (0.9623030784, 1)),
        (50, 74, 0.99, (0.5208275148, 0.8072579783)),
    ],
)
def test_superpopulation_by_r(successes: int, base: int, confidence: float, expected: tuple[float, float]) -> None:
    """R 4.2.2, for the first: binom.test(74, 96)$conf.int; for the last: binom.test(50, 74, conf.level = .99)."""
    found = superpopulation(successes, base, confidence)
    assert astuple(found) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("counts", "confidence", "expected"),
    [
        ((61, 98, 74, 96), 0.95, (0.01845568076, 0.27215656414)),
        ((0, 21, 5, 74), 0.9, (-0.05102175953, 0.12195997464)),
        ((98, 98, 0, 96), 0.95, (-1, -0.9519354044)),  # R's −1.0077 is no change of a share
    ],
)
def test_change_in_general_by_r(
    counts: tuple[int, int, int, int], confidence: float, expected: tuple[float, float]
) -> None:
    """R 4.2.2, for the first: ac(61, 98, 74, 96).

    ac <- function(k0, n0, k1, n1, level = .95) { p0 <- (k0 + 1) / (n0 + 2); p1 <- (k1 + 1) / (n1 + 2)
      p1 - p0 + c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt(p0 * (1 - p0) / (n0 + 2) + p1 * (1 - p1) / (n1 + 2)) }
    """
    found = change_superpopulation(*counts, confidence)
    assert astuple(found) == pytest.approx(expected)


@cache
def changes(base_before: int, base_after: int) -> tuple[Floats, Floats]:
    """Return the ends of the interval of change for each number of successes before (rows) and after (columns)."""
    counts = product(range(base_before + 1), range(base_after + 1))
    low, high = ends([change_superpopulation(before, base_before, after, base_after) for before, after in counts])
    return low.reshape(base_before + 1, -1), high.reshape(base_before + 1, -1)


def test_coverage_of_change_in_general_at_independence() -> None:
    low, high = changes(98, 96)
    shares = np.linspace(0, 1, 51)
    before = np.asarray(binom.pmf(np.arange(99)[:, None], 98, shares))
    after = np.asarray(binom.pmf(np.arange(97)[:, None], 96, shares))
    coverage = np.array(
        [
            [before[:, i] @ (covers(low, high, q - p) @ after[:, j]) for j, q in enumerate(shares)]
            for i, p in enumerate(shares)
        ]
    )
    assert coverage.mean() == pytest.approx(0.951, abs=5e-4)
    assert coverage.min() == pytest.approx(0.927, abs=5e-4)


def test_change_in_general_is_conservative_only_where_the_same_say_yes_again() -> None:
    """Each of 98 says yes in both waves with probability `both`; at independence that would be 0.62 × 0.77."""
    low, high = changes(98, 98)

    def coverage(both: float, yes_before: float = 0.62, yes_after: float = 0.77) -> float:
        joint = np.zeros((99, 99))
        joint[0, 0] = 1
        for _ in range(98):
            following = joint * (1 - yes_before - yes_after + both)
            following[1:] += joint[:-1] * (yes_before - both)
            following[:, 1:] += joint[:, :-1] * (yes_after - both)
            following[1:, 1:] += joint[:-1, :-1] * both
            joint = following
        return round(float((joint * covers(low, high, yes_after - yes_before)).sum()), 3)

    assert [coverage(0.40), coverage(0.62 * 0.77), coverage(0.55), coverage(0.62)] == [0.907, 0.951, 0.985, 0.999]


Share = Callable[[int, int, int, float], Interval]
SHARES: list[Share] = [
    lambda successes, base, missing, confidence: worst_case(successes, base, missing),
    lambda successes, base, missing, confidence: hypergeometric(successes, base, base + missing, confidence),
    hypergeometric_domain,
    lambda successes, base, missing, confidence: superpopulation(successes, base, confidence),
]
confidences = st.floats(0.01, 0.999)


@pytest.mark.parametrize("interval", SHARES)
@given(survey=answers(), confidence=confidences)
def test_a_share_lies_within_nought_to_one_and_holds_what_was_seen(
    interval: Share, survey: tuple[int, int, int], confidence: float
) -> None:
    successes, base, _ = survey
    found = interval(*survey, confidence)
    assert 0 <= found.low <= successes / base + LAST_DIGIT
    assert successes / base - LAST_DIGIT <= found.high <= 1


@pytest.mark.parametrize("interval", SHARES)
@given(survey=answers(), confidence=confidences)
def test_a_share_of_the_others_is_its_mirror(interval: Share, survey: tuple[int, int, int], confidence: float) -> None:
    successes, base, missing = survey
    found = interval(*survey, confidence)
    mirrored = interval(base - successes, base, missing, confidence)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx(astuple(found))


@pytest.mark.parametrize("interval", SHARES)
@given(survey=answers(), confidence=confidences)
def test_one_more_success_lowers_neither_end(interval: Share, survey: tuple[int, int, int], confidence: float) -> None:
    successes, base, missing = survey
    if successes < base:
        found, more = interval(*survey, confidence), interval(successes + 1, base, missing, confidence)
        assert found.low <= more.low
        assert found.high <= more.high


@pytest.mark.parametrize("interval", SHARES)
@given(survey=answers(), levels=st.tuples(confidences, confidences))
def test_more_confidence_is_no_narrower(
    interval: Share, survey: tuple[int, int, int], levels: tuple[float, float]
) -> None:
    less, more = (interval(*survey, confidence) for confidence in sorted(levels))
    assert more.low <= less.low
    assert less.high <= more.high


@given(survey=answers(), confidence=confidences)
def test_what_needs_no_assumption_is_never_narrower_among_the_municipalities_there_are(
    survey: tuple[int, int, int], confidence: float
) -> None:
    bounds = worst_case(*survey)
    for found in (hypergeometric_domain(*survey, confidence), hypergeometric(*survey[:2], sum(survey[1:]), confidence)):
        assert bounds.low - LAST_DIGIT <= found.low
        assert found.high <= bounds.high + LAST_DIGIT


@given(before=answers(), after=answers(), confidence=confidences)
def test_a_change_read_backwards_is_its_mirror(
    before: tuple[int, int, int], after: tuple[int, int, int], confidence: float
) -> None:
    for found, backwards in (
        (change(worst_case(*before), worst_case(*after)), change(worst_case(*after), worst_case(*before))),
        (
            change_superpopulation(*before[:2], *after[:2], confidence),
            change_superpopulation(*after[:2], *before[:2], confidence),
        ),
    ):
        assert -1 <= found.low <= found.high <= 1
        assert (-backwards.high, -backwards.low) == pytest.approx(astuple(found))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: worst_case(5, 4, 0), "5 successes are more than the 4 municipalities that answered"),
        (lambda: worst_case(-1, 4, 0), "successes is -1; a number of municipalities is a whole number, 0 or more"),
        (lambda: worst_case(1, 4, -2), "missing is -2"),
        (lambda: worst_case(0, 0, 0), "no municipality answered and none is missing"),
        (lambda: hypergeometric(2, 4, 3), "4 municipalities answered, more than the 3 there are"),
        (lambda: hypergeometric(5, 4, 98), "5 successes are more than the 4"),
        (lambda: hypergeometric(0, 0, 98), "nothing can be said of others"),
        (lambda: hypergeometric(1, 4, 98, 95), "confidence is 95; it must lie between 0 and 1"),
        (lambda: hypergeometric_domain(0, 0, 5), "nothing can be said of others"),
        (lambda: hypergeometric_domain(1, 4, -1), "missing is -1"),
        (lambda: superpopulation(3, 2), "3 successes are more than the 2"),
        (lambda: superpopulation(0, 0), "nothing can be said of others"),
        (lambda: superpopulation(1, 2, 0), "confidence is 0"),
        (lambda: change_superpopulation(1, 2, 3, 2), "3 successes are more than the 2"),
        (lambda: change_superpopulation(0, 0, 1, 2), "nothing can be said of others"),
        # Two chiefs of one municipality weigh a half each; half a municipality is no count.
        (lambda: superpopulation(2.5, 5), "successes is 2.5"),  # type: ignore[arg-type]
        (lambda: worst_case(float("nan"), 5, 0), "successes is nan"),  # type: ignore[arg-type]
    ],
)
def test_impossible_counts_are_refused(call: Callable[[], Interval], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
