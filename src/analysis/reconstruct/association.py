"""How strongly size and an answer can go together: the range over every export that agrees with print.

Of two size classes with shares `p1 = k1 / n1` and `p2 = k2 / n2` of an answer, the difference `p1 - p2` and the odds
ratio `p1 (1 - p2) / ((1 - p1) p2)` both grow with `p1` and fall with `p2`. Each is therefore largest at an efficient
pair of shares: one where no export has a larger `p1` with no larger `p2`, nor a smaller `p2` with no smaller `p1`.

Efficient pairs are gone through from the largest `p1` down (the epsilon-constraint method: Haimes, Lasdon & Wismer
1971, *On a bicriterion formulation of the problems of integrated system identification and system optimization*, IEEE
Transactions on Systems, Man, and Cybernetics 1: 296-297). Each is two optima of a share in whole numbers, whether or
not the bases are known: no pairs of bases are enumerated. Where the largest `p1` that is left, with the smallest `p2`
that there is at all, would give no more than what was found, nothing else can: so the end is sharp. Mostly the first
pair tells. The smallest value is that of the classes exchanged: minus the largest difference, or one divided by the
largest ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import parse_group
from analysis.errors import AnalysisError
from analysis.ingest.associations import COLUMNS
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Expression, Row, minus, plus, times
from analysis.reconstruct.system import System


def associate(
    codebook: Codebook,
    year: int,
    published: pd.DataFrame,
    class_sizes: Mapping[str, int],
    outcomes: Iterable[tuple[str, str]],
    classes: tuple[str, str],
    settled: System | None = None,
) -> pd.DataFrame:
    """Return the range of the association of size and each outcome over all exports that agree with print.

    Parameters
    ----------
    codebook, year
        The study and its wave.
    published
        Rows of `published.csv`; those of other waves or of something else are passed over.
    class_sizes
        Municipalities of each size class, by the register.
    outcomes
        Question and category, group of answers or option: print must say something of the question.
    classes
        The two size classes, the second to be compared with.
    settled
        The same wave, with what print disputes settled.

    Returns
    -------
    DataFrame
        `COLUMNS`, two rows for each outcome: scale `percentage_points` (share in the first class minus that in the
        second, of those who answered the question) and `odds_ratio` (0 and `inf` where a class has none, or all).
        `low` and `high` are sharp, over every way to settle at least cost what print disputes, but may be wider where
        too much hangs together to be searched (`System.possible_of`). They are over exports
        that have an association: a difference needs answers from both classes, an odds ratio also somebody who gave the
        answer and somebody who did not. Missing where no export has. `printed_by_size`: print gives a number of that
        answer for both classes; without any the range is wide, and that is what print says of size.

    Raises
    ------
    AnalysisError
        Print says nothing of a question; or what a response counts depends on how many its municipality gave, which is
        not known by size.
    """
    pairs = list(dict.fromkeys(outcomes))
    split_by = {variable: (SIZE,) for variable, _ in pairs}
    system = System(codebook, year, published, class_sizes, split_by, settled=settled)
    for variable, _ in pairs:
        _check(system, variable)
    rows = []
    for variable, category in pairs:
        possible = system.possible_of(variable)
        first, second = (_group(system, variable, category, size) for size in classes)
        printed = _is_printed(system, variable, category, classes)
        for scale, range_ in (("percentage_points", _difference), ("odds_ratio", _odds_ratio)):
            low, high = range_(possible, first, second) or (math.nan, math.nan)
            rows.append((variable, category, "-".join(classes), scale, float(low), float(high), printed))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def outcomes(system: System, published: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the answers of which to ask how size can go with them.

    Those that waves are compared on, and that print gives by size; and those of the models that the codebook declares
    (of a scale, its upper side), if print says something of the question at all. A question that is asked for several
    purposes only if its answers are printed by size.

    Parameters
    ----------
    system
        Of the wave.
    published
        Rows of `published.csv` of the wave.

    Returns
    -------
    list of (str, str)
        Question, and category, group of answers or option.
    """
    codebook = system.codebook
    compared = [(row.variable, row.category) for row in codebook.comparison.values()]
    by_size = [
        (row["variable"], row["category"])
        for _, row in published.iterrows()
        if parse_group(row["group"]).keys() == {SIZE}
        and row["category"]
        and codebook.variables[row["variable"]].kind in ("single", "multiple")
    ]
    modelled = []
    for model in codebook.models.values():
        variable = codebook.variables[name := model.outcome.variable]
        if name not in system.unknowns.variables or variable.asked_per or len(variable.weights) > 1:
            continue
        if answer := model.outcome.category or codebook.codes_of(name, system.year).upper_side:
            modelled.append((name, answer))
    return list(dict.fromkeys([*compared, *by_size, *modelled]))


