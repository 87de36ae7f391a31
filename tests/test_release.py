from typing import Any, cast

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from analysis.context import Context, current
from analysis.errors import AnalysisError
from analysis.estimates import Estimate, estimate_frame
from analysis.lang import LANGS, Lang, text
from analysis.release import Number, Released, number, release, say
from tests import dalarna
from tests.conftest import OpenRun

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def released(dalarna_run: Context) -> Released:
    return release(dalarna.estimates())


def tag(shown: str) -> Tag:
    found = BeautifulSoup(shown, "html.parser").find("data")
    assert isinstance(found, Tag)
    return found


def test_public_estimates_are_let_out_as_they_are(released: Released) -> None:
    pd.testing.assert_frame_equal(released.rows, dalarna.estimates())


@pytest.mark.parametrize("others", [0, 5])
def test_a_collected_export_is_not_let_out(dalarna_run: Context, others: int) -> None:
    estimates = dalarna.estimates()
    estimates.loc[others:, "basis"] = "collected"
    with pytest.raises(
        AnalysisError, match=r"estimates with basis collected cannot be released: .*no disclosure control"
    ):
        release(estimates)
    assert dalarna_run.numbers == {}


def test_nothing_is_released_without_a_run(no_run: object) -> None:
    with pytest.raises(AnalysisError, match="no run is open"):
        release(dalarna.estimates())


def test_a_cell_is_by_the_declared_method_unless_another_is_named(released: Released) -> None:
    declared = released.cell("table_1", "amount")
    assert set(declared["method"]) == {"half_up"}
    assert len(declared) == 16
    assert set(released.cell("table_1", "amount", "largest_remainder")["method"]) == {"largest_remainder"}
    assert released.cell("nowhere", "amount").empty


@pytest.mark.parametrize(
    ("key", "which", "value", "shown"),
    [
        ("table_1/amount@municipality:Falun", "value", "112758", f"112,758{SPACE}kr"),
        ("table_1/amount", "value", "539001", f"539,001{SPACE}kr"),
        ("table_1/amount#largest_remainder", "value", "539000", f"539,000{SPACE}kr"),
        ("table_1/amount@municipality:Rättvik#largest_remainder", "value", "20687", f"20,687{SPACE}kr"),
        ("table_1/share@municipality:Orsa", "value", "2.4", "2.4%"),
        ("table_1/municipalities", "value", "15", "15"),
        ("text/cost", "identified_low", "539000", f"539,000{SPACE}kr"),
        ("text/cost", "identified_high", "539002", f"539,002{SPACE}kr"),
        ("table_1/amount#sum_of_unrounded", "value", "539000", f"539,000{SPACE}kr"),
        ("readings/post", "value", "50", "50.0%"),
        ("rules/equal_part", "value", "50", "50.0%"),
        ("text/population", "value", "286546", "286,546"),
        ("readings/full_post/cost_is_part", "value", "1078000", f"1,078,000{SPACE}kr"),
        ("rules/per_head/equal@municipality:Vansbro", "value", "5.32187993681", f"5.32{SPACE}kr"),
    ],
)
def test_a_number_carries_its_value_and_key(released: Released, key: str, which: Any, value: str, shown: str) -> None:
    found = tag(number(key, which))
    assert found.text == shown
    assert (found["value"], found["data-key"], found["class"]) == (value, key, ["number"])


@pytest.mark.parametrize(
    ("lang", "words"), [("da", "grundlag: rapportens trykte tal"), ("en", "basis: numbers printed")]
)
def test_a_number_says_where_it_comes_from(open_run: OpenRun, lang: Lang, words: str) -> None:
    open_run(lang=lang)
    release(dalarna.estimates())
    title = str(tag(number("table_1/amount"))["title"])
    assert title.startswith(f"{dalarna.codebook().title[lang]}, 2025; ")
    method = text("method.half_up", lang)
    for part in (dalarna.codebook().items["table_1"].title[lang], method, words):
        assert f"; {part}" in title
    assert title.endswith(f"; {text('release.source', lang, source=dalarna.wave().source)}")


def test_a_number_of_a_what_if_says_so(dalarna_run: Context) -> None:
    dalarna_run.declared("cost", 600_000)
    release(dalarna.estimates(cost=600_000))
    assert "what-if with cost = 600000" in str(tag(number("table_1/amount"))["title"])


def test_a_number_on_another_basis_than_the_waves_does_not_name_its_source(released: Released) -> None:
    title = str(tag(number("register_days/amount_change/2019-12-31@municipality:Falun"))["title"])
    assert "basis: official statistics" in title
    assert dalarna.wave().source not in title


def test_a_number_of_no_item_has_no_empty_part_in_its_origin(released: Released) -> None:
    title = str(tag(number("readings/full_post/cost_is_part"))["title"])
    assert "; ;" not in title
    assert title.startswith(f"{dalarna.codebook().title['en']}, 2025; {text('method.exact', 'en')}; ")


def estimate(value: float, **changes: Any) -> Estimate:
    given = {
        "study": dalarna.STUDY, "wave": 2025, "item": "figure_1", "variable": "v", "statistic": "percent",
        "method": "exact", "estimand": "x", "basis": "published", "value": value,
    }  # fmt: skip
    return Estimate(**{**given, **changes})


def value_of(key: str) -> float:
    return float(str(tag(number(key))["value"]))


