"""Responses dealt to municipalities: the numbers given are always met, and every way to meet them is equally likely."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import AnalysisError
from analysis.reconstruct.allotment import allot

Table = tuple[tuple[int, ...], ...]

# Row sums, smallest first, and column sums.
Margins = tuple[tuple[int, ...], tuple[int, ...]]


@functools.cache
def tables(municipalities: int, questionnaires: int) -> Mapping[Margins, list[Table]]:
    """Return every table of zeros and ones, by its margins."""
    found: dict[Margins, list[Table]] = {}
    for rows in itertools.product(itertools.product((0, 1), repeat=questionnaires), repeat=municipalities):
        columns = tuple(map(sum, zip(*rows, strict=True)))
        found.setdefault((tuple(sorted(map(sum, rows))), columns), []).append(rows)
    return found


def allot_one_class(responses: Sequence[int], answered: Sequence[int], random: np.random.Generator) -> Table:
    names = "abcdef"[: len(answered)]
    dealt = allot(
        ["small"] * len(responses),
        {"small": Counter(responses)},
        {"small": dict(zip(names, answered, strict=True))},
        random,
    )
    assert not dealt.duplicated().any()
    given_by = set(dealt.itertuples(index=False, name=None))
    return tuple(tuple(int((place, name) in given_by) for name in names) for place in range(len(responses)))


@pytest.mark.parametrize(
    ("responses", "answered", "number"),
    [
        # orders of the municipalities times tables of each
        ((1, 1, 1), (1, 1, 1), 1 * 6),
        ((0, 1, 2), (1, 1, 1), 6 * 3),
        ((0, 1, 2, 3), (3, 2, 1), 24 * 1),
        ((1, 2, 2), (2, 1, 1, 1), 3 * 12),
        ((1, 1, 2, 2), (2, 3, 1), 6 * 8),
    ],
)
def test_every_table_is_equally_likely(responses: tuple[int, ...], answered: tuple[int, ...], number: int) -> None:
    every = tables(len(responses), len(answered))[responses, answered]
    assert len(every) == number
    random = np.random.default_rng(5)
    drawn = Counter(allot_one_class(responses, answered, random) for _ in range(15 * number))
    assert set(drawn) <= set(every)
    assert stats.chisquare([drawn[table] for table in every]).pvalue > 0.01


@pytest.mark.parametrize(("municipalities", "questionnaires"), [(2, 2), (3, 2), (2, 3), (4, 3)])
def test_refused_is_what_no_table_has(municipalities: int, questionnaires: int) -> None:
    random = np.random.default_rng(0)
    for responses in itertools.combinations_with_replacement(range(questionnaires + 2), municipalities):
        for answered in itertools.combinations_with_replacement(range(municipalities + 2), questionnaires):
            if (responses, answered) in tables(municipalities, questionnaires):
                table = allot_one_class(responses, answered, random)
                assert table in tables(municipalities, questionnaires)[responses, answered]
            else:
                with pytest.raises(AnalysisError, match=r"The two must agree|can give"):
                    allot_one_class(responses, answered, random)


@st.composite
def answered_tables(draw: st.DrawFn) -> tuple[list[str], np.ndarray]:
    """Return a size class for each municipality and a table of who answered what."""
    sizes = draw(st.lists(st.sampled_from(["small", "medium", "large"]), min_size=1, max_size=30))
    questionnaires = draw(st.integers(0, 6))
    bits = draw(st.lists(st.booleans(), min_size=len(sizes) * questionnaires, max_size=len(sizes) * questionnaires))
    return sizes, np.array(bits, dtype=bool).reshape(len(sizes), questionnaires)


@given(answered_tables(), st.integers(0, 2**32 - 1))
def test_the_numbers_are_met(truth: tuple[list[str], np.ndarray], seed: int) -> None:
    sizes, table = truth
    names = list("abcdef"[: table.shape[1]])
    by_size = {size: table[np.array(sizes) == size] for size in sorted(set(sizes))}
    numbers = {size: Counter(rows.sum(axis=1).tolist()) for size, rows in by_size.items()}
    answered = {size: dict(zip(names, rows.sum(axis=0).tolist(), strict=True)) for size, rows in by_size.items()}
    dealt = allot(sizes, numbers, answered, np.random.default_rng(seed))
    assert dealt.columns.to_list() == ["municipality", "questionnaire"]
    assert dealt["municipality"].is_monotonic_increasing
    assert not dealt.duplicated().any()
    assert numbers_of(dealt, sizes) == numbers
    of = dealt["municipality"].map(dict(enumerate(sizes)))
    for size, counts in answered.items():
        assert Counter(dealt.loc[of == size, "questionnaire"]) == Counter(counts)


def numbers_of(dealt: pd.DataFrame, sizes: list[str]) -> dict[str, Counter[int]]:
    each = Counter(dealt["municipality"])
    return {
        size: Counter(each[place] for place, other in enumerate(sizes) if other == size) for size in sorted(set(sizes))
    }


# kik_quality 2023: 151 respondents in 82 of 98 municipalities, by size 16 of 23, 44 of 50 and 22 of 25; 31 gave one
# answer, 36 two, 13 three, one four and one five. Which class the last two are of is not printed.
KIK = {
    "small": {0: 7, 1: 8, 2: 8},
    "medium": {0: 6, 1: 15, 2: 18, 3: 10, 4: 1},
    "large": {0: 3, 1: 8, 2: 10, 3: 3, 5: 1},
}


def test_responses_that_are_not_told_apart() -> None:
    sizes = np.random.default_rng(0).permutation(["small"] * 23 + ["medium"] * 50 + ["large"] * 25).tolist()
    dealt = allot(sizes, KIK, None, np.random.default_rng(1))
    assert dealt.columns.to_list() == ["municipality"]
    assert len(dealt) == 151
    assert dealt["municipality"].nunique() == 82
    assert numbers_of(dealt, sizes) == {size: Counter(counts) for size, counts in KIK.items()}
    assert dealt.equals(allot(sizes, KIK, None, np.random.default_rng(1)))


def test_who_gives_how_many_is_a_random_permutation() -> None:
    random = np.random.default_rng(2)
    ways = Counter(
        tuple(allot(["s", "s", "t", "s"], {"s": {1: 1, 2: 2}, "t": {0: 1}}, None, random)["municipality"])
        for _ in range(300)
    )
    assert set(ways) == {(0, 1, 1, 3, 3), (0, 0, 1, 3, 3), (0, 0, 1, 1, 3)}
    assert stats.chisquare(list(ways.values())).pvalue > 0.01


@pytest.mark.parametrize(
    ("numbers", "questionnaires", "message"),
    [
        ({"s": {1: 2}, "t": {1: 1}}, None, "numbers of responses are of the size classes s, t, and the municipal"),
        ({}, None, "are of the size classes none, and the municipalities of s"),
        ({"s": {1: 2}}, {}, "the questionnaires are of the size classes none, and the municipalities of s"),
        ({"s": {1: 3, 2: -1}}, None, r"size class s: negative numbers: \{2: -1\}"),
        ({"s": {-1: 1, 2: 1}}, None, r"size class s: negative numbers: \{-1: 1\}"),
        ({"s": {1: 2}}, {"s": {"a": 3, "b": -1}}, r"size class s: negative numbers: \{'b': -1\}"),
        ({"s": {1: 1}}, None, "size class s: 1 municipalities by number of responses, and there are 2"),
        ({"s": {1: 2}}, {"s": {"a": 1}}, "size class s: 2 responses by municipality and 1 by questionnaire"),
        (
            {"s": {1: 1, 3: 1}},
            {"s": {"c": 0, "a": 2, "b": 2}},
            "size class s: 4 responses to a, b, and municipalities that answer each at most once can give 3",
        ),
    ],
)
def test_numbers_that_cannot_be(
    numbers: dict[str, dict[int, int]], questionnaires: dict[str, dict[str, int]] | None, message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        allot(["s", "s"], numbers, questionnaires, np.random.default_rng(0))
