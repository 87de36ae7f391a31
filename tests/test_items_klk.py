"""The report on health data, whole: each of its tables and figures is declared, in its order, and set out or a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from analysis.codebook.items import Item
from analysis.context import begin
from analysis.items import show_items
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import klk
from tests.written import written

NOTEBOOK = "02_describe"
PRINTED: dict[str, Item] = {name: item for name, item in klk.codebook().items.items() if item.printed}
CHAPTERS = [
    "method", "across", "home_care", "rehabilitation", "prevention", "dental", "health_visiting", "substance_abuse",
]  # fmt: skip


def numbers(kind: str) -> list[int]:
    return [int(name.partition("_")[2]) for name, item in PRINTED.items() if item.kind == kind]


def test_there_are_as_many_tables_and_figures_as_the_report_has() -> None:
    assert numbers("table") == list(range(1, 10))
    assert numbers("figure") == list(range(1, 70))
    assert len(PRINTED) == 78


def test_they_stand_in_the_order_of_the_report() -> None:
    pages = [item.page or 0 for item in PRINTED.values()]
    assert pages == sorted(pages)
    assert klk.codebook().chapters_of(NOTEBOOK) == CHAPTERS
    places = [CHAPTERS.index(item.chapter) for item in PRINTED.values()]
    assert places == sorted(places)


def test_each_is_drawn_or_a_line_or_a_frame_that_says_what_it_needs() -> None:
    assert {item.notebook for item in PRINTED.values()} == {NOTEBOOK}
    for name, item in PRINTED.items():
        ways = (item.concept, item.form is not None, item.form is None and item.needs is not None)
        assert sum(ways) == 1, name
    concepts = {name for name, item in PRINTED.items() if item.concept}
    # Definitions and tasks, models and timelines; what is told of one municipality has no result of the survey.
    assert concepts == {"table_1", "table_4", "table_9", *(f"figure_{n}" for n in (26, 27, 36, 37, 52, 61, 62))}
    assert {name for name, item in PRINTED.items() if not item.concept and item.form is None} == {
        "figure_28",
        "figure_53",
    }


def test_the_six_areas_have_the_same_seven_figures() -> None:
    of_area = {
        chapter: [
            (item.form, item.variables, item.by) for item in PRINTED.values() if item.chapter == chapter and item.form
        ]
        for chapter in CHAPTERS[2:]
    }
    assert {len(shown) for shown in of_area.values()} == {7, 9}
    # Home care has two figures more, of the common language.
    extra = [shown for shown in of_area.pop("home_care") if shown[1] not in (["fs3_use"], ["fs3_need"])]
    assert all(shown == extra for shown in of_area.values())


def test_every_figure_with_open_numbers_says_who_has_the_answers() -> None:
    for name, item in PRINTED.items():
        if item.kind == "figure" and item.form and name != "figure_15":
            assert item.needs is not None, name
            assert "KL/KLK" in item.needs.en


@pytest.mark.parametrize("lang", LANGS)
def test_a_chapter_is_set_out_whole(no_run: Path, lang: Lang) -> None:
    """The chapter on method: two tables of concepts, the response rates, and the respondents' positions."""
    own = written(klk.STUDY, klk.YEAR)
    run = begin(NOTEBOOK, klk.STUDY, klk.YEAR, lang, "method")
    markup = show_items(Released(own.estimates), own.published, own.codebook, run.wave, lang, "method")
    found = BeautifulSoup(str(markup.data), "html.parser").select("figure.item")
    items = [item for item in found if item["id"] in PRINTED]
    assert [item["id"] for item in items] == ["table_1", "table_2", "table_3", "table_4"]
    assert [item["data-status"] for item in items] == ["not_drawn", "partly", "drawn", "not_drawn"]
    assert ("· s. 6 ·" if lang == "da" else "· p. 6 ·") in items[0].text
    folder = no_run / "figures" / klk.STUDY / str(klk.YEAR) / lang
    assert {path.name for path in folder.glob("table_*")} == {
        f"table_{n}.{suffix}" for n in (2, 3) for suffix in ("csv", "html")
    }


def test_the_cells_of_table_3_agree_with_print_but_where_it_was_given_up() -> None:
    own = written(klk.STUDY, klk.YEAR)
    printed = own.published[own.published["item"] == "table_3"]
    printed = printed[printed["statistic"] == "percent"]
    estimates = own.estimates[own.estimates["statistic"] == "percent"].drop_duplicates(
        ["variable", "group", "category"]
    )
    both = printed.merge(estimates, on=["variable", "group", "category"], suffixes=("_printed", ""))
    assert len(both) == 35
    unit = both["printed"].str.partition(",")[2].str.rstrip("%").str.len().map(lambda places: 10.0**-places)
    apart = (both["value"] - both["value_printed"]).abs() > unit / 2 + 1e-9
    given_up = {(str(row["line"]), row["printed"]) for _, row in both[apart].iterrows()}
    followed = {(key[1], key[5]) for key, rule in own.followed.items() if key[0] == "table_3"}
    assert given_up == followed != set()
