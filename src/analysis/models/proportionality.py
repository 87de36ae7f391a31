"""Whether odds are proportional: a term has the same odds ratio wherever an ordered answer is cut in two.

The test is shown beside the odds ratios of the cut points and never decides alone: in a small survey it passes what it
could not have seen, in a large one it fails what does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

from analysis.models.fit import Check
from analysis.models.ordinal import Floats, checked, maximise
from analysis.models.robust import cluster_covariance
from analysis.models.separation import separated_terms

_LEVEL = 0.05


@dataclass(frozen=True)
class Wald:
    """A Wald test that differences of coefficients are 0.

    Parameters
    ----------
    statistic, df
        Chi-squared with `df` degrees of freedom; with clusters Hotelling's T².
    p
        By cluster: (G - df) / (G - 1) · T² / df against F(df, G - df).
    """

    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class Proportionality:
    """What the binary logits of an ordered answer say of proportional odds.

    Parameters
    ----------
    cut_points
        A row for each cut point and term: `at_least` (the category at or above which an answer counts), `term`, and in
        log odds `estimate`, `low`, `high`.
    omnibus
        Test of all terms; None where fewer than two cut points can be compared, or clusters are too few.
    by_term
        Tests of single terms; those that cannot be made are not there.
    left_out
        Cut points, by `at_least`, that have no binary logit: the terms that separate it, or `empty`.
    """

    cut_points: pd.DataFrame
    omnibus: Wald | None
    by_term: dict[str, Wald]
    left_out: dict[str, str]

    def check(self) -> Check:
        """Return the check: passed where nothing contradicts proportional odds and every cut point was looked at."""
        values: dict[str, str | float] = {"cuts": self.cut_points["at_least"].nunique()}
        if self.omnibus:
            values |= {"statistic": self.omnibus.statistic, "df": self.omnibus.df, "p": self.omnibus.p}
        if self.left_out:
            values |= {"left_out": ", ".join(self.left_out)}
        tested = values["cuts"] == 1 if self.omnibus is None else self.omnibus.p >= _LEVEL
        return Check("proportional_odds", tested and not self.left_out, values)


def brant(
    outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None = None, level: float = 0.95
) -> Proportionality:
    """Test proportional odds by comparing the K - 1 binary logits of an ordered answer (Brant's test).

    Without clusters the joint covariance of the logits is Brant's: of the indicators of one multinomial answer, at the
    probabilities that the logits fit. With clusters it is the sandwich of their stacked scores summed within clusters,
    times G / (G - 1): the multinomial one takes the answers of one municipality as independent, and finds far too often
    that odds are not proportional.

    Parameters
    ----------
    outcome, design, clusters
        Of a model that `fit_proportional_odds` fits, or would but for separation.
    level
        Of the intervals at the cut points.

    Raises
    ------
    AnalysisError
        If the outcome is not ordered, a term is not a number, or rows do not fit together.

    References
    ----------
    Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic regression.
    *Biometrics* 46, 1171–1178.
    """
    checked(outcome, design, clusters)
    codes = np.asarray(outcome.cat.codes, dtype=np.intp)
    labels = [str(category) for category in outcome.cat.categories]
    left_out = _without_logit(codes, design, labels)
    cuts = [cut for cut, label in enumerate(labels) if cut and label not in left_out]
    slopes, covariance = _logits(codes, design.to_numpy(dtype=np.float64), cuts, clusters)
    number = None if clusters is None else clusters.nunique()
    half = stats.t.ppf(0.5 + level / 2, np.inf if number is None else number - 1)
    cut_points = [
        {"at_least": labels[cut], "term": str(term), "estimate": at, "low": at - half * se, "high": at + half * se}
        for i, cut in enumerate(cuts)
        for j, term in enumerate(design.columns)
        for at, se in [(slopes[i, j], np.sqrt(covariance[i, j, i, j]))]
    ]
    differences = slopes[1:] - slopes[:1]
    spread = covariance[1:, :, 1:] - covariance[1:, :, :1] - covariance[:1, :, 1:] + covariance[:1, :, :1]
    by_term = {str(term): _wald(differences[:, j], spread[:, j, :, j], number) for j, term in enumerate(design.columns)}
    return Proportionality(
        cut_points=pd.DataFrame(cut_points, columns=["at_least", "term", "estimate", "low", "high"]),
        omnibus=_wald(differences.ravel(), spread.reshape(differences.size, differences.size), number),
        by_term={term: test for term, test in by_term.items() if test is not None},
        left_out=left_out,
    )


def _without_logit(codes: NDArray[np.intp], design: pd.DataFrame, labels: list[str]) -> dict[str, str]:
    """Return why cut points have no binary logit of their own.

    Where nobody answered the category below a cut point, it divides the answers as the one before it does, or not at
    all.
    """
    left_out = {}
    for cut, label in enumerate(labels[1:], start=1):
        if not (codes == cut - 1).any() or not (codes >= cut).any():
            left_out[label] = "empty"
        elif separating := separated_terms((codes >= cut).astype(np.intp), design):
            left_out[label] = ", ".join(separating)
    return left_out


def _logits(
    codes: NDArray[np.intp], x: Floats, cuts: list[int], clusters: pd.Series[str] | None
) -> tuple[Floats, Floats]:
    """Return the log odds of being at or above each cut point (cuts × terms), and their joint covariance."""
    x = x - x.mean(axis=0)
    fits = [maximise((codes >= cut).astype(np.intp), x) for cut in cuts]
    shape = (len(cuts), x.shape[1] + 1)
    slopes = np.array([fit.parameters for fit in fits]).reshape(shape)
    if clusters is not None:
        covariance = cluster_covariance(np.hstack([np.empty((len(x), 0)), *[fit.influence for fit in fits]]), clusters)
    else:
        rows = np.column_stack([x, -np.ones(len(x))])
        above = expit(rows @ slopes.T)
        # Who is at or above the higher of two cut points is at or above the lower: of both, the later's probability.
        later = np.maximum.outer(np.arange(len(cuts)), np.arange(len(cuts)))
        together = above[:, later] - above[:, :, None] * above[:, None, :]
        bread = np.array([fit.bread for fit in fits]).reshape(*shape, shape[1])
        moved = np.einsum("kpq,nq->nkp", bread, rows)
        covariance = np.einsum("nkl,nkp,nlq->kplq", together, moved, moved)
    return slopes[:, :-1], covariance.reshape(shape * 2)[:, :-1, :, :-1]


def _wald(differences: Floats, covariance: Floats, clusters: int | None) -> Wald | None:
    """Test that differences are 0; None where there are none, or as many as clusters: their covariance is singular."""
    df = len(differences)
    if df == 0 or (clusters is not None and clusters <= df):
        return None
    statistic = float(differences @ np.linalg.solve(covariance, differences))
    if clusters is None:
        return Wald(statistic, df, float(stats.chi2.sf(statistic, df)))
    f = statistic / df * (clusters - df) / (clusters - 1)
    return Wald(statistic, df, float(stats.f.sf(f, df, clusters - df)))
