"""Pictures of a cost-sharing agreement."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.codebook import Codebook, Wave
from analysis.estimates import AS_LISTED
from analysis.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, frame, look, source_note
from analysis.lang import Lang, format_day, format_number, text
from analysis.release import Released

_RULES = {"proportional": (BLUE, "o"), "mixed": (GREEN, "^"), "equal": (ORANGE, "s")}


def draw_amounts(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang
) -> tuple[Figure, str]:
    """Draw each municipality's amount and share, the printed amounts as marks on the same bars.

    Returns
    -------
    tuple
        The figure and its alt text.
    """
    amounts = by_name(released.cell("table_1", "amount"))
    share = by_name(released.cell("table_1", "share"))
    printed = by_name(published[(published["item"] == "table_1") & (published["variable"] == "amount")])
    order = amounts.sort_values().index
    with look():
        figure, (axis,) = agreement_frame("amounts", released, codebook, wave, lang, height=4.9)
        axis.barh(order, amounts[order], color=BLUE, height=0.62)
        if len(printed):
            marks = axis.scatter(printed[order], order, marker="|", s=190, color=INK, linewidths=1.8, zorder=3)
            marks.set_label(text("figure.printed", lang))
            axis.legend(loc="lower right", frameon=False)
        for name in order:
            label = f"{format_number(amounts[name], lang, 'amount')} · {format_number(share[name], lang, 'percent')}"
            axis.annotate(label, (amounts[name], name), (7, 0), textcoords="offset points", va="center", fontsize=8.5)
        axis.set_xlim(0, amounts.max() * 1.25)
        axis.set_ylim(-0.6, len(order) - 0.4)
        _kroner_axis(axis, codebook.variables["amount"].label[lang], lang)
    alt = text(
        "figure.amounts_alt",
        lang,
        n=len(order),
        largest=order[-1],
        largest_amount=format_number(amounts.max(), lang, "amount"),
        smallest=order[0],
        smallest_amount=format_number(amounts.min(), lang, "amount"),
    )
    return figure, text("figure.amounts_alt_printed", lang, alt=alt) if len(printed) else alt


def draw_rules(released: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[Figure, str]:
    """Draw shares and cost per inhabitant under the three rules side by side, largest municipality on top.

    Returns
    -------
    tuple
        The figure and its alt text.
    """
    population = by_name(released.cell("table_1", "population", AS_LISTED)).sort_values()
    places = range(len(population))
    rows = released.rows[released.rows["item"] == "rules"]
    with look():
        part = released.cell("rules", "equal_part")["value"].iloc[0]
        mixed = text("figure.mixed", lang, part=format_number(part, lang, "percent"))
        figure, axes = agreement_frame("rules", released, codebook, wave, lang, height=5.2, columns=2, also=mixed)
        for axis, variable in zip(axes, ("share", "per_head"), strict=True):
            by_rule = {
                rule: by_name(rows[(rows["variable"] == variable) & (rows["category"] == rule)])[population.index]
                for rule in _RULES
            }
            ends = pd.DataFrame(by_rule)
            axis.hlines(places, ends.min(axis="columns"), ends.max(axis="columns"), color=PALE, linewidth=3, zorder=1)
            for rule, (color, marker) in _RULES.items():
                axis.scatter(by_rule[rule], places, color=color, marker=marker, s=34, zorder=2)
                # Named where the marks lie furthest apart: shares in the largest municipality, prices in the smallest.
                row, side = (len(population) - 1, 7) if axis is axes[0] else (0, -14)
                axis.annotate(
                    text(f"rule.{rule}", lang), (by_rule[rule].iloc[row], row), (0, side),
                    textcoords="offset points", ha="center", fontsize=7.5, color=INK,
                )  # fmt: skip
            axis.set_title(codebook.variables[variable].label[lang], pad=8)
            axis.set_xlim(left=0)
            axis.set_ylim(-1.1, len(population) - 0.2)
            axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, lang)))
        axes[0].set_yticks(places, [f"{name} ({format_number(n, lang)})" for name, n in population.items()])
    per_head = rows[rows["variable"] == "per_head"]
    smallest, largest = population.index[0], population.index[-1]
    values = {
        f"{rule}_{size}": format_number(by_name(per_head[per_head["category"] == rule])[name], lang, "per_head")
        for rule in _RULES
        for size, name in (("small", smallest), ("large", largest))
    }
    return figure, text("figure.rules_alt", lang, smallest=smallest, largest=largest, **values)


def draw_register_days(released: Released, codebook: Codebook, wave: Wave, lang: Lang) -> tuple[Figure, str]:
    """Draw how far each amount lies from what earlier days' populations would have given.

    Returns
    -------
    tuple
        The figure and its alt text.
    """
    rows = released.cell("register_days", "amount_change")
    first, latest = rows["category"].min(), rows["category"].max()
    change = by_name(rows[rows["category"] == latest]).sort_values()
    with look():
        figure, (axis,) = agreement_frame(
            "register_days",
            released,
            codebook,
            wave,
            lang,
            height=5.2,
            also=text("figure.register", lang, latest=format_day(latest, lang)),
        )
        axis.axvline(0, color=GREY, linewidth=0.8)
        for place, (name, value) in enumerate(change.items()):
            of_name = rows[rows["group"] == f"municipality:{name}"]
            earlier = of_name.loc[of_name["category"] != latest, "value"]
            axis.scatter(earlier, [place] * len(earlier), marker="|", s=70, color=GREY, linewidths=1, zorder=2)
            axis.scatter(value, place, color=BLUE, s=40, zorder=3)
            axis.annotate(
                _signed(value, lang),
                (1.02, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8.5,
            )
        axis.set_yticks(range(len(change)), change.index.to_list())
        axis.set_ylim(-0.6, len(change) - 0.4)
        axis.xaxis.set_major_locator(MaxNLocator(6))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value, lang, unit=False)))
        axis.set_xlabel(
            text(
                "figure.register_days_axis",
                lang,
                first=format_day(first, lang),
                latest=format_day(latest, lang),
            )
        )
    return figure, text(
        "figure.register_days_alt",
        lang,
        latest=format_day(latest, lang),
        up=change.index[-1],
        up_change=_signed(change.iloc[-1], lang),
        down=change.index[0],
        down_change=_signed(change.iloc[0], lang),
    )


def agreement_frame(
    item: str,
    released: Released,
    codebook: Codebook,
    wave: Wave,
    lang: Lang,
    *,
    height: float,
    columns: int = 1,
    also: str = "",
) -> tuple[Figure, list[Axes]]:
    """Frame a figure of an agreement: its codebook title, and who shares what on which population."""
    n = released.cell("table_1", "municipalities")["value"].iloc[0]
    cost = released.cell("table_1", "cost")["value"].iloc[0]
    total = released.cell("table_1", "population", AS_LISTED)
    inhabitants = total.loc[total["group"] == "all", "value"].iloc[0]
    subtitle = text(
        "figure.agreement_base",
        lang,
        n=format_number(n, lang),
        cost=format_number(cost, lang, "amount"),
        population=format_number(inhabitants, lang),
        reference=format_day(wave.reference, lang),
    )
    drawn = released.rows[released.rows["item"].isin([item, "table_1"])]
    note = source_note(drawn["basis"], wave, lang)
    return frame(codebook.items[item].title[lang], subtitle, f"{note}\n{also}".strip(), height, columns)


def by_name(rows: pd.DataFrame) -> pd.Series:
    """Return municipality -> value; the row of all is left out."""
    parts = rows[rows["group"] != "all"]
    return pd.Series(parts["value"].to_numpy(), index=parts["group"].str.removeprefix("municipality:").to_list())


def _kroner_axis(axis: Axes, label: str, lang: Lang) -> None:
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, lang)))
    axis.set_xlabel(f"{label} (kr.)" if lang == "da" else f"{label} (kr)")


def _signed(value: float, lang: Lang, *, unit: bool = True) -> str:
    """Return kroner with a sign; none where they round to nothing."""
    shown = format_number(value, lang, "amount", unit=unit)
    return f"+{shown}" if value > 0 and shown != format_number(0, lang, "amount", unit=unit) else shown
