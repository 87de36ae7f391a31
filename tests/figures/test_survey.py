"""Bars of a survey: each is the number it is given, says what is open or withheld, and bears what print says."""

from __future__ import annotations

import functools
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from analysis.disclosure import withhold
from analysis.estimates import WORST_CASE
from analysis.figures.style import BLUE, LIGHT_BLUE, SILVER, WIDTH
from analysis.figures.survey import Drawing, draw_bars
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import ssi
from tests.figures.canvas import drawn_texts, notes, places
from tests.figures.texts import unreadable, watermarks
from tests.ssi import Basis

ITEMS = [
    name
    for name, item in ssi.codebook().items.items()
    if item.kind == "figure" and item.form in ("single_choice", "multiple_response")
]
every_item = pytest.mark.parametrize("name", ITEMS)
every_lang = pytest.mark.parametrize("lang", LANGS)
SPACE = "\N{NO-BREAK SPACE}"


@functools.cache
def released(basis: Basis) -> Released:
    return Released(ssi.estimates(basis))


@functools.cache
def controlled() -> Released:
    return Released(withhold(ssi.estimates("collected"), ssi.codebook(), ssi.wave("collected")))


def draw(name: str, basis: Basis = "collected", lang: Lang = "en", rows: Released | None = None) -> Drawing:
    return draw_bars(rows or released(basis), ssi.published(), ssi.codebook(), ssi.wave(basis), lang, name)


def bars(axis: Axes) -> dict[float, Rectangle]:
    """Return the bars by the height they stand at, from the top."""
    found = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    return {round(bar.get_y() + bar.get_height() / 2, 6): bar for bar in sorted(found, key=lambda bar: bar.get_y())}


def lines(axis: Axes, width: float) -> list[tuple[float, float, float, float]]:
    """Return x and y of both ends of every line of a width: 2 are marks of printed numbers, 1 intervals."""
    drawn = [found for found in axis.collections if isinstance(found, LineCollection)]
    of_width = [found for found in drawn if np.atleast_1d(found.get_linewidth())[0] == width]
    segments = [np.asarray(each) for found in of_width for each in found.get_segments()]
    return [(float(a[0]), float(a[1]), float(b[0]), float(b[1])) for a, b in segments]


def at(axis: Axes, label: str) -> float:
    """Return the height of an answer's bar."""
    return next(y for words, y in places(axis).items() if words.replace("\n", " ") == label)


def test_bars_are_the_percentages_in_the_order_of_the_questionnaire() -> None:
    (axis,) = draw("figure_1").figure.axes
    of_all = [74, 41, 22, 11, 21, 8, 7, 6, 1]
    shares = [
        *(100 * k / 96 for k in of_all),
        *(100 * k / 74 for k in (41, 22, 11)),
        *(100 * k / 21 for k in (8, 7, 6)),
    ]
    found = bars(axis)
    assert [bar.get_width() for bar in found.values()] == pytest.approx(shares)
    assert {bar.get_x() for bar in found.values()} == {0}
    assert sorted(axis.get_yticks()) == pytest.approx(list(found))
    colours = [bar.get_facecolor() for bar in list(found.values())[:9]]
    expected = [BLUE, *3 * [LIGHT_BLUE], BLUE, *3 * [LIGHT_BLUE], SILVER]
    assert all(same_color(*pair) for pair in zip(colours, expected, strict=True))


def test_dont_know_stands_apart() -> None:
    (axis,) = draw("policy").figure.axes
    yes, no, unknown = bars(axis)
    assert unknown - no > no - yes + 0.05


@every_lang
def test_count_and_percentage_stand_at_the_bar(lang: Lang) -> None:
    (axis,) = draw("policy", lang=lang).figure.axes
    assert [note for note in notes(axis) if "·" in note] == (
        [f"31 · 32,3{SPACE}%", f"59 · 61,5{SPACE}%", f"6 · 6,3{SPACE}%"]
        if lang == "da"
        else ["31 · 32.3%", "59 · 61.5%", "6 · 6.3%"]
    )


