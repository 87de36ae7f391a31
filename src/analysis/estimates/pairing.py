"""McNemar's test where print gives the answers of two waves but not who gave them.

The same municipalities are asked twice. Printed are the margins of each wave, not how many went from no to yes
(*gained*) and from yes to no (*lost*), on which the test rests. All pairings that agree with print are gone through:
the p-value is a range. Where no pairing agrees, the printed statements contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from statsmodels.stats.contingency_tables import mcnemar

from analysis.estimates.intervals import check_counts


@dataclass(frozen=True)
class Margins:
    """How the municipalities answered in one wave.

    Parameters
    ----------
    yes, no
        Municipalities with a substantive answer.
    unknown
        Those that answered “don't know”.
    missing
        Those that did not answer.

    Raises
    ------
    ValueError
        A number is negative or not whole.
    """

    yes: int
    no: int
    unknown: int
    missing: int

    def __post_init__(self) -> None:
        check_counts(**{field.name: getattr(self, field.name) for field in fields(self)})

    @property
    def without_answer(self) -> int:
        """Municipalities with no substantive answer."""
        return self.unknown + self.missing

    @property
    def municipalities(self) -> int:
        """All municipalities."""
        return self.yes + self.no + self.without_answer


@dataclass(frozen=True)
class Pairing:
    """How many municipalities said what, of those with a substantive answer in both waves.

    Parameters
    ----------
    both
        Yes in both waves.
    gained
        No in the earlier wave, yes in the later.
    lost
        Yes in the earlier wave, no in the later.
    neither
        No in both waves.
    """

    both: int
    gained: int
    lost: int
    neither: int


@dataclass(frozen=True)
class Limits:
    """How many municipalities there can be, by what print says beyond the margins.

    Parameters
    ----------
    at_least, at_most
        Both included; `at_most` is None where print sets no upper limit.

    Raises
    ------
    ValueError
        `at_least` is larger than `at_most`, or a limit is negative or not whole.
    """

    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        check_counts(at_least=self.at_least, at_most=self.at_most or 0)
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at least {self.at_least} and at most {self.at_most}: no number is both")

    def within(self, most: int) -> range:
        """Return the numbers from 0 to `most` that are allowed."""
        return range(self.at_least, (most if self.at_most is None else min(self.at_most, most)) + 1)

    def missed_by(self, count: int) -> int:
        """Return how far a number lies outside, 0 where it is allowed."""
        return max(self.at_least - count, 0 if self.at_most is None else count - self.at_most, 0)


NO_LIMITS = Limits()


def pairings(earlier: Margins, later: Margins, gained: Limits = NO_LIMITS, lost: Limits = NO_LIMITS) -> list[Pairing]:
    """Return each pairing that agrees with the margins of both waves and with what else print says.

    A pairing agrees with the margins if and only if it has, in each wave, no more yes and no more no than the margin,
    and leaves out no more municipalities than are without an answer in one wave or the other:
    both + gained + lost + neither ≥ municipalities − earlier.without_answer − later.without_answer. (The margins then
    fix the rest of the table of yes, no and without answer in the one wave by the same in the other, and the
    difference between these two sides is its cell of those without an answer in both. How those without an answer
    divide into “don't know” and missing is free, so it restricts nothing.)

    Parameters
    ----------
    earlier, later
        The margins of the two waves, of the same municipalities.
    gained, lost
        What print says of those that answered both times. “6 closed since”: ``lost=Limits(at_most=6)``. 24 founded
        since an earlier wave in which all answered: ``gained=Limits(at_least=24)``.

    Returns
    -------
    list of Pairing
        Each once, by `lost`, then `gained`; empty where print contradicts itself.

    Raises
    ------
    ValueError
        The waves are not of the same number of municipalities.
    """
    if earlier.municipalities != later.municipalities:
        raise ValueError(
            f"the earlier wave has {earlier.municipalities} municipalities and the later {later.municipalities}; "
            "only the same municipalities can be paired"
        )
    answered_twice = earlier.municipalities - earlier.without_answer - later.without_answer  # at least so many
    agreeing = []
    for losing in lost.within(min(earlier.yes, later.no)):
        for gaining in gained.within(min(earlier.no, later.yes)):
            unchanged = answered_twice - losing - gaining
            most_both = min(earlier.yes - losing, later.yes - gaining)
            most_neither = min(earlier.no - gaining, later.no - losing)
            for both in range(max(0, unchanged - most_neither), most_both + 1):
                for neither in range(max(0, unchanged - both), most_neither + 1):
                    agreeing.append(Pairing(both, gaining, losing, neither))
    return agreeing


def shortfall(earlier: Margins, later: Margins, gained: Limits = NO_LIMITS, lost: Limits = NO_LIMITS) -> int:
    """Return by how many municipalities, at least, limits contradict the margins; 0 where some pairing agrees.

    Of all pairings that agree with the margins, the nearest to the limits counts: how far its `gained` and its `lost`
    lie outside theirs, added. Parameters and errors are those of `pairings`.
    """
    return min(gained.missed_by(pairing.gained) + lost.missed_by(pairing.lost) for pairing in pairings(earlier, later))


def mcnemar_p(gained: int, lost: int) -> float:
    """Return the two-sided p-value of McNemar's exact test: whether as many gained as lost.

    Conditional on the municipalities that changed, of which half would have gained by chance:
    ``binom.test(gained, gained + lost)$p.value`` in R. Where none changed it is 1.

    Raises
    ------
    ValueError
        A number is negative or not whole.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages.
    *Psychometrika* 12, 153–157.
    """
    check_counts(gained=gained, lost=lost)
    return float(mcnemar([[0, gained], [lost, 0]], exact=True).pvalue)


def p_range(agreeing: Iterable[Pairing]) -> tuple[float, float] | None:
    """Return the smallest and largest p-value of McNemar's exact test over pairings, or None where there are none."""
    p_values = [mcnemar_p(gained, lost) for gained, lost in {(pairing.gained, pairing.lost) for pairing in agreeing}]
    return (min(p_values), max(p_values)) if p_values else None
