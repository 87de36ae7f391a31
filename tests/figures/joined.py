"""Whether any line of a picture leads from one printed point to another."""

from __future__ import annotations

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from analysis.figures.printed_frame import MARK
from analysis.figures.style import look

_NEAR = 2.0  # pixels


def marked(figure: Figure) -> list[tuple[float, float]]:
    """Return where the printed points stand, in pixels."""
    points = [
        (mark, mark.get_offset_transform().transform(np.asarray(mark.get_offsets())))
        for axis in figure.axes
        for mark in axis.collections
        if isinstance(mark, PathCollection) and mark.get_gid() == MARK
    ]
    return [(float(x), float(y)) for _, places in points for x, y in places]


def joined_points(figure: Figure) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the pairs of printed points that a straight piece of any line, as it is drawn, passes both of."""
    with look():
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    places = marked(figure)
    pairs = []
    for axis in figure.axes:
        for line in _lines(axis):
            for start, end in itertools.pairwise(line):
                near = [place for place in places if _distance(np.array(place), start, end) < _NEAR]
                pairs += [(first, second) for first in near for second in near if first < second]
    return pairs


def _lines(axis: Axes) -> list[np.ndarray]:
    found = [line.get_transform().transform(np.asarray(line.get_xydata())) for line in axis.lines]
    for collection in axis.collections:
        if isinstance(collection, LineCollection):
            found += [collection.get_transform().transform(np.asarray(part)) for part in collection.get_segments()]
    for note in axis.texts:
        if isinstance(note, Annotation) and note.arrow_patch is not None:
            path = note.arrow_patch.get_path()
            found.append(note.arrow_patch.get_transform().transform(path.vertices))
    return found


def _distance(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    along = end - start
    length = float(along @ along)
    part = 0.0 if length == 0 else min(1.0, max(0.0, float((point - start) @ along) / length))
    return float(np.hypot(*(point - start - part * along)))
