"""What is possible in one way or another: ranges over all ways to settle what print disputes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Expression, minus, times


class Ways:
    """Several things that can be.

    A way is searched only if a bound that is found sooner does not tell that it holds no smaller value than another.

    Parameters
    ----------
    ways
        What is possible in each: at least one.
    """

    def __init__(self, ways: Sequence[Possible]) -> None:
        self._ways = ways

    def bounds(self, expression: Expression) -> tuple[int, int]:
        """Return the smallest and largest value of a sum of unknowns in any way: sharp."""
        return self._least(expression), -self._least(times(-1, expression))

    def percent_bounds(self, count: Expression, base: Expression | int) -> tuple[Fraction, Fraction] | None:
        """Return the smallest and largest percentage of one sum of another in any way; None where that is always 0."""
        least = self._least_percent(count, base)
        most = self._least_percent(times(-1, count), base)
        return None if least is None or most is None else (least, -most)

    def _least(self, expression: Expression) -> int:
        least = self._ways[0].least(expression)
        for way in self._ways[1:]:
            # A sum of unknowns without a negative factor is not below 0, in no way.
            if least == 0 and min(expression.values(), default=0) >= 0:
                break
            if way.lower_bound(expression) < least:
                least = min(least, way.least(expression))
        return least

    def _least_percent(self, count: Expression, base: Expression | int) -> Fraction | None:
        least: Fraction | None = None
        for way in self._ways:
            if least is not None and not isinstance(base, int):
                share = least / 100
                if way.lower_bound(minus(times(share.denominator, count), times(share.numerator, base))) >= 0:
                    continue
            found = way.least_percent(count, base)
            least = found if least is None or found is None else min(least, found)
        return least
