"""Figures and tables come from the estimates alone: swap the export for another, and every one of them follows."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analysis.estimates.survey
import analysis.figures
from analysis.codebook import Codebook, Wave, load_codebook
from analysis.estimates.survey import describe
from analysis.layout import EXTRA_RAW_VARIABLE, NOTEBOOK_DIR, OUTPUT_VARIABLE, RAW_DIR, processed_path
from tests import ssi, ssi_export

KIK, KIK_YEAR = "kik_quality", 2026
CELL = ["variable", "group", "category"]
NUMBERS = ["value", "low", "high", "identified_low", "identified_high"]


@dataclass(frozen=True)
class Shown:
    """What the notebooks made of an export: all estimates (also of the wave before), the data of each item."""

    codebook: Codebook
    year: int
    estimates: pd.DataFrame
    twins: dict[str, pd.DataFrame]


def execute(notebook: str, **parameters: object) -> None:
    """Run the cells of a notebook here, with other parameters than its own."""
    cells = json.loads((NOTEBOOK_DIR / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= parameters


def shown(study: str, year: int, raw: Path, output: Path, patch: pytest.MonkeyPatch, *, compare: bool) -> Shown:
    """Make a wave that lies in an extra raw directory, and where it is compared, the one before."""
    patch.setenv(EXTRA_RAW_VARIABLE, str(raw))
    patch.setenv(OUTPUT_VARIABLE, str(output))
    # The pictures themselves take long, and others look at them.
    patch.setattr(analysis.figures, "_render", lambda figure, suffix: b"")
    # Every chapter estimates the same anew.
    described: dict[int, pd.DataFrame] = {}

    def once(responses: pd.DataFrame, cleaning: pd.DataFrame, book: Codebook, wave: Wave, *rest: Any) -> pd.DataFrame:
        if wave.year not in described:
            described[wave.year] = describe(responses, cleaning, book, wave, *rest)
        return described[wave.year]

    patch.setattr(analysis.estimates.survey, "describe", once)
    book = load_codebook(RAW_DIR / study / "codebook.yaml")
    chapters = book.chapters_of("02_describe")
    if compare and not (output / processed_path("estimates", study, ssi.YEAR)).exists():
        execute("01_clean", study=study, year=ssi.YEAR, lang="en")
        execute("02_describe", study=study, year=ssi.YEAR, lang="en", chapter=chapters[0])
    execute("01_clean", study=study, year=year, lang="en")
    for chapter in chapters:
        execute("02_describe", study=study, year=year, lang="en", chapter=chapter)
    if compare:
        execute("04_compare", study=study, year=year, lang="en")
    # Those of its own wave first, what it is compared with last.
    processed = output / "data" / "processed" / study
    paths = [processed / str(year) / "estimates.csv", *sorted(processed.glob("*/comparison.csv"))]
    paths += [path for path in sorted(processed.glob("*/estimates.csv")) if path not in paths]
    estimates = pd.concat([read(path) for path in paths], ignore_index=True)
    figures = output / "figures" / study / str(year) / "en"
    return Shown(book, year, estimates, {path.stem: read(path) for path in sorted(figures.glob("*.csv"))})


def read(path: Path) -> pd.DataFrame:
    empty = {name: [""] for name in (*NUMBERS, "count", "percent", "base", "population", "clusters", "register")}
    texts = dict.fromkeys((*CELL, "printed", "method"), "str")
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=empty)


def kik_export(folder: Path, seed: int) -> None:
    """Write an export in which other respondents gave the answers that the reconstruction has."""
    source = RAW_DIR / KIK / "2023"
    folder.mkdir(parents=True)
    for name in ("labels.csv", "structure.csv"):
        shutil.copy(source / name, folder)
    places = (source / "municipalities.csv").read_text(encoding="utf-8-sig")
    (folder / "municipalities.csv").write_text(places.replace("2023-01-01", f"{KIK_YEAR}-01-01"), encoding="utf-8")
    header, *rows = csv.reader(io.StringIO((source / "dataset.csv").read_text(encoding="utf-8-sig")), delimiter=";")
    where = header.index("kommune")
    chance = random.Random(seed)
    swapped = [[*given[:where], row[where], *given[where + 1 :]] for row in rows for given in [chance.choice(rows)]]
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([header, *swapped])
    (folder / "dataset.csv").write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    (folder / "wave.yaml").write_text(
        f'study: {KIK}\nyear: {KIK_YEAR}\nbasis: collected\nsource: a test\nreference: "{KIK_YEAR}-01-01"\n'
        "minimum_cell: 1\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module", params=[ssi.STUDY, KIK])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shown, Shown]:
    """Return what is made of two exports of the same wave, one after the other in the same place."""
    made = []
    output = tmp_path_factory.mktemp("out")
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp(f"{request.param}-{seed}")
        with pytest.MonkeyPatch.context() as patch:
            if request.param == KIK:
                kik_export(folder / "raw" / KIK / str(KIK_YEAR), seed)
                made.append(shown(KIK, KIK_YEAR, folder / "raw", output, patch, compare=False))
            else:
                ssi_export.add_wave(folder / "raw", seed, ssi_export.WAVE + "minimum_cell: 1\n")
                made.append(shown(ssi.STUDY, ssi_export.YEAR, folder / "raw", output, patch, compare=True))
    return made[0], made[1]


def from_export(of: Shown) -> list[str]:
    """Return the items whose data are estimates: what cleaning did is a log, and who answered is estimated apart.

    Models have rows of their own; stand-ins of the wave before are refused, whatever the export.
    """
    items = of.codebook.items.items()
    made = [name for name, item in items if name in of.twins and item.notebook != "01_clean"]
    return [name for name in made if name != "change_models"]


def long(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return rows of estimates with one number each: the value, or an end of the range it is identified in."""
    keys = ["wave", *CELL, "statistic", "method"]
    return estimates.melt(keys, ["value", "identified_low", "identified_high"], "which", "number").dropna()


