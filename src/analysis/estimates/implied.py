"""What the printed numbers of an agreement say of each other, and what they leave open."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from analysis.codebook import Wave
from analysis.estimates import AS_PRINTED, estimate_frame
from analysis.estimates.agreement import EXACT, estimate
from analysis.estimates.allocation import implied_cost, implied_populations

IMPLIED_BY_ONE = "implied_by_amount"
IMPLIED_BY_ALL = "implied_by_amounts"
SUM_OF_PARTS = "sum_of_parts"


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
    everyone = Fraction(sum(inhabitants.values()))
    populations = implied_populations(amounts, int(cost.iloc[0]), int(total.iloc[0]))
    of_part, of_all = f"inhabitants on {wave.reference}", "inhabitants in all"
    # Print implies all of it, whatever the wave's own list rests on.
    rows = [
        estimate(wave, "population", "population", limits, IMPLIED_BY_ONE, of_part, name, basis="published")
        for name, limits in populations.items()
    ]
    rows += [
        estimate(wave, "population", "population", everyone, SUM_OF_PARTS, of_all, "all", item, basis="published")
        for item in ("table_1", "text")
    ]
    limits = implied_cost(amounts, inhabitants)
    rows.append(
        estimate(wave, "cost", "amount", limits, IMPLIED_BY_ALL, "the cost shared", "all", "text", basis="published")
    )
    return estimate_frame(rows)


def readings(wave: Wave, published: pd.DataFrame) -> pd.DataFrame:
    """Return what the printed cost means under the two readings that the printed post percentage allows.

    The text says a percentage of a post, and one year's cost of a post, but not whether the second is already
    the first's part.

    Returns
    -------
    DataFrame
        Estimates of item `readings`, in kroner: `category` `cost_is_part` (the printed cost is that of the part
        of a post) or `cost_is_full` (it is that of a full post); variables `full_post` and `part_post`. Beside them
        the printed percentage, `post`. None where print gives no percentage or no cost.
    """
    post = published.loc[published["variable"] == "post", "value"]
    printed_cost = published.loc[published["variable"] == "cost", "value"]
    if post.empty or printed_cost.empty:
        return estimate_frame([])
    part, cost = Fraction(str(post.iloc[0])) / 100, Fraction(int(printed_cost.iloc[0]))
    by_reading = {
        "cost_is_part": {"full_post": cost / part, "part_post": cost},
        "cost_is_full": {"full_post": cost, "part_post": cost * part},
    }
    rows = [
        estimate(
            wave, "post", "percent", part * 100, AS_PRINTED, "part of a post", "all", "readings", basis="published"
        )
    ]
    for reading, values in by_reading.items():
        for variable, value in values.items():
            told = f"yearly cost of the {variable}"
            rows.append(
                estimate(wave, variable, "amount", value, EXACT, told, "all", "readings", reading, basis="published")
            )
    return estimate_frame(rows)


def _whole(rows: pd.DataFrame, variable: str) -> dict[str, int]:
    chosen = rows[rows["variable"] == variable]
    return {str(name): int(value) for name, value in zip(chosen["name"], chosen["value"], strict=True)}
