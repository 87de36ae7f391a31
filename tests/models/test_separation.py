"""Whether estimates exist, against what can be told by looking."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.models.separation import separated_terms


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=4, max_size=12))
def test_one_term_separates_where_categories_do_not_overlap(answers: list[tuple[int, int]]) -> None:
    codes, x = np.array(answers).T
    codes = np.unique(codes, return_inverse=True)[1]
    if codes.max() == 0 or len(set(x)) == 1:
        return
    apart = any(
        all((sign * x[codes < cut]).max() <= (sign * x[codes >= cut]).min() for cut in range(1, codes.max() + 1))
        for sign in (1, -1)
    )
    assert separated_terms(codes, pd.DataFrame({"x": x})) == (("x",) if apart else ())


def test_only_the_terms_that_separate_are_named() -> None:
    """Nobody in region 1 answered above the lowest; size overlaps."""
    codes = np.array([0, 1, 2, 0, 1, 2, 0, 0])
    design = pd.DataFrame({"size": [3.0, 1, 2, 1, 3, 4, 2, 5], "region": [0, 0, 0, 0, 0, 0, 1, 1]})
    assert separated_terms(codes, design) == ("region",)
    assert separated_terms(codes, design[["size"]]) == ()


def test_two_terms_that_separate_only_together() -> None:
    codes = np.array([0, 0, 1, 1, 0, 1])
    design = pd.DataFrame({"a": [0.0, 1, 1, 3, 2, 4], "b": [0.0, 1, 0, 2, 2, 3]})
    assert separated_terms(codes, design) == ("a", "b")
    assert separated_terms(codes, design[["b"]]) == ()
