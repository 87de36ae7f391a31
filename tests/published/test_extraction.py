"""The two entries of what is printed: by hand (`published.csv`), and by a program that reads the text alone.

Where they differed, both were looked at again: the rows were mended or the program's rules. So that they agree says
that each row is what its line says, not how good either was at first.
"""

from __future__ import annotations

import functools
import re

import pytest

from analysis.strict_csv import read_rows
from tests.published.extraction import Reading, extract
from tests.published.reports import FOLDER, STUDIES, WORDS, Report

# Line, value, other end of a range, statistic, qualifier.
Key = tuple[int, float, float | None, str, str]

# How many rows the program reads by itself, so that a change of either entry is seen.
READ = {"dalarna_agreement": 51, "kik_quality": 116, "kl_naere": 223, "klk_healthdata": 927, "ssi_hygiene": 315}


@functools.cache
def by_program(study: str) -> dict[Key, Reading]:
    return {
        (found.line, found.value, found.value_high, found.statistic, found.qualifier): found
        for found in extract(Report(study).lines)
    }


def by_hand(study: str) -> list[Key]:
    rows = Report(study).published
    highs = [None if high != high else float(high) for high in rows["value_high"]]
    return list(zip(rows["line"], rows["value"], highs, rows["statistic"], rows["qualifier"], strict=True))


def is_left_out(reading: Reading, left_out: dict[int, list[str]]) -> bool:
    """Tell whether what the program found is listed as no result; of a broken number, its first line is asked for."""
    first = reading.printed.partition("\n")[0]
    tokens = re.findall(rf"\d+|\b(?:{'|'.join(WORDS)})\b", first, re.IGNORECASE)
    return set(tokens) <= set(left_out.get(reading.line, []))


def differences() -> dict[str, set[tuple[str, Key]]]:
    """Return study -> who reads it so, and what, of the differences that stay."""
    columns = ("study", "line", "read_by", "value", "value_high", "statistic", "qualifier", "reason")
    found: dict[str, set[tuple[str, Key]]] = {study: set() for study in STUDIES}
    for row in read_rows(FOLDER / "differences.csv", columns):
        cells = row.cells
        assert cells["reason"], row
        high = float(cells["value_high"]) if cells["value_high"] else None
        key = (int(cells["line"]), float(cells["value"]), high, cells["statistic"], cells["qualifier"])
        found.setdefault(cells["study"], set()).add((cells["read_by"], key))
    return found


@pytest.mark.parametrize("study", STUDIES)
def test_the_two_entries_differ_only_where_it_is_said_why(study: str) -> None:
    report = Report(study)
    hand, program = set(by_hand(study)), by_program(study)
    left_out = report.left_out()
    found = {("hand", key) for key in hand - set(program)}
    found |= {("program", key) for key in set(program) - hand if not is_left_out(program[key], left_out)}
    assert found == differences()[study]


@pytest.mark.parametrize("study", STUDIES)
def test_how_many_rows_the_program_reads(study: str) -> None:
    program = by_program(study)
    assert sum(key in program for key in by_hand(study)) == READ[study]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("I alt svarer 64 % ja.", ["64 percent exact"]),
        ("Det er ca. 65% af dem, og knap 8 pct. af andre.", ["8 percent approx", "65 percent approx"]),
        ("Mellem 7 og 10 % svarer nej", ["7-10 percent range"]),
        ("I 86-\n\n88% af sagerne", ["86-88 percent range"]),
        ("under 5-10% svarer andet", ["10 percent at_most"]),
        ("hhv. 36 og 40% svarer ja", ["36 percent exact", "40 percent exact"]),
        ("Lidt over halvdelen og en tredje-\ndel", ["0.333 share approx", "0.5 share at_least"]),
        ("Mellem hver tredje og fjerde", ["0.25-0.333 share range"]),
        ("to tredjedele, 1/3 og 3 ud af 4", ["0.333 share approx", "0.667 share approx", "0.75 share approx"]),
        ("op til 24 mia. kr. og ca. 2 ¼ mia. kr.", ["2.25e+09 amount approx", "2.4e+10 amount at_most"]),
        ("knap 1,3 millioner danskere", ["1.3e+06 count approx"]),
        ("12 (40%) af 30 kommuner", ["12 count exact", "30 base exact", "40 percent exact"]),
        ("To kommuner svarer (N=40)", ["2 count exact", "40 base exact"]),
        (
            "Antallet af respondenter er hhv. 40 for styring og 41 for andet. Figur 7",
            ["40 base exact", "41 base exact"],
        ),
        ("faldet fra 9,7 til 7,4 dage", ["7.4 other exact", "9.7 other exact"]),
        ("Figur 3 af 2012 viser, jf. § 140, kl. 14.00, de 18-årige i 1.000 kr.", []),
        ("0% 20% 40% 60% 80% 100%", []),
        ("Side 16 af 101", []),
    ],
)
def test_how_the_program_reads(text: str, readings: list[str]) -> None:
    found = sorted(extract(text.split("\n")), key=lambda one: one.value)
    assert [
        f"{one.value:g}{'' if one.value_high is None else f'-{one.value_high:g}'} {one.statistic} {one.qualifier}"
        for one in found
    ] == readings


def test_a_number_is_on_the_line_it_begins_on() -> None:
    found = extract(["svaret er", "", "86-", "", "88% og halvde-", "", "len af 70", "pct."])
    assert [(one.line, one.value) for one in found] == [(3, 86), (5, 0.5), (7, 70)]
