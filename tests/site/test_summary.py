"""The page that sums up the verdicts of all reports."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from analysis.lang import Lang, text
from analysis.published.compare import REASON
from analysis.published.summary import COLUMNS
from analysis.site.summary import Report, render_summary

REPORTS = {("ssi", "2020"): Report("SSI, 2020", "ssi.html"), ("kl", "2012"): Report("KL, 2012", None)}


def row(study: str, wave: str, verdict: str, evidence: str, reason: str = "", reproduced: str = "") -> list[str]:
    cells = {
        "study": study,
        "wave": wave,
        "verdict": verdict,
        "evidence": evidence,
        "reason": reason,
        "reproduced": reproduced,
        "statistic": "percent",
        "page": "17",
        "line": "948",
        "printed": "38%",
    }
    return [cells.get(name, "") for name in (*COLUMNS, REASON)]


VERDICTS = pd.DataFrame(
    [
        *[row("ssi", "2020", "equal", "recomputed")] * 6,
        row("ssi", "2020", "equal", "collected"),
        row("ssi", "2020", "rounding", "recomputed", "rule.truncated"),
        row("ssi", "2020", "differs", "recomputed", "summary.found_two_values", "40.75"),
        row("ssi", "2020", "differs", "recomputed", "summary.printed_elsewhere"),
        *[row("ssi", "2020", "equal", "by_construction")] * 3,
        row("ssi", "2020", "differs", "by_construction", "replication.unexplained", "37"),
        row("ssi", "2020", "not_identified", "by_construction"),
        *[row("kl", "2012", "no_data", "", "replication.themes")] * 1200,
    ],
    columns=[*COLUMNS, REASON],
)


def page(lang: Lang = "da", download: str | None = "../../data/processed/replication.csv") -> BeautifulSoup:
    html = render_summary(VERDICTS, REPORTS, lang, download, [("en", "../en/replication.html")])
    return BeautifulSoup(html, "html.parser")


def cells(line: Tag) -> list[str]:
    return [cell.get_text() for cell in line.select("th, td")]


def tables(soup: BeautifulSoup) -> list[list[list[str]]]:
    return [[cells(line) for line in table.select("tbody tr")] for table in soup.select("main table")]


def test_each_report_is_counted_apart_by_evidence() -> None:
    assert tables(page())[0] == [
        ["SSI, 2020", "15", "", "", "", "", "", ""],
        ["mod indsamlede data eller register", "1", "1", "–", "–", "–", "–", "–"],
        ["genberegnet af andre trykte tal", "9", "6", "1", "–", "2", "–", "–"],
        ["data er bygget til at stemme", "5", "3", "–", "–", "1", "1", "–"],
        ["KL, 2012", "1.200", "", "", "", "", "", ""],
        ["intet at holde tallet op mod", "1.200", "–", "–", "–", "–", "–", "1.200"],
        ["Alle rapporter", "1.215", "", "", "", "", "", ""],
        ["mod indsamlede data eller register", "1", "1", "–", "–", "–", "–", "–"],
        ["genberegnet af andre trykte tal", "9", "6", "1", "–", "2", "–", "–"],
        ["data er bygget til at stemme", "5", "3", "–", "–", "1", "1", "–"],
        ["intet at holde tallet op mod", "1.200", "–", "–", "–", "–", "–", "1.200"],
    ]


def test_the_headline_never_counts_what_was_built_to_agree() -> None:
    headline = page("en").select_one(".about strong")
    assert headline is not None
    assert " ".join(headline.get_text().split()) == (
        "1,215 printed numbers. Tested against something other than themselves: 10, of which 7 agree, 1 by another "
        "named rounding rule, 0 on another base, and 2 differ. Held against data that were built to agree: 4, "
        "of which 1 do not. Cannot be told: 1. Without data: 1,200."
    )


def test_bars_hold_every_number_once_and_are_told_in_words() -> None:
    bar = page("en").select_one("dd[role=img]")
    assert isinstance(bar, Tag)
    assert bar["aria-label"] == (
        "tested, agrees: 8, tested, differs: 2, data were built to agree: 4, not identified: 1"
    )
    widths = [float(str(part["style"]).removeprefix("width: ").removesuffix("%")) for part in bar.select("i")]
    assert widths == pytest.approx([100 * part / 15 for part in (8, 2, 4, 1)], abs=0.001)


def test_rules_reasons_and_what_differs_are_listed() -> None:
    assert tables(page())[1:] == [
        [["SSI, 2020", "afskåret", "1"]],
        [["KL, 2012", text("replication.themes", "da"), "1.200"]],
        [
            ["SSI, 2020", "s. 17, l. 948", "38%", "40,8", "samme tal er trykt på to måder"],
            ["SSI, 2020", "s. 17, l. 948", "38%", "kun et interval", "et andet sted er det trykt rigtigt"],
            ["SSI, 2020", "s. 17, l. 948", "38%", "37,0", text("replication.unexplained", "da")],
        ],
    ]


def test_a_report_links_to_its_own_verdicts_where_it_has_them() -> None:
    links = [(link.get_text(), link["href"]) for link in page().select("dl.bars a")]
    assert links == [("SSI, 2020", "ssi.html")]


def test_the_verdicts_are_to_be_had_unless_they_may_not_leave() -> None:
    assert [link["href"] for link in page().select("a[download]")] == ["../../data/processed/replication.csv"]
    assert page(download=None).select("a[download]") == []


def test_a_page_is_whole_in_both_languages() -> None:
    for lang in ("da", "en"):
        soup = page(lang)
        assert soup.html is not None
        assert soup.html["lang"] == lang
        assert len(soup.select("h1")) == 1
        assert all(table.select("thead th[scope=col]") for table in soup.select("table"))
