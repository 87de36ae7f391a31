from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError, InputError, Problem
from analysis.places import (
    municipalities,
    population_on,
    population_problem,
    quarter_start,
    read_register,
    size_classes,
    size_classes_by_rank,
)
from analysis.strict_csv import Row
from tests import dalarna, denmark
from tests.conftest import Write

HEADER = "code,name,reference,population,source\n"
HEADER_WITH_REGION = "code,name,region,reference,population,source\n"
KIK_CLASSES = {"small": 30_000, "medium": 60_000, "large": None}


def register_problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_register(path)
    return caught.value.problems


def test_register_has_the_totals_of_statistics_sweden() -> None:
    by_day = dalarna.register().groupby("reference")["population"].sum()
    assert by_day["2010-12-31"] == 277_047
    assert by_day["2019-12-31"] == 287_966
    assert list(by_day.index) == [f"{year}-12-31" for year in range(2010, 2020)]


def test_register_has_the_fifteen_on_every_day() -> None:
    for _, day in dalarna.register().groupby("reference"):
        assert dict(zip(day["code"], day["name"], strict=True)) == dalarna.NAMES
    assert municipalities(dalarna.register()) == dalarna.NAMES


def test_no_population_of_the_register_leaps_between_years() -> None:
    wide = dalarna.register().pivot(index="reference", columns="code", values="population")
    for before, after in pairwise(wide.to_numpy()):
        assert (abs(after - before) < 0.04 * before).all()


@pytest.mark.parametrize(
    ("day", "nation", "christiansø"),
    # Statistics Denmark's total of the country (Wikipedia: Demographics of Denmark, Danmarks demografi, Regio van
    # Denemarken; populationu.com), of which 411 Christiansø is in no municipality
    [
        ("2011-01-01", 5_560_628, 94),
        ("2021-01-01", 5_840_045, 90),
        ("2023-01-01", 5_932_654, 93),
        ("2024-01-01", 5_961_249, 91),
    ],
)
def test_denmark_has_the_totals_of_statistics_denmark(day: str, nation: int, christiansø: int) -> None:
    assert population_on(denmark.register(), day)["population"].sum() == nation - christiansø


def test_danish_regions_have_their_municipalities_and_inhabitants() -> None:
    by_region = population_on(denmark.register(), "2024-01-01").groupby("region")["population"].agg(["size", "sum"])
    # Statistics Denmark, 1 January 2024 (Wikipedia: Regio van Denemarken); Christiansø counts to Hovedstaden
    assert by_region.to_dict("index") == {
        "Hovedstaden": {"size": 29, "sum": 1_911_067 - 91},
        "Midtjylland": {"size": 19, "sum": 1_365_688},
        "Nordjylland": {"size": 11, "sum": 593_135},
        "Sjælland": {"size": 17, "sum": 852_953},
        "Syddanmark": {"size": 22, "sum": 1_238_406},
    }


@pytest.mark.parametrize(
    ("name", "day", "people"),
    [
        ("København", "2024-01-01", 659_350),
        # Wikipedia, List of municipalities of Denmark: population on 1 January 2012
        ("København", "2012-01-01", 549_050),
        ("Aarhus", "2012-01-01", 314_545),
        ("Aalborg", "2012-01-01", 201_142),
        ("Odense", "2012-01-01", 191_610),
        ("Frederiksberg", "2012-01-01", 100_215),
        ("Ringkøbing-Skjern", "2012-01-01", 57_892),
    ],
)
def test_population_of_a_danish_municipality(name: str, day: str, people: int) -> None:
    rows = population_on(denmark.register(), day).set_index("name")
    assert rows.loc[name, "population"] == people


def test_denmark_has_its_98_on_each_of_66_quarters() -> None:
    quarters = {f"{year}-{month}-01" for year in range(2008, 2025) for month in ("01", "04", "07", "10")}
    missing = {"2021-04-01", "2021-07-01", "2024-07-01", "2024-10-01"}
    by_day = denmark.register().groupby("reference")["code"].agg(["size", "nunique"])
    assert set(by_day.index) == {"2007-01-01", *quarters, "2026-01-01"} - missing
    assert len(by_day) == 66
    assert (by_day == 98).all(axis=None)


def test_the_danish_register_is_sorted_by_code_and_day() -> None:
    register = denmark.register()
    assert register.sort_values(["code", "reference"], kind="stable").index.equals(register.index)


