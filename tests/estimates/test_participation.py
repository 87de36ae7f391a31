"""Who answered is counted by what the register says of all; of a reconstruction only as far as print fixes it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import KEY
from analysis.estimates.participation import answered, participation
from tests import denmark, ssi
from tests.estimates import surveys


def values(estimates: pd.DataFrame, statistic: str) -> dict[str, float]:
    rows = estimates[estimates["statistic"] == statistic]
    return dict(zip(rows["group"], rows["value"], strict=True))


def test_groups_are_counted_in_order() -> None:
    found = participation(ssi.responses(), ssi.municipalities(), ssi.codebook(), ssi.wave("collected"))
    # K97 and K98, of 97,000 and 98,000 inhabitants, took no part.
    assert values(found, "count") == {
        "all": 96, "size:small": 29, "size:medium": 30, "size:large": 37, "region:Sjælland": 20,
        "region:Syddanmark": 19, "region:Midtjylland": 19, "region:Nordjylland": 19, "region:Hovedstaden": 19,
    }  # fmt: skip
    assert list(values(found, "count"))[:4] == ["all", "size:small", "size:medium", "size:large"]
    assert values(found, "base")["size:large"] == 39
    assert values(found, "percent")["region:Syddanmark"] == 95
    assert set(found.loc[found["statistic"] == "base", "basis"]) == {"register"}
    assert set(found.loc[found["statistic"] != "base", "basis"]) == {"collected"}
    assert found["identified_low"].isna().all()


def test_of_a_reconstruction_a_group_is_known_as_a_range_only() -> None:
    found = participation(ssi.responses(), ssi.municipalities(), ssi.codebook(), ssi.wave("reconstructed"))
    assert values(found, "base")["size:large"] == 39
    large = found[(found["group"] == "size:large") & (found["statistic"] != "base")]
    assert large["value"].isna().all()
    assert large["identified_low"].to_list() == [37, pytest.approx(100 * 37 / 39)]
    assert large["identified_high"].to_list() == [39, 100]
    assert found.loc[found["group"] == "all", "value"].to_list() == [98, 96, pytest.approx(100 * 96 / 98)]
    assert set(found["basis"]) == {"reconstructed"}


def test_of_a_reconstruction_where_few_answered_no_group_has_more_than_all() -> None:
    found = participation(ssi.responses().head(10), ssi.municipalities(), ssi.codebook(), ssi.wave("reconstructed"))
    small = found[(found["group"] == "size:small") & (found["statistic"] == "count")].iloc[0]
    assert (small["identified_low"], small["identified_high"]) == (0, 10)


def test_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="K96"):
        participation(ssi.responses(), ssi.municipalities().drop(95), ssi.codebook(), ssi.wave("collected"))


@given(st.sets(st.sampled_from(sorted(denmark.names())), min_size=1))
def test_groups_add_up_to_all(codes: set[str]) -> None:
    register = denmark.register()
    of_a_day = register[register["reference"] == register["reference"].max()].reset_index(drop=True)
    responses = pd.DataFrame({"municipality": sorted(codes)})
    found = participation(responses, of_a_day, ssi.codebook(), ssi.wave("collected"))
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
    found = participation(responses, municipalities, surveys.areas(), surveys.wave())
    assert values(found, "count") == {"all": 2, "size:small": 1, "size:large": 1, "region:Nord": 1, "region:Syd": 1}
    assert values(found, "base") == {"all": 7, "size:small": 4, "size:large": 3, "region:Nord": 3, "region:Syd": 4}
