"""`published.csv` against the text of the report, which is not ours to carry: see REPORT_TEXTS."""

from __future__ import annotations

import functools
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.codebook import Codebook
from analysis.layout import ROOT
from tests import dalarna, ssi

# Numbers that are no results: reason -> what is left of a line once its rows are taken away -> lines.
Exempt = dict[str, dict[str, tuple[int, ...]]]

WORDS = {"én": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "otte": 8, "ni": 9, "ti": 10}


@dataclass(frozen=True)
class Report:
    """A report's text as the tests know it: `pages` is first line -> number of page, `words` are read as numbers."""

    codebook: Callable[[], Codebook]
    published: Callable[[], pd.DataFrame]
    pages: dict[int, int]
    exempt: Exempt
    words: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        return _lines(self.codebook().report.text)

    def page(self, line: int) -> int:
        starts = sorted(self.pages)
        return self.pages[starts[bisect_right(starts, line) - 1]]

    def numbers(self, text: str) -> list[str]:
        words = "".join(rf"|\b{word}\b" for word in self.words)
        return re.findall(rf"\d+{words}", text, flags=re.IGNORECASE)


@functools.cache
def _lines(name: str) -> list[str]:
    folder = Path(os.environ.get("REPORT_TEXTS") or ROOT.parent / "shared" / "sources")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"no {path.name}: set REPORT_TEXTS to the folder of the reports' texts")
    # Lines as editors count them: splitlines would also break at form feeds.
    return path.read_text(encoding="utf-8").split("\n")


# The first line of each slide, from its heading. Slides 5 and 6 print their number.
SLIDES = (1, 10, 25, 36, 59, 82, 108, 135, 141, 155, 196)

DALARNA = Report(
    dalarna.codebook,
    dalarna.published,
    pages={line: slide for slide, line in enumerate(SLIDES, start=1)},
    exempt={
        "day and number of the slide": {"2025 10 27 5": (78,), "2025 10 27 6": (104,)},
        "the reference day, in wave.yaml": {"31 2024": (158,)},
    },
)

# fmt: off
SSI = Report(
    ssi.codebook,
    ssi.published,
    # The cover is page 0 and has no rows. Page 3 left no text: with it, table 1 is on the page that line 1027 says.
    pages={
        1: 0, 31: 1, 79: 2, 144: 4, 195: 5, 263: 6, 312: 7, 374: 8, 437: 9, 503: 10, 576: 11, 638: 12, 687: 13, 744: 14,
        783: 15, 849: 16, 910: 17, 987: 18, 1054: 19, 1119: 20, 1182: 21, 1237: 22, 1301: 23, 1368: 24, 1431: 25,
        1494: 26, 1558: 27, 1626: 28,
    },
    exempt={
        "year or month of a survey": {
            "2024": (
                7, 63, 84, 108, 166, 170, 428, 441, 912, 1031, 1084, 1116, 1143, 1186, 1206, 1212, 1242, 1390, 1441,
                1483, 1541, 1603,
            ),
            "2020": (
                92, 110, 154, 168, 337, 421, 423, 527, 531, 543, 556, 559, 562, 570, 679, 681, 891, 987, 1029, 1041,
                1082, 1086, 1110, 1141, 1147, 1165, 1184, 1204, 1208, 1222, 1256, 1260, 1264, 1325, 1388, 1426, 1453,
                1547, 1605, 1621,
            ),
            "2024 2024": (150, 156),
            "2020 2020": (677,),
            "2020 2024": (881, 887, 918, 1033, 1214),
            "2024 2020": (1045, 1054, 1402),
            "2023 2024": (521,),
        },
        "day of a survey": {"1 19 2020": (411,), "1 1": (426,)},
        "year of a publication": {
            "2017": (807,),
            "2018": (329, 1090, 1512, 1522, 1528, 1553),
            "2019": (729,),
            "2020": (1246,),
            "2020 2021": (333,),
            "2021": (164, 331, 335, 347, 351, 359, 415, 1319, 1380, 1418, 1447),
            "2021 2020": (1240,),
            "2021 2024": (162, 1365),
            "2024": (311,),
            "2025": (404,),
        },
        "year of the health reform": {"2024": (1654,)},
        "month of issue": {"2025": (31, 79, 184)},
        "number of the page": {"1": (33,), "2": (81,)},
        "version, its day, name and number of the grant": {
            "1": (60,), "20251002": (61,), "2": (64,), "2 4": (65,), "101127787": (66,),
        },
        "English: to, and years": {
            "to": (117, 127, 129, 131, 133), "to 2024": (115,), "to 2020": (123,), "2024 to 2020": (141,),
        },
        "HALT 4, its years and a footnote": {"4": (234,), "4 2024": (236,), "1 2023": (238,), "1": (259,)},
        "acute hospitals, not asked about": {"21": (305,)},
        "covid-19": {"19": (343, 417, 1066, 1072, 1276, 1457, 1623)},
        "number of a table or figure, and years": {
            "1": (457, 574), "2": (636,), "3": (685,), "4": (742,), "5": (752, 780), "6": (797, 803, 811, 846),
            "7": (855,), "2 2020 2024": (916,), "3 2020": (989,),
        },
        "numbers of tables and of a page": {"1 9 3": (1027,)},
        "ticks of an axis": {
            "0 20 40 60 80 100 120": (670, 733, 827), "0 1 2 3 4 5 6 7 8 9 10": (895,),
        },
        "years or months in an answer or question": {
            "3": (515, 517), "12": (519, 717, 940, 1167, 1179), "12 2024": (1169,),
        },
        "more than one coordinator is possible": {"én": (699,), "én 2024": (1151,)},
    },
    words=tuple(WORDS),
)
# fmt: on

