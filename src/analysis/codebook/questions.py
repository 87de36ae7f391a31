"""What was asked: code lists, questions, and who was asked them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from analysis.codebook.strict_yaml import Strict
from analysis.lang import Lang

Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
BaseKind = Literal["asked", "answered_incl_dont_know", "substantive"]
Kind = Literal["quantity", "single", "multiple", "open", "themes"]
Unit = Literal[
    "admissions", "agreements", "answers", "beds", "contacts", "days", "hospitals", "hours", "index", "inhabitants",
    "kg", "kr", "kr_per_inhabitant", "meetings", "minutes", "models", "months", "municipalities", "per_1000",
    "percent", "percentage_points", "persons", "places", "plans", "practices", "projects", "questionnaires",
    "services", "staff", "tables", "times", "visits", "weeks", "years",
]  # fmt: skip

KINDS_OF_MISSING = ("not_asked", "no_answer")
"""What stands in responses instead of an answer: routing led past the question, or it was left blank."""

_UNIVERSE = re.compile(r"(any )?([a-z][a-z0-9_]*) in \[([a-z0-9_, ]+)\]")


class Label(Strict):
    """A text in both languages: `label["da"]`."""

    da: Text
    en: Text

    def __getitem__(self, lang: Lang) -> str:
        """Return the text in a language."""
        return self.da if lang == "da" else self.en


def _in_both(written: Any) -> Any:
    return {"da": written, "en": written} if isinstance(written, str) else written


BothLangs = Annotated[Label, BeforeValidator(_in_both)]
"""A text in both languages; written as one text, it is the same in both."""


class Category(Label):
    """An answer: its number in the export, and whether it is one of the kinds of missing."""

    code: int
    missing: Literal["dont_know", "not_applicable"] | None = None


class Group(Label):
    """Answers that a report counts together."""

    of: Annotated[list[Name], Field(min_length=1)]


class CodeList(Strict):
    """The answers of a question; of a scale with two sides, `sides` names the group on each.

    `order` says of answers that are more or less of something which way the list goes: from the least (ascending) or
    from the most (descending).
    """

    categories: Annotated[dict[Name, Category], Field(min_length=1)]
    groups: dict[Name, Group] = Field(default_factory=dict)
    sides: Annotated[list[Name], Field(min_length=2, max_length=2)] | None = None
    order: Literal["ascending", "descending"] | None = None

    @property
    def substantive(self) -> list[str]:
        """The answers that say something."""
        return [name for name, category in self.categories.items() if category.missing is None]

    @property
    def ascending(self) -> list[str]:
        """The answers that say something, from the least to the most; only of a list with an `order`."""
        return self.substantive if self.order == "ascending" else self.substantive[::-1]

    @property
    def upper_side(self) -> str | None:
        """The group on the side of the most; none of a list without sides, or without an `order`."""
        top = self.ascending[-1] if self.order else None
        return next((side for side in self.sides or () if top in self.groups[side].of), None)

    @property
    def unknown(self) -> list[str]:
        """The answers that are kinds of missing: don't know, not applicable."""
        return [name for name, category in self.categories.items() if category.missing is not None]

    def members(self, name: str) -> list[str]:
        """Return the categories that a category or group stands for."""
        return self.groups[name].of if name in self.groups else [name]

    def label(self, name: str) -> Label:
        """Return the text of a category or group."""
        return self.groups[name] if name in self.groups else self.categories[name]

    @model_validator(mode="after")
    def _whole(self) -> CodeList:
        if taken := sorted(set(KINDS_OF_MISSING) & {*self.categories, *self.groups}):
            raise ValueError(f"{', '.join(taken)} is a kind of missing answer, not one of a list")
        codes = [category.code for category in self.categories.values()]
        if len(set(codes)) < len(codes):
            raise ValueError("two categories have the same code")
        if both := sorted(set(self.groups) & set(self.categories)):
            raise ValueError(f"a group and a category have the same name: {', '.join(both)}")
        for name, group in self.groups.items():
            if strangers := [member for member in group.of if member not in self.substantive]:
                raise ValueError(f"group {name} counts {', '.join(strangers)}, which the list lacks or calls missing")
        if strangers := [side for side in self.sides or () if side not in self.groups]:
            raise ValueError(f"sides name {', '.join(strangers)}, which is no group")
        return self


class Option(Label):
    """An option of a multiple-response question: its number in the questionnaire."""

    code: int


@dataclass(frozen=True)
class Universe:
    """Who was asked: those whose answer to `variable` is one of `answers` (categories, groups or options).

    Where that was asked for each of several purposes, it is the answer for the same purpose; with `any`, for any one.
    """

    variable: str
    answers: tuple[str, ...]
    any: bool = False


