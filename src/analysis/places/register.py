"""The official population of municipalities, by day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.codebook import is_day
from analysis.errors import AnalysisError, InputError, Problem
from analysis.layout import display_path
from analysis.strict_csv import Row, read_rows

_MOST_DIGITS = 9  # more people than any country here could have is a slip of the key
REGISTER_COLUMNS = ("code", "name", "reference", "population", "source")


def read_register(path: Path) -> pd.DataFrame:
    """Read an official population register.

    Returns
    -------
    DataFrame
        One row for each municipality and reference day: `code`, `name`, `reference` (ISO date),
        `population` (inhabitants), `source`; and `region` where the file has it.

    Raises
    ------
    InputError
        A code, name or region is empty, a population is no positive whole number, a day lacks a municipality or has
        it twice, or a code changes its name or region.
    """
    file = display_path(path)
    rows = read_rows(path, _columns(path))
    problems = [problem for row in rows if (problem := population_problem(file, row))]
    problems += [
        Problem(file, f"the {column} is empty", "Fill it in.", row.line, column)
        for row in rows
        for column in ("code", "name", "region")
        if row.cells.get(column) == ""
    ]
    problems += [
        Problem(file, "not a day", "Write it as YYYY-MM-DD.", row.line, "reference", row.cells["reference"])
        for row in rows
        if not is_day(row.cells["reference"])
    ]
    if problems:
        raise InputError(problems)
    register = pd.DataFrame([row.cells for row in rows]).astype({"population": "int64"})
    for column in register.columns.intersection(["name", "region"]):
        different = register.groupby("code")[column].nunique()
        for code in different.index[different > 1]:
            problems.append(Problem(file, f"code {code} has several {column}s", "Use one.", column=column))
    repeated = register.duplicated(["reference", "code"])
    for position in repeated.to_numpy().nonzero()[0]:
        row = rows[position]
        message = f"{row.cells['name']} stands twice on {row.cells['reference']}"
        problems.append(Problem(file, message, "Remove one of the two.", row.line, "code", row.cells["code"]))
    everyone = set(register["code"])
    for reference, day in register.groupby("reference"):
        for code in sorted(everyone - set(day["code"])):
            problems.append(Problem(file, f"code {code} is missing on {reference}", "Add its row.", column="code"))
    if problems:
        raise InputError(problems)
    return register


def population_on(register: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the population of every municipality on one day of a register; nothing is ever interpolated.

    Parameters
    ----------
    register
        As `read_register` returns it.
    day
        YYYY-MM-DD.

    Returns
    -------
    DataFrame
        One row for each municipality, in the register's order and columns, without `source`.

    Raises
    ------
    AnalysisError
        The register does not have this day; the message names the nearest that it has before and after.
    """
    rows = register[register["reference"] == day].drop(columns="source").reset_index(drop=True)
    if rows.empty:
        days = sorted(set(register["reference"]))
        near = [other for other in days if other < day][-1:] + [other for other in days if other > day][:1]
        raise AnalysisError(
            f"The register has no population on {day}, and nothing is interpolated. "
            f"Ask for a day it has; nearest: {' and '.join(near)}."
        )
    return rows


def quarter_start(day: str) -> str:
    """Return the first day of the quarter a day lies in: the day on which Danmarks Statistik counts the population."""
    year, month, _ = map(int, day.split("-"))
    return f"{year}-{(month - 1) // 3 * 3 + 1:02d}-01"


def size_classes(population: pd.Series, below: Mapping[str, float | None]) -> pd.Series:
    """Return the size class of each population.

    Parameters
    ----------
    population
        Inhabitants.
    below
        Class -> number of inhabitants that all in it are below, ascending; None for the last class.

    Returns
    -------
    Series
        Ordered categorical, smallest class first, with the index of `population`.

    Raises
    ------
    ValueError
        The bounds do not ascend, or the last class has one, so that a municipality could have no class.
    """
    bounds = [bound for bound in below.values() if bound is not None]
    if list(below.values()) != [*bounds, None]:
        raise ValueError("the last size class, and no other, must be without a bound")
    return pd.cut(population, [-math.inf, *bounds, math.inf], right=False, labels=list(below))


def size_classes_by_rank(population: pd.Series, municipalities: Mapping[str, int]) -> pd.Series:
    """Return the size class of each municipality where classes are so many of the smallest, and so on.

    Parameters
    ----------
    population
        Inhabitants of every municipality.
    municipalities
        Class -> number of municipalities in it, the smallest first.

    Returns
    -------
    Series
        Ordered categorical, smallest class first, with the index of `population`.

    Raises
    ------
    ValueError
        The classes do not hold as many municipalities as there are, or two that are equally large would be parted.
    """
    if sum(municipalities.values()) != len(population):
        raise ValueError(
            f"the classes hold {sum(municipalities.values())} municipalities, and there are {len(population)}"
        )
    ordered = population.sort_values(kind="stable")
    labels = [name for name, count in municipalities.items() for _ in range(count)]
    classes = pd.Series(pd.Categorical(labels, list(municipalities), ordered=True), index=ordered.index)
    if (classes.groupby(ordered.to_numpy()).nunique() > 1).any():
        raise ValueError("two municipalities that are equally large would be of different classes")
    return classes.reindex(population.index)


def municipalities(register: pd.DataFrame) -> dict[str, str]:
    """Return code -> name of every municipality in a register."""
    return dict(zip(register["code"], register["name"], strict=True))


def population_problem(file: str, row: Row) -> Problem | None:
    """Return what is wrong with the `population` cell of a row, or None."""
    value = row.cells["population"]
    name = row.cells["name"] or row.cells["code"]
    digits = value.isascii() and value.isdecimal()
    if digits and len(value) <= _MOST_DIGITS and int(value) > 0:
        return None
    if not value:
        message, advice = f"the population of {name} is empty", "Fill it in from the register."
    elif value.startswith(("-", "\N{MINUS SIGN}")):
        message, advice = f"the population of {name} is negative", "Look the number up in the register."
    elif digits and int(value[:_MOST_DIGITS]) > 0:
        message, advice = f"the population of {name} is too large", "Look the number up in the register."
    else:
        message = f"the population of {name} is not a whole number above 0"
        advice = "Look the number up in the register, and write digits only: no spaces, points or decimals."
    return Problem(file, message, advice, row.line, "population", value, "a whole number of at least 1")


def _columns(path: Path) -> tuple[str, ...]:
    """Return the columns a register must have: `region` is one where its header names it."""
    header = path.read_bytes().splitlines()[:1] if path.is_file() else []
    return (*REGISTER_COLUMNS, "region") if any(b"region" in line.lower() for line in header) else REGISTER_COLUMNS
