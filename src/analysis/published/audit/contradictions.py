"""Numbers of a question that cannot all be true, by the shape of the contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import join_group, parse_group
from analysis.lang import Lang, format_number, text
from analysis.published import TEXT
from analysis.published.audit.findings import Finding, Kind, Place, Severity
from analysis.published.audit.numbers import Printed, Question, counts_within, questions
from analysis.published.audit.system import Contradiction, Partition, System
from analysis.published.printed import RULES

_UNIT_OF = {"municipality": "municipalities", "respondent": "answers", "municipality_area": "answers"}


def contradictions(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield what contradicts itself or another printed number of the same question.

    First any way of rounding is admitted: what contradicts itself even then is an error. What is left is then held
    against rounding half up, once.

    Parameters
    ----------
    published
        Rows of `published.csv`.
    codebook
        The study's.
    lang
        Language of the messages.
    """
    for question in questions(published, codebook):
        partitions = _partitions(published, codebook, question)
        complete = _complete(question, codebook)
        bases = sorted(set(published.loc[_is_base(published, question.wave), "value"]))
        describe = _Describer(question, codebook, lang, [Fraction(int(base)) for base in bases])
        system = System(question, partitions, complete, wide=True)
        found = system.contradictions()
        swapped = set()
        for one, two in _swapped(question, found, partitions, complete):
            swapped |= {one.given_up.position, two.given_up.position}
            yield describe.swapped(one, two)
        yield from (describe.finding(each, "error", system) for each in found if each.given_up.position not in swapped)
        left = _without(question, {each.given_up.position for each in found})
        if left.numbers:
            strict = System(left, partitions, _still(complete, left), wide=False)
            yield from (describe.finding(each, "rounding", strict) for each in strict.contradictions())


def _is_base(published: pd.DataFrame, wave: int) -> pd.Series:
    return (published["statistic"] == "base") & (published["wave"] == wave)


def _partitions(published: pd.DataFrame, codebook: Codebook, question: Question) -> list[Partition]:
    """Return the dimensions that divide a whole.

    Size classes do, those of which the codebook says so, pooled askings, and municipalities where all are printed.
    """
    pooled = codebook.variables[question.variable].asked_per
    named = sorted({each.group["municipality"] for each in question.numbers if "municipality" in each.group})
    found = [Partition("size", tuple(codebook.size_classes), _largest(published, codebook, question.wave))]
    found += [
        Partition(key, tuple(dimension.values), {})
        for key, dimension in codebook.groups.items()
        if dimension.partition or key in pooled
    ]
    if len(named) == codebook.population:
        found.append(Partition("municipality", tuple(named), {}))
    return found


def _largest(published: pd.DataFrame, codebook: Codebook, wave: int) -> dict[str, float]:
    """Return size class -> how many answered in it, at most: the largest number that print gives for it."""
    unit = _UNIT_OF.get(codebook.unit)
    of_unit = published["variable"].map(lambda name: codebook.variables[name].unit == unit)
    counted = (published["statistic"] == "count") & of_unit & (published["category"] == "")
    rows = published[(published["wave"] == wave) & ((published["statistic"] == "base") | counted)]
    largest: dict[str, float] = {}
    for group, value in zip(rows["group"], rows["value"], strict=True):
        parts = parse_group(group)
        if set(parts) == {"size"}:
            largest[parts["size"]] = max(largest.get(parts["size"], 0.0), float(value))
    return largest


def _complete(question: Question, codebook: Codebook) -> list[frozenset[int]]:
    """Return the numbers of each item, group and base that give every answer: they add up to the base.

    Not where the item's percentages are of all who were asked: some may have left the question blank.
    """
    if not question.exclusive:
        return []
    single = {category for category, members in question.members.items() if category and members == (category,)}
    sets: dict[tuple[object, ...], dict[str, int]] = {}
    for number in question.numbers:
        item = codebook.items.get(number.item)
        if number.item == TEXT or number.category not in single or (item and item.base == "asked"):
            continue
        kind = "percent" if number.is_percent else "count"
        sets.setdefault((number.item, join_group(number.group), number.base, kind), {})[number.category] = (
            number.position
        )
    return [frozenset(found.values()) for found in sets.values() if single and set(found) == single]


