"""CSV that is read as it stands or refused, with the row and column where it cannot be."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path


@dataclass(frozen=True)
class Row:
    """One record: the line of the file it starts on (1-based) and its cells, as text, by column."""

    line: int
    cells: dict[str, str]


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Read a UTF-8, comma-separated file with exactly these columns, in any order.

    Parameters
    ----------
    path
        The file.
    columns
        The columns it must have; none may be missing and none added.

    Returns
    -------
    list of Row
        One for each record, cells stripped of surrounding space.

    Raises
    ------
    InputError
        The file is missing, empty, not UTF-8, not separated by commas, lacks or adds a column, or has a
        record with too few or too many cells.
    """
    file = display_path(path)
    content = _decode(path, file)
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    before = 0
    try:
        header = _header(file, content, columns)
        next(reader)
        before = reader.line_num
        for record in reader:
            line, before = before + 1, reader.line_num
            if not record:
                continue
            if len(record) != len(header):
                message = f"{len(record)} cells where the header has {len(header)}"
                advice = "Add or remove a comma, or quote the cell that holds one."
                problems.append(Problem(file, message, advice, line, value=",".join(record)))
                continue
            cells = (cell.strip() for cell in record)
            rows.append(Row(line, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        # An open quote swallows all that follows; the record begins where the last whole one ended.
        problems.append(Problem(file, f"not CSV: {error}", "Mend the quotes there.", before + 1))
    if not problems and not rows:
        problems.append(Problem(file, "no rows below the header", "Fill in the file or remove it."))
    if problems:
        raise InputError(problems)
    return rows


def _decode(path: Path, file: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError([Problem(file, "the file does not exist", "Put it there; README, “Add a year”.")]) from None
    if b"\0" in raw:
        advice = "Save the file as “CSV UTF-8”."
        raise InputError([Problem(file, "not UTF-8 but most likely UTF-16", advice, allowed="UTF-8 text")])
    try:
        # One form of each letter: macOS may write an ä as an a and two dots.
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        # Shown as Western European Excel would have meant it, so that the reader recognises the word.
        cell = raw.splitlines()[row - 1].decode("cp1252", errors="replace")
        advice = "Save the file as “CSV UTF-8”."
        problem = Problem(file, "not UTF-8", advice, row, value=cell, allowed="UTF-8 text")
        raise InputError([problem]) from None


def _header(file: str, content: str, columns: Sequence[str]) -> list[str]:
    """Return the column names of the first line, or refuse the file for them."""
    first = content.splitlines()[0] if content.strip() else ""
    if not first.strip(",; \t"):
        advice = f"It needs the header {','.join(columns)} and rows."
        raise InputError([Problem(file, "the file is empty", advice)])
    if "," not in first and any(mark in first for mark in ";\t"):
        advice = "Replace each separator by a comma in a text editor, or export with comma as the list separator."
        raise InputError([Problem(file, "cells are not separated by commas", advice, 1, value=first)])
    header = [name.strip() for name in next(csv.reader([first], strict=True))]
    problems = [
        Problem(file, f"column {name} is missing", "Add it.", 1, name, allowed=", ".join(columns))
        for name in columns
        if name not in header
    ]
    for name in header:
        if not name:
            problems.append(Problem(file, "a column without a name", "Remove the comma too many.", 1, value=first))
        elif name not in columns:
            problems.append(Problem(file, "unknown column", did_you_mean(name, list(columns)) + ".", 1, name))
    problems += [
        Problem(file, "column stands twice", "Remove one of the two.", 1, name)
        for name in columns
        if header.count(name) > 1
    ]
    if problems:
        raise InputError(problems)
    return header
