"""The figures of KL's report, drawn once for each language."""

from __future__ import annotations

import functools

from analysis.figures.printed_series import draw_series
from analysis.figures.printed_values import draw_values
from analysis.figures.survey import Drawing
from analysis.lang import Lang
from tests import naere

FORMS = {"series": draw_series, "printed_values": draw_values}
FIGURES = {name: item for name, item in naere.codebook().items.items() if item.kind == "figure"}


def of_form(form: str) -> list[str]:
    """Return the figures of a form."""
    return [name for name, item in FIGURES.items() if item.form == form]


@functools.cache
def drawn(name: str, lang: Lang = "en") -> Drawing:
    draw = FORMS[str(FIGURES[name].form)]
    return draw(naere.released(), naere.codebook(), naere.wave(), lang, name)
