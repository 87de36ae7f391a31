"""OR-tools' CP-SAT on whole-number programs: a process of its own, since OR-tools and `highspy` cannot be in one.

Both bring a HiGHS, of the same name and not the same version: whichever is imported second does not find its own.

Reads a program in JSON on each line: `rows` (each a list of [unknown, factor], the lowest and the highest value, null:
no limit), `highest` (of each unknown: [unknown, value]) and `objective` ([unknown, factor]). Writes a line for each:
its least value (0 without an objective), null where nothing holds the rows, or "open"; and milliseconds of processor
time.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

import click

# Not imported by name: it need not be there for anything else here to be checked.
cp_model: Any = importlib.import_module("ortools.sat.python.cp_model")


@click.command(help=__doc__)
@click.option("--limit", default=10.0, show_default=True, help="Seconds for a program.")
@click.option("--workers", default=1, show_default=True, help="Threads.")
def main(limit: float, workers: int) -> None:
    """Answer each line."""
    for line in sys.stdin:
        program = json.loads(line)
        start = time.process_time()
        answer = _solved(program, limit, workers)
        click.echo(json.dumps([answer, 1000 * (time.process_time() - start)]))


def _solved(program: dict[str, Any], limit: float, workers: int) -> int | str | None:
    model = cp_model.CpModel()
    of = {unknown: model.new_int_var(0, highest, "") for unknown, highest in program["highest"]}

    def total(terms: list[list[int]]) -> Any:
        return cp_model.LinearExpr.weighted_sum([of[unknown] for unknown, _ in terms], [factor for _, factor in terms])

    for terms, lowest, highest in program["rows"]:
        low = cp_model.INT32_MIN if lowest is None else lowest
        high = cp_model.INT32_MAX if highest is None else highest
        if low > high or (not terms and not low <= 0 <= high):
            return None
        if terms:
            model.add_linear_constraint(total(terms), low, high)
    if program["objective"]:
        model.minimize(total(program["objective"]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    return round(solver.objective_value) if status == cp_model.OPTIMAL else "open"


if __name__ == "__main__":
    main()
