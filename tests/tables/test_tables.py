import os
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.context import DRAWN, Context, State, begin
from analysis.errors import AnalysisError
from analysis.lang import LANGS, Lang
from analysis.tables import save_table
from tests import dalarna, ssi
from tests.conftest import OpenRun

DATA = pd.DataFrame({"name": ["Sälen", "Orsa"], "value": [1.5, 2.0]})
FOLDER = Path("figures", dalarna.STUDY, "2025")


def table() -> GT:
    return GT(DATA, rowname_col="name")


@pytest.mark.parametrize("lang", LANGS)
def test_saves_two_files_by_language_with_a_caption(open_run: OpenRun, no_run: Path, lang: Lang) -> None:
    open_run(lang=lang)
    shown = BeautifulSoup(save_table(table(), "rules_table", data=DATA).data, "html.parser")
    folder = no_run / FOLDER / lang
    assert sorted(path.name for path in folder.iterdir()) == ["rules_table.csv", "rules_table.html"]
    assert (folder / "rules_table.csv").read_text(encoding="utf-8") == "name,value\nSälen,1.5\nOrsa,2.0\n"
    saved = BeautifulSoup((folder / "rules_table.html").read_text(encoding="utf-8"), "html.parser")
    for page in (shown, saved):
        (caption,) = page.find_all("caption")
        assert caption.text == dalarna.codebook().items["rules_table"].title[lang]
        assert caption.parent is not None
        assert caption.parent.name == "table"
        assert next(caption.parent.children) is caption
    assert [a["href"] for a in shown.find_all("a")] == [f"../{(FOLDER / lang).as_posix()}/rules_table.csv"]


@pytest.mark.parametrize("state", [DRAWN, State("partly", 'no "x" < 3'), State("not_drawn", "åbne tal")])
def test_the_markup_carries_the_state_of_the_item_and_the_file_does_not(
    dalarna_run: Context, no_run: Path, state: State
) -> None:
    page = BeautifulSoup(save_table(table(), "rules_table", data=DATA, state=state).data, "html.parser")
    (figure,) = page.find_all("figure")
    assert (figure["id"], figure["data-status"], figure["data-reason"]) == ("rules_table", state.status, state.reason)
    assert "data-status" not in (no_run / FOLDER / "en" / "rules_table.html").read_text(encoding="utf-8")


def test_a_table_of_another_chapter_is_refused(no_run: Path) -> None:
    begin("02_describe", ssi.STUDY, ssi.YEAR, "en", "organisation")
    with pytest.raises(AnalysisError, match="the codebook has no table 'table_1' for 02_describe"):
        save_table(table(), "table_1", data=DATA)
    begin("02_describe", ssi.STUDY, ssi.YEAR, "en", "respondents")
    save_table(table(), "table_1", data=DATA)
    assert (no_run / "figures" / ssi.STUDY / "2024" / "en" / "table_1.html").is_file()


def test_the_same_table_is_the_same_bytes(dalarna_run: Context, no_run: Path) -> None:
    file = no_run / FOLDER / "en" / "rules_table.html"
    shown = save_table(table(), "rules_table", data=DATA).data
    first = file.read_bytes()
    assert save_table(table(), "rules_table", data=DATA).data == shown
    assert file.read_bytes() == first


def test_every_heading_says_what_it_heads(dalarna_run: Context) -> None:
    page = BeautifulSoup(save_table(table(), "rules_table", data=DATA).data, "html.parser")
    headings = page.find_all("th")
    assert {(th.text.strip(), th.get("scope")) for th in headings} >= {
        ("value", "col"),
        ("Sälen", "row"),
        ("Orsa", "row"),
    }
    assert all(th.get("scope") for th in headings)


def test_data_have_the_same_line_ends_on_every_machine(
    dalarna_run: Context, no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "linesep", "\r\n")
    save_table(table(), "rules_table", data=DATA)
    assert b"\r" not in (no_run / FOLDER / "en" / "rules_table.csv").read_bytes()


@pytest.mark.parametrize("item", ["rules_tabel", "rules", "verdicts"])
def test_a_table_that_the_codebook_has_not_is_refused(dalarna_run: Context, no_run: Path, item: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        save_table(table(), item, data=DATA)
    assert str(caught.value).startswith(f"the codebook has no table {item!r} for 06_allocate. ")
    assert str(caught.value).endswith("Valid: table_1, rules_table.")
    assert list(no_run.iterdir()) == []
