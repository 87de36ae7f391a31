"""What went wrong with an input, in words its owner can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LISTED = 25


class AnalysisError(Exception):
    """An error that the user can mend; its text ends in advice and needs no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in a notebook (IPython asks for this)."""
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place of one file.

    Parameters
    ----------
    file
        Path as the user knows it (relative to the repository where it lies there).
    message
        What is wrong, in one sentence.
    advice
        What to do about it.
    row
        Line of the file, 1-based, the header counted.
    column
        Column, question or key.
    value
        The value as it stands in the file.
    allowed
        What was allowed there.
    """

    file: str
    message: str
    advice: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    allowed: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        parts = [f"{', '.join(place)}: {self.message}"]
        if self.value is not None:
            parts.append(f"value: {self.value!r}")
        if self.allowed is not None:
            parts.append(f"allowed: {self.allowed}")
        return "; ".join(parts) + f". {self.advice}"


class InputError(AnalysisError):
    """An input cannot be used; every problem found in it is listed, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, candidates: Sequence[str]) -> str | None:
    """Return the candidate that is spelt most like `word`, or None when none is close."""
    folded = {candidate.casefold(): candidate for candidate in candidates}
    match = difflib.get_close_matches(word.casefold(), list(folded), n=1)
    return folded[match[0]] if match else None


def did_you_mean(word: str, candidates: Sequence[str]) -> str:
    """Return advice that names the nearest candidate, if any, and all valid ones, or how many where they are many."""
    match = nearest(word, candidates)
    guess = f"Did you mean {match!r}? " if match else ""
    rest = f", … ({len(candidates)} in all)" if len(candidates) > _LISTED else ""
    return f"{guess}Valid: {', '.join(candidates[:_LISTED]) or 'none'}{rest}"
