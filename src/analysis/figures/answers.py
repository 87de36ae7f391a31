"""What a figure or table shows of a question: its answers with their numbers, and in words what these are of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.context import DRAWN, State
from analysis.estimates.survey import item_of
from analysis.lang import NOTHING, Lang, format_number, text
from analysis.release import Released

Kind = Literal["answer", "group", "member", "missing"]


@dataclass(frozen=True)
class Shown:
    """A number in one of its three states.

    It is given (`value`); or open, where print leaves it a range (`low`, `high`, and no value); or withheld by
    disclosure control (none of them).

    Parameters
    ----------
    statistic
        Decides how it is written.
    value
        The number; None where it is open or withheld.
    low, high
        Of an open number, the smallest and the largest that agree with print; of any other its interval.
    """

    statistic: str
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def state(self) -> Literal["given", "open", "withheld"]:
        """Which of the three it is in."""
        if self.value is not None:
            return "given"
        return "withheld" if self.high is None else "open"

    @property
    def end(self) -> float:
        """The largest that is drawn of it."""
        return max(number for number in (self.value, self.high, 0.0) if number is not None)

    def written(self, lang: Lang) -> str:
        """Return it as the language writes it."""
        if self.state == "withheld":
            return text("survey.withheld", lang)
        if self.state == "open":
            low = format_number(self.low or 0.0, lang, self.statistic, unit=False)
            return f"{low}{NOTHING}{format_number(self.high or 0.0, lang, self.statistic)}"
        return format_number(self.value or 0.0, lang, self.statistic)


@dataclass(frozen=True)
class Answer:
    """An answer, or answers counted together.

    Parameters
    ----------
    category, label
        Its name and its text.
    kind
        An answer that says something, a group of several, an answer that is in such a group, or one of the kinds of
        missing.
    count
        How many gave it.
    percent
        What share they are; None where nobody is in the base.
    """

    category: str
    label: str
    kind: Kind
    count: Shown
    percent: Shown | None

    @property
    def state(self) -> Literal["given", "open", "withheld"]:
        """Which of the three states its count is in; its share is in the same."""
        return self.count.state

    def written(self, lang: Lang) -> str:
        """Return count and share: `41 · 42.7%`."""
        if self.percent is None or self.state == "withheld":
            return self.count.written(lang)
        return f"{self.count.written(lang)} · {self.percent.written(lang)}"


@dataclass(frozen=True)
class Question:
    """A question's answers, of all or within a group of them.

    Parameters
    ----------
    variable, group
        As in `estimates.csv`.
    label
        What it is called in short.
    heading
        What was asked; within a group, who is meant.
    base
        n, and of whom, in words; why there is none, where there is no answer.
    n
        Number of units in the base; None where there is no answer.
    answers
        In the questionnaire's order, each group before its first answer, the kinds of missing last.
    """

    variable: str
    group: str
    label: str
    heading: str
    base: str
    n: Shown | None
    answers: list[Answer]


def item_rows(released: Released, codebook: Codebook, name: str, year: int) -> pd.DataFrame:
    """Return the rows that an item shows of a wave: of each number the one by the declared method, the first."""
    rows = released.rows[released.rows["wave"] == year]
    items = {variable: item_of(codebook, variable)[0] for variable in codebook.items[name].variables}
    rows = rows[rows["item"] == rows["variable"].map(items)]
    rows = rows.drop_duplicates(["variable", "group", "category", "statistic"])
    order = rows["variable"].map({variable: place for place, variable in enumerate(items)})
    return rows.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def questions(rows: pd.DataFrame, codebook: Codebook, name: str, wave: Wave, lang: Lang) -> list[Question]:
    """Return an item's questions as its rows answer them; one without rows has no answers and says why.

    Parameters
    ----------
    rows
        What `item_rows` returns.
    codebook, name
        The study and its item.
    wave
        The wave that is shown.
    """
    found = []
    for variable in codebook.items[name].variables:
        of_variable = rows[rows["variable"] == variable]
        if of_variable.empty:
            label, heading = codebook.variables[variable].label[lang], asked(codebook, variable, lang)
            found.append(Question(variable, "all", label, heading, _why_none(wave, lang), None, []))
        for group, of_group in of_variable.groupby("group", sort=False):
            found.append(_question(of_group, codebook, wave, lang, variable, str(group)))
    return found


def asked(codebook: Codebook, variable: str, lang: Lang) -> str:
    """Return what was asked."""
    question = codebook.variables[variable]
    return (question.ask or question.label)[lang]


def statements(codebook: Codebook, variables: list[str], lang: Lang) -> tuple[str, dict[str, str]]:
    """Return what questions of one battery have in common, and variable -> what each asks.

    The export writes a battery's questions as `<stem> - <statement>`; questions of different stems have none.
    """
    parts = {name: asked(codebook, name, lang).rpartition(" - ") for name in variables}
    stems = {stem for stem, _, _ in parts.values()}
    if len(stems) > 1 or stems == {""}:
        return "", {name: asked(codebook, name, lang) for name in variables}
    return stems.pop(), {name: statement[0].upper() + statement[1:] for name, (_, _, statement) in parts.items()}


def full_title(title: str, question: str) -> str:
    """Return the question where it begins with the title's words, so that they do not stand twice; else the title."""
    begins, asks = (re.sub(r"\W+", " ", words).casefold().strip() for words in (title, question))
    return question if asks.startswith(begins) else title


