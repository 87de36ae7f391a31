"""Numbers as they are written."""

from __future__ import annotations

import math

import pytest

from analysis.lang import Lang
from analysis.models.written import written_p, written_points, written_ratio


@pytest.mark.parametrize(
    ("p", "lang", "shown"),
    [
        (0.0004, "da", "<0,001"), (0.118, "en", "0.118"), (math.nan, "en", "–"), (0.0494, "en", "0.049"),
        (0.05003, "da", "0,05003"), (0.05, "en", "0.050"), (0.0496, "en", "0.0496"), (1.0, "da", "1,000"),
    ],
)  # fmt: skip
def test_p_values_are_not_rounded_to_five_per_cent(p: float, lang: Lang, shown: str) -> None:
    assert written_p(p, lang) == shown


@pytest.mark.parametrize(
    ("value", "lang", "shown"),
    [
        (1.0, "en", "1.00"), (1 - 1e-9, "en", "1.00"), (1.0004, "en", "1.0004"), (0.998, "da", "0,998"),
        (1.0051, "da", "1,01"), (14.52, "en", "14.5"), (182.4, "en", "182"), (0.0, "en", "0.00"),
        (0.0099, "da", "<0,01"), (1e40, "da", ">10.000"), (math.inf, "en", "∞"),
    ],
)  # fmt: skip
def test_odds_ratios_are_not_rounded_to_no_effect(value: float, lang: Lang, shown: str) -> None:
    """Nor is one of a separated outcome, 10 to the power of 40, more than a number has places for."""
    assert written_ratio(value, lang) == shown


@pytest.mark.parametrize(
    ("value", "lang", "shown"),
    [(0.04, "da", "+0,04"), (-0.04, "en", "−0.04"), (0.0, "en", "0.0"), (1e-9, "da", "0,0"), (5.25, "da", "+5,3")],
)
def test_points_are_not_rounded_to_nought(value: float, lang: Lang, shown: str) -> None:
    assert written_points(value, lang) == shown
