"""An audit of a report that is no study of this repository: a made-up one, with an error of each severity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.errors import AnalysisError, InputError
from analysis.lang import LANGS, Lang, text
from analysis.published.audit import SEVERITIES
from analysis.site.audit import audit_folder
from analysis.site.check import problems

every_lang = pytest.mark.parametrize("lang", LANGS)
Audit = Callable[..., str]

# As the design says, section 5.
FINDINGS = "study,kind,severity,message,item,line,printed,other_item,other_line,other_printed,recomputed,certainty"
CLAIMS = "wave,item,line,direction,subject,groups,verdict,explanation"

FILES = {
    "codebook.yaml": """\
schema_version: 1
study: planer
title: {da: Planer & <mål>, en: Plans & <aims>}
report: {title: T, publisher: P, language: da, text: t.txt}
unit: municipality
places: denmark
population: 98
notebooks: [07_audit]
chapters: {plans: {da: Planer, en: Plans}}
code_lists:
  yes_no:
    categories:
      yes: {code: 1, da: Ja, en: "Yes"}
      no: {code: 2, da: Nej, en: "No"}
variables:
  plan: &single
    label: {da: "En <plan> & et mål", en: "A <plan> & an aim"}
    ask: {da: Har I en plan, en: Have you a plan}
    level: municipality
    codes: yes_no
  aim: {<<: *single, label: {da: Mål, en: Aim}}
items:
  table_1: &table
    kind: table
    chapter: plans
    printed: true
    page: 1
    title: {da: Planer, en: Plans}
    variables: [plan]
    needs: {da: Eksporten, en: The export}
  table_3: {<<: *table, title: {da: Mål, en: Aims}, variables: [aim]}
""",
    # 30 and 31 of 40 are 75 and 77.5 %; 15 of 40 are 37.5 %.
    "published.csv": """\
wave,item,chapter,group,variable,category,statistic,value,value_high,qualifier,base,page,line,printed
2024,table_1,plans,all,plan,,base,40,,exact,,1,2,40
2024,table_1,plans,all,plan,yes,percent,76,,exact,40,1,3,76%
2024,table_3,plans,all,aim,,base,40,,exact,,1,5,40
2024,table_3,plans,all,aim,yes,percent,37,,exact,40,1,6,"37 %"
""",
    "references.csv": """\
wave,chapter,group,variable,page,line,printed,refers
2024,plans,all,plan,1,7,tabel 9,table_9
""",
    "claims.csv": """\
