"""The line below an item that says how the numbers it shows compare with print."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import ALL
from analysis.figures.answers import item_groups
from analysis.lang import Lang, format_number, text
from analysis.published.compare import replicate
from analysis.release import Released

_CELL = ["wave", "variable", "group", "category"]
_AGREES = ("equal", "rounding", "base")


def verdict_line(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> str:
    """Return how many numbers are printed of what an item shows, how many agree with it, and which do not.

    Bases are not among them: the item says its n.

    Parameters
    ----------
    released
        Estimates of the wave.
    published
        Rows of `published.csv`.
    codebook, wave, lang
        The study, the wave that is shown, and the language.
    name
        The item.
    """
    item = codebook.items[name]
    of_item = published[(published["wave"] == wave.year) & published["variable"].isin(item.variables)]
    of_item = of_item[of_item["statistic"] != "base"]
    groups = item_groups(codebook, wave.year, name)
    within = tuple(f"{each}:" for each in item.variables) if item.group == ALL else ()
    of_item = of_item[of_item["group"].isin(groups) | of_item["group"].str.startswith(within)]
    if item.categories:
        of_item = of_item[of_item["category"].isin(["", *item.categories])]
    if of_item.empty:
        return text("survey.no_printed_numbers", lang)
    compared = replicate(of_item, released.rows.merge(of_item[_CELL].drop_duplicates()), codebook, lang)
    differs = compared[compared["verdict"] == "differs"]
    numbers = {
        "n": len(compared),
        "agree": int(compared["verdict"].isin(_AGREES).sum()),
        "differ": len(differs),
        "open": int(compared["verdict"].isin(["not_identified", "no_data"]).sum()),
    }
    built = "survey.verdict_built" if wave.basis == "reconstructed" else "survey.verdict"
    line = text(built, lang, **{key: format_number(number, lang) for key, number in numbers.items()})
    if differs.empty:
        return line
    told = [
        text("survey.verdict_differs", lang, printed=row["printed"], line=format_number(row["line"], lang),
             shown=format_number(row["reproduced"], lang, row["statistic"]))
        for _, row in differs.iterrows()
    ]  # fmt: skip
    return f"{line} {text('survey.verdict_differing', lang, numbers='; '.join(dict.fromkeys(told)))}"
