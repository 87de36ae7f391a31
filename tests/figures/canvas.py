"""What a figure shows, read from what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis.figures.style import look


def drawn_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Draw a figure; return every text that was really drawn, with its box in pixels."""
    canvas = FigureCanvasAgg(figure)
    with look(), _recorded() as texts:
        canvas.draw()  # type: ignore[no-untyped-call]
        renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
        return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in texts]


@contextmanager
def _recorded() -> Iterator[list[Text]]:
    texts: list[Text] = []
    draw = Text.draw

    def drawing(self: Text, *args: Any, **kwargs: Any) -> None:
        if self.get_visible() and self.get_text().strip() and self not in texts:
            texts.append(self)
        draw(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", drawing)
        yield texts


def places(axis: Axes) -> dict[str, float]:
    """Return label -> height of the marks on the vertical axis."""
    labels = [label.get_text() for label in axis.get_yticklabels()]
    return dict(zip(labels, map(float, axis.get_yticks()), strict=True))


def points(axis: Axes) -> list[tuple[PathCollection, list[tuple[float, float]]]]:
    """Return every set of marks with where they stand."""
    marks = [found for found in axis.collections if isinstance(found, PathCollection)]
    return [(mark, [(float(x), float(y)) for x, y in np.asarray(mark.get_offsets())]) for mark in marks]


def notes(axis: Axes) -> dict[str, tuple[float, float]]:
    """Return annotation -> the point it is about."""
    return {note.get_text(): (float(note.xy[0]), note.xy[1]) for note in axis.texts if hasattr(note, "xy")}


def shape(mark: PathCollection) -> bytes:
    """Return the shape of a mark, whatever its size and colour."""
    return np.round(np.asarray(mark.get_paths()[0].vertices), 6).tobytes()
