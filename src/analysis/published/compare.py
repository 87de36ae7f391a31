"""Printed against reproduced: one verdict and its evidence for every printed number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Wave
from analysis.estimates import KEY, Estimate, estimate_frame
from analysis.estimates.agreement import AS_LISTED
from analysis.estimates.allocation import Rounding
from analysis.lang import Lang, format_number, text

Verdict = Literal["equal", "rounding", "base", "differs", "not_identified", "no_data"]
Evidence = Literal["collected", "recomputed", "by_construction", ""]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
COLUMNS = ("reproduced", "verdict", "evidence", "explanation")
"""What `replication.csv` adds to the columns of `published.csv`."""

# A register is as independent of the report as an export is.
_EVIDENCE: dict[str, Evidence] = {
    "collected": "collected",
    "register": "collected",
    "published": "recomputed",
    "reconstructed": "by_construction",
}
# Half-up is what the reports do; agreement by another rule is named.
_RULES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN}
_DUST = 1e-9
_SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_PRINTED_NUMBER = re.compile(r"\d{1,3}(?:[ .\u00a0]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")


@dataclass(frozen=True)
class _Outcome:
    verdict: Verdict
    explanation: str
    reproduced: float | None = None
    evidence: Evidence = ""


def replicate(published: pd.DataFrame, estimates: pd.DataFrame, lang: Lang = "en") -> pd.DataFrame:
    """Hold every printed number against the estimates of the same cell.

    Parameters
    ----------
    published
        Rows of `published.csv` (see `load_published`).
    estimates
        Rows of `estimates.csv`. Where a cell has several, the first is what was declared; the others are
        other rounding rules, used to explain a difference.
    lang
        Language of the explanations.

    Returns
    -------
    DataFrame
        The printed rows in their order, with `reproduced`, `verdict`, `evidence` and `explanation`.
    """
    cells = dict(list(estimates.groupby(list(KEY), sort=False)))
    outcomes = []
    for _, row in published.iterrows():
        candidates = cells.get(tuple(row[name] for name in KEY))
        outcomes.append(_judge(row, candidates, lang))
    verdicts = pd.DataFrame(
        [(o.reproduced, o.verdict, o.evidence, o.explanation) for o in outcomes],
        columns=list(COLUMNS),
        index=published.index,
    )
    return pd.concat([published, verdicts.astype({"reproduced": "float64"})], axis="columns")


def summary(replication: pd.DataFrame) -> pd.DataFrame:
    """Count the verdicts of a replication by evidence.

    Returns
    -------
    DataFrame
        One row for each verdict and evidence that occur, in the order of `VERDICTS`: `verdict`, `evidence`, `n`.
    """
    counts = replication.groupby(["verdict", "evidence"]).size().rename("n").reset_index()
    order = counts["verdict"].map(VERDICTS.index)
    return counts.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def verdict_counts(replication: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Count the printed numbers by what their comparison is worth.

    Agreement by construction is counted apart and never as reproduced.

    Returns
    -------
    DataFrame
        Estimates of item `verdicts`: variables `total`, `reproduced`, `by_construction`, `differs` and `open`.
    """
    built = replication["evidence"] == "by_construction"
    agrees = replication["verdict"].isin(["equal", "rounding", "base"])
    counts = {
        "total": len(replication),
        "reproduced": int((agrees & ~built).sum()),
        "by_construction": int((agrees & built).sum()),
        "differs": int((replication["verdict"] == "differs").sum()),
        "open": int(replication["verdict"].isin(["not_identified", "no_data"]).sum()),
    }
    return estimate_frame(
        Estimate(
            study=wave.study,
            wave=wave.year,
            item="verdicts",
            variable=variable,
            statistic="count",
            value=float(count),
            method="counted",
            estimand="printed numbers of the wave",
            basis=wave.basis,
        )
        for variable, count in counts.items()
    )


def printed_unit(printed: str, value: float) -> Decimal | None:
    """Return the unit a number was rounded to, as its print shows: `7,8%` a tenth, `24 mia.` a milliard.

    Parameters
    ----------
    printed
        The number as printed, with the thousands marks and decimal comma of Danish and Swedish.
    value
        The same number in base units.

    Returns
    -------
    Decimal or None
        None where no digits in `printed` are this value (a number in words).
    """
    for token in _PRINTED_NUMBER.findall(printed):
        whole, _, decimals = token.partition(",")
        number = Decimal(re.sub(r"\D", "", whole) + "." + (decimals or "0"))
        for scale in _SCALES:
            if float(number * scale) == value:
                return Decimal(scale).scaleb(-len(decimals))
    return None


def _judge(row: pd.Series, candidates: pd.DataFrame | None, lang: Lang) -> _Outcome:
    if candidates is None:
        return _Outcome("no_data", text("replication.no_data", lang))
    declared = candidates.iloc[0]
    evidence = _EVIDENCE[declared["basis"]]
    if declared["basis"] == "published" and declared["method"] == AS_LISTED:
        evidence = "by_construction"
    if pd.isna(declared["value"]):
        return _judge_range(row, declared, evidence, lang)
    reproduced = float(declared["value"])
    how = text(f"method.{declared['method']}", lang)
    for rule in _RULES:
        if _agrees(row, reproduced, rule):
            verdict: Verdict = "equal" if rule == "half_up" else "rounding"
            key = "other_rule"
            if verdict == "equal":
                key = "equal" if abs(reproduced - row["value"]) < _DUST else "equal_as_printed"
            why = text(f"replication.{key}", lang, how=how, rule=text(f"rule.{rule}", lang))
            return _Outcome(verdict, why, reproduced, evidence)
    for _, other in candidates.iloc[1:].iterrows():
        if other["method"] in get_args(Rounding) and _agrees(row, float(other["value"]), "half_up"):
            why = text(
                "replication.other_method",
                lang,
                how=how,
                rule=text(f"method.{other['method']}", lang),
                reproduced=format_number(reproduced, lang, row["statistic"]),
            )
            return _Outcome("rounding", why, reproduced, evidence)
    return _Outcome("differs", text("replication.differs", lang, how=how), reproduced, evidence)


def _judge_range(row: pd.Series, declared: pd.Series, evidence: Evidence, lang: Lang) -> _Outcome:
    low, high = float(declared["identified_low"]), float(declared["identified_high"])
    inside = low <= row["value"] <= high
    key = "inside_range" if inside else "outside_range"
    shown = {
        "low": format_number(low, lang, row["statistic"]),
        "high": format_number(high, lang, row["statistic"]),
    }
    return _Outcome(
        "not_identified" if inside else "differs", text(f"replication.{key}", lang, **shown), None, evidence
    )


def _agrees(row: pd.Series, reproduced: float, rule: str) -> bool:
    """Tell whether a reproduced value, rounded as print was, satisfies the printed number and its qualifier."""
    value = float(row["value"])
    unit = printed_unit(row["printed"], value)
    rounded = reproduced
    if unit is not None:
        # Ten decimals take the binary dust off, so that 28.5 is the tie it should be.
        steps = Decimal(repr(round(reproduced, 10))) / unit
        rounded = float(steps.quantize(Decimal(1), _RULES[rule]) * unit)
    match row["qualifier"]:
        case "at_least":
            return reproduced >= value
        case "at_most":
            return reproduced <= value
        case "range":
            return value <= reproduced <= float(row["value_high"])
        case _:
            return rounded == value
