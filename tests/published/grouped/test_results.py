"""Rows of `models.csv` from print alone: against each set of counts by itself, the reports' numbers, and the claims."""

from __future__ import annotations

import functools
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import binom, norm

from analysis.codebook import load_wave
from analysis.lang import Lang
from analysis.layout import RAW_DIR
from analysis.models.fit import detectable
from analysis.models.grouped import grouped_logistic, null_se
from analysis.models.rows import DETECTABLE
from analysis.models.trend import cochran_armitage
from analysis.models.two_shares import difference, p_value, score_interval
from analysis.published.claims.cells import Cells
from analysis.published.grouped import COLUMNS, comparisons, conclusion_counts, count_sets, grouped_models, sentences
from analysis.published.grouped.count_sets import CountSets
from tests.published.grouped.made_up import BOOK, NO_CLAIMS, PRINT, Row, printed

WAVES = {"kik_quality": 2023, "klk_healthdata": 2018, "ssi_hygiene": 2024}
EFFECT = 333 / 151


@functools.cache
def models(study: str) -> pd.DataFrame:
    book, published, claims = PRINT[study]
    return grouped_models(published, claims, book, WAVES[study])


@functools.cache
def told(study: str, lang: Lang) -> dict[str, str]:
    found = sentences(models(study), PRINT[study][0], lang)
    return {f"{row['outcome']} {row['model']}": row["sentence"] for _, row in found.iterrows()}


def row(study: str, outcome: str, term: str, scale: str, dependence: str) -> pd.Series:
    frame = models(study)
    wanted = {"outcome": outcome, "term": term, "scale": scale, "dependence": dependence}
    (found,) = [each for _, each in frame.iterrows() if all(each[name] == value for name, value in wanted.items())]
    return found


def checks(of: pd.Series) -> dict[str, str]:
    return {name: value for name, _, value in (each.partition("=") for each in str(of["checks"]).split(";"))}


def test_the_quality_department_by_size_is_a_point() -> None:
    """9 of 28, 38 of 85 and 23 of 38. R 4.x.

    k <- c(9, 38, 23); n <- c(28, 85, 38); x <- 1:3; d <- 333 / 151
    prop.trend.test(k, n)$p.value                                              # 0.02017151339
    coef(summary(glm(cbind(k, n - k) ~ x, family = binomial())))               # 0.5935605 0.2592022
    pchisq(prop.trend.test(k, n)$statistic / d, 1, lower = FALSE)              # 0.1177284393
    """
    trend = row("kik_quality", "organisation/department", "size", "trend", "independence")
    assert trend["p"] == pytest.approx(0.02017151339, rel=1e-8)
    alike = row("kik_quality", "organisation/department", "size", "trend", "maximal")
    assert alike["p"] == pytest.approx(0.1177284393, rel=1e-8)
    slope = row("kik_quality", "organisation/department", "size", "log_odds", "independence")
    assert (slope["estimate"], slope["se"]) == pytest.approx((0.5935605109, 0.2592022239), rel=1e-8)
    assert (slope["value_low"], slope["value_high"]) == (slope["estimate"], slope["estimate"])
    assert (slope["n"], slope["rounding"], slope["family"]) == (151, "half_up", "logistic")
    ratio = row("kik_quality", "organisation/department", "size:large", "odds_ratio", "maximal")
    assert ratio["estimate"] == pytest.approx((23 / 15) / (9 / 19))
    assert (ratio["low"], ratio["high"]) == pytest.approx((0.715233114, 14.534045188), rel=1e-5)
    assert ratio["clusters"] == 82
    assert checks(ratio)["design_effect"] == "2.205"
    # A fact about the municipality: what counts is maximal dependence.
    assert "headline" in checks(ratio)
    assert "headline" not in checks(trend)


