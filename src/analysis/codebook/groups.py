"""Of whom a number is: `group` of the contracts, `all` or `key:value` pairs joined by `;`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from analysis.codebook.questions import Label, Name

ALL = "all"
SINCE = "since"
"""Key of a change: `since:2020`."""
CASE = "case"
"""Value of `area` for what the report tells of single cases: no result of the study itself."""
FREE_KEYS = ("municipality", "region", "year", SINCE)
"""Keys whose values no codebook lists."""

_GROUP = re.compile(r"[a-z_]+:[^;:]+(;[a-z_]+:[^;:]+)*")
_YEAR = re.compile(r"[0-9]{4}")


def parse_group(written: str) -> dict[str, str]:
    """Return key -> value of a group; none for `all`.

    Raises
    ------
    ValueError
        It is neither `all` nor `key:value` pairs joined by `;`, or names a key twice.
    """
    if written == ALL:
        return {}
    pairs = [part.partition(":") for part in written.split(";")]
    if not _GROUP.fullmatch(written) or len({key for key, _, _ in pairs}) < len(pairs):
        raise ValueError("not a group: write all, or key:value joined by ;, each key once")
    return {key: value for key, _, value in pairs}


def sorted_group(written: str) -> dict[str, str]:
    """Return key -> value of a group by its keys, in one order however it is written."""
    return dict(sorted(parse_group(written).items()))


def join_group(parts: dict[str, str]) -> str:
    """Return a group as it is written."""
    return ";".join(f"{key}:{value}" for key, value in parts.items()) or ALL


def is_free_value(key: str, value: str) -> bool:
    """Tell whether a value suits one of the `FREE_KEYS`: years are four digits."""
    return bool(_YEAR.fullmatch(value)) if key in ("year", SINCE) else True


def is_case(parts: dict[str, str]) -> bool:
    """Tell whether a group is a single case."""
    return parts.get("area") == CASE


def _checked(written: str) -> str:
    parse_group(written)
    return written


GroupText = Annotated[str, AfterValidator(_checked)]


class Value(Label):
    """A value of a dimension; `of` are the answers that put a response there, if not the one of the same name."""

    of: list[Name] = Field(default_factory=list)


class Dimension(Label):
    """What numbers are split by, such as the area or the role: its values.

    `variable` is the question whose answers tell them apart; without one they are what a question was asked for, each
    in turn (`asked_per`). A `partition` has values that exclude each other and together are all.
    """

    partition: bool = False
    variable: Name | None = None
    values: Annotated[dict[Name, Value], Field(min_length=1)]

    def answers(self, value: str) -> list[str]:
        """Return the answers, or groups of answers, that put a response under a value."""
        return self.values[value].of or [value]
