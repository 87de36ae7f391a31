"""A wave as it can have been: its unknowns, what is printed of them, and every way to settle what print disputes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import parse_group
from analysis.reconstruct.possible import Known, Possible
from analysis.reconstruct.repair import Choice, Dispute, Repair
from analysis.reconstruct.statements import Printed, Statement, survey_rows
from analysis.reconstruct.unknowns import Unknowns

# Up to so many unknowns that hang together, all that is printed is held against each of them.
_SEARCHED = 600
# Where more do, so many nodes of the search tree are looked at for each optimum.
_NODES = 500


class System:
    """What is printed of a wave, and everything that agrees with it.

    Parameters
    ----------
    codebook, year
        The study and its wave.
    published
        Rows of `published.csv`; those of other waves or of something else are passed over.
    class_sizes
        Municipalities of each size class, by the register; None where they are not known.
    split_by
        Question -> keys that its numbers are wanted by, beyond those that are declared.
    as_declared
        Whether numbers are wanted by all that is declared; else by what is printed only.
    settled
        The same wave, split otherwise: what print disputes does not hang on that, and is not settled anew.
    disputes
        What print disputes, where that is settled already.
    """

    def __init__(
        self,
        codebook: Codebook,
        year: int,
        published: pd.DataFrame,
        class_sizes: Mapping[str, int] | None = None,
        split_by: Mapping[str, Sequence[str]] | None = None,
        as_declared: bool = True,
        settled: System | None = None,
        disputes: Sequence[Dispute] | None = None,
    ) -> None:
        self.codebook, self.year = codebook, year
        rows = survey_rows(published, codebook, year)
        closed = [name for name in rows["variable"].unique() if codebook.variables[name].kind != "quantity"]
        by_size = any(SIZE in parse_group(group) for group in rows["group"])
        wanted = split_by if as_declared else _printed_keys(codebook, rows)
        self.unknowns = Unknowns(codebook, year, closed, class_sizes, wanted, as_declared, by_size)
        self.printed = Printed(self.unknowns, rows)
        self.statements = self.printed.statements()
        self._known, self._known_of_any = Known(), Known()
        self._settled, self._disputes = settled, disputes

    @functools.cached_property
    def repair(self) -> Repair:
        """How what print disputes can be settled."""
        if self._settled is None:
            return Repair(self.unknowns, self.statements, self._known, self._disputes)
        other = self._settled
        places = {
            (position, statement.of_base): number
            for number, statement in enumerate(self.statements)
            for position in statement.positions
        }
        number_of = {
            number: places[statement.positions[0], statement.of_base]
            for number, statement in enumerate(other.statements)
        }
        return Repair(
            self.unknowns, self.statements, self._known, [each.renumbered(number_of) for each in other.repair.disputes]
        )

    def possible(self, choice: Choice) -> Possible:
        """Return what agrees with the printed numbers as one choice reads them."""
        rows = [*self.unknowns.rows(), *self.repair.rows(choice)]
        return Possible(rows, self.unknowns.highest, self._known)

    def possible_in_any_way(self, statements: Iterable[int] | None = None, repair: Repair | None = None) -> Possible:
        """Return what agrees with the printed numbers (all, or some of them), however disputes are settled."""
        rows, highest = (repair or self.repair).rows_of_any(statements)
        return Possible([*self.unknowns.rows(), *rows], highest, self._known_of_any)

    @functools.cached_property
    def _of_all(self) -> Possible:
        return self.possible_in_any_way()

    def possible_of(self, name: str) -> Possible:
        """Return what agrees with the printed numbers, however disputes are settled, as far as a question is searched.

        That is all that is possible as they are read. Where that hangs together in too many unknowns, only what print
        says of the question, of those that decide who is asked it, and the bases of those it decides about are held:
        what is possible then is no less, and may be more.
        """
        if self._of_all.largest <= _SEARCHED:
            return self._of_all
        family = set(self.unknowns.with_parents([name]))
        universes = {child: self.codebook.variables[child].asked_of for child in self.unknowns.variables}
        children = {child for child, universe in universes.items() if universe and universe.variable == name}
        near = [
            number
            for number, statement in enumerate(self.statements)
            if self.unknowns.questions(statement.readings[0].rows) <= family
            or (statement.of_base and statement.variable in children)
        ]
        rows, highest = self.repair.rows_of_any(near)
        return Possible([*self.unknowns.rows(family | children), *rows], highest, self._known_of_any, _NODES)

    def given_up(self, choice: Choice) -> list[Statement]:
        """Return the printed numbers that a choice gives up."""
        return [self.statements[number] for number, rule in sorted(choice.items()) if rule is None]


def _printed_keys(codebook: Codebook, rows: pd.DataFrame) -> dict[str, set[str]]:
    """Return by which keys the numbers of each question are printed, and the bases of the figures it stands in."""
    found: dict[str, set[str]] = {}
    for _, row in rows.iterrows():
        item = codebook.items.get(row["item"])
        beside = item.variables if item is not None and row["statistic"] == "base" else []
        for name in dict.fromkeys([row["variable"], *beside]):
            variable = codebook.variables[name]
            keys = parse_group(row["group"]).keys() - {name, *variable.asked_per, *variable.asked_under}
            found.setdefault(name, set()).update(keys)
    return found
