"""What may leave the building: nothing that is withheld can be found from what is shown of the same question."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import NUMBERS, withhold
from analysis.estimates import (
    COUNTED,
    DONT_KNOW_AS_YES,
    HYPERGEOMETRIC,
    ON_BASE,
    SUPERPOPULATION,
    WORST_CASE,
    Estimate,
    estimate_frame,
)
from analysis.estimates.survey import describe
from analysis.ingest.identified import no_identification
from tests import ssi
from tests.codebook import made_up
from tests.written import written

# Percentages are of all that answered, as in the survey of the repository.
BOOK = made_up.codebook("base: substantive", "base: answered_incl_dont_know")
PLAN = ("old", "new", "planned", "never", "dont_know")
GROUPS = {"yes": ("old", "new"), "no": ("planned", "never")}
Counts = dict[str, int]
Key = tuple[str, str, str, str]


def numbers(counts: Counts) -> Iterator[tuple[Key, float, int]]:
    """Yield group, category, statistic and method of every number given of `plan`, its value and its base."""
    n, known = sum(counts.values()), sum(counts.values()) - counts["dont_know"]
    yield ("all", "", "base", COUNTED), n, n
    for answer, members in {**{name: (name,) for name in PLAN}, **GROUPS}.items():
        k = sum(counts[name] for name in members)
        yield from _of_base("all", answer, k, n)
        if known not in (0, n) and answer != "dont_know":
            yield ("all", answer, "percent", ON_BASE["substantive"]), 100 * k / known, known
        if answer == "yes" and n and counts["dont_know"] >= 0.05 * n:
            yield ("all", answer, "percent", DONT_KNOW_AS_YES), 100 * (k + counts["dont_know"]) / n, n
    for group, members in GROUPS.items():
        inside = sum(counts[name] for name in members)
        yield (f"plan:{group}", "", "base", COUNTED), inside, inside
        for name in members:
            yield from _of_base(f"plan:{group}", name, counts[name], inside)


def _of_base(group: str, answer: str, k: int, n: int) -> Iterator[tuple[Key, float, int]]:
    yield (group, answer, "count", COUNTED), k, n
    for method in (WORST_CASE, HYPERGEOMETRIC, SUPERPOPULATION) if n else ():
        yield (group, answer, "percent", method), 100 * k / n, n


def plan_estimates(counts: Counts) -> pd.DataFrame:
    """Return the estimates of `plan` where so many gave each answer."""
    return estimate_frame(
        Estimate(
            study=made_up.STUDY, wave=made_up.YEAR, item="figure_1", variable="plan", group=group, category=category,
            statistic=statistic, method=method, value=value, base=base, low=0, high=100, estimand="x",
            basis="collected",
        )
        for (group, category, statistic, method), value, base in numbers(counts)
    )  # fmt: skip


def shown(controlled: pd.DataFrame) -> dict[Key, tuple[float, int]]:
    """Return the numbers that are let out."""
    rows = controlled[controlled["value"].notna()]
    keys = zip(*(rows[name] for name in ("group", "category", "statistic", "method")), strict=True)
    return dict(zip(keys, zip(rows["value"], rows["base"], strict=True), strict=True))


def hidden_answers(controlled: pd.DataFrame) -> set[str]:
    counts = controlled[(controlled["statistic"] == "count") & (controlled["group"] == "all")]
    return set(counts.loc[counts["value"].isna(), "category"])


def released(counts: Counts, minimum: int = 3) -> pd.DataFrame:
    return withhold(plan_estimates(counts), BOOK, made_up.wave(minimum_cell=minimum))


def completions(counts: Counts, minimum: int) -> Iterator[Counts]:
    """Yield all that the numbers of answers can be for a reader who sees what is shown and knows how many answered.

    An answer that nobody gave is shown as such, so that what is hidden is one at least; unless nothing is shown.
    """
    controlled = released(counts, minimum)
    seen, hidden = shown(controlled), sorted(hidden_answers(controlled) & set(PLAN))
    left = sum(counts[name] for name in hidden)
    for parts in _parts(left, len(hidden), least=0 if len(hidden) == len(PLAN) else 1):
        guess = counts | dict(zip(hidden, parts, strict=True))
        if all(seen.get(key, (value, base)) == (value, base) for key, value, base in numbers(guess)):
            yield guess


def _parts(total: int, into: int, least: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to share a total out, each part so large at least."""
    free = total - least * into
    for bars in combinations(range(free + into - 1), into - 1) if free >= 0 and into else ():
        ends = (-1, *bars, free + into - 1)
        yield tuple(least + ends[place + 1] - ends[place] - 1 for place in range(into))


