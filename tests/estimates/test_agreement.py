from fractions import Fraction

import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.estimates.agreement import (
    cost_table,
    implied_inputs,
    moved_by_rounding,
    readings,
    register_comparison,
    rule_comparison,
)
from analysis.estimates.allocation import Rounding
from tests.dalarna import (
    AMOUNTS,
    COST,
    INHABITANTS,
    TABLE,
    TOTAL,
    population,
    published,
    register,
    shared_out,
    wave,
)


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
        assert list(dict.fromkeys(methods)) == [rounding, other]


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
    with pytest.raises((ValueError, AnalysisError), match="cost"):
        cost_table(wave(), population(), cost, "half_up")


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


def test_the_smallest_pays_nine_times_as_much_a_head_in_equal_parts() -> None:
    rules = rule_comparison(wave(), population(), COST, 0.5)
    per_head = values(rules, "per_head", category="equal")
    assert per_head["Vansbro"] == pytest.approx(539_000 / 15 / 6752)
    assert per_head["Vansbro"] / per_head["Falun"] == pytest.approx(59945 / 6752)


def test_another_day_moves_money_but_makes_none() -> None:
    change = register_comparison(wave(), population(), register(), COST)
    assert sorted(change["category"].unique()) == [f"{year}-12-31" for year in range(2010, 2020)]
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


def test_print_implies_its_own_inputs() -> None:
    implied = implied_inputs(wave(), published())
    table = implied[(implied["item"] == "table_1") & (implied["method"] == "implied_by_amounts")]
    assert values(table, "population") == INHABITANTS
    assert (table["identified_low"] == table["identified_high"]).all()
    totals = implied[implied["method"] == "sum_of_parts"]
    assert dict(zip(totals["item"], totals["value"], strict=True)) == {"table_1": TOTAL, "text": TOTAL}
    cost = implied[implied["variable"] == "cost"].iloc[0]
    assert (cost["item"], cost["identified_low"], cost["identified_high"]) == ("text", 539_000, 539_002)
    assert pd.isna(cost["value"])
    assert set(implied["basis"]) == {"published"}


def test_no_implied_population_uses_the_printed_one() -> None:
    printed = published()
    falun = (printed["group"] == "municipality:Falun") & (printed["variable"] == "population")
    printed.loc[falun, "value"] = 59_999
    implied = implied_inputs(wave(), printed)
    assert values(implied[implied["method"] == "implied_by_amounts"], "population")["Falun"] == 59_945


def test_a_misprinted_amount_implies_another_population() -> None:
    printed = published()
    falun = (printed["group"] == "municipality:Falun") & (printed["variable"] == "amount")
    printed.loc[falun, "value"] = 112_784
    implied = implied_inputs(wave(), printed)
    # 539000 * 59959 / 286546 = 112784.3
    assert values(implied[implied["method"] == "implied_by_amounts"], "population")["Falun"] == 59_959


def test_print_without_a_table_implies_nothing() -> None:
    printed = published()
    for rest in (printed[printed["item"] == "text"], printed[printed["variable"] != "amount"], printed.iloc[:0]):
        assert implied_inputs(wave(), rest).empty


def test_both_readings_of_the_post() -> None:
    found = readings(wave(), published(), COST)
    assert {(row.category, row.variable): row.value for row in found.itertuples()} == {
        ("cost_is_part", "full_post"): 1_078_000,
        ("cost_is_part", "part_post"): 539_000,
        ("cost_is_full", "full_post"): 539_000,
        ("cost_is_full", "part_post"): 269_500,
    }


def test_no_reading_without_a_printed_percentage() -> None:
    printed = published()
    assert readings(wave(), printed[printed["variable"] != "post"], COST).empty


def test_only_rättvik_depends_on_the_rule() -> None:
    assert moved_by_rounding(cost_table(wave(), population(), COST, "half_up")) == ["Rättvik"]
    assert moved_by_rounding(cost_table(wave(), population(), COST, "largest_remainder")) == ["Rättvik"]
    assert moved_by_rounding(cost_table(wave(), shared_out({"A": 1, "B": 1}), 10, "half_up")) == []
