"""What a codebook declares of whom a number is: of which questionnaires, and whether a municipality answers once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import ALL
from analysis.codebook.questions import Universe, parse_universe


class Design:
    """How a survey year was asked, as numbers of it need it. `keys` are those of a group."""

    def __init__(self, codebook: Codebook, year: int) -> None:
        self.codebook, self.year = codebook, year

    def class_total(self, keys: Mapping[str, str]) -> int | None:
        """Return how many municipalities there are in a group's size class, or in all; None: only a register knows."""
        if SIZE not in keys:
            return self.codebook.population
        return self.codebook.size_classes[keys[SIZE]].municipalities

    def questionnaires(self, universe: Universe | None, keys: Mapping[str, str]) -> set[str]:
        """Return the questionnaires that responses of a universe and a group are to, by what the codebook declares.

        None at all where it does not tell questionnaires apart.
        """
        if (deciding := self.codebook.questionnaire) is None:
            return set()
        found = set(self.codebook.codes_of(deciding, self.year).categories)
        for each in self._universes(universe):
            if each.variable == deciding:
                found &= set(self.codebook.members_of(each, self.year))
        for key, value in keys.items():
            if key != SIZE and self.deciding(key) == deciding:
                found &= set(self.members(key, value))
        return found

    def one_each(self, name: str, keys: Mapping[str, str]) -> bool:
        """Tell whether a number holds at most one answer of each municipality, by what the codebook declares."""
        pooled = [key for key in self.codebook.variables[name].asked_per if key not in keys]
        universe = parse_universe(self.codebook.repeated or ALL)
        if pooled or (self.codebook.repeated is not None and universe is None):
            return False
        if self.codebook.questionnaire is None:
            return universe is None
        found = self.questionnaires(self.codebook.variables[name].asked_of, keys)
        if universe is None:
            return len(found) == 1
        by_questionnaire = universe.variable == self.codebook.questionnaire
        repeated = self.codebook.members_of(universe, self.year) if by_questionnaire else found
        return len(found) == 1 and found.isdisjoint(repeated)

    def is_whole(self, name: str, keys: Mapping[str, str]) -> bool:
        """Tell whether everyone is in the base who could have answered: nobody is left out by an answer of theirs."""
        told_by_answers = {self.deciding(key) for key in keys if key != SIZE}
        variable = self.codebook.variables[name]
        if variable.share_of == "universe":
            told_by_answers |= {universe.variable for universe in self._universes(variable.asked_of)}
        return told_by_answers <= {None, self.codebook.questionnaire} and self.class_total(keys) is not None

    def counts_all(self, name: str) -> bool:
        """Tell whether percentages of a question are of all responses, also of those it was not asked of."""
        variable = self.codebook.variables[name]
        return variable.asked_of is None or variable.share_of == "all"

    def _universes(self, universe: Universe | None) -> Iterator[Universe]:
        """Yield a universe, that of the question it hangs on, and so on."""
        while universe is not None:
            yield universe
            universe = self.codebook.variables[universe.variable].asked_of

    def deciding(self, key: str) -> str | None:
        """Return the question whose answers a key of a group is about; None: what it was asked for."""
        dimension = self.codebook.groups.get(key)
        return key if dimension is None else dimension.variable

    def members(self, key: str, value: str) -> list[str]:
        """Return the categories or options that put a response under a value of a key."""
        dimension = self.codebook.groups.get(key)
        answers = [value] if dimension is None else dimension.answers(value)
        deciding = self.deciding(key)
        assert deciding is not None
        return self.codebook.members_of(Universe(deciding, tuple(answers)), self.year)
