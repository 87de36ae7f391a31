"""Which rows of `models.csv` stand for a declared model, and which share of a scale is shown."""

from __future__ import annotations

import pytest

from analysis.codebook import Codebook
from analysis.models.results import failed_checks, parsed_checks, shown_cut
from tests.regressions import ORDINAL, codebook

KIK = codebook("kik_quality")


def without_sides() -> Codebook:
    lists = {**KIK.code_lists, "degree": KIK.code_lists["degree"].model_copy(update={"sides": None})}
    return KIK.model_copy(update={"code_lists": lists})


@pytest.mark.parametrize(
    ("categories", "shown"),
    [
        (["low", "some", "high", "very_high"], "high"),
        # Also where answers that nobody gave are left out, so that the middle is another.
        (["high", "very_high"], "high"),
        (["some", "very_high"], "very_high"),
        (["low", "some"], "some"),
    ],
)
def test_of_a_scale_with_sides_the_upper_side_is_shown(categories: list[str], shown: str) -> None:
    assert shown_cut(categories, ORDINAL, KIK, 2023) == shown


def test_of_a_scale_without_sides_the_upper_half_is_shown() -> None:
    assert shown_cut(["high", "very_high"], ORDINAL, without_sides(), 2023) == "very_high"
    assert shown_cut(["low", "some", "high", "very_high"], ORDINAL, without_sides(), 2023) == "high"


def test_details_are_no_checks_that_failed() -> None:
    written = "separation=pass;clusters=fail;clusters.term=role:leader;clusters.note=fail"
    assert failed_checks(written) == ["clusters"]
    assert parsed_checks(written)["clusters.term"] == "role:leader"
