"""One export among all that agree with print, drawn with a seed.

A draw illustrates and exercises the pipeline; it never bounds anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.codebook.cells import SIZE, column
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.reconstruct.allotment import allot
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Expression, Row, plus, times
from analysis.reconstruct.repair import Choice
from analysis.reconstruct.system import System
from analysis.reconstruct.unknowns import REST, WEIGHT, Place, Unknowns

BLANK, TICKED, UNTICKED = "", "1", "0"
# How often answers for several purposes are dealt anew where too few would be asked what hangs on any of them.
_TRIES = 1000

Counts = dict[int, int]
"""Unknown -> its value in a draw."""


def draw_counts(system: System, random: np.random.Generator) -> tuple[Choice, Counts]:
    """Return how print is read in one draw, and how many gave each answer.

    The unknowns of each part that hangs together are fixed one after the other, each at a whole number drawn from all
    that those fixed before leave possible: how many responded first, then the questions that decide who is asked others
    before these, those of one question in random order. What has been drawn takes parts apart. (An optimum of a random
    objective would be a corner of what is possible.) A table by size of its own (`Unknowns.margins`) is not drawn here:
    which of its counts go with those of each asking depends on who responded (`deal_answers`).
    """
    by_size = {unknown for name in system.unknowns.margins for unknown in system.unknowns.of_margins(name)}
    choice = system.choices[random.integers(len(system.choices))]
    counts: Counts = {}
    todo = system.possible(choice).components()
    while todo:
        part = todo.pop(0)
        # What one row determines is left: it is nobody's to draw.
        open_ = sorted(part.unknowns() - counts.keys() - by_size)
        if not open_:
            continue
        first = min(map(system.unknowns.rank, open_))
        drawn = _drawn(part, [unknown for unknown in open_ if system.unknowns.rank(unknown) == first], random)
        counts |= drawn
        if len(drawn) < len(open_):
            todo += part.with_rows([Row({unknown: 1}, value, value) for unknown, value in drawn.items()]).components()
    return choice, counts


def _drawn(part: Possible, unknowns: Sequence[int], random: np.random.Generator) -> Counts:
    counts: Counts = {}
    for unknown in random.permutation(unknowns).tolist():
        low, high = part.bounds({unknown: 1})
        # Not every whole number between two that are possible is.
        for value in random.permutation(np.arange(low, high + 1)).tolist():
            chosen = part.with_rows([Row({unknown: 1}, value, value)]) if low < high else part
            if value in (low, high) or chosen.is_any():
                counts[unknown], part = value, chosen
                break
    return counts


def deal_responses(
    unknowns: Unknowns, counts: Counts, sizes: pd.Series, random: np.random.Generator
) -> tuple[pd.DataFrame, list[int]]:
    """Deal responses out to municipalities, at random within size class.

    Parameters
    ----------
    sizes
        Size class of each municipality, by its place.

    Returns
    -------
    DataFrame
        `municipality` (place in `sizes`), `size`, how many responses to such questionnaires its municipality gave
        (`WEIGHT`), and the questionnaire where there are several.
    list of int
        The municipalities that answered, but are not eligible.
    """
    codebook = unknowns.codebook
    known = [size if size in unknowns.sizes else REST for size in sizes]
    ineligible = _value(unknowns.not_eligible, counts) if codebook.eligible != "all" else 0
    parts = []
    for universe in unknowns.universes:
        most = unknowns.most_responses(universe)
        numbers = {
            size: {k: _value(unknowns.municipalities(universe, size, k, k), counts) for k in range(most + 1)}
            for size in unknowns.sizes
        }
        for size, of_class in numbers.items():
            # Those that are not eligible gave none either.
            of_class[0] += known.count(size) - sum(of_class.values())
        told = None
        members = codebook.members_of(parsed, unknowns.year) if (parsed := parse_universe(universe)) else []
        if codebook.questionnaire is not None and len(members) > 1:
            name = codebook.questionnaire
            told = {
                size: {
                    member: sum(
                        _value(unknowns.gave(place, member), counts)
                        for place in unknowns.places(name, {SIZE: size} if SIZE in unknowns.dimensions[name] else {})
                    )
                    for member in members
                }
                for size in unknowns.sizes
            }
        rows = allot(known, numbers, told, random)
        if codebook.questionnaire is not None:
            if told is None:
                rows["questionnaire"] = members[0]
            rows = rows.rename(columns={"questionnaire": codebook.questionnaire})
        parts.append(rows)
    responses = pd.concat(parts, ignore_index=True)
    per_universe = pd.concat([part["municipality"].map(part["municipality"].value_counts()) for part in parts])
    responses[WEIGHT] = per_universe.to_list()
    responses[SIZE] = [known[place] for place in responses["municipality"]]
    silent = sorted(set(range(len(sizes))) - set(responses["municipality"]))
    return responses, random.permutation(silent)[:ineligible].tolist()


def deal_answers(
    unknowns: Unknowns,
    counts: Counts,
    responses: pd.DataFrame,
    random: np.random.Generator,
    rows: Sequence[Row] = (),
) -> pd.DataFrame:
    """Deal answers out to responses, at random among those who were asked: what print does not tie is unrelated.

    Parameters
    ----------
    rows
        What holds for tables by size.

    Returns
    -------
    DataFrame
        The responses with a column for each question and asking (`cells.column`): a category, or `TICKED` and
        `UNTICKED` for each option; `BLANK` where it was asked and not answered, or not asked.

    Raises
    ------
    AnalysisError
        More answered a question than were dealt what makes them be asked it.
    """
    own = responses.copy()
    columns: dict[str, np.ndarray] = {}
    for name in unknowns.variables:
        if name in own:
            continue
        waiting = [child for child in unknowns.variables if _is_of_any(unknowns, child, name)]
        for _ in range(_TRIES):
            dealt = columns | _dealt(unknowns, counts, own, columns, name, random, rows)
            short = [problem for child in waiting for problem in _short(unknowns, counts, own, dealt, child)]
            if not short:
                break
        else:
            raise AnalysisError(short[0])
        columns = dealt
    return pd.concat([own, pd.DataFrame(columns, index=own.index)], axis="columns")


def _is_of_any(unknowns: Unknowns, child: str, parent: str) -> bool:
    """Tell whether a question is asked of those who answered any asking of another in some way."""
    universe = unknowns.codebook.variables[child].asked_of
    return universe is not None and universe.variable == parent and universe.any


def _short(
    unknowns: Unknowns, counts: Counts, rows: pd.DataFrame, columns: Mapping[str, np.ndarray], name: str
) -> Iterator[str]:
    """Yield where more answered a question than were asked it, or, where none may be left blank, fewer."""
    for place in unknowns.places(name, {}):
        asked = int(_in_place(unknowns, rows, columns, place).sum())
        answered = _value(unknowns.answered(place), counts)
        if answered > asked or (answered < asked and not unknowns.codebook.blanks):
            yield f"{_named(unknowns, place)}: {answered} of {asked} asked answered"


def _dealt(
    unknowns: Unknowns,
    counts: Counts,
    rows: pd.DataFrame,
    columns: Mapping[str, np.ndarray],
    name: str,
    random: np.random.Generator,
    of_tables: Sequence[Row],
) -> dict[str, np.ndarray]:
    """Return the columns of a question's answers, dealt to the responses that were asked it."""
    variable = unknowns.codebook.variables[name]
    options = list(variable.options or {})
    own = {
        column(name, asking, option): np.full(len(rows), UNTICKED if options else BLANK, dtype=object)
        for asking in unknowns.codebook.askings(name)
        for option in options or [""]
    }
    for part in _parts(unknowns, counts, rows, columns, name, random, of_tables):
        asking = dict(zip(variable.asked_per, part.place.asking, strict=True))
        asked = random.permutation(np.flatnonzero(part.asked))
        if part.answered > len(asked):
            raise AnalysisError(f"{_named(unknowns, part.place)}: {part.answered} of {len(asked)} asked answered")
        if not options:
            answers = [answer for answer, count in part.gave.items() for _ in range(count)]
            own[column(name, asking)][asked[: part.answered]] = random.permutation(np.array(answers, dtype=object))
        for option in options:
            column_ = own[column(name, asking, option)]
            column_[asked[part.answered :]] = BLANK
            column_[random.permutation(asked[: part.answered])[: part.gave[option]]] = TICKED
    return own


