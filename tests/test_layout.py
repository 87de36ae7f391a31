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
    export_files,
    extra_raw_dir,
    has_run,
    input_paths,
    item_paths,
    output_dir,
    page_path,
    previous_year,
    processed_path,
    raw_path,
    replaced_waves,
    study_names,
    unknown_raw_folders,
    wave_dir,
    wave_years,
)
from tests.published.reports import Report

STUDY = "dalarna_agreement"
STUDIES = (STUDY, "kik_quality", "kl_naere", "klk_healthdata", "ssi_hygiene")
CODEBOOKS = {study: Report(study).codebook for study in STUDIES}
RAW = {
    "codebook": "data/raw/{study}/codebook.yaml",
    "wave": "data/raw/{study}/{year}/wave.yaml",
    "published": "data/raw/{study}/published.csv",
    "report": "data/raw/{study}/published.csv",
    "references": "data/raw/{study}/references.csv",
    "stated_claims": "data/raw/{study}/claims.csv",
    "population": "data/raw/{study}/{year}/population.csv",
    "municipalities": "data/raw/{study}/{year}/municipalities.csv",
    "identified": "data/raw/{study}/{year}/identified.csv",
    "associations": "data/raw/{study}/{year}/associations.csv",
    "disputes": "data/raw/{study}/{year}/disputes.csv",
    "export/dataset.csv": "data/raw/{study}/{year}/dataset.csv",
    "export/labels.csv": "data/raw/{study}/{year}/labels.csv",
    "export/structure.csv": "data/raw/{study}/{year}/structure.csv",
    "register": "data/raw/municipalities/dalarna_population.csv",
    "boundaries": "data/raw/municipalities/dalarna_boundaries.geojson",
}
OPTIONAL = ("associations", "disputes", "identified", "references", "stated_claims")
EXPORT = ("export/dataset.csv", "export/labels.csv", "export/structure.csv")


def inputs(notebook: str, study: str, year: int) -> dict[str, Path]:
    return input_paths(notebook, study, year, CODEBOOKS[study].places, CODEBOOKS[study].notebooks)


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
    assert study_names() == list(STUDIES)
    assert (RAW_DIR / "municipalities").is_dir(), "a folder without a codebook"


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


@pytest.mark.parametrize(
    ("notebook", "study", "year", "names"),
    [
        ("00_codebook", STUDY, 2025, ("published",)),
        ("00_codebook", "kl_naere", 2012, ("published",)),
        ("06_allocate", STUDY, 2025, ("published", "population", "register", "boundaries")),
        ("05_replicate", STUDY, 2025, ("published", "report", "estimates")),
        ("01_clean", "ssi_hygiene", 2020, (*EXPORT, "municipalities", "identified", "published")),
        ("01_clean", "ssi_hygiene", 2024, (*EXPORT, "municipalities", "identified", "published")),
        ("02_describe", "ssi_hygiene", 2024, ("responses", "cleaning", "municipalities", "published", "identified")),
        ("03_regress", "ssi_hygiene", 2024, ("report", "stated_claims", "associations", "responses")),
        ("05_replicate", "ssi_hygiene", 2020, ("published", "report", "estimates", "disputes")),
        ("05_replicate", "ssi_hygiene", 2024, ("published", "report", "estimates", "comparison", "disputes")),
        ("07_audit", STUDY, 2025, ("report",)),
        ("08_printed", "kl_naere", 2012, ("published",)),
        ("07_audit", "ssi_hygiene", 2024, ("report", "references", "stated_claims")),
        ("07_audit", "kik_quality", 2023, ("report", "references", "stated_claims")),
    ],
)
def test_inputs_are_what_the_notebook_declares(
    no_run: Path, notebook: str, study: str, year: int, names: tuple[str, ...]
) -> None:
    paths = inputs(notebook, study, year)
    assert set(ALWAYS_READ) == {"codebook", "wave"}
    assert tuple(paths) == (*ALWAYS_READ, *names)
    # All that it declares, but for what none of the study's notebooks writes and what the study is without.
    left_out = set(NOTEBOOKS[notebook].reads) - {name.partition("/")[0] for name in names}
    without = {name for name in OPTIONAL if not raw_path(name, study, year, CODEBOOKS[study].places).is_file()}
    assert left_out <= {"comparison"} | without
    for name, path in paths.items():
        written = no_run / processed_path(name, study, year)
        assert path == (written if name in WRITTEN else ROOT / RAW[name].format(study=study, year=year))
        assert name in WRITTEN or path.is_file()


def test_a_notebook_that_compares_reads_both_waves(no_run: Path) -> None:
    processed = no_run / "data" / "processed" / "ssi_hygiene"
    raw = RAW_DIR / "ssi_hygiene"
    assert inputs("04_compare", "ssi_hygiene", 2024) == {
        "codebook": raw / "codebook.yaml",
        "wave": raw / "2024" / "wave.yaml",
        "published": raw / "published.csv",
        "estimates": processed / "2024" / "estimates.csv",
        "responses": processed / "2024" / "responses.parquet",
        "previous/wave": raw / "2020" / "wave.yaml",
        "previous/published": raw / "published.csv",
        "previous/estimates": processed / "2020" / "estimates.csv",
        "previous/responses": processed / "2020" / "responses.parquet",
    }


