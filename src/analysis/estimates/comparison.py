"""Two waves of a survey -> what changed, and what the same municipalities may have done in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.codebook import Basis, Codebook, ComparisonRow, Wave, combined_basis
from analysis.estimates import (
    COUNTED,
    DONT_KNOW_AS_YES,
    ON_BASE,
    SUPERPOPULATION,
    WORST_CASE,
    Estimate,
    count_frame,
    estimate_frame,
)
from analysis.estimates.intervals import Interval, change, change_superpopulation, worst_case
from analysis.estimates.pairing import NO_LIMITS, Limits, Margins, Pairing, p_range, pairings, shortfall

PAIRINGS = "pairings"
"""Item of what the same municipalities may have done."""

MARGINS, LOST, GAINED, STRICT = "pairing_margins", "pairing_lost", "pairing_gained", "pairing_strict"
READINGS = (MARGINS, LOST, GAINED, STRICT)
"""Methods of `PAIRINGS`, by what is taken as said: no more than the two waves' answers; also that those who say it was
closed since are all that lost it; or that those who say it is younger than the earlier wave all gained it; or both."""

P_VALUE, P_ADJUSTED, SHORTFALL = "p_value", "p_adjusted", "shortfall"
CHANGED = ("gained", "lost", "kept")
"""Statistics of `PAIRINGS`: municipalities that had it in the later wave only, in the earlier only, in both."""

SUBSTANTIVE = ON_BASE["substantive"]
TREATMENTS = (SUBSTANTIVE, DONT_KNOW_AS_YES)
"""Methods of a change by which don't knows are no “no”, in both waves alike."""

Direction = Literal["rose", "fell", "open"]

_LEVEL = 0.05


def compare_waves(
    earlier: pd.DataFrame, later: pd.DataFrame, codebook: Codebook, wave: Wave, previous: Wave
) -> pd.DataFrame:
    """Return what changed from one wave to the next, for each row of the codebook's comparison that both have.

    *Changes* (item: the report's table; group `since:<earlier year>`), in percentage points of a share of the
    municipalities there are. Method `worst_case`: the bounds are what the missing of both waves could change, each
    wave at its own extreme. `superpopulation`: the same change, for municipalities in general (Agresti–Caffo; see
    `change_superpopulation`). Where any do not know, or may not, in either wave: the change with don't knows
    left out (`on_substantive`) or taken for yes (`dont_know_as_yes`) in both, and its bounds. Statistic `other` is the
    change in the number of municipalities. A number that print leaves open has no value but a range
    (`identified_low`, `identified_high`), from the least of the later less the most of the earlier wave to the reverse.

    *Pairings* (item `PAIRINGS`; secondary): who changed is not known, but the answers of both waves limit how many can
    have. By each of `READINGS` the range of `CHANGED`, and of the p-value of McNemar's exact test (`P_VALUE`) over
    every pairing of the municipalities that agrees; none by a reading that no pairing agrees with. `SHORTFALL`, for the
    strict reading: by how many municipalities what is said contradicts itself. `P_ADJUSTED`: by Holm over the rows
    tested on the margins. Only numbers that print fixes, or fixes a range of, enter, never a reconstructed response:
    the basis is then `published`. Rows that the codebook calls not comparable
    are tested too, since the report compares them; nothing is to be concluded from them.

    Were both waves collected, the pairing would be known to whoever has both exports, and the test exact; that needs
    the responses and is not done here.

    Parameters
    ----------
    earlier, later
        Estimates of the two waves (`survey.describe`), as released: a number that is withheld makes no change.
    codebook
        The study's.
    wave, previous
        The later wave and the one before.

    Returns
    -------
    DataFrame
        Estimates of the later wave; none where the codebook compares nothing.
    """
    before, after = _Levels(earlier, codebook, previous), _Levels(later, codebook, wave)
    rows = [estimate for row in codebook.comparison.values() for estimate in _changes(row, before, after)]
    return estimate_frame([*rows, *_with_adjusted(_pairing_rows(before, after))])


