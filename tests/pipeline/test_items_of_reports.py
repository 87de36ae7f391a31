"""Every table and figure of every report has its state in the manifest: drawn, partly, or not drawn and why."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.codebook import load_codebook
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR, study_names, wave_years
from analysis.pipeline.make import unmade_items
from analysis.pipeline.plan import Run, Selection, plan
from analysis.pipeline.records import Record, write_manifest

# As the reports number them: KLK has tables 1-9 and figures 1-69, KL's boxes are those that hold numbers.
OF_REPORT = {
    "dalarna_agreement": {"table": 1},
    "kik_quality": {"table": 2, "figure": 11},
    "kl_naere": {"figure": 31, "table": 2, "box": 19},
    "klk_healthdata": {"table": 9, "figure": 69},
    "ssi_hygiene": {"table": 3, "figure": 7},
}


def printed(study: str) -> dict[str, str]:
    """Return item -> kind of all that the report numbers."""
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    return {name: item.kind for name, item in book.items.items() if item.printed}


def runs(study: str, lang: Lang = "da") -> list[Run]:
    return plan(Selection(studies=(study,), langs=(lang,)))


def test_the_codebooks_have_as_many_items_as_the_reports() -> None:
    assert {study: dict(Counter(printed(study).values())) for study in study_names()} == OF_REPORT


@pytest.mark.parametrize("study", study_names())
def test_every_item_is_made_by_one_run_of_its_wave_or_said_not_to_be(study: str, output: Path) -> None:
    for year in wave_years(study):
        of_wave = [run for run in runs(study) if run.wave.year == year]
        states = Counter(name for run in of_wave for name in unmade_items(run))
        assert set(states) == set(printed(study))
        assert set(states.values()) == {1}


@pytest.mark.parametrize("lang", LANGS)
def test_what_nothing_makes_says_why(lang: Lang, output: Path) -> None:
    of_2020, of_2024 = (run for run in runs("ssi_hygiene", lang) if run.notebook == "00_codebook")
    why = {"da": "undersøgelsen før", "en": "wave before"}[lang]
    assert list(of_2020.never_made) == ["table_2", "table_3"]
    assert all(why in reason for reason in of_2020.never_made.values())
    assert of_2024.never_made == {}
    assert not any(run.never_made for run in runs("ssi_hygiene", lang) if run.notebook != "00_codebook")


def test_an_item_without_a_notebook_names_what_it_needs_or_what_it_is() -> None:
    book = load_codebook(RAW_DIR / "kl_naere" / "codebook.yaml")
    needs = book.items["figure_5_3"].needs
    assert needs is not None
    items = {
        "figure_5_3": book.items["figure_5_3"].model_copy(update={"notebook": None}),
        "table_6_1": book.items["table_6_1"].model_copy(update={"notebook": None, "needs": None, "concept": True}),
        "box_1": book.items["box_1"].model_copy(update={"notebook": None, "needs": None}),
    }
    (run,) = (run for run in runs("kl_naere", "en") if run.notebook == "00_codebook")
    of_three = replace(run, codebook=book.model_copy(update={"items": items}))
    assert of_three.never_made == {
        "figure_5_3": f"Missing: {needs.en.rstrip('.')}.",
        "table_6_1": "Shows concepts, no numbers of the survey.",
        "box_1": "No page makes it yet.",
    }


def test_the_manifest_lists_them_beside_those_that_were_made(output: Path) -> None:
    states = [
        ("ssi_hygiene/2020/00_codebook/da", {"table_2": {"status": "not_drawn", "reason": "why"}}),
        ("ssi_hygiene/2020/02_describe/da", {"figure_1": {"status": "drawn", "reason": ""}}),
    ]
    write_manifest(
        [
            Record(
                task=task, status="made", study="ssi_hygiene", study_title="", year=2020, notebook="", chapter="",
                title="", lang="da", basis="published", collected=False, source="", position=0, items=items,
            )
            for task, items in states
        ]
    )  # fmt: skip
    listed = json.loads((output / "reports" / "manifest.json").read_text(encoding="utf-8"))["items"]
    assert [(item["item"], item["status"], item["reason"]) for item in listed] == [
        ("figure_1", "drawn", ""), ("table_2", "not_drawn", "why"),
    ]  # fmt: skip
