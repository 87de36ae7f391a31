"""Tables of two waves of a survey."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, ComparisonRow, Wave
from analysis.context import DRAWN, State
from analysis.estimates import WORST_CASE
from analysis.estimates.comparison import (
    CHANGED,
    MARGINS,
    P_ADJUSTED,
    P_VALUE,
    PAIRINGS,
    READINGS,
    SHORTFALL,
    STRICT,
    TREATMENTS,
    printed_table,
)
from analysis.figures.answers import Shown, shown_number
from analysis.figures.comparison import (
    Compared,
    Level,
    compared_estimates,
    compared_rows,
    compared_state,
    wave_name,
    written_change,
    written_range,
)
from analysis.figures.style import source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.models.written import written_p
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, unbroken

_SIDES = ("before", "after")


def comparison_view(
    changes: Released,
    before: Released,
    after: Released,
    published: pd.DataFrame,
    codebook: Codebook,
    wave: Wave,
    lang: Lang,
) -> tuple[GT, pd.DataFrame, State]:
    """Set out the report's table: each row in both waves beside print, the change, and whether they can be compared.

    Parameters
    ----------
    changes
        What `compare_waves` returns, released.
    before, after
        The released estimates of the two waves.
    published
        Printed rows of the two waves.
    codebook, wave, lang
        The study, the later wave, the language of the texts.

    Returns
    -------
    tuple
        The table; its data, the rows of `estimates.csv` of both waves and of the change; and how much of it is there.
    """
    found = compared_rows(changes, before, after, codebook, wave, lang)
    names = dict(zip(_SIDES, (wave_name(before, lang), wave_name(after, lang)), strict=True))
    printed = {
        side: _printed(published, int(released.rows["wave"].iloc[0]), codebook)
        for side, released in zip(_SIDES, (before, after), strict=True)
    }
    shown = pd.DataFrame([_shown(each, changes, printed, lang) for each in found])
    columns = [name for name in shown.columns.drop("row") if not _is_empty(name, shown)]
    labels: dict[str, Any] = {
        name: text(f"compare.{name.removeprefix('before_').removeprefix('after_')}", lang) for name in columns
    }
    table = GT(shown[["row", *columns]], rowname_col="row").tab_stubhead(text("compare.row", lang))
    for side, name in names.items():
        table = table.tab_spanner(name, columns=[column for column in columns if column.startswith(side)], id=side)
    table = table.tab_spanner(
        text("compare.change", lang),
        columns=[name for name in columns if name in (WORST_CASE, "treatments")],
        id="change",
    )
    words = [name for name in (WORST_CASE, "treatments", "conclusion") if name in columns]
    table = (
        table.cols_label(labels)
        .cols_align("right", columns=[name for name in columns if name not in words])
        .cols_align("left", columns=words)
    )
    for note in _notes(found, columns, lang):
        table = table.tab_source_note(note)
    rows = compared_estimates(changes, before, after, found)
    table = mark_reconstructed(table.tab_source_note(source_note(rows["basis"], wave, lang)), rows, columns, lang)
    return table, rows, compared_state(found, lang)


def pairings_view(changes: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out what the same municipalities may have done, by what is taken as said.

    Parameters
    ----------
    changes
        What `compare_waves` returns, released.
    codebook, wave, lang
        The study, the later wave, the language of the texts.

    Returns
    -------
    tuple
        The table; its data, the rows of item `PAIRINGS`; and how much of it is there.
    """
    rows = changes.rows[changes.rows["item"] == PAIRINGS].reset_index(drop=True)
    shown = pd.DataFrame(
        [
            _paired(own, row, reading, lang)
            for row in codebook.comparison.values()
            for reading in READINGS
            if len(own := _of(rows, row, reading))
        ],
        columns=["row", "taken_as_said", *CHANGED, P_VALUE, P_ADJUSTED],
    )
    columns = list(shown.columns.drop("row"))
    table = (
        GT(shown, rowname_col="row")
        .tab_stubhead(text("compare.row", lang))
        .cols_label({name: text(f"compare.{name}", lang) for name in columns})
        .cols_align("right", columns=columns[1:])
        .cols_align("left", columns=["taken_as_said"])
        .tab_source_note(text("compare.pairings_note", lang))
    )
    state = DRAWN if len(rows) else State("not_drawn", text("compare.nothing_to_pair", lang))
    return (
        mark_reconstructed(table.tab_source_note(source_note(rows["basis"], wave, lang)), rows, columns, lang),
        rows,
        state,
    )


