"""What a page says of how much print disputes, held against the files of the repository."""

from __future__ import annotations

import pytest

from analysis.codebook import load_wave
from analysis.estimates.open_numbers import dispute_counts
from analysis.ingest.disputes import no_disputes, read_disputes
from analysis.layout import RAW_DIR

# As `wave.yaml` lists them; of klk's, an eightfold base is one printed number.
COUNTED = {
    "ssi_hygiene/2020": {"disputes": 4, "several": 0, "given_up": 2, "rounded": 2},
    "ssi_hygiene/2024": {"disputes": 6, "several": 0, "given_up": 4, "rounded": 2},
    "kik_quality/2023": {"disputes": 2, "several": 0, "given_up": 1, "rounded": 2},
    "klk_healthdata/2018": {"disputes": 35, "several": 16, "given_up": 30, "rounded": 16},
}


@pytest.mark.parametrize("folder", COUNTED)
def test_disputes_are_counted_by_what_becomes_of_the_printed_numbers(folder: str) -> None:
    wave = load_wave(RAW_DIR / folder / "wave.yaml")
    counted = dispute_counts(read_disputes(RAW_DIR / folder / "disputes.csv"), wave)
    assert dict(zip(counted["variable"], counted["value"], strict=True)) == COUNTED[folder]
    assert set(counted["item"]) == {"disputes"}


@pytest.mark.parametrize("folder", COUNTED)
def test_what_is_counted_is_what_the_wave_declares(folder: str) -> None:
    wave = load_wave(RAW_DIR / folder / "wave.yaml")
    assert wave.reconstruction is not None
    bases = [each for each in wave.reconstruction.given_up if each.printed == "392"]
    assert COUNTED[folder]["given_up"] == len(wave.reconstruction.given_up) - max(len(bases) - 1, 0)
    assert COUNTED[folder]["rounded"] == len(wave.reconstruction.rounded)


def test_without_disputes_all_are_none() -> None:
    wave = load_wave(RAW_DIR / "dalarna_agreement" / "2025" / "wave.yaml")
    counted = dispute_counts(no_disputes(), wave)
    assert list(counted["value"]) == [0, 0, 0, 0]
