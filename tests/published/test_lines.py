from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError, Problem
from analysis.published.lines import check_lines, read_lines, unclaimed
from tests.conftest import Write

FILE = "data/raw/study/published.csv"


def row(printed: str, value: float, statistic: str = "percent", line: int = 1, **others: Any) -> dict[str, Any]:
    cell = {"wave": 2024, "item": "text", "group": "all", "variable": "v", "category": "c", "value_high": float("nan")}
    qualifier = "range" if "value_high" in others else "exact"
    return {
        **cell,
        "printed": printed,
        "value": value,
        "statistic": statistic,
        "line": line,
        "qualifier": qualifier,
    } | others


def wrong(rows: list[dict[str, Any]], *lines: str) -> tuple[Problem, ...]:
    try:
        check_lines(pd.DataFrame(rows), lines, FILE)
    except InputError as error:
        return error.problems
    return ()


def test_lines_are_counted_as_editors_do(write: Write) -> None:
    assert read_lines(write("r.txt", "én\x0cto\u2028tre\n\nfire\n")) == ["én\x0cto\u2028tre", "", "fire", ""]


@pytest.mark.parametrize("content", [None, "halvdelen på".encode("cp1252")])
def test_a_text_that_cannot_be_read_is_named(tmp_path: Path, write: Write, no_run: Path, content: bytes | None) -> None:
    path = tmp_path / "r.txt" if content is None else write("r.txt", content)
    with pytest.raises(InputError) as caught:
        read_lines(path)
    (problem,) = caught.value.problems
    assert problem.file == "r.txt"
    assert problem.advice


def test_a_number_that_is_not_on_its_line_is_named_with_file_and_line() -> None:
    rows = [row("64 %", 64, line=2), row("41%", 41, line=3)]
    (problem,) = wrong(rows, "64 % af dem", "", "svarer 41% i alt")
    assert (problem.file, problem.row, problem.column, problem.value) == (FILE, 2, "printed", "64 %")
    assert str(problem) == (
        "data/raw/study/published.csv, row 2, column printed: line 2 of the report's text has no such number, or only "
        "within a longer one; value: '64 %'. Give the line it stands on, as it stands there."
    )


def test_a_line_that_the_text_does_not_have_is_no_other() -> None:
    (problem,) = wrong([row("64 %", 64, line=9)], "64 %")
    assert "line 9" in problem.message


def test_every_problem_is_listed_in_the_order_of_the_file() -> None:
    rows = [row("7%", 7, line=2), row("8%", 9), row("9%", 9), row("5%", 5, line=2)]
    assert [problem.row for problem in wrong(rows, "8% og 9%", "6%")] == [2, 3, 5]


@pytest.mark.parametrize(
    ("printed", "value", "statistic", "line"),
    [
        ("69", 69, "count", "i alt 692 svar"),
        ("69", 69, "count", "i alt 169 svar"),
        ("69", 69, "count", "69% svarer"),
        ("69", 69, "count", "69 % svarer"),
        ("69", 69, "count", "69 pct. svarer"),
        ("69", 69, "count", "69 procent svarer"),
        ("7", 7, "count", "7,4 dage"),
        ("7", 7, "count", "7.692 senge"),
        ("692", 692, "count", "7.692 senge"),
        ("4 dage", 4, "other", "7,4 dage"),
        ("to", 2, "count", "tolv kommuner"),
        ("to", 2, "count", "i alt otto"),
        ("145.00", 14500, "count", "knap 145.0004"),
        ("145.000", 145000, "count", "knap 145.000.000"),
        ("12", 12, "count", "kræft12"),
    ],
)
def test_a_part_of_a_longer_number_is_none(printed: str, value: float, statistic: str, line: str) -> None:
    (problem,) = wrong([row(printed, value, statistic)], line)
    assert "no such number" in problem.message


@pytest.mark.parametrize(
    ("printed", "value", "statistic", "line"),
    [
        ("knap 145.000", 145_000, "count", "til knap 145.0004."),
        ("14,1 pct.", 14.1, "percent", "var 14,1 pct.2. Fra"),
        ("150 pct.", 150, "percent", "vækst på 150 pct.26."),
        ("23 mia. kr.", 23e9, "amount", "området 23 mia. kr.45. Men"),
        ("dobbelt så ofte", 2, "other", "dobbelt så ofte30."),
        ("92%", 92, "percent", "92%1"),
    ],
)
def test_the_mark_of_a_footnote_may_be_glued_to_a_number_that_cannot_go_on(
    printed: str, value: float, statistic: str, line: str
) -> None:
    assert not wrong([row(printed, value, statistic)], line)


