"""SurveyXact exports, as three text files or as an Excel workbook: read as they stand, or refused.

No public documentation of the format was found. What is read here is what two public exports show (one comes with
the R package `readSX` in all four forms, the other is Danish) and what the code of `readSX` relies on; the rest is
refused.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook

from analysis.errors import InputError, Problem
from analysis.layout import WORKBOOK_SUFFIX, display_path, export_files
from analysis.strict_csv import Row

Kind = Literal["single", "multiple", "open"]

TEXT_FILES = ("dataset.csv", "labels.csv", "structure.csv")
SHEETS = ("Dataset", "Labels", "Structure")
LABEL_COLUMNS = ("variableName", "value", "valueLabel")
STRUCTURE_COLUMNS = (
    "questionName",
    "variableName",
    "questionType",
    "subType",
    "questionText",
    "choiceValue",
    "choiceText",
)

_AGAIN = "Export it from SurveyXact again, and do not save it from another program."
_TOGETHER = "Export the dataset, the labels and the structure together, from SurveyXact."
_ENCODINGS = "UTF-8, Windows-1252, or UTF-16LE with a byte order mark"
_DATASET_SHEET = re.compile(r"Dataset ?(?:\((\d+)\))?")
_FIRST_SEPARATOR = re.compile(r'\s*(?:"[^"]*"|[^";,\t\r\n]*)([;,\t])')
# What UTF-8 looks like when taken for Windows-1252: Ã¦ for æ, â€“ for a dash. No word has these signs together.
_SIGNS = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d"
_GARBLED = re.compile(f"(?:[ÂÃ]|â€)[{_SIGNS}]")

_Record = tuple[int, list[str]]
"""Where a record starts (line of the file or row of the sheet, 1-based), and its cells."""


@dataclass(frozen=True)
class Question:
    """One question, or one item of a battery: SurveyXact makes each item its own, with the text `<stem> - <item>`.

    Parameters
    ----------
    name
        questionName of a multiple-choice question. Any other is known by its variableName: SurveyXact gives the same
        questionName to several.
    kind
        One answer of several (`single`), any number of them (`multiple`), or free text (`open`).
    text
        questionText.
    columns
        variableName -> choiceText, in order of position; for `single` and `open` the one variable, with no text.
    """

    name: str
    kind: Kind
    text: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Export:
    """What SurveyXact exported, cells as text without surrounding space; '' is blank, the only missing code.

    Parameters
    ----------
    file
        The file the rows stand in, as messages name it.
    rows
        One for each respondent, cells by variableName; `line` is the line of the file or the row of the sheet.
    labels
        variableName -> value -> label.
    questions
        By their name, in the order of the structure. Completion status is one of them (`statoverall`, multiple).
    """

    file: str
    rows: list[Row]
    labels: dict[str, dict[str, str]]
    questions: dict[str, Question]


@dataclass(frozen=True)
class _Form:
    """What is known of one of the three tables.

    Parameters
    ----------
    header
        The names of the columns where the table itself has none.
    required
        The columns its own header must have.
    phantoms
        Some records end with a separator too many, others do not.
    """

    header: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    phantoms: bool = False


_DATASET = _Form()
_LABELS = _Form(header=LABEL_COLUMNS)
_STRUCTURE = _Form(required=STRUCTURE_COLUMNS, phantoms=True)


@dataclass(frozen=True)
class _Table:
    """One of the three tables of an export, with the file, or the file and sheet, it stands in."""

    file: str
    header: list[str]
    rows: list[Row]


def find_export(folder: Path) -> Path:
    """Return what `read_surveyxact` reads of a wave's folder.

    Returns
    -------
    Path
        The folder itself if it holds `dataset.csv`, else the workbook in it.

    Raises
    ------
    InputError
        It holds neither, both, or several workbooks.
    """
    found = [
        file for file in export_files(folder) if file.name == TEXT_FILES[0] or file.suffix.lower() == WORKBOOK_SUFFIX
    ]
    if len(found) == 1:
        return folder if found[0].name == TEXT_FILES[0] else found[0]
    allowed = f"{', '.join(TEXT_FILES)}; or one .xlsx"
    if not found:
        message, advice = "no SurveyXact export lies in this folder", "Put one there."
        raise InputError([Problem(display_path(folder), message, advice, allowed=allowed)])
    names = ", ".join(file.name for file in found)
    message, advice = "more than one export lies in this folder", "Keep one, and move the others elsewhere."
    raise InputError([Problem(display_path(folder), message, advice, value=names, allowed=allowed)])


def read_surveyxact(path: Path) -> Export:
    """Read an export of SurveyXact.

    Parameters
    ----------
    path
        An `.xlsx` with the sheets Dataset, Labels and Structure; or a folder with `dataset.csv`, `labels.csv` and
        `structure.csv`, each in any of the encodings and separators of SurveyXact (Windows-1252 with semicolon or
        comma, UTF-16LE with tab) or saved as UTF-8. Which one is told from the bytes of each file.
        A dataset split into Dataset(1), Dataset(2), … is joined column by column, as `readSX` does (`cbind`).

    Raises
    ------
    InputError
        A file or sheet is missing, empty, broken or in another encoding; a row has too many or too few cells; a
        variable stands twice, or in only one of dataset and structure; a question is described in two ways, or is of
        an unknown kind; a value has two labels. Every problem found is listed.

    References
    ----------
    Daus, S. readSX: Read 'SurveyXact' Data. R package. https://CRAN.R-project.org/package=readSX
    """
    workbook = path.suffix.lower() == ".xlsx"
    dataset, labels, structure = _read_workbook(path) if workbook else _read_folder(path)
    label_texts, label_problems = _labels(labels)
    questions, question_problems = _questions(structure)
    if problems := [*label_problems, *question_problems, *_mismatches(dataset, structure)]:
        raise InputError(problems)
    file = display_path(path if workbook else path / TEXT_FILES[0])
    return Export(file, dataset.rows, label_texts, questions)


def _read_folder(folder: Path) -> list[_Table]:
    dataset, labels, structure = (folder / name for name in TEXT_FILES)
    return _together(
        [
            partial(_read_text, dataset, _DATASET),
            partial(_read_text, labels, _LABELS),
            partial(_read_text, structure, _STRUCTURE),
        ]
    )


def _read_workbook(path: Path) -> list[_Table]:
    file = display_path(path)
    if not path.is_file():
        raise InputError([Problem(file, "the file does not exist", "Put it there.")])
    try:
        with CalamineWorkbook.from_path(path) as book:
            parts = sorted(filter(_DATASET_SHEET.fullmatch, book.sheet_names), key=_part)
            missing = [name for name in SHEETS[1:] if name not in book.sheet_names]
            if lacking := ([] if parts else [SHEETS[0]]) + missing:
                names = ", ".join(book.sheet_names)
                raise InputError(
                    Problem(file, f"the sheet {name} is missing", _TOGETHER, value=names, allowed=", ".join(SHEETS))
                    for name in lacking
                )
            sheets = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in (*parts, *SHEETS[1:])
            }
    except (CalamineError, OSError) as error:
        raise InputError([Problem(file, f"not an Excel workbook that can be read: {error}", _AGAIN)]) from None
    forms = {**dict.fromkeys(parts, _DATASET), "Labels": _LABELS, "Structure": _STRUCTURE}
    tables = _together(
        partial(_read_sheet, f"{file}, sheet {name}", sheets[name], form) for name, form in forms.items()
    )
    return [_side_by_side(tables[:-2]), *tables[-2:]]


def _together(steps: Iterable[Callable[[], _Table]]) -> list[_Table]:
    """Return the tables that all steps read, or refuse with the problems of all."""
    tables: list[_Table] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            tables.append(step())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tables


def _read_text(path: Path, form: _Form) -> _Table:
    file = display_path(path)
    try:
        content = _decode(path.read_bytes(), file)
    except FileNotFoundError:
        raise InputError([Problem(file, "the file does not exist", _TOGETHER)]) from None
    separator = _FIRST_SEPARATOR.match(content)
    delimiter = separator[1] if separator else ";"
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    records: list[_Record] = []
    problems: list[Problem] = []
    before = 0
    try:
        for record in reader:
            records.append((before + 1, [cell.strip() for cell in record]))
            before = reader.line_num
    except csv.Error as error:
        # An open quote swallows all that follows; the record begins where the last whole one ended.
        advice = "Mend the quotes there, or export as Excel."
        problems.append(Problem(file, f"not CSV: {error}", advice, before + 1))
    return _table(file, form, records, problems)


def _read_sheet(file: str, cells: Sequence[Sequence[object]], form: _Form) -> _Table:
    records = [(line, [_cell(value) for value in row]) for line, row in enumerate(cells, start=1)]
    return _table(file, form, records, [])


def _table(file: str, form: _Form, records: list[_Record], problems: list[Problem]) -> _Table:
    """Return records as rows of named cells; those that are blank from end to end are no rows.

    Parameters
    ----------
    file
        What messages call it.
    form
        Which of the tables it is.
    records
        The records read.
    problems
        What went wrong while reading them.
    """
    filled = [(line, cells) for line, cells in records if any(cells)]
    if not filled:
        raise InputError(problems or [Problem(file, "there is nothing in it", _AGAIN)])
    top, names = (None, list(form.header)) if form.header else filled.pop(0)
    while not names[-1]:
        names = names[:-1]
    if not filled and not problems:
        problems = [Problem(file, "no rows below the header", _AGAIN, top)]
    problems = [*problems, *_header_problems(file, top, names, form.required)]
    # A blank cell too many in some rows alone may come from an unquoted separator, with all cells after it shifted.
    blanks_allowed = form.phantoms or len({len(cells) for _, cells in filled}) == 1
    rows = []
    for line, cells in filled:
        kept = cells[: len(names)] if blanks_allowed and not any(cells[len(names) :]) else cells
        if len(kept) == len(names):
            rows.append(Row(line, dict(zip(names, kept, strict=True))))
        else:
            message = f"{len(kept)} cells where there should be {len(names)}"
            advice = "Add or remove a separator, or quote the cell that holds one."
            problems.append(Problem(file, message, advice, line))
    if problems:
        raise InputError(problems)
    return _Table(file, names, rows)


def _header_problems(file: str, line: int | None, names: list[str], required: Sequence[str]) -> list[Problem]:
    count = Counter(names)
    problems = [
        Problem(file, f"column {name} is missing", _AGAIN, line, name, allowed=", ".join(required))
        for name in required
        if name not in count
    ]
    if "" in count:
        problems.append(Problem(file, "a column without a name", "Name it, or remove it.", line))
    problems += [
        Problem(file, f"the column stands {times} times", "Keep one.", line, name)
        for name, times in count.items()
        if name and times > 1
    ]
    return problems


def _decode(raw: bytes, file: str) -> str:
    """Return the text of a file in whichever encoding of SurveyXact its bytes are."""
    encoding = "utf-16" if raw.startswith(codecs.BOM_UTF16_LE) else "utf-8-sig" if _is_utf_8(raw) else "cp1252"
    try:
        content = raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw[: error.start].decode(encoding).count("\n") + 1
        message = "in no encoding that SurveyXact writes"
        raise InputError([Problem(file, message, _AGAIN, row, allowed=_ENCODINGS)]) from None
    if "\0" in content:
        message = "not text, or UTF-16 of another kind"
        raise InputError([Problem(file, message, _AGAIN, allowed=_ENCODINGS)])
    garbled = _GARBLED.search(content)
    # One respondent may paste garbled letters into an answer; here all are, or the bytes are part UTF-8 and part not.
    if garbled and (encoding == "cp1252" or _GARBLED.sub("", content).isascii()):
        row = content.count("\n", 0, garbled.start()) + 1
        message = "letters are garbled: UTF-8 was taken for Windows-1252"
        raise InputError([Problem(file, message, _AGAIN, row, value=garbled[0], allowed=_ENCODINGS)])
    return unicodedata.normalize("NFC", content)


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _cell(value: object) -> str:
    """Return a cell of a workbook as the text files have it; days and times in ISO form."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return unicodedata.normalize("NFC", str(value)).strip()


