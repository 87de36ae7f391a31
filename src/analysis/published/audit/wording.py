"""Contradictions put into words: of what kind they are, where they stand, what the others leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from analysis.codebook import Codebook
from analysis.codebook.groups import join_group
from analysis.codebook.labels import cell_label, group_labels
from analysis.lang import Lang, format_number, text
from analysis.published.audit.exchanges import Exchange
from analysis.published.audit.findings import Certainty, Finding, Kind, Place, Severity
from analysis.published.audit.numbers import Printed, Question, Rounding, place_of
from analysis.published.audit.other_bases import base_of_numbers, base_that_counts_make
from analysis.published.audit.references import item_number
from analysis.published.audit.system import Contradiction, System


class Describer:
    """Puts contradictions of a question into words.

    Parameters
    ----------
    question, codebook, lang
        What is printed, the study and the language.
    bases
        Group -> base -> where it is printed, of the wave.
    """

    def __init__(
        self,
        question: Question,
        codebook: Codebook,
        lang: Lang,
        bases: Mapping[str, Mapping[Fraction, Sequence[Place]]],
    ) -> None:
        self._question = question
        self._codebook = codebook
        self._lang = lang
        self._bases = bases

    def swapped(self, found: Exchange) -> Finding:
        """Return the finding of two numbers that fit when they change places."""
        a, b = found.one, found.two
        message = self._say("swapped_rows", number=a.text, other=b.text, cell=self._cell(a), other_cell=self._cell(b))
        others = tuple(place_of(number) for number in (b, *found.others))
        return Finding("swapped_rows", "error", "likely", message, place_of(a), others, b.text)

    def finding(
        self, found: Contradiction, rules: Sequence[Rounding], system: System, kept: Sequence[Printed] = ()
    ) -> Finding:
        """Return the finding of a contradiction; `rules` are ways of rounding that resolve it.

        What `kept` numbers leave the contradicted one is told, if they do not contradict the others.
        """
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
        if others:
            by_position = {each.position: each for each in (*kept, *others) if each.position != number.position}
            beside = [by_position[position] for position in sorted(by_position)]
            allowed = system.allowed(number, beside) or system.allowed(number, others)
            recomputed = self._recomputed(number, allowed) or self._by_addition(number, others)
        else:
            recomputed = self._nearest(number, number.base) if number.base is not None else ""
        if recomputed and others:
            message = f"{message} {self._say('allowed', allowed=recomputed)}"
        # What is said of others has other bases.
        bases = list(self._bases.get(join_group(number.group), {}))
        fits = None
        if kind in ("impossible_percentage", "count_percent"):
            fits = base_of_numbers(self._question, number, others, bases)
        elif kind == "distribution":
            fits = base_that_counts_make(number, others, bases)
        certainty: Certainty = "certain"
        if severity == "error" and fits is not None:
            kind, certainty = "other_base", "likely"
            message = f"{message} {self._say('fits_base', base=format_number(float(fits), self._lang))}"
        if severity == "rounding":
            named = ", ".join(text(f"audit.rule_{rule}", self._lang) for rule in rules)
            message = f"{message} {self._say('fits_rule', rules=named)}"
        return Finding(kind, severity, certainty, message, place_of(number), tuple(map(place_of, others)), recomputed)

    def other_base(self, table: Printed, base: Fraction) -> Finding:
        """Return the finding of a table, named by one of its numbers, that fits another base than its header's."""
        assert table.base is not None
        bases = self._bases[join_group(table.group)]
        stated = next((place for place in bases.get(table.base, ()) if place.item == table.item), place_of(table))
        message = self._say(
            "other_base_of_table",
            item=item_number(table.item, self._lang),
            cell=self._cell(replace(table, category="")),
            base=format_number(float(table.base), self._lang),
            fits=format_number(float(base), self._lang),
        )
        shown = format_number(float(base), self._lang)
        return Finding("other_base", "error", "likely", message, stated, tuple(bases[base][:1]), shown)

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
        """Return the percentages on either side of an impossible one, with their counts.

        Answers of different weights may weigh anything together from the smallest weight each to one each.
        """
        least = self._question.least
        totals = [step * least for step in range(int(base), int(base / least) + 1)] if least != 1 else [base]
        below, above = [], []
        for total in totals:
            count = min(number.value * total / 100 // least * least, total)
            below.append((100 * count / total, count))
            if count < total:
                above.append((100 * (count + least) / total, count + least))
        nearest = [max(below), *([min(above)] if above else [])]
        told = [f"{float(count):g} = {self._percent(share)}" for share, count in nearest]
        return text("audit.or", self._lang).join(told)

    def _percent(self, value: Fraction) -> str:
        # Two decimals: 36.46 would be shown as 36.5, and read as 37.
        shown = f"{float(value):.2f}"
        return f"{shown.replace('.', ',')} %" if self._lang == "da" else f"{shown}%"

    def _by_addition(self, number: Printed, others: Sequence[Printed]) -> str:
        """Return what percentages that exclude each other leave one of them, without a base; else nothing."""
        members = [set(self._question.members[each.category]) for each in (number, *others)]
        every = {answer for counted in self._question.members.values() for answer in counted if answer}
        together = sum((each.value for each in others), Fraction(0))
        alike = all(each.is_percent and each.qualifier == "exact" for each in others)
        apart = sum(map(len, members[1:])) == len(set().union(*members[1:]))
        if not (alike and apart and self._question.exclusive):
            return ""
        if members[0] == set().union(*members[1:]):
            return format_number(float(together), self._lang, "percent")
        if set().union(*members) == every and not members[0] & set().union(*members[1:]):
            return format_number(float(100 - together), self._lang, "percent")
        return ""

    def _recomputed(self, number: Printed, allowed: tuple[float, float] | None) -> str:
        """Return what the others leave a number, as text."""
        if allowed is None:
            return ""
        statistic = "percent" if number.is_percent else number.statistic
        ends = [format_number(end, self._lang, statistic) for end in allowed]
        return "–".join(dict.fromkeys(ends))

    def _cell(self, number: Printed) -> str:
        """Return which answer of whom a number is of."""
        question = self._question
        return cell_label(self._codebook, question.variable, number.category, number.group, question.wave, self._lang)

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
