"""Two waves in one model: whether answers changed, and whether they changed otherwise in larger municipalities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.codebook import Codebook, Wave, combined_basis
from analysis.codebook.models import Model
from analysis.models import COLUMNS
from analysis.models.fit import Check, no_fit
from analysis.models.fitting import WAVE, Fitted, Variant, fitted
from analysis.models.holm import holm
from analysis.models.rows import Rows
from analysis.models.units import Units, units

CHANGE, CHANGE_BY_SIZE = "change", "change_by_size"
"""Names of the variants: with the wave among the predictors, and with its product with population too."""


def regress_change(
    responses: pd.DataFrame, previous: pd.DataFrame, codebook: Codebook, wave: Wave, previous_wave: Wave
) -> pd.DataFrame:
    """Fit the declared models to two waves together, clustered by municipality.

    A municipality's two answers are one cluster; one that answered once is one too. Stand-ins have new ids in each wave
    and are refused; so are answers that the codebook says cannot be compared.

    Parameters
    ----------
    responses, previous
        Of the wave, and of the one before, as `ingest.responses.clean` returns them.
    codebook
        The study's.
    wave, previous_wave
        On what they rest.

    Returns
    -------
    DataFrame
        Rows of `models.csv` as of `regress`, the models named `name/change` (its term `wave:<year>`) and
        `name/change_by_size` (`log2_population × wave:<year>`). `p_adjusted` is Holm's over the terms of the wave, and
        over the products.
    """
    rows: list[dict[str, object]] = []
    both = wave.model_copy(update={"basis": combined_basis(wave, previous_wave)})
    for name, declared in codebook.models.items():
        model = declared.model_copy(update={"cluster": "municipality", "question": CHANGE})
        asked = _together(
            units(previous, codebook, model, previous_wave.year), units(responses, codebook, model, wave.year),
            previous_wave, wave,
        )  # fmt: skip
        problem = _in_the_way(model, codebook, wave, previous_wave)
        for variant in _variants(model):
            if problem is None:
                found = fitted(variant, model, codebook, asked)
            else:
                outcome, data = asked.outcome()
                none = no_fit(model.family, (problem,), outcome, data["municipality"])
                found = Fitted(variant, none, (problem,), outcome, data)
            rows += Rows(name, model, codebook, both, asked, found).all()
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["p_adjusted"] = np.nan
    by_size = frame["term"].astype(str).str.contains(f" × {WAVE}:", regex=False)
    changed = (frame["term"] == f"{WAVE}:{wave.year}") & frame["model"].astype(str).str.endswith(f"/{CHANGE}")
    for tests in (changed, by_size):
        for scale in ("log_odds", "odds_ratio"):
            of = tests & (frame["scale"] == scale)
            frame.loc[of, "p_adjusted"] = holm(frame.loc[of, "p"])
    return frame.astype({"n": "Int64", "clusters": "Int64"})


def _variants(model: Model) -> Iterator[Variant]:
    predictors = (*model.predictors, WAVE)
    yield Variant(CHANGE, predictors)
    yield Variant(CHANGE_BY_SIZE, predictors, by_wave=True)


def _together(before: Units, after: Units, previous: Wave, wave: Wave) -> Units:
    """Return the units of two waves; an answer counts as it does in its own wave."""
    data = [each.data.assign(**{WAVE: str(of.year)}) for each, of in ((before, previous), (after, wave))]
    left_out = {
        why: before.left_out.get(why, 0) + after.left_out.get(why, 0) for why in {**before.left_out, **after.left_out}
    }
    members = tuple(dict.fromkeys((*before.members, *after.members)))
    return Units(pd.concat(data, ignore_index=True), left_out, after.categories, members)


def _in_the_way(model: Model, codebook: Codebook, wave: Wave, previous: Wave) -> Check | None:
    stand_ins = [str(each.year) for each in (previous, wave) if each.basis != "collected"]
    if stand_ins:
        return Check("stand_ins", False, {"waves": ", ".join(stand_ins)})
    for row in codebook.comparison.values():
        said = row.comparability.get(wave.year)
        same = (row.variable, row.category) == (model.outcome.variable, model.outcome.category)
        if same and said is not None and said.verdict == "not_comparable":
            return Check("comparability", False, {"verdict": said.verdict})
    return None
