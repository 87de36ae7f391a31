"""Brant's test, held against what is published and a second derivation in R.

second derivation, by glm, of the whole covariance:

   brant <- function(y, X, g = NULL) {
     y <- as.integer(y); K <- max(y); X1 <- cbind(1, as.matrix(X)); p <- ncol(X1)
     m <- lapply(1:(K-1), function(k)
       glm.fit(X1, as.numeric(y > k), family = binomial(), control = list(epsilon = 1e-14)))
     b <- sapply(m, coef); P <- sapply(m, fitted)
     A <- lapply(1:(K-1), function(k) solve(crossprod(X1, P[,k]*(1-P[,k])*X1)))
     V <- matrix(0, (K-1)*p, (K-1)*p); at <- function(k) (k-1)*p + 1:p; G <- length(unique(g))
     for (k in 1:(K-1)) for (l in 1:(K-1)) {
       s <- function(k) rowsum(X1*((y > k) - P[,k]), g)
       M <- if (is.null(g)) crossprod(X1, (P[,max(k,l)] - P[,k]*P[,l])*X1) else crossprod(s(k), s(l))*G/(G-1)
       V[at(k), at(l)] <- A[[k]] %*% M %*% A[[l]] }
     D <- kronecker(cbind(-1, diag(K-2)), diag(p))
     test <- function(terms) {
       L <- D[unlist(lapply(1:(K-2), function(k) (k-1)*p + 1 + terms)),, drop = FALSE]
       d <- L %*% c(b); W <- drop(t(d) %*% solve(L %*% V %*% t(L), d)); q <- nrow(L)
       c(W, q, if (is.null(g)) pchisq(W, q, lower = FALSE) else pf(W/q*(G-q)/(G-1), q, G-q, lower = FALSE)) }
     print(rbind(test(1:(p-1)), t(sapply(1:(p-1), test)))); print(b); print(sqrt(matrix(diag(V), p))) }
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.models.fit import Check
from analysis.models.proportionality import Proportionality, brant
from tests.models.ordinal_data import Example, drawn, housing, in_fives, ordered, smoking, student_applications


def rows(found: Proportionality) -> list[tuple[float, int, float]]:
    assert found.omnibus is not None
    return [(test.statistic, test.df, test.p) for test in [found.omnibus, *found.by_term.values()]]


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (
            smoking,
            [(3.27837480940, 4, 0.5123658614), (1.58018925165, 2, 0.4538018519), (0.01705291415, 2, 0.9915097901)],
        ),
        (
            student_applications,
            [
                (4.3442593400, 3, 0.22660982646), (0.1323409662, 1, 0.71601708651),
                (3.4433462092, 1, 0.06350694823), (0.1791223829, 1, 0.67212853802),
            ],
        ),
        (
            housing,
            [
                (8.53449400127, 6, 0.20149939004), (0.31733826429, 1, 0.57321165859), (0.19650447448, 1, 0.65755725205),
                (0.46815185433, 1, 0.49383863284), (2.80475234186, 1, 0.09398535677), (0.03122597554, 1, 0.85973718262),
                (1.28594033535, 1, 0.25679744521),
            ],
        ),
    ],
    ids=["smoking", "student_applications", "housing"],
)  # fmt: skip
def test_as_derived_in_r(example: Callable[[], Example], expected: list[tuple[float, int, float]]) -> None:
    """R, with the function at the top: brant(s$Smoke, cbind(s$Sex == "Male", s$Height)); brant(u$apply, u[, 2:4]);
    brant(h$Sat, model.matrix(~ Infl + Type + Cont, h)[, -1])
    """
    found = rows(brant(*example()))
    assert np.array(found) == pytest.approx(np.array(expected), rel=1e-5)


def test_as_published() -> None:
    """The example of R's `brant` (B. Schlegel; manual, 2020): MASS::polr(Smoke ~ Sex + Height, MASS::survey)."""
    found = [(round(statistic, 2), df, round(p, 2)) for statistic, df, p in rows(brant(*smoking()))]
    assert found == [(3.28, 4, 0.51), (1.58, 2, 0.45), (0.02, 2, 0.99)]


