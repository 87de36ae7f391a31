"""Probabilities from a proportional-odds model, held against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.models.categories import average_change, category_probabilities, probability_at_least
from analysis.models.fit import Fit
from analysis.models.ordinal import fit_proportional_odds
from tests.models.ordinal_data import drawn, in_fives, student_applications

NEW = pd.DataFrame({"pared": [0, 1], "public": [0, 1], "gpa": [3.0, 3.5]})


def applications(by_cluster: bool) -> tuple[Fit, pd.DataFrame]:
    outcome, design = student_applications()
    fit = fit_proportional_odds(outcome, design, in_fives(design) if by_cluster else None)
    assert isinstance(fit, Fit)
    return fit, design


def test_category_probabilities() -> None:
    """R: predict(ordinal::clm(apply ~ pared + public + gpa, data = u),
    data.frame(pared = c(0, 1), public = c(0, 1), gpa = c(3, 3.5)), type = "prob")
    """
    found = category_probabilities(applications(False)[0], NEW)
    assert list(found.columns) == ["unlikely", "somewhat likely", "very likely"]
    assert found.to_numpy() == pytest.approx(
        np.array([[0.5880925829, 0.3325806777, 0.07932673948], [0.2807452335, 0.4796187640, 0.23963600252]]), rel=1e-6
    )


def test_probability_at_least() -> None:
    """R, with m and g of test_ordinal.py:

    th <- coef(m); L <- cbind(0, -1, as.matrix(new)); eta <- drop(L %*% th)
    se <- sqrt(diag(L %*% sandwich::vcovCL(m, cluster = g) %*% t(L))); t <- qt(.975, 79)
    cbind(plogis(eta), plogis(eta - t * se), plogis(eta + t * se))
    """
    found = probability_at_least(applications(True)[0], NEW, "very likely")
    assert found.to_numpy() == pytest.approx(
        np.array([[0.07932673948, 0.05697718133, 0.1094257480], [0.23963600252, 0.13959909887, 0.3797219469]]), rel=1e-6
    )


@pytest.mark.parametrize(("by_cluster", "se", "df"), [(False, 3.540764238, np.inf), (True, 3.351270188, 79)])
def test_average_change(by_cluster: bool, se: float, df: float) -> None:
    """R, with m and g of test_ordinal.py:

    ame <- function(th) { X <- as.matrix(u[, 2:4]); f <- function(x) mean(plogis(x %*% th[3:5] - th[2]))
      Y <- X; Y[, "gpa"] <- Y[, "gpa"] + 1; 100 * (f(Y) - f(X)) }
    J <- numDeriv::jacobian(ame, coef(m)); V <- vcov(m)  # or sandwich::vcovCL(m, cluster = g)
    c(ame(coef(m)), sqrt(J %*% V %*% t(J)))
    """
    fit, design = applications(by_cluster)
    found = average_change(fit, design, design.assign(gpa=design["gpa"] + 1), "very likely")
    assert (found.points, found.se, found.df) == pytest.approx((6.745576794, se, df), rel=1e-6)
    low, high = found.interval()
    assert (low + high) / 2 == pytest.approx(found.points)
    assert high - low == pytest.approx(2 * se * (1.959963985 if by_cluster is False else 1.990450214), rel=1e-6)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_probabilities_hang_together(seed: int) -> None:
    outcome, design = drawn(seed)
    fit = fit_proportional_odds(outcome, design, in_fives(design))
    assert isinstance(fit, Fit)
    each = category_probabilities(fit, design)
    assert each.to_numpy().min() > 0
    assert list(each.sum(axis=1)) == pytest.approx([1.0] * len(design))
    for place, category in enumerate("bcd", start=1):
        from_here = probability_at_least(fit, design, category)
        assert list(from_here["probability"]) == pytest.approx(list(each.iloc[:, place:].sum(axis=1)))
        assert (from_here["low"] < from_here["probability"]).all()
        assert (from_here["probability"] < from_here["high"]).all()
        assert from_here["high"].max() < 1


def test_no_change_is_no_change() -> None:
    fit, design = applications(False)
    found = average_change(fit, design, design, "very likely")
    assert (found.points, found.se) == (0, 0)


def test_what_the_model_does_not_know_is_refused() -> None:
    fit, design = applications(False)
    with pytest.raises(AnalysisError, match="Did you mean 'very likely'"):
        probability_at_least(fit, design, "very likly")
    with pytest.raises(AnalysisError, match="'unlikely' is no category above the lowest"):
        average_change(fit, design, design, "unlikely")
    with pytest.raises(AnalysisError, match="lacks terms of the model: gpa, public"):
        category_probabilities(fit, design[["pared"]])
