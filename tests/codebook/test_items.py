"""Items that are written once and applied to several groups."""

from collections.abc import Callable
from typing import Any

import pytest

from analysis.codebook import load_codebook
from analysis.codebook.items import with_templates
from analysis.errors import InputError, Problem
from tests.codebook.made_up import STUDY, TEXT
from tests.conftest import Write

DIMENSIONS = {
    "area": {"values": {"care": {"da": "Pleje", "en": "Care"}, "dental": {"da": "Tænder", "en": "Teeth"}}},
    "size": {"values": {"small": {"da": "små", "en": "small"}}},
}
TEMPLATE = {
    "kind": "figure",
    "page": 1,
    "title": {"da": "Data: {area}", "en": "Data: {area}"},
    "note": {"da": "Alle", "en": "All"},
    "variables": ["plan"],
}


def filled(item: Any, template: Any = TEMPLATE) -> Any:
    return with_templates({"figure_1": item}, {"use": template}, DIMENSIONS)["figure_1"]


def test_an_item_is_filled_up_from_its_template() -> None:
    assert filled({"template": "use", "group": "area:dental"}) == {
        "kind": "figure",
        "page": 1,
        "title": {"da": "Data: Tænder", "en": "Data: Teeth"},
        "note": {"da": "Alle", "en": "All"},
        "variables": ["plan"],
        "group": "area:dental",
    }


def test_what_an_item_says_itself_goes_before_its_template() -> None:
    own = {"da": "{area} for sig", "en": "{area} alone"}
    item = filled({"template": "use", "group": "area:care", "page": 7, "title": own, "variables": []})
    assert (item["page"], item["title"], item["variables"]) == (7, own, [])


def test_a_template_can_name_several_dimensions() -> None:
    template = TEMPLATE | {"title": {"da": "{area}, {size}", "en": "{size} {area}"}}
    item = filled({"template": "use", "group": "area:care;size:small"}, template)
    assert item["title"] == {"da": "Pleje, små", "en": "small Care"}


def test_one_template_fills_many_items_and_leaves_the_others() -> None:
    items = {
        "figure_1": {"template": "use", "group": "area:care"},
        "figure_2": {"kind": "table"},
        "figure_3": {"template": "use", "group": "area:dental"},
        "figure_4": "no mapping",
    }
    found = with_templates(items, {"use": TEMPLATE}, DIMENSIONS)
    assert list(found) == list(items)
    assert [found[name]["title"]["en"] for name in ("figure_1", "figure_3")] == ["Data: Care", "Data: Teeth"]
    assert (found["figure_2"], found["figure_4"]) == ({"kind": "table"}, "no mapping")
    assert "{area}" in TEMPLATE["title"]["da"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({"figure_1": {"template": "used", "group": "area:care"}}, "figure_1 follows the template 'used', which does"),
        ({"figure_1": {"kind": "table"}}, "no item follows the template use"),
        ({"figure_1": {"template": "use"}}, r"figure_1: its template names \{area\}, which its group does not have"),
        ({"figure_1": {"template": "use", "group": "size:small"}}, r"names \{area\}"),
        ({"figure_1": {"template": "use", "group": "area:none"}}, r"names \{area\}"),
        ({"figure_1": {"template": "use", "group": "area"}}, "not a group"),
    ],
)
def test_what_is_no_use_of_a_template(items: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_templates(items, {"use": TEMPLATE}, DIMENSIONS)


# In a codebook

GROUPS = """\
groups: {area: {da: Område, en: Area, values: {care: {da: Pleje, en: Care}, dental: {da: Tænder, en: Teeth}}}}
templates:
  use: {kind: figure, chapter: plans, printed: true, title: {da: "I {area}", en: "In {area}"}, needs: {da: D, en: D}}
items:
  figure_7: {template: use, group: "area:care"}
  figure_8: {template: use, group: "area:dental", page: 9, by: [size]}
"""

Problems = Callable[[str], tuple[Problem, ...]]


@pytest.fixture
def problems(write: Write, no_run: object) -> Problems:
    def found(groups: str) -> tuple[Problem, ...]:
        with pytest.raises(InputError) as caught:
            load_codebook(write(f"{STUDY}/codebook.yaml", TEXT.replace("items:\n", groups, 1)))
        return caught.value.problems

    return found


def test_items_of_a_codebook_follow_its_templates(write: Write) -> None:
    book = load_codebook(write(f"{STUDY}/codebook.yaml", TEXT.replace("items:\n", GROUPS, 1)))
    assert [book.items[name].title.en for name in ("figure_7", "figure_8")] == ["In Care", "In Teeth"]
    assert (book.items["figure_8"].page, book.items["figure_8"].by) == (9, ["size"])
    assert book.items["figure_8"].categories == []
    assert book.items["figure_1"].title.en == "Plans"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('use, group: "area:care"', 'used, group: "area:care"', "which does not exist"),
        ("area:care", "area:cure", "{area}, which its group does not have"),
        ("by: [size]", "by: [sice]", "no such group"),
        ('{template: use, group: "area:dental", page: 9', "{kind: box, pages: 9", "pages"),
        ("needs: {da: D, en: D}", "page: 3", "neither what it shows nor what it needs"),
        ("by: [size]", "variables: [plan], categories: [nye]", "no such answer"),
        ("by: [size]", "form: scale, variables: [plan], categories: [new]", "a scale shows all answers"),
    ],
)
def test_what_is_wrong_with_items_is_named(problems: Problems, old: str, new: str, told: str) -> None:
    assert old in GROUPS
    assert any(told in str(problem) for problem in problems(GROUPS.replace(old, new)))
