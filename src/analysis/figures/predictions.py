"""Shares along population: what each model predicts, and what was answered."""

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
from analysis.figures.regression import marked
from analysis.figures.shares import EMPTY, draw_key, key_height, percent_sign
from analysis.figures.style import BLUE, GREY, INK, LIGHT_BLUE, WIDTH, look, survey_frame, wrapped
from analysis.figures.survey import Drawing
from analysis.lang import Lang, format_number, text
from analysis.models.results import shown_cut
from analysis.release import Released

_COLUMNS = 3
_PANEL = 1.8  # inches
_TITLE = 8.0
_PLACES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
_LARGEST = 45.0  # square points of the mark with the most answers


def draw_predictions(predictions: Released, observed: Released, codebook: Codebook, wave: Wave, lang: Lang) -> Drawing:
    """Draw the share that each model predicts along population, on a log axis, and the shares that were given.

    Parameters
    ----------
    predictions, observed
        As `models.regress.Regression` has them, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.

    Returns
    -------
    Drawing
        A panel for each model with a curve. Of an ordered scale, the share on its upper side. Bands are 95 % intervals;
        the area of a mark is the number of answers behind it. The data are curves and marks, told apart by `shown`.
    """
    curves, marks = (_upper(each.rows, codebook, wave).assign(basis=wave.basis) for each in (predictions, observed))
    curves = curves[curves["value"].notna()]
    names = list(dict.fromkeys(curves["model"]))
    lines = max(1, math.ceil(len(names) / _COLUMNS))
    data = pd.concat([curves.assign(shown="model"), marks.assign(shown="answers")], ignore_index=True)
    keys = _keys(curves, lang) if names else []
    note = text("regress.predictions_note", lang)
    if marks["value"].isna().any():
        note += "\n" + text("regress.predictions_withheld", lang)
    with look():
        figure, axes = survey_frame(
            codebook.items["predictions"].title[lang], data, wave, lang,
            base=text("regress.predictions_base" if names else "regress.no_models", lang),
            height=lines * _PANEL + key_height(keys) if names else EMPTY,
            columns=_COLUMNS if names else 1, lines=lines, note=note if names else "",
        )  # fmt: skip
        for place, axis in enumerate(axes):
            if place >= len(names):
                axis.set_visible(False)
                continue
            curve, answers = (each[each["model"] == names[place]] for each in (curves, marks))
            _panel(axis, curve, answers, marks["n"].max(), _title(names[place], curves, codebook, wave, lang))
            _axes(axis, data, lang, last=place + _COLUMNS >= len(names))
        draw_key(figure, keys)
    state = DRAWN if names else State("not_drawn", text("regress.no_models", lang))
    told = "; ".join(_told(curves[curves["model"] == name], name, curves, codebook, wave, lang) for name in names)
    alt = text("regress.predictions_alt", lang, rows=told) if names else text("regress.no_models", lang)
    return Drawing(figure, marked(alt, data, lang), data, state)


def _upper(rows: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Return of each model one share: that of the answer, or of those on the upper side of a scale."""
    parts = []
    for model, of in rows.groupby("model", sort=False):
        name = str(model).partition("/")[0]
        categories = list(dict.fromkeys(of["category"]))
        if codebook.models[name].outcome.category is None:
            of = of[of["category"] == shown_cut(categories, name, codebook, wave.year)]
        parts.append(of)
    return pd.concat(parts, ignore_index=True) if parts else rows


def _title(name: str, curves: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> str:
    model = codebook.models[name.partition("/")[0]]
    if model.outcome.category is not None:
        return model.label[lang]
    category = curves.loc[curves["model"] == name, "category"].iloc[0]
    answer = codebook.answers_of(model.outcome.variable, wave.year)[category][lang]
    return text("regress.at_least", lang, label=model.label[lang], answer=answer)


def _panel(axis: Axes, curve: pd.DataFrame, marks: pd.DataFrame, most: int, title: str) -> None:
    if curve["low"].notna().any():
        axis.fill_between(
            curve["population"].astype(float), curve["low"].astype(float), curve["high"].astype(float),
            facecolor=LIGHT_BLUE, alpha=0.45, edgecolor=BLUE, linewidth=0.6, linestyle=":", zorder=1,
        )  # fmt: skip
    axis.plot(curve["population"], curve["value"], color=BLUE, linewidth=1.6, zorder=3)
    marks = marks[marks["value"].notna()]
    axis.scatter(
        marks["population"], marks["value"], s=_LARGEST * marks["n"].astype(float) / most, facecolor="white",
        edgecolor=INK, linewidths=0.9, zorder=4, clip_on=False,
    )  # fmt: skip
    axis.set_title("\n".join(wrapped(title, WIDTH / _COLUMNS - 0.35, _TITLE, "bold")), fontsize=_TITLE)


def _axes(axis: Axes, shown: pd.DataFrame, lang: Lang, *, last: bool) -> None:
    axis.set_xscale("log")
    low, high = (float(end) for end in shown.loc[shown["value"].notna(), "population"].agg(["min", "max"]))
    low, high = low / 1.15, high * 1.15
    axis.set_xlim(low, high)
    places = [place for place in _PLACES if low <= place <= high]
    axis.xaxis.set_major_locator(FixedLocator(places))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, lang)))
    axis.set_ylim(0, 100)
    axis.set_yticks([0, 50, 100])
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_sign(value, lang)))
    axis.tick_params(labelsize=7.5)
    axis.grid(axis="y", color=GREY, alpha=0.25, linewidth=0.6)
    if last:
        axis.set_xlabel(text("regress.axis_population", lang), fontsize=_TITLE)


def _keys(curves: pd.DataFrame, lang: Lang) -> list[list[Artist]]:
    line: list[Artist] = [Line2D([], [], color=BLUE, linewidth=1.6, label=text("regress.key_curve", lang))]
    if curves["low"].notna().any():
        band = Patch(facecolor=LIGHT_BLUE, alpha=0.6, edgecolor=BLUE, linewidth=0.6)
        band.set_label(text("regress.key_band", lang))
        line.append(band)
    mark = Line2D([], [], linestyle="", marker="o", markersize=5, markerfacecolor="white", markeredgecolor=INK)
    mark.set_label(text("regress.key_answers", lang))
    return [[*line, mark]]


def _told(of: pd.DataFrame, name: str, curves: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> str:
    """Return what a curve shows in words: its ends."""
    ends = [
        text(
            "regress.alt_end", lang, value=format_number(row["value"], lang, "percent"),
            population=format_number(row["population"], lang),
        )
        for _, row in of.iloc[[0, -1]].iterrows()
    ]  # fmt: skip
    return text(
        "regress.alt_curve", lang, title=_title(name, curves, codebook, wave, lang), first=ends[0], last=ends[1]
    )
