"""Reports of made-up surveys: one without an error has no finding that says so."""

import functools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook import load_codebook
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.published.audit import COLUMNS, audit
from tests.published.audit.reports import found, row
from tests.published.audit.surveys import Rows, surveys


@functools.cache
def report_findings(study: str) -> pd.DataFrame:
    codebook = load_codebook(RAW_DIR / study / "codebook.yaml")
    return audit(load_published(RAW_DIR / study / "published.csv", codebook), codebook)


def told(findings: pd.DataFrame) -> str:
    return findings[["severity", "kind", "message"]].to_string()


@settings(max_examples=150)
@given(surveys())
def test_a_report_without_an_error_rounded_half_up_has_no_error_and_no_rounding(rows: Rows) -> None:
    findings = found(*rows)
    assert not findings["severity"].isin(["error", "rounding"]).any(), told(findings)


@pytest.mark.parametrize("rule", ["half_even", "truncated", "twice", "sum_of_rounded"])
@settings(max_examples=15)
@given(data=st.data())
def test_a_report_without_an_error_rounded_otherwise_has_no_error(rule: str, data: st.DataObject) -> None:
    findings = found(*data.draw(surveys(rule)))
    assert not (findings["severity"] == "error").any(), told(findings)


def test_a_report_that_prints_one_number_has_no_findings() -> None:
    findings = found(row("plan", "old", 50, base=96))
    assert findings.empty
    assert tuple(findings.columns) == COLUMNS


# The five reports: their errors, worked out by hand.

SSI = {
    ("two_values", 549, "1"),  # 11 in the text (line 1054), and 11 % of 96
    ("count_percent", 948, "38%"),  # 40 of 98 is 41 %
    ("count_percent", 1186, "65 %"),  # 65 of 96 is 68 %; 62 and 65 % are the regional agreement's (line 1114)
    ("two_values", 1186, "62"),
    ("other_base", 942, "44"),  # table 2 is headed N = 98 and N = 96; these two rows are of those with coordinators
    ("other_base", 942, "51"),
    ("other_base", 962, "15"),  # and of those with a regional agreement
    ("other_base", 962, "7"),
    ("percentage_points", 1262, "15%"),  # 62 to 77 %
    ("percentage_points", 1325, "17 %"),  # 81 to 65 %; 79 to 62 municipalities is 22 % fewer
}
SSI_ROUNDING = {467, 978, 986, 1114, 1149, 1204}
KIK = {("by_group", 165, "25%")}  # of 28, 85 and 38: at most 22 %
KL = {("change", 8663, "150 pct.")}  # 8,485 to 21,821: 157 %
KLK = {
    ("distribution", 375, "26 %"),  # 69 + 3 + 26 = 98, of 98
    ("distribution", 385, "7 %"),  # 69 + 7 + 26 = 102, of 588
    ("distribution", 456, "4,0%"),  # 100.3
    ("distribution", 456, "4,8%"),  # 100.7
    ("swapped_rows", 965, "29%"),  # areas 7-20 and 18-34; 10 on line 967
    ("distribution", 1084, "0%"),  # 83 + 14 + 0 + 0 = 97
    ("two_values", 2239, "82%"),  # 74 and 75 on lines 1994-1996
    ("two_values", 3598, "100%"),  # 83 on line 3250
    ("two_values", 3598, "93%"),  # 74 on line 3250
    ("two_values", 3600, "77%"),  # 61 on line 3252
    ("two_values", 3600, "30-37%"),  # 24-29 on line 3252
    ("distribution", 4207, "83%"),  # 50 + 36 = 86
    ("two_values", 4514, "62%"),  # 51 on line 4292, and the other way round
    ("two_values", 4514, "51%"),
    ("distribution", 6587, "33-37 %"),  # with 30 (line 6999) more than 59 (line 6597)
    ("other_base", 6954, "58%"),  # 35 of 61 is 57, 36 is 59 %
}


@pytest.mark.parametrize(
    ("study", "errors"),
    [
        ("ssi_hygiene", SSI),
        ("dalarna_agreement", set()),
        ("kik_quality", KIK),
        ("kl_naere", KL),
        ("klk_healthdata", KLK),
    ],
)
def test_the_errors_among_the_numbers_of_a_report(study: str, errors: set[tuple[str, int, str]]) -> None:
    findings = report_findings(study)
    numbers = findings[(findings["severity"] == "error") & ~findings["kind"].isin(["title", "reference"])]
    assert {(row.kind, int(row.line), row.printed) for row in numbers.itertuples()} == errors  # type: ignore[arg-type]


def test_what_the_report_on_hygiene_rounds_otherwise() -> None:
    findings = report_findings("ssi_hygiene")
    rounding = findings[findings["severity"] == "rounding"]
    assert set(rounding["line"].astype(int)) == SSI_ROUNDING
    assert rounding["message"].str.contains("It fits if the number is").all()


def test_findings_are_told_in_danish_too() -> None:
    codebook = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    findings = audit(load_published(RAW_DIR / "kik_quality" / "published.csv", codebook), codebook, "da")
    (told,) = findings.loc[findings["kind"] == "class_gap", "message"]
    assert told == "Mellem “30.000 – 59.999” og “Over 60.000” hører 60.000 ikke til nogen klasse."


@pytest.mark.parametrize(
    ("line", "value", "wrong", "kind", "place"),
    [
        (102, 28, 38, "by_group", 53),  # 38 + 85 + 38 answers are not 151
        (57, 36, 30, "distribution", 59),  # 31 + 30 + 13 + 2 municipalities are not 82
        (350, 71, 73, "impossible_percentage", 350),  # of 28; and on no other base that is printed of small ones
    ],
)
def test_a_number_of_a_report_that_is_changed_is_found(
    line: int, value: int, wrong: int, kind: str, place: int
) -> None:
    codebook = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    published = load_published(RAW_DIR / "kik_quality" / "published.csv", codebook)
    own = (published["line"] == line) & (published["value"] == value)
    printed = published.loc[own, "printed"].iloc[0].replace(str(value), str(wrong))
    changed = published.assign(
        value=published["value"].mask(own, wrong), printed=published["printed"].mask(own, printed)
    )
    before = set(report_findings("kik_quality")["message"])
    (found,) = [row for row in audit(changed, codebook).itertuples() if row.message not in before]
    assert (found.severity, found.kind, found.line) == ("error", kind, str(place))
