"""Trends over ordered groups against R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.models.trend import cochran_armitage

BASES = np.array([[28.0, 85.0, 38.0]])


@pytest.mark.parametrize(
    ("counts", "expected"), [([9, 38, 23], 5.3969897866), ([20, 47, 30], 0.852035836916), ([9, 23, 5], 3.4422877752)]
)
def test_the_statistic_is_that_of_r(counts: list[float], expected: float) -> None:
    """R 4.x.

    prop.trend.test(c(9, 38, 23), c(28, 85, 38))$statistic   # 5.3969897866
    prop.trend.test(c(20, 47, 30), c(28, 85, 38))$statistic  # 0.852035836916
    prop.trend.test(c(9, 23, 5), c(28, 85, 38))$statistic    # 3.4422877752
    """
    assert float(cochran_armitage(np.array([counts], dtype=float), BASES)[0] ** 2) == pytest.approx(expected, rel=1e-8)


def test_all_answers_alike_have_no_trend_to_test() -> None:
    assert np.isnan(cochran_armitage(np.array([[0.0, 0, 0], [28, 85, 38]]), np.repeat(BASES, 2, axis=0))).all()


@given(st.lists(st.integers(0, 28), min_size=3, max_size=3), st.floats(1, 6))
def test_turned_groups_turn_the_trend_and_dependence_shortens_it(counts: list[int], effect: float) -> None:
    tables, bases = np.array([counts], dtype=float), np.array([[28.0, 30, 40]])
    z = cochran_armitage(tables, bases)
    assert cochran_armitage(tables[:, ::-1], bases[:, ::-1]) == pytest.approx(-z, nan_ok=True, abs=1e-9)
    assert cochran_armitage(tables / effect, bases / effect) == pytest.approx(z / effect**0.5, nan_ok=True, abs=1e-9)
