"""A fitted model along population: what it predicts, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.models.effects import Probability, at_least, logistic, predicted
from analysis.models.fit import Fit
from analysis.models.fitting import Fitted

_PLACES = 40
# Municipalities beyond are few: the ends of a curve would be theirs alone, and name them.
_ENDS = (0.05, 0.95)
_BINS, _IN_BIN = 8, 10


def probabilities(found: Fitted, category: str | None) -> Iterator[tuple[str, Probability]]:
    """Yield the probability of a binary outcome, or of each answer above the lowest or a higher one.

    Parameters
    ----------
    category
        What a binary outcome is of; None of an ordinal one.
    """
    assert isinstance(found.fit, Fit)
    if category is not None:
        yield category, logistic(found.fit)
    else:
        for answer in list(found.outcome.cat.categories)[1:]:
            yield answer, at_least(found.fit, answer)


def predictions(found: Fitted, category: str | None) -> pd.DataFrame:
    """Return the shares were all units of a population, the rest as it is.

    Returns
    -------
    DataFrame
        `category`, `population` (from the 5th to the 95th percentile of the municipalities, even on a log scale),
        `value`, `low`, `high` (per cent, 95 % interval).
    """
    data = found.data
    there = data.drop_duplicates("municipality")["population"].astype(float)
    low, high = (float(there.quantile(end)) for end in _ENDS)
    designs = {place: found.design(data.assign(population=place)) for place in np.geomspace(low, high, _PLACES)}
    parts = []
    for answer, probability in probabilities(found, category):
        curve = predicted(probability, designs).rename(columns={"place": "population"})
        curve[["value", "low", "high"]] *= 100
        parts.append(curve.assign(category=answer))
    return pd.concat(parts, ignore_index=True)


def observed(found: Fitted, category: str | None) -> pd.DataFrame:
    """Return the shares that were given, in bins of about as many units: at least ten, if there are as many.

    Returns
    -------
    DataFrame
        `category`, `population` (geometric mean of the bin's units), `value` (per cent), `n`.
    """
    population = found.data["population"].astype(float)
    count = max(1, min(_BINS, len(population) // _IN_BIN))
    # The units of a municipality share a population, and so a bin.
    bins = pd.qcut(population, count, duplicates="drop")
    middle = population.map(np.log).groupby(bins, observed=True).mean().map(np.exp)
    if category is not None:
        given = {category: found.outcome}
    else:
        given = {answer: found.outcome >= answer for answer in list(found.outcome.cat.categories)[1:]}
    parts = []
    for answer, gave in given.items():
        share = 100 * gave.groupby(bins, observed=True).mean()
        frame = pd.DataFrame({"population": middle, "value": share, "n": bins.value_counts(sort=False)})
        parts.append(frame.assign(category=answer))
    return pd.concat(parts, ignore_index=True)
