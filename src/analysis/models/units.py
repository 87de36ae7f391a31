"""Clean responses -> whom a declared model is of: a row for each asking, with its answer and predictors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE, column
from analysis.codebook.models import REGION, Model
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, SELECTED

DontKnow = Literal["left_out", "no", "yes"]
"""What don't know counts as."""

MANY_DONT_KNOW = 0.05
"""From this share on, a yes or no is also given with don't know counted as no, and as yes."""

_ANSWER, _KIND = "answer", "kind"


@dataclass(frozen=True)
class Units:
    """Whom a model is of.

    Parameters
    ----------
    data
        A row for each response and each asking that was answered, don't know among them: `answer`, `kind` (empty, or
        `dont_know`), `municipality`, `population`, `region`, `size` (where there are classes), and each dimension
        among the predictors.
    left_out
        Rows that are not there, by why: `not_asked`, `no_answer`, `not_applicable`, or the predictor that the codebook
        has no value of.
    categories
        Of an ordinal model: its answers, from the least to the most.
    members
        Of a binary one: the answers that count.
    """

    data: pd.DataFrame
    left_out: Mapping[str, int]
    categories: tuple[str, ...]
    members: tuple[str, ...]

    @property
    def share_dont_know(self) -> float:
        """The share of answers that are don't know."""
        return float((self.data[_KIND] != "").mean()) if len(self.data) else 0.0

    def outcome(self, dont_know: DontKnow = "left_out") -> tuple[pd.Series, pd.DataFrame]:
        """Return the outcome of a model and the data of the same rows.

        An ordered categorical, or 0 and 1.
        """
        data = self.data[self.data[_KIND] == ""] if dont_know == "left_out" else self.data
        answer = data[_ANSWER]
        if self.categories:
            return answer.astype(pd.CategoricalDtype(list(self.categories), ordered=True)), data
        counts = answer.isin(self.members)
        if dont_know == "yes":
            counts |= data[_KIND] != ""
        return counts.astype(int), data


def units(responses: pd.DataFrame, codebook: Codebook, model: Model, year: int) -> Units:
    """Return whom a model is of.

    A question that was asked for each of several purposes gives a row for each of them. Those who were not asked, did
    not answer, or say that it does not apply are left out, and counted; don't know stays, for the model to treat.

    Parameters
    ----------
    responses
        As `ingest.responses.clean` returns them.
    codebook, model
        The study's, and one of its models.
    year
        Of the wave.
    """
    name = model.outcome.variable
    option = (model.outcome.category or "") if codebook.variables[name].kind == "multiple" else ""
    keys = [key for key in model.predictors if key in codebook.groups]
    about = [key for key in ("municipality", "population", REGION, SIZE) if key in responses]
    parts = [
        responses[about].assign(
            **{_ANSWER: responses[column(name, asking, option)]},
            **{key: _values(responses, codebook, key, asking, year) for key in keys},
        )
        for asking in codebook.askings(name)
    ]
    data = pd.concat(parts, ignore_index=True)
    kinds: dict[str, str] = {NOT_ASKED: NOT_ASKED, NO_ANSWER: NO_ANSWER}
    categories: tuple[str, ...] = ()
    members: tuple[str, ...] = (SELECTED,)
    if not option:
        codes = codebook.codes_of(name, year)
        kinds |= {answer: str(codes.categories[answer].missing) for answer in codes.unknown}
        if model.outcome.category is None:
            categories = tuple(codes.ascending)
        elif model.outcome.category in (*codes.categories, *codes.groups):
            members = tuple(codes.members(model.outcome.category))
        else:
            # Another wave asked with other answers: nobody gave this one.
            members = ()
    data[_KIND] = data[_ANSWER].map(kinds).fillna("")
    left_out: dict[str, int] = {}
    for kind in (NOT_ASKED, NO_ANSWER, "not_applicable"):
        left_out[kind] = int((data[_KIND] == kind).sum())
        data = data[data[_KIND] != kind]
    for key in keys:
        left_out[key] = int(data[key].isna().sum())
        data = data[data[key].notna()]
    found = {why: count for why, count in left_out.items() if count}
    return Units(data.reset_index(drop=True), found, categories, members)


def _values(responses: pd.DataFrame, codebook: Codebook, key: str, asking: dict[str, str], year: int) -> Any:
    """Return the value of a dimension by response, for one asking; missing where it has none."""
    dimension = codebook.groups[key]
    if dimension.variable is None:
        return asking[key]
    codes = codebook.codes_of(dimension.variable, year)
    of = {each: asking[each] for each in codebook.variables[dimension.variable].asked_per}
    found = {
        answer: value
        for value in dimension.values
        for given in dimension.answers(value)
        for answer in codes.members(given)
    }
    return responses[column(dimension.variable, of)].map(found)
