"""Printed against reproduced: one verdict and its evidence for every printed number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import parse_group
from analysis.estimates import AS_RECOMPUTED, KEY, ON_BASE, POST_STRATIFIED, SUM_OF_UNROUNDED, TRANSCRIBED, count_frame
from analysis.estimates.allocation import Rounding
from analysis.lang import Lang, format_number, text
from analysis.published import UNPLACED
from analysis.published.explanations import explain
from analysis.published.printed import RULES, agrees

Verdict = Literal["equal", "rounding", "base", "differs", "not_identified", "no_data"]
Evidence = Literal["collected", "recomputed", "by_construction", ""]

COLUMNS = ("reproduced", "verdict", "evidence", "explanation")
"""What `replication.csv` adds to the columns of `published.csv`."""

REASON = "reason"
"""Column with the key of the text that says in short why a number does not simply agree; empty where it does."""

# A register is as independent of the report as an export is.
_EVIDENCE: dict[str, Evidence] = {
    "collected": "collected",
    "register": "collected",
    "published": "recomputed",
    "reconstructed": "by_construction",
}
# A number that other printed ones leave is worth more than one that was built to agree with all of them.
_RANK = {basis: place for place, basis in enumerate(("collected", "register", "published", "reconstructed"))}
_OTHER_METHODS = (SUM_OF_UNROUNDED, *get_args(Rounding))

_NUMBERS = ("value", "identified_low", "identified_high")

_DUST = 1e-9


@dataclass(frozen=True)
class _Outcome:
    verdict: Verdict
    explanation: str
    reproduced: float | None = None
    evidence: Evidence = ""
    reason: str = ""


def replicate(
    published: pd.DataFrame,
    estimates: pd.DataFrame,
    codebook: Codebook,
    lang: Lang = "en",
    report: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Hold every printed number against the estimates of the same cell.

    Parameters
    ----------
    published
        Rows of `published.csv` (see `load_published`).
    estimates
        Rows of `estimates.csv`. Where a cell has several, the best evidence is held against print: a collected export
        or register before what follows from other printed numbers before a reconstruction, which was built to agree;
        what was computed before what was taken over. Another rounding or another base may explain a difference,
        unless print refutes that rule elsewhere.
    codebook
        The study's.
    lang
        Language of the explanations.
    report
        Printed rows of all waves, in which an explanation is looked for; those of `published` where none are given.
    findings
        What the audit of print found, its messages in `lang` (`published.audit`): what explains a number that differs.

    Returns
    -------
    DataFrame
        The printed rows in their order, with `reproduced`, `verdict`, `evidence` and `explanation`, and the `reason` of
        what does not simply agree.
    """
    cells = _Cells(estimates, anywhere=bool(codebook.code_lists))
    everything = published if report is None else report
    refuted = _refuted(published, cells)
    outcomes = []
    for _, row in published.iterrows():
        candidates = cells.of(row)
        if candidates.empty:
            reason = _why_no_data(row, codebook)
            outcomes.append(_Outcome("no_data", text(reason, lang), reason=reason))
            continue
        possible = [method for method in _OTHER_METHODS if (*_family(row), method) not in refuted]
        if row["statistic"] == "base" and len(codebook.variables[row["variable"]].weights) > 1:
            outcomes.append(_Outcome("no_data", text("replication.weighted", lang), reason="replication.weighted"))
            continue
        askings = _pooled_askings(row, codebook)
        each = candidates.assign(**{name: candidates[name] / askings for name in _NUMBERS})
        outcome = _judge(row, each, possible, lang)
        if askings > 1:
            pooled = text("replication.each_asking", lang, n=format_number(askings, lang))
            outcome = replace(outcome, explanation=f"{outcome.explanation} {pooled}")
        if outcome.verdict == "differs":
            reasons = explain(row, outcome.reproduced, everything, findings, codebook, lang)
            told = " ".join([outcome.explanation, *reasons.values()])
            outcome = replace(outcome, explanation=told, reason=list(reasons)[-1])
        outcomes.append(outcome)
    verdicts = pd.DataFrame(
        [(o.reproduced, o.verdict, o.evidence, o.explanation, o.reason) for o in outcomes],
        columns=[*COLUMNS, REASON],
        index=published.index,
    )
    return pd.concat([published, verdicts.astype({"reproduced": "float64"})], axis="columns")


