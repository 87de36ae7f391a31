"""The contents list."""

from analysis.site.cells import render_cells
from analysis.site.contents import Line, contents
from tests.site.notebooks import FIGURE, code, notebook, prose, report, shown


def test_items_and_subheadings_stand_beneath_their_heading() -> None:
    lines = contents(render_cells(report(), "da"))
    assert lines == [
        Line(
            "What is shared",
            "#what-is-shared",
            "en",
            [
                Line("Figur 1. Beløb", "#figure-1", None),
                Line("How it is rounded", "#how-it-is-rounded", "en"),
                Line("Tabel 1. Fordeling", "#item-table-1", None),
            ],
        ),
        Line("Beside print", "#beside-print", "en"),
        Line("The end", "#the-end", "en"),
    ]


def test_what_comes_before_the_first_heading_stands_at_the_top() -> None:
    lines = contents(render_cells(notebook(code("x", shown(html=FIGURE)), prose("## Later")), "en"))
    assert [line.label for line in lines] == ["Figur 1. Beløb", "Later"]


def test_an_item_without_caption_is_left_out() -> None:
    html = '<figure class="item" id="figure-2"></figure>'
    assert contents(render_cells(notebook(code("x", shown(html=html))), "da")) == []
