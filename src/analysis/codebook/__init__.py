"""What was asked and what the report shows: `codebook.yaml` of a study and `wave.yaml` of a survey year."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from analysis.codebook.groups import ALL, CASE, FREE_KEYS, Dimension, is_free_value, parse_group
from analysis.codebook.items import Item, own_items, with_templates
from analysis.codebook.models import Model, model_problems
from analysis.codebook.questions import (
    BothLangs,
    CodeList,
    Label,
    Name,
    Text,
    Universe,
    UniverseText,
    Variable,
    parse_universe,
)
from analysis.codebook.strict_yaml import Strict, load_strict
from analysis.errors import InputError, Problem, did_you_mean
from analysis.lang import LANGS, text
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
Day = Annotated[str, AfterValidator(_iso_day)]


class Report(Strict):
    """The publication a study replicates; `line` in `published.csv` counts in the file `text`.

    `date` is missing where the report does not print one.
    """

    title: Text
    publisher: Text
    language: Literal["da", "sv"]
    date: Day | None = None
    text: Text
    pages: Text | None = None


class SizeClass(Label):
    """Municipalities below a number of inhabitants that belong to no smaller class; null: all others.

    Classes may be by rank instead: each then says how many `municipalities` it has, the smallest first.
    """

    below: int | None = None
    municipalities: Annotated[int, Field(ge=1)] | None = None


class Clusters(Strict):
    """How many answers of one municipality a number can hold: at most so many, or by size as the report prints them.

    `variable` is the printed number of municipalities by how many answered in each (its parts); `sizes` says for a part
    how many that is, several sharing the part equally. Where a municipality answers once for each value of a
    dimension (`over`), a number of one value holds one answer of each.
    """

    at_most: Annotated[int, Field(ge=1)] | None = None
    variable: Name | None = None
    sizes: dict[Name, Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]] = Field(default_factory=dict)
    over: Name | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Clusters:
        if (self.at_most is None) == (self.variable is None) or bool(self.variable) != bool(self.sizes):
            raise ValueError("give either at_most, or variable and sizes")
        return self


class Comparability(Strict):
    """Whether two waves can be compared on a row, and why."""

    verdict: Literal["comparable", "with_care", "not_comparable"]
    why: Label


class Pairing(Strict):
    """Answers of a wave that say something of the wave before it.

    `lost` are answers of those who had it before and have it no longer; `gained` answers of those who have it now and
    had it not: variable -> categories.
    """

    lost: dict[Name, list[Name]] = Field(default_factory=dict)
    gained: dict[Name, list[Name]] = Field(default_factory=dict)


class ComparisonRow(Strict):
    """A row of the comparison of waves: an answer of a variable; by wave, what speaks for and against it."""

    variable: Name
    category: Name
    label: Label
    comparability: dict[int, Comparability] = Field(default_factory=dict)
    pairing: dict[int, Pairing] = Field(default_factory=dict)


class Codebook(Strict):
    """A study as declared in its `codebook.yaml`; `population` is how many municipalities there are.

    `unit` is what answers: the municipality, a respondent, an area of a municipality, or nobody (`series`: the report
    only quotes registers). `eligible` is the answer without which a response is set aside; `size_classes` are upper
    bounds of inhabitants, the bound itself excluded and null for the last; `clusters` say how many answers come from
    one municipality (none: one). `groups` are what numbers are split by; `templates` hold what several items have in
    common. `repeated` are the responses of which a municipality may give several; of others it gives one, or one to
    each `questionnaire` (a question whose answer tells them apart). With `blanks`, questions may be left unanswered, so
    that fewer answered than were asked. Printed numbers by a key of `not_reconstructed` are left out of a
    reconstruction: they would tie questions to each other in more ways than can be searched. `models` are regressions
    on size.
    """

    schema_version: Literal[1]
    study: Name
    title: Label
    report: Report
    unit: Literal["municipality", "respondent", "municipality_area", "series"]
    places: Literal["dalarna", "denmark"]
    population: Annotated[int, Field(ge=1)]
    notebooks: Annotated[list[str], Field(min_length=1)]
    chapters: dict[Name, Label]
    municipality_column: Text | None = None
    questionnaire: Name | None = None
    repeated: UniverseText | None = None
    blanks: bool = False
    not_reconstructed: list[Name] = Field(default_factory=list)
    eligible: UniverseText = "all"
    size_classes: dict[Name, SizeClass] = Field(default_factory=dict)
    clusters: Clusters | None = None
    groups: dict[Name, Dimension] = Field(default_factory=dict)
    code_lists: dict[Name, CodeList] = Field(default_factory=dict)
    variables: dict[Name, Variable]
    templates: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    items: dict[Name, Item]
    comparison: dict[Name, ComparisonRow] = Field(default_factory=dict)
    models: dict[Name, Model] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _fill_templates(cls, written: Any) -> Any:
        # What is no mapping where one should be is named by the validation that follows.
        parts = [written.get(key) or {} for key in ("items", "templates", "groups")]
        if all(isinstance(part, dict) for part in parts) and parts[1]:
            return {**written, "items": with_templates(*parts)}
        return written

    def items_of(self, notebook: str, chapter: str | None = None) -> dict[str, Item]:
        """Return the items that a notebook makes, in one chapter or in all."""
        return {
            name: item
            for name, item in self.items.items()
            if item.notebook == notebook and chapter in (None, item.chapter)
        }

    def chapters_of(self, notebook: str) -> list[str]:
        """Return the chapters that a notebook makes items of, in the report's order."""
        used = {item.chapter for item in self.items_of(notebook).values()}
        return [name for name in self.chapters if name in used]

    def codes_of(self, variable: str, year: int) -> CodeList:
        """Return the code list by which a wave asked a question with one answer."""
        question = self.variables[variable]
        name = question.codes_in.get(year, question.codes)
        assert name is not None, f"{variable} has no code list"
        return self.code_lists[name]

    def answers_of(self, variable: str, year: int) -> dict[str, Label]:
        """Return answer -> text of a question in a wave: categories and groups, options, or themes."""
        question = self.variables[variable]
        if question.kind == "single":
            codes = self.codes_of(variable, year)
            return {**codes.categories, **codes.groups}
        return {**(question.options or {}), **(question.themes or {}), **(question.parts or {})}

    def group_values(self, key: str, year: int) -> Mapping[str, Label]:
        """Return value -> text of what a `group` may name under a key; none where the codebook lists none."""
        if key == "size":
            return self.size_classes
        if key in self.groups:
            return self.groups[key].values
        return self.answers_of(key, year) if key in self.variables else {}

    def group_problem(self, written: str, year: int) -> str | None:
        """Return what is wrong with a `group` of a wave, None where nothing is."""
        try:
            parts = parse_group(written)
        except ValueError as error:
            return str(error)
        for key, value in parts.items():
            if key == "area" and value == CASE:
                continue
            if key in FREE_KEYS:
                if not is_free_value(key, value):
                    return f"{key} is a year of four digits, not {value!r}"
            elif key not in ("size", *self.groups, *self.variables):
                return f"the codebook has no such group. {did_you_mean(key, ['size', *self.groups, *FREE_KEYS])}"
            elif value not in (valid := self.group_values(key, year)):
                return f"the codebook has no such {key}. {did_you_mean(value, list(valid))}"
        return None

    def askings(self, name: str, keys: Mapping[str, str] | None = None) -> list[dict[str, str]]:
        """Return the values that a question was asked for, each in turn: one empty asking where it was asked once.

        With the keys of a group, only those that numbers of the group are of.
        """
        per, group = self.variables[name].asked_per, keys or {}
        values = itertools.product(*([group[key]] if key in group else self.groups[key].values for key in per))
        return [dict(zip(per, each, strict=True)) for each in values]

    def parent_askings(self, name: str, asking: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the askings of the question a universe hangs on that decide about one asking of a question."""
        universe = self.variables[name].asked_of
        if universe is None:
            return []
        if universe.any:
            return self.askings(universe.variable)
        return [{key: asking[key] for key in self.variables[universe.variable].asked_per}]

    def members_of(self, universe: Universe, year: int) -> list[str]:
        """Return the categories or options of a universe's variable that belong to it, groups resolved."""
        if self.variables[universe.variable].kind != "single":
            return list(universe.answers)
        codes = self.codes_of(universe.variable, year)
        members = [member for answer in universe.answers for member in codes.members(answer)]
        # Another wave may have asked with other answers.
        return [member for member in members if member in codes.categories]


class GivenUp(Strict):
    """A printed number that contradicts others: where it stands, and what the others say (two ends of a range)."""

    line: int
    printed: Text
    instead: Text


class Rounded(Strict):
    """A printed number that agrees with the others only as rounded otherwise than half up: where it stands, and how."""

    line: int
    printed: Text
    rule: Name


class Reconstruction(Strict):
    """How a reconstructed export was made.

    The seed of its draw, the printed numbers that it does not follow or follows as rounded otherwise, and the questions
    that print says nothing about: they are left empty.
    """

    seed: int
    given_up: list[GivenUp]
    rounded: list[Rounded] = Field(default_factory=list)
    empty: list[Name] = Field(default_factory=list)
    sha256: dict[str, Text]


class Wave(Strict):
    """One survey year of a study as declared in its `wave.yaml`.

    `source` is who asked or printed it, in both languages (one text stands for both); `reference` is the day the
    population was counted; `parameters` go to the notebook that each is listed under.
    `columns` says which column of the export answers which variable, where it is not the codebook's; `not_asked` are
    variables that the wave left out.
    `minimum_cell` is the smallest number of municipalities that a collected export lets out.
    """

    schema_version: Literal[1] = 1
    study: Name
    year: int
    basis: Basis
    source: BothLangs
    reference: Day
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict)
    columns: dict[Name, Text] = Field(default_factory=dict)
    not_asked: list[Name] = Field(default_factory=list)
    minimum_cell: Annotated[int, Field(ge=1)] = 3
    reconstruction: Reconstruction | None = None

    def changed(self, notebook: str, given: dict[str, Any]) -> dict[str, object]:
        """Return those of a notebook's given parameters that the wave declares otherwise."""
        declared = self.parameters.get(notebook, {})
        return {name: value for name, value in given.items() if declared.get(name, value) != value}


