"""Printed numbers as estimates of themselves: of a report that rests on registers there is nothing else to show."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.estimates import AS_PRINTED, COLUMNS, count_frame

PRINT_COLUMNS = ("chapter", "value_high", "qualifier", "page", "line", "printed")
"""What print says of a number beside its value."""


def as_printed(published: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Return the wave's printed numbers as estimates: a row for each, in the order of print.

    Nothing is computed and nothing is put together: a number that stands twice is there twice, and one that stands
    there with another value is, too.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    wave
        Whose they are.

    Returns
    -------
    DataFrame
        The columns of `estimates.csv` and `PRINT_COLUMNS`. Of a range, and of a limit (`at_least`, `at_most`), the ends
        that print gives are in `identified_low` and `identified_high` too.
    """
    rows = published[published["wave"] == wave.year].reset_index(drop=True)
    low = rows["value"].where(rows["qualifier"].isin(["range", "at_least"]))
    high = rows["value_high"].where(rows["qualifier"] == "range", rows["value"].where(rows["qualifier"] == "at_most"))
    estimates = rows.assign(
        study=wave.study,
        method=AS_PRINTED,
        estimand="as the report prints it",
        basis="published",
        identified_low=low,
        identified_high=high,
    )
    estimates = estimates.reindex(columns=[*COLUMNS, *PRINT_COLUMNS])
    estimates[["weighting", "base_kind", "universe"]] = ""
    return estimates.astype({"population": "Int64", "clusters": "Int64"})


def chapter_counts(published: pd.DataFrame, codebook: Codebook, wave: Wave, chapter: str) -> pd.DataFrame:
    """Count a chapter's printed numbers, and its tables, figures and boxes, as estimates."""
    numbers = (published["wave"] == wave.year) & (published["chapter"] == chapter)
    items = [item for item in codebook.items.values() if item.printed and item.chapter == chapter]
    return count_frame({"numbers": int(numbers.sum()), "items": len(items)}, wave, "chapter", "the report's chapter")
