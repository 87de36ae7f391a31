from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates import AS_LISTED, AS_STATED, SUM_OF_UNROUNDED, TRANSCRIBED
from analysis.estimates.agreement import cost_table, estimate, moved_by_rounding, register_comparison, rule_comparison
from analysis.estimates.allocation import Rounding
from analysis.lang import text
from tests.dalarna import (
    AMOUNTS,
    COST,
    INHABITANTS,
    TABLE,
    TOTAL,
    population,
    register,
    shared_out,
    wave,
)

costs = st.integers(1, 10**7)


def values(rows: pd.DataFrame, variable: str, method: str | None = None, category: str = "") -> dict[str, float]:
    chosen = rows[(rows["variable"] == variable) & (rows["category"] == category)]
    if method is not None:
        chosen = chosen[chosen["method"] == method]
    assert not chosen["group"].duplicated().any()
    return dict(zip(chosen["group"].str.removeprefix("municipality:"), chosen["value"], strict=True))


def test_cost_table_is_the_printed_one() -> None:
    table = cost_table(wave(), population(), COST, "half_up")
    assert values(table, "population") == {**INHABITANTS, "all": TOTAL}
    assert values(table, "amount", "half_up") == {**AMOUNTS, "all": 539_001}
    assert values(table, "amount", "largest_remainder") == {**AMOUNTS, "Rättvik": 20_687, "all": 539_000}
    assert values(table, "amount", "sum_of_unrounded") == {"all": 539_000}
    assert values(table, "share", "sum_of_unrounded") == {"all": 100}
    assert values(table, "share", "half_up") == {**{name: row[3] / 10 for name, row in TABLE.items()}, "all": 99.9}
    assert values(table, "cost") == {"all": COST}
    assert values(table, "municipalities") == {"all": 15}


def test_shares_by_largest_remainder_add_to_a_hundred() -> None:
    found = values(cost_table(wave(), population(), COST, "half_up"), "share", "largest_remainder")
    assert found.pop("all") == 100
    # One tenth goes to the largest remainder of those cut down: Avesta's 7.8232, Orsa's 2.3909 …
    assert sum(Fraction(str(share)) for share in found.values()) == 100
    printed = {name: row[3] / 10 for name, row in TABLE.items()}
    exact = {name: 1000 * n / TOTAL for name, n in INHABITANTS.items()}
    closest = max((name for name in exact if exact[name] % 1 < 0.5), key=lambda name: exact[name] % 1)
    assert {name for name in printed if found[name] != printed[name]} == {closest}
    assert found[closest] == pytest.approx(printed[closest] + 0.1)


@pytest.mark.parametrize(("rounding", "other"), [("half_up", "largest_remainder"), ("largest_remainder", "half_up")])
def test_the_declared_rule_comes_first(rounding: Rounding, other: str) -> None:
    table = cost_table(wave(), population(), COST, rounding)
    for variable in ("amount", "share"):
        methods = table.loc[table["variable"] == variable, "method"]
        assert list(dict.fromkeys(methods)) == [rounding, SUM_OF_UNROUNDED, other]


@settings(max_examples=30)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10**6), min_size=1, max_size=16), costs)
def test_the_sum_of_unrounded_parts_is_the_whole(people: dict[str, int], cost: int) -> None:
    table = cost_table(wave(), shared_out(people), cost, "half_up")
    assert values(table, "amount", SUM_OF_UNROUNDED) == {"all": cost}
    assert values(table, "amount", "largest_remainder")["all"] == cost
    parts = {name: value for name, value in values(table, "amount", "half_up").items() if name != "all"}
    assert values(table, "amount", "half_up")["all"] == sum(parts.values())


def test_every_row_says_what_it_rests_on() -> None:
    table = cost_table(wave(), population(), COST, "half_up")
    assert set(table["basis"]) == {"published"}
    assert set(table["wave"]) == {2025}
    assert set(table["study"]) == {"dalarna_agreement"}
    assert table["estimand"].str.len().min() > 0


def test_another_population_gives_another_table() -> None:
    table = cost_table(wave(), shared_out({"A": 1, "B": 3}), 10, "half_up")
    assert values(table, "amount", "half_up") == {"A": 3, "B": 8, "all": 11}
    assert values(table, "amount", "largest_remainder") == {"A": 2, "B": 8, "all": 10}
    assert values(table, "share", "half_up") == {"A": 25, "B": 75, "all": 100}


@pytest.mark.parametrize("cost", [0, -539_000])
def test_a_cost_that_is_none_is_refused(cost: int) -> None:
    with pytest.raises(ValueError, match=f"the cost is {cost} kr; it must be at least 1 .*parameter cost"):
        cost_table(wave(), population(), cost, "half_up")


def test_one_krone_can_be_shared() -> None:
    assert values(cost_table(wave(), shared_out({"A": 1, "B": 3}), 1, "half_up"), "amount", "half_up") == {
        "A": 0,
        "B": 1,
        "all": 1,
    }


def test_every_method_has_a_name_in_the_catalogue_and_what_is_taken_over_says_so() -> None:
    table = cost_table(wave(), population(), COST, "half_up")
    for method in {*table["method"], *rule_comparison(wave(), population(), COST, 0.5)["method"]}:
        assert text(f"method.{method}", "en")
    taken_over = table[table["method"].isin(TRANSCRIBED)]
    assert dict(zip(taken_over["variable"], taken_over["method"], strict=True)) == {
        "municipalities": AS_LISTED,
        "cost": AS_STATED,
        "population": AS_LISTED,
    }


