"""The executor's door: one operating-system process for each notebook; anything with run and stop fits."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from analysis.pipeline.executor import Executor, LocalExecutor
from analysis.pipeline.job import Job, Outcome
from tests.pipeline.worlds import ALLOCATE, REPLICATE, FakeExecutor, agreement, batch, write_notebook


def job(tmp_path: Path, name: str, *cells: str, given: int = 7) -> Job:
    folder = tmp_path / name
    folder.mkdir()
    write_notebook(tmp_path / f"{name}.ipynb", ["x: int = 0", *cells])
    return Job(
        notebook=tmp_path / f"{name}.ipynb",
        executed=tmp_path / f"{name}-executed.ipynb",
        parameters={"x": given},
        environment={"TOLD": name, "IPYTHONDIR": str(tmp_path / "ipython")},
        folder=folder,
        messages=tmp_path / f"{name}-messages.txt",
    )


def printed(done: Job) -> list[str]:
    notebook = nbformat.read(done.executed, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return "".join(output.text for cell in cells for output in cell.outputs if output.get("name") == "stdout").split()


@pytest.fixture(scope="module")
def two_jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Job], list[Outcome], list[list[tuple[int, int]]]]:
    """Return two jobs that one executor ran at a time, how they ended, and the cells each reported."""
    tmp_path = tmp_path_factory.mktemp("jobs")
    tell = "import os\nprint(os.getppid(), os.environ['TOLD'], x, len(os.listdir()), end=' ')"
    jobs = [job(tmp_path, name, tell) for name in ("first", "second")]
    reported: list[list[tuple[int, int]]] = [[], []]
    executor = LocalExecutor()
    with ThreadPoolExecutor(2) as threads:
        outcomes = threads.map(
            lambda one, cells: executor.run(one, lambda cell, of: cells.append((cell, of))), jobs, reported
        )
        return jobs, list(outcomes), reported


def test_each_notebook_runs_in_a_process_of_its_own(
    two_jobs: tuple[list[Job], list[Outcome], list[list[tuple[int, int]]]],
) -> None:
    jobs, outcomes, _ = two_jobs
    assert outcomes == [Outcome(), Outcome()]
    processes = {printed(done)[0] for done in jobs}
    assert len(processes) == 2
    assert str(os.getpid()) not in processes


def test_environment_and_parameters_are_each_jobs_own(
    two_jobs: tuple[list[Job], list[Outcome], list[list[tuple[int, int]]]],
) -> None:
    assert [printed(done)[1:3] for done in two_jobs[0]] == [["first", "7"], ["second", "7"]]
    assert "TOLD" not in os.environ


def test_each_cell_is_reported_as_it_starts(
    two_jobs: tuple[list[Job], list[Outcome], list[list[tuple[int, int]]]],
) -> None:
    for cells in two_jobs[2]:
        assert [cell for cell, _ in cells] == sorted(cell for cell, _ in cells)
        assert cells[-1][0] == cells[-1][1]


def test_a_notebook_that_stops_the_executors_process_is_an_outcome(tmp_path: Path) -> None:
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)"
    outcome = LocalExecutor().run(job(tmp_path, "killer", kill), lambda cell, cells: None)
    assert "exit code" in outcome.error


def test_any_executor_fits_the_door(output: Path) -> None:
    executor: Executor = FakeExecutor()
    assert isinstance(executor, FakeExecutor)
    well, _ = batch(executor)
    assert well
    assert sorted(executor.ran) == sorted(agreement())
    assert executor.ran.index(ALLOCATE) < executor.ran.index(REPLICATE)


def test_an_executor_that_raises_fails_only_its_own_task(output: Path) -> None:
    def lost(job: Job, made: Path) -> Outcome:
        raise ConnectionError("the cluster is gone")

    well, shown = batch(FakeExecutor({REPLICATE: lost}))
    assert not well
    assert "the cluster is gone" in shown
    assert (output / "reports" / "da" / "dalarna_agreement-2025-06_allocate.html").is_file()


def test_a_job_carries_everything_it_needs_and_no_folder_as_parameter(output: Path) -> None:
    def look(job: Job, made: Path) -> None:
        assert set(job.parameters) == {"study", "year", "lang", "cost", "population"}
        assert job.notebook.name == "06_allocate.ipynb"
        assert list(job.folder.iterdir()) == []

    well, shown = batch(FakeExecutor({ALLOCATE: look}))
    assert well, shown