@dataclass(frozen=True)
class _Part:
    """Responses that were asked a question, and how many of them gave which answer."""

    place: Place
    asked: np.ndarray
    answered: int
    gave: Mapping[str, int]


def _parts(
    unknowns: Unknowns,
    counts: Counts,
    rows: pd.DataFrame,
    columns: Mapping[str, np.ndarray],
    name: str,
    random: np.random.Generator,
    of_tables: Sequence[Row],
) -> Iterator[_Part]:
    """Yield the strata of a question; those that have a table by size of their own, by size."""
    asked = {place: _in_place(unknowns, rows, columns, place) for place in unknowns.places(name, {})}
    if name not in unknowns.margins:
        for place in asked:
            gave = {answer: _value(unknowns.gave(place, answer), counts) for answer in unknowns.answers(name)}
            yield _Part(place, asked[place], _value(unknowns.answered(place), counts), gave)
        return
    sizes = {size: (rows[SIZE] == size).to_numpy() for size in unknowns.sizes}
    by_size = {(place, size): asked[place] & inside for place in asked for size, inside in sizes.items()}
    for (place, size), gave in _by_size(unknowns, counts, name, by_size, random, of_tables).items():
        yield _Part(place, by_size[place, size], sum(gave.values()), gave)


def _by_size(
    unknowns: Unknowns,
    counts: Counts,
    name: str,
    asked: Mapping[tuple[Place, str], np.ndarray],
    random: np.random.Generator,
    of_tables: Sequence[Row],
) -> dict[tuple[Place, str], dict[str, int]]:
    """Draw how many of each size gave which answer at each asking: as many as were drawn, and as print says by size."""
    answers, keys = unknowns.answers(name), unknowns.margins[name]
    cells = {each: number for number, each in enumerate(itertools.product(asked, answers))}
    highest = [int(asked[each].sum()) for each, _ in cells]
    rows = [Row({cells[each, answer]: 1 for answer in answers}, None, int(own.sum())) for each, own in asked.items()]
    for place, answer in itertools.product(dict.fromkeys(place for place, _ in asked), answers):
        count = _value(unknowns.gave(place, answer), counts)
        rows.append(Row({cells[(place, size), answer]: 1 for size in unknowns.sizes}, count, count))
    made_of: dict[int, Expression] = {}
    for unknown, (margin, answer) in unknowns.of_margins(name).items():
        within = dict(zip(keys, margin.stratum, strict=True)).items()
        made_of[unknown] = {
            number: 1
            for ((place, size), other), number in cells.items()
            if answer in (None, other)
            and within <= {**dict(zip(unknowns.dimensions[name], place.stratum, strict=True)), SIZE: size}.items()
        }
    for row in of_tables:
        if row.terms.keys() & made_of.keys():
            known = sum(factor * counts[each] for each, factor in row.terms.items() if each not in made_of)
            terms = plus(*(times(factor, made_of[each]) for each, factor in row.terms.items() if each in made_of))
            low, high = (None if end is None else end - known for end in (row.low, row.high))
            rows.append(Row(terms, low, high))
    drawn = _drawn(Possible(rows, highest), range(len(cells)), random)
    return {each: {answer: drawn[cells[each, answer]] for answer in answers} for each in asked}


