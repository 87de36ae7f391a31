"""Which regression models a study declares: an outcome, what it is regressed on, and how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from analysis.codebook.questions import CodeList, Label, Name, Variable
from analysis.codebook.strict_yaml import Strict
from analysis.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from analysis.codebook import Codebook

LOG2_POPULATION, SIZE_CLASSES, SPLINE, REGION = "log2_population", "size", "spline_population", "region"
POPULATION_TERMS = (LOG2_POPULATION, SIZE_CLASSES, SPLINE)
"""What population can enter a model as; a model has one of them."""


class Outcome(Strict):
    """What a model is of: an answer to a question (a category, a group of them, an option), or all in their order."""

    variable: Name
    category: Name | None = None


class Model(Strict):
    """A regression model of a study.

    `family` logistic is for one answer (`outcome: {variable: plan, category: yes}`), proportional_odds for all answers
    of an ordered code list (`outcome: data_use`). `predictors` are a form of population, `region`, and `groups` of the
    codebook. `cluster` is what answers nest in where a municipality gives several. `question` is the research question:
    its models are one family of tests.
    """

    label: Label
    outcome: Outcome
    family: Literal["logistic", "proportional_odds"]
    predictors: list[Name] = Field(min_length=1)
    cluster: Literal["municipality"] | None = None
    question: Name

    @field_validator("outcome", mode="before")
    @classmethod
    def _name_alone(cls, written: Any) -> Any:
        return {"variable": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _whole(self) -> Model:
        if (self.outcome.category is None) != (self.family == "proportional_odds"):
            raise ValueError("logistic needs the category that counts, proportional_odds takes all and names none")
        if len(set(self.predictors)) < len(self.predictors):
            raise ValueError("a predictor stands twice")
        if len(set(self.predictors) & set(POPULATION_TERMS)) != 1:
            raise ValueError(f"predictors must have one of {', '.join(POPULATION_TERMS)}")
        return self


def model_problems(codebook: Codebook, file: str) -> Iterator[Problem]:
    """Yield a problem for each model that the rest of the codebook does not bear."""
    for key, model in codebook.models.items():
        place = f"models.{key}"
        name = model.outcome.variable
        if name not in codebook.variables:
            advice = did_you_mean(name, list(codebook.variables)) + "."
            yield Problem(file, "no such variable", advice, None, f"{place}.outcome", name)
            continue
        variable = codebook.variables[name]
        if variable.kind not in ("single", "multiple"):
            message = "no closed question: its answers cannot be counted"
            yield Problem(file, message, "Name another variable.", None, f"{place}.outcome", name)
            continue
        if variable.weights != [1.0]:
            message = "its answers have weights, and the models here take none"
            yield Problem(file, message, "Name another variable.", None, f"{place}.outcome", name)
        lists = [codebook.code_lists[each] for each in _lists(variable) if each in codebook.code_lists]
        yield from _outcome_problems(model, variable, lists, file, place)
        yield from _predictor_problems(codebook, model, variable, file, place)
        nested = codebook.unit != "municipality" or codebook.repeated or codebook.questionnaire or variable.asked_per
        if nested and model.cluster is None:
            message = "answers nest in municipalities, and the model takes them as independent"
            yield Problem(file, message, "Write cluster: municipality.", None, f"{place}.cluster")


def _outcome_problems(
    model: Model, variable: Variable, lists: list[CodeList], file: str, place: str
) -> Iterator[Problem]:
    if (category := model.outcome.category) is not None:
        valid = [*(variable.options or {})]
        for codes in lists:
            valid += [answer for answer in (*codes.substantive, *codes.groups) if answer not in valid]
        if category not in valid:
            message = "no such answer, or one that says nothing"
            yield Problem(file, message, did_you_mean(category, valid) + ".", None, f"{place}.outcome", category)
    elif variable.kind == "multiple" or any(codes.order is None for codes in lists):
        message = "the answers have no order"
        advice = "Give the code list its order (ascending or descending), or fit one answer by logistic regression."
        yield Problem(file, message, advice, None, f"{place}.family", model.family)


def _predictor_problems(
    codebook: Codebook, model: Model, variable: Variable, file: str, place: str
) -> Iterator[Problem]:
    valid = [LOG2_POPULATION, SPLINE, REGION, *codebook.groups]
    if codebook.size_classes:
        valid.append(SIZE_CLASSES)
    where = f"{place}.predictors"
    for name in model.predictors:
        if name not in valid:
            yield Problem(file, "no such predictor", did_you_mean(name, valid) + ".", None, where, name)
        elif name in codebook.groups and not _is_told(codebook, variable, name):
            message = "the question was not asked for each of its values, and no other question tells them apart"
            yield Problem(file, message, "Leave it out.", None, where, name)
    for name in variable.asked_per:
        if name not in model.predictors:
            message = f"{model.outcome.variable} was asked for each {name}, which is no predictor"
            yield Problem(file, message, "Add it.", None, where, name)


def _is_told(codebook: Codebook, variable: Variable, key: str) -> bool:
    """Tell whether it is known for each asking of a question which value of a dimension it belongs to."""
    deciding = codebook.variables.get(codebook.groups[key].variable or "")
    if deciding is None:
        return key in variable.asked_per
    return deciding.kind == "single" and set(deciding.asked_per) <= set(variable.asked_per)


def _lists(variable: Variable) -> list[str]:
    return [name for name in (variable.codes, *variable.codes_in.values()) if name is not None]
