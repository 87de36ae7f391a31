"""Stand-ins are like the municipalities they stand for, and none of them; of classes by rank too."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.errors import AnalysisError
from analysis.layout import RAW_DIR
from analysis.places import population_on, size_classes_by_rank
from analysis.reconstruct.standins import stand_ins
from tests import denmark

KLK_CLASSES = {"smaller": 45, "larger": 45, "largest": 8}


@functools.cache
def codebook(study: str) -> Codebook:
    return load_codebook(RAW_DIR / study / "codebook.yaml")


def by_class(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    classes = size_classes_by_rank(people["population"], KLK_CLASSES)
    return {str(name): rows for name, rows in people.groupby(classes, observed=True)}


@pytest.mark.parametrize("seed", range(20))
def test_stand_ins_of_classes_by_rank(seed: int) -> None:
    real = population_on(denmark.register(), "2018-07-01")
    made = stand_ins(real, codebook("klk_healthdata"), 2018, np.random.default_rng(seed))
    # parts the made ones by rank, and refuses ties across a boundary
    made_of, real_of = by_class(made), by_class(real)
    assert {name: len(rows) for name, rows in made_of.items()} == KLK_CLASSES
    for name in KLK_CLASSES:
        assert made_of[name]["population"].sum() == real_of[name]["population"].sum()
        assert sorted(made_of[name]["region"]) == sorted(real_of[name]["region"])
        assert made_of[name]["population"].min() > real_of[name]["population"].min()
        assert made_of[name]["population"].max() < real_of[name]["population"].max()
    assert set(made["population"]) & set(real["population"]) == set()
    assert sorted(made["code"]) == [f"2018-{number:02d}" for number in range(1, 99)]
    assert set(made["name"]) & set(real["name"]) == set()


def test_regions_are_permuted_within_the_class() -> None:
    real = population_on(denmark.register(), "2018-07-01")
    drawn = [stand_ins(real, codebook("klk_healthdata"), 2018, np.random.default_rng(seed)) for seed in range(40)]
    # København, the largest, lies in Hovedstaden; the eight largest in four of the five regions.
    largest = {made.sort_values("population")["region"].iloc[-1] for made in drawn}
    assert largest == {"Hovedstaden", "Midtjylland", "Nordjylland", "Syddanmark"}


def test_the_draw_for_a_seed_of_classes_by_inhabitants_is_as_it_was() -> None:
    real = population_on(denmark.register(), "2024-01-01")
    made = stand_ins(real, codebook("ssi_hygiene"), 2024, np.random.default_rng(1))
    assert made.head(3).to_numpy().tolist() == [
        ["2024-01", "Kommune 01", "Sjælland", 59999],
        ["2024-02", "Kommune 02", "Syddanmark", 22476],
        ["2024-03", "Kommune 03", "Syddanmark", 52261],
    ]


def test_a_class_of_one_has_no_stand_in() -> None:
    real = population_on(denmark.register(), "2018-07-01")
    classes = codebook("klk_healthdata").size_classes
    ranks = dict(zip(classes, (45, 52, 1), strict=True))
    alone = {name: each.model_copy(update={"municipalities": ranks[name]}) for name, each in classes.items()}
    own = codebook("klk_healthdata").model_copy(update={"size_classes": alone})
    with pytest.raises(AnalysisError, match="size class 'largest' has one municipality"):
        stand_ins(real, own, 2018, np.random.default_rng(0))
