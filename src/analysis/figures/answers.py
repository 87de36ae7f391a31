"""What a figure or table shows of a question: its answers with their numbers, and in words what these are of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import ALL, join_group, parse_group
from analysis.context import DRAWN, State
from analysis.estimates.survey import item_of
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.release import Released

Kind = Literal["answer", "group", "member", "missing"]

WITHIN = "within"
"""What `Question.split` says of the answers within a group of the question's own answers."""


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
    """A question's answers: of all that the item is about, within a group of the answers, or of one of its groups.

    Parameters
    ----------
    variable, group
        As in `estimates.csv`.
    label
        What it is called in short.
    asks
        What was asked.
    heading
        What was asked; within a group of answers or of one of the item's groups, who is meant.
    name
        Of one of the item's groups its short name with its n, of all that they are all; what stands beside a bar.
    base
        n, and of whom, in words; why there is none, where there is no answer. Of the item's groups n is that of all of
        them together or, where the item shows no such number, from the smallest to the largest.
    n
        Number of units in the base; None where there is no answer.
    answers
        In the questionnaire's order, each group before its first answer, the kinds of missing last.
    split
        By which key the item splits it; empty where it does not, `WITHIN` within a group of answers.
    """

    variable: str
    group: str
    label: str
    asks: str
    heading: str
    name: str
    base: str
    n: Shown | None
    answers: list[Answer]
    split: str = ""

    @property
    def is_split(self) -> bool:
        """Whether it is of one of the item's groups."""
        return self.split not in ("", WITHIN)


def item_rows(released: Released, codebook: Codebook, name: str, year: int, *, pooled: bool = False) -> pd.DataFrame:
    """Return the rows that an item shows of a wave: of each number the one by the declared method, the first.

    Of an item that names its answers they are of these. With `pooled` they are also of what an item that is split by
    what was asked for each of several purposes is about in all. They are in the order of the item's questions; of each
    all before what they are split by, in the codebook's order.
    """
    rows = released.rows[released.rows["wave"] == year]
    shown = codebook.items[name]
    rows = rows[rows["variable"].isin(shown.variables)]
    if shown.categories:
        rows = rows[rows["category"].isin(["", *shown.categories])]
    rows = rows.drop_duplicates(["item", "variable", "group", "category", "statistic"])
    order: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for item, variable, group in rows[["item", "variable", "group"]].drop_duplicates().itertuples(index=False):
        place = _place(codebook, name, year, variable, group)
        if place is None and pooled and group == shown.group:
            place = (shown.variables.index(variable), -1)
        if place is not None and item == item_of(codebook, variable, group)[0]:
            order[item, variable, group] = place
    cells = pd.Series(list(zip(rows["item"], rows["variable"], rows["group"], strict=True)), rows.index, dtype="object")
    places = cells[cells.isin(list(order))].map(order)
    return rows.loc[places.sort_values(kind="stable").index].reset_index(drop=True)


def split_key(codebook: Codebook, name: str, variable: str, group: str) -> str | None:
    """Return by which key an item splits a question where it shows a group of it, as in `Question.split`.

    None where the item does not show the group.
    """
    item = codebook.items[name]
    if group.startswith(f"{variable}:"):
        return WITHIN if item.group == ALL else None
    own, keys = parse_group(item.group), parse_group(group)
    if not own.items() <= keys.items():
        return None
    rest = keys.keys() - own.keys() - codebook.variables[variable].asked_under.keys()
    if not rest:
        # Of what is asked for each purpose and shown by purpose, the sum of all is no total.
        return None if set(_pooled_keys(codebook, variable, group)) & set(item.by) else ""
    return next(iter(rest)) if len(rest) == 1 and rest <= set(item.by) else None


def item_groups(codebook: Codebook, year: int, name: str) -> list[str]:
    """Return the groups an item shows: all that it is about, then each that it is split by."""
    item = codebook.items[name]
    own = parse_group(item.group)
    values = [(key, value) for key in item.by for value in codebook.group_values(key, year)]
    return [item.group, *(join_group(dict(sorted((own | {key: value}).items()))) for key, value in values)]


def group_name(codebook: Codebook, key: str, value: str, year: int, lang: Lang) -> str:
    """Return what a value of a group is called; values that no codebook lists are their own names."""
    labels = codebook.group_values(key, year)
    return labels[value][lang] if value in labels else value


def key_name(codebook: Codebook, key: str, lang: Lang) -> str:
    """Return what numbers are split by, in words."""
    return codebook.groups[key][lang] if key in codebook.groups else text(f"dictionary.key_{key}", lang)


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
            label, asks = codebook.variables[variable].label[lang], asked(codebook, variable, lang)
            why = _why_none(codebook, name, wave, lang)
            found.append(Question(variable, ALL, label, asks, asks, "", why, None, []))
            continue
        base = _shared_base(of_variable, codebook, name, wave, lang)
        for group, of_group in of_variable.groupby("group", sort=False):
            found.append(_question(of_group, codebook, name, wave, lang, base, variable, str(group)))
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


