"""Changes, classes, bases and quantities with two values, planted in made-up reports."""

from typing import Any

import pandas as pd
import pytest

from analysis.codebook import Codebook
from tests.published.audit.reports import SIZES, codebook, found, row

Rows = list[dict[str, Any]]


def has(findings: pd.DataFrame, **wanted: str) -> None:
    assert len(findings) == 1, findings[["severity", "kind", "message"]].to_string()
    told = findings.iloc[0].to_dict()
    assert {key: told[key] for key in wanted} == wanted


# Changes

WAVES = [row("plan", "yes", 62, base=98, wave=2020), row("plan", "yes", 77, base=96)]
SERIES = [row("rate", "", 40, group="year:2008"), row("rate", "", 50, group="year:2012")]
FALLS = [
    row("cost", "", 50e6, "50 mio.", statistic="amount", group="year:2008"),
    row("cost", "", 40e6, "40 mio.", statistic="amount", group="year:2012"),
]
COUNTS = [
    row("plan", "yes", 61, statistic="count", base=98, wave=2020),
    row("plan", "yes", 74, statistic="count", base=96),
]


def change(value: float, printed: str, of: str = "plan", **others: Any) -> dict[str, Any]:
    group = "since:2020" if of == "plan" else "year:2012;since:2008"
    return row(of, "yes" if of == "plan" else "", value, printed, **{"group": group} | others)


@pytest.mark.parametrize(
    ("levels", "told", "kind", "certainty"),
    [
        (WAVES, change(24, "24%"), None, ""),
        (WAVES, change(15, "15 procentpoint"), None, ""),
        (WAVES, change(15, "15%-point", statistic="other"), None, ""),
        (WAVES, change(15, "15%"), "percentage_points", "likely"),
        (WAVES, change(19, "19%"), "change", "certain"),
        (WAVES, change(19, "19 procentpoint"), "change", "certain"),
        (WAVES, change(19, "19 procentpoint", statistic="other"), "change", "certain"),
        (SERIES, change(25, "25%", "rate"), None, ""),
        (SERIES, change(10, "10%", "rate"), "percentage_points", "likely"),
        (SERIES, change(0.25, "en fjerdedel", "rate", statistic="share", qualifier="approx"), None, ""),
        (FALLS, change(20, "20%", "cost"), None, ""),
        (FALLS, change(-20, "-20%", "cost"), None, ""),
        (FALLS, change(20, "over 15%", "cost", qualifier="at_least"), None, ""),
        (FALLS, change(35, "35%", "cost"), "change", "certain"),
        (COUNTS, change(13, "13", statistic="other"), None, ""),
        (COUNTS, change(18, "18", statistic="other"), "change", "certain"),
    ],
)
def test_a_change_and_its_two_levels(levels: Rows, told: dict[str, Any], kind: str | None, certainty: str) -> None:
    findings = found(*levels, told)
    if kind is None:
        assert findings.empty, findings["message"].tolist()
    else:
        first, second = (level["printed"] for level in levels)
        has(
            findings, kind=kind, severity="error", certainty=certainty, line="3", printed=told["printed"],
            other_line="1;2", other_printed=f"{first};{second}",
        )  # fmt: skip


def test_what_two_percentages_give() -> None:
    # 61.5 to 76.5 is 24.4 %; from 62.5 to 76.5 22.4, from 61.5 to 77.5 26.0
    low, high = (float(end) for end in found(*WAVES, change(15, "15%"))["recomputed"][0].split("–"))
    assert low <= 22.4
    assert high >= 26.0


def test_a_change_of_levels_that_are_told_roughly() -> None:
    levels = [WAVES[0] | {"qualifier": "approx"}, WAVES[1]]
    has(found(*levels, change(40, "40%")), kind="change", severity="ambiguity")


def test_a_change_without_its_levels_says_nothing() -> None:
    assert found(WAVES[1], change(15, "15%")).empty


# Classes


def limits(
    small: float, medium: tuple[float, float], large: float, words: str = "{} og derover", item: str = "text"
) -> Rows:
    told = {"statistic": "other", "item": item}
    return [
        row("people", "", small, f"under {small:.0f}", group="size:small", qualifier="at_most", **told),
        row("people", "", medium[0], f"{medium[0]:.0f}-{medium[1]:.0f}", group="size:medium", qualifier="range",
            value_high=medium[1], **told),
        row("people", "", large, words.format(f"{large:.0f}"), group="size:large", qualifier="at_least", **told),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "kind", "severity", "between"),
    [
        (limits(30_000, (30_000, 59_999), 60_000), None, "", ""),
        (limits(30_000, (30_000, 59_999), 60_000) * 2, None, "", ""),
        (limits(30_000, (30_000, 60_000), 60_000, "over {}"), None, "", ""),
        (limits(30_000, (35_000, 59_999), 60_000), "class_gap", "error", "30,000–34,999"),
        (limits(30_000, (30_000, 59_999), 70_000), "class_gap", "error", "60,000–69,999"),
        (limits(30_000, (25_000, 59_999), 60_000), "class_overlap", "error", "25,000–29,999"),
        (limits(30_000, (30_000, 65_000), 60_000), "class_overlap", "error", "60,000–65,000"),
        (limits(30_000, (30_000, 59_999), 60_000, "over {}"), "class_gap", "ambiguity", "60,000"),
        (limits(30_000, (30_000, 60_000), 60_000), "class_overlap", "ambiguity", "60,000"),
    ],
)
def test_classes_with_gaps_and_overlaps(rows: Rows, kind: str | None, severity: str, between: str) -> None:
    findings = found(*rows)
    if kind is None:
        assert findings.empty, findings["message"].tolist()
    else:
        has(findings, kind=kind, severity=severity, certainty="certain", recomputed=between)


