"""What models of a collected wave may let out: none of groups that said the same, nothing that is of a few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis.context
from analysis.codebook import Codebook
from analysis.context import Context
from analysis.disclosure import FITTED, withhold_models
from analysis.layout import output_dir
from analysis.models import COLUMNS
from analysis.models.regress import OBSERVED
from analysis.models.results import WITHHELD
from analysis.release import release_models
from tests.models.waves import YES_NO, codebook, model, municipalities, wave

BOOK = codebook(plan=model(YES_NO, "log2_population"))


def results(*names: str, checks: str = "convergence=pass", basis: str = "collected") -> pd.DataFrame:
    """Return a row of each model that has every number."""
    numbers = {name: 2.0 for name in FITTED if name in COLUMNS}
    rows = [{**numbers, "model": name, "term": "log2_population", "scale": "odds_ratio", "checks": checks,
             "basis": basis} for name in names]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def answered(yes: int, no: int) -> pd.DataFrame:
    """Return so many municipalities that said yes and no."""
    return municipalities().head(yes + no).assign(plan=["yes"] * yes + ["no"] * no)


def hidden(fitted: pd.DataFrame, responses: pd.DataFrame, book: Codebook = BOOK) -> list[bool]:
    controlled = withhold_models(fitted, responses, book, wave("collected"))
    numbers = [name for name in FITTED if name in controlled]
    empty = controlled[numbers].isna().all(axis=1)
    whole = controlled[numbers].notna().all(axis=1)
    assert (empty | whole).all()
    assert list(controlled["checks"] == WITHHELD) == list(empty)
    return list(empty)


@pytest.mark.parametrize(
    ("yes", "no", "expected"), [(30, 30, False), (57, 3, False), (58, 2, True), (2, 58, True), (60, 0, True)]
)
def test_an_answer_of_few_or_of_all_withholds_its_model(yes: int, no: int, expected: bool) -> None:
    assert hidden(results("plan"), answered(yes, no)) == [expected]


def test_a_question_that_nobody_was_asked_is_not_withheld() -> None:
    """As in a wave that leaves it out: nobody is behind it, and that is what its row says."""
    assert hidden(results("plan"), answered(30, 30).assign(plan="not_asked")) == [False]


def test_a_variant_by_groups_is_withheld_where_one_of_them_said_the_same() -> None:
    given = answered(30, 30)
    regions = ["Nord"] * 5 + ["Syd"] * 55  # all of Nord said yes
    fitted = results("plan", "plan/region", "plan/spline")
    assert hidden(fitted, given.assign(region=regions)) == [False, True, False]
    mixed = ["Nord", "Syd"] * 30
    assert hidden(fitted, given.assign(region=mixed)) == [False, False, False]


def test_a_declared_group_withholds_the_model_itself() -> None:
    book = codebook(plan=model(YES_NO, "log2_population", "region"))
    regions = ["Nord"] * 5 + ["Syd"] * 55
    assert hidden(results("plan"), answered(30, 30).assign(region=regions), book) == [True]


def test_of_observed_shares_those_of_few_are_withheld() -> None:
    bins = pd.DataFrame({"model": "plan", "outcome": "plan/yes", "category": "yes", "population": [1e4, 2e4, 3e4, 4e4],
                         "value": [50.0, 100.0, 10.0, 90.0], "n": [12, 12, 12, 40]})[list(OBSERVED)]  # fmt: skip
    controlled = withhold_models(bins, answered(30, 30), BOOK, wave("collected"))
    assert list(controlled["value"].isna()) == [False, True, True, False]
    assert list(controlled["n"].isna()) == [False, True, True, False]


def test_counts_of_few_that_were_left_out_stay_behind() -> None:
    fitted = results("plan", checks="convergence=pass;left_out.dont_know=1;left_out.not_asked=25")
    (checks,) = withhold_models(fitted, answered(30, 30), BOOK, wave("collected"))["checks"]
    assert checks == "convergence=pass;left_out.not_asked=25"


def open_run(basis: str) -> None:
    run = Context("03_regress", "en", BOOK, wave(basis), {}, (), output_dir(), previous=wave(basis))
    analysis.context._current[:] = [run]


def test_what_rests_on_print_is_let_out_beside_what_is_withheld(no_run: object) -> None:
    open_run("collected")
    printed = results("by_size", basis="published", checks="sets=1")
    both = pd.concat([printed, results("plan")], ignore_index=True)
    released = release_models(both, answered(59, 1)).rows
    assert list(released["model"]) == ["by_size", "plan"]
    assert list(released["estimate"].isna()) == [False, True]
    pd.testing.assert_frame_equal(release_models(printed, answered(59, 1)).rows, printed)


@pytest.mark.parametrize(
    ("now", "before", "expected"), [(30, 30, False), (30, 59, True), (59, 30, True), (59, 59, True)]
)
def test_a_change_is_withheld_where_few_gave_an_answer_in_either_wave(
    now: int, before: int, expected: bool, no_run: object
) -> None:
    open_run("collected")
    released = release_models(results("plan/change"), answered(now, 60 - now), answered(before, 60 - before)).rows
    assert list(released["estimate"].isna()) == [expected]
    assert list(released["checks"] == WITHHELD) == [expected]


def test_of_a_reconstruction_all_is_let_out(no_run: object) -> None:
    open_run("reconstructed")
    fitted = results("plan", basis="reconstructed")
    assert release_models(fitted, answered(59, 1)).rows is fitted
    assert not np.isnan(fitted["estimate"].iloc[0])
