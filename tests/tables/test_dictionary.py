"""A codebook set out to be read: what was asked, of whom, and where the report shows it."""

from __future__ import annotations

from typing import Any, get_args

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.codebook import Codebook
from analysis.codebook.groups import FREE_KEYS
from analysis.codebook.items import Form, Item
from analysis.codebook.questions import BaseKind, Category, Kind, Unit
from analysis.context import DRAWN, State
from analysis.lang import LANGS, NOTHING, Lang, text
from analysis.published import COLUMNS
from analysis.tables.dictionary import codebook_counts, groups_view, items_view, questions_view
from tests import dalarna, ssi
from tests.codebook import made_up

every_lang = pytest.mark.parametrize("lang", LANGS)

ADDED = """\
  chiefs:
    label: {da: "Chefer & ledere", en: "Chiefs & <leaders>"}
    ask: {da: Har I behov, en: Have you a need}
    level: respondent
    options:
      dental: {code: 1, da: Tænder, en: Teeth}
      care: {code: 2, da: Pleje, en: Care}
    asked_per: [purpose, area]
    weights: [1, 0.5]
  response:
    label: {da: Svarprocent, en: Response}
    unit: questionnaires
    definition: {da: Skemaer, en: Questionnaires}
    parts:
      answered: {da: Besvaret, en: Answered}
      rest: {da: Ikke besvaret, en: Not answered}
groups:
  area:
    {da: Område, en: Area, partition: true, values: {dental: {da: Tænder, en: Teeth}, care: {da: Pleje, en: Care}}}
  purpose:
    {da: Formål, en: Purpose, values: {planning: {da: Planlægning, en: Planning}}}
size_classes:
  small: {da: Små, en: Small, municipalities: 45}
  larger: {da: Større, en: Larger, municipalities: 45}
  largest: {da: Største, en: Largest, municipalities: 8}
items:
  figure_6_2:
    kind: figure
    form: multiple_response
    chapter: plans
    printed: true
    page: 22
    variables: [chiefs]
    group: "area:dental;year:2010;plan:old"
    by: [size, purpose, municipality]
    base: asked
    needs: {da: Eksporten, en: The export}
    note: {da: Svar 424., en: Answers 424.}
    title: {da: Behov, en: Needs}
  box_1:
    kind: box
    chapter: plans
    printed: true
    concept: true
    title: {da: Hvad er en plan, en: What is a plan}
"""


def added() -> Codebook:
    """Return the made-up codebook with answers of half a weight, parts, dimensions and classes by rank."""
    return made_up.codebook("items:\n", ADDED)


def nothing_printed() -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS))


def cells(table: GT, name: str) -> list[list[str]]:
    """Return the row of a variable or an item: each cell as its lines."""
    body = BeautifulSoup(table.as_raw_html(), "html.parser").find("tbody")
    assert body is not None
    (row,) = (row for row in body.find_all("tr") if row.code is not None and row.code.text == name)
    return [cell.get_text("\n", strip=True).split("\n") for cell in row.find_all(["th", "td"])]


def asked(name: str, lang: Lang = "en", year: int = ssi.YEAR, **wave: Any) -> list[list[str]]:
    """Return the row of an SSI question."""
    given = ssi.wave(year=year, **wave)
    return cells(questions_view(ssi.codebook(), given, ssi.published_of(year), lang)[0], name)


def made(name: str, lang: Lang = "en", **wave: Any) -> list[list[str]]:
    """Return the row of a question of the made-up codebook."""
    return cells(questions_view(added(), made_up.wave(**wave), nothing_printed(), lang)[0], name)


@every_lang
def test_everything_a_codebook_can_say_has_its_words(lang: Lang) -> None:
    missing = get_args(get_args(Category.model_fields["missing"].annotation)[0])
    words = {
        "kind": get_args(Kind), "unit": get_args(Unit), "base": get_args(BaseKind), "form": get_args(Form),
        "level": ("municipality", "respondent"), "key": ("size", "area", *FREE_KEYS), "missing": missing,
    }  # fmt: skip
    values = {"unit": "x", "answer": "x"}
    assert all(text(f"dictionary.{family}_{name}", lang, **values) for family in words for name in words[family])
    for kind in get_args(Item.model_fields["kind"].annotation):
        assert text(f"dictionary.{kind}", lang, number="1").endswith(" 1")


