"""What print says of a share: a line, two that are joined, or one with an arrow towards what the limit allows."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.markers import CARETLEFTBASE, CARETRIGHTBASE

from analysis.figures.shares import draw_printed
from analysis.published.marks import Mark


@pytest.fixture
def axis() -> Axes:
    return Figure().subplots()


def lines(axis: Axes, width: float) -> list[list[float]]:
    """Return where along the axis the lines of a width begin and end."""
    drawn = [
        each
        for each in axis.collections
        if isinstance(each, LineCollection) and np.atleast_1d(each.get_linewidth())[0] == width
    ]
    return [[float(x) for x in np.asarray(each)[:, 0]] for found in drawn for each in found.get_segments()]


def test_a_number_is_one_line(axis: Axes) -> None:
    draw_printed(axis, [Mark(30.0, 30.0)], 1.0, start=10)
    assert lines(axis, 2) == [[40, 40]]
    assert lines(axis, 1.4) == []
    assert list(axis.lines) == []


def test_a_range_is_two_lines_that_are_joined(axis: Axes) -> None:
    draw_printed(axis, [Mark(30.0, 40.0)], 1.0)
    assert lines(axis, 2) == [[30, 30], [40, 40]]
    assert lines(axis, 1.4) == [[30, 40]]


@pytest.mark.parametrize(
    ("mark", "side", "arrow"),
    [
        (Mark(None, 20.0), 1, CARETLEFTBASE),
        (Mark(20.0, None), 1, CARETRIGHTBASE),
        (Mark(None, 20.0), -1, CARETRIGHTBASE),
        (Mark(20.0, None), -1, CARETLEFTBASE),
    ],
)
def test_a_limit_has_an_arrow_to_where_the_share_may_be(axis: Axes, mark: Mark, side: int, arrow: int) -> None:
    draw_printed(axis, [mark], 1.0, side=side)
    assert lines(axis, 2) == [[20 * side] * 2]
    (drawn,) = axis.lines
    assert drawn.get_marker() == arrow
    assert drawn.get_xdata() == pytest.approx([20 * side])
