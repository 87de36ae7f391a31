"""Tables of a codebook: what was asked and of whom, what the report shows of it, and what it is split by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from html import escape

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, Wave
from analysis.codebook.groups import ALL, CASE, parse_group
from analysis.codebook.items import Item
from analysis.codebook.questions import CodeList, Label, Variable, parse_universe
from analysis.context import DRAWN, State
from analysis.estimates import count_frame
from analysis.lang import NOTHING, Lang, format_number, text
from analysis.layout import has_run

_SECTIONS = {"single": "asked", "multiple": "asked", "open": "asked", "themes": "found", "quantity": "counted"}
_COMPARISON = "comparison"
_JOINER = "; "
_BLOCK = "margin-bottom: 0.4em"
_HANGING = "padding-left: 1em; text-indent: -1em"
_ITEM = ("number", "page", "title_da", "title_en", "form", "variables", "group", "by", "drawn", "needs", "note")
_Lines = list[str]


def codebook_counts(codebook: Codebook, wave: Wave, published: pd.DataFrame) -> pd.DataFrame:
    """Count what the codebook holds, as estimates: questions, other variables, printed items and printed numbers.

    Parameters
    ----------
    published
        The wave's rows of `published.csv`.
    """
    asked = sum(_SECTIONS[variable.kind] == "asked" for variable in codebook.variables.values())
    of_questions = {"asked": asked, "others": len(codebook.variables) - asked, "numbers": len(published)}
    of_items = {"items": sum(item.printed for item in codebook.items.values())}
    frames = [
        count_frame(counts, wave, item, "the codebook")
        for item, counts in (("questions", of_questions), ("items", of_items))
    ]
    return pd.concat(frames, ignore_index=True)


def questions_view(codebook: Codebook, wave: Wave, published: pd.DataFrame, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out every variable: what was asked in both languages, the answers, of whom, and where the report shows it.

    Parameters
    ----------
    codebook, wave
        The study and the wave whose answers are shown; what it left out or asked otherwise is said.
    published
        The wave's rows of `published.csv`.
    lang
        Language of everything but the questions.

    Returns
    -------
    tuple
        The table and its data, one row for each variable: questions first, then what the report's authors found in
        open answers, then quantities, each in the codebook's order.
    """
    order = list(dict.fromkeys(_SECTIONS.values()))
    names = sorted(codebook.variables, key=lambda name: order.index(_SECTIONS[codebook.variables[name].kind]))
    shown_by = _shown_by(codebook, published)
    counts = published["variable"].value_counts()
    numbers = {name: int(counts.get(name, 0)) for name in names}
    rows = {name: _question(codebook, name, wave, shown_by, numbers[name], lang) for name in names}
    shown = pd.DataFrame(
        [
            {
                "section": text(f"dictionary.section_{_SECTIONS[codebook.variables[name].kind]}", lang),
                "variable": _named(row["label"], name) + _in_both(row["question_da"], row["question_en"]),
                "answers": _cell(row["kind"], row["answers"], row["wave"]),
                "asked_of": _cell(row["level"], row["asked_of"], row["base"]),
                "report": _cell(row["items"], row["own_items"], row["numbers"]),
            }
            for name, row in rows.items()
        ]
    )
    table = _table(shown, {"variable": 19, "answers": 15, "asked_of": 11, "report": 9}, lang, "section")
    notes = [text("dictionary.note_names", lang), text("dictionary.note_numbers", lang, year=wave.year)]
    if codebook.eligible != ALL:
        notes.insert(0, text("dictionary.note_eligible", lang, condition=_universe(codebook, codebook.eligible, lang)))
    for note in notes:
        table = table.tab_source_note(note)
    data = [{"variable": name, **_plain(row), "numbers": numbers[name]} for name, row in rows.items()]
    return table, pd.DataFrame(data)


def items_view(codebook: Codebook, wave: Wave, published: pd.DataFrame, lang: Lang) -> tuple[GT, pd.DataFrame]:
    """Set out what the report shows: its tables, figures and boxes, of what, and whether a notebook draws them.

    Returns
    -------
    tuple
        The table and its data, one row for each printed item, in the codebook's order.
    """
    shown_by = _shown_by(codebook, published)
    rows = {
        name: _item(codebook, item, name, wave, shown_by[name], lang)
        for name, item in codebook.items.items()
        if item.printed
    }
    shown = pd.DataFrame(
        [
            {
                "number": _named(row["number"], name) + _blocks(row["page"]),
                "title": _in_both(row["title_da"], row["title_en"]),
                "shows": _cell(row["form"], row["variables"], row["group"], row["by"]),
                "here": _cell(row["drawn"], row["needs"], row["note"]),
            }
            for name, row in rows.items()
        ],
        columns=["number", "title", "shows", "here"],
    )
    table = _table(shown, {"number": 7, "title": 14, "shows": 16, "here": 17}, lang)
    data = [{"item": name, **_plain(row)} for name, row in rows.items()]
    return table, pd.DataFrame(data, columns=["item", *_ITEM])


