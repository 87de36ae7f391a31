"""Changes between two waves, held against print by hand, every completion of the missing, and every pairing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook import Basis, Pairing
from analysis.estimates import COUNTED, SUPERPOPULATION, WORST_CASE
from analysis.estimates.comparison import (
    CHANGED,
    GAINED,
    LOST,
    MARGINS,
    P_ADJUSTED,
    P_VALUE,
    PAIRINGS,
    SHORTFALL,
    STRICT,
    SUBSTANTIVE,
    TREATMENTS,
    compare_waves,
    count_rows,
    directions,
)
from analysis.estimates.intervals import change_superpopulation
from analysis.estimates.pairing import Margins, p_range, pairings
from tests import ssi
from tests.two_waves import (
    IN_2026,
    PRINTED,
    Answers,
    changes,
    codebook_of,
    made_up,
    reconstructed,
    reconstructed_wave,
    row_of,
    wave_of,
)

AS_YES = "dont_know_as_yes"
EMPTIED = ["value", "low", "high", "identified_low", "identified_high"]


def between(
    before: Answers,
    after: Answers,
    *,
    population: int = 98,
    basis: Basis = "collected",
    open_before: dict[tuple[str, str], tuple[int, int]] | None = None,
    open_after: dict[tuple[str, str], tuple[int, int]] | None = None,
) -> pd.DataFrame:
    """Return what changed between two made-up waves."""
    earlier = made_up(2020, before, basis=basis, population=population, open_ranges=open_before)
    later = made_up(2024, after, basis=basis, population=population, open_ranges=open_after)
    return compare_waves(earlier, later, codebook_of(population), wave_of(2024, basis), wave_of(2020, basis))


@pytest.mark.parametrize("name", PRINTED)
def test_changes_of_table_2(name: str) -> None:
    """Points of the unrounded shares, and municipalities."""
    before, base_before, after, base_after = PRINTED[name]
    variable = ssi.codebook().comparison[name].variable
    change = row_of(changes(), variable, "percent", WORST_CASE)
    assert change["value"] == pytest.approx(100 * after / base_after - 100 * before / base_before)
    assert change[["wave", "item", "group", "basis"]].to_list() == [2024, "table_2", "since:2020", "reconstructed"]
    assert row_of(changes(), variable, "other", COUNTED)["value"] == after - before
    general = row_of(changes(), variable, "percent", SUPERPOPULATION)
    expected = change_superpopulation(before, base_before, after, base_after)
    assert general[["low", "high"]].to_list() == pytest.approx([100 * expected.low, 100 * expected.high])
    assert general["value"] == change["value"]
    assert "superpopulation" in general["estimand"]


@pytest.mark.parametrize(
    ("variable", "low", "high"),
    [
        # All 98 answered in 2020; in 2024 two did not: 74/98 less 61/98, and 76/98 less 61/98.
        ("organisation", 13.2653, 15.3061),
        ("coordinators", 1.0204, 3.0612),
        ("cooperation", 25.5102, 27.5510),
        ("regional_agreement", -17.3469, -15.3061),
        ("registers_sick_leave", -24.4898, -22.4490),
        ("halt", 30.6122, 32.6531),
    ],
)
def test_bounds_are_what_the_missing_of_2024_could_change(variable: str, low: float, high: float) -> None:
    change = row_of(changes(), variable, "percent", WORST_CASE)
    assert change[["low", "high"]].to_list() == pytest.approx([low, high], abs=1e-4)


def test_regional_agreements_without_the_dont_knows() -> None:
    """2024: 62 of 84 that knew, 12 did not. 2020: 79 yes; of the 19 others any number may not have known."""
    change = row_of(changes(), "regional_agreement", "percent", SUBSTANTIVE)
    assert pd.isna(change["value"])
    assert change["identified_low"] == pytest.approx(100 * (62 / 84 - 1))
    assert change["identified_high"] == pytest.approx(100 * (62 / 84 - 79 / 98))
    assert change[["low", "high"]].to_list() == pytest.approx([100 * (62 / 86 - 1), 100 * (64 / 86 - 79 / 98)])


def test_regional_agreements_with_the_dont_knows_as_yes() -> None:
    change = row_of(changes(), "regional_agreement", "percent", AS_YES)
    assert pd.isna(change["value"])
    assert change["identified_low"] == pytest.approx(100 * (74 / 96 - 1))
    assert change["identified_high"] == pytest.approx(100 * (74 / 96 - 79 / 98))
    assert change[["low", "high"]].to_list() == pytest.approx([100 * (74 / 98 - 1), 100 * (76 / 98 - 79 / 98)])


def test_the_change_is_given_without_the_dont_knows_too_where_there_are_any() -> None:
    """Of organisations, nobody in 2020 and one of 96 in 2024; of coordinators, print does not say of 2020."""
    treated = changes()[changes()["method"].isin(TREATMENTS)]
    assert {"organisation", "coordinators", "regional_agreement", "halt"} <= set(treated["variable"])


def test_which_way_the_rows_went() -> None:
    ways = directions(changes(), ssi.codebook())
    assert {name for name, way in ways.items() if way == "rose"} == {
        "organisation", "coordinators", "committee", "training", "cooperation", "halt",
    }  # fmt: skip
    assert {name for name, way in ways.items() if way == "fell"} == {
        "regional_agreement", "special_agreement", "sick_leave", "outbreaks",
    }  # fmt: skip
    sure = directions(changes(), ssi.codebook(), treatments=True)
    assert {name: way for name, way in sure.items() if way != "open"} == {
        "organisation": "rose",
        "regional_agreement": "fell",
    }


def test_rows_are_counted_by_what_can_be_said_of_them() -> None:
    counted = count_rows(changes(), ssi.codebook(), reconstructed_wave(2024), reconstructed_wave(2020))
    assert dict(zip(counted["variable"], counted["value"], strict=True)) == {
        "rose": 5, "fell": 2, "open": 0, "sure": 2, "tested": 10, "decided": 0, "not_judged": 0, "not_comparable": 3,
        "missing": 0,
    }  # fmt: skip


def test_a_later_collected_wave() -> None:
    """95 answered in 2026, of whom 60 have an agreement, 32 have none and 3 don't know; in 2024 62, 22 and 12."""
    earlier, later, after = reconstructed(2024), made_up(2026, IN_2026), wave_of(2026)
    found = compare_waves(earlier, later, ssi.codebook(), after, reconstructed_wave(2024))
    change = row_of(found, "regional_agreement", "percent", WORST_CASE)
    assert change[["wave", "item", "group", "basis"]].to_list() == [2026, "table_2", "since:2024", "reconstructed"]
    assert change["value"] == pytest.approx(100 * (60 / 95 - 62 / 96))
    assert change[["low", "high"]].to_list() == pytest.approx([100 * (60 - 64) / 98, 100 * (63 - 62) / 98])
    known = row_of(found, "regional_agreement", "percent", SUBSTANTIVE)
    assert known["value"] == pytest.approx(100 * (60 / 92 - 62 / 84))
    assert known[["low", "high"]].to_list() == pytest.approx([100 * (60 / 95 - 64 / 86), 100 * (63 / 95 - 62 / 86)])
    # Too few did not know in 2026 for its own estimates to count them as yes.
    assert not ((later["variable"] == "regional_agreement") & (later["method"] == AS_YES)).any()
    as_yes = row_of(found, "regional_agreement", "percent", AS_YES)
    assert as_yes["value"] == pytest.approx(100 * (63 / 95 - 74 / 96))
    assert as_yes[["low", "high"]].to_list() == pytest.approx([100 * (63 - 76) / 98, 100 * (66 - 74) / 98])
    assert directions(found, ssi.codebook())["regional_agreement"] == "open"
    assert set(found.loc[found["item"] == PAIRINGS, "basis"]) == {"collected"}
    assert set(found.loc[found["item"] == PAIRINGS, "method"]) == {MARGINS}
    assert "committee" not in set(found["variable"])


