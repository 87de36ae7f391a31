"""How the page of an executed notebook is made."""

from __future__ import annotations

from typing import Any

from analysis.files import sha256, write_atomic
from analysis.lang import text
from analysis.layout import LOCK_FILE, output_dir
from analysis.pipeline.fingerprint import digest, page_code
from analysis.pipeline.plan import Run
from analysis.pipeline.records import Record, digests, write_record


def page_facts(run: Run, made: list[Record]) -> dict[str, Any]:
    """Return what a run's page says beside its cells, given the notebook runs that were made."""
    wave, codebook = run.wave, run.codebook
    return {
        "study": codebook.study,
        "study_title": codebook.title[run.lang],
        "year": wave.year,
        "notebook": run.notebook,
        "lang": run.lang,
        "basis": wave.basis,
        "source": wave.source,
        "parameters": {name: value for name, value in run.parameters.items() if name not in ("study", "year", "lang")},
        "siblings": tuple(
            (
                text(f"notebook.{other.notebook}", run.lang),
                f"{other.study}-{other.year}-{other.notebook}.html",
            )
            for other in made
            if (other.study, other.year, other.lang) == (codebook.study, wave.year, run.lang)
            and other.notebook != run.notebook
        ),
        "other_langs": tuple(
            (other.lang, f"../{other.lang}/{run.page.name}")
            for other in made
            if (other.study, other.year, other.notebook) == (codebook.study, wave.year, run.notebook)
            and other.lang != run.lang
        ),
    }


def make_page(run: Run, facts: dict[str, Any]) -> None:
    """Render the page of an executed notebook."""
    # Heavy, and needed only when a page is out of date.
    import nbformat

    from analysis.site.page import Page, render_page

    executed = output_dir() / run.executed
    content = render_page(nbformat.read(executed, as_version=4), Page(**facts)).encode("utf-8")
    write_atomic(output_dir() / run.page, content)
    identity = run.identity | {"items": ()}
    write_record(
        Record(
            task=f"page/{run.name}",
            status="made",
            parameters=run.parameters,
            inputs=digests([executed]),
            code=digest(page_code()),
            lock=sha256(LOCK_FILE),
            outputs=digests([output_dir() / run.page]),
            **identity,
        )
    )