def shown_state(found: list[Question], codebook: Codebook, name: str, wave: Wave, lang: Lang) -> State:
    """Return how much of an item is there; what is open, withheld or was not asked; and which data it would need."""
    if not any(question.answers for question in found):
        return State("not_drawn", _why_none(codebook, name, wave, lang))
    reasons = []
    for state in ("open", "withheld"):
        parts: dict[str, list[str]] = {}
        for question in found:
            labels = [answer.label for answer in question.answers if answer.state == state]
            if labels and question.is_split:
                # One by one they would fill the page.
                whom = text("survey.state_split", lang, by=key_name(codebook, question.split, lang).lower())
                parts.setdefault(whom, []).append(codebook.variables[question.variable].label[lang])
            elif labels:
                parts.setdefault(question.label, []).extend(labels)
        if parts:
            told = "; ".join(f"{whom}: {', '.join(dict.fromkeys(labels))}" for whom, labels in parts.items())
            reasons.append(text(f"survey.state_{state}", lang, answers=told))
    reasons += [f"{question.label}: {question.base}" for question in found if not question.answers]
    if wave.basis == "reconstructed" and (needed := _needed(codebook, name, lang)):
        reasons.append(needed)
    return State("partly", " ".join(reasons)) if reasons else DRAWN


def told(found: list[Question], lang: Lang) -> str:
    """Return questions and answers as one text with all numbers, for those who do not see the picture."""
    sentences = []
    base = variable = ""
    for question in found:
        heading = question.heading if question.heading[-1] in ".?!" else f"{question.heading}."
        if question.is_split and question.variable != variable:
            heading = f"{question.asks} {heading}"
        variable = question.variable
        if question.base != base or not question.answers:
            heading = f"{heading} {question.base}"
            base = question.base
        answers = "; ".join(f"{answer.label}: {_in_words(answer, lang)}" for answer in question.answers)
        sentences.append(text("survey.told", lang, heading=heading, answers=answers) if answers else heading)
    return " ".join(sentences)


def _in_words(answer: Answer, lang: Lang) -> str:
    written = answer.written(lang)
    return text("survey.told_open", lang, numbers=written) if answer.state == "open" else written


def _question(
    rows: pd.DataFrame, codebook: Codebook, name: str, wave: Wave, lang: Lang, base: str, variable: str, group: str
) -> Question:
    number = shown_number(rows[rows["statistic"] == "base"].iloc[0])
    n = number.written(lang)
    split = split_key(codebook, name, variable, group) or ""
    label = codebook.variables[variable].label[lang]
    asks = heading = asked(codebook, variable, lang)
    called = _whole_name(codebook, variable, group, lang)
    if split == WITHIN:
        own, _, value = group.partition(":")
        answer = codebook.answers_of(own, wave.year)[value][lang]
        heading, base = text("survey.within", lang, answer=answer), text("survey.base_within", lang, n=n)
        label = f"{label} ({answer})"
    elif split:
        value = parse_group(group)[split]
        heading = group_name(codebook, split, value, wave.year, lang)
        label = f"{label} ({heading})"
        called = short_name(codebook, split, heading, wave.year, lang)
        heading = with_n(heading, n, lang)
    called = with_n(called, n, lang)
    present = set(rows["category"])
    answers = [
        Answer(category, codebook.answers_of(variable, wave.year)[category][lang], kind, *_numbers(rows, category))
        for category, kind in _in_order(codebook, variable, wave.year, present)
    ]
    return Question(variable, group, label, asks, heading, called, base, number, answers, split)


def with_n(group: str, n: str, lang: Lang) -> str:
    """Return what a group is called with its n."""
    return text("survey.group_n", lang, group=group, n=n).replace(" = ", f"{NO_BREAK_SPACE}={NO_BREAK_SPACE}")


def short_name(codebook: Codebook, key: str, label: str, year: int, lang: Lang) -> str:
    """Return a group's name without what it says in brackets, where it is still another than that of the others."""
    short = label.partition(" (")[0]
    same = [other for other in codebook.group_values(key, year).values() if other[lang].partition(" (")[0] == short]
    return short if len(same) == 1 else label


def _whole_name(codebook: Codebook, variable: str, group: str, lang: Lang) -> str:
    """Return what the whole is called beside its groups: all, or all askings of a question together."""
    pooled = _pooled_keys(codebook, variable, group)
    if not pooled:
        return text("survey.total", lang)
    return text("survey.pooled", lang, by=", ".join(key_name(codebook, key, lang).lower() for key in pooled))


def _pooled_keys(codebook: Codebook, variable: str, group: str) -> list[str]:
    """Return the keys whose askings a number takes together."""
    return [key for key in codebook.variables[variable].asked_per if key not in parse_group(group)]


