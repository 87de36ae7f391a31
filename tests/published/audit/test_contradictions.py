"""Copies of each kind of error, planted in made-up reports of one survey."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.published.audit.reports import AREAS, PURPOSES, SIZES, codebook, found, row

Rows = list[dict[str, Any]]

ANSWERS = ("old", "new", "planned", "never", "dont_know")
PARTS = dict(zip(SIZES, ((6, 4, 3, 2, 1), (20, 6, 10, 6, 2), (4, 10, 13, 6, 3)), strict=True))
TOTAL = (30, 20, 26, 14, 6)  # of 96: 31, 21, 27, 15, 6 %


def table(counts: Sequence[int], answers: Sequence[str] = ANSWERS, variable: str = "plan", **others: Any) -> Rows:
    """Return percentages rounded half up, of a base that the counts add up to where none is given."""
    base = others.pop("of", sum(counts))
    told = {"base": base, "item": "table_1", **others}
    return [
        row(variable, answer, (200 * count + base) // (2 * base), **told)
        for answer, count in zip(answers, counts, strict=True)
    ]


def by_size(**others: Any) -> Rows:
    return [
        each
        for size, counts in PARTS.items()
        for each in table(counts, **{"item": "figure_1", "group": f"size:{size}", **others})
    ]


def changed(rows: Rows, position: int, value: float) -> Rows:
    return [
        {**each, "value": float(value), "printed": f"{value}%"} if place == position else each
        for place, each in enumerate(rows)
    ]


def swapped(rows: Rows, one: int, two: int) -> Rows:
    values = [each["value"] for each in rows]
    return changed(changed(rows, one, int(values[two])), two, int(values[one]))


def only(findings: pd.DataFrame) -> Mapping[str, str]:
    assert len(findings) == 1, findings[["severity", "kind", "message"]].to_string()
    return {str(key): str(value) for key, value in findings.iloc[0].items()}


def has(findings: pd.DataFrame, **wanted: str) -> None:
    told = only(findings)
    assert {key: told[key] for key in wanted} == wanted


def kinds(findings: pd.DataFrame) -> set[str]:
    return set(findings.loc[findings["severity"] == "error", "kind"])


def test_the_report_without_a_planted_error() -> None:
    assert found(*table(TOTAL), *by_size()).empty
    assert found(*table(TOTAL), *by_size(base=None)).empty


# A percentage by itself


@pytest.mark.parametrize(
    ("value", "printed", "base", "severity", "rules"),
    [
        (27, "27%", 9, "error", ""),  # 2 = 22.2, 3 = 33.3
        (31.5, "31,5%", 96, "error", ""),  # 30 = 31.25, 31 = 32.29
        (37, "37%", 96, "rounding", "cut off instead of rounded, rounded twice"),  # 36 = 37.50, 35 = 36.458: 36.5: 37
        (12, "12%", 8, "rounding", "rounded to even, cut off instead of rounded"),  # 12.5
        (150, "150%", 96, "error", ""),
    ],
)
def test_a_percentage_that_no_number_gives(value: float, printed: str, base: int, severity: str, rules: str) -> None:
    findings = found(row("plan", "old", value, printed, base=base))
    has(findings, kind="impossible_percentage", severity=severity, certainty="certain", printed=printed, other_line="")
    if rules:
        assert f"It fits if the number is {rules}." in only(findings)["message"]


def test_a_sum_of_rounded_parts() -> None:
    rows = [*table((1, 1, 5), ("old", "new", "never"), of=7), row("plan", "yes", 28, base=7)]  # 14 + 14; 2 of 7 = 28.57
    has(found(*rows), kind="impossible_percentage", severity="rounding", printed="28%")
    assert "the sum of rounded numbers" in only(found(*rows))["message"]


def test_what_no_base_gives() -> None:
    classes = [row("answered", "", 4, statistic="count", group=f"size:{size}") for size in SIZES]
    findings = found(*classes, row("plan", "old", 45, group="size:small"), row("plan", "old", 45))
    assert (findings["severity"] == "error").all()
    assert "however many" in findings["message"][0]


# Pairs of the same cell


def test_a_count_and_a_percentage() -> None:
    rows = [row("plan", "old", 30, "30 af 96", statistic="count", base=96), row("plan", "old", 36, base=96)]
    has(
        found(*rows), kind="count_percent", severity="error", certainty="certain", item="text", line="2",
        printed="36%", other_line="1", other_printed="30 af 96", recomputed="31.3%",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "severity"),
    [
        (row("plan", "old", 41, base=96), "error"),
        (row("plan", "old", 0.5, "over halvdelen", statistic="share", qualifier="at_least", base=96), "error"),
        (row("plan", "old", 20, "under 20%", qualifier="at_most", base=96), "error"),
        (row("plan", "old", 40, "40-45%", qualifier="range", value_high=45, base=96), "error"),
        (row("plan", "old", 0.5, "halvdelen", statistic="share", qualifier="approx", base=96), "ambiguity"),
        (row("plan", "old", 0.333, "hver tredje", statistic="share", qualifier="approx", base=96), None),
        (row("plan", "old", 30, "over 30%", qualifier="at_least", base=96), None),
        (row("plan", "old", 35, "under 35%", qualifier="at_most", base=96), None),
        (row("plan", "old", 30, "30-35%", qualifier="range", value_high=35, base=96), None),
    ],
)
def test_a_number_printed_with_another_value(told: dict[str, Any], severity: str | None) -> None:
    findings = found(*table(TOTAL), told)
    if severity is None:
        assert findings.empty
    else:
        has(
            findings, kind="two_values", severity=severity, item="text", line="6", printed=told["printed"],
            other_item="table_1", other_line="1", other_printed="31%", recomputed="31.3%",
        )  # fmt: skip


def test_what_is_told_roughly_does_not_make_an_error_less_certain() -> None:
    rough = row("plan", "old", 50, "ca. 50%", qualifier="approx", base=96)
    rows = [row("plan", "old", 90, base=96, item="table_1"), rough, *[row("plan", "old", 48, base=96)] * 2]
    has(found(*rows), kind="two_values", severity="error", printed="90%", other_printed="48%")


# Distributions


@pytest.mark.parametrize("base", [96, None])
@pytest.mark.parametrize("value", [22, 41])
def test_percentages_that_do_not_add_up(base: int | None, value: int) -> None:
    findings = found(*changed(table(TOTAL, base=base), 0, value))
    assert kinds(findings) == {"distribution"}
    assert len(findings) == 1
    assert f"{value}%" in only(findings)["other_printed"]


def test_percentages_of_a_large_base_that_do_not_add_up() -> None:
    findings = found(*changed(table([5 * count for count in TOTAL]), 2, 30))
    assert kinds(findings) == {"distribution"}


@pytest.mark.parametrize("counts", [(29, 20, 26, 14, 6), (31, 20, 26, 14, 6)])
def test_counts_that_do_not_add_up_to_the_base_of_the_header(counts: Iterable[int]) -> None:
    header = row("plan", "", 96, statistic="base", item="table_1")
    cells = [
        row("plan", answer, count, statistic="count", item="table_1")
        for answer, count in zip(ANSWERS, counts, strict=True)
    ]
    findings = found(header, *cells)
    assert kinds(findings) == {"distribution"}
    assert only(findings)["recomputed"] in ("5", "7")


def test_a_distribution_without_dont_knows() -> None:
    said: dict[str, Any] = {"answers": ANSWERS[:4], "variable": "known", "item": "table_4"}
    told = row("known", "dont_know", 6)
    assert found(*table(TOTAL[:4], **said), told).empty
    assert kinds(found(*changed(table(TOTAL[:4], **said), 0, 24), told)) == {"distribution"}


def test_of_all_who_were_asked_some_may_have_left_it_blank() -> None:
    asked: dict[str, Any] = {"variable": "asked", "item": "table_3", "of": 98}
    assert found(*table(TOTAL, **asked)).empty
    assert kinds(found(*changed(table(TOTAL, **asked), 0, 41))) == {"distribution"}


def test_amounts_with_parts_and_shares() -> None:
    amounts = {
        "": (24e9, "24 mia."),
        "wages": (12.4e9, "12,4 mia."),
        "rent": (5e9, "5 mia."),
        "rest": (6.6e9, "6,6 mia."),
    }
    rows = [
        row("cost", part, value, told, statistic="amount", item="table_1") for part, (value, told) in amounts.items()
    ]
    assert found(*rows, row("cost", "wages", 52)).empty
    assert kinds(found(*rows, row("cost", "wages", 62))) == {"distribution"}
    rows[3] |= {"value": 9.6e9, "printed": "9,6 mia."}
    has(found(*rows), kind="distribution", severity="error", line="4", other_line="1;2;3")


# Groups


def several(total: float, item: str = "text", **others: Any) -> Rows:
    """Return one answer of a question with several, by size: 8 of 16, 30 of 44, 20 of 36; 58 of 96 = 60.4 %."""
    parts = zip(SIZES, (50, 68, 56), (16, 44, 36), strict=True)
    rows = [
        row("reasons", "money", value, **{"base": base, "group": f"size:{size}", **others})
        for size, value, base in parts
    ]
    return [*rows, row("reasons", "money", total, base=96, item=item)]


CLASSES = [
    row("answered", "", n, statistic="count", group=f"size:{s}") for s, n in zip(SIZES, (16, 44, 36), strict=True)
]


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (several(60), None),
        (several(65), "by_group"),
        (several(90), "outside_range"),
        (several(40), "outside_range"),
        (several(60, base=None), None),
        (several(65, base=None), None),  # with enough of the medium it could be
        ([*CLASSES, *several(60, base=None)], None),
        ([*CLASSES, *several(65, base=None)], "by_group"),
        (several(90, base=None), "outside_range"),
        ([{**each, "base": None} for each in several(90)], "outside_range"),
    ],
)
def test_a_total_of_size_classes(rows: Rows, kind: str | None) -> None:
    findings = found(*rows)
    if kind is None:
        assert findings.empty
    else:
        has(findings, kind=kind, severity="error", certainty="certain", printed=rows[-1]["printed"])
        assert set(only(findings)["other_printed"].split(";")) <= {"50%", "68%", "56%"}


def test_a_total_that_one_part_excludes_is_not_outside_the_range_of_all() -> None:
    rows = changed(several(90), 1, 95)
    has(found(*rows), kind="by_group", severity="error")


def test_purposes_and_their_average() -> None:
    bases = zip(PURPOSES, (404, 405, 403), (50, 60, 70), strict=True)
    each = [row("use", "yes", value, base=base, group=f"purpose:{purpose}") for purpose, base, value in bases]
    headers = [row("use", "", one["base"], statistic="base", group=one["group"], item="table_1") for one in each]
    for average, kind in ((60, None), (66, "by_group"), (75, "outside_range")):
        findings = found(*headers, *each, row("use", "yes", average))
        assert kinds(findings) == ({kind} if kind else set())


def test_an_average_over_purposes_has_their_bases_together() -> None:
    headers = [row("use", "", 5, statistic="base", group=f"purpose:{purpose}") for purpose in PURPOSES]
    assert found(*headers, row("use", "yes", 53)).empty  # 8 of 15, no share of 5
    has(found(*headers, row("use", "yes", 50)), kind="impossible_percentage", severity="error")


def test_classes_of_those_asked_once_per_purpose_hold_more_answers_than_municipalities() -> None:
    rows = [row("use", "old", 50, base=288), *[row("use", "old", 50, group=f"size:{size}") for size in SIZES]]
    assert found(*CLASSES, *rows).empty


def test_all_municipalities_together_are_the_whole() -> None:
    book = codebook("population: 98", "population: 3")
    each = [row("answered", "", n, statistic="count", group=f"municipality:{n}") for n in (2, 3, 4)]
    assert found(*each, row("answered", "", 9, statistic="count"), book=book).empty
    has(found(*each, row("answered", "", 10, statistic="count"), book=book), kind="by_group", recomputed="9")
    assert found(*each[:2], row("answered", "", 10, statistic="count"), book=book).empty


# Swapped


@pytest.mark.parametrize(
    ("one", "two", "known"),
    [
        (5, 7, True),  # two answers of a class's column
        (10, 11, True),
        (5, 10, True),  # two classes of an answer's row
        (0, 10, True),
        (15, 18, True),  # two answers of the total's column
        # Without bases other pairs may explain as much.
        (5, 10, False),
        (0, 10, False),
        (15, 18, False),
    ],
)
def test_numbers_that_have_changed_places(one: int, two: int, known: bool) -> None:
    classes = by_size() if known else by_size(base=None)
    findings = found(*swapped([*classes, *table(TOTAL, item="figure_1")], one, two))
    has(findings, kind="swapped_rows", severity="error", certainty="likely")
    told = only(findings)
    assert {told["line"], told["other_line"].split(";")[0]} == {str(one + 1), str(two + 1)}
    assert told["recomputed"] == told["other_printed"].split(";")[0]


def test_numbers_of_a_table_that_have_changed_places_against_the_text() -> None:
    text = [row("plan", "old", 31, base=96), row("plan", "planned", 27, base=96)]
    has(found(*swapped(table(TOTAL), 0, 2), *text), kind="swapped_rows", printed="27%")


def test_counts_and_percentages_that_have_changed_places_together() -> None:
    def both(counts: Sequence[int], **others: Any) -> Rows:
        told: dict[str, Any] = {"base": sum(counts), "item": "table_1"} | others
        cells = [row("plan", a, n, statistic="count", **told) for a, n in zip(ANSWERS, counts, strict=True)]
        return [*cells, *table(counts, **told)]

    findings = found(*both((26, 20, 30, 14, 6)), *by_size())
    assert kinds(findings) == {"swapped_rows"}
    assert len(findings) == 1


# Another base


def test_percentages_that_are_possible_on_another_printed_base() -> None:
    rows = [{**each, "base": 40} for each in table(TOTAL)]
    findings = found(row("answered", "", 96, statistic="base"), *rows)
    assert kinds(findings) == {"other_base"}
    assert findings["recomputed"].to_list() == ["96"] * len(findings)


def test_a_count_and_a_percentage_that_agree_on_another_printed_base() -> None:
    rows = [row("plan", "old", 40, statistic="count", base=96), row("plan", "old", 38, base=96)]
    assert kinds(found(row("answered", "", 105, statistic="base"), *rows)) == {"other_base"}  # 40 of 105 = 38.1


def test_tables_of_one_question_with_two_bases() -> None:
    counts = [
        [row("plan", a, n, statistic="count", base=base, item=item) for a, n in zip(ANSWERS, TOTAL, strict=True)]
        for base, item in ((100, "table_1"), (96, "figure_1"))
    ]
    findings = found(row("answered", "", 96, statistic="base"), *counts[0], *counts[1])
    assert kinds(findings) <= {"other_base", "distribution"}
    assert set(findings["item"]) == {"table_1"}


# Weights


@pytest.mark.parametrize(
    ("shares", "wrong"), [((55, 45), False), ((53, 47), False), ((55, 55), True), ((40, 45), True)]
)
def test_answers_that_weigh_a_half(shares: tuple[int, int], wrong: bool) -> None:
    header = row("chief", "", 10, statistic="base", item="figure_1")
    cells = [row("chief", a, n, base=10, item="figure_1") for a, n in zip(("yes", "no"), shares, strict=True)]
    assert kinds(found(header, *cells)) == ({"distribution"} if wrong else set())


@pytest.mark.parametrize(
    ("value", "base", "severity"),
    [
        # Of a total weight 2, 2.5, 3, 3.5, 4: 1.5 of 3.5 is 42.9 %, 2 of 4 is 50 %; 2 of 3.5 is 57.1 %, 1.5 of 3 50 %.
        (47, 4, "error"),
        (50, 4, None),
        (43, 4, None),
        # 1.5 of 4 is 37.5 %; 2 of 5 is 40 %, 1 of 3 is 33.3 %.
        (38, 5, None),
        (37, 5, "rounding"),
        (39, 5, "error"),
    ],
)
def test_a_percentage_of_answers_that_weigh_a_half(value: int, base: int, severity: str | None) -> None:
    findings = found(row("chief", "yes", value, base=base))
    if severity is None:
        assert findings.empty
    else:
        has(findings, kind="impossible_percentage", severity=severity, certainty="certain", printed=f"{value}%")


# Kinds of base

SUBSTANTIVE = codebook(
    "  figure_1: {",
    "  figure_2: {<<: *table, kind: figure, title: {da: Kun svar, en: Answers only}, base: substantive}\n  figure_1: {",
)


def of_two_kinds(stated: int | None = None, figure: float = 25, told: float = 25, of: int | None = None) -> Rows:
    """Return 18, 27, 9, 18 and 18 of 90 in a table; without the don't knows, of 72, in a figure and in the text."""
    header = row("plan", "", 90, statistic="base", item="table_1")
    rows = [header, *table((18, 27, 9, 18, 18))]
    rows += [row("plan", "", stated, statistic="base", item="figure_2")] if stated else []
    for answer, value in zip(ANSWERS[:4], (figure, 38, 13, 25), strict=True):
        rows.append(row("plan", answer, value, item="figure_2", base=stated))
    return [*rows, row("plan", "old", told, base=of)]


