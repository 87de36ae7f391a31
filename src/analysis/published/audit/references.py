"""References to a table or figure that does not exist or shows something else, and numbers that are skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import FREE_KEYS, parse_group
from analysis.codebook.items import Item
from analysis.lang import Lang, text
from analysis.published import TEXT
from analysis.published.audit.findings import NO_LINE, Certainty, Finding, Place

_LISTED = 3


@dataclass(frozen=True)
class _Passage:
    """What a passage is about, of whom, and which item it names."""

    chapter: str
    group: dict[str, str]
    variables: tuple[str, ...]
    refers: str
    place: Place

    def contradicts(self, item: Item) -> bool:
        """Tell whether an item shows nothing that the passage is about, or another group."""
        # Of an item that lists no variables and is no concept, nobody knows what it shows.
        known = bool(self.variables) and (item.variables or item.concept)
        shown = parse_group(item.group)
        return bool(known and not set(self.variables) & set(item.variables)) or any(
            shown.get(key, value) != value for key, value in self.group.items()
        )

    def fits(self, item: Item) -> bool:
        """Tell whether an item shows what the passage is about, of neither a wider nor a narrower group."""
        shown = parse_group(item.group)
        narrower = set(shown) - set(self.group) - set(FREE_KEYS)
        wider = set(self.group) - set(shown) - set(item.by)
        same = set(self.variables) & set(item.variables) if self.variables else set(self.group) & set(shown)
        return bool(same) and not narrower and not wider and not self.contradicts(item)


def references(references: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield references to an item that does not exist, or that shows something else than the passage is about.

    An item shows something else where it has none of the passage's variables or is of another group (certain), and
    where it is of a wider or narrower group while another item shows just what the passage is about (likely).

    Parameters
    ----------
    references
        Rows of `references.csv` (see `load_references`).
    codebook
        The study's.
    lang
        Language of the messages.
    """
    printed = printed_items(codebook)
    for row in references.to_dict("records"):
        passage = _Passage(
            row["chapter"],
            parse_group(row["group"]),
            tuple(row["variable"].split(";")) if row["variable"] else (),
            row["refers"],
            Place(TEXT, int(row["line"]), row["printed"]),
        )
        item = printed.get(passage.refers)
        fitting = [name for name, other in printed.items() if passage.fits(other)]
        certainty: Certainty = "certain"
        if item is None:
            key = "missing"
        elif passage.contradicts(item):
            key = "wrong"
        elif fitting and passage.refers not in fitting and set(passage.variables) & set(item.variables):
            key, certainty = "other_group", "likely"
        else:
            continue
        meant = _nearest(passage, fitting, codebook)
        message = text(
            f"audit.reference_{key}",
            lang,
            about=_about(passage, codebook, lang),
            item=item_number(passage.refers, lang),
            title=item.title[lang] if item else "",
        )
        if meant:
            items = ", ".join(item_number(name, lang) for name in meant)
            message += " " + text("audit.reference_fits", lang, items=items)
        yield Finding("reference", "error", certainty, message, passage.place, recomputed=";".join(meant))


def numbering(codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield numbers of tables, figures and boxes that a report skips, or that stand on a page before a smaller one.

    Numbers with a chapter (`figure_5_1`) run within it.
    """
    printed = printed_items(codebook)
    sequences: dict[str, dict[int, str]] = {}
    for name in printed:
        sequence, _, number = name.rpartition("_")
        sequences.setdefault(sequence, {})[int(number)] = name
    for sequence, names in sequences.items():
        for before, after in pairwise([0, *sorted(names)]):
            name, place = names[after], title_place(codebook, names[after])
            if after > before + 1:
                skipped = ", ".join(item_number(f"{sequence}_{number}", lang) for number in range(before + 1, after))
                message = text("audit.number_skipped", lang, skipped=skipped, item=item_on_page(codebook, name, lang))
                yield Finding("reference", "ambiguity", "certain", message, place)
            page, page_before = printed[name].page, printed[names[before]].page if before else None
            if page is not None and page_before is not None and page < page_before:
                item, other = (item_on_page(codebook, each, lang) for each in (name, names[before]))
                message = text("audit.number_order", lang, item=item, other=other)
                others = (title_place(codebook, names[before]),)
                yield Finding("reference", "ambiguity", "certain", message, place, others)


def printed_items(codebook: Codebook) -> dict[str, Item]:
    """Return the items of the report itself."""
    return {name: item for name, item in codebook.items.items() if item.printed}


def item_number(name: str, lang: Lang) -> str:
    """Return an item as a text names it: `figur 5.1`."""
    kind, _, number = name.partition("_")
    return f"{text(f'audit.{kind}', lang)} {number.replace('_', '.')}"


def item_on_page(codebook: Codebook, name: str, lang: Lang) -> str:
    """Return an item and the page it is on, where the codebook says it: `figur 5.1 (side 18)`."""
    page = codebook.items[name].page
    number = item_number(name, lang)
    return number if page is None else f"{number} ({text('audit.page', lang, page=page)})"


def title_place(codebook: Codebook, name: str) -> Place:
    """Return where an item's title is printed."""
    return Place(name, NO_LINE, codebook.items[name].title["da"])


def listed(labels: Sequence[str], lang: Lang) -> str:
    """Return the first few of some labels in quotes."""
    shown = ", ".join(f"“{label}”" for label in labels[:_LISTED])
    return shown if len(labels) <= _LISTED else text("audit.more", lang, shown=shown, count=len(labels) - _LISTED)


def _nearest(passage: _Passage, fitting: Sequence[str], codebook: Codebook) -> list[str]:
    """Return the fitting items that are of the kind named and in the passage's chapter, all where none is."""
    kind = passage.refers.partition("_")[0]
    nearest = [name for name in fitting if codebook.items[name].kind == kind] or list(fitting)
    return [name for name in nearest if codebook.items[name].chapter == passage.chapter] or nearest


def _about(passage: _Passage, codebook: Codebook, lang: Lang) -> str:
    variables = [codebook.variables[name].label[lang] for name in passage.variables]
    values = []
    for key, value in passage.group.items():
        labels = codebook.group_values(key, 0)
        if value in labels or key in FREE_KEYS:
            values.append(labels[value][lang] if value in labels else value)
    about = listed(variables or [codebook.chapters[passage.chapter][lang]], lang)
    return f"{about} ({', '.join(values)})" if values else about
