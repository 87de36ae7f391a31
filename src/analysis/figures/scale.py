"""Answers on a scale with two sides, as bars from a middle line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis.codebook import Codebook, Wave
from analysis.codebook.questions import CodeList
from analysis.errors import AnalysisError
from analysis.figures.answers import (
    WITHIN,
    Answer,
    Question,
    Shown,
    full_title,
    item_rows,
    key_name,
    questions,
    shown_state,
    statements,
)
from analysis.figures.placing import LINE, Across
from analysis.figures.shares import (
    BAR,
    EMPTY,
    HATCH,
    draw_baseline,
    draw_interval,
    draw_key,
    draw_printed,
    draw_share,
    foot_notes,
    has_interval,
    key,
    key_height,
    percent_sign,
    write_across,
)
from analysis.figures.style import (
    BLUE,
    GREY,
    INK,
    LIGHT_BLUE,
    ORANGE,
    SILVER,
    WIDTH,
    balanced,
    ink_on,
    look,
    survey_frame,
    text_width,
    wrapped,
)
from analysis.figures.survey import Drawing, alt_text, shared_base
from analysis.lang import NO_BREAK_SPACE, Lang, text
from analysis.published.marks import Mark, marks_of, printed_marks
from analysis.release import Released

# Of each side: the outermost answer's colour, the innermost's, and that of both together.
_SHADES = (("#014e7a", LIGHT_BLUE, BLUE), ("#8a4b00", "#f3c27a", ORANGE))
_SMALL = 8.0  # points
_SMALLEST = 7.5  # points
_DUST = 1e-9
_GAP = 0.16  # inches between the columns
_HEADER = 1.05  # inches
_AXIS = 0.3  # inches that the numbers along the axis take
_SUM = 0.2  # inches that the bar of answers counted together takes
_SUM_BAR = 0.1  # inches
_MANY = 7  # statements: of more, how a side splits up is left to the data, so that they fit a page


@dataclass(frozen=True)
class _Column:
    """A side of the scale, or an answer beside it.

    Parameters
    ----------
    category
        The side's group, or the answer.
    label
        Its text.
    direction
        1 where its bars go to the right, -1 to the left.
    colours
        Of all together, and of each of `members`.
    members
        Of a side with several answers, these from the middle outwards.
    start
        Where along the axis its bars start.
    """

    category: str
    label: str
    direction: int
    colours: tuple[str, ...]
    members: tuple[str, ...] = ()
    start: float = 0.0

    @property
    def header(self) -> str:
        """Its text, wrapped."""
        return "\n".join(balanced(self.label, _HEADER, _SMALL, "bold"))


@dataclass(frozen=True)
class Piece:
    """A part of a side's bar, from `low` to `high` per cent from the middle.

    `member` is whose it is, counted from the middle; None where it may be of several.
    """

    low: float
    high: float
    member: int | None


@dataclass(frozen=True)
class _Row:
    """A statement with its bars.

    Parameters
    ----------
    question, cells
        The statement, and category -> answer.
    printed
        Category -> what is printed of it.
    split_bars
        Side -> the parts of its bar, where its answers can be shown in it.
    top, words, sentence
        Where its text starts in inches, the text, and the sentence on its own base or on why it has no answers.
    y, split
        The middle of its bars in inches, and the line beneath them on the answers that no bar shows.
    bold
        Whether the text is.
    sums
        Answers that print counts together across the sides: each has a bar of its own beneath the others.
    """

    question: Question
    cells: dict[str, Answer]
    printed: dict[str, list[Mark]]
    split_bars: dict[str, list[Piece]]
    top: float
    words: str
    sentence: str
    y: float
    split: str
    bold: bool
    sums: list[Answer]

    @property
    def below(self) -> float:
        """Where what stands beneath its bars begins, in inches from the top."""
        return self.y + 0.17


@dataclass(frozen=True)
class _Plan:
    """Where along the axis everything lies.

    Parameters
    ----------
    columns
        The side to the right, the side to the left, and the answers beside them.
    left, inches
        Where the axis begins, and how many inches one per cent is.
    reach
        How far the longest bars go to the left and to the right.
    """

    columns: list[_Column]
    left: float
    inches: float
    reach: tuple[float, float]


def draw_scale(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> Drawing:
    """Draw how far statements are agreed with: one side to the right of a line, the other to its left.

    The answer in the middle and those who don't know stand beside, each from a line of its own, so that both sides can
    be compared (and drawn, where print leaves the answer in the middle open). Where print fixes a side's total only,
    the bar is solid as far as it is certain whose it is, and hatched where it is not.

    Parameters
    ----------
    released
        Estimates; those of other waves are not drawn.
    published
        Rows of `published.csv`; those of other waves are not drawn.
    codebook, wave, name
        The study, the wave that is shown and the item.
    lang
        Language of the texts.

    Raises
    ------
    AnalysisError
        The questions are not answered on one scale with sides.
    """
    rows = item_rows(released, codebook, name, wave.year)
    item = codebook.items[name]
    stem, said = statements(codebook, item.variables, lang)
    found = [
        replace(
            question,
            asks=said[question.variable],
            heading=said[question.variable] if not question.split else question.heading,
        )
        for question in questions(rows, codebook, name, wave, lang)
    ]
    marks = printed_marks(published, rows)
    columns = _columns(_codes(codebook, name, wave.year), lang)
    base = shared_base(found, lang)
    drawn = _drawn_splits(found, columns, marks)
    answered = any(each.answers for each in found if not each.is_split or (each.variable, each.split) in drawn)
    top = LINE * max(len(column.header.split("\n")) for column in columns) + 0.1 if answered else 0.05
    title = full_title(item.title[lang], stem or (found[0].asks if len(said) == 1 else ""))
    placed, open_lines, height = _set_out(found, columns, marks, (title, base), codebook, lang, top)
    plan = _side_by_side(columns, placed, lang)
    with_bars = [replace(row.question, answers=_in_columns(columns, row)) for row in placed]
    keys = [_shades(plan, placed, codebook, lang, wave.year), key(with_bars, rows, len(marks) > 0, lang)]
    asks = stem if stem or placed else found[0].asks
    if asks not in ("", title):
        base = f"{asks}\n{base}"
    own_notes = ["survey.note_scale"] * answered + ["survey.note_split_in_data"] * (len(said) > _MANY)
    note = "\n".join(
        [*(text(each, lang) for each in own_notes), foot_notes([row.question for row in placed], rows, marks, lang)]
    ).strip()
    with look():
        figure, (axis,) = survey_frame(
            title, rows, wave, lang, base=base, note=note,
            height=height + (_AXIS if answered else 0) + key_height(keys),
        )  # fmt: skip
        axis.set_ylim(height, 0)
        for row in placed:
            write_across(axis, row.top, row.words, bold=row.bold)
            write_across(axis, row.top + LINE * len(row.words.split("\n")), row.sentence, colour=GREY)
            write_across(axis, row.below + _SUM * len(row.sums), row.split, colour=GREY, size=_SMALLEST)
            for place, answer in enumerate(row.sums):
                _draw_sum(axis, answer, row, row.below + (place + 0.5) * _SUM, lang)
            for column in plan.columns if row.cells else ():
                _draw(axis, row, column, plan, lang)
        for line in open_lines:
            write_across(axis, line.y, line.words, colour=GREY)
        _axes(axis, plan, lang, answered=answered)
        draw_key(figure, keys)
    right, left = (column.label for column in columns[:2])
    alt = alt_text(text("survey.alt_scale", lang, left=left, right=right), found, wave, lang, printed=len(marks) > 0)
    return Drawing(figure, alt, rows, shown_state(found, codebook, name, wave, lang))


def pieces(total: Shown, members: list[Shown]) -> list[Piece]:
    """Return what is certain of who makes up a side's bar, and what is not.

    Parameters
    ----------
    total
        The side's share, given.
    members
        The shares of its answers from the middle outwards, given or open.

    Returns
    -------
    list of Piece
        From the middle outwards, without gaps: a member's piece is where it must lie for all values that its own and
        the others' ranges allow.
    """
    whole = total.value or 0.0
    low = [share.low if share.state == "open" else share.value for share in members]
    high = [share.high if share.state == "open" else share.value for share in members]
    least, most = ([0.0, *accumulate(number or 0.0 for number in ends)] for ends in (low, high))
    found: list[Piece] = []
    at = 0.0
    for place in range(len(members)):
        starts = min(most[place], whole - (least[-1] - least[place]))
        ends = max(least[place + 1], whole - (most[-1] - most[place + 1]))
        if ends - starts > _DUST:
            if starts - at > _DUST:
                found.append(Piece(at, starts, None))
            found.append(Piece(starts, ends, place))
            at = ends
    if whole - at > _DUST:
        found.append(Piece(at, whole, None))
    return found


def _codes(codebook: Codebook, name: str, year: int) -> CodeList:
    """Return the scale of an item."""
    lists = {id(codes): codes for codes in (codebook.codes_of(each, year) for each in codebook.items[name].variables)}
    if len(lists) > 1 or not all(codes.sides for codes in lists.values()):
        raise AnalysisError(
            f"{name} is drawn as a scale, but its questions are not answered on one code list with sides. "
            "Give the code list `sides` in the codebook, or the item another form."
        )
    return next(iter(lists.values()))


def _columns(codes: CodeList, lang: Lang) -> list[_Column]:
    """Return the sides, the one to the right first, then the answers beside them."""
    columns = []
    for side, direction, (outer, inner, together) in zip(codes.sides or (), (1, -1), _SHADES, strict=True):
        # The questionnaire goes from the end of one side to the end of the other.
        members = tuple(codes.groups[side].of[::-direction])
        ramp = LinearSegmentedColormap.from_list("side", [inner, outer])
        shades = [to_hex(ramp(at)) for at in np.linspace(0, 1, len(members))]
        category, members = (side, members) if len(members) > 1 else (members[0], ())
        columns.append(_Column(category, codes.label(side)[lang], direction, (together, *shades), members))
    grouped = {category for side in codes.sides or () for category in codes.groups[side].of}
    for category, answer in codes.categories.items():
        if category not in grouped:
            columns.append(_Column(category, answer[lang], 1, (SILVER,)))
    return columns


def _set_out(
    found: list[Question],
    columns: list[_Column],
    marks: pd.DataFrame,
    above: tuple[str, str],
    codebook: Codebook,
    lang: Lang,
    top: float,
) -> tuple[list[_Row], list[Across], float]:
    """Return the statements on their places, what is said across them, and the height of all in inches.

    `above` are title and base, which are not said again.
    """
    title, base = above
    rows: list[_Row] = []
    across: list[Across] = []
    drawn = _drawn_splits(found, columns, marks)
    in_columns = {category for column in columns for category in (column.category, *column.members)}
    told: list[tuple[str, str]] = []
    many = len({question.variable for question in found}) > _MANY
    variable = ""
    for question in found:
        first, variable = question.variable != variable, question.variable
        if question.is_split and (question.variable, question.split) not in drawn:
            if (question.variable, question.split) not in told:
                told.append((question.variable, question.split))
                all_open = text("survey.all_open", lang, by=key_name(codebook, question.split, lang))
                across.append(Across(all_open, max(top - 0.1, 0.05), bold=False))
                top += LINE
            continue
        if question.is_split and first:
            lines = wrapped(question.asks, WIDTH - 0.2, 9)
            across.append(Across("\n".join(lines), top, bold=False))
            top += LINE * len(lines) + 0.06
        within = question.split == WITHIN
        bold = not question.split and any(other.is_split for other in found)
        heading = f"{question.heading} · {question.base}".rstrip(".") if within else question.heading
        if bold and heading == title:
            heading = question.name
        words = wrapped(heading, WIDTH - 0.2, 9, "bold" if bold else "normal")
        own_base = not question.split and question.base != base
        sentence = wrapped(question.base, WIDTH - 0.2, 9) if own_base else []
        cells = {answer.category: answer for answer in question.answers}
        split_bars = {column.category: _pieces(column, cells) for column in columns if cells}
        printed = marks_of(marks, question.variable, question.group)
        y = top + LINE * len(words + sentence) + (0.16 if many else 0.2)
        split = "" if question.is_split or many else _split(columns, cells, lang)
        sums = [answer for category, answer in cells.items() if category in printed and category not in in_columns]
        statement = "\n".join(words)
        rows.append(
            _Row(question, cells, printed, split_bars, top, statement, "\n".join(sentence), y, split, bold, sums)
        )
        top = y + (0.18 if cells else -0.15) + _SUM * len(sums) + (0.14 * len(split.split("\n")) if split else 0)
        top += 0.06 if question.is_split or many else 0.16
    return rows, across, max(top, EMPTY)


def _drawn_splits(found: list[Question], columns: list[_Column], marks: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the questions, each by which key, of which any number in a column is given or printed."""
    shown = {column.category for column in columns}
    printed = set(zip(marks["variable"], marks["group"], strict=True))
    return {
        (question.variable, question.split)
        for question in found
        if (question.variable, question.group) in printed
        or any(answer.state == "given" for answer in question.answers if answer.category in shown)
    }


