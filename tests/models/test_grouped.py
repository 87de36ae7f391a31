"""Grouped logistic regression against R, and on tables that have no likelihood estimate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.models.grouped import grouped_logistic, separated

BASES = np.array([[28.0, 85.0, 38.0]])


@pytest.mark.parametrize(
    ("counts", "estimate", "se"),
    [([9, 38, 23], 0.5935605109, 0.2592022239), ([20, 47, 30], 0.23897672699, 0.2594960812)],
)
def test_the_slope_is_that_of_r(counts: list[float], estimate: float, se: float) -> None:
    """R 4.x.

    n <- c(28, 85, 38); x <- 1:3; e <- list(epsilon = 1e-14)
    k <- c(9, 38, 23); coef(summary(glm(cbind(k, n - k) ~ x, family = binomial(), control = e)))   # 0.5935605 0.2592022
    k <- c(20, 47, 30); coef(summary(glm(cbind(k, n - k) ~ x, family = binomial(), control = e)))  # 0.2389767 0.2594961
    """
    fit = grouped_logistic(np.array([counts], dtype=float), BASES)
    assert fit.family == "logistic"
    assert fit.converged.all()
    assert (fit.estimate[0], fit.se[0]) == pytest.approx((estimate, se), rel=1e-8)


@pytest.mark.parametrize(
    ("counts", "estimate", "se"),
    [([0, 0, 5], 3.306189408, 1.449510102), ([0, 40, 38], 4.893418571, 1.416748474)],
)
def test_separated_tables_are_fitted_as_firth_does(counts: list[float], estimate: float, se: float) -> None:
    """R 4.x, brglm2.

    k <- c(0, 0, 5); coef(summary(glm(cbind(k, n - k) ~ x, family = binomial(), method = brglm2::brglmFit,
      type = "AS_mean", control = list(epsilon = 1e-12))))  # 3.306189408 1.449510102
    """
    fit = grouped_logistic(np.array([counts], dtype=float), BASES)
    assert fit.family == "firth"
    assert fit.converged.all()
    assert (fit.estimate[0], fit.se[0]) == pytest.approx((estimate, se), rel=1e-7)


def test_one_separated_table_makes_all_be_fitted_alike() -> None:
    fit = grouped_logistic(np.array([[9.0, 38, 23], [0, 0, 5]]), np.repeat(BASES, 2, axis=0))
    assert fit.family == "firth"
    assert fit.estimate[1] == pytest.approx(3.306189408, rel=1e-7)
    # Towards 0, from the likelihood's 0.5936.
    assert 0.55 < fit.estimate[0] < 0.5936


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([0, 0, 5], True), ([0, 0, 0], True), ([28, 85, 38], True), ([0, 40, 38], True), ([28, 40, 0], True),
     ([0, 40, 20], False), ([5, 0, 5], False), ([28, 0, 38], False), ([9, 38, 23], False)],
)  # fmt: skip
def test_separation_is_where_successes_and_failures_do_not_overlap(counts: list[float], expected: bool) -> None:
    assert bool(separated(np.array([counts], dtype=float), BASES)[0]) is expected


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.floats(1, 6))
def test_dependence_widens_and_does_not_move(counts: list[int], effect: float) -> None:
    tables, bases = np.array([counts], dtype=float), np.array([[30.0, 40, 50]])
    fit, thinned = grouped_logistic(tables, bases), grouped_logistic(tables / effect, bases / effect)
    assert fit.converged.all()
    assert thinned.converged.all()
    if fit.family == "logistic":
        assert thinned.estimate[0] == pytest.approx(fit.estimate[0], abs=1e-7)
        assert thinned.se[0] == pytest.approx(fit.se[0] * effect**0.5, rel=1e-6)
