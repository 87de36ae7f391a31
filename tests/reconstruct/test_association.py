"""The range of an association with size, held against every export there could be of a small survey."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook import Codebook, load_codebook
from analysis.errors import AnalysisError
from analysis.ingest.associations import COLUMNS
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.reconstruct.association import associate, outcomes
from analysis.reconstruct.system import System
from tests import ssi

CLASSES = ("small", "large")
CLASS_SIZES = {"small": 3, "large": 2}
LABEL = {"da": "x", "en": "x"}
ANSWERS = ("yes", "no", "unsure")

Counts = dict[tuple[str, str, str], int]
"""Question, answer and size class -> how many gave it."""

Key = tuple[str, str, str, str]
"""Variable, group, category and statistic of a printed number."""


def codebook(population: int = 5, **second: object) -> Codebook:
    """Return a survey of some municipalities with a question and one that only the decided were asked."""
    codes = {name: {"code": code, **LABEL} for code, name in enumerate(ANSWERS, start=1)}
    question: dict[str, Any] = {
        "label": LABEL,
        "ask": LABEL,
        "level": "municipality",
        "codes": "three",
        "split_by": [["size"]],
    }
    return Codebook.model_validate(
        {
            "schema_version": 1,
            "study": "small",
            "title": LABEL,
            "report": {"title": "t", "publisher": "p", "language": "da", "date": "2024-01-01", "text": "t.txt"},
            "unit": "municipality",
            "places": "denmark",
            "population": population,
            "municipality_column": "kommune",
            "notebooks": ["01_clean"],
            "chapters": {"c": LABEL},
            "code_lists": {"three": {"categories": codes, "groups": {"decided": {"of": ["yes", "no"], **LABEL}}}},
            "size_classes": {"small": {"below": 30000, **LABEL}, "large": {"below": None, **LABEL}},
            "variables": {
                "participation": {
                    "label": LABEL, "unit": "municipalities", "counts": {"of": "municipalities", "least": 1},
                },
                "first": question,
                "second": {**question, "universe": "first in [decided]", **second},
            },
            "items": {},
        }
    )  # fmt: skip


def _ways(total: int) -> Iterator[tuple[int, int, int]]:
    for one in range(total + 1):
        for other in range(total - one + 1):
            yield one, other, total - one - other


def _of_class(size: str) -> list[Counts]:
    return [
        {
            **{("first", answer, size): number for answer, number in zip(ANSWERS, first, strict=True)},
            **{("second", answer, size): number for answer, number in zip(ANSWERS, second, strict=True)},
        }
        for answered in range(CLASS_SIZES[size] + 1)
        for first in _ways(answered)
        for second in _ways(first[0] + first[1])
    ]


EXPORTS = [{**small, **large} for small, large in itertools.product(*map(_of_class, CLASSES))]


def of(counts: Counts, variable: str, category: str, size: str) -> tuple[int, int]:
    """Return how many of a class gave an answer, and of how many."""
    members = ("yes", "no") if category == "decided" else (category,)
    own = {answer: counts[variable, answer, size] for answer in ANSWERS}
    return sum(own[member] for member in members), sum(own.values())


def numbers(counts: Counts) -> dict[Key, int]:
    """Return everything that could be printed of an export: counts, whole percentages (half-up) and bases."""
    found: dict[Key, int] = {}
    for variable in ("first", "second"):
        for group, sizes in {"all": CLASSES, "size:small": ("small",), "size:large": ("large",)}.items():
            for category in (*ANSWERS, "decided"):
                parts = [of(counts, variable, category, size) for size in sizes]
                count, base = (sum(each) for each in zip(*parts, strict=True))
                found[variable, group, category, "count"] = count
                found[variable, group, "", "base"] = base
                if base:
                    percent = math.floor(Fraction(100 * count, base) + Fraction(1, 2))
                    found[variable, group, category, "percent"] = percent
    found["participation", "all", "", "count"] = found["first", "all", "", "base"]
    return found


NUMBERS = [numbers(counts) for counts in EXPORTS]


def report(printed: Mapping[Key, int] | list[tuple[Key, int]]) -> pd.DataFrame:
    """Return numbers as rows of `published.csv`."""
    pairs = list(printed.items()) if isinstance(printed, Mapping) else printed
    rows = [
        {
            "wave": 2024, "item": "text", "chapter": "c", "group": group, "variable": variable, "category": category,
            "statistic": statistic, "value": float(value), "value_high": math.nan, "qualifier": "exact",
            "base": None, "page": 1, "line": line, "printed": f"{value}%" if statistic == "percent" else str(value),
        }
        for line, ((variable, group, category, statistic), value) in enumerate(pairs, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"base": "Int64"})


def ranges(published: pd.DataFrame, variable: str, category: str) -> dict[str, tuple[float, float]]:
    """Return scale -> range of an association; no scale that is missing."""
    found = associate(codebook(), 2024, published, CLASS_SIZES, [(variable, category)], CLASSES)
    assert list(found.columns) == list(COLUMNS)
    assert set(found["contrast"]) == {"small-large"}
    return {row["scale"]: (row["low"], row["high"]) for _, row in found.dropna().iterrows()}


def by_hand(exports: list[Counts], variable: str, category: str) -> dict[str, tuple[float, float]]:
    differences, ratios = [], []
    for counts in exports:
        (k1, n1), (k2, n2) = (of(counts, variable, category, size) for size in CLASSES)
        if n1 and n2:
            differences.append(100 * (Fraction(k1, n1) - Fraction(k2, n2)))
            above, below = k1 * (n2 - k2), (n1 - k1) * k2
            if below:
                ratios.append(above / below)
            elif above:
                ratios.append(math.inf)
            elif 0 < k1 + k2 < n1 + n2:
                raise AssertionError("0 / 0 only where nobody or everybody gave the answer")
    return {
        scale: (float(min(each)), float(max(each)))
        for scale, each in (("percentage_points", differences), ("odds_ratio", ratios))
        if each
    }


def close_to(expected: dict[str, tuple[float, float]]) -> dict[str, object]:
    return {scale: pytest.approx(each) for scale, each in expected.items()}


@st.composite
def partly_printed(draw: st.DrawFn) -> dict[Key, int]:
    """Draw some of the numbers of an export's report, of both questions."""
    whole = draw(st.sampled_from(NUMBERS))
    chosen = draw(st.lists(st.sampled_from(list(whole)), max_size=5, unique=True))
    both = [("first", "all", "yes", "count"), ("second", "all", "no", "count")]
    return {key: whole[key] for key in dict.fromkeys([*chosen, *both])}


