"""A time series of which print gives points and changes: each on its place, nothing between them."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.codebook import Codebook, Wave
from analysis.figures.printed import (
    Mark,
    axis_number,
    base_sentence,
    figure_state,
    in_words,
    marks,
    needed,
    shown_rows,
    told,
    twin,
)
from analysis.figures.printed_frame import draw_point, empty_sentence, mark_key, missing_in_words, write_empty
from analysis.figures.shares import HATCH, NUMBERS, draw_key, key_height
from analysis.figures.style import GREY, INK, PALE, look, survey_frame
from analysis.figures.survey import Drawing
from analysis.lang import Lang, text
from analysis.release import Released

REFORM = 2006.5
"""Where along an axis of years the municipal reform of 1 January 2007 stands: between the numbers of two years."""

CHANGE = "change"
"""The gid of what stands for a printed change."""

_PLOT = 2.1  # inches for the points
_EMPTY_PLOT = 1.15  # inches where there are none
_LINE = 0.155  # inches from a line of text to the next
_LANE = 0.25  # inches for each change, and each number without a place on the axis
_AXIS = 0.3  # inches that the years take
_MANY = 13  # years: of more, not each is named
_POINTS = {"exact": "o", "approx": "o", "at_least": "^", "at_most": "v"}


def draw_series(released: Released, codebook: Codebook, wave: Wave, lang: Lang, name: str) -> Drawing:
    """Draw what is printed of a series: its points, not joined, and its changes, over the years they are of.

    The axis has the years of the report's own. Numbers without a year, or of another unit than the points, stand above
    the axis as text. Years after the report's are marked as projected, the municipal reform of 2007 where it falls.

    Parameters
    ----------
    released
        Printed numbers (see `as_printed`).
    codebook, wave, name
        The study, its wave and the item.
    lang
        Language of the texts.
    """
    rows = shown_rows(released, codebook, name)
    found = marks(rows, codebook, name, wave, lang)
    own = [mark for mark in found if not mark.beside]
    points, changes, others = _sorted(found, codebook.items[name].variables[0])
    first, last = codebook.items[name].years or (wave.year, wave.year)
    state = figure_state(found, codebook, name, lang, whole={mark.year for mark in own} >= set(range(first, last + 1)))
    keys = [[*mark_key(points, lang), *_change_key(changes, lang)]]
    sentence = [] if own else empty_sentence(codebook, name, lang)
    plot = _PLOT if points else _EMPTY_PLOT
    head = _LINE * len(sentence) + 0.25 if sentence and points else 0.0
    lanes = _LANE * (len(changes) + len(others)) + head
    note = text("printed.note_points" if points else "printed.note_values", lang)
    if own:
        note = f"{note}\n{text('printed.note_needs', lang, needs=needed(codebook, name, lang))}"
    with look():
        figure, (axis,) = survey_frame(
            codebook.items[name].title[lang], rows, wave, lang, base=base_sentence(rows, codebook, name, lang),
            height=plot + lanes + _AXIS + key_height(keys), note=note,
        )  # fmt: skip
        share = plot / (plot + lanes)
        _years(axis, points, (first, last), wave, share, lang)
        top = _heights(axis, points, share, lang)
        for mark in points:
            _point(axis, mark, lang)
        for place, mark in enumerate([*changes, *others]):
            y = 1 - (head + (place + 0.5) * _LANE) / (plot + lanes)
            (_change if mark in changes else _line)(axis, mark, y, lang)
        write_empty(axis, sentence, top * (1 - head / 2 / (plot + lanes)) / share if head else 0.5 * top)
        if own and not points:
            axis.text(
                0.5, 0.5 * share, text("printed.no_levels", lang), transform=axis.transAxes, ha="center", va="center",
                fontsize=NUMBERS, fontstyle="italic", color=GREY,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 3},
            )  # fmt: skip
        draw_key(figure, keys)
    alt = [
        text("printed.alt_series" if found else "printed.alt_empty", lang),
        text("printed.alt_axis", lang, first=first, last=last),
        *([text("printed.alt_reform", lang)] if first < REFORM < last else []),
        *missing_in_words(own, codebook, name, lang),
    ]
    return Drawing(figure, " ".join([*alt, told(found, lang)]).strip(), twin(rows), state)


def _sorted(found: list[Mark], first: str) -> tuple[list[Mark], list[Mark], list[Mark]]:
    """Return the points on one axis, the changes between two years, and the numbers that have no place."""
    changes = [mark for mark in found if mark.since is not None and mark.year is not None]
    dated = [
        mark
        for mark in found
        if mark.year is not None and mark.since is None and mark.high is None and mark.variable == first
    ]
    # The axis counts what its first number does.
    points = [mark for mark in dated if mark.scale == dated[0].scale]
    return points, changes, [mark for mark in found if mark not in points and mark not in changes]


def _years(axis: Axes, points: list[Mark], span: tuple[int, int], wave: Wave, share: float, lang: Lang) -> None:
    """Name the years, and mark those outside the report's picture, those to come, and the reform."""
    years = [mark.year for mark in points if mark.year is not None]
    first, last = min([span[0], *years]), max([span[1], *years])
    edge = 0.05 * (last - first) + 0.3
    axis.set_xlim(first - edge, last + edge)
    axis.set_xticks(range(first, last + 1) if last - first < _MANY else _round_years(first, last))
    bands = [(first - edge, span[0] - 0.5, "outside")] if first < span[0] else []
    if last > span[1]:
        bands.append((span[1] + 0.5, last + edge, "outside"))
    elif last > wave.year:
        bands.append((wave.year + 0.5, last + edge, "projection"))
    for start, end, key in bands:
        axis.axvspan(start, end, 0, share, facecolor="white", edgecolor=PALE, hatch=HATCH, linewidth=0, zorder=0)
        axis.text(
            (start + end) / 2, 0.04 * share, text(f"printed.{key}", lang), transform=axis.get_xaxis_transform(),
            ha="center", fontsize=7.5, color=GREY, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    if first < REFORM < last:
        axis.axvline(REFORM, 0, share, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        late = (first + last) / 2 < REFORM
        axis.annotate(
            text("printed.reform", lang), (REFORM, share), (-4 if late else 4, -3),
            xycoords=axis.get_xaxis_transform(), textcoords="offset points",
            ha="right" if late else "left", va="top", fontsize=7.5, color=GREY,
        )  # fmt: skip


def _round_years(first: int, last: int) -> list[int]:
    step = 10 if last - first > 40 else 5
    return [year for year in range(first, last + 1) if year % step == 0 or year in (first, last)]


def _heights(axis: Axes, points: list[Mark], share: float, lang: Lang) -> float:
    """Count the axis's unit upwards, below the lanes; without points there is nothing to count. Return its top."""
    if not points:
        axis.set_ylim(0, 1 / share)
        axis.set_yticks([])
        return 1.0
    top = 1.25 * max(mark.at for mark in points)
    axis.set_ylim(0, top / share)
    ticks = [tick for tick in MaxNLocator(5).tick_values(0, top) if 0 <= tick <= top]
    axis.set_yticks(ticks)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: axis_number(value, points[0], lang)))
    for tick in ticks:
        axis.axhline(tick, color=PALE, linewidth=0.6, zorder=0)
    return top


