"""Tables of the answers to a survey's questions."""

from __future__ import annotations

import pandas as pd
from great_tables import GT, loc, style

from analysis.codebook import Codebook, Wave
from analysis.context import State
from analysis.estimates import CLUSTERED
from analysis.figures.answers import WITHIN, Question, Shown, item_rows, questions, shown_state
from analysis.figures.shares import has_interval
from analysis.figures.style import WARNING, source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, format_number, text
from analysis.published.printed import as_printed
from analysis.release import Released

_JOINER = "\N{WORD JOINER}"
_SHOWN = ("count", "percent", "bounds", "printed_count", "printed_percent")
_PRINTED = {"printed_count": "count", "printed_percent": "percent"}


def responses_view(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """Set out the answers to an item's questions in the questionnaire's order, with what is printed of each.

    Parameters
    ----------
    released
        Estimates; those of other waves are not shown.
    published
        Rows of `published.csv`; those of other waves are not shown.
    codebook, wave, name
        The study, the wave that is shown and the item.
    lang
        Language of the texts.

    Returns
    -------
    tuple
        The table; its data, one row for each answer and one for all where each gave one answer, with the ends of
        intervals (`low`, `high`) and of what print leaves open (`identified_low`, `identified_high`, of counts); and
        how much of it is there.
    """
    rows = item_rows(released, codebook, name, wave.year)
    found = questions(rows, codebook, name, wave, lang)
    printed = published[published["wave"] == wave.year]
    data = pd.DataFrame(
        [row for question in found for row in _data(question, printed, codebook)],
        columns=[
            "variable", "group", "category", "count", "percent", "low", "high", "identified_low", "identified_high",
            "printed_count", "printed_percent",
        ],
    )  # fmt: skip
    shown = pd.DataFrame(
        [row for question in found for row in _written(question, printed, codebook, lang)],
        columns=["question", "answer", *_SHOWN],
    )
    empty = [column for column in ("bounds", *_PRINTED) if set(shown[column]) <= {NOTHING}]
    columns = [column for column in _SHOWN if column not in empty]
    interval = "clustered" if CLUSTERED in set(rows["method"]) else "bounds"
    several = len(found) > 1
    table = GT(
        shown.drop(columns=empty if several else [*empty, "question"]),
        rowname_col="answer",
        groupname_col="question" if several else None,
    )
    table = (
        table.cols_label(
            {column: text(f"survey.{interval if column == 'bounds' else column}", lang) for column in columns}
        )
        .cols_align("right", columns=columns)
        .tab_stubhead(text("survey.answer", lang))
    )
    together = {
        (question.variable, answer.category)
        for question in found
        for answer in question.answers
        if answer.kind == "group"
    }
    bold = [
        place
        for place, cell in enumerate(zip(data["variable"], data["category"], strict=True))
        if cell in together or not cell[1]
    ]
    table = table.tab_style(style.text(weight="bold"), [loc.body(rows=bold), loc.stub(rows=bold)])
    for note in _notes(found, wave, lang, interval):
        table = table.tab_source_note(note)
    drawn = rows if len(rows) else pd.DataFrame({"basis": [wave.basis]})
    return mark_reconstructed(table, drawn, columns, lang), data, shown_state(found, codebook, name, wave, lang)


def mark_reconstructed(table: GT, rows: pd.DataFrame, columns: list[str], lang: Lang) -> GT:
    """Say across the head of a table that it rests on a reconstruction, where any of its numbers does.

    Parameters
    ----------
    table
        A table with all its other headings.
    rows
        The rows of `estimates.csv` that it shows: their `basis` is read.
    columns
        Its columns but the stub.
    """
    if "reconstructed" not in set(rows["basis"]):
        return table
    mark = text("site.mark_reconstructed", lang).upper()
    table = table.tab_spanner(mark, columns=columns, id="reconstructed")
    return table.tab_style(style.text(color=WARNING, weight="bold"), loc.spanner_labels(ids=["reconstructed"]))


def unbroken(written: str) -> str:
    """Return a range as written, which no line break parts; a dash that stands alone is left as it is."""
    return written if written == NOTHING else written.replace(NOTHING, f"{_JOINER}{NOTHING}{_JOINER}")


def _data(question: Question, printed: pd.DataFrame, codebook: Codebook) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for category, count, percent in _numbers(question, codebook):
        given = percent if percent and percent.state == "given" else None
        rows.append(
            {
                "variable": question.variable,
                "group": question.group,
                "category": category,
                "count": count.value,
                "percent": percent.value if percent else None,
                "low": given.low if given else None,
                "high": given.high if given else None,
                "identified_low": count.low if count.state == "open" else None,
                "identified_high": count.high if count.state == "open" else None,
                **{name: _printed(question, category, printed, statistic) for name, statistic in _PRINTED.items()},
            }
        )
    return rows


def _written(question: Question, printed: pd.DataFrame, codebook: Codebook, lang: Lang) -> list[dict[str, str]]:
    labels = {answer.category: answer.label for answer in question.answers} | {"": text("survey.total", lang)}
    heading = question.heading
    if question.is_split:
        heading = f"{codebook.variables[question.variable].label[lang]} · {heading}"
    elif question.split:
        heading = f"{question.label} · {question.base}"
    rows = []
    for category, count, percent in _numbers(question, codebook):
        bounds = NOTHING
        if percent and has_interval(percent):
            low = format_number(percent.low or 0.0, lang, "percent", unit=False)
            bounds = f"{low}{NOTHING}{format_number(percent.high or 0.0, lang, 'percent')}"
        rows.append(
            {
                "question": heading,
                "answer": labels[category],
                "count": unbroken(count.written(lang)),
                "percent": unbroken(percent.written(lang)) if percent else NOTHING,
                "bounds": unbroken(bounds),
                **{
                    name: _printed(question, category, printed, statistic).replace(" ", NO_BREAK_SPACE) or NOTHING
                    for name, statistic in _PRINTED.items()
                },
            }
        )
    return rows


def _numbers(question: Question, codebook: Codebook) -> list[tuple[str, Shown, Shown | None]]:
    """Return category, count and share of each answer, and of all where each gave one."""
    rows = [(answer.category, answer.count, answer.percent) for answer in question.answers]
    if question.n and codebook.variables[question.variable].kind == "single":
        rows.append(("", question.n, None))
    return rows


def _printed(question: Question, category: str, printed: pd.DataFrame, statistic: str) -> str:
    """Return all that is printed of a number, each different one once, as it stands there."""
    of_cell = printed[
        (printed["variable"] == question.variable)
        & (printed["group"] == question.group)
        & (printed["category"] == category)
        & (printed["statistic"] == (statistic if category else "base" if statistic == "count" else ""))
    ]
    return as_printed(of_cell)


def _notes(found: list[Question], wave: Wave, lang: Lang, interval: str) -> list[str]:
    """Return what stands below the table: base, what the ranges mean, basis and source."""
    bases = list(dict.fromkeys(question.base for question in found if question.split != WITHIN))
    answers = [answer for question in found for answer in question.answers]
    states = {answer.state for answer in answers}
    own = [question for question in found if not question.is_split]
    notes = bases if len(bases) == 1 else [f"{question.label}: {question.base}" for question in own]
    if len(found) == 1 or found[0].is_split:
        notes = [text("survey.question", lang, question=found[0].asks), *notes]
    if any(answer.percent and has_interval(answer.percent) for answer in answers):
        notes.append(text(f"survey.note_{interval}", lang))
    if "open" in states:
        notes.append(text("survey.note_range", lang))
    if "withheld" in states:
        notes.append(text("survey.note_withheld", lang))
    return [*notes, source_note([wave.basis], wave, lang)]
