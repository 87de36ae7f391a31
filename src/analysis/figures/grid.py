"""Bars in a grid: the answers downwards, and side by side the groups that gave them, or several questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from analysis.codebook import Codebook, Wave
from analysis.errors import AnalysisError
from analysis.figures.answers import Answer, full_title, shown_state
from analysis.figures.crossed import Column, Crossed, crossed
from analysis.figures.placing import COLOURS, LINE
from analysis.figures.shares import (
    EMPTY,
    draw_baseline,
    draw_key,
    draw_printed,
    draw_share,
    foot_notes,
    key,
    key_height,
    percent_sign,
)
from analysis.figures.style import (
    BLUE,
    GREY,
    INK,
    LIGHT_BLUE,
    PALE,
    WIDTH,
    balanced,
    look,
    survey_frame,
    text_width,
)
from analysis.figures.survey import Drawing, alt_text, shared_base
from analysis.lang import Lang, text
from analysis.published.marks import Mark
from analysis.release import Released

_LABELS = 1.95  # inches at most for the texts of answers
_GAP = 0.14  # inches between the columns
_ROW = 0.4  # inches
_BAR = 0.14  # inches
_ABOVE = 0.08  # inches from the middle of a row up to that of its bars
_BELOW = 0.1  # inches from the middle of a row down to that of its numbers
_SMALL = 8.0  # points
_AXIS = 0.3  # inches that the numbers along the axis take
_MOST = 4  # columns: more leave no room for their numbers
_PAD = 0.1  # inches between the texts of answers and the bars


@dataclass(frozen=True)
class _Plan:
    """Where everything lies: widths in inches, and how many inches one per cent is.

    Parameters
    ----------
    crossed
        What is drawn.
    labels, column
        Widths of the texts of answers and of a column.
    inches
        For each per cent.
    places
        Category -> its wrapped text and the middle of its bars, in inches from the top.
    top, height
        Where the first answer begins, and all of it, in inches.
    with_counts
        Whether every column has room for counts beside shares.
    """

    crossed: Crossed
    labels: float
    column: float
    inches: float
    places: dict[str, tuple[str, float]]
    top: float
    height: float
    with_counts: bool

    def start(self, column: int) -> float:
        """Return where along the axis, in per cent, the bars of a column begin."""
        return column * (self.column + _GAP) / self.inches


def draw_grid(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Drawing:
    """Draw an item's answers downwards and its groups, or its questions, side by side, all on one scale.

    Parameters
    ----------
    released
        Estimates; those of other waves are not drawn.
    published
        Rows of `published.csv`; those of other waves are not drawn.
    codebook, wave, name
        The study, the wave that is shown and the item.
    lang
        Language of the texts.

    Raises
    ------
    AnalysisError
        The item is no grid, or has more columns than there is room for.
    """
    grid = crossed(released, published, codebook, wave, lang, name)
    if len(grid.columns) > _MOST:
        raise AnalysisError(
            f"{name} has {len(grid.columns)} columns, and a figure has room for {_MOST}. Make it a table, or give the "
            "item another form."
        )
    found, rows = grid.found, grid.rows
    title, base = full_title(codebook.items[name].title[lang], grid.asked), shared_base(found, lang)
    if title != grid.asked:
        base = f"{grid.asked}\n{base}"
    plan = _plan(grid, lang)
    keys = [key(found, rows, len(grid.marks) > 0, lang)]
    below = (_AXIS if grid.answers else 0) + key_height(keys)
    with look():
        note = foot_notes(found, rows, grid.marks, lang)
        figure, (axis,) = survey_frame(title, rows, wave, lang, base=base, height=plan.height + below, note=note)
        axis.set_ylim(plan.height, 0)
        _axes(axis, plan, lang)
        for place, column in enumerate(grid.columns if grid.answers else ()):
            for category in plan.places:
                _draw(axis, column, category, plan, place, lang)
        draw_key(figure, keys)
    alt = alt_text(text("survey.alt_grid", lang), found, wave, lang, printed=len(grid.marks) > 0)
    return Drawing(figure, alt, rows, shown_state(found, codebook, name, wave, lang))


def _plan(grid: Crossed, lang: Lang) -> _Plan:
    """Return where everything lies: bars as long as the number at each leaves room for."""
    texts = {
        category: balanced(label, _LABELS, 9, "bold" if kind == "group" else "normal")
        for category, (label, kind) in grid.answers.items()
    }
    labels = max([0.0, *(text_width(line, 9, "bold") for lines in texts.values() for line in lines)]) + _PAD
    number = max(1, len(grid.columns))
    column = (WIDTH - 0.25 - labels - _GAP * (number - 1)) / number
    headers = max([1, *(len(_header(each, column)) for each in grid.columns)])
    y = top = LINE * headers + 0.06 if texts else 0.05
    places = {}
    for category, lines in texts.items():
        height = max(_ROW, LINE * len(lines) + 0.08)
        places[category] = ("\n".join(lines), y + height / 2)
        y += height
    written = [answer.written(lang) for each in grid.columns for answer in each.cells.values()]
    with_counts = all(text_width(words, _SMALL, "bold") <= column for words in written)
    return _Plan(grid, labels, column, column / 100, places, top, max(y, EMPTY), with_counts)


def _header(column: Column, width: float) -> list[str]:
    return balanced(column.label, width, _SMALL, "bold")


def _number(column: Column, category: str, lang: Lang, *, with_counts: bool) -> str:
    """Return count and share, or the share alone; of what only print tells, its words."""
    if answer := column.cells.get(category):
        return answer.written(lang) if with_counts or not answer.percent else answer.percent.written(lang)
    printed = column.printed.get(category, "")
    return text("survey.printed_alone", lang, numbers=printed) if printed else ""


def _draw(axis: Axes, column: Column, category: str, plan: _Plan, place: int, lang: Lang) -> None:
    """Draw the bar of an answer with what print says of it, and the number beneath it."""
    start, y = plan.start(place), plan.places[category][1] - _ABOVE
    answer: Answer | None = column.cells.get(category)
    marks: list[Mark] = column.marks.get(category, [])
    if answer and answer.percent:
        colour = COLOURS[answer.kind] if not column.question.is_split or answer.kind == "missing" else LIGHT_BLUE
        draw_share(axis, answer.percent, y, BLUE if column.is_whole else colour, start=start, bar=_BAR)
    draw_printed(axis, marks, y, start=start, bar=_BAR)
    draw_baseline(axis, start, y - 0.1, y + 0.1)
    sure = answer is not None and answer.state != "withheld"
    axis.annotate(
        _number(column, category, lang, with_counts=plan.with_counts), (start, plan.places[category][1] + _BELOW),
        va="center", ha="left", fontsize=_SMALL, color=INK if sure else GREY,
        fontstyle="normal" if sure else "italic",
        fontweight="bold" if answer and (answer.kind == "group" or column.is_whole) else "normal",
    )  # fmt: skip


def _axes(axis: Axes, plan: _Plan, lang: Lang) -> None:
    """Name the answers and the columns, and count per cent along each column."""
    left = -plan.labels / plan.inches
    axis.set_xlim(left, left + (WIDTH - 0.2) / plan.inches)
    axis.set_yticks([])
    axis.spines["bottom"].set_visible(False)
    if not plan.places:
        axis.set_axis_off()
        return
    edges = [plan.top]
    for category, (words, y) in plan.places.items():
        bold = plan.crossed.answers[category][1] == "group"
        axis.annotate(
            words, (left, y), (0, 0), textcoords="offset points", va="center", ha="left", fontsize=9,
            fontweight="bold" if bold else "normal", annotation_clip=False,
        )  # fmt: skip
        edges.append(2 * y - edges[-1])
    axis.hlines(edges, left, left + (WIDTH - 0.2) / plan.inches, color=PALE, linewidth=0.7, zorder=0)
    # The ends of a column's axis keep to its width, so that they stay clear of its neighbours'.
    ticks: dict[int, Literal["left", "center", "right"]] = {0: "left", 50: "center", 100: "right"}
    for place, column in enumerate(plan.crossed.columns):
        start = plan.start(place)
        axis.annotate(
            "\n".join(_header(column, plan.column)), (start, plan.top), (0, 4), textcoords="offset points",
            va="bottom", ha="left", fontsize=_SMALL, fontweight="bold",
        )  # fmt: skip
        axis.plot([start, start + 100], [plan.height] * 2, color=GREY, linewidth=0.8, clip_on=False)
    starts = [plan.start(place) for place in range(len(plan.crossed.columns))]
    axis.set_xticks([start + tick for start in starts for tick in ticks])
    axis.set_xticklabels([percent_sign(tick, lang) for _ in starts for tick in ticks], fontsize=_SMALL)
    for label, side in zip(axis.get_xticklabels(), [*ticks.values()] * len(starts), strict=True):
        label.set_horizontalalignment(side)
