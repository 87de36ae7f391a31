"""Raw export of a wave -> clean responses of the municipalities that took part."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import column as column_of
from analysis.codebook.questions import Universe, parse_universe
from analysis.errors import InputError, Problem, nearest
from analysis.ingest.cleaning import (
    STATUS,
    Action,
    Done,
    Findings,
    Reason,
    Source,
    Step,
    columns_of,
    listed,
    read_columns,
)
from analysis.ingest.surveyxact import Export
from analysis.layout import display_path, raw_path
from analysis.places import find_municipality, nearest_municipality, size_classes, size_classes_by_rank
from analysis.places import municipalities as names_by_code

NOT_ASKED = "not_asked"
"""Routing led past the question, or the wave did not ask it."""

NO_ANSWER = "no_answer"
"""Asked, and left blank."""

SELECTED, NOT_SELECTED = "selected", "not_selected"
"""Answers to an option of a multiple-response question."""

ANSWERED = "answered"
"""Something was written; what, is not carried over."""

_COMPLETED = "Gennemført"
_UNTOLD = (NOT_SELECTED, NO_ANSWER)


@dataclass(frozen=True)
class Cleaned:
    """Clean responses, and what cleaning did.

    Parameters
    ----------
    responses
        One row for each response kept: one of a municipality, or of it to each `questionnaire`, or several of those
        that the codebook says may be `repeated`; by code, questionnaire (in the order of its code list) and line of the
        export. `municipality` (its code), `name`, `region`, `population` (inhabitants, int64), `size` (class; only
        where the codebook has classes). Then each question in the codebook's order: with one answer `<variable>`, a
        category; with several `<variable>/<option>`, `selected` or `not_selected`; in words `<variable>`, `answered`;
        one asked for each value of a dimension `<variable>@<value>` and `<variable>@<value>/<option>`, value by value.
        Instead of an answer any may hold `not_asked` or `no_answer`. "Don't know" and "not applicable" are categories.
        All text, none missing.
    cleaning
        One row for each thing done (`cleaning.LOG_COLUMNS`), all text. Each row of the export is either in `responses`
        or here with the action `row set aside`.
    """

    responses: pd.DataFrame
    cleaning: pd.DataFrame


def clean(export: Export, codebook: Codebook, wave: Wave, municipalities: pd.DataFrame) -> Cleaned:
    """Turn a raw export into clean responses, and log everything that was done.

    Parameters
    ----------
    export
        As `read_surveyxact` returns it.
    codebook, wave
        What was asked.
    municipalities
        All that might have answered: `code`, `name`, `region`, `population` (inhabitants).

    Raises
    ------
    InputError
        A question, option, answer, municipality or questionnaire is missing, unknown or stands for two; a municipality
        has two responses where it should have one, which differ and are both completed or neither; no response is
        left; municipalities cannot be told into size classes. Every problem found is listed.
    """
    findings = Findings(export.file)
    sources = read_columns(export, codebook, wave, findings)
    rows = _Rows(export, codebook, wave, names_by_code(municipalities), sources, findings)
    kept = rows.without_duplicates(rows.eligible(rows.with_answers(rows.identified())))
    findings.refuse()
    if not kept:
        counts = Counter(done.reason for done in findings.done if done.action == "row set aside")
        value = ", ".join(f"{reason}: {count}" for reason, count in counts.items())
        message, advice = "no response is left", "Check that this is the export of the finished survey."
        raise InputError([Problem(export.file, message, advice, value=value)])
    answers = [(row.municipality, rows.routed(row)) for row in rows.in_order(kept)]
    return Cleaned(_frame(answers, codebook, wave, municipalities), findings.log())


@dataclass(frozen=True)
class _Row:
    """A row of the export in the codebook's words.

    Parameters
    ----------
    line
        Of the export.
    municipality
        Code; '' where it is not known.
    questionnaire
        Which one it answers; '' where that is not known, or the study has only one.
    status
        How far the respondent came, as SurveyXact says it; None where the export does not say.
    given
        Question (`Asked.name`) -> what the row says (`Source.given`).
    """

    line: int
    municipality: str
    questionnaire: str
    status: str | None
    given: dict[str, tuple[str, ...]]

    @property
    def completed(self) -> bool:
        """Whether the respondent came to the end; also where the export does not say."""
        return self.status in (None, _COMPLETED)


@dataclass(frozen=True)
class _Rows:
    """The steps from all rows of an export to the answers of those kept; each logs what it does."""

    export: Export
    codebook: Codebook
    wave: Wave
    names: dict[str, str]
    sources: dict[str, Source]
    findings: Findings

    def identified(self) -> list[_Row]:
        """Return all rows of the export, each with its municipality and questionnaire where these are known."""
        column = self._municipality_column()
        statuses = self._status_columns()
        rows = []
        for raw in self.export.rows:
            reached = [word for name, word in statuses.items() if raw.cells[name] not in ("", "0")]
            if statuses and len(reached) != 1:
                message, advice = f"{len(reached)} statuses where there is one", "Export it from SurveyXact again."
                self._problem(message, advice, raw.line, STATUS, ", ".join(reached))
            status = ", ".join(reached) if statuses else None
            given = {name: source.given(raw.cells) for name, source in self.sources.items()}
            row = _Row(raw.line, "", "", status, given)
            code = self._municipality(row, column, raw.cells[column]) if column else ""
            rows.append(replace(row, municipality=code, questionnaire=self._questionnaire(row)))
        return rows

    def with_answers(self, rows: list[_Row]) -> list[_Row]:
        """Set aside rows without any answer."""
        kept = []
        for row in rows:
            if self._has_answers(row):
                kept.append(row)
            else:
                status = f"; status: {row.status}" if row.status else ""
                self._done(row, "status", "row set aside", "no_answers", f"No question is answered{status}.")
        return kept

    def eligible(self, rows: list[_Row]) -> list[_Row]:
        """Set aside rows whose answer rules them out; a blank one does not."""
        universe = parse_universe(self.codebook.eligible)
        if universe is None:
            return rows
        question = universe.variable
        if all(source.asked.variable != question for source in self.sources.values()):
            detail = f"The wave did not ask {question}: nobody is set aside for it."
            done = Done("eligibility", "row kept", "eligibility_unknown", detail, question=question)
            self.findings.done.append(done)
            return rows
        kept = []
        for row in rows:
            answers = self._answers_to(row, question)
            member = self._is_member(universe, self.codebook.askings(question), answers)
            if member is False:
                detail = f"Only those count whose answer is {' or '.join(universe.answers)}."
                value = _told(answers)
                self._done(row, "eligibility", "row set aside", "not_eligible", detail, question, value)
                continue
            if member is None:
                detail = "Whether it counts is left blank; it is kept."
                self._done(row, "eligibility", "row kept", "eligibility_unknown", detail, question)
            kept.append(row)
        return kept

    def without_duplicates(self, rows: list[_Row]) -> list[_Row]:
        """Keep one row of each municipality, or of each questionnaire it answers, and all of which it may give several.

        The one is, of those completed, if any is, the first of rows that are alike.
        """
        groups: dict[tuple[str, str], list[_Row]] = defaultdict(list)
        kept = []
        for row in rows:
            if not row.municipality or (self.codebook.questionnaire and not row.questionnaire):
                continue  # it has its problem already
            if self._may_be_repeated(row):
                # Two persons may well answer alike, so that no row tells that it is a copy of another.
                kept.append(row)
            else:
                groups[row.municipality, row.questionnaire].append(row)
        for group in groups.values():
            candidates = [row for row in group if row.completed] or group
            first = candidates[0]
            kept.append(first)
            for row in group:
                if row is first:
                    continue
                if row.given == first.given:
                    detail = f"The same answers as row {first.line}, which is kept."
                    self._done(row, "duplicate", "row set aside", "duplicate", detail)
                elif row not in candidates:
                    detail = f"Its status is {row.status}; row {first.line} is completed, and kept."
                    self._done(row, "duplicate", "row set aside", "duplicate_incomplete", detail)
                else:
                    differing = ", ".join(name for name in row.given if row.given[name] != first.given[name])
                    name = self.names[row.municipality]
                    to = f" to {row.questionnaire}" if row.questionnaire else ""
                    message = f"a second response of {name}{to}, unlike row {first.line} in {differing}"
                    advice = f"Keep one: delete row {first.line} or row {row.line}."
                    self._problem(message, advice, row.line, self.codebook.municipality_column, name)
        return kept

    def in_order(self, rows: list[_Row]) -> list[_Row]:
        """Return rows by municipality, questionnaire and line."""
        name = self.codebook.questionnaire
        order = list(self.codebook.codes_of(name, self.wave.year).categories) if name else [""]
        return sorted(rows, key=lambda row: (row.municipality, order.index(row.questionnaire), row.line))

    def routed(self, row: _Row) -> dict[str, str]:
        """Return column -> answer, or kind of missing, of every question; an answer nobody asked for is set aside."""
        variables = self.codebook.variables
        answers = {
            column: NOT_ASKED
            for variable in variables
            for asking in self.codebook.askings(variable)
            for column in columns_of(self.codebook, variable, asking)
        }
        for name in self._parents_first():
            source = self.sources[name]
            variable, asking = source.asked.variable, source.asked.asking
            universe = variables[variable].asked_of
            parents = self.codebook.parent_askings(variable, asking)
            asked = universe is None or self._is_member(universe, parents, answers)
            own = self._answers(row, name)
            if asked:
                answers |= own
            elif universe and source.is_answer(row.given[name]):
                value = "" if source.kind == "open" else _told(own)
                if asked is None:
                    hangs_on = " or ".join(column_of(universe.variable, parent) for parent in parents)
                    detail = f"Whether the question was asked hangs on {hangs_on}, which is left blank."
                    self._done(row, "routing", "answer set aside", "routing_unknown", detail, name, value)
                else:
                    detail = f"Only asked of {variables[variable].universe}."
                    self._done(row, "routing", "answer set aside", "routing_breach", detail, name, value)
        return answers

    def _parents_first(self) -> list[str]:
        """Return the questions asked; one may stand in the codebook before the one its universe hangs on."""
        askings: dict[str, list[str]] = defaultdict(list)
        for name, source in self.sources.items():
            askings[source.asked.variable].append(name)
        universes = {variable: self.codebook.variables[variable].asked_of for variable in askings}
        parents = {
            variable: [universe.variable] if universe and universe.variable in askings else []
            for variable, universe in universes.items()
        }
        return [name for variable in TopologicalSorter(parents).static_order() for name in askings[variable]]

    def _municipality_column(self) -> str | None:
        """Return the column that says who answered, None where it cannot be used."""
        column = self.codebook.municipality_column
        if column is None:
            file = display_path(raw_path("codebook", self.codebook.study, self.wave.year, self.codebook.places))
            advice = "Add it: the column of the export that says who answered."
            self.findings.problems.append(Problem(file, "key 'municipality_column' is missing", advice))
        elif column not in self.export.questions:
            match = nearest(column, list(self.export.questions))
            guess = f"Did you mean {match!r}? " if match else ""
            advice = f"{guess}Correct municipality_column in the codebook, or export the column too."
            self._problem("the column that says who answered is missing", advice, column=column)
        elif self.export.questions[column].kind == "multiple":
            self._problem(
                "several municipalities may be chosen here", "Export it as one answer or text.", column=column
            )
        else:
            return column
        return None

    def _municipality(self, row: _Row, column: str, cell: str) -> str:
        """Return the code of the municipality that a cell means, '' for none."""
        written = self.export.labels.get(column, {}).get(cell) or cell
        code = find_municipality(written, self.names) or ""
        if written and not code:
            match = nearest_municipality(written, self.names)
            advice = f"{f'Did you mean {match!r}? ' if match else ''}Correct it in the export."
            self._problem("unknown municipality", advice, row.line, column, written)
        elif not written and self._has_answers(row):
            self._problem("the municipality is blank, in a row with answers", "Fill it in.", row.line, column)
        elif code and written != self.names[code]:
            named = replace(row, municipality=code)
            self._done(named, "municipality", "respelled", "spelling", f"Read as {self.names[code]}.", "", written)
        return code

    def _questionnaire(self, row: _Row) -> str:
        """Return which questionnaire a row answers, '' where that is not known, or the study has only one."""
        name = self.codebook.questionnaire
        if name is None or name not in self.sources:
            return ""
        (answer,) = row.given[name]
        if not answer and self._has_answers(row):
            message = "which questionnaire this is stands nowhere, in a row with answers"
            allowed = listed(self.codebook.codes_of(name, self.wave.year).categories)
            (column,) = self.sources[name].columns.values()
            self._problem(message, "Fill it in.", row.line, column, allowed=allowed)
        return answer

    def _status_columns(self) -> dict[str, str]:
        """Return variableName -> how far a respondent came; none where the export does not say."""
        if STATUS not in self.export.questions:
            return {}
        columns = self.export.questions[STATUS].columns
        if _COMPLETED not in columns.values():
            advice = "Export it from SurveyXact again, in Danish."
            written = ", ".join(columns.values())
            self._problem("no status means completed", advice, None, STATUS, written, _COMPLETED)
        return columns

    def _has_answers(self, row: _Row) -> bool:
        """Tell whether anything is answered: more than which questionnaire it is, of one that was left before its end.

        Who came to the end of a questionnaire may have selected nothing in it.
        """
        return any(
            source.is_answer(row.given[name])
            for name, source in self.sources.items()
            if row.completed or name != self.codebook.questionnaire
        )

    def _may_be_repeated(self, row: _Row) -> bool:
        """Tell whether a municipality may give several responses like this one."""
        if self.codebook.repeated is None:
            return False
        universe = parse_universe(self.codebook.repeated)
        if universe is None:
            return True
        answers = self._answers_to(row, universe.variable)
        return self._is_member(universe, self.codebook.askings(universe.variable), answers) is True

    def _answers_to(self, row: _Row, variable: str) -> dict[str, str]:
        """Return column -> answer of a variable, for all that it was asked for, as if it was asked."""
        return {
            column: answer
            for name, source in self.sources.items()
            if source.asked.variable == variable
            for column, answer in self._answers(row, name).items()
        }

    def _answers(self, row: _Row, name: str) -> dict[str, str]:
        """Return column -> answer of a question, as if it was asked."""
        source, given = self.sources[name], row.given[name]
        if source.kind == "multiple":
            # SurveyXact writes 0 also for those who left before they came to the question.
            seen = row.completed or source.is_answer(given)
            words = {"1": SELECTED, "0": NOT_SELECTED if seen else NO_ANSWER, "": NO_ANSWER}
            answers = [words[cell] for cell in given]
        else:
            answers = [(ANSWERED if source.kind == "open" else cell) if cell else NO_ANSWER for cell in given]
        return dict(zip(source.columns, answers, strict=True))

    def _is_member(self, universe: Universe, askings: list[dict[str, str]], answers: dict[str, str]) -> bool | None:
        """Tell whether answers put a response into a universe.

        Parameters
        ----------
        askings
            Of the question that the universe hangs on: one that leads there is enough.

        Returns
        -------
        bool or None
            None where it may or may not, an answer being blank.
        """
        name, members = universe.variable, self.codebook.members_of(universe, self.wave.year)
        several = self.codebook.variables[name].kind == "multiple"
        options = members if several else [""]
        # What the wave did not ask is not there: nobody is led on by it.
        said = {answers.get(column_of(name, asking, option)) for asking in askings for option in options}
        if said & ({SELECTED} if several else set(members)):
            return True
        return None if NO_ANSWER in said else False

    def _done(
        self, row: _Row, step: Step, action: Action, reason: Reason, detail: str, question: str = "", value: str = ""
    ) -> None:
        done = Done(step, action, reason, detail, row.line, row.municipality, question, value)
        self.findings.done.append(done)

    def _problem(
        self,
        message: str,
        advice: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        allowed: str | None = None,
    ) -> None:
        self.findings.problems.append(Problem(self.export.file, message, advice, row, column, value, allowed))


def _told(answers: dict[str, str]) -> str:
    """Return an answer as the log has it: the category, or the options selected."""
    return ", ".join(column.partition("/")[2] or answer for column, answer in answers.items() if answer not in _UNTOLD)


def _frame(
    answers: list[tuple[str, dict[str, str]]], codebook: Codebook, wave: Wave, municipalities: pd.DataFrame
) -> pd.DataFrame:
    """Return municipality and answers of each response as a table, with what the register says of the municipality."""
    register = municipalities[["code", "name", "region", "population"]].rename(columns={"code": "municipality"})
    if codebook.size_classes:
        register["size"] = _classes(register["population"], codebook, wave)
    known = register.set_index("municipality", drop=False).loc[[code for code, _ in answers]].reset_index(drop=True)
    frame = known.join(pd.DataFrame([given for _, given in answers]))
    return frame.astype({name: "int64" if name == "population" else "str" for name in frame})


def _classes(population: pd.Series, codebook: Codebook, wave: Wave) -> pd.Series:
    """Return the size class of every municipality there is; it may be by their rank."""
    classes = codebook.size_classes
    numbers = {name: size.municipalities for name, size in classes.items() if size.municipalities is not None}
    try:
        if numbers:
            return size_classes_by_rank(population, numbers)
        return size_classes(population, {name: size.below for name, size in classes.items()})
    except ValueError as error:
        file = display_path(raw_path("codebook", codebook.study, wave.year, codebook.places))
        raise InputError([Problem(file, str(error), "Correct the classes.", None, "size_classes")]) from None
