"""A notebook is parameters, prose and calls: it computes nothing, and reads and writes by the doors only."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from analysis.codebook import Codebook
from analysis.lang import LANGS
from analysis.layout import ALWAYS_READ, NOTEBOOK_DIR, NOTEBOOKS, has_run, wave_years
from tests import dalarna, naere, ssi

PATHS = sorted(NOTEBOOK_DIR.glob("[!.]*.ipynb"))
MAY_IMPORT = {"pandas", "typing", "analysis"}
FORBIDDEN_NAMES = {"open", "print", "display", "Markdown", "HTML", "Path", "os", "plt", "eval", "exec", "__import__"}
FORBIDDEN_ATTRIBUTES = re.compile(
    r"read_\w+|to_(csv|excel|parquet|json|html|pickle|markdown)|savefig|write_\w+|plot|show"
)
every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse("\n".join(source(cell) for cell in cells(path) if cell["cell_type"] == "code"))


def calls(path: Path, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def parameters(path: Path) -> ast.Module:
    (cell,) = (cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", []))
    assert cell["cell_type"] == "code"
    return ast.parse(source(cell))


def defaults(path: Path) -> dict[str, Any]:
    """Return parameter -> default."""
    assigned = [node for node in parameters(path).body if isinstance(node, ast.AnnAssign) and node.value]
    return {ast.unparse(node.target): ast.literal_eval(cast(ast.expr, node.value)) for node in assigned}


def codebook_of(path: Path) -> Codebook:
    """Return the codebook of the study that a notebook runs for where it is told no other."""
    books = {dalarna.STUDY: dalarna.codebook(), naere.STUDY: naere.codebook(), ssi.STUDY: ssi.codebook()}
    return books[defaults(path)["study"]]


@every_notebook
def test_one_cell_holds_the_parameters_with_types_and_defaults(path: Path) -> None:
    body = parameters(path).body
    assigned = [node for node in body if not isinstance(node, ast.ImportFrom)]
    assert assigned
    for node in assigned:
        assert isinstance(node, ast.AnnAssign), ast.unparse(node)
        assert node.value is not None, ast.unparse(node)
        ast.literal_eval(node.value)


@every_notebook
def test_every_notebook_has_the_common_parameters(path: Path) -> None:
    typed = {
        ast.unparse(n.target): ast.unparse(n.annotation) for n in parameters(path).body if isinstance(n, ast.AnnAssign)
    }
    assert (typed["study"], typed["year"]) == ("str", "int")
    assert typed["lang"] == f"Literal[{', '.join(map(repr, LANGS))}]"
    assert typed.get("chapter") == ("str" if NOTEBOOKS[path.stem].by_chapter else None)


@every_notebook
def test_the_defaults_are_a_run_there_is(path: Path) -> None:
    given = defaults(path)
    assert path.stem in codebook_of(path).notebooks
    assert given["year"] in wave_years(given["study"])
    assert has_run(path.stem, given["study"], given["year"])
    if NOTEBOOKS[path.stem].by_chapter:
        assert given["chapter"] in codebook_of(path).chapters_of(path.stem)


@every_notebook
def test_parameters_come_first_and_begin_next(path: Path) -> None:
    tags = [cell["metadata"].get("tags", []) for cell in cells(path) if cell["cell_type"] == "code"]
    assert tags[:2] == [["parameters"], ["setup"]]


@every_notebook
def test_begin_is_called_once_with_the_notebooks_own_name(path: Path) -> None:
    (call,) = calls(path, "begin")
    given = ["study", "year", "lang", *["chapter"] * NOTEBOOKS[path.stem].by_chapter]
    assert [ast.unparse(argument) for argument in call.args] == [repr(path.stem), *given]
    assert call.keywords == []


@every_notebook
def test_nothing_is_defined(path: Path) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.With)
    assert [ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, kinds)] == []


@every_notebook
def test_nothing_is_stored(path: Path) -> None:
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@every_notebook
def test_only_these_are_imported(path: Path) -> None:
    imported = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
    assert imported <= MAY_IMPORT
    assert "analysis" in imported


@every_notebook
def test_nothing_is_read_or_written_past_the_doors(path: Path) -> None:
    nodes = list(ast.walk(tree(path)))
    assert {node.id for node in nodes if isinstance(node, ast.Name)} & FORBIDDEN_NAMES == set()
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert {name for name in attributes if FORBIDDEN_ATTRIBUTES.fullmatch(name)} == set()
    lines = [line for cell in cells(path) if cell["cell_type"] == "code" for line in cell["source"]]
    assert [line for line in lines if line.lstrip().startswith(("%", "!"))] == []


@every_notebook
def test_what_is_loaded_and_stored_is_what_is_declared(path: Path) -> None:
    spec = NOTEBOOKS[path.stem]
    loaded: dict[str, set[str]] = {"own": set(), "previous": set()}
    for call in calls(path, "load"):
        name, *wave = (ast.literal_eval(value) for value in (*call.args, *(keyword.value for keyword in call.keywords)))
        loaded[wave[0] if wave else "own"].add(name)
    assert loaded["own"] - set(ALWAYS_READ) == set(spec.reads)
    assert loaded["previous"] - set(ALWAYS_READ) == set(spec.reads_previous)
    assert {ast.literal_eval(call.args[0]) for call in calls(path, "store")} == set(spec.writes)


@every_notebook
def test_every_number_in_prose_comes_from_the_registry(path: Path) -> None:
    said = calls(path, "say")
    assert said
    for call in said:
        assert isinstance(call.args[0], ast.Constant)
        for keyword in call.keywords:
            inner = list(ast.walk(keyword.value))
            registered = isinstance(keyword.value, ast.Call) and ast.unparse(keyword.value.func) == "number"
            assert registered or not any(isinstance(node, ast.JoinedStr | ast.BinOp) for node in inner)
            strings = [node.value for node in inner if isinstance(node, ast.Constant) and isinstance(node.value, str)]
            assert registered or not any(re.search(r"\d", text) for text in strings)


@every_notebook
def test_no_string_outside_a_call_is_shown(path: Path) -> None:
    shown = [node.value for node in tree(path).body if isinstance(node, ast.Expr)]
    assert [ast.unparse(node) for node in shown if not isinstance(node, ast.Call | ast.IfExp)] == []


@every_notebook
def test_prose_that_does_not_change_holds_no_number(path: Path) -> None:
    prose = [source(cell) for cell in cells(path) if cell["cell_type"] == "markdown"]
    assert prose[0].startswith("# ")
    assert [text for text in prose if re.search(r"\d", text)] == []


@every_notebook
def test_every_item_of_the_codebook_is_saved_once(path: Path) -> None:
    saved = [ast.literal_eval(call.args[1]) for name in ("save_figure", "save_table") for call in calls(path, name)]
    if NOTEBOOKS[path.stem].by_chapter:
        # It asks the codebook itself for the items of its chapter.
        (call,) = calls(path, "show_items")
        assert ast.unparse(call.args[-1]) == "chapter"
        assert saved == []
    else:
        assert calls(path, "show_items") == []
        assert sorted(saved) == sorted(codebook_of(path).items_of(path.stem))
