"""Which printed numbers compare groups of answerers: by size class, by role, by how much data they use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import FREE_KEYS, is_case, parse_group
from analysis.codebook.questions import Variable
from analysis.published.claims import groups_of, subjects_of

COUNTED = ("percent", "share", "count")
"""Statistics that say how many gave an answer."""

Group = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Comparison:
    """One answer in several groups of answerers.

    Parameters
    ----------
    variable, category
        The answer.
    rest
        What all groups have in common, such as the purpose.
    key
        What they differ by: `size`, or a dimension of the codebook.
    values
        Those of the key that are printed, in the codebook's order, the smallest class first.
    """

    variable: str
    category: str
    rest: Group
    key: str
    values: tuple[str, ...]

    def group(self, value: str) -> Group:
        """Return one of the groups."""
        return self.rest | {(self.key, value)}


def comparisons(published: pd.DataFrame, claims: pd.DataFrame, codebook: Codebook, wave: int) -> list[Comparison]:
    """Return what print compares between groups of answerers, and what it claims without printing the numbers.

    Areas are questionnaires of their own and are no such groups. A comparison has fewer than two values where print
    claims one but does not give its numbers.

    Parameters
    ----------
    published, claims
        The study's printed numbers and verbal claims.
    codebook
        The study's.
    wave
        Survey year.

    Returns
    -------
    list of Comparison
        In the codebook's order of keys, then of questions.
    """
    keys = [SIZE] if codebook.size_classes else []
    keys += [key for key, each in codebook.groups.items() if each.variable not in (None, codebook.questionnaire)]
    found: dict[tuple[str, str, Group, str], set[str]] = {}
    for variable, category, group in _printed(published[published["wave"] == wave], codebook):
        for key in keys:
            if key in group:
                rest = frozenset((name, value) for name, value in group.items() if name != key)
                found.setdefault((variable, category, rest, key), set()).add(group[key])
    compared = {name: values for name, values in found.items() if len(values) > 1}
    for name in _claimed(claims[claims["wave"] == wave], keys, codebook):
        compared.setdefault(name, found.get(name, set()))
    order = list(codebook.variables)
    every = [
        Comparison(*name, tuple(value for value in codebook.group_values(name[-1], wave) if value in values))
        for name, values in compared.items()
    ]
    return sorted(every, key=lambda each: (keys.index(each.key), order.index(each.variable)))


def _is_counted(variable: Variable) -> bool:
    return variable.kind in ("single", "multiple")


def _printed(rows: pd.DataFrame, codebook: Codebook) -> Iterator[tuple[str, str, dict[str, str]]]:
    for variable, category, statistic, written in rows[["variable", "category", "statistic", "group"]].itertuples(
        index=False
    ):
        group = parse_group(written)
        counted = statistic in COUNTED and category and _is_counted(codebook.variables[variable])
        if counted and not is_case(group) and not group.keys() & set(FREE_KEYS):
            yield variable, category, group


def _claimed(claims: pd.DataFrame, keys: list[str], codebook: Codebook) -> Iterator[tuple[str, str, Group, str]]:
    """Yield what claims compare between several values of a key."""
    for _, claim in claims.iterrows():
        groups = [parse_group(each) for each in groups_of(claim["groups"])]
        for key in keys:
            rests = {frozenset((name, value) for name, value in each.items() if name != key) for each in groups}
            values = {each.get(key) for each in groups}
            if len(rests) == 1 and len(values) > 1 and None not in values:
                for variable, category in subjects_of(claim["subject"]):
                    if _is_counted(codebook.variables[variable]):
                        yield variable, category, next(iter(rests)), key