class _Cells:
    """The estimates by cell, the best evidence first.

    In a survey an answer is one number, wherever the report prints it; elsewhere an item is part of what a number is.
    """

    def __init__(self, estimates: pd.DataFrame, anywhere: bool) -> None:
        # Weighted to be like all municipalities, a share is another number than the one that a report prints.
        estimates = estimates[estimates["method"] != POST_STRATIFIED]
        ranked = estimates.iloc[estimates["basis"].map(_RANK.__getitem__).argsort(kind="stable")]
        self._key = [name for name in KEY if not (anywhere and name == "item")]
        self._cells: dict[tuple[object, ...], pd.DataFrame] = dict(list(ranked.groupby(self._key, sort=False)))
        self._none = estimates.iloc[:0]

    def of(self, row: pd.Series) -> pd.DataFrame:
        """Return the estimates that a printed number can be held against."""
        found = self._cells.get(tuple(row[name] for name in self._key), self._none)
        # What follows from other printed numbers follows for the base that is printed here.
        stated = found["base"].notna() & pd.notna(row["base"])
        other_base = stated & (found["base"] != row["base"]) & (found["method"] == AS_RECOMPUTED)
        if (found["basis"] == "collected").any():
            # What an export says, or withholds, is not made up for by what print says of itself.
            other_base |= found["basis"] == "published"
        fitting: pd.DataFrame = found[~other_base]
        return fitting


def _pooled_askings(row: pd.Series, codebook: Codebook) -> int:
    """Return how many askings a printed base or count pools: print gives that of each, estimates that of all."""
    if row["statistic"] not in ("base", "count"):
        return 1
    return len(codebook.askings(row["variable"], parse_group(row["group"])))


