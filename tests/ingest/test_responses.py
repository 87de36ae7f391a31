from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Codebook, Wave, load_codebook
from analysis.codebook.questions import Label
from analysis.errors import InputError, Problem
from analysis.ingest.cleaning import LOG_COLUMNS, Done
from analysis.ingest.responses import Cleaned, clean
from analysis.ingest.surveyxact import Export, Question
from analysis.layout import RAW_DIR
from analysis.places import population_on
from analysis.strict_csv import Row
from tests import denmark
from tests.ingest import made_up_export
from tests.ingest.made_up_export import FILE, STATUSES

CODEBOOK = Codebook.model_validate(
    yaml.safe_load(
        """
        schema_version: 1
        study: toy
        title: {da: Legetøj, en: Toy}
        report: {title: Rapport, publisher: Ingen, language: da, date: "2025-01-01", text: toy.txt}
        unit: municipality
        places: denmark
        population: 98
        notebooks: [01_clean]
        chapters: {}
        items: {}
        municipality_column: kommune
        eligible: knows in [knows_it]
        size_classes:
          small: {da: Små, en: Small, below: 50000}
          large: {da: Store, en: Large, below: null}
        code_lists:
          knowledge:
            categories:
              knows_it: {code: 1, da: Ja, en: "Yes"}
              knows_not: {code: 2, da: Nej, en: "No"}
              dont_know: {code: 3, da: Ved ikke, en: Don't know, missing: dont_know}
          staff:
            categories:
              many: {code: 1, da: "Ja, mange", en: "Yes, many"}
              few: {code: 2, da: "Ja, få", en: "Yes, few"}
              none: {code: 3, da: Nej, en: "No"}
              not_relevant: {code: 4, da: Ikke relevant, en: Not applicable, missing: not_applicable}
            groups:
              some: {of: [many, few], da: Ja, en: "Yes"}
          plain:
            categories:
              many: {code: 1, da: Ja, en: "Yes"}
              none: {code: 2, da: Nej, en: "No"}
        variables:
          inhabitants:
            label: {da: Folketal, en: Population}
            unit: inhabitants
          knows:
            label: {da: Kendskab, en: Knowledge}
            ask: {da: "Kender du hygiejnearbejdet?", en: "Do you know the work?"}
            level: respondent
            codes: knowledge
            column: s_1
          course:
            label: {da: Kursus, en: Course}
            ask: {da: "Var der et kursus?", en: "Was there a course?"}
            level: municipality
            codes: plain
            universe: tasks in [training]
            column: s_4
          tasks:
            label: {da: Opgaver, en: Tasks}
            ask: {da: "Hvilke opgaver?", en: "Which tasks?"}
            level: municipality
            options:
              cleaning: {code: 1, da: Rengøring, en: Cleaning}
              training: {code: 2, da: Undervisning, en: Training}
              other: {code: 3, da: "Andet (angiv her)", en: Other}
            universe: staff in [some]
            column: s_3
          staff:
            label: {da: Ansatte, en: Staff}
            ask: {da: "Er der ansatte?", en: "Is there staff?"}
            level: municipality
            codes: staff
            codes_in: {2020: plain}
            column: s_2
          task_other:
            label: {da: Andre opgaver, en: Other tasks}
            ask: {da: "Hvilke opgaver? - Andet (angiv her)", en: "Which tasks? - Other"}
            level: municipality
            open: true
            universe: tasks in [other]
            column: s_5
          remark:
            label: {da: Bemærkning, en: Remark}
            ask: {da: "Har du bemærkninger?", en: "Any remarks?"}
            level: respondent
            open: true
          remark_themes:
            label: {da: "Fritekst: bemærkning", en: Themes}
            themes:
              time: {da: Mangler tid, en: Lacks time}
        """
    )
)
A_TEST = Label(da="En prøve.", en="A test.")
WAVE = Wave(study="toy", year=2024, basis="collected", source=A_TEST, reference="2024-07-01")
SECRET = "Jeg skrev dette i fortrolighed"
MUNICIPALITIES = population_on(denmark.register(), "2024-01-01")
NAMES = denmark.names()
FULL: dict[str, Any] = {
    "kommune": "Aarhus",
    "knows": "knows_it",
    "staff": "many",
    "tasks": ["training", "other"],
    "course": "none",
    "task_other": SECRET,
    "remark": SECRET,
}
COLUMNS = [
    *("municipality", "name", "region", "population", "size", "knows", "course"),
    *("tasks/cleaning", "tasks/training", "tasks/other", "staff", "task_other", "remark"),
]


def export(*rows: Mapping[str, Any], codebook: Codebook = CODEBOOK, year: int = 2024) -> Export:
    return made_up_export.export(*rows, codebook=codebook, year=year)


def row(**answers: Any) -> dict[str, Any]:
    """Return a full response in which these answers are other ones."""
    return FULL | answers


def blank(**answers: Any) -> dict[str, Any]:
    return {"kommune": "Aarhus"} | answers


def with_question(given: Export, name: str, **changes: Any) -> Export:
    return replace(given, questions=given.questions | {name: replace(given.questions[name], **changes)})


def with_labels(given: Export, column: str, changed: Mapping[str, str]) -> Export:
    return replace(given, labels=given.labels | {column: dict(changed)})


def with_column(given: Export, question: Question, *values: tuple[str, ...]) -> Export:
    """Return an export with another question; a tuple of cells for each row."""
    rows = [
        Row(row.line, row.cells | dict(zip(question.columns, added, strict=True)))
        for row, added in zip(given.rows, values, strict=True)
    ]
    return replace(given, rows=rows, questions=given.questions | {question.name: question})


def wave(**changes: Any) -> Wave:
    return WAVE.model_copy(update=changes)


def changed(**variables: Mapping[str, Any]) -> Codebook:
    """Return the codebook with other properties of some variables."""
    given = {name: CODEBOOK.variables[name].model_copy(update=dict(new)) for name, new in variables.items()}
    return CODEBOOK.model_copy(update={"variables": CODEBOOK.variables | given})


