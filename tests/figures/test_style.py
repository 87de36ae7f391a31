from itertools import combinations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from analysis.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LIGHT_BLUE,
    ORANGE,
    PALE,
    SILVER,
    WARNING,
    WIDTH,
    balanced,
    frame,
    ink_on,
    look,
    survey_frame,
    text_width,
    wrapped,
)
from tests import ssi
from tests.figures.texts import unreadable, watermarks

BUILT, COLLECTED = (pd.DataFrame({"basis": [basis]}) for basis in ("reconstructed", "collected"))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [INK, GREY, WARNING])
def test_text_can_be_read_on_white(colour: str) -> None:
    assert contrast(colour, "white") >= 4.5


@pytest.mark.parametrize(
    ("mark", "ground"), [(INK, BLUE), (BLUE, PALE), (BLUE, "white"), (GREY, "white"), (INK, LIGHT_BLUE), (INK, SILVER)]
)
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


@pytest.mark.parametrize("colour", [BLUE, LIGHT_BLUE, ORANGE, SILVER, "#014e7a", "#8a4b00", "#f3c27a"])
def test_text_can_be_read_on_every_bar(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= 4.5


def test_a_survey_frame_says_n_base_basis_and_source() -> None:
    with look():
        figure, (axis,) = survey_frame(
            "Title", COLLECTED, ssi.wave("collected"), "en", base="n = 96", height=2, note="Thin line: it."
        )
    assert [text.get_text() for text in figure.texts] == [
        "Title",
        "n = 96",
        f"Thin line: it.\nBasis: collected export. Source: {ssi.wave().source.en}.",
    ]
    assert figure.get_figwidth() == WIDTH
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    assert 1.4 < axis.get_window_extent().height / figure.dpi < 2


@pytest.mark.parametrize("words", [4, 16, 24])
def test_a_long_title_is_broken_into_three_lines_at_most(words: int) -> None:
    title = " ".join(["infektionshygiejne"] * words)[: 9 * words]
    with look():
        figure, _ = survey_frame(title, BUILT, ssi.wave(), "da", base="n = 96", height=2, columns=2)
    lines = figure.texts[0].get_text().split("\n")
    assert len(lines) <= 3
    assert " ".join(lines) == title
    assert unreadable(figure) == []


def test_no_part_of_a_reconstruction_is_without_its_mark() -> None:
    with look():
        figure, axes = survey_frame("Title", pd.concat([COLLECTED, BUILT]), ssi.wave("collected"), "en", base="n = 96",
                                    height=6, columns=2)  # fmt: skip
        plain, _ = survey_frame("Title", COLLECTED, ssi.wave(), "en", base="n = 96", height=6, columns=2)
    assert "RECONSTRUCTED – NOT COLLECTED ANSWERS" in [text.get_text() for text in figure.texts]
    assert watermarks(figure) == ["RECONSTRUCTED\nNOT COLLECTED ANSWERS"] * 4
    assert all(
        watermark in [text.get_text() for text in axis.texts] for axis in axes for watermark in watermarks(figure)
    )
    assert watermarks(plain) == []
    assert not any("RECONSTRUCTED" in text.get_text() for text in plain.texts)


def test_a_frame_without_rows_has_the_basis_of_its_wave() -> None:
    with look():
        figure, _ = survey_frame("Title", BUILT.iloc[:0], ssi.wave(), "da", base="", height=2)
    assert watermarks(figure)


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("dpi", [100, 200])
def test_no_text_is_wider_than_it_measures(weight: str, dpi: int) -> None:
    with look():
        figure, _ = frame("", "", "", height=1)
        figure.set_dpi(dpi)
        for variable in ssi.codebook().variables.values():
            words = variable.label.da
            for size in (8, 8.5, 9, 12):
                drawn = figure.text(0, 0, words, fontsize=size, fontweight=weight).get_window_extent().width / dpi
                assert drawn <= text_width(words, size, weight) + 0.02


def test_lines_keep_their_words_and_their_breaks() -> None:
    assert wrapped("one two three\nfour", text_width("one two", 9), 9) == ["one two", "three", "four"]
    assert wrapped("unbreakable", 0.1, 9) == ["unbreakable"]
    assert wrapped("", 1, 9) == [""]


def test_balanced_lines_are_as_few_and_shorter() -> None:
    words = "Ja, den er etableret og uændret siden år 2020"
    width = text_width("Ja, den er etableret og uændret siden", 9)
    assert wrapped(words, width, 9) == ["Ja, den er etableret og uændret siden", "år 2020"]
    assert balanced(words, width, 9) == ["Ja, den er etableret og", "uændret siden år 2020"]