def test_rows_of_a_wave_that_nobody_judged_are_counted_as_such() -> None:
    after, before = wave_of(2026), reconstructed_wave(2024)
    found = compare_waves(reconstructed(2024), made_up(2026, IN_2026), ssi.codebook(), after, before)
    counts = count_rows(found, ssi.codebook(), after, before).set_index("variable")["value"]
    assert (counts["not_judged"], counts["not_comparable"], counts["missing"]) == (5, 0, 5)
    assert counts[["rose", "fell", "open"]].sum() == 5


def test_between_collected_waves_a_change_has_no_range_of_print() -> None:
    one: Answers = {"halt": {"yes": 30, "no": 60}}
    found = between(one, {"halt": {"yes": 40, "no": 50, "dont_know": 2}})
    assert set(found["basis"]) == {"collected"}
    change = row_of(found, "halt", "percent", WORST_CASE)
    assert change[["identified_low", "identified_high"]].isna().all()
    assert change[["low", "high"]].to_list() == pytest.approx([100 * (40 - 38) / 98, 100 * (46 - 30) / 98])


def test_a_share_of_a_domain_takes_in_the_missing_that_may_belong_to_it() -> None:
    """Of 10, 2 are missing in the later wave: 4 of 5 may be 4 of 7 or 6 of 7; before 2 of 4, and nobody is missing."""
    before: Answers = {"coordinators": {"yes": 4, "no": 6}, "training": {"yes": 2, "no": 2}}
    after: Answers = {"coordinators": {"yes": 5, "planned": 2, "dont_know": 1}, "training": {"yes": 4, "no": 1}}
    change = row_of(between(before, after, population=10), "training", "percent", WORST_CASE)
    assert change["value"] == pytest.approx(80 - 50)
    assert change[["low", "high"]].to_list() == pytest.approx([100 * (4 / 7 - 2 / 4), 100 * (6 / 7 - 2 / 4)])
    assert "that it concerns" in change["estimand"]


