"""The check of a rendered site: each test breaks one thing that was whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.site.check import main, problems
from analysis.site.index import render_front, render_index
from analysis.site.page import render_page
from tests.site.notebooks import PAGE, PIXEL, report
from tests.site.test_index import GOOD

Found = Callable[[str], list[str]]

SMALL = '<!doctype html><html lang="da"><title>T</title>{}</html>'


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    """Return the files of a whole site: two languages, two pages in Danish, a download outside the site."""
    return {
        "reports/index.html": render_front(["da", "en"]),
        "reports/da/index.html": render_index("da", [GOOD], (("en", "../en/index.html"),)),
        "reports/en/index.html": render_index("en", [], (("da", "../da/index.html"),)),
        "reports/da/06_allocate.html": render_page(report(), PAGE).replace("../en/06_allocate", "../en/index"),
        "reports/da/05_replicate.html": SMALL.format("<h1>T</h1>"),
        "reports/da/f.csv": "",
        "reports/tables.xlsx": "",
        "data/estimates.csv": "",
    }


@pytest.fixture
def reports(tmp_path: Path, whole: dict[str, str]) -> Path:
    for name, content in whole.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path / "reports"


@pytest.fixture
def found_in(reports: Path) -> Found:
    """Return a function that puts HTML into one page of the site and tells what is wrong then."""

    def put(html: str) -> list[str]:
        (reports / "da/05_replicate.html").write_text(SMALL.format(f"<h1>T</h1>{html}"), encoding="utf-8")
        return problems(reports)

    return put


def test_a_whole_site_has_no_problems(reports: Path) -> None:
    assert problems(reports) == []


def test_no_page_is_a_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == [f"{tmp_path}: no page at all. Render the site first."]


@pytest.mark.parametrize("link", ["gone.html", "../../figures/gone.svg", "../da"])
def test_a_link_to_nothing(found_in: Found, link: str) -> None:
    found = found_in(f'<a href="{link}">x</a>')
    assert found == [f"da/05_replicate.html: link to {link!r}: there is no such file"]


def test_a_link_to_a_file_outside_the_site(found_in: Found, reports: Path) -> None:
    assert found_in('<a href="../../data/estimates.csv">x</a>') == []
    (reports / "../data/estimates.csv").unlink()
    assert "da/index.html: link to '../../data/estimates.csv': there is no such file" in problems(reports)


@pytest.mark.parametrize("link", ["#gone", "06_allocate.html#gone"])
def test_an_anchor_to_nothing(found_in: Found, link: str) -> None:
    found = found_in(f'<a href="{link}">x</a>')
    assert found == [f"da/05_replicate.html: link to {link!r}: nothing there has the id 'gone'"]


@pytest.mark.parametrize("link", ["06_allocate.html#figure-1", "#s%C3%B8jle", "https://example.org/x#y", "mailto:a@b"])
def test_links_that_are_right(found_in: Found, link: str) -> None:
    assert found_in(f'<p id="søjle"><a href="{link}">x</a></p>') == []


@pytest.mark.parametrize("link", ["/da/index.html", "file:x.html", "javascript:void(0)", "//example.org"])
def test_a_link_that_is_not_relative(found_in: Found, link: str) -> None:
    assert f"da/05_replicate.html: link to {link!r} is not relative" in found_in(f'<a href="{link}">x</a>')


def test_a_page_that_nothing_leads_to(reports: Path) -> None:
    (reports / "da/lost.html").write_text(SMALL.format("<h1>T</h1>"), encoding="utf-8")
    assert problems(reports) == ["da/lost.html: no way leads here from index.html"]


def test_a_site_without_its_front_page(reports: Path) -> None:
    (reports / "index.html").unlink()
    assert "da/index.html: no way leads here from index.html" in problems(reports)


@pytest.mark.parametrize("address", ["https://example.org/x", "//example.org/x", "HTTP://example.org/x"])
@pytest.mark.parametrize(
    "html",
    [
        '<script src="{}"></script>',
        '<link rel="stylesheet" href="{}">',
        '<img alt="x" src="{}">',
        '<img alt="x" srcset="{}">',
        '<iframe src="{}"></iframe>',
        '<object data="{}"></object>',
    ],
)
def test_a_resource_from_the_network(found_in: Found, html: str, address: str) -> None:
    tag = html[1:].split()[0]
    found = found_in(html.format(address))
    assert f"da/05_replicate.html: <{tag}> loads {address!r} from the network" in found


@pytest.mark.parametrize(
    "html",
    [
        '<style>@import "https://example.org/a.css";</style>',
        "<style>p {background: url(//example.org/a.png)}</style>",
        "<p style=\"background: url('http://example.org/a.png')\">x</p>",
    ],
)
def test_a_style_from_the_network(found_in: Found, html: str) -> None:
    (found,) = found_in(html)
    assert found.startswith("da/05_replicate.html: a style loads ")
    assert "example.org/a." in found


def test_an_image_without_alt(found_in: Found) -> None:
    for image in (f'<img src="{PIXEL}">', f'<img alt="" src="{PIXEL}">'):
        (found,) = found_in(image)
        assert found.startswith("da/05_replicate.html: image without alt text: <img ")


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<title>T</title><h1>T</h1>", "<html> does not say its language"),
        ('<html lang=""><title>T</title><h1>T</h1></html>', "<html> does not say its language"),
        ('<html lang="da"><h1>T</h1></html>', "no <title>"),
        ('<html lang="da"><title> </title><h1>T</h1></html>', "no <title>"),
        ('<html lang="da"><title>T</title></html>', "0 <h1>, must be one"),
        ('<html lang="da"><title>T</title><h1>T</h1><h1>U</h1></html>', "2 <h1>, must be one"),
    ],
)
def test_a_page_of_wrong_form(reports: Path, html: str, problem: str) -> None:
    (reports / "da/05_replicate.html").write_text(html, encoding="utf-8")
    assert problems(reports) == [f"da/05_replicate.html: {problem}"]


@pytest.mark.parametrize("folder", ["home", "work", "tmp", "root", "Users"])
def test_a_path_of_this_machine(found_in: Found, folder: str) -> None:
    path = f"/{folder}/someone/data.csv"
    assert found_in(f"<p>read {path}</p>") == [
        f"da/05_replicate.html: {path!r} is a path of the machine it was made on"
    ]


def test_a_path_of_a_windows_machine(found_in: Found) -> None:
    (found,) = found_in("<p>read C:" + "\\Users\\me</p>")
    assert "is a path of the machine" in found


@pytest.mark.parametrize("folder", ["home", "tmp"])
def test_what_only_looks_like_a_path_of_this_machine(found_in: Found, folder: str) -> None:
    embedded = f"data:image/png;base64,AAA+/{folder}/AAAA"
    assert found_in(f'<img alt="x" src="{embedded}"><p>https://example.org/{folder}/x</p>') == []


def test_the_command_tells_what_it_looked_at(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(reports) == 0
    assert capsys.readouterr().out == "5 pages, 1 images, 22 links: no problem\n"


def test_the_command_fails_with_each_problem_on_a_line(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (reports / "da/f.csv").unlink()
    (reports / "tables.xlsx").unlink()
    assert main(reports) == 1
    assert capsys.readouterr().out.splitlines() == [
        "da/06_allocate.html: link to 'f.csv': there is no such file",
        "da/index.html: link to '../tables.xlsx': there is no such file",
    ]
