"""Claims held against the printed numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.labels import answer_label, group_labels
from analysis.lang import Lang, format_number, text
from analysis.published.claims.cells import PERCENT, Cell, Cells, Reading
from analysis.published.claims.claim import Direction, groups_of, subjects_of
from analysis.published.claims.difference import Difference, difference
from analysis.published.claims.rules import ALIKE, EXTREME, Relation, Tests, Verdict, compared, order, side, verdict

OUTPUT = ("wave", "item", "line", "direction", "subject", "groups", "verdict", "explanation")
"""Columns of `claims.csv` as an output (design, section 5)."""

_HALF = 50.0
_LEAST_SHOWN = 0.001


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
      counted rather than sampled: the order in print decides. What is compared with and not printed is passed over by
      `highest` and `lowest`, as long as something is printed.
    - Groups of different answerers: the difference of two shares (`difference`) at independence and at maximal
      dependence, where all answers of a municipality agree (`Codebook.clusters`; Kish). `supported` only if p < 0.05 at
      both, for every count that print allows. Two areas or waves of the same municipalities count as independent of
      each other: where answers of a municipality are alike, that is conservative.
    - `significantly_…`: `contradicted` if it is not significant at independence for any count that print allows.
    - `equal`, `similar`: `contradicted` if the difference is significant at both; `supported` if its 95 % interval at
      maximal dependence lies within ±10 points (`SIMILAR_WITHIN`).
    - `not_lower`, `not_higher`: `supported` if printed so.
    - No base in print, or a group against a whole that it is part of: only the order is told, and `not_testable` unless
      it is contrary.
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
        self._cells, self._codebook, self._lang = cells, codebook, lang

    def of(self, claim: pd.Series) -> _Outcome:
        direction: Direction = claim["direction"]
        wave = int(claim["wave"])
        cells = [
            self._cells.of(wave, subject, group)
            for subject in subjects_of(claim["subject"])
            for group in groups_of(claim["groups"])
        ]
        shown = text("claims.printed", self._lang, cells="; ".join(self._shown(cell, wave) for cell in cells))
        if direction == "causes":
            return _Outcome("not_testable", (shown, self._text("causes")))
        outcomes = [self._judge(direction, cells, readings) for readings in self._readings(cells)]
        if len({outcome.verdict for outcome in outcomes}) > 1:
            return _Outcome("not_testable", (shown, self._text("disagree")))
        agreeing = (self._text("agree"),) if len(outcomes) > 1 else ()
        return _Outcome(outcomes[0].verdict, (shown, *outcomes[0].reasons, *agreeing))

    def _readings(self, cells: Sequence[Cell]) -> Iterable[tuple[Reading | None, ...]]:
        """Yield each way of reading the cells; None for one that is not printed."""
        return product(*(cell.readings or (None,) for cell in cells))

    def _judge(self, direction: Direction, cells: Sequence[Cell], readings: Sequence[Reading | None]) -> _Outcome:
        """Judge a claim on one reading of each cell."""
        if readings[0] is None:
            return _Outcome("not_testable", (self._text("first_not_printed"),))
        if len(cells) == 1:
            return self._judge_alone(direction, readings[0])
        printed = list(zip(cells, readings, strict=True))
        outcomes = []
        for (one, first), (two, second) in compared(direction, printed):
            if first is not None and second is not None:
                outcomes.append(self._judge_pair(direction, (one, first), (two, second)))
            elif direction not in EXTREME:
                outcomes.append(_Outcome("not_testable", (self._text("other_not_printed"),)))
        if not outcomes:
            return _Outcome("not_testable", (self._text("other_not_printed"),))
        verdicts = [outcome.verdict for outcome in outcomes]
        reasons = tuple(dict.fromkeys(reason for outcome in outcomes for reason in outcome.reasons))
        if "contradicted" in verdicts:
            return _Outcome("contradicted", reasons)
        return _Outcome("not_testable" if "not_testable" in verdicts else "supported", reasons)

    def _judge_alone(self, direction: Direction, reading: Reading) -> _Outcome:
        """Judge more or less than half, or a printed change."""
        bound = _HALF if direction in ("majority", "minority") else 0.0
        if direction in ("majority", "minority") and reading.scale != PERCENT:
            return _Outcome("not_testable", (self._text("no_share"),))
        match side(direction, reading, bound):
            case 1:
                return _Outcome("supported", (self._text("as_claimed"),))
            case -1:
                return _Outcome("contradicted", (self._text("contrary"),))
        return _Outcome("not_testable", (self._text("open"),))

    def _judge_pair(self, direction: Direction, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> _Outcome:
        """Judge one comparison; `one` is claimed to be the higher or, where the direction is down, the lower."""
        (_, first), (_, second) = one, two
        if first.scale != second.scale:
            return _Outcome("not_testable", (self._text("scales"),))
        relation = self._relation(one, two)
        tested = self._tested(one, two) if relation == "test" else None
        reasons = (self._order(direction, first, second), *self._told(relation, tested, one, two))
        return _Outcome(verdict(direction, first, second, relation, tested), reasons)

    def _relation(self, one: tuple[Cell, Reading], two: tuple[Cell, Reading]) -> Relation:
        (cell, reading), (other, _) = one, two
        question = self._codebook.variables[cell.subject[0]]
        if question.kind == "quantity" and question.unit != "percent":
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

    def _order(self, direction: Direction, first: Reading, second: Reading) -> str:
        """Return what print shows of two cells, and how that agrees with the claim."""
        sign = order(direction, first, second)
        if direction in ALIKE:
            key = "pair_apart" if sign else "pair_open"
        else:
            key = {1: "pair_as_claimed", -1: "pair_contrary", 0: "pair_open"}[sign]
        return text(f"claims.{key}", self._lang, first=self._number(first), second=self._number(second))

    def _told(
        self,
        relation: Relation,
        tested: Tests | None,
        one: tuple[Cell, Reading],
        two: tuple[Cell, Reading],
    ) -> tuple[str, ...]:
        """Return why only the order counts, or what the tests give."""
        if tested is None:
            return (self._text(relation),)
        free, bound = tested
        effects = dict.fromkeys(self._decimals(self._cells.design_effect(cell.group), 1) for cell, _ in (one, two))
        ends = {name: format_number(end, self._lang) for name, end in (("low", bound.low), ("high", bound.high))}
        if free == bound:
            return (text("claims.test_once", self._lang, free=self._p(free), **ends),)
        effect = " / ".join(effects)
        return (text("claims.test", self._lang, free=self._p(free), bound=self._p(bound), effect=effect, **ends),)

    def _p(self, apart: Difference) -> str:
        """Return the p-values of all counts that print allows."""
        if math.isnan(apart.largest):
            return self._text("too_few")
        if apart.largest < _LEAST_SHOWN:
            return f"p < {self._decimals(_LEAST_SHOWN, 3)}"
        return "p = " + "–".join(dict.fromkeys(self._decimals(end, 3) for end in (apart.smallest, apart.largest)))

    def _decimals(self, number: float, places: int) -> str:
        shown = f"{number:.{places}f}"
        return shown.replace(".", ",") if self._lang == "da" else shown

    def _shown(self, cell: Cell, wave: int) -> str:
        """Return a cell and how it is printed."""
        variable, category = cell.subject
        label = answer_label(self._codebook, variable, category, wave, self._lang)
        of = ", ".join(group_labels(self._codebook, cell.group, wave, self._lang))
        printed = " / ".join(
            text("claims.reading", self._lang, printed=self._number(reading), line=reading.line)
            for reading in cell.readings
        )
        return f"{label}{f' ({of})' if of else ''}: {printed or self._text('nothing')}"

    def _number(self, reading: Reading) -> str:
        """Return a number as printed, a count with what it is of."""
        if reading.of is None:
            return reading.text
        return text("claims.count", self._lang, count=reading.text, base=reading.of)

    def _text(self, key: str) -> str:
        return text(f"claims.{key}", self._lang)
