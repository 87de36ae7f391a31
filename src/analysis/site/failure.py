"""A notebook that failed, as HTML that leads straight to where it stopped."""

from __future__ import annotations

import nbformat
from markupsafe import Markup

from analysis.site.cells import CODE_LANG, render_cells
from analysis.site.frame import render

FAILING_CELL = "failing-cell"
# Papermill writes its own notices into the notebook, with links this page does not have.
PAPERMILL_NOTICE = "papermill-error-cell-tag"


def render_failure(notebook: nbformat.NotebookNode, task: str) -> str:
    """Return the page of a failed notebook: the failing cell is open and has the id `failing-cell`.

    Parameters
    ----------
    notebook
        The notebook as it stood when it stopped.
    task
        What was being run, as the user knows it.
    """
    own = [cell for cell in notebook.cells if PAPERMILL_NOTICE not in cell.metadata.get("tags", [])]
    cells = render_cells(nbformat.from_dict({**notebook, "cells": own}), CODE_LANG)
    error = cells.select_one(".error")
    failing = error.find_parent(class_="cell") if error else None
    if failing is not None:
        failing["id"] = FAILING_CELL
        for code in failing.select("details.code"):
            code["open"] = ""
    return render(
        "failure.html.j2",
        CODE_LANG,
        task=task,
        failing=failing is not None,
        cells=Markup(str(cells)),
    )
