"""Each picture shows what it is given, where its labels say, and nothing is cut off."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.path import Path as Outline

from analysis.figures.allocation import draw_amounts, draw_map, draw_register_days, draw_rules
from analysis.lang import LANGS, Lang, format_number
from analysis.release import Released
from tests import dalarna
from tests.figures.canvas import drawn_texts, notes, places, points, shape

MINUS = "\N{MINUS SIGN}"
# The populations handed round by one: nobody keeps his own.
SWAPPED = dict(
    zip(dalarna.TABLE, [*list(dalarna.INHABITANTS.values())[1:], dalarna.INHABITANTS["Avesta"]], strict=True)
)
EXPORTS = {"printed": dalarna.INHABITANTS, "swapped": SWAPPED}
Draw = Callable[[Released, Lang], tuple[Figure, str]]
DRAW: dict[str, Draw] = {
    "amounts": lambda released, lang: draw_amounts(
        released, dalarna.published(), dalarna.codebook(), dalarna.wave(), lang
    ),
    "cost_map": lambda released, lang: draw_map(
        released, dalarna.boundaries(), dalarna.codebook(), dalarna.wave(), lang
    ),
    "rules": lambda released, lang: draw_rules(released, dalarna.codebook(), dalarna.wave(), lang),
    "register_days": lambda released, lang: draw_register_days(released, dalarna.codebook(), dalarna.wave(), lang),
}
every_figure = pytest.mark.parametrize("item", DRAW)
every_lang = pytest.mark.parametrize("lang", LANGS)
every_export = pytest.mark.parametrize("export", EXPORTS)


@functools.cache
def released(export: str) -> Released:
    return dalarna.released(dalarna.shared_out(EXPORTS[export]))


def amounts_of(inhabitants: dict[str, int]) -> dict[str, int]:
    total = sum(inhabitants.values())
    return {name: (2 * dalarna.COST * n + total) // (2 * total) for name, n in inhabitants.items()}


@every_export
def test_bars_are_the_amounts_under_their_names(export: str) -> None:
    figure, _ = DRAW["amounts"](released(export), "en")
    (axis,) = figure.axes
    by_height = {bar.get_y() + bar.get_height() / 2: bar.get_width() for bar in axis.patches}  # type: ignore[attr-defined]
    drawn = {name: by_height[height] for name, height in places(axis).items()}
    assert drawn == amounts_of(EXPORTS[export])
    assert [drawn[name] for name in sorted(drawn, key=lambda name: places(axis)[name])] == sorted(drawn.values())
    assert {bar.get_x() for bar in axis.patches} == {0}  # type: ignore[attr-defined]


@every_export
def test_printed_marks_stand_at_their_own_bars(export: str) -> None:
    figure, _ = DRAW["amounts"](released(export), "en")
    (axis,) = figure.axes
    ((_, marks),) = points(axis)
    assert {name: (dalarna.AMOUNTS[name], height) for name, height in places(axis).items()} == {
        name: next(mark for mark in marks if mark[1] == height) for name, height in places(axis).items()
    }
    assert len(marks) == 15


@every_export
@every_lang
def test_bars_are_labelled_with_their_own_amount_and_share(export: str, lang: Lang) -> None:
    figure, _ = DRAW["amounts"](released(export), lang)
    (axis,) = figure.axes
    inhabitants = EXPORTS[export]
    for name, amount in amounts_of(inhabitants).items():
        share = (2000 * inhabitants[name] + dalarna.TOTAL) // (2 * dalarna.TOTAL) / 10
        label = f"{format_number(amount, lang, 'amount')} · {format_number(share, lang, 'percent')}"
        found = [note for note in axis.texts if note.get_text() == label]
        assert (amount, name) in [note.xy for note in found]  # type: ignore[attr-defined]


def test_bars_without_print_have_no_marks_and_no_key() -> None:
    figure, alt = draw_amounts(
        released("printed"), dalarna.published().iloc[:0], dalarna.codebook(), dalarna.wave(), "en"
    )
    assert points(figure.axes[0]) == []
    assert figure.axes[0].get_legend() is None
    assert "0 of 0" not in alt


def test_alt_text_counts_the_printed_amounts_that_agree() -> None:
    assert "15 of 15" in DRAW["amounts"](released("printed"), "en")[1]
    moved = amounts_of(SWAPPED)
    agreeing = sum(moved[name] == amount for name, amount in dalarna.AMOUNTS.items())
    assert f"{agreeing} of 15" in DRAW["amounts"](released("swapped"), "en")[1]


@every_export
def test_circles_lie_in_their_municipality_and_their_area_is_the_amount(export: str) -> None:
    figure, _ = DRAW["cost_map"](released(export), "en")
    (axis,) = figure.axes
    amounts = amounts_of(EXPORTS[export])
    at = {spot[0]: float(mark.get_sizes()[0]) for mark, spot in points(axis)}
    labels = {label.split("\n")[0]: (label, spot) for label, spot in notes(axis).items()}
    assert set(labels) == set(dalarna.TABLE)
    for name, (label, spot) in labels.items():
        assert label == f"{name}\n{amounts[name]:,}"
        assert at[spot] / at[labels["Falun"][1]] == pytest.approx(amounts[name] / amounts["Falun"])
        assert any(Outline(ring).contains_point(spot) for ring in dalarna.boundaries().rings[name])


def test_no_circle_hides_a_smaller_one() -> None:
    figure, _ = DRAW["cost_map"](released("printed"), "en")
    sizes = [float(mark.get_sizes()[0]) for mark, _ in points(figure.axes[0])]
    assert sizes == sorted(sizes, reverse=True)


def test_the_map_draws_every_outline() -> None:
    figure, _ = DRAW["cost_map"](released("printed"), "en")
    outlines = [patch for patch in figure.axes[0].patches if isinstance(patch, Polygon)]
    assert len(outlines) == sum(map(len, dalarna.boundaries().rings.values()))


@every_export
@every_lang
def test_rules_stand_at_their_own_names_in_both_panels(export: str, lang: Lang) -> None:
    figure, _ = DRAW["rules"](released(export), lang)
    share, per_head = figure.axes
    inhabitants = EXPORTS[export]
    total = sum(inhabitants.values())
    heights = places(share)
    assert list(heights) == [
        f"{name} ({format_number(inhabitants[name], lang)})"
        for name in sorted(inhabitants, key=inhabitants.__getitem__)
    ]
    shares = {name: {"proportional": n / total, "equal": 1 / 15} for name, n in inhabitants.items()}
    for name, of_name in shares.items():
        of_name["mixed"] = (of_name["proportional"] + of_name["equal"]) / 2
        height = heights[f"{name} ({format_number(inhabitants[name], lang)})"]
        for axis, factor in ((share, 100), (per_head, dalarna.COST / inhabitants[name])):
            drawn = [x for _, marks in points(axis) for x, y in marks if y == height]
            expected = [of_name[rule] * factor for rule in ("proportional", "mixed", "equal")]
            assert drawn == pytest.approx(expected)


def test_rules_are_told_apart_by_shape_and_named_at_their_marks() -> None:
    figure, _ = DRAW["rules"](released("printed"), "en")
    share, per_head = figure.axes
    assert len({shape(mark) for mark, _ in points(share)}) == 3
    assert [shape(mark) for mark, _ in points(share)] == [shape(mark) for mark, _ in points(per_head)]
    named = [notes(share)[label] for label in ("by population", "mixed", "equal parts")]
    assert named == [max(marks, key=lambda mark: mark[1]) for _, marks in points(share)]


def changes(inhabitants: dict[str, int]) -> pd.DataFrame:
    """Return amount by these inhabitants less amount by the register's: municipality by day, computed here anew."""
    register = dalarna.register().pivot(index="name", columns="reference", values="population")
    now = pd.Series(inhabitants) / sum(inhabitants.values())
    return (-(register / register.sum())).add(now, axis="index") * dalarna.COST