def test_nobody_is_a_number_too() -> None:
    (axis,) = draw("roles").figure.axes
    assert [note for note in notes(axis) if note.startswith("0 ·")] == ["0 · 0.0%"]
    height = at(axis, "Dentist")
    assert bars(axis)[round(height, 6)].get_width() == 0
    assert any(x == 0 and low < height < high for x, low, _, high in lines(axis, 0.8))


def test_the_thin_line_is_what_the_missing_could_change() -> None:
    (axis,) = draw("roles").figure.axes
    height = at(axis, "Manager")
    (ends,) = [[x0, x1] for x0, y0, x1, y1 in lines(axis, 1) if y0 == y1 == pytest.approx(height)]
    # Of 98 municipalities 14 to 16 may be, whatever the two that are missing say.
    assert ends == pytest.approx([100 * 14 / 98, 100 * 16 / 98])


def test_where_all_answered_there_is_no_thin_line() -> None:
    estimates = ssi.estimates("collected")
    point = estimates.assign(low=estimates["value"], high=estimates["value"])
    drawing = draw("roles", rows=Released(point))
    assert lines(drawing.figure.axes[0], 1) == []
    assert "Thin line" not in " ".join(text for text, _ in drawn_texts(drawing.figure))


def test_every_different_printed_number_is_marked_on_its_bar() -> None:
    (axis,) = draw("figure_1").figure.axes
    # The fourth row of all: print has 11 (11 %) in the text and 1 in the figure.
    y = sorted(axis.get_yticks())[3]
    marked = [x for x, y0, _, y1 in lines(axis, 2) if y0 < y < y1]
    assert marked == pytest.approx([100 / 96, 11])
    assert "Printed in the report" in [text for text, _ in drawn_texts(draw("figure_1").figure)]


def test_without_printed_numbers_nothing_speaks_of_print() -> None:
    drawing = draw_bars(
        released("collected"), ssi.published().iloc[:0], ssi.codebook(), ssi.wave("collected"), "en", "policy"
    )
    assert lines(drawing.figure.axes[0], 2) == []
    assert "rinted" not in drawing.alt.replace("(wording not printed)", "")
    assert "Printed in the report" not in [text for text, _ in drawn_texts(drawing.figure)]


def test_what_print_leaves_open_is_hatched_and_has_no_value() -> None:
    drawing = draw("policy", "reconstructed")
    (axis,) = drawing.figure.axes
    yes, no, unknown = bars(axis).values()
    for bar in (yes, unknown):
        assert bar.get_hatch()
        assert same_color(bar.get_facecolor(), "white")
        assert [bar.get_x(), bar.get_width()] == pytest.approx([0, 100 * 37 / 96])
    assert not no.get_hatch()
    assert "0–37 · 0.0–38.5%" in notes(axis)
    # 31 answered yes in the draw: that is no finding.
    everything = " ".join([drawing.alt, *(text for text, _ in drawn_texts(drawing.figure))])
    assert "31" not in everything
    assert "32.3" not in everything
    assert drawing.state.status == "partly"


def test_a_range_that_does_not_begin_at_nought_is_hatched_from_where_it_begins() -> None:
    estimates = ssi.estimates()
    chosen = (estimates["variable"] == "policy") & (estimates["category"] == "yes")
    estimates.loc[chosen & (estimates["statistic"] == "percent"), "identified_low"] = 10.0
    bar, *_ = bars(draw("policy", "reconstructed", rows=Released(estimates)).figure.axes[0]).values()
    assert [bar.get_x(), bar.get_x() + bar.get_width()] == pytest.approx([10, 100 * 37 / 96])


def test_what_is_withheld_has_neither_bar_nor_number() -> None:
    drawing = draw("roles", rows=controlled())
    (axis,) = drawing.figure.axes
    for label in ("Doctor", "Health visitor"):
        assert round(at(axis, label), 6) not in bars(axis)
        assert not [x for x, y0, _, y1 in lines(axis, 1) if y0 <= at(axis, label) <= y1]
    assert len(bars(axis)) == 9
    assert "withheld" in notes(axis)
    assert "Doctor: withheld" in drawing.alt
    hidden = drawing.data[drawing.data["category"].isin(["doctor", "health_visitor"])]
    assert hidden[["value", "low", "high", "base"]].isna().all(axis=None)
    assert drawing.state.status == "partly"


