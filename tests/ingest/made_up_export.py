"""Exports of SurveyXact that hold made-up answers to any codebook."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analysis.codebook import Codebook
from analysis.codebook.cells import column
from analysis.ingest.surveyxact import Export, Question
from analysis.strict_csv import Row
from tests.ingest.surveyxact_files import STRUCTURE_HEADER, Tables

FILE = "dataset.csv"
STATUSES = ("Ny", "Distribueret", "Nogen svar", "Gennemført", "Frafaldet")


def askings(codebook: Codebook) -> dict[str, tuple[str, str]]:
    """Return what a question is called, `barriers@planning` -> its variable, and its name in the export."""
    return {
        column(name, asking): (name, "_".join([variable.column or name, *asking.values()]))
        for name, variable in codebook.variables.items()
        for asking in codebook.askings(name)
        if variable.kind in ("single", "multiple", "open")
    }


def questions(codebook: Codebook) -> dict[str, Question]:
    """Return the questions of a codebook as an export describes them."""
    found = {"kommune": Question("kommune", "open", "Kommune", {"kommune": ""})}
    for name, own in askings(codebook).values():
        variable = codebook.variables[name]
        texts = {f"{own}_{option.code}": option.da for option in (variable.options or {}).values()}
        assert variable.ask is not None
        assert variable.kind in ("single", "multiple", "open")
        found[own] = Question(own, variable.kind, variable.ask.da, texts or {own: ""})
    states = {f"stato_{position}": state for position, state in enumerate(STATUSES, start=1)}
    return {**found, "statoverall": Question("statoverall", "multiple", "Samlet status", states)}


def labels(codebook: Codebook, year: int) -> dict[str, dict[str, str]]:
    return {
        own: {str(category.code): category.da for category in codebook.codes_of(name, year).categories.values()}
        for name, own in askings(codebook).values()
        if codebook.variables[name].kind == "single"
    }


def cells(codebook: Codebook, year: int, answers: Mapping[str, str | Collection[str]], status: str) -> dict[str, str]:
    """Return the row of an export in which these answers stand; options are selected by name."""
    row = {"kommune": str(answers["kommune"])}
    for asked, (name, own) in askings(codebook).items():
        variable, answer = codebook.variables[name], answers.get(asked, "")
        if variable.kind == "single":
            categories = codebook.codes_of(name, year).categories
            row[own] = str(categories[str(answer)].code) if answer else ""
        elif variable.kind == "open":
            row[own] = str(answer)
        for key, option in (variable.options or {}).items():
            row[f"{own}_{option.code}"] = "1" if key in answer else "0"
    return row | {f"stato_{n}": str(int(state == status)) for n, state in enumerate(STATUSES, start=1)}


def export(*rows: Mapping[str, Any], codebook: Codebook, year: int) -> Export:
    """Return an export of these answers; `status` and `raw` (cells as they stand) may be among them."""
    listed = [
        Row(line, cells(codebook, year, row, row.get("status", "Gennemført")) | row.get("raw", {}))
        for line, row in enumerate(rows, start=2)
    ]
    return Export(FILE, listed, labels(codebook, year), questions(codebook))


def tables(given: Export) -> Tables:
    """Return the three tables that such an export is read from."""
    types = {"single": ("Closed", "Single"), "multiple": ("Closed", "Multiple"), "open": ("Open", "String")}
    header = [variable for question in given.questions.values() for variable in question.columns]
    return Tables(
        [header, *([row.cells[variable] for variable in header] for row in given.rows)],
        [(variable, *pair) for variable, known in given.labels.items() for pair in known.items()],
        [
            STRUCTURE_HEADER,
            *(
                (question.name, variable, *types[question.kind], question.text, text and variable.split("_")[-1], text)
                for question in given.questions.values()
                for variable, text in question.columns.items()
            ),
        ],
    )
