"""Every model that a codebook declares, fitted to the responses of a wave: rows for `models.csv`, curves and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.models import Model
from analysis.models import COLUMNS
from analysis.models.curves import observed, predictions
from analysis.models.fitting import COLLAPSED, MAIN, Fitted, fitted, has_empty_answers, variants
from analysis.models.holm import holm
from analysis.models.rows import DECISIVE, DETECTABLE, Rows
from analysis.models.units import Units, units

PREDICTED = ("model", "outcome", "category", "population", "value", "low", "high")
OBSERVED = ("model", "outcome", "category", "population", "value", "n")
_SURENESS = ["se", "low", "high", "p", "p_adjusted"]


@dataclass(frozen=True)
class Regression:
    """What the models of a study say of a wave.

    Parameters
    ----------
    results
        Rows of `models.csv`. `model` is the declared name, or `name/variant` (`models.fitting.Variant`); `outcome`
        `variable/category`, `variable` where all answers count in their order, `variable/at_least:category` where it is
        a category or a higher one. `scale` is `log_odds`; `odds_ratio`; `percentage_points`: how far the share moves on
        average if population doubles (`log2_population`) or all are of a group instead of the first; or
        `detectable_log_odds`: what this design finds with 80 % power at the 5 % level, of the declared model.
        `name/spline` has `non_linearity`: what bends it, and whether that is 0. `name/cut_points` has what an ordinal
        model takes to be the same wherever answers are cut. What Firth's penalty gives is judged by profile likelihood.
        `checks` are `name=pass` or `name=fail` and `name.detail=value`, joined by `;`
        (`results.parsed_checks`). What has no estimate has one row, with a check that failed.
    predictions
        `model`, `outcome`, `category` (of an ordinal model: it or a higher one), `population`, `value`, `low`, `high`
        (per cent): the share were all of that population, the rest as it is; 95 % intervals.
    observed
        `model`, `outcome`, `category`, `population` (the geometric mean of a bin), `value` (per cent), `n` units: at
        least ten in a bin, if there are as many.
    """

    results: pd.DataFrame
    predictions: pd.DataFrame
    observed: pd.DataFrame


def regress(responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> Regression:
    """Fit every model that a codebook declares.

    All are of municipalities, respondents or areas in general (superpopulation), not of those of the wave. Of a
    reconstructed wave they only illustrate: how sure they are is withheld, and `illustration` is among the checks.

    Parameters
    ----------
    responses
        As `ingest.responses.clean` returns them.
    codebook, wave
        What was asked, and on what the responses rest.
    """
    rows: list[dict[str, object]] = []
    curves, points = [pd.DataFrame(columns=list(PREDICTED))], [pd.DataFrame(columns=list(OBSERVED))]
    for name, model in codebook.models.items():
        asked = units(responses, codebook, model, wave.year)
        for found in _fits(model, codebook, asked, profile=wave.basis == "collected"):
            of = Rows(name, model, codebook, wave, asked, found)
            rows += of.all()
            if of.declared and of.told:
                about = {"model": of.full_name, "outcome": of.outcome}
                curves.append(predictions(found, model.outcome.category).assign(**about))
                points.append(observed(found, model.outcome.category).assign(**about))
    results = _adjusted(pd.DataFrame(rows, columns=[*COLUMNS, DECISIVE]))
    along = pd.concat(curves, ignore_index=True)
    if wave.basis != "collected":
        results[_SURENESS] = np.nan
        results.loc[results["scale"] == DETECTABLE, "estimate"] = np.nan
        along[["low", "high"]] = np.nan
    return Regression(results, along, pd.concat(points, ignore_index=True))


def _fits(model: Model, codebook: Codebook, asked: Units, profile: bool) -> Iterator[Fitted]:
    """Yield a model as declared, then its variants; if an answer was given by nobody, these are without it."""
    collapsed = False
    for variant in variants(model, codebook, asked):
        found = fitted(replace(variant, collapsed=collapsed), model, codebook, asked, profile=profile)
        yield found
        if variant.name == MAIN and has_empty_answers(found):
            collapsed = True
            yield fitted(replace(variant, name=COLLAPSED, collapsed=True), model, codebook, asked, profile=profile)


def _adjusted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with Holm's p-values of the declared models' terms of population, over all of one question."""
    rows["p_adjusted"] = np.nan
    decisive = rows[DECISIVE].astype(bool)
    for _, tests in rows[decisive & (rows["scale"] == "log_odds")].groupby("test_family"):
        rows.loc[tests.index, "p_adjusted"] = holm(tests["p"])
    # An odds ratio has the test of its logarithm, which it stands after.
    odds = decisive & (rows["scale"] == "odds_ratio")
    rows.loc[odds, "p_adjusted"] = rows["p_adjusted"].shift()[odds]
    return rows[list(COLUMNS)].astype({"n": "Int64", "clusters": "Int64"})
