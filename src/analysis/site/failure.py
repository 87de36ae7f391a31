"""A notebook that failed, as HTML that leads straight to where it stopped."""

from __future__ import annotations

import copy

import nbformat
from markupsafe import Markup

from analysis.site.cells import PROSE_LANG, render_cells
from analysis.site.frame import render

FAILING_CELL = "failing-cell"
# Papermill writes its own notices into the notebook, with links this page does not have.
PAPERMILL_NOTICE = "papermill-error-cell-tag"


def render_failure(notebook: nbformat.NotebookNode, task: str) -> str:
    """Return the page of a failed notebook: the failing cell is open and has the id `failing-cell`.

    Where no cell reports an error, as when the kernel died, the sentence that says so has the id.

    Parameters
    ----------
    notebook
        The notebook as it stood when it stopped.
    task
        What was being run, as the user knows it.
    """
    own = copy.copy(notebook)
    own.cells = [cell for cell in notebook.cells if PAPERMILL_NOTICE not in cell.metadata.get("tags", [])]
    cells = render_cells(own, PROSE_LANG)
    error = cells.select_one("pre.error")
    failing = error.find_parent(class_="cell") if error else None
    if failing is not None:
        failing["id"] = FAILING_CELL
        for code in failing.select("details.code"):
            code["open"] = ""
    return render(
        "failure.html.j2",
        PROSE_LANG,
        task=task,
        failing=failing is not None,
        cells=Markup(str(cells)),
    )