Value = Fraction | float
"""Of an association; a float only where it is infinite."""


@dataclass(frozen=True)
class _Group:
    """How many responses of a size class gave an answer, and of how many."""

    count: Expression
    base: Expression

    @property
    def others(self) -> Expression:
        return minus(self.base, self.count)

    def at_least(self, share: Fraction) -> Row:
        return Row(minus(times(share.denominator, self.count), times(share.numerator, self.base)), 0, None)

    def less_than(self, share: Fraction) -> Row:
        return Row(minus(times(share.numerator, self.base), times(share.denominator, self.count)), 1, None)


def _check(system: System, variable: str) -> None:
    declared = system.codebook.variables[variable]
    if variable not in system.unknowns.variables:
        raise AnalysisError(
            f"no printed number of {system.year} is about {variable}: any association with size agrees with print. "
            "Leave it out of the outcomes."
        )
    if len(declared.weights) > 1:
        raise AnalysisError(
            f"what a response counts in {variable} depends on how many its municipality gave, which is not known by "
            "size. Leave it out of the outcomes."
        )


def _group(system: System, variable: str, category: str, size: str) -> _Group:
    declared, unknowns = system.codebook.variables[variable], system.unknowns
    options = declared.options
    members = [category] if options else system.codebook.codes_of(variable, system.year).members(category)
    places = unknowns.places(variable, {SIZE: size})
    count = plus(*(unknowns.gave(place, member) for place in places for member in members))
    if declared.share_of == "all":
        return _Group(count, unknowns.responses(size))
    return _Group(count, plus(*(unknowns.answered(place) for place in places)))


def _is_printed(system: System, variable: str, category: str, classes: tuple[str, str]) -> bool:
    rows = system.printed.rows
    own = rows[(rows["variable"] == variable) & (rows["category"] == category)]
    return set(classes) <= {keys[SIZE] for keys in map(parse_group, own["group"]) if keys.keys() == {SIZE}}


def _difference(possible: Possible, first: _Group, second: _Group) -> tuple[Value, Value] | None:
    """Return the smallest and largest difference of two shares in percentage points; None where there is never one."""

    def points(one: Fraction, other: Fraction) -> Value:
        return 100 * (one - other)

    some = _where_some(possible, first.base, second.base)
    return None if some is None else (-_largest(some, second, first, points), _largest(some, first, second, points))


def _odds_ratio(possible: Possible, first: _Group, second: _Group) -> tuple[Value, Value] | None:
    """Return the smallest and largest odds ratio; None where there is never one."""

    def ratio(one: Fraction, other: Fraction) -> Value:
        above, below = one * (1 - other), (1 - one) * other
        return above / below if below else math.inf

    yes, no = plus(first.count, second.count), plus(first.others, second.others)
    some = _where_some(possible, first.base, second.base, yes, no)
    if some is None:
        return None
    inverse = _largest(some, second, first, ratio)
    return 1 / inverse if inverse else math.inf, _largest(some, first, second, ratio)


def _where_some(possible: Possible, *sums: Expression) -> Possible | None:
    """Return what is left where some sums are all at least 1; None where nothing is."""
    for terms in sums:
        if possible.bounds(terms)[1] < 1:
            return None
        possible = possible.with_rows([Row(terms, 1, None)])
    return possible


def _largest(
    possible: Possible, first: _Group, second: _Group, measure: Callable[[Fraction, Fraction], Value]
) -> Value:
    """Return the largest value of what grows with the first share and falls with the second: see the module."""
    least = _shares(possible, second)[0]
    if possible.nodes is not None:
        # Each share's end may be one that nothing has: no pair of them is looked for.
        return measure(_shares(possible, first)[1], least)
    found: list[Value] = []
    while True:
        most = _shares(possible, first)[1]
        if found and measure(most, least) <= max(found):
            return max(found)
        beside = _shares(possible.with_rows([first.at_least(most)]), second)[0]
        found.append(measure(most, beside))
        if beside == least:
            return max(found)
        possible = possible.with_rows([second.less_than(beside)])


def _shares(possible: Possible, group: _Group) -> tuple[Fraction, Fraction]:
    """Return the smallest and largest share of a group that is known to have a base."""
    percents = possible.percent_bounds(group.count, group.base)
    assert percents is not None
    return percents[0] / 100, percents[1] / 100
