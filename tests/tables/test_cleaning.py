"""What cleaning did is told in numbers and sentences; of a collected export nothing that points at anybody."""

from __future__ import annotations

from typing import get_args

import pytest
from bs4 import BeautifulSoup

from analysis.estimates.participation import participation
from analysis.ingest.cleaning import LOG_COLUMNS, Action, Reason, Step
from analysis.ingest.identified import no_identification
from analysis.lang import LANGS, Lang, text
from analysis.release import Released
from analysis.tables.cleaning import cleaning_view, participation_view
from tests import ssi
from tests.estimates import surveys
from tests.ssi import Basis
from tests.tables.html import headings, rows

JOINER = "\N{WORD JOINER}"
every_lang = pytest.mark.parametrize("lang", LANGS)


@every_lang
def test_everything_that_cleaning_can_do_has_its_words(lang: Lang) -> None:
    for step in get_args(Step):
        assert text(f"cleaning.step_{step}", lang)
    for action in get_args(Action):
        assert text(f"cleaning.done_{action.replace(' ', '_')}", lang)
    for reason in get_args(Reason):
        assert text(f"cleaning.why_{reason}", lang).endswith(".")


def test_a_row_for_each_step_reason_and_question() -> None:
    table, data = cleaning_view(ssi.cleaning(), ssi.codebook(), ssi.wave("reconstructed"), "en")
    assert rows(table) == [
        ["Columns", "Column not used", "The codebook has no such question or option.", "", "2"],
        [
            "Who counts", "Response set aside",
            "The respondent answered that the condition for being counted is not met.", "Knowledge of the organisation",
            "1",
        ],
        [
            "Routing of the questionnaire", "Answer set aside",
            "By what was answered before, the question was not to be asked.", "Training within 12 months", "2",
        ],
        [
            "Name of the municipality", "Name respelled",
            "The name was spelt in another known way than in the register.", "", "3",
        ],
    ]  # fmt: skip
    assert data.columns.to_list() == ["step", "action", "reason", "question", "count"]
    assert "RECONSTRUCTED" in headings(table)[0]


@every_lang
def test_of_a_collected_export_few_rows_have_no_number(lang: Lang) -> None:
    table, data = cleaning_view(ssi.cleaning(), ssi.codebook(), ssi.wave("collected"), lang)
    # Columns are nobody's: their number may stand.
    assert data["count"].to_list() == ["2", "<3", "<3", "3"]
    assert [row[-1] for row in rows(table)] == ["2", "<3", "<3", "3"]
    strict = cleaning_view(ssi.cleaning(), ssi.codebook(), ssi.wave("collected", minimum_cell=5), lang)[1]
    assert strict["count"].to_list() == ["2", "<5", "<5", "<5"]


def test_a_question_asked_for_several_purposes_says_for_which() -> None:
    values = {
        "planning": surveys.LABEL | {"da": "Planlægning", "en": "Planning"},
        "steering": surveys.LABEL | {"da": "Styring", "en": "Steering"},
    }
    codebook = surveys.areas()
    purposes = codebook.groups["purpose"].model_validate({"da": "Formål", "en": "Purpose", "values": values})
    codebook = codebook.model_copy(update={"groups": {**codebook.groups, "purpose": purposes}})
    log = ssi.cleaning().iloc[[3]].assign(question="barriers@steering")
    table, data = cleaning_view(log, codebook, surveys.wave(), "da")
    label = codebook.variables["barriers"].label.da
    assert rows(table)[0][3] == f"{label}: Styring"
    assert data["question"].to_list() == ["barriers@steering"]


@pytest.mark.parametrize("basis", ["collected", "reconstructed"])
def test_no_municipality_row_or_value_is_shown(basis: Basis) -> None:
    log = ssi.cleaning()
    table, data = cleaning_view(log, ssi.codebook(), ssi.wave(basis), "en")
    page = BeautifulSoup(table.as_raw_html(), "html.parser").text + data.to_csv()
    for column in ("municipality", "value", "detail", "file"):
        # "yes" and "no" stand in other words, too.
        assert not [cell for cell in set(log[column]) - {"", "yes", "no"} if cell in page]
    assert not {"municipality", "row", "value", "detail", "file"} & set(data.columns)


def test_nothing_done_is_said() -> None:
    table, data = cleaning_view(ssi.cleaning().iloc[:0], ssi.codebook(), ssi.wave("collected"), "en")
    assert data.empty
    assert "Nothing was changed." in table.as_raw_html()
    assert tuple(ssi.cleaning().columns) == LOG_COLUMNS


def who(basis: Basis, lang: Lang) -> list[list[str]]:
    wave = ssi.wave(basis)
    found = participation(ssi.responses(), ssi.municipalities(), ssi.codebook(), wave, no_identification())
    table, data = participation_view(Released(found), ssi.published(), ssi.codebook(), wave, lang)
    assert len(data) == len(found)
    assert data.loc[data["printed"] != "", ["group", "category", "statistic", "printed"]].values.tolist() == [
        ["all", "", "percent", "96; 98%"]
    ]
    return [[cell.replace(JOINER, "") for cell in row] for row in rows(table)]


def test_who_answered_stands_by_size_and_region_with_all_last() -> None:
    shown = [row for row in who("collected", "en") if len(row) > 1]
    assert shown[2] == ["60,000 inhabitants and more", "39", "37", "94.9%", "2", "5.1%", "–"]
    assert shown[-2] == ["Syddanmark", "20", "19", "95.0%", "1", "5.0%", "–"]
    assert shown[-1] == ["All municipalities", "98", "96", "98.0%", "2", "2.0%", "96; 98%"]
    assert [row[0] for row in who("collected", "da") if len(row) == 1] == ["Efter størrelse", "Efter region", "I alt"]


def test_of_a_reconstruction_it_is_known_as_a_range_only() -> None:
    shown = [row for row in who("reconstructed", "da") if len(row) > 1]
    assert shown[2][2:] == ["37–39", "94,9–100,0 %", "0–2", "0,0–5,1 %", "–"]
    assert shown[-1][1:3] == ["98", "96"]