def test_the_smallest_effect_of_the_quality_department_does_not_rest_on_what_was_found() -> None:
    """70 of 151, and 32 of 66 in the small and the large, whatever they are in each group. R 4.x.

    n <- c(28, 85, 38); d <- 333 / 151; m <- qnorm(.975) + qnorm(.8); e <- list(epsilon = 1e-14, maxit = 200)
    se <- function(p, n, x) coef(summary(glm(cbind(p * n, (1 - p) * n) ~ x, family = binomial(), control = e)))["x", 2]
    m * se(70 / 151, n, 1:3); m * se(70 / 151, n / d, 1:3)                         # 0.6950357974 1.032145245
    m * se(32 / 66, n[c(1, 3)], 0:1); m * se(32 / 66, n[c(1, 3)] / d, 0:1)         # 1.39615771 2.073328522
    """
    scores = -1, 0, 1
    mean = (38 - 28) / 151
    apart = sum(n * (x - mean) ** 2 for n, x in zip((28, 85, 38), scores, strict=True))
    by_hand = (1.959963985 + 0.8416212336) / math.sqrt(70 / 151 * 81 / 151 * apart)
    assert by_hand == pytest.approx(0.6950357974)
    for term, dependence, expected in (
        ("size", "independence", by_hand),
        ("size", "maximal", 1.032145245),
        ("size:large", "independence", 1.39615771),
        ("size:large", "maximal", 2.073328522),
    ):
        found = row("kik_quality", "organisation/department", term, DETECTABLE, dependence)
        assert (found["estimate"], found["value_low"], found["value_high"]) == pytest.approx((expected,) * 3, rel=1e-8)
        assert found[["low", "high", "se", "p", "p_adjusted"]].isna().all()
        assert "superpopulation" in found["estimand"]
        assert ("headline" in checks(found)) == (dependence == "maximal")


@pytest.mark.parametrize("study", ["kik_quality", "klk_healthdata"])
def test_every_test_has_its_smallest_effect_and_one_that_cannot_be_made_has_none(study: str) -> None:
    frame = models(study)
    key = ["model", "outcome", "term", "dependence"]
    tests = frame[frame["scale"].isin(["trend", "percentage_points"])].set_index(key)["p"].sort_index()
    smallest = frame[frame["scale"] == DETECTABLE].set_index(key).sort_index()
    assert tests.index.equals(smallest.index)
    assert (smallest["value_low"].isna() == tests.isna()).all()
    assert tests.isna().any() == (study == "klk_healthdata")
    known = smallest.dropna(subset="value_low")
    assert (known["value_low"] > 0).all()
    assert (known["value_low"] <= known["value_high"]).all()
    # With bases that are not printed, it is a range too.
    assert known["estimate"].isna().any()


def power(bases: tuple[int, ...], share: float, effect: float) -> float:
    """Return how often the trend test (of two groups: theirs) rejects, over all tables, with this effect per step."""
    n, places = np.array(bases, dtype=float), np.arange(len(bases))
    mean = float(brentq(lambda at: n @ expit(at + effect * places) / n.sum() - share, -30, 30))
    tables = np.stack(np.meshgrid(*(np.arange(each + 1) for each in bases), indexing="ij"), axis=-1)
    likely = np.asarray(binom.pmf(tables, n.astype(int), expit(mean + effect * places))).prod(axis=-1).ravel()
    counts = tables.reshape(-1, len(bases)).astype(float)
    if len(bases) > 2:
        p = 2 * norm.sf(abs(cochran_armitage(counts, np.tile(n, (len(counts), 1)))))
    else:
        p = p_value(counts[:, 1], n[1], counts[:, 0], n[0])
    return float(likely @ (p < 0.05))


def test_what_is_told_is_found_about_as_often_as_said_and_less_often_where_an_answer_is_rare() -> None:
    """Over all tables. That is why it is told as the least that it would take, and about so."""
    reach = detectable(1.0, math.inf)
    for bases, share, expected in (
        ((28, 85, 38), 70 / 151, 0.785),
        ((28, 38), 32 / 66, 0.780),
        ((150, 254), 0.4, 0.788),
        ((28, 85, 38), 0.05, 0.683),
        ((28, 38), 0.05, 0.192),
    ):
        n = np.array([bases], dtype=float)
        effect = reach * float(null_se(share * n, n)[0])
        assert power(bases, share, effect) == pytest.approx(expected, abs=6e-4), (bases, share)


def test_judgements_of_respondents_count_at_independence() -> None:
    headlines = [each for _, each in models("kik_quality").iterrows() if "headline" in checks(each)]
    facts = {each["outcome"] for each in headlines if each["dependence"] == "maximal"}
    assert facts == {"organisation/department", "organisation/other_organisation", "strategy/yes"}


