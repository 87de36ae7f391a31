"""The line below an item: how many numbers print gives of what it shows, and which do not agree with it."""

from __future__ import annotations

import pytest

from analysis.lang import LANGS, Lang
from analysis.release import Released
from analysis.tables.verdict import verdict_line
from tests import klk, ssi
from tests.ssi import Basis


def line(name: str, basis: Basis = "collected", lang: Lang = "en") -> str:
    return verdict_line(Released(ssi.estimates(basis)), ssi.published(), ssi.codebook(), ssi.wave(basis), lang, name)


def test_numbers_are_counted_by_how_they_compare() -> None:
    # Of the policy print gives that 59 of 96 (61 %) have none: two numbers and their base, which is not counted.
    assert line("policy") == ("Printed numbers of what is shown here: 2. Agree: 2; differ: 0; cannot be told: 0.")


@pytest.mark.parametrize("lang", LANGS)
def test_numbers_that_differ_are_named_with_their_line(lang: Lang) -> None:
    # Line 1054 has 11 (11 %) of 96 that reduced; the figure's label in line 549 says 1.
    said = line("figure_1", lang=lang)
    assert ("1 (linje 549; her 11)" if lang == "da" else "1 (line 549; here 11)") in said


def test_what_was_built_to_agree_says_so() -> None:
    assert "Agree because what is shown was built to: 2;" in line("policy", "reconstructed")
    assert "built" not in line("policy")


def test_only_numbers_of_what_the_item_shows_count() -> None:
    nothing = Released(ssi.estimates().iloc[:0])
    book, published = klk.codebook(), klk.published()
    # Table 6 has four answers of all and of six areas, and the text eight numbers of these (lines 1007-1050).
    for name, count in (("table_6", 28 + 8), ("figure_10", 0)):
        said = verdict_line(nothing, published, book, klk.wave(), "en", name)
        expected = f"shown here: {count}." if count else "The report prints no numbers of what is shown here."
        assert expected in said
