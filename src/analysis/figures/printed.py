"""What an item of a report that only prints shows: its numbers as they stand there, and what the rest would take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import SINCE, is_case, parse_group
from analysis.codebook.labels import answer_label, group_labels
from analysis.context import DRAWN, State
from analysis.figures.shares import percent_sign
from analysis.lang import NO_BREAK_SPACE, Lang, format_plain, text
from analysis.published import COLUMNS as PRINTED_COLUMNS
from analysis.published import TEXT
from analysis.release import Released

BESIDE = "beside"
"""Column of `shown_rows`: whether a number is of another year, or of more together, than the item's own."""

_YEAR, _PERIOD = "year", "period"
_TIME = {_YEAR, SINCE, _PERIOD}
_PARTS_OF_100 = ("percent", "share")
_LARGEST_PART = 4  # of words such as half and a quarter
_MILLION, _BILLION = 1e6, 1e9


@dataclass(frozen=True)
class Mark:
    """A printed number.

    Parameters
    ----------
    keys
        Of whom and when: key -> value.
    variable, category
        As in `published.csv`.
    label, when
        Of whom and of what in words, and of which year.
    written
        The number with its unit, and `about`, `at least` and the like where print says so.
    at, high
        Where it stands along an axis of its `scale`; `high` is the other end of a range, else None.
    scale
        `percent` for percentages and shares, else the variable's unit.
    qualifier
        As in `published.csv`.
    beside
        Whether it is of another year, or of more together, than the item's own.
    """

    keys: dict[str, str]
    variable: str
    category: str
    label: str
    when: str
    written: str
    at: float
    high: float | None
    scale: str
    qualifier: str
    beside: bool

    @property
    def year(self) -> int | None:
        """The year it is of; None where print does not say."""
        return int(self.keys[_YEAR]) if _YEAR in self.keys else None

    @property
    def since(self) -> int | None:
        """Of a change, the year it begins in."""
        return int(self.keys[SINCE]) if SINCE in self.keys else None


def shown_rows(released: Released, codebook: Codebook, name: str) -> pd.DataFrame:
    """Return the printed numbers that an item shows: its own, and those of the same quantity that stand beside them.

    Its own are printed in it, or stand elsewhere in the report, about what it shows: the same variables, its group, and
    a value of each key that it is split by. Where one of these keys is missing, or the part of what has parts, the
    number is of more together; where the year is not one of its years, of another: both stand beside (`BESIDE`).
    Numbers of other groups, bases of other items and single cases are not shown.
    """
    item = codebook.items[name]
    rows = released.rows
    if not item.printed:
        return rows[(rows["item"] == TEXT) & (rows["chapter"] == item.chapter)].assign(**{BESIDE: False})
    if item.kind != "figure":
        return rows[rows["item"] == name].assign(**{BESIDE: False})
    of, by = parse_group(item.group), set(item.by)
    allowed = of.keys() | by | (_TIME if _YEAR in by else set())
    shown: dict[int, bool] = {}
    for place, row in rows[rows["variable"].isin(item.variables) | (rows["item"] == name)].iterrows():
        keys = parse_group(row["group"])
        agree = all(keys.get(key, value) == value for key, value in of.items())
        complete = of.keys() | (by - _TIME) <= keys.keys()
        in_parts = codebook.variables[row["variable"]].parts is None or bool(row["category"])
        if row["item"] == name:
            shown[int(str(place))] = False
        elif row["statistic"] != "base" and agree and keys.keys() <= allowed and not is_case(keys):
            first, last = item.years or (0, 9999)
            in_years = first <= int(keys.get(_YEAR, first)) <= last
            shown[int(str(place))] = not (complete and in_parts and in_years)
    return rows.loc[list(shown)].assign(**{BESIDE: list(shown.values())})


def marks(rows: pd.DataFrame, codebook: Codebook, name: str, wave: Wave, lang: Lang) -> list[Mark]:
    """Return the numbers of an item's rows, each different one once: its own first; bases are none of them."""
    item = codebook.items[name]
    several = len(item.variables) > 1
    found = []
    for _, row in rows[rows["statistic"] != "base"].iterrows():
        keys = parse_group(row["group"])
        rest = {key: value for key, value in keys.items() if key not in parse_group(item.group) and key != SINCE}
        others = {key: value for key, value in rest.items() if key != _YEAR}
        parts = [what(codebook, row, wave, lang)] if several or row["category"] else []
        parts += group_labels(codebook, others, wave.year, lang)
        if row[BESIDE] and not (others or row["category"]):
            parts.append(text("printed.together", lang))
        unit = codebook.variables[row["variable"]].unit or ""
        times = 100 if row["statistic"] == "share" else 1
        high = None if pd.isna(row["value_high"]) else times * float(row["value_high"])
        found.append(
            Mark(
                keys=keys,
                variable=row["variable"],
                category=row["category"],
                label=", ".join(parts),
                when="".join(whom(codebook, f"{_YEAR}:{keys[_YEAR]}", wave, lang)) if _YEAR in rest else "",
                written=written(row, unit, lang),
                at=times * float(row["value"]),
                high=high,
                scale="percent" if row["statistic"] in _PARTS_OF_100 else unit,
                qualifier=row["qualifier"],
                beside=bool(row[BESIDE]),
            )
        )
    different = {(tuple(mark.keys.items()), mark.variable, mark.category, mark.written): mark for mark in found}
    return sorted(different.values(), key=lambda mark: mark.beside)


