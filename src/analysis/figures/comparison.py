"""Two waves of a survey, row by row, and the picture of what changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis.codebook import Codebook, ComparisonRow, Wave
from analysis.context import DRAWN, State
from analysis.estimates import COUNTED, WORST_CASE
from analysis.estimates.comparison import PAIRINGS, Direction, directions
from analysis.estimates.survey import PARTICIPATION
from analysis.figures.answers import Shown, shown_number
from analysis.figures.shares import HATCH, NUMBERS, draw_key, has_interval, key_height, percent_sign
from analysis.figures.style import BLUE, GREY, INK, ORANGE, PALE, look, survey_frame, wrapped
from analysis.figures.survey import Drawing
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.published.marks import printed_marks
from analysis.release import Released

_HEADING = 0.22  # inches
_ROW = 0.4
_LABELS = 2.0
_AXIS = 0.3  # that the numbers along the axis take
_CAP = 0.06
_MARKS = {"before": ("o", BLUE), "after": ("D", ORANGE)}
_SIDE = {"before": -1, "after": 1}  # the earlier wave lies a little above the later, so that neither hides the other
_APART = 0.06
_TICK = (0.08, 0.15)  # from the mark to the ends of that of a printed number
_UNLIKE = "\N{NOT EQUAL TO}"
_POINT = 0.05  # bounds closer than this, in points, are shown as none


@dataclass(frozen=True)
class Level:
    """An answer in one wave: how many gave it, and what share they are."""

    count: Shown
    percent: Shown


@dataclass(frozen=True)
class Compared:
    """A row of the comparison.

    Parameters
    ----------
    name, row
        Its name in the codebook, and what it says there.
    before, after
        The two waves; None where a wave lacks it.
    change
        In percentage points; its `low` and `high` are the worst-case bounds of a value, or the range that is open.
        None where a wave lacks it or it is withheld.
    verdict, why
        Whether it can be compared, as the codebook has it, or `not_judged`; and why, in words.
    direction, sure
        Which way it went, and which way it went however don't knows are taken; None where there is no change.
    """

    name: str
    row: ComparisonRow
    before: Level | None
    after: Level | None
    change: Shown | None
    verdict: str
    why: str
    direction: Direction | None
    sure: Direction | None

    @property
    def is_comparable(self) -> bool:
        """Whether anything may be concluded from its change."""
        return self.verdict != "not_comparable"


def compared_rows(
    changes: Released, before: Released, after: Released, codebook: Codebook, wave: Wave, lang: Lang
) -> list[Compared]:
    """Return the rows of the comparison, in the report's order.

    Parameters
    ----------
    changes
        What `compare_waves` returns, released.
    before, after
        The released estimates of the two waves.
    codebook, wave, lang
        The study, the later wave, the language of the texts.
    """
    found = []
    ways, sure = (directions(changes.rows, codebook, treatments=both) for both in (False, True))
    for name, row in codebook.comparison.items():
        judged = row.comparability.get(wave.year)
        found.append(
            Compared(
                name,
                row,
                _level(before, row),
                _level(after, row),
                _number(changes, row, "percent", WORST_CASE),
                judged.verdict if judged else "not_judged",
                judged.why[lang] if judged else "",
                ways.get(name),
                sure.get(name),
            )
        )
    return found


def draw_changes(
    changes: Released,
    before: Released,
    after: Released,
    published: pd.DataFrame,
    codebook: Codebook,
    wave: Wave,
    lang: Lang,
) -> Drawing:
    """Draw each row's share in both waves, what the missing could change, what is printed, and the change.

    Parameters
    ----------
    changes, before, after, codebook, wave, lang
        As for `compared_rows`.
    published
        Printed rows of the two waves.

    Returns
    -------
    Drawing
        Rows that cannot be compared are grey and marked; an open share is hatched over its range, a withheld one says
        so. The data are the percentages and changes drawn.
    """
    found = compared_rows(changes, before, after, codebook, wave, lang)
    rows = compared_estimates(changes, before, after, found)
    rows = rows[(rows["statistic"] == "percent") & (rows["method"] == WORST_CASE)].reset_index(drop=True)
    names = {"before": wave_name(before, lang), "after": wave_name(after, lang)}
    levels = {"before": _levels(rows, before), "after": _levels(rows, after)}
    marks = {name: printed_marks(published, of_wave) for name, of_wave in levels.items()}
    key = _key(found, names, printed=any(map(len, marks.values())), lang=lang)
    base = text(
        "compare.base", lang, earlier=names["before"], later=names["after"],
        n_earlier=_took_part(before, lang), n_later=_took_part(after, lang),
    )  # fmt: skip
    title = codebook.items["changes"].title[lang]
    height = _HEADING + _ROW * len(found)
    with look():
        figure, (axis,) = survey_frame(
            title, rows, wave, lang, base=base, height=height + _AXIS + key_height(key), note=_notes(found, lang)
        )
        axis.set_ylim(height, 0)
        _heading(axis, lang)
        for place, each in enumerate(found):
            _draw_row(axis, each, _height(place), lang)
            for name, printed in marks.items():
                of_row = (printed["variable"] == each.row.variable) & (printed["category"] == each.row.category)
                near, far = (_height(place) + _SIDE[name] * (_APART + end) for end in _TICK)
                axis.vlines(
                    printed.loc[of_row & (printed["low"] == printed["high"]), "low"],
                    near,
                    far,
                    color=INK,
                    linewidth=1.6,
                    zorder=3,
                )
        _axes(axis, found, lang)
        draw_key(figure, key)
    return Drawing(figure, _alt(found, names, rows, lang), rows, compared_state(found, lang))


def compared_estimates(changes: Released, before: Released, after: Released, found: list[Compared]) -> pd.DataFrame:
    """Return the estimates behind the rows of a comparison: both waves' counts and shares, and every change."""
    levels = [_cells(released, each.row) for each in found for released in (before, after)]
    declared = [rows[rows["method"].isin([COUNTED, WORST_CASE])] for rows in levels]
    since = [_cells(changes, each.row) for each in found]
    parts = [rows for rows in (*declared, *since) if len(rows)]
    return pd.concat([changes.rows.iloc[:0], *parts], ignore_index=True)


