"""Made-up reports: the codebook of a survey that nobody made, and rows of what might be printed of it."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd
import yaml

from analysis.codebook import Codebook
from analysis.published import COLUMNS
from analysis.published.audit import audit

YEAR = 2024
SIZES = ("small", "medium", "large")
AREAS = ("care", "dental")
PURPOSES = ("planning", "steering", "quality")

_CODEBOOK = """\
schema_version: 1
study: made_up
title: {da: Undersøgelse, en: Survey}
report: {title: T, publisher: P, language: da, date: "2025-01-01", text: t.txt}
unit: municipality
places: denmark
population: 98
notebooks: [01_clean]
chapters: {plans: {da: Planer, en: Plans}}
size_classes:
  small: {da: Små, en: Small, below: 30000}
  medium: {da: Mellemstore, en: Medium, below: 60000}
  large: {da: Store, en: Large}
groups:
  area: {da: Område, en: Area, partition: true, values: {care: {da: Pleje, en: Care}, dental: {da: Tænder, en: Teeth}}}
  purpose:
    da: Formål
    en: Purpose
    values:
      planning: {da: Planlægning, en: Planning}
      steering: {da: Styring, en: Steering}
      quality: {da: Kvalitet, en: Quality}
  role: {da: Rolle, en: Role, values: {leader: {da: Leder, en: Leader}, staff: {da: Ansat, en: Staff}}}
code_lists:
  stages:
    categories:
      old: {code: 1, da: Gammel, en: Old}
      new: {code: 2, da: Ny, en: New}
      planned: {code: 3, da: På vej, en: Planned}
      never: {code: 4, da: Aldrig, en: Never}
      dont_know: {code: 9, da: Ved ikke, en: Don't know, missing: dont_know}
    groups:
      "yes": {of: [old, new], da: Har, en: Has}
      "no": {of: [planned, never], da: Har ikke, en: Has not}
  yes_no:
    categories:
      "yes": {code: 1, da: Ja, en: "Yes"}
      "no": {code: 2, da: Nej, en: "No"}
variables:
  plan: &single
    label: {da: Plan, en: Plan}
    ask: {da: Har I en plan, en: Have you a plan}
    level: municipality
    codes: stages
  asked: {<<: *single}
  known: {<<: *single}
  agreed: {<<: *single, codes: yes_no}
  use: {<<: *single, asked_per: [purpose]}
  chief: {<<: *single, codes: yes_no, weights: [1, 0.5]}
  reasons:
    label: {da: Hvorfor, en: Why}
    ask: {da: Hvorfor da, en: Why so}
    level: respondent
    options:
      money: {code: 1, da: Penge, en: Money}
      staff: {code: 2, da: Folk, en: Staff}
      time: {code: 3, da: Tid, en: Time}
  cost:
    label: {da: Udgift, en: Cost}
    unit: kr
    parts: {wages: {da: Løn, en: Wages}, rent: {da: Husleje, en: Rent}, rest: {da: Resten, en: The rest}}
  people: {label: {da: Indbyggere, en: Inhabitants}, unit: inhabitants}
  answered: {label: {da: Besvarelser, en: Answers}, unit: municipalities}
  rate: {label: {da: Rate, en: Rate}, unit: per_1000}
items:
  table_1: &table
    kind: table
    chapter: plans
    printed: true
    page: 1
    title: {da: Plan, en: Plan}
    variables: [plan]
    form: single_choice
  table_2: {<<: *table, title: {da: Hvorfor, en: Why}, variables: [reasons]}
  table_3: {<<: *table, title: {da: Adspurgt, en: Asked}, base: asked, variables: [asked]}
  table_4: {<<: *table, title: {da: Kendt, en: Known}, base: substantive, variables: [known]}
  figure_1: {<<: *table, kind: figure, title: {da: Plan efter størrelse, en: Plan by size}, by: [size]}
"""


@functools.cache
def codebook(old: str = "", new: str = "") -> Codebook:
    """Return the codebook, with one text in it replaced."""
    assert old in _CODEBOOK
    return Codebook.model_validate(yaml.safe_load(_CODEBOOK.replace(old, new, 1)))


def row(variable: str, category: str, value: float, printed: str = "", **others: Any) -> dict[str, Any]:
    """Return a printed number: a percentage of all in running text, as print shows it, where nothing else is said."""
    statistic = others.get("statistic", "percent")
    shown = f"{value:g}".replace(".", ",") if value < 1e6 else f"{value:.0f}"
    return {
        "wave": YEAR,
        "item": "text",
        "chapter": "plans",
        "group": "all",
        "variable": variable,
        "category": category,
        "statistic": statistic,
        "value": float(value),
        "value_high": None,
        "qualifier": "exact",
        "base": None,
        "page": 1,
        "line": None,
        "printed": printed or (f"{shown}%" if statistic == "percent" else shown),
    } | others


def report(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows as `load_published` does, each on a line of its own where none is given: 1, 2, 3 ..."""
    assert all(tuple(each) == COLUMNS for each in rows)
    frame = pd.DataFrame([{**each, "line": each["line"] or line} for line, each in enumerate(rows, start=1)])
    frame["value_high"] = pd.to_numeric(frame["value_high"]).astype("float64")
    frame["base"] = pd.to_numeric(frame["base"]).astype("Int64")
    text = [name for name in COLUMNS if name not in ("wave", "page", "line", "value", "value_high", "base")]
    whole = {"wave": "int64", "page": "int64", "line": "int64", "value": "float64"}
    return frame.astype({**whole, **dict.fromkeys(text, "str")})


def found(*rows: dict[str, Any], book: Codebook | None = None) -> pd.DataFrame:
    """Return the findings of a made-up report."""
    return audit(report(*rows), book or codebook())
