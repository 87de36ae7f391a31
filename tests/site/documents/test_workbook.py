import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis.lang import Lang
from analysis.site.documents.workbook import write_workbook
from tests.site.documents.shown_examples import FRONT, MARK, items


def written(lang: Lang = "da") -> bytes:
    return write_workbook(FRONT, [item for item in items(lang) if item.table], lang)


def opened(lang: Lang = "da") -> Workbook:
    return load_workbook(io.BytesIO(written(lang)))


def sheet(name: str, lang: Lang = "da") -> Worksheet:
    found = opened(lang)[name]
    assert isinstance(found, Worksheet)
    return found


def test_each_table_has_a_sheet_and_the_first_lists_them() -> None:
    assert opened().sheetnames == ["Indhold", "Tabel 1", "verdicts"]
    assert opened("en").sheetnames == ["Contents", "Table 1", "verdicts"]
    rows = list(sheet("Indhold").values)
    assert rows[0][0] == FRONT.title
    assert [row[0] for row in rows[1:3]] == list(FRONT.lines)
    assert rows[4] == ("Tabel 1", "Hvad beskriver bedst din funktion?")
    assert sheet("Indhold")["A5"].hyperlink.location == "'Tabel 1'!A1"


def test_a_sheet_has_title_mark_head_rows_and_notes() -> None:
    column = [row[0] for row in sheet("Tabel 1").values]
    assert column == [
        "Hvad beskriver bedst din funktion?",
        MARK,
        None,
        "Svar",
        None,
        "Leder",
        "Medarbejder",
        "=1+1",
        "Alle",
        None,
        "Åbent: Medarbejder.",
        "n = 151 (respondenter, der svarede).",
        "Grundlag: rekonstrueret eksport.",
        "Trykte tal i rapporten om disse spørgsmål: 9.",
        "Spurgt i 2023 & kun da.",
    ]
    assert sheet("Tabel 1").freeze_panes == "A6"
    assert {str(merged) for merged in sheet("Tabel 1").merged_cells.ranges} == {"A4:A5", "B4:D4", "E4:E5"}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_numbers_are_numbers_and_all_else_is_text(lang: Lang) -> None:
    shown = sheet("Tabel 1" if lang == "da" else "Table 1", lang)
    cells = {
        cell.coordinate: (cell.value, cell.number_format, cell.data_type) for row in shown["B6:E9"] for cell in row
    }
    assert cells["B6"] == (80, "#,##0", "n")
    assert cells["C6"] == (0.53, "0.0%", "n")
    assert cells["D6"] == (-2.5, "#,##0.0", "n")
    assert cells["B9"] == (1510, "#,##0", "n")
    assert cells["C9"] == (1, "0%", "n")
    assert cells["D7"] == (2023, "0", "n")
    assert {name: cells[name][0] for name in ("B7", "D9", "B8")} == {"B7": "54–55", "D9": "007", "B8": "–"}


def test_a_number_as_printed_stays_as_printed() -> None:
    shown = sheet("Table 1", "en")
    assert [shown.cell(row, 5).value for row in range(6, 10)] == ["1.234", "53%", None, "151"]


def test_a_text_is_no_formula() -> None:
    assert (sheet("Tabel 1")["A8"].value, sheet("Tabel 1")["A8"].data_type) == ("=1+1", "s")


def test_two_builds_are_the_same_and_name_no_time_and_nobody() -> None:
    assert written() == written()
    with zipfile.ZipFile(io.BytesIO(written())) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = parts.read("docProps/core.xml").decode() + parts.read("docProps/app.xml").decode()
    assert all(word not in properties.lower() for word in ("created", "modified", "creator", "openpyxl", "excel"))