def _point(axis: Axes, mark: Mark, lang: Lang) -> None:
    year = mark.year or 0
    draw_point(axis, year, mark.at, _POINTS[mark.qualifier], mark)
    left, right = axis.get_xlim()
    along = (year - left) / (right - left)
    side = "left" if along < 0.15 else "right" if along > 0.85 else "center"
    words = text("printed.labelled", lang, label=mark.label, number=mark.written) if mark.label else mark.written
    axis.annotate(
        words, (year, mark.at), (0, 7), textcoords="offset points", ha=side, va="bottom", fontsize=NUMBERS,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8},
    )  # fmt: skip


def _change(axis: Axes, mark: Mark, y: float, lang: Lang) -> None:
    """Draw a change over the years it is of: as a bracket, for of what lies between nothing is known."""
    since, year = mark.since or 0, mark.year or 0
    colour = GREY if mark.beside else INK
    axis.annotate(
        "", (since, y), (year, y), xycoords=axis.get_xaxis_transform(),
        textcoords=axis.get_xaxis_transform(), gid=CHANGE,
        arrowprops={"arrowstyle": "|-|, widthA=0.35, widthB=0.35", "color": colour, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    axis.text(
        (since + year) / 2, y, in_words(mark, lang), transform=axis.get_xaxis_transform(), ha="center",
        va="center", fontsize=NUMBERS, color=colour, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )  # fmt: skip


def _line(axis: Axes, mark: Mark, y: float, lang: Lang) -> None:
    """Write a number that has no place on the axis above it."""
    axis.text(
        0.01, y, in_words(mark, lang), transform=axis.transAxes, va="center", fontsize=NUMBERS,
        color=GREY if mark.beside else INK,
    )  # fmt: skip


def _change_key(changes: list[Mark], lang: Lang) -> list[Artist]:
    if not changes:
        return []
    handle = Line2D([], [], color=INK, marker="|", markersize=7, linewidth=1)
    handle.set_label(text("printed.own_change", lang))
    return [handle]