def test_kik_has_ten_outcomes_that_print_determines_and_says_why_not_of_the_others() -> None:
    frame = models("kik_quality")
    assert frame[frame["scale"].notna()]["outcome"].nunique() == 10
    reasons = {each["outcome"]: checks(each).get("not_identified") for _, each in frame.iterrows()}
    # 33 % of 28, 19 % of 85 and 21 % of 38 cannot be 25 % of 151.
    assert reasons["degree_resources/high_or_more"] == "not_printed"  # by role, the later row
    by_size = frame[(frame["model"] == "by_size") & (frame["outcome"] == "degree_resources/high_or_more")]
    assert by_size["checks"].tolist() == ["not_identified=contradictory"]
    assert by_size["p"].isna().all()


def test_a_study_that_prints_nothing_by_size_says_so() -> None:
    frame = models("ssi_hygiene")
    assert frame["checks"].tolist() == ["not_identified=not_printed", "not_identified=nothing_by_size"]
    assert frame[["estimate", "low", "p", "value_low"]].isna().all(axis=None)


def test_the_hypothesis_on_barriers_is_settled_for_independent_answers_only() -> None:
    """71 of 150 against 86 of 254 and so on: the smallest p is R's, see `test_two_shares`."""
    apart = row("klk_healthdata", "barriers/extraction;purpose:planning", "use:high", "odds_ratio", "independence")
    assert checks(apart)["p_smallest"] == "0.007333"
    assert apart["p"] == pytest.approx(float(p_value(70, 150, 87, 254)))
    alike = row("klk_healthdata", "barriers/extraction;purpose:planning", "use:high", "odds_ratio", "maximal")
    assert alike["p"] > 0.05
    assert checks(alike)["design_effect"] == "6"


@settings(max_examples=10)
@given(st.data(), st.tuples(st.integers(8, 40), st.integers(60, 160), st.integers(60, 200)))
def test_the_truth_lies_in_every_range(data: st.DataObject, bases: tuple[int, int, int]) -> None:
    """Counts whose percentages are printed with their bases, rounded half up."""
    counts = [data.draw(st.integers(1, each - 1)) for each in bases]
    rows: list[Row] = [
        (f"size:{name}", "fact", "high", "percent", math.floor(100 * count / base + 0.5), base)
        for name, count, base in zip(("small", "medium", "large"), counts, bases, strict=True)
    ]
    frame = grouped_models(printed(*rows), NO_CLAIMS, BOOK, 2020)
    (comparison,) = comparisons(printed(*rows), NO_CLAIMS, BOOK, 2020)
    sets = count_sets(comparison, printed(*rows), BOOK, 2020)
    assert isinstance(sets, CountSets)
    k, n = np.array([counts], dtype=float), np.array([bases], dtype=float)
    for dependence, effect in (("independence", 1), ("maximal", 2)):
        found = {(each["term"], each["scale"]): each for _, each in frame[frame["dependence"] == dependence].iterrows()}
        z = float(cochran_armitage(k / effect, n / effect)[0])
        true = {
            ("size", "log_odds"): float(grouped_logistic(k / effect, n / effect).estimate[0]),
            ("size", "trend"): z,
            ("size:large", "percentage_points"): 100 * (counts[2] / bases[2] - counts[0] / bases[0]),
            ("size:medium", "odds_ratio"): counts[1] * (bases[0] - counts[0]) / (bases[1] - counts[1]) / counts[0],
        }
        for key, value in true.items():
            assert found[key]["value_low"] - 1e-9 <= value <= found[key]["value_high"] + 1e-9
        assert 2 * norm.sf(abs(z)) <= found["size", "trend"]["p"] + 1e-12
        alone = [
            score_interval(c[2:] / effect, b[2:] / effect, c[:1] / effect, b[:1] / effect, "percentage_points")
            for c, b in zip(sets.counts, sets.bases, strict=True)
        ]
        around = found["size:large", "percentage_points"]
        assert around["low"] == pytest.approx(min(low for low, _ in alone))
        assert around["high"] == pytest.approx(max(high for _, high in alone))


