"""The index and the front page."""

import dataclasses
import subprocess
import sys

from bs4 import BeautifulSoup

from analysis.site.index import Entry, render_front, render_index

GOOD = Entry(
    study="dalarna_agreement",
    study_title="Region Dalarna",
    year=2025,
    notebook="06_allocate",
    title="Fordeling",
    basis="register",
    href="06_allocate.html",
    failure=None,
    summary="15 af 15 beløb er ens.",
    downloads=(("estimates.csv", "../../data/estimates.csv"), ("tables.xlsx", "../tables.xlsx")),
)
FAILED = dataclasses.replace(
    GOOD, title="Genskabt", href=None, failure="../../logs/05.html#failing-cell", summary="", downloads=()
)
EARLIER = dataclasses.replace(GOOD, year=2024, href="2024.html")
OTHER = dataclasses.replace(GOOD, study="kik", study_title="Kvalitet", year=2023, basis="reconstructed")


def index(*entries: Entry) -> BeautifulSoup:
    return BeautifulSoup(render_index("da", entries, (("en", "../en/index.html"),)), "html.parser")


def test_studies_waves_and_pages_stand_under_each_other() -> None:
    soup = index(GOOD, FAILED, EARLIER, OTHER)
    outline = [(tag.name, tag.get_text()) for tag in soup.select("main section[id] :is(h2, h3, .title)")]
    assert outline == [
        ("h2", "Region Dalarna"),
        ("h3", "2025"),
        ("a", "Fordeling"),
        ("span", "Genskabt"),
        ("h3", "2024"),
        ("a", "Fordeling"),
        ("h2", "Kvalitet"),
        ("h3", "2023"),
        ("a", "Fordeling"),
    ]


def test_a_page_has_badge_summary_and_downloads() -> None:
    (run,) = index(GOOD).select(".runs li")
    assert run.select(".badge")[0].get_text() == "Register"
    assert "15 af 15 beløb er ens." in run.get_text()
    assert [(a.get_text(), a["href"]) for a in run.select(".downloads a")] == list(GOOD.downloads)
    assert not run.select(".failed")


def test_a_failed_run_is_marked_and_leads_to_where_it_stopped() -> None:
    soup = index(GOOD, FAILED)
    (mark,) = soup.select(".runs .failed")
    assert mark.get_text(" ", strip=True) == "Kørslen mislykkedes. Se, hvor den standsede"
    assert [a["href"] for a in mark.select("a")] == ["../../logs/05.html#failing-cell"]
    assert "1 af 2 kørsler mislykkedes" in soup.select("header .failed")[0].get_text()


def test_where_nothing_failed_nothing_says_so() -> None:
    assert not index(GOOD).select(".failed")


def test_the_bases_in_use_are_explained() -> None:
    assert [dt.get_text(strip=True) for dt in index(GOOD, OTHER).select(".bases dt")] == [
        "Rekonstrueret",
        "Register",
    ]


def test_an_index_of_nothing_is_still_a_page() -> None:
    assert [h.get_text() for h in index().select("h1, h2")] == ["Kommunerapporter"]


def test_the_front_page_leads_to_each_language_in_its_own_words() -> None:
    links = BeautifulSoup(render_front(["da", "en"]), "html.parser").select("main a")
    assert [(a["href"], a["lang"], a.get_text()) for a in links] == [
        ("da/index.html", "da", "Kommunerapporter (Dansk)"),
        ("en/index.html", "en", "Municipal reports (English)"),
    ]


def test_the_index_is_made_without_the_heavy_libraries() -> None:
    script = "import sys, analysis.site.index; print({'nbconvert', 'nbformat', 'pandas'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "set()"
