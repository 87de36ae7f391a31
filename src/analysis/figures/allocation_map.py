"""The amounts of a cost-sharing agreement on the map."""

from __future__ import annotations

import math
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from analysis.codebook import Codebook, Wave
from analysis.figures.allocation import agreement_frame, by_name
from analysis.figures.style import BLUE, GREY, PALE, look
from analysis.lang import Lang, format_number, text
from analysis.places import Boundaries
from analysis.release import Released

Point = tuple[float, float]

_LARGEST_CIRCLE = 1500  # square points
_POINTS = 72


def draw_map(
    released: Released, boundaries: Boundaries, codebook: Codebook, wave: Wave, lang: Lang
) -> tuple[Figure, str]:
    """Draw the amounts on the map, as circles whose area is the amount (a filled area would show the land instead).

    Returns
    -------
    tuple
        The figure and its alt text.
    """
    amounts = by_name(released.cell("table_1", "amount"))
    with look():
        figure, (axis,) = agreement_frame(
            "cost_map", released, codebook, wave, lang, height=8.2, also=text("figure.boundaries", lang)
        )
        centres = {}
        for name, rings in boundaries.rings.items():
            for ring in rings:
                axis.add_patch(Polygon(ring, facecolor=PALE, edgecolor="white", linewidth=1.2))
            centres[name] = _centre(max(rings, key=lambda ring: abs(_signed_area(ring))))
        areas = amounts / amounts.max() * _LARGEST_CIRCLE
        # Largest first, so that no circle hides a smaller one.
        for name in amounts.sort_values(ascending=False).index:
            axis.scatter(*centres[name], s=areas[name], color=BLUE, edgecolor="white")
        axis.set_title(text("figure.map_key", lang), fontweight="normal", color=GREY)
        axis.set_aspect(1 / math.cos(math.radians(sum(y for _, y in centres.values()) / len(centres))))
        axis.autoscale_view()
        axis.set_axis_off()
        # Lengths on paper are known once the layout is.
        figure.draw_without_rendering()
        taken = [_circle(axis, centres[name], areas[name], figure.dpi) for name in amounts.index]
        # Smallest first: a label finds room beside a large circle more easily than beside a small one among others.
        for name in amounts.sort_values().index:
            label = f"{name}\n{format_number(amounts[name], lang, 'amount', unit=False)}"
            taken.append(_place_label(axis, label, centres[name], areas[name], taken))
    alt = text(
        "figure.map_alt",
        lang,
        n=len(amounts),
        amounts="; ".join(
            f"{name} {format_number(amount, lang, 'amount')}" for name, amount in amounts.nlargest(5).items()
        ),
    )
    return figure, alt


def _circle(axis: Axes, centre: Point, area: float, dpi: float) -> Bbox:
    """Return the box of a circle, in pixels; `area` is the square of its diameter, in points."""
    x, y = axis.transData.transform(centre)
    radius = math.sqrt(area) / 2 * dpi / _POINTS
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _place_label(axis: Axes, label: str, centre: Point, area: float, taken: list[Bbox]) -> Bbox:
    """Write a label beside its circle where least is in the way, below if it can be; return its box, in pixels."""
    away = math.sqrt(area) / 2 + 2
    sides = (
        (0.0, -away, "center", "top"),
        (0.0, away, "center", "bottom"),
        (away, 0.0, "left", "center"),
        (-away, 0.0, "right", "center"),
    )
    tried = []
    for dx, dy, horizontal, vertical in sides:
        note = axis.annotate(
            label, centre, (dx, dy), textcoords="offset points", ha=horizontal, va=vertical, fontsize=8,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip
        box = note.get_window_extent()
        overlap = sum(_shared_area(box, other) for other in taken)
        tried.append((overlap, note, box))
    best = min(tried, key=lambda attempt: attempt[0])
    for attempt in tried:
        if attempt is not best:
            attempt[1].remove()
    return best[2]


def _shared_area(box: Bbox, other: Bbox) -> float:
    shared = Bbox.intersection(box, other)
    return 0.0 if shared is None else float(shared.width * shared.height)


def _signed_area(ring: list[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]])) / 2


def _centre(ring: list[Point]) -> Point:
    """Return the centroid of a polygon (shoelace formula)."""
    area = _signed_area(ring)
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise([*ring, ring[0]])]
    x = sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (6 * area)
    return x, y
