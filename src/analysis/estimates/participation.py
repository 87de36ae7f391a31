"""Who answered, of all municipalities that might have: by size and by region."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import ALL
from analysis.codebook.questions import parse_universe
from analysis.estimates import COUNTED, Estimate, count_frame, estimate_frame
from analysis.estimates.counting import Survey
from analysis.estimates.survey import PARTICIPATION
from analysis.places import size_classes, size_classes_by_rank

ITEM = "participation"
ANSWERED = "answered"


def answered(responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Return how many responses there are, from how many municipalities, of how many.

    Parameters
    ----------
    responses
        Clean responses (`ingest.responses.clean`).

    Returns
    -------
    DataFrame
        Estimates of item `answered`: variables `responses`, `municipalities` and `population`.
    """
    counts = {
        "responses": len(responses),
        "municipalities": responses["municipality"].nunique(),
        "population": codebook.population,
    }
    return count_frame(counts, wave, ANSWERED, "responses of the wave", wave.basis)


def participation(
    responses: pd.DataFrame, municipalities: pd.DataFrame, codebook: Codebook, wave: Wave
) -> pd.DataFrame:
    """Return how many municipalities took part, of how many there are: of all, by size class and by region.

    Which of a reconstruction's stand-ins answered is made up. Of it a group's number is therefore known only as a
    range: all of those that did not answer may belong to the group, or none.

    Parameters
    ----------
    responses
        Clean responses (`ingest.responses.clean`): of `municipality` (code) each counts once, however many responses
        it gave. Of the answers only those are used by which a response counts as taking part, if the codebook says so.
    municipalities
        All that might have: `code`, `region`, `population` (inhabitants).
    codebook, wave
        The study, whose size classes are used, and its survey year.

    Returns
    -------
    DataFrame
        Estimates of item `participation`, variable `participation`, without category: `base` (municipalities there
        are), `count` and `percent` of group `all`, of each `size:<class>` and of each `region:<name>` that has any.

    Raises
    ------
    ValueError
        A response is of a municipality that is not among them.
    """
    if strangers := sorted(set(responses["municipality"]) - set(municipalities["code"])):
        raise ValueError(f"responses of municipalities that there are not: {', '.join(strangers)}")
    counts = codebook.variables[PARTICIPATION].counts
    counted = Survey(responses, codebook, wave).belongs(parse_universe(counts.universe if counts else ALL))
    answered = municipalities["code"].isin(responses.loc[counted, "municipality"])
    total, missing = int(answered.sum()), int((~answered).sum())
    rows = list(_rows("all", len(answered), (total, total), codebook, wave))
    for key, groups in _groupings(municipalities, codebook).items():
        for name, of_group in answered.groupby(groups, observed=True):
            known = int(of_group.sum())
            ends = (known, known)
            if wave.basis == "reconstructed":
                ends = (max(len(of_group) - missing, 0), min(len(of_group), total))
            rows += _rows(f"{key}:{name}", len(of_group), ends, codebook, wave)
    return estimate_frame(rows)


def _groupings(municipalities: pd.DataFrame, codebook: Codebook) -> dict[str, pd.Series]:
    """Return how municipalities are grouped: size classes in order, regions as the register names them first."""
    region = municipalities["region"].astype(pd.CategoricalDtype(municipalities["region"].drop_duplicates()))
    inhabitants, classes = municipalities["population"], codebook.size_classes
    by_rank = {name: size.municipalities for name, size in classes.items() if size.municipalities is not None}
    if by_rank:
        return {"size": size_classes_by_rank(inhabitants, by_rank), "region": region}
    sizes = {"size": size_classes(inhabitants, {name: size.below for name, size in classes.items()})} if classes else {}
    return {**sizes, "region": region}


def _rows(group: str, everyone: int, ends: tuple[int, int], codebook: Codebook, wave: Wave) -> Iterator[Estimate]:
    """Yield the estimates of a group of which between the two `ends` took part."""
    low, high = ends
    for statistic, least, most in (
        ("base", float(everyone), float(everyone)),
        ("count", float(low), float(high)),
        ("percent", 100 * low / everyone, 100 * high / everyone),
    ):
        reconstructed = wave.basis == "reconstructed"
        yield Estimate(
            study=codebook.study,
            wave=wave.year,
            item=ITEM,
            group=group,
            variable=PARTICIPATION,
            statistic=statistic,
            value=least if least == most else None,
            method=COUNTED,
            estimand="municipalities there are",
            base=everyone,
            base_kind="asked",
            population=codebook.population,
            universe="all",
            basis="register" if statistic == "base" and not reconstructed else wave.basis,
            identified_low=least if reconstructed else None,
            identified_high=most if reconstructed else None,
        )
