"""What a printed number is of, in words."""

from __future__ import annotations

from analysis.codebook import Codebook
from analysis.codebook.groups import CASE, SINCE
from analysis.lang import Lang, text


def group_labels(codebook: Codebook, group: dict[str, str], year: int, lang: Lang) -> list[str]:
    """Return the text of each part of a group: a value of a dimension, an answer, a year, a place."""
    return [_label(codebook, key, value, year, lang) for key, value in group.items()]


def answer_label(codebook: Codebook, variable: str, category: str, year: int, lang: Lang) -> str:
    """Return the text of a variable, and of one of its answers where there is one."""
    label = codebook.variables[variable].label[lang]
    return f"{label}, {codebook.answers_of(variable, year)[category][lang]}" if category else label


def cell_label(codebook: Codebook, variable: str, category: str, group: dict[str, str], year: int, lang: Lang) -> str:
    """Return the text of an answer and of whom it is."""
    return ", ".join(
        [answer_label(codebook, variable, category, year, lang), *group_labels(codebook, group, year, lang)]
    )


def number_of(name: str, lang: Lang) -> str:
    """Return an item's number as its report writes it: `figure_5_1` is `Figur 5.1`; empty where it has none."""
    kind, _, number = name.partition("_")
    if not number.replace("_", "").isdecimal():
        return ""
    return f"{text(f'documents.{kind}', lang)} {number.replace('_', '.')}"


def _label(codebook: Codebook, key: str, value: str, year: int, lang: Lang) -> str:
    if key == SINCE:
        return text("table.since", lang, year=value)
    labels = codebook.group_values(key, year)
    if value not in labels:
        return text("dictionary.case", lang) if value == CASE else value
    # A dimension may have the name of a question: then nobody's answer is meant.
    if key in codebook.variables and key not in codebook.groups:
        return text("table.within", lang, group=labels[value][lang])
    return labels[value][lang]
