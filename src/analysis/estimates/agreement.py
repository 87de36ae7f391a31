"""Estimates of a cost-sharing agreement: its table, the rules it did not choose, and what its print implies."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import get_args

import pandas as pd

from analysis.codebook import Wave
from analysis.estimates import Estimate, estimate_frame
from analysis.estimates.allocation import (
    KRONE,
    TENTH_OF_A_PERCENT,
    Parts,
    Rounding,
    Rule,
    implied_cost,
    implied_populations,
    round_parts,
    shares,
)

AS_LISTED = "as_listed"
AS_STATED = "as_stated"
IMPLIED = "implied_by_amounts"
SUM_OF_PARTS = "sum_of_parts"
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
        sum of the rounded parts, which is not always the whole.
    """
    inhabitants = _inhabitants(population)
    exact = shares(inhabitants)
    declared_first = sorted(get_args(Rounding), key=lambda name: name != rounding)
    rows = [
        _estimate(wave, "municipalities", "count", Fraction(len(inhabitants)), AS_LISTED, "who shares the cost"),
        _estimate(wave, "cost", "amount", Fraction(cost), AS_STATED, "the cost shared"),
    ]
    rows += [
        _estimate(wave, "population", "population", value, AS_LISTED, f"inhabitants on {wave.reference}", name)
        for name, value in _with_sum({name: Fraction(count) for name, count in inhabitants.items()})
    ]
    for variable, statistic, whole, unit in (
        ("amount", "amount", Fraction(cost), KRONE),
        ("share", "percent", Fraction(100), TENTH_OF_A_PERCENT),
    ):
        for method in declared_first:
            parts = round_parts({name: share * whole for name, share in exact.items()}, method, unit)
            estimand = f"part of the cost by population on {wave.reference}"
            rows += [
                _estimate(wave, variable, statistic, value, method, estimand, name) for name, value in _with_sum(parts)
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
        _estimate(
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
                rows.append(_estimate(wave, variable, statistic, value, EXACT, estimand, name, "rules", rule))
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
            _estimate(
                wave, "amount_change", "amount", (now[name] - then[name]) * cost, EXACT, estimand, name,
                "register_days", str(reference),
            )
            for name in now
        ]  # fmt: skip
    return estimate_frame(rows)


def implied_inputs(wave: Wave, published: pd.DataFrame) -> pd.DataFrame:
    """Return what the printed numbers say of each other: no row uses the printed number it is held against.

    Each population follows from the printed amount, the cost and the total; the total from the fifteen
    populations; the cost from all amounts and populations, as a range.

    Parameters
    ----------
    published
        The wave's rows of `published.csv`.

    Returns
    -------
    DataFrame
        Estimates of items `table_1` and `text`; none where print gives no such table.
    """
    table = published[published["item"] == "table_1"]
    parts = table[table["group"] != "all"].assign(name=lambda rows: rows["group"].str.removeprefix("municipality:"))
    amounts = _whole(parts, "amount")
    inhabitants = _whole(parts, "population")
    cost = published.loc[published["variable"] == "cost", "value"]
    total = table.loc[(table["group"] == "all") & (table["variable"] == "population"), "value"]
    if not amounts or amounts.keys() != inhabitants.keys() or cost.empty or total.empty:
        return estimate_frame([])
    rows = [
        _ranged(wave, "table_1", "population", "population", limits, f"inhabitants on {wave.reference}", name)
        for name, limits in implied_populations(amounts, int(cost.iloc[0]), int(total.iloc[0])).items()
    ]
    everyone = Fraction(sum(inhabitants.values()))
    rows += [
        _estimate(wave, "population", "population", everyone, SUM_OF_PARTS, "inhabitants in all", "all", item)
        for item in ("table_1", "text")
    ]
    rows.append(_ranged(wave, "text", "cost", "amount", implied_cost(amounts, inhabitants), "the cost shared"))
    return estimate_frame(rows)


def readings(wave: Wave, published: pd.DataFrame, cost: int) -> pd.DataFrame:
    """Return what the cost means under the two readings that the printed post percentage allows.

    The text says a percentage of a post, and one year's cost of a post, but not whether the second is already
    the first's part.

    Returns
    -------
    DataFrame
        Estimates of item `readings`, in kroner: `category` `cost_is_part` (the printed cost is that of the part
        of a post) or `cost_is_full` (it is that of a full post); variables `full_post` and `part_post`.
        None where print gives no percentage.
    """
    post = published.loc[published["variable"] == "post", "value"]
    if post.empty:
        return estimate_frame([])
    part = Fraction(str(post.iloc[0])) / 100
    by_reading = {
        "cost_is_part": {"full_post": cost / part, "part_post": Fraction(cost)},
        "cost_is_full": {"full_post": Fraction(cost), "part_post": cost * part},
    }
    return estimate_frame(
        _estimate(
            wave,
            variable,
            "amount",
            value,
            EXACT,
            f"yearly cost of the {variable}",
            "all",
            "readings",
            reading,
        )
        for reading, values in by_reading.items()
        for variable, value in values.items()
    )


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


def _whole(rows: pd.DataFrame, variable: str) -> dict[str, int]:
    chosen = rows[rows["variable"] == variable]
    return {str(name): int(value) for name, value in zip(chosen["name"], chosen["value"], strict=True)}


def _with_sum(parts: Parts) -> Iterator[tuple[str, Fraction]]:
    yield from parts.items()
    yield "all", sum(parts.values(), Fraction(0))


def _estimate(
    wave: Wave,
    variable: str,
    statistic: str,
    value: Fraction,
    method: str,
    estimand: str,
    name: str = "all",
    item: str = "table_1",
    category: str = "",
) -> Estimate:
    return Estimate(
        study=wave.study,
        wave=wave.year,
        item=item,
        group=name if name == "all" else f"municipality:{name}",
        variable=variable,
        category=category,
        statistic=statistic,
        value=float(value),
        method=method,
        estimand=estimand,
        basis=wave.basis,
    )


def _ranged(
    wave: Wave,
    item: str,
    variable: str,
    statistic: str,
    limits: tuple[int, int],
    estimand: str,
    name: str = "all",
) -> Estimate:
    low, high = limits
    return Estimate(
        study=wave.study,
        wave=wave.year,
        item=item,
        group=name if name == "all" else f"municipality:{name}",
        variable=variable,
        statistic=statistic,
        value=float(low) if low == high else None,
        method=IMPLIED,
        estimand=estimand,
        # Print implies it, whatever the wave's own list rests on.
        basis="published",
        identified_low=float(low),
        identified_high=float(high),
    )
