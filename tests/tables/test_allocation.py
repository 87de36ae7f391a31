import pandas as pd
import pytest

from analysis.lang import LANGS, Lang, format_number
from analysis.tables.allocation import cost_table_view, rules_view
from tests import dalarna
from tests.tables.html import headings, rows


def with_marks(number: float, lang: Lang) -> str:
    return format_number(number, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_agreements_table_beside_print(lang: Lang) -> None:
    table, _ = cost_table_view(dalarna.released(), dalarna.published(), lang)
    shown = rows(table)
    for cells, (name, (_, people, amount, tenths)) in zip(shown, dalarna.TABLE.items(), strict=False):
        other = 20_687 if name == "Rättvik" else amount
        assert cells == [
            name,
            with_marks(people, lang),
            with_marks(amount, lang),
            f"{amount:,}".replace(",", " "),
            with_marks(other, lang),
            f"{tenths / 10}".replace(".", "," if lang == "da" else ".") + (" %" if lang == "da" else "%"),
            f"{tenths / 10}".replace(".", ",") + "%",
        ]
    assert len(shown) == 16
    decimal = "99,9 %" if lang == "da" else "99.9%"
    assert shown[-1] == [
        {"da": "I alt", "en": "All"}[lang],
        with_marks(286_546, lang),
        with_marks(539_001, lang),
        "539 000",
        with_marks(539_000, lang),
        decimal,
        "100%",
    ]


def test_data_beside_the_table_are_numbers() -> None:
    _, data = cost_table_view(dalarna.released(), dalarna.published(), "da")
    falun = data.set_index("group").loc["municipality:Falun"].to_dict()
    assert falun == {
        "population": 59_945,
        "amount": 112_758,
        "amount_printed": 112_758,
        "amount_other": 112_758,
        "share": 20.9,
        "share_printed": 20.9,
    }


def test_columns_are_named_by_the_rule_declared() -> None:
    assert headings(cost_table_view(dalarna.released(), dalarna.published(), "en")[0]) == [
        "Municipality", "Population", "Amount (kr)", "Printed", "Largest remainder", "Share", "Printed",
    ]  # fmt: skip
    table, _ = cost_table_view(dalarna.released(rounding="largest_remainder"), dalarna.published(), "en")
    assert headings(table)[4] == "Half up"
    assert "Largest remainder, where the parts always add up" in table.as_raw_html()
    assert rows(table)[10][:5] == ["Rättvik", "10,998", "20,687", "20 688", "20,688"]


@pytest.mark.parametrize("lang", LANGS)
def test_without_print_there_are_no_printed_columns(lang: Lang) -> None:
    # The text of the report may give a number or two; what counts is the table.
    printed = dalarna.published()
    for rest in (printed.iloc[:0], printed[printed["item"] == "text"]):
        table, data = cost_table_view(dalarna.released(), rest, lang)
        with_print, _ = cost_table_view(dalarna.released(), dalarna.published(), lang)
        kept = (0, 1, 2, 4, 5)
        assert rows(table) == [[row[place] for place in kept] for row in rows(with_print)]
        assert headings(table) == [headings(with_print)[place] for place in kept]
        assert list(data.columns) == ["group", "population", "amount", "amount_other", "share"]
        note = {"da": "Trykte tal", "en": "Printed numbers"}[lang]
        assert note not in table.as_raw_html()
        assert note in with_print.as_raw_html()


def test_a_cell_that_print_leaves_out_is_a_dash() -> None:
    printed = dalarna.published()
    gone = (printed["group"] == "municipality:Falun") & (printed["variable"] == "amount")
    table, data = cost_table_view(dalarna.released(), printed[~gone], "en")
    by_name = {row[0]: row for row in rows(table)}
    assert by_name["Falun"][3] == "–"
    assert by_name["Falun"][6] == "20,9%"
    assert data.set_index("group")["amount_printed"].isna().sum() == 1


def test_a_swapped_population_list_swaps_the_table_but_not_print() -> None:
    swapped = {**dalarna.INHABITANTS, "Orsa": 59_945, "Falun": 6_851}
    table, _ = cost_table_view(dalarna.released(dalarna.shared_out(swapped)), dalarna.published(), "en")
    by_name = {row[0]: row[1:4] for row in rows(table)}
    assert by_name["Orsa"] == ["59,945", "112,758", "12 887"]
    assert by_name["Falun"] == ["6,851", "12,887", "112 758"]


def test_rules_from_the_largest_down() -> None:
    table, data = rules_view(dalarna.released(), "en")
    shown = rows(table)
    assert [row[0] for row in shown] == sorted(dalarna.INHABITANTS, key=lambda name: -dalarna.INHABITANTS[name])
    # 539000/15 = 35933.3; Vansbro's half and half (12700.6 + 35933.3)/2 = 24317.0
    assert shown[-1] == ["Vansbro", "6,752", "12,701", "24,317", "35,933", "1.88", "3.60", "5.32"]
    assert shown[0] == ["Falun", "59,945", "112,758", "74,346", "35,933", "1.88", "1.24", "0.60"]
    assert headings(table)[-6:] == ["by population", "mixed", "equal parts"] * 2
    assert data["amount_equal"].to_list() == pytest.approx([539_000 / 15] * 15)
    assert isinstance(data, pd.DataFrame)


def test_rules_in_danish() -> None:
    assert rows(rules_view(dalarna.released(), "da")[0])[-1] == [
        "Vansbro", "6.752", "12.701", "24.317", "35.933", "1,88", "3,60", "5,32",
    ]  # fmt: skip
