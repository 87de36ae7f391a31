"""HiGHS (`highspy`) against OR-tools' CP-SAT, on the whole-number programs that the reconstruction asks for.

The programs are recorded while a wave is repaired and its numbers identified; then each solver gets them all, CP-SAT
in a process of its own (`benchmarks.cp_sat`). OR-tools is no dependency of the project: `pip install ortools`. Times
are processor time, building the model included.

`python -m benchmarks.solvers --help`
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unittest import mock

import click
import pandas as pd

from analysis.reconstruct import identify
from analysis.reconstruct.program import OpenError, Programme, Row, Solution
from benchmarks.waves import WAVES, system_of

OPEN = "open"
"""What a solver says of a program that it did not settle in the time or the nodes given."""

Answer = int | str | None
"""The least value of the objective (0 without one); None: nothing holds the rows; or `OPEN`."""


@dataclass(frozen=True)
class Program:
    """What `Programme.solve` was asked."""

    rows: Sequence[Row]
    highest: Sequence[int]
    objective: Mapping[int, int]
    nodes: int | None

    @property
    def kind(self) -> str:
        """What it was asked for."""
        return "optimum" if self.objective else "feasible"

    @property
    def unknowns(self) -> set[int]:
        """The unknowns that it is about."""
        return {unknown for row in self.rows for unknown in row.terms} | self.objective.keys()


class _EnoughError(Exception):
    """So many programs were recorded as were wanted."""


@click.command(help=__doc__)
@click.option("--study", type=click.Choice(sorted({study for study, _ in WAVES})), help="Only this study.")
@click.option("--questions", type=int, help="Only the first so many questions of a wave.")
@click.option("--seconds", default=30.0, show_default=True, help="How long programs of a wave are recorded.")
@click.option("--most", default=400, show_default=True, help="How many of these are solved, evenly spaced.")
@click.option("--limit", default=10.0, show_default=True, help="Seconds that CP-SAT may take for a program.")
@click.option("--workers", default=1, show_default=True, help="Threads of CP-SAT.")
def main(study: str | None, questions: int | None, seconds: float, most: int, limit: float, workers: int) -> None:
    """Print a line for each wave, kind of program and solver."""
    for name, year in WAVES:
        if study not in (None, name):
            continue
        programs = _recorded(name, year, questions, seconds)
        some = programs[:: -(-len(programs) // most)]
        rows = []
        for program, cp_sat in zip(some, _cp_sat(some, limit, workers), strict=True):
            highs = _highs(program)
            size = {"kind": program.kind, "unknowns": len(program.unknowns), "rows": len(program.rows)}
            differs = OPEN not in (highs[0], cp_sat[0]) and highs[0] != cp_sat[0]
            rows.append(
                {**size, "HiGHS": highs[1], "CP-SAT": cp_sat[1], "differs": differs}
                | {f"{solver} open": answer == OPEN for solver, (answer, _) in (("HiGHS", highs), ("CP-SAT", cp_sat))}
            )
        click.echo(f"\n{name} {year}: {len(programs)} programs recorded, {len(some)} solved; milliseconds")
        click.echo(_summary(pd.DataFrame(rows)).to_string())


def _recorded(study: str, year: int, questions: int | None, seconds: float) -> list[Program]:
    """Return the programs that are asked for while a wave is repaired and identified, as far as that gets."""
    programs: list[Program] = []
    end = time.perf_counter() + seconds

    solved = Programme.solve

    def recording(
        self: Programme,
        objective: Mapping[int, int] | None = None,
        nodes: int | None = None,
        below: int | None = None,
    ) -> Solution | None:
        if time.perf_counter() > end:
            raise _EnoughError
        limit = [] if below is None else [Row(dict(objective or {}), None, below - 1)]
        programs.append(Program((*self.rows, *limit), self.highest, objective or {}, nodes))
        return solved(self, objective, nodes, below)

    system = system_of(study, year, questions)
    with mock.patch.object(Programme, "solve", recording):
        try:
            identify(system)
        except _EnoughError:
            click.echo(f"{study} {year}: only what was asked in the first {seconds:g} s")
    return programs


def _highs(program: Program) -> tuple[Answer, float]:
    start = time.process_time()
    answer: Answer = None
    try:
        found = Programme(program.rows, program.highest).solve(program.objective, program.nodes)
    except OpenError:
        answer = OPEN
    else:
        if found is not None:
            answer = sum(factor * found[unknown] for unknown, factor in program.objective.items())
    return answer, 1000 * (time.process_time() - start)


def _cp_sat(programs: Sequence[Program], limit: float, workers: int) -> list[tuple[Answer, float]]:
    lines = [
        json.dumps(
            {
                "rows": [(list(row.terms.items()), row.low, row.high) for row in program.rows],
                "highest": [(unknown, int(program.highest[unknown])) for unknown in sorted(program.unknowns)],
                "objective": list(program.objective.items()),
            }
        )
        for program in programs
    ]
    options = ["--limit", str(limit), "--workers", str(workers)]
    command = [sys.executable, "-m", "benchmarks.cp_sat", *options]
    told = subprocess.run(command, input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=True).stdout
    return [(answer, taken) for answer, taken in map(json.loads, told.splitlines())]


def _summary(measured: pd.DataFrame) -> pd.DataFrame:
    """Return size and times by kind of program: median, 95th percentile, largest and sum of milliseconds."""
    lines = {}
    for kind, own in measured.groupby("kind"):
        for solver in ("HiGHS", "CP-SAT"):
            times = own[solver]
            lines[kind, solver] = {
                "programs": len(own),
                "unknowns": own["unknowns"].median(),
                "rows": own["rows"].median(),
                "median": round(times.median(), 1),
                "p95": round(times.quantile(0.95), 1),
                "largest": round(times.max(), 1),
                "sum": round(times.sum()),
                "open": own[f"{solver} open"].sum(),
                "differs": own["differs"].sum(),
            }
    return pd.DataFrame(lines).T


if __name__ == "__main__":
    main()
