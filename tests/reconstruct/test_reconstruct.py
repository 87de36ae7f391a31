"""The reconstructed waves of the repository: made again they are the same, and they read back as they were printed."""

from __future__ import annotations

import functools
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis.layout
import analysis.reconstruct
from analysis.codebook import Codebook, load_codebook, load_wave
from analysis.errors import AnalysisError
from analysis.ingest.responses import Cleaned, clean
from analysis.ingest.surveyxact import read_surveyxact
from analysis.layout import RAW_DIR
from analysis.places import population_on, read_register, size_classes, size_classes_by_rank
from analysis.published import load_published
from analysis.published.audit import audit
from analysis.reconstruct import reconstruct
from analysis.reconstruct.standins import stand_ins
from tests import denmark, ssi

YEARS = (2020, 2024)
# Year -> municipalities whose answers are kept.
RESPONSES = {2020: 98, 2024: 96}
KIK = RAW_DIR / "kik_quality"
WAVES = [*(ssi.FOLDER / str(year) for year in YEARS), KIK / "2023", RAW_DIR / "klk_healthdata" / "2018"]


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
    assert f"{RESPONSES[year]} responses agree with" in told


def test_another_seed_gives_other_answers_and_the_same_ranges(raw: Path) -> None:
    before = {path.name: path.read_bytes() for path in (raw / "2020").iterdir()}
    reconstruct(ssi.STUDY, 2020, 99)
    after = {path.name: path.read_bytes() for path in (raw / "2020").iterdir()}
    assert {name for name in before if before[name] != after[name]} == {
        "dataset.csv",
        "municipalities.csv",
        "wave.yaml",
    }