def test_a_key_may_name_its_statistic(released: Released) -> None:
    for short, full in (
        ("table_1/amount", "table_1/amount:amount"),
        ("table_1/share@municipality:Falun", "table_1/share:percent@municipality:Falun"),
        ("rules/per_head/equal@municipality:Falun", "rules/per_head:per_head/equal@municipality:Falun"),
        ("table_1/amount#largest_remainder", "table_1/amount:amount#largest_remainder"),
    ):
        assert tag(number(short))["value"] == tag(number(full))["value"]


@pytest.mark.parametrize(
    ("changes", "short", "full"),
    [
        ({}, "figure_1/v", "figure_1/v:{}"),
        ({"category": "yes"}, "figure_1/v/yes", "figure_1/v:{}/yes"),
        ({"group": "size:small"}, "figure_1/v@size:small", "figure_1/v:{}@size:small"),
        ({"category": "yes", "group": "size:small"}, "figure_1/v/yes@size:small", "figure_1/v:{}/yes@size:small"),
    ],
)
def test_a_key_that_would_mean_two_statistics_is_not_valid(
    dalarna_run: Context, changes: dict[str, Any], short: str, full: str
) -> None:
    release(
        estimate_frame(
            [
                estimate(40, **changes),
                estimate(41, **changes, method="half_up"),
                estimate(30, **changes, statistic="count"),
                estimate(7, variable="w"),
            ]
        )
    )
    assert value_of(full.format("percent")) == 40
    assert value_of(full.format("percent") + "#half_up") == 41
    assert value_of(full.format("count")) == 30
    assert value_of("figure_1/w") == 7, "another variable keeps its short key"
    for key in (short, f"{short}#exact", f"{short}#half_up"):
        with pytest.raises(AnalysisError, match="no number") as caught:
            number(key)
        assert full.format("percent") in str(caught.value)


def test_a_key_that_becomes_ambiguous_does_not_mean_an_earlier_number(dalarna_run: Context) -> None:
    release(estimate_frame([estimate(40)]))
    assert value_of("figure_1/v") == 40
    release(estimate_frame([estimate(50), estimate(30, statistic="count")]))
    with pytest.raises(AnalysisError, match="no number 'figure_1/v' was released"):
        number("figure_1/v")


def test_an_ambiguity_in_one_group_is_none_in_another(dalarna_run: Context) -> None:
    release(estimate_frame([estimate(40), estimate(30, statistic="count"), estimate(20, group="size:small")]))
    assert value_of("figure_1/v@size:small") == 20
    with pytest.raises(AnalysisError, match="no number"):
        number("figure_1/v")


@pytest.mark.parametrize("key", ["table_1/amount@municipality:Fallun", "table_1/amuont", ""])
def test_an_unknown_key_is_refused(released: Released, key: str) -> None:
    with pytest.raises(AnalysisError, match=f"no number {key!r} was released"):
        number(key)


def test_an_unknown_key_is_refused_with_the_nearest(released: Released) -> None:
    with pytest.raises(AnalysisError, match="Did you mean 'table_1/amount@municipality:Falun'"):
        number("table_1/amount@municipality:Fallun")


def test_a_value_that_print_leaves_open_is_refused(released: Released) -> None:
    with pytest.raises(AnalysisError, match=r"'text/cost' has no value: .*Use identified_low and identified_high"):
        number("text/cost")


def test_a_range_that_a_number_has_not_is_refused(released: Released) -> None:
    with pytest.raises(AnalysisError, match="'table_1/cost' has no identified_low"):
        number("table_1/cost", "identified_low")


def test_prose_never_shows_a_number_released_earlier(released: Released) -> None:
    # As when a cell is run again in JupyterLab after a change of the cost.
    release(dalarna.estimates(cost=1_000_000))
    assert tag(number("table_1/cost"))["value"] == "1000000"
    assert tag(number("table_1/amount#largest_remainder"))["value"] == "1000000"


def test_one_run_does_not_see_the_numbers_of_another(released: Released, open_run: OpenRun) -> None:
    open_run("05_replicate")
    assert current().numbers == {}


def test_a_number_in_a_text_is_markup(released: Released) -> None:
    said = say("allocate.total", half_up=number("table_1/amount"), largest_remainder=number("table_1/cost"))
    assert f">539,001{SPACE}kr</data>" in said.data
    assert said.data.startswith("Rounded on their own the amounts add to <data ")


@pytest.mark.parametrize("lang", LANGS)
def test_a_text_is_in_the_language_of_the_run(open_run: OpenRun, lang: Lang) -> None:
    open_run(lang=lang)
    first = {"da": "De to regler", "en": "The two rules"}[lang]
    assert say("allocate.moved", names="Rättvik").data.startswith(first)


@pytest.mark.parametrize("value", ["539001", "12 kr", "kr 1", "٣", "x²"])
def test_digits_that_were_not_released_are_not_said(released: Released, value: str) -> None:
    with pytest.raises(AnalysisError, match=r"is no released number\. Use number\(key\)"):
        say("allocate.moved", names=value)


@pytest.mark.parametrize("value", [15, 7.8, None, ["Rättvik"], pd.Series(["Rättvik"]), b"x", True])
def test_what_is_no_text_is_not_said(released: Released, value: object) -> None:
    with pytest.raises(AnalysisError, match="Use number"):
        say("allocate.moved", names=cast(str, value))


def test_a_number_that_was_tampered_with_is_not_said(released: Released) -> None:
    with pytest.raises(AnalysisError, match="is no released number"):
        say("allocate.moved", names=number("table_1/cost") + "0")
    assert isinstance(number("table_1/cost"), Number)
