"""The columns and codes of an export in the codebook's words, and the log of what cleaning did."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import column as column_of
from analysis.codebook.questions import Category, Label, Option
from analysis.errors import InputError, Problem, did_you_mean, nearest
from analysis.ingest.surveyxact import Export, Kind, Question
from analysis.layout import display_path, raw_path

Step = Literal["columns", "codes", "municipality", "status", "eligibility", "duplicate", "routing"]
Action = Literal[
    "row set aside",
    "row kept",
    "answer set aside",
    "respelled",
    "mapped by label",
    "mapped by number",
    "column used",
    "column not used",
]
Reason = Literal[
    "not_in_codebook",
    "question_not_asked",
    "wording",
    "code_by_label",
    "code_by_number",
    "spelling",
    "no_answers",
    "not_eligible",
    "eligibility_unknown",
    "duplicate",
    "duplicate_incomplete",
    "routing_breach",
    "routing_unknown",
]

LOG_COLUMNS = ("step", "action", "reason", "file", "row", "municipality", "question", "value", "detail")

STATUS = "statoverall"
"""Question in which SurveyXact says how far each respondent came."""

_KINDS = {"single": "one answer", "multiple": "any number of answers", "open": "an answer in words"}
_CODE = re.compile(r"-?\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Done:
    """One thing that was done to an export: a row of the cleaning log.

    Parameters
    ----------
    step, action, reason
        Where, what and why.
    detail
        The same in a sentence.
    row
        Line of the export; None where it concerns no single one.
    municipality
        Code; '' where it is not known or concerns none.
    question
        Variable, with what it was asked for: `barriers@planning`.
    value
        What stood in the export; never what somebody answered in words.
    """

    step: Step
    action: Action
    reason: Reason
    detail: str
    row: int | None = None
    municipality: str = ""
    question: str = ""
    value: str = ""


@dataclass
class Findings:
    """What is wrong with an export, and what was done to it, in the order found."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def refuse(self) -> None:
        """Raise all problems together, if there are any."""
        if self.problems:
            raise InputError(self.problems)

    def log(self) -> pd.DataFrame:
        """Return one row for each thing done, all text: `LOG_COLUMNS`."""
        rows = [{**asdict(done), "file": self.file, "row": str(done.row or "")} for done in self.done]
        return pd.DataFrame(rows, columns=list(LOG_COLUMNS)).astype("str")


@dataclass(frozen=True)
class Asked:
    """A question as it was asked once: of a variable that was asked for each of several purposes, for one of them.

    Parameters
    ----------
    variable
        What was asked.
    asking
        What for: dimension -> value; none where it was asked once.
    column
        Name of its question in the export.
    """

    variable: str
    asking: dict[str, str]
    column: str

    @property
    def name(self) -> str:
        """What it is called in the log and in messages; its columns of the responses begin so."""
        return column_of(self.variable, self.asking)