def test_the_wave_before_is_the_nearest_whichever_directory_it_lies_in(
    no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in ("2016", "2026"):
        (no_run / "raw" / "ssi_hygiene" / year).mkdir(parents=True)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    years = (2016, 2020, 2022, 2024, 2026)
    assert [previous_year("ssi_hygiene", year) for year in years] == [None, 2016, 2020, 2020, 2024]
    assert [has_run("04_compare", "ssi_hygiene", year) for year in years] == [False, True, True, True, True]
    assert all(has_run("02_describe", "ssi_hygiene", year) for year in years)
    paths = inputs("04_compare", "ssi_hygiene", 2020)
    assert paths["previous/wave"] == no_run / "raw" / "ssi_hygiene" / "2016" / "wave.yaml"
    assert paths["previous/estimates"] == no_run / "data" / "processed" / "ssi_hygiene" / "2016" / "estimates.csv"


def test_the_first_wave_has_none_before(no_run: Path) -> None:
    assert previous_year("ssi_hygiene", 2020) is None
    assert previous_year(STUDY, 2025) is None
    assert not has_run("04_compare", "ssi_hygiene", 2020)
    assert has_run("05_replicate", "ssi_hygiene", 2020)


def test_a_wave_brings_its_stand_ins_or_is_looked_up_in_the_register(
    no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = no_run / "raw" / "ssi_hygiene" / "2026"
    folder.mkdir(parents=True)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    register = RAW_DIR / "municipalities" / "denmark_population.csv"
    assert inputs("01_clean", "ssi_hygiene", 2026)["municipalities"] == register
    assert "identified" not in inputs("02_describe", "ssi_hygiene", 2026)
    (folder / "municipalities.csv").write_text("x")
    (folder / "identified.csv").write_text("x")
    assert inputs("01_clean", "ssi_hygiene", 2026)["municipalities"] == folder / "municipalities.csv"
    assert inputs("02_describe", "ssi_hygiene", 2026)["identified"] == folder / "identified.csv"


@pytest.mark.parametrize(
    ("notebook", "name", "file"),
    [
        ("07_audit", "references", "references.csv"),
        ("07_audit", "stated_claims", "claims.csv"),
        ("02_describe", "identified", "2026/identified.csv"),
        ("03_regress", "associations", "2026/associations.csv"),
        ("05_replicate", "disputes", "2026/disputes.csv"),
    ],
)
def test_a_file_that_a_study_may_be_without_is_read_where_it_is(
    no_run: Path, monkeypatch: pytest.MonkeyPatch, notebook: str, name: str, file: str
) -> None:
    assert name in OPTIONAL
    path = no_run / "raw" / "ssi_hygiene" / file
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(layout, "RAW_DIR", no_run / "raw")
    assert name not in inputs(notebook, "ssi_hygiene", 2026)
    path.write_text("x")
    assert inputs(notebook, "ssi_hygiene", 2026)[name] == path


def test_a_file_that_no_study_may_be_without_is_read_though_it_is_not_there(
    no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "RAW_DIR", no_run / "raw")
    for notebook, spec in NOTEBOOKS.items():
        found = input_paths(notebook, "ssi_hygiene", 2026, "denmark", [])
        # Files of an export are listed as they lie there; what nobody writes is not read.
        assert set(found) == {*ALWAYS_READ, *spec.reads} - {*OPTIONAL, *WRITTEN, "export"}


def test_an_export_is_every_table_that_belongs_to_nothing_else(tmp_path: Path) -> None:
    assert export_files(tmp_path) == []
    for name in ("wave.yaml", "population.csv", "municipalities.csv", "identified.csv", "notes.txt", ".DS_Store"):
        (tmp_path / name).write_text("x")
    (tmp_path / "old.csv").mkdir()
    (tmp_path / "~$Svar 2026.xlsx").write_text("Excel keeps this beside an open workbook")
    assert export_files(tmp_path) == []
    for name in ("structure.CSV", "Svar 2026.xlsx", "labels.csv"):
        (tmp_path / name).write_text("x")
    assert export_files(tmp_path) == [tmp_path / name for name in ("Svar 2026.xlsx", "labels.csv", "structure.CSV")]


def test_what_notebooks_write_is_known_and_has_one_writer_in_each_study() -> None:
    for codebook in CODEBOOKS.values():
        written = [name for notebook in codebook.notebooks for name in NOTEBOOKS[notebook].writes]
        assert sorted(written) == sorted(set(written))
    assert {name for notebook in NOTEBOOKS.values() for name in notebook.writes} == set(WRITTEN)
    assert {notebook for codebook in CODEBOOKS.values() for notebook in codebook.notebooks} == set(NOTEBOOKS)


def test_every_declared_notebook_exists_and_every_notebook_is_declared() -> None:
    assert sorted(NOTEBOOKS) == sorted(path.stem for path in layout.NOTEBOOK_DIR.glob("[!.]*.ipynb"))


def test_a_page_is_named_by_what_runs() -> None:
    assert page_path(STUDY, 2025, "06_allocate", "da") == Path("reports/da/dalarna_agreement-2025-06_allocate.html")
    assert page_path("ssi_hygiene", 2024, "02_describe", "en", "policy") == Path(
        "reports/en/ssi_hygiene-2024-02_describe-policy.html"
    )


def test_paths_of_outputs_are_relative() -> None:
    assert processed_path("responses", STUDY, 2025) == Path("data/processed/dalarna_agreement/2025/responses.parquet")
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
