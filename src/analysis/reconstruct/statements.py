"""Every printed number about a wave's answers as rows that the unknowns must hold: one set for each way it may be read.

A count or a base is a sum of unknowns. A percentage lies in the window of what rounds to it; as whole numbers that is
two rows without a division: `low * base <= 100 * count < high * base`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE, Cell
from analysis.codebook.groups import FREE_KEYS, is_case, join_group, parse_group, sorted_group
from analysis.codebook.questions import Counted, Variable, parse_universe
from analysis.published.printed import printed_unit, window
from analysis.reconstruct.program import Expression, Row, Share, minus, plus, times
from analysis.reconstruct.unknowns import Unknowns

Rule = Literal["half_up", "sum_of_rounded", "truncated"]
RULES: tuple[Rule, ...] = ("half_up", "sum_of_rounded", "truncated")
"""How a number may have been rounded, in the order in which that is tried."""

# What it costs to give a printed number up. To give up a base leaves all that is printed of it without one, and what is
# about so much was never meant to be exact. A number that was rounded otherwise is no misprint. Each costs less than a
# tenth of the one before.
BASE, NUMBER, ABOUT, ROUNDING = 8000, 400, 20, 1

_HUNDRED = {"percent": 100, "share": 1}


@dataclass(frozen=True)
class Quantity:
    """What a printed number is about: a number of responses or municipalities, or the part that it is of a base.

    Parameters
    ----------
    count
        What it counts, in `unit`s.
    base
        What its percentage is of, likewise, or a number; None where it is no percentage.
    unit
        How much of the unknowns' sum makes one (weights may be halves).
    """

    count: Expression
    base: Expression | int | None = None
    unit: int = 1

    @property
    def key(self) -> object:
        """What is the same of quantities that are."""
        base = tuple(sorted(self.base.items())) if isinstance(self.base, dict) else self.base
        return tuple(sorted(self.count.items())), base


@dataclass(frozen=True)
class Reading:
    """One way to read a printed number: as rounded by a rule, it makes the unknowns hold some rows."""

    rule: Rule
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Statement:
    """A printed number, or one that is printed alike in several places.

    Parameters
    ----------
    variable, group, quantity
        What it is about.
    positions
        The rows of print it stands in.
    readings
        How it may be read, the first to be tried first.
    widest
        What holds where any of the readings does.
    of_base
        Whether it is the base that stands beside a percentage, not the number itself.
    cost
        What it costs to give it up, summed over its rows.
    """

    variable: str
    group: str
    quantity: Quantity
    positions: tuple[int, ...]
    readings: tuple[Reading, ...]
    widest: tuple[Row, ...]
    of_base: bool = False
    cost: int = NUMBER


def survey_rows(published: pd.DataFrame, codebook: Codebook, year: int) -> pd.DataFrame:
    """Return the printed numbers that the answers of a wave decide: no changes, single cases, years or places."""

    def is_of_wave(row: pd.Series) -> bool:
        group, variable = parse_group(row["group"]), codebook.variables[row["variable"]]
        counted = variable.kind in ("single", "multiple") or variable.counts is not None
        left_out = {*FREE_KEYS, *codebook.not_reconstructed}
        return counted and not is_case(group) and not group.keys() & left_out

    return published[(published["wave"] == year) & published.apply(is_of_wave, axis="columns").astype(bool)]


class Printed:
    """What is printed of a wave in terms of its unknowns.

    Parameters
    ----------
    unknowns
        Of the wave.
    published
        Its printed numbers (`survey_rows`).
    """

    def __init__(self, unknowns: Unknowns, published: pd.DataFrame) -> None:
        self.unknowns = unknowns
        self.rows = published.assign(group=[join_group(sorted_group(group)) for group in published["group"]])
        self._bases = self._printed_bases()
        exact = self.rows[self.rows["qualifier"] == "exact"]
        named = zip(*(exact[name] for name in ("variable", "group", "statistic", "category", "value")), strict=True)
        self._exact: dict[tuple[str, ...], set[float]] = {}
        for *key, value in named:
            self._exact.setdefault(tuple(key), set()).add(value)

    def statements(self) -> list[Statement]:
        """Return every printed number as a statement; what is printed alike in several places is one."""
        found: dict[object, Statement] = {}
        of_rows = (each for position, row in self.rows.iterrows() for each in self._of_row(int(str(position)), row))
        for statement in itertools.chain(self._base_statements(), of_rows):
            key = tuple((reading.rule, _key(reading.rows)) for reading in statement.readings)
            before = found.get(key)
            if before is None:
                found[key] = statement
            elif new := tuple(each for each in statement.positions if each not in before.positions):
                cost = before.cost + statement.cost * len(new) // len(statement.positions)
                found[key] = replace(before, positions=(*before.positions, *new), cost=cost)
        return list(found.values())

    def quantity(self, row: pd.Series) -> Quantity | None:
        """Return what a printed number is about; None where the answers do not decide it."""
        variable = self.unknowns.codebook.variables[row["variable"]]
        if variable.counts is not None:
            return self._counted(row, variable)
        if row["statistic"] not in ("count", "percent", "share", "base"):
            return None
        group = join_group(sorted_group(row["group"]))
        members: tuple[str, ...] = (row["category"],)
        if not variable.options:
            codes = self.unknowns.codebook.codes_of(row["variable"], self.unknowns.year)
            members = tuple(codes.members(row["category"])) if row["category"] else ()
        cell = Cell(row["variable"], group, row["category"], members, self._inside(row["variable"], group))
        if row["statistic"] == "base":
            return Quantity(self.base_of(cell))
        if row["statistic"] == "count":
            pooled = set(variable.asked_per) - cell.keys.keys()
            # Of which asking, is not said.
            return None if pooled else self.of_cell(cell, percent=False)
        quantity = self.of_cell(cell)
        if pd.notna(row["base"]) and int(row["base"]) not in self._known(cell):
            return replace(quantity, base=int(row["base"]) * quantity.unit)
        return quantity

    def of_cell(self, cell: Cell, percent: bool = True) -> Quantity:
        """Return the number that a cell counts, as a part of its base or by itself."""
        places = self.unknowns.places(cell.variable, cell.keys)
        unit = math.lcm(*(self.unknowns.weight(place).denominator for place in places), 1)
        count = plus(
            *(
                times(int(self.unknowns.weight(place) * unit), self.unknowns.gave(place, member))
                for place in places
                for member in cell.members
            )
        )
        if not percent:
            return Quantity(count, unit=unit)
        if cell.within is not None or self.unknowns.codebook.variables[cell.variable].share_of == "all":
            return Quantity(count, self.base_of(cell))
        weighed = (times(int(self.unknowns.weight(each) * unit), self.unknowns.answered(each)) for each in places)
        return Quantity(count, plus(*weighed), unit)

    def base_of(self, cell: Cell) -> Expression:
        """Return how many responses a cell's percentage is of, summed over what it pools."""
        if cell.within is not None:
            places = self.unknowns.places(cell.variable, cell.keys)
            return plus(*(self.unknowns.gave(place, member) for place in places for member in cell.within))
        if self.unknowns.codebook.variables[cell.variable].share_of == "all":
            return plus(*(self.unknowns.responses(size) for size in self.unknowns.sizes))
        return plus(*(self.unknowns.answered(place) for place in self.unknowns.places(cell.variable, cell.keys)))

    # Bases.

    def _printed_bases(self) -> dict[tuple[str, str], dict[int, list[int]]]:
        """Return variable and group -> printed base -> where it is printed.

        The base of a figure is that of each of its questions which has none of its own there. A base without a purpose
        is that of each purpose which has none of its own.
        """
        codebook = self.unknowns.codebook
        printed: dict[tuple[str, str], dict[int, list[int]]] = {}
        rows = self.rows[(self.rows["statistic"] == "base")]
        rows = rows[[codebook.variables[name].counts is None for name in rows["variable"]]]
        own = {(row["variable"], row["group"]) for _, row in rows.iterrows()}
        for position, row in rows.iterrows():
            item = codebook.items.get(row["item"])
            beside = [name for name in item.variables if name in self.unknowns.variables] if item else []
            for name in dict.fromkeys([row["variable"], *beside]):
                if name != row["variable"] and (name, row["group"]) in own:
                    continue
                printed.setdefault((name, row["group"]), {}).setdefault(int(row["value"]), []).append(
                    int(str(position))
                )
        if codebook.blanks:
            # A base beside a percentage is printed too, where nothing else prints one.
            for position, row in self.rows[self.rows["base"].notna()].iterrows():
                key = (row["variable"], row["group"])
                counted = codebook.variables[row["variable"]].counts is not None
                if not counted and not {key, self._pooling(*key)} & printed.keys():
                    printed[key] = {int(row["base"]): [int(str(position))]}
        return printed

    def _pooling(self, name: str, group: str) -> tuple[str, str]:
        """Return the variable and the group that pools the askings of a group."""
        per = self.unknowns.codebook.variables[name].asked_per
        return name, join_group({key: value for key, value in sorted_group(group).items() if key not in per})

    def _known(self, cell: Cell) -> set[int]:
        """Return the bases that are statements of their own: percentages are then of whatever the base is."""
        key = (cell.variable, cell.group)
        return set(self._bases.get(key) or self._bases.get(self._pooling(*key)) or ())

    def _base_statements(self) -> Iterator[Statement]:
        for (name, group), bases in self._bases.items():
            askings = self._askings_of_base(name, group)
            for base, positions in bases.items():
                keys = parse_group(group)
                cells = [Cell(name, join_group({**keys, **asked}), "", ()) for asked in askings]
                if (inside := self._inside(name, group)) is not None:
                    cells = [Cell(name, group, "", (), inside)]
                total = base
                if keys.keys() & set(self.unknowns.margins.get(name, ())) - set(self.unknowns.dimensions[name]):
                    # By size, all askings are in one table.
                    cells, total = [Cell(name, group, "", ())], base * len(askings)
                rows = tuple(Row(self.base_of(cell), total, total) for cell in cells)
                if rows:
                    quantity, reading = Quantity(rows[0].terms), Reading("half_up", rows)
                    cost = BASE * len(positions)
                    yield Statement(name, group, quantity, tuple(positions), (reading,), rows, True, cost)

    def _askings_of_base(self, name: str, group: str) -> list[dict[str, str]]:
        """Return the askings that a base printed for a group is of: each that has none printed of its own."""
        keys = parse_group(group)
        every = [
            {key: value for key, value in asking.items() if key not in keys}
            for asking in self.unknowns.codebook.askings(name, keys)
        ]
        return [
            each
            for each in every
            if not each or (name, join_group(dict(sorted({**keys, **each}.items())))) not in self._bases
        ]

    def _inside(self, name: str, group: str) -> tuple[str, ...] | None:
        """Return the answers that a group of a question's own answers holds; None where it is another group."""
        key, _, answers = group.partition(":")
        if key != name:
            return None
        return tuple(self.unknowns.codebook.codes_of(name, self.unknowns.year).members(answers))

    # Rows of print.

    def _of_row(self, position: int, row: pd.Series) -> Iterator[Statement]:
        counts = self.unknowns.codebook.variables[row["variable"]].counts
        if row["statistic"] == "base" and counts is None:
            return
        quantity = self.quantity(row)
        if quantity is not None:
            rules = self._rules(row)
            readings = tuple(Reading(rule, _as_rows(row, quantity, [rule])) for rule in rules)
            widest, cost = _as_rows(row, quantity, rules), ABOUT if row["qualifier"] == "approx" else NUMBER
            yield Statement(row["variable"], row["group"], quantity, (position,), readings, widest, cost=cost)

    def _rules(self, row: pd.Series) -> list[Rule]:
        """Return how a number may have been rounded: only a percentage is, and one in words says how roughly.

        What is the sum of rounded parts may be anything that these leave; it is not held to have been cut off as well.
        """
        if (
            row["statistic"] not in _HUNDRED
            or row["qualifier"] == "approx"
            or printed_unit(row["printed"], row["value"]) is None
        ):
            return ["half_up"]
        return ["half_up", "sum_of_rounded" if self._adds_up(row) else "truncated"]

    def _adds_up(self, row: pd.Series) -> bool:
        """Tell whether a percentage of several answers together is the sum of theirs, as the same item prints them."""
        variable = self.unknowns.codebook.variables[row["variable"]]
        if variable.kind != "single" or not row["category"] or row["qualifier"] != "exact":
            return False
        members = self.unknowns.codebook.codes_of(row["variable"], self.unknowns.year).members(row["category"])
        key = (row["variable"], row["group"], row["statistic"])
        parts = [self._exact.get((*key, member), set()) for member in members]
        return len(members) > 1 and all(len(part) == 1 for part in parts) and sum(map(min, parts)) == row["value"]

    def _counted(self, row: pd.Series, variable: Variable) -> Quantity | None:
        """Return what a printed number of municipalities or responses is about."""
        unknowns, counts, keys = self.unknowns, variable.counts, parse_group(row["group"])
        assert counts is not None
        if row["statistic"] not in ("count", "percent", "base") or not keys.keys() <= {SIZE, *unknowns.codebook.groups}:
            return None
        sizes = [keys[SIZE]] if SIZE in keys else list(unknowns.sizes)
        if SIZE in keys and keys[SIZE] not in unknowns.sizes:
            return None
        if counts.of == "responses":
            count = self._responses(row["category"], counts, keys, sizes)
        elif row["statistic"] == "base":
            count = unknowns.everyone
        elif keys.keys() - {SIZE}:
            return None
        elif row["category"] and row["category"] == counts.ineligible:
            count = unknowns.not_eligible
        else:
            limits = counts.parts[row["category"]] if row["category"] else counts
            of_class = (unknowns.municipalities(counts.universe, size, limits.least, limits.most) for size in sizes)
            count = plus(*of_class)
        if count is None or row["statistic"] != "percent":
            return None if count is None else Quantity(count)
        return Quantity(count, unknowns.everyone if pd.isna(row["base"]) else int(row["base"]))

    def _responses(
        self, category: str, counts: Counted, keys: Mapping[str, str], sizes: Sequence[str]
    ) -> Expression | None:
        """Return how many responses there are of a universe, with a status where a part says so; None: not told."""
        unknowns, codebook = self.unknowns, self.unknowns.codebook
        told = [key for key in keys if key != SIZE]
        if not told and not category and not counts.status:
            if counts.universe == "all":
                return plus(*(unknowns.responses(size) for size in sizes))
            return plus(*(unknowns.responses_of_municipalities(counts.universe, size) for size in sizes))
        universe = parse_universe(counts.universe)
        if SIZE in keys or universe is None or any(codebook.groups[key].variable != universe.variable for key in told):
            return None
        members = set(codebook.members_of(universe, unknowns.year))
        for key in told:
            members &= set(codebook.groups[key].answers(keys[key]))
        given = [unknowns.given(member) for member in members]
        sent = times(len(members), unknowns.everyone)
        if not category:
            return sent if counts.status else plus(*given)
        status = counts.status[category]
        completed = plus(*(unknowns.completed(member) for member in members))
        if status == "completed":
            return completed
        if status == "some_answers":
            return minus(plus(*given), completed)
        return minus(sent, plus(*given))