def _still(complete: Sequence[frozenset[int]], question: Question) -> list[frozenset[int]]:
    positions = {number.position for number in question.numbers}
    return [found for found in complete if found <= positions]


def _without(question: Question, given_up: set[int]) -> Question:
    return replace(question, numbers=tuple(each for each in question.numbers if each.position not in given_up))


def _swapped(
    question: Question,
    found: Sequence[Contradiction],
    partitions: Sequence[Partition],
    complete: Sequence[frozenset[int]],
) -> Iterator[tuple[Contradiction, Contradiction]]:
    """Yield pairs of contradictions that both vanish when the two numbers change places in their table."""
    free = {each.given_up.position for each in found}
    for place, one in enumerate(found):
        for two in found[place + 1 :]:
            a, b = one.given_up, two.given_up
            same_table = a.item == b.item != TEXT and (a.statistic, a.base) == (b.statistic, b.base)
            if not same_table or (a.group == b.group) == (a.category == b.category):
                continue
            kept = [number for number in question.numbers if number.position not in free]
            changed = [replace(a, value=b.value, high=b.high), replace(b, value=a.value, high=a.high)]
            mended = replace(question, numbers=(*kept, *changed))
            system = System(mended, partitions, _still(complete, mended), wide=True)
            if system.holds([number.position for number in mended.numbers]):
                yield one, two


