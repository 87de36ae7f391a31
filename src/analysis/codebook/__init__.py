"""What was asked and what the report shows: `codebook.yaml` of a study and `wave.yaml` of a survey year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from analysis.codebook.strict_yaml import Strict, load_strict
from analysis.errors import InputError, Problem, did_you_mean
from analysis.lang import Lang, text
from analysis.layout import NOTEBOOKS, display_path


def is_day(value: str) -> bool:
    """Tell whether a text is a day of the form YYYY-MM-DD, and no other: days are compared as text."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _iso_day(value: str) -> str:
    if not is_day(value):
        raise ValueError("not a day of the form YYYY-MM-DD")
    return value


Basis = Literal["collected", "published", "reconstructed", "register"]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Day = Annotated[str, AfterValidator(_iso_day)]


class Label(Strict):
    """A text in both languages: `label["da"]`."""

    da: Text
    en: Text

    def __getitem__(self, lang: Lang) -> str:
        """Return the text in a language."""
        return self.da if lang == "da" else self.en


class Report(Strict):
    """The publication a study replicates; `line` in `published.csv` counts in the file `text`."""

    title: Text
    publisher: Text
    language: Literal["da", "sv"]
    date: Day
    text: Text
    pages: Text | None = None


class Variable(Strict):
    """A question or a quantity: what it is called and counted in."""

    label: Label
    unit: Literal["inhabitants", "kr", "kr_per_inhabitant", "percent"]
    definition: Label | None = None


class Item(Strict):
    """A numbered table or figure of a report, or one this repository adds (`printed` is then false)."""

    kind: Literal["figure", "table"]
    chapter: Name
    notebook: str
    printed: bool
    title: Label
    page: Annotated[int, Field(ge=1)] | None = None


class Codebook(Strict):
    """A study as declared in its `codebook.yaml`; `population` is how many municipalities there are."""

    schema_version: Literal[1]
    study: Name
    title: Label
    report: Report
    unit: Literal["municipality"]
    places: Literal["dalarna"]
    population: Annotated[int, Field(ge=1)]
    notebooks: Annotated[list[str], Field(min_length=1)]
    chapters: dict[Name, Label]
    variables: dict[Name, Variable]
    items: dict[Name, Item]

    def items_of(self, notebook: str) -> dict[str, Item]:
        """Return the items that a notebook makes."""
        return {name: item for name, item in self.items.items() if item.notebook == notebook}


class Wave(Strict):
    """One survey year of a study as declared in its `wave.yaml`.

    `reference` is the day the population was counted; `parameters` go to the notebook that each is listed under.
    """

    schema_version: Literal[1] = 1
    study: Name
    year: int
    basis: Basis
    source: Text
    reference: Day
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def changed(self, notebook: str, given: dict[str, Any]) -> dict[str, object]:
        """Return those of a notebook's given parameters that the wave declares otherwise."""
        declared = self.parameters.get(notebook, {})
        return {name: value for name, value in given.items() if declared.get(name, value) != value}


def load_codebook(path: Path) -> Codebook:
    """Read a codebook; anything unknown, missing or contradictory in it is refused with its place.

    Raises
    ------
    InputError
        The file does not fit `Codebook`, or names a notebook or chapter that does not exist.
    """
    codebook = load_strict(path, Codebook)
    if problems := list(_dangling(codebook, display_path(path), folder=path.parent.name)):
        raise InputError(problems)
    return codebook


def load_wave(path: Path) -> Wave:
    """Read the declaration of one survey year.

    Raises
    ------
    InputError
        The file does not fit `Wave`, lies in another study's or year's folder, or has parameters for an unknown
        notebook.
    """
    wave = load_strict(path, Wave)
    file = display_path(path)
    folder = (path.parent.parent.name, path.parent.name)
    message = "the file lies in another folder than it says"
    problems = [
        Problem(file, message, f"Move it, or write {expected}.", None, key, given)
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


def changes_told(changes: dict[str, object]) -> str:
    """Return replaced values as messages name them: `cost = 600000, population = 300000`."""
    return ", ".join(f"{name} = {value}" for name, value in sorted(changes.items()))


def what_if(wave: Wave, changes: dict[str, object], lang: Lang) -> Wave:
    """Return a wave whose source says which declared values were replaced; the wave itself where none were."""
    if not changes:
        return wave
    source = text("release.changed", lang, source=wave.source, changes=changes_told(changes))
    return wave.model_copy(update={"source": source})


def _dangling(codebook: Codebook, file: str, folder: str) -> Iterator[Problem]:
    """Yield a problem for each name in the codebook that leads nowhere."""
    if codebook.study != folder:
        yield Problem(file, "the study is not the folder's name", f"Write {folder}.", None, "study", codebook.study)
    named = [("notebook", "notebooks", name, list(NOTEBOOKS)) for name in codebook.notebooks]
    for key, item in codebook.items.items():
        named.append(("chapter", f"items.{key}.chapter", item.chapter, list(codebook.chapters)))
        named.append(("notebook", f"items.{key}.notebook", item.notebook, codebook.notebooks))
    for kind, place, name, valid in named:
        if name not in valid:
            yield Problem(file, f"no such {kind}", did_you_mean(name, valid) + ".", None, place, name)
