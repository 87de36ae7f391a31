"""What is made once, of all reports together: every verdict in one file, and the page that sums them up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.codebook import load_codebook
from analysis.files import sha256, write_atomic
from analysis.lang import DEFAULT_LANG, LANGS, Lang, text
from analysis.layout import (
    CODEBOOK,
    LOCK_FILE,
    REPLICATES,
    VERDICTS,
    output_dir,
    page_path,
    processed_path,
    raw_path,
    study_names,
    summary_paths,
    wave_years,
)
from analysis.pipeline.fingerprint import digest, digest_of, notebook_code, page_code
from analysis.pipeline.records import (
    SUMMARY,
    Record,
    changed_outputs,
    digests,
    read_record,
    whole_or_gone,
    write_record,
)
from analysis.pipeline.schedule import Step


def summary_step(made: list[Record]) -> Step:
    """Return the making of the summary, in every language that anything was made in.

    Parameters
    ----------
    made
        Records of all notebook runs that were made.
    """
    langs = [lang for lang in LANGS if any(record.lang == lang for record in made)]
    linked = [record for record in made if record.notebook in (REPLICATES, CODEBOOK)]
    facts = {"langs": langs, "linked": sorted([record.task, record.basis] for record in linked)}
    return Step(
        name=SUMMARY,
        action=lambda: _make(made, langs, facts),
        needs=(LOCK_FILE, *_inputs(), *notebook_code(), *page_code()),
        makes=tuple(output_dir() / path for path in _makes(langs)),
        changes=lambda: _changes(facts),
    )


def _makes(langs: list[Lang]) -> list[Path]:
    return [summary_paths(DEFAULT_LANG)[0], *(summary_paths(lang)[1] for lang in langs)]


def _inputs() -> list[Path]:
    """Return what every report prints, and the verdicts there are."""
    printed = [raw_path(name, study, 0, places="") for study in study_names() for name in ("codebook", "report")]
    stored = [path for study in study_names() for path in _stored(study).values()]
    return [*printed, *(path for path in stored if path.is_file())]


def _stored(study: str) -> dict[int, Path]:
    return {year: output_dir() / processed_path(VERDICTS, study, year) for year in wave_years(study)}


def _changes(facts: dict[str, Any]) -> list[str]:
    record = read_record(SUMMARY)
    if record is None:
        return ["never made here"]
    why = [f"output changed: {path}" for path in changed_outputs(record)]
    if record.settings != digest_of(facts):
        why.append("what there is to sum up changed")
    return why


def _make(made: list[Record], langs: list[Lang], facts: dict[str, Any]) -> None:
    with whole_or_gone(SUMMARY):
        content = _content(made, langs)
        for path, written in content.items():
            write_atomic(output_dir() / path, written)
    bases = {record.basis for record in made if record.notebook == REPLICATES}
    write_record(
        Record(
            task=SUMMARY,
            status="made",
            study="",
            study_title="",
            year=0,
            notebook="",
            chapter="",
            title=text("summary.title", DEFAULT_LANG),
            lang=DEFAULT_LANG,
            basis="reconstructed" if "reconstructed" in bases else "published",
            collected="collected" in bases,
            source="",
            position=0,
            settings=digest_of(facts),
            inputs=digests(_inputs()),
            code=digest([*notebook_code(), *page_code()]),
            lock=sha256(LOCK_FILE),
            outputs={path.as_posix(): sha256(output_dir() / path) for path in content},
        )
    )


def _content(made: list[Record], langs: list[Lang]) -> dict[Path, bytes]:
    """Return path -> content of the verdicts of all reports, and of the page in each language."""
    # Heavy, and needed only when the summary is out of date.
    from analysis.published.summary import COLUMNS, all_verdicts
    from analysis.site.summary import Report, render_summary

    codebooks = {study: load_codebook(raw_path("codebook", study, 0, places="")) for study in study_names()}
    verdicts = all_verdicts(
        [(codebook, raw_path("report", study, 0, places=""), _stored(study)) for study, codebook in codebooks.items()],
        REPLICATES,
    )
    dataset, _ = summary_paths(DEFAULT_LANG)
    content = {dataset: verdicts[list(COLUMNS)].to_csv(index=False, lineterminator="\n").encode("utf-8")}
    # As of every dataset: where an export was collected, only its pages, figures and tables may leave.
    collected = any(record.collected for record in made if record.notebook == REPLICATES)
    download = None if collected else f"../../{dataset.as_posix()}"
    waves = list(verdicts[["study", "wave"]].drop_duplicates().itertuples(index=False, name=None))
    for lang in langs:
        page = summary_paths(lang)[1]
        reports = {
            (study, wave): Report(f"{codebooks[study].title[lang]}, {wave}", _page(study, int(wave), lang, made))
            for study, wave in waves
        }
        others = [(other, f"../{other}/{page.name}") for other in langs if other != lang]
        content[page] = render_summary(verdicts, reports, lang, download, others).encode("utf-8")
    return content


def _page(study: str, year: int, lang: Lang, made: list[Record]) -> str | None:
    """Return the link to a wave's own verdicts, or, without these, to what its codebook says."""
    there = {record.notebook for record in made if (record.study, record.year, record.lang) == (study, year, lang)}
    found = [page_path(study, year, notebook, lang).name for notebook in (REPLICATES, CODEBOOK) if notebook in there]
    return found[0] if found else None
