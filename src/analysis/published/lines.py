"""`published.csv` against the text of its report: each number on its line, read as it stands there, none left over."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.layout import display_path

_CELL = ("wave", "item", "group", "variable", "category", "statistic")

_NUMERALS = {
    word: value
    for value, words in enumerate(
        "ingen|en én et ét|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv".replace(" ", ",").split("|")
    )
    for word in words.split(",")
}
_PARTS = {
    "halv": 2, "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "syvende": 7, "ottende": 8, "niende": 9,
    "tiende": 10,
}  # fmt: skip
_TIMES = {"dobbelt": 2, "fordobl": 2, "tredobl": 3, "firedobl": 4}
_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 0.333, "⅔": 0.667}
_SCALES = {"tusind": 1e3, "mio": 1e6, "million": 1e6, "mia": 1e9, "milliard": 1e9}
# "1.000 kr." may stand in the head of a table alone.
_UNWRITTEN = (1e3, 1e6, 1e9)
_SCALED = ("amount", "population")

_DIGITS = r"(?:(?<![\w%])[-−])?(?:\d{1,3}(?:[ .\u00a0\u2009\u202f]\d{3})+(?!\d)|\d+)(?:,\d+)?"
_NUMERAL = "|".join(sorted(_NUMERALS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<top>\d+)\s*/\s*(?P<bottom>\d+)"
    rf"|(?P<digits>{_DIGITS})?\s*(?P<fraction>[{''.join(_FRACTIONS)}])\s*(?P<of>{'|'.join(_SCALES)})?"
    rf"|(?P<whole>{_DIGITS})\s*(?P<scale>{'|'.join(_SCALES)})?"
    rf"|(?:\b(?P<many>{_NUMERAL})\s+)?(?P<part>{'|'.join(_PARTS)})(?:e?del|er|e\b|t\b|\b)"
    rf"|(?P<times>{'|'.join(_TIMES)})"
    rf"|\b(?P<numeral>{_NUMERAL})(?:\b|(?=års|årig|dages|ugers))",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"(\d+) ud af (\d+)")
_SPAN = re.compile(r"\d\s*%?\s*[-–]\s*\d|\bmellem\b.+\bog\b", re.IGNORECASE)
# What a number at the end of a line may go on with on the next: the rest of a word or range, a scale, a part.
_REST = re.compile(r"\s*(\S+)")
_GOES_ON = re.compile(rf"{'|'.join(_SCALES)}|(?:{'|'.join(_PARTS)})e?del", re.IGNORECASE)
_SIGN = re.compile(r"%|pct|procent(?!point)", re.IGNORECASE)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a report's text as editors count them: `splitlines` would also break at form feeds.

    Raises
    ------
    InputError
        There is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8").split("\n")
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
        printed: digits, fractions or numerals in Danish. All such rows are listed.
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
        numbers = _numbers(written)
        if self.qualifier == "range":
            return bool(numbers) and _same(self.value, min(numbers)) and _same(self.value_high, max(numbers))
        if self.qualifier in ("exact", "approx") and len(numbers) > 1 and _SPAN.search(written):
            return False
        if self.statistic != "percent" and len(numbers) == 1 and _SIGN.search(written):
            return False
        if self.statistic in _SCALED and re.fullmatch(_DIGITS, written):
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
            if found := _REST.match(after):
                goes_on = line[self.end - 1] == "-" or _GOES_ON.match(found[1])
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
            for row in self.rows:
                yield (
                    row,
                    f"{where} has no such number, or only within a longer one",
                    "Give the line it stands on, as it stands there.",
                )
            return
        readings = [self.printed, *(_continued(self.printed, rest) for rest in self._rests(lines))]
        seen: list[tuple[object, ...]] = []
        for row in self.rows:
            if seen.count(row.cell) == len(self.places):
                yield row, f"{where} has it fewer times than it is entered for this cell", "Remove the row, or mend it."
            elif not any(row.is_stated(reading) for reading in readings):
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


def _numbers(written: str) -> list[float]:
    """Return every number that is written, in digits or words; fractions to three decimals, as `share` has them."""
    found = [_value(match) for match in _NUMBER.finditer(written)]
    return found + [round(int(part) / int(whole), 3) for part, whole in _OUT_OF.findall(written)]


def _value(match: re.Match[str]) -> float:
    """Return the number that a match of `_NUMBER` stands for."""
    if match["bottom"]:
        return round(int(match["top"]) / int(match["bottom"]), 3)
    if match["fraction"]:
        whole = _of_digits(match["digits"]) if match["digits"] else 0
        return (whole + _FRACTIONS[match["fraction"]]) * _SCALES.get((match["of"] or "").lower(), 1)
    if match["whole"]:
        return _of_digits(match["whole"]) * _SCALES.get((match["scale"] or "").lower(), 1)
    if match["part"]:
        return round(_NUMERALS.get((match["many"] or "en").lower(), 1) / _PARTS[match["part"].lower()], 3)
    if match["times"]:
        return _TIMES[match["times"].lower()]
    return _NUMERALS[match["numeral"].lower()]


def _of_digits(written: str) -> float:
    whole, _, decimals = written.replace("−", "-").partition(",")
    return float(re.sub(r"[^\d-]", "", whole) + "." + (decimals or "0"))
