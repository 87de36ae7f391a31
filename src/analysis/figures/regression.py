"""Models of the responses: what a doubling of population goes with in each."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.models import LOG2_POPULATION
from analysis.context import DRAWN, State
from analysis.figures.forest import Block, Line, Mark, Scale, draw_forest, effect_keys, written_effect
from analysis.figures.survey import Drawing
from analysis.lang import NO_BREAK_SPACE, Lang, format_number, text
from analysis.models.results import WITHHELD, failed_checks, main_rows, shown_part
from analysis.release import Released

_N = f"n{NO_BREAK_SPACE}={NO_BREAK_SPACE}"
_ITEMS: dict[Scale, str] = {"odds_ratio": "model_odds_ratios", "percentage_points": "model_points"}


def draw_models(models: Released, codebook: Codebook, wave: Wave, lang: Lang, scale: Scale) -> Drawing:
    """Draw what a doubling of population goes with in each declared model.

    Parameters
    ----------
    models
        Rows of `models.csv` as `models.regress.regress` returns them, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.
    scale
        Odds ratios, or points on average; those of an ordered scale are of the answers on its upper side.

    Returns
    -------
    Drawing
        Hollow and light is what did not pass every check. What has no estimate says so. Of a reconstruction there are
        no intervals. The data are the rows drawn.
    """
    shown = doubling(models.rows, codebook, scale)
    lines = tuple(_line(row, codebook, scale, lang) for _, row in shown.iterrows())
    blocks = [Block(text("regress.doubling", lang), "", lines)] if lines else []
    collected = wave.basis == "collected"
    notes = [text("regress.models_note" if collected else "regress.models_note_made_up", lang)]
    if scale == "percentage_points" and any(each.outcome.category is None for each in codebook.models.values()):
        notes.append(text("regress.models_note_ordinal", lang))
    figure = draw_forest(
        blocks, scale, codebook.items[_ITEMS[scale]].title[lang], shown, wave, lang,
        base=text("regress.models_base" if blocks else "regress.no_models", lang),
        axis_label=text(f"regress.axis_model_{scale}", lang), note="\n".join(notes) if blocks else "",
        keys=effect_keys(blocks, lang, main=text("regress.key_passed", lang), other=text("regress.key_failed", lang)),
    )  # fmt: skip
    told = "; ".join(f"{line.label}: {line.written}" for line in lines)
    alt = text("regress.models_alt", lang, axis=text(f"regress.axis_model_{scale}", lang), rows=told)
    return Drawing(
        figure, marked(alt if lines else text("regress.no_models", lang), shown, lang), shown,
        models_state(models, codebook, lang),
    )  # fmt: skip


def doubling(models: pd.DataFrame, codebook: Codebook, scale: Scale) -> pd.DataFrame:
    """Return the row of each declared model for a doubling of population; of one without, the row that says why."""
    rows = main_rows(models, codebook)
    found = []
    for name, of in rows.groupby("declared", sort=False):
        own = of[(of["term"] == LOG2_POPULATION) & (of["scale"] == scale)]
        if scale == "percentage_points":
            own = shown_part(own, str(name), codebook)
        found.append((own if len(own) else of).head(1))
    return pd.concat(found, ignore_index=True) if found else rows


def models_state(models: Released, codebook: Codebook, lang: Lang) -> State:
    """Return how many of the declared models have an estimate, and which have none."""
    shown = doubling(models.rows, codebook, "odds_ratio")
    without = shown[shown["estimate"].isna() | (shown["scale"] != "odds_ratio")]
    if shown.empty or len(without) == len(shown):
        return State("not_drawn", text("regress.no_models", lang))
    if without.empty:
        return DRAWN
    labels = [codebook.models[name].label[lang] for name in without["declared"]]
    return State("partly", text("regress.no_estimate_of", lang, rows="; ".join(labels)))


def marked(alt: str, rows: pd.DataFrame, lang: Lang) -> str:
    """Return an alt text that says first that it is of a reconstruction, where it is."""
    return f"{text('site.mark_reconstructed', lang)}. {alt}" if "reconstructed" in set(rows["basis"]) else alt


def _line(row: pd.Series, codebook: Codebook, scale: Scale, lang: Lang) -> Line:
    n = "" if pd.isna(row["n"]) else format_number(row["n"], lang)
    label = codebook.models[row["declared"]].label[lang]
    label = text("regress.label_n", lang, label=label, n=n).replace("n = ", _N) if n else label
    if row["scale"] != scale or pd.isna(row["estimate"]):
        return Line(label, (), text("survey.withheld" if row["checks"] == WITHHELD else "regress.no_estimate", lang))
    mark = Mark(row["estimate"], row["estimate"], row["low"], row["high"], not failed_checks(row["checks"]))
    return Line(label, (mark,), written_effect(mark, scale, lang))
