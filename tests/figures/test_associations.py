"""Ranges of the difference between size classes, as drawn."""

from __future__ import annotations

import functools

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from analysis.codebook import load_wave
from analysis.figures.associations import draw_associations
from analysis.figures.survey import Drawing
from analysis.ingest.associations import no_associations, read_associations
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from tests.figures.texts import unreadable, watermarks
from tests.regressions import codebook

YEARS = {"kik_quality": 2023, "ssi_hygiene": 2024}


def ranges(study: str) -> pd.DataFrame:
    return read_associations(RAW_DIR / study / str(YEARS[study]) / "associations.csv")


@functools.cache
def drawn(study: str, lang: Lang = "en") -> Drawing:
    wave = load_wave(RAW_DIR / study / str(YEARS[study]) / "wave.yaml")
    return draw_associations(ranges(study), codebook(study), wave, lang)


def test_of_ssi_print_says_nothing() -> None:
    drawing = drawn("ssi_hygiene")
    (axis,) = drawing.figure.axes
    rectangles = [bar for bar in axis.patches if isinstance(bar, Rectangle) and bar.get_hatch()]
    bars = [(bar.get_x(), bar.get_width()) for bar in rectangles]
    assert bars == [(-100.0, 200.0)] * 11
    assert drawing.alt.count("anything is possible") == 11


def test_the_largest_class_is_held_against_the_smallest() -> None:
    data = drawn("kik_quality").data
    assert set(data["contrast"]) == {"large-small"}
    department = data[data["category"] == "department"]
    assert list(department["low"]) == pytest.approx([28.38], abs=0.01)
    resources = data[data["variable"] == "degree_resources"]
    assert resources[["low", "high"]].to_numpy().ravel().tolist() == pytest.approx([-28.95, -25.38], abs=0.01)


def test_it_follows_from_print() -> None:
    assert watermarks(drawn("ssi_hygiene").figure) == []
    assert set(drawn("ssi_hygiene").data["basis"]) == {"published"}


def test_of_a_wave_that_is_not_reconstructed_there_is_a_frame() -> None:
    wave = load_wave(RAW_DIR / "ssi_hygiene" / "2024" / "wave.yaml")
    drawing = draw_associations(no_associations(), codebook(), wave, "en")
    assert drawing.state.status == "not_drawn"
    assert drawing.data.empty


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("study", YEARS)
def test_every_text_can_be_read(study: str, lang: Lang) -> None:
    assert unreadable(drawn(study, lang).figure) == []
