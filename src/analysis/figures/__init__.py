"""Released estimates -> pictures. Nothing here computes; what is drawn was estimated and released before."""

from __future__ import annotations

import base64
import io
from html import escape

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from analysis.context import DRAWN, State, current
from analysis.errors import AnalysisError
from analysis.figures.style import look
from analysis.files import write_atomic
from analysis.layout import item_paths

_DPI = 200


def save_figure(
    figure: Figure, item: str, *, alt: str, data: pd.DataFrame, state: State = DRAWN, of_print: bool = False
) -> HTML:
    """Save a figure as SVG and PNG with its data as CSV, and show the SVG that was saved.

    Parameters
    ----------
    figure
        The figure; it is rendered once for each format.
    item
        Name of a figure of this notebook in the codebook; becomes the file name.
    alt
        What a reader who does not see the picture needs to know.
    data
        The rows that were drawn.
    state
        How much of it is there.
    of_print
        Whether it rests on print alone, also where the wave is reconstructed.

    Returns
    -------
    HTML
        The saved picture with its caption and the downloads.

    Raises
    ------
    AnalysisError
        `alt` is empty, or the codebook has no such figure for this notebook.
    """
    run = current()
    title = run.item("figure", item).title[run.lang]
    if not alt.strip():
        raise AnalysisError(f"figure {item} has no alt text. Say in words what it shows.")
    paths = item_paths("figure", run.study, run.year, run.lang, item)
    with look():
        svg = _render(figure, "svg")
        png = _render(figure, "png")
    for suffix, content in (
        ("svg", svg),
        ("png", png),
        ("csv", data.to_csv(index=False, lineterminator="\n").encode("utf-8")),
    ):
        write_atomic(run.outputs / paths[suffix], content)
    image = base64.b64encode(svg).decode("ascii")
    tag = run.figure_tag(item, state, of_print=of_print)
    return HTML(
        f'{tag}<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{image}">'
        f"<figcaption>{escape(title)} {run.downloads(title, paths)}</figcaption></figure>"
    )


def _render(figure: Figure, suffix: str) -> bytes:
    # A date in the file would make every run differ.
    metadata = {"Date": None} if suffix == "svg" else None
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix, dpi=_DPI, metadata=metadata)
    return buffer.getvalue()
