"""The health data survey of areas, purposes and chiefs: its codebook, and made-up numbers of any of its items."""

from __future__ import annotations

import functools

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook
from analysis.codebook.cells import cells_of
from analysis.estimates import CLUSTERED, COUNTED, Estimate, estimate_frame
from analysis.estimates.shown import item_of
from analysis.layout import RAW_DIR
from analysis.published import load_published

STUDY, YEAR = "klk_healthdata", 2018
N = 60
"""How many are in the base of every made-up number."""


@functools.cache
def codebook() -> Codebook:
    return load_codebook(RAW_DIR / STUDY / "codebook.yaml")


@functools.cache
def published() -> pd.DataFrame:
    return load_published(RAW_DIR / STUDY / "published.csv", codebook())


def wave() -> Wave:
    values = {"study": STUDY, "year": YEAR, "basis": "collected", "source": "KLK", "reference": "2018-07-01"}
    return Wave.model_validate(values)


def made_up_rows(name: str) -> pd.DataFrame:
    """Return made-up numbers of every group that the codebook gives of an item's questions.

    Of 60 answers each category counts 4 more than its place among the answers, with an interval of 9 points.
    """
    book, rows = codebook(), []
    for variable in book.items[name].variables:
        groups = set()
        every = list(book.answers_of(variable, YEAR))
        for cell in cells_of(book, variable, YEAR):
            own = {
                "study": STUDY, "wave": YEAR, "item": item_of(book, variable, cell.group)[0],
                "variable": variable, "group": cell.group, "estimand": "", "basis": "collected", "base": N,
                "base_kind": "answered_incl_dont_know",
            }  # fmt: skip
            if cell.group not in groups:
                groups.add(cell.group)
                rows.append(Estimate(**own, statistic="base", value=float(N), method=COUNTED))  # type: ignore[arg-type]
            count = sum(4.0 + every.index(member) for member in cell.members)
            given = {**own, "category": cell.category}
            rows.append(Estimate(**given, statistic="count", value=count, method=COUNTED))  # type: ignore[arg-type]
            share = 100 * count / N
            rows.append(
                Estimate(**given, statistic="percent", value=share, low=share - 4, high=share + 5, method=CLUSTERED)  # type: ignore[arg-type]
            )
    return estimate_frame(rows)