def groups_view(codebook: Codebook, lang: Lang) -> tuple[GT, pd.DataFrame, State]:
    """Set out what numbers are split by: size classes with their bounds, and the values of other dimensions.

    Returns
    -------
    tuple
        The table; its data, one row for each value; and how much of it is there: a study without groups has only
        a sentence that says so.
    """
    rows = [*_sizes(codebook, lang), *_values(codebook, lang)]
    columns = ["dimension", "dimension_label", "value", "label", "bounds"]
    data = pd.DataFrame(rows, columns=columns)
    shown = pd.DataFrame(
        {
            "section": [f"{row['dimension_label']} ({row['dimension']})" for row in rows],
            "value": [_named([row["label"]], row["value"]) for row in rows],
            "bounds": [escape(row["bounds"]) or NOTHING for row in rows],
        }
    )
    table = _table(shown, {"value": 15, "bounds": 15}, lang, "section")
    if rows:
        return table, data, DRAWN
    reason = text("dictionary.no_groups", lang)
    return table.tab_source_note(reason), data, State("not_drawn", reason)


def _question(
    codebook: Codebook, name: str, wave: Wave, shown_by: Mapping[str, list[str]], numbers: int, lang: Lang
) -> dict[str, _Lines]:
    """Return column -> lines of a variable, of which so many numbers are printed."""
    variable = codebook.variables[name]
    wording = variable.ask or variable.definition
    items = {key: item for key, item in codebook.items.items() if name in shown_by[key]}
    own = [item.title[lang] for item in items.values() if not item.printed]
    return {
        "label": [variable.label[lang]],
        "question_da": [wording["da"]] if wording else [],
        "question_en": [wording["en"]] if wording else [],
        "kind": [_kind(variable, lang)],
        "answers": list(_answers(codebook, name, wave.year, lang)),
        "wave": list(_of_wave(codebook, name, wave, lang)),
        "level": [text(f"dictionary.level_{variable.level}", lang)] if variable.level else [],
        "asked_of": list(_asked_of(codebook, variable, lang)),
        "base": list(_base(codebook, variable, items.values(), lang)),
        "items": _numbered({key: item for key, item in items.items() if item.printed}, lang),
        "own_items": [text("dictionary.own_items", lang, titles=_JOINER.join(own))] if own else [],
        "numbers": [text("dictionary.numbers" if numbers else "dictionary.no_numbers", lang, n=numbers)],
    }


def _kind(variable: Variable, lang: Lang) -> str:
    unit = text(f"dictionary.unit_{variable.unit}", lang) if variable.unit else ""
    return text(f"dictionary.kind_{variable.kind}", lang, unit=unit)


def _answers(codebook: Codebook, name: str, year: int, lang: Lang) -> Iterator[str]:
    """Yield the answers of a variable in a wave, as they were numbered, then what the report counts together."""
    variable = codebook.variables[name]
    if variable.kind == "single":
        yield from _codes(codebook.codes_of(name, year), lang)
        within = [_every_answer(codebook, name)[group][lang] for group in variable.within]
        if within:
            yield text("dictionary.within", lang, groups=", ".join(within))
    for key, option in (variable.options or {}).items():
        yield f"{option.code} {option[lang]} ({key})"
    for key, label in {**(variable.themes or {}), **(variable.parts or {})}.items():
        yield f"{label[lang]} ({key})"


def _codes(codes: CodeList, lang: Lang) -> Iterator[str]:
    for name, category in codes.categories.items():
        line = f"{category.code} {category[lang]} ({name})"
        yield text(f"dictionary.missing_{category.missing}", lang, answer=line) if category.missing else line
    for name, group in codes.groups.items():
        members = ", ".join(str(codes.categories[member].code) for member in group.of)
        yield text("dictionary.together", lang, group=f"{group[lang]} ({name})", codes=members)


def _of_wave(codebook: Codebook, name: str, wave: Wave, lang: Lang) -> Iterator[str]:
    """Yield what is special about the wave: a question that it left out, or answers that other waves had."""
    variable, asked_of = codebook.variables[name], codebook.variables[name].asked_of
    if name in wave.not_asked:
        yield text("dictionary.not_asked", lang, year=wave.year)
    elif asked_of and not codebook.members_of(asked_of, wave.year):
        yield text("dictionary.nobody_asked", lang, year=wave.year)
    waves = {str(year): codes for year, codes in variable.codes_in.items() if year != wave.year}
    if wave.year in variable.codes_in and variable.codes:
        waves[text("dictionary.other_waves", lang)] = variable.codes
    for when, codes in waves.items():
        labels = [category[lang] for category in codebook.code_lists[codes].categories.values()]
        yield text("dictionary.other_answers", lang, when=when, answers=_JOINER.join(labels))


