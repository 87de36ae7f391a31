"""What the reports print: every number as it stands there, and how a reproduced one compares with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from analysis.codebook import Codebook
from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path
from analysis.strict_csv import Row, read_rows

COLUMNS = (
    "wave", "item", "chapter", "group", "variable", "category", "statistic", "value", "value_high", "qualifier",
    "base", "page", "line", "printed",
)  # fmt: skip
STATISTICS = ("percent", "count", "base", "amount", "population", "share", "index", "other")
TEXT = "text"
"""Item of what stands in running text."""
UNPLACED = "unplaced"
"""Variable of chart labels whose place cannot be told."""
QUALIFIERS = ("exact", "approx", "at_least", "at_most", "range")

_WHOLE = re.compile(r"[0-9]+")
_FROM_ONE = re.compile(r"[1-9][0-9]*")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_PATTERNS = {
    "wave": (_WHOLE, "a year"),
    "item": (re.compile(r"(table|figure|box)_[0-9]+(_[0-9]+)?|text"), "table_N, figure_N, box_N or text"),
    "variable": (re.compile(r"[a-z][a-z0-9_]*"), "a name in small letters"),
    "value": (_NUMBER, "a number with a point"),
    "page": (_FROM_ONE, "a whole number from 1"),
    "line": (_FROM_ONE, "a whole number from 1"),
    "printed": (re.compile(r".+"), "the number as printed"),
}
# What a number of a kind can be, however wrong the report is.
_ALLOWED: dict[str, tuple[Callable[[float], bool], str]] = {
    "base": (lambda value: value >= 1 and value.is_integer(), "a whole number from 1"),
    "count": (lambda value: value >= 0, "a number from 0"),
    "share": (lambda value: 0 <= value <= 1, "from 0 to 1: half is 0.5"),
    "percent": (lambda value: abs(value) < 1e6, "below a million"),
}
_OPTIONAL = {"value_high": _NUMBER, "base": _FROM_ONE}


def load_published(path: Path, codebook: Codebook) -> pd.DataFrame:
    """Read `published.csv` of a study.

    Parameters
    ----------
    path
        The file.
    codebook
        The study's: names the items, chapters and variables there are.

    Returns
    -------
    DataFrame
        The columns of the contract (design, section 5), in the order of the file; `wave`, `page`, `line` whole,
        `value`, `value_high` floating, `base` nullable whole, the rest text.

    Raises
    ------
    InputError
        A cell breaks the contract; all such cells are listed.
    """
    file = display_path(path)
    rows = read_rows(path, COLUMNS)
    problems = [problem for row in rows for problem in (*_cell_problems(file, row), *_unknown(file, row, codebook))]
    problems += _without_base(file, rows, codebook)
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame([row.cells for row in rows], columns=list(COLUMNS))
    frame["value_high"] = pd.to_numeric(frame["value_high"])
    frame["base"] = pd.to_numeric(frame["base"]).astype("Int64")
    return frame.astype({"wave": "int64", "page": "int64", "line": "int64", "value": "float64"})


def _cell_problems(file: str, row: Row) -> list[Problem]:
    """Return a problem for each cell of a row that breaks the contract."""
    problems = []
    for column, (pattern, allowed) in _PATTERNS.items():
        if not pattern.fullmatch(row.cells[column]):
            problems.append(
                Problem(
                    file,
                    "not as the contract says",
                    "Correct it.",
                    row.line,
                    column,
                    row.cells[column],
                    allowed,
                )
            )
    for column, pattern in _OPTIONAL.items():
        if row.cells[column] and not pattern.fullmatch(row.cells[column]):
            advice = "Correct it, or leave it empty."
            problems.append(Problem(file, "not a number", advice, row.line, column, row.cells[column]))
    for column, valid in (("statistic", STATISTICS), ("qualifier", QUALIFIERS)):
        if row.cells[column] not in valid:
            advice = did_you_mean(row.cells[column], valid) + "."
            problems.append(Problem(file, f"unknown {column}", advice, row.line, column, row.cells[column]))
    can_be = _ALLOWED.get(row.cells["statistic"])
    if not problems and can_be is not None and not can_be[0](float(row.cells["value"])):
        message = f"not a value that a {row.cells['statistic']} can have"
        problems.append(Problem(file, message, "Correct it.", row.line, "value", row.cells["value"], can_be[1]))
    high = row.cells["value_high"]
    if (row.cells["qualifier"] == "range") != bool(high):
        advice = "Give value_high for a range, and only for one."
        problems.append(Problem(file, "range and value_high disagree", advice, row.line, "value_high"))
    elif high and not problems and float(high) < float(row.cells["value"]):
        message = f"value_high is below value {row.cells['value']}"
        problems.append(Problem(file, message, "Correct one of the two.", row.line, "value_high", high))
    return problems


def _unknown(file: str, row: Row, codebook: Codebook) -> Iterator[Problem]:
    """Yield a problem for each name in a row that the codebook does not have."""
    cells = row.cells
    named = [("chapter", list(codebook.chapters)), ("variable", list(codebook.variables))]
    if cells["item"] != TEXT:
        named.append(("item", [name for name, item in codebook.items.items() if item.printed]))
    for column, valid in named:
        if cells[column] not in valid:
            advice = f"{did_you_mean(cells[column], valid)}. Or add it to the codebook."
            yield Problem(file, f"the codebook has no such {column}", advice, row.line, column, cells[column])
    if not _WHOLE.fullmatch(cells["wave"]):
        return
    wave = int(cells["wave"])
    if wrong := codebook.group_problem(cells["group"], wave):
        yield Problem(file, wrong, "Correct it, or add it to the codebook.", row.line, "group", cells["group"])
    variable = codebook.variables.get(cells["variable"])
    if variable is None:
        return
    answers = list(codebook.answers_of(cells["variable"], wave))
    if cells["category"] and cells["category"] not in answers:
        where = f"answers of {cells['variable']}"
        advice = f"{did_you_mean(cells['category'], answers)}. Or add it to the codebook." if answers else "Empty it."
        yield Problem(file, "no such answer", advice, row.line, "category", cells["category"], where)


def _without_base(file: str, rows: Sequence[Row], codebook: Codebook) -> Iterator[Problem]:
    """Yield a problem for each percentage of a table or figure that lacks the base that is printed there for it."""
    based = {
        (row.cells["wave"], row.cells["item"], row.cells["group"]) for row in rows if row.cells["statistic"] == "base"
    }
    for row in rows:
        cells = row.cells
        variable = codebook.variables.get(cells["variable"])
        if variable is None or variable.kind not in ("single", "multiple") or cells["item"] == TEXT or cells["base"]:
            continue
        if cells["statistic"] == "percent" and (cells["wave"], cells["item"], cells["group"]) in based:
            message = f"a percentage of {cells['item']} without its base"
            advice = "Enter the number of answers that the table, figure or its note states."
            yield Problem(file, message, advice, row.line, "base", allowed="a whole number")