@every_export
@every_lang
def test_register_days_stand_at_their_own_names(export: str, lang: Lang) -> None:
    figure, _ = DRAW["register_days"](released(export), lang)
    (axis,) = figure.axes
    expected = changes(EXPORTS[export])
    latest = expected["2019-12-31"]
    at = places(axis)
    assert set(at) == set(expected.index)
    for name, height in at.items():
        sets = [[x for x, y in marks if y == height] for _, marks in points(axis)]
        ticks, dot = [xs for xs in sets if xs]
        assert dot == [pytest.approx(latest[name])]
        assert sorted(ticks) == pytest.approx(sorted(expected.loc[name].drop("2019-12-31")))
        labels = [note.get_text() for note in axis.texts if note.xy[1] == height]  # type: ignore[attr-defined]
        value = float(latest[name])
        sign = "+" if value > 0 else MINUS
        assert labels == [f"{sign}{format_number(abs(value), lang, 'amount')}"]
    assert sorted(at, key=at.__getitem__) == list(latest.sort_values().index)


def test_register_days_tell_the_latest_by_shape_and_name_the_days() -> None:
    figure, alt = DRAW["register_days"](released("printed"), "en")
    (axis,) = figure.axes
    shapes = [shape(mark) for mark, _ in points(axis)]
    assert len(set(shapes)) == 2
    assert "31 December 2019 (dot)" in axis.get_xlabel()
    assert "31 December 2010 (ticks)" in axis.get_xlabel()
    assert "Falun by +1,565" in alt
    assert f"Borlänge by {MINUS}1,704" in alt


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    estimates = dalarna.estimates()
    change = (estimates["variable"] == "amount_change") & (estimates["group"] == "municipality:Orsa")
    estimates.loc[change, "value"] = 0.4
    figure, _ = DRAW["register_days"](Released(estimates), "en")
    labels = {note.get_text().replace("\N{NO-BREAK SPACE}", " ") for note in figure.axes[0].texts}
    assert "0 kr" in labels
    assert "+0 kr" not in labels


@every_figure
@every_lang
def test_every_figure_has_title_base_and_source(item: str, lang: Lang) -> None:
    figure, alt = DRAW[item](released("printed"), lang)
    texts = [text.get_text() for text in figure.texts]
    assert dalarna.codebook().items[item].title[lang] in texts
    assert any(text.startswith("n = 15 ") and format_number(286_546, lang) in text for text in texts)
    assert any("Region Dalarna" in text for text in texts)
    assert alt.strip()


@every_figure
@every_lang
def test_no_text_is_cut_off_and_none_covers_another(item: str, lang: Lang) -> None:
    figure, _ = DRAW[item](released("printed"), lang)
    texts = drawn_texts(figure)
    width, height = figure.bbox.width, figure.bbox.height
    assert len(texts) > 15
    assert [text for text, box in texts if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height] == []
    covered = [
        (first, second)
        for (first, a), (second, b) in combinations(texts, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    assert covered == []
