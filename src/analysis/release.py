"""The only way from estimates to figures, tables and prose.

Figures and tables take a `Released`, prose takes a `Number`; both come from here alone. What a collected export lets
out is decided here, by disclosure control.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

import pandas as pd
from IPython.display import Markdown

from analysis.context import current
from analysis.disclosure import withhold, withhold_models
from analysis.errors import AnalysisError, did_you_mean
from analysis.lang import format_number, text


@dataclass(frozen=True)
class Released:
    """What may leave the building: rows of `estimates.csv`, or of `models.csv` and what follows from models."""

    rows: pd.DataFrame

    def cell(self, item: str, variable: str, method: str | None = None) -> pd.DataFrame:
        """Return the rows of one variable of an item, by the declared method (the first) or by the one named."""
        rows = self.rows[(self.rows["item"] == item) & (self.rows["variable"] == variable)]
        chosen = method if method is not None else (rows["method"].iloc[0] if len(rows) else None)
        return rows[rows["method"] == chosen]


class Number(str):
    """A number in prose, as markup that carries its value and where it comes from."""


def release(estimates: pd.DataFrame) -> Released:
    """Let estimates out, and enter each in the registry that `number` reads.

    Those that rest on a collected export go through disclosure control; numbers of few municipalities stay behind,
    their rows without a number.
    """
    run = current()
    for wave in filter(None, (run.wave, run.previous)):
        own = (estimates["wave"] == wave.year) & (estimates["basis"] == "collected")
        if own.any():
            estimates = pd.concat([withhold(estimates[own], run.codebook, wave), estimates[~own]]).sort_index()
    numbers = run.numbers
    fresh, ambiguous = _registry(estimates)
    for key in [key for key in numbers if key.partition("#")[0] in ambiguous]:
        del numbers[key]
    numbers.update(fresh)
    return Released(estimates)


def release_models(fitted: pd.DataFrame, responses: pd.DataFrame, previous: pd.DataFrame | None = None) -> Released:
    """Let models of the run's wave out, of print too, or shares that they predict or are held against.

    Those of a collected export go through disclosure control. They are too many for the registry of `number`.

    Parameters
    ----------
    fitted
        Rows of `models.csv`, or the predictions or observed shares of `models.regress.Regression`.
    responses
        What they were fitted to.
    previous
        What they were fitted to of the wave before, too. They go where they tell of few in either: whoever knows how
        one wave answered, and what changed, knows the other.
    """
    run = current()
    own = pd.Series(run.wave.basis == "collected", fitted.index)
    if "basis" in fitted:
        own &= fitted["basis"] == "collected"
    if not own.any():
        return Released(fitted)
    controlled = withhold_models(fitted[own], responses, run.codebook, run.wave)
    if previous is not None and run.previous is not None:
        controlled = withhold_models(controlled, previous, run.codebook, run.previous)
    return Released(pd.concat([controlled, fitted[~own]]).sort_index())


def number(key: str, which: Literal["value", "identified_low", "identified_high"] = "value") -> Number:
    """Return a released number for prose.

    Parameters
    ----------
    key
        `item/variable`, then `:statistic` where a cell has several, `/category` where there is one, `@group` where it
        is not all, and `#method` where it is not the declared one: `table_1/amount@municipality:Falun`,
        `table_1/amount#largest_remainder`.
    which
        The value, or an end of the range it is identified in.

    Raises
    ------
    AnalysisError
        Nothing with this key was released, or it has no such number.
    """
    run = current()
    if key not in run.numbers:
        raise AnalysisError(f"no number {key!r} was released. {did_you_mean(key, sorted(run.numbers))}.")
    row = run.numbers[key]
    if pd.isna(row[which]):
        raise AnalysisError(
            f"{key!r} has no {which}: print leaves it open (use identified_low and identified_high), or disclosure "
            "control withholds it."
        )
    value = float(row[which])
    item = run.codebook.items.get(row["item"])
    parts = [
        f"{run.codebook.title[run.lang]}, {row['wave']}",
        item.title[run.lang] if item else "",
        text(f"method.{row['method']}", run.lang),
        text("release.basis", run.lang, basis=text(f"basis.{row['basis']}", run.lang)),
        text("release.source", run.lang, source=run.wave_as_run.source[run.lang])
        if row["basis"] == run.wave.basis
        else "",
    ]
    origin = "; ".join(part for part in parts if part)
    shown = format_number(value, run.lang, row["statistic"])
    return Number(
        f'<data class="number" value="{value:.12g}" data-key="{escape(key)}" title="{escape(origin)}">{shown}</data>'
    )


def say(key: str, **values: str) -> Markdown:
    """Return a text of the catalogue in the run's language, its placeholders filled.

    Parameters
    ----------
    key
        Key of the text.
    **values
        Names, as text, and numbers, from `number` only.

    Raises
    ------
    AnalysisError
        A value holds digits but does not come from `number`.
    """
    for name, value in values.items():
        if isinstance(value, Number):
            continue
        if not isinstance(value, str) or any(character.isdigit() for character in value):
            raise AnalysisError(f"{name}={value!r} in {key!r} is no released number. Use number(key).")
    return Markdown(text(key, current().lang, **values))


def _registry(estimates: pd.DataFrame) -> tuple[dict[str, pd.Series], set[str]]:
    """Return key -> row, and the short keys that would mean several cells: only the longer ones are valid."""
    registry: dict[str, pd.Series] = {}
    statistics: dict[str, set[str]] = {}
    for _, row in estimates.iterrows():
        category = f"/{row['category']}" if row["category"] else ""
        group = f"@{row['group']}" if row["group"] != "all" else ""
        cell = f"{row['item']}/{row['variable']}"
        short, full = f"{cell}{category}{group}", f"{cell}:{row['statistic']}{category}{group}"
        statistics.setdefault(short, set()).add(row["statistic"])
        for key in (short, full):
            # The first row of a cell is the declared method and answers to the key without one.
            registry.setdefault(key, row)
            registry[f"{key}#{row['method']}"] = row
    ambiguous = {short for short, found in statistics.items() if len(found) > 1}
    return {key: row for key, row in registry.items() if key.partition("#")[0] not in ambiguous}, ambiguous
