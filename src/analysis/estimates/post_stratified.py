"""Shares in which each size class counts as its municipalities do, however many of them answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import SIZE, Cell, cells_of
from analysis.codebook.groups import join_group
from analysis.codebook.questions import BaseKind
from analysis.estimates import POST_STRATIFIED, Estimate, estimate_frame
from analysis.estimates.counting import Survey
from analysis.estimates.intervals import Interval
from analysis.estimates.participation import groups_of
from analysis.estimates.shown import item_of

# Rounding leaves a sum of about a double's precision; one answer among thousands leaves far more.
_DUST = 1e-9


def post_stratify(
    described: pd.DataFrame, responses: pd.DataFrame, municipalities: pd.DataFrame, codebook: Codebook, wave: Wave
) -> pd.DataFrame:
    """Return shares post-stratified by size class, Σ N_h / N · p_h.

    N_h of the N municipalities are in a class, by the register; p_h is the share among those of the class that
    answered. Given of what everybody is asked and what is given by size class, too: how many of a class a routed
    question concerns, no register knows. Nothing is given where nobody of a class answered, or where print leaves the
    shares of all classes open.

    Parameters
    ----------
    described
        Estimates of the wave (`estimates.survey.describe`).
    responses
        Clean responses (`ingest.responses.clean`).
    municipalities
        All there are: `population` (inhabitants), `region`.
    codebook, wave
        The study and its survey year.

    Returns
    -------
    DataFrame
        Estimates of statistic `percent`, `weighting` and `method` `post_stratified`. Where print leaves the shares of
        some classes open there is a range instead of a value: each class at the ends of its own range, so that the
        true one lies within, but the sharp range may be narrower.
    """
    classes = groups_of(municipalities, codebook).get(SIZE, pd.Series(dtype="str")).astype("str")
    totals = {name: int((classes == name).sum()) for name in codebook.size_classes if (classes == name).any()}
    survey = Survey(responses, codebook, wave)
    percents = described[described["statistic"] == "percent"].drop_duplicates(["variable", "group", "category"])
    by_cell = {(row["variable"], row["group"], row["category"]): row for _, row in percents.iterrows()}
    rows: list[Estimate] = []
    for name in codebook.variables if totals else ():
        for cell in cells_of(codebook, name, wave.year):
            if SIZE in cell.keys or cell.within is not None or not survey.design.is_whole(name, cell.keys):
                continue
            groups = {size: join_group(dict(sorted({**cell.keys, SIZE: size}.items()))) for size in totals}
            found = {size: by_cell.get((name, group, cell.category)) for size, group in groups.items()}
            shares = {size: row for size, row in found.items() if row is not None}
            if len(shares) == len(totals):
                rows += _of_cell(survey, cell, shares, totals)
    return estimate_frame(rows)


class Weighted(NamedTuple):
    """A post-stratified share, from 0 to 1, and its interval where there is one."""

    share: float
    interval: Interval | None


def post_stratified_share(
    gave: NDArray[np.bool_],
    weight: NDArray[np.float64],
    stratum: NDArray[np.object_],
    cluster: NDArray[np.intp],
    totals: Mapping[str, int],
    population: int | None = None,
    confidence: float = 0.95,
) -> Weighted:
    """Return the post-stratified share of answers, and its interval.

    The variance is that of the linearised share: of each answer its distance from the share of its own stratum,
    weighted, summed by cluster (Särndal, C.-E., Swensson, B. & Wretman, J. (1992). *Model Assisted Survey Sampling*.
    Springer, section 7.6; `postStratify` and `svymean` of R's survey). The interval is a t interval with (clusters − 1)
    degrees of freedom on the logit scale, as `svyciprop(method = "logit")`.

    Parameters
    ----------
    gave, weight, stratum, cluster
        Of each answer in the base: whether it is the one in question, what it weighs (above 0), its class and whose it
        is.
    totals
        Class -> what it counts; each class has an answer.
    population
        How many clusters there are, where the share is theirs: then only those that are missing leave it open. None:
        the share is one of clusters in general.
    confidence
        Between 0 and 1.

    Returns
    -------
    Weighted
        Without interval where the variance tells nothing: each class is of one mind, or there is one cluster.
    """
    everything = sum(totals.values())
    residual = np.zeros(len(gave))
    share = 0.0
    for name, total in totals.items():
        own = stratum == name
        within = weight[own] / weight[own].sum()
        of_class = float(within @ gave[own])
        share += total / everything * of_class
        residual[own] = total / everything * within * (gave[own] - of_class)
    clusters = len(np.unique(cluster))
    if population == clusters:
        return Weighted(share, Interval(share, share))
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1], residual)
    if clusters < 2 or not np.abs(sums).max() > _DUST:
        return Weighted(share, None)
    sampled = 0.0 if population is None else clusters / population
    variance = (1 - sampled) * clusters / (clusters - 1) * float((sums**2).sum())
    half = stdtrit(clusters - 1, (1 + confidence) / 2) * np.sqrt(variance) / (share * (1 - share))
    return Weighted(share, Interval(float(expit(logit(share) - half)), float(expit(logit(share) + half))))


def _of_cell(
    survey: Survey, cell: Cell, shares: Mapping[str, pd.Series], totals: Mapping[str, int]
) -> Iterator[Estimate]:
    """Yield the share of a cell, of whose answer `shares` is the row of each class."""
    ends = {
        size: (row["value"], row["value"])
        if pd.notna(row["value"])
        else (row["identified_low"], row["identified_high"])
        for size, row in shares.items()
    }
    if all(low < high for low, high in ends.values()):
        return
    everything = sum(totals.values())
    low, high = (sum(ends[size][end] * totals[size] for size in totals) / everything for end in (0, 1))
    reconstructed = survey.wave.basis == "reconstructed"
    kind: BaseKind = next(iter(shares.values()))["base_kind"]
    one_each = survey.design.one_each(cell.variable, cell.keys)
    nested = survey.codebook.variables[cell.variable].weights != [1.0] or not one_each
    bases = [row["base"] for row in shares.values()]
    base = None if any(pd.isna(each) for each in bases) else int(sum(bases))
    weighted = None
    if low == high and base is not None and not (reconstructed and nested):
        weighted = _weighted(survey, cell, kind, totals, None if nested else everything)
    interval = weighted.interval if weighted else None
    yield Estimate(
        study=survey.codebook.study,
        wave=survey.wave.year,
        item=item_of(survey.codebook, cell.variable, cell.group)[0],
        group=cell.group,
        variable=cell.variable,
        category=cell.category,
        statistic="percent",
        value=low if low == high else None,
        low=None if interval is None else 100 * interval.low,
        high=None if interval is None else 100 * interval.high,
        method=POST_STRATIFIED,
        estimand=_estimand(survey, everything, nested=nested, is_open=low < high),
        weighting=POST_STRATIFIED,
        base=base,
        base_kind=kind,
        population=everything,
        universe=survey.codebook.variables[cell.variable].universe,
        basis=survey.wave.basis,
        identified_low=low if reconstructed else None,
        identified_high=high if reconstructed else None,
    )


def _weighted(
    survey: Survey, cell: Cell, kind: BaseKind, totals: Mapping[str, int], population: int | None
) -> Weighted | None:
    """Return the share among the responses, with its interval."""
    answers = survey.answers(cell)
    if answers is None:
        return None
    class_of = survey.responses[SIZE].to_numpy(dtype=object)[np.unique(survey.municipality, return_index=True)[1]]
    base = answers.base(kind)
    municipality = answers.municipality[base]
    return post_stratified_share(
        answers.gave[base], answers.weight[base], class_of[municipality], municipality, totals, population
    )


def _estimand(survey: Survey, everything: int, *, nested: bool, is_open: bool) -> str:
    whom = f"share of the {everything} municipalities, if non-response is ignorable within each size class (95 %)"
    if nested:
        units = "respondents" if survey.codebook.unit == "respondent" else "responses"
        whom = (
            f"share of {units}, those of each size class together weighing as many as its municipalities are, in "
            "municipalities in general (superpopulation, clustered by municipality, 95 %)"
        )
    return f"{whom}; outer range: each class at the ends of its own" if is_open else whom
