"""A report's verbal claims: of what, about whom, in which direction, on which line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import parse_group
from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path
from analysis.published import TEXT, UNPLACED
from analysis.strict_csv import Row, read_rows

COLUMNS = ("wave", "item", "page", "line", "direction", "subject", "groups")

Direction = Literal[
    "higher", "lower", "highest", "lowest", "not_lower", "not_higher", "significantly_higher", "significantly_lower",
    "equal", "similar", "increase", "decrease", "associated", "majority", "minority", "causes",
]  # fmt: skip
"""What a report can assert of the cells of a claim.

- `higher`, `lower`, `highest`, `lowest`, `not_lower`, `not_higher`, `significantly_higher`, `significantly_lower`: of
  the first, against each of the following;
- `equal`, `similar` (small differences, in line with): of each two;
- `increase`, `decrease`: from each to the next, in the order written; of a single cell: a printed change;
- `associated`: more with each step along the groups, as a hypothesis about a link;
- `majority`, `minority`: more, or less, than half;
- `causes`: the following decide the first.
"""
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

_ALONE = ("majority", "minority")
_ALONE_OR_MORE = ("increase", "decrease", "causes")
_SEVERAL = re.compile(r"\s*;\s*")
_AGAINST = re.compile(r"\s*\|\s*")
_PATTERNS = {
    "wave": (re.compile(r"[0-9]+"), "a year"),
    "page": (re.compile(r"[1-9][0-9]*"), "a whole number from 1"),
    "line": (re.compile(r"[1-9][0-9]*"), "a whole number from 1"),
}

Subject = tuple[str, str]
"""A variable and one of its answers; the answer is empty for a quantity."""


def subjects_of(written: str) -> list[Subject]:
    """Return the cells that `subject` names: `variable/category`, or `variable`, joined by `;`."""
    pairs = (part.partition("/") for part in _SEVERAL.split(written))
    return [(variable, category) for variable, _, category in pairs]


def groups_of(written: str) -> list[str]:
    """Return the groups that `groups` names, joined by `|`."""
    return _AGAINST.split(written)


def load_claims(path: Path, codebook: Codebook) -> pd.DataFrame:
    """Read `claims.csv` of a study: the input, without verdicts.

    Parameters
    ----------
    path
        The file.
    codebook
        The study's: names the items, variables, answers and groups there are.

    Returns
    -------
    DataFrame
        `COLUMNS`, in the order of the file; `wave`, `page` and `line` whole, the rest text. `subject` and `groups` hold
        several of one of the two, never of both: answers are compared with each other in one group, or groups on one
        answer.

    Raises
    ------
    InputError
        A cell breaks the contract, names what the codebook does not have, or a claim stands twice; all are listed.
    """
    file = display_path(path)
    rows = read_rows(path, COLUMNS)
    problems = [problem for row in rows for problem in (*_cell_problems(file, row), *_unknown(file, row, codebook))]
    problems += _repeated(file, rows)
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame([row.cells for row in rows], columns=list(COLUMNS))
    return frame.astype({"wave": "int64", "page": "int64", "line": "int64"})


def _cell_problems(file: str, row: Row) -> Iterator[Problem]:
    """Yield a problem for each cell of a row that breaks the contract, whatever the codebook says."""
    cells = row.cells
    for column, (pattern, allowed) in _PATTERNS.items():
        if not pattern.fullmatch(cells[column]):
            yield Problem(file, "not as the contract says", "Correct it.", row.line, column, cells[column], allowed)
    direction = cells["direction"]
    if direction not in DIRECTIONS:
        yield Problem(
            file, "unknown direction", did_you_mean(direction, DIRECTIONS) + ".", row.line, "direction", direction
        )
    several = len(subjects_of(cells["subject"])), len(groups_of(cells["groups"]))
    if min(several) > 1:
        advice = "Compare answers in one group, or groups on one answer; write a claim for each of the others."
        yield Problem(file, "several subjects and several groups", advice, row.line, "groups", cells["groups"])
    elif direction in _ALONE and max(several) > 1:
        advice = "Name one subject and one group; write a claim for each."
        yield Problem(file, f"{direction} is about one number", advice, row.line, "subject", cells["subject"])
    elif direction in DIRECTIONS and direction not in (*_ALONE, *_ALONE_OR_MORE) and max(several) == 1:
        advice = "Name what the first is compared with: subjects joined by ;, or groups joined by |."
        yield Problem(file, f"{direction} compares with nothing", advice, row.line, "subject", cells["subject"])


def _unknown(file: str, row: Row, codebook: Codebook) -> Iterator[Problem]:
    """Yield a problem for each name in a row that the codebook does not have."""
    cells = row.cells
    items = [name for name, item in codebook.items.items() if item.printed]
    if cells["item"] not in (TEXT, *items):
        advice = f"{did_you_mean(cells['item'], [TEXT, *items])}. Or add it to the codebook."
        yield Problem(file, "the codebook has no such item", advice, row.line, "item", cells["item"])
    if not _PATTERNS["wave"][0].fullmatch(cells["wave"]):
        return
    wave = int(cells["wave"])
    subjects, groups = subjects_of(cells["subject"]), groups_of(cells["groups"])
    for column, named in (("subject", subjects), ("groups", groups)):
        if twice := [each for place, each in enumerate(named) if each in named[:place]]:
            message = f"{'/'.join(twice[0]).rstrip('/') if isinstance(twice[0], tuple) else twice[0]} stands twice"
            yield Problem(file, message, "Remove one of the two.", row.line, column, cells[column])
    for group in groups:
        if wrong := codebook.group_problem(group, wave):
            yield Problem(file, wrong, "Correct it, or add it to the codebook.", row.line, "groups", group)
    for variable, category in subjects:
        yield from _wrong_subject(file, row, codebook, wave, variable, category)


def _wrong_subject(
    file: str, row: Row, codebook: Codebook, wave: int, variable: str, category: str
) -> Iterator[Problem]:
    names = [name for name in codebook.variables if name != UNPLACED]
    if variable not in names:
        advice = f"{did_you_mean(variable, names)}. Or add it to the codebook."
        yield Problem(file, "the codebook has no such variable", advice, row.line, "subject", variable)
        return
    answers = list(codebook.answers_of(variable, wave))
    if category and category not in answers:
        advice = f"{did_you_mean(category, answers)}. Or add it to the codebook." if answers else "Remove it."
        yield Problem(file, "no such answer", advice, row.line, "subject", category, f"answers of {variable}")
    elif not category and codebook.variables[variable].kind != "quantity":
        advice = f"Write {variable}/ and one of them: {did_you_mean('', answers)}."
        yield Problem(file, "a question without the answer that the claim is about", advice, row.line, "subject")


def _repeated(file: str, rows: list[Row]) -> Iterator[Problem]:
    """Yield a problem for each claim that stands in the file before."""
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        cells = row.cells
        claim = (
            *(cells[column] for column in COLUMNS[:-2]),
            tuple(subjects_of(cells["subject"])),
            tuple(tuple(sorted(_parts(group).items())) for group in groups_of(cells["groups"])),
        )
        if claim in first:
            yield Problem(file, f"the claim of row {first[claim]} again", "Remove one of the two.", row.line)
        first.setdefault(claim, row.line)


def _parts(group: str) -> dict[str, str]:
    """Return key -> value of a group, the whole of it as a value where it is none."""
    try:
        return parse_group(group)
    except ValueError:
        return {"": group}