def cleaned(given: Export, declared: Wave = WAVE, codebook: Codebook = CODEBOOK) -> Cleaned:
    return clean(given, codebook, declared, MUNICIPALITIES)


def answers(result: Cleaned, position: int = 0) -> dict[str, str]:
    """Return column -> answer of one response."""
    return {str(name): value for name, value in result.responses.iloc[position, 5:].items()}


def log(result: Cleaned) -> list[Done]:
    """Return the cleaning log as it was before it was a table."""
    rows = result.cleaning.to_dict("records")
    assert {row.pop("file") for row in rows} <= {FILE}
    return [
        Done(**{str(name): value for name, value in row.items()} | {"row": int(row["row"] or 0) or None})
        for row in rows
    ]


def logged(result: Cleaned, *columns: str) -> list[tuple[str, ...]]:
    """Return some columns of the cleaning log."""
    return list(result.cleaning[list(columns)].itertuples(index=False, name=None))


def problems(given: Export, declared: Wave = WAVE, codebook: Codebook = CODEBOOK) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        cleaned(given, declared, codebook)
    assert SECRET not in str(caught.value)
    return caught.value.problems


def refused(given: Export) -> tuple[Problem, ...]:
    """Return why an export is refused, nothing if it is not."""
    try:
        cleaned(given)
    except InputError:
        return problems(given)
    return ()


def problem(given: Export, declared: Wave = WAVE, codebook: Codebook = CODEBOOK) -> str:
    (only,) = problems(given, declared, codebook)
    return str(only)


# What comes out


def test_a_full_response() -> None:
    result = cleaned(export(FULL))
    assert list(result.responses.columns) == COLUMNS
    assert result.responses.iloc[0].to_dict() == {
        "municipality": "751",
        "name": "Aarhus",
        "region": "Midtjylland",
        "population": 367_095,
        "size": "large",
        "knows": "knows_it",
        "course": "none",
        "tasks/cleaning": "not_selected",
        "tasks/training": "selected",
        "tasks/other": "selected",
        "staff": "many",
        "task_other": "answered",
        "remark": "answered",
    }
    assert result.cleaning.empty
    assert list(result.cleaning.columns) == list(LOG_COLUMNS)


def test_all_is_text_but_the_population() -> None:
    result = cleaned(export(FULL, row(kommune="Odense", staff="none", tasks=[])))
    types = {name: str(dtype) for name, dtype in result.responses.dtypes.items()}
    assert types == dict.fromkeys(COLUMNS, "str") | {"population": "int64"}
    assert not result.cleaning.empty
    for frame in (result.cleaning, cleaned(export(FULL)).cleaning):
        assert {str(dtype) for dtype in frame.dtypes} == {"str"}


def test_municipalities_come_by_code() -> None:
    result = cleaned(export(row(kommune="Aarhus"), row(kommune="København"), row(kommune="Læsø")))
    assert list(result.responses["municipality"]) == ["101", "751", "825"]
    assert list(result.responses["size"]) == ["large", "large", "small"]


def test_a_codebook_without_classes_gives_no_size() -> None:
    result = cleaned(export(FULL), codebook=CODEBOOK.model_copy(update={"size_classes": {}}))
    assert list(result.responses.columns) == [name for name in COLUMNS if name != "size"]


def test_kinds_of_missing_are_never_merged() -> None:
    result = cleaned(export(row(staff="not_relevant", tasks=[], course="", task_other="", remark="")))
    assert answers(result) == {
        "knows": "knows_it",
        "course": "not_asked",
        "tasks/cleaning": "not_asked",
        "tasks/training": "not_asked",
        "tasks/other": "not_asked",
        "staff": "not_relevant",
        "task_other": "not_asked",
        "remark": "no_answer",
    }
    assert result.cleaning.empty


# Columns


def test_a_missing_question_is_named_with_the_one_most_like_it() -> None:
    given = export(FULL)
    moved = Question("s_77", "single", "Er der nogen ansatte?", {"s_77": ""})
    given = replace(with_column(given, moved, ("1",)), labels=given.labels | {"s_77": given.labels["s_2"]})
    del given.questions["s_2"]
    assert problem(given) == (
        "dataset.csv, column s_2: the export lacks staff, the question 'Er der ansatte?'. Nearest by its text: s_77, "
        "'Er der nogen ansatte?'. Name its column under columns in data/raw/toy/2024/wave.yaml, or list staff under "
        "not_asked there."
    )
    result = cleaned(given, wave(columns={"staff": "s_77"}))
    assert result.responses["staff"].item() == "many"
    detail = "The export words the question otherwise than the codebook: 'Er der nogen ansatte?'."
    assert log(result) == [Done("columns", "column used", "wording", detail, question="staff", value="s_77")]


def test_a_missing_question_like_none_by_its_text_is_named_with_the_nearest_name() -> None:
    given = with_column(export(FULL), Question("remarks", "open", "Skriv frit", {"remarks": ""}), (SECRET,))
    del given.questions["remark"]
    assert problem(given) == (
        "dataset.csv, column remark: the export lacks remark, the question 'Har du bemærkninger?'. Nearest by its "
        "name: remarks. Name its column under columns in data/raw/toy/2024/wave.yaml, or list remark under not_asked "
        "there."
    )


def test_a_variable_without_a_column_of_its_own_is_its_name() -> None:
    assert "remark" in export(FULL).questions
    assert cleaned(export(FULL)).responses["remark"].item() == "answered"


