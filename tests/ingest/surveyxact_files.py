"""SurveyXact exports, written in each form in which SurveyXact, or a program they were saved from, gives them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

Lines = Sequence[Sequence[str]]
Cell = str | float | date | time

NUMBER = re.compile(r"(0|[1-9]\d{0,9})(\.\d{0,3}[1-9])?", re.ASCII)
MOMENTS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", time: "hh:mm"}

LABEL_HEADER = ("variableName", "value", "valueLabel")
STRUCTURE_HEADER = (
    "questionName",
    "variableName",
    "questionType",
    "subType",
    "questionText",
    "choiceValue",
    "choiceText",
)


@dataclass(frozen=True)
class Tables:
    """The three tables of an export, cells as text; dataset and structure begin with their header, labels have none."""

    dataset: Lines
    labels: Lines
    structure: Lines


@dataclass(frozen=True)
class TextForm:
    """How text files are written; `phantom`: records of multiple choice in the structure end in an empty cell."""

    encoding: str
    separator: str
    mark: bytes = b""
    newline: str = "\n"
    quotes_texts: bool = False
    phantom: bool = False


TEXT_FORMS = {
    "semicolon cp1252": TextForm("cp1252", ";"),
    "comma cp1252": TextForm("cp1252", ",", quotes_texts=True, phantom=True),
    "tab UTF-16": TextForm("utf-16-le", "\t", mark=codecs.BOM_UTF16_LE, newline="\r\n"),
    "semicolon UTF-8": TextForm("utf-8", ";"),
    "comma UTF-8": TextForm("utf-8", ",", newline="\r\n"),
    "semicolon UTF-8 BOM": TextForm("utf-8", ";", mark=codecs.BOM_UTF8, newline="\r\n"),
    "comma UTF-8 BOM": TextForm("utf-8", ",", mark=codecs.BOM_UTF8),
}
FORMS = (*TEXT_FORMS, "xlsx")


def write_export(folder: Path, tables: Tables, form: str) -> Path:
    """Write an export beneath a folder in one of `FORMS`; return what reads it (the folder or the workbook)."""
    folder.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        path = folder / "export.xlsx"
        write_workbook(path, workbook_sheets(tables))
        return path
    text_form = TEXT_FORMS[form]
    structure = [[*line, ""] if text_form.phantom and line[3] == "Multiple" else line for line in tables.structure]
    for name, lines in (("dataset", tables.dataset), ("labels", tables.labels), ("structure", structure)):
        (folder / f"{name}.csv").write_bytes(as_text(lines, text_form))
    return folder


def as_text(lines: Lines, form: TextForm) -> bytes:
    """Return a table as the bytes of a text file."""

    def cell(text: str) -> str:
        quoted = any(sign in text for sign in (form.separator, '"', "\n", "\r"))
        if form.quotes_texts and not re.fullmatch(r"[\w.]*", text):
            quoted = True
        return '"' + text.replace('"', '""') + '"' if quoted else text

    text = "".join(form.separator.join(map(cell, line)) + form.newline for line in lines)
    return form.mark + text.encode(form.encoding)


def workbook_sheets(tables: Tables) -> dict[str, Lines]:
    """Return sheet -> lines as SurveyXact writes them; two of the sheets repeat the others in words."""
    variables = [("variableName", "variableDescription"), *((line[1], line[4]) for line in tables.structure[1:])]
    return {
        "Labels": tables.labels,
        "Variables": variables,
        "Dataset": tables.dataset,
        "Complete": tables.dataset,
        "Structure": tables.structure,
    }


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """Write sheets whose numbers are numbers, as Excel has them, and whose blank cells are not there."""
    with xlsxwriter.Workbook(path) as book:
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in MOMENTS.items()}
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if type(cell) in formats:
                        sheet.write_datetime(row, column, cell, formats[type(cell)])
                    elif isinstance(cell, float) or NUMBER.fullmatch(str(cell)):
                        sheet.write_number(row, column, float(str(cell)))
                    elif cell:
                        sheet.write_string(row, column, cell)
