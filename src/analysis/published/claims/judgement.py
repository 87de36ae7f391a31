"""Claims held against the printed numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from analysis.codebook import Codebook
from analysis.lang import Lang
from analysis.models.two_shares import difference
from analysis.published.claims.cells import PERCENT, Cell, Cells, Reading
from analysis.published.claims.claim import Direction, groups_of, subjects_of
from analysis.published.claims.everyone import share_of_all
from analysis.published.claims.explanation import Words
from analysis.published.claims.rules import (
    ALIKE,
    SIGNIFICANTLY,
    Relation,
    Tests,
    Verdict,
    compared,
    order,
    side,
    verdict,
)

OUTPUT = ("wave", "item", "line", "direction", "subject", "groups", "verdict", "explanation")
"""Columns of `claims.csv` as an output (design, section 5)."""

_HALF = 50.0


@dataclass(frozen=True)
class _Outcome:
    verdict: Verdict
    reasons: tuple[str, ...]


def judge(claims: pd.DataFrame, published: pd.DataFrame, codebook: Codebook, lang: Lang = "en") -> pd.DataFrame:
    """Hold the verbal claims of a report against the numbers it prints.

    What is printed of each cell is looked up as `Cells` says. A cell with several exact numbers is judged by each of
    them: `not_testable` unless all lead to one verdict. Then:

    - Printed the other way round than claimed, beyond what rounding allows: `contradicted`, whatever is compared.
    - Answers of the same persons (other answers of one group, other askings of one question) and quantities that were
      counted rather than sampled, which all are that a study of `series` quotes: the order in print decides.
    - A question that each municipality of a study was asked once (`share_of_all`): the claim is about all of them. If
      it holds, or fails, whatever the missing ones would have answered, that decides before any test; else the test
      below, which is about municipalities in general. `significantly_…` is about the test alone.
    - Groups of different answerers: the difference of two shares (`difference`) at independence and at maximal
      dependence, where all answers of a municipality agree (`Codebook.clusters`; Kish). `supported` only if p < 0.05 at
      both, for every count that print allows. Two areas or waves of the same municipalities count as independent of
      each other: where answers of a municipality are alike, that is conservative.
    - `significantly_…`: `contradicted` if it is not significant at independence for any count that print allows.
    - `equal`, `similar`: `contradicted` if the difference is significant at both; `supported` if its 95 % interval at
      maximal dependence is below 10 points on either side (`SIMILAR_WITHIN`). Without a test: if the difference is.
    - `not_lower`, `not_higher`: `supported` if printed so.
    - No base in print, or a group against a whole that it is part of: only the order is told, and `not_testable` unless
      it is contrary.
    - Compared with several of which one is not printed: `not_testable`, unless what is printed is contrary.
    - A printed change on its own is held against no change: 0, or 1 where it is a factor (`times`).
    - `causes`: `not_testable`; print has no association, and a survey at one time would not show a cause.

    Parameters
    ----------
    claims
        As `load_claims` returns them.
    published
        Rows of `published.csv`, of all waves.
    codebook
        The study's.
    lang
        Language of the explanations.

    Returns
    -------
    DataFrame
        `OUTPUT`, one row for each claim in their order; the explanation has the printed numbers, their lines, the tests
        and the reason.
    """
    judged = _Judgement(Cells(published, codebook), codebook, lang)
    rows = []
    for _, claim in claims.iterrows():
        outcome = judged.of(claim)
        rows.append((*(claim[column] for column in OUTPUT[:-2]), outcome.verdict, " ".join(outcome.reasons)))
    return pd.DataFrame(rows, columns=list(OUTPUT)).astype({"wave": "int64", "line": "int64"})


class _Judgement:
    def __init__(self, cells: Cells, codebook: Codebook, lang: Lang) -> None:
        self._cells, self._codebook, self._words = cells, codebook, Words(codebook, lang)

    def of(self, claim: pd.Series) -> _Outcome:
        direction: Direction = claim["direction"]
        wave = int(claim["wave"])
        cells = [
            self._cells.of(wave, subject, group)
            for subject in subjects_of(claim["subject"])
            for group in groups_of(claim["groups"])
        ]
        shown = self._words.printed(cells, wave)
        if direction == "causes":
            return _Outcome("not_testable", (shown, self._words.text("causes")))
        outcomes = [self._judge(direction, cells, readings) for readings in self._readings(cells)]
        if len({outcome.verdict for outcome in outcomes}) > 1:
            return _Outcome("not_testable", (shown, self._words.text("disagree")))
        agreeing = (self._words.text("agree"),) if len(outcomes) > 1 else ()
        return _Outcome(outcomes[0].verdict, (shown, *outcomes[0].reasons, *agreeing))

    def _readings(self, cells: Sequence[Cell]) -> Iterable[tuple[Reading | None, ...]]:
        """Yield each way of reading the cells; None for one that is not printed."""
        return product(*(cell.readings or (None,) for cell in cells))

    def _judge(self, direction: Direction, cells: Sequence[Cell], readings: Sequence[Reading | None]) -> _Outcome:
        """Judge a claim on one reading of each cell."""
        if readings[0] is None:
            return _Outcome("not_testable", (self._words.text("first_not_printed"),))
        if len(cells) == 1:
            return self._judge_alone(direction, cells[0], readings[0])
        printed = list(zip(cells, readings, strict=True))
        outcomes = []
        for (one, first), (two, second) in compared(direction, printed):
            if first is not None and second is not None:
                outcomes.append(self._judge_pair(direction, (one, first), (two, second)))
            else:
                outcomes.append(_Outcome("not_testable", (self._words.text("other_not_printed"),)))
        verdicts = [outcome.verdict for outcome in outcomes]
        reasons = tuple(dict.fromkeys(reason for outcome in outcomes for reason in outcome.reasons))
        if "contradicted" in verdicts:
            return _Outcome("contradicted", reasons)
        return _Outcome("not_testable" if "not_testable" in verdicts else "supported", reasons)

    def _judge_alone(self, direction: Direction, cell: Cell, reading: Reading) -> _Outcome:
        """Judge more or less than half, or a printed change."""
        is_half = direction in ("majority", "minority")
        if is_half and reading.scale != PERCENT:
            return _Outcome("not_testable", (self._words.text("no_share"),))
        is_factor = self._codebook.variables[cell.subject[0]].unit == "times"
        everyone = share_of_all(self._codebook, cell, reading) if is_half else None
        told = (self._words.everyone_alone(everyone),) if everyone else ()
        match side(direction, everyone or reading, _HALF if is_half else float(is_factor)):
            case 1:
                return _Outcome("supported", (*told, self._words.text("as_claimed")))
            case -1:
                return _Outcome("contradicted", (*told, self._words.text("contrary")))
        return _Outcome("not_testable", (*told, self._words.text("open")))

    def _judge_pair(self, direction: Direction, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> _Outcome:
        """Judge one comparison; `one` is claimed to be the higher or, where the direction is down, the lower."""
        (cell, first), (_, second) = one, two
        if first.scale != second.scale:
            return _Outcome("not_testable", (self._words.text("scales"),))
        relation = self._relation(one, two)
        tested = self._tested(one, two) if relation == "test" else None
        everyone = self._everyone(one, two) if direction not in SIGNIFICANTLY else None
        reasons = [self._words.order(direction, first, second)]
        if everyone:
            reasons.append(self._words.everyone(direction, *everyone))
        if tested:
            effects = [self._cells.design_effect(each.group) for each, _ in (one, two)]
            reasons.append(self._words.test(tested, effects))
        elif not everyone:
            reasons.append(self._words.relation(relation, cell))
        found = verdict(direction, first, second, relation, tested, everyone)
        is_contrary = direction not in ALIKE and order(direction, first, second) < 0
        if found == "contradicted" and (is_contrary or not tested):
            reasons.append(self._words.text("by_print"))
        return _Outcome(found, tuple(reasons))

    def _everyone(self, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> tuple[Reading, Reading] | None:
        """Return the shares of all municipalities, None unless both are known."""
        first, second = (share_of_all(self._codebook, cell, reading) for cell, reading in (one, two))
        return (first, second) if first and second else None

    def _relation(self, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> Relation:
        (cell, reading), (other, _) = one, two
        question = self._codebook.variables[cell.subject[0]]
        if question.kind == "quantity" and (question.unit != "percent" or self._codebook.unit == "series"):
            return "order"
        apart = {key for key in cell.group.keys() & other.group.keys() if cell.group[key] != other.group[key]}
        if cell.group == other.group or (apart and apart <= set(question.asked_per)):
            return "order"
        if not apart:
            return "part"
        return "test" if reading.sample is not None and two[1].sample is not None else "no_base"

    def _tested(self, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> Tests:
        """Return the difference at independence and at maximal dependence."""
        samples = [reading.sample for _, reading in (one, two)]
        effects = [self._cells.design_effect(cell.group) for cell, _ in (one, two)]
        apart = [sample for sample in samples if sample is not None]
        thinned = [sample.thinned(effect) for sample, effect in zip(apart, effects, strict=True)]
        return difference(*apart), difference(*thinned)
