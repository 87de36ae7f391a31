"""A chapter of a survey's report set out: each of its figures and tables, in the codebook's order."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from analysis.codebook import Codebook, Wave
from analysis.codebook.items import Item
from analysis.context import current
from analysis.errors import AnalysisError
from analysis.figures import save_figure
from analysis.figures.scale import draw_scale
from analysis.figures.survey import draw_bars
from analysis.lang import Lang, format_number, text
from analysis.release import Released
from analysis.tables import save_table
from analysis.tables.survey import responses_view

_FIGURES = {"single_choice": draw_bars, "multiple_response": draw_bars, "scale": draw_scale}
_TABLE = "responses"


def show_items(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, chapter: str
) -> HTML:
    """Draw and save every item that the run's notebook makes of a chapter, and show them one below the other.

    Parameters
    ----------
    released
        Estimates of the wave.
    published
        Rows of `published.csv`.
    codebook, wave, lang, chapter
        The study, the run's wave and language, and the chapter.

    Returns
    -------
    HTML
        The items, each with how many numbers the report prints of its questions, and its own note.

    Raises
    ------
    AnalysisError
        An item has a form that is not set out here, or shows the wave before, which the run does not read.
    """
    run = current()
    parts = []
    for name, item in codebook.items_of(run.notebook, chapter).items():
        shown = wave if item.wave == "own" else run.previous
        if shown is None:
            raise AnalysisError(f"{name} shows the wave before, which {run.notebook} does not read.")
        parts.append(_saved(released, published, codebook, shown, lang, name, item))
        parts.append(_below(published, shown, lang, item))
    return HTML("\n".join(parts))


def _saved(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str, item: Item
) -> str:
    """Save an item and return its markup."""
    if item.kind == "figure" and item.form in _FIGURES:
        drawing = _FIGURES[item.form](released, published, codebook, wave, lang, name)
        markup = save_figure(drawing.figure, name, alt=drawing.alt, data=drawing.data, state=drawing.state)
    elif item.kind == "table" and item.form == _TABLE:
        table, data, state = responses_view(released, published, codebook, wave, lang, name)
        markup = save_table(table, name, data=data, state=state)
    else:
        raise AnalysisError(
            f"{name} is a {item.kind} of the form {item.form}. Set out here are figures of the forms "
            f"{', '.join(_FIGURES)} and tables of the form {_TABLE}."
        )
    return str(markup.data)


def _below(published: pd.DataFrame, wave: Wave, lang: Lang, item: Item) -> str:
    """Return the lines below an item: how much is printed of its questions, and its note."""
    printed = published[(published["wave"] == wave.year) & published["variable"].isin(item.variables)]
    key = "survey.printed_numbers" if len(printed) else "survey.no_printed_numbers"
    lines = [text(key, lang, n=format_number(len(printed), lang)), *([item.note[lang]] if item.note else [])]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