@pytest.mark.parametrize(
    "rows",
    [
        of_two_kinds(),
        of_two_kinds(stated=72),
        of_two_kinds(told=20),
        of_two_kinds(stated=72, told=20, of=90),
        of_two_kinds(stated=72, told=25, of=72),
    ],
)
def test_tables_of_one_question_with_different_kinds_of_base_do_not_contradict_each_other(rows: Rows) -> None:
    assert found(*rows, book=SUBSTANTIVE).empty


@pytest.mark.parametrize(
    ("rows", "item", "printed", "recomputed"),
    [
        (of_two_kinds(stated=72, figure=35), "figure_2", "35%", "25.0%"),  # 25 of 72 are 34.7 %; 18 in the table
        (of_two_kinds(stated=72, told=30, of=90), "text", "30%", "20.0%"),
        (of_two_kinds(stated=72, told=35, of=72), "text", "35%", "25.0%"),
    ],
)
def test_a_wrong_number_of_a_known_kind_of_base(rows: Rows, item: str, printed: str, recomputed: str) -> None:
    findings = found(*rows, book=SUBSTANTIVE)
    has(findings, severity="error", certainty="certain", item=item, printed=printed, recomputed=recomputed)


# Earlier years

OF_2020 = row("plan", "old", 40, wave=2020, item="table_1")


