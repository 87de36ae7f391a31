"""What print says by group, as drawn: each number is that of the row it stands for."""

from __future__ import annotations

import functools

import pandas as pd
import pytest
from matplotlib.axes import Axes

from analysis.codebook import load_wave
from analysis.figures.forest import Scale
from analysis.figures.grouped import draw_grouped
from analysis.figures.survey import Drawing
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from analysis.published.grouped import grouped_models
from analysis.release import Released
from tests.figures.canvas import points
from tests.figures.texts import unreadable, watermarks
from tests.published.grouped.made_up import PRINT

YEARS = {"kik_quality": 2023, "ssi_hygiene": 2024}
SCALES: tuple[Scale, ...] = ("odds_ratio", "percentage_points")


@functools.cache
def models(study: str) -> pd.DataFrame:
    book, published, claims = PRINT[study]
    return grouped_models(published, claims, book, YEARS[study])


@functools.cache
def drawn(study: str = "kik_quality", scale: Scale = "percentage_points", lang: Lang = "en") -> Drawing:
    wave = load_wave(RAW_DIR / study / str(YEARS[study]) / "wave.yaml")
    return draw_grouped(Released(models(study)), PRINT[study][0], wave, lang, scale)


def values(axis: Axes) -> list[float]:
    return [x for _, at in points(axis) for x, _ in at]


@pytest.mark.parametrize("scale", SCALES)
def test_every_row_of_the_scale_is_drawn_once(scale: Scale) -> None:
    drawing = drawn(scale=scale)
    rows = models("kik_quality")
    rows = rows[rows["scale"] == scale]
    pd.testing.assert_frame_equal(drawing.data, rows.reset_index(drop=True))
    settled = rows.loc[rows["estimate"].notna(), "estimate"]
    (axis,) = drawing.figure.axes
    assert sorted(values(axis)) == pytest.approx(sorted(settled))
    hatched = [bar for bar in axis.patches if bar.get_hatch()]
    assert len(hatched) == int(rows["estimate"].isna().sum())


def test_the_quality_department_is_told_at_maximal_dependence() -> None:
    assert "+28.4 (−8.4 to +58.0)" in drawn().alt.replace("\N{NO-BREAK SPACE}", " ")
    assert "n = 28 / 85 / 38" in drawn().alt


def test_what_cannot_be_tested_is_named() -> None:
    state = drawn().state
    assert state.status == "partly"
    assert "Resources to succeed with quality work" in state.reason


def test_it_rests_on_print_and_bears_no_mark_of_a_reconstruction() -> None:
    assert watermarks(drawn().figure) == []
    assert set(drawn().data["basis"]) == {"published"}


@pytest.mark.parametrize("scale", SCALES)
def test_nothing_printed_by_group_is_a_frame_that_says_so(scale: Scale) -> None:
    drawing = drawn("ssi_hygiene", scale)
    assert drawing.state.status == "not_drawn"
    assert drawing.alt == "The report prints no numbers by group that can be tested."
    assert values(drawing.figure.axes[0]) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scale", SCALES)
def test_every_text_can_be_read(scale: Scale, lang: Lang) -> None:
    assert unreadable(drawn("kik_quality", scale, lang).figure) == []
