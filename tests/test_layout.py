import os
from pathlib import Path

import pytest

from analysis import layout
from analysis.layout import (
    ALWAYS_READ,
    EXTRA_RAW_VARIABLE,
    NOTEBOOKS,
    OUTPUT_VARIABLE,
    RAW_DIR,
    ROOT,
    WRITTEN,
    display_path,
    extra_raw_dir,
    input_paths,
    item_paths,
    output_dir,
    processed_path,
    raw_path,
    replaced_waves,
    study_names,
    unknown_raw_folders,
    wave_dir,
    wave_years,
)

STUDY = "dalarna_agreement"


@pytest.fixture
def extra(no_run: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = no_run / "raw"
    (folder / STUDY / "2026").mkdir(parents=True)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(folder))
    return folder


def test_the_root_is_the_repository() -> None:
    assert (ROOT / "pyproject.toml").is_file()
    assert layout.LOCK_FILE.is_file()


def test_outputs_go_to_the_repository_unless_told_otherwise(no_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert output_dir() == no_run
    monkeypatch.delenv(OUTPUT_VARIABLE)
    assert output_dir() == ROOT
    monkeypatch.setenv(OUTPUT_VARIABLE, "")
    assert output_dir() == ROOT


def test_studies_are_those_with_a_codebook() -> None:
    assert study_names() == sorted(path.parent.name for path in RAW_DIR.glob("*/codebook.yaml"))
    assert STUDY in study_names()
    assert "municipalities" not in study_names()


def test_waves_of_both_raw_directories(extra: Path) -> None:
    assert wave_years(STUDY) == [2025, 2026]
    assert wave_dir(STUDY, 2025) == RAW_DIR / STUDY / "2025"
    assert wave_dir(STUDY, 2026) == extra / STUDY / "2026"


def test_the_extra_raw_directory_goes_first(extra: Path) -> None:
    (extra / STUDY / "2025").mkdir()
    assert wave_dir(STUDY, 2025) == extra / STUDY / "2025"
    assert wave_years(STUDY) == [2025, 2026]


def test_waves_that_the_extra_directory_replaces_are_named(extra: Path) -> None:
    assert replaced_waves() == []
    (extra / STUDY / "2025").mkdir()
    assert replaced_waves() == [f"{STUDY}/2025"]


def test_folders_that_are_no_study_are_named(extra: Path) -> None:
    assert unknown_raw_folders() == []
    (extra / "dalarna").mkdir()
    (extra / "2026").mkdir()
    (extra / "notes.txt").write_text("a file")
    assert unknown_raw_folders() == ["2026", "dalarna"]


def test_without_an_extra_directory_nothing_is_replaced_or_unknown(no_run: Path) -> None:
    assert extra_raw_dir() is None
    assert replaced_waves() == []
    assert unknown_raw_folders() == []


def test_directories_are_known_by_where_they_really_are(no_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (no_run / "real").mkdir()
    monkeypatch.chdir(no_run)
    for variable, found in ((OUTPUT_VARIABLE, output_dir), (EXTRA_RAW_VARIABLE, extra_raw_dir)):
        monkeypatch.setenv(variable, "real/../real")
        assert found() == no_run / "real"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few users link")
def test_a_linked_directory_is_displayed_as_the_one_it_leads_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    monkeypatch.setenv(OUTPUT_VARIABLE, str(tmp_path / "link"))
    for folder in ("real", "link"):
        assert display_path(tmp_path / folder / "data" / "y.csv") == "data/y.csv"


def test_only_folders_named_by_a_year_are_waves(extra: Path) -> None:
    (extra / STUDY / "notes").mkdir()
    (extra / STUDY / "2027").write_text("a file")
    assert wave_years(STUDY) == [2025, 2026]


def test_a_study_without_folder_has_no_waves(no_run: Path) -> None:
    assert wave_years("nowhere") == []


def test_codebook_and_places_never_come_from_the_extra_directory(extra: Path) -> None:
    assert raw_path("codebook", STUDY, 2026, "dalarna") == RAW_DIR / STUDY / "codebook.yaml"
    assert raw_path("published", STUDY, 2026, "dalarna") == RAW_DIR / STUDY / "published.csv"
    assert raw_path("register", STUDY, 2026, "dalarna") == RAW_DIR / "municipalities" / "dalarna_population.csv"
    assert raw_path("boundaries", STUDY, 2026, "dalarna") == RAW_DIR / "municipalities" / "dalarna_boundaries.geojson"
    assert raw_path("wave", STUDY, 2026, "dalarna") == extra / STUDY / "2026" / "wave.yaml"
    assert raw_path("population", STUDY, 2026, "dalarna") == extra / STUDY / "2026" / "population.csv"


def test_an_unknown_dataset_has_no_path() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        raw_path("nowhere", STUDY, 2025, "dalarna")


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_inputs_are_what_the_notebook_declares(no_run: Path, notebook: str) -> None:
    paths = input_paths(notebook, STUDY, 2025, "dalarna")
    assert set(ALWAYS_READ) == {"codebook", "wave"}
    assert tuple(paths) == (*ALWAYS_READ, *NOTEBOOKS[notebook].reads)
    for name, path in paths.items():
        written = no_run / "data" / "processed" / STUDY / "2025" / f"{name}.csv"
        assert path == (written if name in WRITTEN else raw_path(name, STUDY, 2025, "dalarna"))
        assert name in WRITTEN or path.is_file()


def test_what_notebooks_write_is_known_and_has_one_writer() -> None:
    written = [name for notebook in NOTEBOOKS.values() for name in notebook.writes]
    assert sorted(written) == sorted(set(written)) == sorted(WRITTEN)


def test_every_declared_notebook_exists_and_every_notebook_is_declared() -> None:
    assert sorted(NOTEBOOKS) == sorted(path.stem for path in layout.NOTEBOOK_DIR.glob("[!.]*.ipynb"))


def test_paths_of_outputs_are_relative() -> None:
    assert processed_path("estimates", STUDY, 2025) == Path("data/processed/dalarna_agreement/2025/estimates.csv")
    assert item_paths("figure", STUDY, 2025, "da", "rules") == {
        "svg": Path("figures/dalarna_agreement/2025/da/rules.svg"),
        "png": Path("figures/dalarna_agreement/2025/da/rules.png"),
        "csv": Path("figures/dalarna_agreement/2025/da/rules.csv"),
    }
    assert sorted(item_paths("table", STUDY, 2025, "en", "t")) == ["csv", "html"]


def test_no_folder_of_this_machine_is_displayed(extra: Path, no_run: Path) -> None:
    assert display_path(RAW_DIR / "x.csv") == "data/raw/x.csv"
    assert display_path(no_run / "data" / "y.csv") == "data/y.csv"
    assert display_path(Path(ROOT.anchor) / "elsewhere" / "z.csv") == "z.csv"


def test_a_file_of_the_extra_raw_directory_is_displayed_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OUTPUT_VARIABLE, str(tmp_path / "out"))
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(tmp_path / "raw"))
    assert display_path(tmp_path / "raw" / STUDY / "2026" / "w.csv") == f"<raw-dir>/{STUDY}/2026/w.csv"


def test_the_innermost_directory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OUTPUT_VARIABLE, str(tmp_path))
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(tmp_path / "raw"))
    assert display_path(tmp_path / "raw" / "w.csv") == "<raw-dir>/w.csv"
    assert display_path(tmp_path / "data" / "w.csv") == "data/w.csv"
    monkeypatch.setenv(OUTPUT_VARIABLE, str(ROOT / "build" / "out"))
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(ROOT / "build" / "out" / "raw"))
    assert display_path(ROOT / "build" / "out" / "data" / "w.csv") == "data/w.csv"
    assert display_path(ROOT / "build" / "out" / "raw" / "w.csv") == "<raw-dir>/w.csv"
    assert display_path(ROOT / "build" / "w.csv") == "build/w.csv"
