"""Released estimates -> tables. Nothing here computes; what stands in a table was estimated and released before."""

from __future__ import annotations

from html import escape

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.context import DRAWN, State, current
from analysis.files import write_atomic
from analysis.layout import item_paths


def save_table(table: GT, item: str, *, data: pd.DataFrame, state: State = DRAWN, of_print: bool = False) -> HTML:
    """Save a table as HTML with its data as CSV, and show what was saved.

    Parameters
    ----------
    table
        The table, without title: the codebook's becomes its caption.
    item
        Name of a table of this notebook in the codebook; becomes the file name.
    data
        The rows shown, unformatted.
    state
        How much of it is there.
    of_print
        Whether it rests on print alone, also where the wave is reconstructed.

    Returns
    -------
    HTML
        The table with its caption and downloads.

    Raises
    ------
    AnalysisError
        The codebook has no such table for this notebook.
    """
    run = current()
    title = run.item("table", item).title[run.lang]
    paths = item_paths("table", run.study, run.year, run.lang, item)
    # great_tables has no caption of its own, and gives each table a random id unless told otherwise.
    markup = table.with_id(f"{item}_table").as_raw_html()
    start = markup.index(">", markup.index("<table")) + 1
    markup = f"{markup[:start]}<caption>{escape(title)}</caption>{markup[start:]}"
    write_atomic(run.outputs / paths["html"], markup.encode("utf-8"))
    write_atomic(run.outputs / paths["csv"], data.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    downloads = run.downloads(title, {"csv": paths["csv"]})
    tag = run.figure_tag(item, state, of_print=of_print)
    return HTML(f"{tag}{markup}<figcaption>{downloads}</figcaption></figure>")
