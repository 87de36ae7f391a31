"""Why a printed number differs from the one computed: what else is printed, and what the audit of print found."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import sorted_group
from analysis.codebook.labels import cell_label
from analysis.lang import Lang, text
from analysis.published.printed import agrees

_SAME = ["wave", "group", "variable", "category", "statistic"]
_DUST = 1e-9


def explain(
    row: pd.Series,
    reproduced: float | None,
    report: pd.DataFrame,
    findings: pd.DataFrame | None,
    codebook: Codebook,
    lang: Lang,
) -> dict[str, str]:
    """Return why a number differs: reason, the key of a short text -> the words; the last one counts most.

    Parameters
    ----------
    row
        The printed number.
    reproduced
        What it is compared with; None where that is a range.
    report
        Printed rows of all waves.
    findings
        What the audit of print found, in `lang`, if it was asked.
    codebook
        The study's.
    lang
        Language of the words.

    Returns
    -------
    dict
        Never empty: where nothing explains it, that is said.
    """
    reasons = dict([*_elsewhere(row, reproduced, report, lang), *_found(row, findings, codebook, lang)])
    return reasons or {"replication.unexplained": text("replication.unexplained", lang)}


def finding_of(row: pd.Series, findings: pd.DataFrame, codebook: Codebook, lang: Lang) -> pd.Series | None:
    """Return what the audit found of a printed number; None where it found nothing.

    Of the severity that stands first, a finding that names the number's own cell goes before others (one line may print
    the same of two), then one that is about the number itself before one that is about what it contradicts.

    Parameters
    ----------
    row
        The printed number.
    findings
        Rows of `findings.csv`, their messages in `lang`; those of one severity together, the first the one to tell.
    codebook, lang
        The study and the language.
    """
    place = (str(row["line"]), row["printed"])
    cell = cell_label(codebook, row["variable"], row["category"], sorted_group(row["group"]), row["wave"], lang)
    about: list[tuple[bool, bool, pd.Series]] = []
    for _, finding in findings.iterrows():
        others = zip(finding["other_line"].split(";"), finding["other_printed"].split(";"), strict=False)
        if (own := (finding["line"], finding["printed"]) == place) or place in others:
            about.append((cell not in finding["message"], not own, finding))
    alike = [each for each in about if each[2]["severity"] == about[0][2]["severity"]]
    return min(alike, key=lambda each: each[:2])[2] if alike else None


def _found(row: pd.Series, findings: pd.DataFrame | None, codebook: Codebook, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the reason and the words of what the audit found of a number."""
    finding = finding_of(row, findings, codebook, lang) if findings is not None else None
    if finding is not None:
        told = text("replication.found", lang, line=finding["line"], message=finding["message"])
        yield f"summary.found_{finding['kind']}", told


def _elsewhere(row: pd.Series, reproduced: float | None, report: pd.DataFrame, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the reason and the words of what else is printed that explains a number which differs."""
    if reproduced is None:
        return
    same = report[(report[_SAME] == row[_SAME]).all(axis="columns")]
    for _, other in same.iterrows():
        if other["line"] != row["line"] and agrees(other, reproduced):
            words = text("replication.printed_elsewhere", lang, line=other["line"], printed=other["printed"])
            yield "summary.printed_elsewhere", words
            return
    key, _, year = row["group"].partition(":")
    if key != "since" or row["statistic"] != "percent":
        return
    levels = report[
        (report[["variable", "category", "statistic"]] == row[["variable", "category", "statistic"]]).all(
            axis="columns"
        )
        & (report["group"] == "all")
    ]
    earlier, later = levels[levels["wave"] == int(year)], levels[levels["wave"] == row["wave"]]
    for _, before in earlier.iterrows():
        for _, after in later.iterrows():
            if abs(abs(after["value"] - before["value"]) - row["value"]) < _DUST:
                words = text(
                    "replication.difference_of_printed", lang, before=before["printed"], after=after["printed"],
                    before_line=before["line"], after_line=after["line"],
                )  # fmt: skip
                yield "summary.difference_of_printed", words
                return
