"""Every different number printed of a drawn cell has its mark, at the percentage that print gives or implies."""

from __future__ import annotations

import pytest

from analysis.published.marks import COLUMNS, printed_marks
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
