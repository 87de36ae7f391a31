"""What print leaves open, held against every export there could be; and what follows from other printed numbers."""

from __future__ import annotations

import functools

import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.reconstruct.identify import identify, recomputed
from analysis.reconstruct.system import System
from tests import ssi
from tests.reconstruct import small
from tests.reconstruct.small import Key, Printed, Survey

# As many examples as each survey has time for.
SURVEYS: list[tuple[tuple[str, ...], int]] = [((), 20), (("role",), 10), (("need",), 3), (("content",), 20)]


def survey_of(questions: tuple[str, ...]) -> Survey:
    return small.respondents(*questions) if questions else small.municipalities()


def identified(survey: Survey, printed: Printed) -> dict[Key, tuple[float, float]]:
    return of_answers(survey, identify(survey.system(printed)))


def ranges(table: pd.DataFrame) -> dict[Key, tuple[float, float]]:
    return {
        (variable, group, category, statistic): (low, high)
        for variable, group, category, statistic, low, high in table.itertuples(index=False)
    }


def of_answers(survey: Survey, table: pd.DataFrame) -> dict[Key, tuple[float, float]]:
    """Return the ranges of what the questions give; quantities have a test of their own."""
    found = ranges(table)
    return {key: ends for key, ends in found.items() if survey.codebook.variables[key[0]].kind != "quantity"}


def variables(survey: Survey, printed: Printed) -> list[str]:
    """Return the questions that print says something about, and those they hang on."""
    return survey.system(printed).unknowns.variables


@pytest.mark.parametrize(("questions", "examples"), SURVEYS)
def test_ranges_are_those_of_all_exports_that_print_the_same(questions: tuple[str, ...], examples: int) -> None:
    survey = survey_of(questions)

    @given(small.printed_of(survey))
    @settings(max_examples=examples)
    def of_all(drawn: tuple[int, dict[Key, int | float]]) -> None:
        export, printed = drawn
        exports = survey.possible(printed)
        assert exports[export]
        system = survey.system(printed)
        assert system.repair.disputes == []
        assert of_answers(survey, identify(system)) == survey.ranges(exports, variables(survey, printed))

    of_all()


@pytest.mark.parametrize(("questions", "examples"), SURVEYS)
def test_with_a_contradiction_they_are_those_of_all_ways_to_settle_it(
    questions: tuple[str, ...], examples: int
) -> None:
    survey = survey_of(questions)

    @given(small.misprinted(survey))
    @settings(max_examples=examples)
    def of_all(drawn: tuple[Key, dict[Key, int | float]]) -> None:
        _, printed = drawn
        exports, _ = survey.settled(printed)
        assert identified(survey, printed) == survey.ranges(exports, variables(survey, printed))

    of_all()


@given(small.printed_of(small.respondents("role")))
@settings(max_examples=15)
def test_so_are_those_of_how_many_responded(drawn: tuple[int, dict[Key, int | float]]) -> None:
    _, printed = drawn
    survey = small.respondents("role")
    quantities = {"participation", "respondents", "each"}
    everything = survey.ranges(survey.possible(printed), quantities)
    found = ranges(identify(survey.system(printed)))
    counted = {key: ends for key, ends in found.items() if key[0] in quantities and key[3] == "count"}
    assert counted
    # Without a category, print and estimates count those that answered.
    named = {key: ends for key, ends in counted.items() if key in everything}
    assert named == {key: everything[key] for key in named}
    assert ("respondents", "all", "", "count") in named
    one, two = (counted["each", "all", each, "count"] for each in ("one", "two"))
    assert found["each", "all", "", "base"][0] >= one[0] + two[0]


def test_numbers_by_role_size_and_purpose_and_pooled_ones() -> None:
    # Of the four respondents, three answered for planning: two heads yes, a nurse no; for steering, one did.
    use = {
        ("respondents", "all", "", "count"): 4,
        ("role", "size:small", "", "base"): 2,
        ("use", "purpose:plan", "", "base"): 3,
        ("use", "purpose:plan;role:heads", "yes", "count"): 2,
        ("use", "purpose:plan;role:nurse", "no", "percent"): 100,
        ("use", "all", "yes", "percent"): 75,
    }
    survey = small.respondents("role", "use")
    found = identified(survey, use)
    assert found == survey.ranges(survey.possible(use), ["role", "use"])
    assert found["use", "purpose:plan", "yes", "count"] == (2, 2)
    assert found["use", "all", "", "base"] == (4, 4)
    assert found["use", "purpose:steer", "yes", "percent"] == (100, 100)
    # Whose role is the one that answered for steering, is not said: or who told none.
    assert found["use", "role:heads", "", "base"] == (2, 3)
    need = {
        ("participation", "size:small", "", "count"): 0,
        ("participation", "all", "", "count"): 1,
        ("need", "purpose:plan", "yes", "count"): 1,
        ("need", "purpose:steer;size:large", "yes", "percent"): 50,
    }
    survey = small.respondents("need")
    found = identified(survey, need)
    assert found == survey.ranges(survey.possible(need), ["need"])
    assert found["need", "size:small", "", "base"] == (0, 0)
    assert ("need", "size:small", "yes", "percent") not in found
    assert found["need", "all", "yes", "count"] == (2, 2)
    assert found["need", "all", "yes", "percent"] == (50, 200 / 3)


