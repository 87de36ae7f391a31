"""Scales: both sides from one line, what stands beside from its own, and no part of a bar surer than print is."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from analysis.disclosure import withhold
from analysis.errors import AnalysisError
from analysis.figures.answers import Shown
from analysis.figures.scale import Piece, draw_scale, pieces
from analysis.figures.style import BLUE, LIGHT_BLUE, ORANGE, SILVER
from analysis.figures.survey import Drawing
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import ssi
from tests.figures.canvas import drawn_texts, notes
from tests.figures.texts import unreadable, watermarks
from tests.ssi import Basis

ITEMS = ["figure_2", "figure_6", "figure_7"]
every_item = pytest.mark.parametrize("name", ITEMS)
every_lang = pytest.mark.parametrize("lang", LANGS)


@functools.cache
def released(basis: Basis) -> Released:
    return Released(ssi.estimates(basis))


@functools.cache
def controlled() -> Released:
    return Released(withhold(ssi.estimates("collected"), ssi.codebook(), ssi.wave("collected")))


def draw(name: str, basis: Basis = "collected", lang: Lang = "en", rows: Released | None = None) -> Drawing:
    return draw_scale(rows or released(basis), ssi.published(), ssi.codebook(), ssi.wave(basis), lang, name)


def row(axis: Axes, place: int) -> list[Rectangle]:
    """Return the bars of a statement, counted from the top, from the left to the right."""
    found = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    heights = sorted({round(bar.get_y(), 6) for bar in found})
    return sorted((bar for bar in found if round(bar.get_y(), 6) == heights[place]), key=ends)


def ends(bar: Rectangle) -> tuple[float, float]:
    """Return where a bar begins and ends, from the left to the right."""
    left, right = sorted([bar.get_x(), bar.get_x() + bar.get_width()])
    return round(left, 6), round(right, 6)


def part(count: int, base: int = 74) -> float:
    return round(100 * count / base, 6)


def shown(low: float, high: float) -> Shown:
    return Shown("percent", low) if low == high else Shown("percent", None, low, high)


def test_sides_lie_on_both_sides_of_nought_and_what_is_strongest_outside() -> None:
    (axis,) = draw("figure_2").figure.axes
    # Given priority …: 10 and 28 agree, 14 neither, 13 and 7 disagree, 2 don't know, of 74.
    bars = row(axis, 4)
    assert [ends(bar) for bar in bars[:4]] == [
        (-part(20), -part(13)), (-part(13), 0), (0, part(28)), (part(28), part(38)),
    ]  # fmt: skip
    assert same_color(bars[2].get_facecolor(), LIGHT_BLUE)
    neither, unknown = bars[4:]
    assert [round(bar.get_width(), 6) for bar in (neither, unknown)] == [part(14), part(2)]
    assert all(same_color(bar.get_facecolor(), SILVER) for bar in (neither, unknown))
    # Beside, each from a line of its own that is the same in every row.
    starts = [{ends(row(axis, place)[-which])[0] for place in range(5)} for which in (1, 2)]
    assert [len(each) for each in starts] == [1, 1]
    assert min(starts[1]) > part(68)
    assert min(starts[0]) > min(starts[1]) + part(14)


def test_totals_stand_at_the_ends_and_shares_in_parts_that_are_wide_enough() -> None:
    (axis,) = draw("figure_2").figure.axes
    for total in ("68\n91.9%", "38\n51.4%", "20\n27.0%", "14\n18.9%"):
        assert total in notes(axis)
    inside = {text.get_text() for text in axis.texts}
    assert {"59.5%", "32.4%", "43.2%"} <= inside
    assert "4.1%" not in inside  # 3 of 74 is too narrow


def test_a_total_that_is_known_is_solid_and_its_split_hatched_where_it_is_open() -> None:
    drawing = draw("figure_2", "reconstructed")
    (axis,) = drawing.figure.axes
    disagree, agree, neither, unknown = row(axis, 0)
    assert ends(agree) == (0, part(68))
    assert agree.get_hatch()
    assert same_color(agree.get_facecolor(), BLUE)
    for bar, side in ((disagree, -1), (neither, 1), (unknown, 1)):
        assert bar.get_hatch()
        assert same_color(bar.get_facecolor(), "white")
        assert round(abs(bar.get_width()), 6) == part(6)
        assert side > 0 or ends(bar) == (-part(6), 0)
    assert "68\n91.9%" in notes(axis)
    assert "0–6\n0.0–8.1%" in notes(axis)
    disagree, agree, *_ = row(axis, 4)
    assert (ends(disagree), ends(agree)) == ((-part(20), 0), (0, part(38)))
    assert same_color(disagree.get_facecolor(), ORANGE)
    split = "Split: Fully agree 0–68 · Partly agree 0–68 · Partly disagree 0–6 · Fully disagree 0–6"
    assert split in [text.replace("\N{NO-BREAK SPACE}", " ") for text, _ in drawn_texts(drawing.figure)]
    # 44 agreed fully in the draw: that is no finding.
    assert not any("44" in text or "59.5" in text for text, _ in drawn_texts(drawing.figure))
    assert drawing.state.status == "partly"


def test_what_is_withheld_has_no_bar_and_its_side_no_parts() -> None:
    drawing = draw("figure_2", rows=controlled())
    (axis,) = drawing.figure.axes
    # Of the first statement the 2 who partly disagree are withheld, with them their side and the one don't know.
    bars = row(axis, 0)
    assert [ends(bar) for bar in bars[:2]] == [(0, part(24)), (part(24), part(68))]
    assert len(bars) == 3
    texts = [text.replace("\N{NO-BREAK SPACE}", " ") for text, _ in drawn_texts(drawing.figure)]
    assert "Split: Partly disagree withheld · Fully disagree 0" in texts
    assert "Don't know: withheld" in drawing.alt


@every_item
def test_every_text_can_be_read(name: str) -> None:
    drawings = [draw(name, "reconstructed", lang) for lang in LANGS]
    drawings += [draw(name, "collected", "da"), draw(name, "collected", rows=controlled())]
    for drawing in drawings:
        assert unreadable(drawing.figure) == []


@every_lang
def test_a_reconstruction_says_so_across_the_figure(lang: Lang) -> None:
    mark = {"da": "REKONSTRUERET\nIKKE INDSAMLEDE SVAR", "en": "RECONSTRUCTED\nNOT COLLECTED ANSWERS"}[lang]
    built, collected = draw("figure_2", "reconstructed", lang), draw("figure_2", "collected", lang)
    assert set(watermarks(built.figure)) == {mark}
    assert len(watermarks(built.figure)) > 1  # it is high: a picture of half of it has one too
    assert mark.replace("\n", " – ") in [text for text, _ in drawn_texts(built.figure)]
    assert watermarks(collected.figure) == []


@every_item
@every_lang
def test_statements_n_and_totals_are_on_the_figure_and_in_its_alt_text(name: str, lang: Lang) -> None:
    drawing = draw(name, "reconstructed", lang)
    texts = " ".join(" ".join(text.split()) for text, _ in drawn_texts(drawing.figure))
    book = ssi.codebook()
    for variable in book.items[name].variables:
        asked = book.variables[variable].ask
        assert asked is not None
        statement = asked[lang].rpartition(" - ")[2][1:]
        assert statement in texts
        assert statement in drawing.alt
    assert ("n = 74 (" if name == "figure_2" else "n = 96 (") in texts
    agree = drawing.data[(drawing.data["category"] == "agree") & (drawing.data["statistic"] == "count")]
    for count in agree["value"]:
        assert f"{count:.0f} " in texts
        assert f": {count:.0f} · " in drawing.alt


def test_the_key_names_the_shades_that_are_there() -> None:
    shades = {"Fully agree", "Partly agree", "Partly disagree", "Fully disagree"}
    assert shades <= {text for text, _ in drawn_texts(draw("figure_2").figure)}
    built = {text for text, _ in drawn_texts(draw("figure_2", "reconstructed").figure)}
    assert shades.isdisjoint(built)
    assert "Known in all, its split left open" in built


@every_lang
def test_a_figure_without_answers_is_a_frame_that_says_why(lang: Lang) -> None:
    drawing = draw("figure_2", "collected", lang, Released(ssi.estimates().iloc[:0]))
    assert drawing.state.status == "not_drawn"
    assert list(drawing.figure.axes[0].patches) == []
    assert drawing.state.reason in [text for text, _ in drawn_texts(drawing.figure)]
    assert unreadable(drawing.figure) == []


def test_a_statement_without_answers_does_not_take_the_others_along() -> None:
    estimates = ssi.estimates()
    drawing = draw("figure_2", "reconstructed", rows=Released(estimates[estimates["variable"] != "communication"]))
    assert len({round(bar.get_y(), 6) for bar in drawing.figure.axes[0].patches}) == 4  # type: ignore[attr-defined]
    assert "The printed numbers say nothing about this question." in [text for text, _ in drawn_texts(drawing.figure)]
    assert unreadable(drawing.figure) == []


def test_questions_without_sides_are_refused() -> None:
    with pytest.raises(AnalysisError, match="policy is drawn as a scale, but"):
        draw("policy")


def test_given_answers_are_parts_one_after_the_other() -> None:
    assert pieces(shown(90, 90), [shown(30, 30), shown(60, 60)]) == [Piece(0, 30, 0), Piece(30, 90, 1)]
    assert pieces(shown(90, 90), [shown(0, 0), shown(90, 90)]) == [Piece(0, 90, 1)]


def test_an_open_split_is_certain_only_where_every_way_agrees() -> None:
    assert pieces(shown(90, 90), [shown(0, 90), shown(0, 90)]) == [Piece(0, 90, None)]
    assert pieces(shown(90, 90), [shown(30, 50), shown(40, 60)]) == [
        Piece(0, 30, 0), Piece(30, 50, None), Piece(50, 90, 1),
    ]  # fmt: skip
    # What the one must at least be leaves the other no more.
    assert pieces(shown(90, 90), [shown(0, 90), shown(60, 90)]) == [Piece(0, 30, None), Piece(30, 90, 1)]


@given(st.data())
def test_no_piece_is_surer_than_any_way_that_agrees(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 30), min_size=1, max_size=4))
    ranges = [(max(0, k - data.draw(st.integers(0, 9))), k + data.draw(st.integers(0, 9))) for k in counts]
    total = sum(counts)
    found = pieces(shown(total, total), [shown(*ends) for ends in ranges])
    assert [piece.low for piece in found[1:]] == [piece.high for piece in found[:-1]]
    assert (found[0].low, found[-1].high) == (0, total) if total else found == []
    for piece in found:
        if piece.member is not None:
            start = sum(counts[: piece.member])
            assert start <= piece.low < piece.high <= start + counts[piece.member]
