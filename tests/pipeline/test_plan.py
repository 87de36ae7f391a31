"""Which runs a selection asks for, and what is refused before any of them begins."""

from pathlib import Path
from typing import Any

import pytest

from analysis.errors import AnalysisError
from analysis.lang import text
from analysis.layout import NOTEBOOKS, RAW_DIR, WRITTEN, study_names, wave_years
from analysis.pipeline.plan import Run, Selection, plan
from tests.pipeline.worlds import (
    ALLOCATE,
    AUDIT,
    CODEBOOK,
    REPLICATE,
    STUDY,
    SURVEY,
    add_survey_wave,
    add_wave,
    wave_yaml,
)


def agreement(**selection: Any) -> Selection:
    """Return a selection of the one study that has no survey, unless another is asked for."""
    return Selection(**{"studies": (STUDY,), **selection})


def names(selection: Selection) -> list[str]:
    return [run.name for run in plan(selection)]


def run_of(name: str, **selection: Any) -> Run:
    return next(run for run in plan(agreement(**selection)) if run.name == name)


def refusal(output: Path, **selection: Any) -> str:
    with pytest.raises(AnalysisError) as caught:
        plan(agreement(**selection))
    assert not output.exists()
    return str(caught.value)


def test_an_empty_selection_asks_for_everything(output: Path) -> None:
    assert {ALLOCATE, REPLICATE, f"{SURVEY}/2020/01_clean/da", f"{SURVEY}/2024/05_replicate/da"} <= set(
        names(Selection())
    )
    assert {run.codebook.study for run in plan(Selection())} == set(study_names())


@pytest.mark.parametrize("study", study_names())
def test_every_wave_opens_with_its_codebook_and_every_report_closes_with_its_audit(study: str, output: Path) -> None:
    runs = plan(Selection(studies=(study,)))
    years = wave_years(study)
    assert [run.wave.year for run in runs if run.notebook == "00_codebook"] == years
    assert [run.wave.year for run in runs if run.notebook == "07_audit"] == years[-1:]
    firsts = [runs[[run.wave.year for run in runs].index(year)] for year in years]
    assert {run.notebook for run in firsts} == {"00_codebook"}
    assert runs[-1].notebook == "07_audit"


def test_a_report_that_only_prints_is_shown_by_chapter(output: Path) -> None:
    runs = plan(Selection(studies=("kl_naere",)))
    first, *of_chapters, last = [run.name for run in runs]
    assert (first, last) == ("kl_naere/2012/00_codebook/da", "kl_naere/2012/07_audit/da")
    chapters = [
        "vision", "older_patients", "chronic", "rehabilitation", "children", "mental_illness", "prevention",
        "telemedicine", "general_practice", "competences", "steering", "financing",
    ]  # fmt: skip
    assert of_chapters == [f"kl_naere/2012/08_printed/{chapter}/da" for chapter in chapters]
    assert {run.basis for run in runs} == {"published"}
    boxes = {path.suffix for run in runs for path in run.outputs if path.stem.startswith("box_")}
    assert boxes == {".html", ".csv"}


def test_a_new_wave_has_nothing_printed_to_replicate_or_audit(raw: Path) -> None:
    add_wave(raw)
    assert names(agreement(years=(2026,))) == [f"{STUDY}/2026/00_codebook/da", f"{STUDY}/2026/06_allocate/da"]
    assert names(agreement(years=(2025,))) == [CODEBOOK, ALLOCATE, REPLICATE, AUDIT]
    assert names(agreement()) == [CODEBOOK, ALLOCATE, REPLICATE, AUDIT, *names(agreement(years=(2026,)))]


def test_a_wave_of_the_raw_directory_replaces_the_repositorys(raw: Path) -> None:
    folder = add_wave(raw, 2025)
    run = run_of(ALLOCATE)
    assert run.inputs["population"] == folder / "population.csv"
    assert run.parameters["cost"] == 555000
    assert run.wave.source["da"] == "a test"


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
    runs = plan(agreement(langs=("en", "da")))
    assert {run.lang for run in runs if run.writes} == {"da"}
    paths = [path for run in runs for path in (*run.outputs, run.executed, run.executed.with_suffix(".html"))]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    "selection", [{"langs": ("da", "da")}, {"studies": (STUDY, STUDY)}, {"years": (2025, 2025)}], ids=str
)
def test_what_is_asked_for_twice_is_run_once(selection: dict[str, Any], output: Path) -> None:
    found = names(agreement(**selection))
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
        ({"parameters": (("chapter", "policy"),)}, ["-p chapter=policy: every chapter is made"]),
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
        ("{chapter: policy}", ["chapter cannot be set there; every chapter is made"]),
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


