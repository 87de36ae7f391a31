"""Intervals for answers that nest in municipalities, held against R's survey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from analysis.estimates.clustered import clustered, shared_weight
from analysis.estimates.intervals import Interval, superpopulation

GAVE = [1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0]
WHOSE = [0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 5, 5, 6]

Nested = list[tuple[int, bool]]
nested = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20)


def interval(gave: list[int], whose: list[int], weight: list[float] | None = None) -> Interval | None:
    weights = np.ones(len(gave)) if weight is None else np.array(weight)
    return clustered(np.array(gave, dtype=bool), weights, np.array(whose))


def one_each(whose: list[int]) -> list[float]:
    return list(shared_weight(np.ones(len(whose)), np.array(whose), np.ones(len(whose), dtype=bool)))


@pytest.mark.parametrize(
    ("gave", "whose", "weight", "expected"),
    [
        (GAVE, WHOSE, None, (0.2128335366, 0.7871664634)),
        (GAVE, WHOSE, one_each(WHOSE), (0.1276473815, 0.7771228318)),
        (
            [1, 0, 1, 1, 0, 0, 0, 1, 0], [0, 0, 1, 2, 3, 4, 4, 5, 5],
            [0.5, 0.5, 1, 1, 1, 0.5, 0.5, 0.5, 0.5], (0.1327007427, 0.8672992573),
        ),
        ([0] * 40 + [1, 1], [*range(20), *range(20), 19, 20], None, (0.01090945157, 0.18477757758)),
    ],
)  # fmt: skip
def test_by_r(gave: list[int], whose: list[int], weight: list[float] | None, expected: tuple[float, float]) -> None:
    """R (survey 4.1.1):

    library(survey)
    oracle <- function(y, m, w = rep(1, length(y)))
      attr(svyciprop(~y, svydesign(ids = ~m, weights = ~w, data = data.frame(y, m, w)), method = "logit"), "ci")
    y <- c(1,1,0, 1,0, 0,0, 1, 0, 1,1,1,0, 0); m <- c(1,1,1, 2,2, 3,3, 4, 5, 6,6,6,6, 7)
    oracle(y, m)
    oracle(y, m, ave(y, m, FUN = function(v) 1 / length(v)))
    oracle(c(1,0,1,1,0,0,0,1,0), c(1,1,2,3,4,5,5,6,6), c(.5,.5,1,1,1,.5,.5,.5,.5))
    oracle(c(rep(0, 40), 1, 1), c(rep(1:20, 2), 20, 21))
    """
    found = interval(gave, whose, weight)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-6)


def test_where_all_or_none_gave_it_municipalities_are_counted() -> None:
    """R: binom.test(0, 7)$conf.int; binom.test(5, 5)$conf.int"""
    none, every = interval([0] * 14, WHOSE), interval([1] * 6, [0, 0, 1, 2, 3, 4])
    assert none is not None
    assert every is not None
    assert (none.low, none.high) == pytest.approx((0, 0.4096163972))
    assert (every.low, every.high) == pytest.approx((0.4781762499, 1))


def test_where_every_municipality_is_divided_alike_they_are_counted_too() -> None:
    """R: qbeta(.025, 2 * .5, 2 * .5 + 1); qbeta(.975, 2 * .5 + 1, 2 * .5)"""
    found = interval([1, 0, 1, 0], [0, 0, 1, 1])
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.01257911709, 0.98742088291))


def test_one_municipality_tells_nothing_of_others() -> None:
    assert interval([1, 0, 1], [4, 4, 4]) is None
    assert interval([], []) is None


@given(nested)
def test_it_lies_within_nought_to_one_holds_the_share_and_mirrors(rows: Nested) -> None:
    whose, gave = [row[0] for row in rows], [int(row[1]) for row in rows]
    found, mirrored = interval(gave, whose), interval([1 - each for each in gave], whose)
    assert (found is None) == (mirrored is None) == (len(set(whose)) < 2)
    if found is not None and mirrored is not None:
        assert 0 <= found.low <= np.mean(gave) + 1e-9
        assert np.mean(gave) - 1e-9 <= found.high <= 1
        assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-6)


@given(nested, st.integers(2, 5))
def test_answers_that_repeat_a_municipalitys_own_add_nothing(rows: Nested, times: int) -> None:
    whose, gave = [row[0] for row in rows], [int(row[1]) for row in rows]
    once, often = interval(gave, whose), interval(gave * times, whose * times)
    assert (once is None) == (often is None)
    if once is not None and often is not None:
        assert (once.low, once.high) == pytest.approx((often.low, often.high), abs=1e-6)


@given(nested)
def test_weighing_the_same_municipalities_are_a_simple_sample_of_their_shares(rows: Nested) -> None:
    whose, gave = [row[0] for row in rows], [int(row[1]) for row in rows]
    shares = [np.mean([g for m, g in zip(whose, gave, strict=True) if m == each]) for each in sorted(set(whose))]
    found = interval(gave, whose, one_each(whose))
    if found is None or (variance := np.var(shares, ddof=1) / len(shares)) < 1e-12:
        return
    share = np.mean(shares)
    half = t.ppf(0.975, len(shares) - 1) * np.sqrt(variance) / (share * (1 - share))
    ends = [1 / (1 + np.exp(-(np.log(share / (1 - share)) + sign * half))) for sign in (-1, 1)]
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-9)


def test_one_answer_each_is_a_binomial_of_municipalities_at_the_ends() -> None:
    exact, found = superpopulation(0, 30), interval([0] * 30, list(range(30)))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_weights_shared_by_a_municipalitys_answers_in_the_base() -> None:
    weight = shared_weight(np.array([0.5, 0.5, 1, 1]), np.array([0, 0, 1, 2]), np.array([True, False, True, False]))
    assert weight.tolist() == [1, 0, 1, 0]
