"""Bases, changes, classes and quantities that contradict each other, pair by pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

import pandas as pd

from analysis.codebook import Codebook
from analysis.codebook.groups import ALL, SINCE, is_case, join_group, parse_group
from analysis.lang import Lang, format_number, text
from analysis.published import TEXT
from analysis.published.audit.findings import Finding, Kind, Severity
from analysis.published.audit.numbers import ADDITIVE, Printed, overlap, place_of, printed_number, results

# "Over 60.000" leaves 60,000 out; "60.000 og derover", "mindst 60.000" does not.
_STRICTLY = re.compile(
    r"\b(over|mere end|flere end|under|mindre end|færre end|more than|above|below|less than|över|mer än)\b",
    re.IGNORECASE,
)


def two_values(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield quantities, and changes of anything, that are printed with two values.

    How many gave an answer, and quantities that add up, are held together by `contradictions`.
    """
    cells: dict[tuple[object, ...], list[Printed]] = {}
    for position, row in results(published):
        variable = codebook.variables[row["variable"]]
        number = printed_number(position, row, None)
        group = number.group
        apart = variable.kind == "quantity" and variable.unit not in ADDITIVE
        if row["statistic"] == "base" or is_case(group) or not (apart or SINCE in group):
            continue
        key = (row["wave"], row["variable"], row["category"], join_group(group), row["statistic"])
        cells.setdefault(key, []).append(number)
    for numbers in cells.values():
        told: set[tuple[Fraction, Fraction]] = set()
        for one, two in combinations(numbers, 2):
            severity = _apart(one, two)
            if severity is not None and (one.value, two.value) not in told:
                told.add((one.value, two.value))
                message = text(
                    "audit.two_values",
                    lang,
                    number=two.text,
                    cell=_named(published, two, codebook, lang),
                    others=_listed([one], lang),
                )
                yield Finding("two_values", severity, "certain", message, place_of(two), (place_of(one),), one.text)


