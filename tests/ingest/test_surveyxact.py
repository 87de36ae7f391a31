import os
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import InputError, Problem
from analysis.ingest.surveyxact import Export, Question, find_export, read_surveyxact
from analysis.layout import ROOT
from tests.conftest import Write
from tests.ingest.surveyxact_files import (
    FORMS,
    STRUCTURE_HEADER,
    TEXT_FORMS,
    Cell,
    Lines,
    Tables,
    as_text,
    workbook_sheets,
    write_export,
    write_workbook,
)

STATES = ("Ny", "Distribueret", "Nogen svar", "Gennemført", "Frafaldet")
CHOSEN = (("0", "Ikke valgt"), ("1", "Valgt"))
GOALS = "Hvad er målet? (flere kryds; mindst ét)"
COMMENT = 'Hvad forstår I ved "data"?'
REMARK = 'Først "ja", så;\nmåske'

TABLES = Tables(
    dataset=(
        ("s_1", "s_2_1", "s_2_2", "s_6", "s_7", "kode", "timer", "s_3", *(f"stato_{n}" for n in range(1, 6))),
        ("1", "0", "1", "4", "", "007", "2.5", REMARK, "0", "0", "0", "1", "0"),
        ("", "0", "0", "", "", "0851", "10", "", "1", "0", "0", "0", "0"),
        ("2", "1", "1", "", "5", "", "0.25", "Æbler, pærer", "0", "0", "1", "0", "0"),
    ),
    labels=(
        ("s_1", "1", "Ja"),
        ("s_1", "2", "Nej, slet ikke; aldrig"),
        ("s_6", "4", "Høj grad – “meget”"),
        ("s_7", "5", "(5)"),
        *((f"s_2_{n}", *label) for n in (1, 2) for label in CHOSEN),
        *((f"stato_{n}", *label) for n in range(1, 6) for label in CHOSEN),
    ),
    structure=(
        STRUCTURE_HEADER,
        ("s_1", "s_1", "Closed", "Single", "Bruger kommunen data?", "", ""),
        ("s_2", "s_2_1", "Closed", "Multiple", GOALS, "7", "Læring"),
        ("s_2", "s_2_2", "Closed", "Multiple", GOALS, "2", "Kontrol, styring"),
        ("s_6", "s_6", "Closed", "Single", "I hvor høj grad - Ældre", "", ""),
        ("s_7", "s_7", "Closed", "Single", "I hvor høj grad - Børn", "", ""),
        ("kode", "kode", "Open", "String", "Kommunekode", "", ""),
        ("timer", "timer", "Open", "Number", "Timer om ugen", "", ""),
        ("s_3", "s_3", "Open", "String", COMMENT, "", ""),
        *(
            ("statoverall", f"stato_{n}", "Closed", "Multiple", "Samlet status", str(n), state)
            for n, state in enumerate(STATES, start=1)
        ),
    ),
)
QUESTIONS = [
    Question("s_1", "single", "Bruger kommunen data?", {"s_1": ""}),
    Question("s_2", "multiple", GOALS, {"s_2_1": "Læring", "s_2_2": "Kontrol, styring"}),
    Question("s_6", "single", "I hvor høj grad - Ældre", {"s_6": ""}),
    Question("s_7", "single", "I hvor høj grad - Børn", {"s_7": ""}),
    Question("kode", "open", "Kommunekode", {"kode": ""}),
    Question("timer", "open", "Timer om ugen", {"timer": ""}),
    Question("s_3", "open", COMMENT, {"s_3": ""}),
    Question(
        "statoverall", "multiple", "Samlet status", {f"stato_{n}": state for n, state in enumerate(STATES, start=1)}
    ),
]
LABELS = {
    "s_1": {"1": "Ja", "2": "Nej, slet ikke; aldrig"},
    "s_6": {"4": "Høj grad – “meget”"},
    "s_7": {"5": "(5)"},
    **{f"s_2_{n}": dict(CHOSEN) for n in (1, 2)},
    **{f"stato_{n}": dict(CHOSEN) for n in range(1, 6)},
}

every_form = pytest.mark.parametrize("form", FORMS)
every_text_form = pytest.mark.parametrize("form", TEXT_FORMS)


def cells(export: Export) -> list[tuple[str, ...]]:
    return [tuple(row.cells.values()) for row in export.rows]


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_surveyxact(path)
    return caught.value.problems


def problem(path: Path) -> str:
    (only,) = problems(path)
    return str(only)