# A survey: by chapter, and with the wave before

CHAPTERS = ("respondents", "organisation", "competences", "guidelines", "evaluation", "policy")


def survey(**selection: Any) -> Selection:
    return Selection(**{"studies": (SURVEY,), **selection})


def survey_runs(year: int, lang: str = "da", *, without: tuple[str, ...] = ()) -> list[str]:
    """Return the names of a wave's runs in order."""
    of_chapters = [f"02_describe/{chapter}" for chapter in CHAPTERS]
    notebooks = ["00_codebook", "01_clean", *of_chapters, "03_regress", "04_compare", "05_replicate", "07_audit"]
    return [f"{SURVEY}/{year}/{notebook}/{lang}" for notebook in notebooks if notebook not in without]


def test_a_notebook_by_chapter_runs_once_for_each_and_the_first_wave_is_compared_with_none(output: Path) -> None:
    # The report is that of the later wave, whatever it prints of the first.
    assert names(survey()) == [*survey_runs(2020, without=("04_compare", "07_audit")), *survey_runs(2024)]


def test_a_run_by_chapter_is_told_its_chapter_and_makes_its_items(output: Path) -> None:
    runs = {run.chapter: run for run in plan(survey(years=(2020,))) if run.notebook == "02_describe"}
    assert tuple(runs) == CHAPTERS
    for chapter, run in runs.items():
        assert run.parameters == {"study": SURVEY, "year": 2020, "lang": "da", "chapter": chapter}
        assert {item.chapter for item in run.items.values()} == {chapter}
        assert run.executed == Path(f"reports/da/{SURVEY}-2020-02_describe-{chapter}.ipynb")
    made = [name for run in runs.values() for name in run.items]
    assert sorted(made) == sorted(runs["policy"].codebook.items_of("02_describe"))
    assert list(runs["policy"].items) == ["policy"]
    folder = Path("figures", SURVEY, "2020", "da")
    assert runs["policy"].outputs == tuple(folder / f"policy.{suffix}" for suffix in ("svg", "png", "csv"))


def test_runs_that_have_no_chapter_are_told_none(output: Path) -> None:
    for run in plan(survey()):
        assert ("chapter" in run.parameters) is bool(run.chapter) is (run.notebook == "02_describe")


@pytest.mark.parametrize("langs", [("da",), ("en", "da"), ("en",)])
def test_one_chapter_in_one_language_writes_the_datasets(langs: tuple[Any, ...], output: Path) -> None:
    runs = plan(survey(langs=langs))
    owners = {(run.wave.year, run.notebook): (run.chapter, run.lang, run.writes) for run in runs if run.writes}
    lang = "da" if "da" in langs else "en"
    of_wave = {
        "01_clean": ("", lang, ("responses", "cleaning")),
        "02_describe": ("respondents", lang, ("estimates",)),
        "03_regress": ("", lang, ("models",)),
        "05_replicate": ("", lang, ("replication",)),
    }
    assert owners == {(year, notebook): said for year in (2020, 2024) for notebook, said in of_wave.items()} | {
        (2024, "04_compare"): ("", lang, ("comparison", "change_models")),
        (2024, "07_audit"): ("", lang, ("findings", "claims")),
    }
    assert sum(bool(run.writes) for run in runs) == len(owners)


@pytest.mark.parametrize("selection", [Selection(langs=("da", "en")), Selection(langs=("en", "da"))], ids=str)
def test_no_two_runs_have_a_name_a_place_or_an_output_in_common(selection: Selection, output: Path) -> None:
    runs = plan(selection)
    paths = [path for run in runs for path in (*run.outputs, run.executed, run.executed.with_suffix(".html"))]
    for found in (
        [run.name for run in runs],
        paths,
        [(run.codebook.study, run.wave.year, run.lang, run.identity["position"]) for run in runs],
    ):
        assert len(set(found)) == len(found)
    # The same place in every language, so that a page finds its other language.
    places = {(run.name.removesuffix(run.lang), run.identity["position"]) for run in runs}
    assert len(places) == len({name for name, _ in places})


def test_places_follow_the_notebooks_and_the_chapters(output: Path) -> None:
    runs = plan(survey(years=(2024,)))
    own = [run for run in runs if run.wave.year == 2024]
    assert [run.name for run in sorted(own, key=lambda run: run.identity["position"])] == survey_runs(2024)


