"""Published examples with an ordered answer.

`student_applications`: UCLA's ordinal logistic regression example, as statsmodels brings it for its own tests.
`housing`: Copenhagen housing conditions (Venables & Ripley 2002, *Modern Applied Statistics with S*, section 7.3),
counts from R: `MASS::housing$Freq`. `smoking`: students in Adelaide; from R:
`na.omit(MASS::survey[c("Smoke", "Sex", "Height")])`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HOUSING = (
    "21 21 28 34 22 36 10 11 36 61 23 17 43 35 40 26 18 54 13 9 10 8 8 12 6 7 9 18 6 7 15 13 13 7 5 11 14 19 37 17 23 "
    "40 3 5 23 78 46 43 48 45 86 15 25 62 20 23 20 10 22 24 7 10 21 57 23 13 31 21 13 5 6 13"
)

Example = tuple["pd.Series[Any]", pd.DataFrame]


def ordered(answers: Iterable[str], categories: Sequence[str]) -> pd.Series[Any]:
    return pd.Series(list(answers), name="outcome").astype(pd.CategoricalDtype(list(categories), ordered=True))


def student_applications() -> Example:
    with (files("statsmodels.miscmodels.tests.results") / "ologit_ucla.csv").open() as file:
        frame = pd.read_csv(file)
    return ordered(frame["apply"], ["unlikely", "somewhat likely", "very likely"]), frame[["pared", "public", "gpa"]]


def housing() -> Example:
    rows = product(
        ["Low", "High"],
        ["Tower", "Apartment", "Atrium", "Terrace"],
        ["Low", "Medium", "High"],
        ["Low", "Medium", "High"],
    )
    cells = pd.DataFrame(rows, columns=["Cont", "Type", "Infl", "Sat"])
    frame = cells.loc[cells.index.repeat([int(count) for count in HOUSING.split()])].reset_index(drop=True)
    terms = ["InflMedium", "InflHigh", "TypeApartment", "TypeAtrium", "TypeTerrace", "ContHigh"]
    design = pd.get_dummies(frame[["Infl", "Type", "Cont"]], prefix_sep="", dtype=float)[terms]
    return ordered(frame["Sat"], ["Low", "Medium", "High"]), design


def smoking() -> Example:
    frame = pd.read_csv(Path(__file__).parent / "smoking.csv")
    return ordered(frame["smoke"], ["Never", "Occas", "Regul", "Heavy"]), frame[["male", "height"]]


def in_fives(design: pd.DataFrame) -> pd.Series[Any]:
    """Clusters of five rows each, in their order; in R `(seq_len(n) - 1) %/% 5`."""
    return pd.Series(np.arange(len(design)) // 5, design.index).astype(str)


def drawn(seed: int, categories: int = 4, rows: int = 80) -> Example:
    """A wave with two terms, of which the first moves the answer; each category is answered."""
    random = np.random.default_rng(seed)
    design = pd.DataFrame({"size": random.normal(15, 1, rows), "role": random.integers(0, 2, rows)})
    latent = 0.5 * (design["size"] - 15) + random.logistic(size=rows)
    codes = latent.rank(method="first").to_numpy() * categories // (rows + 1)
    labels = list("abcdefgh"[:categories])
    return ordered([labels[int(code)] for code in codes], labels), design