def changed(lines: Lines, line: int, *cells: str) -> Lines:
    """Return a table with other cells in one line, 1-based."""
    return (*lines[: line - 1], cells, *lines[line:])


@pytest.fixture
def text_export(no_run: Path) -> Path:
    """The export as SurveyXact writes it by default, in the test's folder."""
    return write_export(no_run, TABLES, "semicolon cp1252")


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_bytes().decode("cp1252")
    assert content.count(old) == 1
    file.write_bytes(content.replace(old, new).encode("cp1252"))


# What is read


@every_form
def test_the_same_export_is_read_from_every_form(tmp_path: Path, form: str) -> None:
    export = read_surveyxact(write_export(tmp_path, TABLES, form))
    assert [tuple(row.cells) for row in export.rows] == [TABLES.dataset[0]] * 3
    assert cells(export) == list(TABLES.dataset[1:])
    assert export.labels == LABELS
    assert list(export.questions.items()) == [(question.name, question) for question in QUESTIONS]


@every_text_form
def test_a_row_of_a_text_file_has_the_line_it_starts_on(no_run: Path, form: str) -> None:
    export = read_surveyxact(write_export(no_run, TABLES, form))
    assert export.file == "dataset.csv"
    # The remark in the first row goes on in line 3.
    assert [row.line for row in export.rows] == [2, 4, 5]


def test_a_row_of_a_workbook_has_the_row_of_the_sheet(no_run: Path) -> None:
    export = read_surveyxact(write_export(no_run, TABLES, "xlsx"))
    assert export.file == "export.xlsx"
    assert [row.line for row in export.rows] == [2, 3, 4]


def test_each_file_of_a_folder_may_have_its_own_form(tmp_path: Path) -> None:
    (tmp_path / "dataset.csv").write_bytes(as_text(TABLES.dataset, TEXT_FORMS["tab UTF-16"]))
    (tmp_path / "labels.csv").write_bytes(as_text(TABLES.labels, TEXT_FORMS["comma cp1252"]))
    (tmp_path / "structure.csv").write_bytes(as_text(TABLES.structure, TEXT_FORMS["semicolon UTF-8 BOM"]))
    export = read_surveyxact(tmp_path)
    assert cells(export) == list(TABLES.dataset[1:])
    assert (export.labels, list(export.questions.values())) == (LABELS, QUESTIONS)


@every_form
def test_blank_rows_and_surrounding_space_are_no_content(tmp_path: Path, form: str) -> None:
    header, first, *others = TABLES.dataset
    blank = ("",) * len(header)
    lines = (header, (*first[:-1], f"  {first[-1]} "), blank, *others, (" ", *blank[1:]), blank)
    export = read_surveyxact(write_export(tmp_path, replace(TABLES, dataset=lines), form))
    assert cells(export) == list(TABLES.dataset[1:])
    gap = export.rows[1].line - export.rows[0].line
    assert gap == (2 if form == "xlsx" else 3)


@every_text_form
@pytest.mark.parametrize("phantoms", [("",), ("", " ")], ids=["one", "two"])
def test_phantom_cells_beyond_the_header_are_none(tmp_path: Path, form: str, phantoms: tuple[str, ...]) -> None:
    def longer(lines: Lines) -> Lines:
        return [(*line, *phantoms) for line in lines]

    tables = Tables(longer(TABLES.dataset), longer(TABLES.labels), longer(TABLES.structure))
    assert cells(read_surveyxact(write_export(tmp_path, tables, form))) == list(TABLES.dataset[1:])
    but_in_header = replace(tables, dataset=(TABLES.dataset[0], *tables.dataset[1:]))
    assert cells(read_surveyxact(write_export(tmp_path, but_in_header, form))) == list(TABLES.dataset[1:])


def test_an_empty_quoted_cell_is_blank(text_export: Path) -> None:
    edit(text_export / "dataset.csv", ";0851;10;;", ';"0851";10;"";')
    assert cells(read_surveyxact(text_export)) == list(TABLES.dataset[1:])


@pytest.mark.parametrize("form", [form for form in FORMS if "cp1252" not in form])  # it has no combining signs
def test_decomposed_letters_are_read_as_one(tmp_path: Path, form: str) -> None:
    tables = Tables(
        *(
            [[unicodedata.normalize("NFD", cell) for cell in line] for line in lines]
            for lines in (TABLES.dataset, TABLES.labels, TABLES.structure)
        )
    )
    export = read_surveyxact(write_export(tmp_path, tables, form))
    assert cells(export) == list(TABLES.dataset[1:])
    assert (export.labels, list(export.questions.values())) == (LABELS, QUESTIONS)


