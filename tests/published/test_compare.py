from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.codebook import load_codebook
from analysis.estimates import (
    AS_LISTED,
    AS_RECOMPUTED,
    DONT_KNOW_AS_YES,
    HYPERGEOMETRIC,
    KEY,
    ON_BASE,
    POST_STRATIFIED,
    SUM_OF_UNROUNDED,
    SUPERPOPULATION,
    TRANSCRIBED,
    WORST_CASE,
    Estimate,
    estimate_frame,
)
from analysis.estimates.implied import implied_inputs
from analysis.lang import LANGS, Lang, format_number, text
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.published.compare import COLUMNS, REASON, replicate, verdict_counts
from tests import dalarna
from tests.codebook import made_up


def printed(value: float, as_printed: str, **changes: Any) -> pd.DataFrame:
    row = {
        "wave": 2025, "item": "figure_1", "chapter": "c", "group": "all", "variable": "v", "category": "",
        "statistic": "percent", "value": value, "value_high": float("nan"), "qualifier": "exact", "base": pd.NA,
        "page": 1, "line": 2, "printed": as_printed,
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}])


def estimate(value: float | None, **changes: Any) -> Estimate:
    given = {
        "study": "s", "wave": 2025, "item": "figure_1", "variable": "v", "statistic": "percent", "method": "exact",
        "estimand": "share", "basis": "collected", "value": value,
    }  # fmt: skip
    return Estimate(**{**given, **changes})


BOOK = dalarna.codebook().model_copy(
    update={"variables": {name: dalarna.codebook().variables["share"] for name in ("v", "w")}}
)


def judge(row: pd.DataFrame, *estimates: Estimate, lang: Lang = "en") -> pd.Series:
    return replicate(row, estimate_frame(estimates), BOOK, lang).iloc[0]


