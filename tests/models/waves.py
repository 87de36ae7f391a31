"""A wave that nobody answered, small enough for R too: 120 respondents of 60 municipalities (`wave.csv`, simulated)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.codebook import Codebook, Wave

CSV = Path(__file__).parent / "wave.csv"
LABEL = {"da": "x", "en": "x"}
QUESTION: dict[str, Any] = {"label": LABEL, "ask": LABEL, "level": "respondent"}
ROLES = ("leader", "employee", "other")
SIZES: dict[str, int | None] = {"small": 30000, "medium": 60000, "large": None}
YES_NO = {"variable": "plan", "category": "yes"}
TIME = {"variable": "barriers", "category": "time"}


def responses() -> pd.DataFrame:
    """Return all of them."""
    return pd.read_csv(CSV, dtype={"municipality": "str"})


def municipalities() -> pd.DataFrame:
    """Return the first response of each municipality."""
    return responses().drop_duplicates("municipality").reset_index(drop=True)


def model(
    outcome: Any, *predictors: str, family: str = "logistic", cluster: bool = False, question: str = "q"
) -> dict[str, Any]:
    """Return a model as a codebook declares it."""
    declared = {"label": LABEL, "outcome": outcome, "family": family, "question": question}
    return {**declared, "predictors": list(predictors), "cluster": "municipality" if cluster else None}


def codebook(**models: dict[str, Any]) -> Codebook:
    """Return what was asked: a plan; for each of two purposes how much data are used, and what those who do lack."""
    degrees = {name: {"code": code, **LABEL} for code, name in enumerate(["high", "some", "low", "none"], start=1)}
    unknown = {"dont_know": {"code": 9, **LABEL, "missing": "dont_know"}}
    return Codebook.model_validate(
        {
            "schema_version": 1,
            "study": "made_up",
            "title": LABEL,
            "report": {"title": "t", "publisher": "p", "language": "da", "text": "t.txt"},
            "unit": "respondent",
            "repeated": "all",
            "places": "denmark",
            "population": 98,
            "notebooks": ["01_clean"],
            "chapters": {"c": LABEL},
            "items": {},
            "size_classes": {name: {"below": below, **LABEL} for name, below in SIZES.items()},
            "groups": {
                "role": {**LABEL, "variable": "role", "values": {"leader": LABEL, "employee": LABEL}},
                "purpose": {**LABEL, "values": {"planning": LABEL, "steering": LABEL}},
            },
            "code_lists": {
                "role": {
                    "categories": {n: {"code": c, **LABEL} for c, n in enumerate(["leader", "employee", "other"])}
                },
                "yes_no": {"categories": {"yes": {"code": 1, **LABEL}, "no": {"code": 2, **LABEL}, **unknown}},
                "degree": {"order": "descending", "categories": {**degrees, **unknown}},
            },
            "variables": {
                "role": {**QUESTION, "codes": "role"},
                "plan": {**QUESTION, "codes": "yes_no"},
                "use": {**QUESTION, "codes": "degree", "asked_per": ["purpose"]},
                "barriers": {
                    **QUESTION,
                    "options": {"time": {"code": 1, **LABEL}},
                    "universe": "use in [high, some, low]",
                    "asked_per": ["purpose"],
                },
            },
            "models": models,
        }
    )


def wave(basis: str = "collected") -> Wave:
    """Return the survey year."""
    return Wave.model_validate(
        {"study": "made_up", "year": 2024, "basis": basis, "source": "simulated", "reference": "2024-01-01"}
    )
