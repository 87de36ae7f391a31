"""The table of what print disputes: the numbers that contradict others, and every least way to settle it."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.codebook import Codebook, Wave
from analysis.codebook.labels import number_of
from analysis.context import DRAWN, State
from analysis.ingest.disputes import COLUMNS, GIVEN_UP
from analysis.lang import NO_BREAK_SPACE, Lang, format_number, text
from analysis.published.explanations import finding_of
from analysis.tables.replication import printed_cell

# Column -> width in rem.
_SHOWN = {"way": 5.5, "where": 6.5, "cell": 11.5, "printed": 5.5, "done": 5.5, "message": 16}


def disputes_view(
    disputes: pd.DataFrame, findings: pd.DataFrame, report: pd.DataFrame, codebook: Codebook, wave: Wave, lang: Lang
) -> tuple[GT, pd.DataFrame, State]:
    """Set out what print disputes: below each contradiction, what each way to settle it reads otherwise than printed.

    Parameters
    ----------
    disputes
        As `load("disputes")` returns them: public, since they follow from print alone.
    findings
        What the audit found of the report, its messages in `lang`: of a number that is given up the worst is shown, of
        one that is read as rounded otherwise the question of rounding.
    report
        Rows of `published.csv`, which say on which page a line is.
    codebook, wave, lang
        The study, the wave, the language of the texts.

    Returns
    -------
    tuple
        The table; its data, the disputes with the `page` of each number and the `message` of the audit; and how much of
        it is there: without disputes, only its frame.
    """
    rows = disputes.assign(
        page=disputes["line"].map(dict(zip(report["line"], report["page"], strict=True))),
        wave=wave.year,
        statistic=disputes["what"],
    )
    rounding = findings["severity"] == "rounding"
    rounding_first = pd.concat([findings[rounding], findings[~rounding]])
    found = [
        finding_of(row, findings if row["read_as"] == GIVEN_UP else rounding_first, codebook, lang)
        for _, row in rows.iterrows()
    ]
    rows["message"] = ["" if finding is None else finding["message"] for finding in found]
    ways = disputes.groupby("dispute")["way"].nunique()
    repeated = rows.duplicated(["dispute", "message"]) & (rows["message"] != "")
    shown = pd.DataFrame(
        [
            (_heading(row["dispute"], ways[row["dispute"]], lang), *_row(row, again, codebook, lang))
            for (_, row), again in zip(rows.iterrows(), repeated, strict=True)
        ],
        columns=["heading", *_SHOWN],
    )
    table = (
        GT(shown, groupname_col="heading")
        .cols_label({name: text(f"table.{name}", lang) for name in _SHOWN})
        .cols_align("left", columns=list(_SHOWN))
        .cols_width({name: f"{width}rem" for name, width in _SHOWN.items()})
    )
    data = rows[[*COLUMNS, "page", "message"]]
    if data.empty:
        return table, data, State("not_drawn", text("audit.none", lang))
    return table.tab_source_note(text("disputes.note", lang)), data, DRAWN


def _heading(dispute: int, ways: int, lang: Lang) -> str:
    key = "disputes.one_way" if ways == 1 else "disputes.several_ways"
    return text(key, lang, dispute=format_number(dispute, lang), ways=format_number(ways, lang))


def _row(row: pd.Series, again: bool, codebook: Codebook, lang: Lang) -> tuple[str, ...]:
    way = format_number(row["way"], lang)
    place = text("table.place", lang, page=row["page"], line=row["line"]).replace(" ", NO_BREAK_SPACE)
    item = number_of(row["item"], lang).replace(" ", NO_BREAK_SPACE)
    told = row["message"] or text("disputes.only_together", lang)
    return (
        text("disputes.followed", lang, way=way) if row["followed"] else way,
        ", ".join(filter(None, (item, place))),
        printed_cell(row, codebook, lang),
        row["printed"].replace(" ", NO_BREAK_SPACE),
        _done(row["read_as"], lang),
        text("disputes.as_above", lang) if again else told,
    )


def _done(read_as: str, lang: Lang) -> str:
    if read_as == GIVEN_UP:
        return text("disputes.given_up", lang)
    return text("disputes.read_as", lang, rule=text(f"audit.rule_{read_as}", lang))
