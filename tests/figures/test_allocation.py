"""Each picture shows what it is given, where its labels say, and nothing is cut off."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox

from analysis.codebook import what_if
from analysis.figures.allocation import draw_amounts, draw_register_days, draw_rules
from analysis.figures.allocation_map import draw_map
from analysis.lang import LANGS, Lang, format_day, format_number, text
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


def outside(figure: Figure, texts: list[tuple[str, Bbox]]) -> list[str]:
    """Return the texts that are cut off."""
    width, height = figure.bbox.width, figure.bbox.height
    return [text for text, box in texts if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


def overlapping(texts: list[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    """Return the pairs of texts of which one lies upon the other, by more than a pixel."""
    return [
        (first, second)
        for (first, a), (second, b) in combinations(texts, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


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


@every_lang
def test_bars_without_print_have_no_marks_no_key_and_no_word_of_them(lang: Lang) -> None:
    printed = dalarna.published()
    for rest in (printed.iloc[:0], printed[printed["item"] == "text"]):
        figure, alt = draw_amounts(released("printed"), rest, dalarna.codebook(), dalarna.wave(), lang)
        assert points(figure.axes[0]) == []
        assert figure.axes[0].get_legend() is None
        with_print = DRAW["amounts"](released("printed"), lang)[1]
        assert with_print.startswith(alt)
        assert {"da": "trykt", "en": "printed"}[lang] not in alt
        assert {"da": "trykt", "en": "printed"}[lang] in with_print


@every_export
def test_alt_text_of_the_bars_names_the_largest_and_the_smallest(export: str) -> None:
    _, alt = DRAW["amounts"](released(export), "en")
    amounts = amounts_of(EXPORTS[export])
    by_amount = sorted(amounts, key=amounts.__getitem__)
    assert f"largest is {by_amount[-1]} with {format_number(amounts[by_amount[-1]], 'en', 'amount')}" in alt
    assert f"smallest {by_amount[0]} with {format_number(amounts[by_amount[0]], 'en', 'amount')}" in alt
    assert not re.search(r"\d+ of \d+", alt), "the verdicts are counted elsewhere"


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


# Nearly alike, so that every circle is nearly the largest.
ALIKE = {name: 19_000 + place for place, name in enumerate(dalarna.TABLE)}


@pytest.mark.parametrize("inhabitants", [dalarna.INHABITANTS, SWAPPED, ALIKE], ids=["printed", "swapped", "alike"])
def test_no_circle_covers_a_smaller_one(inhabitants: dict[str, int]) -> None:
    figure, _ = DRAW["cost_map"](dalarna.released(dalarna.shared_out(inhabitants)), "en")
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    circles = circles_of(figure)
    covered = [
        (below, above)
        for below, above in combinations(range(len(circles)), 2)
        if circles[below][2] < circles[above][2]
        and math.dist(circles[below][:2], circles[above][:2]) < circles[below][2] + circles[above][2]
    ]
    assert covered == []


def circles_of(figure: Figure) -> list[tuple[float, float, float]]:
    """Return centre and radius of every circle, in pixels, in the order they are drawn."""
    (axis,) = figure.axes
    found = []
    for mark, (spot,) in points(axis):
        x, y = axis.transData.transform(spot)
        found.append((float(x), float(y), math.sqrt(float(mark.get_sizes()[0])) / 2 * figure.dpi / 72))
    return found


@every_export
@every_lang
def test_labels_of_the_map_keep_clear_of_each_other_and_of_all_circles(export: str, lang: Lang) -> None:
    figure, _ = DRAW["cost_map"](released(export), lang)
    names = tuple(f"{name}\n" for name in dalarna.TABLE)
    labels = [(text, box) for text, box in drawn_texts(figure) if text.startswith(names)]
    assert len(labels) == 15
    on_circles = [
        (text, round(x), round(y))
        for text, box in labels
        for x, y, radius in circles_of(figure)
        if math.hypot(max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1)) < radius - 1
    ]
    assert overlapping(labels) == []
    assert on_circles == []


@every_export
def test_every_label_of_the_map_stands_beside_its_own_circle(export: str) -> None:
    figure, _ = DRAW["cost_map"](released(export), "en")
    boxes = dict(drawn_texts(figure))
    (axis,) = figure.axes
    for label, spot in notes(axis).items():
        x, y = axis.transData.transform(spot)
        box = boxes[label]
        (radius,) = (r for cx, cy, r in circles_of(figure) if math.dist((x, y), (cx, cy)) < 0.1)
        gap = math.hypot(max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1)) - radius
        assert 0 < gap < 6


def test_alt_text_of_the_map_names_the_largest() -> None:
    _, alt = DRAW["cost_map"](released("swapped"), "en")
    amounts = amounts_of(SWAPPED)
    for name in sorted(amounts, key=amounts.__getitem__)[-5:]:
        assert f"{name} {format_number(amounts[name], 'en', 'amount')}" in alt


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
    # At the largest municipality for shares, at the smallest for prices: there the marks lie furthest apart.
    for axis, end in ((share, max), (per_head, min)):
        named = [notes(axis)[label] for label in ("by population", "mixed", "equal parts")]
        assert named == [end(marks, key=lambda mark: mark[1]) for _, marks in points(axis)]


@every_lang
def test_the_mixed_rule_says_what_it_mixes(lang: Lang) -> None:
    for part in (0.5, 0.25):
        rows = Released(dalarna.estimates(equal_part=part))
        figure, _ = draw_rules(rows, dalarna.codebook(), dalarna.wave(), lang)
        assert any(format_number(part * 100, lang, "percent") in text.get_text() for text in figure.texts)


@every_lang
@pytest.mark.parametrize("item", ["amounts", "rules", "register_days"])
def test_ticks_are_numbers_without_a_unit(item: str, lang: Lang) -> None:
    figure, _ = DRAW[item](released("printed"), lang)
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    for axis in figure.axes:
        shown = [label.get_text() for label in axis.get_xticklabels()]
        assert len(shown) > 2
        assert [label for label in shown if not re.fullmatch(rf"[+{MINUS}]?\d{{1,3}}([.,]\d{{3}})*", label)] == []


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


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.4, "0 kr"), (-0.4, "0 kr"), (0.5, "+1 kr"), (0.6, "+1 kr"), (-0.6, f"{MINUS}1 kr")],
)
def test_a_change_has_a_sign_unless_it_rounds_to_nothing(value: float, shown: str) -> None:
    estimates = dalarna.estimates()
    change = (estimates["variable"] == "amount_change") & (estimates["group"] == "municipality:Orsa")
    estimates.loc[change, "value"] = value
    figure, _ = DRAW["register_days"](Released(estimates), "en")
    labels = {note.get_text().replace("\N{NO-BREAK SPACE}", " ") for note in figure.axes[0].texts}
    assert shown in labels


@every_lang
@pytest.mark.parametrize("item", ["rules", "register_days", "amounts"])
def test_a_what_if_says_so_below_the_figure_and_has_room_for_it(item: str, lang: Lang) -> None:
    wave = what_if(dalarna.wave(), {"cost": 600_000, "population": 300_000})
    rows = Released(dalarna.estimates(cost=600_000))
    draw: dict[str, Callable[[], tuple[Figure, str]]] = {
        "rules": lambda: draw_rules(rows, dalarna.codebook(), wave, lang),
        "register_days": lambda: draw_register_days(rows, dalarna.codebook(), wave, lang),
        "amounts": lambda: draw_amounts(rows, dalarna.published(), dalarna.codebook(), wave, lang),
    }
    figure, _ = draw[item]()
    assert "cost = 600000, population = 300000" in " ".join(" ".join(t.get_text() for t in figure.texts).split())
    texts = drawn_texts(figure)
    assert outside(figure, texts) == []
    assert overlapping(texts) == []


@every_lang
def test_a_figure_names_every_basis_it_rests_on(lang: Lang) -> None:
    for item, bases in (("amounts", ["published"]), ("register_days", ["published", "register"])):
        figure, _ = DRAW[item](released("printed"), lang)
        told = " ".join(text.get_text() for text in figure.texts)
        assert f": {', '.join(text(f'basis.{basis}', lang) for basis in bases)}. " in told


@every_lang
def test_the_last_day_of_the_register_is_told(lang: Lang) -> None:
    figure, _ = DRAW["register_days"](released("printed"), lang)
    assert any(format_day("2019-12-31", lang) in text.get_text() for text in figure.texts)


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
    assert len(texts) > 15
    assert outside(figure, texts) == []
    assert overlapping(texts) == []
