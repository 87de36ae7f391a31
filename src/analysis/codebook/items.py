"""What the report shows: its tables, figures and boxes, some of them written once for several groups."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, model_validator

from analysis.codebook.groups import ALL, GroupText, parse_group
from analysis.codebook.questions import BaseKind, Label, Name
from analysis.codebook.strict_yaml import Strict

Form = Literal[
    "responses", "quantities", "single_choice", "multiple_response", "scale", "grid", "comparison",
    "key_figures", "series", "printed_values", "printed_table", "printed_list", "post_stratified",
]  # fmt: skip


class Item(Strict):
    """A numbered table, figure or box of a report, or one this repository adds (`printed` is then false).

    An item of a survey says in `form` how it is drawn, of which `variables`, on which `base` its percentages are, and
    whether it shows the run's own wave or the one before. `group` is whom it is of, `by` what it is split by;
    `categories` are the answers it shows, where these are not all. An item that no `notebook` makes says in `needs`
    which data it wants and who has them; a `concept` has no numbers at all.

    Of an item that shows print alone, `years` are the first and the last on the report's own axis, and `rows` those of
    `by` whose values, as the codebook lists them, are the report's own rows; what it prints in them may be missing.
    """

    kind: Literal["figure", "table", "box"]
    chapter: Name
    notebook: str | None = None
    printed: bool
    title: Label
    page: Annotated[int, Field(ge=1)] | None = None
    form: Form | None = None
    variables: list[Name] = Field(default_factory=list)
    group: GroupText = ALL
    by: list[Name] = Field(default_factory=list)
    years: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    rows: list[Name] = Field(default_factory=list)
    categories: list[Name] = Field(default_factory=list)
    base: BaseKind = "answered_incl_dont_know"
    wave: Literal["own", "previous"] = "own"
    needs: Label | None = None
    concept: bool = False
    note: Label | None = None

    @property
    def made_as(self) -> Literal["figure", "table"]:
        """Whether it is drawn or set out: a box of numbers is a table."""
        return "figure" if self.kind == "figure" else "table"

    @model_validator(mode="after")
    def _framed(self) -> Item:
        if self.years and self.years[0] > self.years[1]:
            raise ValueError("years are the first and the last")
        if strangers := sorted(set(self.rows) - set(self.by)):
            raise ValueError(f"rows names {', '.join(strangers)}, which it is not split by")
        return self


def own_items(chapters: Mapping[str, str]) -> dict[str, Item]:
    """Return the items that this repository adds to every report; `chapters` is notebook -> where those of it stand."""
    return {
        name: Item(**item, chapter=chapter, notebook=notebook, printed=False)
        for notebook, chapter in chapters.items()
        for name, item in _own().get(notebook, {}).items()
    }


@functools.cache
def _own() -> dict[str, dict[str, Any]]:
    written: dict[str, dict[str, Any]] = yaml.safe_load(
        resources.files(__package__).joinpath("own_items.yaml").read_text(encoding="utf-8")
    )
    return written


def with_templates(
    items: Mapping[str, Any], templates: Mapping[str, Any], dimensions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return items as written, those with a `template` filled up from it.

    What an item says itself goes before what its template says. `{area}` in a template's texts becomes the label of
    the item's `area:` in that language.

    Parameters
    ----------
    items, templates
        Name -> keys, as the file has them, not yet validated.
    dimensions
        Name -> `values` -> label, likewise.

    Raises
    ------
    ValueError
        An item names a template that does not exist, a template names a dimension that the item's group lacks, or no
        item uses a template.
    """
    used = set()
    filled = {}
    for name, item in items.items():
        if not isinstance(item, dict) or "template" not in item:
            filled[name] = item
            continue
        own = {key: value for key, value in item.items() if key != "template"}
        template = item["template"]
        if template not in templates:
            raise ValueError(f"{name} follows the template {template!r}, which does not exist")
        used.add(template)
        labels = {
            key: dimensions[key]["values"][value]
            for key, value in parse_group(str(own.get("group", ALL))).items()
            if value in dimensions.get(key, {}).get("values", {})
        }
        filled[name] = {**{key: _filled(value, labels, name) for key, value in templates[template].items()}, **own}
    if unused := sorted(set(templates) - used):
        raise ValueError(f"no item follows the template {', '.join(unused)}")
    return filled


def _filled(value: Any, labels: Mapping[str, Any], item: str) -> Any:
    """Return a value of a template, the placeholders of a text in both languages filled."""
    if not (isinstance(value, dict) and set(value) == {"da", "en"}):
        return value
    try:
        return {
            lang: words.format(**{key: label[lang] for key, label in labels.items()}) for lang, words in value.items()
        }
    except KeyError as error:
        raise ValueError(f"{item}: its template names {{{error.args[0]}}}, which its group does not have") from None
