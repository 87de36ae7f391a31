"""Where the bars of a survey's figure stand: one for each answer, or side by side for each group that gave it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.codebook import Codebook
from analysis.figures.answers import Answer, Question, key_name
from analysis.figures.shares import BAR, EMPTY, NUMBERS
from analysis.figures.style import BLUE, LIGHT_BLUE, SILVER, WIDTH, balanced, wrapped
from analysis.lang import Lang, text
from analysis.published.marks import Mark, marks_of

LINE = 0.155
"""Inches from a line of text to the next."""

COLOURS = {"answer": BLUE, "group": BLUE, "member": LIGHT_BLUE, "missing": SILVER}
"""Of a bar, by the kind of its answer."""

_LABELS = 2.4  # inches for the texts of answers
_GROUP = 0.2  # inches from the bar of a group to the next
_GROUP_BAR = 0.14  # inches
_APART = 0.05  # inches between the groups by one key and those by the next
_MANY = 24  # bars: of more, those of groups that are all open become a line


@dataclass(frozen=True)
class Bar:
    """An answer on its place.

    Parameters
    ----------
    answer, printed
        The answer, and what is printed of it.
    y
        Its middle, in inches from the top.
    words
        What stands beside it, wrapped.
    bold
        Whether these are bold.
    colour, thickness
        Of the bar; its thickness in inches.
    """

    answer: Answer
    printed: list[Mark]
    y: float
    words: str
    bold: bool
    colour: str
    thickness: float = BAR

    @property
    def end(self) -> float:
        """How far anything drawn of it reaches."""
        return max([self.answer.percent.end if self.answer.percent else 0.0, *(mark.end for mark in self.printed)])


@dataclass(frozen=True)
class Across:
    """Lines across the figure, `y` inches from the top."""

    words: str
    y: float
    bold: bool


def place_bars(
    found: list[Question], marks: pd.DataFrame, title: str, base: str, codebook: Codebook, lang: Lang
) -> tuple[list[Across], list[Bar], float]:
    """Return what stands across the figure, the bars, and the height of all in inches.

    Parameters
    ----------
    found
        The questions, of each all before the groups it is split by.
    marks
        What `published.marks.printed_marks` returns.
    title, base
        What stands above already, and is not said again.
    codebook, lang
        The study and the language, for what it is split by.
    """
    in_lines = {
        cell: text("survey.split_open_ranges", lang, by=key_name(codebook, cell[1], lang), ranges=ranges)
        for cell, ranges in _open_ranges(found, marks, lang).items()
    }
    texts: list[Across] = []
    bars: list[Bar] = []
    y = 0.05
    for question, groups in _blocks(found):
        y = _headed(texts, question, y, title, base) + 0.05
        y = _by_group(texts, bars, groups, marks, in_lines, y) if groups else _plain(bars, question, marks, y)
        y += 0.14
    return texts, bars, max(y, EMPTY)


def _blocks(found: list[Question]) -> list[tuple[Question, list[Question]]]:
    """Return each question with all and the groups it is split by; without groups where it is not."""
    blocks: list[tuple[Question, list[Question]]] = []
    for question in found:
        if not question.is_split:
            blocks.append((question, []))
            continue
        if not blocks or blocks[-1][0].variable != question.variable:
            blocks.append((question, []))
        first, groups = blocks[-1]
        groups += [question] if groups or first.is_split else [first, question]
    return blocks


def _headed(texts: list[Across], question: Question, y: float, title: str, base: str) -> float:
    """Add the lines above a question; return where they end."""
    heading = question.asks if question.is_split else question.heading
    heading = "" if heading == title else heading
    sentence = "" if question.base == base else question.base
    if question.split and not question.is_split:
        heading, sentence = f"{heading} · {sentence}".rstrip("."), ""
    for words, bold in ((heading, True), (sentence, False)):
        if words:
            lines = wrapped(words, WIDTH - 0.2, 9, "bold" if bold else "normal")
            texts.append(Across("\n".join(lines), y, bold))
            y += LINE * len(lines) + 0.02
    return y


def _plain(bars: list[Bar], question: Question, marks: pd.DataFrame, y: float) -> float:
    """Add a bar for each answer, its text beside it; return where they end."""
    for place, answer in enumerate(question.answers):
        if answer.kind == "missing" and place and question.answers[place - 1].kind != "missing":
            y += 0.1
        bold = answer.kind == "group"
        lines = balanced(answer.label, _LABELS, 9, "bold" if bold else "normal")
        height = max(0.27, LINE * len(lines) + 0.08)
        printed = _printed(marks, question, answer)
        bars.append(Bar(answer, printed, y + height / 2, "\n".join(lines), bold, COLOURS[answer.kind]))
        y += height
    return y


def _by_group(
    texts: list[Across],
    bars: list[Bar],
    groups: list[Question],
    marks: pd.DataFrame,
    in_lines: dict[tuple[str, str, str], str],
    y: float,
) -> float:
    """Add for each answer a bar of all and one of each group, the answer above them; return where they end."""
    named = {answer.category: answer.label for question in groups for answer in question.answers}
    for category, label in named.items():
        lines = wrapped(label, WIDTH - 0.2, 9, "bold")
        texts.append(Across("\n".join(lines), y, bold=True))
        y += LINE * len(lines) + 0.04
        split = groups[0].split
        for question in groups:
            y += _APART if question.split != split else 0.0
            cell = (question.variable, question.split, category)
            if cell not in in_lines:
                y = _group_bar(bars, question, category, marks, y)
            elif question.split != split:
                lines = wrapped(in_lines[cell], WIDTH - 0.2, 9)
                texts.append(Across("\n".join(lines), y, bold=False))
                y += LINE * len(lines)
            split = question.split
        y += 0.12
    return y


def _group_bar(bars: list[Bar], question: Question, category: str, marks: pd.DataFrame, y: float) -> float:
    """Add the bar of a group; return where it ends."""
    lines = balanced(question.name, _LABELS, NUMBERS, "normal" if question.is_split else "bold")
    height = max(_GROUP, LINE * len(lines) + 0.02)
    for answer in question.answers:
        if answer.category == category:
            colour = LIGHT_BLUE if question.is_split else BLUE
            place, words, printed = y + height / 2, "\n".join(lines), _printed(marks, question, answer)
            bars.append(Bar(answer, printed, place, words, not question.is_split, colour, _GROUP_BAR))
            y += height
    return y


def _open_ranges(found: list[Question], marks: pd.DataFrame, lang: Lang) -> dict[tuple[str, str, str], str]:
    """Return question, key and answer -> the ranges of the groups, of a figure with many bars, where all are open."""
    cells: dict[tuple[str, str, str], list[tuple[Question, Answer]]] = {}
    for question in found:
        for answer in question.answers if question.is_split else ():
            cells.setdefault((question.variable, question.split, answer.category), []).append((question, answer))
    if sum(map(len, cells.values())) <= _MANY:
        return {}
    return {
        cell: " · ".join(
            f"{question.name}: {(answer.percent or answer.count).written(lang)}" for question, answer in groups
        )
        for cell, groups in cells.items()
        if not any(answer.state != "open" or _printed(marks, question, answer) for question, answer in groups)
    }


def _printed(marks: pd.DataFrame, question: Question, answer: Answer) -> list[Mark]:
    return marks_of(marks, question.variable, question.group).get(answer.category, [])