def compared_state(found: list[Compared], lang: Lang) -> State:
    """Return how much of a comparison is there, and what is not."""
    if not any(each.change for each in found):
        return State("not_drawn", text("compare.missing", lang, rows=_named(found, lang)))
    absent = [each for each in found if each.before is None or each.after is None]
    reasons = [text("compare.missing", lang, rows=_named(absent, lang))] if absent else []
    for state in ("open", "withheld"):
        levels = [(each, level) for each in found for level in (each.before, each.after)]
        those = list(dict.fromkeys(each.name for each, level in levels if level and level.percent.state == state))
        if those:
            labels = _named([each for each in found if each.name in those], lang)
            reasons.append(text(f"survey.state_{state}", lang, answers=labels))
    return State("partly", " ".join(reasons)) if reasons else DRAWN


def written_change(change: Shown | None, lang: Lang) -> str:
    """Return a change in points with its sign: `+14.8 (+13.3 to +15.3)`, or the range that is open."""
    if change is None or change.state == "withheld":
        return NOTHING
    if change.value is None:
        return written_range(change.low, change.high, lang)
    value = signed(change.value, lang)
    if change.low is None or change.high is None or change.high - change.low < _POINT:
        return value
    return text("compare.change_with_bounds", lang, value=value, bounds=written_range(change.low, change.high, lang))


def written_range(low: float | None, high: float | None, lang: Lang) -> str:
    """Return two ends in points with their signs, on one line."""
    written = text("compare.bounds", lang, low=signed(low or 0.0, lang), high=signed(high or 0.0, lang))
    return written.replace(" ", NO_BREAK_SPACE)


