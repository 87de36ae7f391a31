"""Where a report's text refers to its own tables and figures: what each passage is about, and what it points to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from analysis.codebook import Codebook
from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path
from analysis.strict_csv import Row, read_rows

COLUMNS = ("wave", "chapter", "group", "variable", "page", "line", "printed", "refers")

_PATTERNS = {
    "wave": (re.compile(r"[0-9]+"), "a year"),
    "page": (re.compile(r"[1-9][0-9]*"), "a whole number from 1"),
    "line": (re.compile(r"[1-9][0-9]*"), "a whole number from 1"),
    "printed": (re.compile(r".+"), "the reference as printed"),
    "refers": (re.compile(r"(table|figure|box)_[0-9]+(_[0-9]+)?"), "table_N, figure_N or box_N"),
}


def load_references(path: Path, codebook: Codebook) -> pd.DataFrame:
    """Read `references.csv` of a study: one row for each place where the text names a table, figure or box.

    `chapter` is where it stands. `variable` is what the passage is about (several joined by `;`, none where no variable
    fits) and `group` of whom, as read from the passage itself and not from what it refers to. `printed` is the
    reference as it stands on its `line`, `refers` the item that it names.

    Parameters
    ----------
    path
        The file.
    codebook
        The study's: names the chapters, variables and groups there are. `refers` may name an item that it lacks: that
        is a finding of the audit.

    Returns
    -------
    DataFrame
        The columns of the file, in its order; `wave`, `page`, `line` whole, the rest text.

    Raises
    ------
    InputError
        A cell breaks the contract; all such cells are listed.
    """
    file = display_path(path)
    rows = read_rows(path, COLUMNS)
    if problems := [problem for row in rows for problem in _problems(file, row, codebook)]:
        raise InputError(problems)
    frame = pd.DataFrame([row.cells for row in rows], columns=list(COLUMNS))
    return frame.astype({"wave": "int64", "page": "int64", "line": "int64"})


def check_reference_lines(references: pd.DataFrame, lines: Sequence[str], file: str) -> None:
    """Refuse references that do not stand on their line.

    Parameters
    ----------
    references
        Rows of `references.csv`, in the order of the file.
    lines
        The report's text (see `lines.read_lines`).
    file
        The `references.csv`, as messages name it.

    Raises
    ------
    InputError
        A reference is not on its line; all such rows are listed.
    """
    problems = []
    # The header is the file's first row.
    for number, row in enumerate(references.to_dict("records"), start=2):
        line = lines[row["line"] - 1] if row["line"] <= len(lines) else ""
        if row["printed"] not in line:
            message = f"the reference does not stand on line {row['line']} of the report's text"
            problems.append(
                Problem(file, message, "Correct the line, or the reference.", number, "printed", row["printed"])
            )
    if problems:
        raise InputError(problems)


def _problems(file: str, row: Row, codebook: Codebook) -> Iterator[Problem]:
    """Yield a problem for each cell of a row that breaks the contract or names what the codebook does not have."""
    cells = row.cells
    for column, (pattern, allowed) in _PATTERNS.items():
        if not pattern.fullmatch(cells[column]):
            yield Problem(file, "not as the contract says", "Correct it.", row.line, column, cells[column], allowed)
    variables = cells["variable"].split(";") if cells["variable"] else []
    named = [("chapter", cells["chapter"], list(codebook.chapters))]
    named += [("variable", name, list(codebook.variables)) for name in variables]
    for column, name, valid in named:
        if name not in valid:
            advice = f"{did_you_mean(name, valid)}. Or add it to the codebook."
            yield Problem(file, f"the codebook has no such {column}", advice, row.line, column, name)
    if len(set(variables)) < len(variables):
        yield Problem(file, "a variable stands twice", "Keep one of the two.", row.line, "variable", cells["variable"])
    wave = int(cells["wave"]) if _PATTERNS["wave"][0].fullmatch(cells["wave"]) else 0
    if wrong := codebook.group_problem(cells["group"], wave):
        yield Problem(file, wrong, "Correct it, or add it to the codebook.", row.line, "group", cells["group"])
