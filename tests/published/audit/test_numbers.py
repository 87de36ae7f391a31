"""What a printed number can stand for, and how many answers can give a percentage."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.audit.numbers import Printed, Question, Rounding, counts_within, printed_number, questions
from analysis.published.printed import RULES
from tests.published.audit.reports import PURPOSES, codebook, report, row


def printed(*args: object, **others: object) -> Printed:
    return printed_number(0, report(row(*args, **others)).loc[0], None)  # type: ignore[arg-type]


def question(*rows: dict[str, object]) -> Question:
    (only,) = questions(report(*rows), codebook())
    return only


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [
        (printed("plan", "old", 37), 36.5, 37.5),
        (printed("plan", "old", 7.8), 7.75, 7.85),
        (printed("plan", "old", 0.333, "hver tredje", statistic="share", qualifier="approx"), 28.3, 38.301),
        (printed("plan", "old", 60, "ca. 60%", qualifier="approx"), 57.5, 62.501),
        (printed("plan", "old", 75, "over 75%", qualifier="at_least"), 74.5, None),
        (printed("plan", "old", 75, "under 75%", qualifier="at_most"), None, 75.5),
        (printed("plan", "old", 52, "52-53%", qualifier="range", value_high=53), 51.5, 53.5),
        (printed("plan", "old", 40, "40", statistic="count"), 40, 40.001),
        (printed("cost", "", 24e9, "24 mia. kr.", statistic="amount"), 23.5e9, 24.5e9),
    ],
)
def test_what_a_number_rounded_half_up_stands_for(number: Printed, low: float | None, high: float | None) -> None:
    assert number.window() == (
        None if low is None else Fraction(str(low)),
        None if high is None else Fraction(str(high)),
    )


@pytest.mark.parametrize("rule", ["half_up", "half_even", "truncated", "twice"])
@given(count=st.integers(0, 1000), base=st.integers(1, 1000))
def test_what_was_rounded_by_a_rule_lies_in_its_window(rule: Rounding, count: int, base: int) -> None:
    share = Fraction(100 * count, base)
    value = RULES[rule](Decimal(share.numerator) / Decimal(share.denominator))
    low, high = printed("plan", "old", float(value), f"{value}%").window(rule)
    assert low is not None
    assert high is not None
    assert low <= share < high


@given(first=st.integers(0, 100), second=st.integers(0, 100), base=st.integers(1, 100))
def test_a_sum_of_two_rounded_parts_lies_in_its_window(first: int, second: int, base: int) -> None:
    value = sum((200 * count + base) // (2 * base) for count in (first, second))  # each rounded half up
    low, high = printed("plan", "yes", value).window("sum_of_rounded", parts=2)
    assert low is not None
    assert high is not None
    assert low <= Fraction(100 * (first + second), base) <= high


# GRIM (Brown & Heathers 2017), counted by hand


@pytest.mark.parametrize(
    ("low", "high", "base", "least", "counts"),
    [
        ("36.5", "37.5", 96, "1", (36, 35)),  # 35 = 36.46%, 36 = 37.5%
        ("36.5", "37.5", 98, "1", (36, 36)),
        ("51.5", "52.5", 10, "1/2", (11, 10)),  # 5 = 50%, 5.5 = 55%
        ("54.5", "55.5", 10, "1/2", (11, 11)),
        (None, "49.5", 3, "1", (0, 1)),
        ("49.5", None, 3, "1", (2, 3)),
        ("99.5", "100.5", 7, "1", (7, 7)),
        ("150", "151", 7, "1", (11, 7)),
    ],
)
def test_counts_that_give_a_percentage(
    low: str | None, high: str | None, base: int, least: str, counts: tuple[int, int]
) -> None:
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    assert counts_within(ends[0], ends[1], Fraction(base), Fraction(least)) == counts


@given(
    low=st.none() | st.fractions(-10, 110, max_denominator=20),
    high=st.none() | st.fractions(-10, 110, max_denominator=20),
    base=st.integers(1, 40),
    least=st.sampled_from([Fraction(1), Fraction(1, 2)]),
)
def test_counts_are_all_that_lie_between(
    low: Fraction | None, high: Fraction | None, base: int, least: Fraction
) -> None:
    shares = {count: 100 * count * least / base for count in range(int(base / least) + 1)}
    inside = [count for count, at in shares.items() if (low is None or low <= at) and (high is None or at < high)]
    smallest, largest = counts_within(low, high, Fraction(base), least)
    assert list(range(smallest, largest + 1)) == inside


# Bases


def bases(*rows: dict[str, object]) -> list[Fraction | None]:
    return [number.base for number in question(*rows).numbers]


def test_the_base_is_that_of_the_row_of_its_table_or_of_its_group() -> None:
    of_table = row("plan", "", 96, statistic="base", item="table_1")
    of_figure = row("plan", "", 90, statistic="base", item="figure_1")
    cells = [row("plan", "old", 30, base=80), row("plan", "old", 30, item="figure_1"), row("plan", "old", 30)]
    assert bases(of_table, *cells) == [80, 96, 96]
    assert bases(of_table, of_figure, *cells) == [80, 90, None]


def test_a_base_without_dont_knows_is_that_of_its_own_table_only() -> None:
    of_table = row("known", "", 90, statistic="base", item="table_4")
    # Of running text it is not told whether don't knows are among its base: it is held against nothing.
    assert bases(of_table, row("known", "old", 30, item="table_4"), row("known", "dont_know", 6)) == [90]


def test_the_base_of_an_average_over_purposes_is_the_sum() -> None:
    each = [
        row("use", "", base, statistic="base", group=f"purpose:{purpose}")
        for purpose, base in zip(PURPOSES, (404, 405, 403), strict=True)
    ]
    assert bases(*each, row("use", "old", 30), row("use", "old", 30, group="purpose:quality")) == [1212, 403]
    assert bases(row("use", "old", 30, base=424)) == [3 * 424]


def test_a_group_is_the_same_in_whichever_order_it_is_written() -> None:
    base = row("plan", "", 30, statistic="base", group="area:care;size:small")
    assert bases(base, row("plan", "old", 30, group="size:small;area:care")) == [30]


def test_a_count_pooled_over_purposes_says_nothing() -> None:
    rows = [row("use", "old", 30), row("use", "old", 16, statistic="count")]
    assert [number.statistic for number in question(*rows).numbers] == ["percent"]


def test_what_is_no_number_of_answers_is_no_question() -> None:
    rows = [
        row("rate", "", 4.2, statistic="other"),
        row("plan", "old", 5, group="since:2020"),
        row("plan", "old", 5, group="area:case"),
    ]
    assert list(questions(report(*rows), codebook())) == []
