"""A whole page."""

import dataclasses
import hashlib
import os
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from analysis.lang import text
from analysis.layout import ROOT
from analysis.site.page import Page, render_page
from tests.site.notebooks import FIGURE, PAGE, code, notebook, prose, report, shown


def page(**changes: object) -> BeautifulSoup:
    return BeautifulSoup(render_page(report(), changed(**changes)), "html.parser")


def changed(**changes: object) -> Page:
    return dataclasses.replace(PAGE, **changes)  # type: ignore[arg-type]


def test_the_head_says_language_and_title() -> None:
    soup = page()
    assert soup.html is not None
    assert soup.html["lang"] == "da"
    assert soup.title is not None
    assert soup.title.get_text() == "Fordeling af udgiften · Region Dalarna: samverkansavtal om vårdhygien 2025"
    assert [h1.get_text() for h1 in soup.select("h1")] == ["Allocate the cost"]


def test_the_header_says_what_the_page_rests_on_and_what_it_was_run_with() -> None:
    soup = page()
    header = soup.select("header")[0]
    assert header.select(".badge")[0].get_text() == "Register"
    assert text("site.meaning_register", "da") in header.get_text()
    assert "Kilde: SCB, folketal 2023-12-31" in header.get_text()
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in header.select("tr")]
    assert rows == [["cost", "539000"], ["rounding", "half_up"]]


def test_without_parameters_there_is_no_table_of_them() -> None:
    assert not page(parameters={}).select(".parameters")


def test_links_lead_to_index_siblings_and_the_other_language() -> None:
    links = {link.get_text(): link["href"] for link in page().select(".bar a")}
    assert links == {
        "Alle rapporter": "index.html",
        "Genskabte tal": "05_replicate.html",
        "English": "../en/06_allocate.html",
    }


@pytest.mark.parametrize("basis", ["collected", "published", "register"])
def test_only_a_reconstructed_page_is_marked_throughout(basis: str) -> None:
    html = render_page(report(), changed(basis=basis))
    assert f'<strong class="badge badge-{basis}">' in html
    assert "--watermark:" not in html
    assert 'class="basis-mark"' not in html


def test_a_reconstructed_page_says_so_above_beside_across_and_in_each_item() -> None:
    html = render_page(report(), changed(basis="reconstructed"))
    soup = BeautifulSoup(html, "html.parser")
    assert soup.select("header .basis .badge")[0].get_text() == "Rekonstrueret"
    assert len(soup.select("main .basis-mark")) == len(soup.select("figure.item")) == 2
    assert '--band: url("data:image/svg+xml,' in html
    assert '--watermark: url("data:image/svg+xml,' in html
    assert html.count("REKONSTRUERET") == 2


def test_the_numbers_are_explained_where_there_are_any() -> None:
    assert page().select(".hint")
    without = notebook(prose("# T"))
    assert 'class="hint"' not in render_page(without, PAGE)


def test_text_of_the_page_is_escaped() -> None:
    assert page(source="<b>SCB</b>").select(".source")[0].get_text() == "Kilde: <b>SCB</b>"


def test_an_image_without_alt_is_refused() -> None:
    with pytest.raises(ValueError, match="cell-1"):
        render_page(notebook(code("x", shown(html=FIGURE.replace("alt=", "data-x=")))), PAGE)


def test_an_unknown_basis_is_refused() -> None:
    with pytest.raises(KeyError, match="basis_guessed"):
        page(basis="guessed")


def test_ids_that_jupyter_draws_at_random_are_not_in_the_page() -> None:
    first, second = report(), report()
    assert first.cells[0].id != second.cells[0].id
    assert render_page(first, PAGE) == render_page(second, PAGE)


def test_another_process_writes_the_same_bytes() -> None:
    script = (
        "import hashlib; from analysis.site.page import render_page;"
        "from tests.site.notebooks import PAGE, report;"
        "print(hashlib.sha256(render_page(report(), PAGE).encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert other.stdout.strip() == hashlib.sha256(render_page(report(), PAGE).encode()).hexdigest()