def shown_state(found: list[Question], wave: Wave, lang: Lang) -> State:
    """Return how much of an item is there, and what is open, withheld or was not asked."""
    if not any(question.answers for question in found):
        return State("not_drawn", _why_none(wave, lang))
    reasons = []
    for state in ("open", "withheld"):
        parts = [
            f"{question.label}: {', '.join(labels)}"
            for question in found
            if (labels := [answer.label for answer in question.answers if answer.state == state])
        ]
        if parts:
            reasons.append(text(f"survey.state_{state}", lang, answers="; ".join(parts)))
    reasons += [f"{question.label}: {question.base}" for question in found if not question.answers]
    return State("partly", " ".join(reasons)) if reasons else DRAWN


def told(found: list[Question], lang: Lang) -> str:
    """Return questions and answers as one text with all numbers, for those who do not see the picture."""
    sentences = []
    base = ""
    for question in found:
        heading = question.heading if question.heading[-1] in ".?!" else f"{question.heading}."
        if question.base != base or not question.answers:
            heading = f"{heading} {question.base}"
            base = question.base
        answers = "; ".join(f"{answer.label}: {_in_words(answer, lang)}" for answer in question.answers)
        sentences.append(text("survey.told", lang, heading=heading, answers=answers) if answers else heading)
    return " ".join(sentences)


def _in_words(answer: Answer, lang: Lang) -> str:
    written = answer.written(lang)
    return text("survey.told_open", lang, numbers=written) if answer.state == "open" else written


def _question(rows: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, variable: str, group: str) -> Question:
    base = rows[rows["statistic"] == "base"].iloc[0]
    number = shown_number(base)
    n = number.written(lang)
    label = codebook.variables[variable].label[lang]
    if group == "all":
        heading, sentence = asked(codebook, variable, lang), _base(base, codebook, wave, lang, n)
    else:
        name, _, value = group.partition(":")
        answer = codebook.answers_of(name, wave.year)[value][lang]
        heading, sentence = text("survey.within", lang, answer=answer), text("survey.base_within", lang, n=n)
        label = f"{label} ({answer})"
    present = set(rows["category"])
    answers = [
        Answer(category, codebook.answers_of(variable, wave.year)[category][lang], kind, *_numbers(rows, category))
        for category, kind in _in_order(codebook, variable, wave.year)
        if category in present
    ]
    return Question(variable, group, label, heading, sentence, number, answers)


def _in_order(codebook: Codebook, variable: str, year: int) -> list[tuple[str, Kind]]:
    """Return answers and groups of several answers as they are set out."""
    question = codebook.variables[variable]
    if question.kind == "multiple":
        return [(option, "answer") for option in question.options or {}]
    codes = codebook.codes_of(variable, year)
    groups = {name: group.of for name, group in codes.groups.items() if len(group.of) > 1}
    grouped = {category for members in groups.values() for category in members}
    order: list[tuple[str, Kind]] = []
    for category in codes.substantive:
        order += [(name, "group") for name, of in groups.items() if category == min(of, key=codes.substantive.index)]
        order.append((category, "member" if category in grouped else "answer"))
    return [*order, *((name, "missing") for name in codes.unknown)]


def _numbers(rows: pd.DataFrame, category: str) -> tuple[Shown, Shown | None]:
    numbers = {row["statistic"]: shown_number(row) for _, row in rows[rows["category"] == category].iterrows()}
    return numbers["count"], numbers.get("percent")


def shown_number(row: pd.Series) -> Shown:
    """Return the number of a row of `estimates.csv`."""
    statistic = row["statistic"]
    if pd.notna(row["value"]):
        low, high = (None if pd.isna(row[end]) else float(row[end]) for end in ("low", "high"))
        return Shown(statistic, float(row["value"]), low, high)
    if pd.notna(row["identified_high"]):
        return Shown(statistic, None, float(row["identified_low"]), float(row["identified_high"]))
    return Shown(statistic)


def _base(row: pd.Series, codebook: Codebook, wave: Wave, lang: Lang, n: str) -> str:
    """Return the sentence on n, on what counts as an answer, and on who was asked."""
    question = codebook.variables[row["variable"]]
    universe = question.asked_of
    whom = "all" if universe and question.share_of == "all" else row["base_kind"]
    units = text(f"survey.units_{codebook.unit}", lang)
    sentence = text(f"survey.base_{whom}", lang, n=n, units=units)
    if question.kind == "multiple":
        sentence = f"{sentence} {text('survey.several', lang)}"
    if not universe:
        return sentence
    labels = codebook.answers_of(universe.variable, wave.year)
    answers = text("survey.or", lang).join(labels[answer][lang] for answer in universe.answers)
    routed = text("survey.routed", lang, answers=answers, question=codebook.variables[universe.variable].label[lang])
    return f"{sentence} {routed}"


def _why_none(wave: Wave, lang: Lang) -> str:
    return text("survey.not_printed" if wave.basis == "reconstructed" else "survey.not_asked", lang)
