"""The table of answers: the numbers in the questionnaire's order, as printed beside, and what it rests on."""

from __future__ import annotations

import functools

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.context import DRAWN
from analysis.disclosure import withhold
from analysis.lang import LANGS, Lang
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, responses_view
from tests import ssi
from tests.ssi import Basis
from tests.tables.html import headings, rows
from tests.written import written

JOINER = "\N{WORD JOINER}"
every_lang = pytest.mark.parametrize("lang", LANGS)


@functools.cache
def released(basis: Basis, *, controlled: bool = False) -> Released:
    estimates = ssi.estimates(basis)
    return Released(withhold(estimates, ssi.codebook(), ssi.wave(basis)) if controlled else estimates)


def view(
    name: str = "table_1", basis: Basis = "collected", lang: Lang = "en", *, controlled: bool = False
) -> tuple[GT, pd.DataFrame]:
    shown = released(basis, controlled=controlled)
    table, data, _ = responses_view(shown, ssi.published(), ssi.codebook(), ssi.wave(basis), lang, name)
    return table, data


def plain(table: GT) -> list[list[str]]:
    return [[cell.replace(JOINER, "") for cell in row] for row in rows(table)]


def test_answers_stand_in_order_with_print_beside() -> None:
    table, data = view()
    shown = plain(table)
    assert [row[0].partition(" (")[0] for row in shown] == [
        "Consultant", "Coordinator", "Manager", "Doctor", "Social and health care assistant",
        "Social and health care helper", "Health visitor", "Nurse", "Dentist", "Dental care", "Other", "All",
    ]  # fmt: skip
    assert shown[0][1:] == ["35", "36.5%", "35.7–37.8%", "35", "37%"]
    assert shown[4][1:] == ["0", "0.0%", "0.0–2.0%", "0", "0%"]
    assert shown[-1][1:] == ["96", "–", "–", "96", "–"]
    assert data["count"].to_list() == [35, 6, 14, 1, 0, 0, 2, 29, 0, 0, 9, 96]
    assert [data["low"].iloc[0], data["high"].iloc[0]] == pytest.approx([100 * 35 / 98, 100 * 37 / 98])
    assert data["printed_percent"].to_list()[:2] == ["37%", "6%"]


@every_lang
def test_headings_question_and_base_in_the_language(lang: Lang) -> None:
    table, _ = view(lang=lang)
    expected = {
        "da": ["Svar", "Antal", "Andel", "Hvad manglende svar kunne ændre", "Trykt, antal", "Trykt, andel"],
        "en": ["Answer", "Number", "Share", "What missing answers could change", "Printed, number", "Printed, share"],
    }
    assert headings(table)[:6] == expected[lang]
    text = BeautifulSoup(table.as_raw_html(), "html.parser").text
    for part in ("Hvad er din stillingsbetegnelse", "n = 96 (") if lang == "da" else ("What is your", "n = 96 ("):
        assert part in text
    assert ssi.wave().source[lang] in text


def test_of_respondents_the_base_and_the_interval_are_of_respondents() -> None:
    kik = written("kik_quality", 2023)
    table, data, _ = responses_view(Released(kik.estimates), kik.published, kik.codebook, kik.wave, "en", "table_1")
    assert headings(table)[3] == "95% interval"
    text = BeautifulSoup(table.as_raw_html(), "html.parser").text
    assert "n = 151 (respondents that answered; " in text
    assert "answers of one municipality may be alike" in text
    assert "missing municipalities" not in text
    assert data.set_index("category").loc["area_leader", "count"] == 47


def test_a_wave_that_print_says_nothing_of_has_no_columns_of_print() -> None:
    table, data, _ = responses_view(
        released("collected"), ssi.published().iloc[:0], ssi.codebook(), ssi.wave("collected"), "en", "table_1"
    )
    assert not any("Printed" in heading for heading in headings(table))
    assert set(data["printed_count"]) == {""}


