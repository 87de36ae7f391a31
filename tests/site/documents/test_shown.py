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