def test_columns_of_a_question_are_in_order_of_position(tmp_path: Path) -> None:
    names = [f"s_2_{n}" for n in (10, 2, 1, 11)]
    structure = (STRUCTURE_HEADER, *(("s_2", name, "Closed", "Multiple", "Hvad?", "1", name[4:]) for name in names))
    tables = Tables((names, ("1", "0", "0", "0")), [(name, "1", "Valgt") for name in names], structure)
    export = read_surveyxact(write_export(tmp_path, tables, "xlsx"))
    assert list(export.questions["s_2"].columns.items()) == [
        ("s_2_1", "1"),
        ("s_2_2", "2"),
        ("s_2_10", "10"),
        ("s_2_11", "11"),
    ]
    assert list(export.rows[0].cells) == names


def test_questions_that_share_a_question_name_are_known_by_their_variable(text_export: Path) -> None:
    # As `b_1` and `b_1_1`, both of question b_1, in the export that readSX carries.
    edit(text_export / "structure.csv", "s_7;s_7;", "s_6;s_7;")
    assert list(read_surveyxact(text_export).questions.values()) == QUESTIONS


def test_labels_of_a_variable_that_was_not_exported_are_kept(text_export: Path) -> None:
    with (text_export / "labels.csv").open("a", encoding="cp1252") as file:
        file.write("s_99;1;Ja\ns_99;1;Ja\n")
    assert read_surveyxact(text_export).labels == {**LABELS, "s_99": {"1": "Ja"}}


def test_numbers_and_days_of_a_workbook_read_as_in_the_text_files(tmp_path: Path) -> None:
    names = [f"v_{n}" for n in range(9)]
    moments = (date(2024, 3, 1), datetime(2024, 3, 1, 12, 30), time(9, 5))
    sheets: dict[str, Sequence[Sequence[Cell]]] = {
        "Dataset": [names, [1.0, 2.5, 100000.0, 12345678901.0, 0.00001, *moments, "1.0"]],
        "Labels": [["v_0", 1.0, 2020.0]],
        "Structure": [STRUCTURE_HEADER, *((name, name, "Open", "String", "Hvad?", "", "") for name in names)],
    }
    write_workbook(tmp_path / "export.xlsx", sheets)
    export = read_surveyxact(tmp_path / "export.xlsx")
    numbers = ("1", "2.5", "100000", "12345678901", "0.00001")
    assert cells(export) == [(*numbers, "2024-03-01", "2024-03-01 12:30:00", "09:05:00", "1.0")]
    assert export.labels == {"v_0": {"1": "2020"}}


def test_rows_above_the_header_of_a_sheet_count(tmp_path: Path) -> None:
    sheets = workbook_sheets(TABLES)
    write_workbook(tmp_path / "export.xlsx", {**sheets, "Dataset": [[], [], *TABLES.dataset]})
    export = read_surveyxact(tmp_path / "export.xlsx")
    assert [row.line for row in export.rows] == [4, 5, 6]


def parts(*datasets: Lines, names: Sequence[str] = ("Dataset(1)", "Dataset(2)", "Dataset(3)")) -> dict[str, Lines]:
    sheets = {name: lines for name, lines in workbook_sheets(TABLES).items() if name not in ("Dataset", "Complete")}
    return {**sheets, **dict(zip(names, datasets, strict=False))}


def columns(start: int, stop: int) -> Lines:
    return [line[start:stop] for line in TABLES.dataset]


def test_further_columns_in_further_sheets_are_joined(tmp_path: Path) -> None:
    # In the part of s_7 alone the second row is blank; sheets need not stand in order.
    names = ("Dataset(10)", "Dataset(9)", "Dataset(2)")
    write_workbook(tmp_path / "export.xlsx", parts(columns(5, 13), columns(4, 5), columns(0, 4), names=names))
    export = read_surveyxact(tmp_path / "export.xlsx")
    assert [tuple(row.cells) for row in export.rows] == [TABLES.dataset[0]] * 3
    assert cells(export) == list(TABLES.dataset[1:])
    assert [row.line for row in export.rows] == [2, 3, 4]


