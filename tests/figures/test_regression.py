"""Models of responses as drawn, and curves along population."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.collections import FillBetweenPolyCollection

from analysis.codebook import Wave
from analysis.figures.predictions import draw_predictions
from analysis.figures.regression import draw_models
from analysis.figures.survey import Drawing
from analysis.models.results import WITHHELD
from analysis.release import Released
from tests import ssi
from tests.figures.canvas import points
from tests.figures.texts import unreadable, watermarks
from tests.regressions import BINARY, ORDINAL, along, codebook, fitted, not_fitted

ABOVE, UP = (1.58, 1.09, 2.28), (6.4, 2.2, 10.6)
OTHERS = [name for name in codebook().models if name != BINARY]
COLLECTED = ssi.wave("collected")


def drawn(
    models: pd.DataFrame, scale: str = "odds_ratio", wave: Wave = COLLECTED, study: str = "ssi_hygiene"
) -> Drawing:
    return draw_models(Released(models), codebook(study), wave, "en", scale)  # type: ignore[arg-type]


def test_each_model_is_a_line_with_its_number() -> None:
    models = pd.concat([fitted(ABOVE, UP), fitted((0.8, 0.5, 1.3), UP, model=OTHERS[0])])
    drawing = drawn(models)
    assert [x for _, at in points(drawing.figure.axes[0]) for x, _ in at] == [1.58, 0.8]
    assert "1.58 (1.09 to 2.28)" in drawing.alt.replace("\N{NO-BREAK SPACE}", " ")
    assert drawing.state.status == "drawn"


def test_points_of_a_scale_are_those_of_its_upper_half() -> None:
    data = drawn(fitted(ABOVE, UP, model=ORDINAL), "percentage_points", study="kik_quality").data
    assert list(data["outcome"]) == ["data_use/at_least:high"]


def test_what_did_not_pass_is_hollow() -> None:
    models = pd.concat([fitted(ABOVE, UP), fitted(ABOVE, UP, model=OTHERS[0], checks="influence=fail")])
    faces = [np.asarray(mark.get_facecolor())[0][:3].tolist() for mark, _ in points(drawn(models).figure.axes[0])]
    assert faces[0] != [1, 1, 1]
    assert faces[1] == [1, 1, 1]


def test_no_estimate_and_withheld_have_words_and_no_mark() -> None:
    withheld = fitted(*[(math.nan,) * 3] * 2, model=OTHERS[0], checks=WITHHELD)
    drawing = drawn(pd.concat([not_fitted("rank=fail"), withheld]))
    assert points(drawing.figure.axes[0]) == []
    assert "no estimate" in drawing.alt
    assert "withheld" in drawing.alt
    assert drawing.state.status == "not_drawn"


def test_a_reconstruction_has_no_interval_and_is_marked() -> None:
    wave = ssi.wave("reconstructed")
    drawing = drawn(fitted((1.58, math.nan, math.nan), UP, basis="reconstructed"), wave=wave)
    assert "1.58." in drawing.alt
    assert drawing.alt.startswith("Reconstructed")
    assert len(watermarks(drawing.figure)) >= 1


def test_curves_and_marks_stand_in_a_panel_of_their_model() -> None:
    curve, bins = along()
    drawing = draw_predictions(Released(curve), Released(bins), codebook(), COLLECTED, "en")
    panel = drawing.figure.axes[0]
    (line,) = panel.lines
    assert list(np.asarray(line.get_ydata(), float)) == [30.0, 45.0, 60.0, 75.0, 90.0]
    assert panel.get_xscale() == "log"
    assert [y for _, at in points(panel) for _, y in at] == [40.0, 60.0, 100.0]
    assert any(isinstance(each, FillBetweenPolyCollection) for each in panel.collections)
    assert "30.0% at 2,000 inhabitants, 90.0% at 600,000 inhabitants" in drawing.alt
    assert unreadable(drawing.figure) == []


def test_every_mark_stands_within_its_panel() -> None:
    """Bins reach further than curves: beyond the axis, a mark would stand in the panel beside."""
    curve, bins = along()
    ends = bins.assign(population=[700.0, 20_000.0, 900_000.0][: len(bins)])
    drawing = draw_predictions(Released(curve), Released(ends), codebook(), COLLECTED, "en")
    panel = drawing.figure.axes[0]
    left, right = panel.get_xlim()
    assert all(left < x < right for _, at in points(panel) for x, _ in at)
    assert len(panel.get_xticks()) > 1
    assert "withheld" not in " ".join(each.get_text() for each in drawing.figure.texts)


def test_withheld_bins_are_not_drawn_and_a_reconstruction_has_no_band() -> None:
    curve, bins = along(surely=False)
    bins.loc[2, "value"] = np.nan
    drawing = draw_predictions(Released(curve), Released(bins), codebook(), ssi.wave("reconstructed"), "en")
    panel = drawing.figure.axes[0]
    assert [y for _, at in points(panel) for _, y in at] == [40.0, 60.0]
    assert not any(isinstance(each, FillBetweenPolyCollection) for each in panel.collections)
    assert watermarks(drawing.figure)
    assert "are withheld" in " ".join(each.get_text() for each in drawing.figure.texts)


def test_without_a_model_there_is_a_frame() -> None:
    curve, bins = along()
    drawing = draw_predictions(Released(curve.iloc[:0]), Released(bins.iloc[:0]), codebook(), COLLECTED, "en")
    assert drawing.state.status == "not_drawn"
    assert drawn(fitted(ABOVE, UP).iloc[:0]).state.status == "not_drawn"
