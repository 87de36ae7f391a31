from pathlib import Path

import pytest

from analysis.errors import InputError, Problem
from analysis.published import COLUMNS, QUALIFIERS, STATISTICS, load_published
from tests import dalarna
from tests.conftest import Write

# The codebook of the study with a printed figure added, and one that is not.
CODEBOOK = dalarna.codebook().model_copy(
    update={
        "items": {
            **dalarna.codebook().items,
            "figure_6_2": dalarna.codebook().items["table_1"].model_copy(update={"kind": "figure"}),
            "figure_7": dalarna.codebook().items["amounts"],
        }
    }
)
ROW = {
    "wave": "2025", "item": "table_1", "chapter": "cost", "group": "municipality:Falun", "variable": "amount",
    "category": "", "statistic": "amount", "value": "112758", "value_high": "", "qualifier": "exact", "base": "",
    "page": "10", "line": "166", "printed": "112 758",
}  # fmt: skip


def content(**changes: str) -> str:
    row = {**ROW, **changes}
    return ",".join(COLUMNS) + "\n" + ",".join(f'"{row[name]}"' for name in COLUMNS) + "\n"


def breaches(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_published(path, CODEBOOK)
    return caught.value.problems


def test_columns_are_those_of_the_contract() -> None:
    contract = "wave,item,chapter,group,variable,category,statistic,value,value_high,qualifier,base,page,line,printed"
    assert ",".join(COLUMNS) == contract
    assert set(STATISTICS) == {"percent", "count", "base", "amount", "population", "share", "index", "other"}
    assert set(QUALIFIERS) == {"exact", "approx", "at_least", "at_most", "range"}


def test_a_row_is_read_with_its_types(write: Write) -> None:
    path = write("p.csv", content(value="20", value_high="30.5", qualifier="range", base="74", printed="20–30,5%"))
    row = load_published(path, CODEBOOK).iloc[0]
    assert (row["wave"], row["page"], row["line"]) == (2025, 10, 166)
    assert (row["value"], row["value_high"], row["base"]) == (20.0, 30.5, 74)
    assert (row["group"], row["category"], row["printed"]) == ("municipality:Falun", "", "20–30,5%")


def test_what_may_be_empty_is_missing(write: Write) -> None:
    frame = load_published(write("p.csv", content()), CODEBOOK)
    assert frame[["value_high", "base"]].isna().all(axis=None)
    assert str(frame["base"].dtype) == "Int64"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("item", "table_1"),
        ("item", "figure_6_2"),
        ("item", "box_12"),
        ("item", "box_12_1"),
        ("item", "text"),
        ("group", "all"),
        ("group", "area:dental;purpose:steering"),
        ("group", "municipality:Malung-Sälen"),
        ("value", "-3.5"),
        ("value", "0.333"),
        *(("statistic", name) for name in STATISTICS),
        *(("qualifier", name) for name in QUALIFIERS if name != "range"),
    ],
)
def test_what_the_contract_allows(write: Write, column: str, value: str) -> None:
    load_published(write("p.csv", content(**{column: value})), CODEBOOK)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("wave", ""),
        ("wave", "autumn"),
        ("item", "tabel_1"),
        ("item", "table"),
        ("item", "Table_1"),
        ("chapter", ""),
        ("group", ""),
        ("group", "Falun"),
        ("group", "municipality:"),
        ("group", "size:small;"),
        ("group", "size:small,role:leader"),
        ("variable", ""),
        ("variable", "Amount"),
        ("statistic", "percentage"),
        ("statistic", ""),
        ("value", ""),
        ("value", "112 758"),
        ("value", "7,8"),
        ("value", "1e5"),
        ("value", "nan"),
        ("value", "\N{ARABIC-INDIC DIGIT SEVEN}"),
        ("qualifier", "about"),
        ("qualifier", ""),
        ("base", "74.5"),
        ("base", "n"),
        ("base", "-1"),
        ("page", ""),
        ("page", "0"),
        ("page", "x"),
        ("line", "0"),
        ("line", "-1"),
        ("printed", ""),
        ("printed", "112\n758"),
    ],
)
def test_a_cell_that_breaks_the_contract_is_named(write: Write, no_run: Path, column: str, value: str) -> None:
    # A name that is spelt wrong is not in the codebook either.
    problem, *others = breaches(write("p.csv", content(**{column: value})))
    assert {(other.row, other.column, other.value) for other in others} <= {(2, column, value)}
    assert len(others) <= (column in ("item", "chapter", "variable"))
    assert (problem.file, problem.row, problem.column, problem.value) == ("p.csv", 2, column, value)
    assert problem.message
    assert problem.advice


