"""Municipalities: codes, names and their spellings, official population, size classes, boundaries."""

from analysis.places.boundaries import Boundaries, read_boundaries
from analysis.places.register import (
    REGISTER_COLUMNS,
    municipalities,
    population_on,
    population_problem,
    quarter_start,
    read_register,
    size_classes,
    size_classes_by_rank,
)
from analysis.places.spellings import find_municipality, nearest_municipality

__all__ = [
    "REGISTER_COLUMNS",
    "Boundaries",
    "find_municipality",
    "municipalities",
    "nearest_municipality",
    "population_on",
    "population_problem",
    "quarter_start",
    "read_boundaries",
    "read_register",
    "size_classes",
    "size_classes_by_rank",
]
