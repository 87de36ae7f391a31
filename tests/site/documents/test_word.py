import base64
import io
import struct
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm

from analysis.lang import Lang
from analysis.site.documents.word import Chapter, write_word
from tests.site.documents.shown_examples import FRONT, MARK, items
from tests.site.notebooks import PIXEL


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "figure.png"
    path.write_bytes(base64.b64decode(PIXEL.partition(",")[2]))
    return path


def written(picture: Path, lang: Lang = "da") -> bytes:
    table, figure, _ = items(lang)
    chapters = [Chapter("Respondenter", ((table, None),)), Chapter("Kvalitet", ((figure, picture),))]
    return write_word(FRONT, chapters, lang)


def opened(picture: Path, lang: Lang = "da") -> Document:
    return docx.Document(io.BytesIO(written(picture, lang)))


def test_texts_stand_in_the_order_of_the_report(picture: Path) -> None:
    texts = [(p.style.name if p.style else "", p.text) for p in opened(picture).paragraphs if p.text]
    assert texts == [
        ("Title", FRONT.title),
        ("Normal", FRONT.lines[0]),
        ("Normal", FRONT.lines[1]),
        ("Heading 1", "Respondenter"),
        ("Caption", f"Tabel 1. Hvad beskriver bedst din funktion?\n{MARK}"),
        ("No Spacing", "Åbent: Medarbejder."),
        ("No Spacing", "n = 151 (respondenter, der svarede)."),
        ("No Spacing", "Grundlag: rekonstrueret eksport."),
        ("No Spacing", "Trykte tal i rapporten om disse spørgsmål: 9."),
        ("No Spacing", "Spurgt i 2023 & kun da."),
        ("Heading 1", "Kvalitet"),
        ("Caption", f"Figur 5.1. Hvem der svarede\n{MARK}"),
    ]


def test_a_table_has_its_cells_and_a_head_that_is_repeated(picture: Path) -> None:
    (table,) = opened(picture).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Svar", "Beregnet", "Beregnet", "Beregnet", "Trykt"]
    assert rows[1] == ["Svar", "Antal", "Andel", "Ændring", "Trykt"]
    assert rows[2] == ["Leder", "80", "53,0\N{NO-BREAK SPACE}%", "\N{MINUS SIGN}2,5", "1.234"]
    heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, True, False, False, False, False]


def test_a_figure_is_there_with_its_alt_text(picture: Path) -> None:
    (drawn,) = opened(picture).inline_shapes
    assert drawn._inline.docPr.get("descr") == "Søjler: 80 ledere"
    assert drawn.width == Cm(16)


def test_a_tall_figure_stays_on_its_page(tmp_path: Path) -> None:
    tall = tmp_path / "tall.png"
    tall.write_bytes(_png(10, 40))
    (drawn,) = opened(tall).inline_shapes
    assert (round(drawn.width / Cm(1), 2), drawn.height) == (5.0, Cm(20))


@pytest.mark.parametrize(("lang", "code"), [("da", "da-DK"), ("en", "en-GB")])
def test_a_speller_is_told_the_language(lang: Lang, code: str, picture: Path) -> None:
    languages = opened(picture, lang).styles.element.iter(qn("w:lang"))
    assert {language.get(qn("w:val")) for language in languages} == {code}


def test_two_builds_are_the_same_and_name_no_time_and_nobody(picture: Path) -> None:
    assert written(picture) == written(picture)
    with zipfile.ZipFile(io.BytesIO(written(picture))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = parts.read("docProps/core.xml").decode() + parts.read("docProps/app.xml").decode()
    assert all(word not in properties.lower() for word in ("created", "modified", "creator", "python", "macintosh"))
    assert FRONT.title in properties


def _png(width: int, height: int) -> bytes:
    """Return a white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