def certain(counts: Counts, minimum: int = 3) -> set[str]:
    """Return the answers too few gave whose number a reader can tell for certain."""
    found: dict[str, set[int]] = {name: set() for name in PLAN if 0 < counts[name] < minimum}
    for guess in completions(counts, minimum):
        for name in found:
            found[name].add(guess[name])
        if all(len(values) > 1 for values in found.values()):
            return set()
    return {name for name, values in found.items() if len(values) < 2}


def of(*counts: int) -> Counts:
    return dict(zip(PLAN, counts, strict=True))


def test_the_numbers_here_are_those_that_are_given_of_a_question() -> None:
    counts = of(3, 1, 5, 9, 3)
    answers = [name for name, count in counts.items() for _ in range(count)]
    responses = pd.DataFrame({"municipality": [f"{place:04}" for place in range(len(answers))], "plan": answers})
    alone = BOOK.model_copy(update={"variables": {"plan": BOOK.variables["plan"]}})
    given_of_it = describe(responses, ssi.cleaning().iloc[:0], alone, made_up.wave(), no_identification())
    assert shown(given_of_it) == {key: (value, base) for key, value, base in numbers(counts)}


@settings(max_examples=150)
@given(st.tuples(*[st.integers(0, 7)] * 5), st.integers(1, 5))
def test_no_small_number_can_be_told_for_certain(counts: tuple[int, ...], minimum: int) -> None:
    assert certain(of(*counts), minimum) == set()


@settings(max_examples=150)
@given(st.tuples(*[st.sampled_from([0, 1, 2, 3, 20])] * 5))
def test_no_small_number_beside_large_ones_can_be_told_for_certain(counts: tuple[int, ...]) -> None:
    assert certain(of(*counts)) == set()


@settings(max_examples=100)
@given(st.tuples(*[st.integers(0, 9)] * 5), st.integers(1, 5))
def test_every_small_number_is_withheld_and_every_other_number_is_as_it_was(
    counts: tuple[int, ...], minimum: int
) -> None:
    made = plan_estimates(of(*counts))
    controlled = withhold(made, BOOK, made_up.wave(minimum_cell=minimum))
    hidden = hidden_answers(controlled)
    assert {name for name, count in of(*counts).items() if 0 < count < minimum} <= hidden
    emptied = controlled["value"].isna()
    assert controlled.loc[emptied, NUMBERS].isna().all(axis=None)
    pd.testing.assert_frame_equal(controlled[~emptied], made[~emptied])
    rest = [name for name in made.columns if name not in NUMBERS]
    pd.testing.assert_frame_equal(controlled[rest], made[rest])
    # Every row of a hidden answer is empty; a group goes only with answers of its own, and with all that is within it.
    assert emptied[made["category"].isin(hidden)].all()
    for group, members in GROUPS.items():
        assert group not in hidden or hidden & set(members)
        assert group not in hidden or emptied[made["group"] == f"plan:{group}"].all()


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        (of(40, 20, 10, 8, 6), set()),
        (of(40, 20, 10, 8, 0), set()),
        # Nobody gave it: no municipality is known by that.
        (of(40, 0, 0, 8, 0), set()),
        # The smallest other of its group goes with a lone small one, and the group stays.
        (of(40, 20, 1, 8, 6), {"planned", "never"}),
        (of(2, 20, 40, 8, 60), {"old", "new"}),
        (of(1, 30, 1, 40, 50), {"old", "new", "planned", "never"}),
        # Two that add to enough keep each other.
        (of(40, 20, 1, 2, 6), {"planned", "never"}),
        # Two that add to too few do not: their group goes, and another answer.
        (of(40, 20, 1, 1, 6), {"planned", "never", "dont_know", "no"}),
        # One outside the groups: the smallest of all goes with it, and that one's group.
        (of(40, 20, 10, 8, 1), {"dont_know", "never", "no"}),
        # Nothing that could be shown would not tell.
        (of(2, 0, 0, 0, 0), {*PLAN, "yes", "no"}),
    ],
)
def test_what_goes(counts: Counts, hidden: set[str]) -> None:
    assert hidden_answers(released(counts)) == hidden


@pytest.mark.parametrize(("minimum", "hidden"), [(1, set()), (2, set()), (3, {"old", "new"}), (5, {"old", "new"})])
def test_a_wave_says_how_few_are_too_few(minimum: int, hidden: set[str]) -> None:
    assert hidden_answers(released(of(40, 2, 20, 8, 6), minimum)) == hidden


