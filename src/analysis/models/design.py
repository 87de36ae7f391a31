"""Predictors as columns of numbers: population on a log scale, bent or straight, groups against a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.checks import INTERCEPT

# Outer quantiles by number of knots (Harrell 2015, table 2.3); the others lie evenly between.
_OUTER = {3: 0.10, 4: 0.05, 5: 0.05}


class Term(Protocol):
    """A predictor: what it makes of a unit's data."""

    def columns(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return its columns, by unit; nan where the data are missing."""
        ...


@dataclass(frozen=True)
class Log2:
    """A positive number on a log scale: its coefficient is the change from a doubling.

    Parameters
    ----------
    variable
        Its name in the data.
    """

    variable: str = "population"

    def columns(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return `log2_<variable>`."""
        return pd.DataFrame({f"log2_{self.variable}": _log2(data[self.variable])})


@dataclass(frozen=True)
class Spline:
    """A positive number on a log scale, bent at knots: cubic between them and straight outside.

    Parameters
    ----------
    variable
        Its name in the data.
    knots
        On the log scale, ascending, at least three. Where two are the same nothing bends: the columns are then 0,
        which the check `rank` names.

    References
    ----------
    Harrell, F. E. (2015). *Regression Modeling Strategies*, 2nd ed., eq. 2.25. In R: `rms::rcs`, whose scaling this is
    (divided by the square of the distance of the outer knots).
    """

    variable: str
    knots: tuple[float, ...]

    def columns(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return `log2_<variable>`, and what bends it with a prime more for each, as R's rms names them."""
        x = _log2(data[self.variable])
        *inner, before_last, last = self.knots
        distinct = np.all(np.diff(self.knots) > 0)
        bent = {}
        for primes, knot in enumerate(inner, start=1):
            column = pd.Series(0.0, x.index).where(x.notna())
            if distinct:
                column = _cube(x - knot) + (
                    (before_last - knot) * _cube(x - last) - (last - knot) * _cube(x - before_last)
                ) / (last - before_last)
                column /= (last - self.knots[0]) ** 2
            bent[f"log2_{self.variable}{primes * chr(39)}"] = column
        return pd.DataFrame({f"log2_{self.variable}": x, **bent})


@dataclass(frozen=True)
class Dummies:
    """Groups, each against the reference.

    Parameters
    ----------
    variable
        Its name in the data.
    levels
        All of them, in order, the reference among them.
    reference
        The level that the others are compared with.
    """

    variable: str
    levels: tuple[str, ...]
    reference: str

    def __post_init__(self) -> None:
        if self.reference not in self.levels:
            raise AnalysisError(
                f"{self.variable}: the reference {self.reference!r} is no level; allowed: {', '.join(self.levels)}. "
                "Name one of them."
            )

    def columns(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return `<variable>:<level>` for each level but the reference.

        Raises
        ------
        AnalysisError
            The data have a level that is not declared: it would silently count as the reference.
        """
        given = data[self.variable].astype("string")
        codes = pd.Index(list(self.levels)).get_indexer(pd.Index(given))
        missing = given.isna().to_numpy()
        if odd := sorted(set(given[(codes < 0) & ~missing])):
            raise AnalysisError(
                f"{self.variable}: {', '.join(odd)}; allowed: {', '.join(self.levels)}. Declare the level or recode it."
            )
        # Whole columns at once: a design is made for every change of every model.
        found = np.where(missing[:, None], np.nan, codes[:, None] == np.arange(len(self.levels)))
        columns = pd.DataFrame(found, data.index, [f"{self.variable}:{level}" for level in self.levels])
        return columns.drop(columns=f"{self.variable}:{self.reference}")


@dataclass(frozen=True)
class Product:
    """Whether one predictor tells more, or less, the more there is of another (an interaction).

    Parameters
    ----------
    first, second
        Terms that stand in the design by themselves too.
    """

    first: Term
    second: Term

    def columns(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the product of each pair of columns."""
        first, second = self.first.columns(data), self.second.columns(data)
        return pd.DataFrame({f"{one} × {other}": first[one] * second[other] for one in first for other in second})


def knots(values: pd.Series, count: int = 3) -> tuple[float, ...]:
    """Return the places of a number of knots: fixed quantiles, on a log scale.

    As R's `Hmisc::rcspline.eval`: of fewer than 100 values the outer knots are the fifth from each end. (Where the
    smallest or largest value is that of 5 % or more, R moves knots away from it; here they stay. Give each municipality
    once, and none is.)

    Parameters
    ----------
    values
        Positive; what is missing or not above 0 does not count.
    count
        3, 4 or 5.

    Raises
    ------
    AnalysisError
        Another count, or fewer than six values.

    References
    ----------
    Harrell, F. E. (2015). *Regression Modeling Strategies*, 2nd ed., section 2.4.6.
    """
    if count not in _OUTER:
        raise AnalysisError(f"{count} knots; allowed: {', '.join(map(str, _OUTER))}. Choose one of them.")
    x = np.sort(_log2(values).dropna().to_numpy())
    if len(x) < 6:
        raise AnalysisError(f"{len(x)} values are too few to bend a line; at least 6 are needed. Use a straight one.")
    places = np.quantile(x, np.linspace(_OUTER[count], 1 - _OUTER[count], count))
    if len(x) < 100:
        places[0], places[-1] = x[4], x[-5]
    return tuple(places.tolist())


def design_matrix(data: pd.DataFrame, terms: Sequence[Term]) -> pd.DataFrame:
    """Return a design matrix: the intercept, and the columns of each term.

    For another population, or another level, of the same units: the same terms of changed data, e.g.
    `data.assign(population=2 * data["population"])`.

    Parameters
    ----------
    data
        A unit a row.
    terms
        In the order in which they are to stand; of columns that say the same the later is the redundant one.
    """
    intercept = pd.DataFrame({INTERCEPT: 1.0}, index=data.index)
    return pd.concat([intercept, *(term.columns(data) for term in terms)], axis=1)


def _log2(values: pd.Series) -> pd.Series[float]:
    number = values.astype(float)
    return number.where(number > 0).map(np.log2)


def _cube(values: pd.Series[float]) -> pd.Series[float]:
    return values.clip(lower=0) ** 3
