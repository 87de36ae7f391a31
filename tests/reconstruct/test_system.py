"""The constraints, held against every export there could be of a small survey, and against the SSI report."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook.cells import cells
from analysis.reconstruct.system import ANSWERED, Quantity, System
from tests import ssi
from tests.reconstruct import small

EXPORTS = list(small.exports(5))
NUMBERS = [small.numbers(counts) for counts in EXPORTS]
TOOK_PART = ("participation", "all", "", "count")


def system(printed: dict[small.Key, int]) -> System:
    return System(small.codebook(), 2024, small.report(printed))


@st.composite
def partly_printed(draw: st.DrawFn) -> dict[small.Key, int]:
    """Draw some of the numbers of an export's report, the number of answers always among them."""
    whole = draw(st.sampled_from(NUMBERS))
    chosen = draw(st.lists(st.sampled_from(list(whole)), max_size=6, unique=True))
    return {key: whole[key] for key in dict.fromkeys([TOOK_PART, *chosen])}


@given(partly_printed())
@settings(max_examples=40)
def test_nothing_is_given_up_of_a_report_that_is_right(printed: dict[small.Key, int]) -> None:
    assert system(printed).given_up == []


@given(partly_printed())
@settings(max_examples=40)
def test_ranges_are_those_of_all_exports_that_print_the_same(printed: dict[small.Key, int]) -> None:
    found = system(printed)
    constraints = found.constraints(found.kept)
    possible = [
        counts
        for counts, own in zip(EXPORTS, NUMBERS, strict=True)
        if all(own.get(key) == value for key, value in printed.items())
    ]
    for cell in cells(small.codebook(), 2024):
        if cell.variable not in found.variables:
            continue
        values = [sum(counts[atom] for atom in cell.atoms) for counts in possible]
        assert found.bounds(found.vector(cell.atoms), constraints) == (min(values), max(values))
        shares = [
            100 * value / base
            for value, counts in zip(values, possible, strict=True)
            if (base := small.base_of(counts, cell.base))
        ]
        percent = found.percent_bounds(Quantity(cell.atoms, cell.base or (ANSWERED,)), constraints)
        assert percent == (pytest.approx((min(shares), max(shares))) if shares else None)


@given(st.sampled_from(NUMBERS), st.data())
@settings(max_examples=25)
def test_one_wrong_number_among_all_is_given_up_alone(whole: dict[small.Key, int], data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from([key for key in whole if key[0] == "first" and key[3] == "count"]))
    given_up = system({**whole, wrong: whole[wrong] + 1}).given_up
    assert [list(whole)[statement.position] for statement in given_up] == [wrong]


def test_a_count_is_kept_where_its_percentage_disagrees() -> None:
    count, percent = ("first", "all", "no", "count"), ("first", "all", "no", "percent")
    printed = {TOOK_PART: 5, count: 2, percent: 99}
    (given_up,) = system(printed).given_up
    assert list(printed)[given_up.position] == percent


def test_only_questions_that_are_printed_and_those_that_lead_to_them_are_in_it() -> None:
    assert system({TOOK_PART: 5, ("first", "all", "no", "count"): 2}).variables == ["first"]
    assert system({TOOK_PART: 5, ("third", "all", "a", "count"): 2}).variables == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("year", "given_up"),
    [
        # Read in the report: each contradicts a count, or a number that is printed more often.
        (2020, {(948, "38%"), (978, "75%"), (1149, "31%"), (1204, "77%")}),
        (2024, {(467, "37%"), (549, "1"), (986, "42%"), (1114, "64%"), (1186, "62"), (1186, "65 %")}),
    ],
)
def test_ssi_gives_up_what_contradicts_better_evidence(year: int, given_up: set[tuple[int, str]]) -> None:
    published = ssi.published_of(year)
    found = System(ssi.codebook(), year, published).given_up
    rows = published.iloc[[statement.position for statement in found]]
    assert set(zip(rows["line"], rows["printed"], strict=True)) == given_up


def test_ssi_base_of_routed_questions_follows_from_the_printed_parts() -> None:
    published = ssi.published_of(2024)
    found = System(ssi.codebook(), 2024, published)
    constraints = found.constraints(found.kept)
    sizes = {
        "organisation_age": 74, "committee_members": 46, "training": 71, "training_form": 51, "special_agreement": 62,
        "increased_reasons": 22, "reduced_reasons": 11,
    }  # fmt: skip
    for variable, size in sizes.items():
        base = next(cell.base for cell in found.cells.values() if cell.variable == variable)
        assert base is not None
        assert found.bounds(found.vector(base), constraints) == (size, size)


def test_ssi_split_of_an_agreement_is_open_where_only_its_sum_is_printed() -> None:
    published = ssi.published_of(2024)
    found = System(ssi.codebook(), 2024, published)
    constraints = found.constraints(found.kept)
    assert found.bounds(found.vector([("translates_guidelines", "fully_agree")]), constraints) == (0, 68)
    # 38 agree and 20 disagree of 74: 16 are left for two answers.
    assert found.bounds(found.vector([("prioritised", "neither")]), constraints) == (0, 16)
