"""Pairing two waves from their margins, held against every table that has them, and against R."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates.pairing import (
    NO_LIMITS,
    Limits,
    Margins,
    Pairing,
    mcnemar_p,
    p_range,
    pairings,
    shortfall,
)

# SSI, municipalities with a hygiene organisation; all 98 answered in 2020.
IN_2020 = Margins(yes=61, no=37, unknown=0, missing=0)
IN_2024 = Margins(yes=74, no=21, unknown=1, missing=2)
SIX_CLOSED = Limits(6, 6)  # of the 21 that have none, 6 closed theirs since 2020
AT_MOST_SIX_CLOSED = Limits(at_most=6)  # a closed one need not have been there in autumn 2020
YOUNGER = Limits(at_least=24)  # of the 74, 50 are older than 3 years and 21 + 3 are not, in summer 2024

counts = st.integers(0, 8)
changes = st.integers(0, 200)


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to divide a total into parts, in order, 0 included."""
    if parts == 1:
        yield (total,)
    else:
        for first in range(total + 1):
            yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


@st.composite
def waves(draw: st.DrawFn) -> tuple[Margins, Margins]:
    """Draw the margins of two waves of the same municipalities."""
    earlier = Margins(*draw(st.tuples(counts, counts, counts, counts)))
    cuts = draw(st.lists(st.integers(0, earlier.municipalities), min_size=3, max_size=3).map(sorted))
    first, second, third = cuts
    return earlier, Margins(first, second - first, third - second, earlier.municipalities - third)


@pytest.mark.parametrize("municipalities", range(7))
def test_pairings_are_those_of_every_table_with_the_margins(municipalities: int) -> None:
    """All tables of yes, no, don't know and missing by the same: 54 264 of six municipalities."""
    expected = defaultdict(set)
    for cells in compositions(municipalities, 16):
        rows = [cells[start : start + 4] for start in range(0, 16, 4)]
        margins = tuple(map(sum, rows)), tuple(map(sum, zip(*rows, strict=True)))
        expected[margins].add(Pairing(both=cells[0], lost=cells[1], gained=cells[4], neither=cells[5]))
    assert len(expected) == comb(municipalities + 3, 3) ** 2
    for (earlier, later), agreeing in expected.items():
        found = pairings(Margins(*earlier), Margins(*later))
        assert set(found) == agreeing
        assert len(found) == len(agreeing)


@given(waves(), st.tuples(counts, counts).map(sorted), st.tuples(counts, counts).map(sorted))
def test_limits_choose_among_the_pairings(
    both_waves: tuple[Margins, Margins], gained: list[int], lost: list[int]
) -> None:
    everything = pairings(*both_waves)
    found = pairings(*both_waves, gained=Limits(*gained), lost=Limits(*lost))
    assert found == [
        each for each in everything if gained[0] <= each.gained <= gained[1] and lost[0] <= each.lost <= lost[1]
    ]
    missed = shortfall(*both_waves, gained=Limits(*gained), lost=Limits(*lost))
    assert (missed == 0) == bool(found)
    wider = [Limits(max(0, low - missed), high + missed) for low, high in (gained, lost)]
    assert pairings(*both_waves, *wider)


@given(waves())
def test_waves_in_the_other_order_swap_gained_and_lost(both_waves: tuple[Margins, Margins]) -> None:
    earlier, later = both_waves
    forwards, backwards = pairings(earlier, later), pairings(later, earlier)
    assert {(each.both, each.lost, each.gained, each.neither) for each in forwards} == set(map(astuple, backwards))
    assert p_range(forwards) == p_range(backwards)


@given(waves())
def test_margins_alone_never_contradict_each_other(both_waves: tuple[Margins, Margins]) -> None:
    assert shortfall(*both_waves) == 0
    found = p_range(pairings(*both_waves))
    assert found is not None
    assert 0 < found[0] <= found[1] <= 1


def test_where_all_answered_the_margins_fix_the_net_change() -> None:
    found = pairings(Margins(61, 37, 0, 0), Margins(74, 24, 0, 0))
    assert [(each.gained, each.lost) for each in found] == [(13 + lost, lost) for lost in range(25)]
    assert found[0] == Pairing(both=61, gained=13, lost=0, neither=24)


@pytest.mark.parametrize(
    ("gained", "lost", "expected"),
    [
        (13, 0, 0.000244140625),
        (16, 0, 3.0517578125e-05),
        (19, 6, 0.0146332979202),
        (22, 6, 0.00371916592121),
        (24, 8, 0.0070003666915),
        (24, 11, 0.0409595915116),
        (34, 21, 0.104789482427),
        (37, 21, 0.0479403240717),
        (5, 5, 1),
        (1, 0, 1),
        (0, 0, 1),
    ],
)
def test_mcnemar_by_r(gained: int, lost: int, expected: float) -> None:
    """R 4.2.2, for the third: binom.test(19, 19 + 6)$p.value (which refuses 0 of 0)."""
    assert mcnemar_p(gained, lost) == pytest.approx(expected)
    assert mcnemar_p(lost, gained) == mcnemar_p(gained, lost)