def test_a_question_in_danish_and_english_with_its_answers_and_where_it_is_shown() -> None:
    assert asked("organisation_age") == [
        [
            "Age of the organisation", "organisation_age",
            "Hvor længe har I haft en hygiejneorganisation? (ordlyd ikke trykt)",
            "For how long have you had the organisation? (wording not printed)",
        ],
        [
            "One answer", "1 More than 3 years (over_3_years)", "2 Within the last 3 years (last_3_years)",
            "3 Within the last 12 months (last_12_months)", "4 Don't know (dont_know): missing (don't know)",
        ],
        [
            "About the municipality, whoever answers",
            "Only those who, on “Infection control organisation”, answered “Established”",
            "Per cent of those who answered, don't know included",
        ],
        ["Only here: How old the organisation is", "Printed numbers: 6"],
    ]  # fmt: skip


@every_lang
def test_both_languages_are_marked_as_what_they_are(lang: Lang) -> None:
    table, data = questions_view(dalarna.codebook(), dalarna.wave(), dalarna.published(), lang)
    page = BeautifulSoup(table.as_raw_html(), "html.parser")
    assert [row.text for row in page.select("[lang=da]")] == [row for row in data["question_da"] if row]
    assert [row.text for row in page.select("[lang=en]")] == [row for row in data["question_en"] if row]
    assert "Kommunens del af udgiften" in data["question_da"].to_list()


def test_groups_of_answers_items_that_compare_it_and_the_wave_that_asked_otherwise() -> None:
    question, answers, of_whom, report = asked("organisation")
    assert question[:2] == ["Infection control organisation", "organisation"]
    assert answers[8:] == [
        "Established (yes): answers 1, 2, 3",
        "Not established (no): answers 4, 5, 6",
        "Percentages also within: Established, Not established",
        "Other answers in 2020: Yes; No; Don't know",
    ]
    assert of_whom[1] == "Asked of all"
    assert report == [
        "Figure 1",
        "Table 2",
        "Only here: The change from wave to wave; What the same municipalities may have done",
        "Printed numbers: 48",
    ]


def test_the_answers_are_those_of_the_wave() -> None:
    answers = asked("organisation", "da", 2020)[1]
    assert answers[:4] == ["Ét svar", "1 Ja (yes)", "2 Nej (no)", "3 Ved ikke (dont_know): manglende svar (ved ikke)"]
    assert answers[-1].startswith("Andre svar i andre år: Ja, den er etableret og uændret siden år 2020; ")


def test_a_question_that_the_wave_could_not_or_did_not_ask() -> None:
    assert asked("increased_reasons", year=2020)[1][-1] == (
        "Not asked in 2020: the answer that led to the question did not exist"
    )
    assert asked("increased_reasons")[1][-1] == "2 Political support (political_support)"
    assert asked("policy", not_asked=["policy"])[1][-1] == "Not asked in 2024"
    assert "Not asked in 2024" not in asked("policy")[1]


def test_percentages_of_all_of_an_option_that_few_were_asked() -> None:
    assert asked("coordinator_background", "da")[2] == [
        "Om kommunen, uanset hvem der svarer",
        "Kun dem, der ved “Hygiejnekoordinatorer” svarede “Ja, de er udvalgt”",
        "Procent af alle, også dem der ikke blev spurgt",
    ]


def test_who_counts_at_all_stands_below() -> None:
    table = questions_view(ssi.codebook(), ssi.wave(), ssi.published_of(2024), "en")[0].as_raw_html()
    assert "Only those responses count that, on “Knowledge of the organisation”, answered “Yes”." in table
    assert "responses count" not in questions_view(
        dalarna.codebook(), dalarna.wave(), dalarna.published(), "en"
    )[0].as_raw_html()  # fmt: skip