def test_columns_nobody_uses_are_logged_without_what_stands_in_them() -> None:
    notes = Question("s_9", "open", "Andet?", {"s_9": ""})
    times = Question("s_10", "multiple", "Hvornår?", {"s_10_1": "Nu", "s_10_2": "Siden"})
    given = with_column(export(FULL, row(kommune="Odense")), notes, (SECRET,), ("",))
    result = cleaned(with_column(given, times, ("0", "0"), ("0", "1")))
    unused = partial(Done, "columns", "column not used", "not_in_codebook")
    assert log(result) == [
        unused("The codebook has no variable for 'Andet?'; rows with an answer: 1.", value="s_9"),
        unused("The codebook has no variable for 'Hvornår?'; rows with an answer: 1.", value="s_10"),
    ]


def test_questions_the_wave_did_not_ask() -> None:
    result = cleaned(export(FULL, row(kommune="Odense", remark="")), wave(not_asked=["remark", "task_other"]))
    assert list(result.responses["remark"]) == ["not_asked", "not_asked"]
    assert list(result.responses["task_other"]) == ["not_asked", "not_asked"]
    unused = partial(Done, "columns", "column not used", "question_not_asked")
    why = "The wave is declared not to have asked"
    task, remark = "'Hvilke opgaver? - Andet (angiv her)'", "'Har du bemærkninger?'"
    assert log(result) == [
        unused(f"{why} {task}; rows with an answer: 2.", question="task_other", value="s_5"),
        unused(f"{why} {remark}; rows with an answer: 1.", question="remark", value="remark"),
    ]


def test_a_question_the_wave_did_not_ask_needs_no_column() -> None:
    given = export(FULL)
    del given.questions["remark"]
    result = cleaned(given, wave(not_asked=["remark", "remark_themes"]))
    assert result.responses["remark"].item() == "not_asked"
    assert result.cleaning.empty


def test_a_column_may_pass_from_a_question_not_asked_to_another() -> None:
    given = export(row(task_other=""), row(kommune="Odense", task_other=SECRET))
    del given.questions["remark"]
    given = with_question(given, "s_5", text="Har du bemærkninger?")
    result = cleaned(given, wave(columns={"remark": "s_5"}, not_asked=["task_other"]))
    assert list(result.responses["remark"]) == ["answered", "no_answer"]
    assert result.cleaning.empty


def test_unknown_variables_in_the_wave() -> None:
    assert problem(export(FULL), wave(columns={"stuff": "s_2"})) == (
        "data/raw/toy/2024/wave.yaml, column columns: no such variable; value: 'stuff'. "
        "Did you mean 'staff'? Valid: knows, course, tasks, staff, task_other, remark."
    )
    (theme,) = problems(export(FULL), wave(columns={"remark_themes": "s_9"}))
    assert (theme.column, theme.message, theme.value) == ("columns", "no such variable", "remark_themes")
    (left_out,) = problems(export(FULL), wave(not_asked=["remarks"]))
    assert (left_out.column, left_out.value) == ("not_asked", "remarks")
    assert left_out.advice.startswith("Did you mean 'remark'?")


def test_two_variables_cannot_have_the_same_column() -> None:
    found = problems(export(FULL), wave(columns={"remark": "s_5"}))
    assert str(found[0]) == (
        "data/raw/toy/2024/wave.yaml, column columns: task_other and remark have the same column; value: 's_5'. "
        "Give each its own, or list the question that was not asked under not_asked."
    )


def test_no_question_can_have_the_column_of_the_municipality() -> None:
    (found,) = problems(export(FULL), wave(columns={"remark": "kommune"}))
    assert (found.message, found.value) == ("the municipality and remark have the same column", "kommune")


def test_a_question_of_another_kind() -> None:
    given = with_question(export(FULL), "s_2", kind="open")
    assert problem(given) == (
        "dataset.csv, column s_2: staff is a question with one answer, this one has an answer in words. "
        "Correct columns in data/raw/toy/2024/wave.yaml, or the codebook."
    )
    (found,) = problems(with_question(export(FULL), "s_2", kind="multiple", columns={"s_2": "Ja, mange"}))
    assert found.message == "staff is a question with one answer, this one has any number of answers"


def test_a_column_that_holds_the_question_of_another_variable() -> None:
    given = export(FULL)
    given = with_question(given, "remark", text="Hvilke opgaver? - Andet (angiv her)")
    assert problem(given) == (
        "dataset.csv, column remark: the column of remark holds the question of task_other; value: 'Hvilke opgaver? - "
        "Andet (angiv her)'. Correct columns in data/raw/toy/2024/wave.yaml, or the codebook."
    )


@pytest.mark.parametrize(
    "text", ["Er der ansatte?", "ER DER  ANSATTE", "Is there staff?", "Om hygiejnen: - Er der ansatte?"]
)
def test_wordings_that_are_the_codebook_s(text: str) -> None:
    assert cleaned(with_question(export(FULL), "s_2", text=text)).cleaning.empty


def test_a_question_answered_though_no_answer_of_the_wave_leads_to_it() -> None:
    # The code list of 2020 has no `few`.
    codebook = changed(tasks={"universe": "staff in [few]"})
    declared = wave(year=2020)
    alone = row(course="", task_other="")
    assert problem(export(alone, codebook=codebook, year=2020), declared, codebook) == (
        "dataset.csv, row 2, column s_3_1: tasks is answered in this row, but no answer of this wave is in its "
        "universe, staff in [few]. Correct the universe in the codebook, or list tasks under not_asked in "
        "data/raw/toy/2020/wave.yaml."
    )
    result = cleaned(export(alone | {"tasks": []}, codebook=codebook, year=2020), declared, codebook)
    assert answers(result)["tasks/training"] == "not_asked"
    assert result.cleaning.empty


def test_a_question_answered_though_the_wave_did_not_ask_its_parent() -> None:
    declared = wave(not_asked=["tasks"])
    assert [found.message for found in problems(export(FULL, row(kommune="Odense", task_other="")), declared)] == [
        "course is answered in 2 rows, but no answer of this wave is in its universe, tasks in [training]",
        "task_other is answered in this row, but no answer of this wave is in its universe, tasks in [other]",
    ]
    result = cleaned(export(row(tasks=[], course="", task_other="")), declared)
    assert (answers(result)["course"], answers(result)["task_other"]) == ("not_asked", "not_asked")
    assert [done.reason for done in log(result)] == ["question_not_asked"]


