"""One executed notebook as one HTML page."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
from markupsafe import Markup

from analysis.lang import Lang, text
from analysis.site.cells import mark_items, render_cells, require_alt
from analysis.site.contents import contents
from analysis.site.frame import render


@dataclass(frozen=True)
class Page:
    """What a page says about the run it shows; it lies beside the index of its language.

    Parameters
    ----------
    study, study_title, year, notebook
        Which notebook was run, for what.
    title
        Title of the page.
    lang
        Language of the page and of the notebook's outputs; its prose is English.
    basis
        What the numbers rest on: `collected`, `published`, `reconstructed` or `register`.
    source
        One line: where the input figures come from.
    parameters
        What the run was given.
    siblings
        Title and link of the same wave's other pages.
    other_langs
        Language and link of this page in other languages.
    documents
        Label and link of each document of the wave to fetch.
    """

    study: str
    study_title: str
    year: int
    notebook: str
    title: str
    lang: Lang
    basis: str
    source: str
    parameters: dict[str, object]
    siblings: tuple[tuple[str, str], ...]
    other_langs: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, str], ...] = ()


def render_page(notebook: nbformat.NotebookNode, page: Page) -> str:
    """Return the page of an executed notebook: one file that fetches nothing.

    Raises
    ------
    ValueError
        An image has no alt text; the message names the cells.
    """
    cells = render_cells(notebook, page.lang)
    require_alt(cells)
    if page.basis == "reconstructed":
        mark_items(cells, text("site.mark_reconstructed", page.lang))
    return render(
        "page.html.j2",
        page.lang,
        page=page,
        has_numbers=cells.select_one("data.number[tabindex]") is not None,
        contents=contents(cells),
        cells=Markup(str(cells)),
    )
