"""How long it takes to reconstruct a wave, step by step, and how that grows with the number of questions.

In seconds of processor time, which other work on the machine does not change; the limit is by the clock.

`python -m benchmarks.reconstruction --help`
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

import click
import numpy as np

from analysis.reconstruct import System, identify
from analysis.reconstruct.draw import draw_counts
from benchmarks.waves import WAVES, system_of

SEED = 1
STEPS: dict[str, Callable[[System], object]] = {
    "repair": lambda system: system.repair,
    "identify": identify,
    "draw": lambda system: draw_counts(system, np.random.default_rng(SEED)),
}


@click.command(help=__doc__)
@click.option("--study", type=click.Choice(sorted({study for study, _ in WAVES})), help="Only this study.")
@click.option("--limit", default=60.0, show_default=True, help="Seconds that a step may take.")
@click.option("--questions", type=int, multiple=True, help="Only the first so many questions; may be given repeatedly.")
def main(study: str | None, limit: float, questions: tuple[int, ...]) -> None:
    """Print a line for each wave and number of questions."""
    click.echo(
        "| wave | questions | unknowns | statements | disputes | " + " | ".join(f"{step}, s" for step in STEPS) + " |"
    )
    click.echo("|---" * (5 + len(STEPS)) + "|")
    for name, year in WAVES:
        for number in questions or (None,) if study in (None, name) else ():
            told = list(_told(name, year, number, limit))
            click.echo("| " + " | ".join([f"{name} {year}", *told]) + " |")


def _told(study: str, year: int, questions: int | None, limit: float) -> Iterator[str]:
    """Yield what is to be printed of a wave; of a step that takes too long, and those after it, that it does."""
    system = system_of(study, year, questions)
    yield from (str(len(each)) for each in (system.unknowns.variables, system.unknowns.names, system.statements))
    # In a process of its own: a solver that is at work cannot be interrupted otherwise.
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_measure, args=(system, there), daemon=True)
    process.start()
    told = 0
    while told < 1 + len(STEPS) and here.poll(limit):
        yield here.recv()
        told += 1
    process.kill()
    yield from [f"> {limit:g}"] * (told < 1 + len(STEPS)) + ["-"] * (len(STEPS) - told)


def _measure(system: System, results: Connection) -> None:
    for step, run in STEPS.items():
        start = time.process_time()
        run(system)
        seconds = f"{time.process_time() - start:.1f}"
        if step == "repair":
            results.send(str(len(system.repair.disputes)))
        results.send(seconds)


if __name__ == "__main__":
    main()
