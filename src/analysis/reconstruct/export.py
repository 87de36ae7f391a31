"""A reconstruction in the form of a SurveyXact text export: dataset, labels and structure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.cells import column
from analysis.reconstruct.deal import BLANK

# As SurveyXact writes them.
_STATUS = ("Ny", "Distribueret", "Nogen svar", "Gennemført", "Frafaldet")
DISTRIBUTED, SOME_ANSWERS, COMPLETED = 2, 3, 4
_CHOSEN = ("0", "Ikke valgt"), ("1", "Valgt")
_ENCODING = "cp1252"


def export_texts(
    answers: pd.DataFrame, municipalities: Sequence[str], codebook: Codebook, year: int
) -> dict[str, bytes]:
    """Return file name -> content of an export, in the dialect with semicolons (cp1252).

    Parameters
    ----------
    answers
        What `deal.deal_answers` returns, a row for each response, and `status` (the number of one of SurveyXact's).
        Questions it has no column for are left empty.
    municipalities
        The names of those they are from, in the order of the rows.
    """
    columns = {codebook.municipality_column or "": list(municipalities)}
    structure: list[tuple[str, ...]] = [
        (codebook.municipality_column or "", codebook.municipality_column or "", "Open", "String", "Kommune", "", "")
    ]
    labels: list[tuple[str, str, str]] = []
    for name, variable in codebook.variables.items():
        text = variable.ask["da"] if variable.ask else ""
        for asking in codebook.askings(name):
            own = "_".join([variable.column or name, *asking.values()])
            if variable.kind == "open":
                columns[own] = [BLANK] * len(answers)
                structure.append((own, own, "Open", "String", text, "", ""))
            elif variable.kind == "single":
                codes = codebook.codes_of(name, year).categories
                numbers = {category: str(spec.code) for category, spec in codes.items()} | {BLANK: BLANK}
                columns[own] = [numbers[answer] for answer in _column(answers, column(name, asking))]
                structure.append((own, own, "Closed", "Single", text, "", ""))
                labels += [(own, str(spec.code), spec.da) for spec in codes.values()]
            elif variable.kind == "multiple":
                for position, (option, spec) in enumerate((variable.options or {}).items(), start=1):
                    each = f"{own}_{position}"
                    columns[each] = _column(answers, column(name, asking, option))
                    structure.append((own, each, "Closed", "Multiple", text, str(spec.code), spec.da))
                    labels += [(each, *chosen) for chosen in _CHOSEN]
    for number, status in enumerate(_STATUS, start=1):
        own = f"stato_{number}"
        columns[own] = [str(int(answer == number)) for answer in answers["status"]]
        structure.append(("statoverall", own, "Closed", "Multiple", "Samlet status", str(number), status))
        labels += [(own, *chosen) for chosen in _CHOSEN]
    header = ("questionName", "variableName", "questionType", "subType", "questionText", "choiceValue", "choiceText")
    return {
        "dataset.csv": _csv([tuple(columns), *zip(*columns.values(), strict=True)]),
        "labels.csv": _csv(labels),
        "structure.csv": _csv([header, *structure]),
    }


def _column(answers: pd.DataFrame, name: str) -> list[str]:
    """Return a column of answers; blank where nothing is printed about it, or nobody was there to answer."""
    return answers[name].fillna(BLANK).to_list() if name in answers else [BLANK] * len(answers)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode(_ENCODING)
