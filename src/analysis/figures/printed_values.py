"""Printed values side by side: a row for each, and one for each that the report's picture has but its text does not."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import parse_group
from analysis.context import DRAWN
from analysis.figures.printed import (
    Mark,
    axis_number,
    base_sentence,
    figure_state,
    marks,
    needed,
    shown_rows,
    told,
    twin,
)
from analysis.figures.printed_frame import draw_point, empty_sentence, mark_key, missing_in_words, write_empty
from analysis.figures.shares import EMPTY, HATCH, NUMBERS, draw_key, key_height
from analysis.figures.style import GREY, PALE, balanced, look, survey_frame
from analysis.figures.survey import Drawing
from analysis.lang import Lang, text
from analysis.release import Released

_LABELS = 2.4  # inches for the texts of rows
_ROW = 0.27  # inches
_LINE = 0.155  # inches from a line of text to the next
_AXIS = 0.3  # inches that the numbers along the axis take
_BAND = 0.12  # inches: the thickness of a range
_POINTS = {"exact": "o", "approx": "o", "at_least": ">", "at_most": "<"}


@dataclass(frozen=True)
class _Row:
    """A row of the picture: what it is of, and its printed number; None where print's text has none."""

    label: str
    mark: Mark | None


def draw_values(released: Released, codebook: Codebook, wave: Wave, lang: Lang, name: str) -> Drawing:
    """Draw an item's printed values as points, a row for each.

    Rows that the report's own picture is known to have, and whose value its text does not give, are there and say so.
    Where it gives none of them, a sentence in the frame says which data they take.

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
    places = _rows(found, codebook, name, wave, lang)
    own = [mark for mark in found if not mark.beside]
    state = figure_state(found, codebook, name, lang, whole=_is_whole(places, codebook, name))
    sentence = [] if own else empty_sentence(codebook, name, lang)
    keys = [mark_key(found, lang)]
    heights = [max(_ROW, _LINE * len(balanced(row.label, _LABELS, 9)) + 0.08) for row in places]
    above = _LINE * len(sentence) + (0.2 if sentence else 0)
    height = max(above + sum(heights) + 0.1, EMPTY)
    note = text("printed.note_values", lang)
    if own and state != DRAWN:
        note = f"{note}\n{text('printed.note_needs', lang, needs=needed(codebook, name, lang))}"
    with look():
        figure, (axis,) = survey_frame(
            codebook.items[name].title[lang], rows, wave, lang, base=base_sentence(rows, codebook, name, lang),
            height=height + key_height(keys) + (_AXIS if found else 0), note=note,
        )  # fmt: skip
        axis.set_ylim(height, 0)
        write_empty(axis, sentence, above / 2 if places else height / 2)
        middles = [above + end - of / 2 for end, of in zip(itertools.accumulate(heights), heights, strict=True)]
        _axes(axis, places, middles, found, lang)
        for row, y in zip(places, middles, strict=True):
            _draw(axis, row, y, lang)
        draw_key(figure, keys)
    alt = [
        text("printed.alt_values" if found else "printed.alt_empty", lang),
        *missing_in_words(own, codebook, name, lang),
    ]
    if places:
        alt.append(text("printed.alt_rows", lang, rows="; ".join(_in_words(row, lang) for row in places)))
    return Drawing(figure, " ".join([*alt, told(found, lang)]).strip(), twin(rows), state)


def _is_whole(places: list[_Row], codebook: Codebook, name: str) -> bool:
    """Tell whether the rows of the report's own picture are all known, and each has its number."""
    item = codebook.items[name]
    given = bool(places) and all(row.mark is not None and not row.mark.beside for row in places)
    return given and set(item.by) <= set(item.rows)


def _rows(found: list[Mark], codebook: Codebook, name: str, wave: Wave, lang: Lang) -> list[_Row]:
    """Return the rows that the report's picture is known to have, then what else is printed."""
    item = codebook.items[name]
    rows: list[_Row] = []
    values = [[(key, value) for value in codebook.group_values(key, wave.year)] for key in item.rows]
    for variable in item.variables:
        spec = codebook.variables[variable]
        of_variable = [mark for mark in found if mark.variable == variable]
        for keys in itertools.product(*values) if item.rows or spec.parts else ():
            for part in spec.parts or ("",):
                cell = parse_group(item.group) | dict(keys)
                here = [mark for mark in of_variable if mark.category == part and mark.keys == cell]
                labels = [spec.label[lang]] if len(item.variables) > 1 else []
                labels += [spec.parts[part][lang]] if spec.parts else []
                labels += [codebook.group_values(key, wave.year)[value][lang] for key, value in keys]
                rows += [_Row(", ".join(labels), mark) for mark in here] or [_Row(", ".join(labels), None)]
                of_variable = [mark for mark in of_variable if mark not in here]
        rows += [_Row(mark.label, mark) for mark in of_variable]
    return rows


def _draw(axis: Axes, row: _Row, y: float, lang: Lang) -> None:
    if row.mark is None:
        axis.annotate(
            text("printed.missing", lang), (0, y), (6, 0), textcoords="offset points", va="center",
            fontsize=NUMBERS, fontstyle="italic", color=GREY,
        )  # fmt: skip
        return
    mark = row.mark
    if mark.high is not None:
        axis.barh(
            y, mark.high - mark.at, _BAND, left=mark.at, facecolor="white", edgecolor=GREY, hatch=HATCH, linewidth=0.8
        )
    else:
        draw_point(axis, mark.at, y, _POINTS[mark.qualifier], mark)
    axis.annotate(
        mark.written, (mark.high or mark.at, y), (8, 0), textcoords="offset points", va="center", fontsize=NUMBERS
    )


def _axes(axis: Axes, places: list[_Row], middles: list[float], found: list[Mark], lang: Lang) -> None:
    axis.set_yticks(middles, ["\n".join(balanced(row.label, _LABELS, 9)) for row in places])
    end = max([mark.high or mark.at for mark in found], default=1.0)
    axis.set_xlim(0, 100 if found and found[0].scale == "percent" else 1.25 * end)
    for y in middles:
        axis.axhline(y, color=PALE, linewidth=0.8, zorder=0)
    if not found:
        axis.set_xticks([])
        return
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: axis_number(value, found[0], lang)))


def _in_words(row: _Row, lang: Lang) -> str:
    return row.label if row.mark else f"{row.label} ({text('printed.missing', lang)})"
