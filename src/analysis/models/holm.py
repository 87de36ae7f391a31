"""p-values of several tests of one question."""

from __future__ import annotations

import numpy as np
import pandas as pd


def holm(p: pd.Series) -> pd.Series:
    """Return Holm's adjusted p-values (R: `p.adjust(method = "holm")`).

    A test that cannot be made (nan) stays one, and counts as one that failed.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6,
    65–70.
    """
    # statsmodels' `multipletests` takes most of its time to collect garbage.
    raw = p.astype(float)
    ordered = raw.fillna(1.0).sort_values()
    adjusted = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1.0)
    return adjusted.reindex(raw.index).where(raw.notna())
