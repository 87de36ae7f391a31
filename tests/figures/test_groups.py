"""Items split by groups: each group has its own mark, its name and n beside it, and what print says of it upon it."""

from __future__ import annotations

import functools
import re

import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.codebook import Wave
from analysis.codebook.groups import parse_group
from analysis.estimates.survey import describe
from analysis.figures.answers import item_rows, questions
from analysis.figures.grid import draw_grid
from analysis.figures.scale import draw_scale
from analysis.figures.survey import Drawing, draw_bars
from analysis.ingest.identified import read_identified
from analysis.lang import LANGS, Lang
from analysis.layout import RAW_DIR
from analysis.release import Released
from tests import klk
from tests.figures.canvas import drawn_texts, notes
from tests.figures.texts import unreadable, watermarks
from tests.written import written

STUDY, YEAR = "kik_quality", 2023
SPACE = "\N{NO-BREAK SPACE}"
KLK = klk.codebook()
FIGURES = [name for name, item in written(STUDY, YEAR).codebook.items.items() if item.kind == "figure" and item.printed]
every_lang = pytest.mark.parametrize("lang", LANGS)


@functools.cache
def kik(basis: str) -> tuple[Released, Wave]:
    """Return the estimates of the export of the repository: as what it is, or as if somebody had answered so."""
    own = written(STUDY, YEAR)
    if basis == "collected":
        return Released(own.estimates), own.wave
    wave = own.wave.model_copy(update={"basis": "reconstructed"})
    identified = read_identified(RAW_DIR / STUDY / str(YEAR) / "identified.csv")
    return Released(describe(own.cleaned.responses, own.cleaned.cleaning, own.codebook, wave, identified)), wave


def draw(name: str, basis: str = "reconstructed", lang: Lang = "en", released: Released | None = None) -> Drawing:
    own, (estimates, wave) = written(STUDY, YEAR), kik(basis)
    form = draw_scale if own.codebook.items[name].form == "scale" else draw_bars
    return form(released or estimates, own.published, own.codebook, wave, lang, name)


def draw_klk(name: str, lang: Lang = "en") -> Drawing:
    form = {"scale": draw_scale, "grid": draw_grid}.get(str(KLK.items[name].form), draw_bars)
    return form(Released(klk.made_up_rows(name)), klk.published().iloc[:0], KLK, klk.wave(), lang, name)


def flat(drawing: Drawing) -> str:
    return " ".join(" ".join(text.replace(SPACE, " ").split()) for text, _ in drawn_texts(drawing.figure))


def bars_named(axis: Axes) -> list[str]:
    """Return what stands beside the bars, from the top."""
    return [label.get_text().replace("\n", " ").replace(SPACE, " ") for label in axis.get_yticklabels()]


def test_an_answer_has_a_bar_of_all_and_of_each_group() -> None:
    drawing = draw("figure_3")
    (axis,) = drawing.figure.axes
    one = [
        "All, n = 151",
        "Small municipalities, n = 28",
        "Medium municipalities, n = 85",
        "Large municipalities, n = 38",
    ]
    assert bars_named(axis) == 3 * one
    found = sorted((bar for bar in axis.patches if isinstance(bar, Rectangle)), key=lambda bar: bar.get_y())[:4]
    # Print, lines 172-176: 34 %, and 32, 32 and 42 % by size.
    assert [bar.get_width() for bar in found] == pytest.approx(
        [100 * k / n for k, n in ((52, 151), (9, 28), (27, 85), (16, 38))]
    )
    assert [note for note in notes(axis) if note.startswith(("52", "9 ", "27", "16"))] == [
        "52 · 34.4%", "9 · 32.1%", "27 · 31.8%", "16 · 42.1%",
    ]  # fmt: skip


def test_an_open_share_is_a_bar_as_far_as_it_is_certain() -> None:
    (axis,) = draw("figure_2").figure.axes
    bars = [bar for bar in axis.patches if isinstance(bar, Rectangle)]
    hatched = {bar.get_y(): bar for bar in bars if bar.get_hatch()}
    solid = {bar.get_y(): bar for bar in bars if not bar.get_hatch()}
    # Staff: of 28 respondents of small municipalities 8 to all, of 85 of medium ones 65 to all.
    _, small, medium, _ = (hatched[y] for y in sorted(hatched))
    for bar, low in ((small, 100 * 8 / 28), (medium, 100 * 65 / 85)):
        assert [bar.get_x(), bar.get_x() + bar.get_width()] == pytest.approx([low, 100])
        assert solid[bar.get_y()].get_width() == pytest.approx(low)


def test_of_many_bars_groups_that_are_all_open_become_a_line() -> None:
    drawing = draw("figure_10")
    (axis,) = drawing.figure.axes
    names = [label.partition(",")[0] for label in bars_named(axis)]
    assert names.count("All") == 6
    # By size print gives two of the answers, by role one.
    assert names.count("Small municipalities") == 2
    assert names.count("Leaders") == 1
    assert "Role, left open: Leaders, n = 80: 0.0–46.3% · Employees, n = 54–55: 0.0–68.5%." in flat(drawing)
    assert "Small municipalities (up to 29,999 inhabitants)" in drawing.alt


def test_a_scale_shows_the_groups_of_which_print_says_anything() -> None:
    drawing = draw("figure_4")
    texts = [text.replace(SPACE, " ") for text, _ in drawn_texts(drawing.figure)]
    assert texts.count("Leaders, n = 80") == 1
    assert texts.count("Size of the municipality: the printed numbers leave every share open.") == 2
    assert texts.count("Role: the printed numbers leave every share open.") == 2
    assert texts.count("Small municipalities (up to 29,999 inhabitants), n = 28") == 1
    assert "65\n81.3%" in texts


