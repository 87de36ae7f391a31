"""Which runs a selection asks for, and what is refused before any of them begins."""

from pathlib import Path
from typing import Any

import pytest

from analysis.errors import AnalysisError
from analysis.pipeline.plan import Run, Selection, plan
from tests.pipeline.worlds import ALLOCATE, REPLICATE, STUDY, add_wave, wave_yaml


def names(selection: Selection) -> list[str]:
    return [run.name for run in plan(selection)]


def run_of(name: str, **selection: Any) -> Run:
    return next(run for run in plan(Selection(**selection)) if run.name == name)


def refusal(output: Path, **selection: Any) -> str:
    with pytest.raises(AnalysisError) as caught:
        plan(Selection(**selection))
    assert not output.exists()
    return str(caught.value)


def test_an_empty_selection_asks_for_everything(output: Path) -> None:
    assert {ALLOCATE, REPLICATE} <= set(names(Selection()))


def test_a_new_wave_has_nothing_printed_to_replicate(raw: Path) -> None:
    add_wave(raw)
    assert names(Selection(years=(2026,))) == [f"{STUDY}/2026/06_allocate/da"]
    assert set(names(Selection(studies=(STUDY,), years=(2025,)))) == {ALLOCATE, REPLICATE}


def test_a_wave_of_the_raw_directory_replaces_the_repositorys(raw: Path) -> None:
    folder = add_wave(raw, 2025)
    run = run_of(ALLOCATE)
    assert run.inputs["population"] == folder / "population.csv"
    assert run.parameters["cost"] == 555000
    assert run.wave.source == "a test"


def test_the_waves_parameters_reach_the_notebook_they_are_listed_under(output: Path) -> None:
    assert run_of(ALLOCATE).parameters == {
        "study": STUDY,
        "year": 2025,
        "lang": "da",
        "cost": 539000,
        "population": 286546,
    }
    assert run_of(REPLICATE).parameters == {"study": STUDY, "year": 2025, "lang": "da"}


def test_a_parameter_given_goes_before_the_waves_and_only_to_notebooks_that_have_it(output: Path) -> None:
    given = {"parameters": (("cost", "1"),)}
    assert run_of(ALLOCATE, **given).parameters["cost"] == 1
    assert "cost" not in run_of(REPLICATE, **given).parameters


def test_one_language_writes_the_datasets(output: Path) -> None:
    runs = plan(Selection(langs=("en", "da")))
    assert {run.lang for run in runs if run.writes} == {"da"}
    paths = [path for run in runs for path in (*run.outputs, run.executed, run.executed.with_suffix(".html"))]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    "selection", [{"langs": ("da", "da")}, {"studies": (STUDY, STUDY)}, {"years": (2025, 2025)}], ids=str
)
def test_what_is_asked_for_twice_is_run_once(selection: dict[str, Any], output: Path) -> None:
    found = names(Selection(**selection))
    assert sorted(set(found)) == sorted(found)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"studies": ("dalarna",)}, ["unknown study 'dalarna'", f"Valid: {STUDY}"]),
        ({"studies": (STUDY, "x")}, ["unknown study 'x'", STUDY]),
        ({"years": (2024,)}, ["unknown year '2024'", "2025"]),
        ({"langs": ("sv",)}, ["unknown lang 'sv'", "da, en"]),
        ({"langs": ("da", "DA")}, ["unknown lang 'DA'", "Did you mean 'da'?"]),
        ({"parameters": (("kost", "1"),)}, ["unknown parameter 'kost'", "Did you mean 'cost'?", "rounding"]),
        ({"parameters": (("cost", "abc"),)}, ["-p cost=abc", "type int"]),
        ({"parameters": (("rounding", "bankers"),)}, ["'half_up' or 'largest_remainder'"]),
        ({"parameters": (("lang", "en"),)}, ["use --lang"]),
        ({"parameters": (("year", "2025"),)}, ["use --year"]),
        ({"parameters": (("study", STUDY),)}, ["use --study"]),
    ],
    ids=str,
)
def test_what_does_not_exist_is_refused_with_what_does(
    selection: dict[str, Any], words: list[str], output: Path
) -> None:
    message = refusal(output, **selection)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("{kost: 555000}", ["unknown parameter 'kost'", "Did you mean 'cost'?", "equal_part"]),
        ("{cost: abc}", ["cost is 'abc'", "type int"]),
        ("{cost: 1.5}", ["cost is 1.5", "type int"]),
        ("{cost: true}", ["cost is True", "type int"]),
        ("{rounding: bankers}", ["rounding is 'bankers'", "'half_up' or 'largest_remainder'"]),
        ("{lang: en}", ["lang", "--lang"]),
        ("{year: 2030}", ["year", "--year"]),
        ("{study: other}", ["study", "--study"]),
    ],
)
def test_a_waves_parameters_are_as_strict(parameters: str, words: list[str], raw: Path, output: Path) -> None:
    add_wave(raw, wave=wave_yaml(2026, parameters))
    message = refusal(output)
    assert [word for word in ["2026/wave.yaml", *words] if word not in message] == []


def test_a_waves_parameters_name_a_notebook_that_exists(raw: Path, output: Path) -> None:
    add_wave(raw, wave=wave_yaml(2026).replace("06_allocate", "06_alocate"))
    message = refusal(output)
    assert "<raw-dir>/dalarna_agreement/2026/wave.yaml" in message
    assert "Did you mean '06_allocate'?" in message


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        (wave_yaml(2027), ["year", "'2027'", "2026"]),
        (wave_yaml(2026).replace(STUDY, "ssi_hygiene"), ["study", "'ssi_hygiene'", STUDY]),
        ("study: [", ["not YAML", "row 1"]),
        (wave_yaml(2026).replace("basis: register", "basis: guessed"), ["basis", "guessed"]),
        (wave_yaml(2026).replace("source", "sauce"), ["unknown key 'sauce'", "Did you mean 'source'?"]),
        (wave_yaml(2026).replace("year: 2026\n", ""), ["'year' is missing"]),
        (wave_yaml(2026).replace("year: 2026", "year: twenty"), ["row 2", "year", "twenty"]),
        (wave_yaml(2026).replace("2025-12-31", "2025-13-31"), ["reference", "2025-13-31"]),
    ],
)
def test_a_broken_wave_is_refused_with_its_place(wave: str, words: list[str], raw: Path, output: Path) -> None:
    add_wave(raw, wave=wave)
    message = refusal(output)
    assert [word for word in ["<raw-dir>/dalarna_agreement/2026/wave.yaml", *words] if word not in message] == []


def test_a_wave_folder_without_wave_yaml_is_refused(raw: Path, output: Path) -> None:
    (add_wave(raw) / "wave.yaml").unlink()
    message = refusal(output)
    assert "<raw-dir>/dalarna_agreement/2026/wave.yaml: the file does not exist" in message
    assert str(raw) not in message


def test_a_misspelt_study_folder_in_the_raw_directory_is_not_passed_over(raw: Path, output: Path) -> None:
    add_wave(raw)
    (raw / STUDY).rename(raw / "dalarna_agrement")
    message = refusal(output)
    assert "dalarna_agrement" in message
    assert f"Did you mean {STUDY!r}?" in message


def test_a_raw_directory_given_one_folder_too_deep_is_not_passed_over(
    raw: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_wave(raw)
    monkeypatch.setenv("ANALYSIS_RAW_DIR", str(raw / STUDY))
    assert "2026" in refusal(output)
