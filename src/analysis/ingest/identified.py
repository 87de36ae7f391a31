"""What print leaves open of a reconstructed wave: `identified.csv`, written beside its export."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.layout import display_path
from analysis.strict_csv import read_rows

COLUMNS = ("variable", "group", "category", "statistic", "low", "high")


def read_identified(path: Path) -> pd.DataFrame:
    """Read the ranges that print leaves the numbers of a wave.

    Returns
    -------
    DataFrame
        `COLUMNS`: a number as `estimates.csv` names it (statistics count, percent and base), and the smallest and
        largest value that agree with print.

    Raises
    ------
    InputError
        A range is not two numbers in order, or a number stands twice.
    """
    file = display_path(path)
    problems = []
    seen = set()
    for row in (rows := read_rows(path, COLUMNS)):
        key = tuple(row.cells[name] for name in COLUMNS[:4])
        try:
            in_order = float(row.cells["low"]) <= float(row.cells["high"])
        except ValueError:
            in_order = False
        if not in_order or key in seen:
            message = "the number stands twice" if key in seen else "not a range of two numbers in order"
            problems.append(Problem(file, message, "Reconstruct the wave again.", row.line, value="/".join(key)))
        seen.add(key)
    if problems:
        raise InputError(problems)
    return pd.DataFrame([row.cells for row in rows]).astype({"low": "float64", "high": "float64"})


def no_identification() -> pd.DataFrame:
    """Return the table of a wave that is not reconstructed: nothing in it."""
    return pd.DataFrame(columns=list(COLUMNS))