def _pieces(column: _Column, cells: dict[str, Answer]) -> list[Piece]:
    """Return the parts of a side's bar; none where it is drawn whole, since it or an answer in it is not known.

    Where the side is open, the part that is certain may be of any of its answers.
    """
    total = cells[column.category].percent
    if column.members and total and total.state == "open" and total.low:
        return [Piece(0.0, total.low, None)]
    shares = [share for member in column.members if (share := cells[member].percent) and share.state != "withheld"]
    if total is None or total.state != "given" or not shares or len(shares) < len(column.members):
        return []
    return pieces(total, shares)


def _split(columns: list[_Column], cells: dict[str, Answer], lang: Lang) -> str:
    """Return a line on the answers of the sides where their bars do not tell all of them; wrapped."""
    unclear = [column for column in columns if cells and any(cells[each].state != "given" for each in column.members)]
    untold = [answer for name, answer in cells.items() if any(name in column.members for column in unclear)]
    if not untold:
        return ""
    answers = " · ".join(f"{answer.label}{NO_BREAK_SPACE}{answer.count.written(lang)}" for answer in untold)
    return "\n".join(wrapped(text("survey.split", lang, answers=answers), WIDTH - 0.2, _SMALLEST))


def _side_by_side(columns: list[_Column], rows: list[_Row], lang: Lang) -> _Plan:
    """Return where the columns lie, each beginning where the one before ends.

    All are on one scale, as large as the width allows: a column is as wide as its longest bar and the number at it, or
    as its header.
    """
    longest, numbers = [], []
    for column in columns:
        longest.append(max([0.0, *(_end(row, column) for row in rows if row.cells)]))
        lines = [line for row in rows if row.cells for line in _number(row.cells[column.category], lang).split("\n")]
        numbers.append(max([0.0, *(text_width(line, _SMALL, "bold") for line in lines)]) + 0.12)
    headers = [max(text_width(line, _SMALL, "bold") for line in column.header.split("\n")) for column in columns]
    room = WIDTH - 0.3 - _GAP * (len(columns) - 1)

    def widths(inches: float) -> list[float]:
        parts = zip(longest, numbers, headers, strict=True)
        return [max(length * inches + number, header) for length, number, header in parts]

    inches = next((each for each in np.linspace(0.05, 0.001, 500) if sum(widths(each)) <= room), 0.001)
    right, left, *beside = (width / inches for width in widths(inches))
    placed, at = columns[:2], right + _GAP / inches
    for column, width in zip(columns[2:], beside, strict=True):
        placed.append(replace(column, start=at))
        at += width + _GAP / inches
    return _Plan(placed, -left, inches, (longest[1], longest[0]))


