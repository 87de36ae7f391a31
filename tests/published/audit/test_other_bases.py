"""Which printed base numbers fit better than their own, counted by hand."""

from fractions import Fraction
from typing import Any

import pytest

from analysis.published.audit.numbers import Question, questions
from analysis.published.audit.other_bases import base_of_numbers, base_of_table, base_that_counts_make
from tests.published.audit.reports import codebook, found, report, row

Rows = list[dict[str, Any]]

# 30, 20, 26, 14 and 6 of 96. Of 40, 12 are 30 and 13 are 32.5 %: nobody is 31 %.
SHARES = {"old": 31, "new": 21, "planned": 27, "never": 15, "dont_know": 6}
COUNTS = {"old": 30, "new": 20, "planned": 26, "never": 14, "dont_know": 6}


def shares(*answers: str, **others: Any) -> Rows:
    told: dict[str, Any] = {"base": 40, "item": "table_1"} | others
    return [row("plan", each, SHARES[each], **told) for each in answers or list(SHARES)]


def counts(*answers: str, **others: Any) -> Rows:
    told: dict[str, Any] = {"statistic": "count", "base": 40, "item": "table_1"} | others
    return [row("plan", each, COUNTS[each], **told) for each in answers or list(COUNTS)]


def header(base: int, **others: Any) -> dict[str, Any]:
    return row("answered", "", base, statistic="base", **others)


def question(*rows: dict[str, Any]) -> Question:
    (only,) = questions(report(*rows), codebook())
    return only


def bases(*values: int) -> list[Fraction]:
    return [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("rows", "printed", "fits"),
    [
        (shares("old", "new"), (40, 96), 96),
        (shares("old", "new"), (40,), None),
        (shares("old", "new"), (40, 50), None),  # 15 of 50 are 30, 16 are 32 %
        (shares("old"), (40, 96), None),  # one percentage fits too easily
        ([*counts("old"), *shares("old")], (40, 96), 96),
        ([*counts("old"), *shares("old")], (40, 62, 96), 96),  # 19 of 62 are 31 %, but 30 are 48
    ],
)
def test_the_base_that_fits_a_number_and_its_table(rows: Rows, printed: tuple[int, ...], fits: int | None) -> None:
    asked = question(*rows)
    number, others = asked.numbers[-1], asked.numbers[:-1]
    counted = [each for each in others if not each.is_percent]
    assert base_of_numbers(asked, number, counted, bases(*printed)) == fits


@pytest.mark.parametrize(
    ("rows", "printed", "fits"),
    [
        (shares(), (40, 96), 96),
        (shares(), (40,), None),
        (shares(), (40, 50), None),  # 15 of 50 are 30, 16 are 32 %
        ([*counts(), *shares()], (40, 96, 192), 96),
        (shares(item="text"), (40, 96), None),
        ([*shares("old", "new"), *shares("planned", base=96)], (40, 96, 192), None),
        (shares("old"), (40, 96), None),
    ],
)
def test_the_base_that_fits_a_whole_table(rows: Rows, printed: tuple[int, ...], fits: int | None) -> None:
    asked = question(*rows)
    assert base_of_table(asked, asked.numbers[-1], bases(*printed)) == fits


def test_the_base_that_the_counts_of_all_answers_make() -> None:
    number, *others = question(*counts()).numbers
    assert base_that_counts_make(number, others, bases(40, 96)) == 96
    assert base_that_counts_make(number, others, bases(40, 98)) is None
    number, *others = question(*counts("old", "new"), *counts("planned", "never", "dont_know", item="text")).numbers
    assert base_that_counts_make(number, others, bases(40, 96)) is None
    number, *others = question(*shares()).numbers
    assert base_that_counts_make(number, others, bases(40, 100)) is None


# In a report


def test_a_whole_table_on_another_printed_base_is_one_finding() -> None:
    findings = found(header(96), *shares())
    assert findings[["kind", "severity", "certainty", "recomputed"]].to_numpy().tolist() == [
        ["other_base", "error", "likely", "96"]
    ]
    assert findings["other_line"].to_list() == ["1"]


def test_a_table_whose_header_has_the_wrong_base_is_named_at_its_header() -> None:
    own = row("plan", "", 40, statistic="base", item="table_1")
    findings = found(header(96), own, *shares(base=None))
    told = findings[["kind", "certainty", "line", "printed", "other_line", "other_printed"]].to_numpy().tolist()
    assert told == [["other_base", "likely", "2", "40", "1", "96"]]


@pytest.mark.parametrize("group", ["size:small", "area:care", "year:2020"])
def test_a_base_of_another_group_explains_nothing(group: str) -> None:
    findings = found(header(96, group=group), *shares("old", "new"))
    assert findings[["kind", "certainty", "recomputed"]].to_numpy().tolist() == [
        ["impossible_percentage", "certain", "12 = 30.00% or 13 = 32.50%"],
        ["impossible_percentage", "certain", "8 = 20.00% or 9 = 22.50%"],
    ]


def test_a_base_of_another_wave_explains_nothing() -> None:
    assert set(found(header(96, wave=2020), *shares("old", "new"))["kind"]) == {"impossible_percentage"}


def test_a_base_of_its_own_group_explains_a_class() -> None:
    own = {"group": "size:small"}
    findings = found(header(96, **own), *shares(**own))
    assert findings[["kind", "certainty", "recomputed"]].to_numpy().tolist() == [["other_base", "likely", "96"]]


def test_one_impossible_percentage_in_running_text_is_of_no_other_base() -> None:
    assert found(header(96), *shares("old", item="text"))["kind"].to_list() == ["impossible_percentage"]