DALARNA_TABLE_LINE = re.compile(r"(\D+?) (\d{1,3}(?: \d{3})*) (\d{1,3} \d{3}) (\d+(?:,\d)?)%")
SSI_TABLE_LINE = re.compile(r"(.*?)((?:\s*\b\d+\s+\d+%)+)")
# The rows of table 2 by what stands before their numbers.
COMPARED = {
    "Etableret hygiejneorganisation": ("organisation", "yes"),
    "Ansat hygiejnekoordinatorer": ("coordinators", "yes"),
    "Etableret koordinationsudvalg": ("committee", "yes"),
    "Undervisningsaktiviteter indenfor 12 måneder": ("training", "yes"),
    "Etableret samarbejde mellem kommuner": ("cooperation", "yes"),
    "Fælles regional samarbejdsaftale": ("regional_agreement", "yes"),
    "Specialaftale infektions- hygiejniske enheder på regionens hospitaler": ("special_agreement", "yes"),
    "Evaluering af hygiejneindsatser ved måling af sygefravær": ("registers_sick_leave", "agree"),
    "Evaluering af hygiejneindsatser ved måling af smitteudbrud": ("registers_outbreaks", "agree"),
    "Evaluering af hygiejneindsatser ved deltagelse i HALT": ("halt", "yes"),
}
Cell = tuple[int, str, str, str]


@pytest.fixture(scope="module", params=[DALARNA, SSI], ids=["dalarna", "ssi"])
def report(request: pytest.FixtureRequest) -> Report:
    found: Report = request.param
    return found


@pytest.fixture(scope="module")
def lines(report: Report) -> list[str]:
    return report.lines()


@pytest.fixture(scope="module")
def dalarna_lines() -> list[str]:
    return DALARNA.lines()


@pytest.fixture(scope="module")
def ssi_lines() -> list[str]:
    return SSI.lines()


def as_token(printed: str) -> str:
    """Return a pattern of a number as printed that does not match within a longer one, nor a count before its %."""
    return rf"(?<!\w){re.escape(printed)}(?!\w| ?%)"


def test_every_row_stands_on_its_line(report: Report, lines: list[str]) -> None:
    for row in report.published().itertuples():
        assert re.search(as_token(str(row.printed)), lines[int(str(row.line)) - 1]), row


def test_every_number_of_the_text_is_a_row_or_exempt(report: Report, lines: list[str]) -> None:
    stated = [
        (line, left) for by_rest in report.exempt.values() for left, numbers in by_rest.items() for line in numbers
    ]
    exempt = dict(stated)
    assert len(exempt) == len(stated)
    published = report.published()
    for number, line in enumerate(lines, start=1):
        rest = line
        for printed in sorted(published.loc[published["line"] == number, "printed"], key=len, reverse=True):
            rest, taken = re.subn(as_token(printed), "", rest, count=1)
            assert taken, f"line {number}: {printed} is claimed more often than it stands there"
        assert " ".join(report.numbers(rest)) == exempt.get(number, ""), f"line {number}: {rest}"


def test_every_value_is_the_printed_one(report: Report) -> None:
    for row in report.published().itertuples():
        printed = str(row.printed)
        assert printed.endswith("%") == (row.statistic == "percent"), row
        digits = printed.rstrip("% ").replace(" ", "").replace(",", ".")
        assert row.value == (WORDS.get(printed.lower()) or float(digits)), row


def test_every_row_is_on_the_page_of_its_line(report: Report) -> None:
    published = report.published()
    assert published["page"].to_list() == [report.page(line) for line in published["line"]]