def _as_rows(row: pd.Series, quantity: Quantity, rules: Sequence[Rule]) -> tuple[Row, ...]:
    """Return what a printed number makes the unknowns hold if it was rounded by one of some rules."""
    if "sum_of_rounded" in rules:
        # It says no more than its parts do.
        return ()
    windows = [window(row, rule) for rule in rules]
    low = min((each.low for each in windows if each.low is not None), default=None)
    high = max((each.high for each in windows if each.high is not None), default=None)
    closed = all(each.closed for each in windows)
    if quantity.base is None:
        smallest = None if low is None else math.ceil(low * quantity.unit)
        top = None if high is None else high * quantity.unit
        largest = None if top is None else math.floor(top) if closed else math.ceil(top) - 1
        return (Row(quantity.count, smallest, largest),)
    hundred = _HUNDRED[row["statistic"]]
    rows = []
    for end, sign in ((low, 1), (high, -1)):
        if end is None:
            continue
        # sign * (count / base - end / hundred) >= 0, times what makes whole numbers of it
        share = end / hundred
        strict = 0 if sign == 1 or closed else 1
        count = times(sign * share.denominator, quantity.count)
        if isinstance(quantity.base, int):
            least = Fraction(quantity.base) * share.numerator * sign + strict
            rows.append(Row(times(sign, quantity.count), math.ceil(least / share.denominator), None))
        else:
            made = Share(sign * share.denominator, quantity.count, sign * share.numerator, quantity.base)
            rows.append(Row(minus(count, times(made.share, quantity.base)), strict, None, made))
    if not isinstance(quantity.base, int):
        rows.append(Row(quantity.base, 1, None))
    return tuple(rows)


def _key(rows: Iterable[Row]) -> tuple[object, ...]:
    return tuple((tuple(sorted(row.terms.items())), row.low, row.high) for row in rows)
