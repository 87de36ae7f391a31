"""Sharing a cost between municipalities, to the krone, and what a printed share table says of its inputs.

All arithmetic is exact (`fractions.Fraction`): whether a part is rounded up must not hang on binary digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, get_args

Rule = Literal["proportional", "equal", "mixed"]
Rounding = Literal["half_up", "largest_remainder"]
Parts = dict[str, Fraction]

KRONE = Fraction(1)
TENTH_OF_A_PERCENT = Fraction(1, 10)


def shares(population: Mapping[str, int], rule: Rule = "proportional", equal_part: float = 0.5) -> Parts:
    """Return each municipality's exact share of a cost; the shares add to 1.

    Parameters
    ----------
    population
        Municipality -> inhabitants, all positive.
    rule
        `proportional` to population; `equal` for all; `mixed`: the part `equal_part` of the cost equally and
        the rest by population.
    equal_part
        Between 0 and 1; used by `mixed` only.

    Raises
    ------
    ValueError
        No municipality, a population below 1, an unknown rule, or `equal_part` outside 0 to 1.
    """
    if not population or min(population.values()) < 1:
        raise ValueError("each municipality needs a population of at least 1")
    if rule not in get_args(Rule):
        raise ValueError(f"unknown rule {rule!r}; valid: {', '.join(get_args(Rule))}")
    if not 0 <= equal_part <= 1:
        raise ValueError(f"equal_part is {equal_part}; it must lie between 0 and 1")
    # 0.3 means three tenths, not the binary number next to it.
    weight = {"proportional": Fraction(0), "equal": Fraction(1), "mixed": Fraction(str(equal_part))}[rule]
    total = sum(population.values())
    equal = Fraction(1, len(population))
    return {name: weight * equal + (1 - weight) * Fraction(n, total) for name, n in population.items()}


def round_parts(parts: Parts, rounding: Rounding, unit: Fraction) -> Parts:
    """Round parts of a whole to a unit.

    Parameters
    ----------
    parts
        Exact parts.
    rounding
        `half_up`: each part on its own, halves upwards; the rounded parts need not add to the whole.
        `largest_remainder`: all parts down, and the units left over to the largest remainders; they always
        add up. Equal remainders go to the larger part, then to the name first in the alphabet.
    unit
        What to round to, such as one krone.

    Returns
    -------
    dict
        The rounded parts, multiples of `unit`, in the order given.

    Raises
    ------
    ValueError
        An unknown rounding, or `largest_remainder` of parts whose sum is no multiple of `unit`.

    References
    ----------
    Balinski, M. L. & Young, H. P. (1982). *Fair Representation*. Yale University Press (Hamilton's method).
    """
    if rounding not in get_args(Rounding):
        raise ValueError(f"unknown rounding {rounding!r}; valid: {', '.join(get_args(Rounding))}")
    units = {name: part / unit for name, part in parts.items()}
    if rounding == "half_up":
        return {name: math.floor(part + Fraction(1, 2)) * unit for name, part in units.items()}
    whole = sum(units.values(), Fraction(0))
    if whole.denominator != 1:
        raise ValueError(f"the parts add to {float(whole * unit)}, which is no multiple of {float(unit)}")
    down = {name: math.floor(part) for name, part in units.items()}
    left_over = int(whole) - sum(down.values())
    by_remainder = sorted(units, key=lambda name: (down[name] - units[name], -units[name], name))
    raised = set(by_remainder[:left_over])
    return {name: (count + (name in raised)) * unit for name, count in down.items()}


def implied_populations(amounts: Mapping[str, int], cost: int, total: int) -> dict[str, tuple[int, int]]:
    """Return which populations agree with amounts that were shared by population and rounded half-up.

    An amount *a* of cost *C* by total population *P* says ``a − ½ ≤ C·p/P < a + ½``.

    Parameters
    ----------
    amounts
        Municipality -> amount in whole kroner, as printed.
    cost
        The cost shared, in kroner.
    total
        The population of all municipalities together.

    Returns
    -------
    dict
        Municipality -> smallest and largest whole population that agree (smallest > largest: none does).
    """
    half = Fraction(1, 2)
    per_krone = Fraction(total, cost)
    return {
        name: (math.ceil((amount - half) * per_krone), math.ceil((amount + half) * per_krone) - 1)
        for name, amount in amounts.items()
    }


def implied_cost(amounts: Mapping[str, int], population: Mapping[str, int]) -> tuple[int, int]:
    """Return which whole costs agree with all amounts that were shared by population and rounded half-up.

    Parameters
    ----------
    amounts
        Municipality -> amount in whole kroner, as printed.
    population
        Municipality -> inhabitants, for the same municipalities.

    Returns
    -------
    tuple
        Smallest and largest cost in whole kroner (smallest > largest: no cost agrees).
    """
    half = Fraction(1, 2)
    total = sum(population.values())
    low = max((amount - half) * total / population[name] for name, amount in amounts.items())
    above = min((amount + half) * total / population[name] for name, amount in amounts.items())
    return math.ceil(low), math.ceil(above) - 1
