"""One export among all that agree with print, drawn with a seed.

A draw illustrates and exercises the pipeline; it never bounds anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.codebook.cells import SIZE, column
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.reconstruct.allotment import allot
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Expression, Row
from analysis.reconstruct.repair import Choice
from analysis.reconstruct.system import System
from analysis.reconstruct.unknowns import REST, WEIGHT, Place, Unknowns

BLANK, TICKED, UNTICKED = "", "1", "0"

Counts = dict[int, int]
"""Unknown -> its value in a draw."""


def draw_counts(system: System, random: np.random.Generator) -> tuple[Choice, Counts]:
    """Return how print is read in one draw, and how many gave each answer.

    The unknowns of each part that hangs together are fixed one after the other, in random order, each at a whole number
    drawn from all that those fixed before leave possible. (An optimum of a random objective would be a corner of what
    is possible.)
    """
    choice = system.choices[random.integers(len(system.choices))]
    counts: Counts = {}
    for part in system.possible(choice).components():
        counts |= _drawn(part, random)
    return choice, counts


def _drawn(part: Possible, random: np.random.Generator) -> Counts:
    counts: Counts = {}
    for unknown in random.permutation(sorted(part.unknowns())).tolist():
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
        numbers[unknowns.sizes[-1]][0] += ineligible
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
    unknowns: Unknowns, counts: Counts, responses: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Deal answers out to responses, at random among those who were asked: what print does not tie is unrelated.

    Returns
    -------
    DataFrame
        The responses with a column for each question and asking (`cells.column`): a category, or `TICKED` and
        `UNTICKED` for each option; `BLANK` where it was asked and not answered, or not asked.
    """
    rows = responses.copy()
    columns: dict[str, np.ndarray] = {}
    for name in unknowns.variables:
        if name in rows:
            continue
        variable = unknowns.codebook.variables[name]
        for asking in unknowns.codebook.askings(name):
            options = list(variable.options or {})
            empty = UNTICKED if options else BLANK
            own = {each: np.full(len(rows), empty, dtype=object) for each in options or [""]}
            for place in unknowns.places(name, asking):
                asked = random.permutation(np.flatnonzero(_in_place(unknowns, rows, columns, place)))
                answered = _value(unknowns.answered(place), counts)
                if answered > len(asked):
                    of = "/".join(place.stratum) or "all"
                    raise AnalysisError(f"{column(name, asking)}: {answered} of {len(asked)} asked answered in {of}")
                gave = {answer: _value(unknowns.gave(place, answer), counts) for answer in unknowns.answers(name)}
                if not options:
                    answers = [answer for answer, count in gave.items() for _ in range(count)]
                    own[""][asked[:answered]] = random.permutation(np.array(answers, dtype=object))
                for option in options:
                    own[option][asked[answered:]] = BLANK
                    own[option][random.permutation(asked[:answered])[: gave[option]]] = TICKED
            columns |= {column(name, asking, option): values for option, values in own.items()}
    return pd.concat([rows, pd.DataFrame(columns, index=rows.index)], axis="columns")


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
