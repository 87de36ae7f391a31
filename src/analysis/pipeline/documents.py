"""The documents of a wave: a workbook of all its tables, and the report's tables and figures in Word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.codebook import load_codebook
from analysis.codebook.items import Item
from analysis.files import sha256, write_atomic
from analysis.lang import Lang, text
from analysis.layout import LOCK_FILE, document_paths, item_paths, output_dir, raw_path
from analysis.pipeline.fingerprint import digest, digest_of, notebook_code, page_code
from analysis.pipeline.pages import executed_of
from analysis.pipeline.records import (
    DOCUMENTS,
    Record,
    changed_outputs,
    digests,
    read_record,
    whole_or_gone,
    write_record,
)
from analysis.pipeline.schedule import Step

if TYPE_CHECKING:
    from analysis.site.documents.shown import Front


def document_steps(waves: set[tuple[str, int]], made: list[Record]) -> list[Step]:
    """Return the making of the documents of some waves, in every language that anything was made in.

    Parameters
    ----------
    waves
        Study and year.
    made
        Records of all notebook runs that were made.
    """
    grouped: dict[tuple[str, int, Lang], list[Record]] = {}
    for record in sorted(made, key=lambda record: record.position):
        if (record.study, record.year) in waves and (output_dir() / executed_of(record)).is_file():
            grouped.setdefault((record.study, record.year, record.lang), []).append(record)
    return [_step(f"{DOCUMENTS}{study}/{year}/{lang}", records) for (study, year, lang), records in grouped.items()]


def _step(task: str, records: list[Record]) -> Step:
    settings = digest_of([[record.task, record.basis, record.title, record.source] for record in records])
    return Step(
        name=task,
        action=lambda: _make(task, records, settings),
        needs=tuple(_needs(records)),
        makes=tuple(output_dir() / path for path in _makes(records)),
        changes=lambda: _changes(task, settings),
    )


def _needs(records: list[Record]) -> list[Path]:
    return [
        LOCK_FILE,
        raw_path("codebook", records[0].study, records[0].year, places=""),
        *(output_dir() / path for path in _sources(records)),
        *notebook_code(),
        *page_code(),
    ]


def _sources(records: list[Record]) -> list[Path]:
    pictures = [Path(path) for record in records for path in record.outputs if path.endswith(".png")]
    return sorted({*pictures, *map(executed_of, records)})


def _makes(records: list[Record]) -> list[Path]:
    """Return the files to make; a wave that shows none of its report's tables and figures has no Word document."""
    paths = document_paths(records[0].study, records[0].year, records[0].lang)
    of_report = any(record.items for record in records)
    return [path for kind, path in paths.items() if kind == "tables" or of_report]


def _changes(task: str, settings: str) -> list[str]:
    record = read_record(task)
    if record is None:
        return ["never made here"]
    why = [f"output changed: {path}" for path in changed_outputs(record)]
    if record.settings != settings:
        why.append("the pages it is made from changed")
    return why


def _make(task: str, records: list[Record], settings: str) -> None:
    with whole_or_gone(task):
        content = _content(records)
        for path, document in content.items():
            write_atomic(output_dir() / path, document)
    bases = {record.basis for record in records}
    write_record(
        replace(
            records[0],
            task=task,
            notebook="",
            chapter="",
            title="",
            parameters={},
            summary="",
            settings=settings,
            basis="reconstructed" if "reconstructed" in bases else records[0].basis,
            inputs=digests(output_dir() / path for path in _sources(records)),
            code=digest([*notebook_code(), *page_code()]),
            lock=sha256(LOCK_FILE),
            outputs={path.as_posix(): sha256(output_dir() / path) for path in content},
            items={},
        )
    )


def _content(records: list[Record]) -> dict[Path, bytes]:
    """Return path -> content of the documents of a wave in one language."""
    # Heavy, and needed only when a document is out of date.
    import nbformat

    from analysis.site.documents.shown import shown_items
    from analysis.site.documents.word import Chapter, write_word
    from analysis.site.documents.workbook import write_workbook

    study, year, lang = records[0].study, records[0].year, records[0].lang
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    shown = {
        item.name: item
        for record in records
        for item in shown_items(
            nbformat.read(output_dir() / executed_of(record), as_version=4),
            text("site.mark_reconstructed", lang) if record.basis == "reconstructed" else "",
        )
    }
    # What the report itself shows comes first, in its own order.
    printed = [name for name, item in codebook.items.items() if item.printed and name in shown]
    tables = [shown[name] for name in dict.fromkeys((*printed, *shown)) if shown[name].table is not None]
    paths = document_paths(study, year, lang)
    front = _front(records)
    content = {paths["tables"]: write_workbook(front, tables, lang)}
    if paths["report"] in _makes(records):
        chapters = [
            Chapter(
                title[lang],
                tuple(
                    (shown[name], _picture(codebook.items[name], study, year, lang, name))
                    for name in printed
                    if codebook.items[name].chapter == chapter
                ),
            )
            for chapter, title in codebook.chapters.items()
        ]
        content[paths["report"]] = write_word(front, [chapter for chapter in chapters if chapter.items], lang)
    return content


def _front(records: list[Record]) -> Front:
    """Return what the documents of a wave say of the whole: everything its pages rest on."""
    from analysis.site.documents.shown import Front

    first, lang = records[0], records[0].lang
    bases = sorted({record.basis for record in records})
    lines = [f"{text(f'site.basis_{basis}', lang)}: {text(f'site.meaning_{basis}', lang)}" for basis in bases]
    sources = dict.fromkeys(text("documents.source", lang, source=record.source) for record in records)
    return Front(f"{first.study_title}, {first.year}", (*lines, *sources))


def _picture(item: Item, study: str, year: int, lang: Lang, name: str) -> Path | None:
    if item.kind != "figure" or item.concept:
        return None
    return output_dir() / item_paths("figure", study, year, lang, name)["png"]