def test_every_different_printed_number_of_a_cell_is_given() -> None:
    _, data = view("figure_1")
    cells = data[data["group"] == "all"].set_index("category")
    assert cells.loc["reduced", "printed_count"] == "1; 11"
    assert cells.loc["yes", "printed_percent"] == "75%; 77%"


def test_an_open_number_is_a_range() -> None:
    table, data = view("policy", "reconstructed")
    yes, no, unknown, every = plain(table)
    assert yes[1:4] == ["0–37", "0.0–38.5%", "–"]
    assert no[1:3] == ["59", "61.5%"]
    assert unknown[1:4] == yes[1:4]
    assert every[1] == "96"
    open_cells = data[data["category"].isin(["yes", "dont_know"])]
    assert open_cells["count"].isna().all()
    assert open_cells["identified_high"].to_list() == [37, 37]
    assert "31" not in BeautifulSoup(table.as_raw_html(), "html.parser").text


def test_a_withheld_number_is_in_neither_table_nor_data() -> None:
    table, data = view(controlled=True, lang="da")
    assert plain(table)[3][1:4] == ["skjult", "skjult", "–"]
    doctor = data[data["category"] == "doctor"]
    assert doctor[["count", "percent", "low", "high", "identified_low", "identified_high"]].isna().all(axis=None)


def test_several_questions_each_have_their_heading() -> None:
    table, data = view("cooperation")
    page = BeautifulSoup(table.as_raw_html(), "html.parser")
    assert len(page.select(".gt_group_heading")) == 2
    assert len(plain(table)) >= 8
    assert data["variable"].drop_duplicates().to_list() == ["special_agreement", "cooperation"]
    assert "Cooperation with other municipalities: n = 95" in page.text


def test_groups_and_totals_are_bold() -> None:
    page = BeautifulSoup(view("figure_3")[0].as_raw_html(), "html.parser")
    bold = [cell.text for cell in page.select("tbody th") if "bold" in str(cell.get("style"))]
    assert bold == ["Set up", "Not set up", "All"]


@every_lang
def test_only_a_reconstruction_says_across_its_head_that_it_is_one(lang: Lang) -> None:
    mark = {"da": "REKONSTRUERET – IKKE INDSAMLEDE SVAR", "en": "RECONSTRUCTED – NOT COLLECTED ANSWERS"}[lang]
    for basis in ("collected", "reconstructed"):
        page = BeautifulSoup(view(basis=basis, lang=lang)[0].as_raw_html(), "html.parser")
        (head,) = page.select("thead")
        assert (mark in head.text) is (basis == "reconstructed")
    spanner = page.find("th", string=lambda words: bool(words and mark in words)) or page.select_one(
        ".gt_column_spanner_outer"
    )
    assert spanner is not None
    assert spanner.get("colspan") == "5"


def test_a_table_of_several_bases_is_marked_if_any_is_reconstructed() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2]})
    for bases in (["collected", "reconstructed"], ["collected"]):
        marked = mark_reconstructed(GT(frame), pd.DataFrame({"basis": bases}), ["a", "b"], "en").as_raw_html()
        assert ("RECONSTRUCTED" in marked) is ("reconstructed" in bases)


def test_no_answers_are_an_empty_table_that_says_why() -> None:
    table, data, state = responses_view(
        Released(ssi.estimates().iloc[:0]), ssi.published(), ssi.codebook(), ssi.wave(), "en", "table_1"
    )
    assert data.empty
    assert rows(table) == []
    assert "The printed numbers say nothing about this question." in table.as_raw_html()
    assert "RECONSTRUCTED" in table.as_raw_html()
    assert state.status == "not_drawn"


def test_the_state_is_that_of_the_numbers() -> None:
    for basis, expected in (("collected", DRAWN.status), ("reconstructed", "partly")):
        wave = ssi.wave(basis)  # type: ignore[arg-type]
        _, _, state = responses_view(released(basis), ssi.published(), ssi.codebook(), wave, "da", "policy")
        assert state.status == expected
