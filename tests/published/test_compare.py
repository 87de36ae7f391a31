from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import Estimate, estimate_frame
from analysis.lang import LANGS, Lang
from analysis.published.compare import COLUMNS, printed_unit, replicate, summary, verdict_counts
from tests import dalarna


def printed(value: float, as_printed: str, **changes: Any) -> pd.DataFrame:
    row = {
        "wave": 2025, "item": "figure_1", "chapter": "c", "group": "all", "variable": "v", "category": "",
        "statistic": "percent", "value": value, "value_high": float("nan"), "qualifier": "exact", "base": pd.NA,
        "page": 1, "line": 2, "printed": as_printed,
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}])


def estimate(value: float | None, **changes: Any) -> Estimate:
    given = {
        "study": "s", "wave": 2025, "item": "figure_1", "variable": "v", "statistic": "percent", "method": "exact",
        "estimand": "share", "basis": "collected", "value": value,
    }  # fmt: skip
    return Estimate(**{**given, **changes})


def judge(row: pd.DataFrame, *estimates: Estimate, lang: Lang = "en") -> pd.Series:
    return replicate(row, estimate_frame(estimates), lang).iloc[0]


def dalarna_replication(lang: Lang = "en") -> pd.DataFrame:
    return replicate(dalarna.published(), dalarna.estimates(), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_dalarna_has_a_verdict_for_each_of_the_51_numbers(lang: Lang) -> None:
    found = dalarna_replication(lang)
    cells = zip(found["item"], found["group"], found["variable"], strict=True)
    verdicts = dict(zip(cells, zip(found["verdict"], found["evidence"], strict=True), strict=True))
    expected = {
        (("table_1"), f"municipality:{name}", variable): ("equal", "recomputed")
        for name in dalarna.TABLE
        for variable in ("population", "amount", "share")
    }
    expected |= {
        ("text", "all", "post"): ("no_data", ""),
        ("text", "all", "population"): ("equal", "recomputed"),
        ("text", "all", "cost"): ("not_identified", "recomputed"),
        ("table_1", "all", "population"): ("equal", "recomputed"),
        ("table_1", "all", "amount"): ("rounding", "recomputed"),
        ("table_1", "all", "share"): ("equal", "recomputed"),
    }
    assert verdicts == expected
    assert len(found) == 51


def test_dalarna_keeps_the_printed_rows_in_their_order() -> None:
    found = dalarna_replication()
    pd.testing.assert_frame_equal(found[list(dalarna.published().columns)], dalarna.published())
    assert tuple(found.columns[-4:]) == COLUMNS == ("reproduced", "verdict", "evidence", "explanation")


def test_dalarna_sum_of_amounts_is_explained_by_the_other_rule() -> None:
    row = dalarna_replication()[lambda rows: rows["verdict"] == "rounding"].iloc[0]
    assert row["reproduced"] == 539_001
    assert "539,001" in row["explanation"]
    assert "Largest remainder" in row["explanation"]


def test_dalarna_by_largest_remainder_reproduces_the_sum_but_not_rättvik() -> None:
    found = replicate(dalarna.published(), dalarna.estimates(rounding="largest_remainder"))
    by_cell = found[found["variable"] == "amount"].set_index("group")["verdict"]
    assert by_cell["all"] == "equal"
    assert by_cell[by_cell != "equal"].to_dict() == {"municipality:Rättvik": "rounding"}


@pytest.mark.parametrize(
    ("variable", "value", "as_printed"),
    [("population", 59_999, "59 999"), ("amount", 112_785, "112 785"), ("share", 20.8, "20,8%")],
)
def test_a_misprint_differs(variable: str, value: float, as_printed: str) -> None:
    rows = dalarna.published()
    wrong = (rows["group"] == "municipality:Falun") & (rows["variable"] == variable)
    rows.loc[wrong, "value"] = value
    rows.loc[wrong, "printed"] = as_printed
    found = replicate(rows, dalarna.estimates())
    assert found.loc[wrong, "verdict"].to_list() == ["differs"]


def test_dalarna_summary_and_counts() -> None:
    found = dalarna_replication()
    assert summary(found).values.tolist() == [
        ["equal", "recomputed", 48],
        ["rounding", "recomputed", 1],
        ["not_identified", "recomputed", 1],
        ["no_data", "", 1],
    ]
    counts = verdict_counts(found, dalarna.wave()).set_index("variable")["value"].to_dict()
    assert counts == {"total": 51, "reproduced": 49, "by_construction": 0, "differs": 0, "open": 2}


@pytest.mark.parametrize(
    ("basis", "evidence"),
    [
        ("collected", "collected"),
        ("register", "collected"),
        ("published", "recomputed"),
        ("reconstructed", "by_construction"),
    ],
)
def test_evidence_says_what_agreement_is_worth(basis: str, evidence: str) -> None:
    assert judge(printed(50, "50%"), estimate(50, basis=basis))["evidence"] == evidence


def test_a_printed_number_listed_as_input_agrees_by_construction() -> None:
    row = judge(printed(50, "50%"), estimate(50, basis="published", method="as_listed"))
    assert (row["verdict"], row["evidence"]) == ("equal", "by_construction")


def test_agreement_by_construction_is_never_counted_as_reproduced() -> None:
    rows = pd.concat([printed(50, "50%"), printed(50, "50%", item="text")], ignore_index=True)
    made = [estimate(50, basis="reconstructed"), estimate(50, item="text")]
    counts = verdict_counts(replicate(rows, estimate_frame(made)), dalarna.wave()).set_index("variable")["value"]
    assert counts.to_dict() == {"total": 2, "reproduced": 1, "by_construction": 1, "differs": 0, "open": 0}


@pytest.mark.parametrize(
    ("reproduced", "value", "as_printed", "verdict"),
    [
        (7.8, 7.8, "7,8%", "equal"),
        (7.75, 7.8, "7,8%", "equal"),
        (7.849, 7.8, "7,8%", "equal"),
        (7.85, 7.8, "7,8%", "rounding"),
        (7.899, 7.8, "7,8%", "rounding"),
        (7.9, 7.8, "7,8%", "differs"),
        (7.74, 7.8, "7,8%", "differs"),
        (28.5, 28, "28%", "rounding"),
        (28.5, 29, "29%", "equal"),
        (57 / 200 * 100, 29, "29%", "equal"),
        (23_500_000_000, 24_000_000_000, "24 mia. kr.", "equal"),
        (23_499_999_999, 24_000_000_000, "24 mia. kr.", "differs"),
        (0.5, 0.5, "halvdelen", "equal"),
        (0.49, 0.5, "halvdelen", "differs"),
    ],
)
def test_a_number_is_rounded_as_print_was(reproduced: float, value: float, as_printed: str, verdict: str) -> None:
    row = judge(printed(value, as_printed), estimate(reproduced))
    assert (row["verdict"], row["reproduced"]) == (verdict, reproduced)


@pytest.mark.parametrize(("value", "as_printed", "rule"), [(28, "28%", "half to even"), (7.8, "7,8%", "truncated")])
def test_agreement_by_another_rule_names_it(value: float, as_printed: str, rule: str) -> None:
    reproduced = 28.5 if value == 28 else 7.89
    assert rule in judge(printed(value, as_printed), estimate(reproduced))["explanation"]


@pytest.mark.parametrize(
    ("qualifier", "reproduced", "agrees"),
    [
        ("at_least", 50, True),
        ("at_least", 73, True),
        ("at_least", 48, False),
        ("at_most", 50, True),
        ("at_most", 12, True),
        ("at_most", 52, False),
        ("approx", 50.4, True),
        ("approx", 52, False),
    ],
)
def test_a_qualifier_widens_what_agrees(qualifier: str, reproduced: float, agrees: bool) -> None:
    row = judge(printed(50, "50%", qualifier=qualifier), estimate(reproduced))
    assert row["verdict"] == ("equal" if agrees else "differs")


@pytest.mark.parametrize(("reproduced", "verdict"), [(19, "differs"), (20, "equal"), (30, "equal"), (31, "differs")])
def test_a_printed_range_holds_its_ends(reproduced: float, verdict: str) -> None:
    row = judge(printed(20, "20–30%", qualifier="range", value_high=30.0), estimate(reproduced))
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(49, 51, "not_identified"), (50, 60, "not_identified"), (51, 60, "differs")]
)
def test_a_range_of_values_is_no_agreement(low: float, high: float, verdict: str) -> None:
    row = judge(printed(50, "50%"), estimate(None, identified_low=low, identified_high=high))
    assert row["verdict"] == verdict
    assert pd.isna(row["reproduced"])
    assert f"{low:.1f}%" in row["explanation"]
    assert f"{high:.1f}%" in row["explanation"]