def _end(row: _Row, column: _Column) -> float:
    """Return how far anything drawn in a column reaches."""
    percent = row.cells[column.category].percent
    return max([percent.end if percent else 0.0, *(mark.end for mark in row.printed.get(column.category, []))])


def _in_columns(columns: list[_Column], row: _Row) -> list[Answer]:
    """Return the answers that have a bar of their own."""
    return [row.cells[column.category] for column in columns if row.cells]


def _number(answer: Answer, lang: Lang) -> str:
    """Return count and share, one beneath the other."""
    return answer.written(lang).replace(" · ", "\n")


def _draw(axis: Axes, row: _Row, column: _Column, plan: _Plan, lang: Lang) -> None:
    """Draw what a column shows of a statement."""
    answer, start, side = row.cells[column.category], column.start, column.direction
    parts = row.split_bars[column.category]
    if answer.percent and (not parts or answer.state == "open"):
        draw_share(axis, answer.percent, row.y, column.colours[0], start=start, side=side)
    for part in parts:
        _draw_piece(axis, part, row, column, plan, lang)
    if answer.percent and parts:
        draw_interval(axis, answer.percent, row.y, side=side)
    draw_printed(axis, row.printed.get(column.category, []), row.y, start=start, side=side)
    draw_baseline(axis, start, row.y - 0.15, row.y + 0.15)
    given = answer.state != "withheld"
    axis.annotate(
        _number(answer, lang), (start + side * _end(row, column), row.y), (5 * side, 0), textcoords="offset points",
        va="center", ha="left" if side > 0 else "right", fontsize=_SMALL, linespacing=1.05,
        color=INK if given else GREY, fontweight="bold" if column.members else "normal",
        fontstyle="normal" if given else "italic",
    )  # fmt: skip


