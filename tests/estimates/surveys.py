"""Surveys small enough to be counted by hand: of municipalities, of respondents, and of areas, purposes and chiefs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import Cell, column
from analysis.estimates.survey import describe
from analysis.ingest.identified import no_identification
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, NOT_SELECTED, SELECTED

N = 7
YEAR = 2024
LABEL = {"da": "x", "en": "x"}
NOTHING_SET_ASIDE = pd.DataFrame({"reason": [], "municipality": []}, dtype="str")
QUESTION: dict[str, Any] = {"label": LABEL, "ask": LABEL, "level": "municipality"}
OPTIONS = {name: {"code": code, **LABEL} for code, name in enumerate("ab", start=1)}


def _codebook(**parts: Any) -> Codebook:
    return Codebook.model_validate(
        {
            "schema_version": 1,
            "study": "small",
            "title": LABEL,
            "report": {"title": "t", "publisher": "p", "language": "da", "date": "2024-01-01", "text": "t.txt"},
            "unit": "municipality",
            "places": "denmark",
            "population": N,
            "municipality_column": "kommune",
            "notebooks": ["01_clean"],
            "chapters": {"c": LABEL},
            "items": {},
            **parts,
        }
    )


def _codes(names: str, missing: str = "", **groups: str) -> dict[str, Any]:
    categories = {
        name: {"code": code, **LABEL, **({"missing": "dont_know"} if name == missing else {})}
        for code, name in enumerate(names.split(), start=1)
    }
    return {"categories": categories, "groups": {name: {"of": of.split(), **LABEL} for name, of in groups.items()}}


def _figure(*variables: str, **others: Any) -> dict[str, Any]:
    return {
        "kind": "figure", "chapter": "c", "notebook": "01_clean", "printed": True, "title": LABEL,
        "form": "single_choice", "variables": list(variables), **others,
    }  # fmt: skip


def municipalities() -> Codebook:
    """Return a survey with an answer in three categories, a routed one, and routed options."""
    parts = {"answered": {"least": 1}, "no_answer": {"most": 0}}
    counts = {"of": "municipalities", "least": 1, "parts": parts, "ineligible": "not_eligible"}
    return _codebook(
        code_lists={"three": _codes("yes no unsure", decided="yes no")},
        size_classes={"small": {"below": 30000, **LABEL}, "large": {"below": None, **LABEL}},
        variables={
            "participation": {
                "label": LABEL, "unit": "municipalities", "counts": counts,
                "parts": dict.fromkeys(("answered", "no_answer", "not_eligible"), LABEL),
            },
            "first": {**QUESTION, "codes": "three", "within": ["decided"]},
            "second": {**QUESTION, "codes": "three", "universe": "first in [decided]"},
            "third": {**QUESTION, "options": OPTIONS, "universe": "second in [yes]"},
        },
    )  # fmt: skip


def respondents() -> Codebook:
    """Return a survey of respondents: opinions by size and by role, and how many answered in each municipality."""
    per = {"one": {"least": 1, "most": 1}, "more": {"least": 2}}
    return _codebook(
        unit="respondent",
        repeated="all",
        blanks=True,
        groups={"role": {**LABEL, "variable": "role", "values": {"leader": LABEL, "staff": LABEL}}},
        code_lists={
            "role": _codes("area_leader chief staff", leader="area_leader chief"),
            "opinion": _codes("good bad unsure", missing="unsure"),
        },
        size_classes={"small": {"below": 30000, **LABEL}, "large": {"below": None, **LABEL}},
        variables={
            "participation": {
                "label": LABEL, "unit": "municipalities", "parts": dict.fromkeys(("answered", "not_answered"), LABEL),
                "counts": {"of": "municipalities", "parts": {"answered": {"least": 1}, "not_answered": {"most": 0}}},
            },
            "respondents": {"label": LABEL, "unit": "answers", "counts": {"of": "responses"}},
            "class_size": {"label": LABEL, "unit": "municipalities", "counts": {"of": "municipalities", "least": 1}},
            "respondents_per_municipality": {
                "label": LABEL, "unit": "municipalities", "parts": dict.fromkeys(per, LABEL),
                "counts": {"of": "municipalities", "parts": per},
            },
            "role": {**QUESTION, "codes": "role"},
            "opinion": {**QUESTION, "codes": "opinion"},
            "reasons": {**QUESTION, "options": OPTIONS, "universe": "opinion in [bad]"},
        },
        items={"figure_1": _figure("opinion", by=["size", "role"]), "figure_2": _figure("reasons")},
    )  # fmt: skip


def areas() -> Codebook:
    """Return a survey of two areas of each municipality, each asked for two purposes, and of chiefs."""
    of_areas = {**QUESTION, "universe": "questionnaire in [areas]"}
    split_by = [["area"], ["purpose"], ["area", "purpose"]]
    for_each = {"asked_per": ["purpose"], "split_by": split_by}
    return _codebook(
        unit="municipality_area",
        repeated="questionnaire in [chief]",
        questionnaire="questionnaire",
        blanks=True,
        groups={
            "area": {**LABEL, "variable": "questionnaire", "values": {"north": LABEL, "south": LABEL}},
            "purpose": {**LABEL, "values": {"planning": LABEL, "steering": LABEL}},
            "use": {**LABEL, "variable": "use", "values": {"some": {"of": ["uses"], **LABEL}, "none": LABEL}},
        },
        code_lists={
            "questionnaire": _codes("north south chief", areas="north south"),
            "use": _codes("much little none unsure", missing="unsure", uses="much little"),
        },
        size_classes={"small": {"municipalities": 4, **LABEL}, "large": {"municipalities": 3, **LABEL}},
        variables={
            "participation": {
                "label": LABEL, "unit": "municipalities", "parts": dict.fromkeys(("answered", "not_answered"), LABEL),
                "counts": {
                    "of": "municipalities", "universe": "questionnaire in [areas]",
                    "parts": {"answered": {"least": 1}, "not_answered": {"most": 0}},
                },
            },
            "both": {
                "label": LABEL, "unit": "municipalities",
                "counts": {"of": "municipalities", "universe": "questionnaire in [areas]", "least": 2},
            },
            "response": {
                "label": LABEL, "unit": "questionnaires", "parts": dict.fromkeys(("answered", "partly", "none"), LABEL),
                "counts": {
                    "of": "responses", "universe": "questionnaire in [areas]",
                    "status": {"answered": "completed", "partly": "some_answers", "none": "none"},
                },
            },
            "chief_answers": {
                "label": LABEL, "unit": "answers",
                "counts": {"of": "responses", "universe": "questionnaire in [chief]"},
            },
            "questionnaire": {**QUESTION, "codes": "questionnaire"},
            "use": {
                **of_areas, "codes": "use", **for_each, "split_by": [*split_by, ["area", "size"], ["size"]],
            },
            "task": {**of_areas, "codes": "use", "asked_under": {"purpose": "planning"}, "split_by": [["area"]]},
            "barriers": {
                **QUESTION, "options": OPTIONS, "universe": "use in [uses]", **for_each,
                "split_by": [*split_by, ["purpose", "use"]],
            },
            "needs": {**QUESTION, "options": OPTIONS, "universe": "any use in [uses]", **for_each},
            "view": {
                **QUESTION, "options": OPTIONS, "universe": "questionnaire in [chief]", "weights": [1, 0.5],
                "split_by": [["size"]],
            },
        },
    )  # fmt: skip


def wave(**changes: Any) -> Wave:
    """Return the wave of a small survey."""
    declared = {"study": "small", "year": YEAR, "basis": "collected", "source": "a test", "reference": "2024-01-01"}
    return Wave.model_validate(declared | changes)


def found(
    rows: pd.DataFrame, codebook: Codebook, identified: pd.DataFrame | None = None, **changes: Any
) -> pd.DataFrame:
    """Return the estimates of a small survey."""
    ranges = no_identification() if identified is None else identified
    return describe(rows, NOTHING_SET_ASIDE, codebook, wave(**changes), ranges)


def one(
    estimates: pd.DataFrame, variable: str, category: str, statistic: str, method: str = "counted", group: str = "all"
) -> pd.Series:
    """Return the one row of a cell by a method."""
    cell = estimates[
        (estimates["variable"] == variable) & (estimates["category"] == category) & (estimates["group"] == group)
        & (estimates["statistic"] == statistic) & (estimates["method"] == method)
    ]  # fmt: skip
    assert len(cell) == 1
    return cell.iloc[0]


def answered(codebook: Codebook, given: list[tuple[str, ...]], chance: random.Random) -> pd.DataFrame:
    """Return responses with answers at random, a few blank, routed as the codebook says.

    Parameters
    ----------
    given
        Of each response its municipality (a digit: those from 4 are large) and its answer to the first question.
    """
    rows = []
    for municipality, first in given:
        row = {"municipality": municipality, "size": "large" if municipality >= "4" else "small"}
        for name, variable in codebook.variables.items():
            for asking in codebook.askings(name) if variable.kind in ("single", "multiple") else ():
                parents = codebook.parent_askings(name, asking)
                universe, blank = variable.asked_of, chance.random() < 0.2
                members = codebook.members_of(universe, YEAR) if universe else []
                asked = not universe or any(row[column(universe.variable, each)] in members for each in parents)
                for option in variable.options or [""]:
                    answers = list(codebook.codes_of(name, YEAR).categories) if not option else [SELECTED, NOT_SELECTED]
                    answer = chance.choice(answers) if asked else NOT_ASKED
                    row[column(name, asking, option)] = NO_ANSWER if asked and blank else answer
                if name == next(each for each in codebook.variables if codebook.variables[each].kind == "single"):
                    row[name] = first
        rows.append(row)
    return pd.DataFrame(rows)


def counted(codebook: Codebook, rows: pd.DataFrame, cell: Cell) -> Iterator[tuple[str, float, bool]]:
    """Yield municipality, weight and whether it gave it, of each answer in the base of a cell: row by row."""
    variable = codebook.variables[cell.variable]
    option = cell.category if variable.kind == "multiple" else ""
    responses = rows.to_dict("records")
    for asking in codebook.askings(cell.variable):
        if any(key in cell.keys and cell.keys[key] != value for key, value in asking.items()):
            continue
        name = column(cell.variable, asking, option)
        for row in responses:
            inside = True
            for key, value in cell.keys.items():
                if key == "size":
                    inside &= row["size"] == value
                elif (deciding := codebook.groups[key].variable) is not None:
                    same = {each: asking[each] for each in codebook.variables[deciding].asked_per}
                    codes = codebook.codes_of(deciding, YEAR)
                    members = [each for answer in codebook.groups[key].answers(value) for each in codes.members(answer)]
                    inside &= row[column(deciding, same)] in members
            if not inside or row[name] in (NOT_ASKED, NO_ANSWER):
                continue
            own = [other for other in responses if other["municipality"] == row["municipality"]]
            number = sum(other[name] != NOT_ASKED for other in own)
            weight = variable.weights[min(number, len(variable.weights)) - 1]
            yield row["municipality"], weight, row[name] in (*cell.members, SELECTED)
