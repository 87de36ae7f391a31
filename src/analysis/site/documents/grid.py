"""An HTML table as a grid of cells: what a worksheet and a Word table are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import Tag

WORD_JOINER = "\N{WORD JOINER}"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    row, column
        Its place, from 0.
    rows, columns
        How many it covers.
    text
        What stands in it.
    bold, right
        How it stands there.
    verbatim
        Whether it is a number as a report prints it, in the report's own language.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    bold: bool = False
    right: bool = False
    verbatim: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its cells in order, how many rows are its head, its size, the notes below it."""

    cells: tuple[Cell, ...]
    head: int
    height: int
    width: int
    notes: tuple[str, ...]

    def widths(self, least: int, most: int) -> list[int]:
        """Return the characters of the longest text in each column, within limits; wider cells do not count."""
        longest = [least] * self.width
        for cell in self.cells:
            if cell.columns == 1:
                longest[cell.column] = min(max(longest[cell.column], len(cell.text)), most)
        return longest


def grid(table: Tag) -> Grid:
    """Return the grid of an HTML table; its foot, which holds base, basis and source, becomes the notes."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    head = row = 0
    for line in table.select("tr"):
        if line.find_parent("tfoot"):
            continue
        column = 0
        for tag in line.find_all(["th", "td"], recursive=False):
            while (row, column) in taken:
                column += 1
            rows, columns = int(str(tag.get("rowspan", "1"))), int(str(tag.get("colspan", "1")))
            taken |= {(row + down, column + along) for down in range(rows) for along in range(columns)}
            cells.append(_cell(tag, row, column, rows, columns))
            column += columns
        row += 1
        if line.find_parent("thead"):
            head = row
    notes = tuple(filter(None, (words(note) for note in table.select("tfoot td"))))
    return Grid(tuple(cells), head, row, max((column for _, column in taken), default=-1) + 1, notes)


def words(tag: Tag) -> str:
    """Return the text of an element, its white space made one space."""
    # Line breaks and no-break spaces are kept out of words; a word joiner shows as a box in some fonts.
    return re.sub(r"[ \t\n]+", " ", tag.get_text().replace(WORD_JOINER, "")).strip(" ")


def _cell(tag: Tag, row: int, column: int, rows: int, columns: int) -> Cell:
    classes = tag.get_attribute_list("class")
    heading = tag.name == "th" and "gt_stub" not in classes
    return Cell(
        row=row,
        column=column,
        rows=rows,
        columns=columns,
        text=words(tag),
        bold=heading or "font-weight: bold" in str(tag.get("style", "")),
        right="gt_right" in classes,
        verbatim=any("printed" in str(name).rpartition("_table-")[2] for name in str(tag.get("headers", "")).split()),
    )
