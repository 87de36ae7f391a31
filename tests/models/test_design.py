"""Design matrices: columns, names, knots and splines as R's rms has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models import checks
from analysis.models.design import Dummies, Log2, Product, Spline, design_matrix, knots

SIZE = Dummies("size", ("small", "medium", "large"), "small")
DATA = pd.DataFrame(
    {"population": [4096.0, 2048, np.nan, 0], "size": ["small", "large", "medium", None]}, index=["a", "b", "c", "d"]
)


def test_columns_and_names() -> None:
    found = design_matrix(DATA, [Log2(), SIZE, Product(SIZE, Log2())])
    assert list(found) == [
        "intercept", "log2_population", "size:medium", "size:large",
        "size:medium × log2_population", "size:large × log2_population",
    ]  # fmt: skip
    nan = np.nan
    expected = [[1, 12, 0, 0, 0, 0], [1, 11, 0, 1, 0, 11], [1, nan, 1, 0, nan, nan], [1, nan, nan, nan, nan, nan]]
    np.testing.assert_array_equal(found.to_numpy(), np.array(expected))
    assert list(found.index) == list("abcd")


def test_a_unit_without_population_is_said_to_lack_it() -> None:
    check = checks.missing(pd.Series(0, DATA.index), design_matrix(DATA, [Log2()]))
    assert not check.passed
    assert check.values == {"units": 2, "terms": "log2_population"}


def test_an_undeclared_level_is_refused() -> None:
    with pytest.raises(AnalysisError, match="size: huge; allowed: small, medium, large"):
        SIZE.columns(pd.DataFrame({"size": ["small", "huge"]}))
    with pytest.raises(AnalysisError, match="reference 'tiny' is no level"):
        Dummies("size", ("small",), "tiny")


@pytest.mark.parametrize(
    ("units", "count", "places", "bent"),
    [
        (60, 3, [11.89064732, 13.60347786, 15.14678483], [[0], [0.4484338708], [2.8947895632]]),
        (
            60, 4, [11.89064732, 13.03981785, 14.15020999, 15.14678483],
            [[0, 0], [0.4484338708, 0.01422911767], [3.4394016201, 0.84010009917]],
        ),
        (
            60, 5, [11.89064732, 12.74928339, 13.60347786, 14.41866658, 15.14678483],
            [[0, 0, 0], [0.4484338708, 0.05255399222, 0], [3.6396078976, 1.44551648112, 0.3530205107]],
        ),
        (120, 3, [12.45747553, 15.41051963, 18.10175627], [[0], [0.04347542489], [5.38382121020]]),
        (
            120, 5, [12.03663382, 13.80439378, 15.41051963, 16.94329213, 18.42841616],
            [[0, 0, 0], [0.08861994752, 0, 0], [6.79504682067, 2.516694574, 0.620223913]],
        ),
    ],
)  # fmt: skip
def test_splines_by_r(units: int, count: int, places: list[float], bent: list[list[float]]) -> None:
    """R (Hmisc 4.8.0): z <- log2(3000 * 1.07^((0:(n - 1))^0.9))

    k <- rcspline.eval(z, nk = count, knots.only = TRUE); rcspline.eval(z, knots = k)[c(1, 30, n), ]
    """
    data = pd.DataFrame({"population": 3000 * 1.07 ** (np.arange(units) ** 0.9)})
    found = knots(data["population"], count)
    assert found == pytest.approx(places, rel=1e-8)
    columns = Spline("population", found).columns(data)
    assert list(columns) == ["log2_population" + "'" * primes for primes in range(count - 1)]
    assert columns["log2_population"].to_list() == pytest.approx(np.log2(data["population"]).to_list())
    assert columns.iloc[[0, 29, units - 1], 1:].to_numpy() == pytest.approx(np.array(bent), rel=1e-7, abs=1e-12)


def test_a_spline_is_straight_beyond_its_knots() -> None:
    spline = Spline("population", (11.0, 13.0, 14.0, 16.0))
    columns = spline.columns(pd.DataFrame({"population": 2.0 ** np.array([8, 9, 10, 17, 18, 19, 20])}))
    assert (columns.iloc[:3, 1:] == 0).all(axis=None)
    assert np.diff(columns.iloc[3:].to_numpy(), n=2, axis=0) == pytest.approx(0, abs=1e-9)


def test_knots_that_coincide_bend_nothing_and_rank_says_so() -> None:
    data = pd.DataFrame({"population": [5000.0] * 8 + [9000.0] * 2})
    design = design_matrix(data, [Spline("population", knots(data["population"]))])
    assert checks.rank(design).values == {"aliased": "log2_population'", "constant": "log2_population'"}


def test_what_cannot_be_bent_is_refused() -> None:
    with pytest.raises(AnalysisError, match="5 values are too few"):
        knots(pd.Series([1.0, 2, 3, 4, 5, np.nan, 0]))
    with pytest.raises(AnalysisError, match="6 knots; allowed: 3, 4, 5"):
        knots(pd.Series(np.arange(1.0, 50)), 6)
