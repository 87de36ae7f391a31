"""Quantities by group: what is estimated, what a register says, and what is known from print alone."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT

from analysis.codebook import Wave
from analysis.context import State
from analysis.estimates.survey import describe
from analysis.ingest.identified import no_identification, read_identified
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from analysis.release import Released
from analysis.tables.quantities import quantities_view
from tests.tables.html import headings, rows
from tests.written import written

KIK = written("kik_quality", 2023)
GROUPS = ["all", "size:small", "size:medium", "size:large"]
JOINER = "\N{WORD JOINER}"


def view(estimates: pd.DataFrame, wave: Wave, lang: Lang = "en") -> tuple[GT, pd.DataFrame, State]:
    return quantities_view(Released(estimates), KIK.published, KIK.codebook, wave, lang, "table_2")


def reconstructed(*, identified: bool) -> tuple[pd.DataFrame, Wave]:
    wave = KIK.wave.model_copy(update={"basis": "reconstructed"})
    path = RAW_DIR / "kik_quality" / "2023" / "identified.csv"
    ranges = read_identified(path) if identified else no_identification()
    return describe(KIK.cleaned.responses, KIK.cleaned.cleaning, KIK.codebook, wave, ranges), wave


def test_counts_stand_beside_print() -> None:
    table, data, state = view(KIK.estimates, KIK.wave)
    by = data.set_index(["variable", "group"])
    # Print, lines 102-109.
    assert [by.loc[("respondents", group), "count"] for group in GROUPS] == [151, 28, 85, 38]
    assert [by.loc[("class_size", group), "count"] for group in GROUPS] == [82, 16, 44, 22]
    assert [by.loc[("class_size", group), "printed"] for group in GROUPS] == ["", "16", "44", "22"]
    assert [row[0].partition(" (")[0] for row in rows(table)] == [
        "All", "Small municipalities", "Medium municipalities", "Large municipalities",
    ]  # fmt: skip
    assert rows(table)[1][1:3] == ["28", "28"]
    assert state == State("partly", "Known from the printed number itself only: Limits of the size class.")


@pytest.mark.parametrize("lang", LANGS)
def test_what_only_print_gives_has_no_estimate(lang: Lang) -> None:
    table, data, state = view(*reconstructed(identified=False), lang)
    assert data["count"].isna().all()
    assert data["identified_high"].isna().all()
    respondents = data[data["variable"] == "respondents"]
    assert respondents["printed"].to_list() == ["151", "28", "85", "38"]
    assert ("Antal" if lang == "da" else "Number") not in headings(table)
    text = BeautifulSoup(table.as_raw_html(), "html.parser").text
    assert ("følger hverken af svarene" if lang == "da" else "follows neither from the answers") in text
    assert state.status == "partly"


def test_the_register_says_how_many_there_are() -> None:
    table, data, _ = view(*reconstructed(identified=False))
    assert data.loc[(data["variable"] == "class_size") & (data["group"] == "all"), "register"].to_list() == [98]
    assert "All in the register" in headings(table)


def test_what_print_fixes_of_a_reconstruction_is_marked_as_one() -> None:
    table, data, _ = view(*reconstructed(identified=True))
    by = data.set_index(["variable", "group"])
    assert [by.loc[("respondents", group), "count"] for group in GROUPS] == [151, 28, 85, 38]
    assert "RECONSTRUCTED" in table.as_raw_html()


def test_an_open_count_is_a_range_and_a_withheld_one_says_so() -> None:
    estimates = KIK.estimates.copy()
    at = (estimates["variable"] == "class_size") & (estimates["group"] == "size:small")
    estimates.loc[at, ["value", "low", "high"]] = None
    table, _, state = view(estimates, KIK.wave)
    assert "withheld" in rows(table)[1]
    assert "Withheld for confidentiality: Municipalities that answered, by size." in state.reason
    estimates.loc[at, ["identified_low", "identified_high"]] = [14.0, 17.0]
    table, data, state = view(estimates, KIK.wave)
    assert any(cell.replace(JOINER, "").startswith("14–17") for cell in rows(table)[1])
    assert data.set_index(["variable", "group"]).loc[("class_size", "size:small"), "identified_high"] == 17
    assert "Left open by the printed numbers: Municipalities that answered, by size." in state.reason


def test_nothing_known_is_not_drawn() -> None:
    view_of = quantities_view(
        Released(KIK.estimates.iloc[:0]), KIK.published.iloc[:0], KIK.codebook, KIK.wave, "en", "table_2"
    )
    assert view_of[2].status == "not_drawn"
    assert view_of[1].empty
