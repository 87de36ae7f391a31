"""Tables of what a report prints: as it stands there, cell by cell, and as a list."""

from __future__ import annotations

import pandas as pd
from great_tables import GT, loc, style

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import parse_group
from analysis.codebook.labels import number_of
from analysis.context import DRAWN, State
from analysis.figures.answers import group_name, key_name
from analysis.figures.printed import base_sentence, shown_rows, twin, what, whom, written
from analysis.figures.style import GREY, source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, text
from analysis.release import Released

_VALUE = "value"


def printed_table_view(
    released: Released, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """Set out a printed table: a row for each value of the first key it is split by, a column for each of the second.

    Cells that the report's text does not give say so; what a number is of, beside row and column, stands with it.

    Returns
    -------
    tuple
        The table, the rows of `published.csv` in it, and how much of it is there.
    """
    item = codebook.items[name]
    rows = shown_rows(released, codebook, name)
    down, *across = item.by
    keys = [parse_group(group) for group in rows["group"]]
    if item.years:
        lines = [str(year) for year in range(item.years[0], item.years[1] + 1)]
    else:
        lines = list(dict.fromkeys(key[down] for key in keys))
    columns = list(dict.fromkeys(key[across[0]] for key in keys)) if across else [_VALUE]
    own = {*parse_group(item.group), *item.by}
    cells = {(line, column): list[str]() for line in lines for column in columns}
    for (_, row), key in zip(rows.iterrows(), keys, strict=True):
        unit = codebook.variables[row["variable"]].unit or ""
        rest = [group_name(codebook, more, value, wave.year, lang) for more, value in key.items() if more not in own]
        number = written(row, unit, lang)
        cells[key[down], key[across[0]] if across else _VALUE].append(
            f"{number} ({', '.join(rest)})" if rest else number
        )
    missing = [cell for cell, found in cells.items() if not found]
    shown = pd.DataFrame(
        {
            "row": [group_name(codebook, down, line, wave.year, lang) for line in lines],
            **{
                column: ["; ".join(cells[line, column]) or text("printed.missing", lang) for line in lines]
                for column in columns
            },
        }
    )
    labels = {
        column: group_name(codebook, across[0], column, wave.year, lang) if across else text("printed.value", lang)
        for column in columns
    }
    table = (
        GT(shown, rowname_col="row")
        .cols_label({**labels})
        .cols_align("right", columns=columns)
        .tab_stubhead(key_name(codebook, down, lang))
    )
    for line, column in missing:
        table = table.tab_style(
            style.text(style="italic", color=GREY), loc.body(columns=[column], rows=[lines.index(line)])
        )
    for note in (*base_sentence(rows, codebook, name, lang).split("\n"), source_note([wave.basis], wave, lang)):
        table = table.tab_source_note(note)
    lacking = "; ".join(f"{shown['row'][lines.index(line)]}, {labels[column]}" for line, column in missing)
    state = State("partly", text("printed.state_cells", lang, cells=lacking)) if missing else DRAWN
    return table, twin(rows), state


def printed_list_view(
    released: Released, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """List what is printed in a box, or in a chapter's running text, in the order of print.

    Returns
    -------
    tuple
        The table, a row for each number: of what, of whom, its value, how it stands in print and where, and of running
        text the figures and tables that show it too; the rows of `published.csv`; and that all of it is there.
    """
    rows = shown_rows(released, codebook, name).sort_values("line", kind="stable")
    elsewhere = _shown_by(released, codebook, rows, lang) if not codebook.items[name].printed else {}
    shown = pd.DataFrame(
        {
            "what": [_of_what(codebook, row, wave, lang) for _, row in rows.iterrows()],
            "whom": [", ".join(whom(codebook, group, wave, lang)) or NOTHING for group in rows["group"]],
            "value": [written(row, codebook.variables[row["variable"]].unit or "", lang) for _, row in rows.iterrows()],
            "printed": rows["printed"].str.replace(" ", NO_BREAK_SPACE).to_list(),
            "place": [
                text("table.place", lang, page=page, line=line).replace(" ", NO_BREAK_SPACE)
                for page, line in zip(rows["page"], rows["line"], strict=True)
            ],
            **({"shown": [elsewhere[place] or NOTHING for place in rows.index]} if elsewhere else {}),
        }
    )
    columns = [column for column in shown.columns if column != "what"]
    table = (
        GT(shown, rowname_col="what")
        .cols_label({column: text(f"printed.{column}", lang) for column in columns})
        .cols_align("left", columns=columns)
        .cols_align("right", columns=["value"])
        .tab_stubhead(text("printed.what", lang))
        .tab_source_note(text("printed.note_verbatim", lang))
        .tab_source_note(source_note([wave.basis], wave, lang))
    )
    return table, twin(rows), DRAWN


def _of_what(codebook: Codebook, row: pd.Series, wave: Wave, lang: Lang) -> str:
    label = codebook.variables[row["variable"]].label[lang]
    parts = [label, *([what(codebook, row, wave, lang)] if row["category"] else [])]
    parts += [text("printed.base", lang)] if row["statistic"] == "base" else []
    return ", ".join(parts)


def _shown_by(released: Released, codebook: Codebook, rows: pd.DataFrame, lang: Lang) -> dict[int, str]:
    """Return row -> the numbers of the report's figures that show it too."""
    found: dict[int, list[str]] = {place: [] for place in rows.index}
    for name, item in codebook.items.items():
        if item.kind == "figure" and item.printed:
            for place in found.keys() & set(shown_rows(released, codebook, name).index):
                found[place].append(number_of(name, lang))
    return {place: ", ".join(names) for place, names in found.items()}
