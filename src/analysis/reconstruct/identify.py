"""What print leaves open: for every number of a wave, the smallest and largest that agree with what is printed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE, Cell, cells, cells_of
from analysis.codebook.groups import ALL, join_group
from analysis.estimates import AS_RECOMPUTED, Estimate, estimate_frame
from analysis.estimates.allocation import round_parts
from analysis.ingest.identified import COLUMNS
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import plus, times
from analysis.reconstruct.statements import Quantity
from analysis.reconstruct.system import System

# Of a wave with more, print is not recomputed.
_MOST_STATEMENTS = 500


def identify(system: System) -> pd.DataFrame:
    """Return the range of every number that a wave's closed questions give.

    Returns
    -------
    DataFrame
        `COLUMNS`: variable, group, category, statistic (count, percent, base), low, high. Only questions that print
        says something about, and those they hang on; each end an optimum, over every way to settle at least cost what
        print disputes. Sharp, but for questions with a table by size of their own (`Unknowns.margins`): there the
        range may be wider; so it may where too much hangs together to be searched (`System.possible_of`).
    """
    rows: list[tuple[str, str, str, str, float, float]] = []
    for name, of_question in itertools.groupby(cells(system.codebook, system.year), lambda cell: cell.variable):
        left_out = set(system.codebook.not_reconstructed)
        asked = [cell for cell in of_question if not cell.keys.keys() & left_out]
        if name in system.unknowns.variables:
            rows += _identify_question(system, system.possible_of(name), asked)
    rows += _identify_quantities(system, system.possible_in_any_way())
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _identify_question(
    system: System, possible: Possible, asked: Sequence[Cell]
) -> Iterator[tuple[str, str, str, str, float, float]]:
    """Yield the ranges of a question's numbers, and of their bases before the first of each group."""
    bases = {cell.group: system.printed.base_of(cell) for cell in reversed(asked)}
    quantities = {cell: system.printed.of_cell(cell) for cell in asked}
    sums = [*bases.values(), *(quantity.count for quantity in quantities.values())]
    possible.seek([*sums, *(times(-1, each) for each in sums)])
    told = set()
    for cell, quantity in quantities.items():
        key = (cell.variable, cell.group)
        if cell.group not in told:
            told.add(cell.group)
            yield *key, "", "base", *possible.bounds(bases[cell.group])
        low, high = possible.bounds(quantity.count)
        yield *key, cell.category, "count", low / quantity.unit, high / quantity.unit
        if (percents := possible.percent_bounds(quantity.count, quantity.base or {})) is not None:
            yield *key, cell.category, "percent", float(percents[0]), float(percents[1])


def _identify_quantities(system: System, possible: Possible) -> Iterator[tuple[str, str, str, str, float, float]]:
    """Yield the ranges of quantities that count responses or municipalities: of all, by size and by questionnaire.

    Percentages are, as in `estimates.quantities`, of the parts together, or of the questionnaires sent.
    """
    codebook, sizes = system.codebook, system.unknowns.sizes
    values = [(SIZE, size) for size in sizes if len(sizes) > 1]
    for key, dimension in codebook.groups.items():
        if dimension.variable is not None and dimension.variable == codebook.questionnaire:
            values += [(key, value) for value in dimension.values]
    for name, variable in codebook.variables.items():
        if (counts := variable.counts) is None:
            continue
        parts = [*counts.parts, *counts.status, *filter(None, [counts.ineligible])]
        for group in (ALL, *(join_group(dict([each])) for each in values)):
            row = {"variable": name, "group": group, "base": None, "statistic": "count"}
            found = {part: system.printed.quantity(pd.Series({**row, "category": part})) for part in ("", *parts)}
            numbers = {part: quantity.count for part, quantity in found.items() if quantity is not None}
            sent = numbers.get("") if counts.status else None
            of_parts = plus(*(numbers[part] for part in parts)) if numbers.keys() >= {*parts} and parts else None
            base = sent or of_parts
            for part, count in numbers.items():
                if part or not parts:
                    yield name, group, part, "count", *possible.bounds(count)
                if part and base is not None and (shares := possible.percent_bounds(count, base)) is not None:
                    yield name, group, part, "percent", float(shares[0]), float(shares[1])
            if base is not None:
                yield name, group, "", "base", *possible.bounds(base)


