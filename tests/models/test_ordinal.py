"""Proportional-odds regression, held against R."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit

from analysis.errors import AnalysisError
from analysis.models import ordinal
from analysis.models.fit import Check, Fit, NoFit
from analysis.models.logistic import fit_logistic
from analysis.models.ordinal import fit_proportional_odds
from tests.models.ordinal_data import Example, drawn, housing, in_fives, ordered, student_applications

seeds = st.integers(0, 10_000)


def fitted(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None = None) -> Fit:
    fit = fit_proportional_odds(outcome, design, clusters)
    assert isinstance(fit, Fit)
    return fit


def failed(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None = None) -> tuple[Check, ...]:
    fit = fit_proportional_odds(outcome, design, clusters)
    assert isinstance(fit, NoFit)
    assert not any(check.passed for check in fit.checks)
    return fit.checks


def test_housing() -> None:
    """R (ordinal 2022.11-16; MASS::polr(Sat ~ Infl + Type + Cont, housing, Freq) prints the same to 6 digits):

    h <- MASS::housing[rep(1:72, MASS::housing$Freq), ]
    m <- ordinal::clm(Sat ~ Infl + Type + Cont, data = h)
    coef(summary(m)); logLik(m); vcov(m)["InflHigh", "Low|Medium"]
    """
    fit = fitted(*housing())
    estimate = [0.5663937379, 1.2888191104, -0.5723500020, -0.3661863707, -1.0910146590, 0.3602840046]
    se = [0.1046527814, 0.1271561446, 0.1192380086, 0.1551733320, 0.1514860186, 0.0955357950]
    assert list(fit.estimate) == pytest.approx(estimate, rel=1e-6)
    assert [fit.se(term) for term in map(str, fit.estimate.index)] == pytest.approx(se, rel=1e-6)
    assert list(fit.thresholds) == pytest.approx([-0.4961351382, 0.6907082593], rel=1e-6)
    assert list(np.sqrt(np.diag(fit.joint))[6:]) == pytest.approx([0.1248472429, 0.1254719378], rel=1e-6)
    assert fit.joint[1, 6] == pytest.approx(0.005527504218, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-1739.57465, abs=1e-5)
    assert (fit.n, fit.clusters, fit.df["InflHigh"]) == (1681, None, np.inf)


def test_housing_as_published() -> None:
    """Venables & Ripley (2002), section 7.3: coefficients, standard errors and intercepts of `house.plr`."""
    fit = fitted(*housing())
    assert list(fit.estimate.round(4)) == [0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603]
    assert [round(fit.se(term), 4) for term in map(str, fit.estimate.index)] == [
        0.1047,
        0.1272,
        0.1192,
        0.1552,
        0.1515,
        0.0955,
    ]
    assert list(fit.thresholds.round(4)) == [-0.4961, 0.6907]


def test_student_applications() -> None:
    """R (ordinal; rms::lrm gives the same, VGAM::vglm(propodds) has the expected information's standard errors):

    u <- read.csv("ologit_ucla.csv")
    u$apply <- ordered(u$apply, c("unlikely", "somewhat likely", "very likely"))
    m <- ordinal::clm(apply ~ pared + public + gpa, data = u); coef(summary(m)); logLik(m)

    As UCLA prints it, by polr: 1.0477 (0.2658), -0.0588 (0.2979), 0.6159 (0.2606); 2.2039, 4.2994.
    """
    fit = fitted(*student_applications())
    assert dict(fit.estimate) == pytest.approx(
        {"pared": 1.04766367007, "public": -0.05868278437, "gpa": 0.61574581809}, rel=1e-6
    )
    assert list(fit.thresholds) == pytest.approx([2.20332323521, 4.29876739581], rel=1e-6)
    se = [0.2657891226, 0.2978588475, 0.2606310945, 0.7795353070, 0.8043146757]
    assert list(np.sqrt(np.diag(fit.joint))) == pytest.approx(se, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-358.5124357, abs=1e-6)
    assert fit.p_value("gpa") == pytest.approx(1.815122878e-02, rel=1e-5)


def test_by_cluster() -> None:
    """R (clubSandwich 0.5.8), with u and m above; the model as a linear one of its Pearson residuals:

    robust <- function(m, X, y, g) { th <- coef(m); K <- nlevels(y); cuts <- 1:(K - 1)
      P <- function(t) { s <- plogis(outer(-drop(X %*% t[-cuts]), t[cuts], "+")); s <- cbind(0, s, 1)
        c(t(s[, -1] - s[, -(K + 1)])) }
      p <- P(th); e <- (c(t(outer(as.integer(y), 1:K, "=="))) - p) / sqrt(p); A <- numDeriv::jacobian(P, th) / sqrt(p)
      f <- lm(e ~ A - 1); V <- clubSandwich::vcovCR(f, cluster = rep(g, each = K), type = "CR2"); list(f = f, V = V) }
    r <- robust(m, as.matrix(u[, 2:4]), u$apply, (0:399) %/% 5)
    cbind(sqrt(diag(r$V)), clubSandwich::coef_test(r$f, r$V)$df)
    """
    outcome, design = student_applications()
    fit = fitted(outcome, design, in_fives(design))
    se = [0.267618444450, 0.315128230721, 0.255072356960, 0.768030468869, 0.796360466713]
    assert list(np.sqrt(np.diag(fit.joint))) == pytest.approx(se, rel=1e-6)
    assert [fit.se(str(term)) for term in design] == pytest.approx(se[:3], rel=1e-6)
    assert list(fit.df) == pytest.approx([47.9404719528, 44.4006831352, 61.3858588161], rel=1e-6)
    assert fit.clusters == 80
    assert fit.estimate.equals(fitted(outcome, design).estimate)


@given(seeds)
@settings(max_examples=10)
def test_two_categories_of_clusters_of_one_are_a_logistic_regression(seed: int) -> None:
    outcome, design = drawn(seed)
    upper, own = outcome.isin(["c", "d"]), pd.Series(design.index.astype(str), design.index)
    binary = fit_logistic(upper.astype(int), design.assign(intercept=1.0), own)
    fit = fitted(ordered(np.where(upper, "yes", "no"), ["no", "yes"]), design, own)
    assert isinstance(binary, Fit)
    terms = [str(term) for term in design]
    assert fit.covariance.to_numpy() == pytest.approx(binary.covariance.loc[terms, terms].to_numpy(), rel=1e-6)
    assert list(fit.df) == pytest.approx(list(binary.df[terms]), rel=1e-6)


def test_what_one_cluster_alone_tells_has_no_estimate() -> None:
    """Its sandwich would be 0.22, where the model's standard error is 0.81: no residuals are left to differ."""
    outcome, design = drawn(1)
    design = design.assign(alone=(in_fives(design) == "0").astype(float))
    (check,) = failed(outcome, design, in_fives(design))
    assert (check.name, check.values) == ("lone_cluster", {"cluster": "0", "terms": "alone"})


@settings(max_examples=15)
@given(seeds)
def test_categories_turned_round_turn_the_signs(seed: int) -> None:
    outcome, design = drawn(seed)
    there = fitted(outcome, design, in_fives(design))
    back = fitted(outcome.cat.reorder_categories(list("dcba"), ordered=True), design, in_fives(design))
    assert list(back.estimate) == pytest.approx(list(-there.estimate), abs=1e-6)
    assert list(back.thresholds) == pytest.approx(list(-there.thresholds)[::-1], rel=1e-6)
    assert back.covariance.to_numpy() == pytest.approx(there.covariance.to_numpy(), rel=1e-6)


@given(seeds)
@settings(max_examples=10)
def test_other_labels_change_nothing(seed: int) -> None:
    outcome, design = drawn(seed)
    named = fitted(outcome.cat.rename_categories(["never", "seldom", "often", "always"]), design)
    plain = fitted(outcome, design)
    assert named.estimate.equals(plain.estimate)
    assert list(named.thresholds.index) == ["never", "seldom", "often"]
    assert list(pd.CategoricalIndex(named.thresholds.index).categories) == ["never", "seldom", "often", "always"]
    assert replace(named, thresholds=plain.thresholds).log_likelihood == plain.log_likelihood


@settings(max_examples=15)
@given(seeds)
def test_two_categories_are_logistic_regression(seed: int) -> None:
    outcome, design = drawn(seed, categories=2)
    fit = fitted(outcome, design)
    logistic = Logit(outcome == "b", design.assign(intercept=1.0)).fit(disp=0, method="newton", tol=1e-14)
    assert [*fit.estimate, -fit.thresholds["a"]] == pytest.approx(list(logistic.params), rel=1e-5)
    assert [fit.se(str(term)) for term in design] == pytest.approx(list(logistic.bse[:2]), rel=1e-5)


@settings(max_examples=10)
@given(seeds, st.floats(-1e6, 1e6), st.floats(1e-3, 1e5))
def test_units_of_a_term_do_not_matter(seed: int, shift: float, unit: float) -> None:
    outcome, design = drawn(seed)
    plain, scaled = fitted(outcome, design), fitted(outcome, design.assign(size=shift * unit + design["size"] * unit))
    assert scaled.estimate["size"] * unit == pytest.approx(plain.estimate["size"], rel=1e-4, abs=1e-6)
    assert scaled.p_value("size") == pytest.approx(plain.p_value("size"), rel=1e-3, abs=1e-9)


def test_an_empty_category_is_never_collapsed() -> None:
    outcome, design = drawn(1, categories=3)
    (check,) = failed(outcome.cat.set_categories(["a", "aa", "b", "c"], ordered=True), design)
    assert check == Check("outcomes", False, {"units": len(outcome), "empty": "aa"})


def test_all_answers_equal() -> None:
    outcome, design = drawn(1)
    (check,) = failed(ordered(["b"] * len(outcome), ["a", "b"]), design)
    assert check == Check("outcomes", False, {"units": len(outcome), "empty": "a"})
    (check,) = failed(ordered(["b"] * len(outcome), ["b"]), design)
    assert check == Check("outcomes", False, {"units": len(outcome), "empty": ""})


def test_terms_that_do_not_vary_or_determine_each_other() -> None:
    outcome, design = drawn(1)
    (check,) = failed(outcome, design.assign(one=1.0, other=1 - design["role"] + 1e-3 * design["size"]))
    assert check == Check("rank", False, {"constant": "one", "aliased": "one, other"})


def test_clusters_must_be_more_than_parameters() -> None:
    outcome, design = drawn(1)
    one = pd.Series("Kommune 01", design.index)
    assert failed(outcome, design, one) == (Check("one_cluster", False, {"clusters": 1}),)
    six = pd.Series(np.arange(len(design)) % 6, design.index).astype(str)
    assert fitted(outcome, design, six).clusters == 6
    few = Check("few_clusters", False, {"clusters": 5, "term": "", "df": 0, "threshold": 1})
    assert failed(outcome, design, six.replace("5", "4")) == (few,)


def test_what_is_missing_is_counted() -> None:
    outcome, design = drawn(1)
    lacking = design.assign(size=design["size"].where(design["role"] == 1))
    rows = int((design["role"] == 0).sum())
    assert failed(outcome, lacking) == (Check("missing", False, {"units": rows, "terms": "size"}),)
    (check,) = failed(outcome.where(outcome != "a"), design)
    assert check.values == {"units": 20, "terms": "outcome"}


def test_separation_names_the_terms() -> None:
    outcome, design = drawn(1)
    codes = outcome.cat.codes.to_numpy()
    (check,) = failed(outcome, design.assign(top=(codes == 3).astype(float)))
    assert check == Check("separation", False, {"terms": "top"})


def test_what_did_not_arrive_is_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordinal, "_STEPS", 1)
    (check,) = failed(*student_applications())
    assert check.name == "convergence"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda y, x: (y.cat.as_unordered(), x), "'outcome' is not an ordered categorical"),
        (lambda y, x: (y, x.assign(region="Fyn")), "must be numeric; these are not: region"),
        (lambda y, x: (y, x[::-1]), "the same rows, in the same order"),
        (lambda y, x: (y, x[[]]), "no terms, or two"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused(change: Callable[..., Example], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        fit_proportional_odds(*change(*drawn(1)))
