"""What a number counts, and of whom: against loops over the rows, and by hand."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook import Codebook
from analysis.codebook.cells import Cell, cells
from analysis.estimates.counting import Survey
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, NOT_SELECTED, SELECTED
from tests.estimates import surveys
from tests.estimates.surveys import counted, found, one

CLUSTERED = ("clustered", "municipality_weighted")
OF_MUNICIPALITIES = ("worst_case", "hypergeometric", "superpopulation")

given_roles = st.lists(
    st.tuples(st.sampled_from("01456"), st.sampled_from(["area_leader", "chief", "staff", NO_ANSWER])),
    min_size=1, max_size=12,
)  # fmt: skip
# An area of a municipality responds once, chiefs as often as they like.
given_areas = st.builds(
    lambda areas, chiefs: sorted(areas) + [(each, "chief") for each in chiefs],
    st.sets(st.tuples(st.sampled_from("0123456"), st.sampled_from(["north", "south"])), min_size=1),
    st.lists(st.sampled_from("0145"), max_size=6),
)


def check(codebook: Codebook, rows: pd.DataFrame) -> None:
    """Hold every base, count and percentage against the rows."""
    estimates = found(rows, codebook)
    value = {(row.variable, row.group, row.category, row.statistic, row.method): row for row in estimates.itertuples()}
    for cell in cells(codebook, surveys.YEAR):
        key = (cell.variable, cell.group)
        answers = list(counted(codebook, rows, cell))
        if not answers:
            assert cell.keys == {} or not [each for each in value if each[:2] == key]
            continue
        base, count = sum(weight for _, weight, _ in answers), sum(weight for _, weight, gave in answers if gave)
        assert value[*key, cell.category, "count", "counted"].value == pytest.approx(count)
        if codebook.variables[cell.variable].kind == "single":
            assert value[*key, "", "base", "counted"].value == pytest.approx(base)
        declared = next(each for each in value if each[:4] == (*key, cell.category, "percent"))
        assert value[declared].value == pytest.approx(100 * count / base)
        assert value[declared].base == len(answers)
        if (weighted := (*key, cell.category, "percent", "municipality_weighted")) in value:
            places = {each for each, _, _ in answers}
            votes = [[(weight, gave) for each, weight, gave in answers if each == place] for place in places]
            shares = [sum(w for w, gave in vote if gave) / sum(w for w, _ in vote) for vote in votes]
            assert value[weighted].value == pytest.approx(100 * sum(shares) / len(places))
            assert value[weighted].clusters == len(places)


@settings(max_examples=30)
@given(given_roles, st.randoms(use_true_random=False))
def test_respondents_are_counted_as_by_a_loop(given: list[tuple[str, ...]], chance: random.Random) -> None:
    codebook = surveys.respondents()
    check(codebook, surveys.answered(codebook, given, chance))


@settings(max_examples=30)
@given(given_areas, st.randoms(use_true_random=False))
def test_areas_and_chiefs_are_counted_as_by_a_loop(given: list[tuple[str, ...]], chance: random.Random) -> None:
    codebook = surveys.areas()
    check(codebook, surveys.answered(codebook, given, chance))


@settings(max_examples=30)
@given(given_areas, st.randoms(use_true_random=False))
def test_numbers_with_one_answer_of_a_municipality_are_those_that_say_so(
    given: list[tuple[str, ...]], chance: random.Random
) -> None:
    codebook = surveys.areas()
    survey = Survey(surveys.answered(codebook, given, chance), codebook, surveys.wave())
    for cell in cells(codebook, surveys.YEAR):
        if (answers := survey.answers(cell)) is not None and not answers.nested:
            assert len(set(answers.municipality)) == len(answers.municipality)
            # All there are: in the base, could be in it, or known to be outside it.
            assert answers.base("asked").sum() + answers.absent <= answers.everyone
            if answers.whole:
                assert answers.base("asked").sum() + answers.absent == answers.everyone


def frame(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return responses: municipality, questionnaire, use for each purpose and barrier a for each, or a chief's view."""
    records = []
    for municipality, questionnaire, *answers in rows:
        record = dict.fromkeys(
            ["use@planning", "use@steering", "task", "view/a", "view/b"]
            + [f"{name}@{purpose}/{option}" for name in ("barriers", "needs") for purpose in ("planning", "steering")
               for option in "ab"],
            NOT_ASKED,
        )  # fmt: skip
        size = "large" if municipality >= "4" else "small"
        names = ["view/a"] if questionnaire == "chief" else ["use@planning", "use@steering"]
        names += ["barriers@planning/a", "barriers@steering/a"]
        answered = dict(zip(names, answers, strict=False))
        records.append(record | {"municipality": municipality, "size": size, "questionnaire": questionnaire} | answered)
    return pd.DataFrame(records)


