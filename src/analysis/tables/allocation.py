"""Tables of a cost-sharing agreement."""

from __future__ import annotations

from typing import Any, get_args

import pandas as pd
from great_tables import GT, loc, style

from analysis.estimates import AS_LISTED
from analysis.estimates.allocation import Rounding
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.release import Released

_ALL = "all"


def cost_table_view(released: Released, published: pd.DataFrame, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out the agreement's table: each recomputed column beside the printed one.

    Returns
    -------
    tuple
        The table and its data, one row for each municipality and one for all.
    """
    amount = released.cell("table_1", "amount")
    declared = amount["method"].iloc[0]
    (other,) = set(get_args(Rounding)) - {declared}
    printed = published[published["item"] == "table_1"]
    columns = {
        "population": _by_group(released.cell("table_1", "population", AS_LISTED)),
        "amount": _by_group(amount),
        "amount_printed": _by_group(printed[printed["variable"] == "amount"]),
        "amount_other": _by_group(released.cell("table_1", "amount", other)),
        "share": _by_group(released.cell("table_1", "share")),
        "share_printed": _by_group(printed[printed["variable"] == "share"]),
    }
    labels = {
        "population": text("table.population", lang),
        "amount": text("table.amount", lang),
        "amount_printed": text("table.printed", lang),
        "amount_other": text(f"table.{other}", lang),
        "share": text("table.share", lang),
        "share_printed": text("table.printed", lang),
    }
    note = text("table.cost_note", lang, declared=text(f"method.{declared}", lang))
    if printed.empty:
        columns = {name: values for name, values in columns.items() if not name.endswith("_printed")}
    else:
        note = f"{note} {text('table.cost_note_printed', lang)}"
    data = pd.DataFrame(columns).loc[amount["group"]].rename_axis("group").reset_index()
    shown = _shown(data, lang, {"population": "population", "share": "percent"})
    for variable in ("amount", "share"):
        if not printed.empty:
            as_printed = printed[printed["variable"] == variable].set_index("group")["printed"]
            shown[f"{variable}_printed"] = [
                as_printed.get(group, NOTHING).replace(" ", NO_BREAK_SPACE) for group in data["group"]
            ]
    total = [int(index) for index in data.index[data["group"] == _ALL]]
    table = (
        GT(shown, rowname_col="group")
        .cols_label({name: labels[name] for name in columns})
        .tab_stubhead(text("table.municipality", lang))
        .tab_source_note(note)
        .cols_align("right", columns=list(columns))
        .tab_style(style.text(weight="bold"), [loc.body(rows=total), loc.stub(rows=total)])
    )
    return table, data


def rules_view(released: Released, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out amounts and kroner per inhabitant under the three rules.

    Returns
    -------
    tuple
        The table and its data, one row for each municipality, the largest first.
    """
    rows = released.rows[(released.rows["item"] == "rules") & (released.rows["category"] != "")]
    population = _by_group(released.cell("table_1", "population", AS_LISTED)).drop(_ALL)
    order = population.sort_values(ascending=False).index
    columns = {
        f"{variable}_{rule}": _by_group(rows[(rows["variable"] == variable) & (rows["category"] == rule)])
        for variable in ("amount", "per_head")
        for rule in ("proportional", "mixed", "equal")
    }
    data = pd.DataFrame({"population": population, **columns}).loc[order].rename_axis("group").reset_index()
    formats = {name: name.rsplit("_", 1)[0] for name in columns}
    table = GT(_shown(data, lang, {"population": "population", **formats}), rowname_col="group")
    for variable in ("amount", "per_head"):
        names = [name for name in columns if name.startswith(variable)]
        table = table.tab_spanner(text(f"table.{variable}", lang), columns=names)
    labels: dict[str, Any] = {name: text(f"rule.{name.rsplit('_', 1)[1]}", lang) for name in columns}
    table = table.cols_label({"population": text("table.population", lang), **labels})
    table = table.cols_align("right", columns=["population", *columns])
    return table.tab_stubhead(text("table.municipality", lang)), data


def _by_group(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(rows["value"].to_numpy(), index=rows["group"].to_list())


def _shown(data: pd.DataFrame, lang: Lang, statistics: dict[str, str]) -> pd.DataFrame:
    """Return the data as text in the language; a missing value is an en dash."""
    names = data["group"].str.removeprefix("municipality:").replace(_ALL, text("table.all", lang))
    shown = pd.DataFrame({"group": names})
    for name in data.columns.drop("group"):
        statistic = statistics.get(name, "amount")
        shown[name] = [
            NOTHING if pd.isna(value) else format_number(value, lang, statistic, unit=statistic == "percent")
            for value in data[name]
        ]
    return shown
