"""The fewest printed numbers to read otherwise or to give up, and every way to choose them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from analysis.reconstruct.system import System
from tests import ssi
from tests.reconstruct import small
from tests.reconstruct.small import TOOK_PART, Key, Printed, Settled, Survey
from tests.reconstruct.test_identify import survey_of

YES: Key = ("first", "all", "yes", "percent")
NO: Key = ("first", "all", "no", "percent")
DECIDED: Key = ("first", "all", "decided", "percent")


def ways(survey: Survey, printed: Printed) -> set[Settled]:
    system = survey.system(printed)
    found = [small.keys_of(system, choice, printed) for choice in small.choices(system)]
    assert len(set(found)) == len(found)
    return set(found)


@pytest.mark.parametrize(("questions", "examples"), [((), 40), (("role",), 10), (("need",), 3), (("content",), 20)])
def test_every_least_way_is_found_and_no_other(questions: tuple[str, ...], examples: int) -> None:
    survey = survey_of(questions)

    @given(small.misprinted(survey))
    @settings(max_examples=examples)
    def of_all(drawn: tuple[Key, dict[Key, int | float]]) -> None:
        wrong, printed = drawn
        _, least = survey.settled(printed)
        assert ways(survey, printed) == least
        # All but the wrong one agree with an export: no way costs more than to give that one up, alone.
        for way in least:
            assert sum(small.cost_of(survey.codebook, *each) for each in way) <= small.cost_of(
                survey.codebook, wrong, None
            )
            read_as_printed = {key: value for key, value in printed.items() if key not in dict(way)}
            assert not read_as_printed or survey.possible(read_as_printed).any()

    of_all()


@given(small.misprinted(small.municipalities(), most=12), small.misprinted(small.municipalities(), most=12))
@settings(max_examples=20)
def test_so_are_those_of_numbers_of_two_exports(
    one: tuple[Key, dict[Key, int | float]], other: tuple[Key, dict[Key, int | float]]
) -> None:
    printed = one[1] | other[1]
    _, least = small.municipalities().settled(printed)
    if len(least) < 100:
        assert ways(small.municipalities(), printed) == least


def test_a_percentage_that_is_impossible_is_given_up_alone() -> None:
    printed: Printed = {TOOK_PART: 5, ("first", "all", "no", "count"): 2, NO: 99}
    assert ways(small.municipalities(), printed) == {frozenset({(NO, None)})}


def test_rounding_goes_before_giving_up_and_the_sum_of_rounded_before_what_is_cut_off() -> None:
    survey = small.municipalities()
    # 1 of 3 and 2 of 3 are 33.3 and 66.7 %: 66 % is cut off.
    assert ways(survey, {TOOK_PART: 3, YES: 33, NO: 66}) == {frozenset({(NO, "truncated")})}
    # Of 6, two and two of 33 % each are 66.7 % together: 66 % is the sum of the rounded ones (and would be cut off).
    six = small.Survey(small.municipalities_book(6), None, {})
    assert ways(six, {TOOK_PART: 6, YES: 33, NO: 33, DECIDED: 66}) == {frozenset({(DECIDED, "sum_of_rounded")})}


def test_a_number_that_is_printed_twice_is_given_up_twice() -> None:
    # Decided are also the base of how they are divided: two rows of print against one.
    base: Key = ("first", "first:decided", "", "base")
    printed: Printed = {base: 3, ("first", "all", "decided", "count"): 3, ("second", "all", "", "base"): 4}
    assert ways(small.municipalities(), printed) == {frozenset({(("second", "all", "", "base"), None)})}


def test_disputes_are_apart_where_nothing_ties_them() -> None:
    printed: Printed = {
        TOOK_PART: 5,
        ("first", "all", "no", "count"): 2,
        NO: 99,
        ("first", "all", "decided", "count"): 5,
        ("second", "all", "yes", "count"): 1,
        ("second", "all", "yes", "percent"): 77,
    }
    disputes = small.municipalities().system(printed).repair.disputes
    assert len(disputes) == 2
    assert not disputes[0].statements & disputes[1].statements
    assert [len(dispute.choices) for dispute in disputes] == [1, 1]


@pytest.mark.parametrize(
    ("year", "read"),
    [
        # Read in the report: each contradicts a count, or a number that is printed more often.
        (2020, {(948, "38%", None), (978, "75%", None), (1149, "31%", "truncated"), (1204, "77%", "truncated")}),
        (
            2024,
            {
                (467, "37%", None), (549, "1", None), (1186, "62", None), (1186, "65 %", None),
                (986, "42%", "truncated"), (1114, "64%", "truncated"),
            },
        ),
    ],
)  # fmt: skip
def test_ssi_reads_otherwise_what_contradicts_better_evidence(
    year: int, read: set[tuple[int, str, str | None]]
) -> None:
    system = System(ssi.codebook(), year, ssi.published_of(year))
    (choice,) = small.choices(system)
    found = set()
    for number, rule in choice.items():
        for position in system.statements[number].positions:
            row = system.printed.rows.loc[position]
            found.add((row["line"], row["printed"], rule))
    assert found == read
    assert len(system.given_up(choice)) == sum(rule is None for *_, rule in read)


@pytest.mark.parametrize("year", [2020, 2024])
def test_what_is_disputed_does_not_hang_on_how_questions_are_split(year: int) -> None:
    codebook, published = ssi.codebook(), ssi.published_of(year)
    # One municipality was not eligible in 2024; it is of some size too.
    of_classes = dict(zip(codebook.size_classes, (23, 50, 25), strict=True))
    split_by = {row.variable: ["size"] for row in codebook.comparison.values()}
    system = System(codebook, year, published)
    by_size = System(codebook, year, published, of_classes, split_by)
    assert by_size.unknowns.sizes == tuple(codebook.size_classes)
    assert small.choices(by_size) == small.choices(system)
    settled = System(codebook, year, published, of_classes, split_by, settled=system)
    assert small.choices(settled) == small.choices(system)
    assert all(settled.possible(choice).is_any() for choice in small.choices(settled))
