"""How strongly size and an answer can go together by what is printed: `associations.csv`, beside a reconstruction."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.layout import display_path
from analysis.strict_csv import read_rows

COLUMNS = ("variable", "category", "contrast", "scale", "low", "high", "printed_by_size")
_SCALES = ("percentage_points", "odds_ratio")


def read_associations(path: Path) -> pd.DataFrame:
    """Read the ranges that print leaves the association of size and answers.

    Returns
    -------
    DataFrame
        `COLUMNS`: an answer, two size classes (`small-large`: the first against the second), the scale
        (`percentage_points`, or `odds_ratio` with 0 and infinity), the smallest and largest value over all exports that
        agree with print (NaN: none has one), and whether the answer is printed of both classes.

    Raises
    ------
    InputError
        A range is not two numbers in order, a scale is unknown, or a range stands twice.
    """
    file = display_path(path)
    problems = []
    seen = set()
    for row in (rows := read_rows(path, COLUMNS)):
        key = tuple(row.cells[name] for name in COLUMNS[:4])
        if wrong := "the range stands twice" if key in seen else _wrong(row.cells):
            problems.append(Problem(file, wrong, "Reconstruct the wave again.", row.line, value="/".join(key)))
        seen.add(key)
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame([row.cells for row in rows], columns=list(COLUMNS))
    for end in ("low", "high"):
        frame[end] = pd.to_numeric(frame[end])
    return frame.assign(printed_by_size=frame["printed_by_size"] == "True")


def no_associations() -> pd.DataFrame:
    """Return the table of a wave that is not reconstructed: nothing in it."""
    return pd.DataFrame(columns=list(COLUMNS))


def _wrong(cells: dict[str, str]) -> str:
    if cells["scale"] not in _SCALES:
        return f"the scale is none of {', '.join(_SCALES)}"
    if cells["printed_by_size"] not in ("True", "False"):
        return "printed_by_size is neither True nor False"
    if not cells["low"] and not cells["high"]:
        return ""
    try:
        in_order = float(cells["low"]) <= float(cells["high"])
    except ValueError:
        in_order = False
    return "" if in_order else "not a range of two numbers in order"
