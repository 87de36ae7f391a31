"""The one look of all figures: size, type, colours, and the frame that says what is shown and on what it rests."""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path

from analysis.codebook import Wave
from analysis.lang import Lang, text

WIDTH = 7.2  # inches: half a page's width when printed at A4 landscape, full width on a phone

_NOTE_CHARACTERS = 125  # that fit the width at the size of notes

_COLOURBLIND = sns.color_palette("colorblind").as_hex()
BLUE, ORANGE, GREEN = _COLOURBLIND[0], _COLOURBLIND[1], _COLOURBLIND[2]
INK, GREY, PALE = "#1a1a1a", "#5a5a5a", "#d9dde2"
LIGHT_BLUE, SILVER = "#86c0e4", "#b9bfc6"
WARNING = "#a33b00"  # of text on white

WATERMARK = "watermark"
"""The gid of the text that lies across the axes of a reconstruction."""

_LEFT = 0.07  # inches from the edge to the texts
_LINE = 1.3 / 72  # inches that a line takes for each point of its size
_TITLE_SIZES = (12.0, 11.0, 10.0, 9.0)
_TITLE_LINES = 3
_HINTED = 1.05  # letters drawn in pixels are up to so much wider than their outlines
_WATERMARK_EVERY = 2.8  # inches
_HALF_WAY = 0.205  # luminance on which INK and white stand out equally

_RC: Any = {
    **sns.axes_style("ticks"),
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": INK,
    "ytick.left": False,
    "svg.hashsalt": "nordic-municipal-reports",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.7,
    "figure.dpi": 100,
}


@contextmanager
def look() -> Iterator[None]:
    """Draw, or save, in the repository's style and leave matplotlib's settings as they were."""
    with mpl.rc_context({**mpl.rcParamsDefault, **_RC}):
        yield