def _part(sheet: str) -> int:
    """Return the number of a dataset sheet: 2 for Dataset(2), 0 for Dataset."""
    return int("".join(filter(str.isdecimal, sheet)) or 0)


def _side_by_side(parts: list[_Table]) -> _Table:
    """Return the dataset that was split into parts of the same rows and further columns."""
    first = parts[0]
    if len(parts) == 1:
        return first
    advice = "Export as CSV, which is not split."
    problems = []
    for part in parts[1:]:
        if part.header == first.header:
            message = f"the same columns as in {first.file}: only parts with further columns are known"
            problems.append(Problem(part.file, message, advice))
        elif part.rows[-1].line != first.rows[-1].line:
            message = f"it ends with another row than {first.file}"
            problems.append(
                Problem(part.file, message, advice, part.rows[-1].line, allowed=f"row {first.rows[-1].line}")
            )
    if problems:
        raise InputError(problems)
    header = [name for part in parts for name in part.header]
    file = ", ".join([first.file, *(part.file.rpartition(", ")[2] for part in parts[1:])])
    if problems := _header_problems(file, None, header, ()):
        raise InputError(problems)
    cells: dict[int, dict[str, str]] = defaultdict(lambda: dict.fromkeys(header, ""))
    for part in parts:
        for row in part.rows:
            cells[row.line].update(row.cells)
    return _Table(file, header, [Row(line, cells[line]) for line in sorted(cells)])


