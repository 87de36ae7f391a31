"""Where on a picture the printed numbers stand."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.published.printed import agrees

COLUMNS = ("variable", "group", "category", "low", "high", "printed", "line")

_CELL = ["wave", "variable", "group", "category"]
_POINTS = ("exact", "approx")
_WHOLE = {"percent": 1.0, "share": 100.0}


class Mark(NamedTuple):
    """A printed percentage: a point, a range, or a limit, which has one end (the other is None)."""

    low: float | None
    high: float | None

    @property
    def end(self) -> float:
        """The largest percentage that print names."""
        return max(each for each in self if each is not None)


def printed_marks(published: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the percentages that the report prints of the drawn cells, each different one once.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    rows
        The drawn cells: rows of `estimates.csv`, of which wave, variable, group and category are read.

    Returns
    -------
    DataFrame
        `COLUMNS`, in the order of print: the percentage as printed, or 100 times the part ("halvdelen" is 50); where
        only a count is printed, or a count that no percentage printed of the same cell agrees with, 100 times the
        count by the base printed with it. `low` and `high` are the same of a number and the ends of a range; of a limit
        (`at_least`, `at_most`) the other one is missing. `printed` and `line` are of its first mention. What is printed
        roughly (about, a range, a limit, a part in words) has no mark beside a percentage of the same cell that agrees
        with it; nor has a count without a base.
    """
    cells = rows.loc[rows["category"] != "", _CELL].drop_duplicates()
    found = published.merge(cells, on=_CELL)
    of_print = found[found["statistic"].isin(list(_WHOLE))]
    whole = of_print["statistic"].map(_WHOLE).astype("float64")
    low, high = of_print["value"] * whole, of_print["value_high"].fillna(of_print["value"]) * whole
    shares = of_print.assign(
        low=low.where(of_print["qualifier"] != "at_most"), high=high.where(of_print["qualifier"] != "at_least")
    )
    is_exact = (shares["qualifier"] == "exact") & (shares["statistic"] == "percent")
    exact, rough = shares[is_exact], shares[~is_exact]
    rough = rough[[not _is_rough_word_on(row, exact) for _, row in rough.iterrows()]]
    counts = found[found["qualifier"].isin(_POINTS) & (found["statistic"] == "count") & (found["base"] > 0)]
    percent = 100 * counts["value"] / counts["base"].astype("float64")
    counts = counts.assign(low=percent, high=percent)
    counts = counts[[not _is_told(row, exact) for _, row in counts.iterrows()]]
    marks = pd.concat([exact, rough, counts]).sort_index().drop_duplicates([*_CELL, "low", "high"])
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
    marks = found.assign(variable=rows["variable"].iloc[0], category="", low=percent, high=percent)
    percents = marks[marks["statistic"] == "percent"]
    told = [row["statistic"] == "count" and _is_told(row, percents) for _, row in marks.iterrows()]
    marks = marks[~pd.Series(told, marks.index, dtype="bool")]
    return marks.drop_duplicates(["group", "low"])[list(COLUMNS)].reset_index(drop=True)


def marks_of(marks: pd.DataFrame, variable: str, group: str) -> dict[str, list[Mark]]:
    """Return category -> its marks, of a question and a group."""
    own = marks[(marks["variable"] == variable) & (marks["group"] == group)]
    found: dict[str, list[Mark]] = {}
    for category, *ends in own[["category", "low", "high"]].itertuples(index=False):
        low, high = (None if pd.isna(end) else float(end) for end in ends)
        found.setdefault(str(category), []).append(Mark(low, high))
    return found


def _is_told(count: pd.Series, percents: pd.DataFrame) -> bool:
    """Tell whether a percentage printed of the same cell is the count's own, rounded."""
    return any(agrees(row, float(count["low"])) for _, row in _same_cell(count, percents).iterrows())


def _is_rough_word_on(rough: pd.Series, percents: pd.DataFrame) -> bool:
    """Tell whether a percentage printed of the same cell is what a rough number says."""
    whole = _WHOLE[rough["statistic"]]
    return any(agrees(rough, float(value) / whole) for value in _same_cell(rough, percents)["value"])


def _same_cell(row: pd.Series, percents: pd.DataFrame) -> pd.DataFrame:
    return percents[(percents[_CELL] == row[_CELL]).all(axis="columns")]
