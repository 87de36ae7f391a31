import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

import analysis.context
from analysis.context import Context, current
from analysis.disclosure import NUMBERS, withhold
from analysis.errors import AnalysisError
from analysis.estimates import Estimate, estimate_frame
from analysis.lang import LANGS, Lang, text
from analysis.release import Number, Released, number, release, say
from tests import dalarna, ssi
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


# A collected export: small numbers stay behind


@pytest.fixture
def open_survey(no_run: Path) -> Callable[..., Context]:
    """Open a run of the survey as if its waves were collected, or one of them."""

    def opened(basis: ssi.Basis = "collected", previous: ssi.Basis | None = None, minimum_cell: int = 3) -> Context:
        before = ssi.wave(previous, year=2020) if previous else None
        own = ssi.wave(basis, minimum_cell=minimum_cell)
        run = Context("02_describe", "en", ssi.codebook(), own, {}, (), no_run, "organisation", before)
        analysis.context._current[:] = [run]
        return run

    return opened


def rows_of(released: Released, variable: str, category: str, year: int = ssi.YEAR) -> pd.DataFrame:
    rows = released.rows
    return rows[(rows["variable"] == variable) & (rows["category"] == category) & (rows["wave"] == year)]


def test_small_numbers_of_a_collected_export_stay_behind(open_survey: Callable[..., Context]) -> None:
    run = open_survey()
    made = ssi.estimates("collected")
    released = release(made)
    pd.testing.assert_frame_equal(released.rows, withhold(made, ssi.codebook(), run.wave))
    assert len(released.rows) == len(made)
    # One municipality said that it does not know, and the fewest others go with it.
    for category in ("dont_know", "closed"):
        assert rows_of(released, "organisation", category)[NUMBERS].isna().all(axis=None)
    assert rows_of(released, "organisation", "unchanged")["value"].iloc[0] == 41


def test_a_number_that_stays_behind_is_not_said(open_survey: Callable[..., Context]) -> None:
    open_survey()
    release(ssi.estimates("collected"))
    assert value_of("figure_1/organisation:count/unchanged") == 41
    for which in ("value", "identified_low", "identified_high"):
        with pytest.raises(AnalysisError, match=r"'figure_1/organisation:count/dont_know' has no .*withholds it"):
            number("figure_1/organisation:count/dont_know", which)


def test_a_number_of_few_released_before_the_minimum_was_raised_is_not_said_after(
    open_survey: Callable[..., Context],
) -> None:
    open_survey(minimum_cell=1)
    release(ssi.estimates("collected"))
    assert value_of("figure_1/organisation:count/dont_know") == 1
    run = analysis.context.current()
    strict = dataclasses.replace(run, wave=ssi.wave("collected", minimum_cell=3))
    analysis.context._current[:] = [strict]
    assert strict.numbers is run.numbers
    release(ssi.estimates("collected"))
    with pytest.raises(AnalysisError, match="withholds it"):
        number("figure_1/organisation:count/dont_know")


def test_a_reconstruction_is_let_out_as_it_is(open_survey: Callable[..., Context]) -> None:
    open_survey("reconstructed")
    pd.testing.assert_frame_equal(release(ssi.estimates()).rows, ssi.estimates())


@pytest.mark.parametrize(("own", "previous"), [("collected", "reconstructed"), ("reconstructed", "collected")])
def test_of_two_waves_the_collected_one_is_controlled(
    open_survey: Callable[..., Context], own: ssi.Basis, previous: ssi.Basis
) -> None:
    open_survey(own, previous)
    both = pd.concat([ssi.estimates(previous).assign(wave=2020), ssi.estimates(own)], ignore_index=True)
    released = release(both)
    assert released.rows.index.equals(both.index)
    for basis, year in ((own, ssi.YEAR), (previous, 2020)):
        mine, found = (rows[rows["wave"] == year] for rows in (both, released.rows))
        withheld = mine["value"].notna() & found["value"].isna()
        assert withheld.any() == (basis == "collected")
        pd.testing.assert_frame_equal(mine[~withheld], found[~withheld])


def test_each_wave_has_its_own_minimum(open_survey: Callable[..., Context]) -> None:
    open_survey("collected", "collected", minimum_cell=1)
    both = pd.concat([ssi.estimates("collected").assign(wave=2020), ssi.estimates("collected")], ignore_index=True)
    released = release(both)
    assert rows_of(released, "training", "dont_know")["value"].notna().all()
    assert rows_of(released, "lead_is_nurse", "dont_know", 2020)["value"].isna().all()
    assert rows_of(released, "lead_is_nurse", "dont_know")["value"].notna().all()


def test_numbers_on_another_basis_stay_where_the_wave_is_collected(open_survey: Callable[..., Context]) -> None:
    open_survey()
    made = ssi.estimates("collected")
    printed = made[made["variable"] == "organisation"].assign(basis="published", method="recomputed")
    printed = printed[~printed.duplicated(["group", "category", "statistic"])]
    released = release(pd.concat([made, printed], ignore_index=True))
    mine = released.rows[released.rows["method"] == "recomputed"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, printed.reset_index(drop=True))


@pytest.mark.parametrize(
    "others",
    [0, 5],
)
def test_what_is_no_answer_of_municipalities_is_let_out(dalarna_run: Context, others: int) -> None:
    estimates = dalarna.estimates()
    estimates.loc[others:, "basis"] = "collected"
    pd.testing.assert_frame_equal(release(estimates).rows, estimates)


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
    assert title.endswith(f"; {text('release.source', lang, source=dalarna.wave().source[lang])}")


def test_a_number_of_a_what_if_says_so(dalarna_run: Context) -> None:
    dalarna_run.declared("cost", 600_000)
    release(dalarna.estimates(cost=600_000))
    assert "what-if with cost = 600000" in str(tag(number("table_1/amount"))["title"])


def test_a_number_on_another_basis_than_the_waves_does_not_name_its_source(released: Released) -> None:
    title = str(tag(number("register_days/amount_change/2019-12-31@municipality:Falun"))["title"])
    assert "basis: official statistics" in title
    assert dalarna.wave().source["en"] not in title


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
    with pytest.raises(AnalysisError, match=r"'text/cost' has no value: .*use identified_low and identified_high"):
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
