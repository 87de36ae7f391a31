"""Firth's penalised likelihood, held against its published example, R, and what is exact."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_expit
from scipy.stats import chi2

from analysis.models import checks
from analysis.models.firth import fit_firth
from analysis.models.fit import Fit
from analysis.models.logistic import fit_logistic
from analysis.models.robust import cr2
from tests.models.small import DESIGN, ENDOMETRIAL, GRADE, MUNICIPALITY, OUTCOME, RISKS, TERMS


def fitted(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None = None) -> Fit:
    found = fit_firth(outcome, design, clusters)
    assert isinstance(found, Fit)
    return found


def test_the_published_example() -> None:
    """As logistf prints it (NV 2.93, 0.61 to 7.85); R has no logistf in Debian, so by optim on the definition:

    firth <- function(X, y, w = 1) {
      pen <- function(b, Z = X, o = 0) { eta <- as.vector(Z %*% b) + o; v <- w * plogis(eta) * plogis(-eta)
        sum(w * (y * plogis(eta, log.p = TRUE) + (1 - y) * plogis(-eta, log.p = TRUE))) +
          0.5 * as.numeric(determinant(crossprod(X * v, X))$modulus) }
      best <- function(Z, o = 0, b = rep(0, ncol(Z))) { for (k in 1:30) {
        r <- optim(b, pen, Z = Z, o = o, method = "BFGS", control = list(fnscale = -1, reltol = 1e-15, maxit = 5000,
                   parscale = 1 / apply(abs(Z), 2, max))); if (max(abs(r$par - b)) < 1e-10) break; b <- r$par }; r }
      f <- best(X)
      t(sapply(seq_len(ncol(X)), function(j) {
        at <- function(b) best(X[, -j, drop = FALSE], X[, j] * b, f$par[-j])$value
        cut <- function(b) at(b) - f$value + qchisq(0.95, 1) / 2
        end <- function(reach) uniroot(cut, f$par[j] + reach, tol = 1e-10)$root
        c(f$par[j], end(c(-14, 0)), end(c(0, 14)), pchisq(2 * (f$value - at(0)), 1, lower = FALSE)) })) }
    firth(cbind(1, NV, PI, EH), HG)

    Estimates and standard errors again by brglm2 0.9:

    coef(summary(glm(HG ~ NV + PI + EH, binomial, endometrial, method = "brglmFit", type = "AS_mean")))
    """
    fit = fitted(GRADE, ENDOMETRIAL)
    assert fit.estimate.to_list() == pytest.approx(
        [3.77455971365, 2.92927335320, -0.03475175987, -2.60416392529], rel=1e-8
    )
    assert [fit.se(term) for term in RISKS] == pytest.approx(
        [1.48869166344, 1.55076372945, 0.03957814735, 0.77601764250], rel=1e-7
    )
    assert [fit.interval(term) for term in RISKS] == [
        pytest.approx((1.0825371084, 7.20928049825), rel=1e-6),
        pytest.approx((0.6097244363, 7.85463171388), rel=1e-6),
        pytest.approx((-0.1244587209, 0.04045547316), rel=1e-6),
        pytest.approx((-4.3651832473, -1.23272105722), rel=1e-6),
    ]
    assert [fit.p_value(term) for term in RISKS] == pytest.approx(
        [4.193627886e-03, 9.123667547e-03, 3.874822036e-01, 2.506867215e-05], rel=1e-5
    )
    assert fit.log_likelihood == pytest.approx(-24.0372678)
    assert checks.separation(GRADE, ENDOMETRIAL).values == {"terms": "NV"}


@pytest.mark.parametrize("gap", [0.01, 0.1, 1.0])
def test_answers_that_a_predictor_parts_have_an_estimate_however_close_they_come(gap: float) -> None:
    """A steep curve has a wide top. As the predictor is scaled, so is the estimate: exactly."""
    x = np.concatenate([-np.arange(20) - gap / 2, np.arange(20) + gap / 2])
    outcome = pd.Series((x > 0).astype(int))
    near = fitted(outcome, pd.DataFrame({"intercept": 1.0, "x": 15 + x}))
    far = fitted(outcome, pd.DataFrame({"intercept": 1.0, "x": 15 + 1000 * x}))
    assert near.converged
    assert 1000 * far.estimate["x"] == pytest.approx(near.estimate["x"], rel=1e-4)
    assert 1000 * far.interval("x")[0] == pytest.approx(near.interval("x")[0], rel=1e-3)


@pytest.mark.parametrize(("a", "b", "c", "d"), [(2, 5, 5, 0), (0, 9, 4, 3), (3, 3, 1, 7), (0, 6, 6, 0)])
def test_two_by_two_tables_are_those_with_half_more_in_each_cell(a: int, b: int, c: int, d: int) -> None:
    """Exact in a saturated model (Firth 1993, section 3.3); the Wald variance is that of those cells but not theirs."""
    design = pd.DataFrame({"intercept": np.ones(a + b + c + d), "group": [0.0] * (a + b) + [1.0] * (c + d)})
    fit = fitted(pd.Series([1] * a + [0] * b + [1] * c + [0] * d), design)
    first, second = np.log((a + 0.5) / (b + 0.5)), np.log((c + 0.5) / (d + 0.5))
    assert fit.estimate.to_list() == pytest.approx([first, second - first], abs=1e-8)
    # The penalised likelihood of the table in closed form, at the end of its interval.
    low = fit.interval("group")[0]

    def height(at: float, difference: float) -> float:
        ones, zeros = np.array([a, c]) + 0.5, np.array([b, d]) + 0.5
        eta = np.array([at, at + difference])
        return float(ones @ log_expit(eta) + zeros @ log_expit(-eta))

    best = -minimize_scalar(lambda at: -height(at, low)).fun
    assert height(first, second - first) - best == pytest.approx(chi2.ppf(0.95, 1) / 2, abs=1e-5)


def test_a_second_way_to_the_maximum() -> None:
    """Without derivatives, on the definition."""
    x, sign = DESIGN.to_numpy() - [0, 14, 0], 2 * OUTCOME.to_numpy() - 1

    def depth(at: np.ndarray) -> float:
        eta = x @ at
        information = x.T @ ((expit(eta) * expit(-eta))[:, None] * x)
        return -float(log_expit(sign * eta).sum() + np.linalg.slogdet(information)[1] / 2)

    found = minimize(depth, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    fit = fitted(OUTCOME, DESIGN)
    assert fit.log_likelihood == pytest.approx(-found.fun)
    assert fit.estimate.to_list()[1:] == pytest.approx(found.x[1:].tolist(), rel=1e-5)
    assert fit.estimate["intercept"] == pytest.approx(found.x[0] - 14 * found.x[1], rel=1e-5)


def test_with_clusters_each_municipality_weighs_1() -> None:
    """R, `firth` as above, data as in small.py: firth(cbind(1, x, role), y, 1 / ave(m, m, FUN = length))"""
    fit = fitted(OUTCOME, DESIGN, MUNICIPALITY)
    assert fit.estimate.to_list()[1:] == pytest.approx([-0.0555317098, -0.2213773565], rel=1e-5)
    assert [fit.se(term) for term in TERMS][1:] == pytest.approx([0.3925475244, 1.0279558005], rel=1e-6)
    assert fit.interval("intercept") == pytest.approx((-9.7547328093, 10.9555384074), rel=1e-6)
    assert fit.interval("log2_population") == pytest.approx((-0.7807785522, 0.6585475963), rel=1e-6)
    assert fit.interval("role:chief") == pytest.approx((-2.1079519727, 1.6659011366), rel=1e-6)
    assert [fit.p_value(term) for term in TERMS][1:] == pytest.approx([0.8750963864, 0.8144007131], rel=1e-6)
    assert fit.clusters == 16
    assert fit.checks[-1].values == {"assumed": "maximal"}


def test_answers_that_are_all_the_same_in_a_municipality_count_as_one() -> None:
    groups = pd.DataFrame(product(range(12), range(3)), columns=["municipality", "unit"])
    group = groups["municipality"] % 2
    given = (groups["municipality"] % 3 == 0).astype(int)
    design = pd.DataFrame({"intercept": 1.0, "group": group.astype(float)})
    once = groups["unit"] == 0
    many, one = fitted(given, design, groups["municipality"]), fitted(given[once], design[once])
    assert many.estimate.to_list() == pytest.approx(one.estimate.to_list())
    assert many.interval("group") == pytest.approx(one.interval("group"))
    assert many.p_value("group") == pytest.approx(one.p_value("group"))


def test_why_there_is_no_sandwich_where_a_group_is_separated() -> None:
    """The six municipalities of a group all say no: its sandwich is the surer of it the less there is to go by."""
    municipality = pd.Series(np.arange(40) // 2)
    group = (municipality >= 14).astype(float)
    outcome = ((group == 0) & (np.arange(40) ** 2 % 7 < 3)).astype(int)
    design = pd.DataFrame({"intercept": 1.0, "group": group})
    fit = fitted(outcome, design)
    share = expit(design.to_numpy() @ fit.estimate.to_numpy())
    covariance, _ = cr2(design, outcome.to_numpy() - share, share * (1 - share), municipality)
    assert np.sqrt(covariance["group"]["group"]) < 0.5 * fit.se("group")
    assert fit.interval("group") == pytest.approx((-8.9940667594, -1.887699092), rel=1e-6)
    assert fitted(outcome, design, municipality).interval("group") == pytest.approx(
        (-8.3634235267, -0.9743122947), rel=1e-6
    )


def test_with_much_data_the_penalty_is_nothing() -> None:
    times = 40
    design = pd.concat([DESIGN] * times, ignore_index=True)
    outcome = pd.concat([OUTCOME] * times, ignore_index=True)
    plain, firth = fit_logistic(outcome, design), fitted(outcome, design)
    assert isinstance(plain, Fit)
    for term in TERMS:
        assert firth.estimate[term] == pytest.approx(plain.estimate[term], rel=1e-2)
        assert firth.interval(term) == pytest.approx(plain.interval(term), abs=0.05 * plain.se(term))


def test_without_a_profile_there_are_estimates_alone() -> None:
    fit = fit_firth(GRADE, ENDOMETRIAL, profile=False)
    assert isinstance(fit, Fit)
    assert fit.estimate["NV"] == pytest.approx(2.92927335320)
    for asked in (fit.interval, fit.p_value):
        with pytest.raises(ValueError, match="fit it with profile=True"):
            asked("NV")
