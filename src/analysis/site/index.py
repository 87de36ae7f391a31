"""The index of all studies in one language, and the front page that leads to each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from analysis.lang import DEFAULT_LANG, Lang, text
from analysis.site.frame import render


@dataclass(frozen=True)
class Entry:
    """One run of one notebook, as the index shows it.

    Parameters
    ----------
    study, study_title, year, notebook
        Which notebook was run, for what.
    title
        Title of the page.
    basis
        What the numbers rest on: `collected`, `published`, `reconstructed` or `register`.
    href
        Link to the page; None when the run failed or could not be run.
    failure
        Link to the notebook that failed; None when it did not.
    summary
        One short line, may be empty.
    downloads
        Label and link of each file to fetch.
    """

    study: str
    study_title: str
    year: int
    notebook: str
    title: str
    basis: str
    href: str | None
    failure: str | None
    summary: str
    downloads: tuple[tuple[str, str], ...]


def render_index(
    lang: Lang,
    entries: Sequence[Entry],
    other_langs: tuple[tuple[str, str], ...],
    documents: Mapping[tuple[str, int], Sequence[tuple[str, str]]] = MappingProxyType({}),
    summary: str | None = None,
) -> str:
    """Return the index page: each study, its waves, their pages, and the runs that failed.

    Parameters
    ----------
    lang
        Language of the index.
    entries
        The runs, in the order they are to be shown; those of one study and wave stand together.
    other_langs
        Language and link of the index in other languages.
    documents
        Study and year -> label and link of each document of that wave to fetch.
    summary
        Link to the page that sums up all reports.
    """
    studies: dict[tuple[str, str], dict[int, list[Entry]]] = {}
    for entry in entries:
        waves = studies.setdefault((entry.study, entry.study_title), {})
        waves.setdefault(entry.year, []).append(entry)
    return render(
        "index.html.j2",
        lang,
        studies=studies,
        bases=sorted({entry.basis for entry in entries}),
        failures=sum(entry.href is None for entry in entries),
        runs=len(entries),
        other_langs=other_langs,
        documents=documents,
        summary=summary,
        to_summary=text("summary.to_summary", lang),
    )


def render_front(langs: Sequence[Lang]) -> str:
    """Return the front page, which leads to the index of each language."""
    return render("front.html.j2", DEFAULT_LANG, langs=langs)
