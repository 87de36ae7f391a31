"""What the reports assert in words, as data, and what the numbers they print say of it."""

from __future__ import annotations

from analysis.published.claims.claim import COLUMNS, DIRECTIONS, Direction, groups_of, load_claims, subjects_of
from analysis.published.claims.judgement import OUTPUT, judge
from analysis.published.claims.rules import Verdict

__all__ = [
    "COLUMNS",
    "DIRECTIONS",
    "OUTPUT",
    "Direction",
    "Verdict",
    "groups_of",
    "judge",
    "load_claims",
    "subjects_of",
]
