"""What printed numbers by group say: each group against the first, at both extremes of alike answers."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.questions import Label
from analysis.context import DRAWN, State
from analysis.figures.forest import Block, Line, Mark, Scale, draw_forest, effect_keys, written_effect
from analysis.figures.survey import Drawing
from analysis.lang import NOTHING, Lang, text
from analysis.published.grouped import checks_of, comparison_label, group_label
from analysis.release import Released

_TITLES: dict[Scale, str] = {"odds_ratio": "print_odds_ratios", "percentage_points": "print_points"}


def draw_grouped(models: Released, codebook: Codebook, wave: Wave, lang: Lang, scale: Scale) -> Drawing:
    """Draw each group of each comparison in print against the first, with the interval over all that print allows.

    Parameters
    ----------
    models
        Rows of `models.csv` as `published.grouped.grouped_models` returns them, released.
    codebook, wave, lang
        The study, the wave, the language of the texts.
    scale
        Odds ratios or percentage points.

    Returns
    -------
    Drawing
        The dependence of answers that counts is dark, the other light; a value that print leaves open is hatched over
        its range. The data are the rows drawn.
    """
    rows = models.rows[models.rows["scale"] == scale].reset_index(drop=True)
    blocks = [_block(of, codebook, wave, lang, scale) for _, of in rows.groupby(["model", "outcome"], sort=False)]
    item = codebook.items[_TITLES[scale]]
    figure = draw_forest(
        blocks, scale, item.title[lang], models.rows, as_printed(codebook, wave), lang,
        base=text("regress.print_base" if blocks else "regress.print_nothing", lang),
        axis_label=text(f"regress.axis_{scale}", lang),
        note=text("regress.print_note", lang) if blocks else "",
        keys=effect_keys(blocks, lang, main=text("regress.key_main", lang), other=text("regress.key_other", lang)),
    )  # fmt: skip
    return Drawing(figure, _alt(blocks, scale, lang), rows, grouped_state(models, codebook, wave, lang))


def as_printed(codebook: Codebook, wave: Wave) -> Wave:
    """Return a wave with the report as its source, for what rests on print alone."""
    report = f"{codebook.report.publisher}: {codebook.report.title}"
    return wave.model_copy(update={"source": Label(da=report, en=report)})


def grouped_state(models: Released, codebook: Codebook, wave: Wave, lang: Lang) -> State:
    """Return how much of what print compares can be tested, and what cannot."""
    rows = models.rows
    if not rows["scale"].notna().any():
        return State("not_drawn", text("regress.print_nothing", lang))
    untested = rows[rows["scale"].isna() & rows["outcome"].notna()]
    if untested.empty:
        return DRAWN
    labels = [comparison_label(outcome, codebook, wave.year, lang) for outcome in dict.fromkeys(untested["outcome"])]
    return State("partly", text("regress.print_untested", lang, rows="; ".join(labels)))


def _block(rows: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, scale: Scale) -> Block:
    """Return the groups of one comparison."""
    first = rows.iloc[0]
    checks = checks_of(first["checks"])
    reference = group_label(checks["reference"], codebook, wave.year, lang)
    bases = checks["bases"].replace("-", NOTHING).split("/")
    lines = [
        _line(group_label(str(term), codebook, wave.year, lang), of, scale, lang)
        for term, of in rows.groupby("term", sort=False)
    ]
    base = text("regress.against", lang, reference=reference, n=" / ".join(bases))
    return Block(comparison_label(first["outcome"], codebook, wave.year, lang), base, tuple(lines))


def _line(label: str, rows: pd.DataFrame, scale: Scale, lang: Lang) -> Line:
    marks = [
        Mark(row["value_low"], row["value_high"], row["low"], row["high"], "headline" in checks_of(row["checks"]))
        for _, row in rows.iterrows()
    ]
    marks.sort(key=lambda mark: not mark.main)
    return Line(label, tuple(marks), written_effect(marks[0], scale, lang))


def _alt(blocks: list[Block], scale: Scale, lang: Lang) -> str:
    if not blocks:
        return text("regress.print_nothing", lang)
    told = [
        text(
            "regress.alt_block", lang, heading=block.heading, base=block.base,
            lines="; ".join(f"{line.label}: {line.written}" for line in block.lines),
        )
        for block in blocks
    ]  # fmt: skip
    return text("regress.print_alt", lang, axis=text(f"regress.axis_{scale}", lang), rows=" ".join(told))
