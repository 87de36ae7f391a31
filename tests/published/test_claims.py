"""Verbal claims: made-up reports whose verdicts are known, tests against R, and those of the reports themselves."""

from __future__ import annotations

import functools
import math
import os
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.codebook import Clusters, Codebook, load_codebook
from analysis.errors import InputError, Problem
from analysis.layout import ROOT
from analysis.models.two_shares import SIGNIFICANT, Sample, p_value
from analysis.published import load_published
from analysis.published.claims import COLUMNS, DIRECTIONS, OUTPUT, judge, load_claims
from analysis.published.claims.cells import Cells
from tests.conftest import Write

CODEBOOK = """\
schema_version: 1
study: made_up
title: &t {da: T, en: T}
report: {title: T, publisher: P, language: da, text: t.txt}
unit: respondent
places: denmark
population: 98
notebooks: [02_describe]
chapters: {main: *t}
size_classes: {small: {da: Små, en: Small, below: 30000}, large: {da: Store, en: Large, below: null}}
clusters: {variable: answered, sizes: {one: [1], more: [2, 4]}}
groups:
  area: {da: Område, en: Area, values: {dental: {da: Tand, en: Dental}, care: {da: Pleje, en: Care}, drugs: *t}}
  purpose: {da: Formål, en: Purpose, values: {planning: {da: Plan, en: Planning}, steering: *t}}
code_lists:
  degree:
    categories: {high: {code: 1, da: Høj, en: High}, low: {code: 2, da: Lav, en: Low}, none: {code: 3, da: Slet ikke, en: Not at all}}
    groups: {any: {of: [high, low], da: Noget, en: Any}}
variables:
  answered: {label: {da: Kommuner, en: Municipalities}, unit: municipalities, parts: {one: *t, more: *t}}
  plans: {label: {da: Planer, en: Plans}, unit: plans}
  rate: {label: {da: Rate, en: Rate}, unit: percent}
  factor: {label: {da: Faktor, en: Factor}, unit: times}
  routed: {label: {da: Heraf, en: Of those}, ask: *t, level: municipality, codes: degree, universe: "use in [high]"}
  use: {label: {da: Brug, en: Use}, ask: *t, level: respondent, codes: degree}
  per_purpose: {label: {da: Formål, en: By purpose}, ask: *t, level: respondent, codes: degree, asked_per: [purpose]}
  barriers: {label: {da: Barrierer, en: Barriers}, ask: *t, level: respondent, options: {time: &o {code: 1, da: Tid, en: Time}, money: {code: 2, da: Penge, en: Money}, data: {code: 3, da: Data, en: Data}}}
items:
  figure_1: {kind: figure, chapter: main, printed: true, title: *t, variables: [use], needs: *t}
  extra: {kind: table, chapter: main, notebook: 02_describe, printed: false, title: *t}
"""  # noqa: E501
BOOK = Codebook.model_validate(yaml.safe_load(CODEBOOK))
CLUSTERED = BOOK.model_copy(update={"clusters": BOOK.clusters.model_copy(update={"at_most": 6, "over": "area"})})  # type: ignore[union-attr]
ONE_EACH = BOOK.model_copy(update={"clusters": None})

# group, variable, category, statistic, value, base, line; text and line are told from these.
Row = tuple[str, str, str, str, float, int | None]


def printed(*rows: Row, qualifier: str = "exact", item: str = "text", wave: int = 2020) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["group", "variable", "category", "statistic", "value", "base"])
    frame = frame.assign(wave=wave, item=item, chapter="main", value_high=math.nan, qualifier=qualifier, page=1)
    frame["line"] = range(10, 10 + len(frame))
    frame["printed"] = [f"{value:g}%" if kind == "percent" else f"{value:g}" for *_, kind, value, _ in rows]
    frame["base"] = frame["base"].astype("Int64")
    return frame.astype({"value": "float64"})


def percent(group: str, value: float, base: int | None = None, variable: str = "use", category: str = "high") -> Row:
    return group, variable, category, "percent", value, base


def judged(
    direction: str,
    published: pd.DataFrame,
    subject: str = "use/high",
    groups: str = "size:small | size:large",
    codebook: Codebook = ONE_EACH,
    wave: int = 2020,
) -> tuple[str, str]:
    claim = pd.DataFrame([(wave, "text", 1, 7, direction, subject, groups)], columns=list(COLUMNS))
    row = judge(claim, published, codebook).iloc[0]
    return str(row["verdict"]), str(row["explanation"])