def test_a_row_that_a_wave_lacks_or_withholds_makes_no_change() -> None:
    later = reconstructed(2024)
    later.loc[(later["variable"] == "committee") & (later["category"] == "yes"), EMPTIED] = np.nan
    later = later[later["variable"] != "halt"]
    waves = reconstructed_wave(2024), reconstructed_wave(2020)
    found = compare_waves(reconstructed(2020), later, ssi.codebook(), *waves)
    assert {"committee", "halt"} & set(found["variable"]) == set()
    assert set(directions(found, ssi.codebook())) == set(PRINTED) - {"committee", "halt"}
    assert count_rows(found, ssi.codebook(), *waves).set_index("variable").loc["missing", "value"] == 2


def test_withheld_dont_knows_give_nothing_away() -> None:
    one: Answers = {"regional_agreement": {"yes": 62, "no": 22, "dont_know": 12}}
    earlier, later = (made_up(year, one) for year in (2020, 2024))
    given = compare_waves(earlier, later, ssi.codebook(), wave_of(2024), wave_of(2020))
    assert set(TREATMENTS) <= set(given["method"])
    later.loc[(later["category"] == "dont_know") | later["method"].isin(TREATMENTS), EMPTIED] = np.nan
    found = compare_waves(earlier, later, ssi.codebook(), wave_of(2024), wave_of(2020))
    table = found[found["item"] == "table_2"]
    assert set(table["method"]) == {WORST_CASE, SUPERPOPULATION, COUNTED, *TREATMENTS}
    treated = table[table["method"].isin(TREATMENTS)]
    # What they would change may be anything.
    assert treated["value"].isna().all()
    assert set(zip(treated["low"], treated["high"], strict=True)) == {(-100, 100)}
    assert directions(found, ssi.codebook(), treatments=True)["regional_agreement"] == "open"