class _Describer:
    """Puts a contradiction into words."""

    def __init__(self, question: Question, codebook: Codebook, lang: Lang, bases: Sequence[Fraction]) -> None:
        self._question = question
        self._codebook = codebook
        self._lang = lang
        self._bases = bases

    def swapped(self, one: Contradiction, two: Contradiction) -> Finding:
        """Return the finding of two numbers that fit when they change places."""
        a, b = one.given_up, two.given_up
        message = self._say("swapped_rows", number=a.text, other=b.text, cell=self._cell(a), other_cell=self._cell(b))
        others = (_place(b), *(_place(number) for number in one.others))
        return Finding("swapped_rows", "error", "likely", message, _place(a), others, b.text)

    def finding(self, found: Contradiction, severity: Severity, system: System) -> Finding:
        """Return the finding of a contradiction."""
        number, others = found.given_up, found.others
        kind = self._kind(number, others)
        if kind in ("outside_range", "by_group"):
            # Told of the whole, whichever of them is given up.
            number, *rest = sorted((number, *others), key=lambda each: (len(each.group), each.position))
            others = tuple(rest)
        if severity == "error" and any(each.qualifier == "approx" for each in (number, *others)):
            severity = "ambiguity"
        message = self._message(kind, number, others)
        recomputed = self._recomputed(number, system.allowed(number, others)) if others else ""
        if recomputed:
            message = f"{message} {self._say('allowed', allowed=recomputed)}"
        fits = self._other_base(number, others) if kind in ("impossible_percentage", "count_percent") else None
        rules = self._rules(number, others) if severity == "rounding" else []
        if severity == "error" and fits is not None:
            kind = "other_base"
            message = f"{message} {self._say('fits_base', base=format_number(float(fits), self._lang))}"
        if rules:
            named = ", ".join(text(f"audit.rule_{rule}", self._lang) for rule in rules)
            message = f"{message} {self._say('fits_rule', rules=named)}"
        return Finding(kind, severity, "certain", message, _place(number), tuple(map(_place, others)), recomputed)

    def _kind(self, number: Printed, others: Sequence[Printed]) -> Kind:
        every = (number, *others)
        if not others:
            return "impossible_percentage"
        if len({join_group(each.group) for each in every}) > 1:
            return "outside_range" if self._outside(every) else "by_group"
        if len({each.category for each in every}) > 1:
            return "distribution"
        return "count_percent" if len({each.is_percent for each in every}) > 1 else "two_values"

    def _outside(self, every: Sequence[Printed]) -> bool:
        """Tell whether a total is below or above all of its parts: then no bases could make it right."""
        fewest = min(len(each.group) for each in every)
        totals = [each for each in every if len(each.group) == fewest]
        parts = [each for each in every if len(each.group) > fewest]
        if len({each.category for each in every}) > 1 or len(totals) != 1 or not all(each.is_percent for each in every):
            return False
        low, high = totals[0].window(wide=True)
        lows, highs = zip(*(each.window(wide=True) for each in parts), strict=True)
        above = low is not None and all(end is not None and low >= end for end in highs)
        below = high is not None and all(end is not None and high <= end for end in lows)
        return above or below

    def _message(self, kind: Kind, number: Printed, others: Sequence[Printed]) -> str:
        if kind == "impossible_percentage":
            assert number.base is not None
            return self._say(
                kind,
                number=number.text,
                cell=self._cell(number),
                base=format_number(float(number.base), self._lang),
                nearest=self._nearest(number, number.base),
            )
        listed = "; ".join(f"{each.text} ({self._where(each)}: {self._cell(each)})" for each in others)
        return self._say(kind, number=number.text, cell=self._cell(number), others=listed)

    def _nearest(self, number: Printed, base: Fraction) -> str:
        """Return the percentages on either side of an impossible one, with their counts."""
        least = self._question.least
        below = int(number.value * base / 100 / least) * least
        told = [
            f"{float(count):g} = {format_number(float(100 * count / base), self._lang, 'percent')}"
            for count in (below, below + least)
            if 0 <= count <= base
        ]
        return text("audit.or", self._lang).join(told)

    def _recomputed(self, number: Printed, allowed: tuple[float, float] | None) -> str:
        """Return what the others leave a number, as text."""
        if allowed is None:
            return ""
        statistic = "percent" if number.is_percent else number.statistic
        ends = [format_number(end, self._lang, statistic) for end in allowed]
        return "–".join(dict.fromkeys(ends))

    def _other_base(self, number: Printed, others: Sequence[Printed]) -> Fraction | None:
        """Return a base printed elsewhere on which all percentages of the table or group are possible."""
        every = [
            each
            for each in self._question.numbers
            if each.is_percent and each.base == number.base and (each.item, each.group) == (number.item, number.group)
        ]
        counts = {each.category: each.value for each in others if not each.is_percent}
        if not number.is_percent:
            counts[number.category] = number.value
        for base in self._bases:
            if base != number.base and all(self._suits(each, base, counts.get(each.category)) for each in every):
                return base
        return None

    def _suits(self, number: Printed, base: Fraction, count: Fraction | None) -> bool:
        smallest, largest = counts_within(*number.window(wide=False), base, self._question.least)
        if count is None:
            return smallest <= largest
        return smallest <= count / self._question.least <= largest

    def _rules(self, number: Printed, others: Sequence[Printed]) -> list[str]:
        """Return the ways of rounding that explain a single impossible percentage."""
        if others or number.base is None or not number.step:
            return []
        found = []
        for name, rule in RULES.items():
            counts = range(int(number.base / self._question.least) + 1)
            shares = (100 * count * self._question.least / number.base / number.step for count in counts)
            rounded = (rule(Decimal(share.numerator) / Decimal(share.denominator)) for share in shares)
            if any(Fraction(steps) * number.step == number.value for steps in rounded):
                found.append(name)
        members = self._question.members[number.category]
        return found or (["sum_of_rounded"] if len(members) > 1 else [])

    def _cell(self, number: Printed) -> str:
        """Return which answer of whom a number is of."""
        variable = self._codebook.variables[self._question.variable]
        answers = self._codebook.answers_of(self._question.variable, self._question.wave)
        parts = [variable.label[self._lang]]
        if number.category:
            parts.append(answers[number.category][self._lang])
        for key, value in number.group.items():
            labels = self._codebook.group_values(key, self._question.wave)
            parts.append(labels[value][self._lang] if value in labels else value)
        return ", ".join(parts)

    def _where(self, number: Printed) -> str:
        return text("audit.line", self._lang, line=number.line)

    def _say(self, key: str, **values: str) -> str:
        return text(f"audit.{key}", self._lang, **values)


def _place(number: Printed) -> Place:
    return Place(number.item, number.line, number.text)
