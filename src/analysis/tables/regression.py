"""Tables of models of the responses: their numbers, what follows from them, and what they did not pass."""

from __future__ import annotations

import numpy as np
import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, Wave
from analysis.context import DRAWN, State
from analysis.figures.forest import Mark, Scale, written, written_effect
from analysis.figures.regression import doubling, models_state
from analysis.figures.style import source_note
from analysis.lang import NOTHING, Lang, format_number, text
from analysis.models.caveats import checks_told
from analysis.models.fitting import WAVE
from analysis.models.panel import CHANGE, CHANGE_BY_SIZE
from analysis.models.results import WITHHELD, failed_checks, main_rows
from analysis.models.rows import DETECTABLE
from analysis.models.sentences import model_sentences
from analysis.models.written import written_p
from analysis.release import Released
from analysis.tables.grouped import words_table
from analysis.tables.survey import mark_reconstructed

_COLUMNS = ("family", "n", "clusters", "odds_ratio", "points", "p", "p_holm", "detectable", "passed")
_OF_CHANGE = (
    "n", "clusters", "changed", "p", "p_holm", "changed_by_size", "p_by_size", "p_holm_by_size", "passed",
)  # fmt: skip
_WORDS = ["family", "passed"]


def models_view(models: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out each declared model: what a doubling of population goes with, how sure that is, and what it passed.

    Parameters
    ----------
    models
        Rows of `models.csv` as `models.regress.regress` returns them, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.

    Returns
    -------
    tuple
        The table; its data, all rows with their variants; and how much of it is there. Columns in which nothing stands,
        such as p-values of a reconstruction, are left out.
    """
    rows = main_rows(models.rows, codebook)
    cells = [_model(str(name), of, codebook, lang) for name, of in rows.groupby("declared", sort=False)]
    shown = pd.DataFrame(cells, columns=["model", *_COLUMNS])
    columns = [name for name in _COLUMNS if not set(shown[name]) <= {NOTHING}]
    table = (
        GT(shown[["model", *columns]], rowname_col="model")
        .tab_stubhead(text("regress.model", lang))
        .cols_label({name: text(f"regress.{name}", lang) for name in columns})
        .cols_align("right", columns=[name for name in columns if name not in _WORDS])
        .cols_align("left", columns=[name for name in columns if name in _WORDS])
        .tab_source_note(text("regress.models_table_note", lang))
        .tab_source_note(source_note(rows["basis"], wave, lang))
    )
    return mark_reconstructed(table, rows, columns, lang), models.rows, models_state(models, codebook, lang)


def model_conclusions_view(models: Released, codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out what can and cannot be concluded from each declared model, in one plain statement.

    Parameters
    ----------
    models, codebook, lang
        As for `models_view`.

    Returns
    -------
    tuple
        The table; its data, as `models.sentences.model_sentences` gives them; and how much of it is there.
    """
    found = model_sentences(models.rows, codebook, lang)
    shown = found.assign(conclusion=[text(f"regress.conclusion_{each}", lang) for each in found["conclusion"]])
    labels = {"conclusion": ("concluded", 8), "sentence": ("sentence", 36)}
    table = words_table(shown[list(labels)], labels, lang)
    table = mark_reconstructed(table, models.rows, ["conclusion", "sentence"], lang)
    return table, found, DRAWN if len(found) else State("not_drawn", text("regress.no_models", lang))


def model_checks_view(models: Released, codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out what each declared model did not pass, in words, with the remedy.

    Parameters
    ----------
    models, codebook, lang
        As for `models_view`.

    Returns
    -------
    tuple
        The table; its data, as `models.caveats.checks_told` gives them; and how much of it is there.
    """
    found = checks_told(models.rows, codebook, lang)
    shown = pd.DataFrame(
        {
            "model": [codebook.models[name].label[lang] for name in found["model"]],
            "check": [text(f"models.name_{name}", lang) for name in found["check"]],
            "sentence": found["sentence"],
        }
    )
    labels = {"model": ("model", 12), "check": ("check", 9), "sentence": ("found", 27)}
    table = mark_reconstructed(words_table(shown, labels, lang), models.rows, list(labels), lang)
    return table, found, DRAWN if len(found) else State("not_drawn", text("regress.every_check_passed", lang))


def change_models_view(models: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out each declared model of two waves: whether answers changed, and otherwise in larger municipalities.

    Parameters
    ----------
    models
        Rows of `models.csv` as `models.panel.regress_change` returns them, released.
    codebook, wave, lang
        The study, the later wave, the language of the texts.

    Returns
    -------
    tuple
        The table, odds of the later wave against the earlier, and how they are multiplied where population doubles; its
        data; and how much of it is there: nothing of waves whose municipalities are made up.
    """
    rows = models.rows
    cells = [_change(name, rows, codebook, lang) for name in codebook.models]
    shown = pd.DataFrame(cells, columns=["model", *_OF_CHANGE])
    table = (
        GT(shown, rowname_col="model")
        .tab_stubhead(text("regress.model", lang))
        .cols_label({name: text(f"regress.{name}", lang) for name in _OF_CHANGE})
        .cols_align("right", columns=[name for name in _OF_CHANGE if name not in _WORDS])
        .cols_align("left", columns=[name for name in _OF_CHANGE if name in _WORDS])
        .tab_source_note(text("regress.change_note", lang))
        .tab_source_note(source_note(rows["basis"], wave, lang))
    )
    some = rows["estimate"].notna().any()
    state = DRAWN if some else State("not_drawn", text("regress.no_change_models", lang))
    return mark_reconstructed(table, rows, list(_OF_CHANGE), lang), rows, state


def _change(name: str, rows: pd.DataFrame, codebook: Codebook, lang: Lang) -> dict[str, str]:
    own = {variant: rows[rows["model"] == f"{name}/{variant}"] for variant in (CHANGE, CHANGE_BY_SIZE)}
    first = own[CHANGE].iloc[0]
    tested = {}
    for variant, of in own.items():
        term = of["term"].astype(str).str.contains(" × " if variant == CHANGE_BY_SIZE else f"^{WAVE}:")
        effect = of[term & (of["scale"] == "odds_ratio")]
        tested[variant] = (
            [NOTHING] * 3
            if effect.empty
            else [
                _effect(effect.iloc[0], "odds_ratio", lang),
                *(written_p(effect[each].iloc[0], lang) for each in ("p", "p_adjusted")),
            ]
        )
    return {
        "model": codebook.models[name].label[lang],
        "n": _count(first["n"], lang),
        "clusters": _count(first["clusters"], lang),
        **dict(zip(_OF_CHANGE[2:5], tested[CHANGE], strict=True)),
        **dict(zip(_OF_CHANGE[5:8], tested[CHANGE_BY_SIZE], strict=True)),
        "passed": _passed(first["checks"], lang),
    }


def _model(name: str, rows: pd.DataFrame, codebook: Codebook, lang: Lang) -> dict[str, str]:
    first = rows.iloc[0]
    effects = {scale: doubling(rows, codebook, scale).iloc[0] for scale in ("odds_ratio", "percentage_points")}
    odds = effects["odds_ratio"] if effects["odds_ratio"]["scale"] == "odds_ratio" else None
    detectable = rows.loc[rows["scale"] == DETECTABLE, "estimate"]
    return {
        "model": codebook.models[name].label[lang],
        "family": text(f"regress.family_{first['family']}", lang),
        "n": _count(first["n"], lang),
        "clusters": _count(first["clusters"], lang),
        "odds_ratio": _effect(effects["odds_ratio"], "odds_ratio", lang),
        "points": _effect(effects["percentage_points"], "percentage_points", lang),
        "p": NOTHING if odds is None else written_p(odds["p"], lang),
        "p_holm": NOTHING if odds is None else written_p(odds["p_adjusted"], lang),
        "detectable": written(float(np.exp(detectable.iloc[0])), "odds_ratio", lang) if len(detectable) else NOTHING,
        "passed": _passed(first["checks"], lang),
    }


def _passed(checks: str, lang: Lang) -> str:
    """Return in words whether a model passed its checks, and if not, which it did not."""
    if checks == WITHHELD:
        return text("survey.withheld", lang)
    if failed := failed_checks(checks):
        names = ", ".join(text(f"models.name_{each}", lang) for each in failed)
        return text("regress.not_passed", lang, checks=names)
    return text("regress.all_passed", lang)


def _effect(row: pd.Series, scale: Scale, lang: Lang) -> str:
    if row["scale"] != scale or pd.isna(row["estimate"]):
        return NOTHING
    return written_effect(Mark(row["estimate"], row["estimate"], row["low"], row["high"]), scale, lang)


def _count(value: float, lang: Lang) -> str:
    return NOTHING if pd.isna(value) else format_number(value, lang)
