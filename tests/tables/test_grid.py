"""Tables of answers by group: each share with print below it, open ones as ranges, withheld ones as words."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.context import State
from analysis.lang import LANGS, Lang
from analysis.release import Released
from analysis.tables.grid import grid_view
from tests import klk
from tests.tables.html import headings, rows

SPACE, JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
AREAS = ["home_care", "rehabilitation", "prevention", "dental", "health_visiting", "substance_abuse"]


def view(name: str, estimates: pd.DataFrame, lang: Lang = "en") -> tuple[GT, pd.DataFrame, State]:
    return grid_view(Released(estimates), klk.published(), klk.codebook(), klk.wave(), lang, name)


def plain(table: GT) -> list[list[str]]:
    return [[cell.replace(JOINER, "").replace(SPACE, " ") for cell in row] for row in rows(table)]


def test_each_share_has_print_below_it() -> None:
    table, data, state = view("table_3", klk.made_up_rows("table_3"))
    shown = plain(table)
    # Lines 434-456 of the report. Of 60 answers the first category has 4, the second 5, …
    assert shown[0][1:] == ["6.7%"] * 7
    assert shown[1] == ["Printed", "56,9%", "40,3%", "64,8%", "42,5%", "73,9%", "73,2%", "46,5%"]
    assert shown[2][1:] == ["8.3%"] * 7
    assert shown[3] == ["Printed", "2,8%", "0,0%", "1,4%", "4,11%", "4,0%", "2,8%", "4,2%"]
    assert len(shown) == 10
    assert state.status == "drawn"
    first = data[(data["group"] == "area:dental") & (data["category"] == "unit_leader")].iloc[0]
    assert first[["count", "percent", "low", "high"]].to_list() == pytest.approx([4, 100 * 4 / 60, 8 / 3, 35 / 3])
    assert first["printed"] == "73,9%"
    bases = data[data["category"] == ""]
    assert bases["group"].to_list() == ["all", *(f"area:{area}" for area in AREAS)]
    assert set(bases["count"]) == {60}


@pytest.mark.parametrize("name", ["table_5", "table_6", "table_7", "table_8"])
def test_the_cells_of_print_are_those_of_the_report(name: str) -> None:
    table, data, _ = view(name, klk.made_up_rows(name))
    printed = klk.published()
    own = printed[(printed["item"] == name) & (printed["statistic"] == "percent")]
    item = klk.codebook().items[name]
    lines = [row[1:] for row in plain(table) if row[0] == "Printed"]
    assert len(lines) == len(item.categories)
    for category, line in zip(item.categories, lines, strict=True):
        cells = own[own["category"] == category].set_index("group")["printed"]
        assert line == [cells[group] for group in ("all", *(f"area:{area}" for area in AREAS))]
    assert set(data["category"]) == {"", *item.categories}


def test_what_print_leaves_open_is_a_hatched_range() -> None:
    estimates = klk.made_up_rows("table_6")
    cell = (estimates["group"] == "area:dental") & (estimates["category"] == "none")
    for statistic, ends in {"count": [6.0, 12.0], "percent": [10.0, 20.0]}.items():
        own = cell & (estimates["statistic"] == statistic)
        estimates.loc[own, ["value", "low", "high"]] = np.nan
        estimates.loc[own, ["identified_low", "identified_high"]] = ends
    table, data, state = view("table_6", estimates)
    assert plain(table)[4][5] == "10.0–20.0%"
    hatched = BeautifulSoup(table.as_raw_html(), "html.parser").find_all(style=re.compile("repeating-linear-gradient"))
    assert [tag.text.replace(JOINER, "") for tag in hatched] == ["10.0–20.0%"]
    row = data[(data["group"] == "area:dental") & (data["category"] == "none")].iloc[0]
    assert row[["identified_low", "identified_high"]].to_list() == [10, 20]
    assert pd.isna(row["percent"])
    assert state.status == "partly"
    assert "every value in between agrees" in table.as_raw_html()


@pytest.mark.parametrize("lang", LANGS)
def test_groups_question_and_base_in_the_language(lang: Lang) -> None:
    table, _, _ = view("table_6", klk.made_up_rows("table_6"), lang)
    heads = [" ".join(head.replace(SPACE, " ").split()) for head in headings(table)]
    expected = ["Tandpleje, n = 60", "Lagt sammen over formål, n = 60"]
    assert set(["Dental care, n = 60", "Pooled over purpose, n = 60"] if lang == "en" else expected) <= set(heads)
    words = BeautifulSoup(table.as_raw_html(), "html.parser").text
    ask = klk.codebook().variables["system_records"].ask
    assert ask is not None
    assert ask[lang] in words
    assert "n = 60 (" in words


def test_only_a_reconstruction_says_across_its_head_that_it_is_one() -> None:
    estimates = klk.made_up_rows("table_6")
    for basis in ("collected", "reconstructed"):
        head = BeautifulSoup(view("table_6", estimates.assign(basis=basis))[0].as_raw_html(), "html.parser").thead
        assert head is not None
        assert ("RECONSTRUCTED" in head.text) is (basis == "reconstructed")


def test_without_numbers_it_is_an_empty_table_that_says_why() -> None:
    table, data, state = view("table_6", klk.made_up_rows("table_6").iloc[:0])
    assert data.empty
    assert plain(table) == []
    assert state.status == "not_drawn"