def _asked_of(codebook: Codebook, variable: Variable, lang: Lang) -> Iterator[str]:
    if variable.asked_of:
        condition = _universe(codebook, variable.universe, lang)
        yield text("dictionary.asked_of_some", lang, condition=condition)
    elif variable.ask:
        yield text("dictionary.asked_of_all", lang)
    if variable.asked_per:
        labels = ", ".join(codebook.groups[name][lang] for name in variable.asked_per)
        yield text("dictionary.asked_per", lang, dimensions=labels)
    if variable.weights != [1.0]:
        weights = [f"{weight:g}".replace(".", "," if lang == "da" else ".") for weight in variable.weights]
        yield text("dictionary.weights", lang, weights=text("survey.or", lang).join(weights))


def _universe(codebook: Codebook, written: str, lang: Lang) -> str:
    """Return who belongs to a universe, in the words of the question that decides it."""
    universe = parse_universe(written)
    assert universe is not None, "a universe that is all has no condition"
    labels = _every_answer(codebook, universe.variable)
    answers = text("survey.or", lang).join(f"“{labels[answer][lang]}”" for answer in universe.answers)
    question = codebook.variables[universe.variable].label[lang]
    return text("dictionary.condition", lang, question=question, answers=answers)


def _every_answer(codebook: Codebook, name: str) -> Mapping[str, Label]:
    """Return answer -> text of a question in any wave: the wave that is shown may not have had all of them."""
    years = [*codebook.variables[name].codes_in, 0]
    return {key: label for year in years for key, label in codebook.answers_of(name, year).items()}


def _base(codebook: Codebook, variable: Variable, items: Iterable[Item], lang: Lang) -> Iterator[str]:
    """Yield what the percentages of a question are of, as the items declare that show it."""
    if variable.kind not in ("single", "multiple"):
        return
    bases = dict.fromkeys(item.base for item in items if item.form not in (None, _COMPARISON))
    if variable.asked_of and variable.share_of == "all" and bases:
        yield text("dictionary.base_all", lang)
    else:
        yield from (text(f"dictionary.base_{base}", lang) for base in bases)


def _shown_by(codebook: Codebook, published: pd.DataFrame) -> dict[str, list[str]]:
    """Return item -> its variables: those it declares or compares, then others that it prints numbers of."""
    compared = [row.variable for row in codebook.comparison.values()]
    printed = {str(item): list(rows) for item, rows in published.groupby("item")["variable"]}
    return {
        name: list(
            dict.fromkeys([*item.variables, *(compared if item.form == _COMPARISON else []), *printed.get(name, [])])
        )
        for name, item in codebook.items.items()
    }


def _numbered(items: Mapping[str, Item], lang: Lang) -> _Lines:
    """Return the numbers of items as the report has them, one line for each kind: `Figure 6.1, 6.2`."""
    kinds: dict[str, list[str]] = {}
    for name, item in items.items():
        kinds.setdefault(item.kind, []).append(name.partition("_")[2].replace("_", "."))
    return [text(f"dictionary.{kind}", lang, number=", ".join(numbers)) for kind, numbers in kinds.items()]


def _item(codebook: Codebook, item: Item, name: str, wave: Wave, variables: list[str], lang: Lang) -> dict[str, _Lines]:
    """Return column -> lines of an item."""
    by = [_dimension(codebook, key, lang) for key in item.by]
    labels = codebook.answers_of(item.variables[0], wave.year) if item.categories else {}
    answers = [labels[category][lang] for category in item.categories]
    return {
        "number": _numbered({name: item}, lang),
        "page": [text("dictionary.page", lang, page=item.page)] if item.page else [],
        "title_da": [item.title["da"]],
        "title_en": [item.title["en"]],
        "form": [text(f"dictionary.form_{item.form}", lang)] if item.form else [],
        "variables": [codebook.variables[variable].label[lang] for variable in variables],
        "group": _group(codebook, item.group, lang),
        "by": [
            *([text("dictionary.by", lang, dimensions=", ".join(by))] if by else []),
            *([text("dictionary.answers_shown", lang, answers="; ".join(answers))] if answers else []),
        ],
        "drawn": [_drawn(codebook, item, wave, lang)],
        "needs": [text("dictionary.needs", lang, data=item.needs[lang])] if item.needs else [],
        "note": [item.note[lang]] if item.note else [],
    }


