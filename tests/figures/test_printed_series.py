"""A series of printed numbers: years as the report's own, points where print has them, changes as changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from analysis.figures.printed_series import CHANGE, REFORM, draw_series
from analysis.release import Released
from tests import naere
from tests.figures.canvas import points
from tests.figures.naere_figures import FIGURES, drawn, of_form

SERIES = of_form("series")


def axis_of(name: str) -> Axes:
    (axis,) = drawn(name).figure.axes
    return axis


def places(name: str) -> list[tuple[float, float]]:
    return [place for _, of_mark in points(axis_of(name)) for place in of_mark]


def changes(axis: Axes) -> list[tuple[float, float]]:
    """Return the years that each bracket leads from and to."""
    notes = [note for note in axis.texts if isinstance(note, Annotation) and note.get_gid() == CHANGE]
    return [(float(note.xy[0]), float(note.xyann[0])) for note in notes]


def words(name: str) -> list[str]:
    return [text.get_text() for text in axis_of(name).texts]


def test_points_stand_where_print_has_them() -> None:
    assert places("figure_7_1") == [(2006, 31520), (2007, 73472), (2010, 100468)]
    assert places("figure_7_3") == [(2007, 1.333e9), (2010, 1.691e9)]
    assert places("figure_13_4") == [(2007, 100)]


def test_changes_are_brackets_over_their_years_and_no_points() -> None:
    assert changes(axis_of("figure_5_3")) == [(2007, 2010)]
    assert places("figure_5_3") == []
    assert changes(axis_of("figure_12_1")) == [(2001, 2010), (2001, 2010)]
    assert changes(axis_of("figure_7_2")) == [(2007, 2010), (2007, 2010)]


def test_changes_stand_above_the_points() -> None:
    axis = axis_of("figure_7_1")
    (bracket,) = (note for note in axis.texts if note.get_gid() == CHANGE)
    assert isinstance(bracket, Annotation)
    highest = max(y for _, y in places("figure_7_1")) / axis.get_ylim()[1]
    assert float(bracket.xy[1]) > highest


@pytest.mark.parametrize("name", SERIES)
def test_the_axis_has_the_years_of_the_reports_own(name: str) -> None:
    years = FIGURES[name].years
    assert years is not None
    ticks = axis_of(name).get_xticks()
    shown = [*years, *(x for x, _ in places(name))]
    assert (ticks.min(), ticks.max()) == (min(shown), max(shown))


@pytest.mark.parametrize("name", SERIES)
def test_the_reform_is_marked_where_the_years_span_it(name: str) -> None:
    axis = axis_of(name)
    marked = [line for line in axis.lines if np.allclose(np.asarray(line.get_xdata(), dtype=float), REFORM)]
    ticks = axis.get_xticks()
    assert len(marked) == int(ticks.min() < 2007 <= ticks.max())
    assert ("municipal reform, 1 Jan 2007" in words(name)) == bool(marked)


def test_years_to_come_are_marked_as_projected() -> None:
    (band,) = (patch for patch in axis_of("figure_5_1").patches if isinstance(patch, Rectangle))
    assert (band.get_x(), band.get_hatch()) == (2012.5, "//////")
    assert "projection" in words("figure_5_1")


def test_years_beyond_the_reports_picture_are_marked() -> None:
    (band,) = (patch for patch in axis_of("figure_9_3").patches if isinstance(patch, Rectangle))
    assert band.get_x() == 2006.5
    assert "outside the figure's years" in words("figure_9_3")


@pytest.mark.parametrize("name", [name for name in SERIES if name not in ("figure_5_1", "figure_9_3")])
def test_no_other_years_are_marked(name: str) -> None:
    assert [patch for patch in axis_of(name).patches if isinstance(patch, Rectangle)] == []


@pytest.mark.parametrize("name", SERIES)
def test_without_a_value_there_is_nothing_to_count(name: str) -> None:
    assert bool(len(axis_of(name).get_yticks())) == bool(places(name))


def test_a_number_without_a_year_stands_above_the_axis_in_words() -> None:
    words_of = [word.replace("\N{NO-BREAK SPACE}", " ") for word in words("figure_12_2")]
    assert "Group practice, The end of the 1970s: about 500 practices" in words_of
    assert places("figure_12_2") == [(2009, 811), (2009, 2098)]


def test_a_range_is_no_point() -> None:
    rows = naere.released().rows
    row = rows[rows["line"] == 6086].assign(value_high=110000.0, qualifier="range")
    drawing = draw_series(Released(row), naere.codebook(), naere.wave(), "en", "figure_7_1")
    (axis,) = drawing.figure.axes
    assert points(axis) == []
    assert any("2010: 100,468–110,000" in text.get_text() for text in axis.texts)


def test_a_series_of_which_every_year_is_printed_is_drawn() -> None:
    rows = naere.released().rows
    row = rows[rows["line"] == 6086]
    whole = pd.concat([row.assign(group=f"year:{year}") for year in range(2006, 2012)], ignore_index=True)
    drawing = draw_series(Released(whole), naere.codebook(), naere.wave(), "en", "figure_7_1")
    assert (drawing.state.status, drawing.state.reason) == ("drawn", "")
