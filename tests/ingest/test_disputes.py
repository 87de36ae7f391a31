"""What print disputes: read as written, refused where it cannot be so."""

from __future__ import annotations

import pytest

from analysis.errors import InputError
from analysis.ingest.disputes import COLUMNS, GIVEN_UP, no_disputes, read_disputes
from analysis.reconstruct.statements import RULES
from tests.conftest import Write

HEAD = ",".join(COLUMNS) + "\n"
ROW = "{dispute},{way},text,{line},plan,all,yes,30%,{what},{read_as},{followed}\n"


def row(
    dispute: str = "1", way: str = "1", line: str = "7", what: str = "number", read_as: str = GIVEN_UP,
    followed: str = "True",
) -> str:  # fmt: skip
    return ROW.format(dispute=dispute, way=way, line=line, what=what, read_as=read_as, followed=followed)


def test_places_and_ways_are_numbers_and_followed_is_yes_or_no(write: Write) -> None:
    found = read_disputes(write("d.csv", HEAD + row() + row(way="2", followed="False")))
    assert list(found.columns) == list(COLUMNS)
    assert list(found[["dispute", "way", "line"]].itertuples(index=False, name=None)) == [(1, 1, 7), (1, 2, 7)]
    assert list(found["followed"]) == [True, False]


def test_every_rule_by_which_a_wave_is_reconstructed_can_be_read(write: Write) -> None:
    rules = [rule for rule in RULES if rule != "half_up"]
    written = "".join(row(str(number), read_as=rule) for number, rule in enumerate(rules, start=1))
    assert list(read_disputes(write("d.csv", HEAD + written))["read_as"]) == rules


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (row(dispute="one"), "not a whole number"),
        (row(line="0.5"), "not a whole number"),
        (row(what="percent"), "none of number, base"),
        (row(read_as="half_up"), "none of sum_of_rounded, truncated, given_up"),
        (row(followed="yes"), "none of True, False"),
        (row(followed="False"), "of dispute 1, not just one way is followed"),
        (row() + row(way="2"), "of dispute 1, not just one way is followed"),
        (row() + row(line="8", followed="False"), "of dispute 1, not just one way is followed"),
    ],
)
def test_what_is_no_settlement_is_refused(write: Write, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_disputes(write("d.csv", HEAD + content))


def test_of_two_disputes_each_has_its_way(write: Write) -> None:
    content = row() + row(way="2", followed="False") + row("2", "1", followed="False") + row("2", "2")
    found = read_disputes(write("d.csv", HEAD + content))
    assert list(found.loc[found["followed"], ["dispute", "way"]].itertuples(index=False, name=None)) == [(1, 1), (2, 2)]


def test_a_wave_that_is_not_reconstructed_has_none() -> None:
    assert list(no_disputes().columns) == list(COLUMNS)
    assert no_disputes().empty