def held_against(rows: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Replicate print of the Dalarna agreement."""
    return replicate(rows, made, dalarna.codebook())


def dalarna_replication(lang: Lang = "en") -> pd.DataFrame:
    return replicate(dalarna.published(), dalarna.estimates(), dalarna.codebook(), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_dalarna_has_a_verdict_for_each_of_the_51_numbers(lang: Lang) -> None:
    found = dalarna_replication(lang)
    cells = zip(found["item"], found["group"], found["variable"], strict=True)
    verdicts = dict(zip(cells, zip(found["verdict"], found["evidence"], strict=True), strict=True))
    expected = {
        (("table_1"), f"municipality:{name}", variable): ("equal", "recomputed")
        for name in dalarna.TABLE
        for variable in ("population", "amount", "share")
    }
    expected |= {
        ("text", "all", "post"): ("no_data", ""),
        ("text", "all", "population"): ("equal", "recomputed"),
        ("text", "all", "cost"): ("not_identified", "recomputed"),
        ("table_1", "all", "population"): ("equal", "recomputed"),
        ("table_1", "all", "amount"): ("rounding", "recomputed"),
        ("table_1", "all", "share"): ("equal", "recomputed"),
    }
    assert verdicts == expected
    assert len(found) == 51


def test_dalarna_keeps_the_printed_rows_in_their_order() -> None:
    found = dalarna_replication()
    pd.testing.assert_frame_equal(found[list(dalarna.published().columns)], dalarna.published())
    assert tuple(found.columns[-5:]) == (*COLUMNS, REASON)
    assert COLUMNS == ("reproduced", "verdict", "evidence", "explanation")


@pytest.mark.parametrize(
    ("lang", "how", "not_this"),
    [
        ("en", "The sum of the unrounded parts", "remainder"),
        ("da", "Summen af de uafrundede dele", "brøk"),
    ],
)
def test_dalarna_sum_of_amounts_is_explained_by_the_unrounded_parts(lang: Lang, how: str, not_this: str) -> None:
    row = dalarna_replication(lang)[lambda rows: rows["verdict"] == "rounding"].iloc[0]
    assert (row["group"], row["variable"], row["reproduced"]) == ("all", "amount", 539_001)
    assert format_number(539_001, lang, "amount") in row["explanation"]
    assert how in row["explanation"]
    assert not_this not in row["explanation"], "Rättvik's printed amount refutes largest remainder"


def without_unrounded() -> pd.DataFrame:
    made = dalarna.estimates()
    return made[made["method"] != SUM_OF_UNROUNDED]


def test_dalarna_without_rättvik_would_leave_largest_remainder_possible() -> None:
    rows = dalarna.published()
    rows = rows[rows["group"] != "municipality:Rättvik"]
    made = without_unrounded()
    row = held_against(rows, made)[lambda found: found["verdict"] == "rounding"].iloc[0]
    assert "Largest remainder" in row["explanation"]


def test_dalarna_sum_differs_where_only_a_refuted_rule_gives_it() -> None:
    made = without_unrounded()
    found = held_against(dalarna.published(), made).set_index(["item", "group", "variable"])
    assert found.loc[("table_1", "all", "amount"), "verdict"] == "differs"
    assert "remainder" not in str(found.loc[("table_1", "all", "amount"), "explanation"])


def test_dalarna_by_largest_remainder_reproduces_the_sum_but_not_rättvik() -> None:
    # The printed total is that of the unrounded parts, so it does not refute half up for Rättvik.
    found = held_against(dalarna.published(), dalarna.estimates(rounding="largest_remainder"))
    by_cell = found[found["variable"] == "amount"].set_index("group")["verdict"]
    assert by_cell["all"] == "equal"
    assert by_cell[by_cell != "equal"].to_dict() == {"municipality:Rättvik": "rounding"}


@pytest.mark.parametrize(
    ("variable", "value", "as_printed"),
    [("population", 59_999, "59 999"), ("amount", 112_785, "112 785"), ("share", 20.8, "20,8%")],
)
def test_a_misprint_differs(variable: str, value: float, as_printed: str) -> None:
    rows = dalarna.published()
    wrong = (rows["group"] == "municipality:Falun") & (rows["variable"] == variable)
    rows.loc[wrong, "value"] = value
    rows.loc[wrong, "printed"] = as_printed
    found = held_against(rows, dalarna.estimates())
    assert found.loc[wrong, "verdict"].to_list() == ["differs"]


def test_dalarna_counts() -> None:
    counts = verdict_counts(dalarna_replication(), dalarna.wave())
    assert counts.set_index("variable")["value"].to_dict() == {
        "total": 51,
        "equal": 48,
        "rounding": 1,
        "other_base": 0,
        "by_construction": 0,
        "differs": 0,
        "open": 2,
    }
    assert set(counts["item"]) == {"verdicts"}
    assert set(counts["statistic"]) == {"count"}


@pytest.mark.parametrize("basis", ["published", "collected", "register"])
def test_counts_rest_on_print_whatever_the_wave_does(basis: str) -> None:
    counts = verdict_counts(dalarna_replication(), dalarna.wave().model_copy(update={"basis": basis}))
    assert set(counts["basis"]) == {"published"}


def test_every_verdict_is_counted_once() -> None:
    rows = pd.concat([printed(50, "50%", item=f"figure_{n}") for n in range(6)], ignore_index=True)
    made = [
        estimate(50, item="figure_0"),
        estimate(49.5, item="figure_1", basis="reconstructed"),
        estimate(50.9, item="figure_2"),
        estimate(60, item="figure_3"),
        estimate(None, item="figure_4", identified_low=40, identified_high=60),
    ]
    found = replicate(rows, estimate_frame(made), BOOK)
    assert found["verdict"].to_list() == ["equal", "equal", "rounding", "differs", "not_identified", "no_data"]
    counts = verdict_counts(found, dalarna.wave()).set_index("variable")["value"].to_dict()
    assert counts == {"total": 6, "equal": 1, "rounding": 1, "other_base": 0, "by_construction": 1, "differs": 1,
        "open": 2,
    }  # fmt: skip
    assert counts["total"] == sum(counts.values()) - counts["total"]


@pytest.mark.parametrize(
    ("basis", "evidence"),
    [
        ("collected", "collected"),
        ("register", "collected"),
        ("published", "recomputed"),
        ("reconstructed", "by_construction"),
    ],
)
def test_evidence_says_what_agreement_is_worth(basis: str, evidence: str) -> None:
    assert judge(printed(50, "50%"), estimate(50, basis=basis))["evidence"] == evidence


def test_a_printed_number_listed_as_input_agrees_by_construction() -> None:
    for method in TRANSCRIBED:
        row = judge(printed(50, "50%"), estimate(50, basis="published", method=method))
        assert (row["verdict"], row["evidence"]) == ("equal", "by_construction")


def test_what_was_taken_over_from_elsewhere_is_evidence() -> None:
    row = judge(printed(50, "50%"), estimate(50, basis="register", method=AS_LISTED))
    assert (row["verdict"], row["evidence"]) == ("equal", "collected")


@pytest.mark.parametrize("computed_first", [True, False])
def test_what_was_computed_goes_before_what_was_taken_over(computed_first: bool) -> None:
    made = [estimate(50.2, basis="published"), estimate(50, basis="published", method=AS_LISTED)]
    row = judge(printed(50, "50%"), *(made if computed_first else made[::-1]))
    assert (row["reproduced"], row["verdict"], row["evidence"]) == (50.2, "equal", "recomputed")


def test_print_that_refutes_a_computation_is_not_saved_by_the_number_taken_over() -> None:
    row = judge(printed(50, "50%"), estimate(60, basis="published"), estimate(50, basis="published", method=AS_LISTED))
    assert (row["reproduced"], row["verdict"], row["evidence"]) == (60, "differs", "recomputed")


@pytest.mark.parametrize("method", [SUM_OF_UNROUNDED, "half_up", "largest_remainder"])
def test_another_method_may_explain_a_difference(method: str) -> None:
    row = judge(printed(50, "50%"), estimate(51, method="counted"), estimate(50, method=method))
    assert (row["verdict"], row["reproduced"]) == ("rounding", 51)
    assert text(f"method.{method}", "en") in row["explanation"]


@pytest.mark.parametrize("method", ["exact", "implied_by_amounts", AS_LISTED])
def test_a_method_that_is_no_rounding_explains_nothing(method: str) -> None:
    row = judge(printed(50, "50%"), estimate(51, method="counted"), estimate(50, method=method))
    assert row["verdict"] == "differs"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "differs"),
        ({"category": "x"}, "differs"),
        ({"variable": "w"}, "rounding"),
        ({"item": "figure_2"}, "rounding"),
        ({"statistic": "count"}, "rounding"),
    ],
)
def test_a_method_that_print_refutes_in_the_same_table_explains_nothing(changes: dict[str, Any], verdict: str) -> None:
    rows = pd.concat([printed(50, "50%"), printed(20, "20%", group="size:small", **changes)], ignore_index=True)
    made = [
        estimate(51, method="counted"),
        estimate(50, method="half_up"),
        estimate(20, method="counted", group="size:small", **changes),
        estimate(21, method="half_up", group="size:small", **changes),
    ]
    assert replicate(rows, estimate_frame(made), BOOK)["verdict"].to_list() == [verdict, "equal"]


def test_agreement_by_construction_is_never_counted_as_reproduced() -> None:
    rows = pd.concat([printed(50, "50%"), printed(50, "50%", item="text")], ignore_index=True)
    made = [estimate(50, basis="reconstructed"), estimate(50, item="text")]
    counts = verdict_counts(replicate(rows, estimate_frame(made), BOOK), dalarna.wave()).set_index("variable")["value"]
    assert counts.to_dict() == {
        "total": 2,
        "equal": 1,
        "rounding": 0,
        "other_base": 0,
        "by_construction": 1,
        "differs": 0,
        "open": 0,
    }


@pytest.mark.parametrize(
    ("reproduced", "value", "as_printed", "verdict"),
    [
        (7.8, 7.8, "7,8%", "equal"),
        (7.75, 7.8, "7,8%", "equal"),
        (7.849, 7.8, "7,8%", "equal"),
        (7.85, 7.8, "7,8%", "rounding"),
        (7.899, 7.8, "7,8%", "rounding"),
        (7.9, 7.8, "7,8%", "differs"),
        (7.74, 7.8, "7,8%", "differs"),
        (28.5, 28, "28%", "rounding"),
        (28.5, 29, "29%", "equal"),
        (57 / 200 * 100, 29, "29%", "equal"),
        (23_500_000_000, 24_000_000_000, "24 mia. kr.", "equal"),
        (23_499_999_999, 24_000_000_000, "24 mia. kr.", "rounding"),
        (23_449_999_999, 24_000_000_000, "24 mia. kr.", "differs"),
        (0.5, 0.5, "halvdelen", "equal"),
        (0.49, 0.5, "halvdelen", "differs"),
    ],
)
def test_a_number_is_rounded_as_print_was(reproduced: float, value: float, as_printed: str, verdict: str) -> None:
    row = judge(printed(value, as_printed), estimate(reproduced))
    assert (row["verdict"], row["reproduced"]) == (verdict, reproduced)


@pytest.mark.parametrize(("value", "as_printed", "rule"), [(28, "28%", "half to even"), (7.8, "7,8%", "truncated")])
def test_agreement_by_another_rule_names_it(value: float, as_printed: str, rule: str) -> None:
    reproduced = 28.5 if value == 28 else 7.89
    assert rule in judge(printed(value, as_printed), estimate(reproduced))["explanation"]


@pytest.mark.parametrize(
    ("qualifier", "reproduced", "agrees"),
    [
        ("at_least", 50, True),
        ("at_least", 73, True),
        ("at_least", 48, False),
        ("at_most", 50, True),
        ("at_most", 12, True),
        ("at_most", 52, False),
        ("at_least", 49.5, True),
        ("at_least", 49.4, False),
        ("at_most", 50.4, True),
        ("at_most", 51, False),
        ("approx", 50.4, True),
        ("approx", 52.5, True),
        ("approx", 47.5, True),
        ("approx", 52.6, False),
        ("approx", 47.4, False),
    ],
)
def test_a_qualifier_widens_what_agrees(qualifier: str, reproduced: float, agrees: bool) -> None:
    row = judge(printed(50, "50%", qualifier=qualifier), estimate(reproduced))
    assert row["verdict"] == ("equal" if agrees else "differs")


@pytest.mark.parametrize(("reproduced", "verdict"), [(19, "differs"), (20, "equal"), (30, "equal"), (31, "differs")])
def test_a_printed_range_holds_its_ends(reproduced: float, verdict: str) -> None:
    row = judge(printed(20, "20–30%", qualifier="range", value_high=30.0), estimate(reproduced))
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (49, 51, "not_identified"),
        (50, 60, "not_identified"),
        (50.4, 60, "not_identified"),
        (40, 49.5, "not_identified"),
        (49.5, 50.4, "equal"),
        (50, 50.1, "equal"),
        (50.5, 60, "differs"),
        (51, 60, "differs"),
        (40, 49.4, "differs"),
    ],
)
def test_a_range_of_values_agrees_only_as_a_whole(low: float, high: float, verdict: str) -> None:
    row = judge(printed(50, "50%"), estimate(None, identified_low=low, identified_high=high))
    assert row["verdict"] == verdict
    assert pd.isna(row["reproduced"])
    assert f"{low:.1f}%" in row["explanation"]
    assert f"{high:.1f}%" in row["explanation"]


def test_a_range_that_agrees_by_another_rule_is_rounding() -> None:
    row = judge(printed(50, "50%"), estimate(None, identified_low=50.6, identified_high=50.9))
    assert (row["verdict"], row[REASON]) == ("rounding", "rule.truncated")
    row = judge(printed(50, "50%"), estimate(None, identified_low=50.6, identified_high=51.0))
    assert row["verdict"] == "differs"


@pytest.mark.parametrize(
    ("qualifier", "low", "high", "verdict"),
    [
        ("at_least", 60, 70, "equal"),
        ("at_least", 40, 60, "not_identified"),
        ("at_least", 30, 40, "differs"),
        ("at_most", 30, 40, "equal"),
        ("at_most", 40, 60, "not_identified"),
        ("at_most", 60, 70, "differs"),
        ("approx", 48, 52, "equal"),
        ("approx", 52, 60, "not_identified"),
        ("approx", 53, 60, "differs"),
        ("range", 52, 54, "equal"),
        ("range", 40, 52, "not_identified"),
        ("range", 52, 80, "not_identified"),
        ("range", 40, 80, "not_identified"),
        ("range", 20, 40, "differs"),
        ("range", 70, 80, "differs"),
    ],
)
def test_a_range_of_values_against_a_qualified_number(qualifier: str, low: float, high: float, verdict: str) -> None:
    row = printed(50, "50–55%", qualifier=qualifier, value_high=55.0 if qualifier == "range" else float("nan"))
    found = judge(row, estimate(None, identified_low=low, identified_high=high))
    assert found["verdict"] == verdict


@pytest.mark.parametrize(("qualifier", "low", "high"), [("at_least", 60, 70), ("at_most", 30, 40)])
def test_a_printed_bound_outside_the_range_is_not_said_to_lie_within(qualifier: str, low: float, high: float) -> None:
    found = judge(printed(50, "50%", qualifier=qualifier), estimate(None, identified_low=low, identified_high=high))
    assert found["verdict"] == "equal"
    assert "the printed number lies within" not in found["explanation"]


def test_what_nothing_can_give_is_told_without_a_range_turned_round() -> None:
    row = judge(printed(50, "50%"), estimate(None, identified_low=61, identified_high=60))
    assert row["verdict"] == "differs"
    assert "61.0% to 60.0%" not in row["explanation"]
    assert "no number is possible" in row["explanation"]


def test_a_range_that_print_leaves_open_is_said_to_be_of_all_that_agrees_with_print() -> None:
    """However an interval would be made if there were answers: of a reconstruction there is none."""
    method = "clustered"
    open_ = estimate(None, basis="reconstructed", method=method, identified_low=40, identified_high=60)
    assert judge(printed(50, "50%"), open_)["explanation"] == (
        "Over all sets of answers that agree with print: anything from 40.0% to 60.0% is possible, and the printed "
        "number lies within."
    )
    other = estimate(None, basis="published", method="recomputed", identified_low=40, identified_high=60)
    assert "Over all sets" not in judge(printed(50, "50%"), other)["explanation"]


def test_a_misprinted_amount_contradicts_the_printed_cost_and_its_population() -> None:
    # 112 784 is what 59 959 inhabitants would pay.
    rows = dalarna.published()
    falun = rows["group"] == "municipality:Falun"
    rows.loc[falun & (rows["variable"] == "amount"), "value"] = 112_784
    rows.loc[falun & (rows["variable"] == "amount"), "printed"] = "112 784"
    made = pd.concat([implied_inputs(dalarna.wave(), rows), dalarna.estimates()], ignore_index=True)
    made = made[~made.duplicated([*KEY, "method"])]
    found = held_against(rows, made).set_index(["item", "group", "variable"])["verdict"]
    assert found[found != "equal"].to_dict() == {
        ("text", "all", "post"): "no_data",
        ("text", "all", "cost"): "differs",
        ("table_1", "municipality:Falun", "population"): "differs",
        ("table_1", "municipality:Falun", "amount"): "differs",
        ("table_1", "all", "amount"): "rounding",
    }


def test_a_number_without_estimate_has_no_data() -> None:
    row = judge(printed(50, "50%"), estimate(50, group="size:small"))
    assert (row["verdict"], row["evidence"]) == ("no_data", "")
    assert pd.isna(row["reproduced"])


def test_print_with_no_numbers_has_no_verdicts() -> None:
    rows = printed(50, "50%").iloc[:0]
    found = replicate(rows, estimate_frame([estimate(50)]), BOOK)
    assert found.empty
    assert verdict_counts(found, dalarna.wave())["value"].sum() == 0


# A survey: an answer is one number wherever it is printed, and what is printed elsewhere may explain it


def answer(value: float | None, **changes: Any) -> Estimate:
    return estimate(value, **{"wave": 2024, "item": "figure_1", "variable": "plan", "category": "yes", **changes})


def shown(value: float, as_printed: str, **changes: Any) -> pd.DataFrame:
    """Return print of the survey."""
    return printed(value, as_printed, **{"wave": 2024, "variable": "plan", "category": "yes", **changes})


def judged(
    rows: pd.DataFrame, *estimates: Estimate, lang: Lang = "en", report: pd.DataFrame | None = None
) -> pd.DataFrame:
    return replicate(rows, estimate_frame(estimates), made_up.codebook(), lang, report)


BUILT = answer(50.4, basis="reconstructed", method=WORST_CASE)
FOLLOWS = answer(None, basis="published", method=AS_RECOMPUTED, item="text", identified_low=49.0, identified_high=52.0)
COUNTED_ANSWER = answer(47, basis="collected", method="exact")


@pytest.mark.parametrize(
    ("estimates", "verdict", "evidence"),
    [
        ([BUILT], "equal", "by_construction"),
        ([COUNTED_ANSWER], "differs", "collected"),
        ([COUNTED_ANSWER, BUILT], "differs", "collected"),
        ([COUNTED_ANSWER, replace(FOLLOWS, item="figure_1")], "differs", "collected"),
        ([replace(FOLLOWS, item="figure_1")], "not_identified", "recomputed"),
        ([replace(FOLLOWS, item="figure_1", identified_low=50, identified_high=50.2)], "equal", "recomputed"),
        ([replace(FOLLOWS, item="figure_1", identified_low=61, identified_high=62)], "differs", "recomputed"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_best_evidence_is_held_against_print(
    estimates: list[Estimate], verdict: str, evidence: str, turned: bool
) -> None:
    row = judged(shown(50, "50%"), *(estimates[::-1] if turned else estimates)).iloc[0]
    assert (row["verdict"], row["evidence"]) == (verdict, evidence)


@pytest.mark.parametrize("turned", [False, True])
def test_what_follows_from_other_print_goes_before_a_reconstruction_where_it_is_one_number(turned: bool) -> None:
    follows = replace(FOLLOWS, item="figure_1", value=51.0, identified_low=51, identified_high=51)
    row = judged(shown(50, "50%"), *([BUILT, follows] if turned else [follows, BUILT])).iloc[0]
    assert (row["verdict"], row["evidence"], row["reproduced"]) == ("differs", "recomputed", 51)


@pytest.mark.parametrize("turned", [False, True])
def test_where_other_print_leaves_it_open_the_reconstruction_stands_in_and_says_so(turned: bool) -> None:
    follows = replace(FOLLOWS, item="figure_1")
    row = judged(shown(50, "50%"), *([BUILT, follows] if turned else [follows, BUILT])).iloc[0]
    assert (row["verdict"], row["evidence"], row["reproduced"]) == ("equal", "by_construction", 50.4)


def test_in_a_survey_a_number_is_held_against_the_same_number_of_another_item() -> None:
    row = judged(shown(47, "47%", item="text"), COUNTED_ANSWER).iloc[0]
    assert (row["verdict"], row["evidence"]) == ("equal", "collected")
    other = judge(printed(47, "47%", item="text"), estimate(47))
    assert other["verdict"] == "no_data", "elsewhere an item is part of what a number is"


@pytest.mark.parametrize("changes", [{"category": "no"}, {"group": "plan:yes"}, {"wave": 2020}, {"statistic": "count"}])
def test_another_number_of_the_same_item_is_none_to_hold_against(changes: dict[str, Any]) -> None:
    assert judged(shown(47, "47", **changes), COUNTED_ANSWER).iloc[0]["verdict"] == "no_data"


@pytest.mark.parametrize(
    ("of_print", "of_estimate", "verdict"),
    [(74, 74, "equal"), (74, 96, "no_data"), (pd.NA, 96, "equal"), (74, None, "equal")],
)
def test_what_follows_from_other_print_follows_for_its_own_base(
    of_print: object, of_estimate: int | None, verdict: str
) -> None:
    follows = replace(FOLLOWS, item="figure_1", identified_low=50, identified_high=50, value=50.0, base=of_estimate)
    assert judged(shown(50, "50%", base=of_print), follows).iloc[0]["verdict"] == verdict


@pytest.mark.parametrize("kind", ON_BASE)
def test_another_base_may_explain_a_difference(kind: str) -> None:
    row = judged(shown(50, "50%"), COUNTED_ANSWER, answer(50, method=ON_BASE[kind])).iloc[0]
    assert (row["verdict"], row["reproduced"]) == ("base", 47)
    assert text(f"method.on_{kind}", "en") in row["explanation"]


def test_other_methods_of_a_share_explain_nothing() -> None:
    others = [answer(50, method=method) for method in (HYPERGEOMETRIC, SUPERPOPULATION, DONT_KNOW_AS_YES)]
    assert judged(shown(50, "50%"), COUNTED_ANSWER, *others).iloc[0]["verdict"] == "differs"


def test_a_post_stratified_share_is_no_number_of_print() -> None:
    weighted = answer(40.0, method=POST_STRATIFIED, weighting=POST_STRATIFIED)
    found = judged(shown(40, "40%"), answer(35.0), weighted).iloc[0]
    assert (found["verdict"], found["reproduced"]) == ("differs", 35)
    assert judged(shown(40, "40%"), weighted)["verdict"].item() == "no_data"


def test_agreement_on_another_base_is_counted_apart() -> None:
    found = judged(shown(50, "50%"), COUNTED_ANSWER, answer(50, method=ON_BASE["substantive"]))
    counts = verdict_counts(found, made_up.wave()).set_index("variable")["value"].to_dict()
    assert counts == {
        "total": 1,
        "equal": 0,
        "rounding": 0,
        "other_base": 1,
        "by_construction": 0,
        "differs": 0,
        "open": 0,
    }


@pytest.mark.parametrize("lang", LANGS)
def test_a_number_that_disclosure_control_withholds_says_so(lang: Lang) -> None:
    row = judged(shown(2, "2", statistic="count"), answer(None, statistic="count"), lang=lang).iloc[0]
    assert (row["verdict"], row["evidence"]) == ("no_data", "")
    assert row["explanation"] == text("replication.withheld", lang)


def test_a_base_that_is_withheld_explains_nothing() -> None:
    row = judged(shown(50, "50%"), COUNTED_ANSWER, answer(None, method=ON_BASE["substantive"])).iloc[0]
    assert (row["verdict"], row["reproduced"]) == ("differs", 47)


def test_what_an_export_withholds_is_not_made_up_for_by_other_print() -> None:
    follows = replace(FOLLOWS, value=2.0, statistic="count", identified_low=2, identified_high=2)
    row = judged(shown(2, "2", statistic="count"), answer(None, statistic="count"), follows).iloc[0]
    assert (row["verdict"], row["evidence"]) == ("no_data", "")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("variable", "key"), [("found", "themes"), ("unplaced", "unplaced"), ("kroner", "no_data"), ("remarks", "no_data")]
)
def test_why_there_is_no_data_is_said(variable: str, key: str, lang: Lang) -> None:
    book = made_up.codebook()
    book = book.model_copy(update={"variables": {**book.variables, "unplaced": book.variables["kroner"]}})
    row = replicate(shown(5, "5", variable=variable, category=""), estimate_frame([]), book, lang).iloc[0]
    assert (row["verdict"], row["explanation"]) == ("no_data", text(f"replication.{key}", lang))


# Line 7 is what is held against the data; the others are printed elsewhere.
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"item": "text"}, True),
        ({"line": 7}, False),
        ({"value": 48.0, "printed": "48%"}, False),
        ({"category": "no"}, False),
        ({"group": "plan:yes"}, False),
        ({"variable": "knows"}, False),
        ({"wave": 2020}, False),
        ({"statistic": "count"}, False),
    ],
)
def test_what_is_printed_elsewhere_explains_a_difference(changes: dict[str, Any], found: bool, lang: Lang) -> None:
    other = shown(47, "47%", line=99).assign(**changes)
    row = shown(50, "50%", line=7)
    report = pd.concat([row, other], ignore_index=True)
    judgement = judged(row, COUNTED_ANSWER, lang=lang, report=report).iloc[0]
    said = text(
        "replication.printed_elsewhere", lang, line=str(other.iloc[0]["line"]), printed=other.iloc[0]["printed"]
    )
    assert judgement["verdict"] == "differs"
    assert str(judgement["explanation"]).startswith(
        text(
            "replication.differs",
            lang,
            how=text("method.exact", lang),
            reproduced=format_number(47, lang, "percent"),
        )
    )
    assert str(judgement["explanation"]).endswith(said) is found


def test_where_no_report_is_given_explanations_are_looked_for_in_what_is_held_against() -> None:
    rows = pd.concat([shown(50, "50%", line=7), shown(47, "47%", line=9)], ignore_index=True)
    found = judged(rows, COUNTED_ANSWER)
    assert found["verdict"].to_list() == ["differs", "equal"]
    assert "Line 9 prints 47%, which agrees." in found["explanation"][0]
    assert "Line" not in found["explanation"][1]


def levels(before: float = 78, after: float = 62) -> pd.DataFrame:
    """Return the printed levels of two waves, before on line 20 and after on line 24."""
    return pd.concat(
        [
            shown(before, f"{before:.0f}%", wave=2020, line=20),
            shown(after, f"{after:.0f} %", line=24),
            shown(99, "99%", wave=2020, line=31, category="no"),
            shown(99, "99%", line=32, group="plan:yes"),
            shown(99, "99", line=33, statistic="count"),
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_difference_of_what_is_printed_explains_a_difference(lang: Lang) -> None:
    row = shown(16, "16%", group="since:2020", line=7)
    change = answer(-15.4, group="since:2020", method="exact")
    judgement = judged(row, replace(change, value=15.4), lang=lang, report=levels()).iloc[0]
    assert judgement["verdict"] == "differs"
    said = text(
        "replication.difference_of_printed", lang, before="78%", after="62 %", before_line="20", after_line="24"
    )
    assert str(judgement["explanation"]).endswith(said)


@pytest.mark.parametrize(
    ("row", "report"),
    [
        (shown(17, "17%", group="since:2020", line=7), levels()),
        (shown(16, "16%", group="since:2016", line=7), levels()),
        (shown(16, "16%", group="plan:yes", line=7), levels()),
        (shown(16, "16", group="since:2020", line=7, statistic="count"), levels()),
        (shown(21, "21%", group="since:2020", line=7), levels(78, 99)[lambda rows: rows["wave"] == 2020]),
    ],
)
def test_only_the_difference_of_the_two_levels_explains(row: pd.DataFrame, report: pd.DataFrame) -> None:
    change = answer(40, group=row.iloc[0]["group"], statistic=row.iloc[0]["statistic"], method="exact")
    judgement = judged(row, change, report=report).iloc[0]
    assert judgement["verdict"] == "differs"
    assert judgement[REASON] == "replication.unexplained"


@pytest.mark.parametrize(("before", "after"), [(62, 78), (78, 62)])
def test_a_printed_difference_has_no_sign(before: float, after: float) -> None:
    row = shown(16, "16%", group="since:2020", line=7)
    judgement = judged(row, answer(15.4, group="since:2020", method="exact"), report=levels(before, after)).iloc[0]
    assert "each rounded on its own" in str(judgement["explanation"])


def test_a_base_and_a_count_that_pool_purposes_are_the_average_of_them() -> None:
    """Line 936: 424 areas answered; line 1576: 16 of them use no data. Estimates count all three purposes."""
    study = "klk_healthdata"
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    report = load_published(RAW_DIR / study / "published.csv", book)
    number = Estimate(
        study=study, wave=2018, item="text", group="all", variable="data_use", category="", statistic="base",
        value=1272, method="counted", basis="reconstructed", estimand="answers",
    )  # fmt: skip
    none = replace(number, category="none", statistic="count", value=47)
    found = replicate(report[report["line"].isin([936, 1576])], estimate_frame([number, none]), book)
    told = found[found["variable"] == "data_use"][["line", "statistic", "category", "verdict", "reproduced"]]
    assert (936, "base", "", "equal", 424) in list(told.itertuples(index=False, name=None))
    assert (1576, "count", "none", "equal", pytest.approx(47 / 3)) in list(told.itertuples(index=False, name=None))
    assert "Asked for 3 purposes" in found[found["line"] == 936]["explanation"].iloc[0]


def test_a_base_of_answers_that_weigh_less_than_one_is_not_what_they_weigh() -> None:
    """Line 1653: 68 chiefs answered, of 61 municipalities."""
    study = "klk_healthdata"
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    report = load_published(RAW_DIR / study / "published.csv", book)
    base = Estimate(
        study=study, wave=2018, item="text", group="all", variable="chief_better_data", category="", statistic="base",
        value=183, method="counted", basis="reconstructed", estimand="answers",
    )  # fmt: skip
    row = report[(report["line"] == 1653) & (report["statistic"] == "base")]
    found = replicate(row, estimate_frame([base]), book).iloc[0]
    assert (found["verdict"], found[REASON]) == ("no_data", "replication.weighted")
