"""The SSI survey as the tests know it: its loaded parts, and answers that nobody gave."""

from __future__ import annotations

import functools
from typing import Literal

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook
from analysis.codebook.questions import Universe
from analysis.estimates.survey import describe
from analysis.ingest.cleaning import LOG_COLUMNS
from analysis.ingest.identified import COLUMNS, no_identification
from analysis.ingest.responses import NO_ANSWER, NOT_ASKED, NOT_SELECTED, SELECTED
from analysis.layout import RAW_DIR
from analysis.published import load_published

Basis = Literal["collected", "reconstructed"]

STUDY = "ssi_hygiene"
FOLDER = RAW_DIR / STUDY
YEAR = 2024

# Question -> answer -> how many gave it; those asked beyond these gave no answer.
ANSWERS = {
    "knows_organisation": {"yes": 96},
    "role": {
        "consultant": 35, "coordinator": 6, "leader": 14, "doctor": 1, "health_visitor": 2, "nurse": 29, "other": 9,
    },
    "organisation": {
        "unchanged": 41, "increased": 22, "reduced": 11, "planned": 8, "no_plans": 7, "closed": 6, "dont_know": 1,
    },
    "organisation_age": {"over_3_years": 50, "last_3_years": 21, "last_12_months": 3},
    "increased_reasons": {"management_support": 18, "political_support": 8},
    "reduced_reasons": {"no_political_support": 2, "no_management_support": 2, "integrated": 3},
    "translates_guidelines": {
        "fully_agree": 44, "partly_agree": 24, "neither": 3, "partly_disagree": 2,
        "dont_know": 1,
    },
    "communication": {
        "fully_agree": 21, "partly_agree": 32, "neither": 10, "partly_disagree": 6, "fully_disagree": 3, "dont_know": 2,
    },
    "cooperation_across": {"fully_agree": 40, "partly_agree": 24, "neither": 6, "partly_disagree": 2, "dont_know": 2},
    "competence_development": {
        "fully_agree": 19, "partly_agree": 35, "neither": 10, "partly_disagree": 7, "fully_disagree": 1, "dont_know": 2,
    },
    "prioritised": {
        "fully_agree": 10, "partly_agree": 28, "neither": 14, "partly_disagree": 13, "fully_disagree": 7,
        "dont_know": 2,
    },
    "committee": {
        "unchanged": 30, "increased": 10, "reduced": 6, "planned": 12, "no_plans": 33, "closed": 2, "dont_know": 2,
    },
    "committee_members": {
        "infection_control_lead": 38, "managers": 39, "field_staff": 14, "coordinators": 6, "other": 11,
    },
    "lead_is_nurse": {"yes": 40, "no": 5, "dont_know": 1},
    "lead_is_trained": {"yes": 20, "no": 22, "dont_know": 4},
    "coordinators": {"yes": 71, "planned": 4, "no_plans": 18, "dont_know": 3},
    "coordinator_background": {"health": 71, "other": 32},
    "training": {"yes": 51, "no": 17, "dont_know": 3},
    "training_form": {"committee_staff": 29, "national_guideline": 49},
    "regional_agreement": {"yes": 62, "no": 22, "dont_know": 12},
    "special_agreement": {"yes": 7, "no": 50, "dont_know": 5},
    "cooperation": {"yes": 65, "no": 28, "dont_know": 2},
    "follows_ppe": {"fully_agree": 62, "partly_agree": 28, "neither": 3, "partly_disagree": 1, "dont_know": 2},
    "follows_hand_hygiene": {"fully_agree": 60, "partly_agree": 30, "neither": 3, "fully_disagree": 1, "dont_know": 2},
    "follows_storage": {
        "fully_agree": 42, "partly_agree": 39, "neither": 7, "partly_disagree": 5, "fully_disagree": 1, "dont_know": 2,
    },
    "local_guidelines": {"home_care": 81, "care_homes": 82},
    "registers_sick_leave": {
        "fully_agree": 27, "partly_agree": 25, "neither": 13, "partly_disagree": 9, "fully_disagree": 12,
        "dont_know": 10,
    },
    "registers_outbreaks": {
        "fully_agree": 24, "partly_agree": 25, "neither": 12, "partly_disagree": 14, "fully_disagree": 13,
        "dont_know": 8,
    },
    "halt": {"yes": 41, "no": 47, "dont_know": 8},
    "policy": {"yes": 31, "no": 59, "dont_know": 6},
}  # fmt: skip

# What made-up print leaves open in the reconstruction: all but these answers of these questions.
PRINTED = {
    "translates_guidelines": ["agree"],
    "communication": ["agree"],
    "cooperation_across": ["agree"],
    "competence_development": ["agree"],
    "prioritised": ["agree", "disagree"],
    "committee": ["yes"],
    "lead_is_nurse": ["yes"],
    "lead_is_trained": ["yes"],
    "training": ["yes"],
    "special_agreement": ["yes"],
    "cooperation": ["yes"],
    "follows_ppe": ["agree"],
    "follows_hand_hygiene": ["agree"],
    "follows_storage": ["agree"],
    "registers_sick_leave": ["agree"],
    "registers_outbreaks": ["agree"],
    "halt": ["yes"],
    "policy": ["no"],
}