# Bases


@pytest.mark.parametrize(
    ("total", "severity", "recomputed"), [(96, None, ""), (90, "error", "96"), (98, "ambiguity", "96")]
)
def test_the_bases_of_classes_and_of_all(total: int, severity: str | None, recomputed: str) -> None:
    told = {"statistic": "base", "item": "table_1"}
    parts = [row("plan", "", n, group=f"size:{size}", **told) for size, n in zip(SIZES, (16, 44, 36), strict=True)]
    findings = found(row("plan", "", total, **told), *parts)
    if severity is None:
        assert findings.empty
    else:
        has(
            findings, kind="bases", severity=severity, line="1", printed=str(total), other_line="2;3;4",
            other_printed="16;44;36", recomputed=recomputed,
        )  # fmt: skip


def test_a_figure_with_two_bases() -> None:
    rows = [row("plan", "", base, statistic="base", item="figure_1") for base in (393, 392, 393)]
    has(found(*rows), kind="bases", severity="ambiguity", printed="392", other_printed="393")
    assert found(*[each | {"item": item} for each, item in zip(rows, ("table_1", "figure_1"), strict=False)]).empty


HEADER = row("plan", "", 74, statistic="base", item="figure_1")


def test_a_row_that_is_of_another_base_than_its_figure() -> None:
    findings = found(HEADER, row("plan", "old", 50, base=84, item="figure_1"))
    has(
        findings, kind="other_base", severity="error", certainty="certain", item="figure_1", line="2", printed="50%",
        other_item="figure_1", other_line="1", other_printed="74", recomputed="84",
    )  # fmt: skip


def test_rows_of_one_other_base_are_told_once() -> None:
    cells = [row("plan", answer, 25, base=84, item="figure_1") for answer in ("old", "new", "planned", "never")]
    has(found(HEADER, *cells), kind="other_base", line="2")


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, row("plan", "old", 50, base=74, item="figure_1")],
        [HEADER, row("plan", "old", 50, item="figure_1")],
        [HEADER, row("plan", "old", 50, base=84, item="table_1")],
        [HEADER, row("plan", "old", 50, base=84, item="figure_1", group="area:care")],
        [HEADER, row("plan", "old", 50, base=84, item="figure_1", wave=2020)],
        [HEADER | {"item": "text"}, row("plan", "old", 50, base=84)],  # running text has no header
    ],
)
def test_a_row_that_is_of_the_base_of_its_figure_or_of_something_else(rows: Rows) -> None:
    assert found(*rows).empty


# Routing

YES = row("agreed", "yes", 30, "30 af 96", statistic="count", base=96)
NO = row("agreed", "no", 20, "20 af 96", statistic="count", base=96)


def asked_of(universe: str, others: str = "") -> Codebook:
    return codebook("known: {<<: *single}", f'known: {{<<: *single, universe: "{universe}"{others}}}')


def base_of_known(base: int, **others: Any) -> dict[str, Any]:
    return row("known", "", base, statistic="base", item="table_4", **others)


def test_more_answers_than_were_led_to_the_question() -> None:
    has(
        found(YES, base_of_known(55), book=asked_of("agreed in [yes]")), kind="bases", severity="error",
        certainty="certain", item="table_4", line="2", printed="55", other_item="text", other_line="1",
        other_printed="30 af 96", recomputed="30",
    )  # fmt: skip


def test_more_answers_than_were_led_to_the_question_by_two_answers() -> None:
    book = asked_of("agreed in [yes, no]")
    assert found(YES, NO, base_of_known(50), book=book).empty
    has(found(YES, NO, base_of_known(55), book=book), kind="bases", other_line="1;2", recomputed="50")
    assert found(YES, base_of_known(55), book=book).empty  # how many said no is not printed


@pytest.mark.parametrize(
    ("rows", "others"),
    [
        ([YES, base_of_known(30)], ""),
        ([YES, base_of_known(28)], ""),  # some left it blank
        ([YES, base_of_known(55)], ", share_of: all"),
        ([YES, base_of_known(55, wave=2020)], ""),
        ([YES | {"group": "size:small"}, base_of_known(55)], ""),
        ([YES | {"qualifier": "at_least", "printed": "over 30"}, base_of_known(55)], ""),
        ([base_of_known(55)], ""),
    ],
)
def test_no_more_answers_than_may_have_been_led_to_the_question(rows: Rows, others: str) -> None:
    assert found(*rows, book=asked_of("agreed in [yes]", others)).empty


# Quantities that do not add up


@pytest.mark.parametrize(
    ("second", "severity"),
    [
        (row("rate", "", 4.2, "4,2", statistic="other"), None),
        (row("rate", "", 4, "4", statistic="other"), None),
        (row("rate", "", 4.3, "4,3", statistic="other"), "rounding"),
        (row("rate", "", 5.2, "5,2", statistic="other"), "error"),
        (row("rate", "", 5, "ca. 5", statistic="other", qualifier="approx"), "ambiguity"),
        (row("rate", "", 4, "over 4", statistic="other", qualifier="at_least"), None),
        (row("rate", "", 5.2, "5,2", statistic="other", wave=2020), None),
        (row("rate", "", 5.2, "5,2", statistic="other", group="year:2020"), None),
        (row("rate", "", 5.2, "5,2", statistic="other", group="area:case"), None),
    ],
)
def test_a_rate_with_two_values(second: dict[str, Any], severity: str | None) -> None:
    findings = found(row("rate", "", 4.2, "4,2", statistic="other"), second)
    if severity is None:
        assert findings.empty, findings["message"].tolist()
    else:
        has(
            findings, kind="two_values", severity=severity, line="2", printed=second["printed"], other_line="1",
            other_printed="4,2", recomputed="4,2",
        )  # fmt: skip
