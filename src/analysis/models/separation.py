"""Whether a regression has estimates at all, by linear programming."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

# A direction is searched within a box of half-width 1; the solver's tolerance leaves far less than this of it.
_DUST = 1e-4


def separated_terms(codes: NDArray[np.intp], design: pd.DataFrame) -> tuple[str, ...]:
    """Return the terms whose odds ratio the likelihood drives to 0 or infinity; none where all have an estimate.

    The likelihood has no maximum if and only if terms b and thresholds z, not all 0, order the answers without a
    contradiction: x'b at most z(k) for all who answered k, and at least z(k - 1). A linear program for each term finds
    how far it can go within such a direction. With two categories this is complete or quasi-complete separation of a
    logistic regression.

    Parameters
    ----------
    codes
        Categories, from 0 to K - 1; each with at least one answer.
    design
        Terms without the intercept (answers × terms), of full rank with it.

    References
    ----------
    Albert, A. & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression models.
    *Biometrika* 71, 1–10. Konis, K. (2007). *Linear Programming Algorithms for Detecting Separated Data in Binary
    Logistic Regression Models*. University of Oxford, chapter 3 (R: `detectseparation`).
    """
    x = _standardised(design)
    cuts, terms = int(codes.max()), x.shape[1]
    at = np.eye(cuts + 1)
    below_last, above_first = codes < cuts, codes > 0
    order = np.vstack(
        [
            np.hstack([x[below_last], -at[codes[below_last], :cuts]]),
            np.hstack([-x[above_first], at[codes[above_first] - 1, :cuts]]),
        ]
    )
    bounds = [(-1, 1)] * terms + [(None, None)] * cuts

    def reach(objective: NDArray[np.float64]) -> float:
        return -float(linprog(objective, A_ub=order, b_ub=np.zeros(len(order)), bounds=bounds)["fun"])

    # What all answers leave to spare, together: 0 where only the direction 0 orders them, which is the usual case.
    if reach(order.sum(axis=0)) < _DUST:
        return ()
    goal = np.eye(terms + cuts)[:terms]
    return tuple(term for term, way in zip(design.columns, goal, strict=True) if max(reach(way), reach(-way)) > _DUST)


def _standardised(design: pd.DataFrame) -> NDArray[np.float64]:
    """Return the terms centred, in standard deviations: a constant has none and must not be among them."""
    x = design.to_numpy(dtype=np.float64)
    centred = x - x.mean(axis=0)
    return np.asarray(centred / centred.std(axis=0))
