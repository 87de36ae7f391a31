from bs4 import BeautifulSoup, Tag

from analysis.site.documents.grid import Cell, Grid, grid
from tests.site.documents.shown_examples import table_markup


def of(markup: str) -> Grid:
    table = BeautifulSoup(markup, "html.parser").select_one("table")
    assert isinstance(table, Tag)
    return grid(table)


def rows(table: Grid) -> list[list[str]]:
    """Return the texts, each in the first cell it covers."""
    shown = [[""] * table.width for _ in range(table.height)]
    for cell in table.cells:
        shown[cell.row][cell.column] = cell.text
    return shown


def test_spanners_and_stubs_stand_in_their_places() -> None:
    table = of(table_markup())
    assert (table.head, table.height, table.width) == (2, 6, 5)
    assert rows(table)[:4] == [
        ["Svar", "Beregnet", "", "", "Trykt"],
        ["", "Antal", "Andel", "Ændring", ""],
        ["Leder", "80", "53,0\N{NO-BREAK SPACE}%", "\N{MINUS SIGN}2,5", "1.234"],
        ["Medarbejder", "54–55", "35,8–36,4\N{NO-BREAK SPACE}%", "2023", "53%"],
    ]
    assert [(cell.text, cell.rows, cell.columns) for cell in table.cells if cell.rows * cell.columns > 1] == [
        ("Svar", 2, 1),
        ("Beregnet", 1, 3),
        ("Trykt", 2, 1),
    ]


def test_the_foot_becomes_the_notes() -> None:
    assert of(table_markup()).notes == ("n = 151 (respondenter, der svarede).", "Grundlag: rekonstrueret eksport.")


def test_what_print_says_is_known_by_its_column() -> None:
    verbatim = [cell.text for cell in of(table_markup()).cells if cell.verbatim]
    assert verbatim == ["1.234", "53%", "", "151"]


def test_heads_are_bold_and_stubs_are_not() -> None:
    table = of(table_markup())
    assert all(cell.bold for cell in table.cells if cell.row < table.head)
    assert not any(cell.bold for cell in table.cells if cell.row >= table.head)


def test_a_cell_that_covers_rows_pushes_the_next_row_aside() -> None:
    table = of('<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></table>')
    assert table.cells == (Cell(0, 0, 2, 1, "a"), Cell(0, 1, 1, 1, "b"), Cell(1, 1, 1, 1, "c"))
    assert (table.head, table.height, table.width) == (0, 2, 2)


def test_widths_follow_the_longest_text_that_stands_in_one_column() -> None:
    assert of(table_markup()).widths(4, 10) == [10, 5, 10, 7, 5]
