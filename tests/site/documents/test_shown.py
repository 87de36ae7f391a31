import pytest

from analysis.lang import Lang
from analysis.site.documents.shown import number_of
from tests.site.documents.shown_examples import MARK, items


def test_items_come_in_the_order_shown_with_what_stands_around_them() -> None:
    table, figure, own = items()
    assert [item.name for item in (table, figure, own)] == ["table_1", "figure_5_1", "verdicts"]
    assert table.title == "Hvad beskriver bedst din funktion?"
    assert table.reason == "Åbent: Medarbejder."
    assert table.notes == (
        "n = 151 (respondenter, der svarede).",
        "Grundlag: rekonstrueret eksport.",
        "Trykte tal i rapporten om disse spørgsmål: 9.",
        "Spurgt i 2023 & kun da.",
    )
    assert (figure.title, figure.alt, figure.notes) == ("Hvem der svarede", "Søjler: 80 ledere", ())
    assert (figure.table, table.alt) == (None, "")
    assert {item.mark for item in (table, figure, own)} == {MARK}


@pytest.mark.parametrize(
    ("name", "lang", "number"),
    [
        ("table_1", "da", "Tabel 1"),
        ("figure_5_1", "da", "Figur 5.1"),
        ("figure_5_1", "en", "Figure 5.1"),
        ("box_3", "en", "Box 3"),
        ("verdicts", "da", ""),
        ("organisation_age", "da", ""),
        ("rules_table", "en", ""),
    ],
)
def test_an_item_has_the_number_its_report_gives_it(name: str, lang: Lang, number: str) -> None:
    assert number_of(name, lang) == number
