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
from tests import ssi

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


def test_below_an_item_stands_how_much_is_printed_of_it(no_run: Path) -> None:
    published = ssi.published()
    count = int(((published["wave"] == ssi.YEAR) & (published["variable"] == "policy")).sum())
    lines = [line.text for line in shown("policy").find_all("p")]
    assert lines == [f"Numbers that the report prints on these questions: {count}."]
    assert count == 3


def test_the_note_of_an_item_stands_below_it_as_text(no_run: Path) -> None:
    run = begin(NOTEBOOK, ssi.STUDY, ssi.YEAR, "da", "policy")
    item = run.codebook.items["policy"]
    note = type(item.title)(da="Mindst <5 & mere.", en="At least <5 & more.")
    noted = run.codebook.model_copy(update={"items": {"policy": item.model_copy(update={"note": note})}})
    markup = show_items(Released(ssi.estimates()), ssi.published().iloc[:0], noted, run.wave, "da", "policy")
    lines = [line.text for line in BeautifulSoup(str(markup.data), "html.parser").find_all("p")]
    assert lines == ["Rapporten trykker ingen tal om disse spørgsmål.", "Mindst <5 & mere."]


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
