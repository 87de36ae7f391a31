"""A survey small enough to be gone through by hand, and its report as it might be printed."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import Atom, Cell, cells

N = 7
LABEL = {"da": "x", "en": "x"}


def codebook(population: int = N) -> Codebook:
    """Return a survey with an answer in three categories, a routed one, and routed options."""
    three = {name: {"code": code, **LABEL} for code, name in enumerate(("yes", "no", "unsure"), start=1)}
    question: dict[str, Any] = {"label": LABEL, "ask": LABEL, "level": "municipality"}
    return Codebook.model_validate(
        {
            "schema_version": 1,
            "study": "small",
            "title": LABEL,
            "report": {"title": "t", "publisher": "p", "language": "da", "date": "2024-01-01", "text": "t.txt"},
            "unit": "municipality",
            "places": "denmark",
            "population": population,
            "municipality_column": "kommune",
            "notebooks": ["01_clean"],
            "chapters": {"c": LABEL},
            "code_lists": {"three": {"categories": three, "groups": {"decided": {"of": ["yes", "no"], **LABEL}}}},
            "size_classes": {"small": {"below": 30000, **LABEL}, "large": {"below": None, **LABEL}},
            "variables": {
                "participation": {"label": LABEL, "unit": "municipalities"},
                "first": {**question, "codes": "three", "within": ["decided"]},
                "second": {**question, "codes": "three", "universe": "first in [decided]"},
                "third": {
                    **question,
                    "options": {"a": {"code": 1, **LABEL}, "b": {"code": 2, **LABEL}},
                    "universe": "second in [yes]",
                },
            },
            "items": {},
        }
    )


def exports(answered: int) -> Iterator[dict[Atom, int]]:
    """Yield the counts of every possible export of so many municipalities."""
    for first in _ways(answered):
        for second in _ways(first[0] + first[1]):
            for options in itertools.product(range(second[0] + 1), repeat=2):
                names = ("yes", "no", "unsure")
                counts = {("first", name): n for name, n in zip(names, first, strict=True)}
                counts |= {("second", name): n for name, n in zip(names, second, strict=True)}
                counts |= {("third", name): n for name, n in zip("ab", options, strict=True)}
                yield counts | {("participation", ""): answered}


def _ways(total: int) -> Iterator[tuple[int, int, int]]:
    for a in range(total + 1):
        for b in range(total - a + 1):
            yield a, b, total - a - b


def base_of(counts: dict[Atom, int], base: tuple[Atom, ...] | None) -> int:
    return counts["participation", ""] if base is None else sum(counts[atom] for atom in base)


Key = tuple[str, str, str, str]


def numbers(counts: dict[Atom, int], population: int = N) -> dict[Key, int]:
    """Return everything that could be printed of an export: counts, whole percentages (half-up) and bases."""
    found: dict[Key, int] = {("participation", "all", "", "count"): counts["participation", ""]}
    for cell in _cells(population):
        count, base = sum(counts[atom] for atom in cell.atoms), base_of(counts, cell.base)
        found[cell.variable, cell.group, cell.category, "count"] = count
        found[cell.variable, cell.group, "", "base"] = base
        if base:
            percent = math.floor(Fraction(100 * count, base) + Fraction(1, 2))
            found[cell.variable, cell.group, cell.category, "percent"] = percent
    return found


@functools.cache
def _cells(population: int) -> list[Cell]:
    return cells(codebook(population), 2024)


def report(printed: dict[Key, int]) -> pd.DataFrame:
    """Return numbers as rows of `published.csv`."""
    frame = pd.DataFrame([_row(*key, value) for key, value in printed.items()])
    return frame.assign(base=frame["base"].astype("Int64"))


def _row(variable: str, group: str, category: str, statistic: str, value: int) -> dict[str, Any]:
    return {
        "wave": 2024, "item": "text", "chapter": "c", "group": group, "variable": variable, "category": category,
        "statistic": statistic, "value": float(value), "value_high": float("nan"), "qualifier": "exact",
        "base": None, "page": 1, "line": 1, "printed": f"{value}%" if statistic == "percent" else str(value),
    }  # fmt: skip
