"""What print says by group, set out: each test with its numbers, and one statement for each comparison."""

from __future__ import annotations

import pytest

from analysis.codebook import load_wave
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from analysis.published.grouped import conclusion_counts, sentences
from analysis.release import Released
from analysis.tables.grouped import conclusions_view, grouped_view
from tests.figures.test_grouped import YEARS, models
from tests.published.grouped.made_up import PRINT
from tests.tables.html import rows

SPACE = "\N{NO-BREAK SPACE}"


def wave(study: str):  # type: ignore[no-untyped-def]
    return load_wave(RAW_DIR / study / str(YEARS[study]) / "wave.yaml")


def test_a_comparison_has_a_line_for_each_group_and_dependence_and_its_trend() -> None:
    study = "kik_quality"
    table, data, state = grouped_view(Released(models(study)), PRINT[study][0], wave(study), "en")
    lines = [row for row in rows(table) if len(row) > 1]
    of_large = next(row for row in lines if row[0].startswith("Large") and row[1] == "alike (main result)")
    assert [cell.replace(SPACE, " ") for cell in of_large[2:]] == [
        "+28.4 (−8.4 to +58.0)", "3.24 (0.72 to 14.5)", "0.131", "1.000", "7.95",
    ]  # fmt: skip
    trends = [row for row in lines if row[0] == "Trend over the groups"]
    assert [row[4] for row in trends[:2]] == ["0.020", "0.118"]
    assert [row[6] for row in trends[:2]] == ["2.00", "2.81"]
    # A base that print leaves open makes it a range.
    staff = next(row for row in lines if row[0].startswith("Employees") and row[1] == "alike")
    assert staff[6] == "5.36 to 5.39"
    assert data is models(study)
    assert state.status == "partly"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("study", YEARS)
def test_every_comparison_has_one_statement(study: str, lang: Lang) -> None:
    table, data, _ = conclusions_view(Released(models(study)), PRINT[study][0], lang)
    assert [row[-1] for row in rows(table)] == [each.replace(SPACE, " ") for each in data["sentence"]]
    assert len(data) == models(study).fillna({"outcome": ""}).drop_duplicates(["model", "outcome"]).shape[0]


def test_conclusions_agree_with_what_is_said() -> None:
    found = sentences(models("kik_quality"), PRINT["kik_quality"][0], "en")
    for conclusion, sentence in zip(found["conclusion"], found["sentence"], strict=True):
        assert ("do not tell" in sentence) == (conclusion in ("open", "only_apart"))
        assert ("cannot be tested" in sentence) == (conclusion == "not_identified")


def test_comparisons_are_counted_by_what_they_tell() -> None:
    found = conclusion_counts(models("kik_quality"), PRINT["kik_quality"][0], wave("kik_quality"))
    assert dict(zip(found["variable"], found["value"], strict=True)) == {
        "compared": 14, "differs": 0, "only_apart": 2, "open": 8, "not_identified": 4,
    }  # fmt: skip
    of_ssi = conclusion_counts(models("ssi_hygiene"), PRINT["ssi_hygiene"][0], wave("ssi_hygiene"))
    # That nothing is printed by size is no comparison.
    assert dict(zip(of_ssi["variable"], of_ssi["value"], strict=True))["compared"] == 1
