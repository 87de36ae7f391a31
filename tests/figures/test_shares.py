"""What print says of a share: a line, two that are joined, or one with an arrow towards what the limit allows."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.markers import CARETLEFTBASE, CARETRIGHTBASE
from matplotlib.patches import Patch

from analysis.figures.shares import draw_printed, key_height
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


def test_a_line_of_a_key_that_is_wider_than_the_figure_is_broken() -> None:
    long, short = (Patch(label=letters * "m") for letters in (40, 10))
    one, two = key_height([[short, short]]), key_height([[short], [short]])
    assert two > one
    assert key_height([[long, long]]) == two
    assert key_height([[short, long, long], []]) == two
    assert key_height([[], []]) == 0
