"""The picture of two waves: each mark is the share it stands for, and what cannot be compared is seen to be so."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from analysis.codebook import Wave
from analysis.estimates.comparison import compare_waves
from analysis.figures.answers import Shown
from analysis.figures.comparison import draw_changes, signed, written_change
from analysis.figures.style import BLUE, GREY, ORANGE
from analysis.figures.survey import Drawing
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import ssi
from tests.figures.canvas import drawn_texts, places, points, shape
from tests.figures.texts import unreadable, watermarks
from tests.two_waves import IN_2026, PRINTED, changes, made_up, reconstructed, reconstructed_wave, wave_of

SPACE = "\N{NO-BREAK SPACE}"
LABELS = {name: row.label.en for name, row in ssi.codebook().comparison.items()}
NOT_COMPARABLE = ["sick_leave", "outbreaks", "halt"]
every_lang = pytest.mark.parametrize("lang", LANGS)


@functools.cache
def drawn(lang: Lang = "en") -> Drawing:
    """Draw 2020 and 2024."""
    return of(reconstructed(2020), reconstructed(2024), lang)


def of(
    earlier: pd.DataFrame, later: pd.DataFrame, lang: Lang = "en", waves: tuple[Wave, Wave] | None = None
) -> Drawing:
    previous, wave = waves or (reconstructed_wave(2020), reconstructed_wave(2024))
    found = compare_waves(earlier, later, ssi.codebook(), wave, previous)
    return draw_changes(
        Released(found), Released(earlier), Released(later), ssi.published(), ssi.codebook(), wave, lang
    )


@functools.cache
def odd() -> Drawing:
    """Draw waves with a row that one lacks, one that is withheld and one that is open."""
    earlier, later = reconstructed(2020), reconstructed(2024)
    numbers = ["value", "low", "high", "identified_low", "identified_high"]
    earlier.loc[(earlier["variable"] == "training") & (earlier["category"] == "yes"), numbers] = np.nan
    mine = (later["variable"] == "committee") & (later["category"] == "yes")
    later.loc[mine, ["value", "low", "high"]] = np.nan
    for statistic, ends in (("count", (39, 57)), ("percent", (40.0, 60.0))):
        later.loc[mine & (later["statistic"] == statistic), ["identified_low", "identified_high"]] = ends
    return of(earlier, later[later["variable"] != "halt"])


def height(axis: Axes, name: str) -> float:
    return next(y for words, y in places(axis).items() if words.replace("\n", " ") == LABELS[name])


def marks(axis: Axes, name: str) -> list[tuple[PathCollection, float]]:
    """Return the marks of a row from the top down, each with its share."""
    middle = height(axis, name)
    found = [(mark, x, y) for mark, at in points(axis) for x, y in at if abs(y - middle) < 0.2]
    return [(mark, x) for mark, x, _ in sorted(found, key=lambda each: each[2])]


def lines(axis: Axes, name: str, width: float) -> list[tuple[float, float, float, float]]:
    """Return x and y of both ends of the lines of a width in a row: 1.6 are printed numbers, 1 bounds."""
    middle = height(axis, name)
    found = [each for each in axis.collections if isinstance(each, LineCollection)]
    of_width = [each for each in found if np.atleast_1d(each.get_linewidth())[0] == width]
    ends = [np.asarray(segment) for each in of_width for segment in each.get_segments()]
    return [(float(a[0]), float(a[1]), float(b[0]), float(b[1])) for a, b in ends if abs(a[1] - middle) < 0.25]


def beside(drawing: Drawing, name: str) -> str:
    """Return what is written to the right of a row."""
    (axis,) = drawing.figure.axes
    middle = height(axis, name)
    (written,) = (note for note in axis.texts if hasattr(note, "xy") and note.xy[0] > 1 and note.xy[1] == middle)
    return str(written.get_text()).replace(SPACE, " ")


@pytest.mark.parametrize("name", PRINTED)
def test_each_row_has_a_mark_for_each_wave_the_earlier_above(name: str) -> None:
    (axis,) = drawn().figure.axes
    before, base_before, after, base_after = PRINTED[name]
    found = marks(axis, name)
    assert [x for _, x in found] == pytest.approx([100 * before / base_before, 100 * after / base_after])
    assert shape(found[0][0]) != shape(found[1][0])


def test_rows_stand_in_the_reports_order() -> None:
    (axis,) = drawn().figure.axes
    assert [label.replace("\n", " ") for label in places(axis)] == list(LABELS.values())
    assert axis.yaxis_inverted()
    assert axis.get_xlim()[0] <= 0
    assert axis.get_xlim()[1] >= 100


@pytest.mark.parametrize("name", PRINTED)
def test_what_cannot_be_compared_is_grey_and_hollow(name: str) -> None:
    (axis,) = drawn().figure.axes
    before, after = (mark for mark, _ in marks(axis, name))
    grey = name in NOT_COMPARABLE
    edges = [to_hex(np.asarray(mark.get_edgecolor())[0]) for mark in (before, after)]
    faces = [to_hex(np.asarray(mark.get_facecolor())[0]) for mark in (before, after)]
    assert edges == ([GREY, GREY] if grey else [BLUE, ORANGE])
    assert faces == ["#ffffff", "#ffffff" if grey else ORANGE]
    assert beside(drawn(), name).startswith("≠ ") == grey


@pytest.mark.parametrize(
    ("name", "lang", "expected"),
    [
        ("organisation", "en", "+14.8 (+13.3 to +15.3)"),
        ("organisation", "da", "+14,8 (+13,3 til +15,3)"),
        ("regional_agreement", "en", "−16.0 (−17.3 to −15.3)"),
        ("halt", "en", "≠ +31.5 (+30.6 to +32.7)"),
    ],
)
def test_the_change_and_its_bounds_stand_beside(name: str, lang: Lang, expected: str) -> None:
    drawing = drawn(lang)
    if lang == "en":
        assert beside(drawing, name) == expected
    assert expected in [words.replace(SPACE, " ") for words, _ in drawn_texts(drawing.figure)]


def test_bounds_are_drawn_of_the_wave_that_some_did_not_answer() -> None:
    (axis,) = drawn().figure.axes
    (bounds,) = (line for line in lines(axis, "organisation", 1) if line[1] == line[3])
    assert bounds[0::2] == pytest.approx((100 * 74 / 98, 100 * 76 / 98))
    assert bounds[1] > height(axis, "organisation")


def test_every_printed_share_is_marked_once_and_no_printed_change() -> None:
    (axis,) = drawn().figure.axes
    middle = height(axis, "cooperation")
    ticks = lines(axis, "cooperation", 1.6)
    assert sorted(x for x, y, *_ in ticks if y < middle) == [38, 41]
    assert sorted(x for x, y, *_ in ticks if y > middle) == [65, 68]
    # The report also prints 75 (over 75 %), a limit, and the changes 15 and 17.
    assert sorted(x for x, *_ in lines(axis, "organisation", 1.6)) == [62, 77]
    assert sorted(x for x, *_ in lines(axis, "regional_agreement", 1.6)) == [64, 65, 81]


def test_an_open_share_is_hatched_over_its_range() -> None:
    (axis,) = odd().figure.axes
    (bar,) = (patch for patch in axis.patches if patch.get_hatch())
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == (40, 60)  # type: ignore[attr-defined]
    assert [x for _, x in marks(axis, "committee")] == pytest.approx([100 * 41 / 98])
    assert beside(odd(), "committee") == "−1.8 to +18.2"


def test_a_withheld_share_says_so_and_a_missing_one_is_not_drawn() -> None:
    (axis,) = odd().figure.axes
    assert "withheld" in [note.get_text() for note in axis.texts]
    assert [x for _, x in marks(axis, "training")] == pytest.approx([100 * 51 / 71])
    assert [x for _, x in marks(axis, "halt")] == pytest.approx([100 * 11 / 98])
    assert beside(odd(), "training") == beside(odd(), "halt") == "–"


def test_state_says_what_is_not_there() -> None:
    assert drawn().state.status == "drawn"
    assert odd().state.status == "partly"
    assert odd().state.reason == (
        "Not in both waves: Evaluation by taking part in HALT. Left open by the printed numbers: Committee set up. "
        "Withheld for confidentiality: Training within 12 months."
    )


def test_waves_that_share_no_row_are_not_drawn() -> None:
    earlier, later = (made_up(2024, {"halt": {"yes": 30, "no": 60}}), made_up(2026, {"policy": {"yes": 30, "no": 60}}))
    drawing = of(earlier, later, waves=(wave_of(2024), wave_of(2026)))
    assert drawing.state.status == "not_drawn"
    assert all(label in drawing.state.reason for label in LABELS.values())


def test_a_collected_wave_beside_a_reconstructed_one() -> None:
    """Nobody has judged whether 2026 can be compared with 2024, and only 2024 is reconstructed."""
    drawing = of(reconstructed(2024), made_up(2026, IN_2026), waves=(reconstructed_wave(2024), wave_of(2026)))
    texts = [words.replace(SPACE, " ").replace("\n", " ") for words, _ in drawn_texts(drawing.figure)]
    assert any("2024 (reconstructed) n = 96, 2026 n = 95" in words for words in texts)
    assert any("Nobody has judged whether the two waves can be compared." in words for words in texts)
    assert watermarks(drawing.figure)
    (axis,) = drawing.figure.axes
    # Print gives 64 and 65 per cent of 2024, and nothing of 2026.
    assert sorted(x for x, *_ in lines(axis, "regional_agreement", 1.6)) == [64, 65]


def test_two_collected_waves_bear_no_mark() -> None:
    later = made_up(2026, IN_2026)
    drawing = of(made_up(2025, IN_2026), later, waves=(wave_of(2025), wave_of(2026)))
    assert not watermarks(drawing.figure)
    assert "econstructed" not in drawing.alt
    assert "Printed in the report" not in [words for words, _ in drawn_texts(drawing.figure)]


@every_lang
def test_everything_can_be_read(lang: Lang) -> None:
    assert unreadable(drawn(lang).figure) == []
    assert watermarks(drawn(lang).figure)


def test_alt_text_has_every_row_and_number() -> None:
    assert drawn().alt.startswith("Reconstructed – not collected answers. Dot plot")
    told = drawn().alt.replace(SPACE, " ")
    assert "Organisation established: 62.2% and 77.1%, change +14.8 (+13.3 to +15.3)" in told
    assert "Evaluation by taking part in HALT: 11.2% and 42.7%; cannot be compared" in told
    assert all(label in told for label in LABELS.values())
    assert "Evaluation by taking part in HALT: not in both waves" in odd().alt
    assert "Committee set up: 41.8% and 40.0–60.0%, change −1.8 to +18.2" in odd().alt.replace(SPACE, " ")


def test_data_are_the_estimates_that_are_drawn() -> None:
    data = drawn().data
    assert len(data) == 3 * len(PRINTED)
    assert set(data["statistic"]) == {"percent"}
    assert set(data["method"]) == {"worst_case"}
    drawn_changes = data[data["group"] == "since:2020"].reset_index(drop=True)
    expected = changes()[(changes()["method"] == "worst_case")].reset_index(drop=True)
    pd.testing.assert_frame_equal(drawn_changes, expected, check_dtype=False)


@pytest.mark.parametrize(
    ("points_", "expected"),
    [(14.84, "+14.8"), (-16.03, "−16.0"), (0.0, "0.0"), (0.04, "0.0"), (-0.04, "0.0"), (0.05, "+0.1")],
)
def test_points_bear_their_sign(points_: float, expected: str) -> None:
    assert signed(points_, "en") == expected


def test_a_change_as_written() -> None:
    assert written_change(None, "en") == "–"
    assert written_change(Shown("percent"), "en") == "–"
    assert written_change(Shown("percent", 2.0, 2.0, 2.0), "da") == "+2,0"
    assert written_change(Shown("percent", 2.0), "da") == "+2,0"
    assert written_change(Shown("percent", None, -1.0, 0.0), "da").replace(SPACE, " ") == "−1,0 til 0,0"
