"""Tables of what cleaning did to an export, and of who answered."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, Wave
from analysis.estimates.participation import ITEM, MISSING, took_part
from analysis.figures.answers import shown_number
from analysis.figures.style import source_note
from analysis.lang import NOTHING, Lang, text
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, unbroken

_KEY = ["step", "action", "reason", "question"]
_SHOWN = ["step", "done", "why", "question", "count"]
_ALL = "all"


def cleaning_view(cleaning: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out how often cleaning did what, and why: by step, reason and question, and what it was asked for.

    No municipality, row or value of an export is shown or kept, and of a collected one no number of rows below the
    wave's `minimum_cell`.

    Parameters
    ----------
    cleaning
        The log, as `ingest.responses.clean` returns it.

    Returns
    -------
    tuple
        The table and its data: step, action, reason, question (as the log names it: `barriers@planning`), `count` as
        text, such as `12` or `<3`.
    """
    # What was done to a whole column says nothing of any municipality.
    counts = cleaning.assign(of_rows=cleaning["row"] != "").groupby([*_KEY, "of_rows"], sort=False).size()
    data = counts.rename("count").reset_index()
    small = data["of_rows"] & (data["count"] < wave.minimum_cell) & (wave.basis == "collected")
    data["count"] = data["count"].astype("str").mask(small, f"<{wave.minimum_cell}")
    data = data[[*_KEY, "count"]]
    shown = pd.DataFrame(
        {
            "step": [text(f"cleaning.step_{step}", lang) for step in data["step"]],
            "done": [text(f"cleaning.done_{action.replace(' ', '_')}", lang) for action in data["action"]],
            "why": [text(f"cleaning.why_{reason}", lang) for reason in data["reason"]],
            "question": [_question(name, codebook, lang) for name in data["question"]],
            "count": data["count"],
        },
        columns=_SHOWN,
    )
    table = (
        GT(shown)
        .cols_label({name: text(f"cleaning.{name}", lang) for name in _SHOWN})
        .cols_align("left", columns=["step", "done", "why", "question"])
        .cols_align("right", columns=["count"])
    )
    if shown.empty:
        table = table.tab_source_note(text("cleaning.nothing", lang))
    if small.any():
        table = table.tab_source_note(text("cleaning.note_small", lang, minimum=wave.minimum_cell))
    rows = pd.DataFrame({"basis": [wave.basis]})
    return mark_reconstructed(table, rows, _SHOWN, lang), data


def participation_view(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang
) -> tuple[GT, pd.DataFrame]:
    """Set out how many municipalities answered and how many did not: by size class, by region, and of all.

    Parameters
    ----------
    released
        Estimates of `estimates.participation`.
    published
        Rows of `published.csv`: what they give of the same stands beside it.

    Returns
    -------
    tuple
        The table, and the rows that it shows, `printed` beside the share of those that answered.
    """
    rows = released.rows[released.rows["item"] == ITEM].reset_index(drop=True)
    printed = _printed(published, codebook, wave)
    share = (rows["statistic"] == "percent") & (rows["category"] == "")
    rows = rows.assign(printed=rows["group"].map(lambda group: printed.get(group, "")).where(share, ""))
    cells = {(row["group"], row["category"], row["statistic"]): shown_number(row) for _, row in rows.iterrows()}
    groups = [*(name for name in rows["group"].unique() if name != _ALL), _ALL]
    columns = {
        "there_are": ("", "base"),
        "answered": ("", "count"),
        "part": ("", "percent"),
        "absent": (MISSING, "count"),
        "absent_part": (MISSING, "percent"),
    }
    shown = pd.DataFrame(
        [
            {
                "by": _grouping(group, lang),
                "group": _label(group, codebook, lang),
                **{name: unbroken(cells[group, *cell].written(lang)) for name, cell in columns.items()},
                "print": printed.get(group, NOTHING),
            }
            for group in groups
        ]
    )
    labels = {name: text(f"cleaning.{name}", lang) for name in (*columns, "print")}
    table = GT(shown, rowname_col="group", groupname_col="by").cols_label({**labels})
    table = table.cols_align("right", columns=list(labels))
    if any(cell.state == "open" for cell in cells.values()):
        table = table.tab_source_note(text("cleaning.note_open", lang))
    table = table.tab_source_note(source_note(rows["basis"], wave, lang))
    return mark_reconstructed(table, rows, list(labels), lang), rows


def _printed(published: pd.DataFrame, codebook: Codebook, wave: Wave) -> dict[str, str]:
    """Return group -> all that is printed of how many took part, each different text once, as it stands there."""
    same = took_part(codebook)
    found: dict[str, dict[str, None]] = {}
    for _, row in published[published["wave"] == wave.year].iterrows():
        if (row["variable"], row["category"]) in same and row["statistic"] != "base":
            found.setdefault(row["group"], {})[row["printed"]] = None
    return {group: "; ".join(printed) for group, printed in found.items()}


def _question(name: str, codebook: Codebook, lang: Lang) -> str:
    """Return what a question is called, and what it was asked for."""
    if not name:
        return ""
    variable, *values = name.split("@")
    question = codebook.variables[variable]
    asked_for = [codebook.groups[key].values[value] for key, value in zip(question.asked_per, values, strict=True)]
    return ": ".join(label[lang] for label in (question.label, *asked_for))


def _grouping(group: str, lang: Lang) -> str:
    return text(f"cleaning.by_{group.partition(':')[0]}", lang)


def _label(group: str, codebook: Codebook, lang: Lang) -> str:
    key, _, name = group.partition(":")
    if group == _ALL:
        return text("cleaning.everyone", lang)
    return codebook.size_classes[name][lang] if key == "size" else name