def test_by_cluster() -> None:
    """R, with the function at the top: brant(u$apply, u[, 2:4], (0:399) %/% 5)"""
    outcome, design = student_applications()
    found = brant(outcome, design, in_fives(design))
    expected = [
        (4.2142300021, 3, 0.25851389015), (0.1408011329, 1, 0.70849144055),
        (3.6756773980, 1, 0.05882699129), (0.1795403643, 1, 0.67292001226),
    ]  # fmt: skip
    assert np.array(rows(found)) == pytest.approx(np.array(expected), rel=1e-5)
    estimates = [1.0596117545, -0.2005570870, 0.5482456792, 0.9155960041, 0.5350820820, 0.7363213226]
    assert list(found.cut_points["estimate"]) == pytest.approx(estimates, rel=1e-6)
    se = [0.2921001093, 0.3135380008, 0.2893301982, 0.3783662908, 0.4295789418, 0.3647271589]
    width = (found.cut_points["high"] - found.cut_points["low"]) / 2 / 1.99045021
    assert list(width) == pytest.approx(se, rel=1e-6)
    assert list(found.cut_points["at_least"].unique()) == ["somewhat likely", "very likely"]


def test_the_check_tells_what_was_found() -> None:
    found = brant(*student_applications())
    check = found.check()
    assert (check.name, check.passed, check.values["cuts"], check.values["df"]) == ("proportional_odds", True, 2, 3)
    assert check.values["p"] == pytest.approx(0.2266098)


def test_odds_that_are_not_proportional_are_found() -> None:
    random = np.random.default_rng(2)
    x = np.repeat([0.0, 1.0], 300)
    # The same share is above b, while c and d go apart.
    answers = np.where(x == 0, random.choice(list("abcd"), 600), random.choice(list("abcd"), 600, p=[0.5, 0, 0, 0.5]))
    found = brant(ordered(answers, list("abcd")), pd.DataFrame({"x": x}))
    assert found.omnibus is not None
    assert found.omnibus.p < 1e-6
    assert not found.check().passed


def separated_at_the_top() -> Example:
    """As drawn, but of those with role 1 nobody answers the highest category."""
    outcome, design = drawn(3)
    return outcome, design.assign(role=np.where(outcome == "d", 0, design["role"]))


def test_a_cut_point_that_is_separated_is_named_and_left_out() -> None:
    outcome, design = separated_at_the_top()
    found = brant(outcome, design)
    assert found.left_out == {"d": "role"}
    assert list(found.cut_points["at_least"].unique()) == ["b", "c"]
    # As if the two highest categories were one.
    merged = ordered(outcome.astype(str).replace("d", "c"), list("abc"))
    assert found.omnibus == brant(merged, design).omnibus
    check = found.check()
    assert not check.passed
    assert check.values["left_out"] == "d"


def test_a_cut_point_without_answers_is_left_out() -> None:
    outcome, design = drawn(3)
    wider = outcome.cat.set_categories(["0", "a", "aa", "b", "c", "d", "z"], ordered=True)
    found = brant(wider, design)
    assert found.left_out == {"a": "empty", "b": "empty", "z": "empty"}
    plain = brant(outcome, design)
    assert rows(found) == rows(plain)


def test_too_few_clusters_for_all_terms_together() -> None:
    outcome, design = drawn(3)
    four = pd.Series(np.arange(len(design)) % 4, design.index).astype(str)
    found = brant(outcome, design, four)
    assert found.omnibus is None
    assert [test.df for test in found.by_term.values()] == [2, 2]
    assert not found.check().passed


def test_two_categories_have_nothing_to_compare() -> None:
    outcome, design = drawn(3, categories=2)
    for clusters in (None, in_fives(design)):
        found = brant(outcome, design, clusters)
        assert (found.omnibus, found.by_term, found.left_out) == (None, {}, {})
        assert found.check() == Check("proportional_odds", True, {"cuts": 1})


def test_no_cut_point_at_all() -> None:
    outcome, design = drawn(3, categories=2)
    apart = design.assign(role=(outcome == "b").astype(int))
    for clusters in (None, in_fives(design)):
        found = brant(outcome, apart, clusters)
        assert found.left_out == {"b": "size, role"}
        assert found.cut_points.empty
        assert not found.check().passed
