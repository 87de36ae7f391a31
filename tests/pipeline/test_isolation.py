"""Small notebooks that misbehave in real kernels: each fails alone, is kept, and is made once it is mended."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from analysis.site.check import problems
from tests.pipeline.worlds import (
    FAILING_CELL,
    contents,
    events,
    files,
    make_repository,
    manifest,
    manifest_problems,
    run_all,
    set_behaviour,
    tasks,
    with_pages,
)

WELL = ("good", "warns")
ILL = ("kernel_dies", "raises", "undeclared", "warns_and_raises", "worker_dies")
MENDED = ("worker_dies",)


@dataclass(frozen=True)
class World:
    """A small repository with one study for each behaviour, all run together."""

    root: Path
    output: Path
    done: subprocess.CompletedProcess[str]

    def kept(self, study: str, suffix: str) -> Path:
        return self.output / "logs" / "failed" / f"{study}-2025-06_allocate-da.{suffix}"

    def message(self, study: str) -> str:
        return next(event["message"] for event in self.events("failed") if event["task"] == task(study))

    def events(self, kind: str) -> list[dict[str, str]]:
        return [event for event in events(self.output) if event["event"] == kind]


def task(study: str, notebook: str = "06_allocate") -> str:
    return f"{study}/2025/{notebook}/da"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    make_repository(folder / "repository", {study: study for study in (*WELL, *ILL)})
    done = run_all("--output-dir", folder / "out", "--jobs", "2", root=folder / "repository")
    return World(folder / "repository", folder / "out", done)


def test_only_the_tasks_that_misbehave_fail(world: World) -> None:
    assert world.done.returncode == 1, world.done.stderr
    assert tasks(world.output, "failed") == {task(study) for study in ILL}
    made = {task(study, notebook) for study in WELL for notebook in ("06_allocate", "05_replicate")}
    assert tasks(world.output, "made") == with_pages(made)


def test_what_depends_on_a_failed_task_is_not_run_and_says_why(world: World) -> None:
    assert tasks(world.output, "not run") == {task(study, "05_replicate") for study in ILL}
    assert f"not run  {task('raises', '05_replicate')}: needs {task('raises')}, which failed" in world.done.stdout


@pytest.mark.parametrize(
    ("study", "words"),
    [
        ("raises", ["ValueError: the sum is wrong"]),
        ("kernel_dies", ["ernel died"]),
        ("worker_dies", ["process ended"]),
        ("undeclared", ["figures/undeclared/2025/da/extra.svg", "nothing declares"]),
    ],
)
def test_the_message_says_what_went_wrong(study: str, words: list[str], world: World) -> None:
    assert [word for word in words if word not in world.message(study)] == []
    assert [word for word in words if word not in world.done.stdout] == []
    assert "Traceback" not in world.message(study)


def test_the_message_counts_the_failing_cell_as_in_the_notebook_that_is_to_be_mended(world: World) -> None:
    assert f"(cell {FAILING_CELL})" in world.message("raises")


@pytest.mark.parametrize("study", ["kernel_dies", "worker_dies"])
def test_the_message_names_the_cell_in_which_a_process_died(study: str, world: World) -> None:
    assert f"cell {FAILING_CELL}" in world.message(study)


@pytest.mark.parametrize("study", ILL)
def test_the_failing_notebook_is_kept_with_a_link_that_leads_somewhere(study: str, world: World) -> None:
    page = world.kept(study, "html")
    assert f"logs/failed/{page.name}#failing-cell" in world.message(study)
    target = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("#failing-cell")
    assert target is not None
    assert nbformat.read(world.kept(study, "ipynb"), as_version=4).cells


def test_the_link_leads_to_the_cell_that_failed(world: World) -> None:
    page = BeautifulSoup(world.kept("raises", "html").read_text(encoding="utf-8"), "html.parser")
    failing = page.select_one("#failing-cell")
    assert failing is not None
    assert "the sum is wrong" in failing.get_text()


def test_nothing_of_a_failing_notebook_is_put_in_place(world: World) -> None:
    assert [path.as_posix() for path in files(world.output) if any(study in path.as_posix() for study in ILL)] == []
    assert manifest_problems(world.output) == []


def test_the_index_marks_each_failure(world: World) -> None:
    index = (world.output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    for study in ILL:
        assert f"../../logs/failed/{world.kept(study, 'html').name}" in index
        assert f'href="{study}-2025-06_allocate.html"' not in index
    assert problems(world.output / "reports") == []


def test_the_manifest_says_what_is_not_drawn(world: World) -> None:
    states = {(item["study"], item["item"]): item["status"] for item in manifest(world.output)["items"]}
    assert {study for (study, item), status in states.items() if item == "table_1" and status == "drawn"} == set(WELL)
    assert {study for (study, item), status in states.items() if item == "table_1" and status == "not_drawn"} == set(
        ILL
    )


@pytest.mark.parametrize("study", ["warns", "warns_and_raises"])
def test_standard_error_goes_to_the_log(study: str, world: World) -> None:
    logged = {event["task"]: event["message"] for event in world.events("standard error")}
    assert "mind the gap" in logged.get(task(study), "")


def test_standard_error_does_not_go_to_notebook_or_terminal(world: World) -> None:
    report = world.output / "reports" / "da" / "warns-2025-06_allocate.ipynb"
    cells = [cell for cell in nbformat.read(report, as_version=4).cells if cell.cell_type == "code"]
    assert "mind the gap" not in str([output for cell in cells for output in cell.outputs])
    assert "mind the gap" not in world.done.stdout + world.done.stderr


@pytest.fixture(scope="module")
def mended(world: World) -> subprocess.CompletedProcess[str]:
    """Mend two studies and run again with the others left out."""
    for study in MENDED:
        set_behaviour(world.root, study, "good")
    chosen = [argument for study in (*MENDED, "good") for argument in ("--study", study)]
    # Relative to where the user stands.
    return run_all("--output-dir", "out", "--jobs", "2", *chosen, root=world.root, cwd=world.output.parent)


def test_mended_notebooks_are_made_and_no_others(mended: subprocess.CompletedProcess[str], world: World) -> None:
    assert mended.returncode == 0, mended.stdout
    made = {task(study, notebook) for study in MENDED for notebook in ("06_allocate", "05_replicate")}
    assert tasks(world.output, "made") == with_pages(made)
    assert manifest_problems(world.output) == []


def test_mended_notebooks_are_no_longer_kept_as_failed(mended: subprocess.CompletedProcess[str], world: World) -> None:
    kept = {path.name.split("-")[0] for path in (world.output / "logs" / "failed").iterdir()}
    assert kept == set(ILL) - set(MENDED)
    index = (world.output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    for study in MENDED:
        assert f'href="{study}-2025-06_allocate.html"' in index
        assert f"failed/{world.kept(study, 'html').name}" not in index


def test_explain_names_the_code_that_changed_and_only_what_it_touches(
    mended: subprocess.CompletedProcess[str], world: World
) -> None:
    arguments = ["--output-dir", str(world.output), "--study", "good", "--explain"]
    before = contents(world.output)
    style = world.root / "src" / "analysis" / "site" / "template" / "style.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n/* changed */\n", encoding="utf-8")
    shown = run_all(*arguments, root=world.root).stdout
    assert f"up to date  {task('good')}" in shown
    assert "changed: src/analysis/site/template/style.css" in shown
    notebook = world.root / "notebooks" / "05_replicate.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text + "\n", encoding="utf-8")
    assert "changed: notebooks" not in run_all(*arguments, root=world.root).stdout
    changed = json.loads(text)
    changed["cells"][-1]["source"] = ["# something else"]
    notebook.write_text(json.dumps(changed), encoding="utf-8")
    shown = run_all(*arguments, root=world.root).stdout
    assert "changed: notebooks/05_replicate.ipynb" in shown
    assert f"up to date  {task('good')}" in shown
    assert contents(world.output) == before
    notebook.write_text(text, encoding="utf-8")


def test_without_options_everything_goes_into_the_repository(
    mended: subprocess.CompletedProcess[str], world: World
) -> None:
    """Last, since it changes the small repository."""
    done = run_all("--study", "good", root=world.root, cwd=world.output.parent)
    assert done.returncode == 0, done.stdout
    made = {path for path in contents(world.root) if path.startswith(("data/processed/", "figures/", "reports/"))}
    assert "data/processed/good/2025/estimates.csv" in made
    inside = {entry["path"]: entry for entry in manifest(world.root)["outputs"]}
    outside = {entry["path"]: entry for entry in manifest(world.output)["outputs"]}
    for path, entry in inside.items():
        # The summary reads what every study left, and there are more of them outside.
        if path.endswith(".csv") and entry["task"] != "summary":
            assert entry["inputs"].keys() == outside[path]["inputs"].keys()
            assert entry["sha256"] == outside[path]["sha256"]
