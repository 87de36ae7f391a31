import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import analysis.context
from analysis.codebook import Codebook
from analysis.context import Context, begin
from analysis.errors import AnalysisError, InputError
from analysis.estimates import Estimate, estimate_frame
from analysis.ingest.identified import no_identification
from analysis.layout import (
    ALWAYS_READ,
    EXTRA_RAW_VARIABLE,
    NOTEBOOKS,
    OUTPUT_VARIABLE,
    RAW_DIR,
    RUN_VARIABLE,
    wave_years,
)
from analysis.load import load, store
from analysis.published.claims import load_claims
from analysis.published.compare import replicate
from analysis.published.references import load_references
from tests import dalarna, ssi
from tests.conftest import OpenRun, Write
from tests.published.reports import STUDIES, Report
from tests.written import written

REPORTS = [Report(study) for study in STUDIES]

PROCESSED = Path("data", "processed", dalarna.STUDY, "2025")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("population", dalarna.population),
        ("register", dalarna.register),
        ("published", dalarna.published),
    ],
)
def test_loads_a_table(dalarna_run: Context, name: str, expected: Any) -> None:
    pd.testing.assert_frame_equal(load(name), expected())


def test_loads_what_is_no_table(dalarna_run: Context) -> None:
    assert load("codebook") is dalarna_run.codebook
    assert load("wave") is dalarna_run.wave
    assert load("boundaries") == dalarna.boundaries()


def test_the_wave_of_a_what_if_says_so(dalarna_run: Context) -> None:
    dalarna_run.declared("cost", 600_000)
    assert load("wave") == dalarna_run.wave_as_run
    assert "cost = 600000" in load("wave").source["da"]


def test_print_of_what_the_codebook_has_not_is_refused(dalarna_run: Context, write: Write) -> None:
    rows = dalarna.published().assign(chapter="costs")
    dalarna_run.inputs["published"] = write("p.csv", rows.to_csv(index=False))
    with pytest.raises(InputError, match="row 2, column chapter: the codebook has no such chapter"):
        load("published")