@given(
    partly_printed(), st.sampled_from([("first", "yes"), ("first", "decided"), ("second", "yes"), ("second", "unsure")])
)
@settings(max_examples=30, deadline=None)
def test_the_range_is_that_of_all_exports_that_print_the_same(
    printed: dict[Key, int], outcome: tuple[str, str]
) -> None:
    possible = [
        counts
        for counts, own in zip(EXPORTS, NUMBERS, strict=True)
        if all(own.get(key) == value for key, value in printed.items())
    ]
    assert ranges(report(printed), *outcome) == close_to(by_hand(possible, *outcome))


def test_the_range_is_over_every_way_to_settle_a_dispute() -> None:
    small, large = ("first", "size:small", "yes", "count"), ("first", "size:large", "yes", "count")
    bases: list[tuple[Key, int]] = [(("first", f"size:{size}", "", "base"), CLASS_SIZES[size]) for size in CLASSES]
    published = report([*bases, (small, 1), (small, 2), (large, 1)])
    # 1 of 3 or 2 of 3 against 1 of 2.
    assert ranges(published, "first", "yes") == close_to(
        {"percentage_points": (-100 / 6, 100 / 6), "odds_ratio": (0.5, 2.0)}
    )


def test_the_largest_difference_need_not_be_at_the_largest_share() -> None:
    # Six answered, three of them yes. Of small municipalities, at most 70 % did: 2 of 3 are more than 3 of 5, but leave
    # a yes to the three large ones, and 3 of 5 none to the only large one.
    published = report(
        {
            ("participation", "all", "", "count"): 6,
            ("first", "all", "yes", "count"): 3,
            ("first", "size:small", "yes", "percent"): 70,
        }
    )
    published.loc[published["value"] == 70, "qualifier"] = "at_most"
    sizes = {"small": 5, "large": 3}
    found = associate(codebook(population=8), 2024, published, sizes, [("first", "yes")], CLASSES)
    assert found["low"].to_list() == [-100.0, 0.0]
    assert found["high"].to_list() == [60.0, math.inf]


def test_there_is_none_where_a_class_gave_no_answers() -> None:
    published = report({("first", "size:large", "", "base"): 0, ("first", "size:small", "yes", "count"): 2})
    assert ranges(published, "first", "yes") == {}


def test_there_is_no_odds_ratio_where_everybody_gave_the_answer() -> None:
    published = report({("first", f"size:{size}", "no", "percent"): 100 for size in CLASSES})
    assert ranges(published, "first", "no") == {"percentage_points": (0.0, 0.0)}