def _shown(each: Compared, changes: Released, printed: dict[str, pd.DataFrame], lang: Lang) -> dict[str, str]:
    cells = {"row": each.row.label[lang]}
    for side, level in zip(_SIDES, (each.before, each.after), strict=True):
        cells[f"{side}_answers"] = _written_level(level, lang)
        cells[f"{side}_printed"] = _as_printed(printed[side], each.row)
    cells[WORST_CASE] = written_change(each.change, lang)
    treated = [own.iloc[0] for method in TREATMENTS if len(own := _of(changes.rows, each.row, method))]
    cells["treatments"] = "; ".join(_written_treated(found, lang) for found in treated) or NOTHING
    cells["conclusion"] = _conclusion(each, lang)
    return cells


def _written_treated(found: pd.Series, lang: Lang) -> str:
    """Return a change with don't knows as something else; of an open one all it could be, the missing included."""
    if pd.isna(found["value"]) and pd.notna(found["low"]):
        return written_range(found["low"], found["high"], lang)
    return written_change(shown_number(found), lang)


def _is_empty(name: str, shown: pd.DataFrame) -> bool:
    """Tell whether a column that may be left out says nothing."""
    return (name.endswith("_printed") or name == "treatments") and set(shown[name]) <= {NOTHING}


def _notes(found: list[Compared], columns: list[str], lang: Lang) -> list[str]:
    """Return what stands below the table: what its columns mean, and why each row can be compared, or not."""
    notes = [text("compare.note_change", lang)]
    if "treatments" in columns:
        notes.append(text("compare.note_treatments", lang))
    if any(name.endswith("_printed") for name in columns):
        notes.append(text("compare.note_printed", lang))
    if any(each.verdict == "not_judged" for each in found):
        notes.append(text("compare.note_not_judged", lang))
    judged = [each for each in found if each.why]
    return notes + [
        text(
            "compare.judged",
            lang,
            label=each.row.label[lang],
            verdict=text(f"compare.{each.verdict}", lang),
            why=each.why,
        )
        for each in judged
    ]


def _written_level(level: Level | None, lang: Lang) -> str:
    if level is None:
        return NOTHING
    if level.percent.state == "withheld":
        return level.percent.written(lang)
    count, percent = (unbroken(number.written(lang)) for number in (level.count, level.percent))
    return text("compare.level", lang, count=count, percent=percent)


def _printed(published: pd.DataFrame, year: int, codebook: Codebook) -> pd.DataFrame:
    """Return what the report's own table prints of a wave."""
    return published[(published["wave"] == year) & (published["item"] == printed_table(codebook))]


def _as_printed(printed: pd.DataFrame, row: ComparisonRow) -> str:
    own = printed[(printed["variable"] == row.variable) & (printed["category"] == row.category)]
    return " · ".join(own["printed"]).replace(" ", NO_BREAK_SPACE) or NOTHING


def _conclusion(each: Compared, lang: Lang) -> str:
    """Return which way a row went, and whether it can be compared, in words."""
    verdict = text(f"compare.{each.verdict}", lang)
    if each.direction is None or not each.is_comparable:
        return verdict
    sure = each.direction == each.sure
    direction = text(f"compare.{each.direction}" if sure else f"compare.{each.direction}_as_declared", lang)
    return text("compare.concluded", lang, direction=direction, verdict=verdict)


def _of(rows: pd.DataFrame, row: ComparisonRow, method: str) -> pd.DataFrame:
    own = (rows["variable"] == row.variable) & (rows["category"] == row.category) & (rows["method"] == method)
    chosen: pd.DataFrame = rows[own]
    return chosen


def _paired(own: pd.DataFrame, row: ComparisonRow, reading: str, lang: Lang) -> dict[str, str]:
    numbers = {found["statistic"]: shown_number(found) for _, found in own.iterrows()}
    cells = {"row": row.label[lang], "taken_as_said": text(f"compare.{reading}", lang)}
    cells |= {name: unbroken(numbers[name].written(lang)) if name in numbers else NOTHING for name in CHANGED}
    cells |= {name: _p(numbers[name], lang) if name in numbers else NOTHING for name in (P_VALUE, P_ADJUSTED)}
    if reading == STRICT and P_VALUE not in numbers:
        shortfall = format_number(numbers[SHORTFALL].value or 0.0, lang)
        cells[P_VALUE] = text("compare.contradiction", lang, shortfall=shortfall)
    if reading != MARGINS:
        cells["row"] = ""
    return cells


def _p(p_value: Shown, lang: Lang) -> str:
    """Return a p-value, or the range of it, with three decimals."""
    ends = [p_value.value] if p_value.value is not None else [p_value.low, p_value.high]
    written = [written_p(end or 0.0, lang) for end in ends]
    return unbroken(NOTHING.join(dict.fromkeys(written)))
