"""Which notebook runs there are: study by wave by notebook by language, each with all it reads and writes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.codebook import (
    Basis,
    Codebook,
    Wave,
    changes_told,
    combined_basis,
    load_codebook,
    load_wave,
    what_if,
)
from analysis.codebook.items import Item
from analysis.errors import AnalysisError, did_you_mean
from analysis.lang import DEFAULT_LANG, LANGS, Lang, text
from analysis.layout import (
    CODEBOOK,
    NOTEBOOK_DIR,
    NOTEBOOKS,
    PREVIOUS,
    WRITTEN,
    display_path,
    has_run,
    input_paths,
    item_paths,
    output_dir,
    page_path,
    previous_year,
    processed_path,
    raw_path,
    study_names,
    unknown_raw_folders,
    wave_years,
)
from analysis.pipeline.parameters import RESERVED, Parameter, check, from_text, notebook_parameters


@dataclass(frozen=True)
class Selection:
    """What the command line asked for; empty means all."""

    studies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    langs: tuple[Lang, ...] = (DEFAULT_LANG,)
    parameters: tuple[tuple[str, str], ...] = ()
    notebooks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One execution of one notebook.

    Parameters
    ----------
    codebook, wave, notebook, lang
        What runs.
    parameters
        Everything that is injected.
    inputs
        Dataset name -> file it may read.
    writes
        Datasets it writes (one language's run only).
    chapter
        Chapter of the report it makes, of a notebook that runs by chapter.
    previous
        The wave before, of a notebook that reads it.
    left_out
        Why it is not to be run, if so.
    """

    codebook: Codebook
    wave: Wave
    notebook: str
    lang: Lang
    parameters: dict[str, Any]
    inputs: dict[str, Path]
    writes: tuple[str, ...]
    chapter: str = ""
    previous: Wave | None = None
    left_out: str = ""

    @property
    def name(self) -> str:
        """The run's name in messages, logs and the manifest."""
        parts = (self.codebook.study, str(self.wave.year), self.notebook, self.chapter, self.lang)
        return "/".join(part for part in parts if part)

    @property
    def source(self) -> Path:
        """The notebook itself."""
        return NOTEBOOK_DIR / f"{self.notebook}.ipynb"

    @property
    def executed(self) -> Path:
        """The executed notebook, relative to the output directory."""
        page = page_path(self.codebook.study, self.wave.year, self.notebook, self.lang, self.chapter)
        return page.with_suffix(".ipynb")

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Everything it must leave behind beside the executed notebook, relative to the output directory."""
        study, year = self.codebook.study, self.wave.year
        datasets = [processed_path(name, study, year) for name in self.writes]
        items = [
            path
            for name, item in self.items.items()
            for path in item_paths(item.made_as, study, year, self.lang, name).values()
            if not item.concept
        ]
        return (*datasets, *items)

    @property
    def items(self) -> dict[str, Item]:
        """The items it makes."""
        return self.codebook.items_of(self.notebook, self.chapter or None)

    @property
    def never_made(self) -> dict[str, str]:
        """Items of the report that no run of its wave makes, and why: the notebook of the codebook speaks for them."""
        if self.notebook != CODEBOOK:
            return {}
        items = self.codebook.items.items()
        return {name: why for name, item in items if item.printed and (why := self._why_never(item))}

    def _why_never(self, item: Item) -> str:
        """Return why no run makes an item of the report; empty where one does."""
        if item.notebook is not None:
            runs = has_run(item.notebook, self.codebook.study, self.wave.year)
            return "" if runs else text("survey.no_wave_before", self.lang)
        if item.concept:
            return text("survey.concept", self.lang)
        if item.needs:
            return text("survey.needs", self.lang, needs=item.needs[self.lang].rstrip("."))
        return text("survey.no_notebook", self.lang)

    @property
    def basis(self) -> Basis:
        """What its numbers rest on: nothing that touches a reconstruction is more than that."""
        if NOTEBOOKS[self.notebook].of_print:
            return "published"
        return combined_basis(self.wave, self.previous)

    @property
    def changes(self) -> dict[str, object]:
        """The parameters that the wave declares otherwise."""
        return self.wave.changed(self.notebook, self.parameters)

    @property
    def identity(self) -> dict[str, Any]:
        """What its record and its page's say it is."""
        codebook, chapters = self.codebook, list(self.codebook.chapters)
        chapter = chapters.index(self.chapter) if self.chapter else 0
        return {
            "study": codebook.study,
            "year": self.wave.year,
            "notebook": self.notebook,
            "chapter": self.chapter,
            "lang": self.lang,
            "basis": self.basis,
            "collected": self.wave.basis == "collected" and not NOTEBOOKS[self.notebook].of_print,
            "study_title": codebook.title[self.lang],
            "title": codebook.chapters[self.chapter][self.lang]
            if self.chapter
            else text(f"notebook.{self.notebook}", self.lang),
            "source": what_if(self.wave, self.changes).source[self.lang],
            "position": codebook.notebooks.index(self.notebook) * (len(chapters) + 1) + chapter,
        }


