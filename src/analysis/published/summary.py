"""The verdicts of every report put together: one row for each printed number, whether or not it was recomputed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pandas as pd

from analysis.codebook import Codebook
from analysis.lang import text
from analysis.published import COLUMNS as PRINTED
from analysis.published import load_published
from analysis.published.compare import COLUMNS as ADDED
from analysis.published.compare import REASON, Evidence, Verdict

COLUMNS = ("study", *PRINTED, *ADDED)
"""Columns of `replication.csv` over all reports (design, section 5), all of them text."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
"""The kinds of evidence; the empty one, for a number with nothing to hold it against, comes last."""


def all_verdicts(reports: Iterable[tuple[Codebook, Path, dict[int, Path]]], replicates: str) -> pd.DataFrame:
    """Return every printed number of some reports with its verdict, in the order of report, wave and print.

    Parameters
    ----------
    reports
        Of each report its codebook, its `published.csv`, and for each wave there is the `replication.csv` that is
        read where it exists.
    replicates
        The notebook that writes these.

    Returns
    -------
    DataFrame
        `COLUMNS` and `REASON`, as text. The numbers of a wave that nobody compared, or compared before print was
        corrected, are `no_data`, and `explanation` and `reason` say why.

    Raises
    ------
    InputError
        A `published.csv` breaks its contract.
    """
    parts = []
    for codebook, path, stored in reports:
        printed = _as_text(load_published(path, codebook))
        for year, of_wave in printed.groupby(printed["wave"].astype(int)):
            rows = of_wave.reset_index(drop=True)
            verdicts = _of_wave(rows, codebook, stored.get(int(str(year))), replicates)
            parts.append(verdicts.assign(study=codebook.study))
    return pd.concat(parts, ignore_index=True)[[*COLUMNS, REASON]]


def counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count the printed numbers of each wave by evidence and verdict.

    Returns
    -------
    DataFrame
        A row for each `study`, `wave` and `evidence` there is, the last in the order of `EVIDENCE`, and a column for
        each verdict.
    """
    keys = ["study", "wave", "evidence"]
    counted = verdicts.groupby([*keys, "verdict"], sort=False).size().unstack("verdict", fill_value=0)
    rows = counted.reindex(columns=list(VERDICTS), fill_value=0).reset_index()
    return rows.sort_values(
        keys, key=lambda column: column.map(EVIDENCE.index) if column.name == "evidence" else column, ignore_index=True
    )


def _of_wave(printed: pd.DataFrame, codebook: Codebook, stored: Path | None, replicates: str) -> pd.DataFrame:
    why = ""
    if replicates not in codebook.notebooks:
        why = "no_notebook"
    elif stored is None:
        why = "no_wave"
    elif not stored.is_file():
        why = "not_made"
    else:
        verdicts = _read(stored)
        if list(verdicts.columns) == [*PRINTED, *ADDED, REASON] and verdicts[list(PRINTED)].equals(printed):
            return verdicts
        why = "outdated"
    explanation = text(f"summary.{why}", "en")
    return printed.assign(
        reproduced="",
        verdict="no_data",
        evidence="",
        explanation=[
            f"{explanation} {_needed(item, codebook)}".strip() if why == "no_notebook" else explanation
            for item in printed["item"]
        ],
        reason=f"summary.{why}",
    )


def _needed(name: str, codebook: Codebook) -> str:
    """Return which data an item would take, where the codebook says it."""
    item = codebook.items.get(name)
    return text("summary.needs", "en", needs=item.needs["en"]) if item and item.needs else ""


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it reads when it was written as CSV."""
    return _read(io.StringIO(frame.to_csv(index=False)))


def _read(file: Path | io.StringIO) -> pd.DataFrame:
    return pd.read_csv(file, dtype="str", keep_default_na=False)
