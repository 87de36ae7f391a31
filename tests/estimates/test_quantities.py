"""How many took part, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.ingest.responses import NO_ANSWER
from tests.estimates import surveys
from tests.estimates.surveys import found, one

Key = tuple[str, str, str]


def frame(columns: list[str], **answers: list[str]) -> pd.DataFrame:
    """Return responses of which nothing but the given answers is known."""
    municipality = answers["municipality"]
    size = ["large" if each >= "4" else "small" for each in municipality]
    return pd.DataFrame({**{name: [NO_ANSWER] * len(size) for name in columns}, "size": size, **answers})


def values(estimates: pd.DataFrame, variable: str) -> dict[Key, float]:
    rows = estimates[estimates["variable"] == variable]
    keys = zip(rows["group"], rows["category"], rows["statistic"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


@pytest.fixture(scope="module")
def of_respondents() -> pd.DataFrame:
    columns = ["role", "opinion", "reasons/a", "reasons/b"]
    return found(frame(columns, municipality=list("0114555")), surveys.respondents())


@pytest.fixture(scope="module")
def of_areas() -> pd.DataFrame:
    purposes = ("planning", "steering")
    columns = [f"use@{purpose}" for purpose in purposes] + ["task", "view/a", "view/b"]
    columns += [f"{name}@{each}/{option}" for name in ("barriers", "needs") for each in purposes for option in "ab"]
    asked = ["north", "south", "north", "north", "south", "chief", "chief", "chief"]
    return found(frame(columns, municipality=list("00145566"), questionnaire=asked), surveys.areas())


def test_municipalities_that_took_part(of_respondents: pd.DataFrame) -> None:
    assert values(of_respondents, "participation") == {
        ("all", "answered", "count"): 4, ("all", "answered", "percent"): pytest.approx(400 / 7),
        ("all", "not_answered", "count"): 3, ("all", "not_answered", "percent"): pytest.approx(300 / 7),
        ("all", "", "base"): 7,
    }  # fmt: skip


def test_municipalities_by_how_many_answered(of_respondents: pd.DataFrame) -> None:
    found = values(of_respondents, "respondents_per_municipality")
    assert {key[1:]: value for key, value in found.items() if key[0] == "all"} == {
        ("one", "count"): 2, ("one", "percent"): 50, ("more", "count"): 2, ("more", "percent"): 50, ("", "base"): 4,
    }  # fmt: skip
    assert found["size:large", "one", "count"] == found["size:large", "more", "count"] == 1


def test_how_many_there_are_of_a_class_only_the_register_knows(of_respondents: pd.DataFrame) -> None:
    assert values(of_respondents, "class_size") == {
        ("all", "", "count"): 4, ("all", "", "percent"): pytest.approx(400 / 7), ("all", "", "base"): 7,
        ("size:small", "", "count"): 2, ("size:large", "", "count"): 2,
    }  # fmt: skip


def test_responses_are_their_own_base(of_respondents: pd.DataFrame) -> None:
    assert values(of_respondents, "respondents") == {
        (group, "", statistic): value
        for group, value in (("all", 7), ("size:small", 3), ("size:large", 4))
        for statistic in ("count", "base")
    }


def test_only_responses_of_the_universe_count(of_areas: pd.DataFrame) -> None:
    # Municipalities 0, 1, 4 and 5 answered for an area, 5 and 6 through chiefs.
    assert values(of_areas, "participation")["all", "answered", "count"] == 4
    both = values(of_areas, "both")
    assert (both["all", "", "count"], both["size:small", "", "count"], both["size:large", "", "count"]) == (1, 1, 0)
    # Four small municipalities are known to exist: classes are by rank.
    assert both["size:small", "", "percent"] == 25
    assert values(of_areas, "chief_answers") == {
        (group, "", statistic): value
        for group, value in (("all", 3), ("size:small", 0), ("size:large", 3))
        for statistic in ("count", "base")
    }


def test_questionnaires_that_did_not_come_back(of_areas: pd.DataFrame) -> None:
    found = values(of_areas, "response")
    assert (found["all", "", "base"], found["all", "", "count"], found["all", "none", "count"]) == (14, 5, 9)
    assert (found["area:north", "", "base"], found["area:north", "none", "count"]) == (7, 4)
    assert found["area:north", "none", "percent"] == pytest.approx(400 / 7)
    assert found["size:large", "", "base"] == 6
    # Which of them came to their end, clean responses do not say.
    assert {category for _, category, _ in found} == {"", "none"}
    base = one(of_areas, "response", "", "base")
    assert (base["basis"], one(of_areas, "response", "", "count")["basis"]) == ("register", "collected")
