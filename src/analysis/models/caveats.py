"""What a model of the responses did not pass, in words: what was found, and the remedy."""

from __future__ import annotations

import math

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.models import LOG2_POPULATION
from analysis.lang import NOTHING, Lang, decimal_sign, text
from analysis.models.results import failed_checks, main_rows, parsed_checks
from analysis.models.two_shares import SIGNIFICANT

_DETAILS = (
    "units", "terms", "empty", "aliased", "constant", "events", "ratio", "threshold", "factor", "cells", "clusters",
    "term", "df", "p", "left_out", "standard_errors", "lost", "municipalities", "waves",
)  # fmt: skip


def checks_told(models: pd.DataFrame, codebook: Codebook, lang: Lang) -> pd.DataFrame:
    """Return what each declared model did not pass, with what was found and the remedy.

    Returns
    -------
    DataFrame
        `model` (declared), `check`, `sentence`.
    """
    found = main_rows(models, codebook).drop_duplicates("declared")
    rows = [
        (row["declared"], name, _told(name, row, codebook, lang))
        for _, row in found.iterrows()
        for name in failed_checks(row["checks"])
    ]
    return pd.DataFrame(rows, columns=["model", "check", "sentence"])


def _told(check: str, row: pd.Series, codebook: Codebook, lang: Lang) -> str:
    """Return what a failed check found, and the remedy."""
    found = {
        detail: value
        for of, _, detail, value in (
            (*name.partition("."), value) for name, value in parsed_checks(row["checks"]).items()
        )
        if of == check and detail in _DETAILS
    }
    details = dict.fromkeys(_DETAILS, NOTHING)
    given = _answers(row, codebook, lang)
    for detail, value in found.items():
        counted = detail in ("empty", "cells")
        details[detail] = ", ".join(_word(part, given, codebook, lang, counted=counted) for part in value.split(", "))
    return " ".join(text(f"models.{key}", lang, **details) for key in _texts(check, found, row["family"]))


def _texts(check: str, found: dict[str, str], family: str) -> list[str]:
    """Return the texts that tell a check: some fail for more than one reason, or have another remedy."""
    if check == "events_per_variable" and family == "proportional_odds":
        return ["few_answers"]
    if check == "influence" and found.get("lost"):
        return ["influence_lost"]
    if check == "proportional_odds":
        other = float(found.get("p", "nan")) < SIGNIFICANT
        reasons = [("proportional_odds_differ", other), ("proportional_odds_left_out", "left_out" in found)]
        return [*(key for key, is_one in reasons if is_one), check]
    return [check]


def _answers(row: pd.Series, codebook: Codebook, lang: Lang) -> dict[str, str]:
    """Return the answers that checks of a model name, in words: those of a scale, or 1 and 0."""
    of = codebook.models[row["declared"]].outcome
    variable = codebook.variables[of.variable]
    every = variable.options if variable.kind == "multiple" else codebook.answers_of(of.variable, int(row["wave"]))
    answers = {name: each[lang] for name, each in (every or {}).items()}
    if of.category is None:
        return answers
    return {"1": answers.get(of.category, of.category), "0": text("models.another_answer", lang)}


def _word(part: str, answers: dict[str, str], codebook: Codebook, lang: Lang, *, counted: bool) -> str:
    """Return a name or number of a check in words: a term, a group with an answer, an answer, a dimension.

    Parameters
    ----------
    counted
        Whether it is an answer, be it 0 or 1, and no number.
    """
    if part == LOG2_POPULATION:
        return text("models.population", lang)
    if not counted and _is_number(part):
        number = float(part)
        return (
            "\N{INFINITY}"
            if math.isinf(number)
            else NOTHING
            if math.isnan(number)
            else decimal_sign(f"{number:.3g}", lang)
        )
    level, parted, answer = part.partition(": ")
    if parted:
        return f"{_group(level, codebook, lang)}: {answers.get(answer, answer)}"
    if ":" in part:
        return _group(part.partition(":")[2], codebook, lang)
    return answers[part] if part in answers else _group(part, codebook, lang)


def _group(name: str, codebook: Codebook, lang: Lang) -> str:
    """Return a dimension, or one of its values, in words; a name that is a word itself, such as a region."""
    if name in ("size", "region"):
        return text(f"models.{name}", lang)
    if name in codebook.groups:
        return codebook.groups[name][lang]
    if name in codebook.size_classes:
        return codebook.size_classes[name][lang]
    return next((each.values[name][lang] for each in codebook.groups.values() if name in each.values), name)


def _is_number(part: str) -> bool:
    try:
        float(part)
    except ValueError:
        return False
    return True
