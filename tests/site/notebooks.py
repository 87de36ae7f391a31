"""Small executed notebooks, and the page they are shown on."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import v4

from analysis.site.page import Page

PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
FIGURE = f"""<figure class="item" id="figure-1"><img alt="Søjler for 15 kommuner" src="{PIXEL}">
<figcaption>Figur 1. Beløb <details><summary>Tal</summary>Base 15</details>
<span class="downloads">Hent: <a href="f.csv">CSV</a></span></figcaption>
</figure>"""
TABLE = """<figure class="item" id="item-table-1">
<div id="table-1" style="overflow-x:auto;width:auto;"><style>#table-1 td {color: red}</style>
<table class="gt_table"><caption>Tabel 1. Fordeling</caption>
<thead><tr><th>Kommune</th><th>Beløb</th></tr></thead>
<tbody><tr><td>Falun</td><td><data class="number" value="1" title="linje 3">1 kr.</data></td></tr></tbody>
</table></div></figure>"""
WIDE_TABLE = f"<table><tr>{'<td>en_lang_uafbrudt_celle</td>' * 12}</tr></table>"
NUMBER = '<data class="number" value="539001" title="table_1, linje 19">539.001 kr.</data>'

PAGE = Page(
    study="dalarna_agreement",
    study_title="Region Dalarna: samverkansavtal om vårdhygien",
    year=2025,
    notebook="06_allocate",
    title="Fordeling af udgiften",
    lang="da",
    basis="register",
    source="SCB, folketal 2023-12-31",
    parameters={"cost": 539000, "rounding": "half_up"},
    siblings=(("Genskabte tal", "05_replicate.html"),),
    other_langs=(("en", "../en/06_allocate.html"),),
)


def prose(source: str) -> nbformat.NotebookNode:
    """Return a markdown cell."""
    cell: nbformat.NotebookNode = v4.new_markdown_cell(source)
    return cell


def code(source: str, *outputs: dict[str, Any]) -> nbformat.NotebookNode:
    """Return an executed code cell."""
    nodes = [nbformat.from_dict(output) for output in outputs]
    cell: nbformat.NotebookNode = v4.new_code_cell(source, outputs=nodes)
    return cell


def shown(**data: str) -> dict[str, Any]:
    """Return an output: `html=`, `markdown=` … are its forms."""
    return {"output_type": "display_data", "data": {f"text/{k}": v for k, v in data.items()}, "metadata": {}}


def error(*traceback: str) -> dict[str, Any]:
    """Return the output of a cell that failed."""
    return {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": list(traceback)}


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook of these cells."""
    made: nbformat.NotebookNode = v4.new_notebook(cells=list(cells))
    return made


def report() -> nbformat.NotebookNode:
    """Return a notebook with one of each: prose, code, a number, a figure, a table."""
    return notebook(
        prose("# Allocate the cost\n\nWho pays."),
        code("cost = 539000"),
        prose("## What is shared"),
        code("number('total')", shown(markdown=f"De deler {NUMBER}.")),
        code("figure", shown(html=FIGURE)),
        prose("### How it is rounded"),
        code("table", shown(html=TABLE)),
        prose("## Beside print"),
        code("wide", shown(html=WIDE_TABLE)),
        *(prose(f"Paragraph {n}.\n\n" * 20) for n in range(3)),
        prose("## The end"),
    )