def test_further_rows_in_further_sheets_are_refused(no_run: Path) -> None:
    first, second = TABLES.dataset[:2], (TABLES.dataset[0], *TABLES.dataset[2:])
    write_workbook(no_run / "export.xlsx", parts(first, second))
    assert problem(no_run / "export.xlsx") == (
        "export.xlsx, sheet Dataset(2): the same columns as in export.xlsx, sheet Dataset(1): only parts with further "
        "columns are known. Export as CSV, which is not split."
    )


def test_parts_that_end_with_different_rows_are_refused(no_run: Path) -> None:
    write_workbook(no_run / "export.xlsx", parts(columns(0, 5), columns(5, 13)[:-1]))
    assert problem(no_run / "export.xlsx") == (
        "export.xlsx, sheet Dataset(2), row 3: it ends with another row than export.xlsx, sheet Dataset(1); "
        "allowed: row 4. Export as CSV, which is not split."
    )


def test_a_variable_in_two_parts_is_refused(no_run: Path) -> None:
    write_workbook(no_run / "export.xlsx", parts(columns(0, 6), columns(5, 13)))
    assert problem(no_run / "export.xlsx") == (
        "export.xlsx, sheet Dataset(1), sheet Dataset(2), column kode: the column stands 2 times. Keep one."
    )


def test_a_part_left_out_shows_in_its_variables(no_run: Path) -> None:
    write_workbook(no_run / "export.xlsx", parts(columns(0, 11), columns(12, 13)))
    assert problem(no_run / "export.xlsx") == (
        "export.xlsx, sheet Structure, row 13, column stato_4: export.xlsx, sheet Dataset(1), sheet Dataset(2) lacks "
        "this variable. Export the dataset, the labels and the structure together, from SurveyXact. "
        "Or take the variable out of both."
    )


# The real export


@pytest.fixture(scope="module")
def real() -> Export:
    folder = Path(os.environ.get("EXAMPLE_EXPORTS") or ROOT.parent / "shared" / "examples")
    path = folder / "surveyxact" / "dataset.xlsx"
    if not path.is_file():
        pytest.skip("no surveyxact/dataset.xlsx: set EXAMPLE_EXPORTS to the folder of the example exports")
    return read_surveyxact(path)


def test_the_real_export_is_read(real: Export) -> None:
    assert [row.line for row in real.rows] == [2, 3, 4]
    assert list(real.rows[1].cells.items()) == [
        ("s_1", "3"),
        ("s_2_1", "1"),
        ("s_2_2", "1"),
        ("s_2_3", "0"),
        ("s_6", "3"),
        ("s_7", "4"),
        ("s_8", "5"),
        ("s_3", "Three"),
        ("stato_1", "0"),
        ("stato_2", "0"),
        ("stato_3", "0"),
        ("stato_4", "1"),
        ("stato_5", "0"),
    ]
    assert real.labels["s_1"] == {"1": "Option A", "2": "Option B", "3": "Both A and B", "4": "Neither"}
    assert real.labels["stato_4"] == dict(CHOSEN)


def test_the_real_questions_are_read(real: Export) -> None:
    assert {name: question.kind for name, question in real.questions.items()} == {
        "s_1": "single",
        "s_2": "multiple",
        "s_6": "single",
        "s_7": "single",
        "s_8": "single",
        "s_3": "open",
        "statoverall": "multiple",
    }
    options = {f"s_2_{n}": f"Option {letter}" for n, letter in enumerate("ABC", start=1)}
    assert real.questions["s_2"] == Question("s_2", "multiple", "Select one or more options", options)
    assert real.questions["s_7"].text == "Question battery - Element two"
    assert tuple(real.questions["statoverall"].columns.values()) == STATES


# Round trip

SIGNS = "æøåÆØÅéü\"';,\t\n\r –’€0"


