"""What is shown of a question: its answers in order, each number in its state, and sentences that say it all."""

from __future__ import annotations

import pytest

from analysis.context import DRAWN
from analysis.disclosure import withhold
from analysis.figures.answers import (
    Question,
    Shown,
    asked,
    full_title,
    item_rows,
    questions,
    shown_state,
    statements,
    told,
)
from analysis.lang import LANGS, Lang
from analysis.release import Released
from tests import ssi
from tests.ssi import Basis

SPACE = "\N{NO-BREAK SPACE}"


def found(name: str, basis: Basis = "collected", lang: Lang = "en", *, controlled: bool = False) -> list[Question]:
    wave = ssi.wave(basis)
    estimates = ssi.estimates(basis)
    if controlled:
        estimates = withhold(estimates, ssi.codebook(), wave)
    rows = item_rows(Released(estimates), ssi.codebook(), name, wave.year)
    return questions(rows, ssi.codebook(), name, wave, lang)


def test_a_number_is_written_by_its_state() -> None:
    assert Shown("percent", 42.708).written("da") == f"42,7{SPACE}%"
    assert Shown("count", None, 0, 46).written("da") == "0–46"
    assert Shown("percent", None, 0, 47.916).written("en") == "0.0–47.9%"
    assert Shown("count").written("da") == "skjult"
    assert [Shown("count", *numbers).state for numbers in ((3.0,), (None, 0.0, 3.0), ())] == [
        "given", "open", "withheld",
    ]  # fmt: skip


def test_a_group_stands_before_its_answers_and_dont_know_last() -> None:
    (whole, yes, no) = found("figure_1")
    assert [(answer.category, answer.kind) for answer in whole.answers] == [
        ("yes", "group"), ("unchanged", "member"), ("increased", "member"), ("reduced", "member"),
        ("no", "group"), ("planned", "member"), ("no_plans", "member"), ("closed", "member"),
        ("dont_know", "missing"),
    ]  # fmt: skip
    assert [answer.written("en") for answer in whole.answers][:3] == ["74 · 77.1%", "41 · 42.7%", "22 · 22.9%"]
    assert (yes.group, yes.heading, yes.base) == (
        "organisation:yes",
        "Among those who answered: Established",
        "n = 74.",
    )
    assert [answer.written("en") for answer in no.answers] == ["8 · 38.1%", "7 · 33.3%", "6 · 28.6%"]


def test_a_base_says_who_was_asked_and_what_counts() -> None:
    assert [question.base for question in found("training")] == [
        "n = 71 (municipalities that answered; “don't know” counts, too). "
        "Asked were those who, on “Infection control coordinators”, answered: Yes, appointed."
    ]
    assert found("coordinators_background", lang="da")[0].base == (
        "n = 96 (alle kommuner, der deltog). Flere svar mulige. "
        "Spurgt blev de, der ved “Hygiejnekoordinatorer” svarede: Ja, de er udvalgt."
    )


def test_an_item_of_the_same_question_shows_the_same_numbers() -> None:
    # Estimates bear the name of the first item of a question: table_1.
    assert [answer.count.value for answer in found("roles")[0].answers] == [35, 6, 14, 1, 0, 0, 2, 29, 0, 0, 9]


def test_a_question_without_rows_says_why() -> None:
    rows = ssi.estimates().iloc[:0]
    for basis, why in (("collected", "This wave did not ask"), ("reconstructed", "The printed numbers say nothing")):
        wave = ssi.wave(basis)  # type: ignore[arg-type]
        (question,) = questions(rows, ssi.codebook(), "policy", wave, "en")
        assert question.base.startswith(why)
        assert not question.answers
        state = shown_state([question], ssi.codebook(), "policy", wave, "en")
        assert (state.status, state.reason) == ("not_drawn", question.base)


def test_the_state_names_what_is_open_or_withheld() -> None:
    assert shown_state(found("policy"), ssi.codebook(), "policy", ssi.wave("collected"), "en") == DRAWN
    state = shown_state(found("policy", "reconstructed"), ssi.codebook(), "policy", ssi.wave(), "en")
    assert state.status == "partly"
    assert state.reason == "Left open by the printed numbers: Infection control policy: Yes, Don't know."
    hidden = found("roles", lang="da", controlled=True)
    state = shown_state(hidden, ssi.codebook(), "roles", ssi.wave("collected"), "da")
    assert state.reason == "Skjult af hensyn til fortrolighed: Stillingsbetegnelse: Læge, Sundhedsplejerske."


@pytest.mark.parametrize("lang", LANGS)
def test_everything_is_told_but_what_is_withheld(lang: Lang) -> None:
    text = told(found("infection_control_lead", "reconstructed", lang), lang)
    point = "," if lang == "da" else "."
    assert f"40 · 87{point}0" in text
    assert f"0–26 · 0{point}0–56{point}5" in text
    # Both questions have one base, which is said once.
    assert text.count("n = 46") == 1
    # What the draw of the reconstruction happened to be (31 yes) is nobody's answer.
    assert "31" not in told(found("policy", "reconstructed", lang), lang)
    hidden = told(found("roles", controlled=True, lang=lang), lang)
    assert ("Læge: skjult;" if lang == "da" else "Doctor: withheld;") in hidden


def test_statements_of_a_battery_share_their_stem() -> None:
    book = ssi.codebook()
    stem, said = statements(book, book.items["figure_7"].variables, "da")
    assert stem.endswith("Kommunens hygiejneorganisation:")
    assert said["registers_sick_leave"] == "Registrerer sygefravær i kommunale institutioner"
    stem, said = statements(book, book.items["figure_2"].variables, "en")
    assert stem == ""
    assert said["prioritised"] == asked(book, "prioritised", "en")


def test_a_question_that_begins_with_the_title_is_the_title() -> None:
    assert full_title("Har I en aftale", "Har i en aftale: med regionen?") == "Har i en aftale: med regionen?"
    assert full_title("Aftaler", "Har I en aftale?") == "Aftaler"
    assert full_title("Aftaler", "") == "Aftaler"
