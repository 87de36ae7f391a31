"""A rendered page in a real browser, opened from disk with the network cut off."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from analysis.site.page import render_page
from tests.site.notebooks import PAGE, report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    """Return a browser window's worth of state: pages opened in it share what they remember."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser.new_context(viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "06_allocate.html"
    path.write_text(render_page(report(), dataclasses.replace(PAGE, basis="reconstructed")), encoding="utf-8")
    return path


def record_requests(tab: Page) -> list[str]:
    """Return a list that fills with the addresses asked for; what is not on this machine is cut off."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if urlsplit(route.request.url).scheme in ("file", "data"):
            route.continue_()
        else:
            route.abort()

    tab.route("**/*", answer)
    return asked


def open_details(tab: Page) -> int:
    return tab.locator("details.code[open]").count()


def test_nothing_is_fetched_but_the_page_itself(tab: Page, html: Path) -> None:
    asked = record_requests(tab)
    tab.goto(html.as_uri(), wait_until="networkidle")
    assert html.as_uri() in asked
    assert {urlsplit(address).scheme for address in asked} <= {"file", "data"}
    assert [address for address in asked if address.startswith("file:")] == [html.as_uri()]


def test_the_recorder_sees_what_a_page_fetches(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text('<img alt="x" src="https://example.org/x.png">', encoding="utf-8")
    asked = record_requests(tab)
    tab.goto((tmp_path / "bad.html").as_uri(), wait_until="networkidle")
    assert "https://example.org/x.png" in asked


def test_the_switch_opens_all_code_and_is_remembered(tab: Page, html: Path) -> None:
    tab.goto(html.as_uri())
    switch = tab.get_by_role("button", name="Vis kode")
    cells = tab.locator("details.code").count()
    assert (cells, open_details(tab)) == (5, 0)
    switch.click()
    assert open_details(tab) == cells
    tab.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert open_details(tab) == cells
    switch.click()
    tab.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert open_details(tab) == 0


def test_a_line_of_the_contents_lands_on_its_heading(tab: Page, html: Path) -> None:
    tab.goto(html.as_uri())
    heading = tab.get_by_role("heading", name="The end")
    expect(heading).not_to_be_in_viewport()
    tab.get_by_role("navigation", name="Indhold").get_by_role("link", name="The end").click()
    expect(heading).to_be_in_viewport()
    assert tab.url.endswith("#the-end")


def test_a_number_tells_its_source_to_the_keyboard(tab: Page, html: Path) -> None:
    tab.goto(html.as_uri())
    number = tab.locator("data.number[tabindex]")
    shown = "element => getComputedStyle(element, '::after').content"
    assert number.evaluate(shown) == "none"
    number.focus()
    assert number.evaluate(shown) == '"table_1, linje 19"'


def test_the_skip_link_comes_first_and_into_view(tab: Page, html: Path) -> None:
    tab.goto(html.as_uri())
    skip = tab.get_by_role("link", name="Gå til indholdet")
    expect(skip).not_to_be_in_viewport()
    tab.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


@pytest.mark.parametrize("width", [375, 1280])
def test_only_the_table_scrolls_sideways(tab: Page, html: Path, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(html.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    box = tab.locator(".table-box").last
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


def test_print_leaves_out_code_and_navigation(tab: Page, html: Path) -> None:
    tab.goto(html.as_uri())
    tab.emulate_media(media="print")
    expect(tab.locator(".contents")).to_be_hidden()
    expect(tab.locator("details.code").first).to_be_hidden()
    expect(tab.locator(".basis-mark").first).to_be_visible()
