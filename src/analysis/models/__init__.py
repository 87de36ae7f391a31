"""Responses, or counts that print determines -> regression on municipality size, with the checks of each model."""

COLUMNS = (
    "study", "wave", "model", "outcome", "family", "term", "scale", "estimate", "se", "low", "high", "p", "p_adjusted",
    "test_family", "estimand", "dependence", "rounding", "n", "clusters", "converged", "checks", "basis", "value_low",
    "value_high",
)  # fmt: skip
"""The columns of `models.csv` (design, section 5)."""
