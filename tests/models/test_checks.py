"""Checks before a fit and after: each finds what it is for, and only that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.models import checks
from analysis.models.fit import Check, Fit, NoFit
from analysis.models.logistic import fit_logistic
from tests.models.ordinal_data import housing
from tests.models.small import DESIGN, ENDOMETRIAL, GRADE, MUNICIPALITY, OUTCOME


def separated(outcome: list[int], **columns: list[float]) -> Check:
    return checks.separation(pd.Series(outcome), pd.DataFrame({"intercept": 1.0, **columns}))


def test_separation_names_the_terms() -> None:
    """R: detectseparation::detect_separation (Konis 2007) finds the same of the endometrial data: NV alone."""
    assert checks.separation(GRADE, ENDOMETRIAL) == Check("separation", False, {"terms": "NV"})
    assert checks.separation(OUTCOME, DESIGN) == Check("separation", True, {"terms": ""})


def test_terms_that_part_only_together() -> None:
    outcome = [0, 0, 1, 1, 0, 1]
    first, second = [1.0, 2, 3, 4, 6, 9], [2.0, 3, 2, 3, 8, 7]
    assert separated(outcome, first=first).passed
    assert separated(outcome, second=second).passed
    found = separated(outcome, first=first, second=second)
    assert found.values == {"terms": "first, second"}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), min_size=2, max_size=12))
def test_one_number_separates_if_all_ones_are_on_one_side(units: list[tuple[int, int]]) -> None:
    ones, zeros = [x for x, given in units if given], [x for x, given in units if not given]
    if not ones or not zeros or len({x for x, _ in units}) == 1:
        return
    found = separated([given for _, given in units], x=[float(x) * 1000 for x, _ in units])
    touching = max(ones) <= min(zeros) or max(zeros) <= min(ones)
    assert found.values["terms"] == ("x" if touching else "")


@pytest.mark.parametrize(("scale", "shift"), [(1e-4, 0), (1.0, 1e4), (1e6, 0)])
def test_separation_does_not_hang_on_units(scale: float, shift: float) -> None:
    moved = ENDOMETRIAL.assign(PI=ENDOMETRIAL["PI"] * scale + shift)
    assert checks.separation(GRADE, moved).values["terms"] == "NV"


def test_events_per_variable() -> None:
    """30 of 72 are ones: 15 for each of two terms, 6 for each of five."""
    assert checks.events_per_variable(OUTCOME, DESIGN) == Check(
        "events_per_variable", True, {"events": 30, "terms": 2, "ratio": 15, "threshold": 10}
    )
    wide = DESIGN.assign(a=1, b=2, c=3)
    assert not checks.events_per_variable(OUTCOME, wide).passed
    assert checks.events_per_variable(OUTCOME, wide).values["ratio"] == 6
    assert checks.events_per_variable(OUTCOME, DESIGN[["intercept"]]).passed


def test_rank_names_what_r_would_leave_out() -> None:
    """R: coef(lm(y ~ x + role + I(1 - role) + I(0 * x) + I(x + role))) is NA for the last three."""
    role = DESIGN["role:chief"]
    design = DESIGN.assign(other=1 - role, nothing=0.0, both=DESIGN["log2_population"] + role)
    assert checks.rank(design) == Check("rank", False, {"aliased": "other, nothing, both", "constant": "nothing"})
    assert checks.rank(DESIGN) == Check("rank", True, {"aliased": "", "constant": ""})


def test_empty_cells() -> None:
    size = pd.Series(["small", "small", "large", "large", "large"], name="size", dtype="object")
    outcome = pd.Series([0, 1, 1, 1, 1])
    assert checks.empty_cells(outcome, size).values == {"factor": "size", "cells": "large: 0"}
    declared = size.astype(pd.CategoricalDtype(["small", "medium", "large"]))
    assert checks.empty_cells(outcome, declared).values["cells"] == "medium: 0, medium: 1, large: 0"
    assert checks.empty_cells(pd.Series([0, 1, 0, 1, 1]), size).passed


def test_outcomes_and_clusters() -> None:
    assert checks.outcomes(pd.Series([1, 1])) == Check("outcomes", False, {"units": 2, "empty": "0"})
    degrees = pd.Series(["low", "high"]).astype(pd.CategoricalDtype(["none", "low", "high"], ordered=True))
    assert checks.outcomes(degrees) == Check("outcomes", False, {"units": 2, "empty": "none"})
    assert not checks.outcomes(degrees[:1].cat.set_categories(["low"])).passed
    assert checks.outcomes(OUTCOME).passed
    assert checks.one_cluster(pd.Series(["a", "a"])) == Check("one_cluster", False, {"clusters": 1})
    assert checks.one_cluster(MUNICIPALITY) == Check("one_cluster", True, {"clusters": 16})


def test_events_of_an_ordered_outcome_by_r() -> None:
    """R: s <- table(MASS::housing$Sat[rep(1:72, MASS::housing$Freq)]); sum(s) - sum(s^3) / sum(s)^2

    With the 6 terms of housing; a scale of which all but a few gave one answer is worth few.
    """
    outcome, design = housing()
    found = checks.events_per_variable(outcome, design)
    assert (found.passed, found.values["terms"]) == (True, design.shape[1])
    assert found.values["events"] == pytest.approx(1479.61055801)
    uneven = pd.Series(["a"] * 96 + ["b"] * 2 + ["c"] * 2).astype(pd.CategoricalDtype(list("abc"), ordered=True))
    found = checks.events_per_variable(uneven, pd.DataFrame({"x": range(100), "y": range(100)}))
    assert found.values["events"] == pytest.approx(100 - (96**3 + 2 * 2**3) / 100**2)
    assert not found.passed


def test_few_clusters_names_the_term_they_are_too_few_for() -> None:
    fit = fit_logistic(OUTCOME, DESIGN, MUNICIPALITY)
    assert isinstance(fit, Fit)
    found = checks.few_clusters(fit)
    assert found.passed
    assert found.values == {"clusters": 16, "term": "log2_population", "df": pytest.approx(8.316000492), "threshold": 4}
    few = MUNICIPALITY.isin([f"Kommune {number}" for number in (12, 13, 14, 15, 16)])
    fit = fit_logistic(OUTCOME[few], DESIGN[few], MUNICIPALITY[few])
    assert isinstance(fit, Fit)
    assert not checks.few_clusters(fit).passed
    assert checks.few_clusters(fit).values["term"] == "role:chief"


def test_few_clusters_are_not_of_the_intercept() -> None:
    fit = fit_logistic(OUTCOME, DESIGN, MUNICIPALITY)
    assert isinstance(fit, Fit)
    df = pd.Series([1.0, *[9.0] * (len(fit.df) - 1)], fit.df.index)
    assert fit.df.index[0] == checks.INTERCEPT
    assert checks.few_clusters(replace(fit, df=df)).passed


def test_convergence() -> None:
    estimate = pd.Series([1.0, 2.0], ["a", "b"])
    sure = pd.DataFrame(np.eye(2), ["a", "b"], ["a", "b"])
    assert checks.convergence(True, estimate, sure) == Check("convergence", True, {"terms": ""})
    assert not checks.convergence(False, estimate, sure).passed
    assert checks.convergence(True, estimate, sure * [1, 0]).values["terms"] == "b"
    assert checks.convergence(True, estimate * [np.inf, 1], sure).values["terms"] == "a"


def influence(outcome: pd.Series, design: pd.DataFrame, clusters: pd.Series | None, groups: pd.Series) -> Check:
    def refit(kept: pd.Series) -> Fit | NoFit:
        return fit_logistic(outcome[kept], design[kept], None if clusters is None else clusters[kept])

    fit = refit(pd.Series(True, outcome.index))
    assert isinstance(fit, Fit)
    return checks.influence(fit, refit, groups)


def test_influence_by_r() -> None:
    """R, data as in small.py:

    f <- function(k) coef(glm(y ~ x + role, binomial, subset = k, control = glm.control(epsilon = 1e-14)))
    s <- sapply(unique(m), function(g) (f(m != g) - f(m >= 0))[-1] / c(0.3829480815, 0.4033698259)); max(abs(s))
    exp(f(m >= 0)["x"]); exp(f(m != 16)["x"])
    """
    found = influence(OUTCOME, DESIGN, MUNICIPALITY, MUNICIPALITY)
    assert found.passed
    assert {name: value for name, value in found.values.items() if isinstance(value, str)} == {
        "group": "Kommune 16",
        "term": "log2_population",
        "lost": "",
    }
    numbers = [found.values[name] for name in ("odds_ratio", "without", "standard_errors", "threshold")]
    assert numbers == pytest.approx([0.94383905178, 1.2607254419, 0.75594301196, 1])


def test_one_unit_that_carries_a_term() -> None:
    x = [1.0, 2, 3, 4, 5, 6, 7, 8, 30]
    outcome = pd.Series([0, 1, 0, 0, 1, 1, 1, 1, 0])
    design = pd.DataFrame({"intercept": 1.0, "x": x})
    found = influence(outcome, design, None, pd.Series(list("abcdefghi")))
    assert not found.passed
    assert (found.values["group"], found.values["term"]) == ("i", "x")
    assert float(found.values["odds_ratio"]) < 1 < float(found.values["without"])


def test_one_unit_without_which_there_is_no_estimate() -> None:
    outcome = pd.Series([0, 0, 0, 1, 0, 1, 1, 1])
    design = pd.DataFrame({"intercept": 1.0, "x": np.arange(8.0)})
    found = influence(outcome, design, None, pd.Series(range(8)))
    assert not found.passed
    assert found.values["lost"] == "separation"
    assert found.values["standard_errors"] == np.inf
