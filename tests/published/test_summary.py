from pathlib import Path

import pandas as pd
import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.lang import LANGS, text
from analysis.layout import REPLICATES, ROOT, raw_path, study_names, wave_years
from analysis.published import load_published
from analysis.published.compare import REASON, replicate
from analysis.published.summary import COLUMNS, all_verdicts, counts
from tests import dalarna

ROWS = {"dalarna_agreement": 51, "kik_quality": 119, "kl_naere": 232, "klk_healthdata": 940, "ssi_hygiene": 320}


def reports(stored: Path | None = None) -> list[tuple[Codebook, Path, dict[int, Path]]]:
    """Return every report; the verdicts of the agreement lie at `stored`."""
    return [
        (
            load_codebook(raw_path("codebook", study, 0, "")),
            raw_path("report", study, 0, ""),
            dict.fromkeys(wave_years(study), stored if stored and study == "dalarna_agreement" else ROOT / "none.csv"),
        )
        for study in study_names()
    ]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the verdicts of the agreement, as its notebook stores them."""
    path = tmp_path_factory.mktemp("verdicts") / "replication.csv"
    verdicts = replicate(dalarna.published(), dalarna.estimates(), dalarna.codebook())
    verdicts.to_csv(path, index=False, lineterminator="\n")
    return path


@pytest.fixture(scope="module")
def verdicts(stored: Path) -> pd.DataFrame:
    return all_verdicts(reports(stored), REPLICATES)


def test_every_printed_number_has_one_verdict(verdicts: pd.DataFrame) -> None:
    assert tuple(verdicts.columns) == (*COLUMNS, REASON)
    assert verdicts.groupby("study").size().to_dict() == ROWS
    for study in study_names():
        codebook = load_codebook(raw_path("codebook", study, 0, ""))
        printed = load_published(raw_path("report", study, 0, ""), codebook)
        own = verdicts[verdicts["study"] == study]
        assert list(own["line"].astype(int)) == list(printed.sort_values("wave", kind="stable")["line"])
    assert (verdicts["verdict"] != "").all()


def test_counts_add_up_to_the_rows_of_each_report(verdicts: pd.DataFrame) -> None:
    counted = counts(verdicts)
    sums = counted.set_index("study").drop(columns=["wave", "evidence"]).groupby("study").sum().sum(axis="columns")
    assert sums.to_dict() == ROWS
    agreement = counted[counted["study"] == "dalarna_agreement"].set_index("evidence")
    assert agreement.drop(columns=["study", "wave"]).T.to_dict() == {
        "recomputed": {"equal": 48, "rounding": 1, "base": 0, "differs": 0, "not_identified": 1, "no_data": 0},
        "": {"equal": 0, "rounding": 0, "base": 0, "differs": 0, "not_identified": 0, "no_data": 1},
    }


def test_stored_verdicts_are_taken_over_letter_by_letter(verdicts: pd.DataFrame, stored: Path) -> None:
    own = verdicts[verdicts["study"] == "dalarna_agreement"].drop(columns="study")
    assert own.to_csv(index=False, lineterminator="\n").encode() == stored.read_bytes()


def test_a_report_without_data_says_so_and_which_it_takes(verdicts: pd.DataFrame) -> None:
    own = verdicts[verdicts["study"] == "kl_naere"]
    assert set(own["verdict"]) == {"no_data"}
    assert set(own["reproduced"]) == set(own["evidence"]) == {""}
    assert own[REASON].unique().tolist() == ["summary.no_notebook"]
    hospital = own[own["item"] == "figure_5_3"]["explanation"]
    assert all("It takes: eSundhed" in explanation for explanation in hospital)


def test_a_comparison_that_was_not_made_is_no_data() -> None:
    own = all_verdicts(reports(), REPLICATES)
    why = own[own["study"] == "ssi_hygiene"][REASON]
    assert why.unique().tolist() == ["summary.not_made"]


def test_verdicts_on_other_numbers_than_those_printed_now_are_not_used(stored: Path, tmp_path: Path) -> None:
    old = tmp_path / "replication.csv"
    old.write_text(stored.read_text(encoding="utf-8").replace("22417.0", "22418.0"), encoding="utf-8")
    assert old.read_bytes() != stored.read_bytes()
    own = all_verdicts(reports(old), REPLICATES)
    why = own[own["study"] == "dalarna_agreement"][REASON]
    assert (len(why), why.unique().tolist()) == (51, ["summary.outdated"])


def test_a_wave_without_a_folder_has_no_data() -> None:
    book, path, _ = next(report for report in reports() if report[0].study == "ssi_hygiene")
    own = all_verdicts([(book, path, {2024: ROOT / "none.csv"})], REPLICATES)
    why = own.groupby("wave")[REASON].unique().map(list)
    assert why.to_dict() == {"2020": ["summary.no_wave"], "2024": ["summary.not_made"]}


def test_whatever_does_not_simply_agree_has_a_reason_in_both_languages(verdicts: pd.DataFrame) -> None:
    rounding = verdicts[verdicts["verdict"] == "rounding"]
    assert rounding[REASON].to_list() == ["method.sum_of_unrounded"]
    needed = verdicts["verdict"].isin(["rounding", "base", "differs", "no_data"])
    assert ((verdicts[REASON] != "") == needed).all()
    for lang in LANGS:
        assert all(text(reason, lang) for reason in verdicts.loc[needed, REASON].unique())
