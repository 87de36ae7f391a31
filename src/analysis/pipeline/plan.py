"""Which notebook runs there are: study by wave by notebook by language, each with all it reads and writes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.codebook import Codebook, Wave, changes_told, load_codebook, load_wave, what_if
from analysis.errors import AnalysisError, did_you_mean
from analysis.lang import DEFAULT_LANG, LANGS, Lang
from analysis.layout import (
    NOTEBOOK_DIR,
    NOTEBOOKS,
    display_path,
    input_paths,
    item_paths,
    page_path,
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
    left_out: str = ""

    @property
    def name(self) -> str:
        """The run's name in messages, logs and the manifest."""
        return f"{self.codebook.study}/{self.wave.year}/{self.notebook}/{self.lang}"

    @property
    def source(self) -> Path:
        """The notebook itself."""
        return NOTEBOOK_DIR / f"{self.notebook}.ipynb"

    @property
    def executed(self) -> Path:
        """The executed notebook, relative to the output directory."""
        return page_path(self.codebook.study, self.wave.year, self.notebook, self.lang).with_suffix(".ipynb")

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Everything it must leave behind beside the executed notebook, relative to the output directory."""
        study, year = self.codebook.study, self.wave.year
        datasets = [processed_path(name, study, year) for name in self.writes]
        items = [
            path
            for name, item in self.codebook.items_of(self.notebook).items()
            for path in item_paths(item.kind, study, year, self.lang, name).values()
        ]
        return (*datasets, *items)

    @property
    def changes(self) -> dict[str, object]:
        """The parameters that the wave declares otherwise."""
        return self.wave.changed(self.notebook, self.parameters)

    @property
    def identity(self) -> dict[str, Any]:
        """What its record and its page's say it is."""
        return {
            "study": self.codebook.study,
            "year": self.wave.year,
            "notebook": self.notebook,
            "lang": self.lang,
            "basis": self.wave.basis,
            "study_title": self.codebook.title[self.lang],
            "source": what_if(self.wave, self.changes, self.lang).source,
            "position": self.codebook.notebooks.index(self.notebook),
            "items": tuple(name for name, item in self.codebook.items_of(self.notebook).items() if item.printed),
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
    runs = []
    for codebook, year in chosen:
        wave = load_wave(raw_path("wave", codebook.study, year, codebook.places))
        for notebook in codebook.notebooks:
            if NOTEBOOKS[notebook].only_if_printed and not _is_printed(codebook, year):
                continue
            for lang in dict.fromkeys(selection.langs):
                # One of them writes the datasets, whatever order they were asked for in.
                owner = lang == min(selection.langs, key=LANGS.index)
                runs.append(_run(codebook, wave, notebook, lang, declared[notebook], given[notebook], owner))
    return [_without_print(run, runs) for run in runs]


def _without_print(run: Run, runs: list[Run]) -> Run:
    """Leave out the comparison with print where the wave is computed with other values than its own."""
    wave = [other for other in runs if other.wave is run.wave]
    changed = {name: value for other in wave for name, value in other.changes.items()}
    if not (NOTEBOOKS[run.notebook].only_if_printed and changed):
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
) -> Run:
    """Put one run together; `owner` is whether it writes the datasets, which do not depend on the language."""
    study, year = codebook.study, wave.year
    of_wave = wave.parameters.get(notebook, {})
    where = f"{display_path(raw_path('wave', study, year, codebook.places))}, parameters, {notebook}"
    for name in sorted(set(of_wave) & set(RESERVED)):
        raise AnalysisError(f"{where}: {name} cannot be set there. Use --{name}.")
    settable = {name: parameter for name, parameter in declared.items() if name not in RESERVED}
    check(of_wave, settable, where)
    return Run(
        codebook=codebook,
        wave=wave,
        notebook=notebook,
        lang=lang,
        parameters={"study": study, "year": year, "lang": lang, **of_wave, **given},
        inputs=input_paths(notebook, study, year, codebook.places),
        writes=NOTEBOOKS[notebook].writes if owner else (),
    )


def _by_notebook(
    assignments: Iterable[tuple[str, str]], declared: dict[str, dict[str, Parameter]]
) -> dict[str, dict[str, Any]]:
    """Return notebook -> parameter -> value for what the command line sets, in the type each notebook declares."""
    values: dict[str, dict[str, Any]] = {notebook: {} for notebook in declared}
    seen = set()
    for name, text in assignments:
        if name in RESERVED:
            raise AnalysisError(f"-p {name}={text}: use --{name}.")
        if name in seen:
            raise AnalysisError(f"-p {name}={text}: parameter {name} is given twice. Keep one.")
        seen.add(name)
        having = [notebook for notebook, parameters in declared.items() if name in parameters]
        if not having:
            valid = sorted({known for parameters in declared.values() for known in parameters} - set(RESERVED))
            raise AnalysisError(f"-p {name}={text}: unknown parameter {name!r}. {did_you_mean(name, valid)}.")
        for notebook in having:
            values[notebook][name] = from_text(name, text, declared[notebook][name])
    return values


def _is_printed(codebook: Codebook, year: int) -> bool:
    """Tell whether the report prints anything about this wave."""
    path = raw_path("published", codebook.study, year, codebook.places)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return any(row.get("wave") == str(year) for row in csv.DictReader(file))


def _refuse_unknown(kind: str, given: Iterable[str], valid: Sequence[str]) -> None:
    for value in given:
        if value not in valid:
            raise AnalysisError(f"unknown {kind} {value!r}. {did_you_mean(value, list(valid))}.")
