"""What printed numbers by group say of size, role and use: every test on every set of counts, for `models.csv`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import ALL, join_group
from analysis.models import COLUMNS
from analysis.models.fit import detectable
from analysis.models.grouped import grouped_logistic, null_se
from analysis.models.holm import holm
from analysis.models.rows import DETECTABLE
from analysis.models.trend import cochran_armitage
from analysis.models.two_shares import Floats, Scale, p_value, score_interval
from analysis.published.claims.cells import Cells
from analysis.published.grouped.comparison import Comparison, comparisons
from analysis.published.grouped.count_sets import CountSets, count_sets

Dependence = Literal["independence", "maximal"]
HEADLINE = "headline"
NOT_IDENTIFIED = "not_identified"

_REACH = float(norm.ppf(0.975))
_DETECTABLE = detectable(1.0, math.inf)
_SAME = 1e-9
_SCALES: tuple[Scale, ...] = ("odds_ratio", "percentage_points")


def grouped_models(published: pd.DataFrame, claims: pd.DataFrame, codebook: Codebook, wave: int) -> pd.DataFrame:
    """Test what print says of groups of answerers, on every set of counts that it leaves possible.

    Three groups or more have a trend test (`cochran_armitage`) and the log odds per step between neighbours
    (`grouped_logistic`); each group but the first its odds ratio and its percentage points against that one
    (`score_interval`, with the test that decides verbal claims). Each at independence and at maximal dependence, where
    all answers of a municipality agree: counts are divided by the design effect of `Cells.design_effect`.

    Beside the trend, and each group against the first, stands the smallest effect that a 5 % test would have found with
    80 % power, in log odds (per step, of a trend): 2.80 standard errors under no association (`null_se`), whatever was
    observed. That is an approximation for effects that are not large: where few gave the rarer answer, only larger ones
    would be found (Demidenko, E. (2007). Sample size determination for logistic regression revisited. *Statistics in
    Medicine* 26, 3385–3397).

    Parameters
    ----------
    published, claims
        The study's printed numbers and verbal claims.
    codebook
        The study's.
    wave
        Survey year.

    Returns
    -------
    DataFrame
        `COLUMNS`. `value_low` and `value_high` are the smallest and largest value over the sets of counts; `estimate`
        and `se` are empty unless all agree. `low` and `high` hold the 95 % intervals of all sets, and `p` is the
        largest p-value: what is significant is so whatever print leaves open; NaN where a set has too few answers for
        the test. `p_adjusted` is Holm's over the rows of a `test_family` of the same scale and dependence. `checks` are
        `name=value` parts joined by `;`: `p_smallest`, how many `sets`, the `reference` group, the `design_effect`, the
        smallest and largest `bases`, and `headline` by itself at the dependence that counts: maximal for a fact about
        the municipality, else independence. What print does not determine has one row, whose checks say
        `not_identified=` and the reason (`Reason`); a study with size classes of which nothing is printed by size has
        one such row without an outcome.
    """
    found = comparisons(published, claims, codebook, wave)
    cells, rows = Cells(published, codebook), list[dict[str, object]]()
    by_size = False
    for comparison in found:
        sets = count_sets(comparison, published, codebook, wave)
        by_size = by_size or (comparison.key == SIZE and len(comparison.values) > 1)
        about = _about(comparison, codebook, wave)
        if isinstance(sets, str):
            rows.append({**about, "checks": f"{NOT_IDENTIFIED}={sets}"})
            continue
        rows += ({**about, **row} for row in _tested(comparison, sets, codebook, cells))
    if codebook.size_classes and not by_size:
        about = {"study": codebook.study, "wave": wave, "model": f"by_{SIZE}", "term": SIZE, "basis": "published"}
        rows.append({**about, "test_family": f"{codebook.study}/{SIZE}", "checks": f"{NOT_IDENTIFIED}=nothing_by_size"})
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64", "clusters": "Int64"})
    return _adjusted(frame)


def _about(comparison: Comparison, codebook: Codebook, wave: int) -> dict[str, object]:
    level = codebook.variables[comparison.variable].level
    rest = join_group(dict(sorted(comparison.rest)))
    return {
        "study": codebook.study,
        "wave": wave,
        "model": f"by_{comparison.key}",
        "outcome": f"{comparison.variable}/{comparison.category}" + (f";{rest}" if rest != ALL else ""),
        "term": comparison.key,
        "test_family": f"{codebook.study}/{comparison.key}",
        "estimand": f"{'municipalities' if level == 'municipality' else 'respondents'} in general (superpopulation)",
        "basis": "published",
    }


def _tested(comparison: Comparison, sets: CountSets, codebook: Codebook, cells: Cells) -> Iterator[dict[str, object]]:
    fact = codebook.variables[comparison.variable].level == "municipality"
    total = sets.bases.sum(axis=1)
    effect = cells.design_effect(dict(comparison.group(comparison.values[0])))
    dependences: tuple[tuple[Dependence, float], ...] = (("independence", 1.0), ("maximal", effect))
    for dependence, divisor in dependences:
        checks = {
            "sets": f"{len(total)}",
            "design_effect": f"{divisor:.4g}",
            "bases": "/".join(_ends(bases) for bases in sets.bases.T),
        }
        about = {
            "dependence": dependence,
            "rounding": sets.rule,
            "n": int(total[0]) if (total == total[0]).all() else None,
            "clusters": cells.municipalities() if dependence == "maximal" else None,
        }
        headline = {HEADLINE: ""} if fact == (dependence == "maximal") else {}
        for row, told in _rows(comparison, sets.counts / divisor, sets.bases / divisor):
            yield {**about, **row, "checks": ";".join(_check(*each) for each in {**headline, **checks, **told}.items())}


def _rows(comparison: Comparison, counts: Floats, bases: Floats) -> Iterator[tuple[dict[str, object], dict[str, str]]]:
    """Yield the results of one dependence, each with checks of its own."""
    key, values = comparison.key, comparison.values
    if len(values) > 2:
        fit = grouped_logistic(counts, bases)
        half = _REACH * fit.se
        p = 2 * norm.sf(abs(fit.estimate / fit.se))
        ends = float((fit.estimate - half).min()), float((fit.estimate + half).max())
        row, told = _over_sets(fit.estimate, p, ends)
        se = float(fit.se[0]) if "estimate" in row and np.ptp(fit.se) < _SAME else math.nan
        converged = bool(fit.converged.all())
        yield {**row, "family": fit.family, "scale": "log_odds", "se": se, "converged": converged}, told
        z = cochran_armitage(counts, bases)
        row, told = _over_sets(z, 2 * norm.sf(abs(z)))
        about = {"family": "cochran_armitage", "converged": True}
        yield {**row, **about, "scale": "trend"}, told
        yield {**_range(_DETECTABLE * null_se(counts, bases)), **about, "scale": DETECTABLE}, {}
    for place, value in enumerate(values[1:], start=1):
        # Sets that differ only in other groups give the same.
        pair = np.unique(np.column_stack([counts[:, [place, 0]], bases[:, [place, 0]]]), axis=0)
        count, other, base, other_base = pair.T
        p = p_value(count, base, other, other_base)
        with np.errstate(divide="ignore", invalid="ignore"):
            effects = {
                "odds_ratio": count * (other_base - other) / ((base - count) * other),
                "percentage_points": 100 * (count / base - other / other_base),
            }
        about = {"family": "score", "term": f"{key}:{value}", "converged": True}
        reference = {"reference": f"{key}:{values[0]}"}
        for scale in _SCALES:
            row, told = _over_sets(effects[scale], p, score_interval(count, base, other, other_base, scale))
            yield {**row, **about, "scale": scale}, {**reference, **told}
        # A test that cannot be made finds nothing.
        smallest = np.where(np.isnan(p), math.nan, _DETECTABLE * null_se(pair[:, :2], pair[:, 2:]))
        yield {**_range(smallest), **about, "scale": DETECTABLE}, reference


def _over_sets(
    effect: Floats, p: Floats, ends: tuple[float, float] | None = None
) -> tuple[dict[str, object], dict[str, str]]:
    """Return the range of an effect over sets of counts, the interval around all, and the largest p-value."""
    row = {**_range(effect), "p": float(p.max())}
    if ends is not None:
        row |= dict(zip(("low", "high"), ends, strict=True))
    if np.isnan(p).any():
        return row, {"untestable_sets": f"{int(np.isnan(p).sum())}"}
    return row, {"p_smallest": f"{float(p.min()):.4g}"}


def _range(effect: Floats) -> dict[str, object]:
    """Return the smallest and largest value over sets of counts, and the one that all agree on."""
    smallest, largest = float(effect.min()), float(effect.max())
    row: dict[str, object] = {"value_low": smallest, "value_high": largest}
    if largest - smallest < _SAME * max(1, abs(largest)):
        row["estimate"] = smallest
    return row


def _adjusted(models: pd.DataFrame) -> pd.DataFrame:
    """Return the models with Holm's p-values."""
    models["p_adjusted"] = math.nan
    tested = models["scale"].notna() & (models["scale"] != DETECTABLE)
    for _, tests in models[tested].groupby(["test_family", "scale", "dependence"]):
        models.loc[tests.index, "p_adjusted"] = holm(tests["p"])
    return models


def _ends(bases: Floats) -> str:
    return "-".join(dict.fromkeys(f"{end:g}" for end in (bases.min(), bases.max())))


def _check(name: str, value: str) -> str:
    return f"{name}={value}" if value else name
