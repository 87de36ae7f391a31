"""Printed numbers -> an export that agrees with them, and what they leave open.

A reconstruction is a demonstration and a test bed, never evidence: that it agrees with print is how it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from analysis.codebook import Codebook, load_codebook, load_wave
from analysis.codebook.cells import column
from analysis.codebook.questions import parse_universe
from analysis.errors import AnalysisError
from analysis.files import write_atomic
from analysis.ingest.check import population_of_wave
from analysis.ingest.disputes import COLUMNS, GIVEN_UP
from analysis.layout import RAW_DIR, display_path, raw_path
from analysis.places import quarter_start, read_register
from analysis.published import load_published
from analysis.reconstruct.association import associate, outcomes
from analysis.reconstruct.deal import UNTICKED, asked_in, deal_answers, deal_responses
from analysis.reconstruct.draw import Counts, draw_counts
from analysis.reconstruct.export import COMPLETED, DISTRIBUTED, SOME_ANSWERS, export_texts
from analysis.reconstruct.identify import identify, recomputed
from analysis.reconstruct.repair import Choice, Dispute
from analysis.reconstruct.standins import class_sizes, classes, stand_ins
from analysis.reconstruct.statements import Statement
from analysis.reconstruct.system import System

__all__ = ["System", "disputes", "identify", "recomputed", "reconstruct"]


def reconstruct(study: str, year: int, seed: int) -> str:
    """Write an export that agrees with the printed numbers of a wave into the wave's folder of the repository.

    Beside it go what print leaves open (`identified.csv`), how size can go with answers (`associations.csv`), every way
    to settle what print disputes (`disputes.csv`), the stand-ins for municipalities (`municipalities.csv`), and into
    `wave.yaml` the seed, the printed numbers that contradict others and were given up, those rounded otherwise, the
    questions that print says nothing about, and checksums.

    Parameters
    ----------
    study, year
        A wave whose `wave.yaml` says `basis: reconstructed`.
    seed
        Of the draw; the same seed gives the same files.

    Returns
    -------
    str
        What was written, in words.

    Raises
    ------
    AnalysisError
        The wave is no reconstruction, so that its export is somebody's answers; nothing is printed about it; or what
        is printed cannot be so.
    """
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    folder = RAW_DIR / study / str(year)
    wave = load_wave(folder / "wave.yaml")
    if wave.basis != "reconstructed":
        raise AnalysisError(
            f"{display_path(folder / 'wave.yaml')} says basis: {wave.basis}. Only a wave with basis: reconstructed is "
            "written over."
        )
    published = load_published(raw_path("published", study, year, codebook.places), codebook)
    published = published[published["wave"] == year]
    if published.empty:
        raise AnalysisError(f"no printed number of {study} is about {year}: there is nothing to reconstruct it from")
    reference = quarter_start(wave.reference)
    register = population_of_wave(
        read_register(raw_path("register", study, year, codebook.places)), wave, display_path(folder / "wave.yaml")
    )
    of_classes = class_sizes(register, codebook)
    # What print splits no question by stays unrelated to it: it is not drawn, but dealt.
    system = System(codebook, year, published, of_classes, as_declared=False)
    random = np.random.default_rng(seed)
    people = stand_ins(register, codebook, year, random)
    # What print leaves open takes as long as a draw: it is found beside it, in a process of its own.
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        ranges = beside.submit(_identified, codebook, year, published, of_classes, system.repair.disputes)
        choice, counts = draw_counts(system, random)
        sizes = classes(people, codebook)
        responses, ineligible = deal_responses(system.unknowns, counts, sizes, random)
        answers = deal_answers(system.unknowns, counts, responses, random, system.possible(choice).rows)
        answers["status"] = _statuses(system, counts, answers, random)
        disputed, associated = disputes(system, choice), _associations(system, published, of_classes)
    rows = _with_absent(system, answers, ineligible, len(people))
    rows = rows.iloc[random.permutation(len(rows))] if codebook.repeated else rows.sort_values("municipality")
    own = people.assign(reference=reference, source="made up: a stand-in")
    files = {
        **export_texts(rows, people["name"].iloc[rows["municipality"]].to_list(), codebook, year),
        "municipalities.csv": _csv(own[["code", "name", "region", "reference", "population", "source"]]),
        "identified.csv": _csv(ranges.result()),
        "disputes.csv": _csv(disputed),
        "associations.csv": _csv(associated),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    declaration = {
        **wave.model_dump(exclude_defaults=True, exclude={"reconstruction"}),
        "reconstruction": {
            "seed": seed,
            "given_up": [
                each for statement in system.given_up(choice) for each in _given_up(system, choice, statement)
            ],
            "rounded": [
                {**where, "rule": rule}
                for number, rule in sorted(choice.items())
                if rule is not None
                for where in _printed_at(system, system.statements[number])
            ],
            "empty": [name for name in _closed(codebook) if name not in system.unknowns.variables],
            "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        },
    }
    text = yaml.safe_dump(declaration, allow_unicode=True, sort_keys=False, width=120)
    header = "# RECONSTRUCTED from printed numbers by `run_all.py reconstruct`: nobody gave these answers.\n"
    write_atomic(folder / "wave.yaml", (header + text).encode("utf-8"))
    used = {position for statement in system.statements for position in statement.positions}
    given_up = {position for statement in system.given_up(choice) for position in statement.positions}
    return (
        f"{display_path(folder)}: {len(responses)} responses agree with {len(used - given_up)} printed numbers; "
        f"{len(given_up)} that contradict them were given up, {len(published) - len(used)} are about something else."
    )


def _identified(
    codebook: Codebook,
    year: int,
    published: pd.DataFrame,
    of_classes: Mapping[str, int],
    disputes: Sequence[Dispute],
) -> pd.DataFrame:
    settled = System(codebook, year, published, of_classes, as_declared=False, disputes=disputes)
    return identify(System(codebook, year, published, of_classes, settled=settled))


def disputes(system: System, taken: Choice) -> pd.DataFrame:
    """Return what print disputes, and every way to settle it at least cost.

    Returns
    -------
    DataFrame
        One row for each printed number that a way reads otherwise than as rounded half up: `dispute` and `way` (numbers
        from 1), `item`, `line`, `variable`, `group`, `category`, `printed`, `what` (number, or base), `read_as` (a
        rule, or `given_up`), and `followed`: whether the export follows this way.
    """
    rows = []
    for number, dispute in enumerate(system.repair.disputes, start=1):
        for way, choice in enumerate(dispute.choices, start=1):
            follows = choice.items() <= taken.items()
            for place, rule in sorted(choice.items()):
                statement = system.statements[place]
                rows += [
                    (number, way, *_told(system, statement, position), rule or GIVEN_UP, follows)
                    for position in statement.positions
                ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _told(system: System, statement: Statement, position: int) -> tuple[object, ...]:
    row = system.printed.rows.loc[position]
    if statement.of_base:
        return row["item"], row["line"], statement.variable, statement.group, "", row["printed"], "base"
    return (*row[["item", "line", "variable", "group", "category", "printed"]], "number")


def _associations(system: System, published: pd.DataFrame, of_classes: Mapping[str, int]) -> pd.DataFrame:
    """Return how size can go with each answer that is asked for."""
    codebook = system.codebook
    smallest, *_, largest = codebook.size_classes
    of = outcomes(system, published)
    return associate(codebook, system.year, published, of_classes, of, (smallest, largest), system)


def _closed(codebook: Codebook) -> list[str]:
    return [name for name, variable in codebook.variables.items() if variable.kind in ("single", "multiple", "open")]


def _statuses(system: System, counts: Counts, answers: pd.DataFrame, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the status of each response: of so many as print says came to the end of their questionnaire, completed.

    Who did not is drawn at random among those that ticked something wherever they were asked: where nothing is ticked,
    a response that did not come to the end holds no answer (`ingest.responses`). If these are too few, more did than
    print says. Where print tells no status, all did.
    """
    statuses, nothing_ticked = np.full(len(answers), COMPLETED), np.zeros(len(answers), dtype=bool)
    codebook, name = system.codebook, system.codebook.questionnaire
    given = {str(each): answers[each].to_numpy() for each in answers}
    for several in system.unknowns.variables:
        for asking in codebook.askings(several) if codebook.variables[several].options else ():
            options = [column(several, asking, option) for option in codebook.variables[several].options or ()]
            nowhere = (answers[options] == UNTICKED).all(axis="columns").to_numpy()
            for place in system.unknowns.places(several, asking):
                nothing_ticked |= nowhere & asked_in(system.unknowns, given, place)
    told = [each.counts for each in codebook.variables.values() if each.counts and each.counts.status]
    for questionnaire in system.unknowns.answers(name) if name else ():
        universes = [parse_universe(each.universe) for each in told]
        if any(each is None or questionnaire in codebook.members_of(each, system.year) for each in universes):
            ((completed, _),) = system.unknowns.completed(questionnaire).items()
            own = (answers[name] == questionnaire).to_numpy()
            not_completed = int(own.sum()) - counts[completed]
            statuses[random.permutation(np.flatnonzero(own & ~nothing_ticked))[:not_completed]] = SOME_ANSWERS
    return statuses


