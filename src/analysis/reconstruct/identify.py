"""What print leaves open: for every number of a wave, the smallest and largest that agree with what is printed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.estimates import AS_RECOMPUTED, Estimate, estimate_frame
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
    return estimate_frame(dict(_recomputed(system, published)).values())


def _recomputed(system: System, published: pd.DataFrame) -> Iterator[tuple[tuple[object, ...], Estimate]]:
    kept, known = system.kept, {}
    for _, row in published.iterrows():
        quantity = system.quantity(row)
        if quantity is None:
            continue
        base = None if pd.isna(row["base"]) else int(row["base"])
        key = (row["item"], row["group"], row["variable"], row["category"], row["statistic"], base)
        if quantity not in known:
            others = [statement for statement in kept if statement.quantity != quantity]
            constraints = system.constraints(others)
            known[quantity] = (
                tuple(map(float, system.bounds(system.vector(quantity.count), constraints)))
                if quantity.base is None
                else system.percent_bounds(quantity, constraints)
            )
        if (found := known[quantity]) is None:
            continue
        low, high = found
        yield (
            key,
            Estimate(
                study=system.codebook.study,
                wave=system.year,
                item=row["item"],
                group=row["group"],
                variable=row["variable"],
                category=row["category"],
                statistic=row["statistic"],
                value=low if low == high else None,
                method=AS_RECOMPUTED,
                estimand="what the other printed numbers of the wave leave possible",
                base=base,
                basis="published",
                identified_low=low,
                identified_high=high,
            ),
        )
