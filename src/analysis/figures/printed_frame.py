"""What pictures of printed numbers have in common: their points, and the frame that says what is not there."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.codebook import Codebook
from analysis.figures.printed import Mark, needed
from analysis.figures.shares import HATCH
from analysis.figures.style import BLUE, GREY, INK, WIDTH, wrapped
from analysis.lang import Lang, text

MARK = "printed"
"""The gid of what stands for a printed number."""

_FACES = {False: BLUE, True: "white"}  # of the item's own numbers, and of those beside them


def draw_point(axis: Axes, x: float, y: float, shape: str, mark: Mark) -> None:
    """Draw a printed number as a point, hollow where it is none of the item's own."""
    face = _FACES[mark.beside]
    axis.scatter(x, y, s=42, marker=shape, facecolor=face, edgecolor=INK, linewidths=1.2, zorder=3, gid=MARK)


def mark_key(found: list[Mark], lang: Lang) -> list[Artist]:
    """Return the line of a key that explains the points that a figure has."""
    handles: list[Artist] = []
    for beside in sorted({mark.beside for mark in found}):
        handles.append(
            Line2D(
                [], [], linestyle="", marker="o", markersize=6.5, markerfacecolor=_FACES[beside], markeredgecolor=INK
            )
        )
        handles[-1].set_label(text("printed.beside" if beside else "printed.own", lang))
    if any(mark.high is not None for mark in found):
        handles.append(Patch(facecolor="white", edgecolor=GREY, hatch=HATCH, linewidth=0.8))
        handles[-1].set_label(text("printed.limit", lang))
    return handles


def empty_sentence(codebook: Codebook, name: str, lang: Lang) -> list[str]:
    """Return the lines that stand in a frame without values: that there are none, and which data it takes."""
    return wrapped("\n".join(missing_in_words([], codebook, name, lang)), 0.8 * WIDTH, 9)


def missing_in_words(own: list[Mark], codebook: Codebook, name: str, lang: Lang) -> list[str]:
    """Return the sentences on what is missing of a figure beside its own numbers, and who has it."""
    needs = needed(codebook, name, lang)
    if own:
        return [text("printed.note_needs", lang, needs=needs)]
    return [text("printed.no_values", lang), text("printed.takes", lang, needs=needs)]


def write_empty(axis: Axes, lines: list[str], y: float) -> None:
    """Write these lines in the middle of the figure, at a height of the axes; nothing where there are none."""
    if lines:
        axis.annotate(
            "\n".join(lines), (0.5, y), xycoords=("figure fraction", "data"), ha="center", va="center", fontsize=9,
            color=INK, annotation_clip=False, in_layout=False,
            bbox={"facecolor": "white", "edgecolor": GREY, "boxstyle": "round,pad=0.4", "linewidth": 0.8},
        )  # fmt: skip
