"""KL's report on local health care as the tests know it: its loaded parts, and its printed numbers as estimates."""

from __future__ import annotations

import functools

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook, load_wave
from analysis.estimates.as_printed import as_printed
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.release import Released

STUDY = "kl_naere"
YEAR = 2012
NOTEBOOK = "08_printed"
FOLDER = RAW_DIR / STUDY


@functools.cache
def codebook() -> Codebook:
    return load_codebook(FOLDER / "codebook.yaml")


@functools.cache
def wave() -> Wave:
    return load_wave(FOLDER / str(YEAR) / "wave.yaml")


@functools.cache
def _published() -> pd.DataFrame:
    return load_published(FOLDER / "published.csv", codebook())


def published() -> pd.DataFrame:
    return _published().copy()


def released() -> Released:
    """Return all that the report prints, as the notebook releases it."""
    return Released(as_printed(published(), wave()))


def changed(name: str, **values: object) -> Codebook:
    """Return the codebook with an item that says something else."""
    items = {**codebook().items, name: codebook().items[name].model_copy(update=values)}
    return codebook().model_copy(update={"items": items})
