"""Grouped logistic regression against R, and on tables that have no likelihood estimate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.models.grouped import grouped_logistic, null_se, separated

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


def test_without_association_the_error_is_that_of_a_fit_to_equal_shares() -> None:
    """R 4.x. The same shares in each group, and then what they would be if the quality department's were the same.

    e <- list(epsilon = 1e-14); se <- function(k, n, x)
      coef(summary(glm(cbind(k, n - k) ~ x, family = binomial(), control = e)))["x", 2]
    se(c(5, 15, 10), c(20, 60, 40), 1:3)                   # 0.3067859955
    se(c(5, 15), c(20, 60), 0:1)                           # 0.596284794
    n <- c(28, 85, 38); se(70 / 151 * n, n, 1:3)           # 0.2480866164
    """
    assert null_se(np.array([[5.0, 15, 10]]), np.array([[20.0, 60, 40]])) == pytest.approx([0.3067859955], rel=1e-9)
    assert null_se(np.array([[5.0, 15]]), np.array([[20.0, 60]])) == pytest.approx([0.596284794], rel=1e-9)
    assert null_se(np.array([[9.0, 38, 23]]), BASES) == pytest.approx([0.2480866164], rel=1e-9)


def test_where_all_answer_alike_there_is_no_error_without_association() -> None:
    assert np.isnan(null_se(np.array([[0.0, 0, 0], [28, 85, 38]]), np.repeat(BASES, 2, axis=0))).all()


TABLES = st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), min_size=2, max_size=4)


@given(TABLES, st.integers(2, 9), st.floats(1, 6))
def test_more_answers_make_it_smaller_and_dependence_larger(
    table: list[tuple[int, int]], times: int, effect: float
) -> None:
    counts, other = (np.array([each], dtype=float) for each in zip(*table, strict=True))
    se = null_se(counts, counts + other)
    assert se > 0
    assert null_se(times * counts, times * (counts + other)) == pytest.approx(se / times**0.5)
    assert null_se(counts / effect, (counts + other) / effect) == pytest.approx(se * effect**0.5)


@given(TABLES, st.data())
def test_it_does_not_depend_on_how_far_apart_groups_are(table: list[tuple[int, int]], data: st.DataObject) -> None:
    """Successes that move from one group to another change no total."""
    counts, other = (np.array([each], dtype=float) for each in zip(*table, strict=True))
    moved = counts.copy()
    one, two = data.draw(st.permutations(range(len(table))))[:2]
    many = min(counts[0, one], other[0, two])
    moved[0, one], moved[0, two] = counts[0, one] - many, counts[0, two] + many
    assert null_se(moved, counts + other) == pytest.approx(null_se(counts, counts + other))
