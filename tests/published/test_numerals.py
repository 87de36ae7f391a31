from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.numerals import NUMERALS, completes, is_percentage, is_range, numbers_in


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("ca. 65%", [65]),
        ("4,11%", [4.11]),
        ("−3,5 point", [-3.5]),
        ("86-88%", [86, 88]),
        ("30.000 – 59.999", [30_000, 59_999]),
        ("286 546", [286_546]),
        ("68 af 74 (92%)", [68, 74, 92]),
        ("(38/46)", [38, 46]),
        ("1/3", [0.333]),
        ("3 ud af 4", [3, 4, 0.75]),
        ("ca. 2 ¼ mia. kr.", [2.25e9]),
        ("1½ mio.", [1.5e6]),
        ("¾", [0.75]),
        ("knap 1,3 millioner", [1.3e6]),
        ("12 tusind", [12_000]),
        ("halvdelen", [0.5]),
        ("To tredjedele", [0.667]),
        ("tre fjerdedele", [0.75]),
        ("en tiendedel", [0.1]),
        ("hver femte", [0.2]),
        ("mellem hver tredje og fjerde", [0.333, 0.25]),
        ("tre og tredive", [3, 30]),
        ("åtta kommuner", [8]),
        ("hälften", [0.5]),
        ("dobbelt så mange", [2]),
        ("treårig", [3]),
        ("halveret", [0.5]),
        ("flertallet", []),
        ("otto", []),
        ("enten", []),
    ],
)
def test_the_numbers_that_are_stated(written: str, numbers: list[float]) -> None:
    assert numbers_in(written) == pytest.approx(numbers)


@given(st.integers(0, 10**9), st.integers(0, 2), st.sampled_from([" ", ".", "\N{NO-BREAK SPACE}", ""]))
def test_any_number_in_digits(digits: int, decimals: int, mark: str) -> None:
    value = Decimal(digits).scaleb(-decimals)
    shown = f"{value:,.{decimals}f}".replace(".", "!").replace(",", mark).replace("!", ",")
    assert numbers_in(f"ca. {shown} pct.") == [float(value)]


@given(st.sampled_from(sorted(NUMERALS)))
def test_any_numeral(word: str) -> None:
    assert numbers_in(f"I alt {word} kommuner") == [NUMERALS[word]]


def test_ranges() -> None:
    assert all(map(is_range, ("40-50%", "40% – 50%", "mellem 7 og 10 %", "Mellem hver tredje og fjerde")))
    assert not any(map(is_range, ("36 og 40%", "-3%", "8-ugers", "68 af 74")))


def test_percentages() -> None:
    assert all(map(is_percentage, ("7%", "7 pct.", "7 procent", "Procent 7")))
    assert not any(map(is_percentage, ("7", "7 procentpoint", "7 kr.")))


def test_words_that_belong_to_the_number_before() -> None:
    assert all(map(completes, ("mio.", "milliarder", "tredjedel", "halvdelen")))
    assert not any(map(completes, ("kommuner", "af", "tredje")))
