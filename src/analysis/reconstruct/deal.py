"""Answers dealt out to responses, and these to municipalities: at random, as the counts of a draw have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.codebook.cells import SIZE, column
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.reconstruct.allotment import allot
from analysis.reconstruct.draw import Counts
from analysis.reconstruct.program import Expression, Row
from analysis.reconstruct.unknowns import REST, WEIGHT, Place, Unknowns

BLANK, TICKED, UNTICKED = "", "1", "0"
# How often answers for several purposes are dealt anew where too few would be asked what hangs on any of them.
_TRIES = 1000
# How often responses exchange answers at most, for numbers by size to agree with print.
_SWAPS = 1_500_000

Given = Mapping[str, np.ndarray]
"""What is known of responses: their size class and more (`deal_responses`), and the answers dealt so far."""


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
    given = {str(each): responses[each].to_numpy() for each in responses}
    for name in unknowns.variables:
        if name in given:
            continue
        waiting = [child for child in unknowns.variables if _is_of_any(unknowns, child, name)]
        for _ in range(_TRIES):
            dealt = given | _dealt(unknowns, counts, given, name, random, rows)
            short = [problem for child in waiting for problem in _short(unknowns, counts, dealt, child)]
            if not short:
                break
        else:
            raise AnalysisError(short[0])
        given = dealt
    return pd.DataFrame(given, index=responses.index)


def _is_of_any(unknowns: Unknowns, child: str, parent: str) -> bool:
    """Tell whether a question is asked of those who answered any asking of another in some way."""
    universe = unknowns.codebook.variables[child].asked_of
    return universe is not None and universe.variable == parent and universe.any


def _short(unknowns: Unknowns, counts: Counts, given: Given, name: str) -> Iterator[str]:
    """Yield where more answered a question than were asked it, or, where none may be left blank, fewer."""
    for place in unknowns.places(name, {}):
        asked = int(asked_in(unknowns, given, place).sum())
        answered = _value(unknowns.answered(place), counts)
        if answered > asked or (answered < asked and not unknowns.codebook.blanks):
            yield f"{_named(unknowns, place)}: {answered} of {asked} asked answered"


def _dealt(
    unknowns: Unknowns,
    counts: Counts,
    given: Given,
    name: str,
    random: np.random.Generator,
    of_tables: Sequence[Row],
) -> dict[str, np.ndarray]:
    """Return the columns of a question's answers, dealt to the responses that were asked it."""
    variable = unknowns.codebook.variables[name]
    options = list(variable.options or {})
    own = {
        column(name, asking, option): np.full(len(given[SIZE]), UNTICKED if options else BLANK, dtype=object)
        for asking in unknowns.codebook.askings(name)
        for option in options or [""]
    }
    strata = {place: asked_in(unknowns, given, place) for place in unknowns.places(name, {})}
    for place, inside in strata.items():
        asking = dict(zip(variable.asked_per, place.asking, strict=True))
        asked = random.permutation(np.flatnonzero(inside))
        answered = _value(unknowns.answered(place), counts)
        gave = {answer: _value(unknowns.gave(place, answer), counts) for answer in unknowns.answers(name)}
        if answered > len(asked):
            raise AnalysisError(f"{_named(unknowns, place)}: {answered} of {len(asked)} asked answered")
        if not options:
            answers = [answer for answer, count in gave.items() for _ in range(count)]
            own[column(name, asking)][asked[:answered]] = random.permutation(np.array(answers, dtype=object))
        for option in options:
            own[column(name, asking, option)][asked[answered:]] = BLANK
            own[column(name, asking, option)][random.permutation(asked[:answered])[: gave[option]]] = TICKED
    if name in unknowns.margins:
        places = {place: column(name, dict(zip(variable.asked_per, place.asking, strict=True))) for place in strata}
        inside_of = [(own[places[place]], np.flatnonzero(inside)) for place, inside in strata.items()]
        _swap(_Tables(unknowns, counts, given, name, of_tables), inside_of, random)
    return own


