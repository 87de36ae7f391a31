"""Percentages that are of another base than they are printed with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analysis.published import TEXT
from analysis.published.audit.numbers import Printed, Question, counts_within


def base_of_numbers(
    question: Question, number: Printed, others: Sequence[Printed], bases: Sequence[Fraction]
) -> Fraction | None:
    """Return a printed base, other than its own, on which a number fits: with all percentages of its table and group.

    Parameters
    ----------
    question
        What is printed.
    number, others
        A number and those that contradict it.
    bases
        The bases that the report prints.
    """
    table = [each for each in _beside(question, number) if each.is_percent and each.base == number.base]
    counts = {each.category: each.value for each in (number, *others) if not each.is_percent}
    # One percentage fits some other base only too easily.
    if len(table) < 2 and not counts:
        return None
    return next((base for base in bases if base != number.base and _fit(question, table, counts, base)), None)


def base_of_table(question: Question, number: Printed, bases: Sequence[Fraction]) -> Fraction | None:
    """Return a printed base, other than the one in the header, on which a whole table of one group fits.

    Its percentages must be possible on that base, with the counts beside them, and counts that give every answer must
    add up to it. None where the table has fewer than two percentages, or several bases.
    """
    table = _beside(question, number)
    percentages = [each for each in table if each.is_percent]
    printed = {each.base for each in percentages}
    if number.item == TEXT or len(percentages) < 2 or len(printed) != 1 or None in printed:
        return None
    counts = {each.category: each.value for each in table if not each.is_percent and each.qualifier == "exact"}
    found = [base for base in bases if base not in printed and _fit(question, percentages, counts, base)]
    answers = {answer for members in question.members.values() for answer in members if answer}
    counted = {category: value for category, value in counts.items() if question.members[category] == (category,)}
    if question.exclusive and answers and answers == set(counted):
        together = sum(counted.values(), Fraction(0))
        return together if together in found else None
    return next(iter(found), None)


def base_that_counts_make(number: Printed, others: Sequence[Printed], bases: Sequence[Fraction]) -> Fraction | None:
    """Return the printed base that the counts of all answers add up to."""
    every = (number, *others)
    if any(each.is_percent or each.item != number.item for each in every):
        return None
    together = sum((each.value for each in every), Fraction(0))
    return together if together in bases else None


def _beside(question: Question, number: Printed) -> list[Printed]:
    """Return the numbers of the same table and group."""
    return [each for each in question.numbers if (each.item, each.group) == (number.item, number.group)]


def _fit(question: Question, percentages: Sequence[Printed], counts: dict[str, Fraction], base: Fraction) -> bool:
    """Tell whether percentages are possible on a base, those beside a count with that count."""
    for number in percentages:
        smallest, largest = counts_within(*number.window(), base, question.least)
        count = counts.get(number.category)
        if smallest > largest or (count is not None and not smallest <= count / question.least <= largest):
            return False
    return all(value <= base for value in counts.values())
