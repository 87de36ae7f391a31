"""Rows of `models.csv` read: which stand for a declared model, and what its checks say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.codebook import Codebook
from analysis.models.fitting import COLLAPSED

WITHHELD = "withheld"
"""What `checks` says of a model that disclosure control withholds."""


def parsed_checks(checks: str) -> dict[str, str]:
    """Return name -> `pass` or `fail`, `name.detail` -> value, of a row's checks."""
    return {name: value for name, _, value in (part.partition("=") for part in checks.split(";") if part)}


def failed_checks(written: str) -> list[str]:
    """Return the names of the checks that a row's model did not pass."""
    return [name for name, value in parsed_checks(written).items() if "." not in name and value == "fail"]


def main_rows(models: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the rows of the declared models, each by the fit that stands for it; `declared` is its declared name.

    A model of which nobody gave one of the answers is that without the answer.
    """
    parts = [
        models[models["model"] == shown(models, name)].assign(declared=name) for name in declared(models, codebook)
    ]
    empty = models.iloc[:0].assign(declared="")
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def declared(models: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Return the declared models that there are rows of, in the codebook's order."""
    there = {name.partition("/")[0] for name in models["model"]}
    return [name for name in codebook.models if name in there]


def shown(models: pd.DataFrame, name: str) -> str:
    """Return the fit that stands for a declared model."""
    return next((model for model in (f"{name}/{COLLAPSED}", name) if (models["model"] == model).any()), name)


def shown_part(rows: pd.DataFrame, name: str, codebook: Codebook) -> pd.DataFrame:
    """Return rows of a model without those of other parts of its scale than the one that is shown (`shown_cut`)."""
    if rows.empty or codebook.models[name].outcome.category is not None:
        return rows
    cuts = rows["outcome"].str.partition("at_least:")[2]
    return rows[cuts == shown_cut(list(cuts), name, codebook, int(rows["wave"].iloc[0]))]


def shown_cut(categories: Sequence[str], name: str, codebook: Codebook, year: int) -> str:
    """Return of which category, or a higher one, the share is shown of a model of a scale.

    Of the least on the upper side, if the scale has sides; else where the upper half of what can be told apart begins.

    Parameters
    ----------
    categories
        From the least up: those that an answer can be at least.
    name
        Of the model.
    codebook, year
        The study and its wave.
    """
    codes = codebook.codes_of(codebook.models[name].outcome.variable, year)
    upper = codes.members(codes.upper_side) if codes.upper_side else []
    return next((category for category in categories if category in upper), categories[len(categories) // 2])