def signed(points: float, lang: Lang) -> str:
    """Return percentage points with their sign; none where they round to nothing."""
    shown = format_number(points, lang, "percent", unit=False)
    return f"+{shown}" if points > 0 and shown != format_number(0, lang, "percent", unit=False) else shown


def wave_name(released: Released, lang: Lang) -> str:
    """Return the year of a wave, marked where it is reconstructed."""
    year = str(released.rows["wave"].iloc[0])
    built = (released.rows["basis"] == "reconstructed").any()
    return text("compare.wave_reconstructed", lang, year=year) if built else year


def _level(released: Released, row: ComparisonRow) -> Level | None:
    count = _number(released, row, "count", COUNTED)
    percent = _number(released, row, "percent", WORST_CASE)
    return None if count is None or percent is None else Level(count, percent)


def _number(released: Released, row: ComparisonRow, statistic: str, method: str) -> Shown | None:
    rows = _cells(released, row)
    rows = rows[(rows["statistic"] == statistic) & (rows["method"] == method)]
    if rows.empty:
        return None
    return shown_number(rows.iloc[0])


def _cells(released: Released, row: ComparisonRow) -> pd.DataFrame:
    rows = released.rows
    whole = (rows["group"] == "all") | rows["group"].str.startswith("since:")
    own = whole & (rows["variable"] == row.variable) & (rows["category"] == row.category)
    cells: pd.DataFrame = rows[own & (rows["item"] != PAIRINGS)]
    return cells


def _levels(rows: pd.DataFrame, wave: Released) -> pd.DataFrame:
    """Return the rows of a wave's shares; not those of the change since the one before."""
    own: pd.DataFrame = rows[(rows["wave"] == wave.rows["wave"].iloc[0]) & (rows["group"] == "all")]
    return own


def _height(place: int) -> float:
    """Return the middle of a row, in inches from the top."""
    return _HEADING + _ROW * (place + 0.5)


def _took_part(released: Released, lang: Lang) -> str:
    rows = released.rows
    mine = (rows["variable"] == PARTICIPATION) & (rows["category"] == "") & (rows["statistic"] == "count")
    return format_number(rows.loc[mine, "value"].iloc[0], lang)


def _named(found: list[Compared], lang: Lang) -> str:
    return ", ".join(each.row.label[lang] for each in found)


def _heading(axis: Axes, lang: Lang) -> None:
    axis.annotate(
        text("compare.change", lang), (1.03, _HEADING / 2), xycoords=("axes fraction", "data"), va="center",
        fontsize=NUMBERS, fontweight="bold",
    )  # fmt: skip


def _draw_row(axis: Axes, each: Compared, y: float, lang: Lang) -> None:
    levels = {"before": each.before, "after": each.after}
    ends = [
        (level.percent.value, y + _SIDE[name] * _APART)
        for name, level in levels.items()
        if level and level.percent.value is not None
    ]
    if len(ends) == len(levels):
        axis.plot(*zip(*ends, strict=True), color=PALE, linewidth=3, zorder=1)
    for name, level in levels.items():
        if level is not None:
            _draw_level(axis, level.percent, name, y + _SIDE[name] * _APART, lang, grey=not each.is_comparable)
    mark = "" if each.is_comparable or each.change is None else f"{_UNLIKE} "
    axis.annotate(
        mark + written_change(each.change, lang), (1.03, y), xycoords=("axes fraction", "data"), va="center",
        fontsize=NUMBERS, color=INK if each.is_comparable else GREY,
    )  # fmt: skip