def test_bases_without_the_dont_knows_go_where_the_dont_knows_do() -> None:
    by_method = released(of(40, 20, 10, 8, 1)).groupby("method")["value"].apply(lambda values: values.notna().any())
    assert not by_method[ON_BASE["substantive"]]
    assert by_method[WORST_CASE]
    kept = released(of(40, 20, 1, 2, 6))
    other = kept[(kept["method"] == ON_BASE["substantive"]) & kept["value"].notna()]
    assert set(other["category"]) == {"old", "new", "yes", "no"}
    as_yes = kept[kept["method"] == DONT_KNOW_AS_YES]
    assert as_yes["value"].notna().all()


def test_with_dont_knows_as_yes_they_go_too() -> None:
    controlled = released(of(10, 8, 9, 7, 2))
    as_yes = controlled[controlled["method"] == DONT_KNOW_AS_YES]
    assert len(as_yes) == 1
    assert as_yes["value"].isna().all()


@pytest.mark.parametrize(
    "counts",
    [
        # All others are nobody's answers: the base itself tells.
        of(2, 0, 0, 0, 0),
        of(0, 0, 1, 0, 0),
        # As many answers as municipalities: one each.
        of(1, 1, 1, 0, 20),
        of(1, 1, 1, 1, 20),
        # The percentages within a group rest on the group's number.
        of(40, 20, 8, 1, 6),
        of(9, 1, 30, 20, 5),
        of(40, 20, 8, 2, 1),
        of(2, 2, 2, 2, 2),
    ],
    ids=str,
)
def test_a_reader_can_not_tell(counts: Counts) -> None:
    assert certain(counts) == set()


def test_a_base_without_the_dont_knows_goes_also_where_it_is_the_declared_one() -> None:
    # With the few don't knows goes the base that leaves them out: 40 + 20 + 20 + 8.
    declared = [
        Estimate(
            study=made_up.STUDY, wave=made_up.YEAR, item="figure_1", variable="plan", category=category,
            statistic="count" if category else "base", method=COUNTED, value=value, base=88,
            base_kind="substantive", estimand="x", basis="collected",
        )
        for category, value in {"": 88, **of(40, 20, 20, 8, 2)}.items()
    ]  # fmt: skip
    controlled = withhold(estimate_frame(declared), made_up.codebook(), made_up.wave())
    assert "dont_know" in hidden_answers(controlled)
    assert controlled.loc[controlled["statistic"] == "base", "value"].isna().all()


# Questions of other kinds


def options(money: int, staff: int, base: int) -> pd.DataFrame:
    return estimate_frame(
        Estimate(
            study=made_up.STUDY, wave=made_up.YEAR, item="reasons", variable="reasons", category=option,
            statistic=statistic, method=method, value=value, base=base, estimand="x", basis="collected",
        )
        for option, k in (("money", money), ("staff", staff))
        for statistic, method, value in (("count", COUNTED, k), ("percent", WORST_CASE, 100 * k / base))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("money", "staff", "base", "hidden"),
    [
        (10, 9, 20, set()),
        (0, 15, 20, set()),
        (0, 20, 20, {"staff"}),
        (1, 9, 20, {"money"}),
        (2, 2, 20, {"money", "staff"}),
        # All but so few gave it: the others are as few.
        (19, 9, 20, {"money"}),
        (18, 17, 20, {"money"}),
        (1, 2, 3, {"money", "staff"}),
    ],
)
def test_an_option_that_few_or_all_but_few_gave(money: int, staff: int, base: int, hidden: set[str]) -> None:
    controlled = withhold(options(money, staff, base), BOOK, made_up.wave())
    assert hidden_answers(controlled) == hidden
    assert controlled.loc[controlled["category"].isin(hidden), NUMBERS].isna().all(axis=None)
    assert controlled.loc[~controlled["category"].isin(hidden), "value"].notna().all()


def test_options_do_not_add_up_so_that_others_stay() -> None:
    controlled = withhold(options(1, 9, 20), BOOK, made_up.wave())
    assert shown(controlled) == {
        ("all", "staff", "count", COUNTED): (9, 20),
        ("all", "staff", "percent", WORST_CASE): (45, 20),
    }


def test_one_question_is_controlled_without_regard_to_another() -> None:
    plan, reasons = plan_estimates(of(40, 20, 1, 2, 6)), options(1, 9, 20)
    controlled = withhold(pd.concat([plan, reasons], ignore_index=True), BOOK, made_up.wave())
    for variable, alone in (("plan", plan), ("reasons", reasons)):
        expected = withhold(alone, BOOK, made_up.wave())
        found = controlled[controlled["variable"] == variable].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected)


def test_numbers_of_no_question_are_let_out() -> None:
    made = estimate_frame(
        [
            Estimate(
                study=made_up.STUDY, wave=made_up.YEAR, item="text", variable="kroner", statistic="count",
                method=COUNTED, value=1.0, base=98, estimand="x", basis="collected",
            )
        ]
    )  # fmt: skip
    pd.testing.assert_frame_equal(withhold(made, BOOK, made_up.wave()), made)


