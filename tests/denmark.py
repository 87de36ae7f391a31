"""The Danish municipalities as the tests know them."""

from __future__ import annotations

import functools

import pandas as pd

from analysis.layout import RAW_DIR
from analysis.places import municipalities, read_register

REGISTER_FILE = RAW_DIR / "municipalities" / "denmark_population.csv"


@functools.cache
def _register() -> pd.DataFrame:
    return read_register(REGISTER_FILE)


def register() -> pd.DataFrame:
    return _register().copy()


@functools.cache
def _names() -> dict[str, str]:
    return municipalities(_register())


def names() -> dict[str, str]:
    return _names().copy()
