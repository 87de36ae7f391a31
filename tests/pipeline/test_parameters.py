"""What a notebook's parameters cell declares, and what is refused."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from analysis.errors import AnalysisError, InputError
from analysis.layout import NOTEBOOK_DIR
from analysis.pipeline.parameters import Parameter, check, from_text, notebook_parameters
from tests.pipeline.worlds import write_notebook

COST = Parameter("cost", "int", optional=True)
RULE = Parameter("rule", "str", allowed=("half_up", "largest_remainder"))
PART = Parameter("part", "float")
SHOWN = Parameter("shown", "bool")
NAME = Parameter("name", "str")
DECLARED = {parameter.name: parameter for parameter in (COST, RULE, PART, SHOWN, NAME)}


def declared_in(tmp_path: Path, *cells: str) -> dict[str, Parameter]:
    write_notebook(tmp_path / "n.ipynb", list(cells))
    return notebook_parameters(tmp_path / "n.ipynb")


@pytest.mark.parametrize(
    ("line", "parameter"),
    [
        ("x: int = 1", Parameter("x", "int")),
        ("x: int = -1", Parameter("x", "int")),
        ("x: float = 0.5  # a half", Parameter("x", "float")),
        ("x: float = 1", Parameter("x", "float")),
        ("x: str = 'a'", Parameter("x", "str")),
        ("x: bool = True", Parameter("x", "bool")),
        ("x: int | None = None", Parameter("x", "int", optional=True)),
        ("x: Literal['a', 'b'] = 'a'", Parameter("x", "str", allowed=("a", "b"))),
        ("x: Literal['a'] = 'a'", Parameter("x", "str", allowed=("a",))),
        ("x: Literal['a', 'b'] | None = None", Parameter("x", "str", optional=True, allowed=("a", "b"))),
    ],
)
def test_a_line_of_the_parameters_cell_declares_name_and_type(line: str, parameter: Parameter, tmp_path: Path) -> None:
    assert declared_in(tmp_path, f"from typing import Literal\n\n{line}", "y: int = 2") == {"x": parameter}


@pytest.mark.parametrize(
    "line",
    [
        "x = 1",
        "x: int",
        "x: list = []",
        "x: int = 'a'",
        "x: int = 1.5",
        "x: int = True",
        "x: int = None",
        "x: Literal['a'] = 'b'",
        "x: int = 1 + y",
        "import os",
        "print(1)",
    ],
)
def test_a_line_that_declares_no_parameter_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"n\.ipynb, column parameters cell: not a parameter") as caught:
        declared_in(tmp_path, f"ok: int = 1\n{line}")
    assert line in str(caught.value)


@pytest.mark.parametrize("cells", [0, 2])
def test_exactly_one_cell_is_tagged_parameters(cells: int, tmp_path: Path) -> None:
    tagged = [v4.new_code_cell("x: int = 1", metadata={"tags": ["parameters"]}) for _ in range(cells)]
    nbformat.write(v4.new_notebook(cells=tagged), tmp_path / "n.ipynb")
    with pytest.raises(InputError, match=rf"n\.ipynb: {cells} cells are tagged parameters"):
        notebook_parameters(tmp_path / "n.ipynb")


def test_a_parameters_cell_that_is_no_python_is_refused_with_the_notebooks_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"n\.ipynb"):
        declared_in(tmp_path, "x: int = ")


@pytest.mark.parametrize("notebook", sorted(NOTEBOOK_DIR.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_declares_study_year_and_lang(notebook: Path) -> None:
    declared = notebook_parameters(notebook)
    assert {name: declared[name].type_name for name in ("study", "year", "lang")} == {
        "study": "str",
        "year": "int",
        "lang": "str",
    }
    assert declared["lang"].allowed == ("da", "en")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("cost", "539000", 539000),
        ("cost", "-1", -1),
        ("part", "0.25", 0.25),
        ("part", "1", 1.0),
        ("rule", "half_up", "half_up"),
        ("shown", "true", True),
        ("shown", "False", False),
        ("name", "", ""),
        ("name", "a=b", "a=b"),
    ],
)
def test_text_is_read_in_the_declared_type(name: str, text: str, value: object) -> None:
    read = from_text(name, text, DECLARED[name])
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cost", "abc"),
        ("cost", "true"),
        ("cost", "5.5"),
        ("cost", "539,000"),
        ("cost", ""),
        ("cost", "None"),
        ("part", "half"),
        ("part", "0,5"),
        ("part", "nan"),
        ("part", "inf"),
        ("shown", "1"),
        ("rule", "bankers"),
        ("rule", "Half_up"),
    ],
)
def test_text_of_another_type_is_refused_with_what_is_expected(name: str, text: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        from_text(name, text, DECLARED[name])
    assert f"-p {name}={text}" in str(caught.value)
    assert DECLARED[name].expected in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cost", "539000"),
        ("cost", True),
        ("cost", 5.0),
        ("part", None),
        ("part", True),
        ("part", float("nan")),
        ("shown", 1),
        ("rule", "bankers"),
        ("rule", 1),
        ("rule", ["half_up"]),
        ("name", 7),
        ("name", {"a": 1}),
    ],
)
def test_a_mistyped_value_is_refused_with_who_gave_it(name: str, value: Any) -> None:
    with pytest.raises(AnalysisError, match="the wave: parameter ") as caught:
        check({name: value}, DECLARED, "the wave")
    assert f"{name} is {value!r}, expected {DECLARED[name].expected}" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("cost", None), ("cost", 1), ("part", 1), ("part", 0.5), ("name", "x")])
def test_a_value_of_the_declared_type_passes(name: str, value: Any) -> None:
    check({name: value}, DECLARED, "the wave")


def test_a_misspelt_name_is_refused_with_the_nearest_and_all_valid_ones() -> None:
    with pytest.raises(AnalysisError, match="unknown parameter 'kost'") as caught:
        check({"kost": 1}, DECLARED, "the wave")
    assert "Did you mean 'cost'? Valid: cost, name, part, rule, shown" in str(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(AnalysisError) as caught:
        check({"kost": 1, "part": "x", "rule": "bankers"}, DECLARED, "the wave")
    assert [word in str(caught.value) for word in ("kost", "part", "bankers")] == [True] * 3


def test_declared_parameters_are_those_of_the_cell_as_it_is_stored(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", ["a: int = 1\nb: int = 2"])
    stored = json.loads((tmp_path / "n.ipynb").read_text(encoding="utf-8"))
    stored["cells"][1]["source"] = ["a: int = 1\n", "b: int = 2"]
    (tmp_path / "n.ipynb").write_text(json.dumps(stored), encoding="utf-8")
    assert list(notebook_parameters(tmp_path / "n.ipynb")) == ["a", "b"]
