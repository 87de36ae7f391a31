from pathlib import Path

import pytest

from analysis import layout
from analysis.layout import (
    EXTRA_RAW_VARIABLE,
    NOTEBOOKS,
    OUTPUT_VARIABLE,
    RAW_DIR,
    ROOT,
    WRITTEN,
    display_path,
    input_paths,
    item_paths,
    output_dir,
    processed_path,
    raw_path,
    study_names,
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
    assert tuple(paths) == NOTEBOOKS[notebook].reads
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
