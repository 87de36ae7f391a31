"""The waves that are measured, as the reconstruction gets them."""

from __future__ import annotations

from analysis.codebook import load_codebook, load_wave
from analysis.ingest.check import population_of_wave
from analysis.layout import RAW_DIR, display_path, raw_path
from analysis.places import read_register
from analysis.published import load_published
from analysis.reconstruct import System
from analysis.reconstruct.standins import class_sizes

WAVES = (("ssi_hygiene", 2020), ("ssi_hygiene", 2024), ("kik_quality", 2023), ("klk_healthdata", 2018))


def system_of(study: str, year: int, questions: int | None = None) -> System:
    """Return what is printed of a wave, or of its first questions.

    Parameters
    ----------
    questions
        How many, in the codebook's order, of the questions that print says something about; None: all. Numbers of
        municipalities and responses are always in it, as are the questions that others hang on (without their numbers).
    """
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    published = load_published(raw_path("published", study, year, codebook.places), codebook)
    published = published[published["wave"] == year]
    printed = set(published["variable"])
    closed = [name for name, each in codebook.variables.items() if each.kind != "quantity" and name in printed]
    left_out = set() if questions is None else set(closed[questions:])
    path = RAW_DIR / study / str(year) / "wave.yaml"
    wave = load_wave(path)
    register = read_register(raw_path("register", study, year, codebook.places))
    sizes = class_sizes(population_of_wave(register, wave, display_path(path)), codebook)
    return System(codebook, year, published[~published["variable"].isin(left_out)].reset_index(drop=True), sizes)
