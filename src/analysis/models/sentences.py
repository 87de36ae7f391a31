"""What a model of the responses can and cannot tell: one plain statement for each, from its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.models import LOG2_POPULATION
from analysis.estimates import count_frame
from analysis.lang import Lang, text
from analysis.models.results import WITHHELD, declared, failed_checks, main_rows, parsed_checks, shown, shown_part
from analysis.models.rows import DETECTABLE, ILLUSTRATION, NON_LINEARITY
from analysis.models.two_shares import SIGNIFICANT
from analysis.models.written import written_p, written_points, written_ratio

Conclusion = Literal["more", "less", "unadjusted", "open", "illustration", "no_estimate", "withheld"]
"""Larger municipalities more often, or less; only before adjusting for other tests; not told; and why there is none."""

_VARIANTS = ("region", "gee", "dont_know_no", "dont_know_yes")
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
        for name in declared(models, codebook)
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


class _Words:
    """The statement of one model."""

    def __init__(self, name: str, models: pd.DataFrame, codebook: Codebook, lang: Lang) -> None:
        self._name, self._models, self._codebook, self._lang = name, models, codebook, lang
        self._rows = models[models["model"] == shown(models, name)]
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
        rows = rows[(rows["scale"] == scale) & (rows["term"] == LOG2_POPULATION)]
        if scale == "percentage_points":
            rows = shown_part(rows, self._name, self._codebook)
        return None if rows.empty else rows.iloc[0]

    def _cut(self, outcome: str) -> str:
        category = outcome.partition("at_least:")[2]
        if not category:
            return ""
        variable = self._codebook.models[self._name].outcome.variable
        year = int(self._rows["wave"].iloc[0])
        return self._codebook.answers_of(variable, year)[category][self._lang]

    def _text(self, key: str, **values: object) -> str:
        return text(f"models.{key}", self._lang, **values)