def test_mcnemar_by_whole_numbers() -> None:
    for gained, lost in product(range(50), repeat=2):
        tail = sum(comb(gained + lost, count) for count in range(min(gained, lost) + 1))
        assert mcnemar_p(gained, lost) == pytest.approx(min(1.0, 2 * tail / 2 ** (gained + lost)))


@given(changes, changes)
def test_p_is_a_probability_and_falls_as_the_change_grows(lost: int, more: int) -> None:
    p = mcnemar_p(lost + more, lost)
    assert 0 < p <= 1
    assert mcnemar_p(lost + more + 1, lost) <= p * (1 + 1e-12)


def gained_and_lost(found: list[Pairing]) -> tuple[tuple[int, int], tuple[int, int]]:
    gained, lost = [each.gained for each in found], [each.lost for each in found]
    return (min(gained), max(gained)), (min(lost), max(lost))


@pytest.mark.parametrize(
    ("gained", "lost", "number", "gained_within", "lost_within", "p"),
    [
        pytest.param(
            NO_LIMITS, NO_LIMITS, 88, (13, 37), (0, 21), (3.0517578125e-05, 0.104789482427), id="margins only"
        ),
        pytest.param(
            NO_LIMITS, AT_MOST_SIX_CLOSED, 28, (13, 22), (0, 6), (3.0517578125e-05, 0.0146332979202), id="at most 6"
        ),
        pytest.param(
            NO_LIMITS, SIX_CLOSED, 4, (19, 22), (6, 6), (0.00371916592121, 0.0146332979202), id="closed: just these 6"
        ),
        pytest.param(YOUNGER, NO_LIMITS, 50, (24, 37), (8, 21), (0.0070003666915, 0.104789482427), id="ages only"),
    ],
)
def test_hygiene_organisations_from_2020_to_2024(
    gained: Limits,
    lost: Limits,
    number: int,
    gained_within: tuple[int, int],
    lost_within: tuple[int, int],
    p: tuple[float, float],
) -> None:
    """R 4.2.2, the ends: binom.test(16, 16), (34, 55), (19, 25), (22, 28) and (24, 32), each $p.value."""
    found = pairings(IN_2020, IN_2024, gained, lost)
    assert len(found) == number
    assert gained_and_lost(found) == (gained_within, lost_within)
    assert p_range(found) == pytest.approx(p)
    assert shortfall(IN_2020, IN_2024, gained, lost) == 0
    # Of the 61, those lost and those now without an answer are no more; of the 98, 3 are without an answer.
    assert {each.gained - each.lost for each in found} == {13, 14, 15, 16}


@pytest.mark.parametrize("lost", [SIX_CLOSED, AT_MOST_SIX_CLOSED])
def test_closed_and_ages_together_contradict_print_by_two_municipalities(lost: Limits) -> None:
    """At least 61 − 6 closed − 3 without an answer = 52 were there in 2020; 50 are older than three years."""
    assert pairings(IN_2020, IN_2024, YOUNGER, lost) == []
    assert p_range([]) is None
    assert shortfall(IN_2020, IN_2024, YOUNGER, lost) == 2


@pytest.mark.parametrize(("gained", "lost", "p"), [(22, 6, 0.0037192), (23, 7, 0.0052229), (24, 8, 0.0070004)])
def test_the_pairings_nearest_to_all_that_is_printed(gained: int, lost: int, p: float) -> None:
    """R 4.2.2, for the second: binom.test(23, 30)$p.value."""
    (nearest,) = pairings(IN_2020, IN_2024, Limits(at_least=gained), Limits(at_most=lost))
    assert (nearest.gained, nearest.lost) == (gained, lost)
    assert mcnemar_p(gained, lost) == pytest.approx(p, rel=1e-4)


def test_hygiene_organisations_by_margins_alone_need_many_losses_to_be_no_change() -> None:
    no_change = [each for each in pairings(IN_2020, IN_2024) if mcnemar_p(each.gained, each.lost) >= 0.05]
    assert min(each.lost for each in no_change) == 13


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ((-1, 2, 3, 4), "yes is -1; a number of municipalities is a whole number, 0 or more"),
        ((1, 2, 3, -4), "missing is -4"),
        ((1, 2.5, 3, 4), "no is 2.5"),
    ],
)
def test_margins_that_count_nothing_are_refused(margins: tuple[int, int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Margins(*margins)


def test_waves_of_other_municipalities_are_refused() -> None:
    with pytest.raises(ValueError, match=r"earlier wave has 98 municipalities and the later 97; only the same"):
        pairings(IN_2020, Margins(74, 21, 0, 2))


@pytest.mark.parametrize(
    ("limits", "message"),
    [((7, 6), "at least 7 and at most 6: no number is both"), ((-1, 6), "at_least is -1"), ((0, -1), "at_most is -1")],
)
def test_limits_no_number_keeps_are_refused(limits: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Limits(*limits)


def test_a_negative_change_is_refused() -> None:
    with pytest.raises(ValueError, match="lost is -1"):
        mcnemar_p(3, -1)
