"""Inference from print alone: regression and tests on every set of counts that printed numbers by group leave open."""

from __future__ import annotations

from analysis.models import COLUMNS
from analysis.published.grouped.comparison import Comparison, comparisons
from analysis.published.grouped.count_sets import RULES, CountSets, Reason, Rule, count_sets
from analysis.published.grouped.results import grouped_models
from analysis.published.grouped.sentences import (
    Conclusion,
    checks_of,
    comparison_label,
    conclusion_counts,
    group_label,
    sentences,
    smallest_effect,
)

__all__ = [
    "COLUMNS",
    "RULES",
    "Comparison",
    "Conclusion",
    "CountSets",
    "Reason",
    "Rule",
    "checks_of",
    "comparison_label",
    "comparisons",
    "conclusion_counts",
    "count_sets",
    "group_label",
    "grouped_models",
    "sentences",
    "smallest_effect",
]
