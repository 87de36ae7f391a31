"""What print leaves open: for every number of a wave, the smallest and largest that agree with what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook
from analysis.estimates import AS_RECOMPUTED, Estimate, estimate_frame
from analysis.estimates.allocation import round_parts
from analysis.ingest.identified import COLUMNS
from analysis.reconstruct.system import ANSWERED, Quantity, System


def identify(system: System) -> pd.DataFrame:
    """Return the range of every number that a wave's closed questions give.

    Returns
    -------
    DataFrame
        `COLUMNS`: variable, group, category, statistic (count, percent, base), low, high. Only questions that print
        says something about; sharp, for one minimum set of printed numbers given up.
    """
    constraints = system.constraints(system.kept)
    rows: list[tuple[str, str, str, str, float, float]] = []
    bases = set()
    for (variable, group, category), cell in system.cells.items():
        if variable not in system.variables:
            continue
        base = (ANSWERED,) if cell.base is None else cell.base
        if (variable, group) not in bases:
            bases.add((variable, group))
            rows.append((variable, group, "", "base", *system.bounds(system.vector(base), constraints)))
        rows.append((variable, group, category, "count", *system.bounds(system.vector(cell.atoms), constraints)))
        percent = system.percent_bounds(Quantity(cell.atoms, base), constraints)
        if percent is not None:
            rows.append((variable, group, category, "percent", *percent))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def recompute(system: System, published: pd.DataFrame) -> pd.DataFrame:
    """Return every printed number as the *other* printed numbers of its wave have it.

    Left out are the number itself, all that print the same quantity (as 74 with an organisation is also the base of
    how old it is), and those given up because they contradict the rest.

    Parameters
    ----------
    system
        Of the wave.
    published
        The rows it was made of.

    Returns
    -------
    DataFrame
        Estimates with method `recomputed` and basis `published`, one for each printed quantity and base that the
        answers of the survey hold: a value where the others leave only one, else the range they leave.
    """
    return estimate_frame([*dict(_recomputed(system, published)).values(), *_to_a_hundred(system, published)])


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
    cell = system.cells.get((row["variable"], "all", row["category"]))
    if cell is None or cell.variable not in system.variables:
        return None
    constraints = system.constraints(system.kept)
    if row["statistic"] == "percent":
        return system.percent_bounds(Quantity(cell.atoms, (ANSWERED,) if cell.base is None else cell.base), constraints)
    low, high = system.bounds(system.vector(cell.atoms), constraints)
    return float(low), float(high)


def _to_a_hundred(system: System, published: pd.DataFrame) -> Iterator[Estimate]:
    """Yield the percentages of a distribution rounded so that they add to a hundred, where print gives all of it."""
    constraints = system.constraints(system.kept)
    for (_, name), rows in published[published["statistic"] == "percent"].groupby(["item", "variable"], sort=False):
        shares = {row["category"]: row for _, row in rows[rows["group"] == "all"].iterrows()}
        variable = system.codebook.variables[str(name)]
        if variable.kind != "single" or name not in system.variables:
            continue
        categories = list(system.codebook.codes_of(str(name), system.year).categories)
        if set(categories) - set(shares):
            continue
        ranges = [system.bounds(system.vector([(str(name), category)]), constraints) for category in categories]
        total = sum(low for low, _ in ranges)
        if any(low < high for low, high in ranges) or total == 0:
            continue
        parts = {name: Fraction(100 * low, total) for name, (low, _) in zip(categories, ranges, strict=True)}
        for category, part in round_parts(parts, "largest_remainder", Fraction(1)).items():
            yield _estimate(system, shares[category], float(part), float(part), None, "largest_remainder")


def _recomputed(system: System, published: pd.DataFrame) -> Iterator[tuple[tuple[object, ...], Estimate]]:
    known: dict[Quantity, tuple[float, float] | None] = {}
    for _, row in published.iterrows():
        quantity = system.quantity(row)
        if quantity is None:
            continue
        base = None if pd.isna(row["base"]) else int(row["base"])
        key = (row["item"], row["group"], row["variable"], row["category"], row["statistic"], base)
        if quantity not in known:
            known[quantity] = _without(system, quantity)
        if (found := known[quantity]) is not None:
            yield key, _estimate(system, row, found[0], found[1], base)


def _without(system: System, quantity: Quantity) -> tuple[float, float] | None:
    """Return the range that the numbers which print anything else leave a quantity; None where it has no base.

    What they contradict each other in is settled twice: with the quantity's own numbers, which have a say in which of
    the others hold, and without. Where that differs, either may be right, and the range spans both.
    """
    others = [statement for statement in system.statements if statement.quantity != quantity]
    settled = {
        tuple(statement.position for statement in given_up)
        for given_up in (
            [statement for statement in system.given_up if statement.quantity != quantity],
            system.repair(others),
        )
    }
    found = []
    for given_up in settled:
        constraints = system.constraints(statement for statement in others if statement.position not in given_up)
        if quantity.base is None:
            found.append(tuple(map(float, system.bounds(system.vector(quantity.count), constraints))))
        elif (percent := system.percent_bounds(quantity, constraints)) is not None:
            found.append(percent)
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


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
        What `recompute` and `recompute_changes` give; empty where the study is no survey.
    """
    if not codebook.code_lists:
        return estimate_frame([])
    own = report[report["wave"] == year].reset_index(drop=True)
    system = System(codebook, year, own)
    frames = [recompute(system, own)]
    for group in sorted(set(own["group"])):
        key, _, earlier = group.partition(":")
        if key == "since":
            before = report[report["wave"] == int(earlier)].reset_index(drop=True)
            frames.append(recompute_changes(System(codebook, int(earlier), before), system, own))
    return pd.concat(frames, ignore_index=True)
