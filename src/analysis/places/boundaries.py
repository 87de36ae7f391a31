"""The outlines of municipalities, for maps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem
from analysis.layout import display_path


@dataclass(frozen=True)
class Boundaries:
    """The outlines of the municipalities.

    Parameters
    ----------
    rings
        Municipality name -> outer rings, each a list of (longitude, latitude) in degrees, WGS 84.
    """

    rings: dict[str, list[list[tuple[float, float]]]]


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
