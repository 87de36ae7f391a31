"""What the reports assert in words, as data, and what the numbers they print say of it."""

from __future__ import annotations

from analysis.published.claims.claim import COLUMNS, DIRECTIONS, Direction, load_claims
from analysis.published.claims.judgement import OUTPUT, judge
from analysis.published.claims.rules import Verdict

__all__ = ["COLUMNS", "DIRECTIONS", "OUTPUT", "Direction", "Verdict", "judge", "load_claims"]
