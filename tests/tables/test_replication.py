import re
from typing import get_args

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.lang import LANGS, NO_BREAK_SPACE, Lang, text
from analysis.published.compare import Evidence, Verdict, replicate
from analysis.tables.replication import verdicts_view
from tests import dalarna, ssi
from tests.tables.html import MARK, headings, rows


def replication(lang: Lang = "en") -> pd.DataFrame:
    return replicate(dalarna.published(), dalarna.estimates(), dalarna.codebook(), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_every_printed_number_has_its_row_in_order(lang: Lang) -> None:
    table, data = verdicts_view(replication(lang), dalarna.codebook(), lang)
    shown = rows(table)
    assert [row[2] for row in shown] == dalarna.published()["printed"].to_list()
    pd.testing.assert_frame_equal(data, replication(lang))
    assert len(headings(table)) == 7


def test_a_row_says_place_number_verdict_and_why() -> None:
    shown = rows(verdicts_view(replication(), dalarna.codebook(), "en")[0])
    falun = [row for row in shown if row[1].endswith(": Falun")]
    assert [row[:6] for row in falun] == [
        ["p. 10, l. 166", "Population: Falun", "59 945", "59,945", "equal", "recomputed from other printed numbers"],
        [
            "p. 10, l. 166", "Amount per municipality: Falun", "112 758", "112,758", "equal",
            "recomputed from other printed numbers",
        ],
        [
            "p. 10, l. 166", "Share of the cost (%): Falun", "20,9%", "20.9", "equal",
            "recomputed from other printed numbers",
        ],
    ]  # fmt: skip
    assert shown[0][:6] == ["p. 9, l. 145", "Part of a post (%)", "50%", "–", "no data", "–"]
    assert shown[-2][2:5] == ["539 000", "539,001", "rounding"]


def test_a_number_of_several_groups_names_each() -> None:
    found = replication().tail(1).assign(group="area:dental;purpose:steering")
    (row,) = rows(verdicts_view(found, dalarna.codebook(), "en")[0])
    # Keys are words of ours, not of the reader.
    assert row[1] == "Share of the cost (%): dental, steering"


@pytest.mark.parametrize("lang", LANGS)
def test_every_verdict_and_evidence_has_its_word(lang: Lang) -> None:
    words = {f"verdict.{verdict}" for verdict in get_args(Verdict)}
    words |= {f"evidence.{evidence or 'none'}" for evidence in get_args(Evidence)}
    assert len({text(key, lang) for key in words}) == len(words)


def survey() -> pd.DataFrame:
    printed = ssi.published()
    return printed[printed["wave"] == ssi.YEAR]


@pytest.mark.parametrize("lang", LANGS)
def test_a_surveys_numbers_have_their_rows(lang: Lang) -> None:
    found = replicate(survey(), ssi.estimates(), ssi.codebook(), lang, ssi.published())
    shown = rows(verdicts_view(found, ssi.codebook(), lang)[0])
    assert [row[2].replace(NO_BREAK_SPACE, " ") for row in shown] == survey()["printed"].to_list()


def test_rows_of_different_answers_read_differently() -> None:
    found = replicate(survey(), ssi.estimates(), ssi.codebook(), "en", ssi.published())
    found = found[found["variable"] == "organisation"]
    shown = rows(verdicts_view(found, ssi.codebook(), "en")[0])
    answers = set(zip(found["group"], found["category"], strict=True))
    assert len({row[1] for row in shown}) == len(answers)


def test_a_printed_number_is_not_broken_over_two_lines() -> None:
    table, _ = verdicts_view(replication(), dalarna.codebook(), "en")
    page = BeautifulSoup(table.as_raw_html(), "html.parser")
    assert f"539{MARK}000" in page.text
    assert not [cell for cell in page.find_all("td") if re.fullmatch(r"\d+ \d+", cell.text)]


def test_print_is_shown_as_text_whatever_stands_in_it() -> None:
    found = replication().tail(1).assign(printed="<5 & <b>6</b>")
    table, _ = verdicts_view(found, dalarna.codebook(), "en")
    (row,) = rows(table)
    assert row[2] == "<5 & <b>6</b>"
    assert BeautifulSoup(table.as_raw_html(), "html.parser").find("b") is None


def test_no_exceptions_are_an_empty_table() -> None:
    table, data = verdicts_view(replication().iloc[:0], dalarna.codebook(), "en")
    assert rows(table) == []
    assert data.empty
    assert len(headings(table)) == 7
