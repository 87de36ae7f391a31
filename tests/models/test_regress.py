"""A simulated wave from declaration to rows, held against R on the same file; what has no estimate says why.

R, in all docstrings:

    d <- read.csv("tests/models/wave.csv", colClasses = c(municipality = "character")); d$x <- log2(d$population)
    a <- d[!duplicated(d$municipality) & d$plan != "dont_know", ]
    s <- rbind(transform(d, y = use.planning, b = barriers.planning.time, purpose = "planning"),
      transform(d, y = use.steering, b = barriers.steering.time, purpose = "steering"))
    s <- s[s$role != "other", ]; s$role <- factor(s$role, c("leader", "employee")); s$purpose <- factor(s$purpose)
    o <- s[s$y %in% c("none", "low", "some", "high"), ]; o$y <- factor(o$y, c("none", "low", "some", "high"))
    h <- s[s$b %in% c("selected", "not_selected"), ]; h <- h[order(h$municipality), ]
    tight <- glm.control(epsilon = 1e-14)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.models import COLUMNS
from analysis.models.regress import Regression, regress
from analysis.models.results import parsed_checks
from tests.models.waves import TIME, YES_NO, codebook, model, municipalities, responses, wave

SIMPLE = {"plan": model(YES_NO, "log2_population")}
DEGREES = {"use": model("use", "log2_population", "role", "purpose", family="proportional_odds", cluster=True)}
BARRIER = {"barrier": model(TIME, "log2_population", "role", "purpose", cluster=True)}
ILLUSTRATED = "reconstructed"


def of(frame: pd.DataFrame, models: dict[str, Any], basis: str = "collected") -> Regression:
    return regress(frame, codebook(**models), wave(basis))


def row(found: Regression, name: str, term: str, scale: str = "log_odds", outcome: str | None = None) -> pd.Series:
    at = found.results
    at = at[(at["model"] == name) & (at["term"] == term) & (at["scale"] == scale)]
    at = at if outcome is None else at[at["outcome"] == outcome]
    assert len(at) == 1
    return at.iloc[0]


@pytest.fixture(scope="module")
def plan() -> Regression:
    return of(municipalities(), SIMPLE)


@pytest.fixture(scope="module")
def use() -> Regression:
    return of(responses(), DEGREES)


@pytest.fixture(scope="module")
def barrier() -> Regression:
    return of(responses(), BARRIER)


def test_a_yes_or_no_by_r(plan: Regression) -> None:
    """R: f <- glm(plan == "yes" ~ x, binomial, a, control = tight); coef(summary(f)); b <- coef(f)

    X <- model.matrix(f); U <- X; U[, 2] <- U[, 2] + 1; p <- plogis(X %*% b); q <- plogis(U %*% b)
    g <- colMeans(as.vector(q * (1 - q)) * U) - colMeans(as.vector(p * (1 - p)) * X)
    100 * mean(q - p); 100 * sqrt(g %*% vcov(f) %*% g); (qnorm(.975) + qnorm(.8)) * sqrt(vcov(f)[2, 2])
    """
    found = row(plan, "plan", "log2_population")
    assert found["estimate"] == pytest.approx(0.7632724561, rel=1e-6)
    assert found["se"] == pytest.approx(0.3293939635, rel=1e-6)
    assert found["p"] == pytest.approx(0.02049271328, rel=1e-5)
    assert (found["n"], found["family"], found["dependence"], found["outcome"]) == (
        55, "logistic", "independence", "plan/yes",
    )  # fmt: skip
    odds = row(plan, "plan", "log2_population", "odds_ratio")
    ends = np.exp(0.7632724561 + np.array([0, -1, 1]) * stats.norm.ppf(0.975) * 0.3293939635)
    assert list(odds[["estimate", "low", "high"]]) == pytest.approx(list(ends), rel=1e-5)
    points = row(plan, "plan", "log2_population", "percentage_points")
    assert list(points[["estimate", "se"]]) == pytest.approx([14.918411602, 4.784133601], rel=1e-6)
    assert row(plan, "plan", "log2_population", "detectable_log_odds")["estimate"] == pytest.approx(0.9228252592)


@pytest.mark.parametrize(
    ("name", "term", "estimate", "se"),
    [
        ("plan/size", "size:medium", 2.1000608289, 0.7753647175),
        ("plan/size", "size:large", 1.3480731483, 0.6980955782),
        ("plan/spline", "non_linearity", -1.397223707, 1.1310086299),
        ("plan/dont_know_no", "log2_population", 0.6758124958, 0.310935332),
        ("plan/dont_know_yes", "log2_population", 0.8041196482, 0.334441894),
    ],
)
def test_what_stands_beside_it_by_r(plan: Regression, name: str, term: str, estimate: float, se: float) -> None:
    """R: glm(plan == "yes" ~ factor(size, c("small", "medium", "large")), binomial, a)

    glm(plan == "yes" ~ rms::rcs(x, 3), binomial, a, control = tight)
    z <- d[!duplicated(d$municipality), ]; glm(plan == "yes" ~ x, binomial, z); glm(plan != "no" ~ x, binomial, z)
    """
    found = row(plan, name, term)
    assert list(found[["estimate", "se"]]) == pytest.approx([estimate, se], rel=1e-5)
    assert np.isnan(found["p_adjusted"])


def test_few_events_are_penalised(plan: Regression) -> None:
    """22 of 55 say no: 4.4 for each of five terms. (By likelihood R has 0.77056 for 0.34185.)"""
    found = row(plan, "plan/region", "log2_population")
    assert found["family"] == "firth"
    assert 0 < found["estimate"] < 0.77056422696
    told = parsed_checks(found["checks"])
    assert (told["events_per_variable"], told["events_per_variable.ratio"]) == ("fail", "4.4")


def test_degrees_by_r(use: Regression) -> None:
    """R: m <- ordinal::clm(y ~ x + role + purpose, data = o, control = ordinal::clm.control(gradTol = 1e-10))

    X <- model.matrix(~ x + role + purpose, o)[, -1]; r <- robust(m, X, o$y, o$municipality)  # of test_ordinal.py
    V <- r$V; se <- sqrt(diag(V)); th <- coef(m); df <- clubSandwich::coef_test(r$f, V)$df
    cbind(th, se, 2 * pt(-abs(th / se), df))
    ame <- function(t) { f <- function(Z) mean(plogis(Z %*% t[4:6] - t[3])); Y <- X; Y[, "x"] <- Y[, "x"] + 1
      100 * (f(Y) - f(X)) }
    J <- numDeriv::grad(ame, th); c(ame(th), sqrt(J %*% V %*% J))
    """
    expected = {
        "log2_population": (0.4128670601, 0.1990059374, 0.050176448750),
        "role:employee": (-0.9319807315, 0.3149351927, 0.004972533929),
        "purpose:steering": (-0.6812032937, 0.2107798320, 0.002244134258),
    }
    for term, numbers in expected.items():
        found = row(use, "use", term)
        assert tuple(found[["estimate", "se", "p"]]) == pytest.approx(numbers, rel=1e-5)
        assert (found["n"], found["clusters"], found["dependence"]) == (214, 58, "clustered")
    points = row(use, "use", "log2_population", "percentage_points", "use/at_least:high")
    assert list(points[["estimate", "se"]]) == pytest.approx([6.826457803, 3.459483096], rel=1e-5)
    told = parsed_checks(found["checks"])
    assert {name: told[f"left_out.{name}"] for name in ("no_answer", "dont_know", "role")} == {
        "no_answer": "10", "dont_know": "5", "role": "11",
    }  # fmt: skip


def test_a_curve_by_r(use: Regression) -> None:
    """R, with m, V, th and X of `test_degrees_by_r`:

    p <- quantile(o$population[!duplicated(o$municipality)], 0.05)
    at <- function(t) { Z <- X; Z[, "x"] <- log2(p); qlogis(mean(plogis(Z %*% t[4:6] - t[3]))) }
    J <- numDeriv::grad(at, th); df <- clubSandwich::linear_contrast(r$f, V, t(J), test = "Satterthwaite")$df
    100 * plogis(at(th) + c(0, -1, 1) * qt(.975, df) * c(sqrt(J %*% V %*% J)))
    """
    curve = use.predictions
    first = curve[(curve["model"] == "use") & (curve["category"] == "high")].iloc[0]
    assert list(first[["population", "value", "low", "high"]]) == pytest.approx(
        [14388.8, 11.627952972, 5.509648784, 22.894274232], rel=1e-5
    )
    assert set(curve["category"]) == {"low", "some", "high"}


def test_clustered_answers_by_r(barrier: Regression) -> None:
    """R: f <- glm(b == "selected" ~ x + role + purpose, binomial, h, control = tight)

    clubSandwich::coef_test(f, clubSandwich::vcovCR(f, h$municipality, "CR2"), test = "Satterthwaite")
    geepack::geeglm(b == "selected" ~ x + role + purpose, binomial, h, id = factor(h$municipality),
      corstr = "exchangeable", control = geepack::geese.control(epsilon = 1e-12, maxit = 200))
    """
    expected = {
        "log2_population": (0.1305789290, 0.2331931268, 0.58167393184),
        "role:employee": (-0.0601657881, 0.3344692068, 0.85818391710),
        "purpose:steering": (0.6582086281, 0.3128907574, 0.04151452553),
    }
    for term, numbers in expected.items():
        found = row(barrier, "barrier", term)
        assert tuple(found[["estimate", "se", "p"]]) == pytest.approx(numbers, rel=1e-5)
        assert (found["n"], found["clusters"], found["family"]) == (159, 53, "logistic")
    found = row(barrier, "barrier/gee", "log2_population")
    assert list(found[["estimate", "se"]]) == pytest.approx([0.21988664531, 0.2278229264], rel=1e-5)
    assert found["dependence"] == "exchangeable"


def test_every_check_stands_by_its_result(use: Regression) -> None:
    told = parsed_checks(row(use, "use", "log2_population")["checks"])
    names = {name for name in told if "." not in name}
    assert names == {
        "empty_cells", "events_per_variable", "proportional_odds", "convergence", "few_clusters", "influence",
    }  # fmt: skip
    assert not [name for name in told if name in ("influence.group", "influence.without")]
    assert list(use.results.columns) == list(COLUMNS)


def test_cut_points_stand_beside_proportional_odds(use: Regression) -> None:
    cuts = use.results[(use.results["model"] == "use/cut_points") & (use.results["scale"] == "log_odds")]
    assert list(cuts["outcome"]) == ["use/at_least:low", "use/at_least:some", "use/at_least:high"]
    assert (cuts["low"] < cuts["estimate"]).all()
    assert (cuts["estimate"] < cuts["high"]).all()


def test_holm_is_over_one_question() -> None:
    """Of the three models two are of one question."""
    other = model(TIME, "log2_population", "purpose")
    alone = model(YES_NO, "size", question="alone")
    found = of(municipalities(), {"one": SIMPLE["plan"], "two": other, "three": alone})
    p = [row(found, name, "log2_population")["p"] for name in ("one", "two")]
    for scale in ("log_odds", "odds_ratio"):
        adjusted = [row(found, name, "log2_population", scale)["p_adjusted"] for name in ("one", "two")]
        assert adjusted == pytest.approx([min(1, max(2 * min(p), max(p))) if q == max(p) else 2 * min(p) for q in p])
    assert np.isnan(row(found, "two", "purpose:steering")["p_adjusted"])
    three = [row(found, "three", f"size:{size}") for size in ("medium", "large")]
    assert three[0]["p_adjusted"] == pytest.approx(2 * three[0]["p"])
    assert three[0]["test_family"] == "made_up/alone"


def test_what_is_made_up_only_illustrates() -> None:
    told, real = of(responses(), DEGREES, ILLUSTRATED), of(responses(), DEGREES)
    assert told.results[["se", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    assert told.predictions[["low", "high"]].isna().all(axis=None)
    assert row(told, "use", "log2_population")["estimate"] == row(real, "use", "log2_population")["estimate"]
    checks = [parsed_checks(each) for each in told.results["checks"]]
    assert all("illustration" in each for each in checks)
    assert not any(name.endswith(".p") for each in checks for name in each)
    assert set(told.results["basis"]) == {ILLUSTRATED}
    assert np.isnan(row(told, "use", "log2_population", "detectable_log_odds")["estimate"])
    assert not real.results["checks"].str.contains("illustration").any()


def test_points_are_what_was_answered(plan: Regression) -> None:
    points = plan.observed
    assert points["n"].sum() == 55
    assert points["n"].min() >= 10
    assert (points["value"] * points["n"] / 100).sum() == pytest.approx(33)
    assert points["population"].is_monotonic_increasing


def _numbers(found: Regression, name: str) -> pd.DataFrame:
    of_model = found.results[found.results["model"] == name]
    return of_model[["estimate", "se", "low", "high", "p", "p_adjusted"]]


one = municipalities()
BAD: dict[str, tuple[pd.DataFrame, dict[str, Any], str, str]] = {
    "all answers equal": (one.assign(plan="yes"), SIMPLE["plan"], "outcomes", "0"),
    "nobody was asked": (one.assign(plan="not_asked"), SIMPLE["plan"], "outcomes", "0, 1"),
    "no population": (one.assign(population=one["population"].where(one.index > 0)), SIMPLE["plan"], "missing", ""),
    "a population of nobody": (one.assign(population=one["population"].where(one.index > 0, 0)), SIMPLE["plan"],
                               "missing", ""),
    "all of one size": (one.assign(population=40000), SIMPLE["plan"], "rank", "log2_population"),
    "all of one class": (one.assign(size="small"), model(YES_NO, "size"), "rank", "size"),
    "all of one role": (responses().assign(role="leader"), BARRIER["barrier"], "rank", "role"),
    "one municipality": (responses().assign(municipality="001"), BARRIER["barrier"], "one_cluster", ""),
    "one municipality, in degrees": (responses().assign(municipality="001"), DEGREES["use"], "one_cluster", ""),
    "too few municipalities": (responses().assign(municipality=[f"{n % 5}" for n in range(120)]), DEGREES["use"],
                               "few_clusters", ""),
    "degrees apart": (
        responses().assign(
            **{f"use@{purpose}": pd.cut(responses()["population"].rank(), 4, labels=["none", "low", "some", "high"])
               .astype("str") for purpose in ("planning", "steering")}
        ), DEGREES["use"], "separation", "log2_population",
    ),
    "nobody has a role that is compared": (responses().assign(role="other"), BARRIER["barrier"], "missing", "role"),
    "one municipality of a group": (
        responses().assign(role=np.where(responses()["municipality"] == "001", "employee", "leader")), DEGREES["use"],
        "lone_cluster", "role:employee",
    ),
    "too few for a spline": (one[:5], model(YES_NO, "spline_population"), "knots", ""),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("basis", ["collected", ILLUSTRATED])
def test_what_has_no_estimate_says_why(bad: str, basis: str) -> None:
    frame, declared, check, named = BAD[bad]
    found = of(frame, {"m": declared}, basis)
    mine = found.results[found.results["model"] == "m"]
    assert len(mine) == 1
    assert _numbers(found, "m").isna().all(axis=None)
    told = parsed_checks(mine["checks"].iloc[0])
    assert told[check] == "fail"
    assert named in " ".join(told.values())
    assert not mine["converged"].iloc[0]
    assert found.predictions[found.predictions["model"] == "m"].empty


def test_perfect_separation_has_no_number_by_likelihood() -> None:
    """It is fitted with Firth's penalty, says so, and names what is separated."""
    apart = one.assign(plan=np.where(one["population"] > one["population"].median(), "yes", "no"))
    found = row(of(apart, SIMPLE), "plan", "log2_population")
    assert found["family"] == "firth"
    told = parsed_checks(found["checks"])
    assert (told["separation"], told["separation.terms"]) == ("fail", "log2_population")
    assert np.isfinite(list(found[["estimate", "low", "high"]])).all()
    # Points are judged as the odds are: by profile, whose interval has the estimate nowhere near its middle.
    points = row(of(apart, SIMPLE), "plan", "log2_population", "percentage_points")
    assert points["p"] == found["p"]
    assert 0 < points["low"] < points["estimate"] < points["high"] < 100
    assert abs((points["low"] + points["high"]) / 2 - points["estimate"]) > 0.01


