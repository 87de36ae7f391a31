"""Code lists, questions and universes: what is read of them, and what is refused with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.codebook import load_codebook
from analysis.codebook.questions import Category, CodeList, Group, Universe, parse_universe
from analysis.errors import InputError, Problem
from tests.codebook.made_up import STUDY, TEXT, YEAR, codebook
from tests.conftest import Write

Problems = Callable[[str, str], tuple[Problem, ...]]


@pytest.fixture
def problems(write: Write, no_run: Path) -> Problems:
    """Return the problems of the codebook with `old` replaced by `new`, the first time it stands there."""

    def found(old: str, new: str) -> tuple[Problem, ...]:
        assert old in TEXT
        path = write(f"{STUDY}/codebook.yaml", TEXT.replace(old, new, 1))
        with pytest.raises(InputError) as caught:
            load_codebook(path)
        return caught.value.problems

    return found


def line_of(part: str) -> int:
    return TEXT[: TEXT.index(part)].count("\n") + 1


# What is read


@pytest.mark.parametrize(
    ("written", "universe"),
    [
        ("all", None),
        ("plan in [yes]", Universe("plan", ("yes",))),
        ("plan in [old, new]", Universe("plan", ("old", "new"))),
        ("plan in [old,new]", Universe("plan", ("old", "new"))),
        ("s_1 in [last_3_years]", Universe("s_1", ("last_3_years",))),
    ],
)
def test_a_universe(written: str, universe: Universe | None) -> None:
    assert parse_universe(written) == universe


@pytest.mark.parametrize(
    "written",
    ["", "All", "plan", "plan in", "plan in yes", "plan in []", "plan = [yes]", "Plan in [yes]", "plan in [Yes]",
     "plan in [yes] ", "plan in [yes] or reasons in [staff]", "not plan in [yes]"],
)  # fmt: skip
def test_what_is_no_universe(written: str) -> None:
    with pytest.raises(ValueError, match=r"not a universe: write all, or variable in \[answer, answer\]"):
        parse_universe(written)


@pytest.mark.parametrize(
    ("name", "kind", "asked_of"),
    [
        ("kroner", "quantity", None),
        ("plan", "single", None),
        ("reasons", "multiple", Universe("plan", ("yes",))),
        ("trained", "single", Universe("reasons", ("staff",))),
        ("background", "multiple", Universe("plan", ("old", "planned"))),
        ("remarks", "open", None),
        ("found", "themes", None),
    ],
)
def test_a_question_is_of_one_kind_and_has_its_universe(name: str, kind: str, asked_of: Universe | None) -> None:
    question = codebook().variables[name]
    assert (question.kind, question.asked_of) == (kind, asked_of)


def test_yes_and_no_are_answers_and_no_truth_values() -> None:
    assert list(codebook().code_lists["yes_no"].categories) == ["yes", "no", "dont_know"]
    assert codebook().variables["plan"].within == ["yes", "no"]


def test_a_code_list_has_categories_groups_and_their_texts() -> None:
    stages = codebook().code_lists["stages"]
    assert stages.substantive == ["old", "new", "planned", "never"]
    assert (stages.members("yes"), stages.members("no")) == (["old", "new"], ["planned", "never"])
    assert stages.members("planned") == ["planned"]
    assert (stages.label("yes")["da"], stages.label("yes")["en"]) == ("Har", "Has")
    assert (stages.label("dont_know")["da"], stages.label("dont_know")["en"]) == ("Ved ikke", "Don't know")
    assert stages.sides == ["yes", "no"]


def test_the_upper_side_is_that_of_the_most_whichever_way_the_list_goes() -> None:
    categories = {
        name: Category(code=code, da="x", en="x") for code, name in enumerate(["much", "some", "none"], start=1)
    }
    groups = {"up": Group(of=["much"], da="x", en="x"), "down": Group(of=["none"], da="x", en="x")}
    listed = CodeList(categories=categories, groups=groups, sides=["down", "up"], order="descending")
    assert listed.upper_side == "up"
    assert listed.model_copy(update={"order": "ascending"}).upper_side == "down"
    assert listed.model_copy(update={"order": None}).upper_side is None
    assert listed.model_copy(update={"sides": None}).upper_side is None


def test_a_wave_may_have_asked_otherwise() -> None:
    book = codebook()
    assert book.codes_of("plan", 2020) is book.code_lists["yes_no"]
    assert book.codes_of("plan", YEAR) is book.code_lists["stages"]
    assert list(book.answers_of("plan", 2020)) == ["yes", "no", "dont_know"]
    assert list(book.answers_of("plan", YEAR)) == ["old", "new", "planned", "never", "dont_know", "yes", "no"]


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("reasons", {"money": "Money", "staff": "Staff"}),
        ("found", {"time": "Time"}),
        ("remarks", {}),
        ("knows", {"yes": "Yes", "no": "No", "dont_know": "Don't know"}),
    ],
)
def test_the_answers_of_each_kind_of_question(name: str, answers: dict[str, str]) -> None:
    assert {answer: label["en"] for answer, label in codebook().answers_of(name, YEAR).items()} == answers


@pytest.mark.parametrize(
    ("universe", "year", "members"),
    [
        (Universe("plan", ("yes",)), YEAR, ["old", "new"]),
        (Universe("plan", ("yes", "never")), YEAR, ["old", "new", "never"]),
        (Universe("plan", ("yes",)), 2020, ["yes"]),
        (Universe("reasons", ("staff", "money")), YEAR, ["staff", "money"]),
    ],
)
def test_who_belongs_to_a_universe(universe: Universe, year: int, members: list[str]) -> None:
    assert codebook().members_of(universe, year) == members


def test_chapters_are_those_there_are_items_of_in_the_reports_order() -> None:
    assert codebook().chapters_of("02_describe") == ["plans", "staff"]
    assert codebook().chapters_of("04_compare") == ["later"]
    assert codebook().chapters_of("06_allocate") == []
    turned = codebook("  plans: {da: Planer, en: Plans}\n  staff", "  staff: {da: F, en: S}\n  plans")
    assert turned.chapters_of("02_describe") == ["staff", "plans"]
    assert list(codebook().items_of("02_describe", "staff")) == ["table_1"]
    assert list(codebook().items_of("02_describe")) == ["figure_1", "reasons", "table_1", "post_stratified"]


# What is refused

PLANNED = "planned: {code: 3, da: På vej, en: Planned}"
QUESTION = "    ask: {da: Har I en plan, en: Have you a plan}\n    level: municipality\n"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("never: {code: 4", "never: {code: 3", "code_lists.stages", "two categories have the same code"),
        (
            "      no: {of: [planned, never]",
            "      old: {of: [planned, never]",
            "code_lists.stages",
            "a group and a category have the same name: old",
        ),
        (
            "of: [planned, never]",
            "of: [planned, nevr, dont_know]",
            "code_lists.stages",
            "group no counts nevr, dont_know, which the list lacks or calls missing",
        ),
        ("sides: [yes, no]", "sides: [yes, never]", "code_lists.stages", "sides name never, which is no group"),
        (
            "      never: {code: 4",
            "      no_answer: {code: 4",
            "code_lists.stages",
            "no_answer is a kind of missing answer, not one of a list",
        ),
        (
            "    unit: kr\n",
            "",
            "variables.kroner",
            "exactly one of unit, codes, options, open, themes must be given",
        ),
        (
            "    codes: stages\n",
            "    codes: stages\n    open: true\n",
            "variables.plan",
            "exactly one of unit, codes, options, open, themes must be given",
        ),
        (QUESTION, "    level: municipality\n", "variables.plan", "a question needs ask and level"),
        (QUESTION, QUESTION.splitlines(keepends=True)[0], "variables.plan", "a question needs ask and level"),
        ("staff: {code: 2, da: Folk, en: Staff}", "staff: {code: 1, da: Folk, en: Staff}", "variables.reasons",
         "two options have the same code"),
        ("    unit: kr\n", "    unit: kr\n    within: [yes]\n", "variables.kroner",
         "codes_in and within are for questions with codes"),
        ("    unit: kr\n", "    unit: kr\n    codes_in: {2020: yes_no}\n", "variables.kroner",
         "codes_in and within are for questions with codes"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_with_line_and_place(
    problems: Problems, old: str, new: str, place: str, message: str
) -> None:
    (problem,) = problems(old, new)
    key = f"\n  {place.rpartition('.')[2]}:"
    assert (problem.message, problem.column) == (message, place)
    assert problem.row == line_of(key) + 1
    assert (problem.advice, problem.value) == ("Correct it.", None)


@pytest.mark.parametrize("place", ["variables.reasons.universe", "eligible"])
def test_what_is_no_universe_is_named_with_its_line(problems: Problems, place: str) -> None:
    old = {"eligible": "knows in [yes]", "variables.reasons.universe": "plan in [yes]"}[place]
    (problem,) = problems(old, "plan = yes")
    assert (problem.row, problem.column, problem.value) == (line_of(old), place, "plan = yes")
    assert problem.message == "not a universe: write all, or variable in [answer, answer]"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("of: [old, new]", "of: []", "code_lists.stages.groups.yes.of"),
        ("sides: [yes, no]", "sides: [yes]", "code_lists.stages.sides"),
        ("sides: [yes, no]", "sides: [yes, no, yes]", "code_lists.stages.sides"),
        ("en: Planned}", "en: ''}", "code_lists.stages.categories.planned.en"),
        ("missing: dont_know", "missing: refused", "code_lists.yes_no.categories.dont_know.missing"),
        ("share_of: all", "share_of: some", "variables.background.share_of"),
        ("level: respondent\n    codes", "level: person\n    codes", "variables.knows.level"),
        ("base: substantive", "base: everyone", "items.figure_1.base"),
        ("verdict: with_care", "verdict: careful", "comparison.plan.comparability.2024.verdict"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_its_place(
    problems: Problems, old: str, new: str, place: str
) -> None:
    (problem,) = problems(old, new)
    assert (problem.row, problem.column) == (line_of(old), place)


@pytest.mark.parametrize(
    ("old", "new", "kind", "place", "name", "guess"),
    [
        ("eligible: knows in", "eligible: nose in", "variable", "eligible", "nose", "knows"),
        ("eligible: knows in [yes]", "eligible: knows in [yess]", "answer", "eligible", "yess", "yes"),
        ("universe: plan in [yes]", "universe: plans in [yes]", "variable", "variables.reasons.universe", "plans",
         "plan"),
        ("universe: plan in [yes]", "universe: plan in [no, nevr]", "answer", "variables.reasons.universe", "nevr",
         "never"),
        ("universe: reasons in [staff]", "universe: reasons in [staf]", "answer", "variables.trained.universe", "staf",
         "staff"),
        ("universe: reasons in [staff]", "universe: kroner in [staff]", "answer", "variables.trained.universe",
         "staff", ""),
        ("codes: stages", "codes: stage", "code list", "variables.plan.codes", "stage", "stages"),
        ("{2020: yes_no}", "{2020: yes_on}", "code list", "variables.plan.codes", "yes_on", "yes_no"),
        ("within: [yes, no]", "within: [yes, old]", "group", "variables.plan.within", "old", ""),
        ("variables: [trained]", "variables: [traned]", "variable", "items.table_1.variables", "traned", "trained"),
        ("chapter: staff", "chapter: staf", "chapter", "items.table_1.chapter", "staf", "staff"),
        ("notebook: 04_compare", "notebook: 04_compar", "notebook", "items.table_2.notebook", "04_compar",
         "04_compare"),
        ("notebook: 04_compare", "notebook: 06_allocate", "notebook", "items.table_2.notebook", "06_allocate",
         "05_replicate"),
        ("    variable: plan\n", "    variable: plam\n", "variable", "comparison.plan", "plam", "plan"),
        ("    category: yes\n", "    category: yse\n", "answer", "comparison.plan", "yse", "yes"),
        ("lost: {plan: [never]}", "lost: {plam: [never]}", "variable", "comparison.plan.pairing", "plam", "plan"),
        ("lost: {plan: [never]}", "lost: {plan: [nevr]}", "answer", "comparison.plan.pairing", "nevr", "never"),
        ("gained: {plan: [new]}", "gained: {plan: [neu]}", "answer", "comparison.plan.pairing", "neu", "new"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_named_with_the_nearest(
    problems: Problems, old: str, new: str, kind: str, place: str, name: str, guess: str
) -> None:
    problem = next(found for found in problems(old, new) if found.message == f"no such {kind}")
    assert (problem.column, problem.value) == (place, name)
    assert problem.advice.startswith(f"Did you mean {guess!r}? Valid: " if guess else "Valid: ")


def test_the_cause_is_told_before_what_follows_from_it(problems: Problems) -> None:
    first, *others = problems("codes: stages", "codes: stage")
    assert (first.message, first.value) == ("no such code list", "stage")
    assert {problem.message for problem in others} == {"no such answer"}


def test_a_variable_that_leads_nowhere_is_told_once_whatever_its_answers(problems: Problems) -> None:
    (problem,) = problems("lost: {plan: [never]}", "lost: {plam: [never, new]}")
    assert (problem.message, problem.value) == ("no such variable", "plam")


@pytest.mark.parametrize(
    ("old", "universe", "circles"),
    [
        ("within: [yes, no]\n", "plan in [yes]", {"plan": "plan <- plan"}),
        (
            "within: [yes, no]\n",
            "trained in [yes]",
            {
                "plan": "plan <- trained <- reasons <- plan",
                "reasons": "reasons <- plan <- trained <- reasons",
                "trained": "trained <- reasons <- plan <- trained",
            },
        ),
    ],
)
def test_a_question_that_decides_who_is_asked_itself_is_refused(
    problems: Problems, old: str, universe: str, circles: dict[str, str]
) -> None:
    found = problems(old, f"{old}    universe: {universe}\n")
    assert {problem.column: problem.message for problem in found} == {
        f"variables.{name}.universe": f"the question decides who is asked itself: {circle}"
        for name, circle in circles.items()
    }


def test_all_names_that_lead_nowhere_are_told_at_once(problems: Problems) -> None:
    old = "universe: plan in [yes]\n  trained:"
    assert [problem.value for problem in problems(old, old.replace("[yes]", "[ja, nej]"))] == ["ja", "nej"]
