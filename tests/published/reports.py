"""The reports as the tests of print know them: rows, text, pages, and the numbers of the text that are no results.

The texts are not ours to carry. Tests that need them run where they are: in the folder that `REPORT_TEXTS` names, else
in `shared/sources` beside the repository; elsewhere they are skipped.
"""

from __future__ import annotations

import functools
import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.layout import RAW_DIR, ROOT, study_names
from analysis.published import load_published
from analysis.published.lines import read_lines, unclaimed
from analysis.strict_csv import read_rows

STUDIES = study_names()
FOLDER = Path(__file__).parent

# What counts as a number in words: cardinals and what is made of them, fractions.
CARDINAL = "to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv"
WORDS = (
    "ingen",
    "én",
    "ét",
    CARDINAL,
    rf"(?:{CARDINAL})(?:år|dage)\w*",
    r"halv(?:del|delen|t|e|eret|år\w*)?",
    "halvde",
    r"\w*(?:tredje|fjerde|femte)del\w*",
    "hver (?:anden|tredje|fjerde|femte)",
    "dobbelt",
    r"\w+doblet",
    "[¼½¾]",
)

# Numbers that are no results wherever they stand. All others are listed in left_out/<study>.csv.
NO_RESULTS = {
    "year": r"\b(?:19|20)\d\d\b",
    "number of a figure, table, box or chapter": r"\b(?:figur|tabel|boks|kapitel)\s\d+(?:\.\d+)?",
    "number of a heading": r"^\s*\d+(?:\.\d+)*\.?\s+(?=(?-i:[A-ZÆØÅ])\w)",
    "footnote": r"(?<=[^\W\d])\d{1,2}\b|^\s*\d{1,2}(?=(?-i:[A-ZÆØÅ]))",
    "head of a page": r"\bside \d+ af \d+",
    "what was asked about": r"\b(?:to|tre|seks)\s(?:øvrige\s|specificerede\s|respektive\s|overordnede\s|udvalgte\s)?"
    r"(?:hoved|styrings)?(?:formål|fagområder|områder|kilder)",
}


@dataclass(frozen=True)
class Report:
    """A report whose text is at hand."""

    study: str

    @property
    def codebook(self) -> Codebook:
        return _codebook(self.study)

    @property
    def published(self) -> pd.DataFrame:
        return _published(self.study).copy()

    @property
    def file(self) -> str:
        return f"data/raw/{self.study}/published.csv"

    @property
    def lines(self) -> list[str]:
        return _lines(self.codebook.report.text)

    def page(self, line: int) -> int:
        starts, pages = _pages(self.study)
        return pages[bisect_right(starts, line) - 1]

    def unclaimed(self) -> dict[int, list[str]]:
        """Return line -> numbers that neither a row nor `NO_RESULTS` explains."""
        pattern = re.compile("|".join(NO_RESULTS.values()), re.IGNORECASE)
        return unclaimed(_published(self.study), [pattern.sub(" ", line) for line in self.lines], WORDS)

    def left_out(self) -> dict[int, list[str]]:
        """Return line -> numbers that are left out for a reason of their own."""
        rows = read_rows(FOLDER / "left_out" / f"{self.study}.csv", ("line", "numbers", "reason"))
        assert all(row.cells["reason"] for row in rows)
        found = {int(row.cells["line"]): row.cells["numbers"].split(" ") for row in rows}
        assert len(found) == len(rows), "a line stands twice"
        return found


@functools.cache
def _codebook(study: str) -> Codebook:
    return load_codebook(RAW_DIR / study / "codebook.yaml")


@functools.cache
def _published(study: str) -> pd.DataFrame:
    return load_published(RAW_DIR / study / "published.csv", _codebook(study))


@functools.cache
def _lines(name: str) -> list[str]:
    path = Path(os.environ.get("REPORT_TEXTS") or ROOT.parent / "shared" / "sources") / name
    if not path.is_file():
        pytest.skip(f"no {path.name}: set REPORT_TEXTS to the folder of the reports' texts")
    return read_lines(path)


@functools.cache
def _pages(study: str) -> tuple[list[int], list[int]]:
    """Return the first lines of a report's pages, and the pages' numbers."""
    cells = [row.cells for row in read_rows(FOLDER / "pages.csv", ("study", "first_line", "page"))]
    starts = sorted((int(row["first_line"]), int(row["page"])) for row in cells if row["study"] == study)
    return [line for line, _ in starts], [page for _, page in starts]
