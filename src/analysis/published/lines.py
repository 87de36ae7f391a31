"""`published.csv` against the text of its report: each number on its line, read as it stands there, none left over."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.layout import display_path
from analysis.published.numerals import DIGITS, completes, is_percentage, is_range, numbers_in

_CELL = ("wave", "item", "group", "variable", "category", "statistic")

# "1.000 kr." may stand in the head of a table alone.
_UNWRITTEN = (1e3, 1e6, 1e9)
_SCALED = ("amount", "population")


def read_lines(path: Path) -> list[str]:
    """Return the lines of a report's text as editors count them: `splitlines` would also break at form feeds.

    Letters are in one form (NFC), as in `published.csv` when it is loaded.

    Raises
    ------
    InputError
        There is no such file, or it is not UTF-8.
    """
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).split("\n")
    except FileNotFoundError:
        problem = Problem(display_path(path), "the file does not exist", "Name the text of the report.")
    except UnicodeDecodeError:
        problem = Problem(display_path(path), "not UTF-8", "Save the text as UTF-8.")
    raise InputError([problem])


def check_lines(published: pd.DataFrame, lines: Sequence[str], file: str) -> None:
    """Refuse printed numbers that do not stand on their line, or not as they were read.

    A number stands on a line as a whole: not within a longer one, and not without the percent sign that follows it.
    Digits may be glued to its end only where they cannot be part of it, and so are the mark of a footnote: after a
    letter, a full stop, a percent sign, or a whole group of thousands (`145.0004`). A number at the end of its line
    may go on in the next line of text (`86-` and `88%`, `halvde-` and `len`). One number may be claimed for several
    cells, but twice for one cell only where it stands twice.

    Parameters
    ----------
    published
        Rows of `published.csv`, in the order of the file (see `load_published`).
    lines
        The report's text (see `read_lines`).
    file
        The `published.csv`, as messages name it.

    Raises
    ------
    InputError
        A number is not on its line, is claimed more often than it stands there, or has a value that is not what is
        printed, as far as that can be read (see `numerals`; other words are not compared). All such rows are listed.
    """
    wrong = [
        (row, Problem(file, message, advice, row.number, "printed", row.printed))
        for claim in _claims(published, lines)
        for row, message, advice in claim.wrong(lines)
    ]
    if wrong:
        raise InputError(problem for _, problem in sorted(wrong, key=lambda pair: pair[0].number))


def unclaimed(published: pd.DataFrame, lines: Sequence[str], words: Iterable[str] = ()) -> dict[int, list[str]]:
    r"""Return the numbers of a report's text that no row claims.

    Parameters
    ----------
    published, lines
        As for `check_lines`.
    words
        Words that count as numbers wherever they stand, as patterns (`halvdel\w*`); case does not matter.

    Returns
    -------
    dict
        Line, from 1 -> runs of digits and words in their order; lines without any are left out.
    """
    token = re.compile(rf"\d+|\b(?:{'|'.join([*words, '(?!)'])})\b", re.IGNORECASE)
    rests = list(lines)
    for claim in _claims(published, lines):
        for place in claim.claimed(lines):
            rest = rests[place.line - 1]
            # Spaces, so that what stands around it does not grow together.
            rests[place.line - 1] = rest[: place.start] + " " * (place.end - place.start) + rest[place.end :]
    found = {number: token.findall(rest) for number, rest in enumerate(rests, start=1)}
    return {number: tokens for number, tokens in found.items() if tokens}


@dataclass(frozen=True)
class _Row:
    """What a row of `published.csv` says of one number; `number` is its line in the file, `line` that in the text."""

    number: int
    line: int
    printed: str
    value: float
    value_high: float
    statistic: str
    qualifier: str
    cell: tuple[object, ...]

    def is_stated(self, written: str) -> bool:
        """Tell whether value and end of a range are what is written."""
        numbers = numbers_in(written)
        if self.qualifier == "range":
            return bool(numbers) and _same(self.value, min(numbers)) and _same(self.value_high, max(numbers))
        if self.qualifier in ("exact", "approx") and len(numbers) > 1 and is_range(written):
            return False
        if self.statistic != "percent" and len(numbers) == 1 and is_percentage(written):
            return False
        if self.statistic in _SCALED and re.fullmatch(DIGITS, written):
            numbers += [number * scale for number in numbers for scale in _UNWRITTEN]
        return any(_same(self.value, number) for number in numbers)


@dataclass(frozen=True)
class _Place:
    """Where a number stands: its line, from 1, and the letters of it."""

    line: int
    start: int
    end: int

    def overlaps(self, other: _Place) -> bool:
        return self.start < other.end and other.start < self.end

    def rest(self, lines: Sequence[str]) -> _Place | None:
        """Return where a number that breaks at the end of its line goes on in the next line of text."""
        line = lines[self.line - 1]
        if line[self.end :].strip():
            return None
        for number, after in enumerate(lines[self.line :], start=self.line + 1):
            if found := re.match(r"\s*(\S+)", after):
                goes_on = line[self.end - 1] == "-" or completes(found[1])
                return _Place(number, *found.span(1)) if goes_on else None
        return None


@dataclass(frozen=True)
class _Claim:
    """The rows that claim one printed number on a line, and where it stands there, if at all."""

    printed: str
    line: int
    rows: tuple[_Row, ...]
    places: tuple[_Place, ...]

    def claimed(self, lines: Sequence[str]) -> Iterator[_Place]:
        """Yield the places that the rows speak of, with what a broken number has on the next line."""
        for place in self.places[: len(self.rows)]:
            yield place
            if rest := place.rest(lines):
                yield rest

    def wrong(self, lines: Sequence[str]) -> Iterator[tuple[_Row, str, str]]:
        """Yield row, message and advice for what is wrong with the claim."""
        where = f"line {self.line} of the report's text"
        if not self.places:
            message = f"{where} has no such number, or only within a longer one"
            for row in self.rows:
                yield row, message, "Give the line it stands on, as it stands there."
            return
        readings = [self.printed, *(_continued(self.printed, rest) for rest in self._rests(lines))]
        legible = [reading for reading in readings if numbers_in(reading)]
        seen: list[tuple[object, ...]] = []
        for row in self.rows:
            if seen.count(row.cell) == len(self.places):
                yield row, f"{where} has it fewer times than it is entered for this cell", "Remove the row, or mend it."
            elif legible and not any(row.is_stated(reading) for reading in legible):
                high = "" if math.isnan(row.value_high) else f" to {row.value_high:.12g}"
                message = f"the {row.statistic} {row.value:.12g}{high} is not what is printed"
                yield row, message, f"Read {where} again."
            seen.append(row.cell)

    def _rests(self, lines: Sequence[str]) -> Iterator[str]:
        for place in self.places:
            if rest := place.rest(lines):
                yield lines[rest.line - 1][rest.start : rest.end]


def _claims(published: pd.DataFrame, lines: Sequence[str]) -> Iterator[_Claim]:
    """Yield what the rows claim, line by line, the longest first: what it takes is no longer there for the others."""
    columns = [published[name] for name in ("line", "printed", "value", "value_high", "statistic", "qualifier")]
    cells = zip(*(published[name] for name in _CELL), strict=True)
    # The header is line 1 of the file.
    rows = [_Row(*row) for row in zip(range(2, len(published) + 2), *columns, cells, strict=True)]
    rows.sort(key=lambda row: (row.line, -len(row.printed), row.printed))
    for number, of_line in groupby(rows, key=lambda row: row.line):
        line = lines[number - 1] if number <= len(lines) else ""
        taken: list[_Place] = []
        for printed, same in groupby(of_line, key=lambda row: row.printed):
            claiming = tuple(same)
            found = [_Place(number, *match.span()) for match in re.finditer(_token(printed), line)]
            free = tuple(place for place in found if not any(place.overlaps(other) for other in taken))
            taken += free[: len(claiming)]
            yield _Claim(printed, number, claiming, free)


def _token(printed: str) -> str:
    """Return the pattern of a printed number that stands as a whole."""
    ends = re.search(r"[^\W\d]$|[.%)]$|\d\.\d{3}$", printed)
    after = r"(?![^\W\d]|\d{3})" if ends else r"(?!\w)"
    return rf"(?<!\w)(?<!\d[.,]){re.escape(printed)}{after}(?![.,]\d{{3}}|,\d| ?%| ?pct| ?procent\b)"


def _continued(printed: str, rest: str) -> str:
    """Return a broken number with what it has on the next line: a word is joined, the hyphen of a range kept."""
    if printed.endswith("-"):
        return (printed if printed[-2:-1].isdigit() else printed[:-1]) + rest
    return f"{printed} {rest}"


def _same(value: float, number: float) -> bool:
    return math.isclose(value, number, rel_tol=1e-12)