@dataclass(frozen=True)
class Source:
    """Where the answers to a question stand in an export, and what they mean.

    Parameters
    ----------
    asked
        The question.
    kind
        How it is answered.
    columns
        Column of the responses (`columns_of`) -> variableName.
    categories
        Value -> category, of a question with one answer.
    """

    asked: Asked
    kind: Kind
    columns: dict[str, str]
    categories: dict[str, str] = field(default_factory=dict)

    def given(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return what a row says: the category; 0, 1 or '' for each option; the words written; '' where blank."""
        return tuple(self.categories.get(cells[column], cells[column]) for column in self.columns.values())

    def is_answer(self, given: tuple[str, ...]) -> bool:
        """Tell whether that is an answer."""
        return _is_answer(self.kind, given)


def columns_of(codebook: Codebook, name: str, asking: dict[str, str]) -> list[str]:
    """Return the columns of the responses that hold an asking of a variable: one, or one for each option."""
    variable = codebook.variables[name]
    if variable.options:
        return [column_of(name, asking, option) for option in variable.options]
    return [column_of(name, asking)] if variable.kind in ("single", "open") else []


def normalised(text: str) -> str:
    """Return what a text has in common with the same words in other case, spaces, punctuation or Unicode form."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def read_columns(export: Export, codebook: Codebook, wave: Wave, findings: Findings) -> dict[str, Source]:
    """Find the columns and codes of every question that a wave asked.

    A column is the one that the wave or the codebook names; of a variable asked for each of several purposes, that name
    and the purpose: `<column>_<value>`. A code is told by its label, and by its number only where it has none. What
    cannot be used goes to the problems of `findings`, what was decided to its log.

    Returns
    -------
    dict
        `Asked.name` -> source, in the codebook's order; without those that have a problem.
    """
    file = display_path(raw_path("wave", codebook.study, wave.year, codebook.places))
    questions = [
        Asked(name, asking, "_".join([wave.columns.get(name) or variable.column or name, *asking.values()]))
        for name, variable in codebook.variables.items()
        for asking in codebook.askings(name)
        if columns_of(codebook, name, asking)
    ]
    asked = [question for question in questions if question.variable not in wave.not_asked]
    findings.problems += _misdeclared(file, codebook, wave, asked)
    sources = {}
    for each in asked:
        if problem := _no_question(file, export, codebook, asked, each):
            findings.problems.append(problem)
            continue
        question = export.questions[each.column]
        if not _has_wording(question, codebook, each):
            detail = f"The export words the question otherwise than the codebook: {question.text!r}."
            done = Done("columns", "column used", "wording", detail, question=each.name, value=question.name)
            findings.done.append(done)
        if source := _source(export, codebook, each, wave.year, question, findings):
            sources[each.name] = source
    findings.problems += _asked_of_nobody(file, export, codebook, wave, sources)
    used = {*(each.column for each in asked), codebook.municipality_column, STATUS}
    left_out = {each.column: each.name for each in questions if each not in asked}
    findings.done += [
        _unused(export, question, left_out.get(name, ""))
        for name, question in export.questions.items()
        if name not in used
    ]
    return sources


def _is_answer(kind: Kind, given: Iterable[str]) -> bool:
    """Tell whether cells hold an answer: options are all 0 also for those who never saw the question."""
    return not set(given) <= ({"", "0"} if kind == "multiple" else {""})


def _misdeclared(file: str, codebook: Codebook, wave: Wave, asked: list[Asked]) -> Iterator[Problem]:
    """Yield a problem for each name in a wave's declaration that leads nowhere, and each column with two meanings."""
    questions = [name for name, variable in codebook.variables.items() if variable.kind in _KINDS]
    for key, named, valid in (
        ("columns", wave.columns, questions),
        ("not_asked", wave.not_asked, list(codebook.variables)),
    ):
        for name in named:
            if name not in valid:
                yield Problem(file, "no such variable", did_you_mean(name, valid) + ".", None, key, name)
    if codebook.questionnaire in wave.not_asked:
        message = "without it, the responses of a municipality cannot be told apart"
        advice = "Take it off not_asked; if its column has another name, say so under columns."
        yield Problem(file, message, advice, None, "not_asked", codebook.questionnaire)
    holders = {codebook.municipality_column: "the municipality"}
    for each in asked:
        if (holder := holders.setdefault(each.column, each.name)) != each.name:
            message = f"{holder} and {each.name} have the same column"
            advice = "Give each its own, or list the question that was not asked under not_asked."
            yield Problem(file, message, advice, None, "columns", each.column)


def _asked_of_nobody(
    file: str, export: Export, codebook: Codebook, wave: Wave, sources: dict[str, Source]
) -> Iterator[Problem]:
    """Yield a problem for each question that was answered though no answer of the wave leads to it."""
    for name, source in sources.items():
        variable = source.asked.variable
        universe = codebook.variables[variable].asked_of
        if universe is None:
            continue
        parent = universe.variable
        possible = {} if parent in wave.not_asked else codebook.answers_of(parent, wave.year)
        if set(codebook.members_of(universe, wave.year)) & set(possible):
            continue
        lines = [row.line for row in export.rows if source.is_answer(source.given(row.cells))]
        if lines:
            written = codebook.variables[variable].universe
            message = (
                f"{name} is answered{_times(len(lines))}, but no answer of this wave is in its universe, {written}"
            )
            advice = f"Correct the universe in the codebook, or list {variable} under not_asked in {file}."
            (first, *_) = source.columns.values()
            yield Problem(export.file, message, advice, lines[0], first)


def _no_question(file: str, export: Export, codebook: Codebook, asked: list[Asked], each: Asked) -> Problem | None:
    """Return what is wrong where the column of a question is not there, or holds what cannot be that question."""
    variable, question = codebook.variables[each.variable], export.questions.get(each.column)
    if question is None:
        return _missing(file, export, codebook, asked, each)
    advice = f"Correct columns in {file}, or the codebook."
    if question.kind != variable.kind:
        message = f"{each.name} is a question with {_KINDS[variable.kind]}, this one has {_KINDS[question.kind]}"
        return Problem(export.file, message, advice, None, question.name)
    if _has_wording(question, codebook, each):
        return None
    if others := [other.name for other in asked if _has_wording(question, codebook, other)]:
        message = f"the column of {each.name} holds the question of {', '.join(others)}"
        return Problem(export.file, message, advice, None, question.name, question.text)
    return None


def _missing(file: str, export: Export, codebook: Codebook, asked: list[Asked], each: Asked) -> Problem:
    """Return the problem of a question that the export lacks, with the most like it of those that nobody uses."""
    text = _wordings(codebook, each)[0]
    used = {other.column for other in asked}
    unused = {name: question.text for name, question in export.questions.items() if name not in used}
    if match := nearest(text, list(unused.values())):
        alike = [name for name in unused if unused[name] == match]
        guess = f"Nearest by its text: {nearest(each.column, alike) or alike[0]}, {match!r}. "
    elif match := nearest(each.column, list(unused)):
        guess = f"Nearest by its name: {match}. "
    else:
        guess = ""
    message = f"the export lacks {each.name}, the question {text!r}"
    end = "".join(f"_{value}" for value in each.asking.values())
    name_it = f"Name its column{end and f', without {end},'} under columns in {file}"
    advice = f"{guess}{name_it}, or list {each.variable} under not_asked there."
    return Problem(export.file, message, advice, None, each.column)


def _wordings(codebook: Codebook, asked: Asked) -> list[str]:
    """Return how the codebook words a question, in Danish and in English, first with what it was asked for.

    SurveyXact words an item of a battery so: `<stem> - <item>`.
    """
    ask = codebook.variables[asked.variable].ask
    assert ask is not None, "the codebook has a wording for each question"
    words: list[Label] = [ask, *(codebook.groups[key].values[value] for key, value in asked.asking.items())]
    return [" - ".join(each.da for each in words), " - ".join(each.en for each in words), ask.da, ask.en]


def _has_wording(question: Question, codebook: Codebook, asked: Asked) -> bool:
    """Tell whether a question is worded as in the codebook, which may leave out the stem that a battery shares.

    The export may word a question alike for all that it was asked for.
    """
    return any(
        normalised(question.text) == normalised(words) or question.text.endswith(f" - {words}")
        for words in _wordings(codebook, asked)
    )


def _unused(export: Export, question: Question, asked: str) -> Done:
    """Return the log of a column that no question of the wave uses; `asked`: one declared as not asked."""
    count = sum(_is_answer(question.kind, (row.cells[column] for column in question.columns)) for row in export.rows)
    why = "The wave is declared not to have asked" if asked else "The codebook has no variable for"
    detail = f"{why} {question.text!r}; rows with an answer: {count}."
    reason: Reason = "question_not_asked" if asked else "not_in_codebook"
    return Done("columns", "column not used", reason, detail, question=asked, value=question.name)


def _source(
    export: Export, codebook: Codebook, asked: Asked, year: int, question: Question, findings: Findings
) -> Source | None:
    """Return where the answers stand and what they mean; None where an option has no column, or a value of its own."""
    name, columns = asked.name, columns_of(codebook, asked.variable, asked.asking)
    if options := codebook.variables[asked.variable].options:
        found = _option_columns(export, name, options, question, findings)
        findings.problems += (wrong := list(_not_0_or_1(export, name, found.values())))
        if wrong or len(found) < len(options):
            return None
        return Source(asked, "multiple", {own: found[option] for own, option in zip(columns, options, strict=True)})
    ((own,), (cell,)) = columns, question.columns
    if question.kind == "open":
        return Source(asked, "open", {own: cell})
    categories = codebook.codes_of(asked.variable, year).categories
    return Source(asked, "single", {own: cell}, _categories(export, name, categories, cell, findings))


def _meant(label: str, number: str, answers: Mapping[str, Category | Option]) -> str | None:
    """Return the answer that a label means; where it is blank, or means several, the one of that number."""
    named = list(answers)
    if label:
        key = normalised(label)
        named = [name for name, answer in answers.items() if key in (normalised(answer.da), normalised(answer.en))]
        if len(named) == 1:
            return named[0]
    return next((name for name in named if str(answers[name].code) == number), None)


def _categories(
    export: Export, name: str, categories: dict[str, Category], column: str, findings: Findings
) -> dict[str, str]:
    """Return value -> category for the values of a question, and log those whose number or label did not tell."""
    labels = {value: label for value, label in export.labels.get(column, {}).items() if label}
    labelled = {value: found for value in labels if (found := _meant(labels[value], value, categories))}
    moved = _log_moved(name, labelled, labels, categories, findings)
    known: dict[str, str] = {}
    for value, count in sorted(Counter(row.cells[column] for row in export.rows if row.cells[column]).items()):
        # Where a label shows that the export numbers the answers in its own way, no number says anything.
        if found := labelled.get(value) if value in labels or moved else _meant("", value, categories):
            known[value] = found
            continue
        label = labels.get(value, "")
        message = f"unknown answer to {name}{_times(count)}"
        mend = "Correct the label" if label else "Give it a label"
        advice = f"{_nearest_answer(label, categories)}{mend}, or add the answer to the codebook."
        line = next(row.line for row in export.rows if row.cells[column] == value)
        shown = f"{_shown(value)} = {label}" if label else _shown(value)
        findings.problems.append(Problem(export.file, message, advice, line, column, shown, listed(categories)))
    if by_number := {value: found for value, found in known.items() if value not in labels}:
        told = ", ".join(f"{value} is {found}" for value, found in by_number.items())
        detail = f"The export has no labels for these; the codebook's numbers tell the answers: {told}."
        value = ", ".join(by_number)
        findings.done.append(Done("codes", "mapped by number", "code_by_number", detail, question=name, value=value))
    return known


def _option_columns(
    export: Export, name: str, options: dict[str, Option], question: Question, findings: Findings
) -> dict[str, str]:
    """Return option -> variableName for those found; any other column must be one that nobody selected."""
    found: dict[str, str] = {}
    strangers: dict[str, str] = {}
    for column, text in question.columns.items():
        option = _meant(text, _position(column), options)
        if option is None:
            strangers[column] = text
        elif found.setdefault(option, column) != column:
            message = f"{found[option]} and {column} are both the option {option} of {name}"
            advice = "Give each its own text, in the export or in the codebook."
            problem = Problem(export.file, message, advice, None, question.name, text, listed(options))
            findings.problems.append(problem)
    for option in [option for option in options if option not in found]:
        text = options[option].da
        guess = f"Nearest: {match!r}. " if (match := nearest(text, list(strangers.values()))) else ""
        message, advice = f"the option {text!r} of {name} is missing", "Correct its text, here or in the codebook."
        written = ", ".join(question.columns.values())
        findings.problems.append(Problem(export.file, message, guess + advice, None, question.name, written))
    for column, text in strangers.items():
        lines = [row.line for row in export.rows if row.cells[column] not in ("", "0")]
        if lines:
            message = f"unknown option of {name}, selected{_times(len(lines))}"
            advice = f"{_nearest_answer(text, options)}Correct its text, or add the option to the codebook."
            problem = Problem(export.file, message, advice, lines[0], column, text, listed(options))
            findings.problems.append(problem)
        else:
            detail = f"The codebook has no option {text!r}, and nobody selected it."
            done = Done("columns", "column not used", "not_in_codebook", detail, question=name, value=column)
            findings.done.append(done)
    _log_moved(name, {column: option for option, column in found.items()}, question.columns, options, findings)
    return found


def _position(column: str) -> str:
    """Return the number that the column of an option ends in: `<question>_<position>`."""
    return column.rpartition("_")[2]


def _log_moved(
    name: str,
    meant: dict[str, str],
    texts: Mapping[str, str],
    answers: Mapping[str, Category | Option],
    findings: Findings,
) -> bool:
    """Log answers (value or variableName -> answer) whose number is not the codebook's; tell whether there are any."""
    moved = {key: answer for key, answer in meant.items() if str(answers[answer].code) != _position(key)}
    if moved:
        told = ", ".join(f"{key} is {answer}, there {answers[answer].code}" for key, answer in moved.items())
        detail = f"The labels tell the answers, whose numbers are not those of the codebook: {told}."
        value = ", ".join(f"{key} = {texts[key]}" for key in moved)
        findings.done.append(Done("codes", "mapped by label", "code_by_label", detail, question=name, value=value))
    return bool(moved)


def _not_0_or_1(export: Export, name: str, columns: Iterable[str]) -> Iterator[Problem]:
    for column in columns:
        wrong = [row for row in export.rows if row.cells[column] not in ("", "0", "1")]
        if wrong:
            message = f"neither chosen nor not: an option of {name}{_times(len(wrong))}"
            value = _shown(wrong[0].cells[column])
            yield Problem(export.file, message, "Correct it.", wrong[0].line, column, value, "0, 1 or blank")


def listed(answers: Mapping[str, Category | Option]) -> str:
    """Return answers as messages list those that are allowed: `1 = Ja, 2 = Nej`."""
    return ", ".join(f"{answer.code} = {answer.da}" for answer in answers.values())


def _nearest_answer(text: str, answers: Mapping[str, Category | Option]) -> str:
    """Return advice that names the answer worded most like a text, if any is."""
    match = nearest(text, [words for answer in answers.values() for words in (answer.da, answer.en)])
    return f"Did you mean {match!r}? " if match else ""


def _shown(value: str) -> str:
    """Return a cell that should hold a code as messages show it: anything else may be somebody's own words."""
    return value if _CODE.fullmatch(value) else "no code, but text"


def _times(count: int) -> str:
    return f" in {count} rows" if count > 1 else " in this row"
