"""Numbers of a table in each other's place."""

from typing import Any

import pytest

from analysis.published.audit.exchanges import Exchange, exchanges
from analysis.published.audit.numbers import questions
from analysis.published.audit.system import Partition, System
from tests.published.audit.reports import codebook, report, row

Rows = list[dict[str, Any]]

SIZE = Partition("size", ("small", "medium", "large"), {})


def exchanged(*rows: dict[str, Any]) -> list[Exchange]:
    """Return what changes of places explain; what stands in running text is given up first."""
    (question,) = questions(report(*rows), codebook())
    found = System(question, [SIZE], []).contradictions()
    return list(exchanges(question, found, {each.given_up.position for each in found}, [SIZE], []))


def told(found: list[Exchange]) -> set[tuple[int, int, frozenset[int]]]:
    return {(each.one.position, each.two.position, each.explained) for each in found}


def cells(*values: int, item: str = "table_1", **others: Any) -> Rows:
    """Return old and planned, 30 and 26 of 96: 31 and 27 %."""
    return [
        row("plan", answer, value, item=item, base=96, **others)
        for answer, value in zip(("old", "planned"), values, strict=True)
    ]


def test_two_answers_against_the_text() -> None:
    found = exchanged(*cells(27, 31), *cells(31, 27, item="text"))
    assert told(found) == {(0, 1, frozenset({2, 3}))}
    assert {tuple(each.position for each in exchange.others) for exchange in found} == {(2, 3)}


@pytest.mark.parametrize(
    "rows",
    [
        [*cells(31, 27), *cells(31, 27, item="text")],
        [*cells(27, 33), *cells(31, 27, item="text")],  # the other way round one of them is wrong still
        [*cells(27, 31, item="text"), *cells(31, 27, item="text")],  # running text has no rows
        # not in one table
        [*cells(27, 31)[:1], *cells(27, 31, item="figure_1")[1:], *cells(31, 27, item="text")],
    ],
)
def test_what_no_change_of_places_explains(rows: Rows) -> None:
    assert not exchanged(*rows)


SMALL: dict[str, Any] = {"item": "figure_1", "group": "size:small", "base": 16}
LARGE: dict[str, Any] = {"item": "figure_1", "group": "size:large", "base": 36}


def test_two_classes_whose_numbers_are_of_their_own_bases() -> None:
    # 6 of 16 are 38, 4 of 36 are 11 %; nobody of 16 is 11 %, nobody of 36 is 38 %.
    found = exchanged(row("plan", "old", 11, **SMALL), row("plan", "old", 38, **LARGE))
    assert told(found) == {(0, 1, frozenset({0, 1}))}


def test_numbers_of_another_row_and_another_column_do_not_change_places() -> None:
    assert not exchanged(row("plan", "old", 11, **SMALL), row("plan", "new", 38, **LARGE))


def test_counts_change_places_without_the_percentages_beside_them() -> None:
    rows = [*cells(26, 30, statistic="count"), *cells(31, 27), *cells(31, 27, item="text")]
    assert told(exchanged(*rows)) == {(0, 1, frozenset({0, 1}))}


def test_counts_and_percentages_change_places_together() -> None:
    # Either pair alone would contradict the other.
    table = [*cells(26, 30, statistic="count"), *cells(27, 31)]
    text = [*cells(30, 26, statistic="count", item="text"), *cells(31, 27, item="text")]
    found = exchanged(*table, *text)
    assert {frozenset((each.one.category, each.two.category)) for each in found} == {frozenset({"old", "planned"})}
    assert {each.one.item for each in found} == {"table_1"}
