"""Declared models: what the codebook does not bear is refused, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.errors import InputError, Problem
from analysis.layout import RAW_DIR
from tests.codebook.made_up import TEXT
from tests.conftest import Write

MODEL = """\
models:
  plan_by_size:
    label: {da: Plan, en: Plan}
    outcome: {variable: plan, category: yes}
    family: logistic
    predictors: [log2_population]
    question: plans
"""
DEGREE = MODEL.replace("{variable: plan, category: yes}", "plan").replace("logistic", "proportional_odds")


def loaded(write: Write, models: str, text: str = TEXT) -> Codebook:
    return load_codebook(write("made_up/codebook.yaml", text + models))


def refused(write: Write, models: str, text: str = TEXT) -> Problem:
    with pytest.raises(InputError) as caught:
        loaded(write, models, text)
    (problem,) = caught.value.problems
    return problem


def test_a_model_is_read(write: Write, no_run: Path) -> None:
    model = loaded(write, MODEL).models["plan_by_size"]
    assert (model.outcome.variable, model.outcome.category, model.cluster) == ("plan", "yes", None)


def test_an_ordered_outcome_is_named_alone(write: Write, no_run: Path) -> None:
    ordered = TEXT.replace("  stages:\n", "  stages:\n    order: descending\n").replace(
        "  yes_no:\n    categories", "  yes_no:\n    order: descending\n    categories"
    )
    codebook = loaded(write, DEGREE, ordered)
    assert codebook.models["plan_by_size"].outcome.category is None
    assert codebook.code_lists["stages"].ascending == ["never", "planned", "new", "old"]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "advice"),
    [
        ("variable: plan", "variable: plans", "outcome", "no such variable", "Did you mean 'plan'?"),
        ("variable: plan", "variable: kroner", "outcome", "no closed question", "Name another variable"),
        ("category: yes", "category: yess", "outcome", "no such answer", "Did you mean 'yes'?"),
        ("category: yes", "category: dont_know", "outcome", "says nothing", "Valid:"),
        (
            "[log2_population]",
            "[log2_population, regions]",
            "predictors",
            "no such predictor",
            "Did you mean 'region'?",
        ),
        ("[log2_population]", "[log2_population, role]", "predictors", "no such predictor", "Valid: log2_population"),
        ("[log2_population]", "[size]", "predictors", "no such predictor", "Valid: log2_population"),
    ],
)
def test_what_the_codebook_lacks(
    write: Write, no_run: Path, old: str, new: str, place: str, message: str, advice: str
) -> None:
    problem = refused(write, MODEL.replace(old, new))
    assert problem.column == f"models.plan_by_size.{place}"
    assert message in problem.message
    assert advice in problem.advice


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[log2_population]", "[log2_population, log2_population]", "a predictor stands twice"),
        ("[log2_population]", "[region]", "predictors must have one of"),
        ("[log2_population]", "[log2_population, spline_population]", "predictors must have one of"),
        ("{variable: plan, category: yes}", "plan", "logistic needs the category that counts"),
        ("logistic", "proportional_odds", "proportional_odds takes all"),
        ("logistic", "probit", "logistic"),
        ("question: plans", "quest: plans", "quest"),
    ],
)
def test_what_is_no_model(write: Write, no_run: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        loaded(write, MODEL.replace(old, new))
    assert any(words in f"{problem.message} {problem.column} {problem.advice}" for problem in caught.value.problems)


def test_answers_without_an_order(write: Write, no_run: Path) -> None:
    problem = refused(write, DEGREE)
    assert (problem.column, problem.value) == ("models.plan_by_size.family", "proportional_odds")
    assert problem.message == "the answers have no order"


def test_answers_that_nest_need_their_cluster(write: Write, no_run: Path) -> None:
    several = TEXT.replace("unit: municipality", "unit: respondent\nrepeated: all")
    problem = refused(write, MODEL, several)
    assert problem.column == "models.plan_by_size.cluster"
    assert loaded(write, MODEL + "    cluster: municipality\n", several).models["plan_by_size"].cluster


def klk(change: tuple[str, str], write: Write) -> Problem:
    text = (RAW_DIR / "klk_healthdata" / "codebook.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    head, _, models = text.partition("\nmodels:\n")
    with pytest.raises(InputError) as caught:
        load_codebook(write("klk_healthdata/codebook.yaml", f"{head}\nmodels:\n{models.replace(*change, 1)}"))
    (problem,) = caught.value.problems
    return problem


def test_what_was_asked_for_each_purpose_has_it_as_a_predictor(write: Write, no_run: Path) -> None:
    problem = klk(("predictors: [log2_population, area, purpose]", "predictors: [log2_population, area]"), write)
    assert problem.message == "data_use was asked for each purpose, which is no predictor"
    assert problem.column == "models.data_use_by_size.predictors"


def test_answers_with_weights(write: Write, no_run: Path) -> None:
    problem = klk(("outcome: {variable: barriers, category: data_quality}",
                   "outcome: {variable: chief_better_data, category: dental}"), write)  # fmt: skip
    assert problem.message == "its answers have weights, and the models here take none"


def test_a_group_that_a_question_does_not_tell(write: Write, no_run: Path) -> None:
    """Reasons of the chiefs are not asked for a purpose."""
    problem = klk(("outcome: {variable: barriers, category: data_quality}",
                   "outcome: {variable: role, category: unit_leader}"), write)  # fmt: skip
    assert problem.message.startswith("the question was not asked for each of its values")
    assert problem.value == "purpose"


@pytest.mark.parametrize(
    ("study", "ordered", "binary"), [("ssi_hygiene", 0, 10), ("kik_quality", 9, 8), ("klk_healthdata", 4, 8)]
)
def test_the_models_of_the_repository(study: str, ordered: int, binary: int) -> None:
    models = load_codebook(RAW_DIR / study / "codebook.yaml").models.values()
    families = [model.family for model in models]
    assert (families.count("proportional_odds"), families.count("logistic")) == (ordered, binary)
    assert all("log2_population" in model.predictors for model in models)
    assert all((model.cluster is None) == (study == "ssi_hygiene") for model in models)


def test_region_is_in_the_model_of_regional_agreements_alone() -> None:
    models = load_codebook(RAW_DIR / "ssi_hygiene" / "codebook.yaml").models
    assert [name for name, model in models.items() if "region" in model.predictors] == ["regional_agreement_by_size"]
