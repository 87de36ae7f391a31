"""The reconstructed waves of the repository: made again they are the same, and they read back as they were printed."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis.layout
import analysis.reconstruct
from analysis.codebook import load_wave
from analysis.errors import AnalysisError
from analysis.ingest.responses import clean
from analysis.ingest.surveyxact import read_surveyxact
from analysis.layout import RAW_DIR
from analysis.places import population_on, read_register, size_classes
from analysis.reconstruct import reconstruct
from analysis.reconstruct.standins import stand_ins
from tests import denmark, ssi

YEARS = (2020, 2024)


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the raw data that may be written to."""
    shutil.copytree(RAW_DIR, tmp_path / "raw")
    monkeypatch.setattr(analysis.layout, "RAW_DIR", tmp_path / "raw")
    monkeypatch.setattr(analysis.reconstruct, "RAW_DIR", tmp_path / "raw")
    return tmp_path / "raw" / ssi.STUDY


@pytest.mark.parametrize("year", YEARS)
def test_the_same_seed_gives_the_same_files(raw: Path, year: int) -> None:
    seed = load_wave(raw / str(year) / "wave.yaml").reconstruction
    assert seed is not None
    before = {path.name: path.read_bytes() for path in (raw / str(year)).iterdir()}
    told = reconstruct(ssi.STUDY, year, seed.seed)
    assert {path.name: path.read_bytes() for path in (raw / str(year)).iterdir()} == before
    assert "98 rows agree with" in told


def test_another_seed_gives_other_answers_and_the_same_ranges(raw: Path) -> None:
    before = {path.name: path.read_bytes() for path in (raw / "2020").iterdir()}
    reconstruct(ssi.STUDY, 2020, 99)
    after = {path.name: path.read_bytes() for path in (raw / "2020").iterdir()}
    assert {name for name in before if before[name] != after[name]} == {
        "dataset.csv",
        "municipalities.csv",
        "wave.yaml",
    }


@pytest.mark.parametrize("year", YEARS)
def test_the_wave_says_what_was_given_up_and_what_its_files_are(year: int) -> None:
    wave = load_wave(ssi.FOLDER / str(year) / "wave.yaml")
    assert wave.basis == "reconstructed"
    assert wave.reconstruction is not None
    for name, digest in wave.reconstruction.sha256.items():
        assert hashlib.sha256((ssi.FOLDER / str(year) / name).read_bytes()).hexdigest() == digest
    printed = ssi.published()
    for given_up in wave.reconstruction.given_up:
        rows = printed[(printed["line"] == given_up.line) & (printed["printed"] == given_up.printed)]
        assert len(rows) == 1
        assert given_up.instead.removesuffix("%") != given_up.printed.removesuffix("%")


def test_a_wave_that_somebody_answered_is_never_written_over(raw: Path) -> None:
    declaration = raw / "2020" / "wave.yaml"
    declaration.write_text(declaration.read_text(encoding="utf-8").replace("basis: reconstructed", "basis: collected"))
    before = (raw / "2020" / "dataset.csv").read_bytes()
    with pytest.raises(
        AnalysisError, match=r"says basis: collected\. Only a wave with basis: reconstructed is written"
    ):
        reconstruct(ssi.STUDY, 2020, 1)
    assert (raw / "2020" / "dataset.csv").read_bytes() == before


@pytest.mark.parametrize(("year", "kept"), [(2020, 98), (2024, 96)])
def test_the_export_reads_back_with_routing_held(year: int, kept: int) -> None:
    folder = ssi.FOLDER / str(year)
    wave = load_wave(folder / "wave.yaml")
    people = population_on(read_register(folder / "municipalities.csv"), wave.reference)
    cleaned = clean(read_surveyxact(folder), ssi.codebook(), wave, people)
    assert len(cleaned.responses) == kept
    assert "routing_breach" not in set(cleaned.cleaning["reason"])
    assert sorted(cleaned.cleaning["reason"]) == ([] if year == 2020 else ["no_answers", "not_eligible"])
    organisation = cleaned.responses["organisation"].value_counts()
    if year == 2020:
        assert organisation.to_dict() == {"yes": 61, "no": 37}
    else:
        # 41 + 22 + 11 with an organisation, 8 + 7 + 6 without, one that does not know.
        assert organisation.to_dict() == {
            "unchanged": 41, "increased": 22, "reduced": 11, "planned": 8, "no_plans": 7, "closed": 6, "dont_know": 1,
        }  # fmt: skip
        ages = cleaned.responses["organisation_age"].value_counts()
        assert (ages["over_3_years"], ages["last_3_years"], ages["last_12_months"]) == (50, 21, 3)


@pytest.mark.parametrize("year", YEARS)
def test_stand_ins_are_like_the_municipalities_but_none_of_them(year: int) -> None:
    folder = ssi.FOLDER / str(year)
    made = read_register(folder / "municipalities.csv")
    check_stand_ins(made, denmark_on(load_wave(folder / "wave.yaml").reference))
    assert set(made["name"]) & set(denmark.names().values()) == set()
    assert set(made["source"]) == {"made up: a stand-in"}


@pytest.mark.parametrize("seed", range(8))
def test_stand_ins_are_so_for_every_seed(seed: int) -> None:
    real = denmark_on("2024-01-01")
    check_stand_ins(stand_ins(real, ssi.codebook(), 2024, np.random.default_rng(seed)), real)


def denmark_on(day: str) -> pd.DataFrame:
    return population_on(denmark.register(), day)


def check_stand_ins(made: pd.DataFrame, real: pd.DataFrame) -> None:
    below = {name: each.below for name, each in ssi.codebook().size_classes.items()}
    totals = []
    for people in (made, real):
        classes = size_classes(people["population"], below)
        totals.append(
            {
                "inhabitants": people["population"].groupby(classes, observed=True).sum().to_dict(),
                "regions": people.groupby([classes, people["region"]], observed=True).size().to_dict(),
            }
        )
    assert totals[0] == totals[1]
    assert set(made["population"]) & set(real["population"]) == set()


def test_ids_say_which_wave_they_are_of() -> None:
    codes = [set(read_register(ssi.FOLDER / str(year) / "municipalities.csv")["code"]) for year in YEARS]
    assert codes[0] & codes[1] == set()