def verdict(direction: str, published: pd.DataFrame, **others: object) -> str:
    return judged(direction, published, **others)[0]  # type: ignore[arg-type]


APART = printed(percent("size:small", 80, 200), percent("size:large", 30, 200))
CLOSE = printed(percent("size:small", 52, 50), percent("size:large", 48, 50))
NEAR = printed(percent("size:small", 30, 1000), percent("size:large", 31, 1000))
NO_BASE = printed(percent("size:small", 80), percent("size:large", 30))


@pytest.mark.parametrize(
    ("direction", "published", "expected"),
    [
        ("higher", APART, "supported"),
        ("higher", CLOSE, "not_testable"),
        ("higher", NEAR, "contradicted"),
        ("higher", NO_BASE, "not_testable"),
        ("lower", APART, "contradicted"),
        ("lower", NEAR, "not_testable"),
        ("lower", NO_BASE, "contradicted"),
        ("highest", APART, "supported"),
        ("lowest", APART, "contradicted"),
        ("not_lower", APART, "supported"),
        ("not_lower", NEAR, "contradicted"),
        ("not_lower", NO_BASE, "supported"),
        ("not_higher", APART, "contradicted"),
        ("not_higher", NEAR, "supported"),
        ("significantly_higher", APART, "supported"),
        ("significantly_higher", CLOSE, "contradicted"),
        ("significantly_higher", NO_BASE, "not_testable"),
        ("significantly_lower", NEAR, "contradicted"),
        ("significantly_lower", APART, "contradicted"),
        ("equal", APART, "contradicted"),
        ("equal", NEAR, "supported"),
        ("equal", CLOSE, "not_testable"),
        ("similar", APART, "contradicted"),
        ("similar", NEAR, "supported"),
        ("similar", NO_BASE, "not_testable"),
        ("increase", APART, "contradicted"),
        ("increase", NEAR, "not_testable"),
        ("decrease", APART, "supported"),
        ("associated", APART, "contradicted"),
        ("causes", APART, "not_testable"),
    ],
)
def test_two_groups_of_different_answerers(direction: str, published: pd.DataFrame, expected: str) -> None:
    assert verdict(direction, published) == expected


def test_every_direction_is_tried() -> None:
    parameters = test_two_groups_of_different_answerers.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {direction for direction, *_ in parameters} | {"majority", "minority"} == set(DIRECTIONS)


def test_clusters_can_make_a_difference_one_that_chance_may_have_made() -> None:
    """60 and 40 of 100: p = 0.0048 at independence, 0.2554 where six answers are worth one.

    n1 <- function(a, m, b, n) { x <- prop.test(c(a, b), c(m, n), correct = FALSE)$statistic
    pchisq(unname(x) * (m + n - 1) / (m + n), 1, lower = FALSE) }
    n1(60, 100, 40, 100)                    # 0.004782241413
    n1(60 / 6, 100 / 6, 40 / 6, 100 / 6)    # 0.2554345674
    """
    rows = printed(percent("size:small", 60, 100), percent("size:large", 40, 100))
    assert verdict("higher", rows) == "supported"
    found, why = judged("higher", rows, codebook=CLUSTERED)
    assert found == "not_testable"
    assert "p = 0.005 if" in why
    assert "p = 0.255 if" in why
    assert "design effect 6.0" in why


def test_within_one_value_of_the_dimension_that_is_answered_once_each_answers_do_not_cluster() -> None:
    rows = printed(percent("area:dental", 60, 100), percent("area:care", 40, 100))
    assert verdict("higher", rows, groups="area:dental | area:care", codebook=CLUSTERED) == "supported"


def test_the_count_that_suits_the_claim_least_decides() -> None:
    """34 per cent of 50 is 17 alone, 34 of 500 is 168 to 172."""
    rows = printed(percent("size:small", 34, 500), percent("size:large", 28, 500))
    smallest, largest = p_value(172, 500, 138, 500), p_value(168, 500, 142, 500)
    assert smallest < SIGNIFICANT < largest
    found, why = judged("higher", rows)
    assert found == "not_testable"
    assert f"p = {smallest:.3f}–{largest:.3f}" in why
    assert verdict("significantly_higher", rows) == "not_testable"


