"""Groups: of whom a number is, as it is written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook.groups import ALL, Dimension, is_case, is_free_value, join_group, parse_group

KEYS = st.text("abc_", min_size=1, max_size=5)
VALUES = st.text("abæ 019-().", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (ALL, {}),
        ("size:small", {"size": "small"}),
        ("area:dental;purpose:steering", {"area": "dental", "purpose": "steering"}),
        ("municipality:Malung-Sälen", {"municipality": "Malung-Sälen"}),
        ("year:2012;since:2007", {"year": "2012", "since": "2007"}),
    ],
)
def test_a_group(written: str, parts: dict[str, str]) -> None:
    assert parse_group(written) == parts
    assert join_group(parts) == written


@given(st.dictionaries(KEYS, VALUES))
def test_a_group_is_read_as_it_was_written(parts: dict[str, str]) -> None:
    assert parse_group(join_group(parts)) == parts


@pytest.mark.parametrize(
    "written",
    ["", "All", "size", "size:", ":small", "size:small;", ";size:small", "size:small;size:large", "Size:small",
     "size:small:large", "size:small;all", "all;size:small", "area2:dental"],
)  # fmt: skip
def test_what_is_no_group(written: str) -> None:
    with pytest.raises(ValueError, match="not a group: write all, or key:value joined by ;, each key once"):
        parse_group(written)


@pytest.mark.parametrize(
    ("key", "value", "suits"),
    [
        ("year", "2020", True),
        ("since", "2020", True),
        ("year", "20", False),
        ("since", "2020-1", False),
        ("year", "before", False),
        ("municipality", "Falun", True),
        ("region", "20", True),
    ],
)
def test_years_are_four_digits(key: str, value: str, suits: bool) -> None:
    assert is_free_value(key, value) == suits


def test_a_case_is_an_area() -> None:
    assert is_case({"area": "case", "municipality": "Falun"})
    assert not is_case({"area": "dental"})
    assert not is_case({"region": "case"})


def test_a_dimension_is_no_partition_unless_it_says_so() -> None:
    written = {"da": "Rolle", "en": "Role", "values": {"leader": {"da": "Leder", "en": "Leader"}}}
    assert not Dimension.model_validate(written).partition
    assert Dimension.model_validate(written | {"partition": True}).partition


@pytest.mark.parametrize("values", [{}, {"1st": {"da": "a", "en": "b"}}, {"leader": {"da": "Leder"}}])
def test_what_is_no_dimension(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="values"):
        Dimension.model_validate({"da": "Rolle", "en": "Role", "values": values})
