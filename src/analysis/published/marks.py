"""Where on a picture the printed numbers stand."""

from __future__ import annotations

import pandas as pd

from analysis.published.printed import agrees

COLUMNS = ("variable", "group", "category", "percent", "printed", "line")

_CELL = ["wave", "variable", "group", "category"]
_POINTS = ("exact", "approx")  # a limit or a range is no point on an axis


def printed_marks(published: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the percentages that the report prints of the drawn cells, each different one once.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    rows
        The drawn rows of `estimates.csv`.

    Returns
    -------
    DataFrame
        `COLUMNS`, in the order of print: the percentage as printed; where only a count is printed, or a count that no
        percentage printed of the same cell agrees with, 100 times the count by the base printed with it. `printed` and
        `line` are of its first mention. Limits and ranges (`at_least` …) and counts without a base have no mark.
    """
    cells = rows.loc[rows["category"] != "", _CELL].drop_duplicates()
    found = published[published["qualifier"].isin(_POINTS)].merge(cells, on=_CELL)
    percents = found[found["statistic"] == "percent"].assign(percent=lambda of: of["value"])
    counts = found[(found["statistic"] == "count") & (found["base"] > 0)]
    counts = counts.assign(percent=100 * counts["value"] / counts["base"].astype("float64"))
    told = [_is_told(row, percents) for _, row in counts.iterrows()]
    marks = pd.concat([percents, counts[~pd.Series(told, counts.index, dtype="bool")]]).sort_index()
    marks = marks.drop_duplicates([*_CELL, "percent"])
    return marks[list(COLUMNS)].reset_index(drop=True)


def _is_told(count: pd.Series, percents: pd.DataFrame) -> bool:
    """Tell whether a percentage printed of the same cell is the count's own, rounded."""
    same = percents[(percents[_CELL] == count[_CELL]).all(axis="columns")]
    return any(agrees(row, float(count["percent"])) for _, row in same.iterrows())
