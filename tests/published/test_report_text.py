"""`published.csv` against the text of the report: see `reports` for where the texts are."""

from __future__ import annotations

import re

import pytest

from analysis.published.lines import check_lines
from tests import dalarna, ssi
from tests.published.reports import CARDINAL, NO_RESULTS, STUDIES, Report

DALARNA, SSI = Report(dalarna.STUDY), Report(ssi.STUDY)

# Items whose title the text does not print, or prints otherwise.
NO_CAPTION = {
    ("dalarna_agreement", "table_1"): "the table has no title",
    ("kl_naere", "box_7"): "the box has no title",
    ("klk_healthdata", "figure_27"): "its caption is a figure note",
    ("ssi_hygiene", "table_2"): "the codebook words its title otherwise",
    ("ssi_hygiene", "table_3"): "the codebook words its title otherwise",
}


@pytest.fixture(scope="module", params=STUDIES)
def report(request: pytest.FixtureRequest) -> Report:
    return Report(request.param)


def test_every_row_stands_on_its_line_with_the_value_that_is_printed(report: Report) -> None:
    check_lines(report.published, report.lines, report.file)


def test_every_number_of_the_text_is_a_row_or_left_out_for_a_reason(report: Report) -> None:
    assert report.unclaimed() == report.left_out()


def test_whatever_is_printed_with_a_percent_sign_is_a_percentage(report: Report) -> None:
    rows = report.published
    signed = rows["printed"].str.contains(r"%|pct|procent(?!point)")
    assert (rows.loc[signed, "statistic"] == "percent").all()


def test_numbers_in_words_are_approximate_unless_they_say_otherwise(report: Report) -> None:
    shares = report.published[lambda rows: rows["statistic"] == "share"]
    assert (shares["qualifier"] != "exact").all()
    assert set(shares["value"].round(3)) <= {0.2, 0.25, 0.333, 0.5, 0.667, 0.75}


def test_rows_are_in_the_order_of_the_text(report: Report) -> None:
    assert report.published["line"].is_monotonic_increasing


def test_every_row_is_on_the_page_of_its_line(report: Report) -> None:
    published = report.published
    assert published["page"].to_list() == [report.page(line) for line in published["line"]]


def test_every_caption_is_on_the_page_the_codebook_says(report: Report) -> None:
    # The letters that follow each line's beginning, without marks and breaks.
    following = [_letters(" ".join(report.lines[start : start + 14])) for start in range(len(report.lines))]
    misplaced = {}
    for name, item in report.codebook.items.items():
        if not item.printed or (report.study, name) in NO_CAPTION:
            continue
        caption = _letters(_heading(name) + item.title.da)
        pages = {report.page(line) for line, text in enumerate(following, start=1) if text.startswith(caption)}
        if item.page not in pages:
            misplaced[name] = (item.page, pages)
    assert misplaced == {}


def test_every_row_of_an_item_is_on_its_page_or_the_next(report: Report) -> None:
    shown = report.published[lambda rows: rows["item"] != "text"]
    pages = [report.codebook.items[item].page for item in shown["item"]]
    assert None not in pages
    # A figure's note, or the last rows of a table, may stand overleaf.
    assert {row - (page or 0) for row, page in zip(shown["page"], pages, strict=True)} <= {0, 1}


def _heading(item: str) -> str:
    kind, _, number = item.partition("_")
    return {"figure": "Figur ", "table": "Tabel ", "box": ""}[kind] + (
        number.replace("_", ".") if kind != "box" else ""
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


@pytest.mark.parametrize(
    "line",
    [
        "Figur 3 viser i 2012, at",
        "jf. figur 5.4, Tabel 10.1 og boks 7",
        "4.10 Anvendelse af data",
        "blandt de ældre19 og unge20",
        "19Databasen er ny",
        "Side 16 af 101",
        "for de tre formål, de seks fagområder og de to øvrige formål",
    ],
)
def test_what_is_no_result_wherever_it_stands(line: str) -> None:
    left = re.sub("|".join(NO_RESULTS.values()), " ", line, flags=re.IGNORECASE)
    assert not re.search(rf"\d|\b(?:{CARDINAL})\b", left), left


@pytest.mark.parametrize("line", ["12 % i 1 af 3", "37 kommuner", "17,5 pct.", "2.010 borgere", "20123", "70 % af dem"])
def test_a_result_is_no_exception(line: str) -> None:
    left = re.sub("|".join(NO_RESULTS.values()), " ", line, flags=re.IGNORECASE)
    assert left == line


def test_slides_that_print_their_number_agree() -> None:
    for number in (78, 104):
        found = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d+)", DALARNA.lines[number - 1].strip())
        assert found is not None
        assert found[1] == dalarna.codebook().report.date
        assert int(found[2]) == DALARNA.page(number)


def test_the_reference_day_is_the_waves() -> None:
    assert "31 dec 2024" in DALARNA.lines[157]
    assert dalarna.wave().reference == "2024-12-31"


def test_pages_that_print_their_number_agree() -> None:
    if "klk_healthdata" not in STUDIES:
        pytest.skip("no such study")
    report = Report("klk_healthdata")
    heads = {
        number: int(found[1])
        for number, line in enumerate(report.lines, start=1)
        if (found := re.search(r"Side (\d+) af 101", line))
    }
    assert len(heads) == 9
    assert {number: report.page(number) for number in heads} == heads


def test_the_pages_begin_where_the_text_shows_it() -> None:
    # The first lines of pages stand in by a space. So do these: page numbers, a chart, a table's head and a paragraph.
    lines = SSI.lines
    others = {33, 81, 615, 918, 1530}
    spaced = {number for number, line in enumerate(lines, start=1) if re.match(r" .*\w", line)}
    first = {number for number in range(80, len(lines) + 1) if SSI.page(number) != SSI.page(number - 1)}
    assert spaced == first | others
    assert [int(lines[number - 1]) for number in (33, 81)] == [SSI.page(33), SSI.page(81)]
    assert [int(page) for page in re.findall(r"\(side (\d+)\)", "\n".join(lines))] == [SSI.page(457)]
