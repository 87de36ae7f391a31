"""Cells as HTML."""

import pytest
from bs4 import BeautifulSoup

from analysis.lang import Lang
from analysis.site.cells import caption_of, mark_items, render_cells, require_alt
from tests.site.notebooks import FIGURE, NUMBER, PIXEL, TABLE, code, notebook, prose, report, shown


def cells_of(html: str) -> BeautifulSoup:
    return render_cells(notebook(code("x", shown(html=html))), "da")


def test_prose_says_its_language_where_the_page_has_another() -> None:
    langs: tuple[Lang, ...] = ("da", "en")
    first = [render_cells(report(), lang).select(".prose")[0] for lang in langs]
    assert [cell.get("lang") for cell in first] == ["en", None]


def test_code_is_folded_and_counted() -> None:
    cells = render_cells(report(), "da")
    assert cells.select("#cell-2 > details.code > summary")[0].get_text() == "Kode 2"
    assert cells.select("#cell-2 > details.code pre")[0].get_text().strip() == "cost = 539000"
    assert not cells.select("details[open]")


def test_a_cell_without_code_or_output_leaves_no_trace() -> None:
    cells = render_cells(notebook(prose("# T"), code(""), code("", shown(html="<b>x</b>"))), "da")
    assert [cell["id"] for cell in cells.select(".cell")] == ["cell-1", "cell-3"]
    assert not cells.select("details")


def test_scripts_and_widgets_are_not_shown() -> None:
    output = shown(plain="in words")
    output["data"]["application/javascript"] = "alert(1)"
    output["data"]["application/vnd.jupyter.widget-view+json"] = {"model_id": "1"}
    cells = render_cells(notebook(code("x", output)), "da")
    assert not cells.select("script")
    assert cells.select(".output_text")[0].get_text().strip() == "in words"


@pytest.mark.parametrize("image", ["<img>", '<img alt="">', '<img alt=" ">'])
def test_an_image_without_alt_is_refused_by_the_number_of_its_cell(image: str) -> None:
    image = image.replace("<img", f'<img src="{PIXEL}"')
    bad = notebook(prose("# T"), code("good", shown(html=FIGURE)), code("bad", shown(html=image)))
    with pytest.raises(ValueError, match=r"alt text in cell-3 \("):
        require_alt(render_cells(bad, "da"))


def test_an_image_with_alt_is_accepted() -> None:
    require_alt(cells_of(FIGURE))


def test_a_great_table_loses_its_own_style_and_scrolls_in_its_box() -> None:
    cells = cells_of(TABLE)
    (box,) = cells.select(".table-box")
    assert not cells.select("style")
    assert {name: box.get(name) for name in ("id", "style", "tabindex", "role", "aria-label")} == {
        "id": "table-1",
        "style": None,
        "tabindex": "0",
        "role": "region",
        "aria-label": "Tabel 1. Fordeling",
    }


def test_any_other_table_gets_a_box_and_a_name() -> None:
    (box,) = cells_of("<table><tr><td>1</td></tr></table>").select(".table-box")
    assert (box["aria-label"], box.table is not None) == ("Tabel", True)


def test_a_caption_is_told_without_its_details_and_downloads() -> None:
    assert caption_of(cells_of(FIGURE).select("figure")[0]) == "Figur 1. Beløb"


def test_a_table_is_named_by_the_caption_of_its_figure() -> None:
    html = "<figure><table><tr><td>1</td></tr></table><figcaption>Tabel 9</figcaption></figure>"
    assert cells_of(html).select(".table-box")[0]["aria-label"] == "Tabel 9"


def test_numbers_in_prose_take_the_focus_and_those_in_tables_do_not() -> None:
    cells = cells_of(f"<p>{NUMBER}</p>{TABLE}")
    assert [number.get("tabindex") for number in cells.select("data.number")] == ["0", None]


def test_headings_get_ids_that_nothing_else_has() -> None:
    cells = render_cells(
        notebook(
            code("x", shown(html=FIGURE)),
            prose("## Figure 1"),
            prose("## Størrelse & antal"),
            prose("### Størrelse: antal"),
            prose("## §"),
        ),
        "da",
    )
    ids = [heading["id"] for heading in cells.select("h2, h3")]
    assert ids == ["figure-1-2", "størrelse-antal", "størrelse-antal-2", "section"]


def test_every_item_carries_the_mark() -> None:
    cells = cells_of(FIGURE + TABLE)
    mark_items(cells, "Rekonstrueret")
    assert [item.find("p", class_="basis-mark", recursive=False) is not None for item in cells.select("figure")] == [
        True,
        True,
    ]
    assert {mark.get_text() for mark in cells.select(".basis-mark")} == {"Rekonstrueret"}


def test_captions_begin_with_the_number_in_the_report() -> None:
    line = '<figure class="item" id="figure_5_1"><figcaption>En model · s. 6</figcaption></figure>'
    own = '<figure class="item" id="verdicts"><table><caption>Trykte tal</caption></table></figure>'
    cells = cells_of(line + own)
    assert [caption_of(item) for item in cells.select("figure")] == ["Figur 5.1. En model · s. 6", "Trykte tal"]


def test_a_line_without_numbers_carries_no_mark() -> None:
    cells = cells_of('<figure class="item" id="figure_26"><figcaption>En model</figcaption></figure>' + TABLE)
    mark_items(cells, "Rekonstrueret")
    assert [len(item.select(".basis-mark")) for item in cells.select("figure")] == [0, 1]