@pytest.mark.parametrize(
    ("direction", "subject", "expected"),
    [
        ("highest", "barriers/time;barriers/money;barriers/data", "not_testable"),
        ("highest", "barriers/time;barriers/money", "supported"),
        ("highest", "barriers/money;barriers/time;barriers/data", "contradicted"),
        ("lowest", "barriers/money;barriers/time;barriers/data", "not_testable"),
        ("highest", "barriers/data;barriers/time", "not_testable"),
        ("highest", "barriers/time;barriers/data", "not_testable"),
        ("higher", "barriers/time;barriers/money;barriers/data", "not_testable"),
        ("lowest", "barriers/money;barriers/time", "supported"),
        ("majority", "barriers/time", "supported"),
        ("majority", "barriers/money", "contradicted"),
        ("minority", "barriers/money", "supported"),
        ("minority", "barriers/data", "not_testable"),
        ("similar", "barriers/time;barriers/money", "not_testable"),
        ("causes", "use/high;barriers/time", "not_testable"),
    ],
)
def test_answers_of_the_same_persons_are_judged_by_their_order(direction: str, subject: str, expected: str) -> None:
    rows = printed(
        percent("all", 55, variable="barriers", category="time"),
        percent("all", 45, variable="barriers", category="money"),
    )
    assert verdict(direction, rows, subject=subject, groups="all") == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [(54, "supported"), (46, "supported"), (45, "not_testable"), (44, "contradicted"), (40, "contradicted")],
)
def test_answers_of_the_same_persons_are_similar_within_ten_points(second: float, expected: str) -> None:
    rows = printed(
        percent("all", 55, variable="barriers", category="time"),
        percent("all", second, variable="barriers", category="money"),
    )
    assert verdict("similar", rows, subject="barriers/time;barriers/money", groups="all") == expected


@pytest.mark.parametrize(("second", "expected"), [(46, "supported"), (45, "contradicted")])
def test_ten_points_are_no_small_difference(second: int, expected: str) -> None:
    rows = printed(
        ("all", "barriers", "time", "count", 55, 100),
        ("all", "barriers", "money", "count", second, 100),
    )
    assert verdict("similar", rows, subject="barriers/time;barriers/money", groups="all") == expected


def test_two_purposes_are_answered_by_the_same() -> None:
    rows = printed(
        percent("purpose:planning", 52, 40, variable="per_purpose"),
        percent("purpose:steering", 50, 40, variable="per_purpose"),
    )
    found, why = judged("higher", rows, subject="per_purpose/high", groups="purpose:planning | purpose:steering")
    assert found == "supported"
    assert "Test" not in why


@pytest.mark.parametrize(
    ("direction", "part", "expected"),
    [("higher", 90, "not_testable"), ("higher", 20, "contradicted"), ("not_lower", 20, "contradicted"),
     ("not_lower", 45, "supported"), ("similar", 90, "not_testable")],
)  # fmt: skip
def test_a_part_of_the_whole_it_is_compared_with_has_only_its_order(direction: str, part: float, expected: str) -> None:
    rows = printed(percent("area:drugs", part, 70), percent("all", 45, 424))
    found, why = judged(direction, rows, groups="area:drugs | all")
    assert found == expected
    assert "One is part of the other" in why


def test_quantities_that_were_counted_need_no_test() -> None:
    rows = printed(("year:2007", "plans", "", "count", 73472, None), ("year:2010", "plans", "", "count", 100468, None))
    assert verdict("increase", rows, subject="plans", groups="year:2007 | year:2010") == "supported"
    assert verdict("increase", rows, subject="plans", groups="year:2010 | year:2007") == "contradicted"
    rates = printed(("year:2007", "rate", "", "percent", 14.9, None), ("year:2010", "rate", "", "percent", 14.1, None))
    assert verdict("decrease", rates, subject="rate", groups="year:2007 | year:2010") == "not_testable"