@pytest.mark.parametrize(
    ("printed", "value", "others"),
    [
        ("64 %", 64, {}),
        ("4,11%", 4.11, {}),
        ("5,8 pct.", 5.8, {}),
        ("0%", 0, {}),
        ("−3,5 %", -3.5, {}),
        ("44", 44, {}),
        ("ca. 65%", 65, {"qualifier": "approx"}),
        ("under 5-10%", 10, {"qualifier": "at_most"}),
        ("68 af 74 (92%)", 92, {}),
        ("68 af 74 (92%)", 74, {"statistic": "base"}),
        ("38/46", 46, {"statistic": "base"}),
        ("40-50%", 40, {"value_high": 50}),
        ("42–43 %", 42, {"value_high": 43}),
        ("mellem 7 og 10 %", 7, {"value_high": 10}),
        ("Mellem 20% og 30%", 20, {"value_high": 30}),
        ("Mellem hver tredje og fjerde", 0.25, {"value_high": 0.333, "statistic": "share"}),
        ("7.692", 7692, {"statistic": "count"}),
        ("286 546", 286_546, {"statistic": "population"}),
        ("knap 1,3 millioner", 1.3e6, {"statistic": "count"}),
        ("2,8 mio.", 2.8e6, {"statistic": "other"}),
        ("ca. 24 mia. kr.", 24e9, {"statistic": "amount"}),
        ("ca. 2 ¼ mia. kr.", 2.25e9, {"statistic": "amount"}),
        ("ca. 1½ mia. kr.", 1.5e9, {"statistic": "amount"}),
        ("1.333", 1_333_000, {"statistic": "amount"}),  # in a table whose head says "in 1,000 kr."
        ("halvdelen", 0.5, {"statistic": "share"}),
        ("en tredjedel", 0.333, {"statistic": "share"}),
        ("Omkring to tredjedele", 0.667, {"statistic": "share"}),
        ("tre fjerdedele", 0.75, {"statistic": "share"}),
        ("hver femte", 0.2, {"statistic": "share"}),
        ("cirka 1/3", 0.333, {"statistic": "share"}),
        ("cirka ¼", 0.25, {"statistic": "share"}),
        ("3 ud af 4", 0.75, {"statistic": "share"}),
        ("Én", 1, {"statistic": "count"}),
        ("syv", 7, {"statistic": "count"}),
        ("Ingen", 0, {"statistic": "count"}),
        ("treårig", 3, {"statistic": "other"}),
        ("tredoblet", 3, {"statistic": "other"}),
        ("halveret", 0.5, {"statistic": "other"}),
        ("halvtreds", 50, {"statistic": "count"}),
        ("hälften", 0.5, {"statistic": "share"}),
        ("en fjärdedel", 0.25, {"statistic": "share"}),
    ],
)
def test_a_value_is_what_is_printed_and_nothing_else(printed: str, value: float, others: dict[str, Any]) -> None:
    text = f"i alt {printed} af dem"
    assert not wrong([row(printed, value, **others)], text)
    for other in (value + 1, value * 10 + 1, value / 10 + 0.03):
        (problem,) = wrong([row(printed, other, **others)], text)
        assert "is not what is printed" in problem.message
        assert "line 1" in problem.advice


@pytest.mark.parametrize(
    ("printed", "value", "others"),
    [
        ("40-50%", 40, {}),
        ("40-50%", 50, {"qualifier": "approx"}),
        ("40-50%", 40, {"value_high": 60}),
        ("mellem 7 og 10 %", 10, {}),
        ("64 %", 64, {"statistic": "count"}),
        ("64 %", 0.64, {"statistic": "share"}),
        ("600 mio. kr.", 600, {"statistic": "amount"}),
        ("600", 600_000, {"statistic": "count"}),
        ("600 kr.", 600_000, {"statistic": "amount"}),
    ],
)
def test_a_value_that_is_not_the_printed_one(printed: str, value: float, others: dict[str, Any]) -> None:
    (problem,) = wrong([row(printed, value, **others)], f"i alt {printed} af")
    assert "is not what is printed" in problem.message


def test_a_range_read_wrong_is_told_with_both_ends() -> None:
    (problem,) = wrong([row("40-50%", 40, value_high=60)], "40-50%")
    assert problem.message == "the percent 40 to 60 is not what is printed"