def directions(changes: pd.DataFrame, codebook: Codebook, *, treatments: bool = False) -> dict[str, Direction]:
    """Return which way each compared row went, whatever the missing would have answered.

    Parameters
    ----------
    changes
        What `compare_waves` returns.
    codebook
        The study's.
    treatments
        Whether it must go the same way with don't knows left out and with don't knows as yes.

    Returns
    -------
    dict
        Row of the comparison -> `rose` or `fell`, where all bounds lie on one side of 0; else `open`: an interval
        that holds 0 is not evidence that nothing changed. Rows that a wave lacks are left out.
    """
    methods = (WORST_CASE, *TREATMENTS) if treatments else (WORST_CASE,)
    percents = changes[(changes["statistic"] == "percent") & changes["method"].isin(methods)]
    found: dict[str, Direction] = {}
    for name, row in codebook.comparison.items():
        own = percents[(percents["variable"] == row.variable) & (percents["category"] == row.category)]
        if len(own):
            # A comparison with a bound that is not known is false.
            rose, fell = bool((own["low"] > 0).all()), bool((own["high"] < 0).all())
            found[name] = "rose" if rose else "fell" if fell else "open"
    return found


def count_rows(changes: pd.DataFrame, codebook: Codebook, wave: Wave, previous: Wave) -> pd.DataFrame:
    """Count the rows of the comparison by what can be said of them.

    Parameters
    ----------
    changes
        What `compare_waves` returns.

    Returns
    -------
    DataFrame
        Estimates of item `rows`. Of the rows that can be compared: `rose`, `fell` and `open` (see `directions`), and
        `sure`, those that rose or fell however don't knows are taken; and `decided`, those whose adjusted p-value is
        below 0.05 by every pairing. Of all: `tested`, `not_judged` by the codebook, `not_comparable`, and `missing`,
        not in both waves.
    """
    ways, sure = (directions(changes, codebook, treatments=treatments) for treatments in (False, True))
    comparable = [name for name in ways if not is_incomparable(codebook.comparison[name], wave)]
    adjusted = changes[changes["statistic"] == P_ADJUSTED]
    rows = [codebook.comparison[name] for name in comparable]
    compared = {(row.variable, row.category) for row in rows}
    pairs = zip(adjusted["variable"], adjusted["category"], strict=True)
    among = adjusted[pd.Series([pair in compared for pair in pairs], index=adjusted.index, dtype=bool)]
    counts = {way: sum(ways[name] == way for name in comparable) for way in ("rose", "fell", "open")} | {
        "sure": sum(ways[name] == sure[name] != "open" for name in comparable),
        "tested": len(adjusted),
        "decided": int((among["identified_high"] < _LEVEL).sum()),
        "not_judged": sum(wave.year not in codebook.comparison[name].comparability for name in ways),
        "not_comparable": len(ways) - len(comparable),
        "missing": len(codebook.comparison) - len(ways),
    }
    return count_frame(counts, wave, "rows", "rows of the comparison", combined_basis(wave, previous))


def is_incomparable(row: ComparisonRow, wave: Wave) -> bool:
    """Tell whether the codebook says that a wave cannot be compared on a row with the one before."""
    judged = row.comparability.get(wave.year)
    return judged is not None and judged.verdict == "not_comparable"


def printed_table(codebook: Codebook) -> str:
    """Return the report's own table of the comparison: the item that changes belong to."""
    return next(
        name
        for name, item in codebook.items.items()
        if item.kind == "table" and item.form == "comparison" and item.printed
    )


class _Share(NamedTuple):
    """A percentage, or a change of it: the range that print leaves its value, and the bounds of its method if any."""

    possible: Interval
    bounds: Interval | None


class _Fact(NamedTuple):
    """How many municipalities have something, and how many have it not; of all others it is not known."""

    yes: int
    no: Interval


class _Said(NamedTuple):
    """How many say that they lost something since the earlier wave, or have what did not exist then."""

    lost: Interval | None
    gained: Interval | None


