"""The estimates of a reconstructed wave, as far as print fixes them, and how much it leaves open or disputes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.estimates import (
    DONT_KNOW_AS_YES,
    MUNICIPALITY_WEIGHTED,
    ON_BASE,
    ONE_MUNICIPALITY_ONE_VOTE,
    Estimate,
    count_frame,
)
from analysis.estimates.quantities import PARTICIPATION
from analysis.ingest.disputes import GIVEN_UP

_ANYTHING = 99.95  # points: shown, it is 100
_OTHER_BASES = (*ON_BASE.values(), DONT_KNOW_AS_YES)


def as_identified(rows: list[Estimate], identified: pd.DataFrame, codebook: Codebook) -> Iterator[Estimate]:
    """Yield the estimates of a reconstruction with the ranges that print leaves them, without a value where open.

    What print says nothing about is left out: what the export holds of it is padding. So is what rests on which
    municipality gave which answers, which is made up: percentages with other weights; those with the declared ones are
    without interval. On another base than the declared one, or with the don't knows as something else, percentages are
    left out where print leaves the base or the don't knows open, and on the base of all asked where the reconstruction
    made up who left a question blank.

    Parameters
    ----------
    rows
        Estimates from the reconstructed responses.
    identified
        The ranges (`ingest.identified`).
    codebook
        The study's.
    """
    ranges = {tuple(row[:4]): (float(row[4]), float(row[5])) for row in identified.itertuples(index=False)}
    for row in rows:
        if (key := (row.variable, row.group, row.category, row.statistic)) not in ranges:
            if row.variable == PARTICIPATION or row.basis == "register":
                yield row
            continue
        if row.method in (MUNICIPALITY_WEIGHTED, ONE_MUNICIPALITY_ONE_VOTE):
            continue
        low, high = ranges[key]
        smallest, largest = ranges.get((row.variable, row.group, "", "base"), (low, high))
        fixed_base = smallest == largest
        if row.clusters is not None:
            # A sum of weights does not tell how many answers it is of.
            base = None if row.weighting else row.base
            row = replace(row, low=None, high=None, base=base, clusters=None)
        if row.method in _OTHER_BASES:
            if _is_fixed(row, ranges, codebook):
                yield replace(row, identified_low=row.value, identified_high=row.value)
            continue
        # What rests on an open base is of this draw, and of no other.
        bounded = low == high and fixed_base
        yield replace(
            row,
            value=row.value if low == high else None,
            low=row.low if bounded else None,
            high=row.high if bounded else None,
            base=row.base if fixed_base else None,
            identified_low=low,
            identified_high=high,
        )


def _is_fixed(row: Estimate, ranges: dict[tuple[str, ...], tuple[float, float]], codebook: Codebook) -> bool:
    """Tell whether print fixes a percentage on another base than the declared one."""
    if row.method == ON_BASE["asked"] and codebook.blanks:
        return False
    single = codebook.variables[row.variable].kind == "single"
    unknown = codebook.codes_of(row.variable, row.wave).unknown if single else []
    keys = [("", "base"), *((category, "count") for category in (row.category, *unknown))]
    found = [ranges.get((row.variable, row.group, *key), (0.0, 1.0)) for key in keys]
    return all(low == high for low, high in found)


def says_nothing(association: pd.Series) -> bool:
    """Tell whether a row of `associations.csv` in percentage points goes from −100 to 100."""
    return bool(association["low"] < -_ANYTHING and association["high"] > _ANYTHING)


def association_counts(associations: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Count the answers of which print says something about size.

    Parameters
    ----------
    associations
        As `ingest.associations.read_associations` returns them.
    wave
        The wave they are of.

    Returns
    -------
    DataFrame
        Estimates of item `associations`: variables `outcomes`, `silent` (print says nothing: any difference of the two
        classes agrees with it) and `told` (the others).
    """
    rows = associations[associations["scale"] == "percentage_points"]
    silent = sum(says_nothing(row) for _, row in rows.iterrows())
    counts = {"outcomes": len(rows), "silent": silent, "told": len(rows) - silent}
    return count_frame(counts, wave, "associations", "answers compared between size classes")


def dispute_counts(disputes: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Count what print disputes, and what the export makes of it.

    Parameters
    ----------
    disputes
        As `ingest.disputes.read_disputes` returns them.
    wave
        The wave they are of.

    Returns
    -------
    DataFrame
        Estimates of item `disputes`: variables `disputes`, `several` (those that more than one way settles), and of
        printed numbers `given_up` and `rounded` (read as rounded otherwise than half up) by the export.
    """
    places = disputes[disputes["followed"]].copy()
    # One printed base may be that of several questions.
    places.loc[places["what"] == "base", "variable"] = ""
    places = places.drop_duplicates(["item", "line", "variable", "group", "category", "printed"])
    given_up = int((places["read_as"] == GIVEN_UP).sum())
    ways = disputes.groupby("dispute")["way"].nunique()
    counts = {
        "disputes": len(ways),
        "several": int((ways > 1).sum()),
        "given_up": given_up,
        "rounded": len(places) - given_up,
    }
    return count_frame(counts, wave, "disputes", "printed numbers that contradict others")
