"""Covariances by cluster, held against R's clubSandwich and sandwich."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.models.fit import Fit
from analysis.models.logistic import fit_logistic
from analysis.models.robust import cluster_covariance, cr2
from tests.models.small import DESIGN, MUNICIPALITY, OUTCOME, TERMS

FEW = MUNICIPALITY.isin([f"Kommune {number}" for number in (12, 13, 14, 15, 16)])


def fitted(mask: pd.Series | None = None) -> Fit:
    chosen = pd.Series(True, OUTCOME.index) if mask is None else mask
    fit = fit_logistic(OUTCOME[chosen], DESIGN[chosen], MUNICIPALITY[chosen])
    assert isinstance(fit, Fit)
    return fit


def test_cr2_by_r() -> None:
    """R (clubSandwich 0.5.8), data as in small.py:

    f <- glm(y ~ x + role, binomial, control = glm.control(epsilon = 1e-14)); V <- vcovCR(f, m, "CR2")
    V; coef_test(f, V, test = "Satterthwaite"); linear_contrast(f, V, matrix(c(0, 2, -1), 1), test = "Satterthwaite")
    """
    fit = fitted()
    assert fit.covariance.to_numpy() == pytest.approx(
        np.array(
            [
                [31.14886478738, -2.129558166461, 0.002215372470],
                [-2.129558166461, 0.146649233095, -0.004532350946],
                [0.00221537247, -0.004532350946, 0.162707216439],
            ]
        ),
        rel=1e-7,
    )
    assert fit.df.to_list() == pytest.approx([8.754947803, 8.316000492, 11.837791294], rel=1e-7)
    assert [fit.p_value(term) for term in TERMS] == pytest.approx(
        [0.86124887642, 0.88362557357, 0.07039557295], rel=1e-7
    )
    assert fit.clusters == 16
    assert fit.combination_df(np.array([0.0, 2.0, -1.0])) == pytest.approx(10.6, abs=0.05)
    assert fit.combination_df(np.array([0.0, 0.0, -3.0])) == pytest.approx(fit.df["role:chief"])


def test_cr2_of_five_clusters_by_r() -> None:
    """R: k <- m >= 12; f <- glm(y ~ x + role, binomial, subset = k, control = glm.control(epsilon = 1e-14))

    coef_test(f, vcovCR(f, m[k], "CR2"), test = "Satterthwaite")
    """
    fit = fitted(FEW)
    assert fit.estimate.to_list() == pytest.approx([109.772084047, -6.818778141, -2.363607255], rel=1e-7)
    assert [fit.se(term) for term in TERMS] == pytest.approx([54.7018055076, 3.4067314543, 0.5571027621], rel=1e-7)
    assert fit.df.to_list() == pytest.approx([3.288087728, 3.252899852, 2.343976619], rel=1e-6)


def test_cr1_by_r() -> None:
    """R (sandwich): vcovCL(f, cluster = m, type = "HC0")"""
    fit = fit_logistic(OUTCOME, DESIGN)
    assert isinstance(fit, Fit)
    x = DESIGN.to_numpy()
    residual = OUTCOME.to_numpy() - expit(x @ fit.estimate.to_numpy())
    found = cluster_covariance(x * residual[:, None] @ fit.covariance.to_numpy(), MUNICIPALITY)
    assert found == pytest.approx(
        np.array(
            [
                [26.54184093900, -1.811103082283, 0.069094406064],
                [-1.811103082283, 0.124583963864, -0.009186243229],
                [0.06909440606, -0.009186243229, 0.154378241426],
            ]
        ),
        rel=1e-6,
    )


def test_the_mean_of_as_many_units_from_each_cluster_has_the_variance_of_the_clusters_means() -> None:
    """With an intercept alone and g clusters of one size CR2 is unbiased, with g − 1 degrees of freedom."""
    clusters = pd.Series(np.repeat([0, 1, 2, 3, 4], 3))
    given = np.array([1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1], dtype=float)
    design = pd.DataFrame({"intercept": np.ones(15)})
    share = given.mean()
    spread = np.full(15, share * (1 - share))
    covariance, freedom = cr2(design, given - share, spread, clusters)
    means = pd.Series(given).groupby(clusters).mean()
    assert covariance.to_numpy()[0, 0] == pytest.approx(means.var() / 5 / spread[0] ** 2)
    assert freedom.df(np.ones(1)) == pytest.approx(4)


def test_what_one_cluster_alone_tells_looks_certain() -> None:
    """Why such a model is refused (`lone_cluster`): the variance is that of the other clusters' share alone."""
    clusters = pd.Series([0, 0, 1, 1, 2, 2, 3, 3])
    design = pd.DataFrame({"intercept": 1.0, "alone": [1.0, 1, 0, 0, 0, 0, 0, 0]})
    residual = np.array([0.5, -0.5, 0.5, 0.5, -0.5, 0.5, -0.5, -0.5])
    covariance, freedom = cr2(design, residual, np.full(8, 0.25), clusters)
    assert covariance["alone"].to_numpy()[1] == pytest.approx(covariance["intercept"].to_numpy()[0])
    assert freedom.df(np.array([0.0, 1.0])) == pytest.approx(2)


def test_nothing_has_no_degrees_of_freedom() -> None:
    assert np.isnan(fitted().combination_df(np.zeros(3)))
