"""Grids of bars: a column for each group or question, all on one scale, with what print says of each cell upon it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.figures.grid import draw_grid
from analysis.figures.style import BLUE, LIGHT_BLUE, SILVER
from analysis.figures.survey import Drawing
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import klk
from tests.figures.canvas import drawn_texts
from tests.figures.texts import unreadable

KLK = klk.codebook()
SPACE = "\N{NO-BREAK SPACE}"
PURPOSES = ("Planning", "Steering", "Quality development")


def draw(
    name: str,
    lang: Lang = "en",
    *,
    printed: bool = False,
    change: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows,
    book: Codebook = KLK,
) -> Drawing:
    published = klk.published() if printed else klk.published().iloc[:0]
    return draw_grid(Released(change(klk.made_up_rows(name))), published, book, klk.wave(), lang, name)


def bars(axis: Axes) -> list[list[Rectangle]]:
    """Return the bars of each row, from the top and from the left."""
    found = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    heights = sorted({round(bar.get_y(), 6) for bar in found})
    return [
        sorted((bar for bar in found if round(bar.get_y(), 6) == y), key=lambda bar: float(bar.get_x()))
        for y in heights
    ]


def printed_at(axis: Axes) -> list[float]:
    """Return where along the axis printed numbers are marked, from the left."""
    lines = [found for found in axis.collections if isinstance(found, LineCollection)]
    wide = [found for found in lines if np.atleast_1d(found.get_linewidth())[0] == 2]
    return sorted(float(np.asarray(each)[0][0]) for found in wide for each in found.get_segments())


def texts(drawing: Drawing) -> list[str]:
    return [" ".join(text.replace(SPACE, " ").split()) for text, _ in drawn_texts(drawing.figure)]


def test_answers_stand_downwards_and_groups_side_by_side() -> None:
    drawing = draw("figure_9")
    (axis,) = drawing.figure.axes
    rows = bars(axis)
    assert [len(row) for row in rows] == [3] * 6
    # Of 60 answers the first option has 4, the second 5, and so on, for each purpose.
    for count, row in enumerate(rows, start=4):
        assert [bar.get_width() for bar in row] == pytest.approx([100 * count / 60] * 3)
    starts = [bar.get_x() for bar in rows[0]]
    assert starts[0] == 0
    assert starts[1] > 100, "a column leaves room for a hundred per cent"
    assert starts[2] == pytest.approx(2 * starts[1])
    shown = texts(drawing)
    for purpose in PURPOSES:
        assert f"{purpose}, n = 60" in shown
    assert shown.count("4 · 6.7%") == 3


def test_questions_with_the_same_answers_stand_side_by_side() -> None:
    drawing = draw("figure_3")
    rows = bars(drawing.figure.axes[0])
    # Print counts systematic (two answers), names the frequent one, then ad hoc, not at all and don't know.
    assert [[round(bar.get_width() * 60 / 100) for bar in row] for row in rows] == [
        [count] * 3 for count in (9, 4, 6, 7, 8)
    ]
    colours = [row[0].get_facecolor() for row in rows]
    assert all(same_color(*pair) for pair in zip(colours, [BLUE, LIGHT_BLUE, BLUE, BLUE, SILVER], strict=True))
    shown = texts(drawing)
    assert "Data from the municipality's own record systems, n = 60" in shown
    asked = " ".join(shown)
    for name in ("system_records", "system_local", "system_regional"):
        ask = KLK.variables[name].ask
        assert ask is not None
        assert ask["en"] in asked


def test_an_item_shows_only_the_answers_it_names() -> None:
    drawing = draw("figure_21")
    assert len(bars(drawing.figure.axes[0])) == 5
    assert "Other" not in texts(drawing)
    assert set(drawing.data["category"]) == {"", *KLK.items["figure_21"].categories}
    assert "Other" in texts(draw("figure_42"))


def test_printed_numbers_are_marked_in_their_cell() -> None:
    drawing = draw("figure_9", printed=True)
    _, planning, steering, quality = (bar.get_x() for bar in bars(drawing.figure.axes[0])[0])
    # Lines 1445-2031 and 4983 of the report: in all 70-75 % name leaders of units, and staff; politicians by
    # 48 and 47 % for steering and 30 % for quality, directors by 35, 35 and 38, and 25 %, staff by 71 % for planning.
    numbers = {0.0: [70, 70, 75, 75], planning: [35, 71], steering: [35, 38, 47, 48], quality: [25, 30]}
    expected = [start + number for start, of_column in numbers.items() for number in of_column]
    assert printed_at(drawing.figure.axes[0]) == pytest.approx(expected)
    assert "Printed in the report" in texts(drawing)
    assert printed_at(draw("figure_9").figure.axes[0]) == []


def test_a_sum_over_purposes_has_a_column_where_print_gives_numbers_of_it() -> None:
    assert not any("Pooled" in text for text in texts(draw("figure_50")))
    drawing = draw("figure_50", printed=True)
    assert "Pooled over purpose, n = 60" in texts(drawing)
    assert [len(row) for row in bars(drawing.figure.axes[0])] == [4] * 9
    assert "n = 60 (responses that answered" in " ".join(texts(drawing))
    assert unreadable(drawing.figure) == []


def test_groups_that_only_print_tells_of_have_marks_and_no_bars() -> None:
    drawing = draw("figure_11", printed=True, change=lambda rows: rows[~rows["group"].str.contains("use:")])
    (axis,) = drawing.figure.axes
    assert [len(row) for row in bars(axis)] == [1] * 9
    shown = texts(drawing)
    # Lines 1528-1555: 47 and 34 % find data hard to extract, 17 and 4 % that the work is not given priority.
    for number in ("47%", "34%", "17%", "4%"):
        assert f"printed {number}" in shown
    assert "Uses data little, n = 150" in shown
    assert "Uses data much, n = 254" in shown
    assert drawing.state.status == "partly"
    assert "Known from the printed numbers themselves only" in drawing.state.reason
    assert "17%" in drawing.alt
    assert set(drawing.data["group"]) == {"purpose:planning"}


def test_a_group_that_was_not_asked_has_no_column() -> None:
    def without(rows: pd.DataFrame) -> pd.DataFrame:
        nobody = rows["group"].str.contains("use:none")
        rows.loc[nobody & (rows["statistic"] != "percent"), "value"] = 0.0
        return rows[~nobody | (rows["statistic"] != "percent")]

    assert "Does not use data at all, n = 60" in texts(draw("figure_11"))
    assert not any("Does not use" in text for text in texts(draw("figure_11", change=without)))


def test_an_open_share_is_hatched_over_its_range() -> None:
    def opened(rows: pd.DataFrame) -> pd.DataFrame:
        cell = (rows["category"] == "region") & (rows["group"] == "purpose:planning") & (rows["statistic"] != "base")
        low_high = {"count": (12.0, 30.0), "percent": (20.0, 50.0)}
        for statistic, (low, high) in low_high.items():
            own = cell & (rows["statistic"] == statistic)
            rows.loc[own, ["value", "low", "high"]] = np.nan
            rows.loc[own, ["identified_low", "identified_high"]] = [low, high]
        return rows

    drawing = draw("figure_7", change=opened)
    first = bars(drawing.figure.axes[0])[0]
    hatched = [bar for bar in first if bar.get_hatch()]
    assert [[bar.get_x(), bar.get_width()] for bar in hatched] == [[20.0, 30.0]]
    assert "12–30 · 20.0–50.0%" in texts(drawing)
    assert drawing.state.status == "partly"


def test_without_answers_it_is_a_frame_that_says_what_it_needs() -> None:
    drawing = draw("figure_10", "da", change=lambda rows: rows.iloc[:0])
    needs = KLK.items["figure_10"].needs
    assert drawing.state.status == "not_drawn"
    assert bars(drawing.figure.axes[0]) == []
    assert unreadable(drawing.figure) == []
    assert needs is not None


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("table_3", {}, "has 7 columns, and a figure has room for 4"),
        ("figure_3", {"by": ["purpose"]}, "figure_3 is no grid"),
        ("figure_7", {"by": ["purpose", "area"]}, "figure_7 is no grid"),
        ("figure_3", {"variables": ["system_records", "data_use"]}, "figure_3 is no grid"),
    ],
)
def test_what_has_no_grid_is_refused(name: str, changes: dict[str, object], message: str) -> None:
    items = {**KLK.items, name: KLK.items[name].model_copy(update=changes)}
    with pytest.raises(AnalysisError, match=message):
        draw(name, book=KLK.model_copy(update={"items": items}))


@pytest.mark.parametrize("name", ["figure_3", "figure_7", "figure_11", "figure_13", "figure_14", "figure_22"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_text_can_be_read(name: str, lang: Lang) -> None:
    drawing = draw(name, lang, printed=True)
    assert unreadable(drawing.figure) == []
    assert drawing.figure.get_figheight() < 8.3, "the height of half a page's landscape"
