import json
from pathlib import Path
from typing import Any

import pytest
from matplotlib.path import Path as Outline

from analysis.errors import InputError, Problem
from analysis.places import read_boundaries
from tests import dalarna
from tests.conftest import Write

NAMES = {"1": "Falun", "2": "Mora"}
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def boundary_problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_boundaries(path, NAMES)
    return caught.value.problems


def collection(*features: tuple[str, dict[str, Any]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": code, "name": NAMES.get(code, code)}, "geometry": shape}
                for code, shape in features
            ],
        }
    )


def polygon(ring: list[list[int]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def test_boundaries_are_of_exactly_the_fifteen() -> None:
    features = json.loads(dalarna.BOUNDARIES_FILE.read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["code"]: f["properties"]["name"] for f in features} == dalarna.NAMES
    assert len(features) == 15
    assert set(dalarna.boundaries().rings) == set(dalarna.TABLE)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude"),
    # the municipal seats, to a hundredth of a degree
    [("Falun", 15.63, 60.61), ("Mora", 14.54, 61.00), ("Avesta", 16.17, 60.14), ("Ludvika", 15.19, 60.15)],
)
def test_a_town_lies_in_its_own_municipality_only(name: str, longitude: float, latitude: float) -> None:
    inside = [
        other
        for other, rings in dalarna.boundaries().rings.items()
        if any(Outline(ring).contains_point((longitude, latitude)) for ring in rings)
    ]
    assert inside == [name]


def test_outer_rings_of_polygons_and_multipolygons(write: Write) -> None:
    hole = [[0.2, 0.2], [0.3, 0.2], [0.3, 0.3], [0.2, 0.2]]
    island = [[5, 5, 100], [6, 5, 100], [6, 6, 100], [5, 5, 100]]
    shapes = (
        ("1", {"type": "Polygon", "coordinates": [SQUARE, hole]}),
        ("2", {"type": "MultiPolygon", "coordinates": [[SQUARE], [island]]}),
        ("3", polygon(SQUARE)),
    )
    rings = read_boundaries(write("b.geojson", collection(*shapes)), NAMES).rings
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    assert rings == {"Falun": [square], "Mora": [square, [(5.0, 5.0), (6.0, 5.0), (6.0, 6.0), (5.0, 5.0)]]}


def test_a_municipality_without_outline(write: Write, no_run: Path) -> None:
    (problem,) = boundary_problems(write("b.geojson", collection(("1", polygon(SQUARE)))))
    assert str(problem) == "b.geojson, column code: Mora has no outline; value: '2'. Add its feature."


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"features": null}',
        '{"features": [{"properties": {}}]}',
        collection(("1", {"type": "Point", "coordinates": [0, 0]}), ("2", polygon(SQUARE))),
        collection(("1", {"type": "Polygon", "coordinates": [[0, 0]]}), ("2", polygon(SQUARE))),
        collection(("1", {"type": "Polygon", "coordinates": []}), ("2", polygon(SQUARE))),
    ],
    ids=["empty", "list", "object", "null", "no code", "point", "flat", "no ring"],
)
def test_what_is_no_collection_of_outlines(write: Write, no_run: Path, content: str) -> None:
    (problem,) = boundary_problems(write("b.geojson", content))
    assert problem.file == "b.geojson"
    assert problem.message.startswith("not the GeoJSON expected")
    assert problem.advice == "It needs a FeatureCollection of polygons with properties code and name."


@pytest.mark.parametrize(
    "shape",
    [
        polygon([]),
        polygon(SQUARE[:3]),
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [[]]]},
    ],
    ids=["empty ring", "three points", "no part", "empty part"],
)
def test_an_outline_without_area_is_named(write: Write, no_run: Path, shape: dict[str, Any]) -> None:
    (problem,) = boundary_problems(write("b.geojson", collection(("1", shape), ("2", polygon(SQUARE)))))
    assert str(problem) == "b.geojson: Falun has an empty outline. Give each ring at least four points."


def test_outlines_in_another_encoding_are_refused_in_a_few_words(write: Write) -> None:
    content = collection(("1", polygon(SQUARE)), ("2", polygon(SQUARE * 500))).replace("Falun", "Rättvik")
    content = content.encode("utf-8").decode("unicode_escape") if "\\u" in content else content
    (problem,) = boundary_problems(write("b.geojson", content.encode("cp1252")))
    assert problem.message.startswith("not UTF-8 (byte ")
    assert problem.advice == "Save the file as UTF-8."
    assert len(str(problem)) < 500


def test_missing_outlines_are_named_without_a_folder_of_this_machine(no_run: Path) -> None:
    (problem,) = boundary_problems(no_run / "b.geojson")
    assert problem.file == "b.geojson"
    assert str(no_run) not in str(problem)
