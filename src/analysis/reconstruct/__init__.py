"""Printed numbers -> an export that agrees with them, and what they leave open.

A reconstruction is a demonstration and a test bed, never evidence: that it agrees with print is how it was made.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import yaml

from analysis.codebook import load_codebook, load_wave
from analysis.codebook.cells import Atom
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.files import write_atomic
from analysis.ingest.check import population_of_wave
from analysis.layout import RAW_DIR, display_path, raw_path
from analysis.places import quarter_start, read_register
from analysis.published import load_published
from analysis.reconstruct.draw import deal, draw_counts
from analysis.reconstruct.export import COMPLETED, DISTRIBUTED, SOME_ANSWERS, export_texts
from analysis.reconstruct.identify import identify, recomputed
from analysis.reconstruct.standins import stand_ins
from analysis.reconstruct.system import NO_ANSWER, NOT_ELIGIBLE, Statement, System

__all__ = ["System", "identify", "recomputed", "reconstruct"]


def reconstruct(study: str, year: int, seed: int) -> str:
    """Write an export that agrees with the printed numbers of a wave into the wave's folder of the repository.

    Beside it go what print leaves open (`identified.csv`), the stand-ins for municipalities (`municipalities.csv`),
    and into `wave.yaml` the seed, the printed numbers that contradict others and were given up, and checksums.

    Parameters
    ----------
    study, year
        A wave whose `wave.yaml` says `basis: reconstructed`.
    seed
        Of the draw; the same seed gives the same files.

    Returns
    -------
    str
        What was written, in words.

    Raises
    ------
    AnalysisError
        The wave is no reconstruction, so that its export is somebody's answers; nothing is printed about it; or what
        is printed cannot be so.
    """
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    folder = RAW_DIR / study / str(year)
    wave = load_wave(folder / "wave.yaml")
    if wave.basis != "reconstructed":
        raise AnalysisError(
            f"{display_path(folder / 'wave.yaml')} says basis: {wave.basis}. Only a wave with basis: reconstructed is "
            "written over."
        )
    published = load_published(raw_path("published", study, year, codebook.places), codebook)
    published = published[published["wave"] == year].reset_index(drop=True)
    if published.empty:
        raise AnalysisError(f"no printed number of {study} is about {year}: there is nothing to reconstruct it from")
    system = System(codebook, year, published)
    random = np.random.default_rng(seed)
    register = population_of_wave(
        read_register(raw_path("register", study, year, codebook.places)), wave, display_path(folder / "wave.yaml")
    )
    people = stand_ins(register, codebook, year, random)
    counts = draw_counts(system, random)
    answers = _with_absent(system, deal(system, counts, random), counts)
    own = people.assign(reference=quarter_start(wave.reference), source="made up: a stand-in")
    files = {
        **export_texts(answers, people["name"].to_list(), codebook, year),
        "municipalities.csv": _csv(own[["code", "name", "region", "reference", "population", "source"]]),
        "identified.csv": _csv(identify(system)),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    declaration = {
        **wave.model_dump(exclude_defaults=True, exclude={"reconstruction"}),
        "reconstruction": {
            "seed": seed,
            "given_up": [_given_up(system, statement, published) for statement in system.given_up],
            "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        },
    }
    text = yaml.safe_dump(declaration, allow_unicode=True, sort_keys=False, width=120)
    header = "# RECONSTRUCTED from printed numbers by `run_all.py reconstruct`: nobody gave these answers.\n"
    write_atomic(folder / "wave.yaml", (header + text).encode("utf-8"))
    given_up = len(system.given_up)
    return (
        f"{display_path(folder)}: {len(answers)} rows agree with {len(system.kept)} printed numbers; "
        f"{given_up} that contradict them were given up, {len(published) - len(system.statements)} are about "
        "something else."
    )


def _with_absent(system: System, answers: pd.DataFrame, counts: dict[Atom, int]) -> pd.DataFrame:
    """Add the municipalities that did not take part: they stand in an export too, without answers."""
    eligible = parse_universe(system.codebook.eligible)
    rows: list[dict[str, object]] = []
    rows += [{"status": DISTRIBUTED}] * counts[NO_ANSWER]
    if eligible is not None:
        others = [
            name
            for name in system.codebook.codes_of(eligible.variable, system.year).substantive
            if name not in system.codebook.members_of(eligible, system.year)
        ]
        rows += [{"status": SOME_ANSWERS, eligible.variable: others[0]}] * counts[NOT_ELIGIBLE]
    return pd.concat([answers.assign(status=COMPLETED), pd.DataFrame(rows)], ignore_index=True)


def _given_up(system: System, statement: Statement, published: pd.DataFrame) -> dict[str, object]:
    row = published.iloc[statement.position]
    constraints = system.constraints(system.kept)
    if statement.quantity.base is None:
        low, high = system.bounds(system.vector(statement.quantity.count), constraints)
        ends = [f"{low}", f"{high}"]
    else:
        low_high = system.percent_bounds(statement.quantity, constraints)
        ends = [f"{end:.1f}%" for end in low_high or ()]
    return {"line": int(row["line"]), "printed": str(row["printed"]), "instead": " to ".join(dict.fromkeys(ends))}


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