def frame(title: str, subtitle: str, note: str, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure with its title above, its n, base and basis below, and the axes in between.

    Parameters
    ----------
    title
        What is shown.
    subtitle
        n and base.
    note
        Basis and source.
    height
        In inches.
    columns
        Axes side by side.
    """
    layout = ConstrainedLayoutEngine(rect=(0, 0.5 / height, 1, 1 - 1.05 / height))
    figure = Figure(figsize=(WIDTH, height), layout=layout)
    axes = figure.subplots(1, columns, squeeze=False, sharey=columns > 1)[0]
    figure.text(0.01, 1 - 0.08 / height, title, fontsize=12, fontweight="bold", va="top")
    figure.text(0.01, 1 - 0.33 / height, subtitle, fontsize=9, color=GREY, va="top")
    lines = [line for part in note.splitlines() for line in textwrap.wrap(part, _NOTE_CHARACTERS)]
    figure.text(0.01, 0.06 / height, "\n".join(lines), fontsize=7.5, color=GREY, va="bottom")
    for axis in axes:
        sns.despine(ax=axis, left=True)
    return figure, list(axes)


def source_note(bases: Iterable[str], wave: Wave, lang: Lang) -> str:
    """Return on what a figure or table rests, the wave's basis if its numbers name none, and the wave's source."""
    named = ", ".join(text(f"basis.{basis}", lang) for basis in sorted(set(bases) or {wave.basis}))
    return text("figure.note", lang, basis=named, source=wave.source[lang])


def survey_frame(
    title: str,
    rows: pd.DataFrame,
    wave: Wave,
    lang: Lang,
    *,
    base: str,
    height: float,
    columns: int = 1,
    lines: int = 1,
    note: str = "",
) -> tuple[Figure, list[Axes]]:
    """Return the frame of a survey's figure; where any number is reconstructed, it says so across every axes.

    Parameters
    ----------
    title
        What is shown; set smaller where it would need more than three lines.
    rows
        The drawn rows of `estimates.csv`: their `basis` is named, or the wave's where there are none.
    wave
        Whose source is named.
    base
        The sentence on n and base; each of its lines is wrapped.
    height
        Of the axes with their labels, in inches: the texts above and below add what they need.
    columns
        Axes side by side, with one vertical axis.
    lines
        How many such rows of axes; they are returned row by row.
    note
        What stands at the foot above basis and source, such as what the intervals mean; each line is wrapped.
    """
    width = WIDTH - 2 * _LEFT
    foot = f"{note}\n{source_note(rows['basis'], wave, lang)}".strip()
    mark = text("site.mark_reconstructed", lang) if "reconstructed" in (set(rows["basis"]) or {wave.basis}) else ""
    title_size = next(
        (size for size in _TITLE_SIZES if len(wrapped(title, width, size, "bold")) <= _TITLE_LINES), _TITLE_SIZES[-1]
    )
    above: list[tuple[str, float, str, str]] = [(title, title_size, "bold", INK)]
    if mark:
        above.append((mark.upper(), 9, "bold", WARNING))
    above.append((base, 9, "normal", GREY))
    blocks = [
        ("\n".join(wrapped(words, width, size, weight)), size, weight, colour) for words, size, weight, colour in above
    ]
    foot = "\n".join(wrapped(foot, width, 7.5))
    top = 0.08 + sum(_height(words, size) + 0.04 for words, size, _, _ in blocks) + 0.06
    bottom = 0.06 + _height(foot, 7.5) + 0.08
    whole = top + height + bottom
    layout = ConstrainedLayoutEngine(rect=(0, bottom / whole, 1, height / whole))
    figure = Figure(figsize=(WIDTH, whole), layout=layout)
    axes = list(figure.subplots(lines, columns, squeeze=False, sharey=columns > 1).flat)
    depth = 0.08
    for words, size, weight, colour in blocks:
        place = (_LEFT / WIDTH, 1 - depth / whole)
        figure.text(*place, words, fontsize=size, fontweight=weight, color=colour, va="top")
        depth += _height(words, size) + 0.04
    figure.text(_LEFT / WIDTH, 0.06 / whole, foot, fontsize=7.5, color=GREY, va="bottom")
    for axis in axes:
        sns.despine(ax=axis, left=True)
        if mark:
            _watermark(axis, mark, WIDTH / columns, height / lines)
    return figure, axes


def _watermark(axis: Axes, mark: str, width: float, height: float) -> None:
    """Lay a text across the axes, over and again where they are high, so that no picture of a part loses it."""
    words = mark.upper().replace(" \N{EN DASH} ", "\n")
    room = 0.55 * width  # labels take the rest
    times = max(1, round(height / _WATERMARK_EVERY))
    size = min(34.0, 20 * room / text_width(max(words.split("\n"), key=len), 20, "bold"), 72 * height / 4)
    tilt = min(22, math.degrees(math.atan2(0.6 * height / times, room)))
    for place in range(times):
        axis.text(
            0.5, (place + 0.5) / times, words, transform=axis.transAxes, rotation=tilt, ha="center", va="center",
            fontsize=size, fontweight="bold", color=WARNING, alpha=0.16, zorder=20, linespacing=1.4, gid=WATERMARK,
            in_layout=False,
        )  # fmt: skip


def ink_on(colour: str) -> str:
    """Return the colour of text that can be read on another."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))  # WCAG 2
    return INK if luminance > _HALF_WAY else "white"


@functools.lru_cache(maxsize=4096)
def text_width(words: str, size: float, weight: str = "normal") -> float:
    """Return the width in inches that one line of text may take, its size in points."""
    font = FontProperties(family="DejaVu Sans", weight=weight, size=size)
    return _HINTED * float(text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]) / 72


def wrapped(words: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that fit a width in inches; breaks that it has are kept."""
    lines = []
    for part in words.split("\n"):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, size, weight) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def balanced(words: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into as few lines as fit a width in inches, all about as long."""
    lines = wrapped(words, width, size, weight)
    # Narrower than its longest word, a text breaks no further.
    longest = max(text_width(word, size, weight) for word in words.split())
    while len(lines) > 1 and (width := width - 0.05) > longest:
        narrower = wrapped(words, width, size, weight)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _height(words: str, size: float) -> float:
    return len(words.split("\n")) * size * _LINE
