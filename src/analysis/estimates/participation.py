"""Who answered, of all municipalities that might have: by size and by region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

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
MISSING = "missing"
"""Category of the municipalities that did not take part, for whatever reason."""


class Ends(NamedTuple):
    """The smallest and the largest that a number of municipalities can be."""

    low: int
    high: int


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


def took_part(codebook: Codebook) -> set[tuple[str, str]]:
    """Return the quantities, and the parts of them, by which a report counts the municipalities that took part.

    Beside `participation` itself these are all that count the same responses' municipalities, such as those of each
    size class.
    """
    if (own := codebook.variables[PARTICIPATION].counts) is None:
        return {(PARTICIPATION, "")}
    return {
        (name, part)
        for name, variable in codebook.variables.items()
        if (counts := variable.counts) and (counts.of, counts.universe) == ("municipalities", own.universe)
        for part, limits in {"": counts, **counts.parts}.items()
        if (limits.least, limits.most) == (1, None)
    }


def participation(
    responses: pd.DataFrame, municipalities: pd.DataFrame, codebook: Codebook, wave: Wave, identified: pd.DataFrame
) -> pd.DataFrame:
    """Return how many municipalities took part and how many did not: of all, by size class and by region.

    Which of a reconstruction's stand-ins answered is made up. Of it a group's number is what print fixes of it. Where
    print says nothing of a group, it is a range: the smallest and the largest number that agree with what print fixes
    of all and of the size classes, and with how many municipalities of each class the register has in a region.

    Parameters
    ----------
    responses
        Clean responses (`ingest.responses.clean`): of `municipality` (code) each counts once, however many responses
        it gave. Of the answers only those are used by which a response counts as taking part, if the codebook says so.
    municipalities
        All that might have: `code`, `region`, `population` (inhabitants).
    codebook, wave
        The study, whose size classes are used, and its survey year.
    identified
        Of a reconstruction, what print leaves open (`ingest.identified`).

    Returns
    -------
    DataFrame
        Estimates of item `participation`, variable `participation`: `base` (municipalities there are), `count` and
        `percent` of those that took part, without category, and of those that did not (`MISSING`), for group `all`,
        each `size:<class>` and each `region:<name>` that has any.

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
    total = int(answered.sum())
    rows = list(_rows(ALL, len(answered), Ends(total, total), codebook, wave))
    groupings = groups_of(municipalities, codebook)
    classes = groupings.get("size", pd.Series("", answered.index)).astype("str")
    everyone = Counter(classes)
    printed = _ranges(identified, codebook)
    by_class = {name: printed.get(f"size:{name}", Ends(0, number)) for name, number in everyone.items()}
    for key, groups in groupings.items():
        for name, of_group in answered.groupby(groups, observed=True):
            ends = Ends(int(of_group.sum()), int(of_group.sum()))
            if wave.basis == "reconstructed":
                ends = _of_part(Counter(classes[of_group.index]), everyone, by_class, total)
            rows += _rows(f"{key}:{name}", len(of_group), ends, codebook, wave)
    return estimate_frame(rows)


def groups_of(municipalities: pd.DataFrame, codebook: Codebook) -> dict[str, pd.Series]:
    """Return how municipalities are grouped: size classes in order, regions by name."""
    region = municipalities["region"].astype("category")
    inhabitants, classes = municipalities["population"], codebook.size_classes
    by_rank = {name: size.municipalities for name, size in classes.items() if size.municipalities is not None}
    if by_rank:
        return {"size": size_classes_by_rank(inhabitants, by_rank), "region": region}
    sizes = {"size": size_classes(inhabitants, {name: size.below for name, size in classes.items()})} if classes else {}
    return {**sizes, "region": region}


def _ranges(identified: pd.DataFrame, codebook: Codebook) -> dict[str, Ends]:
    """Return group -> how many of it took part, as far as print fixes that."""
    same = took_part(codebook)
    found: dict[str, Ends] = {}
    for _, row in identified[identified["statistic"] == "count"].iterrows():
        if (row["variable"], row["category"]) in same:
            before = found.get(row["group"], Ends(0, codebook.population))
            found[row["group"]] = Ends(max(before.low, int(row["low"])), min(before.high, int(row["high"])))
    return found


def _of_part(there: Counter[str], everyone: Counter[str], by_class: dict[str, Ends], total: int) -> Ends:
    """Return how many of some municipalities can have taken part: every number between the two can be.

    Parameters
    ----------
    there, everyone
        Size class -> how many of them, and how many in all, belong to it.
    by_class
        Size class -> how many of it can have taken part.
    total
        How many of all took part.
    """
    return Ends(total - _most(everyone - there, by_class, total), _most(there, by_class, total))


def _most(there: Counter[str], by_class: dict[str, Ends], total: int) -> int:
    """Return how many of some municipalities took part at most: of each class no more than there are, and than can."""
    room = sum(min(ends.high, there[name]) for name, ends in by_class.items())
    surely_others = sum(max(ends.low - there[name], 0) for name, ends in by_class.items())
    return min(room, total - surely_others)


def _rows(group: str, everyone: int, ends: Ends, codebook: Codebook, wave: Wave) -> Iterator[Estimate]:
    """Yield the estimates of a group of which between the two `ends` took part."""
    absent = Ends(everyone - ends.high, everyone - ends.low)
    for category, statistic, least, most in (
        ("", "base", float(everyone), float(everyone)),
        ("", "count", float(ends.low), float(ends.high)),
        ("", "percent", 100 * ends.low / everyone, 100 * ends.high / everyone),
        (MISSING, "count", float(absent.low), float(absent.high)),
        (MISSING, "percent", 100 * absent.low / everyone, 100 * absent.high / everyone),
    ):
        reconstructed = wave.basis == "reconstructed"
        yield Estimate(
            study=codebook.study,
            wave=wave.year,
            item=ITEM,
            group=group,
            variable=PARTICIPATION,
            category=category,
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
