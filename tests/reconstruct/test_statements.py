"""What printed numbers say, as rows."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.codebook import Codebook
from analysis.reconstruct.program import minus, times
from analysis.reconstruct.statements import Printed, Statement, survey_rows
from analysis.reconstruct.unknowns import Unknowns
from tests import ssi
from tests.reconstruct import small
from tests.reconstruct.small import YEAR, row_of

SIZES = {"small": 1, "large": 1}


def printed(book: Codebook, *rows: dict[str, object]) -> Printed:
    frame = pd.DataFrame(list(rows))
    frame["base"] = frame["base"].astype("Int64")
    names = [name for name in frame["variable"].unique() if book.variables[name].kind != "quantity"]
    return Printed(Unknowns(book, YEAR, names, SIZES), frame)


def of_municipalities(*rows: dict[str, object]) -> list[Statement]:
    return printed(small.municipalities_book(), *rows).statements()


def of_respondents(*rows: dict[str, object]) -> list[Statement]:
    return printed(small.respondents_book(), *rows).statements()


def read(statement: Statement) -> list[str]:
    return [reading.rule for reading in statement.readings]


def test_a_count_is_a_sum_and_a_percentage_two_rows_and_a_base_that_is_not_empty() -> None:
    count, percent = of_municipalities(
        row_of("first", "all", "yes", "count", 3), row_of("first", "all", "yes", "percent", 33)
    )
    assert read(count) == ["half_up"]
    assert [(row.terms, row.low, row.high) for row in count.readings[0].rows] == [(count.quantity.count, 3, 3)]
    assert read(percent) == ["half_up", "truncated"]
    yes, base = percent.quantity.count, percent.quantity.base
    assert isinstance(base, dict)
    # 0.325 <= yes / base < 0.335, and 0.33 <= yes / base < 0.34
    half_up, truncated = ([(row.terms, row.low, row.high) for row in reading.rows] for reading in percent.readings)
    assert half_up == [
        (minus(times(40, yes), times(13, base)), 0, None),
        (minus(times(67, base), times(200, yes)), 1, None),
        (base, 1, None),
    ]
    assert truncated[:2] == [
        (minus(times(100, yes), times(33, base)), 0, None),
        (minus(times(17, base), times(50, yes)), 1, None),
    ]


def test_a_sum_of_rounded_parts_is_one_where_the_parts_are_printed_and_add_up() -> None:
    yes, no = row_of("first", "all", "yes", "percent", 33), row_of("first", "all", "no", "percent", 33)
    rules = ["half_up", "sum_of_rounded"]
    assert read(of_municipalities(yes, no, row_of("first", "all", "decided", "percent", 66))[-1]) == rules
    assert "sum_of_rounded" not in read(
        of_municipalities(yes, no, row_of("first", "all", "decided", "percent", 67))[-1]
    )
    assert "sum_of_rounded" not in read(of_municipalities(yes, row_of("first", "all", "decided", "percent", 66))[-1])
    of_sum = of_municipalities(yes, no, row_of("first", "all", "decided", "percent", 66))[-1].readings[1]
    assert of_sum.rows == ()


@pytest.mark.parametrize(
    ("others", "rules"),
    [
        ({"qualifier": "approx"}, ["half_up"]),
        ({"printed": "halvdelen", "statistic": "share", "value": 0.5}, ["half_up"]),
        ({"qualifier": "at_least"}, ["half_up", "truncated"]),
    ],
)
def test_a_number_in_words_or_about_is_not_rounded(others: dict[str, object], rules: list[str]) -> None:
    (statement,) = of_municipalities(row_of("first", "all", "yes", "percent", 50) | others)
    assert read(statement) == rules


def test_what_is_printed_alike_in_several_places_is_one_statement() -> None:
    row = row_of("first", "all", "yes", "percent", 33)
    (statement,) = of_municipalities(row, {**row, "line": 2})
    assert statement.positions == (0, 1)
    # A percentage of a base that nothing else prints says what it is of.
    apart = of_municipalities(row, {**row, "line": 2, "base": 3})
    assert [statement.positions for statement in apart] == [(0,), (1,)]
    assert apart[1].quantity.base == 3


def test_with_blanks_a_base_beside_a_percentage_is_a_statement_of_its_own() -> None:
    base, percent = of_respondents(row_of("role", "all", "head", "percent", 33, base=3))
    assert (base.of_base, base.positions) == (True, (0,))
    assert [(row.low, row.high) for row in base.readings[0].rows] == [(3, 3)]
    assert percent.quantity.base == base.quantity.count
    # Where a base is printed by itself, one beside a percentage that differs is that percentage's alone.
    own, other = of_respondents(
        row_of("role", "all", "", "base", 4), row_of("role", "all", "head", "percent", 33, base=3)
    )
    assert (own.of_base, other.of_base) == (True, False)
    assert other.quantity.base == 3


def test_a_base_without_a_purpose_is_that_of_each_that_has_none_of_its_own() -> None:
    (each,) = of_respondents(row_of("use", "all", "", "base", 3))
    assert [(row.low, row.high) for row in each.readings[0].rows] == [(3, 3), (3, 3)]
    every, own = of_respondents(row_of("use", "all", "", "base", 3), row_of("use", "purpose:plan", "", "base", 2))
    assert [len(statement.readings[0].rows) for statement in (every, own)] == [1, 1]
    assert not every.readings[0].rows[0].terms.keys() & own.readings[0].rows[0].terms.keys()


def test_a_count_that_does_not_say_of_which_purpose_says_nothing() -> None:
    assert of_respondents(row_of("use", "all", "yes", "count", 3)) == []
    assert len(of_respondents(row_of("use", "purpose:plan", "yes", "count", 3))) == 1


def test_a_weighted_count_is_in_halves() -> None:
    (statement,) = of_respondents(row_of("content", "all", "yes", "count", 1))
    assert statement.quantity.unit == 2
    assert sorted(statement.quantity.count.values()) == [1, 2]
    # What is rounded to 1: a half, one; not one and a half.
    assert [(row.low, row.high) for row in statement.readings[0].rows] == [(1, 2)]


def test_municipalities_and_responses() -> None:
    of_role = row_of("role", "size:small", "head", "count", 1)
    rows = [
        row_of("participation", "size:small", "", "count", 1),
        row_of("respondents", "all", "", "count", 3),
        row_of("each", "all", "two", "count", 1),
        row_of("participation", "all", "", "percent", 50),
    ]
    *_, by_size, responses, two, percent = of_respondents(of_role, *rows)
    (unknown,) = (name for name in (by_size.quantity.count.keys() & two.quantity.count.keys()))
    assert len(by_size.quantity.count) == len(responses.quantity.count) == len(two.quantity.count) == 2
    names = printed(small.respondents_book(), of_role, *rows).unknowns.names
    assert names[unknown] == ("municipalities", "all", "small", 2)
    assert isinstance(percent.quantity.base, dict)
    assert [names[each] for each in percent.quantity.base] == [("everyone",)]


def test_the_numbers_of_a_survey_are_of_its_wave_and_about_everybody() -> None:
    every = ssi.published()
    own = survey_rows(every, ssi.codebook(), 2024)
    left = every[(every["wave"] == 2024) & ~every.index.isin(own.index)]
    assert set(own["wave"]) == {2024}
    quantities = {
        name for name, each in ssi.codebook().variables.items() if each.kind == "quantity" and not each.counts
    }
    themes = {name for name, each in ssi.codebook().variables.items() if each.kind in ("themes", "open")}
    for _, row in left.iterrows():
        free = row["group"].startswith(("since:", "municipality:", "region:", "year:"))
        assert free or "area:case" in row["group"] or row["variable"] in quantities | themes
