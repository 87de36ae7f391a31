"""A made-up report in two chapters of areas, as its captions tell it, and references to its tables and figures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import yaml

from analysis.codebook import Codebook
from analysis.published.references import COLUMNS

_CODEBOOK = """\
schema_version: 1
study: made_up
title: {da: Undersøgelse, en: Survey}
report: {title: T, publisher: P, language: da, text: t.txt}
unit: municipality_area
places: denmark
population: 98
notebooks: [07_audit]
chapters:
  across: {da: På tværs, en: Across}
  care: {da: Hjemmepleje, en: Home care}
  dental: {da: Tandpleje, en: Dental care}
groups:
  area:
    da: Område
    en: Area
    partition: true
    values:
      care: {da: Hjemmepleje og hjemmesygepleje, en: Home care and home nursing}
      dental: {da: Tandpleje, en: Dental care}
      prevention: {da: Forebyggelse, en: Prevention}
      case: {da: Eksempel, en: Case}
  purpose:
    da: Formål
    en: Purpose
    values:
      planning: {da: Planlægning, en: Planning}
      steering: {da: Styring, en: Steering}
  patients: {da: Patienter, en: Patients, values: {child: {da: Børn (0-17 år), en: Children}, old: {da: Æld, en: Old}}}
code_lists:
  yes_no: {categories: {"yes": {code: 1, da: Ja, en: "Yes"}, "no": {code: 2, da: Nej, en: "No"}}}
variables:
  use: &question
    label: {da: Anvendelse, en: Use}
    ask: {da: Anvender I data, en: Do you use data}
    level: municipality
    codes: yes_no
    asked_per: [purpose]
  planning_tasks: {<<: *question, label: {da: "Planlægning: opgaver", en: "Planning: tasks"}}
  steering_tasks: {<<: *question, label: {da: "Styring: opgaver", en: "Steering: tasks"}}
  types: {<<: *question, label: {da: Datatyper, en: Types of data}}
  needs: {<<: *question, label: {da: Behov, en: Needs}}
items:
  table_1: {title: Begreber, page: 1, concept: true}
  figure_1: {title: Anvendelse til forskellige formål, variables: [use], by: [purpose], page: 2}
  table_2: {title: Anvendelse på tværs af områder, variables: [use], by: [area], page: 2}
  figure_2: {title: Data til planlægningsopgaver i kommunen,
    variables: [planning_tasks], group: "purpose:planning", page: 3}
  figure_3: {title: Data til styringsopgaver i kommunen,
    variables: [steering_tasks], group: "purpose:steering", page: 3}
  figure_4: {title: Behov for data på tværs af formål, variables: [needs], by: [purpose], page: 4}
  figure_5: {title: Anvendelse af typer af data, variables: [types], page: 4}
  figure_6: {title: Anvendelse på hjemmepleje- og hjemmesygeplejeområdet,
    variables: [use], by: [purpose], group: "area:care"}
  figure_7: {title: Behov for data på tværs af formål på hjemmeplejeområdet,
    variables: [needs], by: [purpose], group: "area:care"}
  figure_8: {title: Typer af data i hjemmesygepleje, variables: [types], group: "area:care"}
  figure_9: {title: Anvendelse på tandplejeområdet, variables: [use], by: [purpose], group: "area:dental"}
  figure_10: {title: Behov for data på tværs af formål inden for tandpleje,
    variables: [needs], by: [purpose], group: "area:dental"}
  figure_11: {title: Typer af data på området for Tandpleje, variables: [types], group: "area:dental"}
  figure_12: {title: Forebyggelse og tandpleje i Odense, concept: true, group: "area:case;municipality:Odense"}
  figure_13: {title: Tandpleje i Faaborg, concept: true, group: "area:case;municipality:Faaborg"}
"""

_CHAPTERS = {
    "across": ("table_1", "figure_1", "table_2", "figure_2", "figure_3", "figure_4", "figure_5"),
    "care": ("figure_6", "figure_7", "figure_8"),
    "dental": ("figure_9", "figure_10", "figure_11", "figure_12", "figure_13"),
}


def codebook(**changes: dict[str, Any] | None) -> Codebook:
    """Return the report's codebook, some items changed, added or (None) left out; a title is Danish only."""
    written: dict[str, Any] = yaml.safe_load(_CODEBOOK)
    chapters = {name: chapter for chapter, names in _CHAPTERS.items() for name in names}
    items = {name: {"chapter": chapters[name], **item} for name, item in written["items"].items()}
    for name, change in changes.items():
        if change is None:
            del items[name]
        else:
            items[name] = {"chapter": "dental", **items.get(name, {}), **change}
    written["items"] = {
        name: {
            "kind": name.partition("_")[0],
            "printed": True,
            **item,
            "title": {"da": item["title"], "en": f"({item['title']})"},
        }
        for name, item in items.items()
    }
    return Codebook.model_validate(written)


def reference(refers: str, **changes: str | int) -> dict[str, str | int]:
    """Return a row of `references.csv`: a passage on the use of data in dental care."""
    row: dict[str, str | int] = {
        "wave": 2024,
        "chapter": "dental",
        "group": "area:dental",
        "variable": "use",
        "page": 7,
        "line": 70,
    }
    return {**row, "printed": refers.replace("_", " "), "refers": refers, **changes}


def rows(*references: dict[str, str | int]) -> pd.DataFrame:
    """Return references as they are loaded."""
    return pd.DataFrame(list(references), columns=list(COLUMNS))