def load_codebook(path: Path) -> Codebook:
    """Read a codebook; anything unknown, missing or contradictory in it is refused with its place.

    The items that this repository adds to every report are among those of the codebook that is returned.

    Raises
    ------
    InputError
        The file does not fit `Codebook`, or names a notebook or chapter that does not exist.
    """
    codebook = load_strict(path, Codebook)
    if problems := list(dict.fromkeys(_dangling(codebook, display_path(path), folder=path.parent.name))):
        raise InputError(problems)
    first = next(iter(codebook.chapters))
    added = own_items({name: next(iter(codebook.chapters_of(name)), first) for name in codebook.notebooks})
    # Below the report's own where they share a chapter.
    below = {name: item for name, item in added.items() if name not in codebook.items}
    return codebook.model_copy(update={"items": codebook.items | below})


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


def combined_basis(wave: Wave, previous: Wave | None) -> Basis:
    """Return what numbers of two waves together rest on: nothing that touches a reconstruction is more than that."""
    return "reconstructed" if previous and previous.basis == "reconstructed" else wave.basis


def changes_told(changes: dict[str, object]) -> str:
    """Return replaced values as messages name them: `cost = 600000, population = 300000`."""
    return ", ".join(f"{name} = {value}" for name, value in sorted(changes.items()))