# Codes


def test_labels_go_before_numbers() -> None:
    given = with_labels(export(FULL), "s_2", {"1": "Nej", "2": "Ja, mange", "3": "Ja, få", "4": "Ikke relevant"})
    given = replace(given, rows=[Row(2, given.rows[0].cells | {"s_2": "2"})])
    result = cleaned(given)
    assert result.responses["staff"].item() == "many"
    assert log(result) == [
        Done(
            "codes",
            "mapped by label",
            "code_by_label",
            "The labels tell the answers, whose numbers are not those of the codebook: "
            "1 is none, there 3, 2 is many, there 1, 3 is few, there 2.",
            question="staff",
            value="1 = Nej, 2 = Ja, mange, 3 = Ja, få",
        )
    ]


@pytest.mark.parametrize("label", ["ja,  MANGE", "Ja mange", "Ja, mange.", "Yes, many", "Ja,\N{NO-BREAK SPACE}mange"])
def test_labels_are_told_whatever_the_case_spaces_and_punctuation(label: str) -> None:
    result = cleaned(with_labels(export(FULL), "s_2", {"1": label}))
    assert result.responses["staff"].item() == "many"
    assert result.cleaning.empty


def test_a_label_in_decomposed_letters() -> None:
    result = cleaned(with_labels(export(row(staff="few")), "s_2", {"2": "Ja, fa\N{COMBINING RING ABOVE}"}))
    assert result.responses["staff"].item() == "few"


@pytest.mark.parametrize("written", [{}, {"1": ""}, {"2": "Ja, få"}])
def test_a_value_without_a_label_is_told_by_its_number(written: dict[str, str]) -> None:
    result = cleaned(with_labels(export(FULL), "s_2", written))
    assert result.responses["staff"].item() == "many"
    assert log(result) == [
        Done(
            "codes",
            "mapped by number",
            "code_by_number",
            "The export has no labels for these; the codebook's numbers tell the answers: 1 is many.",
            question="staff",
            value="1",
        )
    ]


def test_a_number_says_nothing_where_labels_show_that_numbers_differ() -> None:
    given = with_labels(export(FULL), "s_2", {"2": "Ja, mange"})
    assert problem(given) == (
        "dataset.csv, row 2, column s_2: unknown answer to staff in this row; value: '1'; "
        "allowed: 1 = Ja, mange, 2 = Ja, få, 3 = Nej, 4 = Ikke relevant. "
        "Give it a label, or add the answer to the codebook."
    )


def test_a_label_of_no_category() -> None:
    given = with_labels(export(FULL, row(kommune="Odense")), "s_2", {"1": "Ja, mangfoldige"})
    assert problem(given) == (
        "dataset.csv, row 2, column s_2: unknown answer to staff in 2 rows; value: '1 = Ja, mangfoldige'; "
        "allowed: 1 = Ja, mange, 2 = Ja, få, 3 = Nej, 4 = Ikke relevant. "
        "Did you mean 'Ja, mange'? Correct the label, or add the answer to the codebook."
    )


def test_a_label_of_no_category_that_nobody_chose_is_no_problem() -> None:
    given = export(FULL)
    given.labels["s_2"]["9"] = "Noget helt andet"
    assert cleaned(given).cleaning.empty


def test_a_number_of_no_category() -> None:
    (found,) = problems(export(row(raw={"s_2": "9"})))
    assert (found.row, found.column, found.value) == (2, "s_2", "9")
    assert found.message == "unknown answer to staff in this row"


def test_words_where_a_code_should_stand_are_never_repeated() -> None:
    (single,) = problems(export(row(raw={"s_2": SECRET})))
    assert single.value == "no code, but text"
    (option,) = problems(export(row(raw={"s_3_1": SECRET})))
    assert str(option) == (
        "dataset.csv, row 2, column s_3_1: neither chosen nor not: an option of tasks in this row; "
        "value: 'no code, but text'; allowed: 0, 1 or blank. Correct it."
    )
    (phone,) = problems(export(row(raw={"s_2": "12345678"})))
    assert phone.value == "no code, but text"


def test_two_categories_of_the_same_words_are_told_apart_by_number() -> None:
    lists = CODEBOOK.code_lists
    staff = lists["staff"]
    few = staff.categories["few"].model_copy(update={"da": "Ja, mange"})
    twice = staff.model_copy(update={"categories": staff.categories | {"few": few}})
    codebook = CODEBOOK.model_copy(update={"code_lists": lists | {"staff": twice}})
    result = cleaned(export(FULL, row(kommune="Odense", staff="few"), codebook=codebook), codebook=codebook)
    assert list(result.responses["staff"]) == ["few", "many"]


def test_options_are_told_by_their_texts() -> None:
    texts = {"s_3_1": "undervisning", "s_3_2": "Rengøring", "s_3_3": "Other"}
    result = cleaned(with_question(export(FULL), "s_3", columns=texts))
    assert [answers(result)[f"tasks/{option}"] for option in ("cleaning", "training", "other")] == [
        "selected",
        "not_selected",
        "selected",
    ]
    assert logged(result, "step", "reason", "question", "value", "detail")[0] == (
        *("codes", "code_by_label", "tasks", "s_3_1 = undervisning, s_3_2 = Rengøring"),
        "The labels tell the answers, whose numbers are not those of the codebook: s_3_1 is training, there 2, "
        "s_3_2 is cleaning, there 1.",
    )


def test_options_without_a_text_are_told_by_their_position() -> None:
    result = cleaned(with_question(export(FULL), "s_3", columns=dict.fromkeys(["s_3_1", "s_3_2", "s_3_3"], "")))
    assert answers(result)["tasks/training"] == "selected"
    assert result.cleaning.empty


