"""What an audit finds: what is printed where, what it should be, how sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Wave
from analysis.estimates import count_frame

Severity = Literal["error", "rounding", "ambiguity"]
Certainty = Literal["certain", "likely"]
Kind = Literal[
    "impossible_percentage", "count_percent", "two_values", "distribution", "outside_range", "by_group", "swapped_rows",
    "other_base", "bases", "change", "percentage_points", "class_gap", "class_overlap", "reference", "title",
]  # fmt: skip

COLUMNS = (
    "study", "kind", "severity", "message", "item", "line", "printed", "other_item", "other_line", "other_printed",
    "recomputed", "certainty",
)  # fmt: skip
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


NO_LINE = 0
"""Line of what stands on no line of the text that is known: the title of an item."""


@dataclass(frozen=True)
class Place:
    """Where something is printed, and as it stands there."""

    item: str
    line: int
    printed: str


@dataclass(frozen=True)
class Finding:
    """Something that a report prints and that cannot be, or can be read in two ways.

    Parameters
    ----------
    kind
        What kind of thing it is.
    severity
        `error`: it cannot be, however it was rounded. `rounding`: it can, but not rounded half up once. `ambiguity`:
        print does not say which of two things it means, or "about" is farther off than it should be.
    certainty
        Whether it is certain, or an explanation that only fits better than what is printed.
    message
        In words, in the language asked for.
    place, others
        Where it is printed, and where what it contradicts is.
    recomputed
        What it should be: a number, or the range that the others leave.
    """

    kind: Kind
    severity: Severity
    certainty: Certainty
    message: str
    place: Place
    others: tuple[Place, ...] = ()
    recomputed: str = ""


def findings_frame(study: str, findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as rows of `findings.csv`: errors first, then by line, titles last.

    Several other places are joined by `;`.
    """

    def rank(found: Finding) -> tuple[int, bool, int, str]:
        return SEVERITIES.index(found.severity), found.place.line == NO_LINE, found.place.line, found.kind

    ordered = sorted(findings, key=rank)
    rows = [
        (
            study,
            found.kind,
            found.severity,
            found.message,
            found.place.item,
            str(found.place.line),
            found.place.printed,
            *(";".join(str(getattr(other, name)) for other in found.others) for name in ("item", "line", "printed")),
            found.recomputed,
            found.certainty,
        )
        for found in ordered
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def finding_counts(findings: pd.DataFrame, printed: int, wave: Wave) -> pd.DataFrame:
    """Count findings by severity.

    Parameters
    ----------
    findings
        Rows of `findings.csv`.
    printed
        How many printed numbers were held against each other.
    wave
        The wave they are of.

    Returns
    -------
    DataFrame
        Estimates of item `findings`: variables `printed`, `error`, `rounding` and `ambiguity`.
    """
    counts: dict[str, int] = {"printed": printed}
    counts |= {name: int((findings["severity"] == name).sum()) for name in SEVERITIES}
    return count_frame(counts, wave, "findings", "findings of the audit")
