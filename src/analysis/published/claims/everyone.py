"""All municipalities of a study as what a claim is about: what those that are missing could change."""

from __future__ import annotations

import math
from dataclasses import replace

from analysis.codebook import Codebook
from analysis.published.claims.cells import Cell, Reading

_NEARLY_ALL = 0.9
"""A base below this part of the municipalities is of those that were asked, not of those that answered."""


def share_of_all(codebook: Codebook, cell: Cell, reading: Reading) -> Reading | None:
    """Return the share of all municipalities that a printed share leaves possible, without any assumption.

    Those that are missing may all have given the answer, or none: of a population, from count to count + missing.

    Parameters
    ----------
    codebook
        The study's: its unit and how many municipalities there are.
    cell, reading
        The printed share.

    Returns
    -------
    Reading or None
        None where it is no question that each municipality of the study was asked once: another unit, a routed
        question, a group of the municipalities, or a base that is not near their number.
    """
    question, sample, population = codebook.variables[cell.subject[0]], reading.sample, codebook.population
    asked_of_all = question.kind in ("single", "multiple") and question.asked_of is None
    if codebook.unit != "municipality" or not asked_of_all or cell.group.keys() - {"year"} or sample is None:
        return None
    if not _NEARLY_ALL * population <= sample.base <= population:
        return None
    missing = population - sample.base
    low, high = (100 * count / population for count in (sample.low, sample.high + missing))
    return replace(reading, low=low, high=high if low == high else math.nextafter(high, math.inf))