def test_every_item_is_on_the_page_the_codebook_says(report: Report) -> None:
    items = report.codebook().items
    shown = report.published()[lambda rows: rows["item"] != "text"]
    assert shown["page"].to_list() == [items[item].page for item in shown["item"]]
    assert set(shown["item"]) == {name for name, item in items.items() if item.printed}


def test_dalarnas_table_read_by_machine_is_the_one_in_the_rows(dalarna_lines: list[str]) -> None:
    read = {}
    for number, line in enumerate(dalarna_lines, start=1):
        if found := DALARNA_TABLE_LINE.fullmatch(line.strip()):
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


def test_slides_that_print_their_number_agree(dalarna_lines: list[str]) -> None:
    for number in (78, 104):
        found = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d+)", dalarna_lines[number - 1].strip())
        assert found is not None
        assert found[1] == dalarna.codebook().report.date
        assert int(found[2]) == DALARNA.page(number)


def test_the_reference_day_is_the_waves(dalarna_lines: list[str]) -> None:
    assert "31 dec 2024" in dalarna_lines[157]
    assert dalarna.wave().reference == "2024-12-31"


def table_lines(lines: list[str], first: int, last: int) -> Iterator[tuple[int, str, list[float]]]:
    """Yield line, label and numbers of each row of a table of the SSI report; labels may stand on several lines."""
    label: list[str] = []
    for number in range(first, last + 1):
        line = lines[number - 1].strip()
        if found := SSI_TABLE_LINE.fullmatch(line):
            label.append(found[1].strip())
            yield number, " ".join(filter(None, label)), [float(value) for value in re.findall(r"\d+", found[2])]
            label = []
        else:
            label.append(line)
    assert not any(label)


def ssi_rows(item: str) -> dict[Cell, tuple[int, float]]:
    """Return the counts and percentages of a table: wave, variable, category, statistic -> line, value."""
    table = ssi.published()[lambda rows: (rows["item"] == item) & (rows["statistic"] != "base")]
    return {
        (wave, variable, category, statistic): (line, value)
        for wave, variable, category, statistic, line, value in zip(
            *(table[name] for name in ("wave", "variable", "category", "statistic", "line", "value")), strict=True
        )
    }


@pytest.mark.parametrize(("item", "wave", "first", "last"), [("table_1", 2024, 461, 491), ("table_3", 2020, 993, 1023)])
def test_positions_read_by_machine_are_those_in_the_rows(
    ssi_lines: list[str], item: str, wave: int, first: int, last: int
) -> None:
    positions = {label.da: name for name, label in ssi.codebook().answers_of("role", wave).items()}
    read: dict[Cell, tuple[int, float]] = {}
    for number, label, (count, percent) in table_lines(ssi_lines, first, last):
        position = positions.pop(label.replace("eksempelvis", "fx"))
        read[wave, "role", position, "count"] = (number, count)
        read[wave, "role", position, "percent"] = (number, percent)
    assert not positions
    assert read == ssi_rows(item)


def test_the_comparison_read_by_machine_is_the_one_in_the_rows(ssi_lines: list[str]) -> None:
    read: dict[Cell, tuple[int, float]] = {}
    for number, label, values in table_lines(ssi_lines, 920, 986):
        cells = [(wave, statistic) for wave in (2020, 2024) for statistic in ("count", "percent")]
        for (wave, statistic), value in zip(cells, values, strict=True):
            read[wave, *COMPARED[label], statistic] = (number, value)
    assert read == ssi_rows("table_2")
    assert len(read) == 40


def test_every_category_is_an_answer_in_its_wave() -> None:
    codebook = ssi.codebook()
    for row in ssi.published().itertuples():
        variable = str(row.variable)
        if row.category and codebook.variables[variable].unit is None:
            assert row.category in codebook.answers_of(variable, int(str(row.wave))), row


def test_the_pages_begin_where_the_text_shows_it(ssi_lines: list[str]) -> None:
    # The first lines of pages stand in by a space. So do these: page numbers, a chart, a table's head and a paragraph.
    others = {33, 81, 615, 918, 1530}
    spaced = {number for number, line in enumerate(ssi_lines, start=1) if re.match(r" .*\w", line)}
    assert spaced == {line for line in SSI.pages if line > 79} | others
    assert [int(ssi_lines[number - 1]) for number in (33, 81)] == [SSI.page(33), SSI.page(81)]
    assert [int(page) for page in re.findall(r"\(side (\d+)\)", "\n".join(ssi_lines))] == [SSI.page(457)]
