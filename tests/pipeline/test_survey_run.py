"""A made-up export of another year, dropped in: real kernels make the whole report and the comparison with 2024."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimates import NUMERIC
from analysis.reconstruct.deal import TICKED
from analysis.site.check import problems
from tests import denmark, ssi, ssi_export
from tests.pipeline.worlds import manifest, manifest_problems, run_all

YEAR = ssi_export.YEAR
PROCESSED = Path("data", "processed", ssi.STUDY)


@dataclass(frozen=True)
class Real:
    """A run of the new year in both languages, and what it was given."""

    output: Path
    done: subprocess.CompletedProcess[str]
    answers: pd.DataFrame

    def dataset(self, name: str, year: int = YEAR) -> pd.DataFrame:
        path = self.output / PROCESSED / str(year) / f"{name}.csv"
        return pd.read_csv(path, keep_default_na=False, na_values={column: [""] for column in NUMERIC})


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    folder = tmp_path_factory.mktemp("new-year")
    ssi_export.add_wave(folder / "raw", seed=5)
    output = folder / "out"
    done = run_all(
        "--study", ssi.STUDY, "--year", str(YEAR), "--raw-dir", folder / "raw", "--output-dir", output
    )  # fmt: skip
    return Real(output, done, ssi_export.answers(seed=5))


def one(rows: pd.DataFrame, **cell: str) -> pd.Series:
    found = rows[(rows[list(cell)] == pd.Series(cell)).all(axis="columns")]
    assert len(found) == 1
    return found.iloc[0]


def test_all_that_was_asked_for_is_made(real: Real) -> None:
    assert real.done.returncode == 0, real.done.stdout + real.done.stderr
    assert problems(real.output / "reports") == []
    assert manifest_problems(real.output) == []
    for failed in ("failed", "not run"):
        assert failed not in real.done.stdout


def test_every_item_of_the_report_is_drawn_from_the_new_answers(real: Real) -> None:
    items = [item for item in manifest(real.output)["items"] if item["wave"] == YEAR]
    printed = [name for name, item in ssi.codebook().items.items() if item.printed]
    assert sorted(item["item"] for item in items) == sorted(printed)
    assert len(printed) == 10
    assert {item["status"] for item in items} <= {"drawn", "partly"}


def test_the_numbers_are_those_of_the_answers(real: Real) -> None:
    estimates = real.dataset("estimates")
    assert set(estimates["basis"]) == {"collected", "register"}
    took_part = real.answers[real.answers["knows_organisation"] == "yes"]
    assert len(took_part) == 95
    for category, count in took_part["regional_agreement"].value_counts().items():
        row = one(estimates, variable="regional_agreement", category=str(category), statistic="count")
        assert row["value"] == count
    yes = took_part["organisation"].isin(["unchanged", "increased", "reduced"])
    row = one(estimates, variable="translates_guidelines", category="", statistic="base")
    assert row["value"] == yes.sum()
    ticked = (took_part["local_guidelines/care_homes"] == TICKED).sum()
    share = one(estimates, variable="local_guidelines", category="care_homes", statistic="percent", method="worst_case")
    assert share["value"] == pytest.approx(100 * ticked / 95)
    assert (share["low"], share["high"]) == pytest.approx((100 * ticked / 98, 100 * (ticked + 3) / 98))


def test_it_is_compared_with_2024(real: Real) -> None:
    changes = real.dataset("comparison")
    took_part = real.answers[real.answers["knows_organisation"] == "yes"]
    halt = one(changes, item="table_2", variable="halt", group="since:2024", statistic="percent", method="worst_case")
    now = 100 * (took_part["halt"] == "yes").sum() / 95
    assert halt["value"] == pytest.approx(now - 100 * 41 / 96)
    assert halt["basis"] == "reconstructed", "2024 is one"
    assert set(changes.loc[changes["item"] == "table_2", "variable"]) == {
        row.variable for row in ssi.codebook().comparison.values()
    }


def test_size_is_asked_of_the_new_answers(real: Real) -> None:
    responses = pd.read_parquet(real.output / PROCESSED / str(YEAR) / "responses.parquet")
    known = responses[responses["organisation"] != "dont_know"]
    yes = known["organisation"].isin(["unchanged", "increased", "reduced"]).astype(float)
    fit = sm.Logit(yes, sm.add_constant(np.log2(known["population"]))).fit(disp=False)
    own = one(real.dataset("models"), model="organisation_by_size", term="log2_population", scale="log_odds")
    assert (own["basis"], own["family"], int(own["n"])) == ("collected", "logistic", len(known))
    assert float(own["estimate"]) == pytest.approx(fit.params["population"], rel=1e-5)
    assert float(own["p"]) == pytest.approx(fit.pvalues["population"], rel=1e-5)
    # Of 2024's stand-ins nothing is put beside these answers.
    assert set(real.dataset("change_models")["estimate"]) == {""}


def test_population_and_region_are_those_of_the_register(real: Real) -> None:
    responses = pd.read_parquet(real.output / PROCESSED / str(YEAR) / "responses.parquet")
    register = denmark.register()
    day = register[register["reference"] == f"{YEAR}-01-01"].set_index("code")
    assert len(responses) == 95
    for column in ("name", "region", "population"):
        assert (
            responses.set_index("municipality")[column].to_dict()
            == day.loc[responses["municipality"], column].to_dict()
        )


def text_of(path: Path) -> str:
    """Return what a page says, or all that a workbook or a document does."""
    if path.suffix not in (".xlsx", ".docx"):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))


def test_no_municipality_and_no_small_number_leaves_a_collected_wave(real: Real) -> None:
    names = re.compile(r"\b(" + "|".join(map(re.escape, {*denmark.names().values(), "Århus"})) + r")\b")
    collected = list(real.output.glob(f"reports/*/*-{YEAR}-*"))
    assert len(collected) > 10
    for path in collected:
        text = text_of(path)
        # A picture spells whatever it likes.
        text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
        assert names.findall(text) == [], path.name
    for path in real.output.glob(f"figures/{ssi.STUDY}/{YEAR}/da/*.csv"):
        twin = pd.read_csv(path, keep_default_na=False, na_values=[""])
        if {"statistic", "variable", "basis"} <= set(twin.columns):
            counts = twin[(twin["statistic"] == "count") & (twin["basis"] == "collected")]
            counts = counts[counts["variable"] != "participation"]
            assert not counts["value"].isin([1, 2]).any(), path.name
    index = (real.output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    assert f"{YEAR}/responses.parquet" not in index
    assert f"{YEAR}/estimates.csv" not in index
    assert "2024/responses.parquet" in index


def test_pages_say_what_they_rest_on(real: Real) -> None:
    mark = "REKONSTRUERET"
    own = (real.output / "reports" / "da" / f"{ssi.STUDY}-{YEAR}-02_describe-organisation.html").read_text("utf-8")
    both = (real.output / "reports" / "da" / f"{ssi.STUDY}-{YEAR}-04_compare.html").read_text("utf-8")
    assert 'class="page basis-collected"' in own
    assert 'class="page basis-reconstructed"' in both
    assert mark in both.upper()


def test_a_manifest_says_which_wave_an_output_rests_on(real: Real) -> None:
    bases = {output["task"]: output["basis"] for output in manifest(real.output)["outputs"]}
    assert bases[f"{ssi.STUDY}/{YEAR}/01_clean/da"] == "collected"
    assert bases[f"{ssi.STUDY}/{YEAR}/04_compare/da"] == "reconstructed"
    assert json.dumps(bases).count("reconstructed") > 2