def plan(selection: Selection) -> list[Run]:
    """Return every run a selection asks for.

    Raises
    ------
    AnalysisError
        It names a study, year, language or parameter that does not exist, or a value of the wrong type.
    InputError
        A codebook or a wave's declaration is broken.
    """
    studies = tuple(dict.fromkeys(selection.studies)) or tuple(study_names())
    _refuse_unknown("study folder in the raw directory", unknown_raw_folders(), study_names())
    _refuse_unknown("study", studies, study_names())
    _refuse_unknown("lang", selection.langs, LANGS)
    years = {study: wave_years(study) for study in studies}
    every_year = sorted({year for of_study in years.values() for year in of_study})
    _refuse_unknown("year", map(str, selection.years), list(map(str, every_year)))
    chosen = [
        (load_codebook(raw_path("codebook", study, year, places="")), year)
        for study in studies
        for year in years[study]
        if not selection.years or year in selection.years
    ]
    declared = {
        name: notebook_parameters(NOTEBOOK_DIR / f"{name}.ipynb")
        for name in sorted({name for codebook, _ in chosen for name in codebook.notebooks})
    }
    given = _by_notebook(selection.parameters, declared)
    runs = [
        run
        for codebook, year in chosen
        for run in _runs(codebook, year, selection.langs, declared, given)
        if not selection.notebooks or run.notebook in selection.notebooks
    ]
    return [_without_print(run, runs) for run in [*_upstream(runs, selection.langs, declared, given), *runs]]


def _runs(
    codebook: Codebook,
    year: int,
    langs: Sequence[Lang],
    declared: dict[str, dict[str, Parameter]],
    given: dict[str, dict[str, Any]],
) -> list[Run]:
    """Return the runs of one wave."""
    study, places = codebook.study, codebook.places
    wave = load_wave(raw_path("wave", study, year, places))
    earlier = previous_year(study, year)
    printed = _printed_years(codebook)
    runs = []
    for notebook in codebook.notebooks:
        spec = NOTEBOOKS[notebook]
        if not has_run(notebook, study, year) or (spec.only_if_printed and year not in printed):
            continue
        if spec.by_report and year != max(printed):
            continue
        chapters = codebook.chapters_of(notebook) if spec.by_chapter else [""]
        previous = None
        if spec.reads_previous and earlier is not None:
            previous = load_wave(raw_path("wave", study, earlier, places))
        for chapter in chapters:
            for lang in dict.fromkeys(langs):
                # One of them writes the datasets, which depend neither on language nor on chapter, whatever order
                # they were asked for in.
                owner = lang == min(langs, key=LANGS.index) and chapter == chapters[0]
                run = _run(codebook, wave, notebook, lang, declared[notebook], given[notebook], owner, chapter)
                runs.append(replace(run, previous=previous))
    return runs


