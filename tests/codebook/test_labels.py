"""What a printed number is of, in words."""

from __future__ import annotations

import functools

import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.codebook.groups import parse_group
from analysis.codebook.labels import answer_label, group_labels, number_of
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR, study_names
from analysis.published import load_published
from tests.codebook import made_up

GROUPS = """\
size_classes: {small: {da: Små, en: Small, below: 30000}, large: {da: Store, en: Large}}
groups:
  area: {da: Område, en: Area, values: {care: {da: Pleje, en: Care}, dental: {da: Tænder, en: Teeth}}}
  knows: {da: Viden, en: Knowledge, values: {expert: {da: Eksperter, en: Experts}}}
items:
"""
PARTS = """\
  response:
    label: {da: Svar, en: Response}
    unit: questionnaires
    parts: {answered: {da: Besvaret, en: Answered}}
"""


@functools.cache
def codebook() -> Codebook:
    return made_up.codebook("items:\n", PARTS + GROUPS)


@pytest.mark.parametrize(
    ("group", "danish", "english"),
    [
        ("all", [], []),
        ("area:care;size:small", ["Pleje", "Små"], ["Care", "Small"]),
        ("size:small;area:care", ["Små", "Pleje"], ["Small", "Care"]),
        ("municipality:Falun;year:2020", ["Falun", "2020"], ["Falun", "2020"]),
        ("region:Nord", ["Nord"], ["Nord"]),
        ("since:2020", ["ændring siden 2020"], ["change since 2020"]),
        ("plan:yes", ["blandt dem der svarede Har"], ["of those that said Has"]),
        ("reasons:money", ["blandt dem der svarede Penge"], ["of those that said Money"]),
        ("area:case", ["Enkelttilfælde"], ["Single case"]),
    ],
)
def test_each_part_of_a_group_in_its_order(group: str, danish: list[str], english: list[str]) -> None:
    parts = parse_group(group)
    assert group_labels(codebook(), parts, made_up.YEAR, "da") == danish
    assert group_labels(codebook(), parts, made_up.YEAR, "en") == english


def test_the_answers_that_a_group_names_are_those_of_the_wave() -> None:
    assert group_labels(codebook(), {"plan": "yes"}, 2020, "en") == ["of those that said Yes"]


def test_a_value_of_a_dimension_is_no_answer_where_a_question_has_the_same_name() -> None:
    assert group_labels(codebook(), {"knows": "expert"}, made_up.YEAR, "en") == ["Experts"]
    assert group_labels(made_up.codebook(), {"knows": "yes"}, made_up.YEAR, "en") == ["of those that said Yes"]


@pytest.mark.parametrize(
    ("variable", "category", "danish", "english"),
    [
        ("plan", "", "Plan", "Plan"),
        ("plan", "never", "Plan, Aldrig", "Plan, Never"),
        ("plan", "no", "Plan, Har ikke", "Plan, Has not"),
        ("reasons", "money", "Hvorfor, Penge", "Why, Money"),
        ("found", "time", "Temaer, Tid", "Themes, Time"),
        ("response", "answered", "Svar, Besvaret", "Response, Answered"),
        ("kroner", "", "Kroner", "Kroner"),
    ],
)
def test_a_variable_and_its_answer(variable: str, category: str, danish: str, english: str) -> None:
    assert answer_label(codebook(), variable, category, made_up.YEAR, "da") == danish
    assert answer_label(codebook(), variable, category, made_up.YEAR, "en") == english


def test_an_answer_is_that_of_the_wave() -> None:
    assert answer_label(codebook(), "plan", "no", 2020, "en") == "Plan, No"


def test_the_roles_of_a_report_that_also_asked_for_them_are_not_answers() -> None:
    kik = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    assert group_labels(kik, {"role": "leader"}, 2023, "en") == ["Leaders"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("study", study_names())
def test_every_printed_number_of_the_reports_has_its_words(study: str, lang: Lang) -> None:
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    printed = load_published(RAW_DIR / study / "published.csv", book)
    columns = ["wave", "group", "variable", "category"]
    for wave, group, variable, category in printed[columns].drop_duplicates().itertuples(index=False):
        parts = parse_group(group)
        labels = group_labels(book, parts, wave, lang)
        assert len(labels) == len(parts)
        free = [value for key, value in parts.items() if key in ("municipality", "region", "year")]
        assert [label for label in labels if label in parts.values()] == free
        assert answer_label(book, variable, category, wave, lang).startswith(book.variables[variable].label[lang])


@pytest.mark.parametrize(
    ("name", "lang", "number"),
    [
        ("table_1", "da", "Tabel 1"),
        ("figure_5_1", "da", "Figur 5.1"),
        ("figure_5_1", "en", "Figure 5.1"),
        ("box_3", "en", "Box 3"),
        ("verdicts", "da", ""),
        ("organisation_age", "da", ""),
        ("rules_table", "en", ""),
    ],
)
def test_an_item_has_the_number_its_report_gives_it(name: str, lang: Lang, number: str) -> None:
    assert number_of(name, lang) == number
