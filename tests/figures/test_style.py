from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from analysis.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, WIDTH, frame, look


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [INK, GREY])
def test_text_can_be_read_on_white(colour: str) -> None:
    assert contrast(colour, "white") >= 4.5


@pytest.mark.parametrize(("mark", "ground"), [(INK, BLUE), (BLUE, PALE), (BLUE, "white"), (GREY, "white")])
def test_marks_stand_out_without_colour(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3


def test_no_two_colours_of_marks_are_the_same() -> None:
    assert all(one != other for one, other in combinations((BLUE, ORANGE, GREEN), 2))


def test_the_look_leaves_matplotlib_as_it_was() -> None:
    with mpl.rc_context({"font.size": 33, "svg.hashsalt": "mine"}):
        before = dict(mpl.rcParams)
        with look():
            assert mpl.rcParams["font.size"] == 9
        assert dict(mpl.rcParams) == before


def test_the_look_does_not_depend_on_settings_of_the_machine() -> None:
    with mpl.rc_context({"lines.linewidth": 99}), look():
        assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"]


def test_a_long_note_is_broken_where_it_would_be_cut_off() -> None:
    figure, _ = frame("Title", "n = 3", f"{'Source, and more of it; ' * 12}\nBelow", height=4)
    note = figure.texts[2]
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    assert note.get_text().endswith("\nBelow")
    assert " ".join(note.get_text().split()) == f"{'Source, and more of it; ' * 12}Below"
    assert note.get_window_extent().x1 < figure.bbox.width
    assert note.get_window_extent().y0 >= 0


def test_a_frame_has_its_texts_and_axes() -> None:
    figure, axes = frame("Title", "n = 3", "Source", height=4, columns=2)
    assert [text.get_text() for text in figure.texts] == ["Title", "n = 3", "Source"]
    assert figure.axes == axes
    assert len(axes) == 2
    assert tuple(figure.get_size_inches()) == (WIDTH, 4)
