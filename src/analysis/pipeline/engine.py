"""One notebook, run by Papermill, and its executed copy made the same from run to run."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.paths import jupyter_runtime_dir
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis.files import write_atomic
from analysis.pipeline.job import Job, Outcome

# Sockets in the user's own folder rather than local ports, which kernels that start together can take from each
# other. A socket's path, this folder and about 50 characters, is limited to 104 on macOS and 108 on Linux.
_SOCKETS = sys.platform != "win32" and len(jupyter_runtime_dir()) <= 50
_KERNEL = Config({"KernelManager": {"transport": "ipc" if _SOCKETS else "tcp"}})


class _ReportingEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, which says when a cell starts."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        report: Callable[[int, int], None] = options.pop("report")
        start = nb_man.cell_start

        own = [position for position, cell in enumerate(nb_man.nb.cells) if not _is_injected(cell)]

        def cell_start(cell: Any, cell_index: int, **rest: Any) -> None:
            # The injected cell counts with the one it follows, so that numbers are those of the notebook itself.
            report(sum(position <= cell_index for position in own), len(own))
            start(cell, cell_index, **rest)

        nb_man.cell_start = cell_start
        super().execute_managed_notebook(nb_man, kernel_name, **options)


# Parameters are checked before anything runs; what Papermill makes of typed ones is no news.
logging.getLogger("papermill").setLevel(logging.ERROR)
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
    cell = 0

    def started(number: int, cells: int) -> None:
        nonlocal cell
        cell = number
        report(number, cells)

    # What the kernel itself says (it inherits this process's standard error) is for the log, not the terminal.
    sys.stderr.flush()
    with job.messages.open("wb") as messages:
        os.dup2(messages.fileno(), 2)
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
            report=started,
            config=_KERNEL,
        )
    except PapermillExecutionError as error:
        return Outcome(f"{error.ename}: {error.evalue}", cell, _tidy(job.executed))
    except Exception as error:
        return Outcome(f"{type(error).__name__}: {error}", cell or None, died=True)
    return Outcome(warnings=_tidy(job.executed))


def _is_injected(cell: nbformat.NotebookNode) -> bool:
    return "injected-parameters" in cell.metadata.get("tags", [])


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
