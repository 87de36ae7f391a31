"""Small data that R can make too, and the worked example of Firth's penalty."""

from __future__ import annotations

import numpy as np
import pandas as pd


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split()]


# Units in 16 municipalities of 1 to 8, the larger the more populous; R:
# i <- 0:71; m <- floor(sqrt(4 * i)); x <- log2(round(4000 * 1.21^m)); role <- as.numeric((i * i) %% 5 < 2)
# y <- as.numeric(sin(7 * i) + 1.2 * cos(m) + 0.25 * (x - 13.5) - 0.6 * role > 0)
_UNIT = np.arange(72)
_CLUSTER = np.floor(np.sqrt(4 * _UNIT))
_ROLE = (_UNIT * _UNIT % 5 < 2).astype(float)
POPULATION = pd.Series(np.round(4000 * 1.21**_CLUSTER), name="population")
MUNICIPALITY = pd.Series([f"Kommune {number:.0f}" for number in _CLUSTER], name="municipality")
DESIGN = pd.DataFrame({"intercept": 1.0, "log2_population": np.log2(POPULATION), "role:chief": _ROLE})
TERMS = ["intercept", "log2_population", "role:chief"]
_LEVEL = np.sin(7 * _UNIT) + 1.2 * np.cos(_CLUSTER) + 0.25 * (DESIGN["log2_population"] - 13.5) - 0.6 * _ROLE
OUTCOME = (_LEVEL > 0).astype(int).rename("organised")

# Heinze & Schemper (2002), Statistics in Medicine 21, 2409–2419: 79 cases of endometrial cancer; R (brglm2 0.9):
# data(endometrial, package = "brglm2")
ENDOMETRIAL = pd.DataFrame(
    {
        "intercept": 1.0,
        "NV": [
            float(digit) for digit in "0000000000000000000001111100000000000000000000011110000000000000000000100011010"
        ],
        "PI": _numbers(
            """
            13 16 8 34 20 5 17 10 26 17 8 7 20 10 18 16 18 8 29 12 20 38 22 7 25 15 7 28 11 19 10 10
            18 14 21 11 17 25 16 19 15 33 24 48 12 19 2 22 40 5 0 21 15 29 15 12 3 20 23 12 22 42 15
            13 14 19 12 13 10 12 49 6 5 17 11 21 5 19 33
            """
        ),
        "EH": _numbers(
            """
            1.64 2.26 3.14 2.68 1.28 2.31 1.8 1.68 1.56 2.31 2.01 1.89 3.15 1.23 1.27 1.76 2 2.64
            0.88 1.27 1.37 0.97 1.14 0.88 0.91 0.58 0.97 1.5 1.33 2.37 1.82 3.13 1.31 1.92 1.64 2.01
            1.88 1.93 2.11 1.29 1.72 0.75 1.92 1.84 1.11 1.61 1.18 1.44 1.18 0.93 1.17 1.19 1.06
            2.02 2.29 2.33 2.9 1.7 1.41 2.25 1.54 1.97 1.75 2.16 2.57 1.37 3.61 2.04 2.17 1.69 0.27
            1.84 1.3 0.96 1.01 0.98 0.35 1.02 0.85
            """
        ),
    }
)
RISKS = ["intercept", "NV", "PI", "EH"]
GRADE = pd.Series(
    [int(digit) for digit in "0000000000000000011111111110000000000000000111111111100000000000000001111111111"],
    name="HG",
)
