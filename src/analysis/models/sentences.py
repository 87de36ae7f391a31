"""What a model of the responses can and cannot tell: one plain statement for each, and its failed checks in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.estimates import count_frame
from analysis.lang import NOTHING, Lang, text
from analysis.models.fitting import COLLAPSED
from analysis.models.regress import parsed_checks
from analysis.models.rows import DETECTABLE, ILLUSTRATION, NON_LINEARITY
from analysis.models.two_shares import SIGNIFICANT
from analysis.models.written import decimal_sign, written_p, written_points, written_ratio

DOUBLING = "log2_population"
"""The term of a doubling of population."""

WITHHELD = "withheld"
"""What `checks` says of a model that disclosure control withholds."""

Conclusion = Literal["more", "less", "unadjusted", "open", "illustration", "no_estimate", "withheld"]
"""Larger municipalities more often, or less; only before adjusting for other tests; not told; and why there is none."""

_VARIANTS = ("region", "gee", "dont_know_no", "dont_know_yes")
_DETAILS = (
    "units", "terms", "empty", "aliased", "constant", "events", "ratio", "threshold", "factor", "cells", "clusters",
    "term", "df", "p", "left_out", "standard_errors", "lost", "municipalities", "waves",
)  # fmt: skip
# Checks that a model may fail and have an estimate.
_CAVEATS = ("events_per_variable", "empty_cells", "proportional_odds", "influence")


def model_sentences(models: pd.DataFrame, codebook: Codebook, lang: Lang) -> pd.DataFrame:
    """Return what follows from each declared model, in words, written from its numbers.

    That size goes with an answer is said only where the intervals of odds ratio and of points both lie on one side of
    no effect, also after adjusting for the other tests of the question; where another way to fit the model does not
    bear it out, that is said too. An interval that holds no effect is never said to show none: what the design could
    have seen stands beside it. Of a reconstruction nothing is concluded.

    Parameters
    ----------
    models
        Rows of `models.csv` as `models.regress.regress` returns them.
    codebook
        The study's.
    lang
        Language.

    Returns
    -------
    DataFrame
        `model` (declared), `conclusion` (one of `Conclusion`), `sentence`.
    """
    rows = [
        (name, words.conclusion(), words.told())
        for name in _declared(models, codebook)
        for words in [_Words(name, models, codebook, lang)]
    ]
    return pd.DataFrame(rows, columns=["model", "conclusion", "sentence"])


def model_counts(models: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Count what the declared models of a wave tell.

    Returns
    -------
    DataFrame
        Estimates of item `models`: variables `models` (how many), `sure`, `open`, `without` (an estimate) and `failed`
        (that did not pass every check).
    """
    found = model_sentences(models, codebook, "en")["conclusion"]
    main = main_rows(models, codebook).drop_duplicates("declared")
    kinds: dict[str, tuple[Conclusion, ...]] = {
        "sure": ("more", "less"),
        "open": ("open", "unadjusted"),
        "without": ("no_estimate", "withheld"),
    }
    counts = {"models": len(found), **{name: int(found.isin(of).sum()) for name, of in kinds.items()}}
    failed = sum(bool(failed_checks(checks)) for checks in main["checks"])
    return count_frame({**counts, "failed": failed}, wave, "models", "models of the responses", wave.basis)