class _Levels:
    """The estimates of a wave by cell."""

    def __init__(self, estimates: pd.DataFrame, codebook: Codebook, wave: Wave) -> None:
        self.codebook, self.wave = codebook, wave
        own = estimates[estimates["group"] == "all"]
        self._rows: dict[tuple[str, ...], Any] = {
            (str(row.variable), str(row.category), str(row.statistic), str(row.method)): row for row in own.itertuples()
        }

    def share(self, row: ComparisonRow, method: str) -> _Share | None:
        """Return an answer's percentage by a method; None where the wave lacks it or it is withheld."""
        found = self._rows.get((row.variable, row.category, "percent", method))
        if found is None and method in TREATMENTS:
            return self._treated(row, method)
        possible = None if found is None else _range(found)
        if found is None or possible is None:
            return None
        return _Share(possible, None if pd.isna(found.low) else Interval(found.low, found.high))

    def number(self, variable: str, category: str = "", statistic: str = "count") -> Interval | None:
        """Return a number of municipalities; None where the wave lacks it or it is withheld."""
        found = self._rows.get((variable, category, statistic, COUNTED))
        return None if found is None else _range(found)

    def given(self, variable: str, answers: Iterable[str]) -> Interval | None:
        """Return how many gave any of some answers, of which nobody gave two."""
        return _sum([self.number(variable, answer) for answer in answers])

    def unknown(self, variable: str) -> Interval | None:
        """Return how many answered that they don't know, or that it does not apply."""
        if self.codebook.variables[variable].kind != "single":
            return Interval(0, 0)
        return self.given(variable, self.codebook.codes_of(variable, self.wave.year).unknown)

    def may_not_know(self, variable: str) -> bool:
        """Tell whether any answered don't know, or may have for all that is let out."""
        unknown = self.unknown(variable)
        return unknown is None or unknown.high > 0

    def fact(self, row: ComparisonRow) -> _Fact | None:
        """Return how many municipalities gave an answer, and how many another or were asked no more for want of it."""
        yes, no = self.number(row.variable, row.category), self._refused(row.variable, [row.category])
        if yes is None or no is None or yes.low < yes.high:
            return None
        most = min(no.high, self.codebook.population - yes.low)
        return _Fact(int(yes.low), Interval(no.low, most))

    def _refused(self, variable: str, answers: Sequence[str]) -> Interval | None:
        """Return how many gave an answer that is none of some, to a question or to one that leads to it."""
        question = self.codebook.variables[variable]
        refused = _less(self.number(variable, statistic="base"), self.given(variable, answers), self.unknown(variable))
        if question.kind == "single":
            codes = self.codebook.codes_of(variable, self.wave.year)
            members = {member for answer in answers for member in codes.members(answer)}
            others = self.given(variable, [name for name in codes.substantive if name not in members])
            # Unless each of the others is known, more can be said of them together.
            refused = others if others is not None and others.low == others.high else refused
        if question.asked_of is None or question.share_of == "all":
            return refused
        return _sum([refused, self._refused(question.asked_of.variable, question.asked_of.answers)])

    def _treated(self, row: ComparisonRow, method: str) -> _Share | None:
        """Return a percentage that a wave's estimates leave out, as few did not know or print leaves open how many."""
        declared = self._rows.get((row.variable, row.category, "percent", WORST_CASE))
        yes, base = self.number(row.variable, row.category), self.number(row.variable, statistic="base")
        unknown = self.unknown(row.variable)
        if declared is None or yes is None or base is None or unknown is None:
            return None
        missing = None if pd.isna(declared.low) else _missing(base.low, declared)
        if method == SUBSTANTIVE:
            base = Interval(base.low - unknown.high, base.high - unknown.low)
        else:
            yes = Interval(yes.low + unknown.low, yes.high + unknown.high)
        if base.high == 0:
            # Nobody said anything else: a share of nobody may be any.
            return _Share(Interval(0, 100), Interval(0, 100))
        smallest = max(base.low, yes.high, 1)  # all that said yes are in the base
        possible = Interval(100 * yes.low / base.high, 100 * yes.high / smallest)
        if missing is None:
            return _Share(possible, None)
        least = worst_case(int(yes.low), int(base.high), missing)
        most = worst_case(int(yes.high), int(smallest), missing)
        return _Share(possible, Interval(100 * least.low, 100 * most.high))


_ANY = _Share(Interval(-100, 100), Interval(-100, 100))


def _changes(row: ComparisonRow, before: _Levels, after: _Levels) -> Iterator[Estimate]:
    """Yield the changes of a row, the declared one first; none where a wave lacks it."""
    everyone = after.codebook.population
    routed = after.codebook.variables[row.variable].asked_of is not None
    whom = f"those of the {everyone} municipalities that it concerns" if routed else f"the {everyone} municipalities"
    estimand = f"change in the share of {whom}, in percentage points"
    declared = _difference(before.share(row, WORST_CASE), after.share(row, WORST_CASE))
    if declared is None:
        return
    yield _changed(row, before, after, "percent", WORST_CASE, declared, estimand)
    if (interval := _superpopulation(row, before, after)) is not None:
        general = "change in the share of municipalities in general (superpopulation, 95 %), in percentage points"
        share = _Share(declared.possible, interval)
        yield _changed(row, before, after, "percent", SUPERPOPULATION, share, general)
    if before.may_not_know(row.variable) or after.may_not_know(row.variable):
        for method in TREATMENTS:
            treated = _difference(before.share(row, method), after.share(row, method))
            # Where the don't knows are withheld, nothing is said of what they would change.
            yield _changed(row, before, after, "percent", method, treated or _ANY, estimand)
    counts = [level.number(row.variable, row.category) for level in (before, after)]
    number = _difference(*(None if count is None else _Share(count, None) for count in counts))
    if number is not None:
        what = "change in the number of municipalities that said so"
        yield _changed(row, before, after, "other", COUNTED, number, what)


