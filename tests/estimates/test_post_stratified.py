"""Each size class counts as its municipalities do, whoever answered; what print leaves open stays a range."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import load_codebook, load_wave
from analysis.disclosure import withhold
from analysis.estimates import POST_STRATIFIED
from analysis.estimates.intervals import Interval
from analysis.estimates.post_stratified import post_stratified_share, post_stratify
from analysis.ingest.identified import read_identified
from analysis.layout import RAW_DIR
from analysis.places import read_register
from tests.estimates import surveys

GAVE = np.array([1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1], dtype=bool)
STRATUM = np.array(["small"] * 6 + ["medium"] * 8 + ["large"] * 5, dtype=object)
CLUSTER = np.array([1, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 8, 8, 9, 10, 11, 11, 12, 12])
WEIGHT = np.array([1, 0.5, 1, 0.5, 0.5, 1, 1, 1, 0.5, 0.5, 1, 1, 0.5, 1, 1, 1, 0.5, 1, 1])
TOTALS = {"small": 23, "medium": 50, "large": 25}


@pytest.mark.parametrize(
    ("weight", "cluster", "population", "share", "low", "high"),
    [
        (np.ones(19), CLUSTER, None, 0.55187, 0.3866742578, 0.7063615346),
        (WEIGHT, CLUSTER, None, 0.6055293912, 0.4437056671, 0.7471090960),
        (np.ones(19), np.arange(19), 98, 0.5518707483, 0.3449854763, 0.7422353519),
    ],
)
def test_share_and_interval_are_those_of_r(
    weight: np.ndarray, cluster: np.ndarray, population: int | None, share: float, low: float, high: float
) -> None:
    """R 4, survey: clusters, clusters with weights, and 19 of 98 municipalities.

    d <- data.frame(y = c(1,0,1,1,0,1, 0,0,1,0,1,0,0,1, 1,1,0,1,1), h = rep(c("small","medium","large"), c(6,8,5)),
      g = c(1,1,2,3,3,4, 5,6,6,7,8,8,8,9, 10,11,11,12,12), id = 1:19, N = 98,
      w = c(1,.5,1,.5,.5,1, 1,1,.5,.5,1,1,.5,1, 1,1,.5,1,1))
    pop <- data.frame(h = c("small","medium","large"), Freq = c(23,50,25))
    des <- postStratify(svydesign(id = ~g, weights = ~1, data = d), ~h, pop)   # weights = ~w
    svymean(~y, des); attr(svyciprop(~y, des, method = "logit", df = 11), "ci")
    des <- postStratify(svydesign(id = ~id, fpc = ~N, data = d), ~h, pop)
    svymean(~y, des); attr(svyciprop(~y, des, method = "logit", df = 18), "ci")
    """
    found = post_stratified_share(GAVE, weight, STRATUM, cluster, TOTALS, population)
    assert found.interval is not None
    assert (found.share, *vars(found.interval).values()) == pytest.approx((share, low, high), abs=1e-5)


def test_without_missing_municipalities_nothing_is_open() -> None:
    found = post_stratified_share(GAVE, np.ones(19), STRATUM, np.arange(19), {"small": 6, "medium": 8, "large": 5}, 19)
    assert found.interval == Interval(found.share, found.share)
    assert found.share == pytest.approx(GAVE.mean())


def test_classes_of_one_mind_tell_nothing_of_how_sure_it_is() -> None:
    found = post_stratified_share(STRATUM == "small", np.ones(19), STRATUM, CLUSTER, TOTALS)
    assert found.share == pytest.approx(23 / 98)
    assert found.interval is None


PLACES = pd.DataFrame(
    {"code": list("0123456"), "region": "Nord", "population": [1000, 2000, 3000, 4000, 50000, 60000, 70000]}
)


def respondents(municipalities: list[int], opinions: list[str]) -> pd.DataFrame:
    """Return a response of each of some municipalities, the first four of which are small."""
    return pd.DataFrame(
        {
            "municipality": [str(each) for each in municipalities],
            "size": ["small" if each < 4 else "large" for each in municipalities],
            "role": "staff",
            "opinion": opinions,
            **{f"reasons/{option}": "not_asked" for option in surveys.OPTIONS},
        }
    )


@pytest.mark.parametrize(("taken", "large"), [([0, 1, 2, 3, 4], 100.0), ([0, 1, 4, 5, 6], 100 * 2 / 3)])
def test_a_class_that_answered_less_counts_no_less(taken: list[int], large: float) -> None:
    opinions = ["good", "bad", "good", "bad", "good", "good", "bad"]
    rows = respondents(taken, [opinions[each] for each in taken])
    described = surveys.found(rows, surveys.respondents())
    found = post_stratify(described, rows, PLACES, surveys.respondents(), surveys.wave())
    good = surveys.one(found, "opinion", "good", "percent", POST_STRATIFIED)
    assert good["value"] == pytest.approx((4 * 50 + 3 * large) / 7)
    assert (good["weighting"], good["base"], good["population"], good["basis"]) == (POST_STRATIFIED, 5, 7, "collected")
    assert good["low"] < good["value"] < good["high"]
    assert "weighing as many as its municipalities are" in good["estimand"]
    assert pd.isna(good["identified_low"])


def test_nothing_is_given_of_routed_questions_of_groups_that_answers_tell_and_without_a_class() -> None:
    rows = respondents([0, 1, 4, 5], ["good", "bad", "good", "bad"])
    described = surveys.found(rows, surveys.respondents())
    found = post_stratify(described, rows, PLACES, surveys.respondents(), surveys.wave())
    assert set(zip(found["variable"], found["group"], strict=True)) == {("opinion", "all")}
    only_small = rows[rows["size"] == "small"].reset_index(drop=True)
    described = surveys.found(only_small, surveys.respondents())
    assert post_stratify(described, only_small, PLACES, surveys.respondents(), surveys.wave()).empty


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.lists(st.booleans(), min_size=3, max_size=3))
def test_where_all_answered_it_is_the_plain_share(small: list[bool], large: list[bool]) -> None:
    gave = np.array([*small, *large])
    stratum = np.array(["small"] * 4 + ["large"] * 3, dtype=object)
    found = post_stratified_share(gave, np.ones(7), stratum, np.arange(7), {"small": 4, "large": 3}, 7)
    assert found.share == pytest.approx(gave.mean())


def kik() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what print fixes of KIK as estimates, and what is post-stratified of it."""
    raw = RAW_DIR / "kik_quality"
    book, of_2023 = load_codebook(raw / "codebook.yaml"), load_wave(raw / "2023" / "wave.yaml")
    places = read_register(raw / "2023" / "municipalities.csv")
    ranges = read_identified(raw / "2023" / "identified.csv")
    # Of a reconstruction nothing but the ranges counts: any responses do.
    described = pd.DataFrame(
        [
            (row["variable"], row["group"], row["category"], row["statistic"], row["low"], row["high"])
            for _, row in ranges.iterrows()
        ],
        columns=["variable", "group", "category", "statistic", "identified_low", "identified_high"],
    ).assign(
        value=lambda of: of["identified_low"].where(of["identified_low"] == of["identified_high"]),
        base=None, base_kind="answered_incl_dont_know",
    )  # fmt: skip
    responses = pd.DataFrame({"municipality": places["code"], "size": "small"})
    return described, post_stratify(described, responses, places, book, of_2023)


