"""The tables of an audit: what is printed where, what it should be, how sure; and what becomes of verbal claims."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook
from analysis.codebook.groups import parse_group
from analysis.codebook.labels import answer_label, group_labels
from analysis.context import DRAWN, State
from analysis.lang import Lang, text
from analysis.published import TEXT
from analysis.published.audit import NO_LINE, Severity
from analysis.published.audit.references import item_number
from analysis.published.claims import groups_of, subjects_of

# Column -> width in rem; what is longest fits the window of a phone.
_FINDING = {"where": 6, "printed": 9, "kind": 7, "message": 21, "certainty": 7}
_CLAIM = {"where": 6, "claim": 16, "verdict": 7, "explanation": 21}


def findings_view(findings: pd.DataFrame, severity: Severity, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out the findings of one severity, each with what it is held against.

    Parameters
    ----------
    findings
        Rows of `findings.csv` as `published.audit.audit` returns them, their messages in `lang`.
    severity
        Which of them.

    Returns
    -------
    tuple
        The table, its data (the rows of `findings`), and how much of it is there: without findings, only its frame.
    """
    found = findings[findings["severity"] == severity]
    shown = pd.DataFrame([_finding(row, lang) for _, row in found.iterrows()], columns=list(_FINDING))
    return _table(shown, _FINDING, lang), found, _state(found, lang)


def claims_view(claims: pd.DataFrame, codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out verbal claims with their verdicts.

    Parameters
    ----------
    claims
        Rows of `claims.csv` as `published.claims.judge` returns them, their explanations in `lang`.
    codebook
        The study's.

    Returns
    -------
    tuple
        The table, its data (the claims unchanged), and how much of it is there.
    """
    shown = pd.DataFrame([_claim(row, codebook, lang) for _, row in claims.iterrows()], columns=list(_CLAIM))
    return _table(shown, _CLAIM, lang), claims, _state(claims, lang)


def _claim(row: pd.Series, codebook: Codebook, lang: Lang) -> tuple[str, ...]:
    wave = int(row["wave"])
    subjects = [answer_label(codebook, *subject, wave, lang) for subject in subjects_of(row["subject"])]
    groups = [
        ", ".join(group_labels(codebook, parse_group(group), wave, lang)) or text("claims.all", lang)
        for group in groups_of(row["groups"])
    ]
    against = text("claims.against", lang)
    return (
        _where(row, lang),
        text(
            "claims.stated",
            lang,
            subject=against.join(subjects),
            groups=against.join(groups),
            direction=text(f"claims.direction_{row['direction']}", lang),
        ),
        text(f"claims.{row['verdict']}", lang),
        row["explanation"],
    )


def _finding(row: pd.Series, lang: Lang) -> tuple[str, ...]:
    return (
        _where(row, lang),
        row["printed"],
        text(f"audit.kind_{row['kind']}", lang),
        row["message"],
        text(f"audit.{row['certainty']}", lang),
    )


def _where(row: pd.Series, lang: Lang) -> str:
    """Return the item and the line; the title of an item stands on no known line."""
    line = "" if str(row["line"]) == str(NO_LINE) else text("table.line", lang, line=row["line"])
    if row["item"] == TEXT:
        return line
    item = item_number(row["item"], lang)
    return ", ".join(filter(None, (item[0].upper() + item[1:], line)))


def _state(rows: pd.DataFrame, lang: Lang) -> State:
    return DRAWN if len(rows) else State("not_drawn", text("audit.none", lang))


def _table(shown: pd.DataFrame, widths: dict[str, int], lang: Lang) -> GT:
    return (
        GT(shown)
        .cols_label({name: text(f"table.{name}", lang) for name in widths})
        .cols_align("left", columns=list(widths))
        .cols_width({name: f"{width}rem" for name, width in widths.items()})
    )