def bases(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield tables and figures with two bases, and bases of groups that are not together the base of all."""
    rows = [
        (printed_number(position, row, None), row) for position, row in results(published) if row["statistic"] == "base"
    ]
    by_cell: dict[tuple[object, ...], list[Printed]] = {}
    for number, row in rows:
        if number.item != TEXT:
            by_cell.setdefault((row["wave"], number.item, row["variable"], join_group(number.group)), []).append(number)
    for (_, item, _, _), numbers in by_cell.items():
        different = list({number.value: number for number in numbers}.values())
        if len(different) > 1:
            message = text(
                "audit.two_bases",
                lang,
                number=different[-1].text,
                item=_item(codebook, str(item), lang),
                others=_listed(different[:-1], lang),
            )
            yield Finding(
                "bases", "ambiguity", "certain", message, place_of(different[-1]), tuple(map(place_of, different[:-1]))
            )
    yield from _divided_bases(by_cell, codebook, lang)
    yield from _bases_of_rows(published, codebook, lang)
    yield from _too_many(published, codebook, lang)


def _bases_of_rows(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield numbers of a table or figure that say they are of another base than its header."""
    headers: dict[tuple[object, ...], list[Printed]] = {}
    for position, row in results(published):
        if row["statistic"] == "base" and row["item"] != TEXT:
            number = printed_number(position, row, None)
            headers.setdefault((row["wave"], number.item, join_group(number.group)), []).append(number)
    told: set[tuple[object, ...]] = set()
    for position, row in results(published):
        number = printed_number(position, row, None)
        key = (row["wave"], number.item, join_group(number.group))
        stated = headers.get(key, [])
        if row["statistic"] == "base" or pd.isna(row["base"]) or not stated or (*key, row["base"]) in told:
            continue
        if all(header.value != row["base"] for header in stated):
            told.add((*key, row["base"]))
            base = format_number(int(row["base"]), lang)
            message = text("audit.base_of_row", lang, number=number.text, base=base, others=_listed(stated, lang))
            yield Finding(
                "other_base", "error", "certain", message, place_of(number), tuple(map(place_of, stated)), base
            )


def _too_many(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield bases that are larger than the printed number of those whom the question was asked of."""
    counted: dict[tuple[object, ...], Printed] = {}
    for position, row in results(published):
        if row["statistic"] == "count" and row["group"] == ALL and row["qualifier"] == "exact":
            number = printed_number(position, row, None)
            # Of several, the largest: that they differ is told elsewhere.
            largest = counted.setdefault((row["wave"], row["variable"], row["category"]), number)
            if number.value > largest.value:
                counted[row["wave"], row["variable"], row["category"]] = number
    for position, row in results(published):
        variable = codebook.variables[row["variable"]]
        asked = variable.asked_of
        if row["statistic"] != "base" or row["group"] != ALL or asked is None or variable.share_of == "all":
            continue
        members = [counted.get((row["wave"], asked.variable, answer)) for answer in asked.answers]
        found = [member for member in members if member is not None]
        limit = sum((member.value for member in found), Fraction(0))
        number = printed_number(position, row, None)
        if len(found) == len(members) and number.value > limit:
            most = format_number(float(limit), lang)
            message = text(
                "audit.too_many",
                lang,
                number=number.text,
                cell=variable.label[lang],
                limit=most,
                others=_listed(found, lang),
            )
            yield Finding("bases", "error", "certain", message, place_of(number), tuple(map(place_of, found)), most)


def _divided_bases(
    by_cell: dict[tuple[object, ...], list[Printed]], codebook: Codebook, lang: Lang
) -> Iterator[Finding]:
    one_base = {key: numbers[0] for key, numbers in by_cell.items() if len({n.value for n in numbers}) == 1}
    partitions = {"size": list(codebook.size_classes)} | {
        key: list(dimension.values) for key, dimension in codebook.groups.items() if dimension.partition
    }
    for (wave, item, variable, _), total in one_base.items():
        for key, values in partitions.items():
            named = [join_group({**total.group, key: value}) for value in values]
            parts = [one_base.get((wave, item, variable, name)) for name in named]
            if not values or key in total.group or any(part is None for part in parts):
                continue
            found = [part for part in parts if part is not None]
            together = sum((part.value for part in found), Fraction(0))
            if together != total.value:
                message = text(
                    "audit.bases_do_not_add",
                    lang,
                    number=total.text,
                    together=format_number(float(together), lang),
                    others=_listed(found, lang),
                )
                severity: Severity = "error" if together > total.value else "ambiguity"
                yield Finding(
                    "bases",
                    severity,
                    "certain",
                    message,
                    place_of(total),
                    tuple(map(place_of, found)),
                    format_number(float(together), lang),
                )


def classes(published: pd.DataFrame, codebook: Codebook, lang: Lang) -> Iterator[Finding]:
    """Yield bounds of classes, as printed, that leave a number in no class or in two."""
    limits: dict[tuple[object, ...], list[tuple[Printed, int | None, int | None]]] = {}
    for position, row in results(published):
        group = parse_group(row["group"])
        if (
            row["statistic"] == "other"
            and set(group) == {"size"}
            and codebook.variables[row["variable"]].unit == "inhabitants"
        ):
            number = printed_number(position, row, None)
            limits.setdefault((row["wave"], row["item"], row["variable"]), []).append((number, *_limits(number)))
    for found in limits.values():
        # Running text may tell the same class several times.
        once = {(number.group["size"], first, last): (number, first, last) for number, first, last in reversed(found)}
        ordered = sorted(once.values(), key=lambda each: -1 if each[1] is None else each[1])
        for (lower, _, last), (upper, first, _) in pairwise(ordered):
            if last is None or first is None or first == last + 1:
                continue
            kind: Kind = "class_gap" if first > last + 1 else "class_overlap"
            between = (last + 1, first - 1) if first > last + 1 else (first, last)
            message = text(
                f"audit.{kind}", lang, lower=lower.text, upper=upper.text, between=_whole_range(between, lang)
            )
            # One number at the bound is a slip of a word, more of them are a class that is missing or counted twice.
            severity: Severity = "ambiguity" if between[0] == between[1] else "error"
            yield Finding(
                kind, severity, "certain", message, place_of(upper), (place_of(lower),), _whole_range(between, lang)
            )


def _limits(number: Printed) -> tuple[int | None, int | None]:
    """Return the smallest and largest number of inhabitants in a class; None: no limit."""
    strict = bool(_STRICTLY.search(number.text))
    value, high = int(number.value), int(number.high)
    if number.qualifier == "at_least":
        return value + strict, None
    if number.qualifier == "at_most":
        return None, value - strict
    return value, high


def _apart(one: Printed, two: Printed) -> Severity | None:
    """Return how badly two values of one quantity differ, None where they can be the same."""
    if not overlap(one.window("truncated"), two.window("truncated")):
        return "ambiguity" if "approx" in (one.qualifier, two.qualifier) else "error"
    (low, end), (other_low, other_end) = one.window(), two.window()
    touching = (end is not None and end == other_low) or (other_end is not None and other_end == low)
    return "rounding" if touching or not overlap((low, end), (other_low, other_end)) else None


def _named(published: pd.DataFrame, number: Printed, codebook: Codebook, lang: Lang) -> str:
    return codebook.variables[str(published.loc[number.position, "variable"])].label[lang]


def _listed(numbers: Sequence[Printed], lang: Lang) -> str:
    return "; ".join(f"{number.text} ({text('audit.line', lang, line=number.line)})" for number in numbers)


def _item(codebook: Codebook, name: str, lang: Lang) -> str:
    return codebook.items[name].title[lang] if name in codebook.items else name


def _whole_range(ends: tuple[int, int], lang: Lang) -> str:
    return "–".join(dict.fromkeys(format_number(end, lang) for end in ends))
