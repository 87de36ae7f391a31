"""Made-up surveys, drawn at random, and what a report of one would print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from analysis.published.printed import RULES
from tests.published.audit.reports import AREAS, PURPOSES, SIZES, row

Rows = list[dict[str, Any]]
Counts = dict[str, int]

STAGES = ("old", "new", "planned", "never", "dont_know")
MEMBERS = {"yes": STAGES[:2], "no": STAGES[2:4]}


class Report:
    """What is printed of a survey: percentages rounded by one rule, to so many decimals.

    A sum of rounded parts stands for a group of answers where the rule says so.
    """

    def __init__(self, rule: str = "half_up", decimals: int = 0) -> None:
        self._rule = "half_up" if rule == "sum_of_rounded" else rule
        self._sums = rule == "sum_of_rounded"
        self._unit = Decimal(1).scaleb(-decimals)

    def rounded(self, count: Fraction | int, base: Fraction | int) -> Decimal:
        share = Fraction(100) * count / base
        return RULES[self._rule](Decimal(share.numerator) / Decimal(share.denominator) / self._unit) * self._unit

    def percent(self, variable: str, category: str, count: Fraction | int, of: Fraction | int, **others: Any) -> Any:
        value = self.rounded(count, of)
        return row(variable, category, float(value), f"{value}%".replace(".", ","), **others)

    def table(self, variable: str, counts: Mapping[str, int], base: int, shown: bool = True, **others: Any) -> Rows:
        """Return the percentages of a table, with its base where that is shown."""
        told = {"base": base} if shown else {}
        rows = [self.percent(variable, answer, count, base, **told, **others) for answer, count in counts.items()]
        return [*rows, row(variable, "", base, statistic="base", **others)] if shown else rows

    def groups(self, variable: str, counts: Mapping[str, int], of: int, **others: Any) -> Rows:
        """Return the percentages of groups of answers."""
        rows = []
        for group, members in MEMBERS.items():
            each = self.percent(variable, group, sum(counts[member] for member in members), of, **others)
            if self._sums:
                value = sum((self.rounded(counts[member], of) for member in members), Decimal(0))
                each |= {"value": float(value), "printed": f"{value}%".replace(".", ",")}
            rows.append(each)
        return rows


def summed(tables: Sequence[Mapping[str, int]]) -> Counts:
    return {answer: sum(table[answer] for table in tables) for answer in tables[0]}


def distributions(most: int = 20) -> st.SearchStrategy[Counts]:
    """Return how many gave each answer, one at least."""
    counts = st.lists(st.integers(0, most), min_size=len(STAGES), max_size=len(STAGES)).filter(any)
    return counts.map(lambda drawn: dict(zip(STAGES, drawn, strict=True)))


def in_words(variable: str, category: str, count: int, base: int, **others: Any) -> Rows:
    """Return a number told roughly, in each way that is true of it."""
    share = 100 * count / base
    rows = [
        row(variable, category, int(share), f"over {int(share)}%", qualifier="at_least", **others),
        row(variable, category, int(share) + 1, f"under {int(share) + 1}%", qualifier="at_most", **others),
        row(variable, category, 5 * round(share / 5), f"ca. {5 * round(share / 5)}%", qualifier="approx", **others),
    ]
    words = {"halvdelen": 0.5, "hver tredje": 0.333, "en fjerdedel": 0.25}
    told = [word for word, part in words.items() if abs(100 * part - share) < 2.4]
    return rows + [
        row(variable, category, words[word], word, statistic="share", qualifier="approx", **others) for word in told
    ]


@st.composite
def by_size(draw: st.DrawFn, report: Report) -> Rows:
    """Return a question with one answer: all and by size, counts and percentages, and what the text says of it."""
    parts = dict(zip(SIZES, draw(st.lists(distributions(), min_size=3, max_size=3)), strict=True))
    every = summed(list(parts.values()))
    base = sum(every.values())
    shown = draw(st.booleans())
    rows = report.table("plan", every, base, item="table_1")
    rows += [row("plan", answer, n, statistic="count", base=base, item="table_1") for answer, n in every.items()]
    for size, counts in parts.items():
        number = sum(counts.values())
        rows.append(row("answered", "", number, statistic="count", group=f"size:{size}"))
        rows += report.table("plan", counts, number, shown, item="figure_1", group=f"size:{size}")
        rows += report.groups("plan", counts, number, group=f"size:{size}")
    rows += report.groups("plan", every, base, base=base)
    answer = draw(st.sampled_from(STAGES))
    return rows + in_words("plan", answer, every[answer], base)


@st.composite
def several_answers(draw: st.DrawFn, report: Report) -> Rows:
    """Return a question with several answers, all and by size."""
    bases = dict(zip(SIZES, draw(st.lists(st.integers(1, 40), min_size=3, max_size=3)), strict=True))
    parts = {
        size: {option: draw(st.integers(0, base)) for option in ("money", "staff", "time")}
        for size, base in bases.items()
    }
    shown = draw(st.booleans())
    rows = report.table("reasons", summed(list(parts.values())), sum(bases.values()), item="table_2")
    for size, counts in parts.items():
        rows += report.table("reasons", counts, bases[size], shown, group=f"size:{size}")
    return rows


@st.composite
def per_purpose(draw: st.DrawFn, report: Report) -> Rows:
    """Return a question asked once per purpose: by area and purpose, and pooled over either and both."""
    cells = {(area, purpose): draw(distributions(12)) for area in AREAS for purpose in PURPOSES}
    shown = draw(st.booleans())
    rows = []
    for area in ("", *AREAS):
        for purpose in ("", *PURPOSES):
            counts = summed([each for (a, p), each in cells.items() if a in (area or a) and p in (purpose or p)])
            group = ";".join(f"{k}:{v}" for k, v in (("area", area), ("purpose", purpose)) if v) or "all"
            rows += report.table("use", counts, sum(counts.values()), shown and bool(purpose), group=group)
    return rows


@st.composite
def two_bases(draw: st.DrawFn, report: Report) -> Rows:
    """Return a question shown without don't knows, with them in the text, and one shown of all who were asked."""
    counts = draw(distributions())
    every = sum(counts.values())
    saying = {answer: number for answer, number in counts.items() if answer != "dont_know"}
    rows = [report.percent("known", "dont_know", counts["dont_know"], every)]
    if any(saying.values()):
        rows += report.table("known", saying, sum(saying.values()), item="table_4")
    rows += (
        report.percent("known", "old", counts["old"], every, base=every),
        *in_words("known", "new", counts["new"], every),
    )
    return rows + report.table("asked", counts, every + draw(st.integers(0, 9)), item="table_3")