@pytest.mark.parametrize(
    ("printed", "value", "others", "lines"),
    [
        ("86-", 86, {"value_high": 88}, ("sygeplejen (86-", "", " 88%). Omkring")),
        ("ca. halvde-", 0.5, {"statistic": "share"}, ("over 65 år ca. halvde-", "", "len af dem")),
        ("knap en", 0.333, {"statistic": "share"}, ("Det er knap en ", "tredjedel af dem")),
        ("3,1", 3.1e6, {"statistic": "other"}, ("indlæggelser, 3,1", "", "mio. sygedage")),
    ],
)
def test_a_number_may_go_on_in_the_next_line_of_text(
    printed: str, value: float, others: dict[str, Any], lines: tuple[str, ...]
) -> None:
    rows = [row(printed, value, **others)]
    assert not wrong(rows, *lines)
    assert unclaimed(pd.DataFrame(rows), lines, [r"\w*tredjedel", "halvde"]) == (
        {1: ["65"]} if "65" in lines[0] else {}
    )
    other = [row(printed, 7, **{**others, "value_high": 8} if "value_high" in others else others)]
    assert len(wrong(other, *lines)) == 1


def test_a_number_does_not_go_on_behind_other_words() -> None:
    rows = [row("86-", 86, value_high=88)]
    assert len(wrong(rows, "86- og mere", "88%")) == 1
    assert len(wrong(rows, "86-")) == 1


def test_a_whole_number_does_not_go_on() -> None:
    assert len(wrong([row("13%", 14)], "13%", "14%")) == 1
    assert not wrong([row("13%", 13)], "13%", "14%")


def test_one_number_may_be_claimed_for_several_cells() -> None:
    rows = [row("15%", 15, category=category) for category in ("a", "b", "c")]
    assert not wrong(rows, "omkring 15%")


def test_a_number_claimed_twice_for_one_cell_must_stand_twice() -> None:
    rows = [row("15%", 15), row("15%", 15)]
    assert not wrong(rows, "15% i år og 15% i fjor")
    (problem,) = wrong(rows, "omkring 15%")
    assert problem.row == 3
    assert "fewer times" in problem.message


def test_what_a_longer_number_takes_is_no_longer_free() -> None:
    rows = [row("40-50%", 40, value_high=50), row("50%", 50, category="other")]
    (problem,) = wrong(rows, "40-50% af dem")
    assert problem.value == "50%"
    assert not wrong(rows, "40-50% af dem, 50% af andre")


def test_numbers_that_no_row_claims() -> None:
    lines = ["I 2012 var 64 % af 98 og hver tredje", "", "64 % igen, to gange, en halvdel", "intet"]
    rows = pd.DataFrame([row("64 %", 64), row("98", 98, "base")])
    assert unclaimed(rows, lines) == {1: ["2012"], 3: ["64"]}
    assert unclaimed(rows, lines, ["hver tredje", "to", r"halv\w*"]) == {
        1: ["2012", "hver tredje"],
        3: ["64", "to", "halvdel"],
    }


def test_a_number_that_stands_twice_is_claimed_once_by_one_row() -> None:
    lines = ["hhv. 31 % og 31 %"]
    one = [row("31 %", 31)]
    assert unclaimed(pd.DataFrame(one), lines) == {1: ["31"]}
    assert unclaimed(pd.DataFrame([*one, row("31 %", 31, category="other")]), lines) == {}


def test_claimed_numbers_leave_a_gap() -> None:
    assert unclaimed(pd.DataFrame([row("knap 145.000", 145_000, "count")]), ["4 til knap 145.0004."]) == {1: ["4", "4"]}


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
    st.sampled_from(["%", " %", " pct."]),
)
def test_rows_and_what_they_leave_are_the_numbers_of_the_line(
    numbers: list[int], entered: list[bool], sign: str
) -> None:
    line = " og ".join(f"{number}{sign}" for number in numbers)
    rows = [row(f"{number}{sign}", number) for number, is_row in zip(numbers, entered, strict=False) if is_row]
    if not rows:
        return
    assert not wrong(rows, line)
    left = unclaimed(pd.DataFrame(rows), [line]).get(1, [])
    assert sorted([*left, *(f"{each['value']}" for each in rows)]) == sorted(str(number) for number in numbers)


def test_words_that_are_no_known_numerals_are_not_compared() -> None:
    assert not wrong([row("flertallet", 0.5, "share")], "svarer flertallet")
