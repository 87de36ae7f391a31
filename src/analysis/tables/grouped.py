"""Tables of what printed numbers by group say: each test, and what follows from it."""

from __future__ import annotations

import pandas as pd
from great_tables import GT, loc, style

from analysis.codebook import Codebook, Wave
from analysis.context import DRAWN, State
from analysis.figures.forest import Mark, Scale, written_effect
from analysis.figures.grouped import as_printed, grouped_state
from analysis.figures.style import source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, text
from analysis.models.written import written_p
from analysis.published.grouped import checks_of, comparison_label, group_label, sentences, smallest_effect
from analysis.release import Released

_COLUMNS = ("points", "odds_ratio", "p", "p_holm", "detectable")
_EFFECTS: dict[str, Scale] = {"points": "percentage_points", "odds_ratio": "odds_ratio"}


def grouped_view(models: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out each comparison in print: effects with intervals and p-values, at both extremes of alike answers.

    Beside each test stands the smallest odds ratio that it would have found.

    Parameters
    ----------
    models
        Rows of `models.csv` as `published.grouped.grouped_models` returns them, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.

    Returns
    -------
    tuple
        The table; its data, the rows of `models.csv`; and how much of it is there.
    """
    rows = models.rows
    tested = rows[rows["scale"].notna()]
    shown = pd.DataFrame(
        [
            cells
            for (_, outcome), of in tested.groupby(["model", "outcome"], sort=False)
            for cells in _comparison(str(outcome), of, codebook, wave, lang)
        ],
        columns=["heading", "comparison", "answers_alike", *_COLUMNS],
    )
    table = (
        GT(shown, rowname_col="comparison", groupname_col="heading")
        .tab_stubhead(text("regress.comparison", lang))
        .cols_label({name: text(f"regress.{name}", lang) for name in ("answers_alike", *_COLUMNS)})
        .cols_align("right", columns=list(_COLUMNS))
        .cols_align("left", columns=["answers_alike"])
        .tab_style(style.css("white-space: normal"), loc.body(columns=list(_EFFECTS)))
        .tab_source_note(text("regress.print_table_note", lang))
        .tab_source_note(source_note(rows["basis"], as_printed(codebook, wave), lang))
    )
    return table, rows, grouped_state(models, codebook, wave, lang)


def conclusions_view(models: Released, codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out what can and cannot be concluded of each comparison in print, in one plain statement.

    Parameters
    ----------
    models, codebook, lang
        As for `grouped_view`.

    Returns
    -------
    tuple
        The table; its data, as `published.grouped.sentences` gives them; and how much of it is there.
    """
    found = sentences(models.rows, codebook, lang)
    shown = found.assign(conclusion=[text(f"regress.conclusion_{each}", lang) for each in found["conclusion"]])
    labels = {"conclusion": ("concluded", 8), "sentence": ("sentence", 36)}
    table = words_table(shown[list(labels)], labels, lang)
    return table, found, DRAWN if len(found) else State("not_drawn", text("regress.print_nothing", lang))


def words_table(shown: pd.DataFrame, labels: dict[str, tuple[str, int]], lang: Lang) -> GT:
    """Return a table of words, by column the text of its head and its width in rem."""
    return (
        GT(shown)
        .cols_label({name: text(f"regress.{label}", lang) for name, (label, _) in labels.items()})
        .cols_align("left", columns=list(labels))
        .cols_width({name: f"{width}rem" for name, (_, width) in labels.items()})
    )


def _comparison(outcome: str, rows: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> list[dict[str, str]]:
    """Return the lines of one comparison: each group against the first, then the trend."""
    label = comparison_label(outcome, codebook, wave.year, lang)
    bases = checks_of(rows["checks"].iloc[0])["bases"].replace("-", NOTHING).replace("/", " / ")
    heading = text("regress.base_of", lang, comparison=label, n=bases)
    found = []
    pairs = rows[rows["scale"].isin(list(_EFFECTS.values()))]
    for _, of in pairs.groupby(["term", "dependence"], sort=False):
        first = of.iloc[0]
        group, reference = (
            group_label(each, codebook, wave.year, lang)
            for each in (first["term"], checks_of(first["checks"])["reference"])
        )
        effects = {
            name: _effect(row, scale, lang)
            for name, scale in _EFFECTS.items()
            for _, row in of[of["scale"] == scale].iterrows()
        }
        effects |= _detectable(rows, first, lang)
        found.append(_line(heading, text("regress.pair", lang, group=group, reference=reference), first, effects, lang))
    for _, row in rows[rows["scale"] == "trend"].iterrows():
        effects = _detectable(rows, row, lang)
        found.append(_line(heading, text("regress.trend", lang), row, effects, lang))
    return found


def _detectable(rows: pd.DataFrame, test: pd.Series, lang: Lang) -> dict[str, str]:
    """Return the cell of the smallest odds ratio that a test would have found."""
    return {"detectable": written_effect(Mark(*smallest_effect(rows, test)), "odds_ratio", lang)}


def _line(heading: str, comparison: str, row: pd.Series, effects: dict[str, str], lang: Lang) -> dict[str, str]:
    dependence = text(f"regress.{row['dependence']}", lang)
    if "headline" in checks_of(row["checks"]):
        dependence = text("regress.main", lang, dependence=dependence)
    return {
        "heading": heading,
        "comparison": comparison,
        "answers_alike": dependence,
        **dict.fromkeys(_EFFECTS, NOTHING),
        **effects,
        "p": written_p(row["p"], lang),
        "p_holm": written_p(row["p_adjusted"], lang),
    }


def _effect(row: pd.Series, scale: Scale, lang: Lang) -> str:
    written = written_effect(Mark(row["value_low"], row["value_high"], row["low"], row["high"]), scale, lang)
    # An interval below its value, or the last columns are out of sight.
    return written.replace(f"{NO_BREAK_SPACE}(", " (")
