"""Effects one below the other, each with its interval or its range, against the line of no difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.codebook import Wave
from analysis.figures.shares import EMPTY, HATCH, NUMBERS, draw_key, key_height, write_across
from analysis.figures.style import BLUE, GREY, INK, WIDTH, look, survey_frame, wrapped
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, decimal_sign, text
from analysis.models.written import written_points, written_ratio

Scale = Literal["odds_ratio", "percentage_points"]

LABELS = 2.1
"""Inches that the labels of lines may take."""

_HEADING = 0.19  # inches for each of its lines
_LINE = 0.34
_LABEL_LINE = 0.15
_GAP = 0.1
_AXIS = 0.45
_APART = 0.07  # inches between the two marks of a line
_CAP = 0.045
_RANGE = 0.1  # height of a range
_NOTHING: dict[Scale, float] = {"odds_ratio": 1.0, "percentage_points": 0.0}
_ZERO: dict[Lang, str] = {"da": ",0", "en": ".0"}
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_LEAST_REACH = 4.0
_MOST_REACH = 60.0
_SAME = 1e-9


@dataclass(frozen=True)
class Mark:
    """An effect: the smallest and largest value it may have, and the ends of its interval, NaN where it has none.

    `main` is the one that counts; another beside it is drawn lighter, below.
    """

    smallest: float
    largest: float
    low: float = math.nan
    high: float = math.nan
    main: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it has one value only."""
        return self.largest - self.smallest <= _SAME * max(1.0, abs(self.largest))


@dataclass(frozen=True)
class Line:
    """A line of a forest: what it is, its marks (none: withheld or open, as `written` says), and what stands beside."""

    label: str
    marks: tuple[Mark, ...]
    written: str


@dataclass(frozen=True)
class Block:
    """Lines with a common heading, and what they rest on."""

    heading: str
    base: str
    lines: tuple[Line, ...]


def draw_forest(
    blocks: list[Block],
    scale: Scale,
    title: str,
    rows: pd.DataFrame,
    wave: Wave,
    lang: Lang,
    *,
    base: str,
    axis_label: str,
    note: str,
    keys: list[list[Artist]],
) -> Figure:
    """Draw blocks of effects.

    Parameters
    ----------
    blocks
        None: only the frame is drawn.
    scale
        Odds ratios stand on a log axis around 1, points on a plain one around nought. What lies beyond the axis ends in
        an arrow.
    title, rows, wave, lang, base, note
        As for `survey_frame`.
    axis_label
        What is counted along the axis.
    keys
        Lines that explain the marks.
    """
    headings = [
        (_lines(block.heading, WIDTH - 0.15, 9, "bold"), _lines(block.base, WIDTH - 0.15, NUMBERS)) for block in blocks
    ]
    height = sum(
        _HEADING * (len(heading) + len(below)) + sum(map(_depth, block.lines)) + _GAP
        for block, (heading, below) in zip(blocks, headings, strict=True)
    )
    height = max(height, EMPTY)
    with look():
        figure, (axis,) = survey_frame(
            title, rows, wave, lang, base=base, height=height + (_AXIS if blocks else 0) + key_height(keys), note=note
        )
        axis.set_ylim(height, 0)
        if not blocks:
            axis.set_axis_off()
            return figure
        _scale(axis, scale, blocks, lang)
        y, places, labels = 0.0, list[float](), list[str]()
        for block, (heading, below) in zip(blocks, headings, strict=True):
            write_across(axis, y + 0.02, "\n".join(heading), bold=True)
            write_across(axis, y + 0.02 + _HEADING * len(heading), "\n".join(below), colour=GREY, size=NUMBERS)
            y += _HEADING * (len(heading) + len(below))
            top = y
            for line in block.lines:
                places.append(y + _depth(line) / 2)
                labels.append("\n".join(wrapped(line.label, LABELS, NUMBERS)))
                _draw(axis, line, places[-1])
                y += _depth(line)
            # Only beside its lines, so that it does not run through a heading.
            axis.vlines(_NOTHING[scale], top, y, color=GREY, linewidth=1, zorder=0)
            y += _GAP
        axis.set_yticks(places, labels, fontsize=NUMBERS)
        axis.set_xlabel(axis_label, fontsize=NUMBERS)
        draw_key(figure, keys)
    return figure


def written_effect(mark: Mark, scale: Scale, lang: Lang) -> str:
    """Return an effect with its interval: `3.24 (0.72 to 14.5)`, or the range of an open one."""
    ends = dict.fromkeys(written(value, scale, lang) for value in (mark.smallest, mark.largest))
    shown = _between(list(ends), lang)
    if math.isnan(mark.low) or math.isnan(mark.high):
        return shown
    interval = _between([written(mark.low, scale, lang), written(mark.high, scale, lang)], lang)
    return text("regress.with_interval", lang, value=shown, interval=interval).replace(" ", NO_BREAK_SPACE)