def _drawn(codebook: Codebook, item: Item, wave: Wave, lang: Lang) -> str:
    if item.concept:
        return text("dictionary.concept", lang)
    if item.notebook is None:
        return text("dictionary.not_drawn", lang)
    drawn = has_run(item.notebook, codebook.study, wave.year)
    title = f"{text(f'notebook.{item.notebook}', lang)} ({item.notebook})"
    return text("dictionary.drawn" if drawn else "dictionary.drawn_later", lang, notebook=title)


def _dimension(codebook: Codebook, key: str, lang: Lang) -> str:
    """Return what a key of a group is called."""
    if key in codebook.groups:
        return codebook.groups[key][lang]
    if key in codebook.variables:
        return codebook.variables[key].label[lang]
    return text(f"dictionary.key_{key}", lang)


def _group(codebook: Codebook, written: str, lang: Lang) -> _Lines:
    """Return whom an item is of, a line for each key; none where it is of all."""
    lines = []
    for key, value in parse_group(written).items():
        labels = _every_answer(codebook, key) if key in codebook.variables else codebook.group_values(key, 0)
        unlisted = text("dictionary.case", lang) if value == CASE else value
        shown = labels[value][lang] if value in labels else unlisted
        lines.append(f"{_dimension(codebook, key, lang)}: {shown}")
    return lines


def _sizes(codebook: Codebook, lang: Lang) -> Iterator[dict[str, str]]:
    """Yield the size classes with their bounds: of inhabitants, or of rank."""
    bounds = [math.inf if size.below is None else size.below for size in codebook.size_classes.values()]
    rank = 0
    for (name, size), high in zip(codebook.size_classes.items(), bounds, strict=True):
        if size.municipalities is not None:
            first, rank = rank + 1, rank + size.municipalities
            bound = text("dictionary.bound_rank", lang, first=first, last=rank)
        else:
            low = max((each for each in bounds if each < high), default=0)
            key = "from" if high == math.inf else "between" if low else "below"
            ends = {"low": low, "high": 0 if high == math.inf else high}
            bound = text(
                f"dictionary.bound_{key}", lang, **{end: format_number(each, lang) for end, each in ends.items()}
            )
        yield {
            "dimension": "size",
            "dimension_label": text("dictionary.key_size", lang),
            "value": name,
            "label": size[lang],
            "bounds": bound,
        }


def _values(codebook: Codebook, lang: Lang) -> Iterator[dict[str, str]]:
    """Yield the values of the dimensions; of a partition it is said that together they are all."""
    for key, dimension in codebook.groups.items():
        for name, label in dimension.values.items():
            yield {
                "dimension": key,
                "dimension_label": dimension[lang],
                "value": name,
                "label": label[lang],
                "bounds": text("dictionary.partition", lang) if dimension.partition else "",
            }


def _table(shown: pd.DataFrame, widths: dict[str, int], lang: Lang, groupname: str | None = None) -> GT:
    """Return a table of cells that are markup already, its first column the stub; `widths` in rem."""
    first, *others = widths
    table = GT(shown, rowname_col=first, groupname_col=groupname)
    return (
        table.fmt_passthrough(columns=[first, *others], escape=False)
        .cols_label({name: text(f"dictionary.{name}", lang) for name in others})
        .tab_stubhead(text(f"dictionary.{first}", lang))
        .cols_align("left", columns=others)
        .cols_width({name: f"{width}rem" for name, width in widths.items()})
    )


def _plain(row: Mapping[str, _Lines]) -> dict[str, str]:
    return {column: _JOINER.join(lines) for column, lines in row.items()}


def _cell(*blocks: _Lines) -> str:
    """Return lines as the markup of a cell; a dash where there are none."""
    return _blocks(*blocks) or NOTHING


def _blocks(*blocks: _Lines) -> str:
    """Return lines as markup, with a gap between blocks of them."""
    return "".join(f'<div style="{_BLOCK}">{_listed(lines)}</div>' for lines in blocks if lines)


def _listed(lines: _Lines) -> str:
    if len(lines) == 1:
        return escape(lines[0])
    return "".join(f'<div style="{_HANGING}">{escape(line)}</div>' for line in lines)


def _named(label: _Lines, name: str) -> str:
    return f'<div style="{_BLOCK}"><strong>{escape(_JOINER.join(label))}</strong> <code>{escape(name)}</code></div>'


def _in_both(danish: _Lines, english: _Lines) -> str:
    """Return a text in both languages, each marked as what it is."""
    return "".join(
        f'<div style="{_BLOCK}" lang="{lang}">{escape(line)}</div>'
        for lang, lines in (("da", danish), ("en", english))
        for line in lines
    )
