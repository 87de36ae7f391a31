from pathlib import Path

import pytest

from analysis.codebook import Codebook
from analysis.codebook.groups import Dimension
from analysis.errors import InputError, Problem
from analysis.published import COLUMNS, QUALIFIERS, STATISTICS, load_published
from tests import dalarna
from tests.codebook import made_up
from tests.conftest import Write


def dimension(*values: str) -> Dimension:
    label = {"da": "x", "en": "x"}
    return Dimension.model_validate({**label, "values": dict.fromkeys(values, label)})


TABLE = dalarna.codebook().items["table_1"]
# The study's codebook with a printed figure and boxes added, a figure that is not, and what numbers are split by.
CODEBOOK = dalarna.codebook().model_copy(
    update={
        "items": {
            **dalarna.codebook().items,
            "figure_6_2": TABLE.model_copy(update={"kind": "figure"}),
            "figure_7": dalarna.codebook().items["amounts"],
            "box_12": TABLE.model_copy(update={"kind": "box"}),
            "box_12_1": TABLE.model_copy(update={"kind": "box"}),
        },
        "groups": {
            "area": dimension("dental", "care"),
            "purpose": dimension("planning", "steering"),
            "role": dimension("leader", "employee"),
        },
    }
)
# A survey, split by size and role.
SURVEY = made_up.codebook(
    "code_lists:\n",
    """\
size_classes:
  small: {da: Små, en: Small, below: 30000}
  large: {da: Store, en: Large, below: null}
groups:
  role: {da: Rolle, en: Role, values: {leader: {da: Leder, en: Leader}, employee: {da: Medarbejder, en: Employee}}}
code_lists:
""",
)
ROW = {
    "wave": "2025", "item": "table_1", "chapter": "cost", "group": "municipality:Falun", "variable": "amount",
    "category": "", "statistic": "amount", "value": "112758", "value_high": "", "qualifier": "exact", "base": "",
    "page": "10", "line": "166", "printed": "112 758",
}  # fmt: skip
ANSWER = {
    "wave": "2024", "item": "table_1", "chapter": "plans", "group": "all", "variable": "plan", "category": "yes",
    "statistic": "percent", "value": "43", "base": "74", "page": "10", "line": "166", "printed": "43%",
}  # fmt: skip


def content(*rows: dict[str, str], **changes: str) -> str:
    """Return a file of these rows, else of one, with some of its cells changed."""
    lines = [",".join(f'"{({**ROW, **row})[name]}"' for name in COLUMNS) for row in rows or [changes]]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def breaches(path: Path, codebook: Codebook = CODEBOOK) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_published(path, codebook)
    return caught.value.problems


def answer_breaches(write: Write, *rows: dict[str, str]) -> list[str]:
    """Return what is said of rows of the survey, each given as what it has otherwise than `ANSWER`."""
    path = write("p.csv", content(*(ANSWER | row for row in rows)))
    return [str(problem) for problem in breaches(path, SURVEY)]


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
    # A share is a part of one; any other number may be of any kind.
    value_of_share = {"value": "0.5"} if value == "share" else {}
    load_published(write("p.csv", content(**{column: value, **value_of_share})), CODEBOOK)


@pytest.mark.parametrize(
    ("statistic", "value", "allowed"),
    [
        ("base", "0", "a whole number from 1"),
        ("base", "74.5", "a whole number from 1"),
        ("count", "-1", "a number from 0"),
        ("share", "50", "from 0 to 1: half is 0.5"),
        ("percent", "10000000", "below a million"),
    ],
)
def test_a_value_that_its_statistic_cannot_have(write: Write, statistic: str, value: str, allowed: str) -> None:
    with pytest.raises(InputError) as refused:
        load_published(write("p.csv", content(statistic=statistic, value=value)), CODEBOOK)
    assert f"row 2, column value: not a value that a {statistic} can have; value: '{value}'; allowed: {allowed}" in str(
        refused.value
    )


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
        ("group", "role:leader;role:employee"),
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
    assert "Valid: table_1, figure_6_2, box_12, box_12_1. " in problem.advice


@pytest.mark.parametrize("group", ["all", "size:small", "role:leader;size:large", "municipality:Falun", "year:2020",
    "since:2020", "plan:old", "plan:yes", "reasons:money;role:leader", "area:case"])  # fmt: skip