def parse_universe(written: str) -> Universe | None:
    """Return a universe, None for `all`.

    Raises
    ------
    ValueError
        It is neither `all` nor of the form `variable in [answer, answer]` or `any variable in [answer, answer]`.
    """
    if written == "all":
        return None
    if not (found := _UNIVERSE.fullmatch(written)):
        raise ValueError("not a universe: write all, or variable in [answer, answer]")
    return Universe(found[2], tuple(answer.strip() for answer in found[3].split(",")), any=found[1] is not None)


def _universe(written: str) -> str:
    parse_universe(written)
    return written


UniverseText = Annotated[str, AfterValidator(_universe)]


class Answers(Strict):
    """How many answers came from a municipality: from `least` to `most` (null: any number)."""

    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=0)] | None = None


class Counted(Answers):
    """What of an export a printed quantity counts: `responses`, or `municipalities` by how many responses each gave.

    `universe` says which responses; `parts` are those of the quantity. Of responses, a part is a `status`: those that
    came to the end, those that did not, or those not given. `ineligible` is the part whose answer to the question of
    who is eligible rules them out.
    """

    of: Literal["responses", "municipalities"]
    universe: UniverseText = "all"
    parts: dict[Name, Answers] = Field(default_factory=dict)
    status: dict[Name, Literal["completed", "some_answers", "none"]] = Field(default_factory=dict)
    ineligible: Name | None = None


class Variable(Strict):
    """A question, or a quantity a report prints: what it is called and how it is answered or counted.

    Exactly one of these says of what kind it is: `unit` (a quantity), `codes` (one answer of a code list), `options`
    (any of several), `open` (text), `themes` (what the report's authors found in open answers: it has no column).
    `parts` divide a quantity: they exclude each other and make up the whole. `counts` says what of an export it counts.

    `column` is its name in the export (its own where none is given); `codes_in` names another code list for the waves
    that asked otherwise. `universe` is who was asked, `share_of` whether printed percentages are of them or of all,
    and `within` groups of its answers that percentages are given within, too. `asked_per` are the dimensions it was
    asked once for each value of (a number without one of them is pooled over it), `asked_under` the one value of a
    dimension it was asked under, `weights` what an answer can count: one of a municipality with one, with two, ….
    `split_by` are keys that numbers of it are given by together, where no item says so.
    """

    label: Label
    unit: Unit | None = None
    parts: Annotated[dict[Name, Label], Field(min_length=1)] | None = None
    counts: Counted | None = None
    definition: Label | None = None
    ask: Label | None = None
    level: Literal["municipality", "respondent"] | None = None
    column: Text | None = None
    codes: Name | None = None
    codes_in: dict[int, Name] = Field(default_factory=dict)
    options: Annotated[dict[Name, Option], Field(min_length=1)] | None = None
    open: bool = False
    themes: Annotated[dict[Name, Label], Field(min_length=1)] | None = None
    universe: UniverseText = "all"
    share_of: Literal["universe", "all"] = "universe"
    within: list[Name] = Field(default_factory=list)
    asked_per: list[Name] = Field(default_factory=list)
    asked_under: dict[Name, Name] = Field(default_factory=dict)
    split_by: list[Annotated[list[Name], Field(min_length=1)]] = Field(default_factory=list)
    weights: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)] = Field(default_factory=lambda: [1.0])

    @property
    def kind(self) -> Kind:
        """What kind of question it is."""
        if self.unit:
            return "quantity"
        if self.codes:
            return "single"
        if self.options:
            return "multiple"
        return "open" if self.open else "themes"

    @property
    def asked_of(self) -> Universe | None:
        """Who was asked; None: all."""
        return parse_universe(self.universe)

    @model_validator(mode="after")
    def _one_kind(self) -> Variable:
        kinds = [self.unit, self.codes, self.options, self.open, self.themes]
        if sum(bool(kind) for kind in kinds) != 1:
            raise ValueError("exactly one of unit, codes, options, open, themes must be given")
        if self.kind not in ("quantity", "themes") and not (self.ask and self.level):
            raise ValueError("a question needs ask and level")
        if (self.parts or self.counts) and not self.unit:
            raise ValueError("parts and counts are of a quantity")
        if self.counts and (strangers := {*self.counts.parts, *self.counts.status} - set(self.parts or {})):
            raise ValueError(f"counts names {', '.join(sorted(strangers))}, which is none of the parts")
        codes = [option.code for option in (self.options or {}).values()]
        if len(set(codes)) < len(codes):
            raise ValueError("two options have the same code")
        if (self.codes_in or self.within) and not self.codes:
            raise ValueError("codes_in and within are for questions with codes")
        return self