def test_how_often_it_was_asked_and_what_an_answer_counts() -> None:
    assert made("chiefs", "da")[0][:2] == ["Chefer & ledere", "chiefs"]
    assert made("chiefs") == [
        ["Chiefs & <leaders>", "chiefs", "Har I behov", "Have you a need"],
        ["Several answers possible", "1 Teeth (dental)", "2 Care (care)"],
        [
            "About the respondent, or their judgement", "Asked of all", "Once for each value of: Purpose, Area",
            "An answer counts 1 or 0.5", "Per cent of those who were asked",
        ],
        ["Figure 6.2", "No printed numbers"],
    ]  # fmt: skip
    assert made("chiefs", "da")[2][3] == "Et svar tæller 1 eller 0,5"


def test_a_quantity_has_a_unit_and_parts_and_was_asked_of_nobody() -> None:
    assert made("response") == [
        ["Response", "response", "Skemaer", "Questionnaires"],
        ["Number: questionnaires", "Answered (answered)", "Not answered (rest)"],
        [NOTHING],
        ["No printed numbers"],
    ]
    assert made("kroner", "da")[:2] == [["Kroner", "kroner"], ["Tal: kr."]]


def test_questions_first_then_what_was_found_then_quantities_each_in_the_codebooks_order() -> None:
    table, data = questions_view(added(), made_up.wave(), nothing_printed(), "en")
    assert data["variable"].to_list() == [
        "knows", "plan", "reasons", "trained", "background", "remarks", "chiefs", "found", "kroner", "response",
    ]  # fmt: skip
    headings = BeautifulSoup(table.as_raw_html(), "html.parser").select(".gt_group_heading")
    assert [heading.text for heading in headings] == [
        "Questions", "Found in open answers by the report's authors", "Quantities that were not asked about",
    ]  # fmt: skip


@every_lang
def test_every_printed_number_is_counted_once(lang: Lang) -> None:
    for codebook, wave, printed, n in (
        (ssi.codebook(), ssi.wave(), ssi.published_of(2024), 249),
        (ssi.codebook(), ssi.wave(year=2020), ssi.published_of(2020), 71),
        (dalarna.codebook(), dalarna.wave(), dalarna.published(), 51),
    ):
        data = questions_view(codebook, wave, printed, lang)[1]
        assert data["variable"].is_unique
        assert set(data["variable"]) == set(codebook.variables)
        assert data["numbers"].sum() == len(printed) == n


def test_the_data_are_the_same_words_without_markup() -> None:
    data = questions_view(added(), made_up.wave(), nothing_printed(), "en")[1].set_index("variable")
    assert data.columns.to_list() == [
        "label", "question_da", "question_en", "kind", "answers", "wave", "level", "asked_of", "base", "items",
        "own_items", "numbers",
    ]  # fmt: skip
    assert data.loc["chiefs", "label"] == "Chiefs & <leaders>"
    assert data.loc["chiefs", "asked_of"] == (
        "Asked of all; Once for each value of: Purpose, Area; An answer counts 1 or 0.5"
    )
    assert data.loc["trained", "asked_of"] == "Only those who, on “Why”, answered “Staff”"
    assert data.loc["plan", "base"] == "Per cent of those who answered other than don't know"


