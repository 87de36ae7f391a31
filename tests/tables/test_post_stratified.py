"""Post-stratified shares stand beside the printed and the unweighted; what is left out is named."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.codebook import Wave, load_codebook, load_wave
from analysis.context import DRAWN
from analysis.estimates import COLUMNS, POST_STRATIFIED
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from analysis.published import load_published
from analysis.release import Released
from analysis.tables.post_stratified import post_stratified_view
from tests import ssi
from tests.tables.html import rows

NAME = "post_stratified"
RAW = RAW_DIR / "kik_quality"
BOOK = load_codebook(RAW / "codebook.yaml")
WAVE = load_wave(RAW / "2023" / "wave.yaml")
PUBLISHED = load_published(RAW / "published.csv", BOOK)


def estimates(numbers: Mapping[str, float | None] | None = None, *, weighted: bool = True) -> pd.DataFrame:
    """Return made-up estimates of whether there is a strategy: as answered, and post-stratified."""
    both = [
        {"method": "clustered", "value": 34.4, "low": 26.0, "high": 43.0},
        {
            "method": POST_STRATIFIED,
            "weighting": POST_STRATIFIED,
            "value": 34.5,
            "low": 25.9,
            "high": 43.1,
            **(numbers or {}),
        },
    ]
    frame = pd.DataFrame(both[: 1 + weighted]).assign(
        study="kik_quality", wave=2023, item="figure_3", group="all", variable="strategy", category="yes",
        statistic="percent", base=151, basis="reconstructed",
    )  # fmt: skip
    return frame.reindex(columns=list(COLUMNS))


def shown(frame: pd.DataFrame, lang: Lang = "en", wave: Wave = WAVE) -> tuple[list[list[str]], str, pd.DataFrame]:
    table, data, state = post_stratified_view(Released(frame), PUBLISHED, BOOK, wave, lang, NAME)
    assert state == DRAWN
    page = BeautifulSoup(table.as_raw_html(), "html.parser")
    return [[cell.replace("\N{WORD JOINER}", "") for cell in row] for row in rows(table)], page.text, data


@pytest.mark.parametrize("lang", LANGS)
def test_printed_unweighted_and_post_stratified_stand_side_by_side(lang: Lang) -> None:
    found, page, data = shown(estimates(), lang)
    words = {
        "da": ["Ja", "34%", "34,4 %", "34,5 %", "25,9–43,1 %"],
        "en": ["Yes", "34%", "34.4%", "34.5%", "25.9–43.1%"],
    }
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in found[1]] == words[lang]
    assert found[0][0].replace("\N{NO-BREAK SPACE}", " ").endswith("n = 151")
    assert ("REKONSTRUERET" if lang == "da" else "RECONSTRUCTED") in page
    assert BOOK.variables["organisation"].label[lang] in page  # left out, and said so
    assert data["value"].to_list() == [34.4, 34.5]
    assert set(data["printed"]) == {"34%"}


def test_a_range_is_written_as_one_and_explained() -> None:
    row = {"value": None, "low": None, "high": None, "identified_low": 33.1, "identified_high": 35.2}
    found, page, _ = shown(estimates(row))
    assert found[1][-1] == "33.1–35.2%"
    assert "each class at the end of its own range" in " ".join(page.split())


def test_what_is_withheld_is_said_to_be() -> None:
    collected = WAVE.model_copy(update={"basis": "collected"})
    empty = dict.fromkeys(("value", "low", "high"))
    found, page, _ = shown(estimates(empty).assign(basis="collected"), wave=collected)
    assert found[1][-1] == "withheld"
    assert "RECONSTRUCTED" not in page


def test_where_there_is_none_it_says_why() -> None:
    _, data, state = post_stratified_view(Released(estimates(weighted=False)), PUBLISHED, BOOK, WAVE, "en", NAME)
    assert data.empty
    assert (state.status, state.reason) == (
        "not_drawn", "No answer can be post-stratified, since the shares by size are all open.",
    )  # fmt: skip
    released = Released(ssi.estimates())
    table, _, state = post_stratified_view(released, ssi.published(), ssi.codebook(), ssi.wave(), "en", NAME)
    assert (
        state.reason
        == "The report gives no answers by the size of municipalities, so there is nothing to post-stratify."
    )
    assert state.reason in BeautifulSoup(table.as_raw_html(), "html.parser").text
