import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from matplotlib.path import Path as Outline

from analysis.errors import InputError, Problem
from analysis.places import municipalities, population_problem, read_boundaries, read_register
from analysis.strict_csv import Row
from tests import dalarna
from tests.conftest import Write

HEADER = "code,name,reference,population,source\n"
NAMES = {"1": "Falun", "2": "Mora"}
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def register_problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_register(path)
    return caught.value.problems


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


def test_register_has_the_totals_of_statistics_sweden() -> None:
    by_day = dalarna.register().groupby("reference")["population"].sum()
    assert by_day["2010-12-31"] == 277_047
    assert by_day["2019-12-31"] == 287_966
    assert list(by_day.index) == [f"{year}-12-31" for year in range(2010, 2020)]


def test_register_has_the_fifteen_on_every_day() -> None:
    for _, day in dalarna.register().groupby("reference"):
        assert dict(zip(day["code"], day["name"], strict=True)) == dalarna.NAMES
    assert municipalities(dalarna.register()) == dalarna.NAMES


def test_no_population_of_the_register_leaps_between_years() -> None:
    wide = dalarna.register().pivot(index="reference", columns="code", values="population")
    for before, after in pairwise(wide.to_numpy()):
        assert (abs(after - before) < 0.04 * before).all()


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


def test_reads_a_register(write: Write) -> None:
    register = read_register(write("r.csv", f"{HEADER}1,Falun,2019-12-31,59406,SCB\n2,Mora,2019-12-31,20470,SCB\n"))
    assert register.to_dict("list") == {
        "code": ["1", "2"],
        "name": ["Falun", "Mora"],
        "reference": ["2019-12-31"] * 2,
        "population": [59406, 20470],
        "source": ["SCB"] * 2,
    }


def test_a_day_that_lacks_a_municipality(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n2,Mora,2018-12-31,5,SCB\n1,Falun,2019-12-31,5,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert str(problem) == "r.csv, column code: code 2 is missing on 2019-12-31. Add its row."


def test_a_municipality_twice_on_a_day(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n1,Falun,2018-12-31,6,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert str(problem) == (
        "r.csv, row 3, column code: Falun stands twice on 2018-12-31; value: '1'. Remove one of the two."
    )


def test_a_code_with_two_names(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n1,Fahlun,2019-12-31,6,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert (problem.message, problem.column) == ("code 1 has several names", "name")


@pytest.mark.parametrize("day", ["31-12-2019", "2019", "20191231", "2019-13-01", "2019-W52-1", "2019-02-29", ""])
def test_a_reference_that_is_no_day(write: Write, no_run: Path, day: str) -> None:
    (problem,) = register_problems(write("r.csv", f"{HEADER}1,Falun,{day},5,SCB\n"))
    assert str(problem) == f"r.csv, row 2, column reference: not a day; value: {day!r}. Write it as YYYY-MM-DD."


def test_bad_days_and_bad_populations_of_a_register_come_at_once(write: Write) -> None:
    found = register_problems(write("r.csv", f"{HEADER}1,Falun,2019,5,SCB\n2,Mora,2019-12-31,0,SCB\n"))
    assert {(problem.row, problem.column) for problem in found} == {(2, "reference"), (3, "population")}


def test_every_bad_population_of_a_register_is_listed(write: Write) -> None:
    first, second = register_problems(write("r.csv", f"{HEADER}1,Falun,2018-12-31,0,SCB\n2,Mora,2018-12-31,x,SCB\n"))
    assert [(p.row, p.column, p.value) for p in (first, second)] == [(2, "population", "0"), (3, "population", "x")]


@pytest.mark.parametrize(
    ("value", "message", "advice"),
    [
        ("", "the population of Falun is empty", "Fill it in from the register."),
        ("-5", "the population of Falun is negative", "Look the number up in the register."),
        ("−5", "the population of Falun is negative", "Look the number up in the register."),
        ("1000000000", "the population of Falun is too large", "Look the number up in the register."),
        *(
            (
                value,
                "the population of Falun is not a whole number above 0",
                "Look the number up in the register, and write digits only: no spaces, points or decimals.",
            )
            for value in (
                "0",
                "1.5",
                "1,5",
                "1 234",
                "1\N{NO-BREAK SPACE}234",
                "1.234",
                "٣",
                "²",
                "5e3",
                "+5",
                "NaN",
                "x",
            )
        ),
    ],
)
def test_what_is_no_population(value: str, message: str, advice: str) -> None:
    problem = population_problem("f.csv", Row(7, {"code": "1", "name": "Falun", "population": value}))
    assert problem == Problem("f.csv", message, advice, 7, "population", value, "a whole number of at least 1")


@pytest.mark.parametrize("value", ["1", "59945", "007", "999999999"])
def test_what_is_a_population(value: str) -> None:
    assert population_problem("f.csv", Row(7, {"code": "1", "name": "Falun", "population": value})) is None


@pytest.mark.parametrize("digits", [20, 5000])  # Python makes no number of more than 4300 digits
def test_a_population_beyond_all_numbers_is_refused(write: Write, digits: int) -> None:
    (problem,) = register_problems(write("r.csv", f"{HEADER}1,Falun,2018-12-31,{'9' * digits},SCB\n"))
    assert (problem.row, problem.column) == (2, "population")


def test_a_row_without_name_is_called_by_its_code() -> None:
    problem = population_problem("f.csv", Row(7, {"code": "2080", "name": "", "population": ""}))
    assert problem is not None
    assert problem.message == "the population of 2080 is empty"


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
