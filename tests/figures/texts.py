"""Which texts of a survey's figure cannot be read; its watermark lies across the others on purpose."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.figures.style import WATERMARK
from tests.figures.canvas import drawn_texts


def watermarks(figure: Figure) -> list[str]:
    """Return the watermark of each axes, as often as it stands there."""
    return [text.get_text() for axis in figure.axes for text in axis.texts if text.get_gid() == WATERMARK]


def unreadable(figure: Figure) -> list[tuple[str, ...]]:
    """Return the texts that are cut off, and the pairs of which one lies upon the other by more than a pixel."""
    marks = set(watermarks(figure))
    texts = [(text, box) for text, box in drawn_texts(figure) if text not in marks]
    width, height = figure.bbox.width, figure.bbox.height
    cut_off = [(text,) for text, box in texts if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    return cut_off + [(first, second) for (first, a), (second, b) in combinations(texts, 2) if _overlap(a, b)]


def _overlap(a: Bbox, b: Bbox) -> bool:
    return bool(min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1)