def test_what_an_answer_counts_depends_on_how_many_its_municipality_gave() -> None:
    one_and_two = {("each", "all", "one", "count"): 1, ("each", "all", "two", "count"): 1}
    everybody = {**one_and_two, ("content", "all", "", "base"): 3, ("content", "all", "yes", "count"): 1.5}
    found = identified(small.respondents("content"), everybody)
    # The only one of a municipality and one of the two of the other.
    assert found["content", "all", "yes", "count"] == (1.5, 1.5)
    assert found["content", "all", "yes", "percent"] == (75, 75)
    # Printed as a whole number, it is between 1 and 1.5, which is rounded to 2.
    rounded = {**everybody, ("content", "all", "yes", "count"): 1}
    assert identified(small.respondents("content"), rounded)["content", "all", "yes", "count"] == (0.5, 1)


@given(small.printed_of(small.respondents("role", "gain"), most=5))
@settings(max_examples=4)
def test_by_size_and_by_purpose_the_truth_is_in_the_range(drawn: tuple[int, dict[Key, int | float]]) -> None:
    # A question asked per purpose and given by role and by size: how the purpose and the size go together is lost.
    _, printed = drawn
    survey = small.respondents("role", "gain")
    sharp = survey.ranges(survey.possible(printed), variables(survey, printed))
    found = identified(survey, printed)
    assert found.keys() >= sharp.keys()
    for key, (low, high) in sharp.items():
        assert found[key][0] <= low <= high <= found[key][1]


def test_a_question_that_others_hang_on_is_given_as_it_declares() -> None:
    identified(small.respondents("role"), {("use", "purpose:plan", "", "base"): 1})


def test_who_was_asked_for_any_purpose_need_not_have_answered_for_the_first() -> None:
    survey = small.respondents("need", "why")
    printed = {("need", "purpose:plan", "", "base"): 0, ("why", "all", "", "base"): 1}
    assert survey.possible(printed).any()
    assert survey.system(printed).repair.disputes == []


@pytest.mark.parametrize("year", [2020, 2024])
def test_the_ranges_in_the_repository_are_those_of_the_printed_numbers(year: int) -> None:
    published = ssi.published_of(year)
    fresh = identify(System(ssi.codebook(), year, published))
    stored = pd.read_csv(ssi.FOLDER / str(year) / "identified.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(fresh, stored)


@functools.cache
def ssi_recomputed() -> pd.DataFrame:
    return recomputed(ssi.codebook(), 2024, ssi.published())


def value_of(rows: pd.DataFrame, item: str, variable: str, category: str, statistic: str, group: str = "all") -> float:
    cell = rows[
        (rows["item"] == item) & (rows["variable"] == variable) & (rows["category"] == category)
        & (rows["statistic"] == statistic) & (rows["group"] == group) & (rows["method"] == "recomputed")
    ]  # fmt: skip
    (value,) = cell["value"]
    return float(value)


def test_ssi_numbers_follow_from_other_printed_ones() -> None:
    rows = ssi_recomputed()
    # 41 + 22 + 11 with an organisation.
    assert value_of(rows, "text", "organisation", "yes", "count") == 74
    assert value_of(rows, "text", "organisation", "yes", "percent") == pytest.approx(100 * 74 / 96)
    # The odd 1 of figure 1 is refuted by 11 of 74 being 15 %.
    assert value_of(rows, "figure_1", "organisation", "reduced", "count") == 11
    # 68 % of 96, without the two printed 65 and the 62 that contradicts them.
    assert value_of(rows, "text", "cooperation", "yes", "count") == 65
    assert value_of(rows, "text", "regional_agreement", "yes", "percent", "since:2020") == pytest.approx(
        100 * 79 / 98 - 100 * 62 / 96
    )
    assert value_of(rows, "text", "halt", "yes", "other", "since:2020") == 30


def test_a_number_that_nothing_else_fixes_is_a_range() -> None:
    rows = ssi_recomputed()
    managers = rows[(rows["variable"] == "committee_members") & (rows["category"] == "managers")].iloc[0]
    assert pd.isna(managers["value"])
    assert (managers["identified_low"], managers["identified_high"]) == (0, 46)


def test_shares_that_add_to_a_hundred_are_given_where_all_are_printed() -> None:
    rows = ssi_recomputed()[lambda rows: (rows["method"] == "largest_remainder") & (rows["item"] == "table_1")]
    shares = dict(zip(rows["category"], rows["value"], strict=True))
    assert sum(shares.values()) == 100
    # 35 of 96 is 36.46 %: printed is 37 %, to which the shares of table 1 add up.
    assert shares["consultant"] == 37


def test_a_study_that_is_no_survey_has_none() -> None:
    from tests import dalarna

    assert recomputed(dalarna.codebook(), 2025, dalarna.published()).empty