def test_an_open_share_makes_an_open_change_of_no_direction() -> None:
    found = between(
        {"halt": {"yes": 10, "no": 80}},
        {"halt": {"yes": 40, "no": 50}},
        basis="reconstructed",
        open_after={("halt", "yes"): (36, 45), ("halt", "no"): (45, 54)},
    )
    change = row_of(found, "halt", "percent", WORST_CASE)
    assert change[["value", "low", "high"]].isna().all()
    ends = [100 * (36 / 90 - 10 / 90), 100 * (45 / 90 - 10 / 90)]
    assert change[["identified_low", "identified_high"]].to_list() == pytest.approx(ends)
    number = row_of(found, "halt", "other", COUNTED)
    assert (number["identified_low"], number["identified_high"]) == (26, 35)
    assert SUPERPOPULATION not in set(found["method"])
    assert directions(found, ssi.codebook()) == {"halt": "open"}


def test_a_codebook_that_compares_nothing() -> None:
    nothing = ssi.codebook().model_copy(update={"comparison": {}})
    waves = reconstructed_wave(2024), reconstructed_wave(2020)
    found = compare_waves(reconstructed(2020), reconstructed(2024), nothing, *waves)
    assert found.empty
    assert directions(found, nothing) == {}


answered = st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)).filter(any)


