"""Adjusted p-values, held against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.holm import holm


def test_by_r() -> None:
    """R: p.adjust(c(0.01, 0.04, 0.03, 0.5), "holm")"""
    found = holm(pd.Series([0.01, 0.04, 0.03, 0.5], list("abcd")))
    assert found.to_dict() == pytest.approx({"a": 0.04, "b": 0.09, "c": 0.09, "d": 0.5})


def test_a_test_that_cannot_be_made_counts_as_one() -> None:
    found = holm(pd.Series([0.01, np.nan]))
    assert found[0] == pytest.approx(0.02)
    assert np.isnan(found[1])
