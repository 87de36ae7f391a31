"""Numbers of a table that have changed places: each is wrong where it stands, and right in the other's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from analysis.codebook.groups import join_group
from analysis.published import TEXT
from analysis.published.audit.numbers import Printed, Question
from analysis.published.audit.system import Contradiction, Partition, System


@dataclass(frozen=True)
class Exchange:
    """Two numbers of a table that fit when they change places.

    Parameters
    ----------
    one, two
        The numbers.
    others
        What they contradict as they stand.
    explained
        Positions of the numbers that need not be given up then.
    """

    one: Printed
    two: Printed
    others: tuple[Printed, ...]
    explained: frozenset[int]


def exchanges(
    question: Question,
    errors: Sequence[Contradiction],
    given_up: set[int],
    partitions: Sequence[Partition],
    complete: Sequence[frozenset[int]],
) -> Iterator[Exchange]:
    """Yield numbers that make two errors vanish when they, or all of their cells, change places.

    Parameters
    ----------
    question
        What is printed.
    errors
        Contradictions that no way of rounding explains.
    given_up
        Positions of all numbers that are given up.
    partitions, complete
        As for `System`.
    """
    for first, second in combinations(errors, 2):
        involved = [(first.given_up, *first.others), (second.given_up, *second.others)]
        for one, two in product(*involved):
            if not _are_neighbours(one, two):
                continue
            alone = [one], [two]
            cells = [[each for each in question.numbers if cell_of(each) == cell_of(number)] for number in (one, two)]
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
                    yield Exchange(one, two, tuple(told), frozenset(explained))


def _moved(number: Printed, to: Printed) -> Printed:
    """Return a number as it would be in another one's cell."""
    return replace(number, group=to.group, category=to.category, base=to.base)


def cell_of(number: Printed) -> tuple[str, str, str]:
    """Return the cell of a table that a number stands in: its item, group and answer."""
    return number.item, join_group(number.group), number.category


def _are_neighbours(one: Printed, two: Printed) -> bool:
    """Tell whether two numbers stand in one row or one column of a table."""
    same_table = one.item == two.item != TEXT and one.statistic == two.statistic
    return same_table and (one.group == two.group) != (one.category == two.category)


def _still(complete: Sequence[frozenset[int]], question: Question) -> list[frozenset[int]]:
    """Return the complete sets of which no number is left out."""
    positions = {number.position for number in question.numbers}
    return [found for found in complete if found <= positions]
