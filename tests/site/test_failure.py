"""The page of a notebook that failed."""

from bs4 import BeautifulSoup

from analysis.site.failure import render_failure
from tests.site.notebooks import FIGURE, code, error, notebook, prose, shown


def test_the_failing_cell_is_marked_open_and_linked() -> None:
    failed = notebook(prose("# T"), code("fine"), code("boom()", error("\x1b[0;31mKeyError\x1b[0m: <x>")))
    soup = BeautifulSoup(render_failure(failed, "05_replicate, 2025"), "html.parser")
    (cell,) = soup.select("#failing-cell")
    assert cell.select("details[open] pre")[0].get_text().strip() == "boom()"
    assert cell.select("pre.error")[0].get_text() == "KeyError: <x>"
    assert "05_replicate, 2025" in soup.select("header")[0].get_text()
    assert [link["href"] for link in soup.select("header a")] == ["#failing-cell"]
    assert len(soup.select("details[open]")) == 1


def test_the_notices_of_papermill_are_left_out() -> None:
    notice = prose('<a href="#papermill-error-cell">In [1]</a>')
    notice.metadata["tags"] = ["papermill-error-cell-tag"]
    failed = notebook(notice, prose("# T"), code("boom()", error("x")))
    assert "papermill-error-cell" not in render_failure(failed, "task")
    assert len(failed.cells) == 3


def test_without_an_error_in_a_cell_no_link_is_promised() -> None:
    soup = BeautifulSoup(render_failure(notebook(prose("# T")), "task"), "html.parser")
    assert not soup.select("header a")
    (target,) = soup.select("#failing-cell")
    assert target.get_text().startswith("No cell reports an error")


def test_an_image_without_alt_does_not_hide_the_failure() -> None:
    failed = notebook(code("x", shown(html=FIGURE.replace("alt=", "data-x="))), code("boom()", error("x")))
    assert 'id="failing-cell"' in render_failure(failed, "task")
