"""Tables that cross the answers to a question with the groups that gave them."""

from __future__ import annotations

import pandas as pd
from great_tables import GT, loc, style

from analysis.codebook import Codebook, Wave
from analysis.context import State
from analysis.figures.answers import Question, Shown, shown_state
from analysis.figures.crossed import Column, Crossed, crossed
from analysis.figures.style import GREY, PALE, source_note
from analysis.figures.survey import shared_base
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, text
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, unbroken

_STATES = {"open": "range", "withheld": "withheld"}
_OPEN = f"background: repeating-linear-gradient(135deg, {PALE} 0 1px, transparent 1px 6px)"
_DATA = (
    "variable", "group", "category", "count", "percent", "low", "high", "identified_low", "identified_high", "printed",
)  # fmt: skip


def grid_view(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """Set out an item's answers downwards and its groups side by side: each share, and below it what is printed.

    Parameters
    ----------
    released
        Estimates; those of other waves are not shown.
    published
        Rows of `published.csv`; those of other waves are not shown.
    codebook, wave, name
        The study, the wave that is shown and the item.
    lang
        Language of the texts.

    Returns
    -------
    tuple
        The table; its data, one row for each cell and one for the base of each column (`category` empty), with the ends
        of intervals (`low`, `high`) and of what print leaves open of a percentage (`identified_low`,
        `identified_high`; of a base, of its number); and how much of it is there.

    Raises
    ------
    AnalysisError
        The item is no grid.
    """
    grid = crossed(released, published, codebook, wave, lang, name)
    names = [f"column_{place}" for place in range(len(grid.columns))]
    lines: list[dict[str, str]] = []
    kinds: list[str] = []
    for category, (label, kind) in grid.answers.items():
        lines.append({"answer": label, **dict(zip(names, _shares(grid, category, lang), strict=True))})
        kinds.append(kind)
        printed = [column.printed.get(category, "").replace(" ", NO_BREAK_SPACE) for column in grid.columns]
        if any(printed):
            cells = [each or NOTHING for each in printed]
            lines.append({"answer": text("survey.printed_below", lang), **dict(zip(names, cells, strict=True))})
            kinds.append("printed")
    table = (
        GT(pd.DataFrame(lines, columns=["answer", *names]), rowname_col="answer")
        .cols_label({name: column.label for name, column in zip(names, grid.columns, strict=True)})
        .cols_align("right", columns=names)
        .tab_stubhead(text("survey.answer", lang))
    )
    table = _styled(table, grid, kinds, names)
    for note in _notes(grid, wave, lang):
        table = table.tab_source_note(note)
    data = pd.DataFrame([row for column in grid.columns for row in _data(column)], columns=list(_DATA))
    drawn = grid.rows if len(grid.rows) else pd.DataFrame({"basis": [wave.basis]})
    state = shown_state(grid.found, codebook, name, wave, lang)
    return mark_reconstructed(table, drawn, names, lang), data, state


def _shares(grid: Crossed, category: str, lang: Lang) -> list[str]:
    """Return what stands in the cells of an answer."""
    answers = [column.cells.get(category) for column in grid.columns]
    return [
        NOTHING if answer is None else unbroken((answer.percent or answer.count).written(lang)) for answer in answers
    ]


def _styled(table: GT, grid: Crossed, kinds: list[str], names: list[str]) -> GT:
    """Set what counts several answers together in bold, print in grey, and hatch what print leaves open."""
    bold = [place for place, kind in enumerate(kinds) if kind == "group"]
    grey = [place for place, kind in enumerate(kinds) if kind == "printed"]
    # Where many columns press, the answers would break after every word.
    table = table.tab_style(style.css("min-width: 9rem"), loc.stub())
    table = table.tab_style(style.text(weight="bold"), [loc.body(rows=bold), loc.stub(rows=bold)])
    table = table.tab_style(style.text(color=GREY, size="smaller"), [loc.body(rows=grey), loc.stub(rows=grey)])
    own = [place for place, kind in enumerate(kinds) if kind != "printed"]
    for name, column in zip(names, grid.columns, strict=True):
        open_rows = [
            place
            for place, category in zip(own, grid.answers, strict=True)
            if category in column.cells and column.cells[category].state == "open"
        ]
        if open_rows:
            table = table.tab_style(style.css(_OPEN), loc.body(columns=[name], rows=open_rows))
    return table


def _data(column: Column) -> list[dict[str, object]]:
    """Return a column's rows of the data beside the table: its base, then its answers."""
    question = column.question
    rows = [] if question.n is None else [_row(question, "", question.n, None, "")]
    for category, answer in column.cells.items():
        rows.append(_row(question, category, answer.count, answer.percent, column.printed.get(category, "")))
    return rows


def _row(question: Question, category: str, count: Shown, percent: Shown | None, printed: str) -> dict[str, object]:
    given = percent if percent and percent.state == "given" else Shown("percent")
    left_open = percent or count
    is_open = left_open.state == "open"
    numbers = (
        count.value, given.value, given.low, given.high, left_open.low if is_open else None,
        left_open.high if is_open else None,
    )  # fmt: skip
    return dict(zip(_DATA, (question.variable, question.group, category, *numbers, printed), strict=True))


def _notes(grid: Crossed, wave: Wave, lang: Lang) -> list[str]:
    """Return what stands below the table: question, base, what its lines and ranges mean, basis and source."""
    notes = [text("survey.question", lang, question=grid.asked), shared_base(grid.found, lang)]
    if any(column.printed for column in grid.columns):
        notes.append(text("survey.note_printed_below", lang))
    states = {answer.state for question in grid.found for answer in question.answers}
    notes += [text(f"survey.note_{kind}", lang) for state, kind in _STATES.items() if state in states]
    return [*notes, source_note([wave.basis], wave, lang)]
