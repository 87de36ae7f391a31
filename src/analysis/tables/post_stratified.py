"""Table of shares in which each size class counts as its municipalities do, beside the unweighted and the printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import SIZE, groupings
from analysis.codebook.groups import parse_group
from analysis.codebook.labels import group_labels
from analysis.context import DRAWN, State
from analysis.estimates import POST_STRATIFIED
from analysis.figures.answers import Shown, shown_number
from analysis.figures.shares import has_interval
from analysis.figures.style import source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, unbroken

_COLUMNS = ("printed", "unweighted", "post_stratified", "interval")
_CELL = ["variable", "group", "category"]


@dataclass(frozen=True)
class _Row:
    """An answer: as printed, as it is among those that answered, and post-stratified."""

    question: str
    answer: str
    printed: str
    unweighted: Shown | None
    weighted: Shown

    def written(self, lang: Lang) -> dict[str, str]:
        interval = NOTHING
        if has_interval(self.weighted):
            low = format_number(self.weighted.low or 0.0, lang, "percent", unit=False)
            interval = f"{low}{NOTHING}{format_number(self.weighted.high or 0.0, lang, 'percent')}"
        return {
            "question": self.question,
            "answer": self.answer,
            "printed": self.printed.replace(" ", NO_BREAK_SPACE) or NOTHING,
            "unweighted": unbroken(self.unweighted.written(lang)) if self.unweighted else NOTHING,
            "post_stratified": unbroken(self.weighted.written(lang)),
            "interval": unbroken(interval),
        }


def post_stratified_view(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """Set out each post-stratified share of a wave beside the printed one and that among those that answered.

    Parameters
    ----------
    released
        Estimates; those of other waves are not shown.
    published
        Rows of `published.csv`; those of other waves are not shown.
    codebook, wave, name
        The study, the wave that is shown and the item.
    lang
        Language of the texts.

    Returns
    -------
    tuple
        The table; its data, the rows of `estimates.csv` that it shows with all that is `printed` of each; and how much
        of it is there.
    """
    rows = released.rows[(released.rows["wave"] == wave.year) & (released.rows["statistic"] == "percent")]
    weighted = rows[rows["method"] == POST_STRATIFIED]
    plain = rows[rows["method"] != POST_STRATIFIED].drop_duplicates(_CELL)
    plain = plain.merge(weighted[_CELL], on=_CELL)
    printed = published[(published["wave"] == wave.year) & (published["statistic"] == "percent")]
    beside = {tuple(row[_CELL]): row for _, row in plain.iterrows()}
    told = {tuple(row[_CELL]): _printed(row, printed) for _, row in weighted.iterrows()}
    found = [
        _Row(
            _question(row, codebook, wave, lang),
            codebook.answers_of(row["variable"], wave.year)[row["category"]][lang],
            told[tuple(row[_CELL])],
            shown_number(beside[tuple(row[_CELL])]) if tuple(row[_CELL]) in beside else None,
            shown_number(row),
        )
        for _, row in weighted.iterrows()
    ]
    shown = pd.DataFrame([row.written(lang) for row in found], columns=["question", "answer", *_COLUMNS])
    empty = [column for column in ("printed", "interval") if set(shown[column]) <= {NOTHING}]
    columns = [column for column in _COLUMNS if column not in empty]
    table = GT(shown[["question", "answer", *columns]], rowname_col="answer", groupname_col="question")
    table = table.cols_label({column: text(f"post_stratified.{column}", lang) for column in columns})
    table = table.cols_align("right", columns=columns)
    for note in _notes(found, codebook, wave, weighted, lang):
        table = table.tab_source_note(note)
    data = pd.concat([plain, weighted], ignore_index=True).sort_values(_CELL, kind="stable", ignore_index=True)
    data["printed"] = [told[tuple(cell)] for cell in data[_CELL].itertuples(index=False)]
    state = DRAWN if found else State("not_drawn", _why_none(codebook, lang))
    return mark_reconstructed(table, weighted, columns, lang), data, state


def _question(row: pd.Series, codebook: Codebook, wave: Wave, lang: Lang) -> str:
    """Return what a question is called, whom its share is of where that is not all, and n where it is known."""
    labels = [codebook.variables[row["variable"]].label[lang]]
    labels += group_labels(codebook, parse_group(row["group"]), wave.year, lang)
    label = ", ".join(labels)
    if pd.isna(row["base"]):
        return label
    n = format_number(float(row["base"]), lang)
    return text("survey.group_n", lang, group=label, n=n).replace(" = ", f"{NO_BREAK_SPACE}={NO_BREAK_SPACE}")


def _printed(row: pd.Series, printed: pd.DataFrame) -> str:
    """Return all that is printed of a share, each different text once, as it stands there."""
    same = (printed[_CELL] == row[_CELL]).all(axis="columns")
    return "; ".join(printed.loc[same, "printed"].drop_duplicates())


def _split_by_size(codebook: Codebook) -> Iterator[str]:
    """Yield the questions that are given by size."""
    for name, variable in codebook.variables.items():
        if variable.kind in ("single", "multiple") and any(SIZE in keys for keys in groupings(codebook, name)):
            yield name


def _why_none(codebook: Codebook, lang: Lang) -> str:
    split = any(_split_by_size(codebook))
    return text("post_stratified.all_open" if split else "post_stratified.not_by_size", lang)


def _notes(found: list[_Row], codebook: Codebook, wave: Wave, weighted: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """Yield what stands below the table: what was done, what is left out and why, basis and source."""
    if not found:
        yield _why_none(codebook, lang)
    else:
        units = text(f"survey.units_{codebook.unit}", lang)
        yield text("post_stratified.note", lang, units=units)
        if any(row.weighted.state == "open" for row in found):
            yield text("post_stratified.note_range", lang)
        if any(row.weighted.state == "withheld" for row in found):
            yield text("survey.note_withheld", lang)
        left_out = [name for name in _split_by_size(codebook) if name not in set(weighted["variable"])]
        if left_out:
            labels = ", ".join(codebook.variables[name].label[lang] for name in left_out)
            yield text("post_stratified.note_left_out", lang, questions=labels)
    yield source_note([wave.basis], wave, lang)