def test_holm_is_that_of_r_and_counts_tests_that_cannot_be_made() -> None:
    """R 4.x: p.adjust(p, "holm"), by its definition; of eight trends by size the smallest p is multiplied by 8."""
    frame = models("kik_quality")
    tested = frame[(frame["model"] == "by_size") & (frame["scale"] != DETECTABLE)]
    for (scale, dependence), tests in tested.groupby(["scale", "dependence"]):
        p = sorted(tests["p"])
        adjusted, worst = [], 0.0
        for place, each in enumerate(p):
            worst = max(worst, min(1.0, each * (len(p) - place)))
            adjusted.append(worst)
        assert sorted(tests["p_adjusted"]) == pytest.approx(adjusted), (scale, dependence)
    trends = frame[(frame["scale"] == "trend") & (frame["dependence"] == "independence")]
    assert trends.set_index("outcome").loc["organisation/department", "p_adjusted"] == pytest.approx(8 * 0.02017151339)
    untested = row("klk_healthdata", "barriers/competences;purpose:steering", "use:high", "odds_ratio", "maximal")
    assert math.isnan(untested["p"])
    assert math.isnan(untested["p_adjusted"])
    least = row("klk_healthdata", "barriers/priority;purpose:planning", "use:high", "odds_ratio", "maximal")
    assert least["p_adjusted"] == pytest.approx(4 * least["p"])


def test_the_columns_are_those_of_the_contract() -> None:
    assert tuple(models("kik_quality").columns) == COLUMNS
    assert set(models("kik_quality")["basis"]) == {"published"}


@pytest.mark.parametrize(("study", "expected"), [("kik_quality", 20), ("klk_healthdata", 4)])
def test_no_test_says_more_than_that_of_the_claims(study: str, expected: int) -> None:
    """What decides claims takes each number by itself: its range of p-values holds the one of here.

    Of bases that are printed, at both dependences: two contrasts of five outcomes of KIK, one of two of KLK.
    """
    book, published, _ = PRINT[study]
    cells, compared = Cells(published, book), 0
    frame = models(study)
    for _, each in frame[(frame["scale"] == "percentage_points") & (frame["rounding"] == "half_up")].iterrows():
        subject, _, rest = each["outcome"].partition(";")
        variable, category = subject.split("/")
        groups = [f"{rest};{end}" if rest else end for end in (each["term"], checks(each)["reference"])]
        found = [cells.of(WAVES[study], (variable, category), group) for group in groups]
        one, two = (cell.readings[0].sample for cell in found)
        if one is None or two is None:
            continue
        effect = cells.design_effect(found[0].group) if each["dependence"] == "maximal" else 1
        tested = difference(one.thinned(effect), two.thinned(effect))
        compared += 1
        assert each["p"] <= tested.largest + 1e-9
        assert float(checks(each)["p_smallest"]) >= tested.smallest * (1 - 1e-3)
    assert compared == expected


# In words


@pytest.mark.parametrize("study", list(WAVES))
@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_sentence_says_more_than_both_dependences(study: str, lang: Lang) -> None:
    """In print as it is, nothing is significant at both: no sentence says that a share is larger or smaller."""
    frame = models(study)
    tests = frame[frame["scale"].isin(["trend", "percentage_points"]) & (frame["dependence"] == "maximal")]
    assert not (tests["p"] < 0.05).any()
    for sentence in told(study, lang).values():
        assert re.search(r"afgør (det )?ikke|ikke prøves|kan ikke ses|do not tell|cannot be (tested|told)", sentence)
        assert not re.search(r"no (effect|difference)|ingen (effekt|forskel)", sentence)


def test_sentences_have_the_numbers_of_the_headline() -> None:
    assert told("kik_quality", "en")["organisation/department by_size"] == (
        "Organisation of quality work, A quality department that works across fields in the municipality. Large "
        "municipalities (over 60,000 inhabitants) against Small municipalities (up to 29,999 inhabitants): 28.4 "
        "percentage points (95% interval from −8.4 to 58.0, if all answers of a municipality are alike). The numbers "
        "do not tell: the difference is significant if answers are independent (p at most 0.020), but not if all "
        "answers of a municipality are alike (p at most 0.118). The smallest effect that the test would have found "
        "with a probability of 80 per cent, if all answers of a municipality are alike, is odds at least about 2.81 "
        "times as large (or at most 0.36) from a group to the next."
    )
    # What counts is independence, at which it was found: what was not is told.
    assert (
        "if all answers of a municipality are alike, is odds at least about 5.36 to 5.39 times as large (or at most "
        "0.19) in one group as in the other" in told("kik_quality", "en")["degree_engagement/high_or_more by_role"]
    )
    assert (
        "(Planlægning). Bruger data meget mod Bruger data lidt: −13,8 til −12,3 procentpoint"
        in (told("klk_healthdata", "da")["barriers/priority;purpose:planning by_use"])
    )
    assert told("ssi_hygiene", "en")[" by_size"].startswith("The report prints nothing by size")


