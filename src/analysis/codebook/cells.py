"""The numbers a survey gives: which answers each counts, of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.codebook import Codebook
from analysis.codebook.questions import Universe

Atom = tuple[str, str]
"""A variable and one of its categories or options: what every number is a sum of."""


@dataclass(frozen=True)
class Cell:
    """A number of municipalities, and the number that its percentage is of.

    Parameters
    ----------
    variable, group, category
        What it is called in `published.csv` and `estimates.csv`; `group` is `all`, or `variable:group` where the
        percentage is within a group of the answers.
    members
        The categories or the option it counts.
    base
        The atoms that add up to its base; None: all municipalities that took part.
    """

    variable: str
    group: str
    category: str
    members: tuple[str, ...]
    base: tuple[Atom, ...] | None

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The atoms that add up to its count."""
        return tuple((self.variable, member) for member in self.members)


def universe_atoms(codebook: Codebook, universe: Universe | None, year: int) -> tuple[Atom, ...] | None:
    """Return the atoms that add up to a universe; None: all municipalities that took part."""
    if universe is None:
        return None
    return tuple((universe.variable, member) for member in codebook.members_of(universe, year))


def cells(codebook: Codebook, year: int) -> list[Cell]:
    """Return every number that the closed questions of a wave give, in the codebook's order."""
    return [cell for name in codebook.variables for cell in cells_of(codebook, name, year)]


def cells_of(codebook: Codebook, name: str, year: int) -> Iterator[Cell]:
    """Yield the numbers that one question gives; none where it is no closed question."""
    variable = codebook.variables[name]
    base = None if variable.share_of == "all" else universe_atoms(codebook, variable.asked_of, year)
    if variable.kind == "multiple":
        for option in variable.options or {}:
            yield Cell(name, "all", option, (option,), base)
    elif variable.kind == "single":
        codes = codebook.codes_of(name, year)
        for category in (*codes.categories, *codes.groups):
            yield Cell(name, "all", category, tuple(codes.members(category)), base)
        for group in variable.within:
            members = codes.members(group)
            for category in members if len(members) > 1 else ():
                inside = tuple((name, member) for member in members)
                yield Cell(name, f"{name}:{group}", category, (category,), inside)
