"""A made-up codebook with printed numbers by size and role, and what the reports print."""

from __future__ import annotations

import math

import pandas as pd
import yaml

from analysis.codebook import Codebook, load_codebook
from analysis.layout import ROOT
from analysis.published import load_published
from analysis.published.claims import COLUMNS, load_claims

BOOK = Codebook.model_validate(
    yaml.safe_load(
        """\
schema_version: 1
study: made_up
title: &t {da: T, en: T}
report: {title: T, publisher: P, language: da, text: t.txt}
unit: respondent
places: denmark
population: 98
notebooks: [02_describe]
chapters: {main: *t}
size_classes: {small: {da: Små, en: Small, below: 1}, medium: {da: Mellem, en: Medium, below: 2}, large: {da: Store, en: Large, below: null}}
clusters: {at_most: 2, over: area}
groups:
  role: {da: Rolle, en: Role, variable: role, values: {leader: {da: Ledere, en: Leaders}, staff: {da: Ansatte, en: Staff}}}
  area: {da: Område, en: Area, values: {dental: *t, care: *t}}
  purpose: {da: Formål, en: Purpose, values: {planning: *t, steering: *t}}
code_lists:
  role: {categories: {leader: {code: 1, da: Leder, en: Leader}, staff: {code: 2, da: Ansat, en: Staff}, other: {code: 3, da: Andet, en: Other}}}
  degree:
    categories: {high: {code: 1, da: Høj, en: High}, low: {code: 2, da: Lav, en: Low}, none: {code: 3, da: Slet ikke, en: Not at all}}
    groups: {any: {of: [high, low], da: Noget, en: Any}}
variables:
  respondents: {label: *t, unit: answers, counts: {of: responses}}
  role: {label: *t, ask: *t, level: respondent, codes: role}
  use: {label: {da: Brug, en: Use}, ask: *t, level: respondent, codes: degree}
  fact: {label: {da: Faktum, en: Fact}, ask: *t, level: municipality, codes: degree}
  weighed: {label: *t, ask: *t, level: respondent, codes: degree, weights: [1.0, 0.5]}
  per_purpose: {label: *t, ask: *t, level: respondent, codes: degree, asked_per: [purpose]}
items:
  figure_1: {kind: figure, chapter: main, printed: true, title: *t, variables: [use], needs: *t}
"""  # noqa: E501
    )
)
NO_CLAIMS = pd.DataFrame({name: [] for name in COLUMNS})

Row = tuple[str, str, str, str, float, int | None]
"""Group, variable, category, statistic, value, base."""


def printed(*rows: Row) -> pd.DataFrame:
    """Return made-up rows of `published.csv`."""
    frame = pd.DataFrame(rows, columns=["group", "variable", "category", "statistic", "value", "base"])
    frame = frame.assign(wave=2020, item="text", chapter="main", value_high=math.nan, qualifier="exact", page=1)
    frame["line"] = range(10, 10 + len(frame))
    frame["printed"] = [f"{value:g}%" if kind == "percent" else f"{value:g}" for *_, kind, value, _ in rows]
    frame["base"] = frame["base"].astype("Int64")
    return frame.astype({"value": "float64"})


def _of_study(study: str) -> tuple[Codebook, pd.DataFrame, pd.DataFrame]:
    folder = ROOT / "data" / "raw" / study
    book = load_codebook(folder / "codebook.yaml")
    return book, load_published(folder / "published.csv", book), load_claims(folder / "claims.csv", book)


PRINT = {study: _of_study(study) for study in ("kik_quality", "klk_healthdata", "ssi_hygiene")}
"""Codebook, printed numbers and claims of each study whose answers print gives by group, or not."""
