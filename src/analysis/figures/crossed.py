"""Answers crossed with the groups that gave them, or with several questions: what stands where in a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import parse_group
from analysis.errors import AnalysisError
from analysis.figures.answers import (
    Answer,
    Kind,
    Question,
    asked,
    group_name,
    item_groups,
    item_rows,
    questions,
    short_name,
    statements,
    with_n,
)
from analysis.lang import Lang, format_number, text
from analysis.published.marks import Mark, marks_of, printed_marks
from analysis.published.printed import as_printed
from analysis.release import Released

_CELL = ["wave", "variable", "group", "category"]


@dataclass(frozen=True)
class Column:
    """A group, or a question, with its answers.

    Parameters
    ----------
    question
        What is known of it; without answers where nothing but print says anything.
    label
        What it is called, with its n.
    cells
        Category -> answer.
    marks
        Category -> the percentages printed.
    printed
        Category -> what the item itself prints of it; else all that is printed of it.
    is_whole
        Whether it is of all, beside the groups of them.
    """

    question: Question
    label: str
    cells: dict[str, Answer]
    marks: dict[str, list[Mark]]
    printed: dict[str, str]
    is_whole: bool


@dataclass(frozen=True)
class Crossed:
    """A grid.

    Parameters
    ----------
    answers
        Category -> text and kind of each answer, from the top.
    columns
        From the left.
    asked
        What was asked; one line for each question.
    rows
        The rows of `estimates.csv` that it shows.
    marks
        What `published.marks.printed_marks` returns of its cells.
    """

    answers: dict[str, tuple[str, Kind]]
    columns: list[Column]
    asked: str
    rows: pd.DataFrame
    marks: pd.DataFrame

    @property
    def found(self) -> list[Question]:
        """What is known of each column."""
        return [column.question for column in self.columns]


def crossed(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Crossed:
    """Cross an item's answers with the groups of its `by`, or with its questions.

    A group that nobody belongs to, since the question was not asked of it, has no column; one that only print says
    anything of has one.

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

    Raises
    ------
    AnalysisError
        The item has neither one question that is split by one key, nor questions with the same answers.
    """
    item = codebook.items[name]
    answers = {tuple(codebook.answers_of(each, wave.year)) for each in item.variables}
    if len(item.by) > 1 or len(answers) > 1 or (item.by and len(item.variables) > 1):
        raise AnalysisError(
            f"{name} is no grid: it needs one question and one key in `by`, or several questions with the same answers "
            "and no `by`. Change these in the codebook, or give the item another form."
        )
    of_wave = published[published["wave"] == wave.year]
    of_all = of_wave[of_wave["variable"].isin(item.variables) & (of_wave["group"] == item.group)]
    # What was asked for each purpose and is shown by purpose has a sum where print gives numbers of it.
    pooled = bool(of_all["statistic"].isin(["percent", "share"]).any())
    rows = item_rows(released, codebook, name, wave.year, pooled=pooled)
    found = [each for each in questions(rows, codebook, name, wave, lang) if each.n is None or each.n.end > 0]
    if item.by:
        found += _only_printed({each.group for each in found}, of_wave, codebook, wave, lang, name)
        order = item_groups(codebook, wave.year, name)
        found.sort(key=lambda each: order.index(each.group) if each.group in order else -1)
    shown = item.categories or list(next(iter(answers)))
    cells = [(wave.year, each.variable, each.group, category) for each in found for category in shown]
    frame = pd.DataFrame(cells, columns=_CELL)
    marks = printed_marks(of_wave, frame)
    columns = [_column(each, marks, of_wave, name, split=bool(item.by), lang=lang) for each in found]
    labels = {answer.category: (answer.label, answer.kind) for each in found for answer in each.answers}
    return Crossed(labels, columns, _asked(codebook, item.variables, lang), rows, marks)


def _column(
    question: Question, marks: pd.DataFrame, published: pd.DataFrame, name: str, *, split: bool, lang: Lang
) -> Column:
    own = published[(published["variable"] == question.variable) & (published["group"] == question.group)]
    own = own[own["statistic"].isin(["percent", "share", "count"])]
    label = (question.name if split else "") or question.label
    if not split and question.n:
        label = with_n(label, question.n.written(lang), lang)
    return Column(
        question,
        label,
        {answer.category: answer for answer in question.answers},
        marks_of(marks, question.variable, question.group),
        {str(category): as_printed(_of_item(of, name)) for category, of in own.groupby("category")},
        split and not question.is_split,
    )


def _of_item(printed: pd.DataFrame, name: str) -> pd.DataFrame:
    own = printed[printed["item"] == name]
    return own if len(own) else printed


def _only_printed(
    known: set[str], published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Iterator[Question]:
    """Yield the groups an item is split by that print gives numbers of and the estimates do not."""
    (variable,), (key,) = codebook.items[name].variables, codebook.items[name].by
    labels = codebook.answers_of(variable, wave.year)
    for group in item_groups(codebook, wave.year, name)[1:]:
        own = published[(published["variable"] == variable) & (published["group"] == group)]
        told = own[own["category"].isin(list(labels))]
        if group in known or told.empty:
            continue
        full = group_name(codebook, key, parse_group(group)[key], wave.year, lang)
        called = short_name(codebook, key, full, wave.year, lang)
        for base in own.loc[own["statistic"] == "base", "value"].iloc[:1]:
            called = with_n(called, format_number(base, lang), lang)
        written = [f"{labels[str(row.category)][lang]}: {row.printed}" for row in told.itertuples()]
        why = text("survey.only_printed", lang, answers="; ".join(written))
        label = f"{codebook.variables[variable].label[lang]} ({full})"
        yield Question(variable, group, label, asked(codebook, variable, lang), called, called, why, None, [], key)


def _asked(codebook: Codebook, variables: list[str], lang: Lang) -> str:
    """Return what was asked: of a battery what its questions have in common, of others each on a line."""
    stem, said = statements(codebook, variables, lang)
    if stem:
        return stem
    if len(said) == 1:
        return next(iter(said.values()))
    return "\n".join(f"{codebook.variables[name].label[lang]}: {ask}" for name, ask in said.items())