def test_a_missing_option_is_named_with_the_column_most_like_it() -> None:
    texts = {"s_3_1": "Rengøring", "s_3_2": "Undervisninger", "s_3_3": "Andet (angiv her)"}
    missing, unknown = problems(with_question(export(FULL), "s_3", columns=texts))
    assert str(missing) == (
        "dataset.csv, column s_3: the option 'Undervisning' of tasks is missing; value: 'Rengøring, Undervisninger, "
        "Andet (angiv her)'. Nearest: 'Undervisninger'. Correct its text, here or in the codebook."
    )
    assert str(unknown) == (
        "dataset.csv, row 2, column s_3_2: unknown option of tasks, selected in this row; value: 'Undervisninger'; "
        "allowed: 1 = Rengøring, 2 = Undervisning, 3 = Andet (angiv her). "
        "Did you mean 'Undervisning'? Correct its text, or add the option to the codebook."
    )


def extra_option(*selected: str) -> Export:
    given = export(*(row(kommune=name) for name, _ in zip(NAMES.values(), selected, strict=False)))
    question = given.questions["s_3"]
    wider = replace(question, columns=question.columns | {"s_3_4": "Indkøb"})
    cells = [(*(row.cells[column] for column in question.columns), last)
             for row, last in zip(given.rows, selected, strict=True)]  # fmt: skip
    return with_column(given, wider, *cells)


def test_an_option_too_many_that_nobody_selected_is_logged() -> None:
    result = cleaned(extra_option("0", ""))
    assert log(result) == [
        Done(
            "columns",
            "column not used",
            "not_in_codebook",
            "The codebook has no option 'Indkøb', and nobody selected it.",
            question="tasks",
            value="s_3_4",
        )
    ]


def test_an_option_too_many_that_somebody_selected_is_refused() -> None:
    assert problem(extra_option("0", "1", "1")) == (
        "dataset.csv, row 3, column s_3_4: unknown option of tasks, selected in 2 rows; value: 'Indkøb'; "
        "allowed: 1 = Rengøring, 2 = Undervisning, 3 = Andet (angiv her). "
        "Correct its text, or add the option to the codebook."
    )


def test_two_columns_of_the_same_option() -> None:
    texts = {"s_3_1": "Rengøring", "s_3_2": "Undervisning", "s_3_3": "rengøring"}
    twice, missing = problems(with_question(export(FULL), "s_3", columns=texts))
    assert twice.message == "s_3_1 and s_3_3 are both the option cleaning of tasks"
    assert missing.message == "the option 'Andet (angiv her)' of tasks is missing"


# Municipalities


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Århus", "751"),
        ("Aarhus Kommune", "751"),
        ("Nordfyn Kommune", "480"),
        ("NORDFYNS", "480"),
        ("Københavns Kommune", "101"),
        ("Koebenhavn", "101"),
        ("Høje Tåstrup", "169"),
        ("0851", "851"),
    ],
)
def test_spellings_are_read_and_logged(written: str, code: str) -> None:
    result = cleaned(export(row(kommune=written)))
    assert result.responses["municipality"].item() == code
    assert log(result) == [
        Done("municipality", "respelled", "spelling", f"Read as {NAMES[code]}.", 2, code, value=written)
    ]


def test_an_unknown_municipality_is_named_with_the_nearest() -> None:
    assert problem(export(row(kommune="Århuss"))) == (
        "dataset.csv, row 2, column kommune: unknown municipality; value: 'Århuss'. "
        "Did you mean 'Aarhus'? Correct it in the export."
    )
    (found,) = problems(export(row(kommune="Malmö")))
    assert found.advice == "Correct it in the export."


def test_a_blank_municipality_in_a_row_with_answers() -> None:
    assert problem(export(row(kommune=""), FULL)) == (
        "dataset.csv, row 2, column kommune: the municipality is blank, in a row with answers. Fill it in."
    )


def test_a_municipality_chosen_from_a_list() -> None:
    given = with_labels(export(row(kommune="7"), row(kommune="751")), "kommune", {"7": "Odense"})
    result = cleaned(with_question(given, "kommune", kind="single"))
    assert list(result.responses["name"]) == ["Odense", "Aarhus"]
    assert logged(result, "reason", "value") == [("spelling", "751")]


def test_stand_ins_of_a_reconstruction() -> None:
    stand_ins = pd.DataFrame(
        {
            "code": [f"2024-{n:02}" for n in range(1, 99)],
            "name": [f"Kommune {n:02}" for n in range(1, 99)],
            "region": "Sjælland",
            "reference": "2024-07-01",
            "population": 40_000,
        }
    )
    rows = [row(kommune=name) for name in stand_ins["name"][::-1]]
    result = clean(export(*rows, row(kommune="2024-07")), CODEBOOK, WAVE, stand_ins)
    assert list(result.responses["municipality"]) == list(stand_ins["code"])
    assert list(result.responses["name"]) == list(stand_ins["name"])
    assert logged(result, "reason", "row", "municipality") == [
        ("spelling", "100", "2024-07"),
        ("duplicate", "100", "2024-07"),
    ]


def test_the_column_of_the_municipality_must_be_there_and_of_one_answer() -> None:
    given = with_question(export(FULL), "kommune", kind="multiple")
    (several,) = problems(given)
    assert (several.column, several.message) == ("kommune", "several municipalities may be chosen here")
    given.questions["kommunen"] = given.questions.pop("kommune")
    missing = problem(given)
    assert missing == (
        "dataset.csv, column kommune: the column that says who answered is missing. "
        "Did you mean 'kommunen'? Correct municipality_column in the codebook, or export the column too."
    )


def test_a_codebook_that_does_not_say_who_answered() -> None:
    codebook = CODEBOOK.model_copy(update={"municipality_column": None})
    assert problem(export(FULL), codebook=codebook) == (
        "data/raw/toy/codebook.yaml: key 'municipality_column' is missing. "
        "Add it: the column of the export that says who answered."
    )


