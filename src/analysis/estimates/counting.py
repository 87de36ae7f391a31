"""Clean responses -> for each number of a survey the answers that it counts, and those that it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import SIZE, Cell, column
from analysis.codebook.groups import join_group
from analysis.codebook.questions import BaseKind, Universe
from analysis.estimates.design import Design
from analysis.estimates.intervals import Interval, worst_case
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, SELECTED

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """The answers that a number is of: each response of a group, as often as the number pools what it was asked.

    Parameters
    ----------
    municipality
        Whose each is.
    weight
        What each counts.
    vote
        What each counts where all responses of a municipality to the question share one vote.
    gave
        Whether it is the answer in question.
    answered
        Whether it is any answer, also don't know.
    dont_know
        Whether it says that the respondent doesn't know, or that it does not apply.
    blank
        Whether it was asked and left blank.
    nested
        Whether several may be of one municipality.
    absent
        Where not: how many municipalities could be in the base for all that is known, beside those that answered or
        left it blank: those not in the survey, and those that left blank a question that decides whether they are
        asked or belong to the group.
    everyone
        Where not nested: how many municipalities there are to answer.
    whole
        Where not nested: whether the share is of all those, not of some that only answers tell.
    """

    municipality: NDArray[Any]
    weight: NDArray[np.float64]
    vote: NDArray[np.float64]
    gave: Mask
    answered: Mask
    dont_know: Mask
    blank: Mask
    nested: bool
    absent: int
    everyone: int
    whole: bool

    def base(self, kind: BaseKind) -> Mask:
        """Tell which are in the base of a kind."""
        return {
            "asked": self.answered | self.blank,
            "answered_incl_dont_know": self.answered,
            "substantive": self.answered & ~self.dont_know,
        }[kind]

    def total(self, which: Mask) -> float:
        """Return what some of them count together."""
        return float(self.weight[which].sum())

    def could_change(self, kind: BaseKind) -> int:
        """Return how many municipalities outside the base of a kind could change a share on it."""
        return self.absent if kind == "asked" else self.absent + int(self.blank.sum())

    def bounds(self, kind: BaseKind) -> Interval:
        """Return what a share on a base of a kind could be, had every municipality answered; a blank may be either."""
        blank = int(self.blank.sum()) if kind == "asked" else 0
        known = int(self.base(kind).sum()) - blank
        return worst_case(int(self.gave.sum()), known, self.could_change(kind) + blank)


@dataclass(frozen=True)
class _Asked:
    """What stands in the responses where numbers of a group and a question, or of an option, are counted.

    Parameters
    ----------
    given
        Of each response of the group and each asking: the answer, or the kind of missing.
    municipality, weight, vote
        As in `Answers`.
    doubtful
        Which left blank a question that decides, also by others in between, whether they are asked this one.
    undecided
        How many responses may belong to the group, having left blank what decides it.
    """

    given: NDArray[Any]
    municipality: NDArray[Any]
    weight: NDArray[np.float64]
    vote: NDArray[np.float64]
    doubtful: Mask
    undecided: int


class Survey:
    """The responses of a wave, as numbers of them need them."""

    def __init__(self, responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> None:
        self.responses, self.codebook, self.wave = responses, codebook, wave
        self.design = Design(codebook, wave.year)
        self.municipality = pd.factorize(responses["municipality"])[0]
        self._columns: dict[str, NDArray[Any]] = {}
        self._asked_of: dict[tuple[str, str, str], _Asked] = {}

    def answers(self, cell: Cell) -> Answers | None:
        """Return the answers that a number is of.

        None where the wave did not ask, where nobody who was asked answered, and of a group also where nobody in it
        was asked.
        """
        variable = self.codebook.variables[cell.variable]
        if cell.variable in self.wave.not_asked:
            return None
        option = cell.category if variable.kind == "multiple" else ""
        key = (cell.variable, join_group(cell.keys), option)
        if key not in self._asked_of:
            self._asked_of[key] = self._asked(cell.variable, cell.keys, option)
        found = self._asked_of[key]
        asked, blank, doubtful = found.given != NOT_ASKED, found.given == NO_ANSWER, found.doubtful
        answered = asked & ~blank
        if (cell.keys or asked.any()) and not answered.any():
            return None
        if cell.within is not None:
            answered = _is_one_of(found.given, cell.within)
            # Who left it blank may be in the group.
            blank, doubtful = np.zeros_like(blank), doubtful | blank
        elif self.design.counts_all(cell.variable):
            # Of all: those that routing passed over count too, as not having given the answer.
            answered = ~blank & ~doubtful
        dont_know = np.zeros_like(blank)
        if variable.kind == "single" and cell.within is None:
            substantive = self.codebook.codes_of(cell.variable, self.wave.year).substantive
            dont_know = answered & asked & ~_is_one_of(found.given, substantive)
        everyone, taken_part = self._reach(cell.variable, cell.keys)
        return Answers(
            municipality=found.municipality,
            weight=found.weight,
            vote=found.vote,
            gave=_is_one_of(found.given, [SELECTED] if option else cell.members),
            answered=answered,
            dont_know=dont_know,
            blank=blank,
            nested=variable.weights != [1.0] or not self.design.one_each(cell.variable, cell.keys),
            absent=everyone - int(taken_part.sum()) + int(doubtful.sum()) + found.undecided,
            everyone=everyone,
            whole=cell.within is None and self.design.is_whole(cell.variable, cell.keys),
        )

    def belongs(self, universe: Universe | None, askings: Iterable[Mapping[str, str]] = ({},)) -> Mask:
        """Tell which responses belong to a universe, by any of the askings of the question that it hangs on."""
        if universe is None:
            return np.ones(len(self.responses), dtype=bool)
        members = self.codebook.members_of(universe, self.wave.year)
        return _any([self._gave(universe.variable, asking, members) for asking in askings])

    def in_group(self, keys: Mapping[str, str], asking: Mapping[str, str]) -> tuple[Mask, Mask]:
        """Tell which responses belong to a group, and which may, having left blank what decides it.

        Parameters
        ----------
        keys
            Of the group. What it was asked for tells no responses apart.
        asking
            What a question is asked for: of another question asked for each, the answer for the same counts.
        """
        member = np.ones(len(self.responses), dtype=bool)
        possible = member
        for key, value in keys.items():
            if key == SIZE:
                known = self._column(SIZE) == value
                unsure = np.zeros_like(known)
            elif (deciding := self.design.deciding(key)) is not None:
                same = {each: asking[each] for each in self.codebook.variables[deciding].asked_per}
                known = self._gave(deciding, same, self.design.members(key, value))
                unsure = self._left_blank(deciding, same, self.design.members(key, value))
            else:
                continue
            member, possible = member & known, possible & (known | unsure)
        return member, possible & ~member

    def _asked(self, name: str, keys: Mapping[str, str], option: str) -> _Asked:
        variable = self.codebook.variables[name]
        _, taken_part = self._reach(name, {key: value for key, value in keys.items() if key != SIZE})
        parts: list[list[NDArray[Any]]] = []
        undecided = 0
        for asking in self.codebook.askings(name, keys):
            given = self._column(name, asking, option)
            member, unsure = (mask & taken_part for mask in self.in_group(keys, variable.asked_under | asking))
            among = taken_part if self.design.counts_all(name) else given != NOT_ASKED
            responses = np.bincount(self.municipality[among], minlength=len(given))[self.municipality].clip(1)
            weight = np.array(variable.weights)[np.minimum(responses, len(variable.weights)) - 1]
            every = (given, self.municipality, weight, 1 / responses, self._doubtful(name, asking))
            parts.append([each[member] for each in every])
            undecided += int(unsure.sum())
        given, municipality, weight, vote, doubtful = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return _Asked(given, municipality, weight, vote, doubtful, undecided)

    def _doubtful(self, name: str, asking: Mapping[str, str]) -> Mask:
        """Tell who left blank a question that decides, also by others in between, whether they are asked this one."""
        universe = self.codebook.variables[name].asked_of
        if universe is None:
            return np.zeros(len(self.responses), dtype=bool)
        members = self.codebook.members_of(universe, self.wave.year)
        askings = self.codebook.parent_askings(name, asking)
        blank = [self._left_blank(universe.variable, each, members) for each in askings]
        doubtful = [self._doubtful(universe.variable, each) for each in askings]
        return _any([*blank, *doubtful]) & ~self.belongs(universe, askings)

    def _reach(self, name: str, keys: Mapping[str, str]) -> tuple[int, Mask]:
        """Return how many municipalities there are to answer a question in a group, and which responses did.

        Where only a register knows how many there are in a size class, they are all that there are of any size.
        """
        taken_part = np.ones(len(self.responses), dtype=bool)
        if self.codebook.questionnaire is not None:
            taken_part = _is_one_of(
                self._column(self.codebook.questionnaire),
                self.design.questionnaires(self.codebook.variables[name].asked_of, keys),
            )
        total = self.design.class_total(keys)
        if total is None:
            return self.codebook.population, taken_part
        return total, taken_part & (self._column(SIZE) == keys[SIZE] if SIZE in keys else True)

    def _gave(self, name: str, asking: Mapping[str, str], members: Iterable[str]) -> Mask:
        """Tell who gave one of some answers."""
        if self.codebook.variables[name].kind == "multiple":
            return _any([self._column(name, asking, option) == SELECTED for option in members])
        return _is_one_of(self._column(name, asking), members)

    def _left_blank(self, name: str, asking: Mapping[str, str], members: Iterable[str]) -> Mask:
        """Tell who left blank what could have been one of some answers."""
        if self.codebook.variables[name].kind == "multiple":
            return _any([self._column(name, asking, option) == NO_ANSWER for option in members])
        blank: Mask = self._column(name, asking) == NO_ANSWER
        return blank

    def _column(self, name: str, asking: Mapping[str, str] | None = None, option: str = "") -> NDArray[Any]:
        where = column(name, dict(asking or {}), option)
        if where not in self._columns:
            self._columns[where] = self.responses[where].to_numpy(dtype=object)
        return self._columns[where]


def _is_one_of(given: NDArray[Any], answers: Iterable[str]) -> Mask:
    return _any([np.zeros(len(given), dtype=bool), *(given == answer for answer in answers)])


def _any(masks: Sequence[Mask]) -> Mask:
    found: Mask = np.logical_or.reduce(masks)
    return found
