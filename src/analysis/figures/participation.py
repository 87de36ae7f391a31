"""Bars of who answered: which part of the municipalities of each size and region."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import ALL
from analysis.context import DRAWN, State
from analysis.estimates.participation import ITEM, took_part
from analysis.estimates.quantities import PARTICIPATION
from analysis.figures.answers import Answer, Question, group_name, shown_number
from analysis.figures.survey import Drawing, alt_text, bars_figure
from analysis.lang import NO_BREAK_SPACE, Lang, text
from analysis.published.marks import participation_marks
from analysis.release import Released


def draw_participation(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Drawing:
    """Draw which part of the municipalities took part: of all, by size class and by region.

    Parameters
    ----------
    released
        Estimates of `estimates.participation`.
    published
        Rows of `published.csv`: what they give of the same is marked.
    codebook, wave, name
        The study, the wave and the item.
    lang
        Language of the texts.
    """
    rows = released.rows[(released.rows["item"] == ITEM) & (released.rows["category"] == "")].reset_index(drop=True)
    found = [
        _question(str(key), of_key, codebook, wave, lang)
        for key, of_key in rows.groupby(rows["group"].str.split(":").str[0], sort=False)
    ]
    marks = participation_marks(published, rows, took_part(codebook))
    marks = marks.assign(category=marks["group"], group=marks["group"].str.split(":").str[0])
    title, n = codebook.items[name].title[lang], found[0].n
    base = text("cleaning.participation_base", lang, n=n.written(lang) if n else "")
    figure = bars_figure(found, marks, rows, codebook, wave, lang, title=title, base=base)
    alt = alt_text(text("survey.alt_bars", lang), found, wave, lang, printed=len(marks) > 0)
    opened = [question.heading for question in found if any(answer.state == "open" for answer in question.answers)]
    state = State("partly", text("survey.state_open", lang, answers=", ".join(opened))) if opened else DRAWN
    return Drawing(figure, alt, rows, state)


def _question(key: str, rows: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang) -> Question:
    """Return the groups by one key as answers of a question are drawn; those of all are one."""
    answers = []
    for group, of_group in rows.groupby("group", sort=False):
        base, count, percent = (
            shown_number(of_group[of_group["statistic"] == statistic].iloc[0])
            for statistic in ("base", "count", "percent")
        )
        label = text("cleaning.everyone", lang)
        if group != ALL:
            label = group_name(codebook, key, str(group).partition(":")[2], wave.year, lang).partition(" (")[0]
        label = text("survey.group_n", lang, group=label, n=base.written(lang))
        label = label.replace(" = ", f"{NO_BREAK_SPACE}={NO_BREAK_SPACE}")
        answers.append(Answer(str(group), label, "group" if group == ALL else "answer", count, percent))
    heading = text(f"cleaning.by_{key}", lang)
    is_open = any(answer.state == "open" for answer in answers)
    return Question(
        PARTICIPATION,
        key,
        heading,
        heading,
        heading,
        heading,
        text("cleaning.not_printed_by", lang) if is_open else "",
        shown_number(rows[rows["statistic"] == "base"].iloc[0]),
        answers,
    )
