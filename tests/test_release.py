from typing import Any, cast

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from analysis.context import Context, current
from analysis.errors import AnalysisError
from analysis.lang import LANGS, Lang
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
    assert words in title


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


@pytest.mark.parametrize("value", [15, 7.8, None])
def test_what_is_no_text_is_not_said(released: Released, value: object) -> None:
    with pytest.raises(AnalysisError, match="Use number"):
        say("allocate.moved", names=cast(str, value))


def test_a_number_that_was_tampered_with_is_not_said(released: Released) -> None:
    with pytest.raises(AnalysisError, match="is no released number"):
        say("allocate.moved", names=number("table_1/cost") + "0")
    assert isinstance(number("table_1/cost"), Number)
