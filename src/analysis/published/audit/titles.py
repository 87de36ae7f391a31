"""Titles that say something else than the table or figure shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.codebook import Codebook
from analysis.codebook.groups import CASE, is_case, parse_group
from analysis.codebook.items import Item
from analysis.codebook.questions import Label
from analysis.lang import Lang, text
from analysis.published.audit.findings import Finding
from analysis.published.audit.references import item_number, item_on_page, listed, printed_items, title_place

_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_TWO_NAMES = re.compile(r"(\w+) og (\w+)")
_SHORT = 3
# Words that make no difference to what a title says.
_SMALL = frozenset({"af", "for", "i", "inden", "indenfor", "og", "om", "området", "på", "til", "ved"})


def titles(codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield titles that name another group than is shown, or a part of it only, or that are another item's.

    The first two are certain. That a title is another item's is judged by its words without those of the item's own
    group, and is only likely: it is taken as the title of what most of the items with it show.
    """
    printed = printed_items(codebook)
    for name, item in printed.items():
        for key, named, shown in (*_another_group(item, codebook), *_part_of_group(item, codebook)):
            message = text(
                f"audit.title_{key}",
                lang,
                item=item_on_page(codebook, name, lang),
                named=listed([label[lang] for label in named], lang),
                shown=listed([label[lang] for label in shown], lang),
            )
            yield Finding("title", "error", "certain", message, title_place(codebook, name))
    by_words: dict[tuple[str, ...], list[str]] = {}
    for name, item in printed.items():
        if item.variables:
            by_words.setdefault(_words_but_group(item, codebook), []).append(name)
    for names in by_words.values():
        yield from _taken(names, codebook, lang)


_Named = tuple[str, list[Label], list[Label]]
"""Which contradiction it is, what the title names, and what is shown."""


def _another_group(item: Item, codebook: Codebook) -> Iterator[_Named]:
    """Yield what a title names instead of the value that its item is of."""
    words, group = _words(item.title["da"]), parse_group(item.group)
    for key, value in group.items():
        labels = codebook.group_values(key, 0)
        named = [other for other, label in labels.items() if _names(words, label["da"])]
        if named and value in labels and value not in named and value != CASE:
            yield "group", [labels[other] for other in named], [labels[value]]


def _part_of_group(item: Item, codebook: Codebook) -> Iterator[_Named]:
    """Yield what a title names of a dimension that its item is all of."""
    words, group = _words(item.title["da"]), parse_group(item.group)
    if not item.variables or is_case(group):
        return
    asked_per = {key for name in item.variables for key in codebook.variables[name].asked_per}
    for key, dimension in codebook.groups.items():
        # What is split by area may be so about one of them; what was asked for each purpose is not about one purpose.
        if key in group or not (key in asked_per or (dimension.partition and key not in item.by)):
            continue
        labels = {value: label for value, label in dimension.values.items() if value != CASE}
        named: list[Label] = [label for label in labels.values() if _names(words, label["da"])]
        # A question may be of one value by its own name.
        told = [
            any(_names(_words(codebook.variables[name].label["da"]), label["da"]) for label in named)
            for name in item.variables
        ]
        if named and len(named) < len(labels) and not all(told):
            yield "part", named, list(labels.values())


def _taken(names: Sequence[str], codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield those of some items with one title that show something else than most of them."""

    def alike(name: str) -> list[str]:
        shown = set(codebook.items[name].variables)
        return [other for other in names if shown & set(codebook.items[other].variables)]

    owners = max((alike(name) for name in names), key=len)
    for name in names:
        if not any(name in alike(owner) for owner in owners):
            shown = [codebook.variables[variable].label[lang] for variable in codebook.items[name].variables]
            message = text(
                "audit.title_same",
                lang,
                item=item_on_page(codebook, name, lang),
                other=item_number(owners[0], lang),
                shown=listed(shown, lang),
            )
            place, other = (title_place(codebook, each) for each in (name, owners[0]))
            yield Finding("title", "error", "likely", message, place, (other,))


def _words_but_group(item: Item, codebook: Codebook) -> tuple[str, ...]:
    """Return the words of a title without those that name its group, where others show the same of another group."""
    names = [
        name
        for key, value in parse_group(item.group).items()
        if value in (labels := codebook.group_values(key, 0)) and not _decides(key, item, codebook)
        for words in _alternatives(labels[value]["da"])
        for name in words
    ]
    return tuple(
        word
        for word in _words(item.title["da"])
        if word not in _SMALL and not any(_begins(word, name) for name in names)
    )


def _decides(key: str, item: Item, codebook: Codebook) -> bool:
    """Tell whether what an item shows is shown of its value of a dimension only: its words are then the subject's."""
    value = parse_group(item.group)[key]
    return not any(
        parse_group(other.group).get(key) != value and set(other.variables) & set(item.variables)
        for other in printed_items(codebook).values()
    )


def _names(words: Sequence[str], label: str) -> bool:
    """Tell whether a title names what a label does, be it in a compound: Tandpleje in tandplejeområdet."""
    return any(
        all(any(_begins(word, name) for word in words) for name in names) for names in _alternatives(label) if names
    )


def _alternatives(label: str) -> list[list[str]]:
    """Return the words that name a label; either half of two names joined by `og` does."""
    label = _IN_BRACKETS.sub("", label).strip()
    halves = _TWO_NAMES.fullmatch(label)
    return [[name for name in _words(part) if name not in _SMALL] for part in (halves.groups() if halves else [label])]


def _begins(word: str, name: str) -> bool:
    """Tell whether a word is a name or begins with one; a name of few letters begins other words by chance."""
    return word == name or (len(name) > _SHORT and word.startswith(name))


def _words(written: str) -> list[str]:
    return _WORD.findall(written.casefold())
