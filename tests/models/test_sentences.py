"""What is said of a model is what its numbers bear, and never more."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.lang import Lang
from analysis.models.results import WITHHELD, main_rows
from analysis.models.sentences import model_counts, model_sentences
from tests import ssi
from tests.regressions import BINARY, ORDINAL, PASSED, bent, codebook, fitted, not_fitted

SSI, KIK = codebook(), codebook("kik_quality")
ABOVE, BELOW, ACROSS = (1.58, 1.09, 2.28), (0.63, 0.44, 0.92), (1.2, 0.8, 1.8)
UP, DOWN, EITHER = (6.4, 2.2, 10.6), (-6.4, -10.6, -2.2), (3.0, -2.0, 8.0)


def told(models: pd.DataFrame, lang: Lang = "en") -> tuple[str, str]:
    """Return conclusion and sentence of the only model."""
    book = KIK if models["model"].iloc[0].startswith(ORDINAL) else SSI
    found = model_sentences(models, book, lang)
    assert len(found) == 1
    return found["conclusion"].iloc[0], found["sentence"].iloc[0]


@pytest.mark.parametrize(
    ("odds", "points", "conclusion", "says"),
    [
        (ABOVE, UP, "more", "Larger municipalities have it more often."),
        (BELOW, DOWN, "less", "Larger municipalities have it less often."),
        (ACROSS, EITHER, "open", "do not tell whether larger municipalities have it more or less often"),
        # Where the two scales do not agree, nothing is sure.
        (ABOVE, EITHER, "open", "do not tell"),
        (ACROSS, UP, "open", "do not tell"),
    ],
)
def test_a_difference_is_said_where_both_intervals_show_it(
    odds: tuple[float, float, float], points: tuple[float, float, float], conclusion: str, says: str
) -> None:
    found, sentence = told(fitted(odds, points))
    assert found == conclusion
    assert says in sentence


def test_numbers_stand_as_each_language_writes_them() -> None:
    models = fitted(ABOVE, UP, p=0.0148, p_adjusted=0.0002)
    assert (
        "odds are 1.58 times as large (95% interval from 1.09 to 2.28; p 0.015, adjusted <0.001), on average +6.4 "
        "percentage points (+2.2 to +10.6)" in told(models)[1]
    )
    assert "1,58 gange så store (95 %-interval fra 1,09 til 2,28; p 0,015, justeret <0,001)" in told(models, "da")[1]


def test_what_is_significant_only_before_adjusting_is_not_told() -> None:
    conclusion, sentence = told(fitted(ABOVE, UP, p=0.015, p_adjusted=0.06))
    assert conclusion == "unadjusted"
    assert "the responses do not tell" in sentence
    assert "more often" not in sentence


def test_what_the_design_could_have_seen_stands_beside() -> None:
    assert "odds 2.00 times as large (or 0.50) for each doubling" in told(fitted(ACROSS, EITHER))[1]


def test_other_ways_to_fit_that_do_not_bear_it_out_are_named() -> None:
    models = pd.concat([fitted(ABOVE, UP), fitted(ACROSS, EITHER, model=f"{BINARY}/region"),
                        fitted(ABOVE, UP, model=f"{BINARY}/dont_know_no")])  # fmt: skip
    conclusion, sentence = told(models)
    assert conclusion == "more"
    assert "It is not significant with region in the model." in sentence


def test_of_another_way_to_fit_that_is_withheld_nothing_is_said() -> None:
    withheld = fitted(*[(math.nan,) * 3] * 2, checks=WITHHELD).assign(model=f"{BINARY}/region")
    assert "not significant" not in told(pd.concat([fitted(ABOVE, UP), withheld]))[1]


def test_a_line_that_bends_is_said_to() -> None:
    assert "not a straight line (p 0.030)" in told(pd.concat([fitted(ABOVE, UP), bent(0.03)]))[1]
    assert "straight" not in told(pd.concat([fitted(ABOVE, UP), bent(0.3)]))[1]


def test_of_an_ordered_scale_the_upper_half_is_told() -> None:
    conclusion, sentence = told(fitted(BELOW, DOWN, model=ORDINAL))
    assert conclusion == "less"
    assert "answer lower on the scale" in sentence
    assert "at least “To a high degree” moves by −6.4" in sentence


def test_a_model_without_an_answer_that_nobody_gave_stands_for_the_declared_one() -> None:
    empty = not_fitted("outcomes=fail;outcomes.empty=none", ORDINAL)
    models = pd.concat([empty, fitted(BELOW, DOWN, model=f"{ORDINAL}/collapsed")])
    assert told(models)[0] == "less"
    assert set(main_rows(models, KIK)["model"]) == {f"{ORDINAL}/collapsed"}
    assert set(main_rows(models, KIK)["declared"]) == {ORDINAL}


def test_nothing_is_concluded_from_a_reconstruction() -> None:
    nothing = (1.58, math.nan, math.nan)
    models = fitted(nothing, (6.4, math.nan, math.nan), p=math.nan, p_adjusted=math.nan, basis="reconstructed",
                    checks=f"{PASSED};illustration=pass", detectable=math.nan)  # fmt: skip
    conclusion, sentence = told(models)
    assert conclusion == "illustration"
    assert "nothing can be concluded" in sentence
    assert "interval" not in sentence


def test_no_estimate_says_why_and_shows_no_number() -> None:
    conclusion, sentence = told(not_fitted("separation=fail;separation.terms=log2_population"))
    assert conclusion == "no_estimate"
    assert sentence.endswith("There is no estimate. The reason: separation.")
    assert not re.search(r"\d", sentence)


def test_what_a_model_can_fail_and_have_an_estimate_is_no_reason_for_none() -> None:
    checks = "empty_cells=fail;influence=fail;proportional_odds=fail;events_per_variable=fail;rank=fail"
    assert told(not_fitted(checks))[1].endswith("The reason: redundant predictor.")


def test_an_end_next_to_no_effect_is_told_from_it() -> None:
    """Rounded, the sentence would contradict itself: more often, with an interval from 1.00."""
    conclusion, sentence = told(fitted((1.3, 1.003, 1.7), (2.0, 0.04, 4.0), p=0.0498, p_adjusted=0.0498))
    assert conclusion == "more"
    assert "from 1.003 to 1.70; p 0.0498, adjusted 0.0498)" in sentence
    assert "(+0.04 to +4.0)" in sentence


def test_what_is_withheld_shows_no_number() -> None:
    withheld = fitted(*[(math.nan,) * 3] * 2, p=math.nan, p_adjusted=math.nan, checks=WITHHELD)
    conclusion, sentence = told(withheld)
    assert conclusion == "withheld"
    assert not re.search(r"\d", sentence)


def test_models_are_counted_by_what_they_tell() -> None:
    others = [name for name in SSI.models if name != BINARY][:2]
    models = pd.concat([fitted(ABOVE, UP), fitted(ACROSS, EITHER, model=others[0], checks="influence=fail"),
                        not_fitted("rank=fail", others[1])])  # fmt: skip
    found = model_counts(models, SSI, ssi.wave("collected")).set_index("variable")["value"]
    assert dict(found) == {"models": 3, "sure": 1, "open": 1, "without": 1, "failed": 2}


finite = st.floats(0.01, 100)


@given(st.tuples(finite, finite), st.tuples(st.floats(-99, 99), st.floats(-99, 99)), st.floats(0, 1), st.floats(0, 1),
       st.sampled_from([BINARY, ORDINAL]))  # fmt: skip
def test_an_interval_that_holds_no_effect_is_never_said_to_show_one_nor_none(
    odds: tuple[float, float], points: tuple[float, float], p: float, p_adjusted: float, model: str
) -> None:
    low, high = sorted(odds)
    bottom, top = sorted(points)
    models = fitted(((low + high) / 2, low, high), ((bottom + top) / 2, bottom, top), p=p, p_adjusted=p_adjusted,
                    model=model)  # fmt: skip
    conclusion, sentence = told(models)
    both = (low > 1 and bottom > 0) or (high < 1 and top < 0)
    assert (conclusion in ("more", "less")) == (both and p < 0.05 and p_adjusted < 0.05)
    claims = re.search(r"Larger municipalities (have|answer)", sentence)
    assert bool(claims) == (conclusion in ("more", "less"))
    assert not re.search(r"no (effect|difference|association)", sentence)
    if not claims:
        assert "do not tell" in sentence