# Completion


def test_rows_without_answers_are_set_aside() -> None:
    result = cleaned(export(blank(status="Distribueret"), blank(kommune="", status="Frafaldet"), row(kommune="Odense")))
    assert list(result.responses["name"]) == ["Odense"]
    aside = partial(Done, "status", "row set aside", "no_answers")
    assert log(result) == [
        aside("No question is answered; status: Distribueret.", 2, "751"),
        aside("No question is answered; status: Frafaldet.", 3),
    ]


def test_a_partial_response_is_kept() -> None:
    result = cleaned(export(blank(status="Nogen svar", knows="knows_it", staff="few")))
    assert answers(result) == {
        "knows": "knows_it",
        "course": "not_asked",
        "tasks/cleaning": "no_answer",
        "tasks/training": "no_answer",
        "tasks/other": "no_answer",
        "staff": "few",
        "task_other": "not_asked",
        "remark": "no_answer",
    }
    assert result.cleaning.empty


@pytest.mark.parametrize(
    ("status", "raw", "expected"),
    [
        ("Gennemført", "000", ("not_selected", "not_selected", "not_selected")),
        ("Nogen svar", "000", ("no_answer", "no_answer", "no_answer")),
        ("Frafaldet", "100", ("selected", "not_selected", "not_selected")),
        ("Gennemført", "   ", ("no_answer", "no_answer", "no_answer")),
        ("Gennemført", "10 ", ("selected", "not_selected", "no_answer")),
    ],
)
def test_what_zeros_mean_hangs_on_the_status(status: str, raw: str, expected: tuple[str, ...]) -> None:
    cells = {f"s_3_{n}": cell.strip() for n, cell in enumerate(raw, start=1)}
    result = cleaned(export(blank(status=status, knows="knows_it", staff="few", raw=cells)))
    assert tuple(answers(result)[f"tasks/{option}"] for option in ("cleaning", "training", "other")) == expected


def test_without_a_status_every_response_counts_as_completed() -> None:
    given = export(blank(status="Nogen svar", knows="knows_it", staff="few"))
    del given.questions["statoverall"]
    assert answers(cleaned(given))["tasks/cleaning"] == "not_selected"


def test_a_row_without_answers_and_without_a_status() -> None:
    given = export(blank(), row(kommune="Odense"))
    del given.questions["statoverall"]
    assert logged(cleaned(given), "reason", "detail") == [("no_answers", "No question is answered.")]


def test_each_row_has_one_status() -> None:
    assert problem(export(row(status="?"))) == (
        "dataset.csv, row 2, column statoverall: 0 statuses where there is one; value: ''. "
        "Export it from SurveyXact again."
    )
    (both,) = problems(export(row(raw={"stato_3": "1"})))
    assert (both.message, both.value) == ("2 statuses where there is one", "Nogen svar, Gennemført")


def test_statuses_in_another_language() -> None:
    given = export(FULL)
    english = dict(zip(given.questions["statoverall"].columns, ["New", "Sent", "Some", "Done", "Out"], strict=True))
    assert problem(with_question(given, "statoverall", columns=english)) == (
        "dataset.csv, column statoverall: no status means completed; value: 'New, Sent, Some, Done, Out'; "
        "allowed: Gennemført. Export it from SurveyXact again, in Danish."
    )


# Eligibility


@pytest.mark.parametrize("answer", ["knows_not", "dont_know"])
def test_those_who_are_not_eligible_are_set_aside(answer: str) -> None:
    result = cleaned(export(row(knows=answer), row(kommune="Odense")))
    assert list(result.responses["name"]) == ["Odense"]
    assert log(result) == [
        Done(
            "eligibility",
            "row set aside",
            "not_eligible",
            "Only those count whose answer is knows_it.",
            2,
            "751",
            question="knows",
            value=answer,
        )
    ]


def test_a_blank_eligibility_is_kept_and_logged() -> None:
    result = cleaned(export(row(knows="")))
    assert result.responses["knows"].item() == "no_answer"
    assert log(result) == [
        Done(
            "eligibility",
            "row kept",
            "eligibility_unknown",
            "Whether it counts is left blank; it is kept.",
            2,
            "751",
            question="knows",
        )
    ]


def test_eligibility_that_was_not_asked() -> None:
    result = cleaned(export(FULL, row(kommune="Odense", knows="knows_not")), wave(not_asked=["knows"]))
    assert list(result.responses["knows"]) == ["not_asked", "not_asked"]
    assert logged(result, "reason", "row", "question", "detail")[1:] == [
        ("eligibility_unknown", "", "knows", "The wave did not ask knows: nobody is set aside for it.")
    ]


def test_where_all_are_eligible_nobody_is_set_aside() -> None:
    codebook = CODEBOOK.model_copy(update={"eligible": "all"})
    result = cleaned(export(row(knows="knows_not")), codebook=codebook)
    assert result.responses["knows"].item() == "knows_not"
    assert result.cleaning.empty


def test_eligibility_by_an_option() -> None:
    codebook = CODEBOOK.model_copy(update={"eligible": "tasks in [cleaning, training]"})
    result = cleaned(export(FULL, row(kommune="Odense", tasks=["other"], course="")), codebook=codebook)
    assert list(result.responses["name"]) == ["Aarhus"]
    assert logged(result, "reason", "municipality", "value") == [("not_eligible", "461", "other")]


# Duplicates


def test_the_same_answers_twice() -> None:
    result = cleaned(export(FULL, row(kommune="Odense"), row(kommune="Århus")))
    assert len(result.responses) == 2
    assert log(result)[1:] == [
        Done("duplicate", "row set aside", "duplicate", "The same answers as row 2, which is kept.", 4, "751")
    ]