def _labels(table: _Table) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """Return variableName -> value -> label, and what is wrong with them."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    problems = []
    for row in table.rows:
        variable, value, label = (row.cells[column] for column in LABEL_COLUMNS)
        known = labels[variable].setdefault(value, label)
        if not variable:
            problems.append(Problem(table.file, "a label of no variable", _AGAIN, row.line, value=label))
        elif known != label:
            message = f"value {value} has another label already"
            problems.append(Problem(table.file, message, "Keep one of the two.", row.line, variable, label, known))
    return dict(labels), problems


def _questions(table: _Table) -> tuple[dict[str, Question], list[Problem]]:
    """Return name -> question for all that the structure describes, and what is wrong with it."""
    questions: dict[str, Question] = {}
    lines: dict[str, int] = {}
    problems = []
    for row in table.rows:
        variable, text = row.cells["variableName"], row.cells["questionText"]
        kind = _kind(row)
        name = row.cells["questionName"] if kind == "multiple" else variable
        if not (variable and name):
            problems.append(Problem(table.file, "a question or variable without a name", _AGAIN, row.line))
        elif kind is None:
            given = "/".join(row.cells[column] for column in ("questionType", "subType"))
            advice = "Leave the question out of the export."
            allowed = "Closed/Single, Closed/Multiple, Open/…"
            problems.append(Problem(table.file, "unknown kind of question", advice, row.line, variable, given, allowed))
        elif kind != "multiple" and (choice := row.cells["choiceValue"] or row.cells["choiceText"]):
            advice = "Quote the question's text if it holds the separator."
            problems.append(Problem(table.file, "a choice where none belongs", advice, row.line, variable, choice))
        elif variable in lines:
            message = f"the variable is described twice (first in row {lines[variable]})"
            problems.append(Problem(table.file, message, "Keep one of the two.", row.line, variable))
        else:
            lines[variable] = row.line
            known = questions.setdefault(name, Question(name, kind, text, {}))
            known.columns[variable] = row.cells["choiceText"]
            if (known.kind, known.text) != (kind, text):
                advice = "Rename one of the two in SurveyXact, and export again."
                message = f"another question is called {name} too"
                problems.append(Problem(table.file, message, advice, row.line, variable, text, known.text))
    return {name: _in_position(question) for name, question in questions.items()}, problems


def _kind(row: Row) -> Kind | None:
    match row.cells["questionType"], row.cells["subType"]:
        case "Closed", "Single":
            return "single"
        case "Closed", "Multiple":
            return "multiple"
        case "Open", _:
            return "open"
        case _:
            return None


def _in_position(question: Question) -> Question:
    """Return a question with its columns in order of the number their names end in: `<question>_<position>`."""
    ends = {variable: re.search(r"_(\d+)$", variable) for variable in question.columns}
    order = sorted(ends, key=lambda variable: int(end[1]) if (end := ends[variable]) else 0)
    return replace(question, columns={variable: question.columns[variable] for variable in order})


def _mismatches(dataset: _Table, structure: _Table) -> list[Problem]:
    """Return a problem for each variable that only one of dataset and structure has."""
    advice = f"{_TOGETHER} Or take the variable out of both."
    described = {row.cells["variableName"]: row.line for row in structure.rows}
    return [
        Problem(dataset.file, f"{structure.file} does not describe this variable", advice, column=name)
        for name in dataset.header
        if name not in described
    ] + [
        Problem(structure.file, f"{dataset.file} lacks this variable", advice, line, name)
        for name, line in described.items()
        if name and name not in dataset.header
    ]
