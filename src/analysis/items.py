"""A chapter of a survey's report set out: each of its figures and tables, in the codebook's order."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from analysis.codebook import Codebook, Wave
from analysis.codebook.items import Item
from analysis.codebook.labels import number_of
from analysis.context import State, current
from analysis.errors import AnalysisError
from analysis.figures import save_figure
from analysis.figures.grid import draw_grid
from analysis.figures.printed import shown_rows
from analysis.figures.printed_series import draw_series
from analysis.figures.printed_values import draw_values
from analysis.figures.scale import draw_scale
from analysis.figures.survey import draw_bars
from analysis.lang import Lang, format_number, text
from analysis.release import Released
from analysis.tables import save_table
from analysis.tables.grid import grid_view
from analysis.tables.post_stratified import post_stratified_view
from analysis.tables.printed import printed_list_view, printed_table_view
from analysis.tables.quantities import quantities_view
from analysis.tables.survey import responses_view
from analysis.tables.verdict import verdict_line

_FORMS = ("single_choice", "multiple_response", "scale", "grid")
_TABLES = {
    "responses": responses_view,
    "single_choice": responses_view,
    "multiple_response": responses_view,
    "scale": responses_view,
    "grid": grid_view,
    "quantities": quantities_view,
    "post_stratified": post_stratified_view,
}
_OF_PRINT = {"series": draw_series, "printed_values": draw_values}
_TABLES_OF_PRINT = {"printed_table": printed_table_view, "printed_list": printed_list_view}


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
        The items, each with how its numbers compare with print, and its own note.

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
        of_print = item.form in (*_OF_PRINT, *_TABLES_OF_PRINT)
        parts.append(
            _of_print(released, codebook, lang, name)
            if of_print
            else _below(released, published, codebook, shown, lang, name, item)
        )
    return HTML("\n".join(parts))


def _saved(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str, item: Item
) -> str:
    """Save an item and return its markup; one of concepts, which has no numbers, is a line."""
    if item.concept:
        return _line(name, item, lang)
    if item.kind == "figure" and item.form in _OF_PRINT:
        drawing = _OF_PRINT[item.form](released, codebook, wave, lang, name)
        markup = save_figure(drawing.figure, name, alt=drawing.alt, data=drawing.data, state=drawing.state)
    elif item.made_as == "table" and item.form in _TABLES_OF_PRINT:
        table, data, state = _TABLES_OF_PRINT[item.form](released, codebook, wave, lang, name)
        markup = save_table(table, name, data=data, state=state)
    # What only needs data is a frame that says so.
    elif item.kind == "figure" and (item.form in _FORMS or (item.form is None and item.needs)):
        # Answers without two sides have no middle line.
        sides = item.form == "scale" and all(codebook.codes_of(each, wave.year).sides for each in item.variables)
        draw = draw_grid if item.form == "grid" else draw_scale if sides else draw_bars
        drawing = draw(released, published, codebook, wave, lang, name)
        markup = save_figure(drawing.figure, name, alt=drawing.alt, data=drawing.data, state=drawing.state)
    elif item.kind == "table" and item.form in _TABLES:
        table, data, state = _TABLES[item.form](released, published, codebook, wave, lang, name)
        markup = save_table(table, name, data=data, state=state)
    else:
        raise AnalysisError(
            f"{name} is a {item.kind} of the form {item.form}. Set out here are figures of the forms "
            f"{', '.join((*_FORMS, *_OF_PRINT))} and tables of the forms {', '.join((*_TABLES, *_TABLES_OF_PRINT))}."
        )
    return str(markup.data)


def _line(name: str, item: Item, lang: Lang) -> str:
    """Return the markup of an item of concepts: its title and page."""
    state = State("not_drawn", text("survey.concept", lang))
    page = text("dictionary.page", lang, page=format_number(item.page, lang)) if item.page else ""
    words = " · ".join(part for part in (item.title[lang], page, state.reason) if part)
    return f"{current().figure_tag(name, state)}<figcaption>{escape(words)}</figcaption></figure>"


def _below(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str, item: Item
) -> str:
    """Return the lines below an item: how it compares with print, what data are missing, and its note."""
    lines = (
        [] if item.concept or not item.variables else [verdict_line(released, published, codebook, wave, lang, name)]
    )
    if item.needs and wave.basis == "reconstructed":
        lines.append(text("survey.needs", lang, needs=item.needs[lang].rstrip(".")))
    lines += [item.note[lang]] if item.note else []
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _of_print(released: Released, codebook: Codebook, lang: Lang, name: str) -> str:
    """Return the lines below an item that shows print alone.

    Where it stands in the report and how many of its numbers it shows; of a table or box who has the data, which a
    figure says itself; and its note.
    """
    item, n = codebook.items[name], len(shown_rows(released, codebook, name))
    place = [number_of(name, lang), text("dictionary.page", lang, page=item.page)] if item.page else []
    count = text("printed.below" if n else "printed.below_none", lang, n=format_number(n, lang))
    lines = [" ".join(part for part in (f"{', '.join(place)}." if place else "", count) if part)]
    if item.needs and item.made_as == "table":
        lines.append(text("dictionary.needs", lang, data=item.needs[lang]))
    lines += [item.note[lang]] if item.note else []
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