@settings(max_examples=6)
@given(answered, answered)
def test_bounds_hold_every_completion_of_the_missing_and_no_more(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    """Each missing municipality may say yes, no, or that it does not know; each treatment at its own extremes."""
    population = 10
    waves = [dict(zip(("yes", "no", "dont_know"), counts, strict=True)) for counts in (before, after)]
    found = between({"halt": waves[0]}, {"halt": waves[1]}, population=population)
    completed = [
        {
            (counts[0] + yes, counts[1] + no, population - counts[0] - counts[1] - yes - no)
            for yes, no in product(range(population - sum(counts) + 1), repeat=2)
            if yes + no <= population - sum(counts)
        }
        for counts in (before, after)
    ]
    shares_of: dict[str, Callable[[int, int, int], float | None]] = {
        WORST_CASE: lambda yes, no, unknown: yes / population,
        SUBSTANTIVE: lambda yes, no, unknown: yes / (yes + no) if yes + no else None,
        AS_YES: lambda yes, no, unknown: (yes + unknown) / population,
    }
    for method, share in shares_of.items():
        rows = found[(found["method"] == method) & (found["statistic"] == "percent")]
        if rows.empty:
            assert method != WORST_CASE
            assert not any(unknown for *_, unknown in (before, after))
            continue
        if method == SUBSTANTIVE and any(yes + no == 0 for yes, no, _ in (before, after)):
            assert pd.isna(rows.iloc[0]["value"])
            continue
        shares = [[value for counts in each if (value := share(*counts)) is not None] for each in completed]
        low, high = min(shares[1]) - max(shares[0]), max(shares[1]) - min(shares[0])
        assert rows.iloc[0][["low", "high"]].to_list() == pytest.approx([100 * low, 100 * high])
        assert rows.iloc[0]["low"] - 1e-9 <= rows.iloc[0]["value"] <= rows.iloc[0]["high"] + 1e-9


@settings(max_examples=6)
@given(answered, answered)
def test_open_dont_knows_give_every_change_they_allow(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    """Printed are yes and base; how the others split into no and don't know is not."""
    population, counts = 10, (before, after)
    waves: list[Answers] = [{"halt": {"yes": yes, "no": no + unknown}} for yes, no, unknown in counts]
    ranges = [{("halt", name): (0, no + unknown) for name in ("no", "dont_know")} for _, no, unknown in counts]
    found = between(*waves, population=population, basis="reconstructed", open_before=ranges[0], open_after=ranges[1])
    if not any(no + unknown for _, no, unknown in counts) or any(yes == 0 for yes, *_ in counts):
        return
    shares = [[100 * yes / (yes + known) for known in range(no + unknown + 1)] for yes, no, unknown in counts]
    row = row_of(found, "halt", "percent", SUBSTANTIVE)
    ends = [min(shares[1]) - max(shares[0]), max(shares[1]) - min(shares[0])]
    assert row[["identified_low", "identified_high"]].to_list() == pytest.approx(ends)


def ranges_of(found: pd.DataFrame, variable: str, reading: str) -> dict[str, tuple[float, float]]:
    rows = found[(found["item"] == PAIRINGS) & (found["variable"] == variable) & (found["method"] == reading)]
    return {row["statistic"]: (row["identified_low"], row["identified_high"]) for _, row in rows.iterrows()}


@pytest.mark.parametrize(
    ("reading", "expected", "p"),
    [
        (MARGINS, {"gained": (13, 37), "lost": (0, 21), "kept": (37, 61)}, (3.0517578125e-05, 0.104789482427)),
        (LOST, {"gained": (19, 22), "lost": (6, 6), "kept": (52, 55)}, (0.00371916592121, 0.0146332979202)),
        (GAINED, {"gained": (24, 37), "lost": (8, 21), "kept": (37, 50)}, (0.0070003666915, 0.104789482427)),
    ],
)
def test_organisations_by_what_is_taken_as_said(
    reading: str, expected: dict[str, tuple[int, int]], p: tuple[float, float]
) -> None:
    """The p-values by R, as in `test_pairing`; 61 - 6 closed - 3 without an answer = 52 kept; 74 - 24 younger = 50."""
    found = ranges_of(changes(), "organisation", reading)
    assert {name: found[name] for name in CHANGED} == expected
    assert found[P_VALUE] == pytest.approx(p)
    assert set(changes().loc[changes()["method"] == reading, "basis"]) == {"published"}


def test_by_the_strict_reading_two_organisations_are_missing() -> None:
    assert ranges_of(changes(), "organisation", STRICT) == {SHORTFALL: (2, 2)}
    assert row_of(changes(), "organisation", SHORTFALL, STRICT)["value"] == 2


def test_open_nos_leave_a_test_open() -> None:
    """Coordinators: 70 of 98, then 71, 22 no and 5 without an answer; how many of the 28 said no is not printed."""
    found = ranges_of(changes(), "coordinators", MARGINS)
    assert {name: found[name] for name in CHANGED} == {"gained": (0, 28), "lost": (0, 22), "kept": (43, 70)}
    assert found[P_VALUE][1] == 1


def test_of_a_routed_row_all_municipalities_are_paired() -> None:
    """Special agreements: 15, then 7; all others have none or do not know, whether asked or not."""
    found = ranges_of(changes(), "special_agreement", MARGINS)
    assert {name: found[name] for name in CHANGED} == {"gained": (0, 7), "lost": (0, 15), "kept": (0, 7)}
    row = row_of(changes(), "special_agreement", P_VALUE, MARGINS)
    assert (row["universe"], row["population"]) == ("all", 98)


def test_all_rows_of_the_report_are_tested_and_those_that_cannot_be_compared_counted_apart() -> None:
    tested = set(changes().loc[changes()["item"] == PAIRINGS, "variable"])
    assert tested == {ssi.codebook().comparison[name].variable for name in PRINTED}
    assert len(tested) == 10
    counts = count_rows(changes(), ssi.codebook(), reconstructed_wave(2024), reconstructed_wave(2020))
    assert counts.set_index("variable")["value"][["tested", "not_comparable"]].to_list() == [10, 3]


def test_adjusted_p_values_are_by_holm() -> None:
    """R: p.adjust(c(...), "holm") of the ten smallest, and of the ten largest."""
    rows = changes()[changes()["item"] == PAIRINGS]
    raw = rows[(rows["statistic"] == P_VALUE) & (rows["method"] == MARGINS)]
    adjusted = rows[rows["statistic"] == P_ADJUSTED]
    assert len(raw) == len(adjusted) == 10
    for end in ("identified_low", "identified_high"):
        order = raw[end].to_numpy().argsort(kind="stable")
        steps = [min(1.0, (10 - place) * raw[end].to_numpy()[index]) for place, index in enumerate(order)]
        expected = np.empty(10)
        expected[order] = np.maximum.accumulate(steps)
        assert adjusted[end].to_list() == pytest.approx(expected.tolist())


small = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)).filter(any)


