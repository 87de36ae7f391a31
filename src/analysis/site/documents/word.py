"""The tables and figures of a report as a Word document, each with its caption."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from analysis.codebook.labels import number_of
from analysis.lang import Lang
from analysis.site.documents.grid import Grid
from analysis.site.documents.office import settled
from analysis.site.documents.shown import Front, Shown

_LANGUAGES = {"da": "da-DK", "en": "en-GB"}
_WIDTH = Cm(16)  # of an A4 page's 21, with margins of 2.5
_HEIGHT = Cm(20)  # of its 29.7: margins, and a caption on the same page
_NARROW, _WIDE = 8, 30  # columns, in characters
_MARK = RGBColor(0x6B, 0x2C, 0x00)
_MUTED = RGBColor(0x56, 0x5B, 0x60)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report: its title, and its items, each with its picture if it is a figure."""

    title: str
    items: tuple[tuple[Shown, Path | None], ...]


def write_word(front: Front, chapters: Sequence[Chapter], lang: Lang) -> bytes:
    """Return a Word document of a report's tables and figures, chapter by chapter; its bytes depend on nothing else.

    A caption stands above its table or figure, with the mark of what is reconstructed in it, so that both are copied
    together; below stand its notes. Pictures have the alt text of the page.
    """
    document = Document()
    _settle(document, lang)
    document.add_heading(front.title, level=0)
    for line in front.lines:
        document.add_paragraph(line)
    for chapter in chapters:
        document.add_heading(chapter.title, level=1)
        for shown, picture in chapter.items:
            _caption(document, shown, lang)
            if shown.table is not None:
                _table(document, shown.table)
            if picture is not None:
                _picture(document, picture, shown.alt)
            for note in (*filter(None, [shown.reason]), *shown.notes):
                run = document.add_paragraph(style="No Spacing").add_run(note)
                run.font.size, run.font.color.rgb = Pt(9), _MUTED
            document.add_paragraph(style="No Spacing")
    target = io.BytesIO()
    document.save(target)
    return settled(target.getvalue(), front.title, lang)


def _settle(document: WordDocument, lang: Lang) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGES[lang])


def _caption(document: WordDocument, shown: Shown, lang: Lang) -> None:
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    caption.add_run(f"{number_of(shown.name, lang)}. {shown.title}")
    if shown.mark:
        caption.add_run().add_break()
        mark = caption.add_run(shown.mark)
        mark.font.color.rgb = _MARK


def _picture(document: WordDocument, picture: Path, alt: str) -> None:
    drawn = document.add_picture(str(picture), width=_WIDTH)
    if drawn.height > _HEIGHT:
        drawn.width, drawn.height = Length(round(drawn.width * _HEIGHT / drawn.height)), _HEIGHT
    drawn._inline.docPr.set("descr", alt)


def _table(document: WordDocument, grid: Grid) -> None:
    table = document.add_table(grid.height, grid.width, style="Table Grid")
    # Each access of a row's cells walks the row again.
    cells = [row.cells for row in table.rows]
    widths = grid.widths(_NARROW, _WIDE)
    for row in cells:
        for at, width in zip(row, widths, strict=True):
            at.width = Length(round(_WIDTH * width / sum(widths)))
    for cell in grid.cells:
        at = cells[cell.row][cell.column]
        if cell.rows * cell.columns > 1:
            at = at.merge(cells[cell.row + cell.rows - 1][cell.column + cell.columns - 1])
        paragraph = at.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(cell.text)
        run.font.size, run.bold = Pt(9), cell.bold
        if cell.right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for head in table.rows[: grid.head]:
        # Repeated at the top of each page, and announced as the head.
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
