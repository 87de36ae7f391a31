import base64
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from matplotlib.figure import Figure

from analysis.context import DRAWN, Context, State
from analysis.errors import AnalysisError
from analysis.figures import save_figure
from analysis.figures.style import frame, look
from analysis.lang import LANGS, Lang
from tests import dalarna
from tests.conftest import OpenRun

DATA = pd.DataFrame({"name": ["Sälen", "Orsa"], "value": [1.5, 2.0]})
FOLDER = Path("figures", dalarna.STUDY, "2025")


def picture() -> Figure:
    with look():
        figure, (axis,) = frame("Titel æøå", "n = 2", "Kilde", height=2)
        axis.barh(DATA["name"], DATA["value"])
    return figure


def element(html: object, name: str) -> Tag:
    found = BeautifulSoup(str(html), "html.parser").find(name)
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_saves_three_files_by_language(open_run: OpenRun, no_run: Path, lang: Lang) -> None:
    open_run(lang=lang)
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    folder = no_run / FOLDER / lang
    assert sorted(path.name for path in folder.iterdir()) == ["rules.csv", "rules.png", "rules.svg"]
    assert (folder / "rules.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "rules.csv").read_text(encoding="utf-8") == "name,value\nSälen,1.5\nOrsa,2.0\n"


def test_the_same_figure_is_the_same_bytes(dalarna_run: Context, no_run: Path) -> None:
    folder = no_run / FOLDER / "en"
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_saving_one_figure_twice_changes_nothing(dalarna_run: Context, no_run: Path) -> None:
    figure = picture()
    save_figure(figure, "rules", alt="Bars", data=DATA)
    first = (no_run / FOLDER / "en" / "rules.svg").read_bytes()
    save_figure(figure, "rules", alt="Bars", data=DATA)
    assert (no_run / FOLDER / "en" / "rules.svg").read_bytes() == first


def test_the_svg_carries_no_date_and_fetches_nothing(dalarna_run: Context, no_run: Path) -> None:
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    svg = (no_run / FOLDER / "en" / "rules.svg").read_text(encoding="utf-8")
    assert "dc:date" not in svg
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)
    assert not re.search(r'href="(?!#)', svg)


def test_data_have_the_same_line_ends_on_every_machine(
    dalarna_run: Context, no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "linesep", "\r\n")
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    assert b"\r" not in (no_run / FOLDER / "en" / "rules.csv").read_bytes()


def test_what_is_shown_is_the_saved_picture(dalarna_run: Context, no_run: Path) -> None:
    shown = save_figure(picture(), "rules", alt="Bars", data=DATA).data
    source = str(element(shown, "img")["src"])
    saved = (no_run / FOLDER / "en" / "rules.svg").read_bytes()
    assert base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")) == saved
    links = [a["href"] for a in element(shown, "figure").find_all("a")]
    assert links == [f"../{(FOLDER / 'en').as_posix()}/rules.{suffix}" for suffix in ("svg", "png", "csv")]
    assert "Three ways to share the same cost" in element(shown, "figcaption").text


@pytest.mark.parametrize("state", [DRAWN, State("partly", 'no "x" < 3'), State("not_drawn", "åbne tal")])
def test_the_markup_carries_the_state_of_the_item(dalarna_run: Context, state: State) -> None:
    shown = element(save_figure(picture(), "rules", alt="Bars", data=DATA, state=state).data, "figure")
    assert (shown["id"], shown["data-status"], shown["data-reason"]) == ("rules", state.status, state.reason)


def test_a_figure_is_drawn_unless_it_says_otherwise(dalarna_run: Context) -> None:
    shown = element(save_figure(picture(), "rules", alt="Bars", data=DATA).data, "figure")
    assert (shown["data-status"], shown["data-reason"]) == ("drawn", "")


@pytest.mark.parametrize("alt", ['"><script>x</script>', "Falun < Mora & 'Orsa'", "søjle"])
def test_alt_text_is_text_whatever_stands_in_it(dalarna_run: Context, alt: str) -> None:
    shown = save_figure(picture(), "rules", alt=alt, data=DATA).data
    assert element(shown, "img")["alt"] == alt
    assert "<script" not in shown


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_alt_text_is_refused(dalarna_run: Context, no_run: Path, alt: str) -> None:
    with pytest.raises(AnalysisError, match=r"figure rules has no alt text\. Say in words what it shows\."):
        save_figure(picture(), "rules", alt=alt, data=DATA)
    assert list(no_run.iterdir()) == []


@pytest.mark.parametrize("item", ["rulse", "table_1", "../x"])
def test_a_figure_that_the_codebook_has_not_is_refused(dalarna_run: Context, no_run: Path, item: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        save_figure(picture(), item, alt="Bars", data=DATA)
    assert str(caught.value).startswith(f"the codebook has no figure {item!r} for 06_allocate. ")
    assert str(caught.value).endswith("Valid: amounts, cost_map, rules, register_days.")
    assert list(no_run.iterdir()) == []


def test_a_figure_of_another_notebook_is_refused(open_run: OpenRun) -> None:
    open_run("05_replicate")
    with pytest.raises(AnalysisError, match="no figure 'rules' for 05_replicate"):
        save_figure(picture(), "rules", alt="Bars", data=DATA)


def test_a_figure_that_cannot_be_rendered_leaves_the_old_files(
    dalarna_run: Context, no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_figure(picture(), "rules", alt="Bars", data=DATA)
    folder = no_run / FOLDER / "en"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = picture()
    other.axes[0].set_title("other")
    savefig = Figure.savefig

    def failing(self: Figure, *args: object, **kwargs: object) -> None:
        if kwargs["format"] == "png":
            raise OSError("no memory")
        savefig(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Figure, "savefig", failing)
    with pytest.raises(OSError, match="no memory"):
        save_figure(other, "rules", alt="Bars", data=DATA)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
