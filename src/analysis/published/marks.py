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


def participation_marks(published: pd.DataFrame, rows: pd.DataFrame, same: set[tuple[str, str]]) -> pd.DataFrame:
    """Return what the report prints of how many municipalities took part, by the names of the drawn cells.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    rows
        Rows of `estimates.participation`: their bases say how many municipalities a group has.
    same
        Variable and category by which the report counts them (`took_part`).

    Returns
    -------
    DataFrame
        `COLUMNS`, each different percentage of a group once: as printed, or 100 times the printed count by how many
        municipalities the group has. `variable` and `category` are those of the drawn cells.
    """
    bases = rows[(rows["statistic"] == "base") & (rows["category"] == "")]
    there_are = dict(zip(bases["group"], bases["value"], strict=True))
    named = pd.Series(
        list(zip(published["variable"], published["category"], strict=True)), published.index, dtype="object"
    )
    found = published[
        named.isin(list(same))
        & published["wave"].isin(rows["wave"])
        & published["group"].isin(list(there_are))
        & published["statistic"].isin(["count", "percent"])
        & published["qualifier"].isin(_POINTS)
    ]
    whole = found["group"].map(there_are).astype("float64")
    percent = found["value"].where(found["statistic"] == "percent", 100 * found["value"] / whole)
    marks = found.assign(variable=rows["variable"].iloc[0], category="", percent=percent)
    percents = marks[marks["statistic"] == "percent"]
    told = [row["statistic"] == "count" and _is_told(row, percents) for _, row in marks.iterrows()]
    marks = marks[~pd.Series(told, marks.index, dtype="bool")]
    return marks.drop_duplicates(["group", "percent"])[list(COLUMNS)].reset_index(drop=True)


def _is_told(count: pd.Series, percents: pd.DataFrame) -> bool:
    """Tell whether a percentage printed of the same cell is the count's own, rounded."""
    same = percents[(percents[_CELL] == count[_CELL]).all(axis="columns")]
    return any(agrees(row, float(count["percent"])) for _, row in same.iterrows())
