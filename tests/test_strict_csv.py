import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import InputError, Problem
from analysis.strict_csv import read_rows
from tests.conftest import Write

COLUMNS = ("code", "name")


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_rows(path, COLUMNS)
    return caught.value.problems


def test_rows_carry_their_line_and_cells(write: Write) -> None:
    rows = read_rows(write("a.csv", "code,name\n1,Falun\n2,Mora\n"), COLUMNS)
    assert [(row.line, row.cells) for row in rows] == [
        (2, {"code": "1", "name": "Falun"}),
        (3, {"code": "2", "name": "Mora"}),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "name,code\nFalun,1\n",
        " code , name \n 1 , Falun \n",
        "code,name\r\n1,Falun\r\n",
        "\N{BOM}code,name\n1,Falun\n",
        "code,name\n1,Falun",
        'code,name\n"1","Falun"\n',
        "code,name\n\n1,Falun\n\n",
    ],
    ids=["columns turned", "space", "CRLF", "BOM", "no last newline", "quoted", "blank lines"],
)
def test_what_means_the_same_is_read_the_same(write: Write, content: str) -> None:
    assert [row.cells for row in read_rows(write("a.csv", content), COLUMNS)] == [{"code": "1", "name": "Falun"}]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_row_after_a_quoted_newline_has_its_own_line(write: Write, newline: str) -> None:
    lines = ["code,name", '1,"Malung', 'Sälen"', "", "2,Mora", '3,"a,b"', ""]
    rows = read_rows(write("a.csv", newline.join(lines)), COLUMNS)
    assert [row.line for row in rows] == [2, 5, 6]
    assert [row.cells["name"] for row in rows] == [f"Malung{newline}Sälen", "Mora", "a,b"]


def test_a_missing_file_is_named(no_run: Path) -> None:
    (problem,) = problems(no_run / "a.csv")
    assert (problem.file, problem.message) == ("a.csv", "the file does not exist")
    assert "README" in problem.advice


@pytest.mark.parametrize(
    "content",
    ["", "\N{BOM}", "\n", " \n\n", ",\n,\n", ";\n"],
    ids=["nothing", "BOM only", "newline only", "blank lines", "commas only", "semicolon only"],
)
def test_an_empty_file_is_refused(write: Write, no_run: Path, content: str) -> None:
    (problem,) = problems(write("a.csv", content))
    assert str(problem) == "a.csv: the file is empty. It needs the header code,name and rows."


def test_a_header_alone_is_refused(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("a.csv", "code,name\n"))
    assert str(problem) == "a.csv: no rows below the header. Fill in the file or remove it."


def test_a_file_of_excel_in_western_encoding_shows_the_line_as_meant(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("a.csv", "code,name\n1,Falun\n2,Rättvik\n".encode("cp1252")))
    assert str(problem) == (
        "a.csv, row 3: not UTF-8; value: '2,Rättvik'; allowed: UTF-8 text. Save the file as “CSV UTF-8”."
    )


def test_row_of_wrong_encoding_is_right_with_windows_line_ends(write: Write) -> None:
    (problem,) = problems(write("a.csv", "code,name\r\n1,Falun\r\n2,Rättvik\r\n".encode("cp1252")))
    assert (problem.row, problem.value) == (3, "2,Rättvik")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_in_readable_words(write: Write, encoding: str) -> None:
    (problem,) = problems(write("a.csv", "code,name\n1,Falun\n".encode(encoding)))
    assert problem.message == "not UTF-8 but most likely UTF-16"
    assert "CSV UTF-8" in problem.advice
    assert "\0" not in str(problem)
    assert "\\x00" not in str(problem)


@pytest.mark.parametrize("content", ["code;name\n1;Falun\n", "code\tname\n1\tFalun\n", '"code";"name"\n"1";"Falun"\n'])
def test_another_separator_is_recognised(write: Write, content: str) -> None:
    (problem,) = problems(write("a.csv", content))
    assert (problem.row, problem.message) == (1, "cells are not separated by commas")
    assert problem.value == content.split("\n")[0]
    assert problem.advice == (
        "Replace each separator by a comma in a text editor, or export with comma as the list separator."
    )


def test_a_missing_column_is_named(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("a.csv", "code\n1\n"))
    assert str(problem) == "a.csv, row 1, column name: column name is missing; allowed: code, name. Add it."


def test_an_unknown_column_is_named_with_the_nearest(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("a.csv", "code,name,naem\n1,Falun,x\n"))
    assert str(problem) == "a.csv, row 1, column naem: unknown column. Did you mean 'name'? Valid: code, name."


def test_a_column_without_name_is_called_so(write: Write) -> None:
    (problem,) = problems(write("a.csv", "code,name,\n1,Falun,\n"))
    assert (problem.row, problem.value) == (1, "code,name,")
    assert problem.message == "a column without a name"
    assert problem.advice == "Remove the comma too many."


def test_a_repeated_column_is_named(write: Write, no_run: Path) -> None:
    (problem,) = problems(write("a.csv", "code,name,name\n1,Falun,Mora\n"))
    assert str(problem) == "a.csv, row 1, column name: column stands twice. Remove one of the two."


def test_every_ragged_row_is_listed(write: Write, no_run: Path) -> None:
    short, long = problems(write("a.csv", "code,name\n1\n2,Mora\n3,Orsa,x\n"))
    assert str(short) == (
        "a.csv, row 2: 1 cells where the header has 2; value: '1'. "
        "Add or remove a comma, or quote the cell that holds one."
    )
    assert (long.row, long.message, long.value) == (4, "3 cells where the header has 2", "3,Orsa,x")


def test_text_after_a_quote_is_refused_where_it_stands(write: Write) -> None:
    (problem,) = problems(write("a.csv", 'code,name\n1,"Fa"lun\n2,Mora\n'))
    assert problem.message.startswith("not CSV")
    assert problem.row == 2


def test_a_quote_never_closed_is_shown_where_it_opens(write: Write) -> None:
    (problem,) = problems(write("a.csv", 'code,name\n1,"Falun\n2,Mora\n3,Orsa\n'))
    assert problem.message.startswith("not CSV")
    assert problem.row == 2


def test_an_open_quote_after_a_cell_of_several_lines_is_shown_where_its_record_begins(write: Write) -> None:
    (problem,) = problems(write("a.csv", 'code,name\n1,"Malung\nSälen"\n2,"Mora\n3,Orsa\n'))
    assert problem.row == 4


@pytest.mark.parametrize("column", ["code", "näme"])
def test_decomposed_letters_are_read_as_one(write: Write, column: str) -> None:
    content = unicodedata.normalize("NFD", f"{column},name\n1,Rättvik\n")
    (row,) = read_rows(write("a.csv", content), (column, "name"))
    assert row.cells == {column: "1", "name": "Rättvik"}


cells = (
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
    .map(str.strip)
    .map(lambda cell: unicodedata.normalize("NFC", cell))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.tuples(cells.filter(bool), cells), min_size=1, max_size=6))
def test_what_was_written_is_read(tmp_path: Path, table: list[tuple[str, str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([COLUMNS, *table])
    path = tmp_path / "a.csv"
    path.write_bytes(buffer.getvalue().encode("utf-8"))
    rows = read_rows(path, COLUMNS)
    assert [(row.cells["code"], row.cells["name"]) for row in rows] == table
    # A record starts after the newlines of all before it.
    lines = buffer.getvalue().split("\n")
    starts = [2 + sum(1 + code.count("\n") + name.count("\n") for code, name in table[:n]) for n in range(len(table))]
    assert [row.line for row in rows] == starts
    assert all(start <= len(lines) for start in starts)