def test_an_answer_that_nobody_gave() -> None:
    """The scale as declared has no estimate; without that answer it has, and its test stands for the declared one's."""
    none = responses().replace({f"use@{purpose}": {"high": "some"} for purpose in ("planning", "steering")})
    found = of(none, DEGREES)
    declared = row(found, "use", "log2_population")
    assert np.isnan(declared["estimate"])
    assert parsed_checks(declared["checks"])["outcomes.empty"] == "high"
    collapsed = row(found, "use/collapsed", "log2_population")
    assert collapsed["p_adjusted"] == collapsed["p"]
    told = parsed_checks(collapsed["checks"])
    assert (told["outcomes"], told["outcomes.empty"], told["convergence"]) == ("fail", "high", "pass")
    assert set(found.predictions["model"]) == {"use/collapsed"}
    # What stands beside it is without that answer too.
    assert np.isfinite(row(found, "use/region", "log2_population")["estimate"])


def test_a_term_that_too_few_municipalities_tell_has_no_number() -> None:
    """Four of them leave at most three degrees of freedom."""
    few = responses()
    few = few.assign(
        municipality=[f"{n % 4}" for n in range(120)], population=[20000 * (n % 4 + 1) for n in range(120)]
    )
    found = of(few, {"barrier": model(TIME, "log2_population", "purpose", cluster=True)})
    mine = found.results[(found.results["model"] == "barrier") & (found.results["term"] == "log2_population")]
    assert set(mine["scale"]) == {"log_odds", "percentage_points"}
    assert mine[["estimate", "se", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    told = parsed_checks(mine["checks"].iloc[0])
    assert (told["few_clusters"], told["few_clusters.clusters"]) == ("fail", "4")
    # Nor has the curve that would be drawn of it.
    assert found.predictions.empty
    assert found.observed.empty


def test_few_municipalities_are_too_few_for_degrees_too() -> None:
    """Ten that answer twelve times each: by G - 1 there would be nine degrees of freedom."""
    few = responses()
    few = few.assign(
        municipality=[f"{n % 10}" for n in range(120)], population=[2000 * 2 ** (n % 10) for n in range(120)]
    )
    few.loc[few["municipality"] == "9", "population"] = 10**7
    found = row(of(few, DEGREES), "use", "log2_population")
    assert np.isnan(found["estimate"])
    told = parsed_checks(found["checks"])
    assert told["few_clusters"] == "fail"
    assert told["few_clusters.term"] == "log2_population"


def test_no_remedy_is_told_that_was_not_taken() -> None:
    """Of what has no estimate no events are counted: there are no numbers with Firth's penalty."""
    rare = one.assign(plan=np.where(one.index < 3, "yes", "no"), population=40000)
    told = parsed_checks(of(rare, SIMPLE).results["checks"].iloc[0])
    assert told["rank"] == "fail"
    assert "events_per_variable" not in told


def test_a_study_without_models() -> None:
    found = of(municipalities(), {})
    assert list(found.results.columns) == list(COLUMNS)
    assert all(frame.empty for frame in (found.results, found.predictions, found.observed))
