"""The figures and tables that an executed notebook shows: released, drawn and captioned there."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
from bs4 import BeautifulSoup, Tag

from analysis.site.cells import caption_of
from analysis.site.documents.grid import Grid, grid, words


@dataclass(frozen=True)
class Front:
    """What a document says of the whole: its title, what its numbers rest on, where they come from."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A figure or table as its page shows it.

    Parameters
    ----------
    name
        Its name in the codebook.
    title
        Its caption.
    mark
        What it must never be shown without; empty where there is no such thing.
    reason
        Why it is not all there; empty where it is.
    alt
        Of a figure: what a reader who does not see it needs to know.
    table
        Of a table: its cells.
    notes
        What stands below it: question, base, basis, source.
    """

    name: str
    title: str
    mark: str
    reason: str
    alt: str
    table: Grid | None
    notes: tuple[str, ...]


def shown_items(notebook: nbformat.NotebookNode, mark: str) -> list[Shown]:
    """Return what an executed notebook shows, in its order.

    Parameters
    ----------
    notebook
        The executed notebook.
    mark
        What each of its items must never be shown without, but for those that rest on print alone; may be empty.
    """
    outputs = [
        "".join(output["data"]["text/html"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    return [
        _shown(figure, mark)
        for markup in outputs
        for figure in BeautifulSoup(markup, "html.parser").select("figure.item")
    ]


def _shown(figure: Tag, mark: str) -> Shown:
    image, table = figure.select_one("img"), figure.select_one("table")
    cells = grid(table) if table is not None else None
    reason = str(figure.get("data-reason", ""))
    # What data are missing is part of the reason, and stands below the item on its page.
    below = tuple(note for tag in _below(figure) if (note := words(tag)) and note not in reason)
    return Shown(
        name=str(figure["id"]),
        title=caption_of(table or image or figure),
        # A line with title and page has no numbers; what print alone says is nobody's made-up answers.
        mark=mark if (image is not None or table is not None) and figure.get("data-basis") != "published" else "",
        reason=reason,
        alt=str(image["alt"]) if image is not None else "",
        table=cells,
        notes=(*(cells.notes if cells else ()), *below),
    )


def _below(figure: Tag) -> list[Tag]:
    """Return the paragraphs that follow a figure, up to the next one."""
    found: list[Tag] = []
    for sibling in figure.find_next_siblings():
        if sibling.name != "p":
            break
        found.append(sibling)
    return found