def test_what_nothing_can_give_is_told_without_a_range_turned_round() -> None:
    row = judge(printed(50, "50%"), estimate(None, identified_low=61, identified_high=60))
    assert row["verdict"] == "differs"
    assert "61.0% to 60.0%" not in row["explanation"]


def test_a_number_without_estimate_has_no_data() -> None:
    row = judge(printed(50, "50%"), estimate(50, group="size:small"))
    assert (row["verdict"], row["evidence"]) == ("no_data", "")
    assert pd.isna(row["reproduced"])


def test_print_with_no_numbers_has_no_verdicts() -> None:
    rows = printed(50, "50%").iloc[:0]
    found = replicate(rows, estimate_frame([estimate(50)]))
    assert found.empty
    assert verdict_counts(found, dalarna.wave())["value"].sum() == 0


@pytest.mark.parametrize(
    ("as_printed", "value", "unit"),
    [
        ("7,8%", 7.8, "0.1"),
        ("100%", 100, "1"),
        ("68 af 74 (92%)", 92, "1"),
        ("68 af 74 (92%)", 68, "1"),
        ("ca. 65%", 65, "1"),
        ("286 546", 286546, "1"),
        ("286.546", 286546, "1"),
        ("286\N{NO-BREAK SPACE}546", 286546, "1"),
        ("286\N{NARROW NO-BREAK SPACE}546", 286546, "1"),
        ("10\N{NARROW NO-BREAK SPACE}000", 10000, "1"),
        ("10\N{THIN SPACE}000", 10000, "1"),
        ("1.234,50 kr.", 1234.5, "0.01"),
        ("24 mia. kr.", 24e9, "1e9"),
        ("2,4 mio. kr.", 2.4e6, "1e5"),
        ("2024: 539 000", 539000, "1"),
        ("0", 0, "1"),
        ("-3,5 point", -3.5, "0.1"),
        ("−3 point", -3, "1"),
    ],
)
def test_the_unit_of_print(as_printed: str, value: float, unit: str) -> None:
    assert printed_unit(as_printed, value) == Decimal(unit)


@pytest.mark.parametrize(("as_printed", "value"), [("halvdelen", 0.5), ("hver tredje", 0.333), ("12%", 13)])
def test_words_have_no_unit(as_printed: str, value: float) -> None:
    assert printed_unit(as_printed, value) is None


@given(st.integers(0, 10**8), st.integers(0, 3), st.sampled_from([" ", ".", "\N{NO-BREAK SPACE}", ""]))
def test_the_unit_of_any_number_as_it_is_written(digits: int, decimals: int, mark: str) -> None:
    value = Decimal(digits).scaleb(-decimals)
    shown = f"{value:,.{decimals}f}".replace(".", "!").replace(",", mark).replace("!", ",")
    assert printed_unit(f"ca. {shown}%", float(value)) == Decimal(1).scaleb(-decimals)