def what_if(wave: Wave, changes: dict[str, object]) -> Wave:
    """Return a wave whose source says which declared values were replaced; the wave itself where none were."""
    if not changes:
        return wave
    told = {
        lang: text("release.changed", lang, source=wave.source[lang], changes=changes_told(changes)) for lang in LANGS
    }
    return wave.model_copy(update={"source": Label(**told)})


def _dangling(codebook: Codebook, file: str, folder: str) -> Iterator[Problem]:
    """Yield a problem for each name in the codebook that leads nowhere."""
    if codebook.study != folder:
        yield Problem(file, "the study is not the folder's name", f"Write {folder}.", None, "study", codebook.study)
    for name, variable in codebook.variables.items():
        led, universe = [name], variable.asked_of
        while universe is not None and universe.variable in codebook.variables and universe.variable not in led:
            led.append(universe.variable)
            universe = codebook.variables[universe.variable].asked_of
        asked = variable.asked_of
        parent = codebook.variables.get(asked.variable) if asked else None
        if asked and parent and parent.kind == "multiple" and len(asked.answers) > 1:
            message = "several options of one question: how many ticked any of them is not told by how many ticked each"
            yield Problem(file, message, "Name one.", None, f"variables.{name}.universe", variable.universe)
        if parent and asked and not asked.any and (lacking := set(parent.asked_per) - set(variable.asked_per)):
            message = f"{asked.variable} was asked for each {', '.join(sorted(lacking))}, this question was not"
            yield Problem(file, message, "Write any before it.", None, f"variables.{name}.universe", variable.universe)
        if universe is not None and universe.variable == name:
            message = f"the question decides who is asked itself: {' <- '.join([*led, name])}"
            yield Problem(file, message, "Break the circle.", None, f"variables.{name}.universe", variable.universe)
    for key, item in codebook.items.items():
        if item.group != ALL and (wrong := codebook.group_problem(item.group, 0)):
            yield Problem(file, wrong, "Correct it.", None, f"items.{key}.group", item.group)
        if item.printed and item.notebook is None and not (item.needs or item.concept or item.variables):
            message = "an item that no notebook makes, and that says neither what it shows nor what it needs"
            yield Problem(file, message, "Give variables, needs or concept.", None, f"items.{key}")
        if item.form == "scale" and item.categories:
            message = "a scale shows all answers of its code list"
            yield Problem(file, message, "Leave categories out, or take another form.", None, f"items.{key}.categories")
    by_rank = [each.municipalities is not None for each in codebook.size_classes.values()]
    if any(by_rank) and not all(by_rank):
        message = "some size classes are by rank and some by inhabitants"
        yield Problem(file, message, "Give municipalities for all of them, or for none.", None, "size_classes")
    yield from model_problems(codebook, file)
    for kind, place, name, valid in _named(codebook):
        if name not in valid:
            yield Problem(file, f"no such {kind}", did_you_mean(name, valid) + ".", None, place, name)


