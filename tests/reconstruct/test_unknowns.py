"""The unknowns of a wave: what they count, and what ties them whatever is printed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analysis.codebook import load_codebook
from analysis.layout import RAW_DIR
from analysis.reconstruct.possible import Possible
from analysis.reconstruct.program import Row
from analysis.reconstruct.unknowns import REST, WEIGHT, Unknowns
from tests import ssi
from tests.reconstruct import small
from tests.reconstruct.small import LABEL, YEAR

SIZES = {"small": 1, "large": 1}


def respondents(*questions: str) -> Unknowns:
    return Unknowns(small.respondents_book(), YEAR, questions, SIZES)


def test_questions_come_with_those_that_decide_who_is_asked_or_how_they_are_split() -> None:
    assert Unknowns(small.municipalities_book(), YEAR, ["third"]).variables == ["first", "second", "third"]
    assert Unknowns(small.municipalities_book(), YEAR, ["first"]).variables == ["first"]
    assert respondents("use").variables == ["role", "use"]
    assert respondents("why").variables == ["need", "why"]
    # Who is eligible is told by the first question of the SSI survey.
    assert Unknowns(ssi.codebook(), 2024, ["policy"]).variables == ["knows_organisation", "policy"]


def test_a_question_is_split_by_no_more_than_its_numbers_and_those_that_hang_on_it_are() -> None:
    assert respondents("content", "need", "use").dimensions == {
        "content": (WEIGHT,),
        "need": ("size",),
        "use": ("role",),
        "role": ("size",),
    }
    assert respondents("role").dimensions == {"role": ("size",)}
    more = Unknowns(small.municipalities_book(), YEAR, ["third"], SIZES, {"third": ["size"]})
    assert more.dimensions == {"first": ("size",), "second": ("size",), "third": ("size",)}


def test_the_size_of_a_question_asked_for_several_purposes_is_in_a_table_of_its_own() -> None:
    gain = respondents("gain")
    assert gain.dimensions["gain"] == ("role",)
    assert gain.margins == {"gain": ("size",)}
    assert {place.stratum for place in gain.places("gain", {"size": "small"})} == {("small",)}
    # Only those who told their role were asked.
    assert {(place.asking, place.stratum) for place in gain.places("gain", {})} == {
        (("plan",), ("heads",)), (("plan",), ("nurse",)), (("steer",), ("heads",)), (("steer",), ("nurse",)),
    }  # fmt: skip


def test_places_of_a_group() -> None:
    use = respondents("use")
    assert [place.stratum for place in use.places("use", {"purpose": "plan"})] == [("heads",), ("nurse",), (REST,)]
    assert [place.asking for place in use.places("use", {"role": "heads"})] == [("plan",), ("steer",)]
    (place,) = use.places("use", {"role": "nurse", "purpose": "steer"})
    assert (place.variable, place.asking, place.stratum) == ("use", ("steer",), ("nurse",))
    content = respondents("content")
    assert [content.weight(place) for place in content.places("content", {})] == [1, 0.5]


def test_as_many_responses_as_the_codebook_makes_room_for() -> None:
    assert respondents("role").most_responses("all") == 2
    assert Unknowns(ssi.codebook(), 2024, []).most_responses("all") == 1
    kik = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    assert Unknowns(kik, 2023, []).most_responses("all") == 5
    klk = Unknowns(load_codebook(RAW_DIR / "klk_healthdata" / "codebook.yaml"), 2018, [])
    numbers = {universe: klk.most_responses(universe) for universe in klk.universes}
    assert set(numbers.values()) == {2, 6}


@pytest.mark.parametrize("questions", [("role",), ("need",), ("content",)])
def test_without_print_everything_is_possible_that_can_be(questions: tuple[str, ...]) -> None:
    survey, unknowns = small.respondents(*questions), respondents(*questions)
    possible = Possible(unknowns.rows(), unknowns.highest)
    for name in questions:
        for asking in unknowns.codebook.askings(name):
            places = unknowns.places(name, asking)
            key = (name, ";".join(f"purpose:{value}" for value in asking.values()) or "all", "", "base")
            ends = possible.bounds({unknown: 1 for place in places for unknown in unknowns.answered(place)})
            assert ends == (survey.values[key].min(), survey.values[key].max()) == (0, 4)


def test_rows_of_some_questions_are_those_of_their_parents_too() -> None:
    unknowns = Unknowns(small.municipalities_book(), YEAR, ["beside", "third"])
    assert unknowns.with_parents(["third"]) == ["first", "second", "third"]
    own = unknowns.rows(["third"])
    assert unknowns.questions(own) == {"first", "second", "third"}
    assert unknowns.questions(unknowns.rows()) == {"first", "second", "third", "beside"}
    assert all(row in unknowns.rows() for row in own)


def test_no_more_municipalities_of_a_size_than_there_are() -> None:
    unknowns = Unknowns(small.respondents_book(), YEAR, ["role"], {"small": 0, "large": 2})
    possible = Possible(unknowns.rows(), unknowns.highest)
    assert possible.bounds(unknowns.responses("small")) == (0, 0)
    assert possible.bounds(unknowns.responses("large")) == (0, 4)
    assert possible.bounds(unknowns.municipalities("all", "large", 1, None)) == (0, 2)
    three = possible.with_rows([Row(unknowns.responses("large"), 3, 3)])
    assert three.bounds(unknowns.municipalities("all", "large", 2, 2)) == (1, 1)
    assert three.bounds(unknowns.municipalities("all", "large", 0, 0)) == (0, 0)


def test_every_unknown_has_a_name_and_a_highest_value() -> None:
    unknowns = respondents("use", "content")
    assert len(unknowns.names) == len(unknowns.highest) == len(set(unknowns.names))
    assert np.min(unknowns.highest) >= 0


def test_a_municipality_answers_each_questionnaire_at_most_once() -> None:
    population, areas = 3, ["a", "b", "c"]
    everyone = {"of": "municipalities", "universe": "questionnaire in [areas]", "least": 1}
    book = small.book(
        population,
        {
            "questionnaire": {"label": LABEL, "ask": LABEL, "level": "municipality", "codes": "questionnaire"},
            "participation": {"label": LABEL, "unit": "municipalities", "counts": everyone},
        },
        unit="municipality_area",
        questionnaire="questionnaire",
        repeated="questionnaire in [leader]",
        code_lists={
            "questionnaire": {
                "categories": {name: {"code": code, **LABEL} for code, name in enumerate([*areas, "leader"])},
                "groups": {"areas": {"of": areas, **LABEL}},
            }
        },
    )
    unknowns = Unknowns(book, YEAR, ["questionnaire"])
    answered = [list(unknowns.given(name).items()) for name in areas]
    by_number = [unknowns.municipalities("questionnaire in [areas]", REST, k, k) for k in range(len(areas) + 1)]
    possible = Possible(unknowns.rows(), unknowns.highest)
    # Every way in which three municipalities can have answered three questionnaires, each of them once or not.
    tables = np.array(list(itertools.product((0, 1), repeat=population * len(areas)))).reshape(-1, population, 3)
    seen = {
        (*np.bincount(table.sum(axis=1), minlength=len(areas) + 1).tolist(), *table.sum(axis=0).tolist())
        for table in tables
    }
    sums = [*by_number, *(dict(each) for each in answered)]
    for numbers in itertools.product(range(population + 1), repeat=len(sums)):
        of_all, responses = sum(numbers[: len(by_number)]), sum(k * n for k, n in enumerate(numbers[: len(by_number)]))
        if of_all == population and responses == sum(numbers[len(by_number) :]):
            rows = [Row(each, number, number) for each, number in zip(sums, numbers, strict=True)]
            assert possible.with_rows(rows).is_any() == (numbers in seen), numbers
