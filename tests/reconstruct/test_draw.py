"""A draw agrees with print, keeps to the routing, and ties nothing that print does not tie."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from analysis.codebook.cells import universe_atoms
from analysis.reconstruct.draw import BLANK, TICKED, UNTICKED, deal, draw_counts
from analysis.reconstruct.system import ANSWERED, System
from tests import ssi
from tests.reconstruct import small

NUMBERS = [small.numbers(counts) for counts in small.exports(5)]
TOOK_PART = ("participation", "all", "", "count")


def system(printed: dict[small.Key, int]) -> System:
    return System(small.codebook(), 2024, small.report(printed))


@given(st.sampled_from(NUMBERS), st.data(), st.integers(0, 1000))
@settings(max_examples=25)
def test_a_draw_prints_what_is_printed(whole: dict[small.Key, int], data: st.DataObject, seed: int) -> None:
    chosen = data.draw(st.lists(st.sampled_from(list(whole)), max_size=6, unique=True))
    printed = {key: whole[key] for key in dict.fromkeys([TOOK_PART, *chosen])}
    of_all = system(printed)
    counts = draw_counts(of_all, np.random.default_rng(seed))
    asked = {atom: counts.get(atom, 0) for atom in next(iter(small.exports(1)))} | {ANSWERED: counts[ANSWERED]}
    own = small.numbers(asked)
    assert {key: own[key] for key in printed} == printed


def test_what_print_leaves_open_takes_every_value_it_can() -> None:
    of_all = system({TOOK_PART: 5, ("first", "all", "decided", "count"): 4})
    drawn = [draw_counts(of_all, np.random.default_rng(seed))["first", "yes"] for seed in range(200)]
    assert set(drawn) == {0, 1, 2, 3, 4}


def test_rows_keep_to_the_routing_and_hold_the_counts() -> None:
    published = ssi.published_of(2024)
    of_report = System(ssi.codebook(), 2024, published)
    random = np.random.default_rng(7)
    counts = draw_counts(of_report, random)
    rows = deal(of_report, counts, random)
    assert len(rows) == counts[ANSWERED] == 96
    for name in of_report.variables:
        variable = ssi.codebook().variables[name]
        base = universe_atoms(ssi.codebook(), variable.asked_of, 2024)
        asked = pd.Series(True, index=rows.index) if base is None else rows[base[0][0]].isin([each for _, each in base])
        if variable.kind == "multiple":
            for option in variable.options or {}:
                column = rows[f"{name}/{option}"]
                assert set(column) <= {TICKED, UNTICKED}
                assert not (column[~asked] == TICKED).any()
                assert (column == TICKED).sum() == counts[name, option]
        else:
            assert ((rows[name] == BLANK) == ~asked).all()
            given_ = rows.loc[asked, name].value_counts().to_dict()
            assert given_ == {own: n for (of, own), n in counts.items() if of == name and n}


def test_answers_that_print_does_not_tie_are_unrelated() -> None:
    of_all = system(
        {
            TOOK_PART: 6,
            ("first", "all", "yes", "count"): 6,
            ("second", "all", "yes", "count"): 6,
            ("third", "all", "a", "count"): 3,
            ("third", "all", "b", "count"): 3,
        }
    )
    counts = draw_counts(of_all, np.random.default_rng(0))
    both = []
    for seed in range(2000):
        rows = deal(of_all, counts, np.random.default_rng(seed))
        both.append(int(((rows["third/a"] == TICKED) & (rows["third/b"] == TICKED)).sum()))
    # Of 6 rows, 3 and 3 at random: 0 to 3 in common, by the hypergeometric law (1, 9, 9, 1 of 20).
    seen = [both.count(common) for common in range(4)]
    assert chisquare(seen, [2000 * ways / 20 for ways in (1, 9, 9, 1)]).pvalue > 0.001
