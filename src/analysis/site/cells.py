"""The cells of an executed notebook as HTML, dressed for the page they stand on."""

from __future__ import annotations

import copy
import itertools
import re

import nbformat
from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from analysis.codebook.labels import number_of
from analysis.lang import Lang, text
from analysis.site.frame import TEMPLATES

# The notebooks' own prose and messages; what they put out is in the language of the page.
PROSE_LANG: Lang = "en"
# What a page can show without scripts; a figure or table outranks the text that stands in for it.
SHOWN_TYPES = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
# nbconvert fills a missing alt with this sentence, which describes nothing.
NO_DESCRIPTION = "No description has been provided for this image"


def render_cells(notebook: nbformat.NotebookNode, lang: Lang) -> BeautifulSoup:
    """Return the notebook's cells as HTML, each in an element with the id `cell-<number>`."""
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert declares no types for it
        template_name=TEMPLATES.name,
        extra_template_basedirs=[str(TEMPLATES.parent)],
        template_file="cells.html.j2",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        config=Config({"NbConvertBase": {"display_data_priority": SHOWN_TYPES}}),
    )
    prose_lang = None if lang == PROSE_LANG else PROSE_LANG
    own = ["injected-parameters" not in cell.metadata.get("tags", []) for cell in notebook.cells]
    resources = {
        "code_label": text("site.code", lang),
        "prose_lang": prose_lang,
        # As the notebook itself counts: the cell Papermill puts in shares the number of the one before.
        "numbers": list(itertools.accumulate(own)),
    }
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    cells = BeautifulSoup(html, "html.parser")
    style_tables(cells, lang)
    _number_items(cells, lang)
    _open_numbers(cells)
    _name_headings(cells)
    return cells


def mark_items(cells: BeautifulSoup, mark: str) -> None:
    """Write `mark` into every figure and table, so that none can be cut out of the page without it."""
    for item in cells.select('figure.item:has(img, table):not([data-basis="published"])'):
        tag = cells.new_tag("p", attrs={"class": "basis-mark"})
        tag.string = mark
        item.insert(0, tag)


def require_alt(cells: BeautifulSoup) -> None:
    """Refuse an image that has no text for those who cannot see it.

    Raises
    ------
    ValueError
        The message names the cells with such images.
    """
    missing = [
        str(cell["id"])
        for cell in cells.select(".cell")
        if any(str(image.get("alt", "")).strip() in ("", NO_DESCRIPTION) for image in cell.select("img"))
    ]
    if missing:
        raise ValueError(f"image without alt text in {', '.join(missing)} (counted from 1). Give it one.")


def style_tables(cells: BeautifulSoup, lang: Lang) -> None:
    """Give tables the page's style instead of their own, and a box that scrolls where they are too wide."""
    for style in cells.select("style:has(+ table.gt_table), style[scoped]"):
        style.decompose()
    for table in cells.select("table"):
        parent = table.parent
        if table.has_attr("class") and "gt_table" in table["class"] and parent is not None:
            box = parent
            del box["style"]
        else:
            box = table.wrap(cells.new_tag("div"))
        # Focusable, since what scrolls must scroll by keyboard too.
        box.attrs |= {"class": "table-box", "role": "region", "tabindex": "0"}
        box["aria-label"] = caption_of(table) or text("site.table", lang)


def caption_of(shown: Tag) -> str:
    """Return the caption of a figure or table, without the details and downloads that stand in it."""
    figure = shown.find_parent("figure")
    found = shown.select_one("caption, .gt_title, figcaption") or (figure and figure.select_one("figcaption"))
    if not found:
        return ""
    caption = copy.copy(found)
    for aside in caption.select("details, .downloads, a"):
        aside.decompose()
    return " ".join(caption.get_text().split())


def _number_items(cells: BeautifulSoup, lang: Lang) -> None:
    """Begin the captions of a report's items with their numbers."""
    for item in cells.select("figure.item[id]"):
        caption = item.select_one("caption, .gt_title, figcaption")
        if caption is not None and (number := number_of(str(item["id"]), lang)):
            caption.insert(0, f"{number}. ")


def _open_numbers(cells: BeautifulSoup) -> None:
    """Let numbers in prose take the focus: the style then shows where they come from."""
    for number in cells.select("data.number[title]"):
        # A table of them would put hundreds of stops between a reader and the next paragraph.
        if number.find_parent("table") is None:
            number["tabindex"] = "0"


def _name_headings(cells: BeautifulSoup) -> None:
    taken = {str(tag["id"]) for tag in cells.select("[id]")}
    for heading in cells.select("h2, h3"):
        slug = re.sub(r"\W+", "-", heading.get_text().lower()).strip("-") or "section"
        names = itertools.chain([slug], (f"{slug}-{n}" for n in itertools.count(2)))
        name = next(name for name in names if name not in taken)
        heading["id"] = name
        taken.add(name)