def test_groups_that_the_codebook_knows(write: Write, group: str) -> None:
    assert load_published(write("p.csv", content(ANSWER | {"group": group})), SURVEY)["group"].to_list() == [group]


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (
            "rolle:leader",
            "the codebook has no such group. Did you mean 'role'? Valid: size, role, municipality, region, year, since",
        ),
        ("area:dental", "the codebook has no such group. Valid: size, role, municipality, region, year, since"),
        ("role:leadr", "the codebook has no such role. Did you mean 'leader'? Valid: leader, employee"),
        ("size:medium", "the codebook has no such size. Valid: small, large"),
        ("size:large;role:large", "the codebook has no such role. Valid: leader, employee"),
        # A question splits by its answers, as the wave has them.
        ("reasons:monye", "the codebook has no such reasons. Did you mean 'money'? Valid: money, staff"),
        ("kroner:small", "the codebook has no such kroner. Valid: none"),
        ("year:24", "year is a year of four digits, not '24'"),
        ("since:march", "since is a year of four digits, not 'march'"),
        ("role:leader;role:employee", "not a group: write all, or key:value joined by ;, each key once"),
    ],
)
def test_a_group_that_the_codebook_has_not(write: Write, no_run: Path, group: str, says: str) -> None:
    assert answer_breaches(write, {}, {"group": group}) == [
        f"p.csv, row 3, column group: {says}; value: {group!r}. Correct it, or add it to the codebook."
    ]


def test_groups_are_those_of_the_wave(write: Write, no_run: Path) -> None:
    # What 2020 was asked with yes and no, 2024 was asked with stages.
    (said,) = answer_breaches(write, {"group": "plan:old"}, {"group": "plan:old", "wave": "2020", "category": "yes"})
    assert said.startswith("p.csv, row 3, column group: the codebook has no such plan. Valid: yes, no, dont_know;")


@pytest.mark.parametrize(
    ("variable", "category"),
    [("plan", "old"), ("plan", "yes"), ("plan", "dont_know"), ("reasons", "staff"), ("found", "time"), ("kroner", "")],
)
def test_answers_that_the_codebook_knows(write: Write, variable: str, category: str) -> None:
    path = write("p.csv", content(ANSWER | {"variable": variable, "category": category}))
    assert load_published(path, SURVEY)["category"].to_list() == [category]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            {"variable": "plan", "category": "odl"},
            "'odl'; allowed: answers of plan. Did you mean 'old'? Valid: old, new, planned, never, dont_know, yes, no. "
            "Or add it to the codebook.",
        ),
        (
            {"variable": "plan", "category": "old", "wave": "2020"},
            "'old'; allowed: answers of plan. Valid: yes, no, dont_know. Or add it to the codebook.",
        ),
        (
            {"variable": "reasons", "category": "time"},
            "'time'; allowed: answers of reasons. Valid: money, staff. Or add it to the codebook.",
        ),
        ({"variable": "kroner", "category": "yes"}, "'yes'; allowed: answers of kroner. Empty it."),
        ({"variable": "remarks", "category": "yes"}, "'yes'; allowed: answers of remarks. Empty it."),
    ],
)
def test_an_answer_that_the_codebook_has_not(write: Write, no_run: Path, cells: dict[str, str], says: str) -> None:
    said = answer_breaches(write, {}, cells)
    assert said == [f"p.csv, row 3, column category: no such answer; value: {says}"]


BASE = {"statistic": "base", "category": "", "value": "74", "base": "", "printed": "N=74"}


def test_a_percentage_without_the_base_that_is_printed_for_it_is_named(write: Write, no_run: Path) -> None:
    large = {"group": "size:large"}
    assert answer_breaches(write, large | BASE, large, large | {"category": "no", "base": ""}) == [
        "p.csv, row 4, column base: a percentage of table_1 without its base; allowed: a whole number. "
        "Enter the number of answers that the table, figure or its note states."
    ]


@pytest.mark.parametrize(
    "cells",
    [
        # The base that is printed is of others, of another item, or of another wave.
        {"group": "size:large"},
        {"item": "figure_1"},
        {"wave": "2020"},
        # Nothing that has a base, or nothing whose base could be entered.
        {"item": "text"},
        {"statistic": "count", "value": "32", "printed": "32"},
        {"variable": "kroner", "category": ""},
        {"variable": "found", "category": "time"},
    ],
    ids=lambda cells: " ".join(f"{key}={value}" for key, value in cells.items()),
)
def test_a_base_is_asked_for_only_where_it_is_printed(write: Write, cells: dict[str, str]) -> None:
    base = BASE | ({"item": "text"} if cells.get("item") == "text" else {})
    path = write("p.csv", content(ANSWER | base, ANSWER | {"base": ""} | cells))
    assert load_published(path, SURVEY)["base"].isna().all()


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
