"""Numbers of a question that cannot all be true, by the shape of the contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import join_group, parse_group
from analysis.codebook.labels import answer_label, group_labels
from analysis.lang import Lang, format_number, text
from analysis.published import TEXT
from analysis.published.audit.findings import Finding, Kind, Place, Severity
from analysis.published.audit.numbers import (
    OTHER_ROUNDINGS,
    Printed,
    Question,
    Rounding,
    counts_within,
    questions,
)
from analysis.published.audit.system import Contradiction, Partition, System

_UNIT_OF = {"municipality": "municipalities", "respondent": "answers", "municipality_area": "answers"}


def contradictions(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield what contradicts itself or another printed number of the same question.

    Numbers are taken as rounded half up. What then has to be given up is a question of rounding if some other rule, of
    any of the numbers, makes it fit with all that are kept; else it is an error.

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
        system = System(question, partitions, complete)
        found = system.contradictions()
        given_up = {each.given_up.position for each in found}
        kept = [number.position for number in question.numbers if number.position not in given_up]
        rounded = {rule: System(question, partitions, complete, rule) for rule in OTHER_ROUNDINGS} if found else {}
        rules = {
            each.given_up.position: [
                rule for rule, other in rounded.items() if other.holds([*kept, each.given_up.position])
            ]
            for each in found
        }
        swapped: set[int] = set()
        errors = [each for each in found if not rules[each.given_up.position]]
        for exchange in _swapped(question, errors, given_up, partitions, complete):
            if not swapped & exchange.explained:
                swapped |= exchange.explained
                yield describe.swapped(exchange)
        for each in found:
            position = each.given_up.position
            if position in swapped:
                continue
            alone = [rule for rule, other in rounded.items() if not each.others and other.holds([position])]
            yield describe.finding(each, rules[position] or alone, system)
            if alone and not rules[position]:
                # Rounded otherwise it is possible, but not with what else is printed.
                other = rounded[alone[0]]
                yield describe.finding(other.excluded(position, kept), [], other)


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
    """Return size class -> how many answered in it, at most: the largest number that print gives for it.

    Not the base of a question: of another one, more may have been asked, or have answered.
    """
    unit = _UNIT_OF.get(codebook.unit)
    of_unit = published["variable"].map(lambda name: codebook.variables[name].unit == unit).astype(bool)
    counted = published["statistic"].isin(["base", "count"]) & of_unit & (published["category"] == "")
    rows = published[(published["wave"] == wave) & counted]
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
    answers = {answer for members in question.members.values() for answer in members if answer}
    variable = codebook.variables[question.variable]
    saying = set(codebook.codes_of(question.variable, question.wave).substantive) if variable.codes else answers
    sets: dict[tuple[object, ...], dict[str, int]] = {}
    for number in question.numbers:
        item = codebook.items.get(number.item)
        if number.item == TEXT or not number.category or (item and item.base == "asked"):
            continue
        key = (
            number.position in question.substantive,
            number.item,
            join_group(number.group),
            number.base,
            number.is_percent,
        )
        sets.setdefault(key, {})[number.category] = number.position
    return [
        frozenset(found[category] for category in cover)
        for key, found in sets.items()
        for cover in _covers(saying if key[0] else answers, {name: set(question.members[name]) for name in found})
    ]


def _covers(answers: set[str], members: dict[str, set[str]]) -> Iterator[list[str]]:
    """Yield the categories of which every answer is in one, and in one only."""
    if not answers:
        yield []
        return
    first = min(answers)
    for category, counted in members.items():
        if first in counted <= answers:
            yield from ([category, *cover] for cover in _covers(answers - counted, members))


def _still(complete: Sequence[frozenset[int]], question: Question) -> list[frozenset[int]]:
    """Return the complete sets of which no number is left out."""
    positions = {number.position for number in question.numbers}
    return [found for found in complete if found <= positions]


@dataclass(frozen=True)
class _Exchange:
    """Two numbers of a table that fit when they change places.

    `others` is what they contradict as they stand, `explained` the positions that need not be given up then.
    """

    one: Printed
    two: Printed
    others: tuple[Printed, ...]
    explained: frozenset[int]


def _swapped(
    question: Question,
    errors: Sequence[Contradiction],
    given_up: set[int],
    partitions: Sequence[Partition],
    complete: Sequence[frozenset[int]],
) -> Iterator[_Exchange]:
    """Yield numbers that make two errors vanish when they, or all of their cells, change places."""
    for first, second in combinations(errors, 2):
        involved = [(first.given_up, *first.others), (second.given_up, *second.others)]
        for one, two in product(*involved):
            if not _are_neighbours(one, two):
                continue
            alone = [one], [two]
            cells = [[each for each in question.numbers if _cell_of(each) == _cell_of(number)] for number in (one, two)]
            for ones, twos in (alone, cells):
                moved = {each.position: _moved(each, two) for each in ones}
                moved |= {each.position: _moved(each, one) for each in twos}
                explained = {first.given_up.position, second.given_up.position, *given_up & set(moved)}
                fits = [
                    moved.get(each.position, each)
                    for each in question.numbers
                    if each.position not in given_up - explained
                ]
                mended = replace(question, numbers=tuple(fits))
                if System(mended, partitions, _still(complete, mended)).holds([each.position for each in fits]):
                    others = {each.position: each for many in involved for each in many}
                    told = [others[position] for position in sorted(set(others) - {one.position, two.position})]
                    yield _Exchange(one, two, tuple(told), frozenset(explained))


def _moved(number: Printed, to: Printed) -> Printed:
    """Return a number as it would be in another one's cell."""
    return replace(number, group=to.group, category=to.category, base=to.base)