@pytest.mark.parametrize("statistic", ["percent", "count"])
def test_an_earlier_wave_that_is_quoted_with_another_value(statistic: str) -> None:
    quoted = row("plan", "old", 50, group="year:2020", statistic=statistic)
    has(
        found(OF_2020 | {"statistic": statistic, "printed": "40"}, quoted), kind="two_values", severity="error",
        certainty="certain", item="text", line="2", printed=quoted["printed"], other_item="table_1", other_line="1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "quoted",
    [
        row("plan", "old", 40, group="year:2020"),
        row("plan", "old", 50, group="year:2018"),
        row("plan", "old", 50),
        row("plan", "old", 50, group="size:small;year:2020"),
    ],
)
def test_an_earlier_wave_that_is_quoted_as_it_is_or_another_one(quoted: dict[str, Any]) -> None:
    assert found(OF_2020, quoted).empty


# What it should be


@pytest.mark.parametrize(
    ("rows", "line", "recomputed"),
    [
        # The counts next to an impossible percentage.
        ([row("plan", "old", 27, base=9)], "1", "2 = 22.22% or 3 = 33.33%"),
        ([row("plan", "old", 31.5, "31,5%", base=96)], "1", "30 = 31.25% or 31 = 32.29%"),
        ([row("plan", "old", 0.4, "0,4%", base=96)], "1", "0 = 0.00% or 1 = 1.04%"),
        ([row("plan", "old", 150, base=96)], "1", "96 = 100.00%"),
        # 100 less the others: 60, and 22 + 21 + 27 + 15.
        ([row("agreed", "yes", 60, item="table_1"), row("agreed", "no", 50, item="table_1")], "2", "40.0%"),
        (changed(table(TOTAL, base=None), 0, 22), "5", "15.0%"),
        # 31 + 21 for one that counts both.
        ([*table(TOTAL, base=None)[:2], row("plan", "yes", 60)], "3", "52.0%"),
        ([*table(TOTAL)[:2], row("plan", "yes", 60, base=96)], "3", "52.1%"),  # 30 + 20 of 96
    ],
)
def test_what_a_contradicted_number_should_be(rows: Rows, line: str, recomputed: str) -> None:
    has(found(*rows), severity="error", line=line, recomputed=recomputed)


