"""The numbers a survey gives, listed in full for a codebook that nobody made."""

import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.codebook.cells import Cell, cells, cells_of, column, groupings
from analysis.layout import RAW_DIR
from tests.codebook.made_up import YEAR, codebook

HAS, HAS_NOT = ("old", "new"), ("planned", "never")
STATE = """\
groups:
  state:
    da: Tilstand
    en: State
    variable: plan
    values:
      has: {of: [yes], da: Har, en: Has}
      never: {da: Aldrig, en: Never}
"""
STUDIES = ("dalarna_agreement", "ssi_hygiene", "kik_quality", "klk_healthdata")
DALARNA, SSI, KIK, KLK = (load_codebook(RAW_DIR / study / "codebook.yaml") for study in STUDIES)


def test_the_cells_of_each_question_in_order() -> None:
    assert cells(codebook(), YEAR) == [
        Cell("knows", "all", "yes", ("yes",)),
        Cell("knows", "all", "no", ("no",)),
        Cell("knows", "all", "dont_know", ("dont_know",)),
        Cell("plan", "all", "old", ("old",)),
        Cell("plan", "all", "new", ("new",)),
        Cell("plan", "all", "planned", ("planned",)),
        Cell("plan", "all", "never", ("never",)),
        Cell("plan", "all", "dont_know", ("dont_know",)),
        Cell("plan", "all", "yes", HAS),
        Cell("plan", "all", "no", HAS_NOT),
        Cell("plan", "plan:yes", "old", ("old",), HAS),
        Cell("plan", "plan:yes", "new", ("new",), HAS),
        Cell("plan", "plan:no", "planned", ("planned",), HAS_NOT),
        Cell("plan", "plan:no", "never", ("never",), HAS_NOT),
        Cell("reasons", "all", "money", ("money",)),
        Cell("reasons", "all", "staff", ("staff",)),
        Cell("trained", "all", "yes", ("yes",)),
        Cell("trained", "all", "no", ("no",)),
        Cell("trained", "all", "dont_know", ("dont_know",)),
        Cell("background", "all", "nurse", ("nurse",)),
    ]


def test_a_wave_that_asked_otherwise_has_other_cells() -> None:
    assert list(cells_of(codebook(), "plan", 2020)) == [
        Cell("plan", "all", "yes", ("yes",)),
        Cell("plan", "all", "no", ("no",)),
        Cell("plan", "all", "dont_know", ("dont_know",)),
    ]


@pytest.mark.parametrize("name", ["kroner", "remarks", "found"])
def test_what_is_no_closed_question_has_no_cells(name: str) -> None:
    assert list(cells_of(codebook(), name, YEAR)) == []


def test_a_study_without_questions_has_no_cells() -> None:
    assert cells(DALARNA, 2025) == []


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        (Cell("plan", "all", "yes", HAS), {}),
        (Cell("use", "area:dental;size:small", "low", ("low",)), {"area": "dental", "size": "small"}),
        # Within a group of the answers: of all.
        (Cell("plan", "plan:yes", "old", ("old",), HAS), {}),
    ],
)
def test_whom_a_cell_is_of(cell: Cell, keys: dict[str, str]) -> None:
    assert cell.keys == keys


@pytest.mark.parametrize(
    ("variable", "asking", "option", "name"),
    [
        ("role", {}, "", "role"),
        ("barriers", {}, "competences", "barriers/competences"),
        ("use", {"purpose": "planning"}, "", "use@planning"),
        ("barriers", {"purpose": "planning"}, "competences", "barriers@planning/competences"),
        ("use", {"source": "own", "purpose": "planning"}, "", "use@own@planning"),
    ],
)
def test_where_an_answer_stands(variable: str, asking: dict[str, str], option: str, name: str) -> None:
    assert column(variable, asking, option) == name


def test_numbers_are_split_as_the_items_and_the_question_say() -> None:
    made_up = codebook("code_lists:\n", f"{STATE}code_lists:\n")
    trained, table = made_up.variables["trained"], made_up.items["table_1"]
    split = trained.model_copy(update={"split_by": [["state", "size"], ["state"]]})
    with_split = made_up.model_copy(update={"variables": made_up.variables | {"trained": split}})
    assert groupings(with_split, "trained") == [(), ("size", "state"), ("state",)]
    by_state = table.model_copy(update={"by": ["state"]})
    with_item = made_up.model_copy(update={"items": made_up.items | {"table_1": by_state}})
    assert groupings(with_item, "trained") == [(), ("state",)]
    assert [(cell.group, cell.category) for cell in cells_of(with_item, "trained", YEAR)] == [
        *(("all", "yes"), ("all", "no"), ("all", "dont_know")),
        *(("state:has", "yes"), ("state:has", "no"), ("state:has", "dont_know")),
        *(("state:never", "yes"), ("state:never", "no"), ("state:never", "dont_know")),
    ]


def test_numbers_of_kl_are_split_by_size_or_role() -> None:
    assert groupings(KIK, "role") == [()]
    found = {cell.group for cell in cells_of(KIK, "data_use", 2023)}
    assert found == {"all", "size:small", "size:medium", "size:large"}
    assert {cell.group for cell in cells(KIK, 2023)} == {*found, "role:leader", "role:employee"}


def test_what_was_asked_for_one_purpose_only_is_always_of_that_purpose() -> None:
    assert groupings(KLK, "plan_budget") == [("purpose",), ("area", "purpose")]
    assert {cell.keys["purpose"] for cell in cells_of(KLK, "plan_budget", 2018)} == {"planning"}


@pytest.mark.parametrize(
    ("asked", "year"),
    [
        pytest.param(SSI, 2020, id="ssi_hygiene 2020"),
        pytest.param(SSI, 2024, id="ssi_hygiene 2024"),
        pytest.param(KIK, 2023, id="kik_quality 2023"),
        pytest.param(KLK, 2018, id="klk_healthdata 2018"),
    ],
)
def test_every_cell_of_the_surveys_is_one_number(asked: Codebook, year: int) -> None:
    found = cells(asked, year)
    keys = [(cell.variable, cell.group, cell.category) for cell in found]
    assert len(set(keys)) == len(keys)
    for cell in found:
        assert {cell.category, *cell.members} <= set(asked.answers_of(cell.variable, year))
        assert cell.within is not None or asked.group_problem(cell.group, year) is None
