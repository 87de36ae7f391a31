"""Tables of the reports read by machine, cell for cell, against the rows entered by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from analysis.codebook.groups import join_group
from tests import dalarna, ssi
from tests.published.reports import Report

DALARNA, SSI = Report(dalarna.STUDY), Report(ssi.STUDY)
KIK, KLK, KL_NAERE = Report("kik_quality"), Report("klk_healthdata"), Report("kl_naere")

# Group, variable, category, statistic -> line, value.
Cells = dict[tuple[str, str, str, str], tuple[int, float]]
# A line, what stands before its numbers there and on the lines before it, and its numbers.
TableRow = tuple[int, str, list[float]]

DALARNA_TABLE_LINE = re.compile(r"(\D+?) (\d{1,3}(?: \d{3})*) (\d{1,3} \d{3}) (\d+(?:,\d)?)%")
# The rows of SSI's table 2 by what stands before their numbers.
COMPARED = {
    "Etableret hygiejneorganisation": ("organisation", "yes"),
    "Ansat hygiejnekoordinatorer": ("coordinators", "yes"),
    "Etableret koordinationsudvalg": ("committee", "yes"),
    "Undervisningsaktiviteter indenfor 12 måneder": ("training", "yes"),
    "Etableret samarbejde mellem kommuner": ("cooperation", "yes"),
    "Fælles regional samarbejdsaftale": ("regional_agreement", "yes"),
    "Specialaftale infektionshygiejniske enheder på regionens hospitaler": ("special_agreement", "yes"),
    "Evaluering af hygiejneindsatser ved måling af sygefravær": ("registers_sick_leave", "agree"),
    "Evaluering af hygiejneindsatser ved måling af smitteudbrud": ("registers_outbreaks", "agree"),
    "Evaluering af hygiejneindsatser ved deltagelse i HALT": ("halt", "yes"),
}
AREAS = ("home_care", "rehabilitation", "prevention", "dental", "health_visiting", "substance_abuse")
SIZES = {"Små kommuner": "small", "Mellemstore kommuner": "medium", "Store kommuner": "large"}


def entered(report: Report, item: str, base: bool = False) -> Cells:
    """Return what is entered by hand of a table, its bases only where asked for."""
    rows = report.published
    return _cells(rows[(rows["item"] == item) & (base | (rows["statistic"] != "base"))])


def _cells(rows: pd.DataFrame) -> Cells:
    keys = zip(*(rows[name] for name in ("group", "variable", "category", "statistic")), strict=True)
    cells: Cells = dict(zip(keys, zip(rows["line"], rows["value"], strict=True), strict=True))
    assert len(cells) == len(rows)
    return cells


def table_rows(report: Report, first: int, last: int, numbers: str) -> Iterator[TableRow]:
    """Yield the rows of a table; labels may stand on several lines, their words broken.

    Parameters
    ----------
    numbers
        Pattern of what stands behind the label in a row: its runs of digits are the numbers.
    """
    label = ""
    for number in range(first, last + 1):
        words = report.lines[number - 1].strip()
        found = re.fullmatch(rf"(.*?)({numbers})", words)
        text = found[1].strip() if found else words
        broken = label.endswith("-") and text[:1].islower()
        label = label[:-1] + text if broken else f"{label} {text}".strip()
        if found:
            yield number, label, [float(digits.replace(",", ".")) for digits in re.findall(r"\d+(?:,\d+)?", found[2])]
            label = ""
    assert not label


def answers(report: Report, variable: str, wave: int, **others: str) -> Callable[[str], str]:
    """Return the look-up of an answer by its Danish text; `others` are those that a table writes otherwise."""
    names = {label.da: name for name, label in report.codebook.answers_of(variable, wave).items()}
    written = {label: name for name, label in others.items()}
    return {**names, **written}.__getitem__


def test_dalarnas_table() -> None:
    read: Cells = {}
    for number, line in enumerate(DALARNA.lines, start=1):
        if found := DALARNA_TABLE_LINE.fullmatch(line.strip()):
            name, inhabitants, amount, share = found.groups()
            group = "all" if name == "Summa" else f"municipality:{name}"
            read[group, "population", "", "population"] = (number, float(inhabitants.replace(" ", "")))
            read[group, "amount", "", "amount"] = (number, float(amount.replace(" ", "")))
            read[group, "share", "", "percent"] = (number, float(share.replace(",", ".")))
    assert read == entered(DALARNA, "table_1")
    assert len(read) == 48


@pytest.mark.parametrize(("item", "wave", "first", "last"), [("table_1", 2024, 461, 491), ("table_3", 2020, 993, 1023)])
def test_ssis_positions(item: str, wave: int, first: int, last: int) -> None:
    position = answers(SSI, "role", wave)
    read: Cells = {}
    for number, label, (count, percent) in table_rows(SSI, first, last, r"\d+\s+\d+%"):
        category = position(label.replace("eksempelvis", "fx"))
        read["all", "role", category, "count"] = (number, count)
        read["all", "role", category, "percent"] = (number, percent)
    assert read == entered(SSI, item)
    assert len(read) == 2 * len(SSI.codebook.codes_of("role", wave).categories)


def test_ssis_comparison() -> None:
    read: dict[int, Cells] = {2020: {}, 2024: {}}
    for number, label, values in table_rows(SSI, 920, 986, r"\d+\s+\d+%\s+\d+\s+\d+%"):
        cells = [(wave, statistic) for wave in read for statistic in ("count", "percent")]
        for (wave, statistic), value in zip(cells, values, strict=True):
            read[wave]["all", *COMPARED[label], statistic] = (number, value)
    rows = SSI.published[lambda table: (table["item"] == "table_2") & (table["statistic"] != "base")]
    assert read == {wave: _cells(rows[rows["wave"] == wave]) for wave in read}
    assert sum(len(cells) for cells in read.values()) == 40


def test_kiks_roles() -> None:
    role = answers(KIK, "role", 2023)
    read: Cells = {
        ("all", "role", role(label), "percent"): (number, percent)
        for number, label, (percent,) in table_rows(KIK, 69, 76, r"\d+%")
    }
    assert read == entered(KIK, "table_1")
    assert len(read) == 4


def test_kiks_size_classes() -> None:
    read: Cells = {}
    rows = table_rows(KIK, 101, 109, r"\d+ \d+ .+")
    for number, label, (respondents, municipalities, *limits) in rows:
        group = f"size:{SIZES[label]}"
        read[group, "respondents", "", "base"] = (number, respondents)
        read[group, "class_size", "", "count"] = (number, municipalities)
        # The thousands of a limit have a point.
        read[group, "population", "", "other"] = (number, 1000 * limits[0] + limits[1])
    assert read == entered(KIK, "table_2", base=True)
    assert len(read) == 9


def test_klks_response() -> None:
    area = {label.da: f"area:{name}" for name, label in KLK.codebook.groups["area"].values.items()}
    read: Cells = {}
    for number, label, values in table_rows(KLK, 372, 385, r"(?:\d+ % ?){3}"):
        group = {**area, "Samlet svarprocent": "all"}[label]
        for part, value in zip(("answered", "partly", "not_answered"), values, strict=True):
            read[group, "response", part, "percent"] = (number, value)
    assert read == entered(KLK, "table_2")
    assert len(read) == 21


def test_klks_positions() -> None:
    # The columns in the order of the heads in lines 404-428.
    columns = ("substance_abuse", "health_visiting", "dental", "prevention", "home_care", "rehabilitation", "")
    position = answers(KLK, "role", 2018)
    read: Cells = {}
    for number, label, values in table_rows(KLK, 429, 456, r"(?:\d+,\d+% ?){7}"):
        for area, value in zip(columns, values, strict=True):
            group = join_group({"area": area} if area else {})
            read[group, "role", position(label), "percent"] = (
                number,
                value,
            )
    assert read == entered(KLK, "table_3")
    assert len(read) == 35


@pytest.mark.parametrize(
    ("item", "variable", "first", "last"),
    [
        ("table_5", "data_use", 960, 971),
        ("table_6", "system_records", 1076, 1084),
        ("table_7", "system_local", 1139, 1147),
        ("table_8", "system_regional", 1205, 1213),
    ],
)
def test_klks_areas(item: str, variable: str, first: int, last: int) -> None:
    answer = answers(KLK, variable, 2018, ad_hoc="Mindre systematisk/ ad hoc", dont_know="Ved ikke")
    read: Cells = {}
    for number, label, values in table_rows(KLK, first, last, r"(?:\d+% *){7}"):
        for area, value in zip(("", *AREAS), values, strict=True):
            group = join_group({"area": area} if area else {})
            read[group, variable, answer(label), "percent"] = (number, value)
    assert read == entered(KLK, item)


def test_kl_naeres_diseases() -> None:
    disease = {label.da: name for name, label in KL_NAERE.codebook.groups["disease"].values.items()}
    disease["Psykiske sygdomme"] = "mental"
    read: Cells = {}
    for number, label, (thousands, rest) in table_rows(KL_NAERE, 4231, 4239, r"\d{3}\.\d{3}"):
        group = f"year:2011;disease:{disease[label]}"
        read[group, "persons_with_disease", "", "count"] = (number, 1000 * thousands + rest)
    assert read == entered(KL_NAERE, "table_6_1")
    assert len(read) == 5


def test_kl_naeres_agreements() -> None:
    fields = {"forebyggelse": "prevention", "genoptræning": "rehabilitation"}
    quarters = {"¼": 0.25, "½": 0.5, "¾": 0.75}
    read: Cells = {}
    for number in range(14742, 14753, 2):
        line = KL_NAERE.lines[number - 1]
        year = line[:4]
        if found := re.search(r"Løft: (\d+) mio\. kr\. vedr\. (\w+)", line):
            group = f"year:{year};field:{fields[found[2]]};sector:municipality"
            read[group, "agreed_funds", "", "amount"] = (number, float(found[1]) * 1e6)
        found = re.search(r"Samlet løft på ca\. (\d+(?:,\d)?) ?([¼½¾]?) ?mia\. kr\.", line)
        assert found is not None
        value = float(found[1].replace(",", ".")) + quarters.get(found[2], 0)
        read[f"year:{year};sector:region", "agreed_funds", "", "amount"] = (number, value * 1e9)
    assert read == entered(KL_NAERE, "table_15_1")
    assert len(read) == 8
