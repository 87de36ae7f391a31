"""Effects stand where their numbers are, each scale around its line of no difference."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.figures.forest import Block, Line, Mark, Scale, draw_forest, effect_keys, written, written_effect
from analysis.lang import Lang
from tests import ssi
from tests.figures.canvas import drawn_texts, points
from tests.figures.texts import unreadable, watermarks

ROWS = pd.DataFrame({"basis": ["collected"]})
NONE = math.nan


def drawn(*lines: Line, scale: Scale = "odds_ratio", basis: str = "collected") -> Figure:
    blocks = [Block("A heading", "n = 10", lines)] if lines else []
    return draw_forest(
        blocks, scale, "Title", ROWS.assign(basis=basis), ssi.wave("collected"), "en", base="Base.", axis_label="Axis",
        note="Note.", keys=effect_keys(blocks, "en", main="Main", other="Other"),
    )  # fmt: skip


def segments(figure: Figure, *, upright: bool) -> list[tuple[float, ...]]:
    """Return where upright lines stand, or where lying ones begin and end."""
    (axis,) = figure.axes
    found = [
        np.asarray(each)
        for lines in axis.collections
        if isinstance(lines, LineCollection)
        for each in lines.get_segments()
    ]
    if upright:
        return [(float(each[0, 0]),) for each in found if each[0, 0] == each[1, 0]]
    return [(float(each[0, 0]), float(each[1, 0])) for each in found if each[0, 1] == each[1, 1]]


def hatched(figure: Figure) -> list[tuple[float, float]]:
    (axis,) = figure.axes
    bars = [each for each in axis.patches if isinstance(each, Rectangle) and each.get_hatch()]
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]


def test_a_value_and_its_interval_stand_where_they_are() -> None:
    figure = drawn(Line("a", (Mark(1.5, 1.5, 0.75, 3.0),), "x"))
    assert [at for _, place in points(figure.axes[0]) for at, _ in place] == [1.5]
    assert (0.75, 3.0) in segments(figure, upright=False)
    assert {0.75, 3.0} <= {x for (x,) in segments(figure, upright=True)}
    assert figure.axes[0].get_xscale() == "log"


@pytest.mark.parametrize(("scale", "nothing"), [("odds_ratio", 1.0), ("percentage_points", 0.0)])
def test_the_line_of_no_difference_stands_in_the_middle(scale: Scale, nothing: float) -> None:
    figure = drawn(Line("a", (Mark(2.0, 2.0),), "x"), scale=scale)
    (axis,) = figure.axes
    assert (nothing,) in segments(figure, upright=True)
    low, high = axis.get_xlim()
    assert axis.transData.transform((nothing, 0))[0] == pytest.approx(
        np.mean([axis.transData.transform((end, 0))[0] for end in (low, high)])
    )


def test_a_range_is_hatched_and_has_no_point() -> None:
    figure = drawn(Line("a", (Mark(-7.0, -4.0, -20, 5),), "x"), scale="percentage_points")
    assert hatched(figure) == [(-7.0, -4.0)]
    assert points(figure.axes[0]) == []


def test_what_reaches_beyond_the_axis_ends_in_an_arrow() -> None:
    figure = drawn(Line("a", (Mark(2.0, 2.0, 0.0, math.inf),), "x"))
    (axis,) = figure.axes
    assert sorted(str(line.get_marker()) for line in axis.lines) == ["<", ">"]
    assert axis.get_xlim() in segments(figure, upright=False)


def test_the_main_mark_lies_above_and_is_filled() -> None:
    figure = drawn(Line("a", (Mark(2.0, 2.0), Mark(3.0, 3.0, main=False)), "x"))
    (main, (at, above)), (other, (_, below)) = [(mark, place[0]) for mark, place in points(figure.axes[0])]
    assert at == 2.0
    assert above < below
    assert np.asarray(other.get_facecolor())[0][:3].tolist() == [1, 1, 1]
    assert np.asarray(main.get_facecolor())[0][:3].tolist() != [1, 1, 1]


def test_nothing_to_draw_is_a_frame() -> None:
    figure = drawn(basis="reconstructed")
    assert points(figure.axes[0]) == []
    assert len(watermarks(figure)) == 1
    assert "Base." in [words for words, _ in drawn_texts(figure)]


def test_every_text_can_be_read() -> None:
    lines = [
        Line(
            "A long label that is broken into several lines, as answers often are",
            (Mark(2, 2, 1, 4),),
            "2.00 (1.00 to 4.00)",
        )
    ] * 3
    assert unreadable(drawn(*lines)) == []


@pytest.mark.parametrize(
    ("value", "scale", "lang", "expected"),
    [
        (3.237, "odds_ratio", "en", "3.24"),
        (14.53, "odds_ratio", "da", "14,5"),
        (3508.5, "odds_ratio", "en", "3,509"),
        (math.inf, "odds_ratio", "en", "∞"),
        (28.38, "percentage_points", "da", "+28,4"),
        (-8.36, "percentage_points", "en", "−8.4"),
        (0.01, "percentage_points", "en", "+0.01"),
        (NONE, "odds_ratio", "en", "–"),
    ],
)
def test_numbers_as_written(value: float, scale: Scale, lang: Lang, expected: str) -> None:
    assert written(value, scale, lang) == expected


def test_effects_as_written() -> None:
    odds = partial(written_effect, scale="odds_ratio", lang="en")
    assert odds(Mark(3.24, 3.24, 0.72, 14.5)).replace("\N{NO-BREAK SPACE}", " ") == "3.24 (0.72 to 14.5)"
    assert odds(Mark(0.73, 0.83)) == "0.73 to 0.83"
    assert odds(Mark(0.73, 0.73)) == "0.73"