def test_a_wave_that_asked_otherwise_is_controlled_by_its_own_code_list() -> None:
    made = plan_estimates(of(40, 20, 10, 8, 6))
    made = made[made["category"].isin(["yes", "no", "dont_know", ""]) & (made["group"] == "all")].assign(wave=2020)
    made.loc[(made["category"] == "no") & (made["statistic"] == "count"), "value"] = 2.0
    controlled = withhold(made, BOOK, made_up.wave(year=2020))
    assert hidden_answers(controlled) == {"no", "dont_know"}


def test_nothing_is_withheld_of_a_survey_in_which_many_gave_each_answer() -> None:
    made = ssi.estimates("collected")
    controlled = withhold(made, ssi.codebook(), ssi.wave("collected", minimum_cell=1))
    pd.testing.assert_frame_equal(controlled, made)


def test_of_the_survey_no_answer_of_few_is_let_out() -> None:
    controlled = withhold(ssi.estimates("collected"), ssi.codebook(), ssi.wave("collected"))
    counts = controlled[(controlled["statistic"] == "count") & (controlled["variable"] != "participation")]
    assert counts["value"].isna().any()
    assert not counts["value"].between(0, 3, inclusive="neither").any()


def test_what_is_withheld_is_the_same_whatever_the_order_of_the_rows() -> None:
    made = plan_estimates(of(40, 20, 1, 8, 6))
    turned = withhold(made.iloc[::-1], BOOK, made_up.wave()).iloc[::-1]
    pd.testing.assert_frame_equal(turned, withhold(made, BOOK, made_up.wave()))


def test_a_question_whose_base_would_tell_a_withheld_number_goes_whole_and_so_do_those_that_follow() -> None:
    made = ssi.estimates("collected")
    few = (made["variable"] == "training") & (made["category"] == "yes") & (made["statistic"] == "count")
    made.loc[few, "value"] = 2.0
    controlled = withhold(made, ssi.codebook(), ssi.wave("collected"))
    shown_of = controlled.groupby("variable", sort=False)["value"].apply(lambda values: bool(values.notna().any()))
    # Asked of those with training only; the organisations' questions are not concerned.
    assert not shown_of["training_form"]
    assert shown_of["coordinators"]
    assert shown_of["organisation_age"]


def test_what_all_said_is_not_told_of_each() -> None:
    controlled = released(of(0, 0, 0, 40, 0))
    assert shown(controlled) == {}
    assert shown(released(of(0, 0, 0, 40, 0), minimum=1)) != {}


@pytest.mark.parametrize(("given", "is_shown"), [(20.0, True), (2.0, False), (0.0, True), (53.0, False), (55.0, False)])
def test_a_question_is_not_given_by_groups_where_few_of_one_gave_an_answer(given: float, is_shown: bool) -> None:
    kik = written("kik_quality", 2023)
    made = kik.estimates[(kik.estimates["variable"] == "barriers") & kik.estimates["statistic"].isin(["count", "base"])]
    made = made[(made["group"] == "all") | made["group"].str.startswith("role:")].copy()
    by_role = (made["group"] != "all") & (made["statistic"] == "count")
    made.loc[by_role, ["value", "base"]] = [20.0, 55]
    made.loc[by_role & (made["group"] == "role:employee") & (made["category"] == "none"), "value"] = given
    controlled = withhold(made, kik.codebook, kik.wave)
    assert set(controlled.loc[made["group"] != "all", "value"].notna()) == {is_shown}
    assert controlled.loc[made["group"] == "all", "value"].notna().all()


def test_of_respondents_no_small_number_of_a_group_is_let_out() -> None:
    kik = written("kik_quality", 2023)
    counts = withhold(kik.estimates, kik.codebook, kik.wave)
    counts = counts[(counts["statistic"] == "count") & (counts["base_kind"] != "asked")]
    assert len(counts) > 500
    assert not counts["value"].isin([1, 2]).any()


def test_who_took_part_is_not_given_by_groups_where_few_did_not() -> None:
    rows = [
        Estimate(
            study=made_up.STUDY, wave=made_up.YEAR, item="participation", variable="participation", group=group,
            statistic="count", method=COUNTED, value=value, base=base, estimand="x", basis="collected",
        )
        for group, value, base in (
            ("all", 93, 98), ("size:small", 20, 25), ("size:large", 23, 23), ("region:North", 10, 11),
            ("region:South", 17, 17),
        )
    ]  # fmt: skip
    controlled = withhold(estimate_frame(rows), BOOK, made_up.wave())
    assert set(controlled.loc[controlled["value"].notna(), "group"]) == {"all", "size:small", "size:large"}