@functools.cache
def codebook() -> Codebook:
    return load_codebook(FOLDER / "codebook.yaml")


@functools.cache
def _published() -> pd.DataFrame:
    return load_published(FOLDER / "published.csv", codebook())


def published() -> pd.DataFrame:
    return _published().copy()


def published_of(year: int) -> pd.DataFrame:
    """Return what is printed of one wave."""
    rows = _published()
    return rows[rows["wave"] == year].reset_index(drop=True)


def wave(basis: Basis = "reconstructed", year: int = YEAR, **others: object) -> Wave:
    source = "SSI, Kortlægning af kommunale infektionshygiejniske indsatser (2025-10-02)"
    return Wave.model_validate(
        {"study": STUDY, "year": year, "basis": basis, "source": source, "reference": f"{year}-04-01", **others}
    )


@functools.cache
def _responses() -> pd.DataFrame:
    book = codebook()
    columns: dict[str, list[str]] = {"municipality": [f"K{number:02}" for number in range(1, 97)]}
    for name, counts in ANSWERS.items():
        variable = book.variables[name]
        asked = _asked(columns, variable.asked_of)
        if variable.kind == "multiple":
            for option, count in counts.items():
                columns[f"{name}/{option}"] = _given(asked, [SELECTED] * count, NOT_SELECTED)
        else:
            columns[name] = _given(asked, [answer for answer in counts for _ in range(counts[answer])], NO_ANSWER)
    return pd.DataFrame(columns)


def _asked(columns: dict[str, list[str]], universe: Universe | None) -> list[bool]:
    """Return who was asked."""
    if universe is None:
        return [True] * len(columns["municipality"])
    ticked = [
        [given in (answer, SELECTED) for given in columns[name if name in columns else f"{name}/{answer}"]]
        for name, answer in ((universe.variable, member) for member in codebook().members_of(universe, YEAR))
    ]
    return [any(row) for row in zip(*ticked, strict=True)]


def _given(asked: list[bool], answers: list[str], otherwise: str) -> list[str]:
    """Deal answers out to those who were asked, in order."""
    left = iter(answers)
    return [next(left, otherwise) if was_asked else NOT_ASKED for was_asked in asked]


def municipalities() -> pd.DataFrame:
    """98 municipalities that do not exist; the last two took no part."""
    numbers = range(1, 99)
    regions = ("Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland")
    return pd.DataFrame(
        {
            "code": [f"K{number:02}" for number in numbers],
            "name": [f"Kommune {number:02}" for number in numbers],
            "region": [regions[number % 5] for number in numbers],
            "population": [1000 * number for number in numbers],
        }
    )


def responses() -> pd.DataFrame:
    """Answers that nobody gave: 96 municipalities that do not exist."""
    return _responses().copy()


def cleaning() -> pd.DataFrame:
    """What was done to an export that is not there."""
    rows = [
        ("columns", "column not used", "not_in_codebook", "", "", "", "s_99"),
        ("columns", "column not used", "not_in_codebook", "", "", "", "s_98"),
        ("eligibility", "row set aside", "not_eligible", "12", "K98", "knows_organisation", "no"),
        *(("routing", "answer set aside", "routing_breach", str(row), f"K{row}", "training", "yes") for row in (3, 5)),
        *(("municipality", "respelled", "spelling", str(row), f"K{row}", "", f"K {row}") for row in (21, 22, 23)),
    ]
    told = [(*row[:3], "dataset.csv", *row[3:], f"Of {row[5]}: {row[-1]}.") for row in rows]
    return pd.DataFrame(told, columns=list(LOG_COLUMNS))


@functools.cache
def _estimates(basis: Basis) -> pd.DataFrame:
    identified = identification() if basis == "reconstructed" else no_identification()
    return describe(responses(), cleaning(), codebook(), wave(basis), identified)


def estimates(basis: Basis = "reconstructed") -> pd.DataFrame:
    return _estimates(basis).copy()


def identification() -> pd.DataFrame:
    """What print leaves open: of the questions in `PRINTED`, every other answer lies between none and the rest."""
    counted = _estimates("collected")
    counted = counted[counted["statistic"].isin(["count", "base"]) & counted["base"].notna()]
    value = dict(zip(zip(*(counted[key] for key in COLUMNS[:3]), strict=True), counted["value"], strict=True))
    rows = []
    for (name, group, category), counts in value.items():
        base = value[name, group, ""]
        low = high = counts
        if name in PRINTED and category not in ("", *PRINTED[name]):
            codes = codebook().codes_of(name, YEAR)
            members = set(codes.members(category))
            around = [known for known in PRINTED[name] if members <= set(codes.members(known))]
            beside = [known for known in PRINTED[name] if not members & set(codes.members(known))]
            high = value[name, group, around[0]] if around else base - sum(value[name, group, each] for each in beside)
            low = 0.0
        rows.append((name, group, category, "count" if category else "base", low, high))
        if category:
            rows.append((name, group, category, "percent", 100 * low / base, 100 * high / base))
    return pd.DataFrame(rows, columns=list(COLUMNS))