def _upstream(
    runs: list[Run],
    langs: Sequence[Lang],
    declared: dict[str, dict[str, Parameter]],
    given: dict[str, dict[str, Any]],
) -> list[Run]:
    """Return the runs that write what the selected ones read, of their own wave or of the one before."""
    found: list[Run] = []
    waiting = list(runs)
    while waiting:
        run = waiting.pop()
        made = {output_dir() / path for other in (*runs, *found) for path in other.outputs}
        wanted = {path for name, path in run.inputs.items() if name.removeprefix(PREVIOUS) in WRITTEN} - made
        if wanted:
            years = {run.wave.year, run.previous.year if run.previous else run.wave.year}
            writers = [
                other
                for year in sorted(years)
                for other in _runs(run.codebook, year, langs, declared, given)
                if wanted & {output_dir() / path for path in other.outputs}
            ]
            found += writers
            waiting += writers
    return found


def _without_print(run: Run, runs: list[Run]) -> Run:
    """Leave out the comparison with print where the wave is computed with other values than its own."""
    wave = [other for other in runs if other.wave is run.wave]
    changed = {name: value for other in wave for name, value in other.changes.items()}
    spec = NOTEBOOKS[run.notebook]
    if not changed or spec.of_print or not spec.only_if_printed:
        return run
    return replace(run, left_out=f"a what-if with {changes_told(changed)} is not what was printed")


def _run(
    codebook: Codebook,
    wave: Wave,
    notebook: str,
    lang: Lang,
    declared: dict[str, Parameter],
    given: dict[str, Any],
    owner: bool,
    chapter: str,
) -> Run:
    """Put one run together; `owner` is whether it writes the datasets, which do not depend on the language."""
    study, year = codebook.study, wave.year
    of_wave = wave.parameters.get(notebook, {})
    where = f"{display_path(raw_path('wave', study, year, codebook.places))}, parameters, {notebook}"
    for name in sorted(set(of_wave) & set(RESERVED)):
        raise AnalysisError(f"{where}: {name} cannot be set there; {RESERVED[name]}.")
    settable = {name: parameter for name, parameter in declared.items() if name not in RESERVED}
    check(of_wave, settable, where)
    return Run(
        codebook=codebook,
        wave=wave,
        notebook=notebook,
        lang=lang,
        parameters={
            "study": study,
            "year": year,
            "lang": lang,
            **({"chapter": chapter} if chapter else {}),
            **of_wave,
            **given,
        },
        inputs=input_paths(notebook, study, year, codebook.places, codebook.notebooks),
        writes=NOTEBOOKS[notebook].writes if owner else (),
        chapter=chapter,
    )


def _by_notebook(
    assignments: Iterable[tuple[str, str]], declared: dict[str, dict[str, Parameter]]
) -> dict[str, dict[str, Any]]:
    """Return notebook -> parameter -> value for what the command line sets, in the type each notebook declares."""
    values: dict[str, dict[str, Any]] = {notebook: {} for notebook in declared}
    seen = set()
    for name, written in assignments:
        if name in RESERVED:
            raise AnalysisError(f"-p {name}={written}: {RESERVED[name]}.")
        if name in seen:
            raise AnalysisError(f"-p {name}={written}: parameter {name} is given twice. Keep one.")
        seen.add(name)
        having = [notebook for notebook, parameters in declared.items() if name in parameters]
        if not having:
            valid = sorted({known for parameters in declared.values() for known in parameters} - set(RESERVED))
            raise AnalysisError(f"-p {name}={written}: unknown parameter {name!r}. {did_you_mean(name, valid)}.")
        for notebook in having:
            values[notebook][name] = from_text(name, written, declared[notebook][name])
    return values


def _printed_years(codebook: Codebook) -> set[int]:
    """Return the waves there are that the report prints something about."""
    path = raw_path("published", codebook.study, 0, codebook.places)
    with path.open(encoding="utf-8-sig", newline="") as file:
        printed = {row.get("wave") for row in csv.DictReader(file)}
    return {year for year in wave_years(codebook.study) if str(year) in printed}


def _refuse_unknown(kind: str, given: Iterable[str], valid: Sequence[str]) -> None:
    for value in given:
        if value not in valid:
            raise AnalysisError(f"unknown {kind} {value!r}. {did_you_mean(value, list(valid))}.")
