"""What a model did not pass is told with what was found, in words."""

from __future__ import annotations

import re

import pytest

from analysis.lang import LANGS, Lang, text
from analysis.models.caveats import checks_told
from analysis.models.fit import Check
from analysis.models.sentences import model_sentences
from tests.regressions import BINARY, ORDINAL, codebook, fitted, not_fitted

SSI, KIK = codebook(), codebook("kik_quality")
ABOVE, UP = (1.58, 1.09, 2.28), (6.4, 2.2, 10.6)


@pytest.mark.parametrize(("empty", "says"), [("0", "another answer"), ("0, 1", "another answer, Established")])
def test_of_a_yes_or_no_the_answer_that_nobody_gave_is_named(empty: str, says: str) -> None:
    (found,) = checks_told(not_fitted(f"outcomes=fail;outcomes.units=0;outcomes.empty={empty}"), SSI, "en")["sentence"]
    assert f"(nobody gave: {says})" in found


def test_a_group_without_a_yes_is_named_in_words() -> None:
    checks = "empty_cells=fail;empty_cells.factor=region;empty_cells.cells=Nordjylland: 0"
    (found,) = checks_told(fitted(ABOVE, UP, checks=checks), SSI, "en")["sentence"]
    assert "(Nordjylland: another answer)" in found


@pytest.mark.parametrize("lang", LANGS)
def test_a_failed_check_is_told_with_its_remedy(lang: Lang) -> None:
    checks = "events_per_variable=fail;events_per_variable.events=9;events_per_variable.ratio=4.5;" \
        "events_per_variable.threshold=10;convergence=pass"  # fmt: skip
    models = fitted(ABOVE, UP, checks=checks)
    assert text("models.name_events_per_variable", lang) in model_sentences(models, SSI, lang)["sentence"].iloc[0]
    found = checks_told(models, SSI, lang).iloc[0]
    assert (found["model"], found["check"]) == (BINARY, "events_per_variable")
    assert ("4,5" if lang == "da" else "4.5") in str(found["sentence"])
    assert "Firth" in str(found["sentence"])


def test_few_answers_on_a_scale_have_another_remedy() -> None:
    checks = "events_per_variable=fail;events_per_variable.events=9.9;events_per_variable.ratio=4.95"
    models = fitted(ABOVE, UP, model=ORDINAL, checks=checks).assign(family="proportional_odds")
    (found,) = checks_told(models, KIK, "en")["sentence"]
    assert "count as 9.9 only, 4.95 for each predictor" in found
    assert "Firth" not in found


def test_groups_and_answers_are_named_in_words() -> None:
    checks = "empty_cells=fail;empty_cells.factor=role, region;empty_cells.cells=employee: none, Sjælland: low"
    (found,) = checks_told(fitted(ABOVE, UP, model=ORDINAL, checks=checks), KIK, "en")["sentence"]
    assert "(Role, region)" in found
    assert "(Employees: Not at all, Sjælland: To a lesser degree)" in found


@pytest.mark.parametrize(
    ("details", "says"),
    [
        ("p=0.001;left_out=low", ["(p 0.001)", "not at: To a lesser degree"]),
        ("p=0.4;left_out=low", ["not at: To a lesser degree"]),
        ("p=0.001", ["(p 0.001)"]),
    ],
)
def test_proportional_odds_fail_for_what_was_found(details: str, says: list[str]) -> None:
    parts = ";".join(f"proportional_odds.{part}" for part in details.split(";"))
    models = fitted(ABOVE, UP, model=ORDINAL, checks=f"proportional_odds=fail;{parts}")
    (found,) = checks_told(models, KIK, "en")["sentence"]
    every = ["(p 0.001)", "not at: To a lesser degree"]
    assert [part for part in every if part in found] == says


@pytest.mark.parametrize("lang", LANGS)
def test_every_check_has_a_name_and_words(lang: Lang) -> None:
    documented = str(Check.__doc__)
    names = re.findall(r"`(\w+)`", documented.split("passed")[0])
    assert len(names) > 10
    for name in names:
        assert text(f"models.name_{name}", lang)
        (found,) = checks_told(fitted(ABOVE, UP, checks=f"{name}=fail"), SSI, lang)["sentence"]
        assert found
