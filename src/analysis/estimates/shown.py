"""Where the report shows a number, and on which base it gives it."""

from __future__ import annotations

from analysis.codebook import Codebook
from analysis.codebook.groups import ALL, parse_group
from analysis.codebook.items import Item
from analysis.codebook.questions import BaseKind

TEXT = "text"
"""Item of what the report gives in its text only."""


def item_of(codebook: Codebook, variable: str, group: str = ALL) -> tuple[str, BaseKind]:
    """Return the item that shows a question's answers in its own wave, and the base declared for it.

    It is the first that shows just the group, else the first that shows the question at all.
    """
    items = {name: item for name, item in codebook.items.items() if variable in item.variables and item.wave == "own"}
    within = group.startswith(f"{variable}:")
    shown = [name for name, item in items.items() if not within and _shows(item, codebook, variable, group)]
    for name in [*shown, *items]:
        return name, items[name].base
    return TEXT, Item.model_fields["base"].default


def _shows(item: Item, codebook: Codebook, variable: str, group: str) -> bool:
    """Tell whether an item shows a question of just this group."""
    of, keys = parse_group(item.group), parse_group(group)
    by = keys.keys() - of.keys() - codebook.variables[variable].asked_under.keys()
    if not keys or not of.items() <= keys.items():
        return False
    return not item.by if not by else len(by) == 1 and by <= set(item.by)