def test_a_year_is_that_of_the_group_or_of_the_wave() -> None:
    rows = pd.concat([printed(percent("all", 30, 98)), printed(percent("all", 70, 96), wave=2024)], ignore_index=True)
    assert verdict("increase", rows, groups="year:2020 | year:2024", wave=2024) == "supported"
    assert verdict("decrease", rows, groups="year:2020 | year:2024", wave=2024) == "contradicted"


@pytest.mark.parametrize(("value", "expected"), [(3, "supported"), (0.5, "contradicted"), (1, "not_testable")])
def test_a_printed_factor_is_an_increase_where_it_is_above_one(value: float, expected: str) -> None:
    rows = printed(("all", "factor", "", "other", value, None))
    assert verdict("increase", rows, subject="factor", groups="all") == expected
    turned = {"supported": "contradicted", "contradicted": "supported"}
    assert verdict("decrease", rows, subject="factor", groups="all") == turned.get(expected, expected)


def test_what_a_study_of_series_quotes_was_counted() -> None:
    rates = printed(("year:2007", "rate", "", "percent", 14.9, None), ("year:2010", "rate", "", "percent", 14.1, None))
    of_series = BOOK.model_copy(update={"unit": "series"})
    for direction, expected in (("decrease", "supported"), ("increase", "contradicted"), ("similar", "supported")):
        found, why = judged(direction, rates, "rate", "year:2007 | year:2010", of_series)
        assert found == expected
        assert "registers or other counts" in why


@pytest.mark.parametrize(("value", "expected"), [(15, "supported"), (-3, "contradicted"), (0, "not_testable")])
def test_a_printed_change_is_an_increase_where_it_is_above_nought(value: float, expected: str) -> None:
    rows = printed(percent("since:2015", value, variable="rate", category=""))
    assert verdict("increase", rows, subject="rate", groups="since:2015") == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [(("approx", 45.0), ("exact", 46.0)), (("at_least", 45.0), ("exact", 46.0)), (("exact", 45.0), ("exact", 45.0))],
)
def test_what_rounding_leaves_open_is_no_order(first: tuple[str, float], second: tuple[str, float]) -> None:
    rows = pd.concat(
        [
            printed(percent("size:small", first[1]), qualifier=first[0]),
            printed(percent("size:large", second[1]), qualifier=second[0]),
        ],
        ignore_index=True,
    )
    for direction in ("higher", "lower"):
        found, why = judged(direction, rows)
        assert found == "not_testable"
        assert "print leaves either order open" in why


def test_an_exact_number_goes_before_about_and_a_count_before_its_percentage() -> None:
    rows = pd.concat(
        [
            printed(percent("all", 20), qualifier="approx"),
            printed(percent("all", 62, 96)),
            printed(("all", "use", "high", "count", 60, 96)),
        ],
        ignore_index=True,
    )
    readings = Cells(rows, BOOK).of(2020, ("use", "high"), "all").readings
    assert [reading.low for reading in readings] == [62.5]
    assert readings[0].sample == Sample(60, 60, 96)


def test_numbers_that_contradict_each_other_must_lead_to_one_verdict() -> None:
    small = [percent("size:small", value, 200) for value in (62, 51)]
    far = printed(*small, percent("size:large", 20, 200))
    found, why = judged("higher", far)
    assert found == "supported"
    assert "all lead to this verdict" in why
    found, why = judged("higher", printed(*small, percent("size:large", 58, 200)))
    assert found == "not_testable"
    assert "do not lead to one verdict" in why


# All municipalities

EVERYONE = BOOK.model_copy(update={"unit": "municipality", "clusters": None, "population": 98})


def waves(one: tuple[int, int], two: tuple[int, int], variable: str = "use") -> pd.DataFrame:
    rows = [printed(("all", variable, "high", "count", *each), wave=wave) for wave, each in ((2020, one), (2024, two))]
    return pd.concat(rows, ignore_index=True)


def of_waves(direction: str, rows: pd.DataFrame, variable: str = "use", book: Codebook = EVERYONE) -> tuple[str, str]:
    return judged(direction, rows, f"{variable}/high", "year:2020 | year:2024", book, 2024)


