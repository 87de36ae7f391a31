"""Who answered is counted by what the register says of all; of a reconstruction only as far as print fixes it."""

import itertools
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import load_codebook, load_wave
from analysis.estimates import KEY
from analysis.estimates.participation import MISSING, answered, participation, took_part
from analysis.ingest.identified import COLUMNS, no_identification, read_identified
from analysis.layout import RAW_DIR
from analysis.places import read_register
from tests import denmark, ssi
from tests.estimates import surveys


def values(estimates: pd.DataFrame, statistic: str) -> dict[str, float]:
    rows = estimates[(estimates["statistic"] == statistic) & (estimates["category"] == "")]
    return dict(zip(rows["group"], rows["value"], strict=True))


def test_groups_are_counted_in_order() -> None:
    found = participation(
        ssi.responses(), ssi.municipalities(), ssi.codebook(), ssi.wave("collected"), no_identification()
    )
    # K97 and K98, of 97,000 and 98,000 inhabitants, took no part.
    assert values(found, "count") == {
        "all": 96, "size:small": 29, "size:medium": 30, "size:large": 37, "region:Hovedstaden": 19,
        "region:Midtjylland": 19, "region:Nordjylland": 19, "region:Sjælland": 20, "region:Syddanmark": 19,
    }  # fmt: skip
    assert list(values(found, "count"))[:4] == ["all", "size:small", "size:medium", "size:large"]
    assert values(found, "base")["size:large"] == 39
    assert values(found, "percent")["region:Syddanmark"] == 95
    assert set(found.loc[found["statistic"] == "base", "basis"]) == {"register"}
    assert set(found.loc[found["statistic"] != "base", "basis"]) == {"collected"}
    assert found["identified_low"].isna().all()


def test_of_a_reconstruction_a_group_is_known_as_a_range_only() -> None:
    found = participation(
        ssi.responses(), ssi.municipalities(), ssi.codebook(), ssi.wave("reconstructed"), no_identification()
    )
    assert values(found, "base")["size:large"] == 39
    large = found[(found["group"] == "size:large") & (found["statistic"] != "base") & (found["category"] == "")]
    assert large["value"].isna().all()
    assert large["identified_low"].to_list() == [37, pytest.approx(100 * 37 / 39)]
    assert large["identified_high"].to_list() == [39, 100]
    assert found.loc[found["group"] == "all", "value"].to_list() == [
        98, 96, pytest.approx(100 * 96 / 98), 2, pytest.approx(100 * 2 / 98),
    ]  # fmt: skip
    assert set(found["basis"]) == {"reconstructed"}


def test_of_a_reconstruction_where_few_answered_no_group_has_more_than_all() -> None:
    found = participation(
        ssi.responses().head(10), ssi.municipalities(), ssi.codebook(), ssi.wave("reconstructed"), no_identification()
    )
    small = found[(found["group"] == "size:small") & (found["statistic"] == "count")].iloc[0]
    assert (small["identified_low"], small["identified_high"]) == (0, 10)


def test_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="K96"):
        participation(
            ssi.responses(), ssi.municipalities().drop(95), ssi.codebook(), ssi.wave("collected"), no_identification()
        )


@given(st.sets(st.sampled_from(sorted(denmark.names())), min_size=1))
def test_groups_add_up_to_all(codes: set[str]) -> None:
    register = denmark.register()
    of_a_day = register[register["reference"] == register["reference"].max()].reset_index(drop=True)
    responses = pd.DataFrame({"municipality": sorted(codes)})
    found = participation(responses, of_a_day, ssi.codebook(), ssi.wave("collected"), no_identification())
    for statistic in ("base", "count"):
        by_group = values(found, statistic)
        for key in ("size", "region"):
            assert sum(value for name, value in by_group.items() if name.startswith(key)) == by_group["all"]
    assert not found.duplicated(list(KEY)).any()


def test_responses_are_counted_apart_from_municipalities() -> None:
    responses = pd.DataFrame({"municipality": list("0046")})
    found = answered(responses, surveys.areas(), surveys.wave())
    counts = dict(zip(found["variable"], found["value"], strict=True))
    assert counts == {"responses": 4, "municipalities": 3, "population": surveys.areas().population}


def test_a_municipality_counts_once_and_only_by_the_responses_that_count() -> None:
    # Of seven by rank: 0 answered for both areas, 4 for one, and of 6 a chief only.
    municipalities = pd.DataFrame(
        {"code": list("0123456"), "region": ["Nord"] * 3 + ["Syd"] * 4, "population": range(10, 80, 10)}
    )
    questionnaire = ["north", "south", "north", "chief"]
    responses = pd.DataFrame({"municipality": list("0046"), "questionnaire": questionnaire})
    found = participation(responses, municipalities, surveys.areas(), surveys.wave(), no_identification())
    assert values(found, "count") == {"all": 2, "size:small": 1, "size:large": 1, "region:Nord": 1, "region:Syd": 1}
    assert values(found, "base") == {"all": 7, "size:small": 4, "size:large": 3, "region:Nord": 3, "region:Syd": 4}


