"""All tables of a wave as an Excel workbook, one sheet each, led by a list of them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell as Written
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analysis.codebook.labels import number_of
from analysis.lang import MINUS, NO_BREAK_SPACE, Lang, text
from analysis.site.documents.grid import Cell
from analysis.site.documents.office import settled
from analysis.site.documents.shown import Front, Shown

_BOLD = Font(bold=True)
_TITLE = Font(bold=True, size=14)
_MUTED = Font(color="565B60")
_MARK = Font(bold=True, color="6B2C00")
_MARK_FILL = PatternFill("solid", fgColor="FFE3BD")
_LINK = Font(color="0B5A86", underline="single")
_RULE = Border(bottom=Side("thin", color="565B60"))
_TOP = Alignment(vertical="top", wrap_text=True)
_TOP_RIGHT = Alignment(vertical="top", horizontal="right", wrap_text=True)
# Thousands and decimals as each language writes them; a whole number of four digits without a mark is a year.
_NUMBER = {
    "da": re.compile(r"-?(0|[1-9]\d{0,2}(\.\d{3})*|[1-9]\d{3})(,(?P<decimals>\d+))?(?P<percent> ?%)?"),
    "en": re.compile(r"-?(0|[1-9]\d{0,2}(,\d{3})*|[1-9]\d{3})(\.(?P<decimals>\d+))?(?P<percent> ?%)?"),
}
_NARROW, _WIDE = 9, 48


def write_workbook(front: Front, tables: Sequence[Shown], lang: Lang) -> bytes:
    """Return a workbook of tables as shown: title, mark, head, rows, notes; its bytes depend on nothing else.

    A cell that is a number is one in Excel too, with as many decimals as are shown; a number as a report prints it, a
    range or an open cell is text.

    Parameters
    ----------
    front
        For the first sheet, which lists the others.
    tables
        Items that have a table.
    lang
        Language of the texts.
    """
    book = Workbook()
    contents = book.active
    assert isinstance(contents, Worksheet)
    contents.title = text("documents.contents", lang)
    contents.append([front.title])
    contents["A1"].font = _TITLE
    for line in front.lines:
        contents.append([line])
    contents.append([])
    for shown in tables:
        sheet = book.create_sheet(number_of(shown.name, lang) or shown.name)
        _fill(sheet, shown, lang)
        contents.append([sheet.title, shown.title])
        link = contents.cell(contents.max_row, 1)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{sheet.title}'!A1")
        link.font = _LINK
    contents.column_dimensions["A"].width = 24
    target = io.BytesIO()
    book.save(target)
    return settled(target.getvalue(), front.title, lang)


def _fill(sheet: Worksheet, shown: Shown, lang: Lang) -> None:
    assert shown.table is not None
    sheet["A1"] = shown.title
    sheet["A1"].font = _TITLE
    top = 3
    if shown.mark:
        sheet["A2"] = shown.mark
        sheet["A2"].font, sheet["A2"].fill = _MARK, _MARK_FILL
        top = 4
    table = shown.table
    for cell in table.cells:
        at = sheet.cell(top + cell.row, 1 + cell.column)
        assert isinstance(at, Written)
        _write(at, cell, cell.row < table.head, lang)
        if cell.rows * cell.columns > 1:
            last_row, last_column = at.row + cell.rows - 1, at.column + cell.columns - 1
            sheet.merge_cells(None, at.row, at.column, last_row, last_column)
    for column, width in enumerate(table.widths(_NARROW, _WIDE), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
    for row, note in enumerate((*filter(None, [shown.reason]), *shown.notes), start=top + table.height + 1):
        sheet.cell(row, 1, note).font = _MUTED
    sheet.freeze_panes = f"A{top + table.head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top + max(table.head, 1) - 1}"


def _write(at: Written, cell: Cell, head: bool, lang: Lang) -> None:
    number = None if head or cell.verbatim else _number(cell.text, lang)
    if number is None:
        at.value = cell.text or None
        if cell.text:
            # A text that begins with "=" is no formula.
            at.data_type = "s"
    else:
        at.value, at.number_format = number
    at.alignment = _TOP_RIGHT if cell.right else _TOP
    if cell.bold:
        at.font = _BOLD
    if head:
        at.border = _RULE


def _number(shown: str, lang: Lang) -> tuple[float, str] | None:
    """Return the value of a number as shown, and Excel's format that shows it so; None where it is none."""
    plain = shown.replace(NO_BREAK_SPACE, " ").replace(MINUS, "-")
    found = _NUMBER[lang].fullmatch(plain)
    if found is None:
        return None
    digits = plain.rstrip(" %")
    digits = digits.replace(".", "").replace(",", ".") if lang == "da" else digits.replace(",", "")
    decimals = len(found["decimals"] or "")
    places = "." + "0" * decimals if decimals else ""
    if found["percent"]:
        # Per cent as Excel counts them; rounded so that 36.4 does not become 0.36400000000000005.
        return round(float(digits) / 100, decimals + 2), f"0{places}%"
    year = re.fullmatch(r"[1-9]\d{3}", plain)
    return (float(digits) if decimals else int(digits)), ("0" if year else f"#,##0{places}")
