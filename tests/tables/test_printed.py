"""Printed tables cell by cell, and lists of printed numbers: nothing left blank, each with its place."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.lang import LANGS, Lang
from analysis.published import COLUMNS
from analysis.tables.printed import printed_list_view, printed_table_view
from tests import naere
from tests.tables.html import headings, rows

BOXES = [name for name, item in naere.codebook().items.items() if item.kind == "box"]
LISTS = [name for name, item in naere.codebook().items.items() if item.form == "printed_list"]
VIEWS = {"printed_table": printed_table_view, "printed_list": printed_list_view}


def view(name: str, lang: Lang = "en") -> tuple[list[list[str]], list[str], pd.DataFrame, str, str]:
    """Return the cells, the headings, the data, and the state with its reason."""
    show = VIEWS[str(naere.codebook().items[name].form)]
    table, data, state = show(naere.released(), naere.codebook(), naere.wave(), lang, name)
    return rows(table), headings(table), data, state.status, state.reason


def test_the_table_of_diseases_is_all_there() -> None:
    cells, names, data, status, reason = view("table_6_1", "da")
    assert names == ["Sygdom", "Værdi"]
    assert cells == [
        ["Diabetes", "283.617 personer"],
        ["Hjerte-kar-sygdomme", "656.050 personer"],
        ["Kroniske lungesygdomme", "278.983 personer"],
        ["Knogleskørhed og leddegigt", "124.992 personer"],
        ["Psykiske sygdomme", "451.884 personer"],
    ]
    assert data["printed"].to_list() == ["283.617", "656.050", "278.983", "124.992", "451.884"]
    assert (status, reason) == ("drawn", "")


def test_cells_that_the_text_does_not_give_say_so() -> None:
    cells, names, data, status, reason = view("table_15_1")
    assert names == ["Year", "Municipalities", "Regions"]
    assert cells == [
        ["2007", "200 million kr (Prevention)", "about 1.3 billion kr"],
        ["2008", "300 million kr (Rehabilitation)", "about 2.25 billion kr"],
        ["2009", "not in the text", "about 1.6 billion kr"],
        ["2010", "not in the text", "about 1.75 billion kr"],
        ["2011", "not in the text", "about 2 billion kr"],
        ["2012", "not in the text", "about 1.5 billion kr"],
    ]
    assert len(data) == 8
    lacking = "; ".join(f"{year}, Municipalities" for year in range(2009, 2013))
    assert (status, reason) == ("partly", f"Not in the report's text: {lacking}.")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_a_row_for_each_number_and_no_cell_is_blank(name: str, lang: Lang) -> None:
    cells, names, data, status, _ = view(name, lang)
    assert len(cells) == len(data) > 0
    assert all(cell.strip() for row in cells for cell in row)
    assert len(names) == (5 if name in BOXES else 6)
    assert data["line"].is_monotonic_increasing
    assert status == "drawn"
    assert [row[3] for row in cells] == data["printed"].to_list()


def test_the_lists_and_tables_hold_all_that_is_printed_but_for_the_figures_own() -> None:
    shown = pd.concat([view(name)[2] for name in (*LISTS, "table_6_1", "table_15_1")])[list(COLUMNS)]
    published = naere.published()
    expected = published[~published["item"].str.startswith("figure_")]
    order = ["line", "variable", "group", "category", "statistic"]
    pd.testing.assert_frame_equal(
        shown.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
    )


def test_a_box_of_a_single_case_says_whose_it_is() -> None:
    cells = view("box_3")[0]
    assert cells[0] == [
        "Rate per day", "Single case, Glostrup, 2011, Municipalities", "1,235 kr", "1.235 kr.", "p. 23, l. 3359",
    ]  # fmt: skip


def test_running_text_says_which_figure_shows_it_too() -> None:
    cells, names, _, _, _ = view("text_rehabilitation", "da")
    assert names[-1] == "Også i"
    shown = {row[4]: row[5] for row in cells}
    assert shown["s. 41, l. 6078"] == "Figur 7.1, Figur 7.2"
    assert shown["s. 41, l. 6150"] == "Figur 7.3"
    assert shown["s. 44, l. 6550"] == "–"


def test_a_year_to_come_is_a_projection_in_a_list_too() -> None:
    cells = view("text_chronic")[0]
    assert "2035 (projection), Dementia" in [row[1] for row in cells]