@settings(max_examples=6)
@given(small, small, st.tuples(st.booleans(), st.booleans()))
def test_pairings_are_those_of_every_split_that_print_leaves_open(
    before: tuple[int, int, int], after: tuple[int, int, int], is_open: tuple[bool, bool]
) -> None:
    population = 8
    waves: list[Answers] = []
    splits, ranges = [], []
    for (yes, no, unknown), split_open in zip((before, after), is_open, strict=True):
        waves.append({"policy": {"yes": yes, "no": no, "dont_know": unknown}})
        rest = no + unknown
        ranges.append({("policy", name): (0, rest) for name in ("no", "dont_know")} if split_open else {})
        splits.append(
            [
                Margins(yes, said_no, rest - said_no, population - yes - rest)
                for said_no in (range(rest + 1) if split_open else [no])
            ]
        )
    book = codebook_of(population)
    row = book.comparison["halt"].model_copy(update={"variable": "policy", "comparability": {}})
    book = book.model_copy(update={"comparison": {"policy": row}})
    earlier, later = (
        made_up(year, answers, basis="reconstructed", population=population, open_ranges=open_ranges)
        for year, answers, open_ranges in zip((2020, 2024), waves, ranges, strict=True)
    )
    found = compare_waves(earlier, later, book, wave_of(2024, "reconstructed"), wave_of(2020, "reconstructed"))
    expected = {pairing for one in splits[0] for other in splits[1] for pairing in pairings(one, other)}
    by_name = ranges_of(found, "policy", MARGINS)
    assert by_name["gained"] == (min(p.gained for p in expected), max(p.gained for p in expected))
    assert by_name["lost"] == (min(p.lost for p in expected), max(p.lost for p in expected))
    assert by_name["kept"] == (min(p.both for p in expected), max(p.both for p in expected))
    assert by_name[P_VALUE] == pytest.approx(p_range(expected))


def test_those_who_gave_no_answer_before_may_be_among_the_closed_and_the_young() -> None:
    """Of 12 now with one, 5 are younger; 4 did not answer before, so that 1 at least gained it among those that did."""
    book = ssi.codebook()
    row = book.comparison["organisation"].model_copy(
        update={
            "pairing": {2024: Pairing(lost={"organisation": ["closed"]}, gained={"organisation_age": ["last_3_years"]})}
        }
    )
    book = book.model_copy(update={"comparison": {"organisation": row}, "population": 20})
    earlier = made_up(2020, {"organisation": {"yes": 10, "no": 6}}, population=20)
    after: Answers = {
        "organisation": {"unchanged": 12, "no_plans": 5, "closed": 3},
        "organisation_age": {"over_3_years": 7, "last_3_years": 5},
    }
    found = compare_waves(earlier, made_up(2024, after, population=20), book, wave_of(2024), wave_of(2020))
    assert ranges_of(found, "organisation", GAINED)["gained"][0] == 1
    assert ranges_of(found, "organisation", LOST)["lost"] == (0, 3)
    assert ranges_of(found, "organisation", STRICT)[SHORTFALL] == (0, 0)
    assert set(ranges_of(found, "organisation", STRICT)) == {*CHANGED, P_VALUE, SHORTFALL}
    assert set(found.loc[found["item"] == PAIRINGS, "basis"]) == {"collected"}