def _together(ranges: Iterable[tuple[float | Fraction, float | Fraction]]) -> tuple[float, float]:
    """Return the range that holds all ranges."""
    lows, highs = zip(*ranges, strict=True)
    return float(min(lows)), float(max(highs))


def recompute(system: System) -> pd.DataFrame:
    """Return every printed number as the *other* printed numbers of its wave have it.

    Left out are the number itself, all that print the same quantity (as 74 with an organisation is also the base of
    how old it is), and those given up because they contradict the rest.

    Parameters
    ----------
    system
        Of the wave.

    Returns
    -------
    DataFrame
        Estimates with method `recomputed` and basis `published`, one for each printed quantity and base that the
        answers of the survey hold: a value where the others leave only one, else the range they leave.
    """
    return estimate_frame([*dict(_recomputed(system)).values(), *_to_a_hundred(system)])


def recompute_changes(earlier: System, later: System, published: pd.DataFrame) -> pd.DataFrame:
    """Return the printed changes between two waves as the printed numbers of each wave have them.

    Parameters
    ----------
    earlier, later
        Of the two waves.
    published
        Printed rows of the later wave; those of group `since:<earlier year>` are changes, in percentage points or
        municipalities. Their sign is that of the change, unless print gives a fall as a positive number.
    """
    rows = {}
    for _, row in published[published["group"] == f"since:{earlier.year}"].iterrows():
        before, after = (_level(system, row) for system in (earlier, later))
        if before is None or after is None:
            continue
        low, high = after[0] - before[1], after[1] - before[0]
        if row["value"] > 0 > high:
            low, high = -high, -low
        rows[row["item"], row["variable"], row["category"], row["statistic"]] = _estimate(later, row, low, high, None)
    return estimate_frame(rows.values())


def _level(system: System, row: pd.Series) -> tuple[float, float] | None:
    """Return the range of the number that a printed change is a change of."""
    declared = {
        (cell.variable, cell.group, cell.category) for cell in cells_of(system.codebook, row["variable"], system.year)
    }
    if row["variable"] not in system.unknowns.variables or (row["variable"], "all", row["category"]) not in declared:
        return None
    # A change that is not in points is one of how many.
    statistic = "percent" if row["statistic"] == "percent" else "count"
    quantity = system.printed.quantity(pd.Series({**row, "group": ALL, "statistic": statistic}))
    return None if quantity is None else _range(system.possible_in_any_way(), quantity)


def _range(possible: Possible, quantity: Quantity) -> tuple[float, float] | None:
    """Return the range of a quantity; None where it has no base."""
    if quantity.base is None:
        low, high = possible.bounds(quantity.count)
        return low / quantity.unit, high / quantity.unit
    percents = possible.percent_bounds(quantity.count, quantity.base)
    return None if percents is None else (float(percents[0]), float(percents[1]))


