"""Responses of several respondents, areas and purposes in a municipality."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Codebook, Wave, load_codebook
from analysis.codebook.questions import Label
from analysis.errors import InputError, Problem
from analysis.ingest.cleaning import columns_of
from analysis.ingest.responses import Cleaned, clean
from analysis.ingest.surveyxact import Export, Question, read_surveyxact
from analysis.layout import RAW_DIR
from analysis.places import population_on
from tests import denmark
from tests.ingest import made_up_export
from tests.ingest.made_up_export import askings, tables
from tests.ingest.surveyxact_files import write_export

AREAS = Codebook.model_validate(
    yaml.safe_load(
        """
        schema_version: 1
        study: toy
        title: {da: Legetøj, en: Toy}
        report: {title: Rapport, publisher: Ingen, language: da, text: toy.txt}
        unit: municipality_area
        places: denmark
        population: 98
        notebooks: [01_clean]
        chapters: {}
        items: {}
        municipality_column: kommune
        questionnaire: area
        repeated: area in [chief]
        blanks: true
        size_classes:
          small: {da: Små, en: Small, municipalities: 45}
          large: {da: Store, en: Large, municipalities: 45}
          largest: {da: Størst, en: Largest, municipalities: 8}
        groups:
          purpose:
            da: Formål
            en: Purpose
            values:
              planning: {da: Planlægning, en: Planning}
              steering: {da: Styring, en: Steering}
          source:
            da: Kilde
            en: Source
            values:
              own: {da: Egen, en: Own}
              other: {da: Andres, en: Others'}
        code_lists:
          area:
            categories:
              home_care: {code: 2, da: Hjemmepleje, en: Home care}
              dental: {code: 1, da: Tandpleje, en: Dental care}
              chief: {code: 3, da: Chefer, en: Chiefs}
            groups:
              areas: {of: [home_care, dental], da: Områder, en: Areas}
          degree:
            categories:
              much: {code: 1, da: Meget, en: Much}
              little: {code: 2, da: Lidt, en: Little}
              none: {code: 3, da: Slet ikke, en: Not at all}
              dont_know: {code: 4, da: Ved ikke, en: Don't know, missing: dont_know}
            groups:
              uses: {of: [much, little], da: Bruger, en: Uses}
        variables:
          area:
            label: {da: Område, en: Area}
            ask: {da: "Hvilket område?", en: "Which area?"}
            level: municipality
            codes: area
          barriers:
            label: {da: Barrierer, en: Barriers}
            ask: {da: "Hvilke barrierer?", en: "Which barriers?"}
            level: municipality
            options:
              money: {code: 1, da: Penge, en: Money}
              other: {code: 2, da: Andet, en: Other}
            universe: use in [uses]
            asked_per: [purpose]
            column: s_3
          barrier_other:
            label: {da: Andre, en: Others}
            ask: {da: "Hvilken anden?", en: "Which other?"}
            level: municipality
            open: true
            universe: barriers in [other]
            asked_per: [purpose]
          needs:
            label: {da: Behov, en: Needs}
            ask: {da: "Hvilke behov?", en: "Which needs?"}
            level: municipality
            options:
              results: {code: 1, da: Resultater, en: Results}
            universe: any use in [uses]
            asked_per: [purpose]
          use:
            label: {da: Brug, en: Use}
            ask: {da: "I hvor høj grad bruges data?", en: "To what degree are data used?"}
            level: municipality
            codes: degree
            universe: area in [areas]
            asked_per: [purpose]
            column: s_2
          reason:
            label: {da: Hvorfor, en: Why}
            ask: {da: "Hvorfor ikke?", en: "Why not?"}
            level: municipality
            open: true
            universe: any use in [none]
          trust:
            label: {da: Tillid, en: Trust}
            ask: {da: "Er der tillid til data?", en: "Are data trusted?"}
            level: municipality
            codes: degree
            universe: area in [areas]
            asked_per: [source, purpose]
          wish:
            label: {da: Ønsker, en: Wishes}
            ask: {da: "Hvilke ønsker?", en: "Which wishes?"}
            level: respondent
            options:
              more: {code: 1, da: Mere, en: More}
            universe: area in [chief]
        """
    )
)
# The same questions to respondents: any number of a municipality, of no certain questionnaire.
RESPONDENTS = AREAS.model_copy(update={"unit": "respondent", "questionnaire": None, "repeated": "all"})
A_TEST = Label(da="En prøve.", en="A test.")
WAVE = Wave(study="toy", year=2018, basis="collected", source=A_TEST, reference="2018-07-01")
REGISTER = denmark.register()
MUNICIPALITIES = population_on(REGISTER, "2018-07-01")
PURPOSES = ("planning", "steering")
QUESTIONS = [
    *("area", "barriers@planning/money", "barriers@planning/other"),
    *("barriers@steering/money", "barriers@steering/other", "barrier_other@planning", "barrier_other@steering"),
    *("needs@planning/results", "needs@steering/results", "use@planning", "use@steering", "reason"),
    *("trust@own@planning", "trust@own@steering", "trust@other@planning", "trust@other@steering", "wish/more"),
]
AREA: dict[str, Any] = {"kommune": "Aarhus", "area": "dental", "use@planning": "much", "use@steering": "none"}
CHIEF: dict[str, Any] = {"kommune": "Aarhus", "area": "chief"}


def export(*rows: Mapping[str, Any], codebook: Codebook = AREAS) -> Export:
    return made_up_export.export(*rows, codebook=codebook, year=2018)


def cleaned(given: Export, codebook: Codebook = AREAS, wave: Wave = WAVE) -> Cleaned:
    return clean(given, codebook, wave, MUNICIPALITIES)


def problems(given: Export, codebook: Codebook = AREAS, wave: Wave = WAVE) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        cleaned(given, codebook, wave)
    return caught.value.problems


def problem(given: Export, codebook: Codebook = AREAS, wave: Wave = WAVE) -> str:
    (only,) = problems(given, codebook, wave)
    return str(only)


def logged(result: Cleaned, *columns: str) -> list[tuple[str, ...]]:
    return list(result.cleaning[list(columns)].itertuples(index=False, name=None))


def without(given: Export, *names: str) -> Export:
    return replace(given, questions={name: each for name, each in given.questions.items() if name not in names})


def worded(given: Export, texts: Mapping[str, str]) -> Export:
    return replace(
        given,
        questions={name: replace(each, text=texts.get(name, each.text)) for name, each in given.questions.items()},
    )


# Which rows are kept, and in which order


def test_one_response_to_each_questionnaire_and_any_of_the_chiefs() -> None:
    result = cleaned(
        export(
            CHIEF | {"wish": ["more"]},
            AREA,
            CHIEF,
            AREA | {"area": "home_care"},
            AREA | {"kommune": "København"},
            CHIEF,
        )
    )
    assert result.cleaning.empty
    # By code, then the order of the code list (whose numbers are otherwise), then line.
    assert result.responses[["name", "area", "wish/more"]].to_numpy().tolist() == [
        ["København", "dental", "not_asked"],
        ["Aarhus", "home_care", "not_asked"],
        ["Aarhus", "dental", "not_asked"],
        ["Aarhus", "chief", "selected"],
        ["Aarhus", "chief", "not_selected"],
        ["Aarhus", "chief", "not_selected"],
    ]


def test_respondents_are_all_kept_though_they_answer_alike() -> None:
    codebook = RESPONDENTS
    rows = [AREA | {"use@planning": "little"}, AREA, AREA | {"kommune": "Læsø"}, AREA]
    result = cleaned(export(*rows, codebook=codebook), codebook)
    assert result.cleaning.empty
    assert result.responses[["name", "use@planning"]].to_numpy().tolist() == [
        ["Aarhus", "little"],
        ["Aarhus", "much"],
        ["Aarhus", "much"],
        ["Læsø", "much"],
    ]


def test_a_study_whose_responses_are_never_repeated_keeps_one_of_a_municipality() -> None:
    codebook = RESPONDENTS.model_copy(update={"repeated": None})
    result = cleaned(export(AREA, AREA, codebook=codebook), codebook)
    assert len(result.responses) == 1
    assert logged(result, "reason", "row") == [("duplicate", "3")]
    found = problem(export(AREA, AREA | {"area": "home_care"}, codebook=codebook), codebook)
    assert found.startswith("dataset.csv, row 3, column kommune: a second response of Aarhus, unlike row 2 in area;")


def test_a_second_response_of_an_area() -> None:
    result = cleaned(export(AREA, AREA | {"status": "Nogen svar", "use@steering": ""}, AREA))
    assert logged(result, "reason", "row") == [("duplicate_incomplete", "3"), ("duplicate", "4")]
    other = AREA | {"use@steering": "much", "needs@planning": ["results"]}
    assert problem(export(AREA, AREA | {"area": "home_care"}, other)) == (
        "dataset.csv, row 4, column kommune: a second response of Aarhus to dental, unlike row 2 in needs@planning, "
        "use@steering; value: 'Aarhus'. Keep one: delete row 2 or row 4."
    )


def test_a_blank_questionnaire_in_a_row_with_answers() -> None:
    assert problem(export(AREA | {"area": ""}, AREA, CHIEF | {"area": "", "status": "Distribueret"})) == (
        "dataset.csv, row 2, column area: which questionnaire this is stands nowhere, in a row with answers; "
        "allowed: 2 = Hjemmepleje, 1 = Tandpleje, 3 = Chefer. Fill it in."
    )


@pytest.mark.parametrize("status", ["Distribueret", "Nogen svar", "Frafaldet"])
def test_which_questionnaire_was_sent_is_no_answer(status: str) -> None:
    result = cleaned(export(CHIEF | {"status": status}, AREA))
    assert list(result.responses["area"]) == ["dental"]
    assert logged(result, "reason", "row", "detail") == [
        ("no_answers", "2", f"No question is answered; status: {status}.")
    ]


def test_who_came_to_the_end_may_have_selected_nothing() -> None:
    result = cleaned(export(CHIEF))
    assert result.responses["wish/more"].item() == "not_selected"
    assert result.cleaning.empty


def test_a_wave_cannot_leave_out_what_tells_its_responses_apart() -> None:
    rows = [AREA, AREA | {"area": "home_care", "use@planning": "little"}]
    found = problems(export(*rows), wave=WAVE.model_copy(update={"not_asked": ["area"]}))
    assert str(found[0]) == (
        "data/raw/toy/2018/wave.yaml, column not_asked: without it, the responses of a municipality cannot be told "
        "apart; value: 'area'. Take it off not_asked; if its column has another name, say so under columns."
    )
    # No row is called a duplicate on top.
    assert all(each.column != "kommune" for each in found)


def test_who_is_not_eligible_is_set_aside_whatever_it_was_asked_for() -> None:
    codebook = AREAS.model_copy(update={"eligible": "any use in [uses]"})
    neither = {"kommune": "Odense", "use@planning": "none"}
    result = cleaned(export(AREA, AREA | neither), codebook)
    assert list(result.responses["name"]) == ["Aarhus"]
    assert logged(result, "reason", "question", "value") == [("not_eligible", "use", "none, none")]


# Size classes by rank


def test_classes_by_rank_are_of_all_municipalities_not_of_those_that_answered() -> None:
    rows = [AREA | {"kommune": name} for name in denmark.names().values()]
    sizes = cleaned(export(*rows)).responses.set_index("name")["size"]
    assert sizes.value_counts().to_dict() == {"small": 45, "large": 45, "largest": 8}
    some = cleaned(export(AREA, AREA, AREA | {"area": "home_care"}, AREA | {"kommune": "Odense"})).responses
    assert list(some["size"]) == ["largest", "largest", "largest"]
    assert set(sizes.index[sizes == "largest"]) == {
        *("København", "Aarhus", "Odense", "Aalborg", "Frederiksberg", "Esbjerg", "Vejle", "Randers"),
    }


def test_classes_that_do_not_fit_the_municipalities() -> None:
    with pytest.raises(InputError) as caught:
        clean(export(AREA), AREAS, WAVE, MUNICIPALITIES[1:].reset_index(drop=True))
    assert str(caught.value) == (
        "data/raw/toy/codebook.yaml, column size_classes: the classes hold 98 municipalities, and there are 97. "
        "Correct the classes."
    )


# Questions asked for each of several purposes


def test_columns_of_questions_asked_for_each_purpose() -> None:
    assert columns_of(AREAS, "use", {"purpose": "steering"}) == ["use@steering"]
    assert columns_of(AREAS, "barriers", {"purpose": "planning"}) == [
        "barriers@planning/money",
        "barriers@planning/other",
    ]
    result = cleaned(export(AREA)).responses
    assert list(result) == ["municipality", "name", "region", "population", "size", *QUESTIONS]


def test_each_asking_has_its_own_column_of_the_export() -> None:
    given = export(AREA | {"barriers@planning": ["money"], "trust@own@steering": "little"})
    row = given.rows[0].cells
    assert (row["s_2_planning"], row["s_3_planning_1"], row["trust_own_steering"]) == ("1", "1", "2")
    answers = cleaned(given).responses.iloc[0]
    assert (answers["use@planning"], answers["use@steering"]) == ("much", "none")
    assert (answers["barriers@planning/money"], answers["barriers@planning/other"]) == ("selected", "not_selected")
    assert (answers["trust@own@steering"], answers["trust@other@steering"]) == ("little", "no_answer")


def test_a_missing_asking_is_named_with_the_column_most_like_it() -> None:
    given = without(export(AREA), "s_2_steering")
    text = "I hvor høj grad bruges data?"
    strays = {name: Question(name, "single", text, {name: ""}) for name in ("x", "s_2_styring", "y")}
    rows = [replace(row, cells=row.cells | dict.fromkeys(strays, "")) for row in given.rows]
    given = replace(given, questions=given.questions | strays, rows=rows)
    assert problem(given) == (
        "dataset.csv, column s_2_steering: the export lacks use@steering, the question 'I hvor høj grad bruges data? - "
        "Styring'. Nearest by its text: s_2_styring, 'I hvor høj grad bruges data?'. Name its column, without "
        "_steering, under columns in data/raw/toy/2018/wave.yaml, or list use under not_asked there."
    )


def test_a_wave_names_the_columns_of_all_askings_together() -> None:
    codebook = AREAS.model_copy(
        update={"variables": AREAS.variables | {"use": AREAS.variables["use"].model_copy(update={"column": "q7"})}}
    )
    given = export(AREA, codebook=codebook)
    result = cleaned(given, wave=WAVE.model_copy(update={"columns": {"use": "q7"}}))
    assert result.responses["use@steering"].item() == "none"
    assert [found.column for found in problems(given)] == ["s_2_planning", "s_2_steering"]


def test_an_asking_may_be_worded_with_what_it_was_asked_for() -> None:
    ask = "I hvor høj grad bruges data?"
    texts = {"s_2_planning": f"{ask} - Planlægning", "s_2_steering": f"{ask} - Styring"}
    assert cleaned(worded(export(AREA), texts)).cleaning.empty
    assert [str(found) for found in problems(worded(export(AREA), {"s_2_planning": texts["s_2_steering"]}))] == [
        "dataset.csv, column s_2_planning: the column of use@planning holds the question of use@steering; "
        "value: 'I hvor høj grad bruges data? - Styring'. Correct columns in data/raw/toy/2018/wave.yaml, or the "
        "codebook."
    ]


def test_an_asking_worded_otherwise_is_logged() -> None:
    result = cleaned(worded(export(AREA), {"s_2_planning": "Bruges data?"}))
    assert logged(result, "reason", "question", "value") == [("wording", "use@planning", "s_2_planning")]


def test_a_variable_the_wave_did_not_ask_was_asked_for_no_purpose() -> None:
    declared = WAVE.model_copy(update={"not_asked": ["barriers", "barrier_other"]})
    result = cleaned(export(AREA | {"barriers@planning": ["money"]}), wave=declared)
    aside = [name for name in QUESTIONS if name.startswith("barrier")]
    assert set(result.responses[aside].iloc[0]) == {"not_asked"}
    assert logged(result, "reason", "question", "value") == [
        ("question_not_asked", "barriers@planning", "s_3_planning"),
        ("question_not_asked", "barriers@steering", "s_3_steering"),
        ("question_not_asked", "barrier_other@planning", "barrier_other_planning"),
        ("question_not_asked", "barrier_other@steering", "barrier_other_steering"),
    ]


def test_an_asking_answered_though_the_wave_did_not_ask_its_parent() -> None:
    given = export(AREA | {"barrier_other@steering": "Tid"})
    assert problem(given, wave=WAVE.model_copy(update={"not_asked": ["barriers"]})) == (
        "dataset.csv, row 2, column barrier_other_steering: barrier_other@steering is answered in this row, but no "
        "answer of this wave is in its universe, barriers in [other]. Correct the universe in the codebook, or list "
        "barrier_other under not_asked in data/raw/toy/2018/wave.yaml."
    )


def test_an_asking_whose_column_another_variable_has() -> None:
    found = problems(export(AREA), wave=WAVE.model_copy(update={"columns": {"reason": "s_2_steering"}}))
    assert found[0].message == "use@steering and reason have the same column"


def test_unknown_answers_name_the_asking() -> None:
    given = export(AREA | {"raw": {"s_2_steering": "9", "s_3_planning_1": "x"}})
    assert [(found.column, found.message) for found in problems(given)] == [
        ("s_3_planning_1", "neither chosen nor not: an option of barriers@planning in this row"),
        ("s_2_steering", "unknown answer to use@steering in this row"),
    ]


# Routing


def test_routing_is_within_a_purpose() -> None:
    answered = {f"barriers@{purpose}": ["other"] for purpose in PURPOSES}
    others = {f"barrier_other@{purpose}": "Tid" for purpose in PURPOSES}
    result = cleaned(export(AREA | answered | others))
    assert result.responses[["barriers@planning/other", "barrier_other@planning"]].iloc[0].tolist() == [
        "selected",
        "answered",
    ]
    assert result.responses[["barriers@steering/other", "barrier_other@steering"]].iloc[0].tolist() == ["not_asked"] * 2
    assert logged(result, "reason", "question", "value", "detail") == [
        ("routing_breach", "barriers@steering", "other", "Only asked of use in [uses]."),
        ("routing_breach", "barrier_other@steering", "", "Only asked of barriers in [other]."),
    ]


def test_a_blank_parent_is_that_of_the_same_purpose() -> None:
    result = cleaned(export(AREA | {"use@steering": "", "barriers@steering": ["money"], "reason": "Tid"}))
    assert logged(result, "reason", "question", "value", "detail") == [
        (
            *("routing_unknown", "barriers@steering", "money"),
            "Whether the question was asked hangs on use@steering, which is left blank.",
        ),
        (
            *("routing_unknown", "reason", ""),
            "Whether the question was asked hangs on use@planning or use@steering, which is left blank.",
        ),
    ]
    # One purpose is enough for what hangs on any.
    assert result.responses["needs@steering/results"].item() == "not_selected"


DEGREES = st.sampled_from(["", "much", "little", "none", "dont_know"])
RANDOM = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["home_care", "dental", "chief"]),
        "reason": st.sampled_from(["", "Tid"]),
        "wish": st.sets(st.just("more")),
        **{f"use@{purpose}": DEGREES for purpose in PURPOSES},
        **{f"barriers@{purpose}": st.sets(st.sampled_from(["money", "other"])) for purpose in PURPOSES},
        **{f"barrier_other@{purpose}": st.sampled_from(["", "Tid"]) for purpose in PURPOSES},
        **{f"needs@{purpose}": st.sets(st.just("results")) for purpose in PURPOSES},
    }
)


@given(st.lists(RANDOM, min_size=1, max_size=4))
def test_who_was_asked_what(rows: list[dict[str, Any]]) -> None:
    named = [row | {"kommune": name} for row, name in zip(rows, denmark.names().values(), strict=False)]
    result = cleaned(export(*named))
    assert len(result.responses) == len(rows)
    for given_, (_, answers) in zip(named, result.responses.iterrows(), strict=True):
        chief = given_["area"] == "chief"
        use = {purpose: "not_asked" if chief else given_[f"use@{purpose}"] or "no_answer" for purpose in PURPOSES}
        asked = {"wish/more": chief, "reason": "none" in use.values()}
        for purpose in PURPOSES:
            uses = use[purpose] in ("much", "little")
            other = uses and "other" in given_[f"barriers@{purpose}"]
            asked |= {
                f"use@{purpose}": not chief,
                f"trust@own@{purpose}": not chief,
                f"barriers@{purpose}/money": uses,
                f"barriers@{purpose}/other": uses,
                f"barrier_other@{purpose}": other,
                f"needs@{purpose}/results": bool({"much", "little"} & set(use.values())),
            }
            assert answers[f"use@{purpose}"] == use[purpose]
            assert (answers[f"barriers@{purpose}/other"] == "selected") == other
        assert {name: answers[name] != "not_asked" for name in asked} == asked
        # An answer that does not come out is in the log, and none that does.
        aside = result.cleaning[result.cleaning["municipality"] == answers["municipality"]]
        kept = {name.partition("/")[0] for name, was in asked.items() if was}
        assert set(aside["question"]) == {
            name for name, answer in given_.items() if answer and name not in (*kept, "area", "kommune")
        }


# The surveys of KL and KLK

STUDIES = {"kik_quality": 2023, "klk_healthdata": 2018}


def empty_export(codebook: Codebook, year: int) -> Export:
    """Return an export that has every column of a codebook, in which each questionnaire came back blank."""
    name = codebook.questionnaire or next(key for key, each in codebook.variables.items() if each.kind == "single")
    rows = [{"kommune": "Odense", name: answer} for answer in codebook.codes_of(name, year).categories]
    return made_up_export.export(*rows, codebook=codebook, year=year)


def cleaned_of(study: str, folder: Path, leave_out: str = "") -> tuple[Codebook, Cleaned]:
    codebook = load_codebook(RAW_DIR / study / "codebook.yaml")
    year = STUDIES[study]
    written = write_export(folder, tables(without(empty_export(codebook, year), leave_out)), "semicolon cp1252")
    wave = Wave(study=study, year=year, basis="collected", source=A_TEST, reference=f"{year}-07-01")
    municipalities = population_on(REGISTER, wave.reference)
    return codebook, clean(read_surveyxact(written), codebook, wave, municipalities)


def test_the_survey_of_kl(tmp_path: Path) -> None:
    codebook, result = cleaned_of("kik_quality", tmp_path)
    assert result.cleaning.empty
    assert len(result.responses) == 4
    assert list(result.responses["role"]) == ["employee", "area_leader", "quality_leader", "other"]
    answers = result.responses.drop(columns=["role"]).iloc[0, 5:]
    assert (
        len(answers) == sum(len(codebook.variables[name].options or [""]) for name, _ in askings(codebook).values()) - 1
    )
    by_answer = answers.groupby(answers).groups
    assert set(by_answer) == {"not_asked", "no_answer", "not_selected"}
    assert list(by_answer["not_asked"]) == [
        *("pro_questionnaires/national", "pro_questionnaires/own"),
        *("pro_question_types/generic", "pro_question_types/specific", "pro_question_types/own"),
    ]


def test_the_survey_of_klk(tmp_path: Path) -> None:
    codebook, result = cleaned_of("klk_healthdata", tmp_path)
    assert result.cleaning.empty
    responses = result.responses.set_index("questionnaire")
    assert list(responses.index) == list(codebook.codes_of("questionnaire", 2018).categories)
    assert set(responses["size"]) == {"largest"}
    asked = {
        name: {str(column) for column, answer in answers.iloc[5:].items() if answer != "not_asked"}
        for name, answers in responses.iterrows()
    }
    purposes = list(codebook.groups["purpose"].values)
    better_data = [columns_of(codebook, "chief_better_data", {"purpose": purpose}) for purpose in purposes]
    assert asked["chief"] == {*itertools.chain(*better_data), *columns_of(codebook, "chief_benchmark", {})}
    home_care, dental = asked["home_care"], asked["dental"]
    assert home_care - dental == {f"{name}@{purpose}" for name in ("fs3_use", "fs3_need") for purpose in purposes}
    assert "data_use@quality" in dental
    assert not any(name.startswith(("barriers@", "needs@", "reasons_not_used@", "chief_")) for name in home_care)


def test_an_asking_that_an_export_of_klk_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        cleaned_of("klk_healthdata", tmp_path, leave_out="needs_quality")
    (found,) = caught.value.problems
    assert (found.column, found.message.partition(",")[0]) == ("needs_quality", "the export lacks needs@quality")


def test_responses_hold_no_gaps() -> None:
    responses = cleaned(export(AREA, CHIEF)).responses
    assert not responses.isna().any(axis=None)
    assert {str(dtype) for dtype in responses.drop(columns="population").dtypes} == {"str"}
    assert isinstance(responses.index, pd.RangeIndex)