def test_no_danish_population_leaps_between_days() -> None:
    wide = denmark.register().pivot(index="reference", columns="code", values="population")
    # two years lie before the last day
    assert (wide.loc[:"2024-04-01"].pct_change().abs().iloc[1:] < 0.05).all(axis=None)


def test_population_on_a_day_of_a_register_with_regions(write: Write) -> None:
    rows = "1,Falun,Dalarna,2018-12-31,5,SCB\n2,Mora,Dalarna,2018-12-31,6,SCB\n"
    later = rows.replace("2018", "2019").replace(",5,", ",7,")
    on_day = population_on(read_register(write("r.csv", HEADER_WITH_REGION + later + rows)), "2018-12-31")
    assert on_day.index.tolist() == [0, 1]
    assert on_day.to_dict("list") == {
        "code": ["1", "2"],
        "name": ["Falun", "Mora"],
        "region": ["Dalarna"] * 2,
        "reference": ["2018-12-31"] * 2,
        "population": [5, 6],
    }


def test_population_on_a_day_of_a_register_without_regions() -> None:
    on_day = population_on(dalarna.register(), "2019-12-31")
    assert list(on_day.columns) == ["code", "name", "reference", "population"]
    assert on_day["population"].sum() == 287_966


@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        ("2007-04-01", "2007-01-01 and 2008-01-01"),
        ("2021-07-01", "2021-01-01 and 2021-10-01"),
        ("2025-01-01", "2024-04-01 and 2026-01-01"),
        ("2024-02-15", "2024-01-01 and 2024-04-01"),
        ("2006-01-01", "2007-01-01"),
        ("2030-01-01", "2026-01-01"),
    ],
)
def test_a_day_the_register_does_not_have(day: str, nearest: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        population_on(denmark.register(), day)
    assert str(caught.value) == (
        f"The register has no population on {day}, and nothing is interpolated. "
        f"Ask for a day it has; nearest: {nearest}."
    )


def test_size_classes_of_kik() -> None:
    people = population_on(denmark.register(), "2023-01-01")
    classes = size_classes(people["population"], KIK_CLASSES)
    # counted by hand in the register: the last small is Nordfyns (29,726), the last medium Svendborg (59,735)
    assert classes.value_counts().to_dict() == {"small": 23, "medium": 50, "large": 25}
    by_name = dict(zip(people["name"], classes, strict=True))
    assert (by_name["Nordfyns"], by_name["Sorø"]) == ("small", "medium")
    assert (by_name["Svendborg"], by_name["Guldborgsund"]) == ("medium", "large")


def test_a_bound_belongs_to_the_class_above_it() -> None:
    people = pd.Series([29_999, 30_000, 59_999, 60_000], index=list("abcd"))
    classes = size_classes(people, KIK_CLASSES)
    assert classes.to_dict() == {"a": "small", "b": "medium", "c": "medium", "d": "large"}
    assert classes.cat.ordered
    assert list(classes.cat.categories) == ["small", "medium", "large"]


@given(st.lists(st.integers(1, 999_999_999), min_size=1))
def test_every_population_has_a_size_class_and_more_people_no_smaller_one(numbers: list[int]) -> None:
    classes = size_classes(pd.Series(sorted(numbers)), KIK_CLASSES)
    assert classes.notna().all()
    assert classes.cat.codes.is_monotonic_increasing


def test_one_size_class_holds_all() -> None:
    assert size_classes(pd.Series([1, 10**8]), {"all": None}).tolist() == ["all", "all"]


@pytest.mark.parametrize(
    "below",
    [
        {},
        {"small": 30_000},
        {"small": 30_000, "large": 60_000},
        {"small": None, "large": None},
        {"large": None, "small": 30_000},
        {"medium": 60_000, "small": 30_000, "large": None},
        {"small": 30_000, "medium": 30_000, "large": None},
    ],
)
def test_size_classes_that_leave_a_gap_or_do_not_ascend(below: dict[str, float | None]) -> None:
    with pytest.raises(ValueError, match=r"last size class|increase|unique"):
        size_classes(pd.Series([1]), below)


KLK_CLASSES = {"smaller": 45, "larger": 45, "largest": 8}


def test_size_classes_of_klk() -> None:
    people = population_on(denmark.register(), "2018-07-01")
    assert len(people) == 98
    assert "Christiansø" not in set(people["name"])
    classes = size_classes_by_rank(people["population"], KLK_CLASSES)
    assert classes.value_counts().to_dict() == KLK_CLASSES
    assert classes.index.equals(people.index)
    by_name = pd.Series(classes.to_numpy(), index=people["name"])
    # the six largest cities' group (6-by), and Frederiksberg and Vejle
    assert set(by_name.index[by_name == "largest"]) == {
        "København", "Aarhus", "Aalborg", "Odense", "Esbjerg", "Randers", "Frederiksberg", "Vejle",
    }  # fmt: skip
    smaller, larger, largest = (people["population"][classes == name] for name in KLK_CLASSES)
    assert smaller.max() < larger.min() <= larger.max() < largest.min()


@given(st.lists(st.integers(1, 10**6), min_size=1, unique=True), st.data())
def test_classes_by_rank_are_as_large_as_they_say_and_in_order(numbers: list[int], data: st.DataObject) -> None:
    small = data.draw(st.integers(0, len(numbers)))
    classes = size_classes_by_rank(pd.Series(numbers), {"small": small, "large": len(numbers) - small})
    assert (classes == "small").sum() == small
    assert sorted(numbers)[:small] == sorted(pd.Series(numbers)[classes == "small"])


def test_classes_by_rank_that_are_not_all_municipalities() -> None:
    with pytest.raises(ValueError, match="the classes hold 3 municipalities, and there are 4"):
        size_classes_by_rank(pd.Series([1, 2, 3, 4]), {"small": 2, "large": 1})


def test_two_equally_large_are_of_one_class() -> None:
    with pytest.raises(ValueError, match="two municipalities that are equally large would be of different classes"):
        size_classes_by_rank(pd.Series([5, 3, 5]), {"small": 2, "large": 1})
    assert size_classes_by_rank(pd.Series([5, 3, 5]), {"small": 1, "large": 2}).tolist() == ["large", "small", "large"]


def test_reads_a_register(write: Write) -> None:
    register = read_register(write("r.csv", f"{HEADER}1,Falun,2019-12-31,59406,SCB\n2,Mora,2019-12-31,20470,SCB\n"))
    assert register.to_dict("list") == {
        "code": ["1", "2"],
        "name": ["Falun", "Mora"],
        "reference": ["2019-12-31"] * 2,
        "population": [59406, 20470],
        "source": ["SCB"] * 2,
    }


def test_a_day_that_lacks_a_municipality(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n2,Mora,2018-12-31,5,SCB\n1,Falun,2019-12-31,5,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert str(problem) == "r.csv, column code: code 2 is missing on 2019-12-31. Add its row."


def test_a_municipality_twice_on_a_day(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n1,Falun,2018-12-31,6,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert str(problem) == (
        "r.csv, row 3, column code: Falun stands twice on 2018-12-31; value: '1'. Remove one of the two."
    )


def test_a_code_with_two_names(write: Write, no_run: Path) -> None:
    rows = "1,Falun,2018-12-31,5,SCB\n1,Fahlun,2019-12-31,6,SCB\n"
    (problem,) = register_problems(write("r.csv", HEADER + rows))
    assert (problem.message, problem.column) == ("code 1 has several names", "name")


@pytest.mark.parametrize("day", ["31-12-2019", "2019", "20191231", "2019-13-01", "2019-W52-1", "2019-02-29", ""])
def test_a_reference_that_is_no_day(write: Write, no_run: Path, day: str) -> None:
    (problem,) = register_problems(write("r.csv", f"{HEADER}1,Falun,{day},5,SCB\n"))
    assert str(problem) == f"r.csv, row 2, column reference: not a day; value: {day!r}. Write it as YYYY-MM-DD."


def test_bad_days_and_bad_populations_of_a_register_come_at_once(write: Write) -> None:
    found = register_problems(write("r.csv", f"{HEADER}1,Falun,2019,5,SCB\n2,Mora,2019-12-31,0,SCB\n"))
    assert {(problem.row, problem.column) for problem in found} == {(2, "reference"), (3, "population")}


def test_every_bad_population_of_a_register_is_listed(write: Write) -> None:
    first, second = register_problems(write("r.csv", f"{HEADER}1,Falun,2018-12-31,0,SCB\n2,Mora,2018-12-31,x,SCB\n"))
    assert [(p.row, p.column, p.value) for p in (first, second)] == [(2, "population", "0"), (3, "population", "x")]


@pytest.mark.parametrize(
    ("value", "message", "advice"),
    [
        ("", "the population of Falun is empty", "Fill it in from the register."),
        ("-5", "the population of Falun is negative", "Look the number up in the register."),
        ("−5", "the population of Falun is negative", "Look the number up in the register."),
        ("1000000000", "the population of Falun is too large", "Look the number up in the register."),
        *(
            (
                value,
                "the population of Falun is not a whole number above 0",
                "Look the number up in the register, and write digits only: no spaces, points or decimals.",
            )
            for value in (
                "0",
                "1.5",
                "1,5",
                "1 234",
                "1\N{NO-BREAK SPACE}234",
                "1.234",
                "٣",
                "²",
                "5e3",
                "+5",
                "NaN",
                "x",
            )
        ),
    ],
)
def test_what_is_no_population(value: str, message: str, advice: str) -> None:
    problem = population_problem("f.csv", Row(7, {"code": "1", "name": "Falun", "population": value}))
    assert problem == Problem("f.csv", message, advice, 7, "population", value, "a whole number of at least 1")


@pytest.mark.parametrize("value", ["1", "59945", "007", "999999999"])
def test_what_is_a_population(value: str) -> None:
    assert population_problem("f.csv", Row(7, {"code": "1", "name": "Falun", "population": value})) is None


@pytest.mark.parametrize("digits", [20, 5000])  # Python makes no number of more than 4300 digits
def test_a_population_beyond_all_numbers_is_refused(write: Write, digits: int) -> None:
    (problem,) = register_problems(write("r.csv", f"{HEADER}1,Falun,2018-12-31,{'9' * digits},SCB\n"))
    assert (problem.row, problem.column) == (2, "population")


def test_a_row_without_name_is_called_by_its_code() -> None:
    problem = population_problem("f.csv", Row(7, {"code": "2080", "name": "", "population": ""}))
    assert problem is not None
    assert problem.message == "the population of 2080 is empty"


def test_reads_a_register_with_regions(write: Write) -> None:
    register = read_register(write("r.csv", f"{HEADER_WITH_REGION}101,København,Hovedstaden,2024-01-01,659350,DST\n"))
    assert register.to_dict("records") == [
        {
            "code": "101",
            "name": "København",
            "region": "Hovedstaden",
            "reference": "2024-01-01",
            "population": 659350,
            "source": "DST",
        }
    ]


def test_a_code_in_two_regions(write: Write, no_run: Path) -> None:
    rows = "1,Greve,Sjælland,2018-12-31,5,DST\n1,Greve,Hovedstaden,2019-12-31,6,DST\n"
    (problem,) = register_problems(write("r.csv", HEADER_WITH_REGION + rows))
    assert str(problem) == "r.csv, column region: code 1 has several regions. Use one."


@pytest.mark.parametrize("column", ["code", "name", "region"])
def test_a_municipality_without_code_name_or_region(write: Write, no_run: Path, column: str) -> None:
    cells = {"code": "1", "name": "Greve", "region": "Sjælland"} | {column: ""}
    row = f"{','.join(cells.values())},2018-12-31,5,DST\n"
    (problem,) = register_problems(write("r.csv", HEADER_WITH_REGION + row))
    assert str(problem) == f"r.csv, row 2, column {column}: the {column} is empty. Fill it in."


def test_a_misspelt_region_column_is_named(write: Write, no_run: Path) -> None:
    header = HEADER_WITH_REGION.replace("region", "Region")
    missing, unknown = register_problems(write("r.csv", f"{header}1,Greve,Sjælland,2018-12-31,5,DST\n"))
    assert missing.message == "column region is missing"
    assert (unknown.message, unknown.column) == ("unknown column", "Region")
    assert unknown.advice.startswith("Did you mean 'region'?")


def test_a_register_that_is_not_there(no_run: Path) -> None:
    (problem,) = register_problems(no_run / "r.csv")
    assert problem.message == "the file does not exist"


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-03-31", "2024-01-01"),
        ("2024-06-30", "2024-04-01"),
        ("2024-07-01", "2024-07-01"),
        ("2020-11-19", "2020-10-01"),
    ],
)
def test_the_quarter_of_a_day_begins(day: str, first: str) -> None:
    assert quarter_start(day) == first