@pytest.mark.parametrize(("lang", "chapter"), [("da", "Respondenter"), ("en", "Respondents")])
def test_a_run_is_titled_by_its_chapter_else_by_its_notebook(lang: Any, chapter: str, output: Path) -> None:
    identities = {run.name: run.identity for run in plan(survey(years=(2020,), langs=(lang,)))}
    described = identities[f"{SURVEY}/2020/02_describe/respondents/{lang}"]
    assert (described["title"], described["chapter"]) == (chapter, "respondents")
    replicated = identities[f"{SURVEY}/2020/05_replicate/{lang}"]
    assert (replicated["title"], replicated["chapter"]) == (text("notebook.05_replicate", lang), "")


# Earlier waves that a selected one reads


@pytest.mark.parametrize("langs", [("da",), ("en",), ("en", "da")])
def test_a_later_wave_alone_takes_along_what_it_reads_of_the_one_before(langs: tuple[Any, ...], output: Path) -> None:
    lang = "da" if "da" in langs else "en"
    runs = plan(survey(years=(2024,), langs=langs))
    earlier = [run for run in runs if run.wave.year == 2020]
    # Those that write what is read, and what those read; no page of the earlier wave beside them.
    assert {run.name for run in earlier} == {
        f"{SURVEY}/2020/01_clean/{lang}",
        f"{SURVEY}/2020/02_describe/respondents/{lang}",
    }
    assert [run.name for run in runs if run.wave.year == 2024 and run.lang == lang] == survey_runs(2024, lang)
    assert len(runs) == len({run.name for run in runs})


def test_every_dataset_that_a_run_reads_is_written_by_one_that_is_planned(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2016, "collected")
    add_survey_wave(raw, 2026, "collected")
    for years in ((), (2016,), (2020,), (2024,), (2026,), (2016, 2026)):
        runs = plan(survey(years=years))
        made = {output / path for run in runs for path in run.outputs}
        read = {path for run in runs for name, path in run.inputs.items() if name.rpartition("/")[2] in WRITTEN}
        assert read <= made
        assert len({run.name for run in runs}) == len(runs)


