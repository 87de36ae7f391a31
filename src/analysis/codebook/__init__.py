"""What was asked and what the report shows: `codebook.yaml` of a study and `wave.yaml` of a survey year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analysis.codebook.strict_yaml import load_strict
from analysis.errors import InputError, Problem, did_you_mean
from analysis.lang import Lang
from analysis.layout import NOTEBOOKS, display_path

Basis = Literal["collected", "published", "reconstructed", "register"]
Label = dict[Lang, str]


@dataclass(frozen=True)
class Variable:
    """A question or a quantity: what it is called and counted in."""

    label: Label
    unit: str
    definition: Label | None = None


@dataclass(frozen=True)
class Item:
    """A numbered table or figure of a report, or one this repository adds (`printed` is then false)."""

    kind: Literal["figure", "table"]
    chapter: str
    notebook: str
    printed: bool
    title: Label
    page: int | None = None


@dataclass(frozen=True)
class Report:
    """The publication a study replicates."""

    title: str
    publisher: str
    language: str
    date: str
    text: str
    pages: str | None = None


@dataclass(frozen=True)
class Codebook:
    """A study as declared in its `codebook.yaml`."""

    study: str
    title: Label
    report: Report
    unit: str
    places: str
    population: int
    notebooks: tuple[str, ...]
    chapters: dict[str, Label]
    variables: dict[str, Variable]
    items: dict[str, Item]

    def items_of(self, notebook: str) -> dict[str, Item]:
        """Return the items that a notebook makes."""
        return {name: item for name, item in self.items.items() if item.notebook == notebook}


@dataclass(frozen=True)
class Wave:
    """One survey year of a study as declared in its `wave.yaml`."""

    study: str
    year: int
    basis: Basis
    source: str
    reference: str
    parameters: dict[str, dict[str, Any]]


def load_codebook(path: Path) -> Codebook:
    """Read a codebook; anything unknown, missing or contradictory in it is refused with its place.

    Raises
    ------
    InputError
        The file breaks its schema, or names a notebook or chapter that does not exist.
    """
    content = load_strict(path, "codebook.schema.json")
    codebook = Codebook(
        study=content["study"],
        title=content["title"],
        report=Report(**content["report"]),
        unit=content["unit"],
        places=content["places"],
        population=content["population"],
        notebooks=tuple(content["notebooks"]),
        chapters=content["chapters"],
        variables={name: Variable(**variable) for name, variable in content["variables"].items()},
        items={name: Item(**item) for name, item in content["items"].items()},
    )
    if problems := _dangling(codebook, display_path(path), folder=path.parent.name):
        raise InputError(problems)
    return codebook


def load_wave(path: Path) -> Wave:
    """Read the declaration of one survey year.

    Raises
    ------
    InputError
        The file breaks its schema, lies in another study's or year's folder, or has parameters for an
        unknown notebook.
    """
    content = load_strict(path, "wave.schema.json")
    wave = Wave(
        study=content["study"],
        year=content["year"],
        basis=content["basis"],
        source=content["source"],
        reference=content["reference"],
        parameters=content.get("parameters", {}),
    )
    file = display_path(path)
    folder = (path.parent.parent.name, path.parent.name)
    problems = [
        Problem(file, "the file lies in another folder than it says", f"Move it, or write {expected}.", None, key, given)
        for key, given, expected in (("study", wave.study, folder[0]), ("year", str(wave.year), folder[1]))
        if given != expected
    ]
    problems += [
        Problem(file, "no such notebook", did_you_mean(name, list(NOTEBOOKS)) + ".", None, "parameters", name)
        for name in wave.parameters
        if name not in NOTEBOOKS
    ]
    if problems:
        raise InputError(problems)
    return wave


def _dangling(codebook: Codebook, file: str, folder: str) -> list[Problem]:
    """Return a problem for each name in the codebook that leads nowhere."""
    problems = []
    if codebook.study != folder:
        problems.append(
            Problem(file, "the study is not the folder's name", f"Write {folder}.", None, "study", codebook.study)
        )
    for name in codebook.notebooks:
        if name not in NOTEBOOKS:
            advice = did_you_mean(name, list(NOTEBOOKS)) + "."
            problems.append(Problem(file, "no such notebook", advice, None, "notebooks", name))
    for key, item in codebook.items.items():
        for place, name, valid in (
            ("chapter", item.chapter, list(codebook.chapters)),
            ("notebook", item.notebook, list(codebook.notebooks)),
        ):
            if name not in valid:
                column = f"items.{key}.{place}"
                problems.append(Problem(file, f"no such {place}", did_you_mean(name, valid) + ".", None, column, name))
    return problems
