"""The population list of one wave: each municipality of the region once, adding up to the stated total."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path
from analysis.places import population_problem
from analysis.strict_csv import Row, read_rows

_TOTALS = ("summa", "totalt", "total", "sum", "i alt", "dalarna")
COLUMNS = ("code", "name", "population")


def read_population(path: Path, names: dict[str, str]) -> pd.DataFrame:
    """Read `population.csv` of a wave.

    Parameters
    ----------
    path
        UTF-8 CSV with the columns `code`, `name`, `population`.
    names
        Code -> name of the municipalities that must each stand there once.

    Returns
    -------
    DataFrame
        `code`, `name`, `population` (inhabitants), one row for each municipality, in the order of the file.

    Raises
    ------
    InputError
        A municipality is missing, unknown or there twice, its code and name disagree, or its population
        is no positive whole number. Every problem of the file is listed.
    """
    file = display_path(path)
    rows = read_rows(path, COLUMNS)
    problems = [problem for row in rows if (problem := _identity_problem(file, row, names))]
    problems += [problem for row in rows if (problem := population_problem(file, row))]
    lines: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        lines[row.cells["code"]].append(row.line)
    allowed = f"{len(names)} municipalities, each once"
    for code, name in names.items():
        if not lines[code]:
            advice = f"Add the row {code},{name},<population>."
            problems.append(Problem(file, f"{name} is missing", advice, None, "code", allowed=allowed))
        for line in lines[code][1:]:
            message = f"{name} stands twice (first in row {lines[code][0]})"
            problems.append(Problem(file, message, "Remove one of the two.", line, "code", code, allowed))
    if problems:
        raise InputError(problems)
    return pd.DataFrame([row.cells for row in rows]).astype({"population": "int64"})


def check_total(population: pd.DataFrame, stated: int, file: Path) -> None:
    """Hold the sum of a population list against the total that was stated for it.

    Raises
    ------
    InputError
        They differ.
    """
    total = int(population["population"].sum())
    if total != stated:
        direction = "more" if total > stated else "less"
        problem = Problem(
            display_path(file),
            f"the rows add to {total}, {abs(total - stated)} {direction} than the stated total",
            "Correct the row that is wrong, or the total: parameter population (in wave.yaml, or with -p).",
            column="population",
            value=str(total),
            allowed=str(stated),
        )
        raise InputError([problem])


def _identity_problem(file: str, row: Row, names: dict[str, str]) -> Problem | None:
    """Return what is wrong with the code and name of a row, or None."""
    code, name = row.cells["code"], row.cells["name"]
    if not code and name.casefold() in _TOTALS:
        return Problem(file, "a row for the total", "Remove it: the rows are added up here.", row.line, "name", name)
    if code not in names:
        known = {other: key for key, other in names.items()}
        advice = f"{name} has the code {known[name]}." if name in known else did_you_mean(name, list(known)) + "."
        message = f"unknown code of {name}" if name in known else f"unknown municipality {name}"
        return Problem(file, message, advice, row.line, "code", code, ", ".join(names))
    if name != names[code]:
        advice = f"Write {names[code]}, or correct the code."
        return Problem(file, "code and name disagree", advice, row.line, "name", name, names[code])
    return None
