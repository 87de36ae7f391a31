"""Estimating equations, held against geepack (two categories) and a second derivation in R (three)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.models import gee
from analysis.models.fit import Check, Fit, NoFit
from analysis.models.gee import Correlation, fit_gee, fit_ordinal_gee
from analysis.models.ordinal import fit_proportional_odds
from tests.models.ordinal_data import drawn, in_fives, ordered, student_applications
from tests.models.small import DESIGN, MUNICIPALITY, OUTCOME


def fitted(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str]) -> Fit:
    fit = fit_ordinal_gee(outcome, design, clusters)
    assert isinstance(fit, Fit)
    return fit


@pytest.mark.parametrize(
    ("correlation", "estimate", "variances", "alpha"),
    [
        (
            "independence", [1.00460731492, -0.05779962336, -0.80204420191],
            [24.88297588031, 0.116797466123, 0.144729601337], 0,
        ),
        (
            "exchangeable", [0.56259138314, -0.03050431232, -0.90563649274],
            [25.1641394100, 0.1186080162, 0.1320823482], 0.4838227238,
        ),
    ],
)  # fmt: skip
def test_gee_by_r(correlation: Correlation, estimate: list[float], variances: list[float], alpha: float) -> None:
    """R (geepack 1.3.9), data as in small.py:

    g <- geeglm(y ~ x + role, binomial, id = m, corstr = "exchangeable", # or "independence"
                control = geese.control(epsilon = 1e-12, maxit = 200)); coef(g); vcov(g); g$geese$alpha
    """
    fit = fit_gee(OUTCOME, DESIGN, MUNICIPALITY, correlation)
    assert isinstance(fit, Fit)
    assert fit.estimate.to_list() == pytest.approx(estimate, rel=1e-6)
    assert np.diag(fit.covariance) == pytest.approx(variances, rel=1e-6)
    assert fit.checks[-1].values == {"assumed": correlation, "correlation": pytest.approx(alpha, rel=1e-6)}
    # The degrees of freedom are those of test_robust.py.
    t = estimate[2] / variances[2] ** 0.5
    assert fit.p_value("role:chief") == pytest.approx(2 * stats.t.cdf(t, 11.837791294), rel=1e-5)
    assert np.isnan(fit.log_likelihood)


def test_gee_needs_more_clusters_than_terms() -> None:
    few = OUTCOME.index % 3
    found = fit_gee(OUTCOME, DESIGN, pd.Series(few), "independence")
    assert isinstance(found, NoFit)
    assert [check.name for check in found.checks] == ["few_clusters"]


def test_three_categories() -> None:
    """R, a second derivation with the whole covariance of each cluster; g <- (0:399) %/% 5:

    gee <- function(y, X, g) {
      y <- as.integer(y); K <- max(y) - 1; p <- ncol(X)
      th <- c(rep(0, p), qlogis(cumsum(table(y)/length(y)))[1:K])
      for (it in 1:200) {
        part <- lapply(seq_along(y), function(i) { P <- plogis(sum(X[i,]*th[1:p]) - th[p+1:K])
          V <- outer(1:K, 1:K, function(k, l) P[pmax(k,l)] - P[k]*P[l]); e <- eigen(V)
          S <- e$vectors %*% diag(sqrt(e$values), K) %*% t(e$vectors)
          list(D = (P*(1-P))*cbind(matrix(X[i,], K, p, byrow = TRUE), -diag(K)), S = S, r = (y[i] > 1:K) - P) })
        z <- t(matrix(sapply(part, function(a) solve(a$S, a$r)), K)); num <- 0; n <- 0; H <- 0; U <- 0; M <- 0
        for (c in unique(g)) { w <- which(g == c)
          for (i in w) for (j in w) if (i < j) { num <- num + sum(z[i,]*z[j,]); n <- n + K } }
        a <- num/n
        for (c in unique(g)) { w <- which(g == c); m <- length(w); S <- matrix(0, m*K, m*K)
          D <- do.call(rbind, lapply(part[w], `[[`, "D")); r <- unlist(lapply(part[w], `[[`, "r"))
          for (i in 1:m) S[(i-1)*K+1:K, (i-1)*K+1:K] <- part[[w[i]]]$S
          W <- solve(S %*% kronecker(matrix(a, m, m) + (1-a)*diag(m), diag(K)) %*% S)
          s <- t(D) %*% W %*% r; U <- U + s; H <- H + t(D) %*% W %*% D; M <- M + s %*% t(s) }
        step <- solve(H, U); th <- th + drop(step); if (max(abs(step)) < 1e-12) break }
      G <- length(unique(g)); list(a, th, sqrt(diag(solve(H) %*% M %*% solve(H)*G/(G-1)))) }
    gee(u$apply, as.matrix(u[, 2:4]), g)
    """
    outcome, design = student_applications()
    fit = fitted(outcome, design, in_fives(design))
    estimate = [1.05510704090, -0.05250085783, 0.60898874156, 2.18508769907, 4.28026251529]
    assert [*fit.estimate, *fit.thresholds] == pytest.approx(estimate, rel=1e-5)
    se = [0.2640175322, 0.3118959865, 0.2534470502, 0.7629768719, 0.7913161692]
    assert list(np.sqrt(np.diag(fit.joint))) == pytest.approx(se, rel=1e-5)
    assert (fit.family, fit.clusters) == ("ordinal_gee", 80)
    # Those of test_ordinal.py.
    assert list(fit.df) == pytest.approx([47.9404719528, 44.4006831352, 61.3858588161], rel=1e-6)
    assert [check.name for check in fit.checks] == ["convergence", "dependence"]


def test_two_categories() -> None:
    """R (geepack 1.3.9); the correlation is that of the function above, gee(1 + u$b, as.matrix(u[, 2:4]), g):

    u$b <- as.numeric(u$apply != "unlikely")
    m <- geepack::geeglm(b ~ pared + public + gpa, id = g, data = u, family = binomial, corstr = "fixed",
      zcor = rep(0.004488719218, 800), scale.fix = TRUE, control = geepack::geese.control(epsilon = 1e-12))
    coef(summary(m))[, 1]; coef(summary(m))[, 2] * sqrt(80 / 79)
    """
    outcome, design = student_applications()
    binary = ordered(np.where(outcome == "unlikely", "no", "yes"), ["no", "yes"])
    fit = fitted(binary, design, in_fives(design))
    assert list(fit.estimate) == pytest.approx([1.0560182024, -0.2044175921, 0.5524216723], rel=1e-5)
    assert fit.thresholds["no"] == pytest.approx(1.9943796580, rel=1e-5)
    se = [0.2921921086, 0.3135154340, 0.2891644219, 0.8666538176]
    assert list(np.sqrt(np.diag(fit.joint))) == pytest.approx(se, rel=1e-5)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_without_correlation_it_is_maximum_likelihood(seed: int) -> None:
    outcome, design = drawn(seed)
    alone = pd.Series(design.index, design.index).astype(str)
    likely = fit_proportional_odds(outcome, design)
    assert isinstance(likely, Fit)
    fit = fitted(outcome, design, alone)
    assert list(fit.estimate) == pytest.approx(list(likely.estimate), rel=1e-5, abs=1e-6)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_categories_turned_round_turn_the_signs(seed: int) -> None:
    outcome, design = drawn(seed)
    there = fitted(outcome, design, in_fives(design))
    back = fitted(outcome.cat.reorder_categories(list("dcba"), ordered=True), design, in_fives(design))
    assert list(back.estimate) == pytest.approx(list(-there.estimate), rel=1e-5, abs=1e-6)
    assert back.covariance.to_numpy() == pytest.approx(there.covariance.to_numpy(), rel=1e-5)


def test_what_did_not_arrive_is_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gee, "_STEPS", 1)
    outcome, design = student_applications()
    check = Check("convergence", False, {"terms": ""})
    assert fit_ordinal_gee(outcome, design, in_fives(design)) == NoFit("ordinal_gee", (check,), 400, 80)


def test_who_answers_twice_alike_says_no_more_than_once() -> None:
    outcome, design = drawn(5)
    alone = pd.Series(design.index, design.index).astype(str)
    once = fitted(outcome, design, alone)
    twice = fitted(
        ordered([*outcome, *outcome], list("abcd")),
        pd.concat([design, design], ignore_index=True),
        pd.concat([alone, alone], ignore_index=True),
    )
    assert list(twice.estimate) == pytest.approx(list(once.estimate), rel=1e-5)
    assert twice.joint == pytest.approx(once.joint, rel=1e-5)


def test_where_maximum_likelihood_has_no_estimate_neither_has_this() -> None:
    outcome, design = drawn(5)
    found = fit_ordinal_gee(outcome, design.assign(one=1), in_fives(design))
    assert isinstance(found, NoFit)
    assert found.checks[0].name == "rank"
