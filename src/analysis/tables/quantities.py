"""Tables of quantities that a survey's report gives for each of several groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from great_tables import GT, loc, style

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import parse_group
from analysis.context import DRAWN, State
from analysis.figures.answers import Shown, group_name, item_groups, item_rows, shown_number
from analysis.figures.style import source_note
from analysis.lang import NO_BREAK_SPACE, NOTHING, Lang, text
from analysis.published.printed import as_printed
from analysis.release import Released
from analysis.tables.survey import mark_reconstructed, unbroken

_DATA = (
    "variable", "group", "category", "count", "percent", "identified_low", "identified_high", "register", "basis",
    "printed",
)  # fmt: skip


@dataclass(frozen=True)
class _Cell:
    """A quantity, or a part of one, of a group.

    Parameters
    ----------
    variable, group, category
        As in `estimates.csv`.
    count, percent
        As estimated; None where it is not.
    register
        How many there are, where a register says so.
    basis
        What the count rests on; empty where there is none.
    printed
        All that is printed of it, each different text once.
    """

    variable: str
    group: str
    category: str
    count: Shown | None
    percent: Shown | None
    register: Shown | None
    basis: str
    printed: str

    @property
    def is_only_printed(self) -> bool:
        """Whether nothing but print gives it."""
        return self.count is None and bool(self.printed)

    def written(self, lang: Lang) -> dict[str, str]:
        """Return kind of column -> what stands there."""
        numbers = [number.written(lang) for number in (self.count, self.percent) if number is not None]
        estimated = " · ".join(numbers[:1] if self.count and self.count.state == "withheld" else numbers)
        return {
            "estimated": unbroken(estimated or NOTHING),
            "register": NOTHING if self.register is None else self.register.written(lang),
            "print": self.printed.replace(" ", NO_BREAK_SPACE) or NOTHING,
        }

    def data(self) -> dict[str, object]:
        """Return its row of the data beside the table."""
        count, percent = self.count or Shown("count"), self.percent or Shown("percent")
        is_open = count.state == "open"
        numbers = (
            count.value, percent.value, count.low if is_open else None, count.high if is_open else None,
            self.register.value if self.register else None,
        )  # fmt: skip
        row = (self.variable, self.group, self.category, *numbers, self.basis, self.printed)
        return dict(zip(_DATA, row, strict=True))


def quantities_view(
    released: Released, published: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang, name: str
) -> tuple[GT, pd.DataFrame, State]:
    """Set out an item's quantities, or the parts of each, by its groups: what is estimated, and what is printed.

    A number that is printed and follows from nothing else, neither from the answers nor from a register, stands in the
    column of print alone: that a reconstruction was made to agree with it is no estimate of it.

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
        The table, a row for each group and columns for each quantity or part; its data, a row for each of these cells,
        with what print leaves open of a count (`identified_low`, `identified_high`) and how many a register says there
        are (`register`); and how much of it is there.
    """
    rows = item_rows(released, codebook, name, wave.year)
    printed = published[published["wave"] == wave.year]
    cells = list(_cells(rows, printed, codebook, wave, name))
    groups = list(dict.fromkeys(cell.group for cell in cells))
    shown = {"group": [_whom(codebook, name, group, wave, lang) for group in groups]}
    labels: dict[str, str] = {}
    spanners: dict[str, list[str]] = {}
    in_register: set[str] = set()
    for place, (variable, category) in enumerate(dict.fromkeys((cell.variable, cell.category) for cell in cells)):
        label = codebook.variables[variable].label[lang]
        if category:
            part = codebook.answers_of(variable, wave.year)[category][lang]
            label = part if len(codebook.items[name].variables) == 1 else f"{label}: {part}"
        of_quantity = [cell.written(lang) for cell in cells if (cell.variable, cell.category) == (variable, category)]
        for kind in ("estimated", "register", "print"):
            written = [cell[kind] for cell in of_quantity]
            # Of all parts of a quantity the register has the same whole.
            is_said = kind == "register" and variable in in_register
            if set(written) != {NOTHING} and not is_said:
                in_register |= {variable} if kind == "register" else set()
                column = f"{kind}_{place}"
                shown[column], labels[column] = written, text(f"survey.quantity_{kind}", lang)
                spanners.setdefault(label, []).append(column)
    table = (
        GT(pd.DataFrame(shown), rowname_col="group").cols_label({**labels}).cols_align("right", columns=list(labels))
    )
    for place, (label, below) in enumerate(spanners.items()):
        table = table.tab_spanner(label, columns=below, id=f"quantity_{place}")
    whole = [place for place, group in enumerate(groups) if group == codebook.items[name].group]
    table = table.tab_style(style.text(weight="bold"), [loc.body(rows=whole), loc.stub(rows=whole)])
    for note in _notes(cells, codebook, wave, lang, name):
        table = table.tab_source_note(note)
    data = pd.DataFrame([cell.data() for cell in cells], columns=list(_DATA))
    return mark_reconstructed(table, rows, list(labels), lang), data, _state(cells, codebook, lang)


def _cells(rows: pd.DataFrame, printed: pd.DataFrame, codebook: Codebook, wave: Wave, name: str) -> Iterator[_Cell]:
    """Yield each group of each quantity or part of which anything is known or printed."""
    groups = item_groups(codebook, wave.year, name)
    for variable in codebook.items[name].variables:
        known = rows[rows["variable"] == variable]
        of_print = printed[(printed["variable"] == variable) & printed["group"].isin(groups)]
        told = {*known["category"], *of_print["category"]}
        for category in ("", *(codebook.variables[variable].parts or {})):
            for group in groups if category in told else ():
                of_group = known[known["group"] == group]
                cell = of_group[of_group["category"] == category]
                base = of_group[(of_group["statistic"] == "base") & (of_group["basis"] == "register")]
                here = (of_print["group"] == group) & (of_print["category"] == category)
                yield _Cell(
                    variable,
                    group,
                    category,
                    _number(cell, "count"),
                    _number(cell, "percent"),
                    shown_number(base.iloc[0]) if len(base) else None,
                    "".join(cell.loc[cell["statistic"] == "count", "basis"]),
                    as_printed(of_print[here]),
                )


def _number(cell: pd.DataFrame, statistic: str) -> Shown | None:
    rows = cell[cell["statistic"] == statistic]
    return shown_number(rows.iloc[0]) if len(rows) else None


def _whom(codebook: Codebook, name: str, group: str, wave: Wave, lang: Lang) -> str:
    own = parse_group(codebook.items[name].group)
    split = [(key, value) for key, value in parse_group(group).items() if key not in own]
    names = [group_name(codebook, key, value, wave.year, lang) for key, value in split]
    return ", ".join(names) or text("survey.total", lang)


def _notes(cells: list[_Cell], codebook: Codebook, wave: Wave, lang: Lang, name: str) -> Iterator[str]:
    """Yield what stands below the table: what the quantities are, what is not known of them, basis and source."""
    for variable in codebook.items[name].variables:
        question = codebook.variables[variable]
        if question.definition:
            yield f"{question.label[lang]}: {question.definition[lang]}."
    if any(cell.is_only_printed for cell in cells):
        yield text("survey.note_only_printed", lang)
    if any(cell.count and cell.count.state == "open" for cell in cells):
        yield text("survey.note_range", lang)
    if any(cell.count and cell.count.state == "withheld" for cell in cells):
        yield text("survey.note_withheld", lang)
    bases = {cell.basis for cell in cells if cell.basis}
    bases |= {"published" for cell in cells if cell.printed} | {"register" for cell in cells if cell.register}
    yield source_note(bases, wave, lang)


def _state(cells: list[_Cell], codebook: Codebook, lang: Lang) -> State:
    """Return how much of the table is there, and which quantities nothing but print gives, or are open or withheld."""
    if not any(cell.count or cell.printed for cell in cells):
        return State("not_drawn", text("survey.not_printed", lang))
    kinds: dict[str, list[_Cell]] = {
        "only_printed": [cell for cell in cells if cell.is_only_printed],
        "open": [cell for cell in cells if cell.count and cell.count.state == "open"],
        "withheld": [cell for cell in cells if cell.count and cell.count.state == "withheld"],
    }
    reasons = []
    for kind, those in kinds.items():
        labels = dict.fromkeys(codebook.variables[cell.variable].label[lang] for cell in those)
        if labels:
            reasons.append(text(f"survey.state_{kind}", lang, answers="; ".join(labels)))
    return State("partly", " ".join(reasons)) if reasons else DRAWN