def test_the_reports_items_with_what_they_show_and_who_makes_them() -> None:
    table, data = items_view(ssi.codebook(), ssi.wave(), ssi.published_of(2024), "en")
    assert data["item"].to_list() == ["table_1", *(f"figure_{n}" for n in range(1, 8)), "table_2", "table_3"]
    assert cells(table, "table_1") == [
        ["Table 1", "table_1", "p. 9"],
        ["Stillingsbetegnelser på respondenter af spørgeskemaundersøgelse", "Positions of the respondents"],
        ["Distribution of answers", "Position"],
        ["Made by: What the municipalities answered (02_describe)"],
    ]
    compared = dict(zip(data["item"], data["variables"], strict=True))["table_2"].split("; ")
    assert (len(compared), compared[0], compared[-1]) == (10, "Infection control organisation", "Took part in HALT")
    assert cells(table, "table_2")[3] == ["Made by: Comparison with the wave before (04_compare)"]
    first = items_view(ssi.codebook(), ssi.wave(year=2020), ssi.published_of(2020), "da")[0]
    assert cells(first, "table_2")[3] == [
        "Ikke i denne bølge: Sammenligning med bølgen før (04_compare) kræver en bølge før"
    ]


def test_an_item_of_a_part_that_nobody_has_the_data_of() -> None:
    table, data = items_view(added(), made_up.wave(), nothing_printed(), "en")
    assert cells(table, "figure_6_2") == [
        ["Figure 6.2", "figure_6_2", "p. 22"],
        ["Behov", "Needs"],
        [
            "Shares that chose each answer", "Chiefs & <leaders>", "Area: Teeth", "Year: 2010", "Plan: Old",
            "Split by: Size of the municipality, Purpose, Municipality",
        ],
        ["Not made here", "Needs: The export", "Answers 424."],
    ]  # fmt: skip
    assert cells(table, "box_1") == [
        ["Box 1", "box_1"],
        ["Hvad er en plan", "What is a plan"],
        [NOTHING],
        ["A concept or definition without numbers"],
    ]
    assert data.set_index("item").loc["figure_6_2", "group"] == "Area: Teeth; Year: 2010; Plan: Old"


def test_an_item_that_declares_no_variables_shows_those_it_prints() -> None:
    shown = items_view(dalarna.codebook(), dalarna.wave(), dalarna.published(), "en")[1]
    assert shown["variables"].to_list() == ["Population; Amount per municipality; Share of the cost (%)"]
    assert items_view(dalarna.codebook(), dalarna.wave(), nothing_printed(), "en")[1]["variables"].to_list() == [""]


def test_size_classes_have_bounds_of_inhabitants_or_of_rank() -> None:
    _, data, state = groups_view(ssi.codebook(), "da")
    assert state == DRAWN
    assert data["bounds"].to_list() == [
        "Under 30.000 indbyggere", "Fra 30.000 til under 60.000 indbyggere", "Fra 60.000 indbyggere",
    ]  # fmt: skip
    table, data, _ = groups_view(added(), "en")
    assert data[["dimension", "value", "label", "bounds"]].to_numpy().tolist() == [
        ["size", "small", "Small", "Number 1 to 45, the smallest municipality being number 1"],
        ["size", "larger", "Larger", "Number 46 to 90, the smallest municipality being number 1"],
        ["size", "largest", "Largest", "Number 91 to 98, the smallest municipality being number 1"],
        ["area", "dental", "Teeth", "The groups exclude each other and together are all"],
        ["area", "care", "Care", "The groups exclude each other and together are all"],
        ["purpose", "planning", "Planning", ""],
    ]
    assert cells(table, "planning") == [["Planning", "planning"], [NOTHING]]


@every_lang
def test_a_study_without_groups_says_so(lang: Lang) -> None:
    table, data, state = groups_view(dalarna.codebook(), lang)
    reason = {
        "da": "Rapporten deler ikke sine tal op i grupper.",
        "en": "The report does not split its numbers by groups.",
    }[lang]
    assert state == State("not_drawn", reason)
    assert data.empty
    assert reason in table.as_raw_html()


def test_what_there_is_is_counted() -> None:
    counts = codebook_counts(ssi.codebook(), ssi.wave("collected"), ssi.published_of(2024))
    assert dict(zip(counts["variable"], counts["value"], strict=True)) == {
        "asked": 38, "others": 8, "numbers": 249, "items": 10,
    }  # fmt: skip
    # No count of anybody's answers: there is nothing to withhold.
    assert set(counts["basis"]) == {"published"}