def test_what_the_missing_cannot_turn_holds_of_the_98() -> None:
    """18 of 98 against 29 of 96: 18.4 % against 29/98 to 31/98; p = 0.055 of municipalities in general."""
    rows = waves((18, 98), (29, 96))
    found, why = of_waves("increase", rows)
    assert found == "supported"
    assert "it holds, whatever the missing ones would have answered: 29.6–31.6% against 18.4%." in why
    assert "Test for municipalities in general: p = 0.055" in why
    assert of_waves("increase", rows, book=ONE_EACH)[0] == "not_testable"
    assert of_waves("significantly_higher", rows)[0] == "contradicted"


def test_what_the_missing_can_turn_is_left_to_the_test() -> None:
    found, why = of_waves("decrease", waves((30, 98), (29, 96)))
    assert found == "not_testable"
    assert "turns on what the missing ones would have answered: 29.6–31.6% against 30.6%" in why


@pytest.mark.parametrize(
    ("direction", "rows", "variable"),
    [("increase", waves((44, 70), (51, 71)), "use"), ("increase", waves((18, 98), (29, 96), "routed"), "routed")],
)
def test_a_base_of_some_of_the_municipalities_is_not_of_the_98(
    direction: str, rows: pd.DataFrame, variable: str
) -> None:
    found, why = of_waves(direction, rows, variable)
    assert found == "not_testable"
    assert "98 municipalities" not in why


@pytest.mark.parametrize(
    ("answered", "expected"), [((50, 98), "supported"), ((48, 96), "not_testable"), ((47, 96), "not_testable")]
)
def test_more_than_half_of_the_98_is_what_the_missing_cannot_turn(answered: tuple[int, int], expected: str) -> None:
    found, why = judged("majority", waves((1, 98), answered), groups="all", codebook=EVERYONE, wave=2024)
    assert found == expected
    assert "Of the 98 municipalities" in why


@pytest.mark.parametrize(("second", "expected"), [(71, "supported"), (78, "not_testable"), (85, "contradicted")])
def test_similar_of_the_98(second: int, expected: str) -> None:
    assert of_waves("similar", waves((70, 98), (second, 96)))[0] == expected


def test_answers_of_the_same_municipalities_may_be_turned_by_the_missing() -> None:
    rows = printed(("all", "use", "high", "count", 40, 96), ("all", "use", "low", "count", 38, 96))
    book = EVERYONE
    assert judged("higher", rows, "use/high;use/low", "all", book)[0] == "not_testable"
    rows = printed(("all", "use", "high", "count", 40, 96), ("all", "use", "low", "count", 37, 96))
    assert judged("higher", rows, "use/high;use/low", "all", book)[0] == "supported"


@given(st.integers(0, 90), st.integers(0, 90), st.integers(90, 98), st.integers(90, 98))
def test_the_98_are_every_way_the_missing_could_have_answered(one: int, two: int, base: int, other: int) -> None:
    later = range(two, two + 98 - other + 1)
    earlier = range(one, one + 98 - base + 1)
    always = all(after > before for after in later for before in earlier)
    why = of_waves("increase", waves((one, base), (two, other)))[1]
    assert ("98 municipalities it holds" in why) == always


# What is shown


def test_answers_counted_together_are_the_sum_of_their_parts() -> None:
    rows = printed(percent("all", 16, 55), percent("all", 51, 55, category="low"), percent("size:small", 16, 55))
    cells = Cells(rows, BOOK)
    (reading,) = cells.of(2020, ("use", "any"), "all").readings
    assert (reading.low, reading.high) == (66, 68)
    assert reading.sample == Sample(9 + 28, 9 + 28, 55)
    assert (reading.text, reading.lines) == ("16% + 51%", (10, 11))
    assert cells.of(2020, ("use", "any"), "size:small").readings == ()
    printed_too = pd.concat([rows, printed(percent("all", 70, 55, category="any"))], ignore_index=True)
    assert [each.text for each in Cells(printed_too, BOOK).of(2020, ("use", "any"), "all").readings] == ["70%"]


def test_half_a_range_is_shown_whole() -> None:
    rows = printed(percent("all", 86), qualifier="range").assign(value_high=88.0, printed="86-")
    assert "86–88% (line 10)" in judged("majority", rows, groups="all")[1]
    rows = rows.assign(printed="86-88%")
    assert "86-88% (line 10)" in judged("majority", rows, groups="all")[1]


