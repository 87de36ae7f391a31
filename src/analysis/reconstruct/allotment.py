"""Which municipality gave which responses: dealt at random within size classes, with the numbers that are known."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError

# Rounds of the Markov chain; in each, every pair of questionnaires trades once. In tables as large as those of
# klk_healthdata (45 municipalities, 6 questionnaires) nothing of the start is left after about 5.
_ROUNDS = 25


def allot(
    sizes: Sequence[str],
    numbers: Mapping[str, Mapping[int, int]],
    questionnaires: Mapping[str, Mapping[str, int]] | None,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Deal responses out to municipalities, at random within each size class.

    Which municipality gives how many is a random permutation. Which questionnaires it answers is a random table of
    municipalities by questionnaires with the margins given: it starts as Gale and Ryser build one, and then pairs of
    questionnaires trade the municipalities that answered only one of them ("curveball": Strona et al. 2014, Nature
    Communications 5:4114). In the limit of many trades every such table is equally likely (Carstens 2015, Physical
    Review E 91:042812).

    Parameters
    ----------
    sizes
        Size class of each municipality.
    numbers
        Size class -> number of responses (0, 1, 2 …) -> how many municipalities of the class gave so many.
    questionnaires
        Size class -> questionnaire -> how many municipalities of the class answered it, each at most once. None:
        responses are not told apart.

    Returns
    -------
    DataFrame
        One row for each response, by municipality: `municipality` (position in `sizes`), and `questionnaire` where
        these are given.

    Raises
    ------
    AnalysisError
        A number is negative, the numbers are of other classes than the municipalities, they do not add up, or no
        municipalities can have answered so (theorem of Gale and Ryser).
    """
    _check(sizes, numbers, questionnaires)
    parts = []
    for size, municipalities in numbers.items():
        places = np.flatnonzero(np.asarray(sizes) == size)
        responses = random.permutation(np.repeat(list(municipalities), list(municipalities.values())))
        if questionnaires is None:
            parts.append(pd.DataFrame({"municipality": np.repeat(places, responses)}))
        else:
            answered = questionnaires[size]
            rows, columns = _random_table(responses, list(answered.values()), random).nonzero()
            names = np.array(list(answered), dtype=object)
            parts.append(pd.DataFrame({"municipality": places[rows], "questionnaire": names[columns]}))
    return pd.concat(parts).sort_values("municipality", kind="stable", ignore_index=True)


def _check(
    sizes: Sequence[str],
    numbers: Mapping[str, Mapping[int, int]],
    questionnaires: Mapping[str, Mapping[str, int]] | None,
) -> None:
    there = Counter(sizes)
    for what, of in (("numbers of responses", numbers), ("questionnaires", questionnaires)):
        if of is not None and set(of) != set(there):
            raise AnalysisError(
                f"the {what} are of the size classes {', '.join(sorted(of)) or 'none'}, and the municipalities of "
                f"{', '.join(sorted(there)) or 'none'}. Give them for each of these and no other."
            )
    for size, municipalities in numbers.items():
        if negative := {k: count for k, count in municipalities.items() if min(k, count) < 0}:
            raise AnalysisError(f"size class {size}: negative numbers: {negative}. Numbers start at 0.")
        if sum(municipalities.values()) != there[size]:
            raise AnalysisError(
                f"size class {size}: {sum(municipalities.values())} municipalities by number of responses, and there "
                f"are {there[size]}. The two must agree; count those without responses too."
            )
        if questionnaires is not None:
            _check_table(size, municipalities, questionnaires[size])


def _check_table(size: str, municipalities: Mapping[int, int], answered: Mapping[str, int]) -> None:
    """Refuse margins that no table of zeros and ones has: Gale 1957, Ryser 1957."""
    if negative := {name: count for name, count in answered.items() if count < 0}:
        raise AnalysisError(f"size class {size}: negative numbers: {negative}. Numbers start at 0.")
    responses = sum(k * count for k, count in municipalities.items())
    if responses != sum(answered.values()):
        raise AnalysisError(
            f"size class {size}: {responses} responses by municipality and {sum(answered.values())} by questionnaire. "
            "The two must agree."
        )
    largest = sorted(answered, key=lambda name: -answered[name])
    for many in range(1, len(largest) + 1):
        needed = sum(answered[name] for name in largest[:many])
        possible = sum(min(k, many) * count for k, count in municipalities.items())
        if needed > possible:
            raise AnalysisError(
                f"size class {size}: {needed} responses to {', '.join(largest[:many])}, and municipalities that "
                f"answer each at most once can give {possible}. Change the numbers of responses of either."
            )


def _random_table(responses: np.ndarray, answered: Sequence[int], random: np.random.Generator) -> np.ndarray:
    """Return a random table of municipalities by questionnaires (bool) that has these margins."""
    table = np.zeros((len(responses), len(answered)), dtype=bool)
    left = responses.copy()
    for questionnaire, count in enumerate(answered):
        most_left = np.argsort(-left, kind="stable")[:count]
        table[most_left, questionnaire] = True
        left[most_left] -= 1
    for _ in range(_ROUNDS):
        for one, other in itertools.combinations(range(len(answered)), 2):
            only_one = np.flatnonzero(table[:, one] != table[:, other])
            traded = random.permutation(table[only_one, one])
            table[only_one, one], table[only_one, other] = traded, ~traded
    return table
