import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.context import Context, begin
from analysis.errors import AnalysisError, InputError
from analysis.estimates import Estimate, estimate_frame
from analysis.layout import ALWAYS_READ, NOTEBOOKS, RUN_VARIABLE
from analysis.load import load, store
from analysis.published.compare import replicate
from tests import dalarna
from tests.conftest import OpenRun, Write

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
    assert "cost = 600000" in load("wave").source


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


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_declared_dataset_can_be_loaded(open_run: OpenRun, notebook: str) -> None:
    open_run("06_allocate")
    store("estimates", dalarna.estimates())
    open_run(notebook)
    assert all(load(name) is not None for name in (*ALWAYS_READ, *NOTEBOOKS[notebook].reads))


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
        replicate(load("published"), load("estimates")), replicate(dalarna.published(), dalarna.estimates())
    )


words = st.one_of(st.sampled_from(["", "1", "04", "2019-12-31", "NA", "nan", "True", "a,b", "Sälen"]))
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
)
@given(rows=st.lists(st.tuples(words, words, numbers, st.none() | st.integers(0, 10**9)), min_size=1, max_size=3))
def test_any_estimates_are_loaded_as_they_were(
    dalarna_run: Context, rows: list[tuple[str, str, float | None, int | None]]
) -> None:
    made = estimate_frame(
        Estimate(
            study=dalarna.STUDY, wave=2025, item=f"figure_{index}", variable="v", statistic="percent", method="exact",
            estimand="x", basis="register", group=group, category=category, value=value, base=base,
        )
        for index, (group, category, value, base) in enumerate(rows)
    )  # fmt: skip
    store("estimates", made)
    # Opening the other notebook's run each time would take most of the test's time.
    dalarna_run.inputs["estimates"] = dalarna_run.outputs / PROCESSED / "estimates.csv"
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
