"""Whom a model is of: a row for each asking, and everyone who is not there counted."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.codebook.models import Model
from analysis.models.units import units
from tests.models.waves import TIME, YES_NO, codebook, model, municipalities, responses


def declared(outcome: object, *predictors: str, family: str = "logistic") -> Model:
    return codebook(m=model(outcome, *predictors, family=family, cluster=True)).models["m"]


def test_askings_are_stacked_and_nobody_is_lost() -> None:
    given = responses()
    of = declared("use", "log2_population", "role", "purpose", family="proportional_odds")
    found = units(given, codebook(), of, 2024)
    assert found.left_out == {"no_answer": 10, "role": 11}
    # Of the 12 askings of those who are neither leaders nor employees one was left blank.
    assert len(found.data) == 2 * len(given) - 21
    assert set(found.data["role"]) == {"leader", "employee"}
    assert set(found.data["purpose"]) == {"planning", "steering"}
    assert found.categories == ("none", "low", "some", "high")
    outcome, data = found.outcome()
    assert len(data) == len(found.data) - int((found.data["kind"] == "dont_know").sum()) == len(outcome)
    first = data.iloc[0]
    asked = given[(given["municipality"] == first["municipality"]) & (given["role"] == first["role"])]
    assert outcome.iloc[0] in set(asked["use@planning"])


def test_who_was_not_asked_is_not_among_those_who_said_no() -> None:
    given = responses()
    found = units(given, codebook(), declared(TIME, "log2_population", "purpose"), 2024)
    columns = pd.concat([given["barriers@planning/time"], given["barriers@steering/time"]])
    assert found.left_out == {"not_asked": int((columns == "not_asked").sum())}
    outcome, _ = found.outcome()
    assert outcome.value_counts().to_dict() == {
        1: int((columns == "selected").sum()),
        0: int((columns == "not_selected").sum()),
    }


@pytest.mark.parametrize(("dont_know", "ones", "zeros"), [("left_out", 33, 22), ("no", 33, 27), ("yes", 38, 22)])
def test_dont_know_is_left_out_or_counted(dont_know: str, ones: int, zeros: int) -> None:
    found = units(municipalities(), codebook(), declared(YES_NO, "log2_population"), 2024)
    outcome, data = found.outcome(dont_know)  # type: ignore[arg-type]
    assert outcome.value_counts().to_dict() == {1: ones, 0: zeros}
    assert outcome.index.equals(data.index)
    assert found.share_dont_know == pytest.approx(5 / 60)


def test_nobody_at_all() -> None:
    nobody: pd.DataFrame = municipalities().assign(plan="not_asked")
    found = units(nobody, codebook(), declared(YES_NO, "log2_population"), 2024)
    assert (len(found.data), found.left_out, found.share_dont_know) == (0, {"not_asked": 60}, 0)
