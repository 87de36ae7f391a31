"""What printed numbers by group can and cannot tell: one plain statement for each comparison, from its numbers."""

from __future__ import annotations

import math
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import ALL, parse_group
from analysis.codebook.labels import answer_label, group_labels
from analysis.estimates import count_frame
from analysis.lang import Lang, format_number, text
from analysis.models.rows import DETECTABLE
from analysis.models.two_shares import SIGNIFICANT
from analysis.models.written import written_p, written_ratio
from analysis.published.grouped.results import HEADLINE, NOT_IDENTIFIED

Conclusion = Literal["differs", "unadjusted", "only_apart", "open", "not_identified"]
"""Whether groups differ.

However alike answers of a municipality are; only before adjusting for the other comparisons; only if answers of a
municipality are not alike; not told; not testable.
"""
_LEAST_SHOWN = 0.001


def sentences(models: pd.DataFrame, codebook: Codebook, lang: Lang) -> pd.DataFrame:
    """Return what follows from the tests of each comparison, in words.

    That groups differ is said only where the test (of the trend, of two groups their own) is significant both at
    independence and at maximal dependence, for every set of counts that print allows, all of them in one direction, and
    also after adjusting for the report's other comparisons.
    What is not is never said to make no difference: the numbers do not tell, and the smallest effect that they could
    have told stands beside it.

    Parameters
    ----------
    models
        As `grouped_models` returns them.
    codebook
        The study's.
    lang
        Language.

    Returns
    -------
    DataFrame
        `model`, `outcome`, `conclusion` (one of `Conclusion`), `sentence`: one row for each comparison, in their order.
    """
    words = [
        (model, outcome, _Words(of, codebook, lang))
        for (model, outcome), of in models.fillna({"outcome": ""}).groupby(["model", "outcome"], sort=False)
    ]
    rows = [(model, outcome, each.conclusion(), each.told()) for model, outcome, each in words]
    return pd.DataFrame(rows, columns=["model", "outcome", "conclusion", "sentence"])


