"""What a table shows, read from its markup."""

from __future__ import annotations

from bs4 import BeautifulSoup
from great_tables import GT

MARK = "\N{NO-BREAK SPACE}"


def rows(table: GT) -> list[list[str]]:
    """Return the cells of the body as they are read, row by row."""
    body = BeautifulSoup(table.as_raw_html(), "html.parser").find("tbody")
    assert body is not None
    return [[cell.text.replace(MARK, " ") for cell in row.find_all(["th", "td"])] for row in body.find_all("tr")]


def headings(table: GT) -> list[str]:
    head = BeautifulSoup(table.as_raw_html(), "html.parser").find("thead")
    assert head is not None
    return [cell.text for cell in head.find_all("th")]
