"""A share on a picture: its bar, its interval and what print says, in each of the three states of a number."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.markers import CARETLEFTBASE, CARETRIGHTBASE
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from analysis.estimates import CLUSTERED
from analysis.figures.answers import Question, Shown
from analysis.figures.style import GREY, INK, WIDTH, text_width
from analysis.lang import NO_BREAK_SPACE, UNITS, Lang, format_number, text
from analysis.published.marks import Mark

NUMBERS = 8.5
"""Size in points of the numbers at the bars."""

BAR = 0.19
"""Height of a bar in inches; the vertical axis counts inches, from the top."""

EMPTY = 0.9
"""Least height in inches of what is drawn, so that also an empty figure shows its watermark."""

HATCH = "//////"

_CAP = 0.05  # inches
_KEY_LINE = 0.18  # inches
_KEY_SIZE = 8  # points
_KEY_MARK = 0.45  # inches that a mark of a key takes, with the space around it
_SEEN = [withStroke(linewidth=2.6, foreground="white")]  # on dark bars, too
_VISIBLE = 0.05  # per cent: an interval below is a point


def draw_share(
    axis: Axes, share: Shown, y: float, colour: str, *, start: float = 0.0, side: int = 1, bar: float = BAR
) -> None:
    """Draw a share as a bar with its interval; nothing where it is withheld.

    Where it is open the bar goes as far as is certain, and is hatched over its range.

    Parameters
    ----------
    axis
        Percentages along, inches from the top upright.
    share
        What is drawn.
    y
        The bar's middle.
    colour
        Of the bar as far as it is certain.
    start
        Where along the axis the share is nought.
    side
        1 for a bar to the right, -1 for one to the left.
    bar
        Its height in inches.
    """
    if share.state == "open":
        low, high = share.low or 0.0, share.high or 0.0
        left = min(start + side * low, start + side * high)
        if low > 0:
            axis.barh(y, side * low, bar, left=start, color=colour)
        axis.barh(y, high - low, bar, left=left, facecolor="white", edgecolor=GREY, hatch=HATCH, linewidth=0.8)
    elif share.value is not None:
        axis.barh(y, side * share.value, bar, left=start, color=colour)
        draw_interval(axis, share, y, start=start, side=side)


def draw_interval(axis: Axes, share: Shown, y: float, *, start: float = 0.0, side: int = 1) -> None:
    """Draw the interval of a given share as a thin line with caps; none where it is a point."""
    if has_interval(share):
        ends = [start + side * (share.low or 0.0), start + side * (share.high or 0.0)]
        axis.hlines(y, min(ends), max(ends), color=INK, linewidth=1, zorder=3, path_effects=_SEEN)
        axis.vlines(ends, y - _CAP, y + _CAP, color=INK, linewidth=1, zorder=3, path_effects=_SEEN)


def draw_printed(
    axis: Axes, marks: Iterable[Mark], y: float, *, start: float = 0.0, side: int = 1, bar: float = BAR
) -> None:
    """Mark what is printed on a bar: a number, a range as two lines that are joined, a limit with an arrow inwards."""
    top, bottom = y - 0.65 * bar, y + 0.65 * bar
    for mark in marks:
        ends = [start + side * each for each in dict.fromkeys(mark) if each is not None]
        axis.vlines(ends, top, bottom, color=INK, linewidth=2, zorder=4, path_effects=_SEEN)
        if len(ends) > 1:
            axis.hlines(top, min(ends), max(ends), color=INK, linewidth=1.4, zorder=4, path_effects=_SEEN)
        elif None in mark:
            inwards = side if mark.high is None else -side
            arrow = CARETRIGHTBASE if inwards > 0 else CARETLEFTBASE
            axis.plot(ends[0], top, marker=arrow, markersize=5, color=INK, linestyle="", zorder=4, path_effects=_SEEN)


def has_interval(share: Shown) -> bool:
    """Tell whether a given share has an interval that can be seen."""
    return share.value is not None and share.high is not None and share.high - (share.low or 0.0) > _VISIBLE


def draw_baseline(axis: Axes, x: float, top: float, bottom: float) -> None:
    """Draw the line that bars start from, so that none of them can still be seen."""
    axis.vlines(x, top, bottom, color=GREY, linewidth=0.8)


def write_across(axis: Axes, y: float, words: str, *, bold: bool = False, colour: str = INK, size: float = 9.0) -> None:
    """Write lines across the whole figure, from a height of the axes down."""
    if words:
        axis.annotate(
            words, (0.07 / WIDTH, y), xycoords=("figure fraction", "data"), va="top", color=colour, fontsize=size,
            fontweight="bold" if bold else "normal", annotation_clip=False, in_layout=False,
        )  # fmt: skip


def key(found: list[Question], rows: pd.DataFrame, printed: bool, lang: Lang) -> list[Artist]:
    """Return the line of a key that explains the marks a figure has; empty where it has none.

    Parameters
    ----------
    found
        The questions with what is drawn of them.
    rows
        The drawn rows of `estimates.csv`: their methods say what the intervals are.
    printed
        Whether anything printed is marked.
    lang
        Language of the texts.
    """
    states, interval = _kinds(found)
    handles: list[Artist] = []
    if printed:
        handles.append(Line2D([], [], color=INK, marker="|", markersize=11, markeredgewidth=2, linestyle=""))
        handles[-1].set_label(text("survey.printed", lang))
    if interval:
        handles.append(Line2D([], [], color=INK, marker="|", markersize=6, linewidth=1))
        handles[-1].set_label(" / ".join(text(f"survey.{kind}", lang) for kind in _intervals(rows)))
    if "open" in states:
        handles.append(Patch(facecolor="white", edgecolor=GREY, hatch=HATCH, linewidth=0.8))
        handles[-1].set_label(text("survey.open", lang))
    return handles


def key_height(lines: list[list[Artist]]) -> float:
    """Return the inches that the lines of a key need below the axes; an empty line needs none."""
    needed = len(_fitted(lines))
    return _KEY_LINE * needed + (0.08 if needed else 0)


def draw_key(figure: Figure, lines: list[list[Artist]]) -> None:
    """Set the lines of a key beneath the axes, which make room for it."""
    layout = figure.get_layout_engine()
    lines = _fitted(lines)
    if lines and isinstance(layout, ConstrainedLayoutEngine):
        left, bottom, width, height = layout.get()["rect"]
        inch = 1 / figure.get_figheight()
        layout.set(rect=(left, bottom + key_height(lines) * inch, width, height - key_height(lines) * inch))
        for place, line in enumerate(reversed(lines)):
            figure.legend(
                handles=line, loc="lower left", bbox_to_anchor=(0, bottom + place * _KEY_LINE * inch), ncols=len(line),
                frameon=False, fontsize=_KEY_SIZE, borderpad=0.2, borderaxespad=0.3, columnspacing=1.4,
            )  # fmt: skip


def _fitted(lines: list[list[Artist]]) -> list[list[Artist]]:
    """Return the lines of a key, none of them empty, each broken where it would be wider than the figure."""
    fitted: list[list[Artist]] = []
    for line in lines:
        room = 0.0
        for handle in line:
            width = text_width(str(handle.get_label()), _KEY_SIZE) + _KEY_MARK
            if width > room:
                fitted.append([])
                room = WIDTH - 0.1
            fitted[-1].append(handle)
            room -= width
    return fitted


def foot_notes(found: list[Question], rows: pd.DataFrame, marks: pd.DataFrame, lang: Lang) -> str:
    """Return what interval, hatching, rough marks and withheld numbers mean, of those that the questions have."""
    states, interval = _kinds(found)
    kinds = _intervals(rows)
    notes = [(f"thin_{kind}", interval and kind in kinds) for kind in ("clustered", "bounds")]
    notes += [("open", "open" in states), ("rough_marks", bool((marks["low"] != marks["high"]).any()))]
    notes += [("withheld", "withheld" in states)]
    return "\n".join(text(f"survey.note_{name}", lang) for name, applies in notes if applies)


def percent_sign(value: float, lang: Lang) -> str:
    """Return a whole percentage, as axes show it."""
    return format_number(value, lang) + UNITS["percent"][lang].replace(" ", NO_BREAK_SPACE)


def _kinds(found: list[Question]) -> tuple[set[str], bool]:
    """Return the states of the numbers, and whether any has an interval that can be seen."""
    answers = [answer for question in found for answer in question.answers]
    shares = [answer.percent for answer in answers if answer.percent]
    return {answer.state for answer in answers}, any(map(has_interval, shares))


def _intervals(rows: pd.DataFrame) -> list[str]:
    """Return what kinds of interval the drawn percentages have."""
    methods = set(rows.loc[(rows["statistic"] == "percent") & rows["low"].notna(), "method"])
    return [kind for kind, has in (("clustered", CLUSTERED in methods), ("bounds", methods - {CLUSTERED})) if has]