def texts(encoding: str) -> st.SearchStrategy[str]:
    # Ã and Â before a sign are how UTF-8 looks when taken for Windows-1252: refused, see below.
    letters = st.characters(codec=encoding, exclude_categories=["C"], exclude_characters="ÃÂâ")
    return st.text(st.sampled_from(SIGNS) | letters, max_size=8).map(
        lambda text: unicodedata.normalize("NFC", text).strip()
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@every_form
@given(data=st.data())
def test_what_was_written_is_read(tmp_path: Path, form: str, data: st.DataObject) -> None:
    text = texts("cp1252" if "cp1252" in form else "utf-8")
    answers = data.draw(st.lists(st.tuples(text, text), max_size=4))
    question, choice, label = (data.draw(text) for _ in range(3))
    structure = (
        STRUCTURE_HEADER,
        ("nr", "nr", "Open", "String", "Nummer på rækken", "", ""),
        ("s_1", "s_1", "Open", "String", question, "", ""),
        ("s_2", "s_2_1", "Closed", "Multiple", "Hvilke områder?", "1", choice),
    )
    # An å in each file: without one, a file in Windows-1252 could be valid UTF-8 by chance.
    dataset = (("nr", "s_1", "s_2_1"), ("første å", "", ""), *((f"{n}.", *cells) for n, cells in enumerate(answers)))
    labels = (("s_2_1", "0", label), ("s_2_1", "1", "På plads"))
    export = read_surveyxact(write_export(tmp_path, Tables(dataset, labels, structure), form))
    assert cells(export) == list(dataset[1:])
    assert export.labels == {"s_2_1": {"0": label, "1": "På plads"}}
    assert export.questions["s_1"].text == question
    assert export.questions["s_2"].columns == {"s_2_1": choice}
    assert all(before.line < after.line for before, after in pairwise(export.rows))


# Encodings that are refused

ALLOWED = "allowed: UTF-8, Windows-1252, or UTF-16LE with a byte order mark"
AGAIN = "Export it from SurveyXact again, and do not save it from another program."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_other_wide_encodings_are_refused(text_export: Path, encoding: str) -> None:
    file = text_export / "labels.csv"
    file.write_bytes(file.read_bytes().decode("cp1252").encode(encoding))
    assert problem(text_export) == f"labels.csv: not text, or UTF-16 of another kind; {ALLOWED}. {AGAIN}"


def test_a_byte_of_no_encoding_is_shown_by_its_row(text_export: Path) -> None:
    file = text_export / "labels.csv"
    file.write_bytes(file.read_bytes() + b"s_7;4;Ved \x81 ikke\n")
    rows = len(TABLES.labels) + 1
    assert problem(text_export) == (
        f"labels.csv, row {rows}: in no encoding that SurveyXact writes; {ALLOWED}. {AGAIN}"
    )


def test_half_a_letter_of_utf_16_is_refused(no_run: Path) -> None:
    file = write_export(no_run, TABLES, "tab UTF-16") / "structure.csv"
    file.write_bytes(file.read_bytes()[:-1])
    assert problem(no_run) == (
        f"structure.csv, row {len(TABLES.structure)}: in no encoding that SurveyXact writes; {ALLOWED}. {AGAIN}"
    )


def test_utf_8_that_went_through_windows_1252_is_recognised(text_export: Path) -> None:
    file = text_export / "structure.csv"
    garbled = file.read_bytes().decode("cp1252").encode("utf-8").decode("cp1252")
    message = f"structure.csv, row 3: letters are garbled: UTF-8 was taken for Windows-1252; value: 'Ã¥'; {ALLOWED}."
    for form in ("semicolon UTF-8", "semicolon UTF-8 BOM"):
        file.write_bytes(TEXT_FORMS[form].mark + garbled.encode("utf-8"))
        assert problem(text_export) == f"{message} {AGAIN}"


@pytest.mark.parametrize(("text", "shown"), [("på", "Ã¥"), ("–", "â€“")])
def test_a_file_part_utf_8_and_part_not_is_refused(text_export: Path, text: str, shown: str) -> None:
    file = text_export / "labels.csv"
    file.write_bytes(b"s_7;1;" + text.encode() + b"\n" + file.read_bytes())
    message = f"labels.csv, row 1: letters are garbled: UTF-8 was taken for Windows-1252; value: {shown!r}"
    assert problem(text_export) == f"{message}; {ALLOWED}. {AGAIN}"


def test_a_garbled_answer_of_one_respondent_is_theirs(tmp_path: Path) -> None:
    tables = replace(TABLES, dataset=changed(TABLES.dataset, 3, *("",) * 7, "BlÃ¥bÃ¦r", *("",) * 5))
    export = read_surveyxact(write_export(tmp_path, tables, "semicolon UTF-8"))
    assert export.rows[1].cells["s_3"] == "BlÃ¥bÃ¦r"


# Files that are refused

TOGETHER = "Export the dataset, the labels and the structure together, from SurveyXact."


@pytest.mark.parametrize("name", ["dataset.csv", "labels.csv", "structure.csv"])
def test_a_missing_file_is_named(text_export: Path, name: str) -> None:
    (text_export / name).unlink()
    assert problem(text_export) == f"{name}: the file does not exist. {TOGETHER}"


def test_a_folder_without_any_names_all_three(no_run: Path) -> None:
    assert [found.file for found in problems(no_run)] == ["dataset.csv", "labels.csv", "structure.csv"]


@pytest.mark.parametrize("name", ["dataset.csv", "labels.csv", "structure.csv"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n", b" ;;\n;\n"])
def test_an_empty_file_is_refused(text_export: Path, name: str, content: bytes) -> None:
    (text_export / name).write_bytes(content)
    assert problem(text_export) == f"{name}: there is nothing in it. {AGAIN}"


@pytest.mark.parametrize("name", ["dataset", "structure"])
def test_a_header_alone_is_refused(text_export: Path, name: str) -> None:
    header = as_text(getattr(TABLES, name)[:1], TEXT_FORMS["semicolon cp1252"])
    (text_export / f"{name}.csv").write_bytes(header)
    assert problem(text_export) == f"{name}.csv, row 1: no rows below the header. {AGAIN}"


def test_a_quote_never_closed_is_shown_where_its_row_begins(text_export: Path) -> None:
    edit(text_export / "dataset.csv", ";Æbler", ';"Æbler')
    assert problem(text_export) == (
        "dataset.csv, row 5: not CSV: unexpected end of data. Mend the quotes there, or export as Excel."
    )


def test_a_quote_closed_too_soon_is_refused(text_export: Path) -> None:
    edit(text_export / "dataset.csv", "Æbler, pærer", '"Æbler" og pærer')
    (found,) = problems(text_export)
    assert (found.file, found.row) == ("dataset.csv", 5)
    assert found.message.startswith("not CSV: ';' expected after")


def test_a_quote_never_closed_in_the_header_is_refused(text_export: Path) -> None:
    edit(text_export / "structure.csv", "questionName;", '"questionName;')
    (found,) = problems(text_export)
    assert (found.file, found.row) == ("structure.csv", 1)


def test_every_row_with_other_cells_than_the_header_is_listed(text_export: Path) -> None:
    edit(text_export / "dataset.csv", ";0851;", ";08;51;")
    edit(text_export / "dataset.csv", ";Æbler, pærer;0;0;1;0;0", ';"Æbler')
    edit(text_export / "labels.csv", "s_7;5;(5)", "s_7;5")
    edit(text_export / "structure.csv", "Kommunekode;;", "Kommunekode;")
    advice = "Add or remove a separator, or quote the cell that holds one."
    assert [str(found) for found in problems(text_export)] == [
        "dataset.csv, row 5: not CSV: unexpected end of data. Mend the quotes there, or export as Excel.",
        f"dataset.csv, row 4: 14 cells where there should be 13. {advice}",
        f"labels.csv, row 4: 2 cells where there should be 3. {advice}",
        f"structure.csv, row 7: 6 cells where there should be 7. {advice}",
    ]


def test_a_blank_cell_too_many_in_one_answer_is_refused(text_export: Path) -> None:
    # Or "a;b" in an answer, unquoted, would move all that follows by one cell, unseen where the last is blank.
    file = text_export / "dataset.csv"
    file.write_bytes(b"s_1;s_3;s_5\n1;a;b;\n1;a;b\n")
    assert problem(text_export) == (
        "dataset.csv, row 2: 4 cells where there should be 3. "
        "Add or remove a separator, or quote the cell that holds one."
    )


def test_an_unquoted_separator_in_a_question_is_noticed(text_export: Path) -> None:
    edit(text_export / "structure.csv", "Kommunekode;;", "Kommune; kode;;")
    assert problem(text_export) == (
        "structure.csv, row 7, column kode: a choice where none belongs; value: 'kode'. "
        "Quote the question's text if it holds the separator."
    )


def test_cells_beyond_the_header_of_a_sheet_are_refused(no_run: Path) -> None:
    dataset = changed(TABLES.dataset, 3, *TABLES.dataset[2], "ekstra")
    path = write_export(no_run, replace(TABLES, dataset=dataset), "xlsx")
    assert problem(path) == (
        "export.xlsx, sheet Dataset, row 3: 14 cells where there should be 13. "
        "Add or remove a separator, or quote the cell that holds one."
    )


@every_form
def test_a_variable_twice_in_the_header_is_refused(no_run: Path, form: str) -> None:
    header = ("s_1", "s_1", *TABLES.dataset[0][2:])
    (found, *_) = problems(write_export(no_run, replace(TABLES, dataset=changed(TABLES.dataset, 1, *header)), form))
    file = "export.xlsx, sheet Dataset" if form == "xlsx" else "dataset.csv"
    assert str(found) == f"{file}, row 1, column s_1: the column stands 2 times. Keep one."


@every_form
def test_a_column_without_a_name_is_refused(no_run: Path, form: str) -> None:
    header = ("s_1", "", *TABLES.dataset[0][2:])
    path = write_export(no_run, replace(TABLES, dataset=changed(TABLES.dataset, 1, *header)), form)
    file = "export.xlsx, sheet Dataset" if form == "xlsx" else "dataset.csv"
    assert problem(path) == f"{file}, row 1: a column without a name. Name it, or remove it."


def test_missing_columns_of_the_structure_are_named(text_export: Path) -> None:
    edit(text_export / "structure.csv", "subType;questionText", "sub_type;tekst")
    allowed = ", ".join(STRUCTURE_HEADER)
    assert [str(found) for found in problems(text_export)] == [
        f"structure.csv, row 1, column {name}: column {name} is missing; allowed: {allowed}. {AGAIN}"
        for name in ("subType", "questionText")
    ]


@every_form
def test_variables_that_only_one_of_dataset_and_structure_has_are_listed(no_run: Path, form: str) -> None:
    dataset = changed(TABLES.dataset, 1, "navn", "email", *TABLES.dataset[0][2:])
    path = write_export(no_run, replace(TABLES, dataset=dataset), form)
    data, structure = ("dataset.csv", "structure.csv")
    if form == "xlsx":
        data, structure = ("export.xlsx, sheet Dataset", "export.xlsx, sheet Structure")
    advice = f"{TOGETHER} Or take the variable out of both."
    assert [str(found) for found in problems(path)] == [
        f"{data}, column navn: {structure} does not describe this variable. {advice}",
        f"{data}, column email: {structure} does not describe this variable. {advice}",
        f"{structure}, row 2, column s_1: {data} lacks this variable. {advice}",
        f"{structure}, row 3, column s_2_1: {data} lacks this variable. {advice}",
    ]


def test_two_labels_of_one_value_are_refused(text_export: Path) -> None:
    edit(text_export / "labels.csv", "s_7;5;(5)", "s_1;1;Ja\ns_1;1;Jo")
    assert problem(text_export) == (
        "labels.csv, row 5, column s_1: value 1 has another label already; value: 'Jo'; allowed: Ja. "
        "Keep one of the two."
    )


def test_a_label_of_no_variable_is_refused(text_export: Path) -> None:
    edit(text_export / "labels.csv", "s_7;5;(5)", ";5;(5)")
    assert problem(text_export) == f"labels.csv, row 4: a label of no variable; value: '(5)'. {AGAIN}"


def test_a_variable_described_twice_is_refused(text_export: Path) -> None:
    edit(text_export / "structure.csv", "s_2;s_2_2;", "s_2;s_2_1;")
    twice, absent = problems(text_export)
    assert str(twice) == (
        "structure.csv, row 4, column s_2_1: the variable is described twice (first in row 3). Keep one of the two."
    )
    assert (absent.file, absent.column) == ("dataset.csv", "s_2_2")


def test_two_questions_of_one_name_are_refused(text_export: Path) -> None:
    edit(
        text_export / "structure.csv",
        "statoverall;stato_2;Closed;Multiple;Samlet",
        "statoverall;stato_2;Closed;Multiple;Anden",
    )
    assert problem(text_export) == (
        "structure.csv, row 11, column stato_2: another question is called statoverall too; value: 'Anden status'; "
        "allowed: Samlet status. Rename one of the two in SurveyXact, and export again."
    )


def test_an_unknown_kind_of_question_is_refused(text_export: Path) -> None:
    edit(text_export / "structure.csv", "s_6;s_6;Closed;Single", "s_6;s_6;Closed;Ranking")
    assert problem(text_export) == (
        "structure.csv, row 5, column s_6: unknown kind of question; value: 'Closed/Ranking'; "
        "allowed: Closed/Single, Closed/Multiple, Open/…. Leave the question out of the export."
    )


def test_a_question_without_a_name_is_refused(text_export: Path) -> None:
    edit(text_export / "structure.csv", "s_2;s_2_1;", ";s_2_1;")
    assert problem(text_export) == f"structure.csv, row 3: a question or variable without a name. {AGAIN}"


def test_problems_of_all_files_come_at_once(text_export: Path) -> None:
    edit(text_export / "labels.csv", "s_7;5;(5)", "s_1;1;Jo")
    edit(text_export / "structure.csv", "s_6;s_6;Closed;Single", "s_6;s_6;Closed;Ranking")
    edit(text_export / "dataset.csv", "s_1;", "navn;")
    assert [(found.file, found.column) for found in problems(text_export)] == [
        ("labels.csv", "s_1"),
        ("structure.csv", "s_6"),
        ("dataset.csv", "navn"),
        ("structure.csv", "s_1"),
    ]


# Workbooks that are refused


@pytest.mark.parametrize("name", ["Dataset", "Labels", "Structure"])
def test_a_missing_sheet_is_named(no_run: Path, name: str) -> None:
    sheets = {sheet: lines for sheet, lines in workbook_sheets(TABLES).items() if sheet != name}
    write_workbook(no_run / "export.xlsx", sheets)
    assert problem(no_run / "export.xlsx") == (
        f"export.xlsx: the sheet {name} is missing; value: '{', '.join(sheets)}'; "
        f"allowed: Dataset, Labels, Structure. {TOGETHER}"
    )


def test_all_missing_sheets_are_named(no_run: Path) -> None:
    write_workbook(no_run / "export.xlsx", {"Ark1": TABLES.dataset})
    found = problems(no_run / "export.xlsx")
    assert [p.message for p in found] == [f"the sheet {name} is missing" for name in ("Dataset", "Labels", "Structure")]


@pytest.mark.parametrize("name", ["Dataset", "Labels", "Structure"])
def test_an_empty_sheet_is_refused(no_run: Path, name: str) -> None:
    write_workbook(no_run / "export.xlsx", {**workbook_sheets(TABLES), name: []})
    assert problem(no_run / "export.xlsx") == f"export.xlsx, sheet {name}: there is nothing in it. {AGAIN}"


def test_a_workbook_cut_off_anywhere_is_refused(no_run: Path) -> None:
    path = write_export(no_run, TABLES, "xlsx")
    content = path.read_bytes()
    for length in range(0, len(content), len(content) // 20):
        path.write_bytes(content[:length])
        (found,) = problems(path)
        assert found.message.startswith("not an Excel workbook that can be read: ")
        assert (found.file, found.advice) == ("export.xlsx", AGAIN)


def test_a_text_file_called_xlsx_is_refused(write: Write, no_run: Path) -> None:
    assert problem(write("export.xlsx", "s_1;s_2\n1;2\n")) == (
        "export.xlsx: not an Excel workbook that can be read: invalid Zip archive: Could not find EOCD. " + AGAIN
    )


def test_a_workbook_that_is_not_there_is_named(no_run: Path) -> None:
    assert problem(no_run / "export.xlsx") == "export.xlsx: the file does not exist. Put it there."


# Finding the export of a wave


def test_a_folder_with_a_dataset_is_the_export(text_export: Path) -> None:
    (text_export / "wave.yaml").touch()
    assert find_export(text_export) == text_export


def test_the_one_workbook_of_a_folder_is_the_export(write: Write, tmp_path: Path) -> None:
    path = write("Svar 2024.XLSX", "")
    write("~$Svar 2024.xlsx", "")
    assert find_export(tmp_path) == path


@pytest.mark.parametrize("folder", [".", "none"])
def test_a_folder_without_an_export_is_refused(no_run: Path, folder: str) -> None:
    (no_run / "wave.yaml").touch()
    with pytest.raises(InputError) as caught:
        find_export(no_run / folder)
    assert str(caught.value) == (
        f"{folder}: no SurveyXact export lies in this folder; "
        "allowed: dataset.csv, labels.csv, structure.csv; or one .xlsx. Put one there."
    )


@pytest.mark.parametrize("names", [("a.xlsx", "b.xlsx"), ("a.xlsx", "dataset.csv")])
def test_two_exports_in_a_folder_are_refused(no_run: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (no_run / name).touch()
    with pytest.raises(InputError) as caught:
        find_export(no_run)
    assert str(caught.value) == (
        f".: more than one export lies in this folder; value: '{', '.join(names)}'; "
        "allowed: dataset.csv, labels.csv, structure.csv; or one .xlsx. Keep one, and move the others elsewhere."
    )