def _in_order(codebook: Codebook, variable: str, year: int, present: set[str]) -> list[tuple[str, Kind]]:
    """Return those answers and groups of several answers that are present as they are set out."""
    question = codebook.variables[variable]
    if question.kind == "multiple":
        return [(option, "answer") for option in question.options or {} if option in present]
    codes = codebook.codes_of(variable, year)
    groups = {name: group.of for name, group in codes.groups.items() if len(group.of) > 1}
    grouped = {category for name, members in groups.items() if name in present for category in members}
    order: list[tuple[str, Kind]] = []
    for category in codes.substantive:
        order += [(name, "group") for name, of in groups.items() if category == min(of, key=codes.substantive.index)]
        order.append((category, "member" if category in grouped else "answer"))
    order += [(name, "missing") for name in codes.unknown]
    return [(name, kind) for name, kind in order if name in present]


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


def _place(codebook: Codebook, name: str, year: int, variable: str, group: str) -> tuple[int, ...] | None:
    """Return where an item shows a group of a question; None where it does not show it."""
    split = split_key(codebook, name, variable, group)
    item = codebook.items[name]
    if split is None:
        return None
    place = item.variables.index(variable)
    if split in ("", WITHIN):
        return place, -1
    values = list(codebook.group_values(split, year))
    value = parse_group(group)[split]
    return place, item.by.index(split), values.index(value) if value in values else len(values)


def _shared_base(rows: pd.DataFrame, codebook: Codebook, name: str, wave: Wave, lang: Lang) -> str:
    """Return the sentence on n and base of a question: of all, or from the smallest group to the largest."""
    bases = rows[rows["statistic"] == "base"]
    variable = str(bases["variable"].iloc[0])
    whole = bases["group"].map(lambda group: split_key(codebook, name, variable, str(group)) == "")
    if whole.any():
        first = bases[whole].iloc[0]
        sentence = _base(first, codebook, name, wave, lang, shown_number(first).written(lang))
        pooled = _pooled_keys(codebook, variable, str(first["group"]))
        return f"{sentence} {_whole_name(codebook, variable, first['group'], lang)}." if pooled else sentence
    split = bases["group"].map(lambda group: bool(split_key(codebook, name, variable, str(group))))
    bases = bases[split] if split.any() else bases
    numbers = [shown_number(row) for _, row in bases.iterrows()]
    ends = [end for number in numbers for end in (number.value, number.low, number.high) if end is not None]
    if not ends:
        return _base(bases.iloc[0], codebook, name, wave, lang, numbers[0].written(lang))
    least, most = min(ends), max(ends)
    span = Shown("base", least) if least == most else Shown("base", None, least, most)
    return _base(bases.iloc[0], codebook, name, wave, lang, span.written(lang))


def _base(row: pd.Series, codebook: Codebook, name: str, wave: Wave, lang: Lang, n: str) -> str:
    """Return the sentence on n, on what counts as an answer, on whom the item is about and on who was asked."""
    question = codebook.variables[row["variable"]]
    universe = question.asked_of
    whom = "all" if universe and question.share_of == "all" else row["base_kind"]
    units = text(f"survey.units_{codebook.unit}", lang)
    if pooled := _pooled_keys(codebook, row["variable"], row["group"]):
        units = " × ".join([units, *(key_name(codebook, key, lang).lower() for key in pooled)])
    sentence = text(f"survey.base_{whom}", lang, n=n, units=units)
    if question.kind == "multiple":
        sentence = f"{sentence} {text('survey.several', lang)}"
    for key, value in parse_group(codebook.items[name].group).items():
        about = group_name(codebook, key, value, wave.year, lang)
        sentence = f"{sentence} {key_name(codebook, key, lang)}: {about}."
    told = {codebook.groups[key].variable for key in parse_group(codebook.items[name].group) if key in codebook.groups}
    if not universe or (universe.variable == codebook.questionnaire and universe.variable in told):
        return sentence
    labels = codebook.answers_of(universe.variable, wave.year)
    answers = text("survey.or", lang).join(labels[answer][lang] for answer in universe.answers)
    if universe.variable == codebook.questionnaire:
        return f"{sentence} {codebook.variables[universe.variable].label[lang]}: {answers}."
    routed = text("survey.routed", lang, answers=answers, question=codebook.variables[universe.variable].label[lang])
    return f"{sentence} {routed}"


def _why_none(codebook: Codebook, name: str, wave: Wave, lang: Lang) -> str:
    if wave.basis != "reconstructed":
        return text("survey.not_asked", lang)
    return f"{text('survey.not_printed', lang)} {_needed(codebook, name, lang)}".strip()


def _needed(codebook: Codebook, name: str, lang: Lang) -> str:
    """Return which data would fill what print leaves open of an item, where the codebook says so."""
    needs = codebook.items[name].needs
    return text("survey.needs", lang, needs=needs[lang].rstrip(".")) if needs else ""
