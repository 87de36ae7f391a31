"""Printed values side by side: each on its place, and a row for each that the report's picture has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from analysis.figures.printed_values import draw_values
from analysis.figures.style import BLUE
from analysis.release import Released
from tests import naere
from tests.figures.canvas import places, points
from tests.figures.naere_figures import drawn


def axis_of(name: str) -> Axes:
    (axis,) = drawn(name).figure.axes
    return axis


def values(name: str) -> dict[str, float]:
    """Return label -> value of the rows with a point."""
    axis = axis_of(name)
    heights = {round(y, 6): x for _, of_mark in points(axis) for x, y in of_mark}
    labels = {label.replace("\n", " "): round(y, 6) for label, y in places(axis).items()}
    return {label: heights[y] for label, y in labels.items() if y in heights}


def missing(name: str) -> int:
    return sum(text.get_text() == "not in the text" for text in axis_of(name).texts)


def faces(name: str) -> set[str]:
    """Return the colours that points are filled with."""
    return {to_hex(np.asarray(mark.get_facecolor())[0]) for mark, _ in points(axis_of(name))}


def test_points_stand_where_print_has_them_and_the_part_that_it_lacks_says_so() -> None:
    assert values("figure_5_5") == {
        "Hospital": 43,
        "General practitioner": 21,
        "Others (mostly relatives and citizens themselves)": 25,
    }
    assert missing("figure_5_5") == 1
    assert list(places(axis_of("figure_5_5")))[2] == "Internal staff"


def test_a_share_stands_at_its_percentage() -> None:
    assert set(values("figure_10_2").values()) == {50}
    assert axis_of("figure_10_2").get_xlim() == (0, 100)


def test_rows_that_the_report_has_are_there_without_a_value() -> None:
    assert missing("figure_6_3") == 3
    assert missing("figure_8_4") == 4
    assert missing("figure_10_1") == 12
    assert values("figure_10_1") == {"Daily smokers, All together": 21, "Poor mental health, All together": 10}


def test_a_number_of_more_together_is_hollow() -> None:
    assert faces("figure_7_4") == {"#ffffff"}
    assert faces("figure_5_5") == {BLUE}


@pytest.mark.parametrize("name", ["figure_5_2", "figure_6_2", "figure_8_3", "figure_14_1"])
def test_an_empty_frame_has_no_row_no_number_and_says_so(name: str) -> None:
    axis = axis_of(name)
    assert (len(axis.get_xticks()), len(axis.get_yticks())) == (0, 0)
    assert points(axis) == []
    (sentence,) = (text.get_text() for text in axis.texts)
    assert sentence.startswith("The report's text has none of the figure's values.")


def test_a_range_is_a_bar_from_end_to_end() -> None:
    rows = naere.released().rows
    row = rows[rows["line"] == 2917].assign(value_high=47.0, qualifier="range")
    drawing = draw_values(Released(row), naere.codebook(), naere.wave(), "en", "figure_5_5")
    (axis,) = drawing.figure.axes
    (bar,) = (patch for patch in axis.patches if isinstance(patch, Rectangle))
    assert (bar.get_x(), bar.get_width()) == (43, 4)
    assert points(axis) == []


def test_a_figure_of_which_every_part_is_printed_is_drawn() -> None:
    rows = naere.released().rows
    row = rows[rows["line"] == 2917]
    parts = naere.codebook().variables["referrals"].parts or {}
    every = Released(pd.concat([row.assign(category=part) for part in parts], ignore_index=True))
    drawing = draw_values(every, naere.codebook(), naere.wave(), "en", "figure_5_5")
    assert (drawing.state.status, drawing.state.reason) == ("drawn", "")