TICKED, NOT = SELECTED, NOT_SELECTED


def test_what_was_asked_for_each_purpose_is_pooled_sum_over_sum() -> None:
    rows = frame(
        ("0", "north", "much", "none"), ("1", "north", "much", "much"),
        ("1", "south", "none", NO_ANSWER), ("2", "south", NO_ANSWER, "much"),
    )  # fmt: skip
    estimates = found(rows, surveys.areas())
    planning = one(estimates, "use", "much", "percent", "clustered", "purpose:planning")
    steering = one(estimates, "use", "much", "percent", "clustered", "purpose:steering")
    assert (planning["base"], steering["base"]) == (3, 3)
    assert (planning["value"], steering["value"]) == pytest.approx((200 / 3, 200 / 3))
    pooled = one(estimates, "use", "much", "percent", "clustered")
    assert (pooled["value"], pooled["base"], pooled["clusters"]) == (pytest.approx(400 / 6), 6, 3)
    # Of municipality 0 one of two, of 1 two of three, of 2 one of one.
    assert one(estimates, "use", "much", "percent", "municipality_weighted")["value"] == pytest.approx(
        100 * (1 / 2 + 2 / 3 + 1) / 3
    )
    assert set(estimates.loc[estimates["method"] == "municipality_weighted", "weighting"]) == {"municipality"}


def test_of_one_area_and_purpose_the_methods_are_those_of_municipalities() -> None:
    rows = frame(
        ("0", "north", "much", "none"), ("1", "north", "none", "much"), ("2", "north", NO_ANSWER, "much"),
        ("2", "south", "much", "much"), ("3", "chief", TICKED),
    )  # fmt: skip
    estimates = found(rows, surveys.areas())
    share = one(estimates, "use", "much", "percent", "worst_case", "area:north;purpose:planning")
    # Of 7 municipalities two answered and five could change it: one left it blank, four have no response of the area.
    assert (share["value"], share["base"], share["population"]) == (50, 2, 7)
    assert (share["low"], share["high"]) == pytest.approx((100 / 7, 600 / 7))
    assert pd.isna(share["clusters"])
    of = estimates[(estimates["variable"] == "use") & (estimates["statistic"] == "percent")]
    methods = of.groupby("group")["method"].agg(set)
    assert methods["area:north;purpose:planning"] >= set(OF_MUNICIPALITIES)
    for group in ("all", "area:north", "purpose:planning", "size:small", "area:north;size:small"):
        assert methods[group] >= set(CLUSTERED)
        assert not methods[group] & set(OF_MUNICIPALITIES)


def test_a_group_of_answers_is_that_of_the_same_purpose() -> None:
    ticked = (TICKED, NOT)
    rows = frame(
        ("0", "north", "much", "little", *ticked), ("1", "north", "little", "much", *ticked),
        ("2", "south", "none", "much", NOT_ASKED, NOT),
    )  # fmt: skip
    estimates = found(rows, surveys.areas())
    steering = one(estimates, "barriers", "a", "percent", "clustered", "purpose:steering;use:some")
    assert (steering["value"], steering["base"]) == (0, 3)
    assert one(estimates, "barriers", "a", "count", group="purpose:planning;use:some")["value"] == 2
    # Nobody who does not use data was asked: there is no number of them.
    assert "purpose:planning;use:none" not in set(estimates["group"])


def test_each_of_two_chiefs_counts_half() -> None:
    rows = frame(
        ("0", "chief", TICKED), ("0", "chief", NOT), ("1", "chief", TICKED), ("2", "chief", NOT),
        ("3", "chief", TICKED), ("3", "chief", NO_ANSWER), *[("4", "chief", TICKED)] * 3,
    )  # fmt: skip
    rows["view/b"] = rows["view/a"]
    estimates = found(rows, surveys.areas())
    # Weights 0.5 + 1 + 0.5 + 3 * 0.5 of 2 * 0.5 + 1 + 1 + 0.5 + 3 * 0.5.
    assert one(estimates, "view", "a", "count")["value"] == 3.5
    base = one(estimates, "view", "", "base")
    assert (base["value"], base["base"], base["weighting"]) == (5, 8, "1, 0.5")
    share = one(estimates, "view", "a", "percent", "clustered")
    assert (share["value"], share["base"], share["clusters"]) == (70, 8, 5)
    # A vote each, of 3 only half is given: 0.5 + 1 + 0.5 + 1 of 1 + 1 + 1 + 0.5 + 1.
    vote = one(estimates, "view", "a", "percent", "one_municipality_one_vote")
    assert vote["value"] == pytest.approx(100 * 3 / 4.5)
    assert one(estimates, "view", "a", "percent", "municipality_weighted")["value"] == pytest.approx(100 * 3.5 / 5)


