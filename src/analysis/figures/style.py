"""The one look of all figures: size, type, colours, and the frame that says what is shown and on what it rests."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

WIDTH = 7.2  # inches: half a page's width when printed at A4 landscape, full width on a phone

_NOTE_CHARACTERS = 125  # that fit the width at the size of notes

_COLOURBLIND = sns.color_palette("colorblind").as_hex()
BLUE, ORANGE, GREEN = _COLOURBLIND[0], _COLOURBLIND[1], _COLOURBLIND[2]
INK, GREY, PALE = "#1a1a1a", "#5a5a5a", "#d9dde2"

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