@pytest.mark.parametrize(
    ("value_high", "qualifier"), [("", "range"), ("120000", "exact"), ("100000", "range"), ("x", "range")]
)
def test_a_range_has_an_upper_end_above_the_lower_and_nothing_else_has(
    write: Write, value_high: str, qualifier: str
) -> None:
    (problem,) = breaches(write("p.csv", content(value_high=value_high, qualifier=qualifier)))
    assert (problem.row, problem.column) == (2, "value_high")


def test_a_cell_says_what_is_allowed(write: Write, no_run: Path) -> None:
    (problem,) = breaches(write("p.csv", content(value="7,8")))
    assert str(problem) == (
        "p.csv, row 2, column value: not as the contract says; value: '7,8'; allowed: a number with a point. "
        "Correct it."
    )


def test_a_misspelt_statistic_is_named_with_the_nearest(write: Write, no_run: Path) -> None:
    (problem,) = breaches(write("p.csv", content(statistic="precent")))
    assert problem.message == "unknown statistic"
    assert problem.advice == f"Did you mean 'percent'? Valid: {', '.join(STATISTICS)}."


@pytest.mark.parametrize(
    ("column", "value", "nearest"),
    [
        ("item", "table_2", "table_1"),
        ("item", "figure_7", "figure_6_2"),
        ("item", "figure_6", "figure_6_2"),
        ("chapter", "costs", "cost"),
        ("variable", "amout", "amount"),
    ],
)
def test_a_name_that_the_codebook_has_not_is_named_with_the_nearest(
    write: Write, no_run: Path, column: str, value: str, nearest: str
) -> None:
    (problem,) = breaches(write("p.csv", content(**{column: value})))
    assert problem.message == f"the codebook has no such {column}"
    assert (problem.file, problem.row, problem.column, problem.value) == ("p.csv", 2, column, value)
    assert problem.advice.startswith(f"Did you mean {nearest!r}? Valid: ")
    assert problem.advice.endswith(". Or add it to the codebook.")


def test_an_item_that_no_report_prints_is_not_offered(write: Write) -> None:
    (problem,) = breaches(write("p.csv", content(item="table_3")))
    assert "Valid: table_1, figure_6_2. " in problem.advice


def test_every_breach_is_listed(write: Write) -> None:
    found = breaches(write("p.csv", content(item="x", line="y", qualifier="z", chapter="c", variable="v")))
    assert {problem.column for problem in found} == {"item", "line", "qualifier", "chapter", "variable"}


def test_a_missing_column(write: Write) -> None:
    (problem,) = breaches(write("p.csv", content().replace(",printed", "").replace(',"112 758"', "")))
    assert problem.message == "column printed is missing"


def test_the_table_is_carried_over_as_typed_a_second_time() -> None:
    printed = dalarna.published()
    table = printed[printed["item"] == "table_1"]
    rows = table[table["group"] != "all"]
    found = {
        (str(group).removeprefix("municipality:"), variable): value
        for group, variable, value in zip(rows["group"], rows["variable"], rows["value"], strict=True)
    }
    typed: dict[tuple[str, str], float] = {}
    for name, (_, inhabitants, amount, tenths) in dalarna.TABLE.items():
        typed |= {(name, "population"): inhabitants, (name, "amount"): amount, (name, "share"): tenths / 10}
    assert found == typed
    assert len(printed) == 51
    total = table[table["group"] == "all"].set_index("variable")["value"]
    assert total.to_dict() == {"population": 286_546, "amount": 539_000, "share": 100}
    assert sum(row[2] for row in dalarna.TABLE.values()) == 539_001