def test_the_completed_response_is_kept() -> None:
    partial = blank(status="Nogen svar", knows="knows_it", staff="few")
    result = cleaned(export(partial, FULL, blank(status="Frafaldet", knows="knows_it"), FULL))
    assert result.responses["staff"].item() == "many"
    assert logged(result, "reason", "row", "detail") == [
        ("duplicate_incomplete", "2", "Its status is Nogen svar; row 3 is completed, and kept."),
        ("duplicate_incomplete", "4", "Its status is Frafaldet; row 3 is completed, and kept."),
        ("duplicate", "5", "The same answers as row 3, which is kept."),
    ]


def test_the_completed_of_two_alike_is_kept() -> None:
    same = blank(knows="knows_it", staff="few")
    result = cleaned(export(same | {"status": "Nogen svar"}, same))
    assert logged(result, "reason", "row") == [("duplicate", "2")]
    assert answers(result)["tasks/cleaning"] == "not_selected"


def test_two_completed_responses_that_differ() -> None:
    given = export(FULL, row(staff="few", tasks=["training"], task_other="", remark=f"{SECRET}!"))
    assert problem(given) == (
        "dataset.csv, row 3, column kommune: a second response of Aarhus, unlike row 2 in tasks, staff, task_other, "
        "remark; value: 'Aarhus'. Keep one: delete row 2 or row 3."
    )


def test_two_partial_responses_that_differ() -> None:
    partial = blank(status="Nogen svar", knows="knows_it")
    (found,) = problems(export(partial, partial | {"staff": "few"}, partial))
    assert (found.row, found.message) == (3, "a second response of Aarhus, unlike row 2 in staff")


def test_one_who_is_not_eligible_is_no_duplicate() -> None:
    result = cleaned(export(row(knows="knows_not"), FULL))
    assert len(result.responses) == 1
    assert logged(result, "reason") == [("not_eligible",)]


# Routing


def test_answers_nobody_asked_for_are_set_aside() -> None:
    result = cleaned(export(row(staff="none")))
    assert {name: answers(result)[name] for name in ("tasks/training", "tasks/other", "course", "task_other")} == {
        "tasks/training": "not_asked",
        "tasks/other": "not_asked",
        "course": "not_asked",
        "task_other": "not_asked",
    }
    aside = partial(Done, "routing", "answer set aside", "routing_breach")
    assert log(result) == [
        aside("Only asked of staff in [some].", 2, "751", "tasks", "training, other"),
        aside("Only asked of tasks in [training].", 2, "751", "course", "none"),
        aside("Only asked of tasks in [other].", 2, "751", "task_other"),
    ]


def test_an_option_not_selected_leads_nowhere() -> None:
    result = cleaned(export(row(tasks=["training"])))
    assert answers(result)["course"] == "none"
    assert answers(result)["task_other"] == "not_asked"
    assert logged(result, "reason", "question", "value") == [("routing_breach", "task_other", "")]


def test_where_the_parent_is_blank_the_child_was_not_asked() -> None:
    result = cleaned(export(row(staff="", tasks=["other"], course="")))
    assert answers(result)["tasks/other"] == "not_asked"
    assert logged(result, "reason", "question", "value", "detail") == [
        (*("routing_unknown", "tasks", "other"), "Whether the question was asked hangs on staff, which is left blank."),
        ("routing_breach", "task_other", "", "Only asked of tasks in [other]."),
    ]


def test_where_the_options_of_the_parent_are_blank_the_child_was_not_asked() -> None:
    result = cleaned(export(row(status="Nogen svar", tasks=[], course="many", task_other="")))
    assert answers(result)["tasks/training"] == "no_answer"
    assert answers(result)["course"] == "not_asked"
    assert logged(result, "reason", "question", "value") == [("routing_unknown", "course", "many")]


def test_groups_are_those_of_the_wave_s_own_code_list() -> None:
    codebook = changed(tasks={"universe": "staff in [many]"})
    given = export(row(staff="none", tasks=[], course="", task_other=""), codebook=codebook, year=2020)
    result = cleaned(given, wave(year=2020), codebook)
    assert (answers(result)["staff"], answers(result)["tasks/other"]) == ("none", "not_asked")


# All together


def test_nothing_left() -> None:
    assert problem(export(row(knows="knows_not"), blank(kommune="Odense"), row(kommune="Læsø", knows="dont_know"))) == (
        "dataset.csv: no response is left; value: 'no_answers: 1, not_eligible: 2'. "
        "Check that this is the export of the finished survey."
    )


def test_all_problems_come_at_once() -> None:
    given = export(row(kommune="Atlantis", raw={"s_2": "9"}), FULL, row(remark=""), row(kommune="", status="?"))
    given = with_question(given, "s_5", kind="single")
    found = problems(given, wave(columns={"nothing": "s_1"}))
    assert [(found.row, found.column) for found in found] == [
        (None, "columns"),
        (2, "s_2"),
        (None, "s_5"),
        (2, "kommune"),
        (5, "statoverall"),
        (5, "kommune"),
        (4, "kommune"),
    ]