@functools.cache
def audited(study: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is printed of a study, and what the audit finds in it."""
    codebook = load_codebook(RAW_DIR / study / "codebook.yaml")
    printed = load_published(RAW_DIR / study / "published.csv", codebook)
    return printed, audit(printed, codebook)


@pytest.mark.parametrize("folder", WAVES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_the_wave_says_how_print_was_read_and_what_its_files_are(folder: Path) -> None:
    wave = load_wave(folder / "wave.yaml")
    assert wave.basis == "reconstructed"
    assert wave.reconstruction is not None
    for name, digest in wave.reconstruction.sha256.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    printed, _ = audited(wave.study)
    for given_up in wave.reconstruction.given_up:
        rows = printed[(printed["line"] == given_up.line) & (printed["printed"] == given_up.printed)]
        assert set(rows["wave"]) == {wave.year}
        assert given_up.instead.removesuffix("%") != given_up.printed.removesuffix("%")
    disputes = pd.read_csv(folder / "disputes.csv", keep_default_na=False)
    followed = disputes[disputes["followed"]]
    told = [(each.line, each.printed, "given_up") for each in wave.reconstruction.given_up]
    told += [(each.line, each.printed, each.rule) for each in wave.reconstruction.rounded]
    assert sorted(told) == sorted(zip(followed["line"], followed["printed"], followed["read_as"], strict=True))
    # Of each dispute, one way is followed.
    ways = followed.groupby("dispute")["way"].nunique()
    assert ways.to_list() == [1] * disputes["dispute"].nunique()


# Printed numbers that are disputed and that the audit does not find: `docs/data-dictionary.md` explains each.
EXPLAINED: dict[str, set[tuple[int, str]]] = {
    "ssi_hygiene": set(),
    "kik_quality": set(),
    "klk_healthdata": {(893, "10"), (1653, "68"), (4129, "70")},
}


@pytest.mark.parametrize("folder", WAVES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_what_is_read_otherwise_than_printed_is_a_finding_of_the_audit_or_explained(folder: Path) -> None:
    study = folder.parent.name
    _, findings = audited(study)
    found = set(zip(findings["line"], findings["printed"], strict=True))
    for lines, printed in zip(findings["other_line"], findings["other_printed"], strict=True):
        found |= set(zip(lines.split(";"), printed.split(";"), strict=True))
    disputes = pd.read_csv(folder / "disputes.csv", keep_default_na=False)
    places = set(zip(disputes["line"], disputes["printed"], strict=True))
    assert {(line, printed) for line, printed in places if (str(line), printed) not in found} == EXPLAINED[study]


def test_a_wave_that_somebody_answered_is_never_written_over(raw: Path) -> None:
    declaration = raw / "2020" / "wave.yaml"
    declaration.write_text(declaration.read_text(encoding="utf-8").replace("basis: reconstructed", "basis: collected"))
    before = (raw / "2020" / "dataset.csv").read_bytes()
    with pytest.raises(
        AnalysisError, match=r"says basis: collected\. Only a wave with basis: reconstructed is written"
    ):
        reconstruct(ssi.STUDY, 2020, 1)
    assert (raw / "2020" / "dataset.csv").read_bytes() == before


def read_back(folder: Path) -> Cleaned:
    wave = load_wave(folder / "wave.yaml")
    people = population_on(read_register(folder / "municipalities.csv"), wave.reference)
    return clean(read_surveyxact(folder), load_codebook(folder.parent / "codebook.yaml"), wave, people)


@pytest.mark.parametrize("year", YEARS)
def test_the_export_reads_back_with_routing_held(year: int) -> None:
    cleaned = read_back(ssi.FOLDER / str(year))
    assert len(cleaned.responses) == RESPONSES[year]
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


def test_respondents_read_back_in_their_municipalities() -> None:
    cleaned = read_back(KIK / "2023")
    # Those that nobody answered of stand in the export without answers.
    assert set(cleaned.cleaning["reason"]) == {"no_answers"}
    assert len(cleaned.cleaning) == 98 - 82
    responses = cleaned.responses
    assert len(responses) == 151
    each = responses["municipality"].value_counts()
    assert each.value_counts().to_dict() == {1: 31, 2: 36, 3: 13, 4: 1, 5: 1}
    sizes = responses.drop_duplicates("municipality")["size"].value_counts()
    assert sizes.to_dict() == {"small": 16, "medium": 44, "large": 22}


def test_numbers_that_print_determines_are_those_of_the_export() -> None:
    identified = pd.read_csv(KIK / "2023" / "identified.csv", keep_default_na=False)
    responses = read_back(KIK / "2023").responses
    known = identified[(identified["low"] == identified["high"]) & (identified["group"] == "all")]
    roles = known[(known["variable"] == "role") & (known["statistic"] == "count")]
    assert len(roles) > 0
    codes = load_codebook(KIK / "codebook.yaml").codes_of("role", 2023)
    for category, count in zip(roles["category"], roles["low"], strict=True):
        assert responses["role"].isin(codes.members(category)).sum() == count


@pytest.mark.parametrize("folder", WAVES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_stand_ins_are_like_the_municipalities_but_none_of_them(folder: Path) -> None:
    made = read_register(folder / "municipalities.csv")
    codebook = load_codebook(folder.parent / "codebook.yaml")
    check_stand_ins(made, denmark_on(load_wave(folder / "wave.yaml").reference), codebook)
    assert set(made["name"]) & set(denmark.names().values()) == set()
    assert set(made["source"]) == {"made up: a stand-in"}


@pytest.mark.parametrize("seed", range(8))
def test_stand_ins_are_so_for_every_seed(seed: int) -> None:
    real = denmark_on("2024-01-01")
    check_stand_ins(stand_ins(real, ssi.codebook(), 2024, np.random.default_rng(seed)), real, ssi.codebook())


def denmark_on(day: str) -> pd.DataFrame:
    return population_on(denmark.register(), day)


def check_stand_ins(made: pd.DataFrame, real: pd.DataFrame, codebook: Codebook) -> None:
    below = {name: each.below for name, each in codebook.size_classes.items()}
    ranks = {name: each.municipalities for name, each in codebook.size_classes.items() if each.municipalities}
    totals = []
    for people in (made, real):
        classes = (
            size_classes_by_rank(people["population"], ranks) if ranks else size_classes(people["population"], below)
        )
        totals.append(
            {
                "inhabitants": people["population"].groupby(classes, observed=True).sum().to_dict(),
                "regions": people.groupby([classes, people["region"]], observed=True).size().to_dict(),
            }
        )
    assert totals[0] == totals[1]
    assert set(made["population"]) & set(real["population"]) == set()


def test_ids_say_which_wave_they_are_of() -> None:
    codes = [set(read_register(folder / "municipalities.csv")["code"]) for folder in WAVES]
    assert len(set.union(*codes)) == sum(map(len, codes)) == 4 * 98
