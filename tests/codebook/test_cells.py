"""The numbers a survey gives, listed in full for a codebook that nobody made."""

import pytest

from analysis.codebook.cells import Atom, Cell, cells, cells_of, universe_atoms
from analysis.codebook.questions import Universe
from tests import dalarna, ssi
from tests.codebook.made_up import YEAR, codebook

HAS, HAS_NOT = (("plan", "old"), ("plan", "new")), (("plan", "planned"), ("plan", "never"))
STAFF = (("reasons", "staff"),)


def test_the_cells_of_each_question_in_order() -> None:
    assert cells(codebook(), YEAR) == [
        Cell("knows", "all", "yes", ("yes",), None),
        Cell("knows", "all", "no", ("no",), None),
        Cell("knows", "all", "dont_know", ("dont_know",), None),
        Cell("plan", "all", "old", ("old",), None),
        Cell("plan", "all", "new", ("new",), None),
        Cell("plan", "all", "planned", ("planned",), None),
        Cell("plan", "all", "never", ("never",), None),
        Cell("plan", "all", "dont_know", ("dont_know",), None),
        Cell("plan", "all", "yes", ("old", "new"), None),
        Cell("plan", "all", "no", ("planned", "never"), None),
        Cell("plan", "plan:yes", "old", ("old",), HAS),
        Cell("plan", "plan:yes", "new", ("new",), HAS),
        Cell("plan", "plan:no", "planned", ("planned",), HAS_NOT),
        Cell("plan", "plan:no", "never", ("never",), HAS_NOT),
        Cell("reasons", "all", "money", ("money",), HAS),
        Cell("reasons", "all", "staff", ("staff",), HAS),
        Cell("trained", "all", "yes", ("yes",), STAFF),
        Cell("trained", "all", "no", ("no",), STAFF),
        Cell("trained", "all", "dont_know", ("dont_know",), STAFF),
        # Its percentages are of all, whoever was asked.
        Cell("background", "all", "nurse", ("nurse",), None),
    ]


def test_a_wave_that_asked_otherwise_has_other_cells() -> None:
    assert list(cells_of(codebook(), "plan", 2020)) == [
        Cell("plan", "all", "yes", ("yes",), None),
        Cell("plan", "all", "no", ("no",), None),
        Cell("plan", "all", "dont_know", ("dont_know",), None),
    ]
    assert {cell.base for cell in cells_of(codebook(), "reasons", 2020)} == {(("plan", "yes"),)}


@pytest.mark.parametrize("name", ["kroner", "remarks", "found"])
def test_what_is_no_closed_question_has_no_cells(name: str) -> None:
    assert list(cells_of(codebook(), name, YEAR)) == []


def test_a_study_without_questions_has_no_cells() -> None:
    assert cells(dalarna.codebook(), 2025) == []


@pytest.mark.parametrize(
    ("cell", "atoms"),
    [
        (Cell("plan", "all", "yes", ("old", "new"), None), HAS),
        (Cell("reasons", "all", "staff", ("staff",), HAS), STAFF),
    ],
)
def test_what_a_cell_is_the_sum_of(cell: Cell, atoms: tuple[Atom, ...]) -> None:
    assert cell.atoms == atoms


@pytest.mark.parametrize(
    ("universe", "year", "atoms"),
    [
        (None, YEAR, None),
        (Universe("plan", ("yes",)), YEAR, HAS),
        (Universe("plan", ("no", "old")), YEAR, (*HAS_NOT, ("plan", "old"))),
        (Universe("plan", ("yes",)), 2020, (("plan", "yes"),)),
        (Universe("reasons", ("money", "staff")), YEAR, (("reasons", "money"), *STAFF)),
    ],
)
def test_what_a_universe_is_the_sum_of(universe: Universe | None, year: int, atoms: tuple[Atom, ...] | None) -> None:
    assert universe_atoms(codebook(), universe, year) == atoms


@pytest.mark.parametrize("year", [2020, 2024])
def test_every_cell_of_the_survey_is_one_number(year: int) -> None:
    found = cells(ssi.codebook(), year)
    keys = [(cell.variable, cell.group, cell.category) for cell in found]
    assert len(set(keys)) == len(keys)
    for cell in found:
        answers = ssi.codebook().answers_of(cell.variable, year)
        assert {cell.category, *cell.members} <= set(answers)