def conclusion_counts(models: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Count what the comparisons of a wave tell.

    Parameters
    ----------
    models
        As `grouped_models` returns them.
    codebook, wave
        The study, and the wave they are of.

    Returns
    -------
    DataFrame
        Estimates of item `print_models`: variable `compared` and each of `Conclusion` (what is so only before adjusting
        is `open`). That nothing is printed by size at all is no comparison.
    """
    found = sentences(models[models["outcome"].notna()], codebook, "en")["conclusion"]
    # What does not hold after adjustment is not told.
    found = found.replace("unadjusted", "open")
    told = [name for name in get_args(Conclusion) if name != "unadjusted"]
    counts = {"compared": len(found), **{name: int((found == name).sum()) for name in told}}
    return count_frame(counts, wave, "print_models", "comparisons of groups in the report")


def comparison_label(outcome: str, codebook: Codebook, year: int, lang: Lang) -> str:
    """Return what an `outcome` of `models.csv` is, in words: question, answer, and what all its groups share."""
    subject, _, rest = outcome.partition(";")
    variable, category = subject.split("/")
    what = answer_label(codebook, variable, category, year, lang)
    labels = group_labels(codebook, parse_group(rest or ALL), year, lang)
    return text("grouped.what", lang, outcome=what, group=", ".join(labels)) if labels else what


def group_label(group: str, codebook: Codebook, year: int, lang: Lang) -> str:
    """Return a group of `models.csv` in words."""
    return group_labels(codebook, parse_group(group), year, lang)[0]


def checks_of(written: str) -> dict[str, str]:
    """Return name -> value of the `checks` of a row of `models.csv`."""
    return {name: value for name, _, value in (part.partition("=") for part in str(written).split(";"))}


def smallest_effect(comparison: pd.DataFrame, test: pd.Series) -> tuple[float, float]:
    """Return the smallest odds ratio that a test of a comparison would have found, the ends over all that print allows.

    NaN where a test cannot be made.
    """
    of = (comparison["term"] == test["term"]) & (comparison["dependence"] == test["dependence"])
    (row,) = comparison[of & (comparison["scale"] == DETECTABLE)].to_dict("records")
    return math.exp(row["value_low"]), math.exp(row["value_high"])


class _Words:
    """The statement of one comparison."""

    def __init__(self, rows: pd.DataFrame, codebook: Codebook, lang: Lang) -> None:
        self._rows, self._codebook, self._lang = rows, codebook, lang
        self._wave = int(rows["wave"].iloc[0])
        self._headline = rows[[HEADLINE in checks_of(each) for each in rows["checks"]]]

    def told(self) -> str:
        if reason := self._reason():
            return " ".join(filter(None, (self._what(), self._text(reason))))
        parts = (self._what(), self._points(), self._conclusion(), self._power(), self._rounding())
        return " ".join(filter(None, parts))

    def _what(self) -> str:
        """Return what the comparison is about."""
        outcome = str(self._rows["outcome"].iloc[0])
        return comparison_label(outcome, self._codebook, self._wave, self._lang) + "." if outcome else ""

    def _points(self) -> str:
        """Return the last group against the first in percentage points, at the dependence that counts."""
        row = self._headline[self._headline["scale"] == "percentage_points"].iloc[-1]
        first, last = (self._label(group) for group in (checks_of(row["checks"])["reference"], row["term"]))
        ends = dict.fromkeys(self._number(row[end]) for end in ("value_low", "value_high"))
        dependence = self._text(str(row["dependence"]))
        points, low, high = self._text("to").join(ends), self._number(row["low"]), self._number(row["high"])
        return self._text("points", first=first, last=last, points=points, low=low, high=high, dependence=dependence)

    def conclusion(self) -> Conclusion:
        """Return which of the things that can be concluded the numbers bear."""
        if self._reason():
            return "not_identified"
        apart, alike = self._tests()
        one_way = apart["value_low"] > 0 or apart["value_high"] < 0
        if not one_way or not apart["p"] < SIGNIFICANT:
            return "open"
        if not alike["p"] < SIGNIFICANT:
            return "only_apart"
        return "differs" if self._that_counts()["p_adjusted"] < SIGNIFICANT else "unadjusted"

    def _conclusion(self) -> str:
        """Return what the tests of the trend, or of the only two groups, tell."""
        kind = self._kind()
        apart, alike = self._tests()
        key = str(self._rows["model"].iloc[0]).removeprefix("by_")
        told = {
            "apart": self._p(apart["p"]),
            "alike": self._p(alike["p"]),
            "by": self._text(f"key_{SIZE}") if key == SIZE else self._codebook.groups[key][self._lang],
        }
        found = self.conclusion()
        if found == "open":
            return self._text(f"open_{kind}", **told)
        if found == "differs":
            return self._text(f"differs_{'up' if apart['value_low'] > 0 else 'down'}_{kind}", **told)
        return self._text(found, **told, p=self._p(self._that_counts()["p_adjusted"]))

    def _power(self) -> str:
        """Return the smallest effect that a test which told nothing would have found."""
        found = self.conclusion()
        if found == "differs":
            return ""
        _, alike = self._tests()
        test = alike if found == "only_apart" else self._that_counts()
        smallest, largest = smallest_effect(self._rows, test)
        if math.isnan(smallest):
            return ""
        return self._text(
            f"power_{self._kind()}", dependence=self._text(str(test["dependence"])),
            up=self._ratios(smallest, largest), down=self._ratios(1 / largest, 1 / smallest),
        )  # fmt: skip

    def _reason(self) -> str:
        return checks_of(self._rows["checks"].iloc[0]).get(NOT_IDENTIFIED, "")

    def _kind(self) -> Literal["trend", "pair"]:
        return "trend" if (self._rows["scale"] == "trend").any() else "pair"

    def _tests(self) -> tuple[pd.Series, pd.Series]:
        """Return the test that decides, at independence and at maximal dependence."""
        tests = self._rows[self._rows["scale"] == {"trend": "trend", "pair": "percentage_points"}[self._kind()]]
        apart, alike = (tests[tests["dependence"] == each].iloc[0] for each in ("independence", "maximal"))
        return apart, alike

    def _that_counts(self) -> pd.Series:
        """Return the test that decides at the dependence that is headlined."""
        return next(each for each in self._tests() if HEADLINE in checks_of(each["checks"]))

    def _rounding(self) -> str:
        rule = str(self._rows["rounding"].iloc[0])
        return "" if rule == "half_up" else self._text(f"rounding_{rule}")

    def _label(self, group: str) -> str:
        return group_label(group, self._codebook, self._wave, self._lang)

    def _number(self, value: float) -> str:
        return format_number(value, self._lang, "percent", unit=False)

    def _ratios(self, low: float, high: float) -> str:
        return self._text("to").join(dict.fromkeys(written_ratio(each, self._lang) for each in (low, high)))

    def _p(self, p: float) -> str:
        if pd.isna(p):
            return self._text("p_none")
        if p < _LEAST_SHOWN:
            return self._text("p_tiny")
        return self._text("p", p=written_p(p, self._lang))

    def _text(self, key: str, **values: object) -> str:
        return text(f"grouped.{key}", self._lang, **values)