def test_the_rows_drawn_are_those_by_the_declared_method() -> None:
    data = draw("halt").data
    assert set(data["method"]) == {"counted", WORST_CASE}
    assert data["category"].to_list() == ["", *np.repeat(["yes", "no", "dont_know"], 2)]


@pytest.mark.parametrize("basis", ["collected", "reconstructed"])
@every_lang
def test_only_a_reconstruction_says_that_it_is_one(basis: Basis, lang: Lang) -> None:
    drawing = draw("figure_1", basis, lang)
    built = basis == "reconstructed"
    line = {"da": "REKONSTRUERET – IKKE INDSAMLEDE SVAR", "en": "RECONSTRUCTED – NOT COLLECTED ANSWERS"}[lang]
    texts = [text for text, _ in drawn_texts(drawing.figure)]
    assert (line in texts) is built
    assert set(watermarks(drawing.figure)) == ({line.replace(" – ", "\n")} if built else set())
    assert drawing.alt.startswith({"da": "Rekonstrueret", "en": "Reconstructed"}[lang]) is built


@every_item
def test_every_text_can_be_read(name: str) -> None:
    drawings = [draw(name, "reconstructed", lang) for lang in LANGS] + [draw(name, "collected", rows=controlled())]
    for drawing in drawings:
        assert unreadable(drawing.figure) == []
        assert drawing.figure.get_figwidth() == WIDTH


@every_item
@every_lang
def test_question_n_and_every_number_are_on_the_figure_and_in_its_alt_text(name: str, lang: Lang) -> None:
    drawing = draw(name, "reconstructed", lang)
    texts = " ".join(" ".join(text.split()) for text, _ in drawn_texts(drawing.figure))
    book = ssi.codebook()
    for variable in book.items[name].variables:
        asked = book.variables[variable].ask
        assert asked is not None
        for where in (texts, drawing.alt):
            assert asked[lang] in where
    whole = drawing.data[drawing.data["group"] == "all"]
    for n in set(whole.loc[whole["statistic"] == "base", "value"]):
        assert f"n = {n:.0f} (" in texts
    for count in drawing.data.loc[drawing.data["statistic"] == "count", "value"].dropna():
        assert re.search(rf"(^|\s){count:.0f} ·", texts)
        assert re.search(rf"\s{count:.0f} ·", drawing.alt)


def test_questions_of_different_bases_each_say_their_own() -> None:
    texts = [" ".join(text.split()) for text, _ in drawn_texts(draw("cooperation").figure)]
    assert "n and base stand at each question." in texts
    assert sum(text.startswith("n = 62 (") for text in texts) == 1
    assert sum(text.startswith("n = 95 (") for text in texts) == 1


@every_lang
def test_a_figure_without_answers_is_a_frame_that_says_why(lang: Lang) -> None:
    drawing = draw("infection_control_lead", "reconstructed", lang, Released(ssi.estimates().iloc[:0]))
    why = {"da": "De trykte tal siger intet", "en": "The printed numbers say nothing"}[lang]
    assert drawing.state.status == "not_drawn"
    assert drawing.state.reason.startswith(why)
    assert any(text.startswith(why) for text, _ in drawn_texts(drawing.figure))
    assert drawing.alt.count(why) == 2
    assert unreadable(drawing.figure) == []
    assert bars(drawing.figure.axes[0]) == {}
    assert watermarks(drawing.figure)


def test_a_question_without_answers_does_not_take_the_others_along() -> None:
    estimates = ssi.estimates()
    drawing = draw("cooperation", "reconstructed", rows=Released(estimates[estimates["variable"] != "cooperation"]))
    assert drawing.state.status == "partly"
    assert "Cooperation with other municipalities: The printed numbers say nothing" in drawing.state.reason
    assert len(bars(drawing.figure.axes[0])) == 3
    assert unreadable(drawing.figure) == []


def test_another_waves_estimates_are_not_drawn() -> None:
    estimates = ssi.estimates()
    both = pd.concat([estimates.assign(wave=2020, value=1.0), estimates])
    pd.testing.assert_frame_equal(
        draw("halt", "reconstructed", rows=Released(both)).data, draw("halt", "reconstructed").data
    )
