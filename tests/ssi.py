"""The SSI survey as the tests know it: its loaded parts."""

from __future__ import annotations

import functools

import pandas as pd

from analysis.codebook import Codebook, load_codebook
from analysis.layout import RAW_DIR
from analysis.published import load_published

STUDY = "ssi_hygiene"
FOLDER = RAW_DIR / STUDY


@functools.cache
def codebook() -> Codebook:
    return load_codebook(FOLDER / "codebook.yaml")


@functools.cache
def _published() -> pd.DataFrame:
    return load_published(FOLDER / "published.csv", codebook())


def published() -> pd.DataFrame:
    return _published().copy()
