"""Sharing a cost, held against whole-number arithmetic, exhaustive enumeration and its own definition."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates.allocation import (
    KRONE,
    TENTH_OF_A_PERCENT,
    Parts,
    Rounding,
    Rule,
    implied_cost,
    implied_populations,
    round_parts,
    shares,
)
from tests.dalarna import AMOUNTS, COST, INHABITANTS, TABLE, TOTAL

HALF = Fraction(1, 2)
populations = st.dictionaries(st.text(max_size=3), st.integers(1, 10**6), min_size=1, max_size=16)
costs = st.integers(1, 10**7)
rules = st.sampled_from(["proportional", "equal", "mixed"])
roundings = st.sampled_from(["half_up", "largest_remainder"])
units = st.sampled_from([KRONE, TENTH_OF_A_PERCENT, Fraction(100)])
equal_parts = st.integers(0, 1000).map(lambda n: n / 1000)


def parts_of(cost: int, population: dict[str, int]) -> Parts:
    return {name: share * cost for name, share in shares(population).items()}


def whole_half_up(numerator: int, denominator: int) -> int:
    """Round to a whole number, halves upwards, in whole numbers alone."""
    return (2 * numerator + denominator) // (2 * denominator)


def test_dalarna_amounts_and_shares_are_the_printed_ones() -> None:
    exact = shares(INHABITANTS)
    kronor = round_parts({name: share * COST for name, share in exact.items()}, "half_up", KRONE)
    percent = round_parts({name: share * 100 for name, share in exact.items()}, "half_up", TENTH_OF_A_PERCENT)
    assert kronor == AMOUNTS
    assert {name: value * 10 for name, value in percent.items()} == {name: row[3] for name, row in TABLE.items()}
    assert sum(kronor.values()) == 539_001
    assert sum(percent.values()) == Fraction("99.9")


def test_dalarna_by_largest_remainder_takes_one_krona_from_rättvik() -> None:
    kronor = round_parts(parts_of(COST, INHABITANTS), "largest_remainder", KRONE)
    assert sum(kronor.values()) == COST
    assert {name: int(value) for name, value in kronor.items() if value != AMOUNTS[name]} == {"Rättvik": 20_687}


def test_dalarna_by_whole_number_arithmetic() -> None:
    assert {name: whole_half_up(COST * n, TOTAL) for name, n in INHABITANTS.items()} == AMOUNTS


def test_dalarna_print_implies_every_population_and_nearly_the_cost() -> None:
    assert implied_populations(AMOUNTS, COST, TOTAL) == {name: (n, n) for name, n in INHABITANTS.items()}
    assert implied_cost(AMOUNTS, INHABITANTS) == (539_000, 539_002)


def test_dalarna_range_of_costs_by_trying_each() -> None:
    agree = [
        cost
        for cost in range(COST - 60, COST + 60)
        if all(whole_half_up(cost * n, TOTAL) == AMOUNTS[name] for name, n in INHABITANTS.items())
    ]
    assert agree == [539_000, 539_001, 539_002]


@given(populations, rules, equal_parts)
def test_shares_are_a_whole_and_none_is_negative(population: dict[str, int], rule: Rule, equal_part: float) -> None:
    found = shares(population, rule, equal_part)
    assert sum(found.values()) == 1
    assert all(share > 0 for share in found.values())
    assert list(found) == list(population)


def test_shares_by_hand() -> None:
    population = {"a": 1, "b": 2, "c": 5}
    assert list(shares(population).values()) == [Fraction(1, 8), Fraction(1, 4), Fraction(5, 8)]
    assert list(shares(population, "equal").values()) == [Fraction(1, 3)] * 3
    # a third times three tenths, and the rest by population: 1/10 + 7/10 * 1/8
    assert shares(population, "mixed", 0.3)["a"] == Fraction(1, 10) + Fraction(7, 80)


@given(populations)
def test_mixed_has_the_other_rules_as_its_ends(population: dict[str, int]) -> None:
    assert shares(population, "mixed", 0) == shares(population, "proportional")
    assert shares(population, "mixed", 1) == shares(population, "equal")


@given(populations, equal_parts)
def test_mixed_draws_every_share_towards_the_mean(population: dict[str, int], equal_part: float) -> None:
    by_people, mixed = shares(population), shares(population, "mixed", equal_part)
    mean = Fraction(1, len(population))
    for name in population:
        assert abs(mixed[name] - mean) <= abs(by_people[name] - mean)
        assert (mixed[name] - mean) * (by_people[name] - mean) >= 0


@pytest.mark.parametrize("population", [{}, {"a": 0}, {"a": 5, "b": -1}])
def test_shares_need_people(population: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a population of at least 1"):
        shares(population)


@pytest.mark.parametrize("equal_part", [-0.1, 1.1, float("nan"), float("inf")])
def test_an_equal_part_outside_nought_to_one(equal_part: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        shares({"a": 1}, "mixed", equal_part)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="by_area"):
        shares({"a": 1}, cast(Any, "by_area"))


def test_an_unknown_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match="half_down"):
        round_parts({"a": Fraction(1)}, cast(Any, "half_down"), KRONE)


@given(populations, st.integers(0, 10**7))
def test_half_up_is_within_half_a_unit_and_never_below_a_tie(population: dict[str, int], cost: int) -> None:
    exact = parts_of(cost, population)
    for name, rounded in round_parts(exact, "half_up", KRONE).items():
        assert -HALF < rounded - exact[name] <= HALF
        assert rounded == whole_half_up(cost * population[name], sum(population.values()))


@given(populations, st.integers(0, 10**7))
def test_largest_remainder_adds_up_and_keeps_the_quota(population: dict[str, int], cost: int) -> None:
    exact = parts_of(cost, population)
    rounded = round_parts(exact, "largest_remainder", KRONE)
    assert sum(rounded.values()) == cost
    assert all(abs(rounded[name] - exact[name]) < 1 for name in exact)


@given(populations, roundings, units)
def test_rounded_parts_are_multiples_of_the_unit(
    population: dict[str, int], rounding: Rounding, unit: Fraction
) -> None:
    rounded = round_parts(parts_of(1000, population), rounding, unit)
    assert all((part / unit).denominator == 1 for part in rounded.values())
    assert list(rounded) == list(population)


@given(populations, costs, roundings, st.randoms())
def test_the_order_of_municipalities_does_not_matter(
    population: dict[str, int], cost: int, rounding: Rounding, random: Any
) -> None:
    names = list(population)
    random.shuffle(names)
    turned = {name: population[name] for name in names}
    assert round_parts(parts_of(cost, turned), rounding, KRONE) == round_parts(
        parts_of(cost, population), rounding, KRONE
    )


@given(populations, costs, roundings, st.randoms())
def test_other_names_give_the_same_parts(
    population: dict[str, int], cost: int, rounding: Rounding, random: Any
) -> None:
    names = list(population)
    random.shuffle(names)
    renamed = dict(zip(names, population.values(), strict=True))
    before = round_parts(parts_of(cost, population), rounding, KRONE)
    after = round_parts(parts_of(cost, renamed), rounding, KRONE)
    assert sorted(before.values()) == sorted(after.values())
    # Where sizes differ no tie hangs on a name, so each part goes with its size.
    if len(set(population.values())) == len(population):
        assert {population[name]: part for name, part in before.items()} == {
            renamed[name]: part for name, part in after.items()
        }


@given(populations, costs, roundings)
def test_more_people_never_pay_less(population: dict[str, int], cost: int, rounding: Rounding) -> None:
    rounded = round_parts(parts_of(cost, population), rounding, KRONE)
    by_size = sorted(population, key=lambda name: (population[name], rounded[name]))
    assert [rounded[name] for name in by_size] == sorted(rounded.values())


def compositions(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        yield from ((first, *rest) for rest in compositions(whole - first, parts - 1))


def test_largest_remainder_is_the_nearest_of_all_divisions() -> None:
    for sizes in product(range(1, 5), repeat=3):
        total = sum(sizes)
        population = dict(zip("abc", sizes, strict=True))
        for cost in range(9):
            rounded = round_parts(parts_of(cost, population), "largest_remainder", KRONE)

            def distance(division: tuple[int, ...], cost: int = cost, sizes: tuple[int, ...] = sizes) -> int:
                total = sum(sizes)
                return sum((part * total - cost * n) ** 2 for part, n in zip(division, sizes, strict=True))

            best = min(map(distance, compositions(cost, 3)))
            assert distance(tuple(int(part) for part in rounded.values())) == best, (sizes, cost, total)


def test_equal_remainders_go_to_the_larger_part_then_to_the_first_name() -> None:
    def divide(cost: int, **population: int) -> dict[str, int]:
        rounded = round_parts(parts_of(cost, population), "largest_remainder", KRONE)
        return {name: int(part) for name, part in rounded.items()}

    assert divide(1, b=1, a=1) == {"b": 0, "a": 1}
    assert divide(2, a=1, b=3) == {"a": 0, "b": 2}  # a half and one and a half
    assert divide(2, b=1, a=3) == {"b": 0, "a": 2}
    assert divide(5, c=1, b=1, a=1) == {"c": 1, "b": 2, "a": 2}


def test_halves_go_up_even_where_binary_digits_would_not() -> None:
    assert round_parts({"a": HALF, "b": Fraction(3, 2), "c": Fraction("-0.5")}, "half_up", KRONE) == {
        "a": 1,
        "b": 2,
        "c": 0,
    }
    # 0.15 and 2.675 are no binary numbers.
    rounded = round_parts({"a": Fraction("0.15"), "b": Fraction("2.65")}, "half_up", TENTH_OF_A_PERCENT)
    assert rounded == {"a": Fraction("0.2"), "b": Fraction("2.7")}
    # Three tenths shared by two, in tenths: the equal part is taken as it is written.
    assert shares({"a": 1, "b": 9}, "mixed", 0.3)["a"] == Fraction("0.22")


def test_largest_remainder_of_what_cannot_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the parts add to 10\.5, which is no multiple of 1\.0"):
        round_parts({"a": Fraction(10), "b": HALF}, "largest_remainder", KRONE)


@given(populations, costs)
def test_implied_populations_bracket_the_truth_and_no_more(population: dict[str, int], cost: int) -> None:
    total = sum(population.values())
    amounts = {name: whole_half_up(cost * n, total) for name, n in population.items()}
    for name, (low, high) in implied_populations(amounts, cost, total).items():
        assert low <= population[name] <= high
        inside = [whole_half_up(cost * n, total) for n in (low, high)]
        outside = [whole_half_up(cost * n, total) for n in (low - 1, high + 1)]
        assert inside == [amounts[name]] * 2
        assert amounts[name] not in outside


@given(populations, costs)
def test_implied_cost_contains_the_truth_and_no_more(population: dict[str, int], cost: int) -> None:
    total = sum(population.values())
    amounts = {name: whole_half_up(cost * n, total) for name, n in population.items()}

    def agrees(other: int) -> bool:
        return all(whole_half_up(other * n, total) == amounts[name] for name, n in population.items())

    low, high = implied_cost(amounts, population)
    assert low <= cost <= high
    assert agrees(low)
    assert agrees(high)
    assert not agrees(low - 1)
    assert not agrees(high + 1)


def test_amounts_that_no_population_or_cost_gives() -> None:
    low, high = implied_populations({"a": 3, "b": 7}, cost=1_000_000, total=10)["a"]
    assert low > high
    low, high = implied_cost({"a": 1, "b": 99}, {"a": 50, "b": 50})
    assert low > high


def test_halves_belong_to_the_upper_amount_when_inputs_are_implied() -> None:
    # Costs 1 and 2 give each of two equals 1 krona; 3 would give 1.5, rounded to 2.
    assert implied_cost({"a": 1, "b": 1}, {"a": 1, "b": 1}) == (1, 2)
    # Of four sharing 2 kronor, one pays 0.5, rounded to 1; two pay 1; three pay 1.5, rounded to 2.
    assert implied_populations({"a": 1}, cost=2, total=4) == {"a": (1, 2)}
