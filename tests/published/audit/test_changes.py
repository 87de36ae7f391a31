"""Changes against the levels they lie between: signs, several levels, earlier years, points read as per cent."""

from typing import Any

import pytest

from analysis.published.audit.changes import changes
from analysis.published.audit.findings import Finding
from tests.published.audit.reports import codebook, report, row

Rows = list[dict[str, Any]]

RISE = [row("plan", "yes", 40, wave=2020), row("plan", "yes", 60)]
FALL = [row("plan", "yes", 60, wave=2020), row("plan", "yes", 40)]
COUNTS = [row("plan", "yes", value, statistic="count", wave=wave) for value, wave in ((40, 2020), (60, 2024))]


def change(value: float, printed: str, **others: Any) -> dict[str, Any]:
    return row("plan", "yes", value, printed, **{"group": "since:2020"} | others)


def found(*rows: dict[str, Any]) -> list[Finding]:
    return list(changes(report(*rows), codebook(), "en"))


def places(finding: Finding) -> list[int]:
    return [place.line for place in (finding.place, *finding.others)]


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (RISE, change(20, "20 procentpoint")),
        (RISE, change(20, "+20 procentpoint")),
        (RISE, change(20, "+ 20 procentpoint", statistic="other")),
        (RISE, change(50, "+50%")),
        (COUNTS, change(20, "+20", statistic="other")),
        (FALL, change(-20, "-20 procentpoint")),
        (FALL, change(-20, "\N{MINUS SIGN}20 procentpoint")),
        (FALL, change(20, "20 procentpoint")),  # a fall is often printed without its sign
        (FALL, change(33, "33%")),
        # Only percentages are printed: of how many it is a change, is not.
        (RISE, change(20, "+20", statistic="other")),
    ],
)
def test_a_change_in_the_direction_of_its_levels(levels: Rows, told: dict[str, Any]) -> None:
    assert not found(*levels, told)


@pytest.mark.parametrize(
    ("levels", "told", "allowed"),
    [
        # However they were rounded: 39.5 to 41 and 59.5 to 61, so that 59.5 - 41 to 61 - 39.5 points.
        (RISE, change(-20, "-20 procentpoint"), "18.5–21.5"),
        (RISE, change(-20, "\N{MINUS SIGN}20 procentpoint"), "18.5–21.5"),
        (RISE, change(-20, "- 20 procentpoint", statistic="other"), "18.5–21.5"),
        (FALL, change(20, "+20 procentpoint"), "−21.5–−18.5"),
        (FALL, change(33, "+33%"), "−35.2–−31.1"),  # 39.5 of 61 is 64.8, 41 of 59.5 is 68.9 %
        (COUNTS, change(-20, "-20", statistic="other"), "20.0"),
    ],
)
def test_a_change_with_the_wrong_sign(levels: Rows, told: dict[str, Any], allowed: str) -> None:
    (finding,) = found(*levels, told)
    assert (finding.kind, finding.severity, finding.certainty) == ("change", "error", "certain")
    assert places(finding) == [3, 1, 2]
    assert finding.recomputed == allowed


TWICE = [row("plan", "yes", 81, wave=2020), row("plan", "yes", 65), row("plan", "yes", 64)]


@pytest.mark.parametrize("told", ["15 procentpoint", "16 procentpoint", "17 procentpoint", "18 procentpoint", "20%"])
def test_a_change_that_one_of_several_pairs_of_levels_gives(told: str) -> None:
    # 81 to 65 is 14.5 to 17.5 points and 18.0 to 21.3 %, 81 to 64 is 15.5 to 18.5 points and 19.3 to 22.6 %.
    assert not found(*TWICE, change(float(told[:2]), told))


@pytest.mark.parametrize("told", ["13 procentpoint", "20 procentpoint", "27%"])
def test_a_change_that_no_pair_of_levels_gives(told: str) -> None:
    (finding,) = found(*TWICE, change(float(told[:2]), told))
    assert (finding.kind, finding.certainty) == ("change", "certain")


@pytest.mark.parametrize(
    ("printed", "line", "after", "allowed"),
    [(17, 3, "64%", "−22.6–−19.3"), (16, 2, "65%", "−21.3–−18.0")],  # 63.5/82, 65/80.5 and 64.5/82, 66/80.5
)
@pytest.mark.parametrize("turned", [False, True])
def test_points_read_as_per_cent_are_those_of_the_nearest_pair(
    printed: int, line: int, after: str, allowed: str, turned: bool
) -> None:
    levels = [{**level, "line": place} for place, level in enumerate(TWICE, start=1)]
    ordered = [levels[0], *levels[:0:-1]] if turned else levels
    (finding,) = found(*ordered, change(printed, f"{printed}%"))
    assert (finding.kind, finding.severity, finding.certainty) == ("percentage_points", "error", "likely")
    assert [place.line for place in finding.others] == [1, line]
    assert [place.printed for place in finding.others] == ["81%", after]
    assert finding.recomputed == allowed


@pytest.mark.parametrize(
    ("before", "told", "kinds"),
    [
        (row("plan", "yes", 40, group="year:2020"), change(20, "20 procentpoint"), []),
        (row("plan", "yes", 40, group="year:2020"), change(30, "30 procentpoint"), ["change"]),
        (row("plan", "yes", 40, group="year:2018"), change(30, "30 procentpoint"), []),
        (row("plan", "yes", 40, group="area:care", wave=2020), change(30, "30 procentpoint"), []),
    ],
)
def test_a_level_is_that_of_the_year_it_is_of(before: dict[str, Any], told: dict[str, Any], kinds: list[str]) -> None:
    assert [each.kind for each in found(before, row("plan", "yes", 60), told)] == kinds


def test_what_is_told_roughly_makes_no_error_of_a_change() -> None:
    levels = [RISE[0], RISE[1] | {"qualifier": "approx", "printed": "ca. 60%"}]
    assert not found(*levels, change(22, "22 procentpoint"))
    (finding,) = found(*levels, change(40, "40 procentpoint"))
    assert (finding.kind, finding.severity) == ("change", "ambiguity")
