import os
import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.codebook import load_codebook
from analysis.errors import InputError, Problem
from analysis.layout import RAW_DIR, ROOT
from analysis.published.references import COLUMNS, check_reference_lines, load_references
from tests.conftest import Write
from tests.published.audit.captions import codebook

ROW = {
    "wave": "2024", "chapter": "dental", "group": "area:dental", "variable": "use;types", "page": "7", "line": "70",
    "printed": "Figur 9", "refers": "figure_9",
}  # fmt: skip
FILES = sorted(RAW_DIR.glob("*/references.csv"))


def content(**changes: str) -> str:
    row = {**ROW, **changes}
    return ",".join(COLUMNS) + "\n" + ",".join(f'"{row[name]}"' for name in COLUMNS) + "\n"


def breaches(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_references(path, codebook())
    return caught.value.problems


def test_a_row_is_read_with_its_types(write: Write) -> None:
    row = load_references(write("r.csv", content()), codebook()).iloc[0]
    assert (row["wave"], row["page"], row["line"]) == (2024, 7, 70)
    assert (row["chapter"], row["group"], row["variable"]) == ("dental", "area:dental", "use;types")
    assert (row["printed"], row["refers"]) == ("Figur 9", "figure_9")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("variable", ""),
        ("group", "all"),
        ("group", "area:case;municipality:Odense"),
        ("refers", "table_2"),
        ("refers", "box_3"),
        # What does not exist is for the audit to say.
        ("refers", "figure_543"),
        ("refers", "figure_5_1"),
    ],
)
def test_what_the_contract_allows(write: Write, column: str, value: str) -> None:
    assert load_references(write("r.csv", content(**{column: value})), codebook()).loc[0, column] == value


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("wave", "autumn"),
        ("chapter", ""),
        ("chapter", "dentistry"),
        ("group", ""),
        ("group", "dental"),
        ("group", "area:teeth"),
        ("group", "region_of:dental"),
        ("page", "0"),
        ("line", ""),
        ("line", "-7"),
        ("printed", ""),
        ("refers", ""),
        ("refers", "Figur 9"),
        ("refers", "figure"),
        ("refers", "text"),
    ],
)
def test_a_cell_that_breaks_the_contract_is_named(write: Write, no_run: Path, column: str, value: str) -> None:
    (problem,) = breaches(write("r.csv", content(**{column: value})))
    assert (problem.file, problem.row, problem.column, problem.value) == ("r.csv", 2, column, value)
    assert problem.message
    assert problem.advice


@pytest.mark.parametrize(
    ("written", "named", "message"),
    [
        ("uses", "uses", "the codebook has no such variable"),
        ("use;", "", "the codebook has no such variable"),
        ("use, types", "use, types", "the codebook has no such variable"),
        ("use;use", "use;use", "a variable stands twice"),
    ],
)
def test_a_variable_that_breaks_the_contract_is_named(write: Write, written: str, named: str, message: str) -> None:
    (problem,) = breaches(write("r.csv", content(variable=written)))
    assert (problem.row, problem.column, problem.value, problem.message) == (2, "variable", named, message)


def test_a_misspelt_chapter_is_named_with_the_nearest(write: Write, no_run: Path) -> None:
    (problem,) = breaches(write("r.csv", content(chapter="dentel")))
    assert str(problem) == (
        "r.csv, row 2, column chapter: the codebook has no such chapter; value: 'dentel'. "
        "Did you mean 'dental'? Valid: across, care, dental. Or add it to the codebook."
    )


def test_all_problems_of_a_file_are_listed(write: Write) -> None:
    second = content(line="x", refers="9").splitlines()[1]
    problems = breaches(write("r.csv", content(variable="uses", group="area:teeth") + second + "\n"))
    assert [(problem.row, problem.column) for problem in problems] == [
        (2, "variable"),
        (2, "group"),
        (3, "line"),
        (3, "refers"),
    ]


def test_a_column_too_many_is_refused(write: Write) -> None:
    (problem,) = breaches(write("r.csv", content().replace("refers", "refers,note", 1)))[:1]
    assert problem.column == "note"


def test_a_reference_that_is_not_on_its_line_is_named_with_its_row() -> None:
    rows = pd.DataFrame(
        [{"line": 1, "printed": "figur 2"}, {"line": 2, "printed": "tabel 1"}, {"line": 9, "printed": "x"}]
    )
    check_reference_lines(rows.iloc[:1], ["Se figur 2."], "references.csv")
    with pytest.raises(InputError) as refused:
        check_reference_lines(rows, ["Se figur 2.", "Se tabel 2."], "references.csv")
    assert str(refused.value) == (
        "references.csv, row 3, column printed: the reference does not stand on line 2 of the report's text; "
        "value: 'tabel 1'. Correct the line, or the reference.\n"
        "references.csv, row 4, column printed: the reference does not stand on line 9 of the report's text; "
        "value: 'x'. Correct the line, or the reference."
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_references_of_a_study_are_read_and_in_the_order_of_the_text(path: Path) -> None:
    loaded = load_references(path, load_codebook(path.with_name("codebook.yaml")))
    assert loaded["line"].is_monotonic_increasing
    assert loaded["page"].is_monotonic_increasing
    assert not loaded.duplicated().any()


REFERENCE = re.compile(r"\b(figur|tabel) ?(\d+(?:\.\d)?)", re.IGNORECASE)
KINDS = {"figur": "figure", "tabel": "table"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_each_reference_stands_on_its_line_and_none_is_left_out(path: Path) -> None:
    loaded = load_codebook(path.with_name("codebook.yaml"))
    folder = Path(os.environ.get("REPORT_TEXTS") or ROOT.parent / "shared" / "sources")
    report = folder / loaded.report.text
    if not report.is_file():
        pytest.skip(f"no {report.name}: set REPORT_TEXTS to the folder of the reports' texts")
    lines = report.read_text(encoding="utf-8").split("\n")
    rows = load_references(path, loaded)
    assert all(row["printed"] in lines[row["line"] - 1] for row in rows.to_dict("records"))
    claimed = set(zip(rows["line"], rows["refers"], strict=True))
    for number, line in enumerate(lines, start=1):
        for named in REFERENCE.finditer(line):
            name = f"{KINDS[named[1].lower()]}_{named[2].replace('.', '_')}"
            title = loaded.items[name].title.da if name in loaded.items else ""
            is_caption = bool(title) and line[named.end() :].lstrip(" .:-").startswith(title[:12])
            assert is_caption or (number, name) in claimed, f"{number}: {line}"