def test_answers_that_print_counts_together_across_the_sides_have_a_bar() -> None:
    texts = flat(draw("figure_7"))
    for number in ("50 · 35.2%", "6 · 22.2%", "29–32 · 37.7–38.1%", "12–15 · 38.7–39.5%"):
        assert f"To a very high, high or some degree: {number}" in texts


def test_the_title_is_not_said_again_above_the_bars_of_all() -> None:
    texts = [text.replace(SPACE, " ") for text, _ in drawn_texts(draw("figure_6").figure)]
    assert "All, n = 147" in texts
    assert sum(text.startswith("To what degree do you use data") for text in texts) == 1


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_can_be_read(name: str) -> None:
    for drawing in (draw(name, lang="da"), draw(name), draw(name, "collected")):
        assert unreadable(drawing.figure) == []
        assert "None" not in drawing.alt
    assert watermarks(draw(name).figure)
    assert not watermarks(draw(name, "collected").figure)


@pytest.mark.parametrize("name", FIGURES)
@every_lang
def test_the_codebook_says_what_is_missing(name: str, lang: Lang) -> None:
    needs = written(STUDY, YEAR).codebook.items[name].needs
    assert needs is not None
    state = draw(name, lang=lang).state
    assert state.status == "partly"
    assert needs[lang] in state.reason
    assert needs[lang] not in draw(name, "collected", lang).state.reason


def test_intervals_of_respondents_are_named_as_what_they_are() -> None:
    texts = flat(draw("figure_3", "collected"))
    assert "95% interval" in texts
    assert "answers of one municipality may be alike" in texts
    assert "missing answers" not in texts


def test_an_item_that_nothing_is_known_of_is_a_frame_that_says_what_it_needs() -> None:
    drawing = draw("figure_10", released=Released(kik("reconstructed")[0].rows.iloc[:0]))
    assert drawing.state.status == "not_drawn"
    assert "Missing: KL's export of the answers: only six options are printed." in flat(drawing)
    assert unreadable(drawing.figure) == []


@pytest.mark.parametrize(
    "name", ["figure_1", "figure_2", "figure_7", "figure_11", "figure_17", "figure_22", "figure_4"]
)
@every_lang
def test_an_item_shows_its_own_groups_and_no_other(name: str, lang: Lang) -> None:
    item = KLK.items[name]
    rows = item_rows(Released(klk.made_up_rows(name)), KLK, name, klk.YEAR)
    own = parse_group(item.group)
    split = set()
    for group in rows["group"].unique():
        keys = parse_group(group)
        assert own.items() <= keys.items() or name == "figure_4"
        split |= keys.keys() - own.keys()
    assert split == set(item.by)
    values = [value for key in item.by for value in KLK.group_values(key, klk.YEAR)]
    found = questions(rows, KLK, name, klk.wave(), lang)
    assert len([question for question in found if question.is_split]) == len(values)
    drawing = draw_klk(name, lang)
    assert unreadable(drawing.figure) == []
    assert drawing.state.status == "drawn"


def test_a_whole_that_sums_up_askings_says_so() -> None:
    assert "Pooled over purpose" in flat(draw_klk("figure_2"))


def test_of_askings_shown_one_by_one_there_is_no_sum() -> None:
    texts = flat(draw_klk("figure_7"))
    assert "Planning, n = 60 Steering, n = 60 Quality development, n = 60" in texts
    assert "Pooled over purpose" not in texts


def test_an_item_of_one_area_says_which_and_has_n_of_its_groups() -> None:
    drawing = draw_klk("figure_22", "da")
    texts = flat(drawing)
    assert "Fagområde: Hjemmepleje og hjemmesygepleje." in texts
    assert re.search(r"n = 60 \(besvarelser", texts)
    assert "Planlægning, n = 60" in drawing.alt.replace(SPACE, " ")
    assert set(drawing.data["group"]) == {
        f"area:home_care;purpose:{each}" for each in ("planning", "steering", "quality")
    }


def test_a_scale_of_which_all_groups_are_open_says_what_was_asked() -> None:
    rows = klk.made_up_rows("figure_25")
    numbers = rows["statistic"] != "base"
    rows.loc[numbers, ["identified_low", "identified_high"]] = [0.0, 60.0]
    rows.loc[numbers, ["value", "low", "high"]] = float("nan")
    drawing = draw_scale(Released(rows), klk.published().iloc[:0], KLK, klk.wave(), "en", "figure_25")
    texts = flat(drawing)
    ask = KLK.variables["fs3_need"].ask
    assert ask is not None
    assert ask["en"] in texts
    assert "Purpose: the printed numbers leave every share open." in texts
    assert "All bars are on one scale" not in texts, "there are none"
    assert drawing.state.status == "partly"
    assert unreadable(drawing.figure) == []


def test_of_many_statements_how_a_side_splits_up_is_left_to_the_data() -> None:
    drawing = draw_klk("figure_8")
    assert drawing.figure.get_figheight() < 9.5
    rows = klk.made_up_rows("figure_8")
    member = rows["category"].isin(["very_high", "high"]) & (rows["statistic"] != "base")
    rows.loc[member, ["identified_low", "identified_high"]] = [0.0, 9.0]
    rows.loc[member, ["value", "low", "high"]] = float("nan")
    texts = flat(draw_scale(Released(rows), klk.published().iloc[:0], KLK, klk.wave(), "en", "figure_8"))
    assert "Split:" not in texts
    assert "stands in the data beside" in texts
