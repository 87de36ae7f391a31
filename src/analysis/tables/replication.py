"""The table of verdicts: printed against reproduced."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook
from analysis.codebook.groups import parse_group
from analysis.codebook.labels import group_labels
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
    if pd.isna(row["reproduced"]):
        reproduced = NOTHING
    else:
        reproduced = format_number(row["reproduced"], lang, row["statistic"], unit=False)
    return (
        text("table.place", lang, page=row["page"], line=row["line"]),
        printed_cell(row, codebook, lang),
        row["printed"].replace(" ", NO_BREAK_SPACE),
        reproduced,
        text(f"verdict.{row['verdict']}", lang),
        text(f"evidence.{row['evidence'] or 'none'}", lang),
        row["explanation"],
    )


def printed_cell(row: pd.Series, codebook: Codebook, lang: Lang) -> str:
    """Return what a row of `published.csv` is of: the question, the answer, and of whom where that is not all."""
    answers = codebook.answers_of(row["variable"], row["wave"])
    parts = [codebook.variables[row["variable"]].label[lang]]
    if row["statistic"] == "base":
        parts.append(text("table.base", lang))
    elif row["category"] in answers:
        parts.append(answers[row["category"]][lang])
    parts += group_labels(codebook, parse_group(row["group"]), row["wave"], lang)
    return ": ".join([parts[0], ", ".join(parts[1:])]) if len(parts) > 1 else parts[0]
