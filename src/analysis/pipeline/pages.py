"""How the site is made from what the notebook runs left: a page for each, an index, a front page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.files import sha256, write_atomic
from analysis.lang import LANGS, Lang, text
from analysis.layout import (
    LOCK_FILE,
    NOTEBOOKS,
    document_paths,
    output_dir,
    page_path,
    processed_path,
    summary_paths,
)
from analysis.pipeline.fingerprint import digest, digest_of, page_code
from analysis.pipeline.parameters import RESERVED
from analysis.pipeline.records import (
    DOCUMENTS,
    PAGE,
    SUMMARY,
    Record,
    changed_outputs,
    digests,
    notebook_records,
    read_record,
    write_if_changed,
    write_record,
)
from analysis.site.index import Entry, render_front, render_index


def page_of(record: Record) -> Path:
    """Return the page of a notebook run, relative to the output directory."""
    return page_path(record.study, record.year, record.notebook, record.lang, record.chapter)


def executed_of(record: Record) -> Path:
    """Return the executed notebook of a run, relative to the output directory."""
    return page_of(record).with_suffix(".ipynb")


def page_needs(record: Record) -> list[Path]:
    """Return every file whose change makes a page out of date."""
    return [output_dir() / executed_of(record), LOCK_FILE, *page_code()]


def page_changes(record: Record, facts: dict[str, Any]) -> list[str]:
    """Return why a page is out of date although the files it needs are what they were."""
    page = read_record(PAGE + record.task)
    if page is None:
        return ["never made here"]
    why = [f"output changed: {path}" for path in changed_outputs(page)]
    if page.settings != digest_of(facts):
        why.append("what it says beside its cells changed")
    return why


def page_facts(record: Record, made: list[Record]) -> dict[str, Any]:
    """Return what a run's page says beside its cells, given all notebook runs that were made."""
    same_wave = [other for other in made if (other.study, other.year) == (record.study, record.year)]
    return {
        "study": record.study,
        "study_title": record.study_title,
        "year": record.year,
        "notebook": record.notebook,
        "title": record.title,
        "lang": record.lang,
        "basis": record.basis,
        "source": record.source,
        "parameters": {name: value for name, value in record.parameters.items() if name not in RESERVED},
        "siblings": tuple(
            (other.title, page_of(other).name)
            for other in sorted(same_wave, key=lambda other: other.position)
            if other.lang == record.lang and other.position != record.position
        ),
        "other_langs": tuple(
            (other.lang, f"../{other.lang}/{page_of(other).name}")
            for other in same_wave
            if other.position == record.position and other.lang != record.lang
        ),
        "documents": document_links(record.study, record.year, record.lang),
    }


def document_links(study: str, year: int, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Return label and link of a wave's documents, as far as they were made."""
    made = read_record(f"{DOCUMENTS}{study}/{year}/{lang}")
    paths = document_paths(study, year, lang) if made else {}
    return tuple(
        (text(f"documents.{kind}", lang), path.name)
        for kind, path in paths.items()
        if made and path.as_posix() in made.outputs
    )


def make_page(record: Record, facts: dict[str, Any]) -> None:
    """Render the page of an executed notebook."""
    # Heavy, and needed only when a page is out of date.
    import nbformat

    from analysis.site.page import Page, render_page

    executed, page = output_dir() / executed_of(record), output_dir() / page_of(record)
    content = render_page(nbformat.read(executed, as_version=4), Page(**facts))
    write_atomic(page, content.encode("utf-8"))
    write_record(
        replace(
            record,
            task=PAGE + record.task,
            settings=digest_of(facts),
            inputs=digests([executed]),
            code=digest(page_code()),
            lock=sha256(LOCK_FILE),
            outputs=digests([page]),
            items={},
        )
    )


def write_index() -> None:
    """Write the index of each language there is anything in, and the front page that leads to them.

    It lists whatever lies in the output directory, also from runs with another selection: newest wave first,
    notebooks in the codebook's order.
    """
    records = sorted(notebook_records(), key=lambda record: (record.study, -record.year, record.position))
    langs = [lang for lang in LANGS if any(record.lang == lang for record in records)]
    for lang in langs:
        entries = [_entry(record) for record in records if record.lang == lang]
        others = tuple((other, f"../{other}/index.html") for other in langs if other != lang)
        documents = {(entry.study, entry.year): document_links(entry.study, entry.year, lang) for entry in entries}
        summary = summary_paths(lang)[1]
        made = read_record(SUMMARY)
        link = summary.name if made and summary.as_posix() in made.outputs else None
        index = render_index(lang, entries, others, documents, link)
        write_if_changed(Path("reports", lang, "index.html"), index.encode("utf-8"))
    if langs:
        write_if_changed(Path("reports", "index.html"), render_front(langs).encode("utf-8"))


def _entry(record: Record) -> Entry:
    page = read_record(PAGE + record.task)
    return Entry(
        study=record.study,
        study_title=record.study_title,
        year=record.year,
        notebook=record.notebook,
        title=record.title,
        basis=record.basis,
        href=page_of(record).name if page else None,
        failure=f"../../{record.failure}" if record.failure else None,
        summary=record.summary,
        downloads=_downloads(record),
    )


def _downloads(record: Record) -> tuple[tuple[str, str], ...]:
    """Return label and link of the datasets a run wrote and of its executed notebook, as far as they are there."""
    if record.status != "made":
        return ()
    # Of a collected export only what was released may leave: its pages, figures and tables.
    names = () if record.collected else NOTEBOOKS[record.notebook].writes
    datasets = [processed_path(name, record.study, record.year) for name in names]
    there = [path for path in (*datasets, executed_of(record)) if (output_dir() / path).is_file()]
    return tuple((path.name, f"../../{path.as_posix()}") for path in there)
