"""The items that this repository adds to every report."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest
import yaml

from analysis.codebook import load_codebook
from analysis.codebook.items import own_items
from analysis.lang import LANGS
from analysis.layout import NOTEBOOK_DIR, NOTEBOOKS, RAW_DIR, study_names
from tests.codebook.made_up import STUDY, TEXT
from tests.conftest import Write

OWN: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    resources.files("analysis.codebook").joinpath("own_items.yaml").read_text(encoding="utf-8")
)
AUDIT = ["errors", "roundings", "ambiguities", "claims"]
DESCRIBE = ["post_stratified"]
COMPARE = ["change_models"]
REPLICATE = ["disputes"]
CLEAN = ["participation", "participation_by_group", "cleaning"]
NOTEBOOK_LINE = "notebooks: [01_clean, 02_describe, 04_compare, 05_replicate]"
every_notebook = pytest.mark.parametrize("notebook", OWN)


def saved(notebook: str) -> list[str]:
    """Return the names of tables and figures that a notebook saves."""
    cells = json.loads((NOTEBOOK_DIR / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.findall(r"save_(?:table|figure)\(\s*[\w.]+,\s*\"(\w+)\"", code)


def test_each_is_of_a_notebook_there_is_and_has_a_name_of_its_own() -> None:
    assert set(OWN) <= set(NOTEBOOKS)
    names = [name for items in OWN.values() for name in items]
    assert len(set(names)) == len(names)


@every_notebook
def test_each_has_a_title_in_both_languages(notebook: str) -> None:
    for item in own_items({notebook: "main"}).values():
        titles = [item.title[lang].strip() for lang in LANGS]
        assert all(titles)
        assert len(set(titles)) == len(titles)


@every_notebook
def test_they_are_what_the_notebook_saves(notebook: str) -> None:
    # A notebook of chapters saves whatever items the chapter has, each by its form.
    items = own_items({notebook: "main"})
    of_report = set(load_codebook(RAW_DIR / "ssi_hygiene" / "codebook.yaml").items_of(notebook)) - set(items)
    own = [name for name in saved(notebook) if name not in of_report]
    assert list(items) == (own or [name for name, item in items.items() if item.form])
    assert bool(saved(notebook)) != NOTEBOOKS[notebook].by_chapter


def test_they_are_no_items_of_the_report() -> None:
    found = own_items({"07_audit": "plans"})
    assert list(found) == AUDIT
    assert {(item.chapter, item.notebook, item.printed, item.page) for item in found.values()} == {
        ("plans", "07_audit", False, None)
    }
    assert (found["errors"].title.da, found["errors"].title.en) == ("Fejl i det trykte", "Errors in print")


def test_only_of_the_notebooks_asked_for_in_their_order() -> None:
    assert own_items({}) == {}
    assert own_items(dict.fromkeys(["06_allocate", "08_printed"], "main")) == {}
    assert list(own_items(dict.fromkeys(["07_audit", "01_clean", "00_codebook"], "main"))) == [
        *AUDIT, *CLEAN, "questions", "items", "groups",
    ]  # fmt: skip


def test_a_study_has_those_of_its_notebooks(write: Write) -> None:
    assert NOTEBOOK_LINE in TEXT
    without = load_codebook(write(f"{STUDY}/codebook.yaml", TEXT))
    assert [name for items in OWN.values() for name in items if name in without.items] == [
        *CLEAN, *DESCRIBE, *REPLICATE, *COMPARE,
    ]  # fmt: skip
    audited = TEXT.replace(NOTEBOOK_LINE, "notebooks: [01_clean, 02_describe, 04_compare, 05_replicate, 07_audit]")
    book = load_codebook(write(f"{STUDY}/codebook.yaml", audited))
    assert list(book.items_of("07_audit")) == AUDIT
    assert {item.chapter for item in book.items_of("07_audit").values()} == {"plans"}
    assert {name: item for name, item in book.items.items() if name not in AUDIT} == without.items


def test_what_a_codebook_itself_says_of_an_item_of_the_name_goes_before(write: Write) -> None:
    own = """\
items:
  errors:
    kind: table
    chapter: staff
    notebook: 07_audit
    printed: false
    title: {da: Vore fejl, en: Our errors}
"""
    audited = TEXT.replace(NOTEBOOK_LINE, "notebooks: [01_clean, 02_describe, 04_compare, 05_replicate, 07_audit]")
    book = load_codebook(write(f"{STUDY}/codebook.yaml", audited.replace("items:\n", own, 1)))
    assert (book.items["errors"].title.en, book.items["errors"].chapter) == ("Our errors", "staff")
    assert book.items["claims"].title.en == "Claims in the text"
    assert sorted(book.items_of("07_audit")) == sorted(AUDIT)


@pytest.mark.parametrize("study", study_names())
def test_every_study_of_the_repository_has_them(study: str) -> None:
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    for notebook, items in OWN.items():
        assert (set(items) <= set(book.items_of(notebook))) == (notebook in book.notebooks)
