"""The tables of an audit: where, what is printed, what kind, in words, how sure; and verbal claims with verdicts."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from analysis.codebook import Codebook
from analysis.context import DRAWN, State
from analysis.lang import LANGS, Lang, text
from analysis.published.audit import NO_LINE, SEVERITIES, Finding, findings_frame
from analysis.published.audit.findings import Certainty, Kind, Place
from analysis.published.claims import DIRECTIONS, OUTPUT, Verdict
from analysis.tables.audit import claims_view, findings_view
from tests.codebook import made_up
from tests.tables.html import headings, rows

every_lang = pytest.mark.parametrize("lang", LANGS)

FINDINGS = findings_frame(
    made_up.STUDY,
    [
        Finding("title", "error", "likely", "The title.", Place("figure_5_1", NO_LINE, "Planer & <mål>")),
        Finding("count_percent", "error", "certain", "30 is no 26 %.", Place("table_2", 30, "26 %")),
        Finding(
            "two_values", "error", "certain", "Two.", Place("text", 12, "ca. <5%"), (Place("text", 13, "6%"),), "6"
        ),
        Finding("impossible_percentage", "rounding", "certain", "Cut off.", Place("box_1", 40, "37%")),
    ],
)

GROUPS = """\
size_classes: {small: {da: Små, en: Small, below: 30000}, large: {da: Store, en: Large}}
groups: {area: {da: Område, en: Area, values: {care: {da: Pleje, en: Care}, dental: {da: Tænder, en: Teeth}}}}
items:
"""


def codebook() -> Codebook:
    return made_up.codebook("items:\n", GROUPS)


def claims(*stated: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(stated, columns=list(OUTPUT))


CLAIMS = claims(
    (2024, "figure_1", 7, "higher", "plan/yes", "area:care | area:dental", "supported", "1 < 2 & so on."),
    (2024, "text", 8, "highest", "reasons/money;reasons/staff", "all", "contradicted", "No."),
    (2024, "text", 9, "increase", "kroner", "area:care;since:2020", "not_testable", "Open."),
    (2020, "text", 10, "majority", "plan/yes", "size:small;knows:yes", "not_testable", "Open."),
)


def test_findings_of_a_severity_with_their_place_as_they_stand() -> None:
    assert rows(findings_view(FINDINGS, "error", "en")[0]) == [
        ["l. 12", "ca. <5%", "two values", "Two.", "certain"],
        ["Table 2, l. 30", "26 %", "count against percentage", "30 is no 26 %.", "certain"],
        ["Figure 5.1", "Planer & <mål>", "title", "The title.", "likely"],
    ]
    assert rows(findings_view(FINDINGS, "error", "da")[0]) == [
        ["l. 12", "ca. <5%", "to værdier", "Two.", "sikkert"],
        ["Tabel 2, l. 30", "26 %", "antal mod procent", "30 is no 26 %.", "sikkert"],
        ["Figur 5.1", "Planer & <mål>", "titel", "The title.", "sandsynligt"],
    ]
    assert rows(findings_view(FINDINGS, "rounding", "da")[0]) == [
        ["Boks 1, l. 40", "37%", "umulig procent", "Cut off.", "sikkert"]
    ]


def test_columns_are_named_in_both_languages() -> None:
    named = {lang: headings(findings_view(FINDINGS, "error", lang)[0]) for lang in LANGS}
    assert named["en"] == ["Place", "Printed", "Kind", "What is wrong", "How sure"]
    assert named["da"] == ["Sted", "Trykt", "Art", "Hvad der er galt", "Sikkerhed"]
    named = {lang: headings(claims_view(CLAIMS, codebook(), lang)[0]) for lang in LANGS}
    assert named["en"] == ["Place", "Claim", "Verdict", "Explanation"]
    assert named["da"] == ["Sted", "Påstand", "Vurdering", "Forklaring"]


@every_lang
def test_every_finding_is_in_one_table_with_its_row_unchanged(lang: Lang) -> None:
    parts = [findings_view(FINDINGS, severity, lang)[1] for severity in SEVERITIES]
    pd.testing.assert_frame_equal(pd.concat(parts), FINDINGS)


@pytest.mark.parametrize(("lang", "none"), [("da", "Ingen."), ("en", "None.")])
def test_without_findings_or_claims_only_the_frame_is_there(lang: Lang, none: str) -> None:
    table, data, state = findings_view(FINDINGS, "ambiguity", lang)
    assert (rows(table), len(data), state) == ([], 0, State("not_drawn", none))
    assert headings(table) == headings(findings_view(FINDINGS, "error", lang)[0])
    table, data, state = claims_view(claims(), codebook(), lang)
    assert (rows(table), len(data), state) == ([], 0, State("not_drawn", none))


@every_lang
def test_what_is_there_is_drawn(lang: Lang) -> None:
    assert findings_view(FINDINGS, "rounding", lang)[2] == DRAWN
    assert claims_view(CLAIMS, codebook(), lang)[2] == DRAWN


def test_a_claim_in_words_with_its_verdict() -> None:
    assert rows(claims_view(CLAIMS, codebook(), "en")[0]) == [
        ["Figure 1, l. 7", "Plan, Has (Care against Teeth): higher", "supported", "1 < 2 & so on."],
        ["l. 8", "Why, Money against Why, Staff (all): highest", "contradicted", "No."],
        ["l. 9", "Kroner (Care, change since 2020): increase", "not testable", "Open."],
        ["l. 10", "Plan, Yes (Small, of those that said Yes): more than half", "not testable", "Open."],
    ]
    assert rows(claims_view(CLAIMS, codebook(), "da")[0]) == [
        ["Figur 1, l. 7", "Plan, Har (Pleje mod Tænder): højere", "støttet", "1 < 2 & so on."],
        ["l. 8", "Hvorfor, Penge mod Hvorfor, Folk (alle): højest", "modsagt", "No."],
        ["l. 9", "Kroner (Pleje, ændring siden 2020): stigning", "kan ikke prøves", "Open."],
        ["l. 10", "Plan, Ja (Små, blandt dem der svarede Ja): mere end halvdelen", "kan ikke prøves", "Open."],
    ]


@every_lang
def test_claims_are_passed_on_unchanged(lang: Lang) -> None:
    pd.testing.assert_frame_equal(claims_view(CLAIMS, codebook(), lang)[1], CLAIMS)


@every_lang
@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("audit.kind_{}", get_args(Kind)),
        ("audit.severity_{}", SEVERITIES),
        ("audit.{}", get_args(Certainty)),
        ("claims.direction_{}", DIRECTIONS),
        ("claims.{}", get_args(Verdict)),
    ],
)
def test_everything_that_can_be_found_or_claimed_has_a_word_of_its_own(
    key: str, names: tuple[str, ...], lang: Lang
) -> None:
    assert len({text(key.format(name), lang) for name in names}) == len(names)
