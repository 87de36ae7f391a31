"""Municipalities: codes, names, official population, boundaries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.codebook import is_day
from analysis.errors import InputError, Problem
from analysis.layout import display_path
from analysis.strict_csv import Row, read_rows

_MOST_DIGITS = 9  # more people than any country here could have is a slip of the key
REGISTER_COLUMNS = ("code", "name", "reference", "population", "source")


@dataclass(frozen=True)
class Boundaries:
    """The outlines of the municipalities.

    Parameters
    ----------
    rings
        Municipality name -> outer rings, each a list of (longitude, latitude) in degrees, WGS 84.
    """

    rings: dict[str, list[list[tuple[float, float]]]]


def read_register(path: Path) -> pd.DataFrame:
    """Read an official population register.

    Returns
    -------
    DataFrame
        One row for each municipality and reference day: `code`, `name`, `reference` (ISO date),
        `population` (inhabitants), `source`.

    Raises
    ------
    InputError
        A population is no positive whole number, a day lacks a municipality or has it twice, or a code
        changes its name.
    """
    file = display_path(path)
    rows = read_rows(path, REGISTER_COLUMNS)
    problems = [problem for row in rows if (problem := population_problem(file, row))]
    problems += [
        Problem(file, "not a day", "Write it as YYYY-MM-DD.", row.line, "reference", row.cells["reference"])
        for row in rows
        if not is_day(row.cells["reference"])
    ]
    if problems:
        raise InputError(problems)
    register = pd.DataFrame([row.cells for row in rows]).astype({"population": "int64"})
    codes = register.groupby("code")["name"].nunique()
    for code in codes.index[codes > 1]:
        problems.append(Problem(file, f"code {code} has several names", "Use one.", column="name"))
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


def read_boundaries(path: Path, names: dict[str, str]) -> Boundaries:
    """Read the outlines of municipalities from GeoJSON.

    Parameters
    ----------
    path
        A FeatureCollection of Polygon and MultiPolygon features with properties `code` and `name`.
    names
        Code -> name of the municipalities that must be there.

    Raises
    ------
    InputError
        The file is no such collection, or lacks a municipality.
    """
    file = display_path(path)
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        by_code = {str(feature["properties"]["code"]): feature["geometry"] for feature in features}
        rings = {names[code]: _outer_rings(shape) for code, shape in by_code.items() if code in names}
        empty = [name for name, outer in rings.items() if not all(len(ring) >= 4 for ring in outer) or not outer]
    except FileNotFoundError:
        raise InputError([Problem(file, "the file does not exist", "Put it there.")]) from None
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, f"not UTF-8 (byte {error.start})", "Save the file as UTF-8.")]) from None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        advice = "It needs a FeatureCollection of polygons with properties code and name."
        message = f"not the GeoJSON expected: {type(error).__name__}: {error}"
        raise InputError([Problem(file, message, advice)]) from error
    if empty:
        advice = "Give each ring at least four points."
        raise InputError(Problem(file, f"{name} has an empty outline", advice) for name in empty)
    missing = sorted(set(names) - set(by_code))
    if missing:
        raise InputError(
            [Problem(file, f"{names[code]} has no outline", "Add its feature.", None, "code", code) for code in missing]
        )
    return Boundaries(rings)


def _outer_rings(shape: dict[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}[shape["type"]]
    return [[(float(x), float(y)) for x, y, *_ in polygon[0]] for polygon in polygons]
