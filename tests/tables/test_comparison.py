"""The report's table of two waves, and the table of what the same municipalities may have done."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.codebook import Wave
from analysis.context import State
from analysis.estimates.comparison import compare_waves
from analysis.lang import LANGS, Lang
from analysis.release import Released
from analysis.tables.comparison import comparison_view, pairings_view
from tests import ssi
from tests.tables.html import headings, rows
from tests.two_waves import IN_2026, PRINTED, changes, made_up, reconstructed, reconstructed_wave, wave_of

JOINER = "\N{WORD JOINER}"
every_lang = pytest.mark.parametrize("lang", LANGS)


def plain(table: GT) -> list[list[str]]:
    return [[cell.replace(JOINER, "") for cell in row] for row in rows(table)]


def notes(table: GT) -> list[str]:
    found = BeautifulSoup(table.as_raw_html(), "html.parser").find_all(class_="gt_sourcenote")
    return [note.text for note in found]


def of(
    earlier: pd.DataFrame, later: pd.DataFrame, previous: Wave, wave: Wave, lang: Lang = "en"
) -> tuple[GT, pd.DataFrame, State]:
    found = Released(compare_waves(earlier, later, ssi.codebook(), wave, previous))
    return comparison_view(found, Released(earlier), Released(later), ssi.published(), ssi.codebook(), wave, lang)


@functools.cache
def view(lang: Lang = "en") -> tuple[GT, pd.DataFrame, State]:
    """Set out 2020 and 2024."""
    return of(reconstructed(2020), reconstructed(2024), reconstructed_wave(2020), reconstructed_wave(2024), lang)


@functools.cache
def pairs(lang: Lang = "en") -> tuple[GT, pd.DataFrame, State]:
    return pairings_view(Released(changes()), ssi.codebook(), reconstructed_wave(2024), lang)


def test_rows_of_table_2_in_its_order_with_print_beside() -> None:
    table, _, state = view()
    shown = plain(table)
    assert [row[0] for row in shown] == [row.label.en for row in ssi.codebook().comparison.values()]
    assert state.status == "drawn"
    by_name = dict(zip(PRINTED, shown, strict=True))
    assert by_name["organisation"][1:] == [
        "61 (62.2%)", "61 · 62%", "74 (77.1%)", "74 · 77%", "+14.8 (+13.3 to +15.3)",
        "+15.6 (+14.0 to +16.1); +15.9 (+14.3 to +16.3)", "up; with care",
    ]  # fmt: skip
    assert by_name["cooperation"][1:5] == ["40 (40.8%)", "40 · 38%", "65 (67.7%)", "65 · 68%"]
    assert by_name["regional_agreement"][5:] == [
        "−16.0 (−17.3 to −15.3)",
        "−27.9 to −6.2; −24.5 to −3.1",
        "down; with care",
    ]
    assert by_name["committee"][-1] == "up, if don't know is no; with care"
    assert by_name["halt"][-1] == "cannot be compared"


def test_in_danish() -> None:
    table, _, _ = view("da")
    assert plain(table)[0] == [
        "Etableret hygiejneorganisation", "61 (62,2 %)", "61 · 62%", "74 (77,1 %)", "74 · 77%",
        "+14,8 (+13,3 til +15,3)", "+15,6 (+14,0 til +16,1); +15,9 (+14,3 til +16,3)", "op; med forbehold",
    ]  # fmt: skip
    assert plain(table)[-1][-1] == "kan ikke sammenlignes"


@every_lang
def test_each_wave_says_that_it_is_reconstructed_and_so_does_the_table(lang: Lang) -> None:
    told = [heading.strip() for heading in headings(view(lang)[0])]
    word = {"da": "rekonstrueret", "en": "reconstructed"}[lang]
    assert f"2020 ({word})" in told
    assert f"2024 ({word})" in told
    assert any(heading.isupper() and word.upper() in heading for heading in told)


@every_lang
def test_why_a_row_can_be_compared_or_not_stands_below(lang: Lang) -> None:
    below = notes(view(lang)[0])
    for row in ssi.codebook().comparison.values():
        (note,) = (note for note in below if note.startswith(f"{row.label[lang]} ("))
        assert note.endswith(row.comparability[2024].why[lang])
    assert not any("judged" in note or "vurderet" in note for note in below)


def test_data_are_the_estimates_behind_it() -> None:
    _, data, _ = view()
    organisation = data[data["variable"] == "organisation"]
    assert organisation[["wave", "group", "statistic", "method"]].to_numpy().tolist() == [
        [2020, "all", "count", "counted"],
        [2020, "all", "percent", "worst_case"],
        [2024, "all", "count", "counted"],
        [2024, "all", "percent", "worst_case"],
        [2024, "since:2020", "percent", "worst_case"],
        [2024, "since:2020", "percent", "superpopulation"],
        [2024, "since:2020", "percent", "on_substantive"],
        [2024, "since:2020", "percent", "dont_know_as_yes"],
        [2024, "since:2020", "other", "counted"],
    ]
    assert organisation["value"].to_list()[:5] == pytest.approx([61, 100 * 61 / 98, 74, 100 * 74 / 96, 14.838435])


def test_a_collected_wave_beside_a_reconstructed_one_is_not_judged() -> None:
    table, _, state = of(reconstructed(2024), made_up(2026, IN_2026), reconstructed_wave(2024), wave_of(2026))
    told = [heading.strip() for heading in headings(table)]
    assert "2024 (reconstructed)" in told
    assert "2026" in told
    assert told.count("Printed") == 1
    by_name = dict(zip(PRINTED, plain(table), strict=True))
    assert by_name["regional_agreement"][1:5] == ["62 (64.6%)", "62 · 65%", "60 (63.2%)", "−1.4 (−4.1 to +1.0)"]
    assert by_name["regional_agreement"][-1] == "cannot be told; not judged"
    assert by_name["halt"][1:] == ["41 (42.7%)", "41 · 42%", "–", "–", "–", "not judged"]
    assert "Nobody has judged whether the two waves can be compared." in notes(table)
    assert state.status == "partly"
    assert state.reason.startswith("Not in both waves: Committee set up, ")


def test_columns_that_would_be_empty_are_left_out() -> None:
    one = made_up(2025, {"halt": {"yes": 30, "no": 60}})
    table, _, _ = of(one, made_up(2026, {"halt": {"yes": 40, "no": 50}}), wave_of(2025), wave_of(2026))
    told = [heading.strip() for heading in headings(table)]
    assert "Printed" not in told
    assert "Without don't know; as yes" not in told
    assert not any("RECONSTRUCTED" in heading for heading in told)
    assert not any("printed" in note.lower() or "don't know" in note.lower() for note in notes(table)[:-1])
    assert plain(table)[-1] == [
        "Evaluation by taking part in HALT", "30 (33.3%)", "40 (44.4%)", "+11.1 (+2.0 to +18.4)", "up; not judged",
    ]  # fmt: skip


def test_open_and_withheld_numbers_are_seen_to_be_so() -> None:
    earlier, later = reconstructed(2020), reconstructed(2024)
    numbers = ["value", "low", "high", "identified_low", "identified_high"]
    earlier.loc[(earlier["variable"] == "training") & (earlier["category"] == "yes"), numbers] = np.nan
    mine = (later["variable"] == "committee") & (later["category"] == "yes")
    later.loc[mine, ["value", "low", "high"]] = np.nan
    for statistic, ends in (("count", (39, 57)), ("percent", (40.0, 60.0))):
        later.loc[mine & (later["statistic"] == statistic), ["identified_low", "identified_high"]] = ends
    table, _, state = of(earlier, later, reconstructed_wave(2020), reconstructed_wave(2024))
    by_name = dict(zip(PRINTED, plain(table), strict=True))
    assert by_name["committee"][3] == "39–57 (40.0–60.0%)"
    assert by_name["committee"][5] == "−1.8 to +18.2"
    assert by_name["committee"][-1] == "cannot be told; with care"
    assert by_name["training"][1] == "withheld"
    assert by_name["training"][5:] == ["–", "–", "with care"]
    assert state.status == "partly"


def test_pairings_by_what_is_taken_as_said() -> None:
    table, data, state = pairs()
    shown = plain(table)
    assert shown[:4] == [
        ["Organisation established", "The numbers of the two waves alone", "13–37", "0–21", "37–61", "<0.001–0.105",
         "<0.001–1.000"],
        ["", "None but those closed lost it", "19–22", "6", "52–55", "0.004–0.015", "–"],
        ["", "All younger than the earlier wave are new", "24–37", "8–21", "37–50", "0.007–0.105", "–"],
        ["", "Both", "–", "–", "–", "impossible (2 short)", "–"],
    ]  # fmt: skip
    assert len(shown) == 13
    assert {"Evaluation by sick leave", "Evaluation by outbreaks"} < {row[0] for row in shown}
    assert set(data["item"]) == {"pairings"}
    assert state.status == "drawn"


def test_pairings_in_danish() -> None:
    shown = plain(pairs("da")[0])
    assert shown[0][1:] == ["Kun de to bølgers antal", "13–37", "0–21", "37–61", "<0,001–0,105", "<0,001–1,000"]
    assert shown[3][5] == "umuligt (mangler 2)"


def test_pairings_rest_on_print_and_bear_no_mark_of_a_reconstruction() -> None:
    table, _, _ = pairs()
    assert not any("RECONSTRUCTED" in heading for heading in headings(table))
    assert "numbers printed in the report" in notes(table)[-1]


def test_waves_that_share_no_row_have_no_pairings() -> None:
    one, other = made_up(2025, {"halt": {"yes": 30, "no": 60}}), made_up(2026, {"policy": {"yes": 30, "no": 60}})
    found = Released(compare_waves(one, other, ssi.codebook(), wave_of(2026), wave_of(2025)))
    table, data, state = pairings_view(found, ssi.codebook(), wave_of(2026), "en")
    assert plain(table) == []
    assert data.empty
    assert state == State("not_drawn", "No row has numbers in both waves that can be compared.")