def test_those_that_did_not_take_part_are_the_rest() -> None:
    for basis in ("collected", "reconstructed"):
        found = participation(
            ssi.responses(), ssi.municipalities(), ssi.codebook(), ssi.wave(basis), no_identification()
        )
        rows = {(row["group"], row["category"], row["statistic"]): row for _, row in found.iterrows()}
        for group, base in values(found, "base").items():
            took, missing = rows[group, "", "count"], rows[group, MISSING, "count"]
            share = rows[group, MISSING, "percent"]
            if pd.notna(took["value"]):
                assert took["value"] + missing["value"] == base
                assert share["value"] == pytest.approx(100 * missing["value"] / base)
            else:
                assert missing["identified_low"] == base - took["identified_high"]
                assert missing["identified_high"] == base - took["identified_low"]


def test_the_numbers_that_count_who_took_part_are_told_by_what_they_count() -> None:
    studies = {
        study: load_codebook(RAW_DIR / study / "codebook.yaml")
        for study in ("kik_quality", "ssi_hygiene", "klk_healthdata")
    }
    assert took_part(studies["kik_quality"]) == {("participation", "answered"), ("class_size", "")}
    assert took_part(studies["ssi_hygiene"]) == {("participation", ""), ("participation", "answered")}
    # Of a class KLK prints how many there are, too (class_size): that is another number.
    assert took_part(studies["klk_healthdata"]) == {("participation", "answered"), ("class_answers", "")}


# Seven made-up municipalities: of Nord two small and one large, of Syd one small and three large.
PLACES = pd.DataFrame(
    {
        "code": list("ABCDEFG"),
        "region": ["Nord", "Nord", "Nord", "Syd", "Syd", "Syd", "Syd"],
        "population": [1000, 2000, 70000, 3000, 71000, 72000, 73000],
    }
)


@pytest.mark.parametrize(
    ("took", "small"),
    [(3, None), (7, None), (1, (0, 1)), (3, (0, 1)), (3, (2, 2)), (5, (1, 3)), (5, (2, 2)), (3, (3, 3))],
)
def test_the_range_of_a_region_is_what_every_way_that_agrees_with_print_gives(
    took: int, small: tuple[int, int] | None
) -> None:
    classes = {
        code: "small" if population < 30000 else "large" for code, _, population in PLACES.itertuples(index=False)
    }
    ways = [
        set(way)
        for way in itertools.combinations(PLACES["code"], took)
        if small is None or small[0] <= sum(classes[code] == "small" for code in way) <= small[1]
    ]
    assert ways
    printed = pd.DataFrame(
        [("participation", "size:small", "answered", "count", *small)] if small else [], columns=list(COLUMNS)
    )
    one_way = pd.DataFrame({"municipality": sorted(ways[0])})
    found = participation(one_way, PLACES, ssi.codebook(), ssi.wave("reconstructed"), printed)
    ranges = found[(found["statistic"] == "count") & (found["category"] == "")].set_index("group")
    groups: dict[str, set[str]] = {}
    for code, region, _ in PLACES.itertuples(index=False):
        groups.setdefault(f"region:{region}", set()).add(code)
        groups.setdefault(f"size:{classes[code]}", set()).add(code)
    for group, members in groups.items():
        possible = Counter(len(way & members) for way in ways)
        assert (ranges.loc[group, "identified_low"], ranges.loc[group, "identified_high"]) == (
            min(possible), max(possible),
        )  # fmt: skip
        assert set(range(min(possible), max(possible) + 1)) == set(possible)


def test_the_reconstruction_of_kik_has_the_printed_numbers_of_each_class() -> None:
    raw = RAW_DIR / "kik_quality"
    book, of_2023 = load_codebook(raw / "codebook.yaml"), load_wave(raw / "2023" / "wave.yaml")
    places = read_register(raw / "2023" / "municipalities.csv")
    responses = pd.DataFrame({"municipality": places["code"].head(82)})
    found = participation(responses, places, book, of_2023, read_identified(raw / "2023" / "identified.csv"))
    # Table 2 (lines 102-109) prints 16, 44 and 22 of them; the register has 23, 50 and 25.
    assert values(found, "count")["size:small"] == 16
    assert values(found, "percent")["size:medium"] == 88
    assert values(found, "base")["size:large"] == 25
    by_region = found[found["group"].str.startswith("region:") & (found["statistic"] == "count")]
    assert by_region["value"].isna().all()
    assert (by_region["identified_low"] < by_region["identified_high"]).all()