def _draw_sum(axis: Axes, answer: Answer, row: _Row, y: float, lang: Lang) -> None:
    """Draw answers counted together across the sides as a thin bar to the right, its name and number after it."""
    printed = row.printed.get(answer.category, [])
    if answer.percent:
        draw_share(axis, answer.percent, y, SILVER, bar=_SUM_BAR)
    draw_printed(axis, printed, y, bar=_SUM_BAR)
    draw_baseline(axis, 0, y - 0.1, y + 0.1)
    end = max([answer.percent.end if answer.percent else 0.0, *(mark.end for mark in printed)])
    axis.annotate(
        f"{answer.label}: {answer.written(lang)}", (end, y), (5, 0), textcoords="offset points", va="center",
        fontsize=_SMALL, color=INK if answer.state != "withheld" else GREY,
    )  # fmt: skip


def _draw_piece(axis: Axes, piece: Piece, row: _Row, column: _Column, plan: _Plan, lang: Lang) -> None:
    """Draw a part of a side's bar: its answer's shade and share, or hatched where it may be of several."""
    size, side = piece.high - piece.low, column.direction
    colour = column.colours[0 if piece.member is None else 1 + piece.member]
    (bar,) = axis.barh(row.y, side * size, BAR, left=side * piece.low, facecolor=colour, edgecolor="white")
    if piece.member is None:
        bar.set(hatch=HATCH, linewidth=0)
        return
    share, total = row.cells[column.members[piece.member]].percent, row.cells[column.category].percent
    if share is None or share.state != "given":
        return
    words, middle = share.written(lang), (piece.low + piece.high) / 2
    room = (text_width(words, 7.5) + 0.16) / plan.inches
    # The side's interval lies across its bar.
    free = total.low if total and has_interval(total) and total.low is not None else piece.high
    if room < size and middle + room / 2 < max(free, 0.0) + _DUST + 0.08 / plan.inches:
        axis.text(side * middle, row.y, words, ha="center", va="center_baseline", fontsize=7.5, color=ink_on(colour))


