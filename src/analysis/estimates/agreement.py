"""Estimates of a cost-sharing agreement: its table, the rules it did not choose, and what its print implies."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import get_args

import pandas as pd

from analysis.codebook import Basis, Wave
from analysis.estimates import AS_LISTED, AS_STATED, SUM_OF_UNROUNDED, Estimate, estimate_frame
from analysis.estimates.allocation import (
    KRONE,
    TENTH_OF_A_PERCENT,
    Parts,
    Rounding,
    Rule,
    round_parts,
    shares,
)

EXACT = "exact"


def cost_table(wave: Wave, population: pd.DataFrame, cost: int, rounding: Rounding) -> pd.DataFrame:
    """Return the agreement's table: population, amount and share of each municipality and of all.

    Parameters
    ----------
    wave
        The survey year.
    population
        `name` and `population`, one row for each municipality.
    cost
        What is shared, in kroner.
    rounding
        The declared rule; the other one stands beside it, after it.

    Returns
    -------
    DataFrame
        Estimates of item `table_1`. Amounts are whole kroner, shares have one decimal; the row of all is the
        sum of the rounded parts, which is not always the whole, and by method `sum_of_unrounded` the whole.

    Raises
    ------
    ValueError
        The cost is below 1, or a population is.
    """
    if cost < 1:
        raise ValueError(f"the cost is {cost} kr; it must be at least 1 (parameter cost)")
    inhabitants = _inhabitants(population)
    exact = shares(inhabitants)
    rows = [
        estimate(wave, "municipalities", "count", Fraction(len(inhabitants)), AS_LISTED, "who shares the cost"),
        estimate(wave, "cost", "amount", Fraction(cost), AS_STATED, "the cost shared"),
    ]
    rows += [
        estimate(wave, "population", "population", value, AS_LISTED, f"inhabitants on {wave.reference}", name)
        for name, value in _with_sum({name: Fraction(count) for name, count in inhabitants.items()})
    ]
    for variable, statistic, whole, unit in (
        ("amount", "amount", Fraction(cost), KRONE),
        ("share", "percent", Fraction(100), TENTH_OF_A_PERCENT),
    ):
        parts = {name: share * whole for name, share in exact.items()}
        by_method = {method: list(_with_sum(round_parts(parts, method, unit))) for method in get_args(Rounding)}
        estimand = f"part of the cost by population on {wave.reference}"
        rows += [
            estimate(wave, variable, statistic, value, rounding, estimand, name)
            for name, value in by_method.pop(rounding)
        ]
        rows.append(estimate(wave, variable, statistic, whole, SUM_OF_UNROUNDED, "the whole, before rounding"))
        rows += [
            estimate(wave, variable, statistic, value, method, estimand, name)
            for method, values in by_method.items()
            for name, value in values
        ]
    return estimate_frame(rows)


def rule_comparison(wave: Wave, population: pd.DataFrame, cost: int, equal_part: float) -> pd.DataFrame:
    """Return what each municipality pays, in all and per inhabitant, under three ways of sharing.

    Returns
    -------
    DataFrame
        Estimates of item `rules`, unrounded; `category` is the rule. `equal_part` stands with them.
    """
    inhabitants = _inhabitants(population)
    part = Fraction(str(equal_part)) * 100
    rows = [
        estimate(
            wave, "equal_part", "percent", part, AS_STATED, "part shared equally by the mixed rule", "all", "rules"
        )
    ]
    for rule in get_args(Rule):
        for name, share in shares(inhabitants, rule, equal_part).items():
            amount = share * cost
            for variable, statistic, value in (
                ("amount", "amount", amount),
                ("share", "percent", share * 100),
                ("per_head", "per_head", amount / inhabitants[name]),
            ):
                estimand = f"part of the cost under the rule {rule}"
                rows.append(estimate(wave, variable, statistic, value, EXACT, estimand, name, "rules", rule))
    return estimate_frame(rows)


def register_comparison(wave: Wave, population: pd.DataFrame, register: pd.DataFrame, cost: int) -> pd.DataFrame:
    """Return how the amounts would differ had an earlier day's population been used.

    Parameters
    ----------
    register
        `name`, `reference`, `population` of the same municipalities; each day before the wave's is used.

    Returns
    -------
    DataFrame
        Estimates of item `register_days`, in kroner and unrounded: amount by the wave's population less amount
        by the register's; `category` is the register's day.

    Raises
    ------
    ValueError
        The register has no day before the wave's.
    """
    earlier = register[register["reference"] < wave.reference]
    if earlier.empty:
        raise ValueError(f"the register has no day before {wave.reference}")
    now = shares(_inhabitants(population))
    rows = []
    for reference, day in earlier.groupby("reference"):
        then = shares(_inhabitants(day))
        estimand = f"amount by population on {wave.reference} less amount by population on {reference}"
        rows += [
            estimate(
                wave, "amount_change", "amount", (now[name] - then[name]) * cost, EXACT, estimand, name,
                "register_days", str(reference), basis="register",
            )
            for name in now
        ]  # fmt: skip
    return estimate_frame(rows)


def moved_by_rounding(estimates: pd.DataFrame) -> list[str]:
    """Return the municipalities whose amount depends on the rounding rule, in alphabetical order.

    Parameters
    ----------
    estimates
        Estimates with those of `cost_table` among them.
    """
    amounts = estimates[
        (estimates["item"] == "table_1") & (estimates["variable"] == "amount") & (estimates["group"] != "all")
    ]
    values = amounts.groupby("group")["value"].nunique()
    return sorted(group.removeprefix("municipality:") for group in values.index[values > 1])


def _inhabitants(population: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(n) for name, n in zip(population["name"], population["population"], strict=True)}


def _with_sum(parts: Parts) -> Iterator[tuple[str, Fraction]]:
    yield from parts.items()
    yield "all", sum(parts.values(), Fraction(0))


def estimate(
    wave: Wave,
    variable: str,
    statistic: str,
    value: Fraction | tuple[int, int],
    method: str,
    estimand: str,
    name: str = "all",
    item: str = "table_1",
    category: str = "",
    basis: Basis | None = None,
) -> Estimate:
    """Return an estimate of an agreement.

    Parameters
    ----------
    wave, variable, statistic, method, estimand, item, category
        As in `Estimate`.
    value
        A number; or the smallest and largest it can be, of which a number follows only where they are the same.
    name
        Municipality, or `all`.
    basis
        What it rests on; the wave's own basis where none is given.
    """
    low, high = value if isinstance(value, tuple) else (None, None)
    point = float(value) if isinstance(value, Fraction) else float(value[0]) if low == high else None
    return Estimate(
        study=wave.study,
        wave=wave.year,
        item=item,
        group=name if name == "all" else f"municipality:{name}",
        variable=variable,
        category=category,
        statistic=statistic,
        value=point,
        method=method,
        estimand=estimand,
        basis=basis or wave.basis,
        identified_low=low,
        identified_high=high,
    )
