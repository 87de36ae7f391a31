"""A draw agrees with print, and takes every value that print leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reconstruct.deal import BLANK, TICKED
from analysis.reconstruct.draw import draw_counts
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Row
from analysis.reconstruct.repair import Dispute
from tests.reconstruct import small
from tests.reconstruct.small import TOOK_PART, Key
from tests.reconstruct.test_deal import CLASSES, dealt
from tests.reconstruct.test_identify import survey_of


@given(small.printed_of(small.municipalities()), st.integers(0, 1000))
@settings(max_examples=30)
def test_a_draw_prints_what_is_printed(drawn: tuple[int, dict[Key, int | float]], seed: int) -> None:
    _, printed = drawn
    rows = dealt(small.municipalities().system(printed), pd.Series(["small"] * 5), seed)
    assert rows["municipality"].is_unique
    told = {key[0] for key in printed}
    asked = {"first": [True] * len(rows)}
    if {"second", "third"} & told:
        asked["second"] = rows["first"].isin(["yes", "no"]).to_list()
    if "third" in told:
        asked["third"] = (rows["second"] == "yes").to_list()
    for (variable, group, category, statistic), value in printed.items():
        if variable == "participation":
            assert len(rows) == value
            continue
        inside = rows[asked[variable]]
        if ":" in group:
            inside = inside[inside["first"].isin(["yes", "no"])]
        members = {"decided": ["yes", "no"]}.get(category, [category])
        gave = inside[f"third/{category}"] == TICKED if variable == "third" and category else None
        count = int((inside[variable].isin(members) if gave is None else gave).sum()) if category else 0
        if statistic == "percent":
            assert np.floor(100 * count / len(inside) + 0.5) == value
        else:
            assert (len(inside) if statistic == "base" else count) == value


@pytest.mark.parametrize(("questions", "examples"), [(("role",), 8), (("content",), 20), (("need",), 4)])
def test_a_draw_of_respondents_prints_what_is_printed(questions: tuple[str, ...], examples: int) -> None:
    survey = survey_of(questions)

    @given(small.printed_of(survey), st.integers(0, 1000))
    @settings(max_examples=examples)
    def of_all(drawn: tuple[int, dict[Key, int | float]], seed: int) -> None:
        _, printed = drawn
        rows = dealt(survey.system(printed), CLASSES, seed)
        own = numbers_of(rows, survey)
        assert {key: own[key] for key in printed} == printed

    of_all()


def numbers_of(rows: pd.DataFrame, survey: small.Survey) -> dict[Key, float]:
    """Return all that would be printed of dealt answers."""
    questions = rows.drop(columns=["municipality", "weight", "size"])
    municipalities = [
        (
            size,
            [
                {str(name): str(answer) for name, answer in row.items() if answer not in (BLANK, None)}
                for row in questions[rows["municipality"] == place].to_dict("records")
            ],
        )
        for place, size in enumerate(CLASSES)
    ]
    return small.printed_numbers(municipalities, survey)


def test_what_print_leaves_open_takes_every_value_it_can() -> None:
    of_all = small.municipalities().system({TOOK_PART: 5, ("first", "all", "decided", "count"): 4})
    place = of_all.unknowns.places("first", {})[0]
    (unknown,) = of_all.unknowns.gave(place, "yes")
    drawn = [draw_counts(of_all, np.random.default_rng(seed))[1][unknown] for seed in range(60)]
    assert set(drawn) == {0, 1, 2, 3, 4}


def test_values_between_two_that_are_possible_are_drawn_only_if_they_are() -> None:
    # 2x + 3y = 12: x is 0, 3 or 6.
    tied = Possible([Row({0: 2, 1: 3}, 12, 12)], [6, 6])
    assert tied.bounds({0: 1}) == (0, 6)

    class Tied:
        disputes: tuple[Dispute, ...] = ()
        margins: tuple[str, ...] = ()

        @property
        def unknowns(self) -> Tied:
            return self

        @property
        def repair(self) -> Tied:
            return self

        @staticmethod
        def rank(_: int) -> int:
            return 0

        @staticmethod
        def possible(_: object) -> Possible:
            return tied

    drawn = {tuple(sorted(draw_counts(Tied(), np.random.default_rng(seed))[1].items())) for seed in range(40)}  # type: ignore[arg-type]
    assert drawn == {((0, 0), (1, 4)), ((0, 3), (1, 2)), ((0, 6), (1, 0))}


def test_every_way_to_settle_a_dispute_is_drawn() -> None:
    yes: Key = ("first", "all", "yes", "count")
    of_all = small.municipalities().system({TOOK_PART: 3, yes: 4})
    assert len(small.choices(of_all)) == 2
    drawn = [draw_counts(of_all, np.random.default_rng(seed))[0] for seed in range(20)]
    assert all(choice in drawn for choice in small.choices(of_all))
