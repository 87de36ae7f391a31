"""An audit of a report that is no study of this repository: a folder with its codebook and printed numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup
from great_tables import GT
from markupsafe import Markup

from analysis.codebook import load_codebook
from analysis.errors import AnalysisError
from analysis.files import write_atomic
from analysis.lang import Lang, format_number, text
from analysis.layout import display_path
from analysis.published import load_published
from analysis.published.audit import SEVERITIES, audit
from analysis.published.claims import judge, load_claims
from analysis.published.lines import check_lines, read_lines
from analysis.published.references import check_reference_lines, load_references
from analysis.site.cells import style_tables
from analysis.site.frame import render
from analysis.tables.audit import claims_view, findings_view


def audit_folder(folder: Path, output: Path, lang: Lang, report_text: Path | None = None) -> str:
    """Audit a report and write `findings.csv`, `claims.csv` (where it has claims) and a page, `findings.html`.

    Parameters
    ----------
    folder
        Holds `codebook.yaml` and `published.csv`, and may hold `references.csv` and `claims.csv`.
    output
        Where to write; made if it does not exist.
    lang
        Language of page and messages.
    report_text
        Text of the report: every printed number is then held against its line first.

    Returns
    -------
    str
        How many findings there are of each severity, in a line.

    Raises
    ------
    AnalysisError
        A file breaks its contract, a printed number does not stand on its line, or `output` is `folder`, whose claims
        would be replaced; nothing is written then.
    """
    folder = folder.resolve()
    if output.resolve() == folder:
        raise AnalysisError("The output would lie among the files it is made from. Name another --output-dir.")
    codebook = load_codebook(folder / "codebook.yaml")
    printed = load_published(folder / "published.csv", codebook)
    references = folder / "references.csv"
    referred = load_references(references, codebook) if references.is_file() else None
    if report_text is not None:
        lines = read_lines(report_text)
        check_lines(printed, lines, display_path(folder / "published.csv"))
        if referred is not None:
            check_reference_lines(referred, lines, display_path(references))
    findings = audit(printed, codebook, lang, referred)
    sections = []
    for severity in SEVERITIES:
        table, found, _ = findings_view(findings, severity, lang)
        sections.append(_section(f"audit.severity_{severity}", table, found, lang))
    files = {"findings.csv": _csv(findings)}
    if (folder / "claims.csv").is_file():
        judged = judge(load_claims(folder / "claims.csv", codebook), printed, codebook, lang)
        files["claims.csv"] = _csv(judged)
        table, judged, _ = claims_view(judged, codebook, lang)
        sections.append(_section("audit.claims", table, judged, lang))
    counts = {severity: int((findings["severity"] == severity).sum()) for severity in SEVERITIES}
    shown = {name: format_number(count, lang) for name, count in counts.items()}
    summary = text("audit.headline", lang, printed=format_number(len(printed), lang), **shown)
    page = render(
        "audit.html.j2",
        lang,
        heading=codebook.title[lang],
        summary=summary,
        sections=sections,
        nothing=text("audit.none", lang),
    )
    files["findings.html"] = page.encode("utf-8")
    for name, content in files.items():
        write_atomic(output / name, content)
    return summary


def _section(key: str, table: GT, rows: pd.DataFrame, lang: Lang) -> dict[str, str]:
    heading = text(key, lang)
    return {"heading": heading, "markup": _markup(table, key, heading, lang) if len(rows) else ""}


def _markup(table: GT, key: str, heading: str, lang: Lang) -> Markup:
    name = key.partition(".")[2]
    # great_tables gives each table a random id unless told otherwise.
    markup = BeautifulSoup(table.with_id(f"{name}_table").as_raw_html(), "html.parser")
    style_tables(markup, lang)
    for box in markup.select(".table-box"):
        box["aria-label"] = heading
    return Markup(str(markup))


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