def test_a_label_of_what_was_asked_once_chooses_nothing() -> None:
    rows = frame(("0", "north", "much", "none"), ("1", "north", "none", "much"))
    rows["task"] = ["much", "none"]
    estimates = found(rows, surveys.areas())
    share = one(estimates, "task", "much", "percent", "worst_case", "area:north;purpose:planning")
    assert (share["value"], share["base"]) == (50, 2)
    assert set(estimates.loc[estimates["variable"] == "task", "group"]) == {
        "purpose:planning", "area:north;purpose:planning",
    }  # fmt: skip


def test_who_is_asked_by_any_purpose_is_in_doubt_only_where_none_says_so() -> None:
    survey = Survey(
        frame(("0", "north", "much", NO_ANSWER), ("1", "north", "none", NO_ANSWER), ("2", "north", "none", "much")),
        surveys.areas(), surveys.wave(),
    )  # fmt: skip
    cell = Cell("needs", "area:north;purpose:planning", "a", ("a",))
    survey.responses["needs@planning/a"] = [SELECTED, NOT_ASKED, NOT_SELECTED]
    answers = survey.answers(cell)
    assert answers is not None
    # Four of seven without a response of the area, and municipality 1.
    assert (int(answers.answered.sum()), answers.absent, answers.whole) == (2, 5, False)


def test_a_size_class_of_a_known_number_of_municipalities_is_whole() -> None:
    survey = Survey(
        frame(("0", "north", "much"), ("4", "north", "much"), ("4", "south", "none")), surveys.areas(), surveys.wave()
    )
    answers = survey.answers(Cell("use", "area:north;purpose:planning;size:small", "much", ("much",)))
    assert answers is not None
    assert (answers.everyone, answers.absent, answers.whole, answers.nested) == (4, 3, True, False)


def test_of_a_reconstruction_made_up_pairings_are_left_out() -> None:
    rows = frame(
        ("0", "north", "much", "none"), ("0", "south", "much", "none"), ("1", "north", "none", "much"),
        ("1", "chief", TICKED),
    )  # fmt: skip
    collected = found(rows, surveys.areas())
    declared = collected[collected["method"].isin(["counted", "clustered", "worst_case"])]
    kept = ["variable", "group", "category", "statistic", "value"]
    ranges = declared.loc[declared["variable"] != "both", kept].assign(high=declared["value"])
    ranges.columns = [*kept[:4], "low", "high"]
    estimates = found(rows, surveys.areas(), ranges, basis="reconstructed")
    share = one(estimates, "use", "much", "percent", "clustered")
    assert share["value"] == share["identified_low"] == share["identified_high"] == 50
    assert share["base"] == 6
    assert share[["low", "high", "clusters"]].isna().all()
    assert one(estimates, "view", "a", "percent", "clustered")[["base", "clusters"]].isna().all()
    assert not estimates["method"].isin(["municipality_weighted", "one_municipality_one_vote", "on_asked"]).any()
    assert "both" not in set(estimates.loc[estimates["basis"] == "reconstructed", "variable"])
    one_area = one(estimates, "use", "much", "percent", "worst_case", "area:north;purpose:planning")
    assert (one_area["low"], one_area["high"]) == pytest.approx((100 / 7, 600 / 7))


def test_the_item_of_a_number_is_the_one_that_shows_the_group() -> None:
    declared = surveys.areas().model_dump()
    of = {"base": "substantive", "group": "area:south"}
    declared["items"] = {
        "figure_1": surveys._figure("use", by=["area"]), "figure_2": surveys._figure("use", by=["purpose"], **of),
    }  # fmt: skip
    codebook = Codebook.model_validate(declared)
    rows = frame(("0", "south", "much", "unsure"), ("1", "south", "none", "unsure"), ("2", "south", "none", "unsure"))
    estimates = found(rows, codebook)
    assert one(estimates, "use", "", "base", group="area:south")["item"] == "figure_1"
    base = one(estimates, "use", "", "base", group="area:south;purpose:planning")
    assert (base["item"], base["base_kind"], base["value"]) == ("figure_2", "substantive", 3)
    assert one(estimates, "use", "", "base", group="area:south;purpose:steering")["value"] == 0
    assert one(estimates, "use", "", "base")["item"] == "figure_1"