def choices(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


RANDOM = st.fixed_dictionaries(
    {
        "knows": choices("knows_it", "knows_it", "knows_not", "dont_know"),
        "staff": choices("many", "few", "none", "not_relevant"),
        "tasks": st.sets(st.sampled_from(["cleaning", "training", "other"])),
        "course": choices("many", "none"),
        "task_other": choices(SECRET),
        "remark": choices(SECRET),
        "status": st.sampled_from(STATUSES),
    }
)


def expected(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers of a response by the toy's questionnaire, spelt out."""
    tasks = dict.fromkeys(["tasks/cleaning", "tasks/training", "tasks/other"], "not_asked")
    if given["staff"] in ("many", "few"):
        seen = given["status"] == "Gennemført" or given["tasks"]
        other = "not_selected" if seen else "no_answer"
        tasks = {name: "selected" if name.partition("/")[2] in given["tasks"] else other for name in tasks}
    return tasks | {
        "knows": given["knows"] or "no_answer",
        "staff": given["staff"] or "no_answer",
        "course": (given["course"] or "no_answer") if tasks["tasks/training"] == "selected" else "not_asked",
        "task_other": ("answered" if given["task_other"] else "no_answer")
        if tasks["tasks/other"] == "selected"
        else "not_asked",
        "remark": "answered" if given["remark"] else "no_answer",
    }


@given(st.lists(RANDOM, min_size=1, max_size=8))
def test_any_answers(rows: list[dict[str, Any]]) -> None:
    named = [row | {"kommune": name} for row, name in zip(rows, NAMES.values(), strict=False)]
    answered = [
        any(row[name] for name in ("knows", "staff", "tasks", "course", "task_other", "remark")) for row in named
    ]
    kept = [row for row, any_ in zip(named, answered, strict=True) if any_ and row["knows"] in ("", "knows_it")]
    if not kept:
        (found,) = problems(export(*named))
        assert found.message == "no response is left"
        return
    result = cleaned(export(*named))
    assert dict(zip(result.responses["name"], (answers(result, n) for n in range(len(kept))), strict=True)) == {
        row["kommune"]: expected(row) for row in kept
    }
    aside = result.cleaning[result.cleaning["action"] == "row set aside"]
    assert len(result.responses) + len(aside) == len(named)
    assert aside["row"].is_unique
    assert list(aside["reason"]).count("no_answers") == answered.count(False)
    assert SECRET not in result.responses.to_csv() + result.cleaning.to_csv()
    # An answer that does not come out is in the log, and none that does.
    logged_aside = {
        (NAMES[done.municipality], done.question) for done in log(result) if done.action == "answer set aside"
    }
    for row in kept:
        outcomes = {column.partition("/")[0]: out for column, out in expected(row).items()}
        given_aside = {name for name, out in outcomes.items() if out == "not_asked" and row[name]}
        assert {(row["kommune"], name) for name in given_aside} == {
            (kommune, name) for kommune, name in logged_aside if kommune == row["kommune"]
        }


@given(st.lists(st.tuples(RANDOM, st.sampled_from(["Aarhus", "Århus", "Odense"])), min_size=1, max_size=5))
def test_duplicates_are_refused_or_all_rows_are_accounted_for(rows: list[tuple[dict[str, Any], str]]) -> None:
    given = export(*(row | {"kommune": name} for row, name in rows))
    found = refused(given)
    if found:
        assert {problem.message.partition(",")[0] for problem in found} <= {
            "a second response of Aarhus",
            "a second response of Odense",
            "no response is left",
        }
        return
    result = cleaned(given)
    aside = result.cleaning[result.cleaning["action"] == "row set aside"]
    assert len(result.responses) + len(aside) == len(rows)
    assert aside["row"].is_unique
    assert result.responses["municipality"].is_unique


# The survey of SSI

SSI = load_codebook(RAW_DIR / "ssi_hygiene" / "codebook.yaml")
SSI_WAVE = Wave(study="ssi_hygiene", year=2024, basis="collected", source=A_TEST, reference="2024-07-01")
MOST_ASKED: dict[str, Any] = {
    "knows_organisation": "yes",
    "role": "other",
    "role_other": SECRET,
    "organisation": "increased",
    "organisation_age": "dont_know",
    "increased_reasons": ["political_support"],
    "committee": "unchanged",
    "committee_members": ["managers", "other"],
    "committee_other": SECRET,
    "coordinators": "yes",
    "training": "yes",
    "training_form": ["committee_staff"],
    "regional_agreement": "no",
    "no_agreement_reason": SECRET,
}


def test_the_survey_of_ssi() -> None:
    rows = [MOST_ASKED | {"kommune": name} for name in NAMES.values()]
    result = clean(export(*rows, codebook=SSI), SSI, SSI_WAVE, MUNICIPALITIES)
    assert result.responses.shape == (98, 5 + 48)
    assert result.cleaning.empty
    assert result.responses["size"].value_counts().to_dict() == {"medium": 51, "large": 24, "small": 23}
    first = answers(result)
    assert len(result.responses[list(first)].drop_duplicates()) == 1
    assert {name for name, answer in first.items() if answer == "not_asked"} == {
        *("reduced_posts", "no_organisation_reason", "no_training_reason", "special_agreement"),
        *(f"reduced_reasons/{option}" for option in ("no_political_support", "no_management_support", "integrated")),
    }
    assert first["committee_members/managers"] == "selected"
    assert first["committee_members/field_staff"] == "not_selected"
    assert first["committee_other"] == "answered"
    assert first["increased_posts"] == "no_answer"
    assert first["organisation_age"] == "dont_know"


def test_a_chain_of_universes_breaks_at_its_first_link() -> None:
    given = export(MOST_ASKED | {"kommune": "Odense", "coordinators": "planned"}, codebook=SSI)
    result = clean(given, SSI, SSI_WAVE, MUNICIPALITIES)
    assert result.responses[["training", "training_form/committee_staff"]].iloc[0].tolist() == ["not_asked"] * 2
    assert sorted(logged(result, "reason", "question", "value")) == [
        ("routing_breach", "training", "yes"),
        ("routing_breach", "training_form", "committee_staff"),
    ]


def test_questions_of_ssi_in_each_other_s_columns_are_found() -> None:
    given = export(MOST_ASKED | {"kommune": "Odense"}, codebook=SSI)
    texts = {name: given.questions[name].text for name in ("s_34", "s_35")}
    given = with_question(with_question(given, "s_34", text=texts["s_35"]), "s_35", text=texts["s_34"])
    with pytest.raises(InputError) as caught:
        clean(given, SSI, SSI_WAVE, MUNICIPALITIES)
    assert [found.message for found in caught.value.problems] == [
        "the column of registers_sick_leave holds the question of registers_outbreaks",
        "the column of registers_outbreaks holds the question of registers_sick_leave",
    ]
