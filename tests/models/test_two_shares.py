"""Two shares: the N − 1 test, its intervals and the design effect against R, and what must hold of any counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.models.two_shares import SIGNIFICANT, Sample, Scale, difference, kish, p_value, score_interval

Counts = st.tuples(st.integers(1, 99), st.integers(1, 99))
EFFECT = 333 / 151


def interval(counts: tuple[float, float, float, float], scale: Scale) -> tuple[float, float]:
    count, base, other, other_base = (np.array([float(each)]) for each in counts)
    return score_interval(count, base, other, other_base, scale)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((20, 28, 30, 38), 0.4844980328), ((71, 150, 86, 254), 0.007333377599), ((79, 98, 62, 96), 0.01247110396)],
)
def test_p_values_are_those_of_r(counts: tuple[int, int, int, int], expected: float) -> None:
    """R 4.x.

    n1 <- function(a, m, b, n) { x <- prop.test(c(a, b), c(m, n), correct = FALSE)$statistic
    pchisq(unname(x) * (m + n - 1) / (m + n), 1, lower = FALSE) }
    n1(20, 28, 30, 38)    # 0.4844980328
    n1(71, 150, 86, 254)  # 0.007333377599
    n1(79, 98, 62, 96)    # 0.01247110396
    """
    assert p_value(*counts) == pytest.approx(expected, rel=1e-8)


def test_intervals_are_those_of_r() -> None:
    """R 4.x.

    ac <- function(a, m, b, n) { p <- (a + 1) / (m + 2); q <- (b + 1) / (n + 2)
    p - q + c(-1, 1) * qnorm(.975) * sqrt(p * (1 - p) / (m + 2) + q * (1 - q) / (n + 2)) }
    ac(20, 28, 30, 38)                    # -0.2838936842  0.1338936842
    d <- 333 / 151; ac(20 / d, 28 / d, 30 / d, 38 / d)  # -0.3790194750  0.2305304713
    """
    found = difference(Sample(20, 20, 28), Sample(30, 30, 38))
    assert (found.low, found.high) == pytest.approx((-28.38936842, 13.38936842))
    effect = 333 / 151
    found = difference(Sample(20, 20, 28).thinned(effect), Sample(30, 30, 38).thinned(effect))
    assert (found.low, found.high) == pytest.approx((-37.90194750, 23.05304713))


def test_kish() -> None:
    """Σm² / Σm of 31 ones, 36 twos, 13 threes, a four and a five: 333 / 151."""
    assert kish({1: 31, 2: 36, 3: 13, 4: 1, 5: 1}) == pytest.approx(333 / 151)
    assert kish({1: 82}) == 1
    assert kish({6: 10}) == 6


@given(Counts, st.floats(1, 6), st.floats(1, 6))
def test_more_dependence_never_makes_a_difference_significant(
    counts: tuple[int, int], effect: float, more: float
) -> None:
    one, two = Sample(counts[0], counts[0], 100), Sample(counts[1], counts[1], 100)
    less, most = (difference(one.thinned(by), two.thinned(by)) for by in (effect, effect * more))
    assume(not math.isnan(most.largest))
    assert less.largest <= most.largest + 1e-12
    assert less.high - less.low <= most.high - most.low + 1e-9


@given(Counts)
def test_a_design_effect_of_one_is_independence(counts: tuple[int, int]) -> None:
    one, two = Sample(counts[0], counts[0], 100), Sample(counts[1], counts[1], 120)
    thinned = difference(one.thinned(1), two.thinned(1))
    assert repr(thinned) == repr(difference(one, two))
    assert p_value(counts[0], 100, counts[1], 120) == pytest.approx(
        p_value(counts[1], 120, counts[0], 100), nan_ok=True
    )


@given(st.integers(2, 60), st.integers(2, 60), st.integers(0, 5), st.integers(0, 5))
def test_the_corners_hold_every_p_value_between(one: int, two: int, more: int, others: int) -> None:
    found = difference(Sample(one, one + more, 70), Sample(two, two + others, 80))
    between = [
        p_value(first, 70, second, 80)
        for first in range(one, one + more + 1)
        for second in range(two, two + others + 1)
    ]
    assert found.smallest <= min(between) + 1e-12
    assert max(between) <= found.largest + 1e-12


@pytest.mark.parametrize(
    ("counts", "points", "ratio"),
    [
        ((30, 38, 20, 28), (-0.132725386, 0.293119886), (0.493096347, 4.570620214)),
        ((23, 38, 9, 28), (0.038291032, 0.494828804), (1.16580826, 8.97329352)),
        (
            (23 / EFFECT, 38 / EFFECT, 9 / EFFECT, 28 / EFFECT),
            (-0.0835681267, 0.5797367353),
            (0.715233114, 14.534045188),
        ),
    ],
)
def test_score_intervals_are_those_of_r(
    counts: tuple[float, float, float, float], points: tuple[float, float], ratio: tuple[float, float]
) -> None:
    """R 4.x: the likelihood under each effect is maximised by search, where the code has its root in closed form.

    mn <- function(a, m, b, n, end, scale) {
      f <- function(k, n, p) (if (k > 0) k * log(p) else 0) + (if (n > k) (n - k) * log(1 - p) else 0)
      first <- function(q, d) if (scale == "points") q + d else exp(d) * q / (1 + (exp(d) - 1) * q)
      z <- function(d) {
        lim <- if (scale == "points") c(max(0, -d), min(1, 1 - d)) else c(0, 1)
        q <- optimize(function(q) f(a, m, first(q, d)) + f(b, n, q), lim, maximum = TRUE, tol = 1e-14)$maximum
        p <- first(q, d)
        if (scale == "points") (a / m - b / n - d) / sqrt((p * (1 - p) / m + q * (1 - q) / n) * (m + n) / (m + n - 1))
        else (a - m * p) * sqrt((1 / (m * p * (1 - p)) + 1 / (n * q * (1 - q))) * (m + n - 1) / (m + n)) }
      uniroot(function(d) z(d) - end, if (scale == "points") c(-.99, .99) else c(-9, 9), tol = 1e-13)$root }
    sapply(c(1, -1) * qnorm(.975), function(e) mn(23, 38, 9, 28, e, "points"))     # 0.038291032 0.494828804
    exp(sapply(c(1, -1) * qnorm(.975), function(e) mn(23, 38, 9, 28, e, "odds")))  # 1.16580826 8.97329352
    """
    assert interval(counts, "percentage_points") == pytest.approx([100 * end for end in points], rel=1e-5)
    assert interval(counts, "odds_ratio") == pytest.approx(ratio, rel=1e-5)


def test_an_interval_has_no_end_where_the_counts_set_none() -> None:
    """R as above: mn(0, 20, 5, 28, qnorm(c(.975, .025)), "points") is -0.35802705 -0.00239757."""
    low, high = interval((0, 20, 5, 28), "odds_ratio")
    assert low == 0
    assert 0 < high < 1
    assert interval((20, 20, 5, 28), "odds_ratio")[1] == math.inf
    assert interval((0, 20, 0, 28), "odds_ratio") == (0, math.inf)
    assert interval((0, 20, 5, 28), "percentage_points") == pytest.approx((-35.802705, -0.239757), rel=1e-5)


@settings(max_examples=25)
@given(st.integers(0, 40), st.integers(0, 60), st.floats(1, 6))
def test_the_intervals_leave_out_no_effect_exactly_where_the_test_rejects(one: int, two: int, effect: float) -> None:
    counts = (one / effect, 40 / effect, two / effect, 60 / effect)
    p = float(p_value(*counts))
    assume(not math.isnan(p) and abs(p - SIGNIFICANT) > 1e-6)
    for scale, none in (("odds_ratio", 1), ("percentage_points", 0)):
        low, high = interval(counts, scale)  # type: ignore[arg-type]
        assert (low <= none <= high) == (p > SIGNIFICANT)
        assert low < high


@settings(max_examples=25)
@given(st.integers(0, 40), st.integers(0, 60))
def test_swapping_the_groups_turns_the_intervals(one: int, two: int) -> None:
    low, high = interval((one, 40, two, 60), "percentage_points")
    assert interval((two, 60, one, 40), "percentage_points") == pytest.approx((-high, -low), abs=1e-5)
    low, high = interval((one, 40, two, 60), "odds_ratio")
    turned = interval((two, 60, one, 40), "odds_ratio")
    assert turned[0] == pytest.approx(1 / high if high else math.inf, rel=1e-6)
    assert turned[1] == pytest.approx(1 / low if low else math.inf, rel=1e-6)


@settings(max_examples=25)
@given(st.lists(Counts, min_size=2, max_size=6), st.sampled_from(["odds_ratio", "percentage_points"]))
def test_the_interval_of_several_is_around_that_of_each(several: list[tuple[int, int]], scale: Scale) -> None:
    alone = [interval((one, 100, two, 120), scale) for one, two in several]
    one, two = (np.array(each, dtype=float) for each in zip(*several, strict=True))
    low, high = score_interval(one, np.full(len(one), 100.0), two, np.full(len(two), 120.0), scale)
    assert (low, high) == (min(end for end, _ in alone), max(end for _, end in alone))


@given(Counts)
def test_many_tests_at_once_are_each_by_itself(counts: tuple[int, int]) -> None:
    several = p_value(
        np.array([counts[0], 5.0]), np.array([100.0, 50]), np.array([counts[1], 9.0]), np.array([120.0, 60])
    )
    alone = [p_value(counts[0], 100, counts[1], 120), p_value(5, 50, 9, 60)]
    assert several.tolist() == pytest.approx(alone, nan_ok=True)
