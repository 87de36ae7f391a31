"""Models of the responses: what a doubling of population goes with, and the shares that they predict by population."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.codebook import Codebook, Wave
from analysis.context import DRAWN, State
from analysis.figures.forest import Block, Line, Mark, Scale, draw_forest, effect_keys, written_effect
from analysis.figures.shares import EMPTY, draw_key, key_height, percent_sign
from analysis.figures.style import BLUE, GREY, INK, LIGHT_BLUE, ORANGE, WIDTH, look, survey_frame, wrapped
from analysis.figures.survey import Drawing
from analysis.lang import Lang, format_number, text
from analysis.models.sentences import DOUBLING, failed_checks, main_rows
from analysis.release import Released

_ITEMS: dict[Scale, str] = {"odds_ratio": "model_odds_ratios", "percentage_points": "model_points"}
_COLUMNS = 3
_PANEL = 1.75  # inches
_TITLE_LINES = 3
_TITLE = 8.0
_PLACES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
_DASHES = ("-", "--", ":", "-.")
_COLOURS = (BLUE, ORANGE, INK, GREY)
_SHAPES = ("o", "D", "s", "^")
_MARK = 3.0  # area of a mark for each answer behind it, in square points


def draw_models(models: Released, codebook: Codebook, wave: Wave, lang: Lang, scale: Scale) -> Drawing:
    """Draw what a doubling of population goes with in each declared model.

    Parameters
    ----------
    models
        Rows of `models.csv`, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.
    scale
        Odds ratios, or points on average.

    Returns
    -------
    Drawing
        Hollow is what did not pass every check. A model without an estimate says so. Of a reconstruction there are
        no intervals. The data are the rows drawn.
    """
    rows = main_rows(models.rows, codebook)
    rows = rows[(rows["term"] == DOUBLING) & rows["scale"].isin([scale, ""]) | rows["scale"].isna()]
    rows = rows.reset_index(drop=True)
    lines = [_line(row, codebook, scale, lang) for _, row in rows.iterrows()]
    blocks = [Block(text("regress.doubling", lang), "", tuple(lines))] if lines else []
    note = text("regress.models_note" if wave.basis == "collected" else "regress.models_note_made_up", lang)
    figure = draw_forest(
        blocks, scale, codebook.items[_ITEMS[scale]].title[lang], rows, wave, lang,
        base=text("regress.models_base" if blocks else "regress.no_models", lang),
        axis_label=text(f"regress.axis_model_{scale}", lang), note=note if blocks else "",
        keys=effect_keys(
            blocks, lang, main=text("regress.key_passed", lang), other=text("regress.key_failed", lang)
        ),
    )  # fmt: skip
    alt = _marked(text("regress.models_alt", lang, rows="; ".join(f"{line.label}: {line.written}" for line in lines)), wave, lang)  # noqa: E501
    return Drawing(figure, alt, rows, models_state(models, codebook, lang))