wave,item,page,line,direction,subject,groups
2024,table_1,1,8,majority,plan/yes,all
2024,table_3,1,9,majority,aim/yes,all
""",
}
TEXT = "Planer\n40 kommuner\nJa 76%\nMål\n40 kommuner\nJa 37 %\n(se tabel 9)\nDe fleste\nDe fleste\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return the folder of a report with all that it may have; its text lies beside it."""
    folder = tmp_path / "planer"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def sections(page: Path) -> dict[str, list[list[str]]]:
    """Return heading -> rows of its table, cell by cell."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return {
        section.select("h2")[0].get_text(): [
            [cell.get_text() for cell in row.select("td")] for row in section.select("tbody tr")
        ]
        for section in soup.select("main section")
    }


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_what_is_written_and_said(report: Path, tmp_path: Path) -> None:
    said = audit_folder(report, tmp_path / "new" / "output", "en")
    assert said == text("audit.headline", "en", printed="4", error="2", rounding="1", ambiguity="1")
    assert set(written(tmp_path / "new" / "output")) == {"findings.csv", "claims.csv", "findings.html"}
    assert {path.name: path.read_text(encoding="utf-8") for path in report.iterdir()} == FILES


def test_findings_are_as_the_contract_says(report: Path, tmp_path: Path) -> None:
    audit_folder(report, tmp_path / "output", "en")
    assert (tmp_path / "output" / "findings.csv").read_text(encoding="utf-8").splitlines()[0] == FINDINGS
    found = read(tmp_path / "output" / "findings.csv")
    columns = ["study", "kind", "severity", "item", "line", "printed", "certainty"]
    assert found[columns].to_numpy().tolist() == [
        ["planer", "impossible_percentage", "error", "table_1", "3", "76%", "certain"],
        ["planer", "reference", "error", "text", "7", "tabel 9", "certain"],
        ["planer", "impossible_percentage", "rounding", "table_3", "6", "37 %", "certain"],
        ["planer", "reference", "ambiguity", "table_3", "0", "Mål", "certain"],
    ]


def test_claims_have_their_verdicts(report: Path, tmp_path: Path) -> None:
    audit_folder(report, tmp_path / "output", "en")
    assert (tmp_path / "output" / "claims.csv").read_text(encoding="utf-8").splitlines()[0] == CLAIMS
    judged = read(tmp_path / "output" / "claims.csv")
    assert judged[["line", "subject", "verdict"]].to_numpy().tolist() == [
        ["8", "plan/yes", "supported"],
        ["9", "aim/yes", "contradicted"],
    ]


@every_lang
def test_the_page_holds_every_message_and_every_verdict(report: Path, tmp_path: Path, lang: Lang) -> None:
    audit_folder(report, tmp_path, lang)
    found, judged = read(tmp_path / "findings.csv"), read(tmp_path / "claims.csv")
    shown = list(sections(tmp_path / "findings.html").values())
    for severity, rows in zip(SEVERITIES, shown, strict=False):
        of_severity = found[found["severity"] == severity]
        assert [(row[1], row[3]) for row in rows] == list(
            zip(of_severity["printed"], of_severity["message"], strict=True)
        )
    assert [row[3] for row in shown[3]] == judged["explanation"].to_list()


def test_the_page_is_in_the_language_asked_for(report: Path, tmp_path: Path) -> None:
    for lang in LANGS:
        audit_folder(report, tmp_path / lang, lang)
    danish, english = (sections(tmp_path / lang / "findings.html") for lang in ("da", "en"))
    assert list(danish) == ["Fejl", "Spørgsmål om afrunding", "Tvivl om hvad der menes", "Påstande i teksten"]
    assert list(english) == ["Errors", "Questions of rounding", "Doubts about what is meant", "Claims in the text"]
    assert english["Claims in the text"][0][:3] == [
        "Table 1, l. 8", "A <plan> & an aim, Yes (all): more than half", "supported",
    ]  # fmt: skip
    assert danish["Påstande i teksten"][0][:3] == [
        "Tabel 1, l. 8", "En <plan> & et mål, Ja (alle): mere end halvdelen", "støttet",
    ]  # fmt: skip
    for lang, title in (("da", "Planer & <mål>"), ("en", "Plans & <aims>")):
        soup = BeautifulSoup((tmp_path / lang / "findings.html").read_text(encoding="utf-8"), "html.parser")
        assert (soup.html["lang"], soup.h1.get_text()) == (lang, title)  # type: ignore[index,union-attr]


@every_lang
def test_the_page_stands_alone_and_names_no_place_of_this_machine(report: Path, tmp_path: Path, lang: Lang) -> None:
    site = tmp_path / "site"
    audit_folder(report, site, lang, tmp_path / "report.txt")
    (site / "findings.html").rename(site / "index.html")
    assert problems(site) == []
    assert not [name for name, content in written(site).items() if str(tmp_path).encode() in content]
    soup = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert soup.select("script, link, img, iframe") == []


def test_tables_have_the_style_of_the_site_and_a_box_that_scrolls(report: Path, tmp_path: Path) -> None:
    audit_folder(report, tmp_path, "en")
    soup = BeautifulSoup((tmp_path / "findings.html").read_text(encoding="utf-8"), "html.parser")
    assert len(soup.select("style")) == 1
    boxes = soup.select(".columns main .table-box[tabindex='0'][role=region]:not([style]) > table")
    assert len(boxes) == len(soup.select("table")) == 4
    assert [table.parent["aria-label"] for table in boxes if table.parent] == list(sections(tmp_path / "findings.html"))
    assert len({tag["id"] for tag in soup.select("[id]")}) == len(soup.select("[id]"))
    assert "printed in the report" in soup.select(".basis")[0].get_text()


@every_lang
def test_twice_is_the_same_to_the_byte(report: Path, tmp_path: Path, lang: Lang) -> None:
    for name in ("one", "two"):
        audit_folder(report, tmp_path / name, lang)
    assert written(tmp_path / "one") == written(tmp_path / "two")
    audit_folder(report, tmp_path / "two", lang)
    assert written(tmp_path / "one") == written(tmp_path / "two")


@every_lang
def test_a_report_may_have_neither_references_nor_claims(report: Path, tmp_path: Path, lang: Lang) -> None:
    (report / "references.csv").unlink()
    (report / "claims.csv").unlink()
    audit_folder(report, tmp_path / "output", lang)
    assert set(written(tmp_path / "output")) == {"findings.csv", "findings.html"}
    assert read(tmp_path / "output" / "findings.csv")["line"].to_list() == ["3", "6", "0"]
    assert len(sections(tmp_path / "output" / "findings.html")) == len(SEVERITIES)


@pytest.mark.parametrize(("lang", "none"), [("da", "Ingen."), ("en", "None.")])
def test_of_a_report_without_anything_wrong_it_says_so(report: Path, tmp_path: Path, lang: Lang, none: str) -> None:
    (report / "references.csv").unlink()
    replace(report / "published.csv", "percent,76,,exact,40,1,3,76%", "percent,75,,exact,40,1,3,75%")
    replace(report / "published.csv", 'percent,37,,exact,40,1,6,"37 %"', 'percent,38,,exact,40,1,6,"38 %"')
    replace(report / "codebook.yaml", "table_3", "table_2")
    replace(report / "published.csv", "table_3", "table_2")
    replace(report / "claims.csv", "table_3", "table_2")
    audit_folder(report, tmp_path / "output", lang)
    assert (tmp_path / "output" / "findings.csv").read_text(encoding="utf-8") == FINDINGS + "\n"
    soup = BeautifulSoup((tmp_path / "output" / "findings.html").read_text(encoding="utf-8"), "html.parser")
    assert [part.select("p")[0].get_text() for part in soup.select("main section")[:3]] == [none] * 3
    assert len(soup.select("table")) == 1


def test_numbers_that_stand_in_the_text_of_the_report_are_accepted(report: Path, tmp_path: Path) -> None:
    said = audit_folder(report, tmp_path / "with", "da", tmp_path / "report.txt")
    assert said == audit_folder(report, tmp_path / "without", "da")
    assert written(tmp_path / "with") == written(tmp_path / "without")


@pytest.mark.parametrize(
    ("old", "new", "row", "value"),
    [
        ("Ja 76%", "Ja 67%", 3, "76%"),
        ("Ja 76%\n", "\nJa 76%\n", 3, "76%"),
        ("Ja 37 %", "Ja 137 %", 5, "37 %"),
        ("Planer\n40", "Planer\n140", 2, "40"),
    ],
)
def test_a_number_that_is_not_on_its_line_is_refused_with_file_and_row(
    report: Path, tmp_path: Path, old: str, new: str, row: int, value: str
) -> None:
    replace(tmp_path / "report.txt", old, new)
    with pytest.raises(InputError) as caught:
        audit_folder(report, tmp_path / "output", "da", tmp_path / "report.txt")
    first = caught.value.problems[0]
    assert (first.file, first.row, first.column, first.value) == ("published.csv", row, "printed", value)
    assert str(tmp_path) not in str(caught.value)
    assert not (tmp_path / "output").exists()


def test_a_value_that_is_not_what_is_printed_is_refused(report: Path, tmp_path: Path) -> None:
    replace(report / "published.csv", "percent,76,", "percent,67,")
    with pytest.raises(InputError, match=r"published\.csv, row 3, column printed: the percent 67 is not what is"):
        audit_folder(report, tmp_path / "output", "da", tmp_path / "report.txt")
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("codebook.yaml", "study: planer", "study: plans", "codebook.yaml"),
        ("codebook.yaml", "population: 98", "populaton: 98", "populaton"),
        ("published.csv", ",yes,percent,76", ",maybe,percent,76", "published.csv, row 3, column category"),
        ("published.csv", "76,,exact,40,1", "76,,exact,,1", "published.csv, row 3, column base"),
        ("references.csv", "table_9", "tabel_9", "references.csv, row 2, column refers"),
        ("claims.csv", "majority,plan/yes", "most,plan/yes", "claims.csv, row 2, column direction"),
    ],
)
def test_nothing_is_written_where_a_file_breaks_its_contract(
    report: Path, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    replace(report / file, old, new)
    with pytest.raises(InputError) as caught:
        audit_folder(report, tmp_path / "output", "en")
    assert told in str(caught.value)
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("missing", ["codebook.yaml", "published.csv"])
def test_a_file_that_must_be_there_is_named(report: Path, tmp_path: Path, missing: str) -> None:
    (report / missing).unlink()
    with pytest.raises(InputError, match=missing):
        audit_folder(report, tmp_path / "output", "en")
    assert not (tmp_path / "output").exists()


def test_the_claims_that_are_judged_are_never_replaced(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(report)
    for output in (report, Path(), report / ".." / "planer"):
        with pytest.raises(AnalysisError, match="--output-dir"):
            audit_folder(report, output, "en")
    assert {path.name: path.read_text(encoding="utf-8") for path in report.iterdir()} == FILES


def test_the_folder_one_stands_in_has_a_name_too(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(report)
    audit_folder(Path(), tmp_path / "output", "en")
    assert set(written(tmp_path / "output")) == {"findings.csv", "claims.csv", "findings.html"}


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
