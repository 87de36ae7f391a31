from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from analysis.codebook.strict_yaml import Strict, load_strict
from analysis.errors import InputError, Problem
from tests.conftest import Write


class Leaf(Strict):
    label: str


class Tree(Strict):
    name: str
    leaves: list[Leaf] = Field(default_factory=list)
    named: dict[str, Leaf] = Field(default_factory=dict)
    patterned: dict[Annotated[str, Field(pattern="^[a-z]+$")], Leaf] = Field(default_factory=dict)
    other: Leaf | None = None


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_strict(path, Tree)
    return caught.value.problems


@pytest.mark.parametrize("content", ["name: å\n", "\N{BOM}name: å\n", "name: å\r\n", "{name: å}"])
def test_reads(write: Write, content: str) -> None:
    assert load_strict(write("t.yaml", content), Tree) == Tree(name="å")


def test_dates_stay_text(write: Write) -> None:
    assert load_strict(write("t.yaml", "name: 2024-12-31"), Tree).name == "2024-12-31"


@pytest.mark.parametrize("word", ["yes", "no", "Yes", "NO", "on", "off", "True", "FALSE", "y", "n"])
def test_words_that_are_answers_stay_text(write: Write, word: str) -> None:
    assert load_strict(write("t.yaml", f"name: {word}\nnamed: {{x: {{label: {word}}}}}"), Tree) == Tree(
        name=word, named={"x": Leaf(label=word)}
    )


@pytest.mark.parametrize("word", ["true", "false"])
def test_true_and_false_are_no_text(write: Write, word: str) -> None:
    (problem,) = problems(write("t.yaml", f"name: {word}"))
    assert (problem.column, problem.value) == ("name", word)
    assert "string" in problem.message


def test_an_answer_may_be_a_key(write: Write) -> None:
    assert load_strict(write("t.yaml", "name: a\npatterned: {yes: {label: b}, no: {label: c}}"), Tree).patterned == {
        "yes": Leaf(label="b"),
        "no": Leaf(label="c"),
    }


def test_what_is_loaded_cannot_be_changed(write: Write) -> None:
    loaded = load_strict(write("t.yaml", "name: a"), Tree)
    with pytest.raises(ValidationError, match="frozen"):
        loaded.name = "b"


def test_a_missing_file(no_run: Path) -> None:
    (problem,) = problems(no_run / "t.yaml")
    assert (problem.file, problem.message) == ("t.yaml", "the file does not exist")
    assert problem.advice


def test_another_encoding(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("t.yaml", "name: å".encode("cp1252")))
    assert str(problem) == "t.yaml: not UTF-8 (byte 6). Save the file as UTF-8."


@pytest.mark.parametrize(
    ("content", "row", "place", "valid"),
    [
        ("name: a\nlabl: b\n", 2, "labl", "leaves, name, named, other, patterned"),
        ("name: a\nleaves:\n- label: a\n- labl: b\n  label: c\n", 4, "leaves.1.labl", "label"),
        ("name: a\nnamed:\n  x:\n    label: b\n    labl: c\n", 5, "named.x.labl", "label"),
        ("name: a\npatterned:\n  x:\n    label: b\n    labl: c\n", 5, "patterned.x.labl", "label"),
        ("name: a\nother:\n  label: b\n\n  labl: c\n", 5, "other.labl", "label"),
    ],
)
def test_an_unknown_key_at_any_depth(write: Write, content: str, row: int, place: str, valid: str) -> None:
    (problem,) = problems(write("t.yaml", content))
    assert (problem.message, problem.row, problem.column) == ("unknown key 'labl'", row, place)
    assert problem.advice.endswith(f"Valid: {valid}.")


@pytest.mark.parametrize(
    ("content", "row", "place"),
    [
        ("name: a\nname: b\n", 2, "(top)"),
        ("name: a\nleaves:\n- {label: a,\n   label: b}\n", 4, "leaves.0"),
        ("name: a\nnamed:\n  x: {label: a}\n  x: {label: b}\n", 4, "named"),
    ],
)
def test_a_key_that_stands_twice_at_any_depth(write: Write, content: str, row: int, place: str) -> None:
    (problem,) = problems(write("t.yaml", content))
    assert problem.message.endswith("stands twice")
    assert (problem.row, problem.column) == (row, place)


def test_every_breach_is_listed_in_one_go(write: Write) -> None:
    found = problems(write("t.yaml", "name: 1\nnam: a\nnam: b\nnamed: {x: {}}\n"))
    assert [(p.row, p.column) for p in found] == [(3, "(top)"), (1, "name"), (4, "named.x.label"), (2, "nam")]


@pytest.mark.parametrize("content", ["name: 'a", "name: a: b", "name: *b", "\tname: a", "- a\nname: b"])
def test_what_is_no_yaml(write: Write, content: str) -> None:
    (problem,) = problems(write("t.yaml", content))
    assert problem.message.startswith("not YAML: ")
    assert problem.row is not None


@pytest.mark.parametrize("content", ["", "\n", "# only a comment\n"])
def test_an_empty_file_is_told_what_it_needs(write: Write, no_run: Path, content: str) -> None:
    (problem,) = problems(write("t.yaml", content))
    assert str(problem) == "t.yaml: the file is empty. It needs the keys leaves, name, named, other, patterned."


@pytest.mark.parametrize("content", ["---\n", "- a\n", "a\n", "2025\n", "~\n"])
def test_a_file_without_keys(write: Write, content: str) -> None:
    (problem,) = problems(write("t.yaml", content))
    assert "keys" in str(problem)
    assert "Tree" not in str(problem), "a class of ours means nothing to the researcher"