def _named(codebook: Codebook) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield kind, place, name and valid names of everything that the codebook refers to by its name."""
    variables, lists = list(codebook.variables), list(codebook.code_lists)
    for name in codebook.notebooks:
        yield "notebook", "notebooks", name, list(NOTEBOOKS)
    for key, item in codebook.items.items():
        yield "chapter", f"items.{key}.chapter", item.chapter, list(codebook.chapters)
        if item.notebook is not None:
            yield "notebook", f"items.{key}.notebook", item.notebook, codebook.notebooks
        for name in item.by:
            yield "group", f"items.{key}.by", name, ["size", *codebook.groups, *FREE_KEYS]
        for name in item.variables:
            yield "variable", f"items.{key}.variables", name, variables
            for category in item.categories if name in codebook.variables else ():
                answers_there_are = _every_answer(codebook, codebook.variables[name])
                yield "answer", f"items.{key}.categories", category, answers_there_are
    clusters = codebook.clusters or Clusters(at_most=1)
    if clusters.variable is not None:
        yield "variable", "clusters.variable", clusters.variable, variables
        for part in clusters.sizes if clusters.variable in codebook.variables else ():
            yield "part", "clusters.sizes", part, list(codebook.variables[clusters.variable].parts or {})
    if clusters.over is not None:
        yield "group", "clusters.over", clusters.over, list(codebook.groups)
    for key, dimension in codebook.groups.items():
        if dimension.variable is not None:
            yield "variable", f"groups.{key}.variable", dimension.variable, variables
    if codebook.questionnaire is not None:
        yield "variable", "questionnaire", codebook.questionnaire, variables
    universes = [
        ("eligible", parse_universe(codebook.eligible)),
        ("repeated", parse_universe(codebook.repeated or "all")),
    ]
    for key, variable in codebook.variables.items():
        for name in (*variable.asked_per, *variable.asked_under):
            yield "group", f"variables.{key}.asked_per", name, list(codebook.groups)
        for name in itertools.chain.from_iterable(variable.split_by):
            yield "group", f"variables.{key}.split_by", name, ["size", *codebook.groups]
        for name, value in variable.asked_under.items():
            if name in codebook.groups:
                yield "value", f"variables.{key}.asked_under.{name}", value, list(codebook.groups[name].values)
        for name in filter(None, (variable.codes, *variable.codes_in.values())):
            yield "code list", f"variables.{key}.codes", name, lists
        universes.append((f"variables.{key}.universe", variable.asked_of))
        if variable.counts:
            universes.append((f"variables.{key}.counts.universe", parse_universe(variable.counts.universe)))
        if variable.codes in codebook.code_lists:
            for group in variable.within:
                yield "group", f"variables.{key}.within", group, list(codebook.code_lists[variable.codes].groups)
    answers = [(place, found.variable, answer) for place, found in universes if found for answer in found.answers]
    for key, dimension in codebook.groups.items():
        if dimension.variable is not None:
            for value in dimension.values:
                answers += [
                    (f"groups.{key}.{value}", dimension.variable, answer) for answer in dimension.answers(value)
                ]
    for key, row in codebook.comparison.items():
        answers.append((f"comparison.{key}", row.variable, row.category))
        for pairing in row.pairing.values():
            for named in (pairing.lost, pairing.gained):
                answers += [(f"comparison.{key}.pairing", name, answer) for name in named for answer in named[name]]
    for place, name, answer in answers:
        yield "variable", place, name, variables
        if name in variables:
            yield "answer", place, answer, _every_answer(codebook, codebook.variables[name])


def _every_answer(codebook: Codebook, variable: Variable) -> list[str]:
    """Return the answers of a question in any wave."""
    lists = [
        codebook.code_lists[name]
        for name in (variable.codes, *variable.codes_in.values())
        if name in codebook.code_lists
    ]
    named = [name for codes in lists for name in (*codes.categories, *codes.groups)]
    return [*named, *(variable.options or {}), *(variable.themes or {})]