def test_what_cells_have_in_common_is_said_once() -> None:
    two = [
        percent("size:small", value, variable="barriers", category=name)
        for name, value in (("time", 55), ("money", 45))
    ]
    why = judged("higher", printed(*two), "barriers/time;barriers/money", "size:small")[1]
    assert why.startswith("Printed: Barriers, Small – Time: 55% (line 10); Money: 45% (line 11). ")
    rows = printed(percent("all", 55), percent("all", 45, variable="per_purpose"))
    why = judged("higher", rows, "use/high;per_purpose/high", "all")[1]
    assert why.startswith("Printed: High – Use: 55% (line 10); By purpose: 45% (line 11). ")
    why = judged("higher", rows, "use/high;per_purpose/low", "all")[1]
    assert why.startswith("Printed: Use, High: 55% (line 10); By purpose, Low: not printed. ")
    why = judged("majority", printed(percent("size:small", 55)), groups="size:small")[1]
    assert why.startswith("Printed: Use, High (Small): 55% (line 10). ")


def test_contradicted_by_print_alone_is_said() -> None:
    said = "Contradicted by the printed numbers, not by a test."
    assert said in judged("lower", APART)[1]
    assert said in judged("lower", NO_BASE)[1]
    assert said not in judged("higher", APART)[1]
    assert said not in judged("equal", APART)[1]
    assert said not in judged("significantly_higher", CLOSE)[1]


def test_what_is_not_printed_is_said() -> None:
    only = printed(percent("size:small", 60, 100))
    assert "What it is compared with is not printed." in judged("higher", only)[1]
    assert "What the claim is about is not printed." in judged("lower", only, groups="size:large | size:small")[1]


def test_the_explanation_has_the_numbers_their_lines_and_names() -> None:
    found, why = judged("higher", APART)
    assert found == "supported"
    assert why.startswith("Printed: Use, High – Small: 80% (line 10); Large: 30% (line 11). 80% against 30%")
    assert "p < 0.001; at most one answer of each municipality" in why


def test_the_output_is_that_of_the_contract() -> None:
    claim = pd.DataFrame([(2020, "text", 1, 7, "higher", "use/high", "size:small | size:large")], columns=list(COLUMNS))
    frame = judge(claim, APART, BOOK.model_copy(update={"clusters": None}), "da")
    assert ",".join(frame.columns) == "wave,item,line,direction,subject,groups,verdict,explanation"
    assert tuple(frame.columns) == OUTPUT
    assert "80% (linje 10)" in str(frame.loc[0, "explanation"])


def test_the_design_effect_is_that_of_the_sizes_as_printed() -> None:
    counts = printed(("all", "answered", "one", "count", 10, None), ("all", "answered", "more", "count", 6, None))
    # 10 ones, 3 twos, 3 fours.
    assert Cells(counts, BOOK).design_effect({}) == pytest.approx((10 + 3 * 4 + 3 * 16) / (10 + 6 + 12))
    with pytest.raises(ValueError, match="answered/one, which is not printed"):
        Cells(APART, BOOK).design_effect({})


def test_too_few_answers_for_the_test_are_no_proof() -> None:
    assert math.isnan(p_value(1, 4, 0, 4))
    rows = printed(percent("size:small", 50, 2), percent("size:large", 0, 4))
    found, why = judged("higher", rows)
    assert found == "not_testable"
    assert "too few answers for the test" in why


