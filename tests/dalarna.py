"""The Dalarna agreement as the tests know it: its table typed from print a second time, and its loaded parts."""

from __future__ import annotations

import functools

import pandas as pd

from analysis.codebook import Codebook, Wave, load_codebook, load_wave
from analysis.estimates.agreement import cost_table, register_comparison, rule_comparison
from analysis.estimates.allocation import Rounding
from analysis.estimates.implied import implied_inputs, readings
from analysis.ingest.population import read_population
from analysis.layout import RAW_DIR
from analysis.places import Boundaries, municipalities, read_boundaries, read_register
from analysis.published import load_published
from analysis.release import Released

STUDY = "dalarna_agreement"
FOLDER = RAW_DIR / STUDY
REGISTER_FILE = RAW_DIR / "municipalities" / "dalarna_population.csv"
BOUNDARIES_FILE = RAW_DIR / "municipalities" / "dalarna_boundaries.geojson"
COST = 539_000
TOTAL = 286_546

# name: code, inhabitants, kronor, tenths of a per cent
TABLE = {
    "Avesta": ("2084", 22417, 42167, 78),
    "Borlänge": ("2081", 51425, 96732, 179),
    "Falun": ("2080", 59945, 112758, 209),
    "Gagnef": ("2026", 10384, 19533, 36),
    "Hedemora": ("2083", 15281, 28744, 53),
    "Leksand": ("2029", 16137, 30354, 56),
    "Ludvika": ("2085", 26634, 50099, 93),
    "Malung-Sälen": ("2023", 10254, 19288, 36),
    "Mora": ("2062", 20540, 38636, 72),
    "Orsa": ("2034", 6851, 12887, 24),
    "Rättvik": ("2031", 10998, 20688, 38),
    "Smedjebacken": ("2061", 10823, 20358, 38),
    "Säter": ("2082", 11223, 21111, 39),
    "Vansbro": ("2021", 6752, 12701, 24),
    "Älvdalen": ("2039", 6882, 12945, 24),
}
NAMES = {code: name for name, (code, *_) in TABLE.items()}
INHABITANTS = {name: row[1] for name, row in TABLE.items()}
AMOUNTS = {name: row[2] for name, row in TABLE.items()}


@functools.cache
def codebook() -> Codebook:
    return load_codebook(FOLDER / "codebook.yaml")


@functools.cache
def wave() -> Wave:
    return load_wave(FOLDER / "2025" / "wave.yaml")


@functools.cache
def _register() -> pd.DataFrame:
    return read_register(REGISTER_FILE)


def register() -> pd.DataFrame:
    return _register().copy()


@functools.cache
def _population() -> pd.DataFrame:
    return read_population(FOLDER / "2025" / "population.csv", municipalities(_register()))


def population() -> pd.DataFrame:
    return _population().copy()


@functools.cache
def _published() -> pd.DataFrame:
    return load_published(FOLDER / "published.csv", codebook())


def published() -> pd.DataFrame:
    return _published().copy()


@functools.cache
def boundaries() -> Boundaries:
    return read_boundaries(BOUNDARIES_FILE, NAMES)


def shared_out(inhabitants: dict[str, int]) -> pd.DataFrame:
    """Return a population list of these inhabitants."""
    return pd.DataFrame({"name": list(inhabitants), "population": list(inhabitants.values())})


def estimates(
    people: pd.DataFrame | None = None, *, cost: int = COST, rounding: Rounding = "half_up", equal_part: float = 0.5
) -> pd.DataFrame:
    """Return all estimates of the allocation notebook."""
    if people is None:
        return _estimates(cost, rounding, equal_part).copy()
    return _estimates_of(people, cost, rounding, equal_part)


@functools.cache
def _estimates(cost: int, rounding: Rounding, equal_part: float) -> pd.DataFrame:
    return _estimates_of(_population(), cost, rounding, equal_part)


def _estimates_of(listed: pd.DataFrame, cost: int, rounding: Rounding, equal_part: float) -> pd.DataFrame:
    return pd.concat(
        [
            cost_table(wave(), listed, cost, rounding),
            rule_comparison(wave(), listed, cost, equal_part),
            register_comparison(wave(), listed, register(), cost),
            implied_inputs(wave(), published()),
            readings(wave(), published()),
        ],
        ignore_index=True,
    )


def released(people: pd.DataFrame | None = None, *, rounding: Rounding = "half_up") -> Released:
    return Released(estimates(people, rounding=rounding))
