"""A chapter is set out whole: every item saved with its data and state, in the codebook's order."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.codebook import Codebook
from analysis.context import Context, begin
from analysis.errors import AnalysisError
from analysis.items import show_items
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import naere, ssi

NOTEBOOK = "02_describe"


def shown(chapter: str, lang: Lang = "en", released: Released | None = None) -> BeautifulSoup:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, lang, chapter)
    return page(run, lang, chapter, released)


def page(run: Context, lang: Lang, chapter: str, released: Released | None = None) -> BeautifulSoup:
    released = released or Released(ssi.estimates())
    markup = show_items(released, ssi.published(), run.codebook, run.wave, lang, chapter)
    return BeautifulSoup(str(markup.data), "html.parser")


def files(folder: Path, lang: Lang = "en") -> set[str]:
    return {path.name for path in (folder / "figures" / ssi.STUDY / str(ssi.YEAR) / lang).iterdir()}


@pytest.mark.parametrize("lang", LANGS)
def test_every_item_of_the_chapter_is_saved_and_shown_in_order(no_run: Path, lang: Lang) -> None:
    found = shown("respondents", lang)
    assert [item["id"] for item in found.select("figure.item")] == ["table_1", "roles", "post_stratified"]
    tables = {f"{name}.{suffix}" for name in ("table_1", "post_stratified") for suffix in ("html", "csv")}
    assert files(no_run, lang) == {*tables, "roles.svg", "roles.png", "roles.csv"}
    (image,) = found.select("img")
    assert ("35 · 36,5" if lang == "da" else "35 · 36.5%") in str(image["alt"])
    assert "Rekonstrueret" in str(image["alt"]) if lang == "da" else "Reconstructed" in str(image["alt"])


@pytest.mark.parametrize("chapter", ssi.codebook().chapters_of(NOTEBOOK))
def test_every_chapter_makes_all_its_items(no_run: Path, chapter: str) -> None:
    found = shown(chapter)
    expected = list(ssi.codebook().items_of(NOTEBOOK, chapter))
    assert [item["id"] for item in found.select("figure.item")] == expected
    assert {name.partition(".")[0] for name in files(no_run)} == set(expected)


def test_the_state_of_each_item_is_told(no_run: Path) -> None:
    found = shown("guidelines")
    states = {item["id"]: (item["data-status"], item["data-reason"]) for item in found.select("figure.item")}
    assert states["local_guidelines"] == ("drawn", "")
    status, reason = states["figure_6"]
    assert status == "partly"
    assert str(reason).startswith("Left open by the printed numbers: Use of personal protective equipment: Fully agree")


def test_below_an_item_stands_how_it_compares_with_print(no_run: Path) -> None:
    lines = [line.text for line in shown("policy").find_all("p")]
    # 59 and 61 %; their base is said above the bars.
    built = "Agree because what is shown was built to: 2; differ: 0; cannot be told: 0."
    assert lines == [f"Printed numbers of what is shown here: 2. {built}"]


def test_the_note_of_an_item_stands_below_it_as_text(no_run: Path) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "da", "policy")
    item = run.codebook.items["policy"]
    note = type(item.title)(da="Mindst <5 & mere.", en="At least <5 & more.")
    noted = run.codebook.model_copy(update={"items": {"policy": item.model_copy(update={"note": note})}})
    markup = show_items(Released(ssi.estimates()), ssi.published().iloc[:0], noted, run.wave, "da", "policy")
    lines = [line.text for line in BeautifulSoup(str(markup.data), "html.parser").find_all("p")]
    assert lines == ["Rapporten trykker ingen tal om det, der vises her.", "Mindst <5 & mere."]


@pytest.mark.parametrize("basis", ["reconstructed", "collected"])
def test_what_data_are_missing_stands_below_an_item_that_was_reconstructed(no_run: Path, basis: ssi.Basis) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "en", "policy")
    needs = type(run.codebook.items["policy"].title)(da="Svarene.", en="The answers, held by SSI.")
    book = with_item(run.codebook, needs=needs)
    markup = show_items(Released(ssi.estimates(basis)), ssi.published(), book, ssi.wave(basis), "en", "policy")
    found = BeautifulSoup(str(markup.data), "html.parser")
    assert ("Missing: The answers, held by SSI." in [line.text for line in found.find_all("p")]) is (
        basis == "reconstructed"
    )


def test_the_data_beside_a_figure_are_the_rows_drawn(no_run: Path) -> None:
    shown("policy")
    path = no_run / "figures" / ssi.STUDY / str(ssi.YEAR) / "en" / "policy.csv"
    data = pd.read_csv(path)
    assert data["category"].fillna("").to_list() == ["", "yes", "yes", "no", "no", "dont_know", "dont_know"]
    assert data.loc[data["category"] == "yes", "value"].isna().all()
    assert data.loc[data["category"] == "yes", "identified_high"].to_list() == pytest.approx([37, 100 * 37 / 96])


def test_items_without_answers_are_there_and_say_why(no_run: Path) -> None:
    found = shown("evaluation", released=Released(ssi.estimates().iloc[:0]))
    assert {item["data-status"] for item in found.select("figure.item")} == {"not_drawn"}
    assert files(no_run) >= {"figure_7.png", "halt.png"}


def test_of_concepts_there_is_a_line_with_title_and_page(no_run: Path) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "en", "policy")
    book = with_item(run.codebook, concept=True, page=7, form=None, variables=[])
    markup = show_items(Released(ssi.estimates()), ssi.published(), book, run.wave, "en", "policy")
    (item,) = BeautifulSoup(str(markup.data), "html.parser").select("figure.item")
    assert item["data-status"] == "not_drawn"
    assert item.text.endswith("p. 7 · Shows concepts, no numbers of the survey.")
    assert list(no_run.iterdir()) == []


def test_what_only_needs_data_is_a_frame_that_says_which(no_run: Path) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "en", "policy")
    needs = type(run.codebook.items["policy"].title)(da="Alles svar, hos SSI.", en="Everybody's answers, held by SSI.")
    book = with_item(run.codebook, form=None, needs=needs)
    markup = show_items(Released(ssi.estimates().iloc[:0]), ssi.published(), book, run.wave, "en", "policy")
    (item,) = BeautifulSoup(str(markup.data), "html.parser").select("figure.item")
    assert item["data-status"] == "not_drawn"
    assert str(item["data-reason"]).endswith("Missing: Everybody's answers, held by SSI.")
    assert "held by SSI." in str(item.select("img")[0]["alt"])


def with_item(book: Codebook, **changes: object) -> Codebook:
    item = book.items["policy"].model_copy(update=changes)
    return book.model_copy(update={"items": {"policy": item}})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"form": "comparison"}, "policy is a figure of the form comparison"),
        ({"form": None}, "policy is a figure of the form None"),
        ({"kind": "table", "form": "comparison"}, "policy is a table of the form comparison"),
        ({"wave": "previous"}, "policy shows the wave before, which 02_describe does not read"),
    ],
)
def test_what_cannot_be_set_out_is_refused(no_run: Path, changes: dict[str, object], message: str) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "en", "policy")
    with pytest.raises(AnalysisError, match=re.escape(message)):
        show_items(
            Released(ssi.estimates()), ssi.published(), with_item(run.codebook, **changes), run.wave, "en", "policy"
        )
    assert list(no_run.iterdir()) == []


# Of a report that only prints


def of_print(chapter: str, lang: Lang = "en") -> BeautifulSoup:
    run = begin(naere.NOTEBOOK, naere.STUDY, naere.YEAR, lang, chapter)
    markup = show_items(naere.released(), naere.published(), run.codebook, run.wave, lang, chapter)
    return BeautifulSoup(str(markup.data), "html.parser")


@pytest.mark.parametrize("lang", LANGS)
def test_a_chapter_of_a_report_that_only_prints_is_shown_in_the_reports_order(no_run: Path, lang: Lang) -> None:
    found = of_print("general_practice", lang)
    items = found.select("figure.item")
    assert [item["id"] for item in items] == ["box_19", "figure_12_1", "figure_12_2", "text_general_practice"]
    assert [item["data-status"] for item in items] == ["drawn", "partly", "partly", "drawn"]
    assert "Lægeforeningen" in str(items[1]["data-reason"]) or lang == "en"
    saved = {path.name for path in (no_run / "figures" / naere.STUDY / str(naere.YEAR) / lang).iterdir()}
    assert saved == {
        "box_19.html", "box_19.csv", "figure_12_1.svg", "figure_12_1.png", "figure_12_1.csv", "figure_12_2.svg",
        "figure_12_2.png", "figure_12_2.csv", "text_general_practice.html", "text_general_practice.csv",
    }  # fmt: skip


def test_below_an_item_of_print_stand_its_number_its_page_and_that_nothing_can_be_reproduced(no_run: Path) -> None:
    lines = [line.text for line in of_print("vision").find_all("p")]
    assert lines == [
        "Box 1, p. 14. Printed numbers shown here: 1. They are the report's own, and there is no export to reproduce "
        "them from.",
        "Needs: No official series: the authors' own account of Norway",
    ]


def test_an_empty_frame_says_that_nothing_of_it_is_printed_and_has_its_note(no_run: Path) -> None:
    found = of_print("steering")
    item = found.select("figure.item")[0]
    assert (item["id"], item["data-status"]) == ("figure_14_1", "not_drawn")
    lines = [line.text for line in found.find_all("p")]
    assert lines[0] == "Figure 14.1, p. 97. Printed numbers shown here: none, so there is nothing to reproduce."
    assert lines[1].startswith("May stand on page 96")


def test_every_item_of_the_report_that_only_prints_is_made_by_some_chapter() -> None:
    book = naere.codebook()
    made = [name for chapter in book.chapters_of(naere.NOTEBOOK) for name in book.items_of(naere.NOTEBOOK, chapter)]
    assert {name for name, item in book.items.items() if item.printed} <= set(made)
    kinds = [book.items[name].kind for name in made if book.items[name].printed]
    assert {kind: kinds.count(kind) for kind in kinds} == {"figure": 31, "table": 2, "box": 19}
    pages = [book.items[name].page or 0 for name in made if book.items[name].printed]
    assert pages == sorted(pages)