def _named(unknowns: Unknowns, place: Place) -> str:
    """Return what a question in a stratum is called."""
    per = unknowns.codebook.variables[place.variable].asked_per
    return f"{column(place.variable, dict(zip(per, place.asking, strict=True)))} of {'/'.join(place.stratum) or 'all'}"


def _in_place(unknowns: Unknowns, rows: pd.DataFrame, columns: Mapping[str, np.ndarray], place: Place) -> np.ndarray:
    """Tell which responses were asked a question in a stratum."""
    codebook, variable = unknowns.codebook, unknowns.codebook.variables[place.variable]
    asking = dict(zip(variable.asked_per, place.asking, strict=True))

    def gave(name: str, answers: list[str], asked: Mapping[str, str]) -> np.ndarray:
        if name in rows:
            return np.asarray(rows[name].isin(answers), dtype=bool)
        if codebook.variables[name].options:
            ticked = [columns[column(name, dict(asked), each)] == TICKED for each in answers]
            return np.asarray(np.any(ticked, axis=0), dtype=bool)
        return np.asarray(pd.Series(columns[column(name, dict(asked))]).isin(answers), dtype=bool)

    inside = np.ones(len(rows), dtype=bool)
    if (universe := variable.asked_of) is not None:
        members = codebook.members_of(universe, unknowns.year)
        parents = codebook.parent_askings(place.variable, asking)
        inside &= np.logical_or.reduce([gave(universe.variable, members, each) for each in parents])
    for key, value in zip(unknowns.dimensions[place.variable], place.stratum, strict=True):
        if key in (SIZE, WEIGHT):
            most = len(variable.weights)
            given = rows[SIZE] if key == SIZE else rows[WEIGHT].clip(upper=most).astype(str)
            inside &= (given == value).to_numpy()
            continue
        dimension = codebook.groups[key]
        assert dimension.variable is not None
        per = codebook.variables[dimension.variable].asked_per
        parent = {each: asking[each] for each in per}
        values = [value] if value != REST else list(dimension.values)
        named = [member for each in values for member in unknowns.members_of_value(dimension.variable, key, each)]
        told = gave(dimension.variable, named, parent)
        inside &= ~told if value == REST else told
    return inside


def _value(expression: Expression, counts: Counts) -> int:
    return sum(factor * counts[unknown] for unknown, factor in expression.items())
