"""One export among all that agree with print, drawn with a seed.

A draw illustrates and exercises the pipeline; it never bounds anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint

from analysis.codebook.cells import Atom
from analysis.reconstruct.system import ANSWERED, System

BLANK, TICKED, UNTICKED = "", "1", "0"


def draw_counts(system: System, random: np.random.Generator) -> dict[Atom, int]:
    """Return how many gave each answer in one draw.

    The atoms are fixed one after the other, in random order, each at a whole number drawn from all that those fixed
    before leave possible. (An optimum of a random objective would be a corner of what is possible.)
    """
    constraints = system.constraints(system.kept)
    counts: dict[Atom, int] = {}
    for place in random.permutation(len(system.atoms)):
        atom = system.atoms[place]
        vector = system.vector([atom])
        low, high = system.bounds(vector, constraints)
        counts[atom] = int(random.integers(low, high, endpoint=True))
        constraints = [*constraints, LinearConstraint(vector, counts[atom], counts[atom])]
    return counts


def deal(system: System, counts: dict[Atom, int], random: np.random.Generator) -> pd.DataFrame:
    """Deal counts out to rows, at random among those who were asked: answers that routing does not tie are unrelated.

    Returns
    -------
    DataFrame
        A row for each municipality that took part; a column of category names for each question with one answer
        (empty where it was not asked), `variable/option` columns of `TICKED` and `UNTICKED` for the others.
    """
    answered = counts[ANSWERED]
    rows = pd.DataFrame(index=range(answered))
    for name in _parents_first(system):
        variable = system.codebook.variables[name]
        universe = variable.asked_of
        asked = np.arange(answered)
        if universe is not None:
            members = system.codebook.members_of(universe, system.year)
            if system.codebook.variables[universe.variable].kind == "multiple":
                columns = [f"{universe.variable}/{member}" for member in members]
                asked = asked[(rows[columns] == TICKED).any(axis="columns")]
            else:
                asked = asked[rows[universe.variable].isin(members)]
        own = {member: count for (of, member), count in counts.items() if of == name}
        if variable.kind == "multiple":
            for option in variable.options or {}:
                rows[f"{name}/{option}"] = UNTICKED
                rows.loc[random.permutation(asked)[: own[option]], f"{name}/{option}"] = TICKED
        else:
            answers = [member for member, count in own.items() for _ in range(count)]
            rows[name] = BLANK
            rows.loc[random.permutation(asked), name] = answers
    return rows


def _parents_first(system: System) -> list[str]:
    """Return the questions so that each comes after the one that routes to it."""
    order: list[str] = []

    def add(name: str) -> None:
        universe = system.codebook.variables[name].asked_of
        if universe is not None and universe.variable not in order:
            add(universe.variable)
        if name not in order:
            order.append(name)

    for name in system.variables:
        add(name)
    return order