def _draw_level(axis: Axes, share: Shown, name: str, y: float, lang: Lang, *, grey: bool) -> None:
    marker, colour = _MARKS[name]
    if share.state == "open":
        low, high = share.low or 0.0, share.high or 0.0
        axis.barh(y, high - low, 0.11, left=low, facecolor="white", edgecolor=colour, hatch=HATCH, linewidth=0.8)
    elif share.value is None:
        axis.annotate(share.written(lang), (0, y), va="center", fontsize=7.5, fontstyle="italic", color=colour)
    else:
        colour, line = (GREY, GREY) if grey else (colour, INK)
        face = "white" if grey or name == "before" else colour
        axis.scatter(share.value, y, marker=marker, s=34, edgecolor=colour, facecolor=face, linewidths=1.5, zorder=3)
        if has_interval(share):
            low, high = share.low or 0.0, share.high or 0.0
            axis.hlines(y, low, high, color=line, linewidth=1, zorder=2)
            axis.vlines([low, high], y - _CAP, y + _CAP, color=line, linewidth=1, zorder=4)


def _axes(axis: Axes, found: list[Compared], lang: Lang) -> None:
    axis.set_yticks(
        [_height(place) for place in range(len(found))],
        ["\n".join(wrapped(each.row.label[lang], _LABELS, 9)) for each in found],
    )
    for each, label in zip(found, axis.get_yticklabels(), strict=True):
        label.set_color(INK if each.is_comparable else GREY)
    axis.set_xlim(-2, 102)
    axis.set_xticks(range(0, 101, 20))
    axis.spines["bottom"].set_bounds(0, 100)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_sign(value, lang)))


def _key(found: list[Compared], names: dict[str, str], *, printed: bool, lang: Lang) -> list[list[Artist]]:
    """Return the lines that explain the marks that the figure has: those of the waves, and all others."""
    waves: list[Artist] = []
    others: list[Artist] = []
    for name, (marker, colour) in _MARKS.items():
        face = "white" if name == "before" else colour
        waves.append(
            Line2D(
                [], [], linestyle="", marker=marker, markeredgecolor=colour, markerfacecolor=face, markeredgewidth=1.5
            )
        )
        waves[-1].set_label(names[name])
        if any(level.percent.state == "open" for each in found if (level := getattr(each, name))):
            waves.append(Patch(facecolor="white", edgecolor=colour, hatch=HATCH, linewidth=0.8))
            waves[-1].set_label(text("compare.mark_open", lang, wave=names[name]))
    if printed:
        others.append(Line2D([], [], color=INK, marker="|", markersize=6, markeredgewidth=1.6, linestyle=""))
        others[-1].set_label(text("compare.mark_printed", lang))
    if any(has_interval(level.percent) for each in found for level in (each.before, each.after) if level):
        others.append(Line2D([], [], color=INK, marker="|", markersize=8, linewidth=1))
        others[-1].set_label(text("compare.mark_bounds", lang))
    if not all(each.is_comparable for each in found):
        others.append(Line2D([], [], color=GREY, marker=f"${_UNLIKE}$", markersize=7, linestyle=""))
        others[-1].set_label(text("compare.mark_not_comparable", lang))
    return [waves, others]


def _notes(found: list[Compared], lang: Lang) -> str:
    verdicts = {each.verdict for each in found}
    notes = [("bounds", True), ("care", "with_care" in verdicts), ("not_judged", "not_judged" in verdicts)]
    withheld = any(level and level.percent.state == "withheld" for each in found for level in (each.before, each.after))
    lines = [text(f"compare.note_{name}", lang) for name, applies in notes if applies]
    return "\n".join([*lines, text("survey.note_withheld", lang)] if withheld else lines)


def _alt(found: list[Compared], names: dict[str, str], rows: pd.DataFrame, lang: Lang) -> str:
    told = []
    for each in found:
        label = each.row.label[lang]
        if each.before is None or each.after is None:
            told.append(text("compare.alt_missing", lang, label=label))
            continue
        key = "compare.alt_row" if each.is_comparable else "compare.alt_not_comparable"
        before, after = (level.percent.written(lang) for level in (each.before, each.after))
        told.append(text(key, lang, label=label, before=before, after=after, change=written_change(each.change, lang)))
    mark = text("site.mark_reconstructed", lang) + ". " if "reconstructed" in set(rows["basis"]) else ""
    return mark + text("compare.alt", lang, earlier=names["before"], later=names["after"], rows="; ".join(told))
