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
from analysis.codebook.questions import Category, Label, Option, Variable
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
        Variable.
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
class Source:
    """Where the answers to a variable stand in an export, and what they mean.

    Parameters
    ----------
    kind
        How the question is answered.
    columns
        Column of the responses (`columns_of`) -> variableName.
    categories
        Value -> category, of a question with one answer.
    """

    kind: Kind
    columns: dict[str, str]
    categories: dict[str, str] = field(default_factory=dict)

    def given(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return what a row says: the category; 0, 1 or '' for each option; the words written; '' where blank."""
        return tuple(self.categories.get(cells[column], cells[column]) for column in self.columns.values())

    def is_answer(self, given: tuple[str, ...]) -> bool:
        """Tell whether that is an answer: options are all 0 also for those who never saw the question."""
        return not set(given) <= ({"", "0"} if self.kind == "multiple" else {""})


def columns_of(codebook: Codebook, name: str) -> list[str]:
    """Return the columns of the responses that hold a variable: itself, or `<variable>/<option>` for each option."""
    variable = codebook.variables[name]
    if variable.options:
        return [f"{name}/{option}" for option in variable.options]
    return [name] if variable.kind in ("single", "open") else []


def normalised(text: str) -> str:
    """Return what a text has in common with the same words in other case, spaces, punctuation or Unicode form."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def read_columns(export: Export, codebook: Codebook, wave: Wave, findings: Findings) -> dict[str, Source]:
    """Find the columns and codes of every question that a wave asked.

    A column is the one that the wave or the codebook names. A code is told by its label, and by its number only where
    it has none. What cannot be used goes to the problems of `findings`, what was decided to its log.

    Returns
    -------
    dict
        Variable -> source, in the codebook's order; without those that have a problem.
    """
    file = display_path(raw_path("wave", codebook.study, wave.year, codebook.places))
    names = {
        name: wave.columns.get(name) or variable.column or name
        for name, variable in codebook.variables.items()
        if columns_of(codebook, name)
    }
    asked = {name: column for name, column in names.items() if name not in wave.not_asked}
    findings.problems += _misdeclared(file, codebook, wave, asked)
    sources = {}
    for name in asked:
        if problem := _no_question(file, export, codebook, asked, name):
            findings.problems.append(problem)
            continue
        question = export.questions[asked[name]]
        if not _has_wording(question, codebook.variables[name]):
            detail = f"The export words the question otherwise than the codebook: {question.text!r}."
            done = Done("columns", "column used", "wording", detail, question=name, value=question.name)
            findings.done.append(done)
        if source := _source(export, codebook, name, wave.year, question, findings):
            sources[name] = source
    findings.problems += _asked_of_nobody(file, export, codebook, wave, sources)
    used = {*asked.values(), codebook.municipality_column, STATUS}
    left_out = {column: name for name, column in names.items() if name not in asked}
    findings.done += [
        _unused(export, question, left_out.get(name, ""))
        for name, question in export.questions.items()
        if name not in used
    ]
    return sources


def _misdeclared(file: str, codebook: Codebook, wave: Wave, asked: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for each name in a wave's declaration that leads nowhere, and each column with two meanings."""
    questions = [name for name in codebook.variables if columns_of(codebook, name)]
    for key, named, valid in (
        ("columns", wave.columns, questions),
        ("not_asked", wave.not_asked, list(codebook.variables)),
    ):
        for name in named:
            if name not in valid:
                yield Problem(file, "no such variable", did_you_mean(name, valid) + ".", None, key, name)
    holders = {codebook.municipality_column: "the municipality"}
    for name, column in asked.items():
        if (holder := holders.setdefault(column, name)) != name:
            message = f"{holder} and {name} have the same column"
            advice = "Give each its own, or list the question that was not asked under not_asked."
            yield Problem(file, message, advice, None, "columns", column)


def _asked_of_nobody(
    file: str, export: Export, codebook: Codebook, wave: Wave, sources: dict[str, Source]
) -> Iterator[Problem]:
    """Yield a problem for each question that was answered though no answer of the wave leads to it."""
    for name, source in sources.items():
        universe = codebook.variables[name].asked_of
        if universe is None:
            continue
        parent = universe.variable
        possible = {} if parent in wave.not_asked else codebook.answers_of(parent, wave.year)
        if set(codebook.members_of(universe, wave.year)) & set(possible):
            continue
        lines = [row.line for row in export.rows if source.is_answer(source.given(row.cells))]
        if lines:
            written = codebook.variables[name].universe
            message = (
                f"{name} is answered{_times(len(lines))}, but no answer of this wave is in its universe, {written}"
            )
            advice = f"Correct the universe in the codebook, or list {name} under not_asked in {file}."
            (column, *_) = source.columns.values()
            yield Problem(export.file, message, advice, lines[0], column)


def _no_question(file: str, export: Export, codebook: Codebook, asked: dict[str, str], name: str) -> Problem | None:
    """Return what is wrong where the column of a variable is not there, or holds what cannot be its question."""
    variable, question = codebook.variables[name], export.questions.get(asked[name])
    if question is None:
        return _missing(file, export, variable, asked, name)
    advice = f"Correct columns in {file}, or the codebook."
    if question.kind != variable.kind:
        message = f"{name} is a question with {_KINDS[variable.kind]}, this one has {_KINDS[question.kind]}"
        return Problem(export.file, message, advice, None, question.name)
    others = [other for other in asked if _has_wording(question, codebook.variables[other])]
    if others and name not in others:
        message = f"the column of {name} holds the question of {', '.join(others)}"
        return Problem(export.file, message, advice, None, question.name, question.text)
    return None


def _missing(file: str, export: Export, variable: Variable, asked: dict[str, str], name: str) -> Problem:
    """Return the problem of a question that the export lacks, with the most like it of those that nobody uses."""
    column, text = asked[name], _ask(variable).da
    unused = {question.text: key for key, question in export.questions.items() if key not in asked.values()}
    if match := nearest(text, list(unused)):
        guess = f"Nearest by its text: {unused[match]}, {match!r}. "
    elif match := nearest(column, list(unused.values())):
        guess = f"Nearest by its name: {match}. "
    else:
        guess = ""
    message = f"the export lacks {name}, the question {text!r}"
    advice = f"{guess}Name its column under columns in {file}, or list {name} under not_asked there."
    return Problem(export.file, message, advice, None, column)


def _ask(variable: Variable) -> Label:
    assert variable.ask is not None, "the codebook has a wording for each question"
    return variable.ask


def _has_wording(question: Question, variable: Variable) -> bool:
    """Tell whether a question is worded as in the codebook, which may leave out the stem that a battery shares."""
    return any(
        normalised(question.text) == normalised(ask) or question.text.endswith(f" - {ask}")
        for ask in (_ask(variable).da, _ask(variable).en)
    )


def _unused(export: Export, question: Question, variable: str) -> Done:
    """Return the log of a column that no variable of the wave uses; `variable`: one declared as not asked."""
    source = Source(question.kind, {column: column for column in question.columns})
    count = sum(source.is_answer(source.given(row.cells)) for row in export.rows)
    why = "The wave is declared not to have asked" if variable else "The codebook has no variable for"
    detail = f"{why} {question.text!r}; rows with an answer: {count}."
    reason: Reason = "question_not_asked" if variable else "not_in_codebook"
    return Done("columns", "column not used", reason, detail, question=variable, value=question.name)


def _source(
    export: Export, codebook: Codebook, name: str, year: int, question: Question, findings: Findings
) -> Source | None:
    """Return where the answers stand and what they mean; None where an option has no column, or a value of its own."""
    if options := codebook.variables[name].options:
        found = _option_columns(export, name, options, question, findings)
        findings.problems += (wrong := list(_not_0_or_1(export, name, found.values())))
        if wrong or len(found) < len(options):
            return None
        return Source("multiple", {f"{name}/{option}": found[option] for option in options})
    (column,) = question.columns
    if question.kind == "open":
        return Source("open", {name: column})
    categories = codebook.codes_of(name, year).categories
    return Source("single", {name: column}, _categories(export, name, categories, column, findings))


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
        findings.problems.append(Problem(export.file, message, advice, line, column, shown, _listed(categories)))
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
            problem = Problem(export.file, message, advice, None, question.name, text, _listed(options))
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
            problem = Problem(export.file, message, advice, lines[0], column, text, _listed(options))
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


def _listed(answers: Mapping[str, Category | Option]) -> str:
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