def _cell_of(number: Printed) -> tuple[str, str, str]:
    return number.item, join_group(number.group), number.category


def _are_neighbours(one: Printed, two: Printed) -> bool:
    """Tell whether two numbers stand in one row or one column of a table."""
    same_table = one.item == two.item != TEXT and one.statistic == two.statistic
    return same_table and (one.group == two.group) != (one.category == two.category)


class _Describer:
    """Puts a contradiction into words."""

    def __init__(self, question: Question, codebook: Codebook, lang: Lang, bases: Sequence[Fraction]) -> None:
        self._question = question
        self._codebook = codebook
        self._lang = lang
        self._bases = bases

    def swapped(self, found: _Exchange) -> Finding:
        """Return the finding of two numbers that fit when they change places."""
        a, b = found.one, found.two
        message = self._say("swapped_rows", number=a.text, other=b.text, cell=self._cell(a), other_cell=self._cell(b))
        others = tuple(_place(number) for number in (b, *found.others))
        return Finding("swapped_rows", "error", "likely", message, _place(a), others, b.text)

    def finding(self, found: Contradiction, rules: Sequence[Rounding], system: System) -> Finding:
        """Return the finding of a contradiction; `rules` are ways of rounding that resolve it."""
        number, others = found.given_up, found.others
        kind = self._kind(number, others)
        if kind in ("outside_range", "by_group"):
            # Told of the whole, whichever of them is given up.
            number, *rest = sorted((number, *others), key=lambda each: (len(each.group), each.position))
            others = tuple(rest)
        severity: Severity = "rounding" if rules else "error"
        if any(each.qualifier == "approx" for each in (number, *others)):
            severity = "ambiguity"
        message = self._message(kind, number, others)
        recomputed = self._recomputed(number, system.allowed(number, others)) if others else ""
        if recomputed:
            message = f"{message} {self._say('allowed', allowed=recomputed)}"
        fits = self._other_base(number, others) if kind in ("impossible_percentage", "count_percent") else None
        if kind == "distribution":
            fits = self._sum_is_base(number, others)
        if severity == "error" and fits is not None:
            kind = "other_base"
            message = f"{message} {self._say('fits_base', base=format_number(float(fits), self._lang))}"
        if severity == "rounding":
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
        low, high = totals[0].window()
        keys = {key for part in parts for key in part.group}
        every_part = [
            each
            for each in self._question.numbers
            if each.is_percent and each.category == totals[0].category and set(each.group) == keys
        ]
        lows, highs = zip(*(each.window() for each in [*parts, *every_part]), strict=True)
        above = low is not None and all(end is not None and low >= end for end in highs)
        below = high is not None and all(end is not None and high <= end for end in lows)
        return above or below

    def _message(self, kind: Kind, number: Printed, others: Sequence[Printed]) -> str:
        if kind == "impossible_percentage" and number.base is None:
            return self._say("impossible_on_any_base", number=number.text, cell=self._cell(number))
        if kind == "impossible_percentage" and number.base is not None:
            return self._say(
                kind,
                number=number.text,
                cell=self._cell(number),
                base=format_number(float(number.base), self._lang),
                nearest=self._nearest(number, number.base),
            )
        listed = "; ".join(f"{each.text} ({self._apart(each, number)})" for each in others)
        return self._say(kind, number=number.text, cell=self._cell(number), others=listed)

    def _nearest(self, number: Printed, base: Fraction) -> str:
        """Return the percentages on either side of an impossible one, with their counts."""
        least = self._question.least
        below = min(int(number.value * base / 100 / least) * least, base)
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
        # One percentage fits some other base only too easily.
        enough = len(every) > 1 or bool(counts)
        for base in self._bases:
            if (
                enough
                and base != number.base
                and all(self._suits(each, base, counts.get(each.category)) for each in every)
            ):
                return base
        return None

    def _sum_is_base(self, number: Printed, others: Sequence[Printed]) -> Fraction | None:
        """Return the base that the counts of all answers add up to, where the report prints it too."""
        every = (number, *others)
        if any(each.is_percent or each.item != number.item for each in every):
            return None
        together = sum((each.value for each in every), Fraction(0))
        return together if together in self._bases else None

    def _suits(self, number: Printed, base: Fraction, count: Fraction | None) -> bool:
        smallest, largest = counts_within(*number.window(), base, self._question.least)
        if count is None:
            return smallest <= largest
        return smallest <= count / self._question.least <= largest

    def _cell(self, number: Printed) -> str:
        """Return which answer of whom a number is of."""
        label = answer_label(self._codebook, self._question.variable, number.category, self._question.wave, self._lang)
        return ", ".join([label, *group_labels(self._codebook, number.group, self._question.wave, self._lang)])

    def _apart(self, number: Printed, other: Printed) -> str:
        """Return the line of a number, and what sets its cell apart from another of the same question."""
        codebook, wave = self._codebook, self._question.wave
        parts = []
        if number.category != other.category:
            answers = codebook.answers_of(self._question.variable, wave)
            label = answers[number.category] if number.category else codebook.variables[self._question.variable].label
            parts.append(label[self._lang])
        if number.group != other.group:
            own = {key: value for key, value in number.group.items() if other.group.get(key) != value}
            parts += group_labels(codebook, own, wave, self._lang) or [text("claims.all", self._lang)]
        line = text("audit.line", self._lang, line=number.line)
        return f"{line}: {', '.join(parts)}" if parts else line

    def _say(self, key: str, **values: str) -> str:
        return text(f"audit.{key}", self._lang, **values)


def _place(number: Printed) -> Place:
    return Place(number.item, number.line, number.text)
