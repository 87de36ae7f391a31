"""Made-up results of the models that ssi_hygiene and kik_quality declare."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, load_codebook
from analysis.codebook.models import LOG2_POPULATION
from analysis.layout import ROOT
from analysis.models import COLUMNS
from analysis.models.regress import OBSERVED, PREDICTED
from analysis.models.rows import DETECTABLE, NON_LINEARITY

BINARY, ORDINAL = "organisation_by_size", "data_use_by_size"
PASSED = "convergence=pass"


def codebook(study: str = "ssi_hygiene") -> Codebook:
    return load_codebook(ROOT / "data" / "raw" / study / "codebook.yaml")


def fitted(
    odds: tuple[float, float, float],
    points: tuple[float, float, float],
    *,
    p: float = 0.01,
    p_adjusted: float = 0.02,
    model: str = BINARY,
    checks: str = PASSED,
    basis: str = "collected",
    detectable: float = math.log(2),
) -> pd.DataFrame:
    """Return the rows of one fit: odds ratio and points, each with its interval."""
    ordinal = model.startswith(ORDINAL)
    outcome = "data_use" if ordinal else "organisation/yes"
    common: dict[str, object] = {
        "study": "kik_quality" if ordinal else "ssi_hygiene", "wave": 2023 if ordinal else 2024, "model": model,
        "outcome": outcome, "family": "proportional_odds" if ordinal else "logistic", "term": LOG2_POPULATION, "n": 95,
        "converged": True, "checks": checks, "basis": basis, "p": p,
    }  # fmt: skip
    cuts = [f"/at_least:{cut}" for cut in ("low", "some", "high", "very_high")] if ordinal else [""]
    rows: list[dict[str, object]] = [
        {**common, "scale": "odds_ratio", **_ends(odds), "p_adjusted": p_adjusted},
        *(
            {**common, "scale": "percentage_points", **_ends(points), "outcome": f"{outcome}{cut}"} for cut in cuts
        ),
        {**common, "scale": DETECTABLE, "estimate": detectable},
    ]  # fmt: skip
    return _frame(rows)


def bent(p: float, model: str = BINARY) -> pd.DataFrame:
    """Return the row of a spline."""
    return _frame([{"wave": 2024, "model": f"{model}/spline", "term": NON_LINEARITY, "scale": "log_odds", "p": p,
                    "estimate": 1.0, "checks": PASSED, "basis": "collected"}])  # fmt: skip


def not_fitted(checks: str, model: str = BINARY) -> pd.DataFrame:
    """Return the row of a model that has no estimate."""
    return _frame([{"wave": 2024, "model": model, "term": LOG2_POPULATION, "scale": "log_odds", "family": "logistic",
                    "n": 95, "converged": False, "checks": checks, "basis": "collected"}])  # fmt: skip


def along(model: str = BINARY, category: str = "yes", *, surely: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a curve and three bins."""
    population = np.geomspace(2_000, 600_000, 5)
    value = np.linspace(30.0, 90.0, 5)
    curve = pd.DataFrame({"model": model, "outcome": "o", "category": category, "population": population,
                          "value": value, "low": value - 10 if surely else np.nan,
                          "high": value + 10 if surely else np.nan})  # fmt: skip
    bins = pd.DataFrame({"model": model, "outcome": "o", "category": category, "population": population[1:4],
                         "value": [40.0, 60.0, 100.0], "n": [12, 12, 11]})  # fmt: skip
    return curve[list(PREDICTED)], bins[list(OBSERVED)]


def _ends(numbers: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("estimate", "low", "high"), numbers, strict=True))


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64", "clusters": "Int64"})