def test_what_the_others_leave_open_is_not_told() -> None:
    # 50 and "over 30" make 80 or more.
    rows = [row("plan", "old", 50), row("plan", "new", 30, "over 30%", qualifier="at_least"), row("plan", "yes", 60)]
    has(found(*rows), kind="distribution", recomputed="")


# Rounded otherwise throughout

CELLS = dict(
    zip(
        [(area, size) for area in AREAS for size in SIZES],
        ((2, 9, 1, 4, 1), (7, 7, 7, 5, 0), (6, 1, 8, 9, 3), (3, 0, 6, 4, 7), (5, 5, 2, 8, 1), (4, 9, 3, 3, 6)),
        strict=True,
    )
)


def cut_off(shown: bool) -> Rows:
    """Return 60 percentages cut off instead of rounded: five answers, by area and by size, with all totals."""
    rows = []
    for area in ("", *AREAS):
        for size in ("", *SIZES):
            parts = [counts for (a, s), counts in CELLS.items() if a in (area or a) and s in (size or s)]
            counts = [sum(answers) for answers in zip(*parts, strict=True)]
            group = ";".join(f"{key}:{value}" for key, value in (("area", area), ("size", size)) if value) or "all"
            told: dict[str, Any] = {"group": group, "item": "figure_1", "base": sum(counts) if shown else None}
            rows += [
                row("plan", answer, 100 * count // sum(counts), **told)
                for answer, count in zip(ANSWERS, counts, strict=True)
            ]
    return rows


@pytest.mark.parametrize("shown", [True, False])
def test_a_report_that_was_cut_off_is_a_question_of_rounding_and_takes_seconds(shown: bool) -> None:
    rows = cut_off(shown)
    assert len(rows) == 60
    begun = time.process_time()
    findings = found(*rows)
    assert time.process_time() - begun < 5
    assert set(findings["severity"]) == {"rounding"}
    assert findings["message"].str.contains("cut off instead of rounded").all()


# Several at once, and at random


def test_two_errors_in_one_table() -> None:
    rows = changed(changed([*table(TOTAL), *by_size()], 2, 39), 11, 37)
    findings = found(*rows)
    assert (findings["severity"] == "error").all()
    assert len(findings) == 2
    lines = set(findings["line"]) | {line for told in findings["other_line"] for line in told.split(";")}
    assert {"3", "12"} <= lines


@settings(max_examples=40)
@given(
    counts=st.lists(st.lists(st.integers(0, 20), min_size=5, max_size=5), min_size=3, max_size=3),
    position=st.integers(0, 14),
    value=st.integers(0, 100),
)
def test_one_number_changed_by_more_than_rounding_can_explain(
    counts: list[list[int]], position: int, value: int
) -> None:
    """Every cell of a table by size is held by its column and by its row."""
    assume(all(sum(column) for column in counts))
    rows = [
        each
        for size, column in zip(SIZES, counts, strict=True)
        for each in table(column, group=f"size:{size}", item="figure_1")
    ]
    rows += table([sum(row_) for row_ in zip(*counts, strict=True)])
    # Five rounded numbers of a column can be off by two and a half together, and truncated ones by five.
    assume(abs(rows[position]["value"] - value) > 6)
    findings = found(*changed(rows, position, value))
    errors = findings[findings["severity"] == "error"]
    assert len(errors) >= 1
    involved = {line for _, each in errors.iterrows() for line in (each["line"], *each["other_line"].split(";"))}
    assert str(position + 1) in involved


def test_the_nearest_of_halves_are_over_all_that_they_can_weigh_together() -> None:
    (finding,) = found(row("chief", "yes", 47, base=4)).itertuples()  # of 2, 2.5, 3, 3.5 or 4
    assert finding.recomputed == "1.5 = 42.86% or 1 = 50.00%"  # 1.5 of 3.5, and 1 of 2


def test_counts_that_make_the_header_no_base_fit_no_other() -> None:
    counts = [row("plan", a, n, statistic="count", base=40) for a, n in zip(ANSWERS, (1, 1, 30, 40, 28), strict=True)]
    percents = [row("plan", "old", 1, base=40), row("plan", "new", 1, base=40)]
    findings = found(row("answered", "", 105, statistic="base"), *counts, *percents)
    assert "105" not in set(findings["recomputed"])
