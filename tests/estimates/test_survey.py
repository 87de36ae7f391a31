"""Estimates of a survey of municipalities: counted by hand on small answers, and SSI's as its report prints them."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Codebook, load_wave
from analysis.estimates.survey import describe
from analysis.ingest.identified import COLUMNS, no_identification, read_identified
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, NOT_SELECTED, SELECTED, clean
from analysis.ingest.surveyxact import read_surveyxact
from analysis.places import population_on, read_register
from analysis.published.printed import agrees
from tests import ssi
from tests.estimates import surveys
from tests.estimates.surveys import one


def responses(first: list[str], second: list[str] | None = None, a: list[str] | None = None) -> pd.DataFrame:
    """Return answers to the questions of the small survey; those not given are not asked."""
    passed = [NOT_ASKED] * len(first)
    return pd.DataFrame(
        {
            "municipality": [str(n) for n in range(len(first))],
            "first": first,
            "second": second or passed,
            "third/a": a or passed,
            "third/b": passed if a is None else [NOT_ASKED if one == NOT_ASKED else NOT_SELECTED for one in a],
        }
    )


def found(rows: pd.DataFrame, codebook: Codebook | None = None, not_asked: tuple[str, ...] = ()) -> pd.DataFrame:
    return surveys.found(rows, codebook or surveys.municipalities(), not_asked=list(not_asked))


def test_a_share_is_of_those_that_answered_and_bounded_by_those_that_did_not() -> None:
    # 5 of 7 municipalities took part, one of them left the question blank.
    estimates = found(responses(["yes", "yes", "no", "unsure", NO_ANSWER]))
    share = one(estimates, "first", "yes", "percent", "worst_case")
    assert (share["value"], share["base"]) == (50, 4)
    assert (share["low"], share["high"]) == pytest.approx((100 * 2 / 7, 100 * 5 / 7))
    assert one(estimates, "first", "decided", "count")["value"] == 3
    assert one(estimates, "first", "", "base")["value"] == 4
    asked = one(estimates, "first", "yes", "percent", "on_asked")
    assert (asked["value"], asked["base"], asked["base_kind"]) == (40, 5, "asked")


def test_a_share_within_a_group_has_the_group_as_its_base() -> None:
    estimates = found(responses(["yes", "yes", "no", "unsure", "unsure"]))
    within = one(estimates, "first", "yes", "percent", "worst_case", "first:decided")
    assert within["value"] == pytest.approx(200 / 3)
    assert within["base"] == 3


def test_a_routed_share_is_bounded_by_all_that_might_have_been_asked() -> None:
    # Two municipalities are missing, and one left the question blank that decides who is asked.
    rows = responses(["yes", "no", "unsure", "unsure", NO_ANSWER], ["yes", "no", NOT_ASKED, NOT_ASKED, NOT_ASKED])
    share = one(found(rows), "second", "yes", "percent", "worst_case")
    assert (share["value"], share["base"]) == (50, 2)
    assert (share["low"], share["high"]) == pytest.approx((100 * 1 / 5, 100 * 4 / 5))


@given(st.lists(st.sampled_from(["yes", "no", "unsure", NO_ANSWER]), min_size=1, max_size=7))
def test_bounds_are_those_of_every_way_to_fill_in_what_is_missing(first: list[str]) -> None:
    if set(first) == {NO_ANSWER}:
        assert found(responses(first)).query("variable == 'first'").empty
        return
    open_ = surveys.N - len(first) + first.count(NO_ANSWER)
    given_ = [answer for answer in first if answer != NO_ANSWER]
    shares = [
        100 * Fraction((given_ + list(filled)).count("yes"), surveys.N)
        for filled in itertools.combinations_with_replacement(("yes", "no", "unsure"), open_)
    ]
    share = one(found(responses(first)), "first", "yes", "percent", "worst_case")
    assert (share["low"], share["high"]) == pytest.approx((float(min(shares)), float(max(shares))))


def test_options_are_shares_of_those_asked() -> None:
    rows = responses(["yes"] * 5, ["yes"] * 4 + ["no"], [SELECTED, SELECTED, SELECTED, NOT_SELECTED, NOT_ASKED])
    share = one(found(rows), "third", "a", "percent", "worst_case")
    assert (share["value"], share["base"]) == (75, 4)
    assert one(found(rows), "third", "b", "count")["value"] == 0


def test_a_question_that_nobody_answered_or_the_wave_left_out_has_no_estimates() -> None:
    rows = responses(["yes", "no"], [NO_ANSWER, NO_ANSWER])
    assert set(found(rows)["variable"]) == {"participation", "first", "third"}
    assert "first" not in set(found(rows, not_asked=("first",))["variable"])


def test_a_base_of_none_has_no_shares() -> None:
    rows = found(responses(["unsure", "unsure"]))
    second = rows[rows["variable"] == "second"]
    assert one(rows, "second", "", "base")["value"] == 0
    assert set(second["statistic"]) == {"base", "count"}


def test_participation_counts_each_municipality_once() -> None:
    aside = pd.DataFrame({"reason": ["not_eligible"] * 3, "municipality": ["0", "6", "6"]})
    estimates = describe(responses(["yes"] * 5), aside, surveys.municipalities(), surveys.wave(), no_identification())
    counts = {
        category: one(estimates, "participation", category, "count")["value"]
        for category in ("", "not_eligible", "no_answer")
    }
    assert counts == {"": 5, "not_eligible": 1, "no_answer": 1}


def test_ssi_estimates_are_the_printed_numbers() -> None:
    estimates = ssi.estimates("collected")
    # Typed from the report: share printed, of how many.
    for variable, category, count, percent, base in (
        ("organisation", "yes", 74, 77, 96),
        ("organisation_age", "over_3_years", 50, 68, 74),
        ("prioritised", "disagree", 20, 27, 74),
        ("training_form", "national_guideline", 49, 96, 51),
        ("special_agreement", "yes", 7, 11, 62),
        ("coordinator_background", "other", 32, 33, 96),
    ):
        share = one(estimates, variable, category, "percent", "worst_case")
        assert one(estimates, variable, category, "count")["value"] == count
        assert share["base"] == base
        printed = pd.Series({"value": percent, "printed": f"{percent}%", "qualifier": "exact", "statistic": "percent"})
        assert agrees(printed, share["value"])


def test_ssi_don_t_knows_are_given_as_yes_and_left_out_where_they_are_many() -> None:
    estimates = ssi.estimates("collected")
    assert one(estimates, "regional_agreement", "yes", "percent", "dont_know_as_yes")["value"] == pytest.approx(
        7400 / 96
    )
    assert one(estimates, "regional_agreement", "yes", "percent", "on_substantive")["value"] == pytest.approx(6200 / 84)
    few = estimates[(estimates["variable"] == "organisation") & (estimates["method"] == "dont_know_as_yes")]
    assert few.empty


def test_ssi_domain_is_of_those_who_say_that_they_have_an_organisation() -> None:
    # 74 of 96, and each of the two missing may be one: 74 to 76.
    share = one(ssi.estimates("collected"), "organisation_age", "over_3_years", "percent", "worst_case")
    assert (share["low"], share["high"]) == pytest.approx((100 * 50 / 76, 100 * 52 / 76))


def test_what_print_leaves_open_has_a_range_and_no_value() -> None:
    estimates = ssi.estimates("reconstructed")
    split = one(estimates, "translates_guidelines", "fully_agree", "count")
    assert pd.isna(split["value"])
    assert (split["identified_low"], split["identified_high"]) == (0, 68)
    share = one(estimates, "translates_guidelines", "fully_agree", "percent", "worst_case")
    assert pd.isna(share["value"])
    assert pd.isna(share["low"])
    side = one(estimates, "translates_guidelines", "agree", "count")
    assert side["value"] == side["identified_low"] == side["identified_high"] == 68


def test_another_base_is_left_out_where_print_leaves_the_don_t_knows_open() -> None:
    rows = ssi.estimates("reconstructed")
    of_halt = rows[(rows["variable"] == "halt") & (rows["category"] == "yes") & (rows["statistic"] == "percent")]
    assert set(of_halt["method"]) == {"worst_case", "hypergeometric", "superpopulation"}
    of_agreement = rows[(rows["variable"] == "regional_agreement") & (rows["category"] == "yes")]
    assert {"on_substantive", "dont_know_as_yes"} <= set(of_agreement["method"])


def test_a_question_that_print_says_nothing_about_has_no_estimates_in_a_reconstruction() -> None:
    folder = ssi.FOLDER / "2020"
    wave = load_wave(folder / "wave.yaml")
    people = population_on(read_register(folder / "municipalities.csv"), wave.reference)
    cleaned = clean(read_surveyxact(folder), ssi.codebook(), wave, people)
    identified = read_identified(folder / "identified.csv")
    estimates = describe(cleaned.responses, cleaned.cleaning, ssi.codebook(), wave, identified)
    # What print says nothing about is left empty.
    assert set(cleaned.responses["local_guidelines/home_care"]) == {NO_ANSWER}
    assert set(estimates["variable"]) == {
        "participation", "knows_organisation", "role", "organisation", "committee", "coordinators",
        "coordinator_background", "training", "regional_agreement", "special_agreement", "cooperation",
        "registers_sick_leave", "registers_outbreaks", "halt",
    }  # fmt: skip


def test_on_a_base_without_the_don_t_knows_they_have_no_share() -> None:
    declared = surveys.municipalities().model_dump()
    declared["code_lists"]["three"]["categories"]["unsure"]["missing"] = "dont_know"
    declared["items"]["figure_1"] = {
        "kind": "figure", "chapter": "c", "notebook": "01_clean", "printed": True, "title": surveys.LABEL,
        "form": "single_choice", "variables": ["first"], "base": "substantive",
    }  # fmt: skip
    book = Codebook.model_validate(declared)
    estimates = found(responses(["yes", "unsure", "unsure", "unsure", "unsure", "unsure"]), book)
    assert one(estimates, "first", "yes", "percent", "worst_case")["value"] == 100
    assert one(estimates, "first", "", "base")["value"] == 1
    assert one(estimates, "first", "unsure", "count")["value"] == 5
    unsure = estimates[(estimates["variable"] == "first") & (estimates["category"] == "unsure")]
    assert set(unsure["statistic"]) == {"count"}
    assert one(estimates, "first", "yes", "percent", "on_answered_incl_dont_know")["value"] == pytest.approx(100 / 6)


def test_a_blank_two_questions_up_leaves_open_who_was_asked() -> None:
    # Of 7: one left the first question blank, one the second; two were asked the third.
    rows = responses(
        ["yes", "yes", "yes", "yes", NO_ANSWER, "unsure", "unsure"],
        ["yes", "yes", "no", NO_ANSWER, NOT_ASKED, NOT_ASKED, NOT_ASKED],
        [SELECTED, NOT_SELECTED, *[NOT_ASKED] * 5],
    )
    share = one(found(rows), "third", "a", "percent", "worst_case")
    assert (share["value"], share["base"]) == (50, 2)
    assert (share["low"], share["high"]) == pytest.approx((100 * 1 / 4, 100 * 3 / 4))


def test_on_the_base_of_all_asked_who_left_it_blank_may_have_meant_yes() -> None:
    share = one(found(responses(["yes", "yes", "no", "unsure", NO_ANSWER])), "first", "yes", "percent", "on_asked")
    assert (share["low"], share["high"]) == pytest.approx((100 * 2 / 7, 100 * 5 / 7))


def test_bounds_on_an_open_base_are_of_no_draw() -> None:
    # Print says that all of those asked the second question said yes, not how many were asked.
    ranges = pd.DataFrame(
        [
            ("second", "all", "", "base", 1, 6),
            ("second", "all", "yes", "count", 1, 6),
            ("second", "all", "yes", "percent", 100, 100),
        ],
        columns=list(COLUMNS),
    )
    drawn = []
    for second in (["yes"] * 2 + [NOT_ASKED] * 4, ["yes"] * 5 + [NOT_ASKED]):
        first = ["yes" if answer == "yes" else "unsure" for answer in second]
        rows = responses(first, second)
        drawn.append(surveys.found(rows, surveys.municipalities(), ranges, basis="reconstructed"))
    share = one(drawn[0], "second", "yes", "percent", "worst_case")
    assert share["value"] == 100
    assert share[["low", "high", "base"]].isna().all()
    pd.testing.assert_frame_equal(drawn[0], drawn[1])
