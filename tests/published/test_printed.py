"""How finely a number was printed, and what agrees with it."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.printed import RULES, agrees, printed_range, printed_unit, window


def row(value: float, printed: str, qualifier: str = "exact", statistic: str = "percent", high: float = 0) -> pd.Series:
    return pd.Series(
        {"value": value, "printed": printed, "qualifier": qualifier, "statistic": statistic, "value_high": high}
    )


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


@pytest.mark.parametrize(
    ("printed", "reproduced", "agreeing"),
    [
        (row(65, "ca. 65%", "approx"), 63.8, True),
        (row(65, "ca. 65%", "approx"), 62.5, True),
        (row(65, "ca. 65%", "approx"), 67.5, True),
        (row(65, "ca. 65%", "approx"), 62.4, False),
        (row(65, "ca. 65%", "approx"), 67.6, False),
        (row(0.5, "halvdelen", "approx", "share"), 0.493, True),
        (row(0.5, "halvdelen", "approx", "share"), 0.45, True),
        (row(0.5, "halvdelen", "approx", "share"), 0.449, False),
        (row(0.5, "halvdelen", "exact", "share"), 0.493, False),
        (row(10_000, "ca. 10 000", "approx", "amount"), 10_250, True),
        (row(10_000, "ca. 10 000", "approx", "amount"), 9_750, True),
        (row(10_000, "ca. 10 000", "approx", "amount"), 10_251, False),
        (row(-40, "ca. −40", "approx", "count"), -41, True),
        (row(-40, "ca. −40", "approx", "count"), -42, False),
        (row(0, "ca. 0", "approx", "count"), 0, True),
        (row(67, "mindst 67%", "at_least"), 66.7, True),
        (row(67, "mindst 67%", "at_least"), 66.5, True),
        (row(67, "mindst 67%", "at_least"), 66.4, False),
        (row(67, "mindst 67%", "at_least"), 90, True),
        (row(67, "højst 67%", "at_most"), 67.4, True),
        (row(67, "højst 67%", "at_most"), 67.5, False),
        (row(67, "højst 67%", "at_most"), 3, True),
        (row(20, "20–30%", "range", high=30), 19.5, True),
        (row(20, "20–30%", "range", high=30), 19.4, False),
        (row(20, "20–30%", "range", high=30), 30.4, True),
        (row(20, "20–30%", "range", high=30), 30.5, False),
        (row(-3.5, "−3,5 point", statistic="other"), -3.46, True),
        (row(-3.5, "−3,5 point", statistic="other"), 3.5, False),
        (row(0.1, "0,1%"), 0.1 + 0.2 - 0.2, True),
        (row(0.3, "0,3%"), 0.1 + 0.2, True),
    ],
)
def test_what_agrees_with_a_printed_number(printed: pd.Series, reproduced: float, agreeing: bool) -> None:
    assert agrees(printed, reproduced) is agreeing


@pytest.mark.parametrize(
    ("reproduced", "rules"),
    [
        (28.0, {"half_up", "half_even", "truncated", "twice"}),
        (28.4, {"half_up", "half_even", "truncated", "twice"}),
        (28.44, {"half_up", "half_even", "truncated", "twice"}),
        (28.45, {"half_up", "half_even", "truncated"}),
        (28.5, {"half_even", "truncated"}),
        (28.9, {"truncated"}),
        (27.5, {"half_up", "half_even", "twice"}),
        (27.46, {"twice"}),
        (27.45, {"twice"}),
        (27.44, set()),
        (27.4, set()),
    ],
)
def test_each_rule_agrees_with_its_own(reproduced: float, rules: set[str]) -> None:
    assert {rule for rule in RULES if agrees(row(28, "28%"), reproduced, rule)} == rules


@pytest.mark.parametrize(
    ("printed", "reproduced", "agreeing"),
    [
        (row(2.3, "2,3%"), 2.245, True),
        (row(2.3, "2,3%"), 2.244, False),
        (row(24e9, "24 mia. kr.", statistic="amount"), 23_450_000_000, True),
        (row(24e9, "24 mia. kr.", statistic="amount"), 23_449_999_999, False),
    ],
)
def test_rounding_twice_is_first_to_a_tenth_of_what_is_printed(
    printed: pd.Series, reproduced: float, agreeing: bool
) -> None:
    assert agrees(printed, reproduced, "twice") is agreeing
    assert not agrees(printed, reproduced)


def test_rounding_half_up_comes_first() -> None:
    assert next(iter(RULES)) == "half_up"


@pytest.mark.parametrize("qualifier", ["exact", "at_least", "at_most", "approx", "range"])
@pytest.mark.parametrize(
    ("decimals", "digits"), [(0, (0, 1, 2, 37, 50, 99, 100)), (1, (0, 1, 3, 23, 78, 555, 999, 1000))]
)
def test_a_value_agrees_exactly_when_it_lies_in_the_range(
    qualifier: str, decimals: int, digits: tuple[int, ...]
) -> None:
    for digit in digits:
        value = Decimal(digit).scaleb(-decimals)
        shown = f"{value:.{decimals}f}%".replace(".", ",")
        printed = row(float(value), shown, qualifier, high=float(value + 5))
        # Ten decimals take the binary dust off, as in `agrees`.
        low, above = (round(end, 10) for end in printed_range(printed))
        for step in range(-60, 121):
            held = float(value + Decimal(step).scaleb(-decimals - 1))
            if held >= 0:
                assert agrees(printed, held) is (low <= held < above), (shown, held)


@pytest.mark.parametrize("qualifier", ["exact", "at_least", "at_most"])
@pytest.mark.parametrize("statistic", ["count", "base"])
def test_a_count_is_taken_as_it_is(qualifier: str, statistic: str) -> None:
    printed = row(68, "68 af 74 (92%)", qualifier, statistic)
    low, above = printed_range(printed)
    for count in range(60, 80):
        assert agrees(printed, count) is (low <= count < above)
    assert not low <= 68.4 < above or qualifier == "at_least"


@pytest.mark.parametrize(
    ("printed", "low", "above"),
    [
        (row(0.5, "halvdelen", statistic="share"), 0.5, 0.5),
        (row(0.5, "halvdelen", "approx", "share"), 0.45, 0.55),
        (row(50, "50%"), 49.5, 50.5),
        (row(7.8, "7,8%"), 7.75, 7.85),
        (row(24e9, "24 mia. kr.", statistic="amount"), 23.5e9, 24.5e9),
        (row(50, "ca. 50%", "approx"), 47.5, 52.5),
        (row(200, "ca. 200", "approx", "count"), 195, 205),
        (row(50, "mindst 50%", "at_least"), 49.5, float("inf")),
        (row(50, "højst 50%", "at_most"), float("-inf"), 50.5),
        (row(20, "20–30%", "range", high=30), 19.5, 30.5),
    ],
)
def test_the_range_that_a_printed_number_stands_for(printed: pd.Series, low: float, above: float) -> None:
    assert printed_range(printed) == pytest.approx((low, above), abs=1e-8)


@given(st.integers(-(10**6), 10**6), st.integers(0, 2), st.sampled_from(["exact", "at_least", "at_most", "approx"]))
def test_every_number_agrees_with_itself(digits: int, decimals: int, qualifier: str) -> None:
    value = float(Decimal(digits).scaleb(-decimals))
    shown = f"{value:.{decimals}f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
    assert agrees(row(value, shown, qualifier), value)


@given(
    st.integers(0, 100),
    st.sampled_from(["exact", "at_least", "at_most"]),
    st.sampled_from(["half_up", "truncated"]),
    st.integers(-15, 15),
)
def test_a_window_holds_the_values_that_agree(value: int, qualifier: str, rule: str, tenths: int) -> None:
    printed, reproduced = row(value, f"{value}%", qualifier, high=float("nan")), value + tenths / 10
    low, high, closed = window(printed, rule)
    exact = Fraction(10 * value + tenths, 10)
    above = low is None or exact >= low
    below = high is None or exact < high or (closed and exact == high)
    # Cut off towards 0, a negative number would be rounded up: no percentage is one.
    if exact >= 0:
        assert (above and below) == agrees(printed, reproduced, rule)
