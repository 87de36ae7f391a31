from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import InputError, Problem
from analysis.ingest.population import check_total, read_population
from tests import dalarna
from tests.conftest import Write

LINES = [f"{code},{name},{n}" for name, (code, n, *_) in dalarna.TABLE.items()]
RÄTTVIK = 12  # the line of Rättvik in the file


def content(lines: list[str]) -> str:
    return "\n".join(["code,name,population", *lines, ""])


def with_line(line: int, text: str) -> str:
    lines = LINES.copy()
    lines[line - 2] = text
    return content(lines)


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_population(path, dalarna.NAMES)
    return caught.value.problems


def test_the_list_of_the_wave_is_the_printed_one() -> None:
    listed = dalarna.population()
    assert dict(zip(listed["name"], listed["population"], strict=True)) == dalarna.INHABITANTS
    assert dict(zip(listed["code"], listed["name"], strict=True)) == dalarna.NAMES
    assert int(listed["population"].sum()) == dalarna.TOTAL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(order=st.permutations(LINES))
def test_any_order_of_rows_is_kept(tmp_path: Path, order: list[str]) -> None:
    path = tmp_path / "population.csv"
    path.write_text(content(order), encoding="utf-8")
    listed = read_population(path, dalarna.NAMES)
    assert [",".join(map(str, row)) for row in listed.itertuples(index=False)] == order
    assert str(listed["population"].dtype) == "int64"


def test_a_missing_municipality(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("population.csv", content([line for line in LINES if "Rättvik" not in line])))
    assert str(problem) == (
        "population.csv, column code: Rättvik is missing; allowed: 15 municipalities, each once. "
        "Add the row 2031,Rättvik,<population>."
    )


def test_a_municipality_twice(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("population.csv", content([*LINES, "2031,Rättvik,10998"])))
    assert str(problem) == (
        "population.csv, row 17, column code: Rättvik stands twice (first in row 12); value: '2031'; "
        "allowed: 15 municipalities, each once. Remove one of the two."
    )


def test_a_misspelt_name(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("population.csv", with_line(RÄTTVIK, "2031,Rätvik,10998")))
    assert str(problem) == (
        "population.csv, row 12, column name: code and name disagree; value: 'Rätvik'; allowed: Rättvik. "
        "Write Rättvik, or correct the code."
    )


def test_an_unknown_municipality_is_named_with_the_nearest(write: Write, no_run: Path) -> None:
    unknown, missing = problems(write("population.csv", with_line(RÄTTVIK, "9999,Rätvik,10998")))
    assert (unknown.file, unknown.row, unknown.column, unknown.value) == ("population.csv", 12, "code", "9999")
    assert unknown.message == "unknown municipality Rätvik"
    assert unknown.advice.startswith("Did you mean 'Rättvik'?")
    assert missing.message == "Rättvik is missing"


def test_a_wrong_code_is_corrected_from_the_name(write: Write) -> None:
    wrong, _ = problems(write("population.csv", with_line(RÄTTVIK, "9999,Rättvik,10998")))
    assert (wrong.row, wrong.column, wrong.value) == (12, "code", "9999")
    assert wrong.message == "unknown code of Rättvik"
    assert wrong.advice == "Rättvik has the code 2031."


@pytest.mark.parametrize("name", ["Summa", "summa", "SUMMA", "Total", "Totalt", "I alt"])
def test_a_row_for_the_total_is_to_be_removed(write: Write, no_run: Path, name: str) -> None:
    (problem,) = problems(write("population.csv", content([*LINES, f",{name},{dalarna.TOTAL}"])))
    assert str(problem) == (
        f"population.csv, row 17, column name: a row for the total; value: {name!r}. "
        "Remove it: the rows are added up here."
    )


def test_a_row_without_code_that_is_no_total_is_an_unknown_code(write: Write) -> None:
    unknown, missing = problems(write("population.csv", with_line(RÄTTVIK, ",Rättvik,10998")))
    assert (unknown.row, unknown.column, unknown.value) == (12, "code", "")
    assert unknown.message == "unknown code of Rättvik"
    assert missing.message == "Rättvik is missing"


def test_a_municipality_of_another_region_is_unknown(write: Write) -> None:
    (problem,) = problems(write("population.csv", content([*LINES, "0180,Stockholm,995574"])))
    assert (problem.row, problem.message) == (17, "unknown municipality Stockholm")


@pytest.mark.parametrize("value", ["", "-10998", "0", "10998.5", "10 998", "10.998", "١٠٩٩٨", '"10,998"'])
def test_a_population_that_is_none(write: Write, no_run: Path, value: str) -> None:
    (problem,) = problems(write("population.csv", with_line(RÄTTVIK, f"2031,Rättvik,{value}")))
    assert (problem.file, problem.row, problem.column) == ("population.csv", 12, "population")
    assert problem.value == value.strip('"')
    assert problem.allowed == "a whole number of at least 1"
    assert "Rättvik" in problem.message
    assert problem.advice


def test_a_population_beyond_all_numbers(write: Write) -> None:
    (problem,) = problems(write("population.csv", with_line(RÄTTVIK, f"2031,Rättvik,{10**30}")))
    assert (problem.row, problem.column) == (12, "population")


def test_all_problems_come_at_once(write: Write) -> None:
    lines = [*LINES[:9], "2034,Orsa,0", "2031,Rättvik,", *LINES[11:], LINES[14]]
    found = problems(write("population.csv", content(lines)))
    assert [(p.row, p.column) for p in found] == [(11, "population"), (12, "population"), (17, "code")]


def test_swapped_names_are_found(write: Write) -> None:
    lines = [line.replace("Orsa", "?").replace("Mora", "Orsa").replace("?", "Mora") for line in LINES]
    assert [(p.row, p.value, p.allowed) for p in problems(write("population.csv", content(lines)))] == [
        (10, "Orsa", "Mora"),
        (11, "Mora", "Orsa"),
    ]


def test_a_name_in_decomposed_letters_is_the_same_name(write: Write) -> None:
    # What macOS may write: a letter and its dots apart. Nobody sees the difference.
    listed = read_population(
        write("population.csv", with_line(RÄTTVIK, "2031,Ra\N{COMBINING DIAERESIS}ttvik,10998")), dalarna.NAMES
    )
    assert listed["name"].iloc[RÄTTVIK - 2] == "Rättvik"


def test_a_file_with_semicolons_says_so(write: Write) -> None:
    (problem,) = problems(write("population.csv", content(LINES).replace(",", ";")))
    assert problem.message == "cells are not separated by commas"


def test_the_right_total_is_accepted() -> None:
    check_total(dalarna.population(), dalarna.TOTAL, Path("population.csv"))


@pytest.mark.parametrize(("stated", "words"), [(286_545, "1 more"), (286_556, "10 less")])
def test_another_total_is_refused(stated: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        check_total(dalarna.population(), stated, dalarna.FOLDER / "2025" / "population.csv")
    (problem,) = caught.value.problems
    assert str(problem) == (
        "data/raw/dalarna_agreement/2025/population.csv, column population: "
        f"the rows add to 286546, {words} than the stated total; value: '286546'; allowed: {stated}. "
        "Correct the row that is wrong, or the total: parameter population (in wave.yaml, or with -p)."
    )
