"""What may leave the building: small numbers of municipalities in a collected export are withheld.

A first rule, by distribution. It knows nothing of differences between questions, studies or releases.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.estimates import DONT_KNOW_AS_YES, ON_BASE

NUMBERS = ["value", "low", "high", "identified_low", "identified_high", "base"]
"""Columns that are emptied where a row is withheld."""


def withhold(estimates: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Return estimates of a collected wave without the numbers that rest on too few municipalities.

    Withheld is an answer that fewer than `wave.minimum_cell` municipalities gave, but at least one; of a
    multiple-response option also one that all but so few gave. Where that leaves one number, or numbers that add to
    too few, to be found by subtraction from the base, the next smallest goes too, and with any category every group it
    belongs to. Bases without the don't knows go where the don't knows do. (Hundepool, A. et al. (2012). *Statistical
    Disclosure Control*. Wiley, chapter 4: primary and secondary suppression.)

    Parameters
    ----------
    estimates
        Rows of `estimates.csv`, those of each distribution complete.

    Returns
    -------
    DataFrame
        The same rows; withheld ones have no number in any of `NUMBERS`.
    """
    closed = set(_withheld(estimates, codebook, wave))
    unknown = {variable for variable, category in closed if category in _unknowns(codebook, variable, wave.year)}
    other_base = estimates["method"].isin([*ON_BASE.values(), DONT_KNOW_AS_YES])
    hidden = pd.Series(
        [pair in closed for pair in zip(estimates["variable"], estimates["category"], strict=True)],
        index=estimates.index,
        dtype=bool,
    ) | (other_base & estimates["variable"].isin(unknown))
    controlled = estimates.copy()
    controlled.loc[hidden, NUMBERS] = pd.NA
    return controlled


def _withheld(estimates: pd.DataFrame, codebook: Codebook, wave: Wave) -> Iterator[tuple[str, str]]:
    """Yield variable and answer of what is withheld."""
    counts = estimates[(estimates["statistic"] == "count") & (estimates["group"] == "all")]
    for name, rows in counts.groupby("variable", sort=False):
        question = codebook.variables[str(name)]
        given = {category: int(value) for category, value in zip(rows["category"], rows["value"], strict=True)}
        base = int(rows["base"].iloc[0])
        if question.kind == "multiple":
            small = range(1, wave.minimum_cell)
            yield from ((str(name), option) for option, k in given.items() if k in small or base - k in small)
        elif question.kind == "single":
            codes = codebook.codes_of(str(name), wave.year)
            hidden = _hidden({category: given[category] for category in codes.categories}, wave.minimum_cell)
            yield from ((str(name), category) for category in hidden)
            yield from ((str(name), group) for group, spec in codes.groups.items() if hidden & set(spec.of))


def _hidden(counts: dict[str, int], minimum: int) -> set[str]:
    """Return the categories of one distribution that must go so that no small one can be found by subtraction."""
    hidden = {category for category, k in counts.items() if 0 < k < minimum}
    shown = sorted((k, category) for category, k in counts.items() if k >= minimum)
    while hidden and shown and (len(hidden) == 1 or sum(counts[category] for category in hidden) < minimum):
        hidden.add(shown.pop(0)[1])
    return hidden


def _unknowns(codebook: Codebook, variable: str, year: int) -> list[str]:
    if codebook.variables[variable].kind != "single":
        return []
    codes = codebook.codes_of(variable, year)
    return [name for name in codes.categories if name not in codes.substantive]
