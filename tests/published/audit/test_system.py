"""Whether printed numbers can all be true, against every table of answers there is."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.published.audit.numbers import questions
from analysis.published.audit.system import Partition, System
from tests.published.audit.reports import codebook, report, row

SIZE = Partition("size", ("small", "large"), {})
Cell = tuple[str, str]


def system(rows: list[dict[str, Any]], complete: list[frozenset[int]] | None = None) -> System:
    (question,) = questions(report(*rows), codebook())
    return System(question, [SIZE], complete or [])


def percent(count: int, base: int) -> int:
    return (200 * count + base) // (2 * base)


PERCENTS = st.integers(0, 100)


@settings(max_examples=60)
@given(
    bases=st.tuples(st.integers(1, 5), st.integers(1, 4)),
    printed=st.tuples(PERCENTS, PERCENTS, PERCENTS, PERCENTS),
    exact=st.booleans(),
    data=st.data(),
)
def test_two_classes_and_their_total(
    bases: tuple[int, int], printed: tuple[int, int, int, int], exact: bool, data: st.DataObject
) -> None:
    """Yes and no of two classes, and yes of both: every pair of counts is tried."""
    small, large = bases
    shares = list(printed)
    if exact:  # what could be true, but for one number
        true = [data.draw(st.integers(0, base)) for base in bases]
        shares = [
            percent(true[0], small),
            percent(true[1], large),
            percent(sum(true), small + large),
            percent(small - true[0], small),
        ]
        changed = data.draw(st.integers(0, 3))
        shares[changed] = min(100, shares[changed] + data.draw(st.integers(0, 9)))
    rows = [
        row("agreed", "yes", shares[0], base=small, group="size:small"),
        row("agreed", "yes", shares[1], base=large, group="size:large"),
        row("agreed", "yes", shares[2], base=small + large),
        row("agreed", "no", shares[3], base=small, group="size:small"),
    ]
    possible = []
    for yes, other, no in product(range(small + 1), range(large + 1), range(small + 1)):
        told = [percent(yes, small), percent(other, large), percent(yes + other, small + large), percent(no, small)]
        if yes + no <= small and told == shares:
            possible.append(yes)
    found = system(rows)
    assert found.holds([0, 1, 2, 3]) == bool(possible)
    alone = [yes for yes in range(small + 1) if percent(yes, small) == shares[0]]
    assert found.holds([0]) == bool(alone)


@settings(max_examples=60)
@given(base=st.integers(1, 6), counts=st.tuples(st.integers(0, 6), st.integers(0, 6)), share=PERCENTS)
def test_what_others_leave_a_number(base: int, counts: tuple[int, int], share: int) -> None:
    """Of one group of answers that is printed as a percentage, and one of its two answers as a count."""
    rows = [
        row("plan", "yes", share, base=base),
        row("plan", "old", counts[0], statistic="count", base=base),
        row("plan", "new", counts[1], statistic="count", base=base),
    ]
    found = system(rows)
    left = [
        new
        for old, new in product(range(base + 1), repeat=2)
        if old == counts[0] and old + new <= base and percent(old + new, base) == share
    ]
    assert found.holds([0, 1]) == bool(left)
    if left:
        (question,) = questions(report(*rows), codebook())
        yes, old, new = question.numbers
        assert found.allowed(new, [yes, old]) == (min(left), max(left))


@settings(max_examples=40)
@given(shares=st.tuples(PERCENTS, PERCENTS), total=PERCENTS, most=st.integers(1, 4))
def test_unknown_bases_are_bounded_by_the_sizes_of_classes(shares: tuple[int, int], total: int, most: int) -> None:
    """A total of known base, two classes of which only the largest number of answers is known."""
    base = most + 3
    rows = [
        row("reasons", "money", shares[0], group="size:small"),
        row("reasons", "money", shares[1], group="size:large"),
        row("reasons", "money", total, base=base),
    ]
    (question,) = questions(report(*rows), codebook())
    found = System(question, [Partition("size", ("small", "large"), {"small": most, "large": base})], [])
    possible = any(
        percent(one, small) == shares[0]
        and percent(two, base - small) == shares[1]
        and percent(one + two, base) == total
        for small in range(1, min(most, base - 1) + 1)
        for one, two in product(range(small + 1), range(base - small + 1))
    )
    assert found.holds([0, 1, 2]) == possible


def test_answers_of_a_complete_table_add_up_only_where_all_of_them_hold() -> None:
    rows = [row("agreed", "yes", 4, statistic="count", base=9), row("agreed", "no", 4, statistic="count", base=9)]
    found = system(rows, complete=[frozenset({0, 1})])
    assert not found.holds([0, 1])
    assert found.holds([0])
    assert found.holds([1])
    (question,) = questions(report(*rows), codebook())
    assert found.allowed(question.numbers[1], [question.numbers[0]]) == (5, 5)


@pytest.mark.parametrize("whole", [1e3, 24e9])
def test_amounts_of_any_size_add_up(whole: float) -> None:
    def parts(rest: float) -> System:
        shares = {"": 1.0, "wages": 0.5, "rent": 0.2, "rest": rest}
        rows = [
            row("cost", part, whole * share, f"{whole * share:.0f}", statistic="amount")
            for part, share in shares.items()
        ]
        return system(rows, complete=[frozenset({1, 2, 3})])

    assert parts(0.3).holds([0, 1, 2, 3])
    assert not parts(0.31).holds([0, 1, 2, 3])
    assert parts(0.31).holds([0, 1, 2])


def test_bases_that_contradict_each_other_say_nothing() -> None:
    rows = [
        row("reasons", "money", 50, base=96),
        row("reasons", "money", 40, base=100, group="size:small"),
        row("reasons", "money", 50, group="size:large"),
    ]
    assert system(rows).holds([0, 1, 2])


@pytest.mark.parametrize(
    ("numbers", "given_up", "others"),
    [
        # the text before the table
        ([row("plan", "old", 31, item="table_1"), row("plan", "old", 41)], [1], [0]),
        ([row("plan", "old", 41), row("plan", "old", 31, item="table_1")], [0], [1]),
        # one of three
        ([row("plan", "old", 41, item="table_1"), row("plan", "old", 31), row("plan", "old", 31)], [0], [1]),
        # what is told roughly is given up first, and goes last among the reasons
        ([row("plan", "old", 50, "ca. 50%", qualifier="approx"), row("plan", "old", 31)], [0], [1]),
    ],
)
def test_what_is_given_up_and_why(numbers: list[dict[str, Any]], given_up: list[int], others: list[int]) -> None:
    found = system([{**number, "base": 96} for number in numbers]).contradictions()
    assert [each.given_up.position for each in found] == given_up
    assert [number.position for each in found for number in each.others] == others


def test_percentages_of_answers_that_weigh_a_half() -> None:
    """What weighs 1 or 0.5 makes a total of half the base to all of it, in halves: every share of each is tried."""
    for base in range(1, 5):
        shares = {percent(halves, total) for total in range(base, 2 * base + 1) for halves in range(total + 1)}
        possible = {share for share in range(101) if system([row("chief", "yes", share, base=base)]).holds([0])}
        assert possible == shares
        if base == 4:  # totals of 2, 2.5, 3, 3.5 and 4
            assert 47 not in possible
            assert {43, 50} <= possible


@settings(max_examples=40)
@given(
    shares=st.lists(PERCENTS, min_size=4, max_size=4),
    totals=st.lists(PERCENTS, min_size=2, max_size=2),
    counts=st.lists(st.integers(0, 16), min_size=2, max_size=2),
)
def test_what_the_first_contradictions_leave_can_all_be_true(
    shares: list[int], totals: list[int], counts: list[int]
) -> None:
    rows = [
        row("agreed", answer, share, base=base, group=f"size:{size}")
        for (size, base, answer), share in zip(
            [(size, base, answer) for size, base in (("small", 16), ("large", 36)) for answer in ("yes", "no")],
            shares,
            strict=True,
        )
    ]
    rows += [row("agreed", answer, share, base=52) for answer, share in zip(("yes", "no"), totals, strict=True)]
    rows += [
        row("agreed", answer, count, statistic="count", base=16, group="size:small")
        for answer, count in zip(("yes", "no"), counts, strict=True)
    ]
    found = system(rows)
    contradictions = found.first_contradictions()
    given_up = [each.given_up.position for each in contradictions]
    kept = [position for position in range(len(rows)) if position not in given_up]
    assert found.holds(kept)
    assert given_up == sorted(given_up)
    for each in contradictions:
        others = [other.position for other in each.others]
        assert set(others) <= set(kept)
        assert all(other < each.given_up.position for other in others)
        assert not found.holds([each.given_up.position, *others])


def test_the_first_contradictions_are_those_of_what_was_printed_first() -> None:
    rows = [row("plan", "old", share, base=96) for share in (41, 31, 31)]
    found = system(rows)
    assert [each.given_up.position for each in found.first_contradictions()] == [1, 2]
    assert [each.given_up.position for each in found.contradictions()] == [0]