def test_rules_share_the_same_cost() -> None:
    rules = rule_comparison(wave(), population(), COST, 0.5)
    for rule in ("proportional", "equal", "mixed"):
        assert sum(values(rules, "amount", category=rule).values()) == pytest.approx(COST)
        assert sum(values(rules, "share", category=rule).values()) == pytest.approx(100)


def test_rules_by_hand() -> None:
    rules = rule_comparison(wave(), shared_out({"A": 10, "B": 30}), 120, 0.25)
    assert values(rules, "amount", category="proportional") == {"A": 30, "B": 90}
    assert values(rules, "amount", category="equal") == {"A": 60, "B": 60}
    assert values(rules, "amount", category="mixed") == {"A": 37.5, "B": 82.5}
    assert values(rules, "share", category="mixed") == {"A": 31.25, "B": 68.75}
    assert values(rules, "per_head", category="proportional") == {"A": 3, "B": 3}
    assert values(rules, "per_head", category="equal") == {"A": 6, "B": 2}
    assert values(rules, "per_head", category="mixed") == {"A": 3.75, "B": 2.75}


@pytest.mark.parametrize(("equal_part", "percent"), [(0.5, 50), (0.25, 25), (0.3, 30), (0, 0), (1, 100)])
def test_the_equal_part_of_the_mixed_rule_stands_with_the_rules(equal_part: float, percent: float) -> None:
    rules = rule_comparison(wave(), population(), COST, equal_part)
    (row,) = rules[rules["variable"] == "equal_part"].to_dict("records")
    assert (row["item"], row["group"], row["category"], row["statistic"]) == ("rules", "all", "", "percent")
    assert (row["value"], row["method"]) == (percent, AS_STATED)


def test_the_smallest_pays_nine_times_as_much_a_head_in_equal_parts() -> None:
    rules = rule_comparison(wave(), population(), COST, 0.5)
    per_head = values(rules, "per_head", category="equal")
    assert per_head["Vansbro"] == pytest.approx(539_000 / 15 / 6752)
    assert per_head["Vansbro"] / per_head["Falun"] == pytest.approx(59945 / 6752)


def test_another_day_moves_money_but_makes_none() -> None:
    change = register_comparison(wave(), population(), register(), COST)
    assert sorted(change["category"].unique()) == [f"{year}-12-31" for year in range(2010, 2020)]
    assert set(change["basis"]) == {"register"}, "the other day's people are the register's, whatever the wave's are"
    for _, day in change.groupby("category"):
        assert len(day) == 15
        assert day["value"].sum() == pytest.approx(0, abs=1e-6)


def test_another_day_by_hand() -> None:
    change = values(register_comparison(wave(), population(), register(), COST), "amount_change", category="2019-12-31")
    # Falun had 59406 of 287966 then.
    assert change["Falun"] == pytest.approx(539_000 * (59945 / 286546 - 59406 / 287966))
    assert max(change, key=lambda name: change[name]) == "Falun"
    assert min(change, key=lambda name: change[name]) == "Borlänge"


@pytest.mark.parametrize("day", ["2024-12-31", "2025-12-31"])
def test_only_days_before_the_waves_own_are_compared(day: str) -> None:
    later = register()[lambda rows: rows["reference"] == "2019-12-31"].assign(reference=day)
    both = pd.concat([register(), later])
    assert day not in set(register_comparison(wave(), population(), both, COST)["category"])


def test_a_register_without_an_earlier_day_is_refused() -> None:
    for later in (register().assign(reference="2024-12-31"), register().assign(reference="2025-12-31")):
        with pytest.raises(ValueError, match="the register has no day before 2024-12-31"):
            register_comparison(wave(), population(), later.drop_duplicates(["code"]), COST)


def test_an_estimate_of_limits_has_a_value_only_where_they_meet() -> None:
    one = estimate(wave(), "cost", "amount", (7, 7), "exact", "x", "Falun", basis="register")
    assert (one.value, one.identified_low, one.identified_high) == (7, 7, 7)
    assert (one.group, one.item, one.basis) == ("municipality:Falun", "table_1", "register")
    several = estimate(wave(), "cost", "amount", (7, 8), "exact", "x")
    assert (several.value, several.identified_low, several.identified_high) == (None, 7, 8)
    assert (several.group, several.basis) == ("all", wave().basis)
    number = estimate(wave(), "cost", "amount", Fraction(15, 2), "exact", "x", item="rules", category="mixed")
    assert (number.value, number.identified_low, number.identified_high) == (7.5, None, None)
    assert (number.item, number.category) == ("rules", "mixed")


def test_only_rättvik_depends_on_the_rule() -> None:
    assert moved_by_rounding(cost_table(wave(), population(), COST, "half_up")) == ["Rättvik"]
    assert moved_by_rounding(cost_table(wave(), population(), COST, "largest_remainder")) == ["Rättvik"]
    assert moved_by_rounding(cost_table(wave(), shared_out({"A": 1, "B": 1}), 10, "half_up")) == []
