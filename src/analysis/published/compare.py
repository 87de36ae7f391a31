"""Printed against reproduced: one verdict and its evidence for every printed number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Wave
from analysis.estimates import KEY, SUM_OF_UNROUNDED, TRANSCRIBED, Estimate, estimate_frame
from analysis.estimates.allocation import Rounding
from analysis.lang import Lang, format_number, text
from analysis.published.printed import RULES, agrees

Verdict = Literal["equal", "rounding", "base", "differs", "not_identified", "no_data"]
Evidence = Literal["collected", "recomputed", "by_construction", ""]

COLUMNS = ("reproduced", "verdict", "evidence", "explanation")
"""What `replication.csv` adds to the columns of `published.csv`."""

# A register is as independent of the report as an export is.
_EVIDENCE: dict[str, Evidence] = {
    "collected": "collected",
    "register": "collected",
    "published": "recomputed",
    "reconstructed": "by_construction",
}
_OTHER_METHODS = (SUM_OF_UNROUNDED, *get_args(Rounding))
_DUST = 1e-9


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
        Rows of `estimates.csv`. Where a cell has several, the first that was computed, not taken over, is held
        against print; one by another rounding may explain a difference, unless print refutes that rule elsewhere.
    lang
        Language of the explanations.

    Returns
    -------
    DataFrame
        The printed rows in their order, with `reproduced`, `verdict`, `evidence` and `explanation`.
    """
    cells = dict(list(estimates.groupby(list(KEY), sort=False)))
    refuted = _refuted(published, cells)
    outcomes = []
    for _, row in published.iterrows():
        candidates = cells.get(tuple(row[name] for name in KEY))
        if candidates is None:
            outcomes.append(_Outcome("no_data", text("replication.no_data", lang)))
        else:
            possible = [method for method in _OTHER_METHODS if (*_family(row), method) not in refuted]
            outcomes.append(_judge(row, candidates, possible, lang))
    verdicts = pd.DataFrame(
        [(o.reproduced, o.verdict, o.evidence, o.explanation) for o in outcomes],
        columns=list(COLUMNS),
        index=published.index,
    )
    return pd.concat([published, verdicts.astype({"reproduced": "float64"})], axis="columns")


def verdict_counts(replication: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Count the printed numbers by what their comparison is worth.

    Agreement by construction is counted apart and never as reproduced.

    Returns
    -------
    DataFrame
        Estimates of item `verdicts`: variables `total`, `equal`, `rounding` (by another named rule, or on another
        base), `by_construction`, `differs` and `open`.
    """
    built = replication["evidence"] == "by_construction"
    equal, otherwise = replication["verdict"] == "equal", replication["verdict"].isin(["rounding", "base"])
    counts = {
        "total": len(replication),
        "equal": int((equal & ~built).sum()),
        "rounding": int((otherwise & ~built).sum()),
        "by_construction": int(((equal | otherwise) & built).sum()),
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
            basis="published",
        )
        for variable, count in counts.items()
    )


def _family(row: pd.Series) -> tuple[str, ...]:
    return row["item"], row["variable"], row["statistic"]


def _refuted(published: pd.DataFrame, cells: dict[tuple[object, ...], pd.DataFrame]) -> set[tuple[str, ...]]:
    """Return item, variable, statistic and method where a method gives another number than some printed one.

    A printed total that is the sum of the unrounded parts says nothing of how the parts were rounded.
    """
    refuted = set()
    for _, row in published.iterrows():
        candidates = cells.get(tuple(row[name] for name in KEY))
        if candidates is None:
            continue
        wrong = {
            estimate["method"]
            for _, estimate in candidates[candidates["value"].notna()].iterrows()
            if not agrees(row, float(estimate["value"]))
        }
        if SUM_OF_UNROUNDED in wrong or SUM_OF_UNROUNDED not in set(candidates["method"]):
            refuted |= {(*_family(row), method) for method in wrong}
    return refuted


def _judge(row: pd.Series, candidates: pd.DataFrame, possible: list[str], lang: Lang) -> _Outcome:
    computed = candidates[~candidates["method"].isin(TRANSCRIBED)]
    declared = (candidates if computed.empty else computed).iloc[0]
    evidence = _EVIDENCE[declared["basis"]]
    if declared["basis"] == "published" and computed.empty:
        evidence = "by_construction"
    how = text(f"method.{declared['method']}", lang)
    if pd.isna(declared["value"]):
        return _judge_range(row, declared, evidence, how, lang)
    reproduced = float(declared["value"])
    for rule in RULES:
        if agrees(row, reproduced, rule):
            verdict: Verdict = "equal" if rule == "half_up" else "rounding"
            key = "other_rule"
            if verdict == "equal":
                key = "equal" if abs(reproduced - row["value"]) < _DUST else "equal_as_printed"
            why = text(f"replication.{key}", lang, how=how, rule=text(f"rule.{rule}", lang))
            return _Outcome(verdict, why, reproduced, evidence)
    for _, other in candidates[candidates["method"].isin(possible)].iterrows():
        if agrees(row, float(other["value"])):
            shown = format_number(reproduced, lang, row["statistic"])
            rule = text(f"method.{other['method']}", lang)
            why = text("replication.other_method", lang, how=how, rule=rule, reproduced=shown)
            return _Outcome("rounding", why, reproduced, evidence)
    return _Outcome("differs", text("replication.differs", lang, how=how), reproduced, evidence)


def _judge_range(row: pd.Series, declared: pd.Series, evidence: Evidence, how: str, lang: Lang) -> _Outcome:
    """Judge a number that is known as a range only: equal where all of it agrees, open where some of it does."""
    low, high = float(declared["identified_low"]), float(declared["identified_high"])
    if low > high:
        return _Outcome("differs", text("replication.empty_range", lang, how=how), None, evidence)
    shown = {
        "low": format_number(low, lang, row["statistic"]),
        "high": format_number(high, lang, row["statistic"]),
    }
    if agrees(row, low) and agrees(row, high):
        return _Outcome("equal", text("replication.whole_range", lang, how=how, **shown), None, evidence)
    inside = agrees(row, min(max(low, float(row["value"])), high))
    verdict: Verdict = "not_identified" if inside else "differs"
    key = "inside_range" if inside else "outside_range"
    return _Outcome(verdict, text(f"replication.{key}", lang, how=how, **shown), None, evidence)
