"""The contents list of a page: its headings, and beneath each the figures and tables that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from analysis.site.cells import caption_of


@dataclass
class Line:
    """One line of the contents: where it leads, its language (None: the page's), the lines beneath."""

    label: str
    href: str
    lang: str | None
    lines: list[Line] = field(default_factory=list)


def contents(cells: BeautifulSoup) -> list[Line]:
    """Return a line per h2, with the h3 headings and captioned items up to the next one beneath it."""
    top: list[Line] = []
    beneath = top
    for tag in cells.select("h2, h3, figure.item[id]"):
        line = _line(tag)
        if tag.name == "h2":
            top.append(line)
            beneath = line.lines
        elif line.label:
            beneath.append(line)
    return top


def _line(tag: Tag) -> Line:
    label = caption_of(tag) if tag.name == "figure" else tag.get_text().strip()
    speaker = tag.find_parent(lang=True)
    return Line(label, f"#{tag['id']}", str(speaker["lang"]) if speaker else None)
