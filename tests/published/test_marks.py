"""Every different number printed of a drawn cell has its mark, at the percentage that print gives or implies."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.codebook import load_codebook
from analysis.estimates.participation import took_part
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.published.marks import COLUMNS, Mark, marks_of, participation_marks, printed_marks
from tests import ssi


def marks(variable: str, category: str, group: str = "all") -> list[tuple[object, ...]]:
    found = printed_marks(ssi.published(), ssi.estimates())
    assert tuple(found.columns) == COLUMNS
    found = found[(found["variable"] == variable) & (found["category"] == category) & (found["group"] == group)]
    return list(zip(found["low"], found["printed"], found["line"], strict=True))


def test_a_percentage_stands_as_printed_once() -> None:
    # 77 % stands in lines 513, 924 and 1041, each time beside 74 of 96; "75 %" in line 90 is a limit, not a number.
    assert marks("organisation", "yes") == [(77, "77%", 513)]


def test_a_count_alone_is_a_part_of_its_printed_base() -> None:
    assert marks("committee_members", "managers") == [(pytest.approx(100 * 39 / 46), "39", 660)]
    assert marks("increased_reasons", "political_support") == [(pytest.approx(100 * 8 / 22), "otte", 1047)]


def test_all_numbers_are_marked_where_print_contradicts_itself() -> None:
    assert marks("organisation", "reduced") == [(pytest.approx(100 / 96), "1", 549), (11, "11%", 1054)]
    assert marks("halt", "yes") == [(43, "43%", 873), (42, "42%", 986)]
    assert marks("role", "consultant") == [(pytest.approx(100 * 35 / 96), "35", 467), (37, "37%", 467)]
    # 62 of 96 is 64.6 %, printed as 65 %: the count needs no mark of its own.
    assert marks("cooperation", "yes") == [(68, "68%", 758), (65, "65 %", 1186)]


def test_a_number_within_a_group_is_marked_there_only() -> None:
    assert marks("organisation", "increased", "organisation:yes") == [(30, "30%", 525)]
    assert marks("organisation", "increased") == [(23, "23%", 1045)]


def test_other_waves_and_cells_that_are_not_drawn_have_no_mark() -> None:
    halt = ssi.estimates()
    halt = halt[halt["variable"] == "halt"]
    assert set(printed_marks(ssi.published(), halt)["variable"]) == {"halt"}
    # Of 2020 print says 74 of 98, 77 %.
    assert printed_marks(ssi.published(), halt.assign(wave=2016)).empty
    assert printed_marks(ssi.published(), halt.iloc[:0]).empty


def test_a_count_without_a_base_has_no_mark() -> None:
    published = ssi.published()
    found = published[(published["variable"] == "committee_members") & (published["statistic"] == "count")]
    assert printed_marks(found.assign(base=0), ssi.estimates()).empty


def test_who_took_part_is_marked_by_group_whatever_print_calls_it() -> None:
    kik = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    drawn = pd.DataFrame(
        [
            (2023, "participation", group, "", "base", float(base))
            for group, base in (("all", 98), ("size:small", 23), ("size:medium", 50), ("size:large", 25))
        ],
        columns=["wave", "variable", "group", "category", "statistic", "value"],
    )
    published = load_published(RAW_DIR / "kik_quality" / "published.csv", kik)
    found = participation_marks(published, drawn, took_part(kik))
    assert tuple(found.columns) == COLUMNS
    # 82 of 98 is the printed 84 %; of the classes only counts are printed, in the text (line 90) and in table 2.
    assert found[["group", "low", "printed", "line"]].to_numpy().tolist() == [
        ["all", 84, "84%", 55],
        ["size:small", pytest.approx(100 * 16 / 23), "16", 90],
        ["size:medium", 88, "44", 90],
        ["size:large", 88, "22", 90],
    ]
    assert participation_marks(published, drawn.assign(wave=2020), took_part(kik)).empty


def small(**cell: object) -> pd.DataFrame:
    """Return a printed number of a made-up cell."""
    row = {
        "wave": 1, "item": "text", "group": "all", "variable": "v", "category": "c", "statistic": "percent",
        "value": 30.0, "value_high": None, "qualifier": "exact", "base": None, "line": 1, "printed": "30%",
    }  # fmt: skip
    return pd.DataFrame([{**row, **cell}]).astype({"value_high": "float64", "base": "float64"})


def ends(*printed: pd.DataFrame) -> list[Mark]:
    cell = pd.DataFrame([{"wave": 1, "variable": "v", "group": "all", "category": "c"}])
    found = printed_marks(pd.concat(printed, ignore_index=True), cell)
    return marks_of(found, "v", "all").get("c", [])


def test_parts_ranges_and_limits_are_marked_as_what_they_are() -> None:
    half = small(statistic="share", value=0.5, qualifier="approx", printed="halvdelen")
    assert ends(half) == [(50, 50)]
    span = small(value=62.0, value_high=65.0, qualifier="range", printed="62-65%")
    assert ends(span) == [(62, 65)]
    parts = small(statistic="share", value=0.25, value_high=0.333, qualifier="range", printed="hver tredje og fjerde")
    assert ends(parts) == [pytest.approx((25, 33.3))]
    under = small(value=20.0, qualifier="at_most", printed="under 20%")
    assert ends(under) == [(None, 20)]
    over = small(statistic="share", value=0.5, qualifier="at_least", printed="over halvdelen")
    assert ends(over) == [(50, None)]
    assert [mark.end for mark in (Mark(None, 20.0), Mark(50.0, None), Mark(1.0, 2.0))] == [20, 50, 2]


def test_a_rough_number_beside_a_percentage_that_it_agrees_with_has_no_mark() -> None:
    exact = small(value=59.0, printed="59%")
    about = small(value=60.0, qualifier="approx", printed="ca. 60 %")
    assert ends(about, exact) == [(59, 59)]
    assert ends(small(value=70.0, qualifier="approx", printed="ca. 70 %"), exact) == [(70, 70), (59, 59)]
    span = small(value=55.0, value_high=60.0, qualifier="range", printed="55-60%")
    assert ends(span, exact) == [(59, 59)]
    assert ends(small(statistic="share", value=0.6, qualifier="at_most", printed="under tre femtedele"), exact) == [
        (59, 59)
    ]
