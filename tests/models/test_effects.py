"""Effects in percentage points, held against R; the delta method for whatever hangs on parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

from analysis.errors import AnalysisError
from analysis.models.effects import Effect, Probability, at_least, average_change, logistic, predicted
from analysis.models.firth import fit_firth
from analysis.models.fit import Fit
from analysis.models.logistic import fit_logistic
from analysis.models.ordinal import fit_proportional_odds
from tests.models.ordinal_data import in_fives, student_applications
from tests.models.small import DESIGN, MUNICIPALITY, OUTCOME

DOUBLED = DESIGN.assign(log2_population=DESIGN["log2_population"] + 1)
STAFF, CHIEFS = (DESIGN.assign(**{"role:chief": value}) for value in (0.0, 1.0))


def probability(clusters: pd.Series | None) -> Probability:
    fit = fit_logistic(OUTCOME, DESIGN, clusters)
    assert isinstance(fit, Fit)
    return logistic(fit)


@pytest.mark.parametrize(
    ("clusters", "before", "after", "expected"),
    [
        (None, DESIGN, DOUBLED, (-0.01344969415, 0.05030267733, np.inf)),
        (None, STAFF, CHIEFS, (-0.1945369398, 0.1182301928, np.inf)),
        (MUNICIPALITY, DESIGN, DOUBLED, (-0.01344969415, 0.08820236043, 8.37597523968)),
        (MUNICIPALITY, STAFF, CHIEFS, (-0.19453693979, 0.09531091992, 11.80183909913)),
    ],
)
def test_by_r(
    clusters: pd.Series | None, before: pd.DataFrame, after: pd.DataFrame, expected: tuple[float, float, float]
) -> None:
    """R, data as in small.py; the delta method written out (no marginaleffects in Debian):

    f <- glm(y ~ x + role, binomial, control = glm.control(epsilon = 1e-14)); b <- coef(f); X <- model.matrix(f)
    change <- function(lo, hi, V) { p <- plogis(lo %*% b); q <- plogis(hi %*% b)
      g <- colMeans(as.vector(q * (1 - q)) * hi) - colMeans(as.vector(p * (1 - p)) * lo)
      list(mean(q - p), sqrt(g %*% V %*% g), g) }
    up <- X; up[, 2] <- up[, 2] + 1; r0 <- X; r0[, 3] <- 0; r1 <- X; r1[, 3] <- 1
    change(X, up, vcov(f)); change(r0, r1, vcov(f)); V <- vcovCR(f, m, "CR2"); change(X, up, V); change(r0, r1, V)
    linear_contrast(f, V, matrix(change(X, up, V)[[3]], 1), test = "Satterthwaite")$df
    """
    effect = average_change(probability(clusters), before, after)
    assert (effect.value, effect.se, effect.df) == pytest.approx(expected, rel=1e-6)
    value, se, df = expected
    assert effect.p_value() == pytest.approx(2 * stats.t.sf(abs(value) / se, df), rel=1e-5)
    half = stats.t.ppf(0.975, df) * se
    assert effect.interval() == pytest.approx((value - half, value + half), rel=1e-5)


@pytest.mark.parametrize(
    ("ones", "expected"),
    [
        ((6, 9, 10, 11), (0.1757299801170, 0.0511460313054, 0.1960989504333)),
        # Parted: nearly the same estimate, and another interval.
        ((9, 10, 11), (0.1815972757153, 0.0701129711146, 0.2211364171409)),
        ((11,), (0.1180558137337, -0.0304638113175, 0.1815329082608)),
    ],
)
def test_the_interval_of_a_penalised_fit_goes_over_its_likelihood_region_by_r(
    ones: tuple[int, ...], expected: tuple[float, float, float]
) -> None:
    """R 4.x, along the edge of the region (logistf gives no effects):

    x <- c(0.2, 0.5, 0.9, 1.4, 1.5, 2.1, 2.6, 3.0, 3.3, 3.9, 4.4, 5.0) - 2; y <- as.numeric(1:12 %in% (ones + 1))
    X <- cbind(1, x)
    pen <- function(b) { eta <- as.vector(X %*% b); v <- plogis(eta) * plogis(-eta)
      sum(y * plogis(eta, log.p = TRUE) + (1 - y) * plogis(-eta, log.p = TRUE)) +
        0.5 * as.numeric(determinant(crossprod(X * v, X))$modulus) }
    b <- c(0, 0); for (k in 1:20) b <- optim(b, pen, method = "BFGS", control = list(fnscale = -1, reltol = 1e-15))$par
    cut <- function(b) pen(b) - top + qchisq(0.95, 1) / 2; top <- pen(b)
    ame <- function(b) mean(plogis(b[1] + b[2] * (x + 1)) - plogis(b[1] + b[2] * x))
    edge <- function(angle) { way <- c(cos(angle), sin(angle)); far <- 1; while (cut(b + far * way) > 0) far <- 2 * far
      b + way * uniroot(function(r) cut(b + r * way), c(0, far), tol = 1e-12)$root }
    angles <- seq(0, 2 * pi, length.out = 20001); all <- sapply(angles, function(a) ame(edge(a)))
    refine <- function(k, max) optimise(function(a) ame(edge(a)), angles[k] + c(-1, 1) * 2 * pi / 20000, maximum = max,
                                        tol = 1e-12)[[2]]
    c(ame(b), refine(which.min(all), FALSE), refine(which.max(all), TRUE))
    """
    inhabitants = np.array([0.2, 0.5, 0.9, 1.4, 1.5, 2.1, 2.6, 3.0, 3.3, 3.9, 4.4, 5.0]) - 2
    design = pd.DataFrame({"intercept": 1.0, "log2_population": inhabitants})
    outcome = pd.Series([float(place in ones) for place in range(12)])
    fit = fit_firth(outcome, design)
    assert isinstance(fit, Fit)
    doubled = design.assign(log2_population=inhabitants + 1)
    effect = average_change(logistic(fit), design, doubled)
    assert (effect.value, *effect.interval()) == pytest.approx(expected, rel=1e-5)
    # It holds no effect where that of the coefficient does.
    assert (effect.interval()[0] < 0) == (fit.interval("log2_population")[0] < 0)
    assert np.isnan(effect.p_value())
    # Without its profile only an estimate is wanted.
    quick = fit_firth(outcome, design, profile=False)
    assert isinstance(quick, Fit)
    assert average_change(logistic(quick), design, doubled).profile is None


def test_predicted_by_r() -> None:
    """R, as above:

    for (n in c(5000, 20000, 80000)) { Z <- X; Z[, 2] <- log2(n); p <- plogis(Z %*% b); a <- mean(p)
      g <- colMeans(as.vector(p * (1 - p)) * Z) / (a * (1 - a)); se <- sqrt(drop(g %*% V %*% g))
      df <- linear_contrast(f, V, matrix(g, 1), test = "Satterthwaite")$df
      print(c(n, a, plogis(qlogis(a) + c(-1, 1) * qt(.975, df) * se))) }
    """
    grid = {float(n): DESIGN.assign(log2_population=np.log2(n)) for n in (5000, 20_000, 80_000)}
    found = predicted(probability(MUNICIPALITY), grid)
    expected = [
        [5000, 0.4524799827, 0.0893722915, 0.8743535124],
        [20000, 0.4250822426, 0.2170281501, 0.6635558805],
        [80000, 0.3981289820, 0.0793910950, 0.8353618321],
    ]
    assert list(found.columns) == ["place", "value", "low", "high"]
    assert found.to_numpy() == pytest.approx(np.array(expected), rel=1e-5)


def test_any_probability_will_do() -> None:
    """The share above the second of two thresholds, of which the first moves nothing."""
    at = np.array([-1.0, 0.5, 0.8])
    covariance = np.diag([0.4, 0.09, 0.04])
    upper = Probability(
        lambda parameters, design: expit(design[:, 0] * parameters[2] - parameters[1]), at, covariance, lambda _: 20.0
    )
    low, high = pd.DataFrame({"x": [0.0]}), pd.DataFrame({"x": [1.0]})
    effect = average_change(upper, low, high)
    p, q = expit(-0.5), expit(0.3)
    slope = np.array([0, p * (1 - p) - q * (1 - q), q * (1 - q)])
    assert effect.value == pytest.approx(q - p)
    assert effect.se == pytest.approx(np.sqrt(slope**2 @ np.diag(covariance)), rel=1e-6)
    assert effect.df == 20


NEW = pd.DataFrame({"pared": [0, 1], "public": [0, 1], "gpa": [3.0, 3.5]})


def applications(by_cluster: bool) -> tuple[Fit, pd.DataFrame]:
    outcome, design = student_applications()
    fit = fit_proportional_odds(outcome, design, in_fives(design) if by_cluster else None)
    assert isinstance(fit, Fit)
    return fit, design


def test_a_category_or_more_by_r() -> None:
    """R, with m and r of test_ordinal.py:

    th <- coef(m); L <- cbind(0, -1, as.matrix(new)); eta <- drop(L %*% th); se <- sqrt(diag(L %*% r$V %*% t(L)))
    t <- qt(.975, clubSandwich::linear_contrast(r$f, r$V, L, test = "Satterthwaite")$df)
    cbind(plogis(eta), plogis(eta - t * se), plogis(eta + t * se))
    """
    found = predicted(at_least(applications(True)[0], "very likely"), {row: NEW[row : row + 1] for row in (0, 1)})
    assert found[["value", "low", "high"]].to_numpy() == pytest.approx(
        np.array([[0.07932673948, 0.05689942286, 0.1095669492], [0.23963600252, 0.14255357933, 0.3739960315]]), rel=1e-6
    )


@pytest.mark.parametrize(("by_cluster", "se", "df"), [(False, 3.540764238, np.inf), (True, 3.406303979, 61.1095012)])
def test_change_of_a_category_or_more_by_r(by_cluster: bool, se: float, df: float) -> None:
    """R, with m and r of test_ordinal.py:

    ame <- function(th) { X <- as.matrix(u[, 2:4]); f <- function(x) mean(plogis(x %*% th[3:5] - th[2]))
      Y <- X; Y[, "gpa"] <- Y[, "gpa"] + 1; 100 * (f(Y) - f(X)) }
    J <- numDeriv::jacobian(ame, coef(m)); V <- vcov(m)  # or r$V
    c(ame(coef(m)), sqrt(J %*% V %*% t(J)), clubSandwich::linear_contrast(r$f, r$V, J, test = "Satterthwaite")$df)
    """
    fit, design = applications(by_cluster)
    found = average_change(at_least(fit, "very likely"), design, design.assign(gpa=design["gpa"] + 1))
    assert (100 * found.value, 100 * found.se, found.df) == pytest.approx((6.745576794, se, df), rel=1e-6)


def test_a_difference_of_probabilities_ends_at_one() -> None:
    assert Effect(0.02, 0.9, 30).interval() == (-1.0, 1.0)
    low, high = Effect(-0.9, 0.1, np.inf).interval()
    assert low == -1
    assert high == pytest.approx(-0.9 + 0.1 * 1.959963985)


def test_no_category_above_the_lowest() -> None:
    fit, _ = applications(False)
    with pytest.raises(AnalysisError, match="Did you mean 'very likely'"):
        at_least(fit, "very likly")
    with pytest.raises(AnalysisError, match="'unlikely' is no category above the lowest"):
        at_least(fit, "unlikely")
