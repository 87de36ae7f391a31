"""Bars of the answers to a survey's questions."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.codebook import Codebook, Wave
from analysis.context import State
from analysis.figures.answers import WITHIN, Question, full_title, item_rows, questions, shown_state, told
from analysis.figures.placing import Bar, place_bars
from analysis.figures.shares import (
    BAR,
    NUMBERS,
    draw_baseline,
    draw_key,
    draw_printed,
    draw_share,
    foot_notes,
    key,
    key_height,
    percent_sign,
    write_across,
)
from analysis.figures.style import GREY, INK, WIDTH, look, survey_frame, text_width
from analysis.lang import Lang, text
from analysis.published.marks import printed_marks
from analysis.release import Released

_AXIS = 0.3  # inches that the numbers along the axis take


class Drawing(NamedTuple):
    """A figure with what must be said and kept of it.

    Parameters
    ----------
    figure
        The picture.
    alt
        What it shows, in words with all numbers.
    data
        The rows of `estimates.csv` that were drawn.
    state
        How much of it is there.
    """

    figure: Figure
    alt: str
    data: pd.DataFrame
    state: State


def draw_bars(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Drawing:
    """Draw the answers to an item's questions as bars, each with its number, its interval and what print says of it.

    Where the item is split by groups, each answer has a bar of all and one of each group, named beside it with its n.

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
    """
    rows = item_rows(released, codebook, name, wave.year)
    found = questions(rows, codebook, name, wave, lang)
    marks = printed_marks(published, rows)
    title, base = full_title(codebook.items[name].title[lang], found[0].asks), shared_base(found, lang)
    figure = bars_figure(found, marks, rows, codebook, wave, lang, title=title, base=base)
    alt = alt_text(text("survey.alt_bars", lang), found, wave, lang, printed=len(marks) > 0)
    return Drawing(figure, alt, rows, shown_state(found, codebook, name, wave, lang))


def bars_figure(
    found: list[Question],
    marks: pd.DataFrame,
    rows: pd.DataFrame,
    codebook: Codebook,
    wave: Wave,
    lang: Lang,
    *,
    title: str,
    base: str,
) -> Figure:
    """Draw the bars of some questions under a title and the sentence on n and base.

    Parameters
    ----------
    found
        The questions, of each all before the groups it is split by.
    marks
        What is printed, as `published.marks` returns it.
    rows
        The drawn rows of `estimates.csv`.
    """
    texts, bars, height = place_bars(found, marks, title, base, codebook, lang)
    keys = [key(found, rows, len(marks) > 0, lang)]
    below = (_AXIS if bars else 0) + key_height(keys)
    with look():
        note = foot_notes(found, rows, marks, lang)
        figure, (axis,) = survey_frame(title, rows, wave, lang, base=base, height=height + below, note=note)
        axis.set_ylim(height, 0)
        for each in texts:
            write_across(axis, each.y, each.words, bold=each.bold, colour=INK if each.bold else GREY)
        for bar in bars:
            _draw(axis, bar, lang)
        _axes(axis, bars, lang)
        draw_key(figure, keys)
    return figure


def shared_base(found: list[Question], lang: Lang) -> str:
    """Return the sentence on n and base where all questions have the same, else that each has its own.

    Where no question has an answer, it says why.
    """
    whole = [question for question in found if question.split != WITHIN]
    bases = {question.base for question in whole if question.answers} or {question.base for question in whole}
    return bases.pop() if len(bases) == 1 else text("survey.bases_differ", lang)


def alt_text(picture: str, found: list[Question], wave: Wave, lang: Lang, *, printed: bool) -> str:
    """Return what a reader who does not see the picture needs to know; `picture` says what kind of one it is."""
    parts = [text("site.mark_reconstructed", lang) + "."] if wave.basis == "reconstructed" else []
    parts += [picture] if any(question.answers for question in found) else []
    parts.append(told(found, lang))
    parts += [text("survey.alt_printed", lang)] if printed else []
    return " ".join(parts)


def _draw(axis: Axes, bar: Bar, lang: Lang) -> None:
    if bar.answer.percent:
        draw_share(axis, bar.answer.percent, bar.y, bar.colour, bar=bar.thickness)
    draw_printed(axis, bar.printed, bar.y, bar=bar.thickness)
    reach = 0.74 * bar.thickness
    draw_baseline(axis, 0, bar.y - reach, bar.y + reach)
    given = bar.answer.state != "withheld"
    axis.annotate(
        bar.answer.written(lang), (bar.end, bar.y), (6, 0), textcoords="offset points", va="center",
        fontsize=NUMBERS, fontweight="bold" if bar.bold else "normal",
        fontstyle="normal" if given else "italic", color=INK if given else GREY,
    )  # fmt: skip


def _axes(axis: Axes, bars: list[Bar], lang: Lang) -> None:
    """Name the bars, and count per cent along the axis as far as 100, with room for the numbers beyond."""
    if not bars:
        axis.set_axis_off()
        return
    axis.set_yticks([bar.y for bar in bars], [bar.words for bar in bars])
    for bar, label in zip(bars, axis.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if bar.bold else "normal")
        label.set_fontsize(9 if bar.thickness == BAR else NUMBERS)
    labels = max(text_width(line, 9, "bold") for bar in bars for line in bar.words.split("\n"))
    width = WIDTH - labels - 0.3
    rooms = [text_width(bar.answer.written(lang), NUMBERS, "bold") + 0.15 for bar in bars]
    ends = [bar.end / (1 - room / width) for bar, room in zip(bars, rooms, strict=True)]
    axis.set_xlim(0, max([100.0, *ends]))
    axis.set_xticks(range(0, 101, 20))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_sign(value, lang)))
    axis.spines["bottom"].set_bounds(0, 100)
