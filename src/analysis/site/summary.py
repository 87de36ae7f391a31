"""The page that sums up, over all reports, how the printed numbers compare with those computed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.lang import NOTHING, Lang, format_number, text
from analysis.published.compare import REASON
from analysis.published.summary import EVIDENCE, VERDICTS, counts
from analysis.site.frame import render

_TESTED = ("collected", "recomputed")
_BUILT = "by_construction"
_OPEN = ("not_identified", "no_data")
_KEY = ("agrees", "differs", "built", "open", "no_data")
_AGREES = tuple(verdict for verdict in VERDICTS if verdict not in ("differs", *_OPEN))


@dataclass(frozen=True)
class Report:
    """One wave of a report, as the page names it: its title, and a link to a page about it, if there is one."""

    title: str
    href: str | None


@dataclass(frozen=True)
class _Row:
    label: str
    total: str
    cells: tuple[str, ...]
    built: bool


@dataclass(frozen=True)
class _Group:
    """The numbers of one report, or of all: of each kind of evidence a row, and the bar of its parts."""

    title: str
    href: str | None
    total: str
    rows: tuple[_Row, ...]
    bar: tuple[tuple[str, str, float], ...]


def render_summary(
    verdicts: pd.DataFrame,
    reports: Mapping[tuple[str, str], Report],
    lang: Lang,
    download: str | None,
    other_langs: Sequence[tuple[str, str]],
) -> str:
    """Return the page that sums up the verdicts of all reports.

    Parameters
    ----------
    verdicts
        What `published.summary.all_verdicts` returns.
    reports
        Study and wave -> how the page names it.
    lang
        Language of the page.
    download
        Link to the verdicts as CSV; None where they may not leave.
    other_langs
        Language and link of this page in other languages.
    """
    counted = counts(verdicts)
    groups = [
        _group(report, counted[(counted["study"] == study) & (counted["wave"] == wave)], lang)
        for (study, wave), report in reports.items()
    ]
    return render(
        "summary.html.j2",
        lang,
        headline=text("summary.headline", lang, **_headline(counted, lang)),
        words=lambda name: text(f"summary.{name}", lang),
        columns=VERDICTS,
        groups=[*groups, _group(Report(text("summary.all", lang), None), counted, lang)],
        key=_KEY,
        rules=_tally(verdicts[verdicts["verdict"].isin(["rounding", "base"])], reports, lang),
        reasons=_tally(verdicts[verdicts["verdict"] == "no_data"], reports, lang),
        differing=_differing(verdicts[verdicts["verdict"] == "differs"], reports, lang),
        download=download,
        other_langs=other_langs,
    )


def _parts(counted: pd.DataFrame) -> dict[str, int]:
    """Return how many numbers are of each part of the bar; every number is of one."""
    tested, built = counted["evidence"].isin(_TESTED), counted["evidence"] == _BUILT
    return {
        "agrees": int(counted.loc[tested, list(_AGREES)].to_numpy().sum()),
        "differs": int(counted.loc[tested, "differs"].sum()),
        "built": int(counted.loc[built, [*_AGREES, "differs"]].to_numpy().sum()),
        "open": int(counted["not_identified"].sum()),
        "no_data": int(counted["no_data"].sum()),
    }


def _headline(counted: pd.DataFrame, lang: Lang) -> dict[str, str]:
    tested, built = counted["evidence"].isin(_TESTED), counted["evidence"] == _BUILT
    parts = _parts(counted)
    numbers: dict[str, int] = {
        "total": sum(parts.values()),
        "tested": parts["agrees"] + parts["differs"],
        **{str(verdict): int(counted.loc[tested, verdict].sum()) for verdict in (*_AGREES, "differs")},
        "built": parts["built"],
        "given_up": int(counted.loc[built, "differs"].sum()),
        "not_identified": parts["open"],
        "no_data": parts["no_data"],
    }
    return {name: format_number(number, lang) for name, number in numbers.items()}


def _group(report: Report, counted: pd.DataFrame, lang: Lang) -> _Group:
    rows = []
    for evidence in EVIDENCE:
        of_evidence = counted[counted["evidence"] == evidence]
        if len(of_evidence):
            sums = [int(of_evidence[verdict].sum()) for verdict in VERDICTS]
            cells = tuple(format_number(number, lang) if number else NOTHING for number in sums)
            label = text(f"summary.evidence_{evidence or 'none'}", lang)
            rows.append(_Row(label, format_number(sum(sums), lang), cells, evidence == _BUILT))
    parts = _parts(counted)
    total = sum(parts.values())
    bar = tuple(
        (name, f"{text(f'summary.key_{name}', lang)}: {format_number(number, lang)}", 100 * number / total)
        for name, number in parts.items()
        if number
    )
    return _Group(report.title, report.href, format_number(total, lang), tuple(rows), bar)


def _tally(verdicts: pd.DataFrame, reports: Mapping[tuple[str, str], Report], lang: Lang) -> list[tuple[str, str, str]]:
    """Return report, reason, and of how many numbers, in the order of the reports."""
    tally = Counter((str(row["study"]), str(row["wave"]), str(row[REASON])) for _, row in verdicts.iterrows())
    return [
        (reports[study, wave].title, text(key, lang), format_number(number, lang))
        for (study, wave, key), number in tally.items()
    ]


def _differing(
    verdicts: pd.DataFrame, reports: Mapping[tuple[str, str], Report], lang: Lang
) -> list[tuple[str, str, str, str, str]]:
    """Return report, place, printed and computed number of each that differs, and why it does."""
    return [
        (
            reports[row["study"], row["wave"]].title,
            text("table.place", lang, page=row["page"], line=row["line"]),
            row["printed"],
            format_number(float(row["reproduced"]), lang, row["statistic"], unit=False)
            if row["reproduced"]
            else text("summary.range_only", lang),
            text(row[REASON], lang),
        )
        for _, row in verdicts.iterrows()
    ]
