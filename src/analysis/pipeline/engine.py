"""One notebook, run by Papermill, and its executed copy made the same from run to run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from analysis.files import write_atomic


@dataclass(frozen=True)
class Job:
    """What a process needs to run a notebook.

    Parameters
    ----------
    notebook
        The notebook to run.
    executed
        Where the executed copy goes, also when a cell fails.
    parameters
        Injected after the cell tagged `parameters`.
    environment
        Added to the environment of the kernel.
    folder
        The kernel's working directory, empty and its own.
    """

    notebook: Path
    executed: Path
    parameters: dict[str, Any]
    environment: dict[str, str]
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """How a notebook run ended.

    Parameters
    ----------
    error
        What went wrong, in the words of the exception; empty when nothing did.
    cell
        The failing cell, counting all cells from 1.
    warnings
        What the notebook wrote to standard error.
    """

    error: str = ""
    cell: int | None = None
    warnings: str = ""


class _ReportingEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, which says when a cell starts."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        report: Callable[[int, int], None] = options.pop("report")
        start = nb_man.cell_start

        def cell_start(cell: Any, cell_index: int | None = None, **rest: Any) -> None:
            report((cell_index or 0) + 1, len(nb_man.nb.cells))
            start(cell, cell_index, **rest)

        nb_man.cell_start = cell_start
        super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register("reporting", _ReportingEngine)


def execute(job: Job, report: Callable[[int, int], None]) -> Outcome:
    """Run a notebook; called in a process of its own, whose environment and directory it changes.

    Parameters
    ----------
    job
        What to run.
    report
        Called with cell number and number of cells as each cell starts.

    Returns
    -------
    Outcome
        How it ended. The executed notebook is written either way.
    """
    os.environ.update(job.environment)
    # The environment's own kernel, whatever kernels the user has.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        papermill.execute_notebook(
            job.notebook,
            job.executed,
            job.parameters,
            engine_name="reporting",
            kernel_name="python3",
            progress_bar=False,
            cwd=job.folder,
            report=report,
        )
    except PapermillExecutionError as error:
        return Outcome(f"{error.ename}: {error.evalue}", error.cell_index + 1, _tidy(job.executed))
    except Exception as error:
        return Outcome(f"{type(error).__name__}: {error}")
    return Outcome(warnings=_tidy(job.executed))


def _tidy(path: Path) -> str:
    """Take out of an executed notebook what differs between runs and machines; return its standard error."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    standard_error = []
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            standard_error += [output.text for output in cell.outputs if output.get("name") == "stderr"]
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    write_atomic(path, nbformat.writes(notebook).encode("utf-8"))
    return "".join(standard_error)