@pytest.mark.parametrize(
    "written",
    [{}, {"at_most": 0}, {"at_most": 6, "variable": "answered", "sizes": {"one": [1]}}, {"variable": "answered"},
     {"sizes": {"one": [1]}}, {"variable": "answered", "sizes": {"one": []}}],
)  # fmt: skip
def test_clusters_are_declared_in_one_way(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Clusters.model_validate(written)


def test_clusters_name_what_the_codebook_has(tmp_path: Path) -> None:
    folder = tmp_path / "made_up"
    folder.mkdir()
    (folder / "codebook.yaml").write_text(CODEBOOK.replace("{one: [1], more", "{ones: [1], more"), encoding="utf-8")
    with pytest.raises(InputError, match=r"no such part.*clusters\.sizes|clusters\.sizes.*no such part"):
        load_codebook(folder / "codebook.yaml")


Counts = st.tuples(st.integers(1, 99), st.integers(1, 99))


def both(counts: tuple[int, int], base: int) -> pd.DataFrame:
    small, large = counts
    return printed(
        ("size:small", "use", "high", "count", small, base), ("size:large", "use", "high", "count", large, base)
    )


@settings(max_examples=25)
@given(Counts, st.sampled_from([100, 150, 400]))
def test_swapping_the_groups_swaps_higher_and_lower(counts: tuple[int, int], base: int) -> None:
    rows, turned = both(counts, base), "size:large | size:small"
    for one, other in (
        ("higher", "lower"), ("highest", "lowest"), ("not_lower", "not_higher"), ("increase", "decrease"),
        ("significantly_higher", "significantly_lower"),
    ):  # fmt: skip
        assert verdict(one, rows) == verdict(other, rows, groups=turned)
    assert verdict("similar", rows) == verdict("similar", rows, groups=turned)


# The file


def content(**changes: str) -> str:
    row = {
        "wave": "2020", "item": "figure_1", "page": "3", "line": "7", "direction": "higher", "subject": "use/high",
        "groups": "size:small | size:large",
    }  # fmt: skip
    return ",".join(COLUMNS) + "\n" + ",".join(f'"{value}"' for value in {**row, **changes}.values()) + "\n"


def breaches(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_claims(path, BOOK)
    return caught.value.problems


def test_a_claim_is_read(write: Write) -> None:
    row = load_claims(write("c.csv", content()), BOOK).iloc[0]
    assert (row["wave"], row["page"], row["line"], row["direction"]) == (2020, 3, 7, "higher")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("wave", "twenty", "not as the contract says"),
        ("page", "0", "not as the contract says"),
        ("line", "7a", "not as the contract says"),
        ("item", "figure_2", "the codebook has no such item"),
        ("item", "extra", "the codebook has no such item"),
        ("direction", "hihger", "unknown direction"),
        ("direction", "majority", "majority is about one number"),
        ("groups", "all", "higher compares with nothing"),
        ("groups", "size:small | size:huge", "the codebook has no such size"),
        ("groups", "size:small | town:X", "the codebook has no such group"),
        ("groups", "size:small | size:small", "size:small stands twice"),
        ("subject", "uses/high", "the codebook has no such variable"),
        ("subject", "use/higher", "no such answer"),
        ("subject", "use", "a question without the answer"),
        ("subject", "use/high;use/low", "several subjects and several groups"),
    ],
)
def test_what_breaks_the_contract_is_named_with_its_place(write: Write, column: str, value: str, message: str) -> None:
    problem = breaches(write("c.csv", content(**{column: value})))[0]
    assert message in str(problem)
    assert problem.row == 2


def test_all_breaches_are_listed_and_the_nearest_name_is_proposed(write: Write) -> None:
    problems = breaches(write("c.csv", content(direction="hihger", subject="barriers/tme")))
    assert [problem.column for problem in problems] == ["direction", "subject"]
    assert "Did you mean 'higher'?" in problems[0].advice
    assert "Did you mean 'time'?" in problems[1].advice


def test_a_claim_that_stands_twice_is_refused(write: Write) -> None:
    twice = content() + content().splitlines()[1] + "\n"
    assert breaches(write("c.csv", twice))[0].message == "the claim of row 2 again"


# The reports

STUDIES = ("kik_quality", "kl_naere", "klk_healthdata", "ssi_hygiene")


@functools.cache
def report(study: str) -> pd.DataFrame:
    folder = ROOT / "data" / "raw" / study
    codebook = load_codebook(folder / "codebook.yaml")
    published = load_published(folder / "published.csv", codebook)
    return judge(load_claims(folder / "claims.csv", codebook), published, codebook)


@pytest.mark.parametrize("study", STUDIES)
def test_a_claim_stands_on_a_page_between_those_of_the_numbers_around_it(study: str) -> None:
    folder = ROOT / "data" / "raw" / study
    codebook = load_codebook(folder / "codebook.yaml")
    claims = load_claims(folder / "claims.csv", codebook)
    numbers = load_published(folder / "published.csv", codebook)
    for line, page in zip(claims["line"], claims["page"], strict=True):
        assert numbers.loc[numbers["line"] <= line, "page"].max() <= page or line < numbers["line"].min()
        assert page <= numbers.loc[numbers["line"] >= line, "page"].min() or line > numbers["line"].max()
    assert claims["line"].is_monotonic_increasing
    assert claims["page"].is_monotonic_increasing