def _with_absent(system: System, answers: pd.DataFrame, ineligible: list[int], everyone: int) -> pd.DataFrame:
    """Add the municipalities that did not take part: they stand in an export too, without answers."""
    eligible = parse_universe(system.codebook.eligible)
    silent = set(range(everyone)) - set(answers["municipality"]) - set(ineligible)
    rows: list[dict[str, object]] = [{"municipality": place, "status": DISTRIBUTED} for place in sorted(silent)]
    if eligible is not None:
        others = [
            name
            for name in system.codebook.codes_of(eligible.variable, system.year).substantive
            if name not in system.codebook.members_of(eligible, system.year)
        ]
        rows += [{"municipality": place, "status": SOME_ANSWERS, eligible.variable: others[0]} for place in ineligible]
    return pd.concat([answers, pd.DataFrame(rows)], ignore_index=True)


def _given_up(system: System, choice: Choice, statement: Statement) -> list[dict[str, object]]:
    possible, quantity = system.possible(choice), statement.quantity
    if quantity.base is None:
        ends = [f"{end / quantity.unit:g}" for end in possible.bounds(quantity.count)]
    else:
        ends = [f"{float(end):.1f}%" for end in possible.percent_bounds(quantity.count, quantity.base) or ()]
    return [{**where, "instead": " to ".join(dict.fromkeys(ends))} for where in _printed_at(system, statement)]


def _printed_at(system: System, statement: Statement) -> list[dict[str, object]]:
    """Return everywhere that a number is printed."""
    rows = (system.printed.rows.loc[position] for position in statement.positions)
    return [{"line": int(str(row["line"])), "printed": str(row["printed"])} for row in rows]


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
