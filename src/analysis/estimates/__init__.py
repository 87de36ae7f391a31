"""Responses and registers -> tidy estimates. Pure: nothing here draws or touches a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import get_args

import pandas as pd

from analysis.codebook import Basis, Wave
from analysis.codebook.questions import BaseKind


@dataclass(frozen=True)
class Estimate:
    """One row of `estimates.csv`.

    Parameters
    ----------
    study, wave
        The study and its survey year.
    item, group, variable, category, statistic
        What it is an estimate of, in the words of `published.csv`; several rows of one cell differ in `method`.
    value
        In base units (kroner, inhabitants, per cent); None where only a range is known.
    low, high
        Interval of the `method`; None where the method has none.
    method
        How the value came about.
    estimand
        What share or amount of whom.
    weighting
        Weights used, or empty.
    base, base_kind
        Number of units the value rests on, and which of the three kinds of base that is.
    population
        Number of municipalities or inhabitants it speaks of.
    clusters
        Number of municipalities, where units nest in them.
    universe
        Who was asked.
    basis
        What the value rests on.
    identified_low, identified_high
        Range of the values that agree with what is known, where that is no single one.
    """

    study: str
    wave: int
    item: str
    variable: str
    statistic: str
    method: str
    estimand: str
    basis: Basis
    value: float | None = None
    group: str = "all"
    category: str = ""
    low: float | None = None
    high: float | None = None
    weighting: str = ""
    base: int | None = None
    base_kind: str = ""
    population: int | None = None
    clusters: int | None = None
    universe: str = ""
    identified_low: float | None = None
    identified_high: float | None = None


COLUMNS = (
    "study", "wave", "item", "group", "variable", "category", "statistic", "value", "low", "high",
    "method", "estimand", "weighting", "base", "base_kind", "population", "clusters", "universe", "basis",
    "identified_low", "identified_high",
)  # fmt: skip
"""The columns of `estimates.csv`, in order (design, section 5)."""

AS_LISTED = "as_listed"
AS_STATED = "as_stated"
AS_PRINTED = "as_printed"
TRANSCRIBED = (AS_LISTED, AS_STATED, AS_PRINTED)
"""Methods of values that were taken over, not computed: where print is the source, agreeing with it proves nothing."""

SUM_OF_UNROUNDED = "sum_of_unrounded"
"""Method of a total that is not the sum of its parts as rounded, but of the parts as they were."""

COUNTED = "counted"
WORST_CASE = "worst_case"
"""Method of a share whose interval is what the municipalities that did not answer could change."""

HYPERGEOMETRIC = "hypergeometric"
SUPERPOPULATION = "superpopulation"
DONT_KNOW_AS_YES = "dont_know_as_yes"

CLUSTERED = "clustered"
"""Method of a share of answers of which several can come from one municipality."""

MUNICIPALITY_WEIGHTED = "municipality_weighted"
"""Method of such a share in which each municipality in the base weighs the same."""

ONE_MUNICIPALITY_ONE_VOTE = "one_municipality_one_vote"
"""Method of a weighted share in which all responses of a municipality to a question, blank or not, weigh 1 together."""

POST_STRATIFIED = "post_stratified"
"""Method, and weighting, of a share in which each size class counts as its municipalities do."""

AS_RECOMPUTED = "recomputed"
"""Method of a printed number as the other printed numbers have it, itself unused."""

ON_BASE = {kind: f"on_{kind}" for kind in get_args(BaseKind)}
"""Methods of a share on another base than the item's own."""

KEY = ("wave", "item", "group", "variable", "category", "statistic")
"""What a printed number and its estimates have in common."""

_NUMBERS = ("value", "low", "high", "identified_low", "identified_high")
_COUNTS = ("base", "population", "clusters")
NUMERIC = (*_NUMBERS, *_COUNTS)
"""The columns that hold numbers; `wave` is a year, all others are text."""


def count_frame(
    counts: Mapping[str, int], wave: Wave, item: str, estimand: str, basis: Basis = "published"
) -> pd.DataFrame:
    """Return counts of rows of something as estimates: what a page says of itself.

    Parameters
    ----------
    counts
        Variable -> count.
    wave, item
        Whose they are, and what they are called under.
    estimand, basis
        What was counted, and what it rests on.
    """
    return estimate_frame(
        Estimate(
            study=wave.study,
            wave=wave.year,
            item=item,
            variable=variable,
            statistic="count",
            value=float(count),
            method=COUNTED,
            estimand=estimand,
            basis=basis,
        )
        for variable, count in counts.items()
    )


def estimate_frame(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Return estimates as a table with the columns of `estimates.csv`.

    Raises
    ------
    ValueError
        Two rows are the same cell by the same method.
    """
    frame = pd.DataFrame(map(attrgetter(*COLUMNS), estimates), columns=list(COLUMNS))
    frame = frame.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_COUNTS, "Int64"))
    repeated = frame.duplicated([*KEY, "method"])
    if repeated.any():
        raise ValueError(f"the same estimate twice:\n{frame.loc[repeated, [*KEY, 'method']]}")
    return frame
