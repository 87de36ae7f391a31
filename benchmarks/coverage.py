"""How often intervals cover, and tests reject, in models of waves like ours.

Answers of four categories follow proportional odds exactly; for binary models the upper two are a yes. Within a
municipality they depend through a Gaussian copula, so the odds ratio in the population of answers, which is estimated,
is the one that is set. log2(population) is that of Danish municipalities drawn from the register, the same in all
waves: a few large cities, which bear much of what is told of size, are part of the design. Role varies within them.

`python -m benchmarks.coverage --help`
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit
from statsmodels.genmod.cov_struct import GlobalOddsRatio
from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE

from analysis.layout import RAW_DIR
from analysis.models.effects import average_change, logistic
from analysis.models.firth import fit_firth
from analysis.models.fit import Fit, NoFit
from analysis.models.gee import fit_gee, fit_ordinal_gee
from analysis.models.logistic import fit_logistic
from analysis.models.ordinal import fit_proportional_odds
from analysis.models.proportionality import brant
from analysis.places import read_register

# Answers of each municipality: SSI's 98 give one each, KIK's 82 give 151 in all.
SIZES = {
    "98 municipalities": [1] * 98,
    "151 answers of 82": [1] * 31 + [2] * 36 + [3] * 13 + [4] + [5],
    "430 answers of 86": [5] * 86,
}
TRUTH = {"log2_population": 0.3, "role": 0.4}
THRESHOLDS = [-1.5, 0.0, 1.5]
LEVEL = 0.05
REFERENCE = "2023-01-01"


def places() -> NDArray[np.float64]:
    """Return log2(population) of the municipalities."""
    register = read_register(RAW_DIR / "municipalities" / "denmark_population.csv")
    of_day = register.loc[register["reference"] == REFERENCE, "population"]
    return np.asarray(np.log2(of_day.to_numpy(dtype=np.float64)))


def wave(
    population: NDArray[np.float64],
    sizes: list[int],
    dependence: float,
    random: np.random.Generator,
    threshold: float = 0.0,
) -> tuple[pd.Series[Any], pd.DataFrame, pd.Series[str]]:
    """Return the outcome, design and clusters of a simulated wave."""
    whose = np.repeat(np.arange(len(sizes)), sizes)
    shared, own = random.normal(size=len(sizes))[whose], random.normal(size=len(whose))
    latent = stats.logistic.ppf(stats.norm.cdf(np.sqrt(dependence) * shared + np.sqrt(1 - dependence) * own))
    design = pd.DataFrame({"log2_population": population[whose], "role": random.integers(0, 2, len(whose))})
    latent += (design - design.mean()).to_numpy() @ np.array(list(TRUTH.values()))
    answers = pd.Series(np.array(list("abcd"))[np.digitize(latent, np.add(THRESHOLDS, threshold))], name="outcome")
    ordered = answers.astype(pd.CategoricalDtype(list("abcd"), ordered=True))
    return ordered, design, pd.Series(whose).astype(str)


def _covered(name: str, fit: Fit | NoFit, counts: Counter[str]) -> None:
    """Count whether the intervals hold the truth; a model without estimates, that it has none."""
    if isinstance(fit, NoFit):
        counts[f"{name}: none"] += 1
        return
    counts[name] += 1
    for term, truth in TRUTH.items():
        low, high = fit.interval(term)
        counts[f"{name}: {term}"] += low < truth < high


def _covered_points(name: str, fit: Fit | NoFit, design: pd.DataFrame, threshold: float, counts: Counter[str]) -> None:
    """Count whether the interval of points by which a doubling of population moves the share holds the true ones."""
    _covered(name, fit, counts)
    if isinstance(fit, NoFit):
        return
    terms = design[list(TRUTH)]
    odds = (terms - terms.mean()).to_numpy() @ np.array(list(TRUTH.values())) - threshold
    truth = float((expit(odds + TRUTH["log2_population"]) - expit(odds)).mean())
    doubled = design.assign(log2_population=design["log2_population"] + 1)
    low, high = average_change(logistic(fit), design, doubled).interval()
    counts[f"{name}: points"] += low < truth < high


@click.command(help=__doc__)
@click.option("--waves", default=1000, show_default=True, help="How many are simulated of each kind.")
@click.option("--dependence", default=0.5, show_default=True, help="Correlation of latent answers in a municipality.")
@click.option("--seed", default=7, show_default=True)
@click.option("--family", type=click.Choice(["binary", "ordinal"]), help="Only these models.")
@click.option("--firth", is_flag=True, help="Firth's penalised likelihood too, whose intervals take long.")
@click.option("--design", "only", type=click.Choice(list(SIZES)), help="Only this one.")
@click.option("--threshold", default=0.0, show_default=True, help="Log odds of a no; 3: some 5 % say yes.")
def main(
    waves: int, dependence: float, seed: int, family: str | None, firth: bool, only: str | None, threshold: float
) -> None:
    """Print how often, as a Markdown table."""
    for design_name, sizes in SIZES.items():
        if only not in (None, design_name):
            continue
        random = np.random.default_rng(seed)
        population = random.choice(places(), len(sizes), replace=False)
        counts: Counter[str] = Counter()
        tests: Counter[str] = Counter()
        nested = max(sizes) > 1
        for _ in range(waves):
            outcome, design, clusters = wave(population, sizes, dependence if nested else 0.0, random, threshold)
            if family != "ordinal":
                _binary(outcome, design, clusters if nested else None, firth, threshold, counts)
            if family != "binary":
                _ordinal(outcome, design, clusters if nested else None, counts, tests)
        for name, number in [*counts.items(), *tests.items()]:
            click.echo(f"| {design_name} | {name} | {number} |")


def _binary(
    outcome: pd.Series[Any],
    design: pd.DataFrame,
    clusters: pd.Series[str] | None,
    firth: bool,
    threshold: float,
    counts: Counter[str],
) -> None:
    """Count how often the intervals of binary models cover."""
    yes, own = outcome.isin(["c", "d"]).astype(int), design.assign(intercept=1.0)
    _covered_points("binary, independent", fit_logistic(yes, own), own, threshold, counts)
    if firth:
        _covered_points("binary, Firth", fit_firth(yes, own, clusters), own, threshold, counts)
    if clusters is not None:
        _covered_points("binary, clustered", fit_logistic(yes, own, clusters), own, threshold, counts)
        _covered_points("binary, GEE", fit_gee(yes, own, clusters, "exchangeable"), own, threshold, counts)


def _ordinal(
    outcome: pd.Series[Any],
    design: pd.DataFrame,
    clusters: pd.Series[str] | None,
    counts: Counter[str],
    tests: Counter[str],
) -> None:
    """Count how often the intervals of ordinal models cover, and tests of proportional odds reject."""
    _covered("independent", fit_proportional_odds(outcome, design), counts)
    _tested("naive", outcome, design, None, tests)
    if clusters is not None:
        _covered("clustered", fit_proportional_odds(outcome, design, clusters), counts)
        _covered("GEE", fit_ordinal_gee(outcome, design, clusters), counts)
        _tested("clustered", outcome, design, clusters, tests)
        counts["statsmodels GEE: none"] += not _statsmodels(outcome, design, clusters)


def _tested(
    name: str, outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str] | None, counts: Counter[str]
) -> None:
    """Count how often Brant's test rejects odds that are proportional."""
    found = brant(outcome, design, clusters)
    if found.omnibus is None or found.left_out:
        counts[f"Brant {name}: incomplete"] += 1
        return
    counts[f"Brant {name}"] += 1
    counts[f"Brant {name}: rejects"] += found.omnibus.p < LEVEL
    for term, test in found.by_term.items():
        counts[f"Brant {name}: rejects {term}"] += test.p < LEVEL


def _statsmodels(outcome: pd.Series[Any], design: pd.DataFrame, clusters: pd.Series[str]) -> bool:
    """Whether statsmodels' ordinal GEE comes to an end."""
    codes = outcome.cat.codes.astype(float)
    try:
        with warnings.catch_warnings(action="ignore"):
            OrdinalGEE(codes, design, clusters, cov_struct=GlobalOddsRatio("ordinal")).fit()
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
