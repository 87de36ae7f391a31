"""One export among all that agree with print, drawn with a seed.

A draw illustrates and exercises the pipeline; it never bounds anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Row
from analysis.reconstruct.repair import Choice
from analysis.reconstruct.system import System

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
    choice = _choice(system, random)
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


def _choice(system: System, random: np.random.Generator) -> Choice:
    """Return a way to settle all disputes: each in a way of its own, of those that go together."""
    while True:
        choice: Choice = {}
        for dispute in system.repair.disputes:
            choice |= dispute.choices[random.integers(len(dispute.choices))]
        if system.possible(choice).is_any():
            return choice


def _drawn(part: Possible, unknowns: Sequence[int], random: np.random.Generator) -> Counts:
    counts: Counts = {}
    for unknown in random.permutation(unknowns).tolist():
        # Bounds that are found soon may be wider than what is possible: each value is tried until one is.
        low, high = part.lower_bound({unknown: 1}), -part.lower_bound({unknown: -1})
        for value in random.permutation(np.arange(low, high + 1)).tolist():
            chosen = part.with_rows([Row({unknown: 1}, value, value)]) if low < high else part
            if low == high or chosen.is_any():
                counts[unknown], part = value, chosen
                break
    return counts