def _to_a_hundred(system: System) -> Iterator[Estimate]:
    """Yield the percentages of a distribution rounded so that they add to a hundred, where print gives all of it."""
    published, possible = system.printed.rows, system.possible_in_any_way()
    for (_, name), rows in published[published["statistic"] == "percent"].groupby(["item", "variable"], sort=False):
        shares = {row["category"]: row for _, row in rows[rows["group"] == ALL].iterrows()}
        variable = system.codebook.variables[str(name)]
        if variable.kind != "single" or variable.asked_per or name not in system.unknowns.variables:
            continue
        categories = list(system.codebook.codes_of(str(name), system.year).categories)
        if set(categories) - set(shares):
            continue
        places = system.unknowns.places(str(name), {})
        counts = [plus(*(system.unknowns.gave(place, category) for place in places)) for category in categories]
        ranges = [_range(possible, Quantity(count)) for count in counts]
        lows = [int(each[0]) for each in ranges if each is not None]
        total = sum(lows)
        if any(each is None or each[0] < each[1] for each in ranges) or total == 0:
            continue
        parts = {category: Fraction(100 * low, total) for category, low in zip(categories, lows, strict=True)}
        for category, part in round_parts(parts, "largest_remainder", Fraction(1)).items():
            yield _estimate(system, shares[category], float(part), float(part), None, "largest_remainder")


def _recomputed(system: System) -> Iterator[tuple[tuple[object, ...], Estimate]]:
    known: dict[object, tuple[float, float] | None] = {}
    for _, row in system.printed.rows.iterrows():
        quantity = system.printed.quantity(row)
        if quantity is None:
            continue
        base = None if pd.isna(row["base"]) else int(row["base"])
        key = (row["item"], row["group"], row["variable"], row["category"], row["statistic"], base)
        if quantity.key not in known:
            known[quantity.key] = _without(system, quantity)
        if (found := known[quantity.key]) is not None:
            scale = 100 if row["statistic"] == "share" else 1
            yield key, _estimate(system, row, found[0] / scale, found[1] / scale, base)


def _without(system: System, quantity: Quantity) -> tuple[float, float] | None:
    """Return the range that the numbers which print anything else leave a quantity; None where it has no base.

    What they contradict each other in is settled twice: with the quantity's own numbers, which have a say in which of
    the others hold, and without. Where that differs, either may be right, and the range spans both.
    """
    numbers = range(len(system.statements))
    own = {number for number in numbers if system.statements[number].quantity.key == quantity.key}
    others = [number for number in numbers if number not in own]
    found = [_range(system.possible_in_any_way(others), quantity)]
    if own & {number for dispute in system.repair.disputes for number in dispute.statements}:
        found.append(_range(system.possible_in_any_way(others, system.repair.without(own)), quantity))
    ranges = [each for each in found if each is not None]
    return _together(ranges) if ranges else None


def _estimate(
    system: System, row: pd.Series, low: float, high: float, base: int | None, method: str = AS_RECOMPUTED
) -> Estimate:
    """Return a printed number as other printed numbers have it."""
    return Estimate(
        study=system.codebook.study,
        wave=system.year,
        item=row["item"],
        group=row["group"],
        variable=row["variable"],
        category=row["category"],
        statistic=row["statistic"],
        value=low if low == high else None,
        method=method,
        estimand="what the other printed numbers leave possible",
        base=base,
        basis="published",
        identified_low=low,
        identified_high=high,
    )


def recomputed(codebook: Codebook, year: int, report: pd.DataFrame) -> pd.DataFrame:
    """Return all printed numbers of a wave, levels and changes, as other printed numbers have them.

    Parameters
    ----------
    codebook, year
        The study and its wave.
    report
        Printed rows of all waves.

    Returns
    -------
    DataFrame
        What `recompute` and `recompute_changes` give; empty where the study is no survey, and where so much is printed
        of the wave that leaving numbers out one at a time would take hours.
    """
    if not codebook.code_lists:
        return estimate_frame([])
    own = report[report["wave"] == year].reset_index(drop=True)
    system = System(codebook, year, own)
    if len(system.statements) > _MOST_STATEMENTS:
        return estimate_frame([])
    frames = [recompute(system)]
    for group in sorted(set(own["group"])):
        key, _, earlier = group.partition(":")
        if key == "since":
            before = report[report["wave"] == int(earlier)].reset_index(drop=True)
            frames.append(recompute_changes(System(codebook, int(earlier), before), system, own))
    return pd.concat(frames, ignore_index=True)
