"""`published.csv` against the text of the report, which is not ours to carry: see REPORT_TEXTS."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from pathlib import Path

import pytest

from analysis.layout import ROOT
from tests import dalarna

# Lines whose digits are no results, and why.
EXEMPT = {
    78: "day and number of slide 5",
    104: "day and number of slide 6",
    158: "the reference day, in wave.yaml",
}
# The first line of each slide, from its heading. Slides 5 and 6 print their number.
SLIDES = (1, 10, 25, 36, 59, 82, 108, 135, 141, 155, 196)
NUMBER = r"(\d{1,3}(?: \d{3})*)"
TABLE_LINE = re.compile(rf"(\D+?) {NUMBER} (\d{{1,3}} \d{{3}}) (\d+(?:,\d)?)%")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    folder = Path(os.environ.get("REPORT_TEXTS") or ROOT.parent / "shared" / "sources")
    path = folder / dalarna.codebook().report.text
    if not path.is_file():
        pytest.skip(f"no {path.name}: set REPORT_TEXTS to the folder of the reports' texts")
    # Lines as editors count them: splitlines would also break at form feeds.
    return path.read_text(encoding="utf-8").split("\n")


def test_every_row_stands_on_its_line(lines: list[str]) -> None:
    for row in dalarna.published().itertuples():
        assert str(row.printed) in lines[int(str(row.line)) - 1]


def test_every_digit_of_the_text_is_a_row_or_exempt(lines: list[str]) -> None:
    published = dalarna.published()
    for number, line in enumerate(lines, start=1):
        rest = line
        for printed in sorted(published.loc[published["line"] == number, "printed"], key=len, reverse=True):
            assert printed in rest, f"line {number}: {printed} is claimed more often than it stands there"
            rest = rest.replace(printed, "", 1)
        assert bool(re.search(r"\d", rest)) == (number in EXEMPT), f"line {number}: {rest}"


def test_a_table_read_by_machine_is_the_one_in_the_rows(lines: list[str]) -> None:
    read = {}
    for number, line in enumerate(lines, start=1):
        if found := TABLE_LINE.fullmatch(line.strip()):
            name, inhabitants, amount, share = found.groups()
            group = "all" if name == "Summa" else f"municipality:{name}"
            read[group, "population"] = (number, float(inhabitants.replace(" ", "")))
            read[group, "amount"] = (number, float(amount.replace(" ", "")))
            read[group, "share"] = (number, float(share.replace(",", ".")))
    table = dalarna.published()[lambda rows: rows["item"] == "table_1"]
    rows = {
        (group, variable): (line, value)
        for group, variable, line, value in zip(
            table["group"], table["variable"], table["line"], table["value"], strict=True
        )
    }
    assert read == rows
    assert len(read) == 48


def test_slides_that_print_their_number_agree(lines: list[str]) -> None:
    for number in (78, 104):
        found = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d+)", lines[number - 1].strip())
        assert found is not None
        assert found[1] == dalarna.codebook().report.date
        assert int(found[2]) == bisect_right(SLIDES, number)


def test_every_row_is_on_the_slide_of_its_line(lines: list[str]) -> None:
    published = dalarna.published()
    assert published["page"].to_list() == [bisect_right(SLIDES, line) for line in published["line"]]


def test_the_reference_day_is_the_waves(lines: list[str]) -> None:
    assert "31 dec 2024" in lines[157]
    assert dalarna.wave().reference == "2024-12-31"
