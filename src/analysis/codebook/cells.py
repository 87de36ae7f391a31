"""The numbers a survey gives: which answers each counts, of whom."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.codebook import Codebook
from analysis.codebook.groups import ALL, FREE_KEYS, is_case, join_group, parse_group

SIZE = "size"
"""Key of the size classes: what a municipality is by the register, not by an answer."""


@dataclass(frozen=True)
class Cell:
    """A number of responses that gave an answer.

    Parameters
    ----------
    variable, group, category
        What it is called in `published.csv` and `estimates.csv`; `group` is `all`, `key:value` pairs sorted by key, or
        `variable:group` where the percentage is within a group of the answers.
    members
        The categories or the option it counts.
    within
        The categories of the group of answers that it is a percentage within, if it is.
    """

    variable: str
    group: str
    category: str
    members: tuple[str, ...]
    within: tuple[str, ...] | None = None

    @property
    def keys(self) -> dict[str, str]:
        """Whom it is of: key -> value, without the group of answers that it is within."""
        return {} if self.within is not None else parse_group(self.group)


def column(variable: str, asking: dict[str, str], option: str = "") -> str:
    """Return where an answer stands among the responses: `data_use@planning`, `barriers@planning/competences`."""
    asked = "@".join([variable, *asking.values()])
    return f"{asked}/{option}" if option else asked


def groupings(codebook: Codebook, name: str) -> list[tuple[str, ...]]:
    """Return by which keys together numbers of a question are given: as its items and the question itself declare."""
    variable = codebook.variables[name]
    found: dict[tuple[str, ...], None] = {}
    shown = [item for item in codebook.items.values() if name in item.variables]
    sets = [set[str](), *(set(each) for each in variable.split_by)]
    for item in shown:
        group = parse_group(item.group)
        if not is_case(group) and not group.keys() & set(FREE_KEYS):
            sets += [group.keys() | {key} for key in item.by if key not in FREE_KEYS] or [set(group)]
    for keys in sets:
        found[tuple(sorted(keys | variable.asked_under.keys()))] = None
    return list(found)


def cells(codebook: Codebook, year: int) -> list[Cell]:
    """Return every number that the closed questions of a wave give, in the codebook's order."""
    return [cell for name in codebook.variables for cell in cells_of(codebook, name, year)]


def cells_of(codebook: Codebook, name: str, year: int) -> Iterator[Cell]:
    """Yield the numbers that one question gives; none where it is no closed question."""
    variable = codebook.variables[name]
    for keys in groupings(codebook, name) if variable.kind in ("single", "multiple") else ():
        values = [
            [variable.asked_under[key]] if key in variable.asked_under else list(codebook.group_values(key, year))
            for key in keys
        ]
        for each in itertools.product(*values):
            yield from _of_group(codebook, name, year, join_group(dict(zip(keys, each, strict=True))))


def _of_group(codebook: Codebook, name: str, year: int, group: str) -> Iterator[Cell]:
    variable = codebook.variables[name]
    if variable.kind == "multiple":
        for option in variable.options or {}:
            yield Cell(name, group, option, (option,))
        return
    codes = codebook.codes_of(name, year)
    for category in (*codes.categories, *codes.groups):
        yield Cell(name, group, category, tuple(codes.members(category)))
    for inside in variable.within if group == ALL else ():
        members = tuple(codes.members(inside))
        for category in members if len(members) > 1 else ():
            yield Cell(name, f"{name}:{inside}", category, (category,), members)
