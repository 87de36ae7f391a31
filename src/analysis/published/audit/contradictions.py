"""Numbers of a question that cannot all be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import join_group, parse_group, sorted_group
from analysis.lang import Lang
from analysis.published import TEXT
from analysis.published.audit.exchanges import cell_of, exchanges
from analysis.published.audit.findings import Finding, Place
from analysis.published.audit.numbers import OTHER_ROUNDINGS, Printed, Question, Rounding, questions
from analysis.published.audit.other_bases import base_of_table
from analysis.published.audit.system import Contradiction, Partition, System
from analysis.published.audit.wording import Describer

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
        bases = _bases(published, question.wave)
        describe = Describer(question, codebook, lang, bases)
        system = System(question, partitions, complete)
        every = [number.position for number in question.numbers]
        if system.holds(every):
            continue
        rounded = {rule: System(question, partitions, complete, rule) for rule in OTHER_ROUNDINGS}
        # Where all were rounded by one other rule, most of them are off: the fewest are not worth looking for.
        otherwise = any(other.holds(every) for other in rounded.values())
        found = system.first_contradictions() if otherwise else system.contradictions()
        given_up = {each.given_up.position for each in found}
        remaining = [number for number in question.numbers if number.position not in given_up]
        kept = [number.position for number in remaining]
        rules = {
            each.given_up.position: [
                rule for rule, other in rounded.items() if other.holds([*kept, each.given_up.position])
            ]
            for each in found
        }
        told: set[int] = set()
        for number, base, positions in _headers(question, found, rules, bases):
            told |= positions
            yield describe.other_base(number, base)
        errors = [each for each in found if each.given_up.position not in told and not rules[each.given_up.position]]
        moved: set[frozenset[tuple[str, str, str]]] = set()
        for exchange in exchanges(question, errors, given_up, partitions, complete):
            cells = frozenset({cell_of(exchange.one), cell_of(exchange.two)})
            if not told & exchange.explained:
                told |= exchange.explained
                # Where counts and percentages changed places together, it is one exchange.
                if cells not in moved:
                    yield describe.swapped(exchange)
                moved.add(cells)
        for each in found:
            position = each.given_up.position
            if position in told:
                continue
            alone = [rule for rule, other in rounded.items() if not each.others and other.holds([position])]
            yield describe.finding(each, rules[position] or alone, system, remaining)
            if alone and not rules[position]:
                # Rounded otherwise it is possible, but not with what else is printed.
                other = rounded[alone[0]]
                yield describe.finding(other.excluded(position, kept), [], other)


def _headers(
    question: Question,
    found: Sequence[Contradiction],
    rules: Mapping[int, Sequence[Rounding]],
    bases: Mapping[str, Mapping[Fraction, Sequence[Place]]],
) -> Iterator[tuple[Printed, Fraction, set[int]]]:
    """Yield tables whose header has the wrong base: one of the numbers, the base that fits all, the errors it explains.

    Such a header makes several numbers wrong, each within its table, and not by rounding alone.
    """
    told: set[int] = set()
    for each in found:
        table = [one for one in found if _same_table(one.given_up, each.given_up)]
        within = all(_same_table(each.given_up, other) for one in table for other in one.others)
        positions = {one.given_up.position for one in table}
        beyond_rounding = any(not rules[position] for position in positions)
        base = base_of_table(question, each.given_up, list(bases.get(join_group(each.given_up.group), {})))
        if base is not None and len(table) > 1 and within and beyond_rounding and not positions & told:
            told |= positions
            yield each.given_up, base, positions


def _same_table(one: Printed, two: Printed) -> bool:
    return (one.item, one.group) == (two.item, two.group)


def _bases(published: pd.DataFrame, wave: int) -> dict[str, dict[Fraction, list[Place]]]:
    """Return group -> base -> where it is printed, of a wave; bases in order."""
    rows = published[(published["statistic"] == "base") & (published["wave"] == wave)].sort_values("value")
    found: dict[str, dict[Fraction, list[Place]]] = {}
    for _, row in rows.iterrows():
        group = join_group(sorted_group(row["group"]))
        places = found.setdefault(group, {}).setdefault(Fraction(int(row["value"])), [])
        places.append(Place(row["item"], int(row["line"]), row["printed"]))
    return found


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
        # Of a question, running text rarely says whether those without an answer are among its base.
        if (number.item == TEXT and not variable.parts) or not number.category or (item and item.base == "asked"):
            continue
        key = (
            number.position in question.substantive,
            number.item,
            join_group(number.group),
            number.base,
            number.is_percent,
        )
        sets.setdefault(key, {}).setdefault(number.category, number.position)
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
