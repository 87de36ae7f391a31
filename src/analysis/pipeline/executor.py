"""The door between the task graph and whatever runs a notebook: here, one operating-system process for each."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Protocol

from analysis.pipeline.job import Job, Outcome

Report = Callable[[int, int], None]
"""Called with the cell that starts (1-based) and the number of cells."""


class Executor(Protocol):
    """Runs notebooks; a cluster is another one of these."""

    def run(self, job: Job, report: Report) -> Outcome:
        """Run one notebook to its end and say how it went; called from several threads at once."""

    def stop(self) -> None:
        """End everything that runs."""


class LocalExecutor:
    """Runs each notebook in a process of its own on this machine, so that one that dies takes no other along."""

    def __init__(self) -> None:
        # A fork server has the libraries loaded once; Windows has none.
        self._context: SpawnContext | ForkServerContext
        if sys.platform == "win32":
            self._context = multiprocessing.get_context("spawn")
        else:
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload(["analysis.pipeline.engine"])
        self._running: set[BaseProcess] = set()

    def run(self, job: Job, report: Report) -> Outcome:
        """Run one notebook in a new process."""
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(job, theirs), name=job.notebook.stem)
        process.start()
        theirs.close()
        self._running.add(process)
        cell = None
        try:
            while True:
                message = ours.recv()
                if isinstance(message, Outcome):
                    return message
                cell = message[0]
                report(*message)
        except (EOFError, ConnectionResetError):
            process.join()
            return Outcome(f"the process ended without a word (exit code {process.exitcode})", cell, died=True)
        finally:
            process.join()
            self._running.discard(process)
            ours.close()

    def stop(self) -> None:
        """End every process that runs."""
        for process in list(self._running):
            process.terminate()


def _work(job: Job, connection: Connection) -> None:
    """Run a notebook in the new process and send back progress and outcome."""
    # Papermill is slow to load, and the parent never needs it.
    from analysis.pipeline.engine import execute

    try:
        connection.send(execute(job, lambda cell, cells: connection.send((cell, cells))))
    finally:
        connection.close()
