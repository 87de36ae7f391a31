import dataclasses
from typing import Any

import pytest

from analysis.estimates import COLUMNS, KEY, Estimate, estimate_frame


def estimate(**changes: Any) -> Estimate:
    given = {
        "study": "s", "wave": 2025, "item": "table_1", "variable": "amount", "statistic": "amount",
        "method": "half_up", "estimand": "part", "basis": "published", "value": 1.0,
    }  # fmt: skip
    return Estimate(**{**given, **changes})


def test_columns_are_those_of_the_contract() -> None:
    contract = (
        "study,wave,item,group,variable,category,statistic,value,low,high,method,estimand,weighting,base,base_kind,"
        "population,clusters,universe,basis,identified_low,identified_high"
    )
    assert ",".join(COLUMNS) == contract
    assert {field.name for field in dataclasses.fields(Estimate)} == set(COLUMNS)
    assert set(KEY) < set(COLUMNS)


def test_rows_keep_their_order_and_types() -> None:
    frame = estimate_frame([estimate(group="municipality:Mora", value=None, identified_low=1), estimate(base=3)])
    assert tuple(frame.columns) == COLUMNS
    assert frame["group"].to_list() == ["municipality:Mora", "all"]
    assert frame["value"].isna().to_list() == [True, False]
    assert frame["identified_low"].iloc[0] == 1.0
    assert frame["base"].isna().to_list() == [True, False]
    assert frame["base"].iloc[1] == 3
    assert {str(frame[name].dtype) for name in ("value", "low", "identified_high")} == {"float64"}
    assert {str(frame[name].dtype) for name in ("base", "population", "clusters")} == {"Int64"}


def test_no_estimates_still_have_the_columns() -> None:
    assert tuple(estimate_frame([]).columns) == COLUMNS
    assert len(estimate_frame([])) == 0


def test_one_cell_by_two_methods_is_two_rows() -> None:
    assert len(estimate_frame([estimate(), estimate(method="largest_remainder")])) == 2


def test_one_cell_twice_by_one_method_is_refused() -> None:
    with pytest.raises(ValueError, match="the same estimate twice"):
        estimate_frame([estimate(), estimate(value=2.0)])
