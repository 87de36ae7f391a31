"""The codebook of a survey that nobody made, with a question of each kind."""

from __future__ import annotations

import functools
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.codebook import Codebook, Wave, load_codebook

STUDY = "made_up"
YEAR = 2024

TEXT = """\
schema_version: 1
study: made_up
title: {da: Undersøgelse, en: Survey}
report: {title: T, publisher: P, language: da, date: "2025-01-01", text: t.txt}
unit: municipality
places: denmark
population: 98
notebooks: [01_clean, 02_describe, 04_compare, 05_replicate]
chapters:
  plans: {da: Planer, en: Plans}
  staff: {da: Folk, en: Staff}
  later: {da: Siden, en: Later}
eligible: knows in [yes]
code_lists:
  yes_no:
    categories:
      yes: {code: 1, da: Ja, en: "Yes"}
      no: {code: 2, da: Nej, en: "No"}
      dont_know: {code: 3, da: Ved ikke, en: Don't know, missing: dont_know}
  stages:
    categories:
      old: {code: 1, da: Gammel, en: Old}
      new: {code: 2, da: Ny, en: New}
      planned: {code: 3, da: På vej, en: Planned}
      never: {code: 4, da: Aldrig, en: Never}
      dont_know: {code: 9, da: Ved ikke, en: Don't know, missing: dont_know}
    groups:
      yes: {of: [old, new], da: Har, en: Has}
      no: {of: [planned, never], da: Har ikke, en: Has not}
    sides: [yes, no]
variables:
  kroner:
    label: {da: Kroner, en: Kroner}
    unit: kr
  knows:
    label: {da: Ved, en: Knows}
    ask: {da: Ved I det, en: Do you know}
    level: respondent
    codes: yes_no
  plan:
    label: {da: Plan, en: Plan}
    ask: {da: Har I en plan, en: Have you a plan}
    level: municipality
    codes: stages
    codes_in: {2020: yes_no}
    within: [yes, no]
    column: s_2
  reasons:
    label: {da: Hvorfor, en: Why}
    ask: {da: Hvorfor da, en: Why so}
    level: respondent
    options:
      money: {code: 1, da: Penge, en: Money}
      staff: {code: 2, da: Folk, en: Staff}
    universe: plan in [yes]
  trained:
    label: {da: Uddannet, en: Trained}
    ask: {da: Er de uddannet, en: Are they trained}
    level: municipality
    codes: yes_no
    universe: reasons in [staff]
  background:
    label: {da: Baggrund, en: Background}
    ask: {da: Med hvilken baggrund, en: With which background}
    level: municipality
    options:
      nurse: {code: 1, da: Sygeplejerske, en: Nurse}
    universe: plan in [old, planned]
    share_of: all
  remarks:
    label: {da: Andet, en: Other}
    ask: {da: Andet, en: Other}
    level: respondent
    open: true
  found:
    label: {da: Temaer, en: Themes}
    themes:
      time: {da: Tid, en: Time}
items:
  figure_1:
    kind: figure
    form: single_choice
    chapter: plans
    notebook: 02_describe
    printed: true
    page: 3
    variables: [plan]
    base: substantive
    title: {da: Planer, en: Plans}
  reasons:
    kind: figure
    form: multiple_response
    chapter: plans
    notebook: 02_describe
    printed: false
    variables: [reasons]
    title: {da: Hvorfor, en: Why}
  table_1:
    kind: table
    form: responses
    chapter: staff
    notebook: 02_describe
    printed: true
    page: 4
    variables: [trained]
    title: {da: Uddannet, en: Trained}
  table_2:
    kind: table
    form: comparison
    chapter: later
    notebook: 04_compare
    printed: true
    page: 5
    title: {da: Sammenligning, en: Comparison}
comparison:
  plan:
    variable: plan
    category: yes
    label: {da: Plan, en: Plan}
    comparability:
      2024: {verdict: with_care, why: {da: Andet spørgsmål, en: Another question}}
    pairing:
      2024: {lost: {plan: [never]}, gained: {plan: [new]}}
"""


def codebook(old: str = "", new: str = "") -> Codebook:
    """Return the codebook, with one text in it replaced."""
    return _codebook(old, new)


@functools.cache
def _codebook(old: str, new: str) -> Codebook:
    assert old in TEXT
    with TemporaryDirectory() as folder:
        path = Path(folder) / STUDY / "codebook.yaml"
        path.parent.mkdir()
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
        return load_codebook(path)


def wave(basis: str = "collected", year: int = YEAR, **others: object) -> Wave:
    given = {"study": STUDY, "year": year, "basis": basis, "source": "a test", "reference": f"{year}-04-01"}
    return Wave.model_validate({**given, **others})
