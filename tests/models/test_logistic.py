"""Logistic regression, held against R's glm and geepack; what has no estimate says why."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import AnalysisError
from analysis.models.firth import fit_firth
from analysis.models.fit import Fit, NoFit, detectable
from analysis.models.gee import fit_gee
from analysis.models.logistic import fit_logistic
from tests.models.small import DESIGN, MUNICIPALITY, OUTCOME


def fitted(found: Fit | NoFit) -> Fit:
    assert isinstance(found, Fit)
    return found


def failed(found: Fit | NoFit) -> list[str]:
    assert isinstance(found, NoFit)
    assert not any(check.passed for check in found.checks)
    return [check.name for check in found.checks]


def test_by_r() -> None:
    """R, data as in small.py:

    f <- glm(y ~ x + role, binomial, control = glm.control(epsilon = 1e-14)); coef(f); vcov(f); logLik(f)
    """
    fit = fitted(fit_logistic(OUTCOME, DESIGN))
    assert fit.estimate.to_list() == pytest.approx([1.00460731492, -0.05779962336, -0.80204420191], rel=1e-8)
    assert fit.covariance.to_numpy() == pytest.approx(
        np.array(
            [
                [10.6724179222, -0.7062525277554, -0.1502041833511],
                [-0.7062525278, 0.0473746148846, 0.0004344188632],
                [-0.1502041834, 0.0004344188632, 0.2449818239420],
            ]
        ),
        rel=1e-6,
    )
    assert fit.log_likelihood == pytest.approx(-47.53342407)
    assert (fit.n, fit.clusters, fit.converged) == (72, None, True)
    z = -0.80204420191 / np.sqrt(0.2449818239420)
    assert fit.p_value("role:chief") == pytest.approx(2 * stats.norm.cdf(z))
    assert fit.interval("role:chief") == pytest.approx(
        tuple(-0.80204420191 + side * 1.959963985 * 0.2449818239420**0.5 for side in (-1, 1))
    )


EVERY = (fit_logistic, fit_firth)


@pytest.mark.parametrize("fit", EVERY)
def test_what_has_no_estimate_says_why(fit: Callable[..., Fit | NoFit]) -> None:
    one = pd.Series("Kommune 1", OUTCOME.index)
    constant = DESIGN.assign(always=3.0)
    twice = DESIGN.assign(again=DESIGN["log2_population"] * 2 - 1)
    unknown = DESIGN.assign(log2_population=DESIGN["log2_population"].where(DESIGN.index != 5))
    none_there = DESIGN.assign(log2_population=DESIGN["log2_population"].where(DESIGN.index != 5, -np.inf))
    assert failed(fit(OUTCOME * 0, DESIGN)) == ["outcomes"]
    assert failed(fit(OUTCOME * 0 + 1, DESIGN)) == ["outcomes"]
    assert failed(fit(OUTCOME, DESIGN, one)) == ["one_cluster"]
    assert failed(fit(OUTCOME, constant)) == ["rank"]
    assert failed(fit(OUTCOME, twice)) == ["rank"]
    assert failed(fit(OUTCOME, unknown)) == ["missing"]
    assert failed(fit(OUTCOME, none_there)) == ["missing"]
    assert failed(fit(OUTCOME.where(OUTCOME.index > 0), DESIGN)) == ["missing"]
    assert failed(fit(OUTCOME, DESIGN, MUNICIPALITY.where(OUTCOME.index > 0))) == ["missing"]
    assert failed(fit(OUTCOME[:2], DESIGN[:2])) == ["rank"]
    assert failed(fit(OUTCOME[:0], DESIGN[:0])) == ["outcomes", "rank"]
    assert failed(fit(OUTCOME * 0, constant, one)) == ["outcomes", "rank", "one_cluster"]


def test_separated_outcomes_have_no_estimate_by_likelihood() -> None:
    above = (DESIGN["log2_population"] > 14).astype(int)
    found = fit_logistic(above, DESIGN, MUNICIPALITY)
    assert failed(found) == ["separation"]
    assert isinstance(found, NoFit)
    assert (found.family, found.n, found.clusters) == ("logistic", 72, 16)
    assert found.checks[0].values == {"terms": "log2_population, role:chief"}
    assert failed(fit_gee(above, DESIGN, MUNICIPALITY, "exchangeable")) == ["separation"]


def test_what_one_cluster_alone_tells_has_no_estimate_by_cluster() -> None:
    """R gives half the standard error that independence would give it (0.5676 for 1.1374), and p = 0.077 for 0.227:

    f <- glm(y ~ x + role + (m == 10), binomial); coef_test(f, vcovCR(f, m, "CR2"), test = "Satterthwaite")
    """
    alone = DESIGN.assign(alone=(MUNICIPALITY == "Kommune 10").astype(float))
    found = fit_logistic(OUTCOME, alone, MUNICIPALITY)
    assert failed(found) == ["lone_cluster"]
    assert isinstance(found, NoFit)
    assert found.checks[0].values == {"cluster": "Kommune 10", "terms": "alone"}
    assert failed(fit_gee(OUTCOME, alone, MUNICIPALITY, "exchangeable")) == ["lone_cluster"]
    assert fitted(fit_logistic(OUTCOME, alone)).estimate["alone"] == pytest.approx(-1.37324798840)
    assert fitted(fit_firth(OUTCOME, alone, MUNICIPALITY)).clusters == 16


@pytest.mark.parametrize(
    ("outcome", "design", "clusters", "words"),
    [
        (OUTCOME + 1, DESIGN, None, "2; allowed: 0 and 1"),
        (OUTCOME, DESIGN.drop(columns="intercept"), None, "no column 'intercept'"),
        (OUTCOME, DESIGN.assign(intercept=2), None, "no column 'intercept'"),
        (OUTCOME[1:], DESIGN, None, "design and outcome"),
        (OUTCOME, DESIGN, MUNICIPALITY[::-1], "design and clusters"),
    ],
)
def test_other_input_is_refused(
    outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None, words: str
) -> None:
    with pytest.raises(AnalysisError, match=words):
        fit_logistic(outcome, design, clusters)


@st.composite
def waves(draw: st.DrawFn) -> tuple[pd.Series, pd.DataFrame, pd.Series | None]:
    n = draw(st.integers(1, 14))
    outcome, group = (draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)) for _ in range(2))
    size = draw(st.lists(st.integers(10, 14), min_size=n, max_size=n))
    clusters = draw(st.none() | st.lists(st.integers(0, 4), min_size=n, max_size=n))
    design = pd.DataFrame({"intercept": np.ones(n), "size": size, "group": group}).astype(float)
    return pd.Series(outcome), design, None if clusters is None else pd.Series(clusters)


@settings(max_examples=10)
@given(waves())
def test_never_a_crash_never_a_number_that_is_none(wave: tuple[pd.Series, pd.DataFrame, pd.Series | None]) -> None:
    for fit in EVERY:
        found = fit(*wave)
        if isinstance(found, NoFit):
            assert found.checks
            continue
        for term in ("intercept", "size", "group"):
            low, high = found.interval(term)
            assert low < found.estimate[term] < high
            assert 0 < found.p_value(term) <= 1
            assert np.isfinite(found.se(term))


def test_what_the_design_could_have_seen_does_not_hang_on_what_it_saw() -> None:
    """R: (qt(.975, c(Inf, 8)) + qt(.8, c(Inf, 8))) * 0.5"""
    assert detectable(0.5, np.inf) == pytest.approx(1.400792609, rel=1e-6)
    assert detectable(0.5, 8) == pytest.approx(1.597446826, rel=1e-6)
    assert detectable(0.5, np.inf, power=0.5) == pytest.approx(0.5 * 1.959963985)
