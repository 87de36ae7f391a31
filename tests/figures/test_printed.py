"""Of a report that only prints: which numbers a figure shows, how they are written, and what it says of the rest."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from analysis.figures.printed import BESIDE, Mark, in_words, marks, shown_rows, whom, written
from analysis.lang import LANGS, NO_BREAK_SPACE, Lang
from analysis.published import COLUMNS
from analysis.release import Released
from analysis.strict_csv import read_rows
from tests import naere
from tests.figures.canvas import drawn_texts
from tests.figures.joined import joined_points, marked
from tests.figures.naere_figures import FIGURES, drawn
from tests.figures.texts import unreadable

# Counted in the report: the figures whose values its text has none of.
WITHOUT = {
    "figure_5_2", "figure_5_6", "figure_6_2", "figure_6_3", "figure_7_4", "figure_8_1", "figure_8_2", "figure_8_3",
    "figure_8_4", "figure_9_2", "figure_9_3", "figure_10_1", "figure_13_1", "figure_13_2", "figure_14_1",
    "figure_15_1", "figure_15_2",
}  # fmt: skip
every_figure = pytest.mark.parametrize("name", FIGURES)
every_lang = pytest.mark.parametrize("lang", LANGS)


def lines_of(name: str) -> dict[int, bool]:
    """Return the lines of the numbers that an item shows, and whether each stands beside its own."""
    rows = shown_rows(naere.released(), naere.codebook(), name)
    return dict(zip(rows["line"], rows[BESIDE], strict=True))


def found(name: str, lang: Lang = "en") -> list[Mark]:
    rows = shown_rows(naere.released(), naere.codebook(), name)
    return marks(rows, naere.codebook(), name, naere.wave(), lang)


# Which numbers


def test_every_printed_number_is_shown_on_the_page_of_its_chapter() -> None:
    released = naere.released()
    for chapter, rows in released.rows.groupby("chapter"):
        items = naere.codebook().items_of(naere.NOTEBOOK, str(chapter))
        shown = {place for name in items for place in shown_rows(released, naere.codebook(), name).index}
        assert set(rows.index) <= shown, chapter


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("figure_5_3", {2718: False}),
        ("figure_5_4", {2765: False}),
        ("figure_5_5", {2874: False, 2917: False, 2919: False, 2925: False}),
        # The country in the figure's year, but neither 2007 nor other regions.
        ("figure_5_6", {3066: True}),
        ("figure_7_1", {6078: False, 6084: False, 6086: False, 6088: False}),
        ("figure_7_4", {6165: True}),
        # All ages in 2000 and 2009, and one age in a year that the figure does not have.
        ("figure_9_3", {8836: True, 8838: True}),
        # Not schoolchildren, nor those of other ages.
        ("figure_8_4", {7914: False}),
        # All practices are no form of practice; the end of the 1970s is a time.
        ("figure_12_2", {12064: False, 12066: True, 12068: False}),
        ("figure_13_1", {}),
        ("figure_13_3", {12741: False}),
        ("table_6_1", {4231: False, 4233: False, 4235: False, 4237: False, 4239: False}),
        ("box_9", {5336: False}),
    ],
)
def test_an_item_shows_what_is_printed_of_just_what_it_is_about(name: str, lines: dict[int, bool]) -> None:
    assert lines_of(name) == lines


def test_single_cases_are_shown_by_their_box_alone() -> None:
    released = naere.released()
    cases = released.rows["group"].str.startswith("area:case") & (released.rows["item"] != "text")
    kinds = {
        naere.codebook().items[name].kind
        for name in FIGURES
        if cases[shown_rows(released, naere.codebook(), name).index].any()
    }
    assert cases.sum() > 40
    assert kinds == set()


def test_a_chapters_text_shows_the_numbers_of_its_text_alone() -> None:
    rows = shown_rows(naere.released(), naere.codebook(), "text_steering")
    assert rows["line"].to_list() == [13702, 13872]


# As what


@pytest.mark.parametrize(
    ("line", "da", "en"),
    [
        (2718, "14 %", "14%"),
        (2765, "13,9 %", "13.9%"),
        (6084, "mindst 73.472 planer", "at least 73,472 plans"),
        (6150, "1.333 mio. kr.", "1,333 million kr"),
        (2680, "ca. 24 mia. kr.", "about 24 billion kr"),
        (14744, "300 mio. kr.", "300 million kr"),
        (3359, "1.235 kr.", "1,235 kr"),
        (3241, "ca. 2/3", "about 2/3"),
        (10067, "højst 1/2", "at most 1/2"),
        (7949, "8–12 %", "8–12%"),
        (6067, "indeks 100", "index 100"),
        (2983, "9,7 dage", "9.7 days"),
        (7422, "25", "25"),
        (13702, "0 aftaler", "0 agreements"),
    ],
)
def test_a_number_is_written_with_the_decimals_and_the_reserve_of_print(line: int, da: str, en: str) -> None:
    rows = naere.released().rows
    row = rows[(rows["line"] == line) & ((rows["statistic"] != "base") | (line == 7422))].iloc[0]
    unit = naere.codebook().variables[row["variable"]].unit or ""
    assert written(row, unit, "da").replace(NO_BREAK_SPACE, " ") == da
    assert written(row, unit, "en").replace(NO_BREAK_SPACE, " ") == en


def test_a_year_after_the_reports_own_is_a_projection() -> None:
    labels = whom(naere.codebook(), "year:2035;disease:dementia", naere.wave(), "en")
    assert labels == ["2035 (projection)", "Dementia"]
    assert whom(naere.codebook(), "year:2011", naere.wave(), "en") == ["2011"]
    told = [in_words(mark, "en").replace(NO_BREAK_SPACE, " ") for mark in found("figure_5_1")]
    assert told == [
        "Growth in persons (%), Over 65 years, 2020 (projection): 22%",
        "Growth in persons (%), Over 80 years, 2020 (projection): 16%",
    ]


def test_a_number_that_stands_twice_is_marked_once_and_another_one_beside_it() -> None:
    released = naere.released()
    twice = released.rows[released.rows["line"] == 6086]
    other = twice.assign(value=100469.0)
    rows = shown_rows(Released(pd.concat([twice, twice, other], ignore_index=True)), naere.codebook(), "figure_7_1")
    values = [mark.at for mark in marks(rows, naere.codebook(), "figure_7_1", naere.wave(), "en")]
    assert values == [100468, 100469]


def test_a_change_says_between_which_years() -> None:
    (mark,) = found("figure_5_3")
    assert (mark.since, mark.year) == (2007, 2010)
    assert in_words(mark, "en") == "change 2007–2010: 14%"


# How much of it


@every_lang
def test_a_figure_is_drawn_in_part_or_not_at_all_and_says_what_the_rest_takes(lang: Lang) -> None:
    states = {name: drawn(name, lang).state for name in FIGURES}
    assert len(states) == 31
    assert {name for name, state in states.items() if state.status == "not_drawn"} == WITHOUT
    assert {state.status for state in states.values()} == {"partly", "not_drawn"}
    for name, state in states.items():
        needs = FIGURES[name].needs
        assert needs is not None
        assert needs[lang] in state.reason


@every_lang
@every_figure
def test_the_alt_text_names_the_data_needed_and_every_number(name: str, lang: Lang) -> None:
    alt = drawn(name, lang).alt
    needs = FIGURES[name].needs
    assert needs is not None
    assert needs[lang] in alt
    for mark in found(name, lang):
        assert mark.written in alt
    empty = "Tom ramme." if lang == "da" else "Empty frame."
    assert alt.startswith(empty) == (not found(name, lang))


@every_figure
def test_the_data_are_the_rows_of_published_csv_letter_by_letter(name: str) -> None:
    data = drawn(name).data
    printed = [row.cells for row in read_rows(naere.FOLDER / "published.csv", COLUMNS)]
    keys = [(row["line"], row["variable"], row["group"], row["category"], row["statistic"]) for row in printed]
    assert (set(data["basis"]) or {"published"}) == {"published"}
    for row in data.to_dict("records"):
        cells = printed[
            keys.index((str(row["line"]), row["variable"], row["group"], row["category"], row["statistic"]))
        ]
        for column in ("item", "chapter", "qualifier", "printed", "page", "wave"):
            assert str(row[column]) == cells[column]
        assert row["value"] == float(cells["value"])
        assert (
            math.isnan(row["value_high"])
            if not cells["value_high"]
            else row["value_high"] == float(cells["value_high"])
        )
    shown = shown_rows(naere.released(), naere.codebook(), name)
    assert data["line"].to_list() == shown["line"].to_list()


# What is drawn


@every_lang
@every_figure
def test_everything_can_be_read(name: str, lang: Lang) -> None:
    assert unreadable(drawn(name, lang).figure) == []


@every_figure
def test_every_number_and_the_basis_stand_in_the_picture(name: str) -> None:
    words = " ".join(text.replace("\n", " ") for text, _ in drawn_texts(drawn(name).figure))
    assert "Basis: numbers printed in the report." in words
    for mark in found(name):
        assert mark.written in words


@every_figure
def test_no_line_joins_printed_points(name: str) -> None:
    assert joined_points(drawn(name).figure) == []


def test_a_line_that_joins_them_would_be_seen() -> None:
    figure = drawn("figure_7_1", "da").figure
    (axis,) = figure.axes
    places = marked(figure)
    assert len(places) == 3
    (line,) = axis.plot(*zip(*[axis.transData.inverted().transform(place) for place in places], strict=True))
    assert len(joined_points(figure)) == len(list(itertools.pairwise(places)))
    line.remove()
