"""An export of the SSI survey that nobody answered, under the names of real municipalities: a wave to drop in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.reconstruct.deal import BLANK, TICKED, UNTICKED
from analysis.reconstruct.export import COMPLETED, DISTRIBUTED, SOME_ANSWERS, export_texts
from tests import denmark, ssi

YEAR = 2026
WAVE = f"""\
study: ssi_hygiene
year: {YEAR}
basis: collected
source: a test
reference: "{YEAR}-01-01"
"""
# As people write them.
SPELLED = {"Aarhus": "Århus Kommune", "Nordfyns": "Nordfyn", "København": "Københavns Kommune", "Ballerup": "BALLERUP"}


def answers(seed: int = 0, answered: int = 95) -> pd.DataFrame:
    """Return random answers that keep to the routing: a row for each municipality, `status` the completion."""
    random = np.random.default_rng(seed)
    codebook = ssi.codebook()
    rows: list[dict[str, object]] = []
    for _ in range(answered):
        row: dict[str, object] = {"status": COMPLETED}
        for name, variable in codebook.variables.items():
            universe = variable.asked_of
            asked = universe is None
            if universe is not None:
                members = codebook.members_of(universe, YEAR)
                ticked = [row.get(f"{universe.variable}/{member}") == TICKED for member in members]
                asked = row.get(universe.variable) in members or any(ticked)
            if variable.kind == "single":
                categories = list(codebook.codes_of(name, YEAR).categories)
                chosen = "yes" if name == "knows_organisation" else str(random.choice(categories))
                row[name] = chosen if asked else BLANK
            elif variable.kind == "multiple":
                for option in variable.options or {}:
                    row[f"{name}/{option}"] = TICKED if asked and random.random() < 0.5 else UNTICKED
        rows.append(row)
    rows.append({"status": SOME_ANSWERS, "knows_organisation": "no"})
    rows += [{"status": DISTRIBUTED}] * (len(denmark.names()) - len(rows))
    return pd.DataFrame(rows)


def add_wave(raw: Path, seed: int = 0, wave: str = WAVE) -> Path:
    """Write the wave into an extra raw directory; return its folder."""
    folder = raw / ssi.STUDY / str(YEAR)
    folder.mkdir(parents=True)
    names = [SPELLED.get(name, name) for name in denmark.names().values()]
    for name, content in export_texts(answers(seed), names, ssi.codebook(), YEAR).items():
        (folder / name).write_bytes(content)
    (folder / "wave.yaml").write_text(wave, encoding="utf-8")
    return folder