def verdict_counts(replication: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Count the printed numbers by what their comparison is worth.

    Agreement by construction is counted apart and never as reproduced.

    Returns
    -------
    DataFrame
        Estimates of item `verdicts`: variables `total`, `equal`, `rounding` (by another named rule), `other_base`,
        `by_construction`, `differs` and `open`.
    """
    built = replication["evidence"] == "by_construction"
    agrees_somehow = replication["verdict"].isin(["equal", "rounding", "base"])
    counts = {
        "total": len(replication),
        "equal": int(((replication["verdict"] == "equal") & ~built).sum()),
        "rounding": int(((replication["verdict"] == "rounding") & ~built).sum()),
        "other_base": int(((replication["verdict"] == "base") & ~built).sum()),
        "by_construction": int((agrees_somehow & built).sum()),
        "differs": int((replication["verdict"] == "differs").sum()),
        "open": int(replication["verdict"].isin(["not_identified", "no_data"]).sum()),
    }
    return count_frame(counts, wave, "verdicts", "printed numbers of the wave")


def _family(row: pd.Series) -> tuple[str, ...]:
    return row["item"], row["variable"], row["statistic"]


def _refuted(published: pd.DataFrame, cells: _Cells) -> set[tuple[str, ...]]:
    """Return item, variable, statistic and method where a method gives another number than some printed one.

    A printed total that is the sum of the unrounded parts says nothing of how the parts were rounded.
    """
    refuted = set()
    for _, row in published.iterrows():
        candidates = cells.of(row)
        wrong = {
            estimate["method"]
            for _, estimate in candidates[candidates["value"].notna()].iterrows()
            if not agrees(row, float(estimate["value"]))
        }
        if SUM_OF_UNROUNDED in wrong or SUM_OF_UNROUNDED not in set(candidates["method"]):
            refuted |= {(*_family(row), method) for method in wrong}
    return refuted


def _judge(row: pd.Series, candidates: pd.DataFrame, possible: list[str], lang: Lang) -> _Outcome:
    declared = _declared(candidates)
    evidence = _EVIDENCE[declared["basis"]]
    if declared["basis"] == "published" and declared["method"] in TRANSCRIBED:
        evidence = "by_construction"
    how = text(f"method.{declared['method']}", lang)
    if pd.isna(declared["value"]) and pd.isna(declared["identified_low"]):
        return _Outcome("no_data", text("replication.withheld", lang), reason="replication.withheld")
    if pd.isna(declared["value"]):
        # A range that print leaves open is not made as the value would be, had it one.
        how = text("replication.every_export", lang) if declared["basis"] == "reconstructed" else how
        return _judge_range(row, declared, evidence, how, lang)
    reproduced = float(declared["value"])
    for rule in RULES:
        if agrees(row, reproduced, rule):
            verdict: Verdict = "equal" if rule == "half_up" else "rounding"
            key = "other_rule"
            if verdict == "equal":
                key = "equal" if abs(reproduced - row["value"]) < _DUST else "equal_as_printed"
            why = text(f"replication.{key}", lang, how=how, rule=text(f"rule.{rule}", lang))
            return _Outcome(verdict, why, reproduced, evidence, "" if verdict == "equal" else f"rule.{rule}")
    for _, other in candidates[candidates["method"].isin([*possible, *ON_BASE.values()])].iterrows():
        if agrees(row, float(other["value"])):
            shown = format_number(reproduced, lang, row["statistic"])
            reason = f"method.{other['method']}"
            why = text("replication.other_method", lang, how=how, rule=text(reason, lang), reproduced=shown)
            verdict = "base" if other["method"] in ON_BASE.values() else "rounding"
            return _Outcome(verdict, why, reproduced, evidence, reason)
    shown = format_number(reproduced, lang, row["statistic"])
    return _Outcome("differs", text("replication.differs", lang, how=how, reproduced=shown), reproduced, evidence)


def _declared(candidates: pd.DataFrame) -> pd.Series:
    """Return the estimate that is held against print: computed before taken over, a number before a range."""
    computed = candidates[~candidates["method"].isin(TRANSCRIBED)]
    chosen = candidates if computed.empty else computed
    valued = chosen[chosen["value"].notna()]
    # A range from other printed numbers says less than a number; but no number stands where there is none.
    follows = (chosen["method"] == AS_RECOMPUTED).any()
    return valued.iloc[0] if follows and len(valued) else chosen.iloc[0]


def _why_no_data(row: pd.Series, codebook: Codebook) -> str:
    """Return the key of the text that says why."""
    if codebook.variables[row["variable"]].kind == "themes":
        return "replication.themes"
    return "replication.unplaced" if row["variable"] == UNPLACED else "replication.no_data"


def _judge_range(row: pd.Series, declared: pd.Series, evidence: Evidence, how: str, lang: Lang) -> _Outcome:
    """Judge a number that is known as a range only: equal where all of it agrees, open where some of it does."""
    low, high = float(declared["identified_low"]), float(declared["identified_high"])
    if low > high:
        return _Outcome("differs", text("replication.empty_range", lang, how=how), None, evidence)
    shown = {
        "low": format_number(low, lang, row["statistic"]),
        "high": format_number(high, lang, row["statistic"]),
    }
    for rule in RULES:
        if agrees(row, low, rule) and agrees(row, high, rule):
            verdict: Verdict = "equal" if rule == "half_up" else "rounding"
            key = "whole_range" if verdict == "equal" else "whole_range_by_rule"
            why = text(f"replication.{key}", lang, how=how, rule=text(f"rule.{rule}", lang), **shown)
            return _Outcome(verdict, why, None, evidence, "" if verdict == "equal" else f"rule.{rule}")
    inside = agrees(row, min(max(low, float(row["value"])), high))
    verdict = "not_identified" if inside else "differs"
    key = "inside_range" if inside else "outside_range"
    return _Outcome(verdict, text(f"replication.{key}", lang, how=how, **shown), None, evidence)
