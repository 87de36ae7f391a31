import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import analysis.context
from analysis.codebook import what_if
from analysis.context import DRAWN, Context, State, begin, current
from analysis.errors import AnalysisError, InputError
from analysis.lang import Lang
from analysis.layout import EXTRA_RAW_VARIABLE, NOTEBOOKS, RUN_VARIABLE, input_paths
from tests import ssi
from tests.conftest import OpenRun, Write
from tests.dalarna import COST, FOLDER, STUDY, TOTAL, codebook, wave


def test_a_run_knows_what_the_notebook_declares(dalarna_run: Context, no_run: Path) -> None:
    assert (dalarna_run.study, dalarna_run.year, dalarna_run.lang) == (STUDY, 2025, "en")
    assert dalarna_run.inputs == input_paths("06_allocate", STUDY, 2025, "dalarna", codebook().notebooks)
    assert {"codebook", "wave"} < set(dalarna_run.inputs)
    assert dalarna_run.writes == NOTEBOOKS["06_allocate"].writes
    assert dalarna_run.outputs == no_run
    assert dalarna_run.numbers == {}
    assert (dalarna_run.chapter, dalarna_run.previous) == ("", None)
    assert current() is dalarna_run


def test_the_last_run_opened_is_the_current_one(open_run: OpenRun) -> None:
    open_run("06_allocate", "en")
    later = open_run("05_replicate", "da")
    assert current() is later
    assert analysis.context._current == [later]


def test_no_run_is_open_before_begin(no_run: Path) -> None:
    with pytest.raises(AnalysisError, match=r"no run is open\. .*begin\(\.\.\.\) comes first"):
        current()


