"""What is printed about a wave, as a system of linear constraints on whole numbers of municipalities.

The unknowns are how many municipalities gave each answer to each question (*atoms*). Routing ties them: those asked a
question are those who gave certain answers to another. Every printed number is a statement about a sum of atoms, or
about the quotient of two. Rows are dealt out afterwards (`draw`): a model of rows is hopelessly symmetric.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.codebook import Codebook
from analysis.codebook.cells import Atom, Cell, cells, universe_atoms
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.estimates.survey import PARTICIPATION
from analysis.published.printed import printed_range

ANSWERED: Atom = (PARTICIPATION, "")
NO_ANSWER: Atom = (PARTICIPATION, "no_answer")
NOT_ELIGIBLE: Atom = (PARTICIPATION, "not_eligible")
_PARTICIPATION = (ANSWERED, NO_ANSWER, NOT_ELIGIBLE)

# Counts are whole, so that a sum of them is off by nothing or by one at least.
_TOLERANCE = 1e-4

# What a printed number is worth where print contradicts itself: a count is nearer to the data than a percentage that
# somebody computed from it; a number too many is always worse than a better kind of number.
_WEIGHTS = {"count": 1.02, "base": 1.02}

Vector = np.ndarray
"""One coefficient for each atom."""

Inequality = tuple[Vector, float, float]
"""A sum of atoms, and the smallest and largest value it may have."""


@dataclass(frozen=True)
class Quantity:
    """What a printed number is about: a sum of atoms, or a percentage that it is of a base.

    Parameters
    ----------
    count
        The atoms it counts.
    base
        The atoms of its base, or the number printed as its base; None where it is no percentage.
    """

    count: tuple[Atom, ...]
    base: tuple[Atom, ...] | int | None = None


@dataclass(frozen=True)
class Statement:
    """A printed number as a constraint.

    Parameters
    ----------
    position
        Which row of the printed ones it is.
    quantity
        What it is about.
    rows
        Coefficients, lower and upper bound of each inequality.
    weight
        What giving it up costs.
    """

    position: int
    quantity: Quantity
    rows: tuple[Inequality, ...]
    weight: float


class System:
    """The atoms of a wave, the routing between them, and what is printed about them.

    Parameters
    ----------
    codebook
        The study's.
    year
        The wave.
    published
        Its rows of `published.csv`, all of its numbers.
    """

    def __init__(self, codebook: Codebook, year: int, published: pd.DataFrame) -> None:
        self.codebook, self.year = codebook, year
        self.cells = {(cell.variable, cell.group, cell.category): cell for cell in cells(codebook, year)}
        self.variables = self._printed_variables(published)
        every = {atom for cell in self.cells.values() for atom in cell.atoms if cell.variable in self.variables}
        self.atoms = [*_PARTICIPATION, *sorted(every)]
        self._place = {atom: place for place, atom in enumerate(self.atoms)}
        self._routing = _stacked(self._routed())
        self.statements = [
            statement
            for position, (_, row) in enumerate(published.iterrows())
            if (statement := self._statement(position, row)) is not None
        ]

    def quantity(self, row: pd.Series) -> Quantity | None:
        """Return what a printed number is about; None where the answers of the survey do not hold it."""
        cell = self._cell(row)
        if cell is None or cell.variable not in (*self.variables, PARTICIPATION):
            return None
        base = (ANSWERED,) if cell.base is None else cell.base
        match row["statistic"]:
            case "count":
                return Quantity(cell.atoms)
            case "base":
                return Quantity(base)
            case "percent":
                return Quantity(cell.atoms, base if pd.isna(row["base"]) else int(row["base"]))
        return None

    def vector(self, atoms: Iterable[Atom]) -> Vector:
        """Return the coefficients of a sum of atoms."""
        coefficients = np.zeros(len(self.atoms))
        for atom in atoms:
            coefficients[self._place[atom]] += 1
        return coefficients

    @functools.cached_property
    def given_up(self) -> list[Statement]:
        """The printed numbers that must be given up for the others to hold: see `repair`."""
        return self.repair(self.statements)

    def repair(self, of: list[Statement]) -> list[Statement]:
        """Return the statements that must be given up for the others to hold: as few as can be, the least worth first.

        Found by leaving each out at a price; several sets may be as small, of which this is one.

        Raises
        ------
        AnalysisError
            No numbers of municipalities agree with the routing at all.
        """
        atoms, statements = len(self.atoms), len(of)
        rows, low, high = [], [], []
        for place, statement in enumerate(of):
            for vector, lowest, highest in statement.rows:
                # Given up, it must not bind: no sum is further off than all municipalities on every coefficient.
                slack = np.abs(vector).sum() * self.codebook.population + abs(
                    lowest if highest == math.inf else highest
                )
                switch = np.zeros(statements)
                for sign, bound in ((1.0, lowest), (-1.0, -highest)):
                    if math.isfinite(bound):
                        switch[place] = slack
                        rows.append(np.concatenate([sign * vector, switch]))
                        low.append(bound)
                        high.append(math.inf)
        structure = LinearConstraint(
            np.hstack([self._routing[0], np.zeros((len(self._routing[0]), statements))]), *self._routing[1:]
        )
        price = np.concatenate([np.zeros(atoms), [statement.weight for statement in of]])
        upper = np.concatenate([np.full(atoms, self.codebook.population), np.ones(statements)])
        found = milp(
            price,
            constraints=[structure, LinearConstraint(np.array(rows), low, high)] if rows else structure,
            bounds=Bounds(0, upper),
            integrality=np.ones(atoms + statements, dtype=int),
        )
        if found.x is None:
            raise AnalysisError(
                f"nothing agrees with the routing of {self.codebook.study} {self.year}: {found.message}"
            )
        return [statement for statement, out in zip(of, found.x[atoms:], strict=True) if out > 0.5]

    @property
    def kept(self) -> list[Statement]:
        """The printed numbers that hold together."""
        out = {statement.position for statement in self.given_up}
        return [statement for statement in self.statements if statement.position not in out]

    def constraints(self, statements: Iterable[Statement]) -> list[LinearConstraint]:
        """Return the routing and what statements say, as constraints on the atoms."""
        rows = [row for statement in statements for row in statement.rows]
        structure = LinearConstraint(*self._routing)
        return [structure, LinearConstraint(*_stacked(rows))] if rows else [structure]

    def bounds(self, vector: Vector, constraints: list[LinearConstraint]) -> tuple[int, int]:
        """Return the smallest and largest value that a sum of atoms can have."""
        ends = []
        for sign in (1, -1):
            found = self._optimum(sign * vector, constraints)
            if found is None:
                raise AnalysisError(f"the printed numbers of {self.codebook.study} {self.year} contradict each other")
            ends.append(sign * round(float(found @ (sign * vector))))
        return ends[0], ends[1]

    def percent_bounds(self, quantity: Quantity, constraints: list[LinearConstraint]) -> tuple[float, float] | None:
        """Return the smallest and largest percentage that a quantity can be; None where its base can only be none.

        Where the base is open too, the quotient is taken at every size it can have: sharp.
        """
        count = self.vector(quantity.count)
        if isinstance(quantity.base, int):
            low, high = self.bounds(count, constraints)
            return (100 * low / quantity.base, 100 * high / quantity.base) if quantity.base else None
        base = self.vector(quantity.base or ())
        smallest, largest = self.bounds(base, constraints)
        found = []
        for size in range(max(smallest, 1), largest + 1):
            at_size = [*constraints, LinearConstraint(base, size, size)] if smallest < largest else constraints
            if self._optimum(count, at_size) is not None:
                found += [100 * end / size for end in self.bounds(count, at_size)]
        return (min(found), max(found)) if found else None

    def _optimum(self, objective: Vector, constraints: list[LinearConstraint]) -> Vector | None:
        found = milp(
            objective,
            constraints=constraints,
            bounds=Bounds(0, self.codebook.population),
            integrality=np.ones(len(self.atoms), dtype=int),
        )
        return None if found.x is None else np.round(found.x)

    def _printed_variables(self, published: pd.DataFrame) -> list[str]:
        """Return the closed questions that print says something about, and those that route to them, in order."""
        closed = {cell.variable for cell in self.cells.values()}
        wanted = [name for name in published["variable"].unique() if name in closed]
        if (eligible := parse_universe(self.codebook.eligible)) is not None:
            wanted.append(eligible.variable)
        found: set[str] = set()
        while wanted:
            name = wanted.pop()
            found.add(name)
            universe = self.codebook.variables[name].asked_of
            if universe is not None and universe.variable not in found:
                wanted.append(universe.variable)
        return [name for name in self.codebook.variables if name in found]

    def _routed(self) -> list[Inequality]:
        """Return what holds whatever is printed: everyone asked gives one answer, or ticks at most every option."""
        everyone = self.codebook.population
        rows: list[Inequality] = [(self.vector(_PARTICIPATION), everyone, everyone)]
        eligible = parse_universe(self.codebook.eligible)
        for name in self.variables:
            variable = self.codebook.variables[name]
            universe = universe_atoms(self.codebook, variable.asked_of, self.year)
            asked = self.vector([ANSWERED] if universe is None else universe)
            own = [atom for atom in self.atoms if atom[0] == name]
            if variable.kind == "single":
                rows.append((self.vector(own) - asked, 0, 0))
            else:
                rows += [(self.vector([atom]) - asked, -math.inf, 0) for atom in own]
            if eligible is not None and name == eligible.variable:
                # Who took part is who was eligible.
                members = [(name, member) for member in self.codebook.members_of(eligible, self.year)]
                rows.append((self.vector(members) - asked, 0, 0))
        return rows

    def _cell(self, row: pd.Series) -> Cell | None:
        variable, group, category = row["variable"], row["group"], row["category"]
        if variable == PARTICIPATION and group == "all":
            return Cell(variable, group, category, (category,), _PARTICIPATION)
        if row["statistic"] == "base":
            of_group = (cell for (name, within, _), cell in self.cells.items() if (name, within) == (variable, group))
            return next(of_group, None)
        return self.cells.get((variable, group, category))

    def _statement(self, position: int, row: pd.Series) -> Statement | None:
        quantity = self.quantity(row)
        if quantity is None:
            return None
        low, above = printed_range(row)
        count = self.vector(quantity.count)
        rows: list[Inequality] = []
        if quantity.base is None:
            rows.append((count, math.ceil(low), math.ceil(above) - 1 if math.isfinite(above) else math.inf))
        if quantity.base is not None and math.isfinite(low):
            difference, shift = self._beyond(count, quantity.base, low)
            rows.append((difference, shift, math.inf))
        if quantity.base is not None and math.isfinite(above):
            difference, shift = self._beyond(count, quantity.base, above)
            rows.append((difference, -math.inf, shift - _TOLERANCE))
        return Statement(position, quantity, tuple(rows), _WEIGHTS.get(row["statistic"], 1.0))

    def _beyond(self, count: Vector, base: tuple[Atom, ...] | int, percent: float) -> tuple[Vector, float]:
        """Return coefficients and bound of `100 count - percent base`, which a percentage puts above or below."""
        if isinstance(base, int):
            return 100 * count, percent * base
        return 100 * count - percent * self.vector(base), 0.0


def _stacked(rows: list[Inequality]) -> tuple[np.ndarray, list[float], list[float]]:
    vectors, low, high = zip(*rows, strict=True)
    return np.array(vectors), list(low), list(high)
