"""Two waves of the same municipalities, held against R; stand-ins are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.codebook import Wave
from analysis.models import COLUMNS
from analysis.models.panel import regress_change
from analysis.models.results import parsed_checks
from tests.models.waves import YES_NO, codebook, model, municipalities, wave

PLAN = {"plan": model(YES_NO, "log2_population")}
BEFORE = wave().model_copy(update={"year": 2020})


def later() -> pd.DataFrame:
    """Fifty answer again; every fourth of them that had no plan has one."""
    again = municipalities()[:50]
    return again.assign(plan=again["plan"].where((again.index % 4 > 0) | (again["plan"] != "no"), "yes"))


def change(models: dict[str, Any], own: Wave, previous: Wave) -> pd.DataFrame:
    return regress_change(later(), municipalities(), codebook(**models), own, previous)


def test_by_r() -> None:
    """R: a <- d[!duplicated(d$municipality), ] of `test_regress.py`, don't know among them; a$w <- 0; z <- a[1:50, ]

    z$w <- 1; z$plan[seq_len(50) %% 4 == 1 & z$plan == "no"] <- "yes"
    b <- rbind(a, z); b <- b[b$plan != "dont_know", ]; b <- b[order(b$municipality), ]
    f <- glm(plan == "yes" ~ x + w, binomial, b, control = tight)  # and ~ x + w + x:w
    clubSandwich::coef_test(f, clubSandwich::vcovCR(f, b$municipality, "CR2"), test = "Satterthwaite")
    """
    found = change(PLAN, wave(), BEFORE)
    assert list(found.columns) == list(COLUMNS)
    odds = found[found["scale"] == "log_odds"].set_index(["model", "term"])
    expected = {
        ("plan/change", "log2_population"): (0.6364191024, 0.3561507969, 0.08587395318),
        ("plan/change", "wave:2024"): (0.2025312618, 0.1999907608, 0.31613737953),
        ("plan/change_by_size", "log2_population × wave:2024"): (-0.2840848625, 0.2241347099, 0.21692997898),
    }
    for at, numbers in expected.items():
        assert tuple(odds.loc[at, ["estimate", "se", "p"]]) == pytest.approx(numbers, rel=1e-5)
    assert odds.loc[("plan/change", "wave:2024"), "p_adjusted"] == pytest.approx(0.31613737953, rel=1e-5)
    assert set(odds["n"]) == {101}
    assert set(odds["clusters"]) == {55}


@pytest.mark.parametrize("made_up", ["own", "previous"])
def test_stand_ins_are_refused(made_up: str) -> None:
    other = {"basis": "reconstructed"}
    own = wave().model_copy(update=other if made_up == "own" else {})
    previous = BEFORE.model_copy(update=other if made_up == "previous" else {})
    found = change(PLAN, own, previous)
    assert list(found["model"]) == ["plan/change", "plan/change_by_size"]
    assert found[["estimate", "se", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    told = parsed_checks(found["checks"].iloc[0])
    assert (told["stand_ins"], told["stand_ins.waves"]) == ("fail", "2024" if made_up == "own" else "2020")
    assert set(found["basis"]) == {"reconstructed"}


def test_what_cannot_be_compared_is_refused() -> None:
    label = {"da": "x", "en": "x"}
    said = {2024: {"verdict": "not_comparable", "why": label}}
    row = {"variable": "plan", "category": "yes", "label": label, "comparability": said}
    of = codebook(**PLAN)
    of = type(of).model_validate({**of.model_dump(), "comparison": {"plan": row}})
    found = regress_change(later(), municipalities(), of, wave(), BEFORE)
    assert np.isnan(found["estimate"]).all()
    assert parsed_checks(found["checks"].iloc[0])["comparability"] == "fail"


def test_a_question_that_one_wave_did_not_ask() -> None:
    found = regress_change(later(), municipalities().assign(plan="not_asked"), codebook(**PLAN), wave(), BEFORE)
    assert found["estimate"].isna().all()
    told = parsed_checks(found["checks"].iloc[0])
    assert (told["rank"], told["rank.constant"], told["left_out.not_asked"]) == ("fail", "wave", "60")
