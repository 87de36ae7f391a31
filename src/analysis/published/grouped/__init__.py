"""Inference from print alone: regression and tests on every set of counts that printed numbers by group leave open."""

from __future__ import annotations

from analysis.models import COLUMNS
from analysis.published.grouped.comparison import Comparison, comparisons
from analysis.published.grouped.count_sets import RULES, CountSets, Reason, Rule, count_sets
from analysis.published.grouped.results import grouped_models
from analysis.published.grouped.sentences import sentences

__all__ = [
    "COLUMNS",
    "RULES",
    "Comparison",
    "CountSets",
    "Reason",
    "Rule",
    "comparisons",
    "count_sets",
    "grouped_models",
    "sentences",
]
