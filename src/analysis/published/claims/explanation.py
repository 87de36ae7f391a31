"""Verdicts of claims in words: what is printed, on which lines, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.codebook import Codebook
from analysis.codebook.labels import answer_label, group_labels
from analysis.lang import Lang, decimal_sign, format_number, text
from analysis.models.two_shares import Difference
from analysis.published.claims.cells import Cell, Reading
from analysis.published.claims.claim import Direction
from analysis.published.claims.rules import ALIKE, Relation, Tests, of_everyone, order

_LEAST_SHOWN = 0.001


class Words:
    """The sentences of an explanation, in one language."""

    def __init__(self, codebook: Codebook, lang: Lang) -> None:
        self._codebook, self._lang = codebook, lang

    def text(self, key: str, **values: object) -> str:
        """Return a text of the claims."""
        return text(f"claims.{key}", self._lang, **values)

    def printed(self, cells: Sequence[Cell], wave: int) -> str:
        """Return how cells are printed; what they have in common is said once, first."""
        shown = [
            " / ".join(
                self.text("reading", printed=self._number(reading), line=", ".join(map(str, reading.lines)))
                for reading in cell.readings
            )
            or self.text("nothing")
            for cell in cells
        ]
        heading, labels = self._labels(cells, wave)
        listed = "; ".join(f"{label}: {numbers}" for label, numbers in zip(labels, shown, strict=True))
        return self.text("printed", cells=" – ".join(filter(None, (heading, listed))))

    def order(self, direction: Direction, first: Reading, second: Reading) -> str:
        """Return what print shows of two cells, and how that agrees with the claim."""
        sign = order(direction, first, second)
        if direction in ALIKE:
            key = "pair_apart" if sign else "pair_open"
        else:
            key = {1: "pair_as_claimed", -1: "pair_contrary", 0: "pair_open"}[sign]
        return self.text(key, first=self._number(first), second=self._number(second))

    def relation(self, relation: Relation, cell: Cell) -> str:
        """Return why only the order counts."""
        is_quantity = self._codebook.variables[cell.subject[0]].kind == "quantity"
        return self.text("counted" if relation == "order" and is_quantity else relation)

    def everyone(self, direction: Direction, first: Reading, second: Reading) -> str:
        """Return what holds of all municipalities, whatever those that are missing would have answered."""
        return self.text(
            f"everyone_{of_everyone(direction, first, second)}",
            population=self._codebook.population,
            shares=self._share(first) + self.text("against") + self._share(second),
        )

    def everyone_alone(self, share: Reading) -> str:
        """Return the share of all municipalities, whatever those that are missing would have answered."""
        return self.text("everyone", population=self._codebook.population, share=self._share(share))

    def test(self, tests: Tests, effects: Sequence[float]) -> str:
        """Return the tests at independence and at maximal dependence, the design effects of the latter."""
        free, bound = tests
        ends = {name: format_number(end, self._lang) for name, end in (("low", bound.low), ("high", bound.high))}
        if self._codebook.unit == "municipality":
            return self.text("test_municipalities", free=self._p(free), **ends)
        if free == bound:
            return self.text("test_once", free=self._p(free), **ends)
        effect = " / ".join(dict.fromkeys(self._decimals(each, 1) for each in effects))
        return self.text("test", free=self._p(free), bound=self._p(bound), effect=effect, **ends)

    def _labels(self, cells: Sequence[Cell], wave: int) -> tuple[str, list[str]]:
        """Return what cells have in common, and what sets each apart."""
        subjects = [cell.subject for cell in cells]
        whole = [answer_label(self._codebook, *subject, wave, self._lang) for subject in subjects]
        groups = [", ".join(group_labels(self._codebook, cell.group, wave, self._lang)) for cell in cells]
        if len(cells) == 1:
            return "", [f"{whole[0]} ({groups[0]})" if groups[0] else whole[0]]
        if len(set(subjects)) == 1:
            return whole[0], [group or self.text("all") for group in groups]
        questions = [answer_label(self._codebook, variable, "", wave, self._lang) for variable, _ in subjects]
        answers = [
            self._codebook.answers_of(variable, wave)[category][self._lang] if category else ""
            for variable, category in subjects
        ]
        common, apart = "", whole
        if len({variable for variable, _ in subjects}) == 1:
            common, apart = questions[0], answers
        elif len(set(answers)) == 1:
            common, apart = answers[0], questions
        return ", ".join(filter(None, (common, groups[0]))), apart

    def _number(self, reading: Reading) -> str:
        """Return a number as printed, a count with what it is of."""
        if reading.of is None:
            return reading.text
        return self.text("count", count=reading.text, base=reading.of)

    def _share(self, share: Reading) -> str:
        """Return the smallest and the largest share."""
        ends = dict.fromkeys(format_number(end, self._lang, "percent", unit=False) for end in (share.low, share.high))
        return self.text("share", ends="–".join(ends))

    def _p(self, apart: Difference) -> str:
        """Return the p-values of all counts that print allows."""
        if math.isnan(apart.largest):
            return self.text("too_few")
        if apart.largest < _LEAST_SHOWN:
            return f"p < {self._decimals(_LEAST_SHOWN, 3)}"
        return "p = " + "–".join(dict.fromkeys(self._decimals(end, 3) for end in (apart.smallest, apart.largest)))

    def _decimals(self, number: float, places: int) -> str:
        return decimal_sign(f"{number:.{places}f}", self._lang)