class _Tables:
    """What print says of a question by size, as sums over responses: each adds what its stratum and answer weigh.

    Parameters
    ----------
    of_tables
        What holds for counts by size; rows about anything else are passed over.
    """

    def __init__(
        self,
        unknowns: Unknowns,
        counts: Counts,
        given: Given,
        name: str,
        of_tables: Sequence[Row],
    ) -> None:
        margins = unknowns.of_margins(name)
        held = [row for row in of_tables if row.terms.keys() & margins.keys()]
        strata = list(dict.fromkeys(place for place, _ in margins.values()))
        self.codes = {answer: code for code, answer in enumerate([BLANK, *unknowns.answers(name)])}
        self.weights = np.zeros((len(held), len(strata), len(self.codes)))
        self.low, self.high = (
            np.array([infinite if end is None else end for end in ends], dtype=float)
            for infinite, ends in ((-np.inf, [row.low for row in held]), (np.inf, [row.high for row in held]))
        )
        for number, row in enumerate(held):
            for unknown, factor in row.terms.items():
                if unknown not in margins:
                    self.low[number] -= factor * counts[unknown]
                    self.high[number] -= factor * counts[unknown]
                    continue
                place, answer = margins[unknown]
                codes = slice(1, None) if answer is None else self.codes[answer]
                self.weights[number, strata.index(place), codes] += factor
        self._unit = np.abs(self.weights).max(axis=(1, 2), initial=1)
        self.stratum_of = np.full(len(given[SIZE]), -1)
        keys = unknowns.margins[name]
        for number, place in enumerate(strata):
            within = dict(zip(keys, place.stratum, strict=True))
            inside = given[SIZE] == within.pop(SIZE)
            for other in unknowns.places(name, within):
                self.stratum_of[inside & asked_in(unknowns, given, other)] = number

    def wrong_by(self, sums: np.ndarray) -> float:
        """Return by how many answers sums miss what print says."""
        return float((np.maximum(np.maximum(self.low - sums, sums - self.high), 0) / self._unit).sum())


def _swap(tables: _Tables, inside: Sequence[tuple[np.ndarray, np.ndarray]], random: np.random.Generator) -> None:
    """Let responses of one stratum exchange answers, at random, until they agree with what print says by size.

    Parameters
    ----------
    inside
        The answers to each asking, and the responses of each stratum that was asked it: what is exchanged is changed.

    Raises
    ------
    AnalysisError
        No exchange was found that does.
    """
    codes = [np.array([tables.codes[answer] for answer in answers]) for answers, _ in inside]
    sums = np.zeros(len(tables.low))
    for code, (_, asked) in zip(codes, inside, strict=True):
        sums += tables.weights[:, tables.stratum_of[asked], code[asked]].sum(axis=1)
    wrong = tables.wrong_by(sums)
    several = [each for each in inside if len(each[1]) > 1]
    step = 0
    while wrong > 0:
        if step == _SWAPS or not several:
            raise AnalysisError("no way was found to deal out answers that agrees with what is printed by size")
        answers, asked = several[int(random.integers(len(several)))]
        one, other = random.choice(asked, 2)
        first, second = tables.weights[:, tables.stratum_of[one]], tables.weights[:, tables.stratum_of[other]]
        code_of_one, code_of_other = (tables.codes[answers[each]] for each in (one, other))
        changed = sums + (first - second)[:, code_of_other] - (first - second)[:, code_of_one]
        # Now and then also to the worse, the later the less (simulated annealing: Kirkpatrick, Gelatt & Vecchi 1983,
        # *Optimization by simulated annealing*), so as not to be caught where no single exchange is better.
        strict = 1 + 15 * step / _SWAPS
        if random.random() < np.exp(min(0.0, strict * (wrong - (now := tables.wrong_by(changed))))):
            answers[one], answers[other] = answers[other], answers[one]
            sums, wrong = changed, now
        step += 1


def _named(unknowns: Unknowns, place: Place) -> str:
    """Return what a question in a stratum is called."""
    per = unknowns.codebook.variables[place.variable].asked_per
    return f"{column(place.variable, dict(zip(per, place.asking, strict=True)))} of {'/'.join(place.stratum) or 'all'}"


def asked_in(unknowns: Unknowns, given: Given, place: Place) -> np.ndarray:
    """Tell which responses were asked a question in a stratum."""
    codebook, variable = unknowns.codebook, unknowns.codebook.variables[place.variable]
    asking = dict(zip(variable.asked_per, place.asking, strict=True))

    def gave(name: str, answers: list[str], asked: Mapping[str, str]) -> np.ndarray:
        if codebook.variables[name].options:
            ticked = [given[column(name, dict(asked), each)] == TICKED for each in answers]
            return np.asarray(np.any(ticked, axis=0), dtype=bool)
        return np.asarray(pd.Series(given[column(name, dict(asked))]).isin(answers), dtype=bool)

    inside = np.ones(len(given[SIZE]), dtype=bool)
    if (universe := variable.asked_of) is not None:
        members = codebook.members_of(universe, unknowns.year)
        parents = codebook.parent_askings(place.variable, asking)
        inside &= np.logical_or.reduce([gave(universe.variable, members, each) for each in parents])
    for key, value in zip(unknowns.dimensions[place.variable], place.stratum, strict=True):
        if key in (SIZE, WEIGHT):
            most = len(variable.weights)
            inside &= given[SIZE] == value if key == SIZE else np.minimum(given[WEIGHT], most).astype(str) == value
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