@pytest.mark.parametrize("study", STUDIES)
def test_a_claim_stands_on_a_line_with_text(study: str) -> None:
    folder = ROOT / "data" / "raw" / study
    codebook = load_codebook(folder / "codebook.yaml")
    texts = Path(os.environ.get("REPORT_TEXTS") or ROOT.parent / "shared" / "sources")
    if not (texts / codebook.report.text).is_file():
        pytest.skip(f"no {codebook.report.text}: set REPORT_TEXTS to the folder of the reports' texts")
    lines = (texts / codebook.report.text).read_text(encoding="utf-8").split("\n")
    claims = load_claims(folder / "claims.csv", codebook)
    assert [line for line in claims["line"] if not lines[line - 1].strip()] == []


def found(study: str, line: int, direction: str, subject: str = "") -> tuple[str, str]:
    frame = report(study)
    rows = frame[(frame["line"] == line) & (frame["direction"] == direction) & frame["subject"].str.startswith(subject)]
    assert len(rows) == 1
    return rows.iloc[0]["verdict"], rows.iloc[0]["explanation"]


@pytest.mark.parametrize("study", STUDIES)
def test_every_claim_of_a_report_is_judged_with_a_reason(study: str) -> None:
    frame = report(study)
    assert set(frame["verdict"]) <= {"supported", "contradicted", "not_testable"}
    assert frame["explanation"].str.len().min() > 40


def test_an_equal_degree_of_71_and_79_per_cent_is_not_testable() -> None:
    """20 of 28 and 30 of 38; the design effect is 333 / 151. In R, with n1 as above and d <- 333 / 151.

    n1(20 / d, 28 / d, 30 / d, 38 / d)  # 0.6409489622
    """
    verdict, why = found("kik_quality", 133, "equal")
    assert verdict == "not_testable"
    assert "71% (line 133)" in why
    assert "79% (line 135)" in why
    assert "p = 0.484 if the answers are independent, p = 0.641 if all" in why
    assert "design effect 2.2; 95% interval of the difference −38 to 23 points" in why


@pytest.mark.parametrize(
    ("study", "line", "direction", "subject", "expected"),
    [
        ("kik_quality", 264, "similar", "", "not_testable"),
        ("kik_quality", 276, "highest", "", "not_testable"),
        ("ssi_hygiene", 139, "significantly_lower", "", "supported"),
        ("ssi_hygiene", 1613, "causes", "", "not_testable"),
        ("klk_healthdata", 538, "associated", "data_use", "not_testable"),
        ("klk_healthdata", 748, "associated", "barriers/priority", "not_testable"),
        ("klk_healthdata", 2227, "higher", "type_activity", "contradicted"),
        ("klk_healthdata", 6701, "not_lower", "steer_goals", "contradicted"),
        ("klk_healthdata", 7019, "not_lower", "steer_goals", "contradicted"),
        ("kl_naere", 6144, "increase", "rehab_spending", "supported"),
        ("kl_naere", 3056, "similar", "readmissions", "supported"),
        ("kl_naere", 4269, "higher", "chronic_share", "supported"),
        ("kl_naere", 8830, "increase", "pensions_mental", "supported"),
        ("kl_naere", 9842, "increase", "overweight_growth", "supported"),
        ("ssi_hygiene", 1031, "lower", "role/nurse", "supported"),
        ("ssi_hygiene", 1402, "higher", "training", "not_testable"),
        # Two readings: data are used at all, or systematically.
        ("klk_healthdata", 6632, "higher", "system_regional/used", "supported"),
        ("klk_healthdata", 6632, "higher", "system_regional/systematic", "contradicted"),
        ("klk_healthdata", 6632, "higher", "system_local/used", "supported"),
        ("klk_healthdata", 6632, "higher", "system_local/systematic", "supported"),
        ("klk_healthdata", 7005, "higher", "system_regional/used", "contradicted"),
        ("klk_healthdata", 7005, "higher", "system_regional/systematic", "contradicted"),
    ],
)
def test_claims_that_the_issue_names(study: str, line: int, direction: str, subject: str, expected: str) -> None:
    assert found(study, line, direction, subject)[0] == expected