def _changed(
    row: ComparisonRow, before: _Levels, after: _Levels, statistic: str, method: str, change: _Share, estimand: str
) -> Estimate:
    """Return a change as a row of the estimates."""
    codebook, basis = after.codebook, combined_basis(after.wave, before.wave)
    low, high = change.possible.low, change.possible.high
    has_range = low < high or basis == "reconstructed"
    return Estimate(
        study=codebook.study,
        wave=after.wave.year,
        item=printed_table(codebook),
        group=_since(before.wave),
        variable=row.variable,
        category=row.category,
        statistic=statistic,
        value=low if low == high else None,
        low=None if change.bounds is None else change.bounds.low,
        high=None if change.bounds is None else change.bounds.high,
        method=method,
        estimand=estimand,
        population=codebook.population,
        universe=codebook.variables[row.variable].universe,
        basis=basis,
        identified_low=low if has_range else None,
        identified_high=high if has_range else None,
    )


def _superpopulation(row: ComparisonRow, before: _Levels, after: _Levels) -> Interval | None:
    """Return the interval of the change for municipalities in general, in points; None where a number is open."""
    numbers = [
        number
        for level in (before, after)
        for number in (level.number(row.variable, row.category), level.number(row.variable, statistic="base"))
    ]
    known = [int(number.low) for number in numbers if number is not None and number.low == number.high]
    if len(known) < len(numbers):
        return None
    interval = change_superpopulation(*known)
    return Interval(100 * interval.low, 100 * interval.high)


def _pairing_rows(before: _Levels, after: _Levels) -> Iterator[Estimate]:
    """Yield what the same municipalities may have done, for each row that both waves have."""
    for row in after.codebook.comparison.values():
        earlier, later = before.fact(row), after.fact(row)
        if earlier is None or later is None:
            continue
        for reading, said in _readings(row, after).items():
            agreeing = list(_agreeing(earlier, later, said, after.codebook.population))
            if agreeing:
                for statistic in CHANGED:
                    name = "both" if statistic == "kept" else statistic
                    numbers = [getattr(pairing, name) for pairing in agreeing]
                    yield _paired(row, before, after, statistic, reading, min(numbers), max(numbers))
                yield _paired(row, before, after, P_VALUE, reading, *(p_range(agreeing) or ()))
            if reading == STRICT:
                missed = 0 if agreeing else _shortfall(earlier, later, said, after.codebook.population)
                yield _paired(row, before, after, SHORTFALL, reading, missed, missed)


def _readings(row: ComparisonRow, after: _Levels) -> dict[str, _Said]:
    """Return reading -> what it takes as said; those without which it would be another are left out."""
    spec = row.pairing.get(after.wave.year)
    if spec is None:
        return {MARGINS: _Said(None, None)}
    lost, gained = (
        _sum([after.given(variable, answers) for variable, answers in named.items()]) if named else None
        for named in (spec.lost, spec.gained)
    )
    readings = {MARGINS: _Said(None, None), LOST: _Said(lost, None), GAINED: _Said(None, gained)}
    if lost is not None and gained is not None:
        readings[STRICT] = _Said(lost, gained)
    return {reading: said for reading, said in readings.items() if reading == MARGINS or any(said)}


def _agreeing(earlier: _Fact, later: _Fact, said: _Said, population: int) -> Iterator[Pairing]:
    """Yield each pairing that agrees with what is said, however many of those who gave no yes said no.

    One who said no and neither gained nor lost may as well have said nothing: the pairing is the same but for those
    who did neither, and no limit is narrower. So with one more no only those are new in which each no changed.
    """
    for before in _every_margins(earlier, population):
        gained, lost = _limits(said, before)
        gaining = max(gained.at_least, before.no if before.no > earlier.no.low else 0)
        for after in _every_margins(later, population):
            losing = max(lost.at_least, after.no if after.no > later.no.low else 0)
            if lost.at_most is None or losing <= lost.at_most:
                yield from pairings(before, after, Limits(gaining), Limits(losing, lost.at_most))


