"""Who answered is drawn as print fixes it; what print leaves open is hatched and said."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.codebook.items import own_items
from analysis.context import DRAWN
from analysis.estimates.participation import participation
from analysis.figures.participation import draw_participation
from analysis.figures.shares import HATCH
from analysis.figures.survey import Drawing
from analysis.ingest.identified import COLUMNS, no_identification
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import ssi
from tests.figures.canvas import drawn_texts
from tests.figures.texts import unreadable, watermarks
from tests.ssi import Basis

NAME = "participation_by_group"


def drawing(basis: Basis, lang: Lang = "en") -> Drawing:
    """Return the figure of the made-up wave; print gives small municipalities 29 and medium ones 30."""
    wave = ssi.wave(basis)
    identified = pd.DataFrame(
        [("participation", f"size:{size}", "answered", "count", k, k) for size, k in (("small", 29), ("medium", 30))],
        columns=list(COLUMNS),
    )
    found = participation(ssi.responses(), ssi.municipalities(), ssi.codebook(), wave, identified)
    return draw_participation(Released(found), ssi.published(), ssi.codebook(), wave, lang, NAME)


def written(figure: Figure) -> list[str]:
    return [words for words, _ in drawn_texts(figure)]


@pytest.mark.parametrize("lang", LANGS)
def test_a_collected_wave_has_a_number_for_every_group(lang: Lang) -> None:
    found = drawing("collected", lang)
    assert found.state == DRAWN
    assert own_items({"01_clean": "main"})[NAME].title[lang] in written(found.figure)
    assert {bar.get_hatch() for bar in found.figure.axes[0].patches} == {None}
    assert not watermarks(found.figure)
    assert not unreadable(found.figure)
    assert set(found.data["group"]) >= {"all", "size:small", "region:Sjælland"}
    for _, row in found.data[found.data["statistic"] == "count"].iterrows():
        assert any(words.startswith(f"{row['value']:.0f} · ") for words in written(found.figure))


def test_of_a_reconstruction_only_what_print_leaves_open_is_hatched() -> None:
    found = drawing("reconstructed")
    assert found.state.status == "partly"
    assert found.state.reason == "Left open by the printed numbers: By region."
    # 29 of 29, 30 of 30 and, of 96 in all, 37 of 39: the sizes are known, of five regions none is.
    assert [bar.get_hatch() for bar in found.figure.axes[0].patches].count(HATCH) == 5
    assert "37 · 94.9%" in written(found.figure)
    assert watermarks(found.figure)
    assert not unreadable(found.figure)
    assert "Not printed and not identified" in found.alt
    assert "Printed in the report" in [label.get_text() for label in found.figure.legends[0].get_texts()]


def test_a_wave_that_nothing_is_printed_of_has_no_marks() -> None:
    wave = ssi.wave("collected")
    found = participation(ssi.responses(), ssi.municipalities(), ssi.codebook(), wave, no_identification())
    nothing = ssi.published().iloc[:0]
    drawn = draw_participation(Released(found), nothing, ssi.codebook(), wave, "en", NAME)
    assert drawn.state == DRAWN
    assert not drawn.figure.legends
