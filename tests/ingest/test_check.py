"""What a run would make of an export, told in words."""

from pathlib import Path

from analysis.codebook import load_codebook
from analysis.ingest.check import check_export
from analysis.layout import RAW_DIR
from tests.ingest.made_up_export import export, tables
from tests.ingest.surveyxact_files import write_export


def test_responses_and_municipalities_are_told_apart_where_they_differ(tmp_path: Path) -> None:
    codebook = load_codebook(RAW_DIR / "kik_quality" / "codebook.yaml")
    rows = [{"kommune": name, "role": "other"} for name in ("Odense", "Aarhus", "Odense", "Læsø")]
    silent = {"kommune": "Samsø", "status": "Distribueret"}
    several = write_export(tmp_path / "several", tables(export(*rows, silent, codebook=codebook, year=2023)), "xlsx")
    assert check_export(several, "kik_quality", 2023).splitlines() == [
        "export.xlsx: 5 rows, 4 responses from 3 of 98 municipalities kept, 1 rows set aside.",
        "  row 6: row set aside (no_answers): No question is answered; status: Distribueret.",
    ]
    single = write_export(tmp_path / "single", tables(export(*rows[:2], codebook=codebook, year=2023)), "xlsx")
    assert check_export(single, "kik_quality", 2023).splitlines() == [
        "export.xlsx: 2 rows, 2 of 98 municipalities kept, 0 rows set aside.",
    ]