def _shortfall(earlier: _Fact, later: _Fact, said: _Said, population: int) -> int:
    return min(
        shortfall(before, after, *_limits(said, before))
        for before in _every_margins(earlier, population)
        for after in _every_margins(later, population)
    )


def _every_margins(fact: _Fact, population: int) -> Iterator[Margins]:
    """Yield the margins a wave may have, the fewest no first; who gave no answer for what reason does not matter."""
    for no in range(int(fact.no.low), int(fact.no.high) + 1):
        yield Margins(fact.yes, no, unknown=population - fact.yes - no, missing=0)


def _limits(said: _Said, earlier: Margins) -> tuple[Limits, Limits]:
    """Return the limits of gained and lost: those who say so may have given no answer in the earlier wave."""
    gained = lost = NO_LIMITS
    if said.gained is not None:
        gained = Limits(max(0, int(said.gained.low) - earlier.without_answer))
    if said.lost is not None:
        lost = Limits(max(0, int(said.lost.low) - earlier.without_answer), int(said.lost.high))
    return gained, lost


def _paired(
    row: ComparisonRow, before: _Levels, after: _Levels, statistic: str, reading: str, low: float, high: float
) -> Estimate:
    """Return a number of a pairing as a row of the estimates."""
    everyone = after.codebook.population
    if statistic == P_VALUE:
        estimand = (
            f"municipalities in general (superpopulation): whether as many of the same {everyone} began to have it as "
            "ceased to, by McNemar's exact test"
        )
    else:
        estimand = f"of the {everyone} municipalities, whether or not the question was for them"
    return Estimate(
        study=after.codebook.study,
        wave=after.wave.year,
        item=PAIRINGS,
        group=_since(before.wave),
        variable=row.variable,
        category=row.category,
        statistic=statistic,
        value=float(low) if low == high else None,
        method=reading,
        estimand=estimand,
        population=everyone,
        universe="all",
        basis=_basis_of_pairing(after.wave, before.wave),
        identified_low=float(low),
        identified_high=float(high),
    )


def _basis_of_pairing(wave: Wave, previous: Wave) -> Basis:
    bases = {wave.basis, previous.basis}
    if "collected" in bases:
        return "collected"
    return "published" if "reconstructed" in bases else wave.basis


def _with_adjusted(rows: Iterable[Estimate]) -> list[Estimate]:
    """Return rows with the p-values on the margins once more, adjusted by Holm.

    An adjusted p-value never falls where one of the others rises, so the smallest give the smallest.
    """
    found = list(rows)
    tested = [row for row in found if row.method == MARGINS and row.statistic == P_VALUE]
    if tested:
        ends = [[getattr(row, end) for row in tested] for end in ("identified_low", "identified_high")]
        lowest, highest = (multipletests(values, method="holm")[1] for values in ends)
        found += [
            replace(
                row,
                statistic=P_ADJUSTED,
                value=float(low) if low == high else None,
                identified_low=float(low),
                identified_high=float(high),
                estimand=f"{row.estimand}; adjusted for {len(tested)} rows (Holm)",
            )
            for row, low, high in zip(tested, lowest, highest, strict=True)
        ]
    return found


def _since(previous: Wave) -> str:
    return f"since:{previous.year}"


def _range(row: Any) -> Interval | None:
    """Return the range of an estimate that print leaves; None where it is withheld."""
    if pd.notna(row.value):
        return Interval(row.value, row.value)
    return None if pd.isna(row.identified_low) else Interval(row.identified_low, row.identified_high)


def _missing(base: float, declared: Any) -> int:
    """Return how many municipalities are missing, by how far apart they set the worst-case bounds."""
    apart = float(declared.high - declared.low) / 100
    return round(base * apart / (1 - apart))


def _difference(before: _Share | None, after: _Share | None) -> _Share | None:
    """Return by how much one share can be larger than another; None where there is one only."""
    if before is None or after is None:
        return None
    bounds = None
    if before.bounds is not None and after.bounds is not None:
        bounds = change(before.bounds, after.bounds)
    return _Share(change(before.possible, after.possible), bounds)


def _sum(parts: Iterable[Interval | None]) -> Interval | None:
    low = high = 0.0
    for part in parts:
        if part is None:
            return None
        low, high = low + part.low, high + part.high
    return Interval(low, high)


def _less(whole: Interval | None, *parts: Interval | None) -> Interval | None:
    """Return what parts leave of a whole that they do not exceed."""
    taken = _sum(parts)
    if whole is None or taken is None:
        return None
    return Interval(max(0.0, whole.low - taken.high), max(0.0, whole.high - taken.low))
