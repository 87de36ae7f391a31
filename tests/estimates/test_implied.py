"""What print says of itself, held against the printed numbers themselves."""

import pandas as pd
import pytest

from analysis.estimates import AS_PRINTED
from analysis.estimates.implied import IMPLIED_BY_ALL, IMPLIED_BY_ONE, SUM_OF_PARTS, implied_inputs, readings
from analysis.lang import LANGS, text
from tests.dalarna import COST, INHABITANTS, TOTAL, published, wave


def populations(rows: pd.DataFrame) -> dict[str, float]:
    chosen = rows[(rows["variable"] == "population") & (rows["method"] == IMPLIED_BY_ONE)]
    assert set(chosen["item"]) == {"table_1"}
    return dict(zip(chosen["group"].str.removeprefix("municipality:"), chosen["value"], strict=True))


def cost_of(rows: pd.DataFrame) -> pd.Series:
    chosen = rows[rows["variable"] == "cost"]
    assert len(chosen) == 1
    return chosen.iloc[0]


def changed(variable: str, value: float) -> pd.DataFrame:
    """Return print with another number for Falun."""
    printed = published()
    printed.loc[(printed["group"] == "municipality:Falun") & (printed["variable"] == variable), "value"] = value
    return printed


def test_print_implies_its_own_inputs() -> None:
    implied = implied_inputs(wave(), published())
    assert populations(implied) == INHABITANTS
    parts = implied[implied["method"] == IMPLIED_BY_ONE]
    assert (parts["identified_low"] == parts["identified_high"]).all()
    totals = implied[implied["method"] == SUM_OF_PARTS]
    assert dict(zip(totals["item"], totals["value"], strict=True)) == {"table_1": TOTAL, "text": TOTAL}
    cost = cost_of(implied)
    assert (cost["item"], cost["method"]) == ("text", IMPLIED_BY_ALL)
    assert (cost["identified_low"], cost["identified_high"]) == (539_000, 539_002)
    assert pd.isna(cost["value"])
    assert set(implied["basis"]) == {"published"}


def test_what_print_implies_rests_on_print_whatever_the_wave_does() -> None:
    collected = wave().model_copy(update={"basis": "collected"})
    assert set(implied_inputs(collected, published())["basis"]) == {"published"}
    assert set(readings(collected, published())["basis"]) == {"published"}


def test_every_method_has_a_name_in_both_languages() -> None:
    for method in {*implied_inputs(wave(), published())["method"], *readings(wave(), published())["method"]}:
        assert all(text(f"method.{method}", lang) for lang in LANGS)


def test_no_implied_population_uses_the_printed_one() -> None:
    assert populations(implied_inputs(wave(), changed("population", 59_999)))["Falun"] == 59_945


def test_a_misprinted_amount_implies_another_population() -> None:
    # 539000 * 59959 / 286546 = 112784.3
    assert populations(implied_inputs(wave(), changed("amount", 112_784)))["Falun"] == 59_959


def test_the_implied_cost_does_not_use_the_printed_one() -> None:
    printed = published()
    printed.loc[printed["variable"] == "cost", "value"] = 600_000
    cost = cost_of(implied_inputs(wave(), printed))
    assert (cost["identified_low"], cost["identified_high"]) == (539_000, 539_002)


def test_the_implied_total_does_not_use_the_printed_one() -> None:
    printed = published()
    printed.loc[(printed["group"] == "all") & (printed["variable"] == "population"), "value"] = 300_000
    totals = implied_inputs(wave(), printed)[lambda rows: rows["method"] == SUM_OF_PARTS]
    assert totals["value"].to_list() == [TOTAL, TOTAL]


def test_print_that_contradicts_itself_leaves_no_cost() -> None:
    cost = cost_of(implied_inputs(wave(), changed("amount", 112_784)))
    assert cost["identified_low"] > cost["identified_high"]


def test_print_without_a_table_implies_nothing() -> None:
    printed = published()
    falun = (printed["group"] == "municipality:Falun") & (printed["variable"] == "amount")
    total = (printed["item"] == "table_1") & (printed["group"] == "all")
    for rest in (
        printed[printed["item"] == "text"],
        printed[printed["variable"] != "amount"],
        printed[printed["variable"] != "cost"],
        printed[~falun],
        printed[~total],
        printed.iloc[:0],
    ):
        assert implied_inputs(wave(), rest).empty


def test_both_readings_of_the_post() -> None:
    found = readings(wave(), published())
    assert set(found["item"]) == {"readings"}
    amounts = found[found["statistic"] == "amount"]
    assert {(row.category, row.variable): row.value for row in amounts.itertuples()} == {
        ("cost_is_part", "full_post"): 1_078_000,
        ("cost_is_part", "part_post"): 539_000,
        ("cost_is_full", "full_post"): 539_000,
        ("cost_is_full", "part_post"): 269_500,
    }
    (post,) = found[found["statistic"] != "amount"].to_dict("records")
    assert (post["variable"], post["category"], post["statistic"]) == ("post", "", "percent")
    assert (post["value"], post["method"]) == (50, AS_PRINTED)


@pytest.mark.parametrize("percent", [37.5, 75])
def test_readings_follow_the_printed_percentage(percent: float) -> None:
    printed = published()
    printed.loc[printed["variable"] == "post", "value"] = percent
    found = {(row.variable, row.category): row.value for row in readings(wave(), printed).itertuples()}
    assert found["post", ""] == percent
    assert found["full_post", "cost_is_part"] == pytest.approx(COST * 100 / percent)
    assert found["part_post", "cost_is_full"] == pytest.approx(COST * percent / 100)


@pytest.mark.parametrize("variable", ["post", "cost"])
def test_no_reading_without_a_printed_percentage_and_cost(variable: str) -> None:
    printed = published()
    assert readings(wave(), printed[printed["variable"] != variable]).empty