def test_of_kik_it_follows_from_the_printed_shares_by_size() -> None:
    """Lines 152-154: 32, 32 and 42 %, that is 9 of 28, 27 of 85 and 16 of 38; there are 23, 50 and 25 of them."""
    _, found = kik()
    strategy = surveys.one(found, "strategy", "yes", "percent", POST_STRATIFIED)
    assert strategy["value"] == pytest.approx(100 * (23 * 9 / 28 + 50 * 27 / 85 + 25 * 16 / 38) / 98)
    # Who answered what in which municipality is made up: no interval.
    assert pd.isna(strategy["low"])
    assert (strategy["basis"], strategy["population"]) == ("reconstructed", 98)


def test_what_print_leaves_open_of_a_class_leaves_it_a_range() -> None:
    described, found = kik()
    row = surveys.one(found, "degree_resources", "high_or_more", "percent", POST_STRATIFIED)
    by_size = described[
        (described["variable"] == "degree_resources") & (described["category"] == "high_or_more")
        & (described["statistic"] == "percent") & described["group"].str.startswith("size:")
    ]  # fmt: skip
    ends = {
        one["group"].removeprefix("size:"): (float(one["identified_low"]), float(one["identified_high"]))
        for _, one in by_size.iterrows()
    }
    ways = [
        sum(TOTALS[size] * percent for size, percent in zip(ends, way, strict=True)) / 98
        for way in itertools.product(*ends.values())
    ]
    assert pd.isna(row["value"])
    assert (row["identified_low"], row["identified_high"]) == pytest.approx((min(ways), max(ways)))
    assert "outer range" in row["estimand"]
    # All three classes are open for a high degree alone: nothing is given.
    assert "high" not in set(found.loc[found["variable"] == "degree_resources", "category"])


def test_it_is_withheld_where_the_numbers_by_size_are() -> None:
    rows = respondents([0, 1, 2, 3, 4, 5, 6], ["good", "good", "good", "bad", "good", "bad", "bad"])
    book = surveys.respondents()
    described = surveys.found(rows, book)
    weighted = post_stratify(described, rows, PLACES, book, surveys.wave())
    estimates = pd.concat([described, weighted], ignore_index=True)
    # One of the small said bad: with all, their share tells how many of the large did.
    out = withhold(estimates, book, surveys.wave(minimum_cell=2))
    assert out.loc[out["method"] == POST_STRATIFIED, "value"].isna().all()
    assert surveys.one(out, "opinion", "good", "percent", "clustered")["value"] == pytest.approx(400 / 7)
    everything = withhold(estimates, book, surveys.wave(minimum_cell=1))
    assert everything.loc[everything["method"] == POST_STRATIFIED, "value"].notna().all()