def test_a_broken_wave_leaves_no_other_run_open(
    open_run: OpenRun, no_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_run()
    (no_run / "raw" / STUDY / "2026").mkdir(parents=True)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    with pytest.raises(InputError):
        begin("06_allocate", STUDY, 2026, "da")
    with pytest.raises(AnalysisError, match="no run is open"):
        current()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("06_allocate", "dalarna_agrement", 2025, "da"), f"unknown study 'dalarna_agrement'. Did you mean '{STUDY}'?"),
        (("06_alocate", STUDY, 2025, "da"), "unknown notebook '06_alocate'. Did you mean '06_allocate'?"),
        (("06_allocate", STUDY, 2025, "sv"), "unknown lang 'sv'. Valid: da, en."),
        (("06_allocate", STUDY, 2031, "da"), f"{STUDY} has no wave 2031. Valid: 2025."),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(no_run: Path, arguments: Any, message: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        begin(*arguments)
    assert str(caught.value).startswith(message)


# By chapter, and with the wave before


def test_a_run_by_chapter_makes_the_items_of_its_chapter(no_run: Path) -> None:
    run = begin("02_describe", ssi.STUDY, 2024, "en", "evaluation")
    assert (run.chapter, run.previous) == ("evaluation", None)
    assert run.item("figure", "halt") is run.codebook.items["halt"]
    for kind, name, valid in (("figure", "policy", "figure_7, halt"), ("table", "table_1", "none")):
        with pytest.raises(AnalysisError, match=f"the codebook has no {kind} {name!r} for 02_describe") as caught:
            run.item(kind, name)  # type: ignore[arg-type]
        assert str(caught.value).endswith(f"Valid: {valid}.")


@pytest.mark.parametrize(
    ("chapter", "guess"),
    [("", ""), ("evalution", "Did you mean 'evaluation'? "), ("comparison", "")],
)
def test_a_chapter_that_the_notebook_makes_nothing_of_is_refused(no_run: Path, chapter: str, guess: str) -> None:
    valid = "respondents, organisation, competences, guidelines, evaluation, policy"
    with pytest.raises(AnalysisError) as caught:
        begin("02_describe", ssi.STUDY, 2024, "da", chapter)
    assert str(caught.value) == f"unknown chapter {chapter!r}. {guess}Valid: {valid}."
    with pytest.raises(AnalysisError, match="no run is open"):
        current()


def test_a_run_that_compares_knows_the_wave_before(no_run: Path) -> None:
    run = begin("04_compare", ssi.STUDY, 2024, "da")
    assert run.previous is not None
    assert (run.year, run.previous.year, run.previous.basis) == (2024, 2020, "reconstructed")
    assert run.inputs["previous/wave"] == ssi.FOLDER / "2020" / "wave.yaml"


def test_the_first_wave_is_compared_with_none(no_run: Path) -> None:
    with pytest.raises(AnalysisError) as caught:
        begin("04_compare", ssi.STUDY, 2020, "da")
    assert str(caught.value) == "04_compare reads the wave before, and ssi_hygiene has none before 2020."


def test_a_task_says_which_wave_is_the_one_before(no_run: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = (ssi.FOLDER / "2020" / "wave.yaml").read_text(encoding="utf-8").replace("year: 2020", "year: 2022")
    before = write(f"{ssi.STUDY}/2022/wave.yaml", declaration)
    task = {"inputs": {"previous/wave": str(before)}, "writes": [], "outputs": "elsewhere"}
    monkeypatch.setenv(RUN_VARIABLE, str(write("task.json", json.dumps(task))))
    run = begin("04_compare", ssi.STUDY, 2024, "da")
    assert run.previous is not None
    assert run.previous.year == 2022


@pytest.mark.parametrize(
    ("state", "status", "reason"),
    [
        (DRAWN, "drawn", ""),
        (State("partly", 'no "value" of <A> & B'), "partly", 'no "value" of <A> & B'),
        (State("not_drawn", "ingen svar: åbne tal"), "not_drawn", "ingen svar: åbne tal"),
    ],
)
def test_the_markup_of_an_item_carries_its_state(dalarna_run: Context, state: State, status: str, reason: str) -> None:
    (tag,) = BeautifulSoup(f"{dalarna_run.figure_tag('rules', state)}</figure>", "html.parser").find_all("figure")
    assert tag.attrs == {"class": ["item"], "id": "rules", "data-status": status, "data-reason": reason}
    assert dalarna_run.figure_tag("rules") == dalarna_run.figure_tag("rules", DRAWN)


def test_a_refused_run_leaves_no_other_open(open_run: OpenRun) -> None:
    open_run()
    with pytest.raises(AnalysisError):
        begin("06_allocate", "dalarna", 2025, "da")
    with pytest.raises(AnalysisError, match="no run is open"):
        current()


def test_a_task_says_what_is_read_and_written(no_run: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    task = {"inputs": {"population": "somewhere/p.csv"}, "writes": [], "outputs": "elsewhere"}
    monkeypatch.setenv(RUN_VARIABLE, str(write("task.json", json.dumps(task))))
    run = begin("06_allocate", STUDY, 2025, "da")
    assert run.inputs == {"population": Path("somewhere/p.csv")}
    assert run.writes == ()
    assert run.outputs == Path("elsewhere")


def test_links_lead_from_where_the_reader_is(dalarna_run: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dalarna_run.link(Path("figures", "a.svg")) == "../figures/a.svg"
    monkeypatch.setenv(RUN_VARIABLE, "task.json")
    assert dalarna_run.link(Path("figures", "a.svg")) == "../../figures/a.svg"


def test_a_parameter_is_what_was_given_else_what_the_wave_declares(dalarna_run: Context) -> None:
    assert dalarna_run.declared("cost", 7) == 7
    assert dalarna_run.declared("cost", 0) == 0
    assert dalarna_run.declared("cost", None) == COST
    assert dalarna_run.declared("population", None) == TOTAL


def test_what_was_given_in_place_of_what_is_declared_is_remembered(dalarna_run: Context) -> None:
    assert dalarna_run.declared("cost", None) == COST
    assert dalarna_run.declared("population", TOTAL) == TOTAL
    assert dalarna_run.declared("rounding", "half_up") == "half_up"
    assert dalarna_run.changes == {}
    assert dalarna_run.wave_as_run is dalarna_run.wave
    dalarna_run.declared("cost", 600_000)
    dalarna_run.declared("population", 0)
    assert dalarna_run.changes == {"cost": 600_000, "population": 0}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("da", "; regneeksempel med cost = 600000, population = 300000 i stedet for det oplyste"),
        ("en", "; what-if with cost = 600000, population = 300000 instead of what is stated"),
    ],
)
def test_a_what_if_says_so_in_its_source(open_run: OpenRun, lang: Lang, said: str) -> None:
    run = open_run(lang=lang)
    run.declared("population", 300_000)
    run.declared("cost", 600_000)
    assert run.wave_as_run.source[lang] == run.wave.source[lang] + said
    assert run.wave_as_run == run.wave.model_copy(update={"source": run.wave_as_run.source})
    assert run.wave.source == wave().source, "the declaration itself is not changed"


def test_a_wave_without_changes_is_itself() -> None:
    assert what_if(wave(), {}) is wave()
    assert (
        what_if(wave(), {"b": 1, "a": 2.5})
        .source["en"]
        .endswith("what-if with a = 2.5, b = 1 instead of what is stated")
    )


def test_changes_of_one_run_are_not_those_of_the_next(open_run: OpenRun) -> None:
    open_run().declared("cost", 1)
    assert open_run().changes == {}


def test_a_parameter_that_nobody_gives_is_asked_for(open_run: OpenRun) -> None:
    with pytest.raises(AnalysisError) as caught:
        open_run("05_replicate").declared("cost", None)
    assert str(caught.value) == (
        f"{STUDY} 2025 does not say cost. Write it in the wave's wave.yaml under parameters, 05_replicate, "
        "or give -p cost=VALUE."
    )


def test_a_wave_of_the_extra_directory_is_opened(no_run: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = (FOLDER / "2025" / "wave.yaml").read_text(encoding="utf-8").replace("year: 2025", "year: 2026")
    write(f"raw/{STUDY}/2026/wave.yaml", declaration)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    run = begin("06_allocate", STUDY, 2026, "da")
    assert run.year == 2026
    assert run.inputs["population"] == no_run / "raw" / STUDY / "2026" / "population.csv"
    assert run.inputs["published"] == FOLDER / "published.csv"


def test_a_wave_folder_without_declaration_is_refused(no_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (no_run / "raw" / STUDY / "2026").mkdir(parents=True)
    monkeypatch.setenv(EXTRA_RAW_VARIABLE, str(no_run / "raw"))
    with pytest.raises(InputError, match=r"wave\.yaml: the file does not exist"):
        begin("06_allocate", STUDY, 2026, "da")