def numbers(of: Shown, name: str) -> pd.DataFrame:
    """Return the numbers of an item's data, named as estimates are; without a method where it names none."""
    twin = of.twins[name]
    if "statistic" in twin:
        return long(twin)
    shown_as = [statistic for statistic in ("count", "percent") if statistic in twin]
    found = twin.melt(CELL, shown_as, "statistic", "value")
    # Without an answer, the count is of all that answered.
    whole = (found["category"] == "") & (found["statistic"] == "count") & ("printed_count" in twin)
    year = of.year if of.codebook.items[name].wave == "own" else ssi.YEAR
    found = found.assign(wave=year, method="", statistic=found["statistic"].mask(whole, "base"))
    return long(found.assign(identified_low=None, identified_high=None))


def looked_up(of: Shown, name: str) -> pd.DataFrame:
    """Return the numbers of an item's data, `expected` what the estimates say (those of the declared method first)."""
    cell = ["wave", *CELL, "statistic"]
    declared = of.estimates.drop_duplicates(cell).assign(method="")
    known = long(pd.concat([of.estimates.drop_duplicates([*cell, "method"]), declared]))
    known = known.rename(columns={"number": "expected"})
    return numbers(of, name).merge(known, "left", [*cell, "method", "which"])


def test_every_item_has_its_data(two: tuple[Shown, Shown]) -> None:
    for of in two:
        made = [name for name, item in of.codebook.items.items() if item.notebook in ("01_clean", "02_describe")]
        assert set(made) <= set(of.twins)
        assert not of.estimates.empty


def test_the_data_of_every_item_are_the_estimates_of_its_own_export(two: tuple[Shown, Shown]) -> None:
    for of in two:
        for name in from_export(of):
            found = looked_up(of, name)
            assert found["number"].to_list() == pytest.approx(found["expected"].to_list()), name
            assert len(found) > 0 or name == "post_stratified"


def test_another_export_changes_every_item_whose_estimates_it_changes(two: tuple[Shown, Shown]) -> None:
    first = two[0]
    followed: list[str] = []
    for name in from_export(first):
        one, other = (looked_up(of, name) for of in two)
        same = one["expected"].to_list() == other["expected"].to_list()
        assert (one["number"].to_list() == other["number"].to_list()) == same, name
        followed += [] if same else [name]
    # Of two exports made up at random nothing agrees but what is of the wave before, or that nobody gives by size.
    assert set(from_export(first)) - set(followed) <= {"table_3", "post_stratified"}
    assert ("post_stratified" in followed) == (first.codebook.study == KIK)


def test_who_answered_follows_too(two: tuple[Shown, Shown]) -> None:
    for of in two:
        who = of.twins["participation"]
        pd.testing.assert_frame_equal(
            of.twins["participation_by_group"],
            who[who["category"] == ""].drop(columns="printed").reset_index(drop=True),
        )
        assert who.loc[(who["group"] == "all") & (who["statistic"] == "base"), "value"].to_list() == [98]