@st.composite
def half_weights(draw: st.DrawFn, report: Report) -> Rows:
    """Return a question of which some answers weigh a half: the base counts answers, the percentages weights."""
    whole = {answer: draw(st.integers(0, 15)) for answer in ("yes", "no")}
    halves = {answer: draw(st.integers(0, 15)) for answer in ("yes", "no")}
    weights = {answer: whole[answer] + Fraction(halves[answer], 2) for answer in whole}
    together = sum(weights.values(), Fraction(0))
    if not together:
        return []
    base = sum(whole.values()) + sum(halves.values())
    return [
        row("chief", "", base, statistic="base", item="figure_1"),
        *(
            report.percent("chief", each, weight, together, base=base, item="figure_1")
            for each, weight in weights.items()
        ),
    ]


def surveys(rule: str = "half_up") -> st.SearchStrategy[Rows]:
    """Return what a report prints of a question, all of it rounded by one rule."""
    kinds: Sequence[Callable[[Report], st.SearchStrategy[Rows]]] = (
        by_size,
        several_answers,
        per_purpose,
        two_bases,
        half_weights,
    )
    reports = st.sampled_from([Report(rule), Report(rule, decimals=1)])
    return st.tuples(st.sampled_from(kinds), reports).flatmap(lambda drawn: drawn[0](drawn[1])).filter(bool)
