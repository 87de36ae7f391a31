"""What print leaves open about size: the range that the difference of the largest and the smallest class can have."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.labels import answer_label
from analysis.context import DRAWN, State
from analysis.estimates.open_numbers import says_nothing
from analysis.figures.forest import Block, Line, Mark, Scale, draw_forest, effect_keys, written_effect
from analysis.figures.grouped import as_printed
from analysis.figures.survey import Drawing
from analysis.lang import Lang, text

_SCALE: Scale = "percentage_points"


def draw_associations(associations: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> Drawing:
    """Draw how much larger the share of an answer can be in the largest class than in the smallest, and how much less.

    Parameters
    ----------
    associations
        As `load("associations")` returns them: public, since they follow from print alone.
    codebook, wave, lang
        The study, the wave, the language of the texts.

    Returns
    -------
    Drawing
        A range is hatched; from −100 to 100 points it says nothing, and the label says so. The data are the rows drawn,
        turned round (`large-small`), as all other figures of size have them.
    """
    rows = _turned(associations[associations["scale"] == _SCALE]).assign(basis="published").reset_index(drop=True)
    printed = rows["printed_by_size"].astype(bool)
    blocks = [
        Block(text(f"regress.{name}", lang), "", tuple(_line(row, codebook, wave, lang) for _, row in of.iterrows()))
        for name, of in (("by_size", rows[printed]), ("not_by_size", rows[~printed]))
        if len(of)
    ]
    figure = draw_forest(
        blocks, _SCALE, codebook.items["associations"].title[lang], rows, as_printed(codebook, wave), lang,
        base=_classes(rows, codebook, lang) if blocks else text("regress.no_associations", lang),
        axis_label=text("regress.axis_associations", lang),
        note=text("regress.associations_note", lang) if blocks else "",
        keys=effect_keys(blocks, lang, main=text("regress.key_settled", lang)),
    )  # fmt: skip
    state = DRAWN if blocks else State("not_drawn", text("regress.no_associations", lang))
    return Drawing(figure, _alt(blocks, rows, codebook, lang), rows, state)


def _turned(rows: pd.DataFrame) -> pd.DataFrame:
    """Return differences in points of the second class against the first."""
    contrast = ["-".join(reversed(each.split("-"))) for each in rows["contrast"]]
    return rows.assign(contrast=contrast, low=-rows["high"], high=-rows["low"])


def _line(row: pd.Series, codebook: Codebook, wave: Wave, lang: Lang) -> Line:
    label = answer_label(codebook, row["variable"], row["category"], wave.year, lang)
    if pd.isna(row["low"]):
        return Line(label, (), text("regress.no_export", lang))
    mark = Mark(row["low"], row["high"])
    written = text("regress.anything", lang) if says_nothing(row) else written_effect(mark, _SCALE, lang)
    return Line(label, (mark,), written)


def _classes(rows: pd.DataFrame, codebook: Codebook, lang: Lang) -> str:
    first, second = rows["contrast"].iloc[0].split("-")
    names = {name: label[lang] for name, label in codebook.size_classes.items()}
    return text("regress.associations_base", lang, first=names[first], second=names[second])


def _alt(blocks: list[Block], rows: pd.DataFrame, codebook: Codebook, lang: Lang) -> str:
    if not blocks:
        return text("regress.no_associations", lang)
    told = [
        text(
            "regress.alt_group", lang, heading=block.heading,
            lines="; ".join(f"{line.label}: {line.written}" for line in block.lines),
        )
        for block in blocks
    ]  # fmt: skip
    return text("regress.associations_alt", lang, classes=_classes(rows, codebook, lang), rows=" ".join(told))
