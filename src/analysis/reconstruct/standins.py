"""Stand-ins for municipalities: no real one is ever paired with a made-up answer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.places import size_classes, size_classes_by_rank

# Standard deviation of the noise on log populations that smooths their distribution.
_SMOOTHING = 0.08


def stand_ins(register: pd.DataFrame, codebook: Codebook, year: int, random: np.random.Generator) -> pd.DataFrame:
    """Return as many made-up municipalities as there are, like them in size class and region but none of them.

    In each size class, populations are drawn from the smoothed distribution of the real ones and scaled to the
    class's total; none is a real population. Regions are permuted within the class. Order is random, and ids are of
    this wave only, so that none can be followed from wave to wave.

    Parameters
    ----------
    register
        The real municipalities on the wave's day: `population`, `region`.

    Returns
    -------
    DataFrame
        `code` (`2024-01` …), `name` (`Kommune 01` …), `region`, `population`.

    Raises
    ------
    AnalysisError
        A size class has one municipality: its total is that municipality's population.
    """
    classes, below = _classes(register["population"], codebook)
    taken = set(register["population"])
    parts = []
    for name, real in register.groupby(classes, observed=True):
        if len(real) == 1:
            raise AnalysisError(
                f"size class {name!r} has one municipality, and a stand-in with the class's total would be that one. "
                "Join the class with another in the codebook."
            )
        bounds = (int(real["population"].min()), below[str(name)] - 1)
        made = _populations(real["population"].to_numpy(), bounds, taken, random)
        parts.append(pd.DataFrame({"region": random.permutation(real["region"].to_numpy()), "population": made}))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.iloc[random.permutation(len(rows))].reset_index(drop=True)
    numbers = [f"{number:02d}" for number in range(1, len(rows) + 1)]
    return rows.assign(
        code=[f"{year}-{number}" for number in numbers], name=[f"Kommune {number}" for number in numbers]
    )[["code", "name", "region", "population"]]


def classes(people: pd.DataFrame, codebook: Codebook) -> pd.Series:
    """Return the size class of each municipality, real or made up; none where the codebook has no classes."""
    return _classes(people["population"], codebook)[0].astype(str)


def class_sizes(register: pd.DataFrame, codebook: Codebook) -> dict[str, int]:
    """Return how many municipalities each size class has, by the register."""
    counts = classes(register, codebook).value_counts()
    return {name: int(counts.get(name, 0)) for name in codebook.size_classes}


def _classes(population: pd.Series, codebook: Codebook) -> tuple[pd.Series, dict[str, int]]:
    """Return the size class of each real municipality, and size class -> what its made-up ones are below.

    Classes by rank have no bounds of their own: there the made-up ones are below the largest real one of their class.
    """
    ranks = {name: each.municipalities for name, each in codebook.size_classes.items() if each.municipalities}
    if ranks:
        classes = size_classes_by_rank(population, ranks)
        largest = population.groupby(classes, observed=True).max()
        return classes, dict(zip(ranks, largest.tolist(), strict=True))
    below = {name: each.below for name, each in codebook.size_classes.items()}
    return size_classes(population, below), {name: bound or int(population.max()) + 1 for name, bound in below.items()}


def _populations(real: np.ndarray, bounds: tuple[int, int], taken: set[int], random: np.random.Generator) -> np.ndarray:
    """Return whole populations within bounds that add up to the real ones' total, none of them taken."""
    low, high = bounds
    noise = random.normal(0, _SMOOTHING, len(real))
    made: np.ndarray = np.exp(np.log(random.choice(real, len(real))) + noise).clip(low, high).round().astype(int)
    # What clipping, drawing and rounding added is taken back, a little from each that has room.
    while (excess := int(made.sum() - real.sum())) != 0 or taken & set(made.tolist()):
        step = -int(np.sign(excess)) * max(1, abs(excess) // len(made))
        if excess == 0:
            # Two move apart by one, which leaves the total.
            clash = random.choice([place for place, value in enumerate(made) if int(value) in taken])
            other = random.choice([place for place in range(len(made)) if place != clash])
            apart = -1 if made[clash] == high else 1
            made[clash], made[other] = made[clash] + apart, made[other] - apart
        else:
            place = random.integers(len(made))
            made[place] += step
        made = made.clip(low, high)
    return made
