"""CSV that is read as it stands or refused, with the row and column where it cannot be."""

from __future__ import annotations

import csv
import io
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
    try:
        header = [name.strip() for name in next(reader, [])]
        problems += _header_problems(file, header, columns)
        if problems:
            raise InputError(problems)
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
        problems.append(Problem(file, f"not CSV: {error}", "Mend the quotes there.", reader.line_num))
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
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        # Shown as Western European Excel would have meant it, so that the reader recognises the word.
        cell = raw.splitlines()[row - 1].decode("cp1252", errors="replace")
        advice = "Save the file as “CSV UTF-8”."
        problem = Problem(file, "not UTF-8", advice, row, value=cell, allowed="UTF-8 text")
        raise InputError([problem]) from None


def _header_problems(file: str, header: list[str], columns: Sequence[str]) -> list[Problem]:
    if not header:
        return [Problem(file, "the file is empty", f"It needs the header {','.join(columns)} and rows.")]
    if len(header) == 1 and len(columns) > 1 and any(mark in header[0] for mark in ";\t"):
        advice = "Save the file as CSV with commas."
        return [Problem(file, "cells are not separated by commas", advice, 1, value=header[0])]
    problems = [
        Problem(file, f"column {name} is missing", "Add it.", 1, name, allowed=", ".join(columns))
        for name in columns
        if name not in header
    ]
    problems += [
        Problem(file, "unknown column", did_you_mean(name, list(columns)) + ".", 1, name)
        for name in header
        if name not in columns
    ]
    problems += [
        Problem(file, "column stands twice", "Remove one of the two.", 1, name)
        for name in columns
        if header.count(name) > 1
    ]
    return problems
