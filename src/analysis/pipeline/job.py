"""What goes through the executor's door: a notebook to run, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    messages
        File for what the processes write to standard error.
    """

    notebook: Path
    executed: Path
    parameters: dict[str, Any]
    environment: dict[str, str]
    folder: Path
    messages: Path


@dataclass(frozen=True)
class Outcome:
    """How a notebook run ended.

    Parameters
    ----------
    error
        What went wrong, in the words of the exception; empty when nothing did.
    cell
        The cell it stopped in, as the notebook in `notebooks/` counts them, from 1.
    warnings
        What the notebook wrote to standard error.
    died
        Whether the process or its kernel ended without saying why.
    """

    error: str = ""
    cell: int | None = None
    warnings: str = ""
    died: bool = False
