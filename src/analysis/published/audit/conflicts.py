"""Which of several statements contradict each other, given only a test of whether some of them can all be true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Statement = TypeVar("Statement")

Holds = Callable[[Sequence[Statement]], bool]
"""Whether statements can all be true."""


def conflict(
    holds: Holds[Statement], candidates: Sequence[Statement], given: Sequence[Statement] = ()
) -> list[Statement]:
    """Return the fewest candidates that cannot be true together with what is given: none of them can be left out.

    QuickXplain (Junker 2004, *QuickXplain: Preferred Explanations and Relaxations for Over-Constrained Problems*, AAAI
    167-172): earlier candidates go before later ones.

    Parameters
    ----------
    holds
        The test. What holds together holds in part.
    candidates
        Statements that contradict what is given, or each other.
    given
        Statements that are taken for granted.

    Returns
    -------
    list
        Empty where what is given contradicts itself.
    """

    def explain(background: list[Statement], added: bool, left: list[Statement]) -> list[Statement]:
        if added and not holds(background):
            return []
        if len(left) == 1:
            return left
        middle = len(left) // 2
        first, second = left[:middle], left[middle:]
        of_second = explain([*background, *first], bool(first), second)
        of_first = explain([*background, *of_second], bool(of_second), first)
        return [*of_first, *of_second]

    return explain(list(given), bool(given), list(candidates)) if candidates else []


def repair(holds: Holds[int], costs: dict[int, float]) -> list[int]:
    """Return the statements to give up so that all others can be true, at the least cost.

    Conflicts are looked for one at a time; what hits all that were found is given up, until nothing is left to find
    (Reiter 1987, *A theory of diagnosis from first principles*, Artificial Intelligence 32: 57-95).

    Parameters
    ----------
    holds
        The test.
    costs
        Statement -> what giving it up costs.
    """
    # What cannot be true by itself has to go in any case.
    impossible = {statement for statement in costs if not holds([statement])}
    conflicts: list[list[int]] = []
    while True:
        given_up = impossible | _cheapest(conflicts, costs)
        kept = [statement for statement in costs if statement not in given_up]
        if holds(kept):
            return sorted(given_up)
        # What is dear is kept as long as possible: it is what the others are held against.
        found = conflict(holds, sorted(kept, key=lambda statement: -costs[statement]))
        if not found:
            raise ValueError("what is taken for granted contradicts itself")
        conflicts.append(found)


def _cheapest(conflicts: Sequence[Sequence[int]], costs: dict[int, float]) -> set[int]:
    """Return the cheapest set of statements with one of each conflict."""
    if not conflicts:
        return set()
    involved = sorted({statement for found in conflicts for statement in found})
    hits = np.array([[statement in found for statement in involved] for found in conflicts], dtype=float)
    solved = milp(
        np.array([costs[statement] for statement in involved]),
        integrality=np.ones(len(involved), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(hits, 1, np.inf),
    )
    assert solved.x is not None, "a set with one of each conflict always exists"
    return {statement for statement, chosen in zip(involved, solved.x, strict=True) if chosen > 0.5}
