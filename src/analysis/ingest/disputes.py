"""What print disputes, and the ways to settle it that cost least: `disputes.csv`, beside a reconstruction."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.layout import display_path
from analysis.strict_csv import read_rows

COLUMNS = (
    "dispute", "way", "item", "line", "variable", "group", "category", "printed", "what", "read_as", "followed",
)  # fmt: skip
GIVEN_UP = "given_up"
_ALLOWED = {
    "what": ("number", "base"),
    "read_as": ("sum_of_rounded", "truncated", GIVEN_UP),
    "followed": ("True", "False"),
}
_NUMBERS = ("dispute", "way", "line")


def read_disputes(path: Path) -> pd.DataFrame:
    """Read the printed numbers that contradict others, by the ways to settle it.

    Returns
    -------
    DataFrame
        `COLUMNS`, a row for each printed number that a way reads otherwise than as rounded half up: `dispute` and `way`
        are numbers from 1, `line` is one, `followed` tells whether the export follows that way; all else is text.

    Raises
    ------
    InputError
        A number is none, a word is none of those allowed, or of a dispute not just one way is followed.
    """
    file = display_path(path)
    rows = read_rows(path, COLUMNS)
    problems = [
        Problem(file, message, "Reconstruct the wave again.", row.line, column=name, value=row.cells[name])
        for row in rows
        for name, message in _wrong(row.cells)
    ]
    frame = pd.DataFrame([row.cells for row in rows], columns=list(COLUMNS))
    for dispute, of in frame.drop_duplicates(["dispute", "way", "followed"]).groupby("dispute"):
        if of["way"].duplicated().any() or list(of["followed"]).count("True") != 1:
            message = f"of dispute {dispute}, not just one way is followed"
            problems.append(Problem(file, message, "Reconstruct the wave again."))
    if problems:
        raise InputError(problems)
    return frame.astype(dict.fromkeys(_NUMBERS, "int64")).assign(followed=frame["followed"] == "True")


def no_disputes() -> pd.DataFrame:
    """Return the table of a wave that is not reconstructed: nothing in it."""
    return pd.DataFrame(columns=list(COLUMNS)).astype({"followed": "bool"})


def _wrong(cells: dict[str, str]) -> list[tuple[str, str]]:
    found = [(name, "not a whole number from 1") for name in _NUMBERS if not cells[name].isdecimal()]
    return found + [
        (name, f"none of {', '.join(allowed)}") for name, allowed in _ALLOWED.items() if cells[name] not in allowed
    ]