def test_whether_print_says_anything_of_size_is_told() -> None:
    printed = {("first", f"size:{size}", "yes", "count"): 1 for size in CLASSES}
    found = associate(
        codebook(), 2024, report(printed), CLASS_SIZES, [("first", "yes"), ("first", "no"), ("first", "yes")], CLASSES
    )
    assert dict(zip(found["category"], found["printed_by_size"], strict=True)) == {"yes": True, "no": False}
    assert len(found) == 4


def test_a_question_that_print_is_silent_on_is_refused() -> None:
    published = report({("first", "all", "yes", "count"): 1})
    with pytest.raises(AnalysisError, match="no printed number of 2024 is about second"):
        associate(codebook(), 2024, published, CLASS_SIZES, [("second", "yes")], CLASSES)


def test_a_question_weighed_by_the_answers_of_a_municipality_is_refused() -> None:
    published = report({("second", "all", "yes", "percent"): 50})
    weighed = codebook(weights=[1.0, 0.5], universe="all")
    with pytest.raises(AnalysisError, match="what a response counts in second"):
        associate(weighed, 2024, published, CLASS_SIZES, [("second", "yes")], CLASSES)


def test_ssi_print_leaves_every_association_with_size_open() -> None:
    sizes = {"small": 22, "medium": 52, "large": 24}
    published = ssi.published_of(2024)
    outcomes = ["knows_organisation", "organisation", "coordinators"]
    published = published[published["variable"].isin(["participation", *outcomes])]
    found = associate(ssi.codebook(), 2024, published, sizes, [(name, "yes") for name in outcomes[1:]], CLASSES)
    assert found.to_dict("split")["data"] == [
        ["organisation", "yes", "small-large", "percentage_points", -100.0, 100.0, False],
        ["organisation", "yes", "small-large", "odds_ratio", 0.0, math.inf, False],
        ["coordinators", "yes", "small-large", "percentage_points", -100.0, 100.0, False],
        ["coordinators", "yes", "small-large", "odds_ratio", 0.0, math.inf, False],
    ]


def test_ssi_few_with_an_answer_bound_the_difference() -> None:
    # 11 of 97 took part in HALT in 2020 (24 small municipalities, 25 large): at most 11 of either.
    sizes = {"small": 24, "medium": 49, "large": 25}
    published = ssi.published_of(2020)
    published = published[published["variable"].isin(["participation", "knows_organisation", "halt"])]
    found = associate(ssi.codebook(), 2020, published, sizes, [("halt", "yes")], CLASSES).set_index("scale")
    low, high = found.loc["percentage_points", ["low", "high"]]
    assert (low, high) == (pytest.approx(-1100 / 25), pytest.approx(1100 / 24))


def test_kik_print_tells_how_departments_go_with_size() -> None:
    study = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    published = load_published(RAW_DIR / "kik_quality" / "published.csv", study)
    published = published[published["variable"].isin(["participation", "respondents", "class_size", "organisation"])]
    sizes = {"small": 23, "medium": 50, "large": 25}
    found = associate(study, 2023, published, sizes, [("organisation", "department")], CLASSES)
    # 32 % of 28 are 9, and 61 % of 38 are 23.
    difference, ratio = 100 * (9 / 28 - 23 / 38), (9 * 15) / (19 * 23)
    assert found["low"].to_list() == pytest.approx([difference, ratio])
    assert found["high"].to_list() == pytest.approx([difference, ratio])
    assert found["printed_by_size"].all()


def asked(study: str, year: int) -> list[tuple[str, str]]:
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    published = load_published(RAW_DIR / study / "published.csv", book)
    published = published[published["wave"] == year]
    return outcomes(System(book, year, published, disputes=[], as_declared=False), published)


def test_answers_of_models_are_asked_for_where_print_says_anything_of_them() -> None:
    found = asked("kik_quality", 2023)
    assert len(found) == len(set(found))
    # Printed by size; in a model, by no size; and of a scale its upper side.
    expected = {("organisation", "department"), ("organisation", "staff"), ("degree_engagement", "high_or_more")}
    assert expected <= set(found)
    # Nothing is printed of a policy in 2020.
    assert ("policy", "yes") in asked("ssi_hygiene", 2024)
    assert ("policy", "yes") not in asked("ssi_hygiene", 2020)


def test_what_is_asked_for_several_purposes_is_asked_for_only_if_printed_by_size() -> None:
    assert asked("klk_healthdata", 2018) == [("data_use", "high_or_more")]