def test_a_register_of_more_municipalities_than_the_codebook_says_is_refused(
    dalarna_run: Context, write: Write
) -> None:
    content = dalarna.REGISTER_FILE.read_text(encoding="utf-8")
    days = sorted(set(dalarna.register()["reference"]))
    more = "".join(f"0180,Stockholm,{day},900000,SCB\n" for day in days)
    dalarna_run.inputs["register"] = write("r.csv", content.rstrip("\n") + "\n" + more)
    with pytest.raises(InputError, match="16 municipalities where the codebook says 15"):
        load("population")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with what the notebooks of the surveys write for each other."""
    folder = tmp_path_factory.mktemp("stored")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(OUTPUT_VARIABLE, str(folder))
        patch.setenv(RUN_VARIABLE, "")
        for year in (2020, ssi.YEAR):
            begin("01_clean", ssi.STUDY, year, "en")
            store("responses", ssi.responses())
            store("cleaning", ssi.cleaning())
            begin("02_describe", ssi.STUDY, year, "en", "policy")
            store("estimates", ssi.estimates().assign(wave=year))
        begin("04_compare", ssi.STUDY, ssi.YEAR, "en")
        store("comparison", ssi.estimates().head(3))
        for study, year, chapter in (("kik_quality", 2023, "respondents"), ("klk_healthdata", 2018, "method")):
            own = written(study, year)
            begin("01_clean", study, year, "en")
            store("responses", own.cleaned.responses)
            store("cleaning", own.cleaned.cleaning)
            begin("02_describe", study, year, "en", chapter)
            store("estimates", own.estimates)
    return folder


@pytest.fixture
def survey(no_run: Path, stored: Path) -> Path:
    """Return the output directory, with what was stored in it."""
    return Path(shutil.copytree(stored, no_run, dirs_exist_ok=True))


@pytest.mark.parametrize(
    ("codebook", "notebook"),
    [(report.codebook, notebook) for report in REPORTS for notebook in report.codebook.notebooks],
    ids=lambda value: value.study if isinstance(value, Codebook) else str(value),
)
def test_every_declared_dataset_can_be_loaded(
    open_run: OpenRun, survey: Path, codebook: Codebook, notebook: str
) -> None:
    open_run("06_allocate")
    store("estimates", dalarna.estimates())
    spec, year = NOTEBOOKS[notebook], wave_years(codebook.study)[-1]
    run = begin(notebook, codebook.study, year, "en", codebook.chapters_of(notebook)[-1] if spec.by_chapter else "")
    loaded = {name: load(name) for name in (*ALWAYS_READ, *spec.reads)}
    # Where nobody listed the references of a report, there is no table of them: an empty one would say it has none.
    nothing = {"references"} & set(spec.reads) - set(run.inputs)
    assert {name for name, value in loaded.items() if value is None} == nothing
    if spec.reads_previous:
        assert all(load(name, "previous") is not None for name in (*ALWAYS_READ, *spec.reads_previous))


# What the audit reads


@pytest.fixture
def audit(no_run: Path) -> Context:
    return begin("07_audit", dalarna.STUDY, 2025, "en")


@pytest.mark.parametrize("report", [report for report in REPORTS if report.study != dalarna.STUDY], ids=str)
def test_references_and_stated_claims_are_those_of_the_files(no_run: Path, report: Report) -> None:
    begin("07_audit", report.study, wave_years(report.study)[-1], "da")
    folder = RAW_DIR / report.study
    pd.testing.assert_frame_equal(load("report"), report.published)
    pd.testing.assert_frame_equal(load("references"), load_references(folder / "references.csv", report.codebook))
    pd.testing.assert_frame_equal(load("stated_claims"), load_claims(folder / "claims.csv", report.codebook))


def test_a_report_whose_references_and_claims_nobody_listed(audit: Context) -> None:
    assert load("references") is None
    claims = load("stated_claims")
    assert claims.empty
    assert list(claims.columns) == ["wave", "item", "page", "line", "direction", "subject", "groups"]


def test_references_are_read_with_their_types(audit: Context, write: Write) -> None:
    audit.inputs["references"] = write(
        "r.csv",
        "wave,chapter,group,variable,page,line,printed,refers\n2025,cost,all,amount;share,10,164,tabell 1,table_9\n",
    )
    (row,) = load("references").to_dict("records")
    assert row == {
        "wave": 2025, "chapter": "cost", "group": "all", "variable": "amount;share", "page": 10, "line": 164,
        "printed": "tabell 1", "refers": "table_9",
    }  # fmt: skip


def test_stated_claims_are_read_with_their_types(audit: Context, write: Write) -> None:
    audit.inputs["stated_claims"] = write(
        "c.csv",
        "wave,item,page,line,direction,subject,groups\n"
        "2025,table_1,10,170,higher,amount,municipality:Falun | municipality:Orsa\n",
    )
    (row,) = load("stated_claims").to_dict("records")
    assert row == {
        "wave": 2025, "item": "table_1", "page": 10, "line": 170, "direction": "higher", "subject": "amount",
        "groups": "municipality:Falun | municipality:Orsa",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "references",
            "wave,chapter,group,variable,page,line,printed,refers\n2025,costs,all,amount,10,164,tabell 1,table_1\n",
            "row 2, column chapter: the codebook has no such chapter; value: 'costs'. Did you mean 'cost'?",
        ),
        (
            "stated_claims",
            "wave,item,page,line,direction,subject,groups\n2025,table_1,10,170,higher,amuont,all\n",
            "row 2, column subject: the codebook has no such variable; value: 'amuont'. Did you mean 'amount'?",
        ),
    ],
)
def test_what_the_codebook_has_not_is_refused(audit: Context, write: Write, name: str, content: str, says: str) -> None:
    audit.inputs[name] = write("x.csv", content)
    with pytest.raises(InputError) as caught:
        load(name)
    assert says in str(caught.value)


def test_what_the_audit_writes_is_read_by_nobody(audit: Context, no_run: Path) -> None:
    for name in ("findings", "claims"):
        store(name, pd.DataFrame({"study": [dalarna.STUDY]}))
        assert (no_run / PROCESSED / f"{name}.csv").read_text(encoding="utf-8") == f"study\n{dalarna.STUDY}\n"
        assert not [notebook for notebook, spec in NOTEBOOKS.items() if name in (*spec.reads, *spec.reads_previous)]
        with pytest.raises(AnalysisError, match=f"07_audit does not declare that it reads '{name}'"):
            load(name)


def test_responses_and_what_cleaning_did_are_loaded_as_they_were(survey: Path) -> None:
    begin("02_describe", ssi.STUDY, ssi.YEAR, "da", "policy")
    pd.testing.assert_frame_equal(load("responses"), ssi.responses())
    pd.testing.assert_frame_equal(load("cleaning"), ssi.cleaning())
    processed = survey / "data" / "processed" / ssi.STUDY / str(ssi.YEAR)
    assert sorted(path.name for path in processed.iterdir()) == [
        "cleaning.csv",
        "comparison.csv",
        "estimates.csv",
        "responses.parquet",
    ]


def test_what_is_loaded_of_the_wave_before_is_of_the_wave_before(survey: Path) -> None:
    run = begin("04_compare", ssi.STUDY, ssi.YEAR, "da")
    assert load("wave", "previous") is run.previous
    assert load("wave") is run.wave
    assert load("codebook", "previous") is run.codebook
    assert (set(load("published")["wave"]), set(load("published", "previous")["wave"])) == ({2024}, {2020})
    assert (set(load("estimates")["wave"]), set(load("estimates", "previous")["wave"])) == ({2024}, {2020})
    with pytest.raises(AnalysisError, match="04_compare does not declare that it reads 'comparison'"):
        load("comparison", "previous")


def test_a_notebook_that_reads_no_wave_before_loads_nothing_of_it(survey: Path) -> None:
    begin("02_describe", ssi.STUDY, ssi.YEAR, "da", "policy")
    for name in ("estimates", "published"):
        with pytest.raises(AnalysisError, match=f"02_describe does not declare that it reads {name!r}"):
            load(name, "previous")


def test_what_print_leaves_open_about_size_is_that_of_the_wave(no_run: Path) -> None:
    begin("03_regress", ssi.STUDY, ssi.YEAR, "da")
    found = load("associations")
    assert len(found) == 22
    assert set(found["contrast"]) == {"small-large"}
    assert not found["printed_by_size"].any()


def test_the_report_is_what_is_printed_of_all_waves(survey: Path) -> None:
    begin("05_replicate", ssi.STUDY, ssi.YEAR, "da")
    assert set(load("published")["wave"]) == {2024}
    pd.testing.assert_frame_equal(load("report"), ssi.published())
    assert set(load("report")["wave"]) == {2020, 2024}


def test_a_dataset_that_no_notebook_of_the_study_writes_is_empty(open_run: OpenRun) -> None:
    open_run("05_replicate")
    pd.testing.assert_frame_equal(load("comparison"), estimate_frame([]))


def test_a_comparison_that_nobody_made_yet_is_asked_for(no_run: Path) -> None:
    begin("05_replicate", ssi.STUDY, ssi.YEAR, "da")
    with pytest.raises(InputError, match=r"comparison\.csv: the file does not exist\. Run 04_compare first\."):
        load("comparison")
    begin("05_replicate", ssi.STUDY, 2020, "da")
    assert load("comparison").empty, "the first wave is compared with none"


@pytest.mark.parametrize(("name", "writer"), [("responses", "01_clean"), ("cleaning", "01_clean")])
def test_responses_that_nobody_cleaned_yet_are_asked_for(no_run: Path, name: str, writer: str) -> None:
    begin("02_describe", ssi.STUDY, ssi.YEAR, "da", "policy")
    with pytest.raises(InputError, match=f"{name}.*: the file does not exist. Run {writer} first."):
        load(name)


def test_a_wave_that_is_not_reconstructed_identifies_nothing(
    no_run: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaration = 'study: ssi_hygiene\nyear: 2026\nbasis: collected\nsource: a test\nreference: "2026-01-01"\n'
    write("raw/ssi_hygiene/2026/wave.yaml", declaration)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    begin("02_describe", ssi.STUDY, 2026, "da", "policy")
    pd.testing.assert_frame_equal(load("identified"), no_identification())
    begin("01_clean", ssi.STUDY, 2026, "da")
    register = load("municipalities")
    # Population on the day of the wave, of all 98.
    assert len(register) == 98
    with pytest.raises(InputError, match="<raw-dir>/ssi_hygiene/2026: no SurveyXact export lies in this folder"):
        load("export")


def test_a_reconstructed_export_that_was_edited_is_not_read(no_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = Path(shutil.copytree(ssi.FOLDER / "2024", no_run / "raw" / ssi.STUDY / "2024"))
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    begin("01_clean", ssi.STUDY, 2024, "da")
    assert len(load("export").rows) == 98
    (wave / "dataset.csv").write_bytes((wave / "dataset.csv").read_bytes() + b"\n")
    (wave / "municipalities.csv").unlink()
    with pytest.raises(InputError) as caught:
        load("export")
    assert [(problem.file, problem.message) for problem in caught.value.problems] == [
        (f"<raw-dir>/ssi_hygiene/2024/{name}", "the file is not as it was reconstructed")
        for name in ("dataset.csv", "municipalities.csv")
    ]


def test_published_rows_are_those_of_the_wave(dalarna_run: Context, write: Write) -> None:
    rows = dalarna.published()
    later = pd.concat([rows.assign(wave=2024), rows.head(2)])
    dalarna_run.inputs["published"] = write("p.csv", later.to_csv(index=False))
    pd.testing.assert_frame_equal(load("published"), rows.head(2), check_dtype=False)


@pytest.mark.parametrize("name", ["estimates", "populaton", "replication"])
def test_an_undeclared_dataset_is_not_read(dalarna_run: Context, name: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        load(name)
    assert str(caught.value).startswith(f"06_allocate does not declare that it reads {name!r}. ")
    assert "Valid: boundaries, codebook, population, published, register, wave." in str(caught.value)
    assert str(caught.value).endswith("src/analysis/layout.py, so that a change of it is noticed.")


def test_a_misspelt_dataset_is_named_with_the_nearest(dalarna_run: Context) -> None:
    with pytest.raises(AnalysisError, match="Did you mean 'population'"):
        load("populaton")


def test_estimates_that_nobody_made_yet_are_asked_for(open_run: OpenRun) -> None:
    open_run("05_replicate")
    with pytest.raises(InputError) as caught:
        load("estimates")
    assert str(caught.value) == (
        f"{(PROCESSED / 'estimates.csv').as_posix()}: the file does not exist. Run 06_allocate first."
    )


def test_a_broken_input_is_refused(dalarna_run: Context, write: Write) -> None:
    dalarna_run.inputs["population"] = write("population.csv", "code,name,population\n2080,Falun,-1\n")
    with pytest.raises(
        InputError, match=r"population\.csv, row 2, column population: the population of Falun is negative"
    ):
        load("population")


def test_stored_estimates_are_loaded_as_they_were(open_run: OpenRun, no_run: Path) -> None:
    open_run("06_allocate")
    store("estimates", dalarna.estimates())
    content = (no_run / PROCESSED / "estimates.csv").read_bytes()
    assert b"\r" not in content
    assert content.decode("utf-8").startswith("study,wave,item,group,variable,category,statistic,value,low,high,method")
    open_run("05_replicate")
    pd.testing.assert_frame_equal(load("estimates"), dalarna.estimates(), check_dtype=False, check_exact=True)


def test_loaded_estimates_give_the_same_verdicts(open_run: OpenRun) -> None:
    open_run("06_allocate")
    store("estimates", dalarna.estimates())
    open_run("05_replicate")
    pd.testing.assert_frame_equal(
        replicate(load("published"), load("estimates"), load("codebook"), report=load("report")),
        replicate(dalarna.published(), dalarna.estimates(), dalarna.codebook()),
    )


words = st.one_of(st.sampled_from(["", "1", "04", "2019-12-31", "NA", "nan", "True", "a,b", "Sälen"]))
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture
def two_runs(open_run: OpenRun) -> tuple[Context, Context]:
    """Return a run that writes estimates and one that reads them."""
    return open_run("06_allocate"), open_run("05_replicate")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
)
@given(rows=st.lists(st.tuples(words, words, numbers, st.none() | st.integers(0, 10**9)), min_size=1, max_size=3))
def test_any_estimates_are_loaded_as_they_were(
    two_runs: tuple[Context, Context], rows: list[tuple[str, str, float | None, int | None]]
) -> None:
    made = estimate_frame(
        Estimate(
            study=dalarna.STUDY, wave=2025, item=f"figure_{index}", variable="v", statistic="percent", method="exact",
            estimand="x", basis="register", group=group, category=category, value=value, base=base,
        )
        for index, (group, category, value, base) in enumerate(rows)
    )  # fmt: skip
    # Opening a run each time would take most of the test's time.
    analysis.context._current[:] = two_runs[:1]
    store("estimates", made)
    analysis.context._current[:] = two_runs[1:]
    loaded = load("estimates")
    assert loaded["group"].to_list() == made["group"].to_list()
    assert loaded["category"].to_list() == made["category"].to_list()
    pd.testing.assert_series_equal(loaded["value"], made["value"], check_exact=True)
    pd.testing.assert_series_equal(loaded["base"], made["base"], check_dtype=False)


def test_an_undeclared_dataset_is_not_written(dalarna_run: Context, no_run: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"06_allocate does not declare that it writes 'replication'\. Valid: estimates"
    ):
        store("replication", dalarna.estimates())
    assert list(no_run.iterdir()) == []


def test_a_second_language_leaves_the_file_to_the_first(
    no_run: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(str(PROCESSED / "estimates.csv"), "of the first language")
    task = {"inputs": {}, "writes": [], "outputs": str(no_run)}
    monkeypatch.setenv(RUN_VARIABLE, str(write("task.json", json.dumps(task))))
    begin("06_allocate", dalarna.STUDY, 2025, "en")
    store("estimates", dalarna.estimates())
    assert file.read_text() == "of the first language"
    with pytest.raises(AnalysisError, match="does not declare that it writes"):
        store("replication", dalarna.estimates())