def test_of_earlier_waves_only_the_one_before_is_taken_along(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    assert {run.wave.year for run in plan(survey(years=(2026,)))} == {2024, 2026}
    assert {run.wave.year for run in plan(survey(years=(2020,)))} == {2020}


def test_a_wave_that_nothing_is_printed_of_is_compared_and_not_replicated(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    own = [run.name for run in plan(survey(years=(2026,))) if run.wave.year == 2026]
    assert own == survey_runs(2026, without=("05_replicate", "07_audit"))


# The report itself


def audited(**selection: Any) -> list[int]:
    """Return the waves that the survey's report is audited with."""
    return [run.wave.year for run in plan(survey(**selection)) if run.notebook == "07_audit"]


def test_a_report_is_audited_once_with_the_newest_wave_that_it_prints(output: Path) -> None:
    assert audited() == [2024]
    assert audited(years=(2024,)) == [2024]
    assert audited(langs=("da", "en")) == [2024, 2024]


def test_with_an_earlier_wave_alone_the_report_is_not_audited(output: Path) -> None:
    assert names(survey(years=(2020,))) == survey_runs(2020, without=("04_compare", "07_audit"))


def test_a_wave_that_the_report_does_not_print_leaves_the_audit_where_it_is(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    add_survey_wave(raw, 2016, "collected")
    assert audited() == [2024]
    assert audited(years=(2026,)) == []


def test_a_printed_wave_of_the_raw_directory_is_audited_once_too(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2024, "collected")
    (run,) = (run for run in plan(survey()) if run.notebook == "07_audit")
    assert run.inputs["wave"] == raw / SURVEY / "2024" / "wave.yaml"
    assert run.inputs["report"] == RAW_DIR / SURVEY / "published.csv"


def test_an_audit_reads_nothing_that_another_notebook_writes(output: Path) -> None:
    for run in plan(Selection(notebooks=("07_audit",))):
        assert set(run.inputs) & WRITTEN == set()
        assert [path for path in run.inputs.values() if not path.is_file()] == []


def test_an_audit_writes_its_findings_for_the_wave_that_it_runs_with(output: Path) -> None:
    (run,) = plan(survey(notebooks=("07_audit",)))
    folder = Path("data", "processed", SURVEY, "2024")
    assert {folder / "findings.csv", folder / "claims.csv"} < set(run.outputs)
    assert run.executed == Path(f"reports/da/{SURVEY}-2024-07_audit.ipynb")


# Some notebooks only


def test_only_the_notebooks_asked_for_are_planned(output: Path) -> None:
    assert names(agreement(notebooks=("07_audit",))) == [AUDIT]
    assert names(agreement(notebooks=("07_audit", "00_codebook"))) == [CODEBOOK, AUDIT]
    everything = [(run.codebook.study, run.notebook) for run in plan(Selection(notebooks=("07_audit",)))]
    assert everything == [(study, "07_audit") for study in study_names()]


def test_a_notebook_asked_for_takes_along_what_it_reads(output: Path) -> None:
    assert names(agreement(notebooks=("05_replicate",))) == [ALLOCATE, REPLICATE]
    assert names(survey(years=(2020,), notebooks=("02_describe",), langs=("en",)))[0] == f"{SURVEY}/2020/01_clean/en"


def test_a_comparison_asked_for_takes_along_what_it_reads_of_both_waves(output: Path) -> None:
    found = names(survey(years=(2024,), notebooks=("04_compare",)))
    assert found[-1] == f"{SURVEY}/2024/04_compare/da"
    read = [f"{SURVEY}/{year}/{name}/da" for year in (2020, 2024) for name in ("01_clean", "02_describe/respondents")]
    assert sorted(found[:-1]) == sorted(read)


def test_a_what_if_leaves_the_audit_of_print_alone(output: Path) -> None:
    runs = {run.name: run.left_out for run in plan(agreement(parameters=(("cost", "1"),)))}
    assert "cost = 1" in runs.pop(REPLICATE)
    assert set(runs.values()) == {""}


def test_with_notebooks_chosen_a_what_if_reaches_only_those(output: Path) -> None:
    runs = plan(agreement(notebooks=("06_allocate",), parameters=(("cost", "1"),)))
    assert [(run.name, run.parameters["cost"]) for run in runs] == [(ALLOCATE, 1)]


# What numbers rest on


def test_what_touches_a_reconstruction_is_no_more_than_that(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    add_survey_wave(raw, 2028, "collected")
    identities = {run.name: run.identity for run in plan(survey())}
    bases = {
        (year, notebook): (
            identities[f"{SURVEY}/{year}/{notebook}/da"]["basis"],
            identities[f"{SURVEY}/{year}/{notebook}/da"]["collected"],
        )
        for year in (2024, 2026, 2028)
        for notebook in ("01_clean", "02_describe/policy", "04_compare")
    }
    assert bases == {
        (2024, "01_clean"): ("reconstructed", False),
        (2024, "02_describe/policy"): ("reconstructed", False),
        (2024, "04_compare"): ("reconstructed", False),
        (2026, "01_clean"): ("collected", True),
        (2026, "02_describe/policy"): ("collected", True),
        (2026, "04_compare"): ("reconstructed", True),
        (2028, "01_clean"): ("collected", True),
        (2028, "02_describe/policy"): ("collected", True),
        (2028, "04_compare"): ("collected", True),
    }


def test_what_shows_print_alone_rests_on_print_whatever_its_wave_does(output: Path, raw: Path) -> None:
    add_survey_wave(raw, 2026, "collected")
    add_wave(raw)
    runs = plan(Selection())
    of_print = {name for name, spec in NOTEBOOKS.items() if spec.of_print}
    assert of_print == {"00_codebook", "07_audit", "08_printed"}
    shown = [run for run in runs if run.notebook in of_print]
    assert {run.wave.basis for run in shown} == {"collected", "published", "reconstructed", "register"}
    assert {(run.basis, run.identity["basis"], run.identity["collected"]) for run in shown} == {
        ("published", "published", False)
    }
    # All others rest on what their waves rest on.
    others = {(run.wave.basis, run.basis) for run in runs if run.notebook not in (*of_print, "04_compare")}
    assert others == {(basis, basis) for basis in ("collected", "published", "reconstructed", "register")}


def test_only_a_run_that_reads_the_wave_before_knows_it(output: Path) -> None:
    before = {run.name: run.previous.year for run in plan(survey()) if run.previous}
    assert before == {f"{SURVEY}/2024/04_compare/da": 2020}


def test_items_of_concepts_leave_no_files(output: Path) -> None:
    (run,) = [run for run in plan(Selection(studies=("klk_healthdata",))) if run.chapter == "method"]
    assert {name for name, item in run.items.items() if item.printed} == {f"table_{number}" for number in range(1, 5)}
    made = {path.stem for path in run.outputs if path.suffix == ".html"}
    assert {name for name in made if name.startswith("table_")} == {"table_2", "table_3"}