def main_rows(models: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the rows of the declared models, each by the fit that stands for it; `declared` is its declared name.

    A model of which nobody gave one of the answers is that without the answer.
    """
    parts = [
        models[models["model"] == _shown(models, name)].assign(declared=name) for name in _declared(models, codebook)
    ]
    empty = models.iloc[:0].assign(declared="")
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def failed_checks(written: str) -> list[str]:
    """Return the names of the checks that a row's model did not pass."""
    return [name for name, value in parsed_checks(written).items() if "." not in name and value == "fail"]


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


def at_least_of(outcomes: list[str]) -> str:
    """Return which of the outcomes "a category or a higher one" is shown: that of the upper half of the scale."""
    return outcomes[len(outcomes) // 2]


class _Words:
    """The statement of one model."""

    def __init__(self, name: str, models: pd.DataFrame, codebook: Codebook, lang: Lang) -> None:
        self._name, self._models, self._codebook, self._lang = name, models, codebook, lang
        self._rows = models[models["model"] == _shown(models, name)]
        self._ordinal = codebook.models[name].outcome.category is None

    def conclusion(self) -> Conclusion:
        checks = str(self._rows["checks"].iloc[0])
        if checks == WITHHELD:
            return "withheld"
        odds, points = self._row("odds_ratio"), self._row("percentage_points")
        if odds is None or points is None or pd.isna(odds["estimate"]):
            return "no_estimate"
        if ILLUSTRATION in parsed_checks(checks):
            return "illustration"
        above = odds["low"] > 1 and points["low"] > 0
        below = odds["high"] < 1 and points["high"] < 0
        if not (above or below) or not odds["p"] < SIGNIFICANT:
            return "open"
        if not odds["p_adjusted"] < SIGNIFICANT:
            return "unadjusted"
        return "more" if above else "less"

    def told(self) -> str:
        conclusion = self.conclusion()
        parts = [self._codebook.models[self._name].label[self._lang] + "."]
        kind = f"{conclusion}_ordinal" if self._ordinal and conclusion in ("more", "less", "open") else conclusion
        if conclusion not in ("withheld", "no_estimate"):
            parts += [self._text(kind), self._effect(conclusion)]
        else:
            parts.append(self._text(kind))
        if conclusion in ("more", "less", "unadjusted", "open"):
            parts += [*self._others(conclusion), self._power()]
        failed = failed_checks(self._rows["checks"].iloc[0])
        if conclusion == "no_estimate":
            failed = [name for name in failed if name not in _CAVEATS]
        if failed and conclusion != "withheld":
            names = ", ".join(text(f"models.name_{name}", self._lang) for name in failed)
            parts.append(self._text("reasons" if conclusion == "no_estimate" else "caveat", checks=names))
        return " ".join(filter(None, parts))

    def _effect(self, conclusion: Conclusion) -> str:
        odds, points = self._row("odds_ratio"), self._row("percentage_points")
        assert odds is not None
        assert points is not None
        numbers = {
            "odds": written_ratio(odds["estimate"], self._lang),
            "points": written_points(points["estimate"], self._lang),
            "cut": self._cut(points["outcome"]),
        }
        kind = "effect_ordinal" if self._ordinal else "effect"
        if conclusion == "illustration":
            return self._text(f"{kind}_made_up", **numbers)
        numbers |= {
            "low": written_ratio(odds["low"], self._lang),
            "high": written_ratio(odds["high"], self._lang),
            "points_low": written_points(points["low"], self._lang),
            "points_high": written_points(points["high"], self._lang),
            "p": written_p(odds["p"], self._lang),
            "p_adjusted": written_p(odds["p_adjusted"], self._lang),
        }
        return self._text(kind, **numbers)

    def _others(self, conclusion: Conclusion) -> Iterator[str]:
        """Yield which other ways to fit the model do not bear out what is concluded, and whether the line bends."""
        main = self._row("odds_ratio")
        assert main is not None
        if conclusion in ("more", "less"):
            unsure = []
            for variant in _VARIANTS:
                other = self._row("odds_ratio", f"{self._name}/{variant}")
                # Of one that is withheld, nothing is known.
                if other is None or pd.isna(other["low"]):
                    continue
                if not (other["low"] > 1 if conclusion == "more" else other["high"] < 1):
                    unsure.append(self._text(f"variant_{variant}"))
            if unsure:
                yield self._text("not_borne_out", variants=", ".join(unsure))
        bend = self._models[(self._models["model"] == f"{self._name}/spline") & (self._models["term"] == NON_LINEARITY)]
        if len(bend) and bend["p"].iloc[0] < SIGNIFICANT:
            yield self._text("bends", p=written_p(bend["p"].iloc[0], self._lang))

    def _power(self) -> str:
        row = self._row(DETECTABLE)
        if row is None or pd.isna(row["estimate"]):
            return ""
        ratio = float(np.exp(row["estimate"]))
        return self._text("power", up=written_ratio(ratio, self._lang), down=written_ratio(1 / ratio, self._lang))

    def _row(self, scale: str, model: str | None = None) -> pd.Series | None:
        rows = self._rows if model is None else self._models[self._models["model"] == model]
        rows = rows[(rows["scale"] == scale) & (rows["term"] == DOUBLING)]
        if rows.empty:
            return None
        if scale == "percentage_points" and self._ordinal:
            rows = rows[rows["outcome"] == at_least_of(list(rows["outcome"]))]
        return rows.iloc[0]

    def _cut(self, outcome: str) -> str:
        category = outcome.partition("at_least:")[2]
        if not category:
            return ""
        variable = self._codebook.models[self._name].outcome.variable
        year = int(self._rows["wave"].iloc[0])
        return self._codebook.answers_of(variable, year)[category][self._lang]

    def _text(self, key: str, **values: object) -> str:
        return text(f"models.{key}", self._lang, **values)


def _declared(models: pd.DataFrame, codebook: Codebook) -> list[str]:
    there = {name.partition("/")[0] for name in models["model"]}
    return [name for name in codebook.models if name in there]


def _shown(models: pd.DataFrame, name: str) -> str:
    """Return the fit that stands for a declared model."""
    return next((model for model in (f"{name}/{COLLAPSED}", name) if (models["model"] == model).any()), name)


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
    if part == DOUBLING:
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
