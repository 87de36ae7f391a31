"""The run that a notebook is in: which study, year and language, what it may read, where its files go."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Literal, TypeVar

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook, load_wave, what_if
from analysis.codebook.items import Item
from analysis.codebook.questions import Label
from analysis.errors import AnalysisError, did_you_mean
from analysis.lang import LANGS, Lang, text
from analysis.layout import (
    NOTEBOOKS,
    PREVIOUS,
    RUN_VARIABLE,
    has_run,
    input_paths,
    output_dir,
    raw_path,
    study_names,
    wave_years,
)

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """How much of an item is there: all of it, part of it, or only its frame; and why it is not all."""

    status: Literal["drawn", "partly", "not_drawn"]
    reason: str = ""


DRAWN = State("drawn")


@dataclass(frozen=True)
class Context:
    """One notebook run.

    Parameters
    ----------
    notebook, lang
        Which notebook, in which language of output.
    codebook, wave
        The study and its survey year.
    inputs
        Dataset name -> file, for everything the run may read.
    writes
        The datasets this run writes. Another language's run computes them too but leaves the file to this one.
    outputs
        Directory that the run's files go to, laid out as the repository is.
    chapter
        The chapter of the report, of a notebook that runs by chapter.
    previous
        The wave before, of a notebook that reads it.
    numbers
        The registry `number` reads: key -> row of a released estimate.
    changes
        What `declared` was given that the wave declares otherwise.
    """

    notebook: str
    lang: Lang
    codebook: Codebook
    wave: Wave
    inputs: dict[str, Path]
    writes: tuple[str, ...]
    outputs: Path
    chapter: str = ""
    previous: Wave | None = None
    numbers: dict[str, pd.Series] = field(default_factory=dict)
    changes: dict[str, object] = field(default_factory=dict)

    @property
    def study(self) -> str:
        """Study id."""
        return self.codebook.study

    @property
    def year(self) -> int:
        """Survey year."""
        return self.wave.year

    def declared(self, name: str, value: T | None) -> T:
        """Return a parameter's value, or the wave's own where the notebook was given none.

        Parameters
        ----------
        name
            The parameter.
        value
            What the notebook was given; None asks for what `wave.yaml` declares.

        Raises
        ------
        AnalysisError
            Neither says it.
        """
        if value is not None:
            self.changes.update(self.wave.changed(self.notebook, {name: value}))
            return value
        of_wave = self.wave.parameters.get(self.notebook, {})
        if name not in of_wave:
            raise AnalysisError(
                f"{self.study} {self.year} does not say {name}. Write it in the wave's wave.yaml under "
                f"parameters, {self.notebook}, or give -p {name}=VALUE."
            )
        declared: T = of_wave[name]
        return declared

    @property
    def wave_as_run(self) -> Wave:
        """The wave, its source saying so where the run has other values than it declares, or reads another wave too."""
        wave = what_if(self.wave, self.changes)
        if self.previous is None or self.previous.source == wave.source:
            return wave
        both = {lang: f"{self.previous.source[lang]}; {wave.source[lang]}" for lang in LANGS}
        return wave.model_copy(update={"source": Label(**both)})

    def item(self, kind: Literal["figure", "table"], name: str) -> Item:
        """Return an item that this notebook makes, as a figure or as a table (a box is one).

        Raises
        ------
        AnalysisError
            The codebook has none of this kind and name for this notebook.
        """
        made = self.codebook.items_of(self.notebook, self.chapter or None)
        items = {key: item for key, item in made.items() if item.made_as == kind}
        if name not in items:
            advice = did_you_mean(name, list(items))
            raise AnalysisError(f"the codebook has no {kind} {name!r} for {self.notebook}. {advice}.")
        return items[name]

    def link(self, path: Path) -> str:
        """Return the link from the page, or from the notebook in JupyterLab, to one of the run's files."""
        # Pages lie in reports/<lang>/, notebooks in notebooks/.
        up = "../.." if os.environ.get(RUN_VARIABLE) else ".."
        return f"{up}/{path.as_posix()}"

    def figure_tag(self, item: str, state: State = DRAWN, *, of_print: bool = False) -> str:
        """Return the opening tag of an item's markup, from which its state reaches the manifest.

        One that rests on print alone says so: it is no reconstruction, whatever else its page shows.
        """
        basis = ' data-basis="published"' if of_print else ""
        state_of = f'data-status="{state.status}" data-reason="{escape(state.reason)}"'
        return f'<figure class="item" id="{item}" {state_of}{basis}>'

    def downloads(self, title: str, paths: dict[str, Path]) -> str:
        """Return links to the files of an item, as markup; `paths` is file type -> path."""
        links = " · ".join(
            f'<a href="{self.link(path)}" download aria-label="{escape(title)}: {suffix.upper()}">{suffix.upper()}</a>'
            for suffix, path in paths.items()
        )
        return f'<span class="downloads">{text("figure.download", self.lang)}: {links}</span>'


_current: list[Context] = []


def begin(notebook: str, study: str, year: int, lang: Lang, chapter: str = "") -> Context:
    """Open a notebook's run; the first thing every notebook does after its parameters.

    Under `run_all.py` the run's inputs and directory come from the task that started it. In JupyterLab they are
    the repository's own, and what the notebook writes goes straight to its place.

    Parameters
    ----------
    notebook
        The notebook's name without suffix.
    study, year, lang, chapter
        The notebook's parameters; `chapter` of one that runs by chapter.

    Raises
    ------
    AnalysisError
        No such study, year, notebook, language or chapter, or no wave before where the notebook reads one.
    InputError
        The codebook or the wave's declaration is broken.
    """
    _current.clear()
    for kind, value, valid in (
        ("study", study, study_names()),
        ("notebook", notebook, list(NOTEBOOKS)),
        ("lang", lang, list(LANGS)),
    ):
        if value not in valid:
            raise AnalysisError(f"unknown {kind} {value!r}. {did_you_mean(value, valid)}.")
    if year not in wave_years(study):
        raise AnalysisError(f"{study} has no wave {year}. Valid: {', '.join(map(str, wave_years(study)))}.")
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    if NOTEBOOKS[notebook].by_chapter and chapter not in (chapters := codebook.chapters_of(notebook)):
        raise AnalysisError(f"unknown chapter {chapter!r}. {did_you_mean(chapter, chapters)}.")
    if not has_run(notebook, study, year):
        raise AnalysisError(f"{notebook} reads the wave before, and {study} has none before {year}.")
    task_file = os.environ.get(RUN_VARIABLE)
    if task_file:
        task = json.loads(Path(task_file).read_text(encoding="utf-8"))
        inputs = {name: Path(path) for name, path in task["inputs"].items()}
        writes, outputs = tuple(task["writes"]), Path(task["outputs"])
    else:
        inputs = input_paths(notebook, study, year, codebook.places, codebook.notebooks)
        writes, outputs = NOTEBOOKS[notebook].writes, output_dir()
    wave = load_wave(raw_path("wave", study, year, codebook.places))
    before = inputs.get(PREVIOUS + "wave")
    previous = load_wave(before) if before else None
    _current.append(Context(notebook, lang, codebook, wave, inputs, writes, outputs, chapter, previous))
    return _current[0]


def current() -> Context:
    """Return the run that `begin` opened.

    Raises
    ------
    AnalysisError
        None was opened.
    """
    if not _current:
        raise AnalysisError("no run is open. Run the notebook's cells from the top: begin(...) comes first.")
    return _current[0]