def written(value: float, scale: Scale, lang: Lang) -> str:
    """Return an odds ratio with two digits or more, or percentage points with their sign."""
    if math.isnan(value):
        return NOTHING
    return written_ratio(value, lang) if scale == "odds_ratio" else written_points(value, lang)


def effect_keys(blocks: list[Block], lang: Lang, *, main: str, other: str = "") -> list[list[Artist]]:
    """Return the lines of a key for the marks that blocks have.

    Parameters
    ----------
    main, other
        What the dark marks and the light ones are.
    """
    marks = [mark for block in blocks for line in block.lines for mark in line.marks]
    first: list[Artist] = []
    if any(mark.main and (mark.is_point or not math.isnan(mark.low)) for mark in marks):
        first.append(Line2D([], [], color=BLUE, marker="o", markersize=5.5, linewidth=1.6, label=main))
    if other and not all(mark.main for mark in marks):
        first.append(
            Line2D([], [], color=GREY, marker="D", markersize=4, markerfacecolor="white", linewidth=0.9, label=other)
        )
    second: list[Artist] = []
    if any(not mark.is_point for mark in marks):
        patch = Patch(facecolor="white", edgecolor=BLUE, hatch=HATCH, linewidth=0.8)
        patch.set_label(text("regress.key_range", lang))
        second.append(patch)
    return [first, second]


def _lines(words: str, width: float, size: float, weight: str = "normal") -> list[str]:
    return wrapped(words, width, size, weight) if words else []


def _depth(line: Line) -> float:
    """Return the inches that a line takes."""
    return max(_LINE, _LABEL_LINE * len(wrapped(line.label, LABELS, NUMBERS)) + 0.1)


def _between(ends: list[str], lang: Lang) -> str:
    return text("grouped.to", lang).join(ends)


def _scale(axis: Axes, scale: Scale, blocks: list[Block], lang: Lang) -> None:
    """Set the limits and the ticks."""
    numbers = [
        value
        for block in blocks
        for line in block.lines
        for mark in line.marks
        for value in (mark.smallest, mark.largest, mark.low, mark.high)
        if math.isfinite(value)
    ]
    if scale == "odds_ratio":
        folds = [max(value, 1 / value) for value in numbers if value > 0]
        reach = min(_MOST_REACH, max([_LEAST_REACH, *folds]) * 1.15)
        axis.set_xscale("log")
        axis.set_xlim(1 / reach, reach)
        axis.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if 1 / reach <= tick <= reach]))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, lang)))
    else:
        reach = min(104.0, max([10.0, *map(abs, numbers)]) * 1.08)
        axis.set_xlim(-reach, reach)
        axis.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: written(value, scale, lang).removesuffix(_ZERO[lang]))
        )


def _tick(value: float, lang: Lang) -> str:
    return decimal_sign(f"{value:g}", lang)


def _draw(axis: Axes, line: Line, y: float) -> None:
    several = len(line.marks) > 1
    for mark in line.marks:
        _draw_mark(axis, mark, y + (0 if not several else -_APART if mark.main else _APART))
    axis.annotate(line.written, (1.03, y), xycoords=("axes fraction", "data"), va="center", fontsize=NUMBERS, color=INK)


def _draw_mark(axis: Axes, mark: Mark, y: float) -> None:
    colour, width = (BLUE, 1.6) if mark.main else (GREY, 0.9)
    left, right = axis.get_xlim()
    if not math.isnan(mark.low) and not math.isnan(mark.high):
        low, high = max(mark.low, left), min(mark.high, right)
        axis.hlines(y, low, high, color=colour, linewidth=width, zorder=2)
        for end, limit, arrow in ((mark.low, left, "<"), (mark.high, right, ">")):
            if (end < left) if arrow == "<" else (end > right):
                axis.plot(limit, y, marker=arrow, color=colour, markersize=4, clip_on=False, zorder=3)
            else:
                axis.vlines(end, y - _CAP, y + _CAP, color=colour, linewidth=width, zorder=2)
    if math.isnan(mark.smallest):
        return
    if mark.is_point:
        face = colour if mark.main else "white"
        marker, size = ("o", 30) if mark.main else ("D", 15)
        value = min(max(mark.smallest, left), right)
        axis.scatter(value, y, s=size, marker=marker, facecolor=face, edgecolor=colour, linewidths=1.1, zorder=4)
        return
    low, high = max(mark.smallest, left), min(mark.largest, right)
    axis.barh(
        y, high - low, _RANGE, left=low, facecolor="white", edgecolor=colour, hatch=HATCH, linewidth=0.9, zorder=3
    )
