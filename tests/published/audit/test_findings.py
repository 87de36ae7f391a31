"""Findings as rows of `findings.csv`."""

from analysis.published.audit import COLUMNS, Finding, findings_frame
from analysis.published.audit.findings import Place

THERE = Place("figure_1", 549, "1")
ELSEWHERE = (Place("text", 1054, "11"), Place("table_1", 12, "11,0"))


def test_a_finding_has_both_places_and_what_it_should_be() -> None:
    frame = findings_frame("made_up", [Finding("two_values", "error", "certain", "So.", THERE, ELSEWHERE, "11")])
    assert tuple(frame.columns) == COLUMNS
    assert frame.iloc[0].to_dict() == {
        "study": "made_up",
        "kind": "two_values",
        "severity": "error",
        "message": "So.",
        "item": "figure_1",
        "line": "549",
        "printed": "1",
        "other_item": "text;table_1",
        "other_line": "1054;12",
        "other_printed": "11;11,0",
        "recomputed": "11",
        "certainty": "certain",
    }


def test_errors_come_first_then_by_line() -> None:
    def at(line: int, severity: str) -> Finding:
        return Finding("bases", severity, "certain", "", Place("text", line, ""))  # type: ignore[arg-type]

    frame = findings_frame("s", [at(9, "ambiguity"), at(10, "error"), at(1, "rounding"), at(9, "error")])
    assert list(zip(frame["severity"], frame["line"], strict=True)) == [
        ("error", "9"), ("error", "10"), ("rounding", "1"), ("ambiguity", "9"),
    ]  # fmt: skip


def test_no_findings_are_a_table_without_rows() -> None:
    assert tuple(findings_frame("s", []).columns) == COLUMNS
