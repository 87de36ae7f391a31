"""Models of responses, set out."""

from __future__ import annotations

import math

import pandas as pd

from analysis.models.results import WITHHELD
from analysis.release import Released
from analysis.tables.regression import change_models_view, model_checks_view, model_conclusions_view, models_view
from tests import ssi
from tests.models import test_panel, waves
from tests.regressions import BINARY, codebook, fitted, not_fitted
from tests.tables.html import headings, rows

ABOVE, UP = (1.58, 1.09, 2.28), (6.4, 2.2, 10.6)
NOTHING = (math.nan,) * 3
OTHERS = [name for name in codebook().models if name != BINARY]
BOOK, COLLECTED = codebook(), ssi.wave("collected")
SPACE = "\N{NO-BREAK SPACE}"


def cells(models: pd.DataFrame) -> list[list[str]]:
    table, _, _ = models_view(Released(models), BOOK, COLLECTED, "en")
    return [[cell.replace(SPACE, " ") for cell in row] for row in rows(table)]


def test_a_model_stands_with_raw_and_adjusted_p_and_the_smallest_effect() -> None:
    (row,) = cells(fitted(ABOVE, UP))
    assert row[1:] == [
        "Logistic", "95", "1.58 (1.09 to 2.28)", "+6.4 (+2.2 to +10.6)", "0.010", "0.020", "2.00", "passed",
    ]  # fmt: skip


def test_no_estimate_and_withheld_have_no_number() -> None:
    models = pd.concat([
        not_fitted("rank=fail"),
        fitted(NOTHING, NOTHING, model=OTHERS[0], checks=WITHHELD, p=math.nan, p_adjusted=math.nan,
               detectable=math.nan),
        fitted(ABOVE, UP, model=OTHERS[1]),
    ])  # fmt: skip
    found = cells(models)
    by_label = {row[0]: row for row in found}
    first = by_label[BOOK.models[BINARY].label["en"]]
    assert first[3:-1] == ["–"] * 5
    assert first[-1] == "not passed: redundant predictor"
    withheld = by_label[BOOK.models[OTHERS[0]].label["en"]]
    assert withheld[3:-1] == ["–"] * 5
    assert withheld[-1] == "withheld"


def test_a_reconstruction_has_no_p_and_is_marked() -> None:
    alone = ((1.58, math.nan, math.nan), (6.4, math.nan, math.nan))
    models = fitted(*alone, p=math.nan, p_adjusted=math.nan, basis="reconstructed", detectable=math.nan,
                    checks="convergence=pass;illustration=pass")  # fmt: skip
    for view in (models_view(Released(models), BOOK, ssi.wave("reconstructed"), "en"),
                 model_conclusions_view(Released(models), BOOK, "en")):  # fmt: skip
        assert any("RECONSTRUCTED" in heading for heading in headings(view[0]))
        assert not {"p", "p, adjusted (Holm)"} & set(headings(view[0]))


def test_the_statement_of_each_model_and_its_failed_checks() -> None:
    models = fitted(ABOVE, UP, checks="influence=fail;influence.lost=rank")
    table, data, _ = model_conclusions_view(Released(models), BOOK, "en")
    assert rows(table)[0][0] == "Yes"
    assert list(data["conclusion"]) == ["more"]
    table, _, state = model_checks_view(Released(models), BOOK, "en")
    assert rows(table)[0][:2] == [BOOK.models[BINARY].label["en"], "one municipality moves the result"]
    assert state.status == "drawn"
    assert model_checks_view(Released(fitted(ABOVE, UP)), BOOK, "en")[2].status == "not_drawn"


def test_two_waves_in_one_model_show_the_change_and_that_by_size() -> None:
    book = waves.codebook(**test_panel.PLAN)
    found = test_panel.change(test_panel.PLAN, waves.wave(), test_panel.BEFORE)
    table, data, state = change_models_view(Released(found), book, waves.wave(), "en")
    # R (see `test_panel.test_by_r`): exp(0.2025) = 1.22, p 0.316; exp(-0.2841) = 0.753, p 0.217.
    ((_, n, clusters, changed, p, _, by_size, p_by_size, _, passed),) = rows(table)
    assert (n, clusters, p, p_by_size) == ("101", "55", "0.316", "0.217")
    assert changed.startswith("1.22")
    assert by_size.startswith("0.75")
    assert passed
    assert state.status == "drawn"
    assert data is found


def test_two_waves_of_stand_ins_have_no_number() -> None:
    made_up = waves.wave().model_copy(update={"basis": "reconstructed"})
    found = test_panel.change(test_panel.PLAN, made_up, test_panel.BEFORE)
    table, _, state = change_models_view(Released(found), waves.codebook(**test_panel.PLAN), made_up, "en")
    ((_, _, _, *numbers, passed),) = rows(table)
    assert numbers == ["–"] * 6
    assert passed == "not passed: made-up municipalities"
    assert state.status == "not_drawn"
    assert "Made-up municipalities" in state.reason