def _shades(plan: _Plan, rows: list[_Row], codebook: Codebook, lang: Lang, year: int) -> list[Artist]:
    """Return the line of a key that explains the bars' shades, from the left to the right."""
    handles: list[Artist] = []
    undecided = ""
    right, left = plan.columns[:2]
    for column, members in ((left, left.members[::-1]), (right, right.members)):
        drawn = {piece.member for row in rows for piece in row.split_bars.get(column.category, [])}
        for member in members:
            place = column.members.index(member)
            if place in drawn:
                label = codebook.answers_of(rows[0].question.variable, year)[member][lang]
                handles.append(Patch(color=column.colours[1 + place], label=label))
        undecided = column.colours[0] if None in drawn else undecided
    if undecided:
        label = text("survey.split_open", lang)
        handles.append(Patch(facecolor=undecided, edgecolor="white", hatch=HATCH, linewidth=0, label=label))
    return handles


def _axes(axis: Axes, plan: _Plan, lang: Lang, *, answered: bool) -> None:
    """Head the columns, and count per cent along the axis to both sides of the middle."""
    axis.set_yticks([])
    axis.set_xlim(plan.left, plan.left + (WIDTH - 0.2) / plan.inches)
    if not answered:
        axis.set_axis_off()
        return
    for column in plan.columns:
        axis.annotate(
            column.header, (column.start, 0), (3 * column.direction if column.members else 0, 0),
            textcoords="offset points", ha="left" if column.direction > 0 else "right", va="top", fontsize=_SMALL,
            fontweight="bold",
        )  # fmt: skip
    step = next((step for step in (10, 20, 25, 50) if step * plan.inches > 0.45), 10)
    left, right = (int(reach // step) * step for reach in plan.reach)
    every = list(range(-left, right + 1, step))
    # Where bars are long and the scale is small, there is room for the ends alone.
    ends = [place for place in (-left, 0, right) if place == 0 or abs(place) * plan.inches > 0.4]
    axis.set_xticks(every if step * plan.inches > 0.45 else ends)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_sign(abs(value), lang)))
    axis.spines["bottom"].set_bounds(-left, right)