def fact(*shares: tuple[int, int]) -> str:
    names = ("small", "medium", "large")
    rows: list[Row] = [
        (f"size:{name}", "fact", "high", "percent", share, base)
        for name, (share, base) in zip(names, shares, strict=True)
    ]
    frame = grouped_models(printed(*rows), NO_CLAIMS, BOOK, 2020)
    return str(sentences(frame, BOOK, "en")["sentence"].iloc[0])


def test_a_share_goes_up_only_where_both_agree() -> None:
    assert "The share goes up with the size" in fact((20, 100), (40, 100), (80, 100))
    assert "The share goes down with the size" in fact((80, 100), (40, 100), (20, 100))
    assert "but not if all answers of a municipality are alike" in fact((40, 100), (50, 100), (56, 100))
    assert "do not tell whether the share goes up or down" in fact((40, 100), (40, 100), (40, 100))
    # What was found needs no word on what could have been.
    assert "smallest effect" not in fact((20, 100), (40, 100), (80, 100))


def test_what_does_not_hold_after_adjustment_says_so() -> None:
    """One trend that is significant at both by itself, among eleven that are nothing."""
    names = ("small", "medium", "large")
    codes = {f"extra_{place}": BOOK.variables["fact"] for place in range(11)}
    book = BOOK.model_copy(update={"variables": {**BOOK.variables, **codes}})
    rows: list[Row] = [
        (f"size:{name}", variable, "high", "percent", share, 100)
        for variable in ("fact", *codes)
        for name, share in zip(names, (36, 46, 58) if variable == "fact" else (50, 50, 50), strict=True)
    ]
    frame = grouped_models(printed(*rows), NO_CLAIMS, book, 2020)
    first = sentences(frame, book, "en").iloc[0]
    assert first["conclusion"] == "unadjusted"
    assert "The share goes up" not in first["sentence"]
    assert "adjusted for the report's other comparisons of the kind it is not significant" in first["sentence"]
    # What is not told says what could have been.
    assert "smallest effect" in first["sentence"]
    counts = conclusion_counts(frame, book, load_wave(RAW_DIR / "kik_quality" / "2023" / "wave.yaml")).set_index(
        "variable"
    )["value"]
    assert counts[["compared", "differs", "open"]].to_list() == [12, 0, 12]


def test_two_groups_are_compared_as_a_pair() -> None:
    rows: list[Row] = [
        ("role:leader", "use", "high", "percent", 30, 100), ("role:staff", "use", "high", "percent", 80, 100),
    ]  # fmt: skip
    frame = grouped_models(printed(*rows), NO_CLAIMS, BOOK, 2020)
    frame = frame[frame["model"] == "by_role"]
    assert set(frame["scale"]) == {"odds_ratio", "percentage_points", DETECTABLE}
    sentence = str(sentences(frame, BOOK, "en")["sentence"].iloc[0])
    assert sentence.startswith("Use, High. Staff against Leaders: 50.0 percentage points")
    assert "larger in the first of the two groups" in sentence


@pytest.mark.parametrize("share", [0, 100])
def test_answers_that_are_all_alike_have_no_test_and_no_estimate_that_is_a_number(share: int) -> None:
    names = ("small", "medium", "large")
    rows: list[Row] = [(f"size:{name}", "fact", "high", "percent", share, 20) for name in names]
    frame = grouped_models(printed(*rows), NO_CLAIMS, BOOK, 2020)
    ratios = frame[frame["scale"] == "odds_ratio"]
    assert ratios[["estimate", "p"]].isna().all(axis=None)
    assert (ratios["low"] == 0).all()
    assert (ratios["high"] == math.inf).all()
    slopes = frame[frame["scale"] == "log_odds"]
    assert set(slopes["family"]) == {"firth"}
    assert slopes["estimate"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert (slopes["low"] < 0).all()
    assert (slopes["high"] > 0).all()
    assert frame[frame["scale"] == "trend"]["p"].isna().all()
    assert frame.loc[frame["scale"] == DETECTABLE, ["estimate", "value_low", "value_high"]].isna().all(axis=None)
    assert "smallest effect" not in str(sentences(frame, BOOK, "en")["sentence"].iloc[0])
    assert "too few answers for a test" in str(sentences(frame, BOOK, "en")["sentence"].iloc[0])
