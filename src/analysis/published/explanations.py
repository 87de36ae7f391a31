"""Why a printed number differs from the one computed: what else is printed, and what the audit of print found."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.lang import Lang, text
from analysis.published.printed import agrees

_SAME = ["wave", "group", "variable", "category", "statistic"]
_DUST = 1e-9


def explain(
    row: pd.Series, reproduced: float | None, report: pd.DataFrame, findings: pd.DataFrame | None, lang: Lang
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
        What the audit of print found, if it was asked.
    lang
        Language of the words.

    Returns
    -------
    dict
        Never empty: where nothing explains it, that is said.
    """
    reasons = dict([*_elsewhere(row, reproduced, report, lang), *_found(row, findings, lang)])
    return reasons or {"replication.unexplained": text("replication.unexplained", lang)}


def _found(row: pd.Series, findings: pd.DataFrame | None, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the reason and the words of what the audit found of a number: errors first, then what is of it alone."""
    place = (str(row["line"]), row["printed"])
    about: list[tuple[bool, pd.Series]] = []
    for _, finding in findings.iterrows() if findings is not None else ():
        others = zip(finding["other_line"].split(";"), finding["other_printed"].split(";"), strict=False)
        if (own := (finding["line"], finding["printed"]) == place) or place in others:
            about.append((own, finding))
    # Those of one severity stand together, errors first; sorting keeps the order of what it holds equal.
    severe = [each for each in about if each[1]["severity"] == about[0][1]["severity"]]
    for _, finding in sorted(severe, key=lambda each: not each[0])[:1]:
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
