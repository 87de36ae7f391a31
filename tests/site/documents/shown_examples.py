"""A figure and a table as executed notebooks show them."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.site.documents.shown import Front, Shown, shown_items
from tests.site.notebooks import PIXEL, code, notebook, shown

MARK = "Rekonstrueret – ikke indsamlede svar"
FRONT = Front("KL: Kvalitet i Kommunerne (KIK), 2023", ("Rekonstrueret: ingen har svaret sådan.", "Kilde: KL"))


def table_markup(lang: str = "da") -> str:
    """Return table 1 of KL's survey in short, as `save_table` and `show_items` put it out."""
    point, thousand = (",", ".") if lang == "da" else (".", ",")
    frame = pd.DataFrame(
        {
            "answer": ["Leder", "Medarbejder", "=1+1", "Alle"],
            "count": ["80", "54\u2060–\u206055", "–", f"1{thousand}510"],
            "percent": [f"53{point}0\N{NO-BREAK SPACE}%", f"35{point}8–36{point}4\N{NO-BREAK SPACE}%", "–", "100%"],
            "change": [f"\N{MINUS SIGN}2{point}5", "2023", "0", "007"],
            "printed_count": ["1.234", "53%", "", "151"],
        }
    )
    table = (
        GT(frame, rowname_col="answer")
        .tab_stubhead("Svar")
        .tab_spanner("Beregnet", ["count", "percent", "change"])
        .cols_label(count="Antal", percent="Andel", change="Ændring", printed_count="Trykt")
        .cols_align("right", ["count", "percent", "change", "printed_count"])
        .tab_source_note("n = 151 (respondenter, der svarede).")
        .tab_source_note("Grundlag: rekonstrueret eksport.")
    )
    markup = table.with_id("table_1_table").as_raw_html()
    start = markup.index(">", markup.index("<table")) + 1
    markup = f"{markup[:start]}<caption>Hvad beskriver bedst din funktion?</caption>{markup[start:]}"
    return (
        f'<figure class="item" id="table_1" data-status="partly" data-reason="Åbent: Medarbejder.">{markup}'
        '<figcaption><span class="downloads">Hent: <a href="t.csv">CSV</a></span></figcaption></figure>'
        "<p>Trykte tal i rapporten om disse spørgsmål: 9.</p><p>Spurgt i 2023 &amp; kun da.</p>"
    )


FIGURE = (
    f'<figure class="item" id="figure_5_1" data-status="drawn" data-reason="">'
    f'<img alt="Søjler: 80 ledere" src="{PIXEL}">'
    '<figcaption>Hvem der svarede <span class="downloads">Hent: <a href="f.csv">CSV</a></span></figcaption></figure>'
)


def items(lang: str = "da") -> list[Shown]:
    """Return a table and a figure, shown by one cell, and a table of another."""
    own = table_markup(lang).replace('id="table_1"', 'id="verdicts"').replace("funktion?", "domme?")
    executed = notebook(
        code("show_items()", shown(html=table_markup(lang) + "\n" + FIGURE)),
        code("1", shown(plain="1")),
        code("save_table()", shown(html=own)),
    )
    return shown_items(executed, MARK)
