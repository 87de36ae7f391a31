"""The table of verdicts: printed against reproduced."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text

_SHOWN = ("where", "cell", "printed", "reproduced", "verdict", "evidence", "explanation")


def verdicts_view(replication: pd.DataFrame, codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out every printed number with its verdict, in the order of the report.

    Parameters
    ----------
    replication
        What `published.compare.replicate` returns, its explanations in `lang`.

    Returns
    -------
    tuple
        The table and its data, the replication unchanged.
    """
    shown = pd.DataFrame([_row(row, codebook, lang) for _, row in replication.iterrows()], columns=list(_SHOWN))
    table = (
        GT(shown)
        .cols_label({name: text(f"table.{name}", lang) for name in _SHOWN})
        .cols_align("right", columns=["printed", "reproduced"])
        .cols_align("left", columns=[name for name in _SHOWN if name not in ("printed", "reproduced")])
    )
    return table, replication


def _row(row: pd.Series, codebook: Codebook, lang: Lang) -> tuple[str, ...]:
    of = ", ".join(part.partition(":")[2] for part in row["group"].split(";") if part != "all")
    if pd.isna(row["reproduced"]):
        reproduced = NOTHING
    else:
        reproduced = format_number(row["reproduced"], lang, row["statistic"], unit=False)
    return (
        text("table.place", lang, page=row["page"], line=row["line"]),
        codebook.variables[row["variable"]].label[lang] + (f": {of}" if of else ""),
        row["printed"].replace(" ", NO_BREAK_SPACE),
        reproduced,
        text(f"verdict.{row['verdict']}", lang),
        text(f"evidence.{row['evidence'] or 'none'}", lang),
        row["explanation"],
    )