def what(codebook: Codebook, row: pd.Series, wave: Wave, lang: Lang) -> str:
    """Return what a printed number is of: the part where it is of one, else the variable."""
    if row["category"]:
        return answer_label(codebook, row["variable"], row["category"], wave.year, lang).removeprefix(
            f"{codebook.variables[row['variable']].label[lang]}, "
        )
    return codebook.variables[row["variable"]].label[lang]


def whom(codebook: Codebook, group: str, wave: Wave, lang: Lang) -> list[str]:
    """Return of whom and when a number is, in words; a year after the report's own is a projection."""
    keys = parse_group(group)
    labels = group_labels(codebook, keys, wave.year, lang)
    return [
        text("printed.projected", lang, year=label) if key == _YEAR and int(value) > wave.year else label
        for (key, value), label in zip(keys.items(), labels, strict=True)
    ]


def written(row: pd.Series, unit: str, lang: Lang) -> str:
    """Return a printed number as the language writes it, with its unit; how print qualifies it stands before it."""
    ends = [float(row["value"]), *([] if pd.isna(row["value_high"]) else [float(row["value_high"])])]
    statistic, size = row["statistic"], ends[0]
    number, *high = (_plain(end, statistic, size, lang) for end in ends)
    qualified = text(f"printed.{row['qualifier']}", lang, number=number, high="".join(high))
    if statistic == "amount":
        key = "amount" if size < _MILLION else "billions" if _in_billions(size) else "millions"
    else:
        key = statistic
    if key in ("count", "other", "population"):
        name = text(f"dictionary.unit_{unit}", lang)
        return f"{qualified} {name}".replace(" ", NO_BREAK_SPACE)
    if key == "base":
        return qualified
    return text(f"printed.{key}", lang, number=qualified).replace(" ", NO_BREAK_SPACE)


def axis_number(value: float, mark: Mark, lang: Lang) -> str:
    """Return a number along the axis on which a printed one stands."""
    if mark.scale == "percent":
        return percent_sign(value, lang)
    if mark.scale == "kr" and mark.at >= _MILLION:
        return text("printed.millions", lang, number=format_plain(value / _MILLION, lang)).replace(" ", NO_BREAK_SPACE)
    return format_plain(value, lang)


def base_sentence(rows: pd.DataFrame, codebook: Codebook, name: str, lang: Lang) -> str:
    """Return what an item shows, in which unit, and the n that print gives with it."""
    item = codebook.items[name]
    lines = []
    for variable in item.variables:
        spec = codebook.variables[variable]
        meant = (spec.definition or spec.label)[lang].rstrip(".")
        unit = text("printed.unit", lang, unit=text(f"dictionary.unit_{spec.unit}", lang).rstrip("."))
        lines.append(f"{meant}. {unit}")
    bases = rows.loc[rows["statistic"] == "base", "value"].drop_duplicates()
    lines += [text("printed.n", lang, n=format_plain(value, lang)) for value in bases]
    return "\n".join(lines)


def figure_state(found: list[Mark], codebook: Codebook, name: str, lang: Lang, *, whole: bool) -> State:
    """Return how much of a figure is there; `whole` is whether nothing of it is missing."""
    if whole:
        return DRAWN
    needs = needed(codebook, name, lang)
    if all(mark.beside for mark in found):
        return State("not_drawn", text("printed.state_not_drawn", lang, needs=needs))
    return State("partly", text("printed.state_partly", lang, needs=needs))


def needed(codebook: Codebook, name: str, lang: Lang) -> str:
    """Return which data an item takes, and who has them."""
    needs = codebook.items[name].needs
    assert needs is not None, f"{name} does not say what it needs"
    return needs[lang].rstrip(".")


def told(found: Iterable[Mark], lang: Lang) -> str:
    """Return the numbers in words, for those who do not see the picture."""
    found = list(found)
    sentences = []
    for key, beside in (("own", False), ("beside", True)):
        numbers = "; ".join(in_words(mark, lang) for mark in found if mark.beside == beside)
        sentences += [text(f"printed.alt_{key}", lang, numbers=numbers)] if numbers else []
    return " ".join(sentences)


def in_words(mark: Mark, lang: Lang) -> str:
    """Return a number with whom, what and when it is of."""
    number, when = mark.written, mark.when
    if mark.since is not None and mark.year is not None:
        number, when = text("printed.change", lang, since=mark.since, year=mark.year, number=number), ""
    label = ", ".join(part for part in (mark.label, when) if part)
    return text("printed.labelled", lang, label=label, number=number) if label else number


def twin(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the data beside a picture or table: the rows of `published.csv` that it shows, and their basis."""
    return rows[[*PRINTED_COLUMNS, "basis"]].reset_index(drop=True)


def _plain(value: float, statistic: str, size: float, lang: Lang) -> str:
    if statistic == "share":
        return str(Fraction(value).limit_denominator(_LARGEST_PART))
    if statistic == "amount" and size >= _MILLION:
        value /= _BILLION if _in_billions(size) else _MILLION
    return format_plain(value, lang)


def _in_billions(size: float) -> bool:
    """Tell whether an amount is a few decimals of a billion; else it is written in millions, as reports do."""
    return size >= _BILLION and (100 * size / _BILLION).is_integer()
