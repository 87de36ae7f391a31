import ast
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from string import Formatter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis import lang as language
from analysis.lang import LANGS, MINUS, Lang, format_day, format_number, text
from analysis.layout import NOTEBOOK_DIR, ROOT

FOLDER = ROOT / "src" / "analysis" / "lang" / "texts"
FILES = sorted(FOLDER.glob("*.yaml"))
ENTRIES = [(path.stem, name) for path in FILES for name in yaml.safe_load(path.read_text(encoding="utf-8"))]
PROSE = ("allocate", "replicate")
SPACE = "\N{NO-BREAK SPACE}"


def entry(file: str, name: str) -> dict[str, str]:
    texts: dict[str, str] = yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8"))[name]
    return texts


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


@pytest.mark.parametrize(("file", "name"), ENTRIES)
def test_a_text_has_both_languages_with_the_same_placeholders(file: str, name: str) -> None:
    texts = entry(file, name)
    assert set(texts) == set(LANGS)
    assert all(isinstance(each, str) and each.strip() for each in texts.values())
    assert placeholders(texts["da"]) == placeholders(texts["en"])


@pytest.mark.parametrize(("file", "name"), [pair for pair in ENTRIES if pair[0] in PROSE])
def test_a_sentence_holds_no_number(file: str, name: str) -> None:
    for sentence in entry(file, name).values():
        outside = "".join(literal for literal, *_ in Formatter().parse(sentence))
        assert not re.search(r"\d", outside)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_no_text_stands_twice_in_a_file(path: Path) -> None:
    root = yaml.compose(path.read_text(encoding="utf-8"))
    assert root is not None
    names = [key.value for key, _ in root.value]
    assert sorted(names) == sorted(set(names))


def used_keys() -> set[str]:
    """Return every text key that stands as a plain string in the code or a notebook."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    for path in NOTEBOOK_DIR.glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    calls = (node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = (
        call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("text", "say") and call.args
    )
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def test_every_key_that_is_used_has_a_text() -> None:
    known = {f"{file}.{name}" for file, name in ENTRIES}
    assert len(used_keys()) > 20
    assert used_keys() - known == set()


def test_every_sentence_is_said_somewhere() -> None:
    sentences = {f"{file}.{name}" for file, name in ENTRIES if file in PROSE}
    assert sentences - used_keys() == set()


def test_an_unknown_text_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no text 'allocate\.totl'.*Did you mean 'allocate\.total'\?"):
        text("allocate.totl", "da")


def test_a_placeholder_without_value_is_refused() -> None:
    with pytest.raises(KeyError, match="basis"):
        text("release.basis", "da")


def test_placeholders_are_filled() -> None:
    assert text("release.basis", "da", basis="x") == "grundlag: x"
    assert text("release.basis", "en", basis="x") == "basis: x"


@pytest.mark.parametrize(
    ("value", "statistic", "da", "en"),
    [
        (539000, "amount", f"539.000{SPACE}kr.", f"539,000{SPACE}kr"),
        (7.82, "percent", f"7,8{SPACE}%", "7.8%"),
        (100, "percent", f"100,0{SPACE}%", "100.0%"),
        (1.8810243, "per_head", f"1,88{SPACE}kr.", f"1.88{SPACE}kr"),
        (286546, "population", "286.546", "286,546"),
        (15, "count", "15", "15"),
        (999.5, "amount", f"1.000{SPACE}kr.", f"1,000{SPACE}kr"),
        (0, "amount", f"0{SPACE}kr.", f"0{SPACE}kr"),
        (24e9, "amount", f"24.000.000.000{SPACE}kr.", f"24,000,000,000{SPACE}kr"),
    ],
)
def test_numbers_as_each_language_writes_them(value: float, statistic: str, da: str, en: str) -> None:
    assert (format_number(value, "da", statistic), format_number(value, "en", statistic)) == (da, en)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.05, "0.1"), (0.25, "0.3"), (2.45, "2.5"), (1.005, "1.0"), (0.35, "0.4")]
)
def test_ties_go_up_on_the_digits_as_written(value: float, shown: str) -> None:
    assert format_number(value, "en", "percent", unit=False) == shown


@pytest.mark.parametrize(
    ("value", "statistic"), [(-0.4, "count"), (-0.0, "count"), (-0.04, "percent"), (-0.004, "per_head")]
)
def test_there_is_no_minus_nought(value: float, statistic: str) -> None:
    shown = format_number(value, "en", statistic, unit=False)
    assert set(shown) <= {"0", "."}


@pytest.mark.parametrize("lang", LANGS)
def test_less_than_nought_has_a_true_minus(lang: Lang) -> None:
    assert format_number(-1703.6, lang, unit=False) == MINUS + format_number(1704, lang)
    assert format_number(-0.5, lang) == f"{MINUS}1"
    assert format_number(-3.46, lang, "percent") == MINUS + format_number(3.5, lang, "percent")
    assert "-" not in format_number(-1e6, lang, "amount")


@given(
    st.decimals(0, 10**9, places=3, allow_nan=False),
    st.sampled_from(LANGS),
    st.sampled_from(["percent", "amount", "per_head", "population"]),
)
def test_a_shown_number_reads_back_as_the_rounded_one(value: Decimal, lang: Lang, statistic: str) -> None:
    shown = format_number(float(value), lang, statistic, unit=False)
    thousands, point = (".", ",") if lang == "da" else (",", ".")
    decimals = {"percent": 1, "per_head": 2}.get(statistic, 0)
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert Decimal(shown.replace(thousands, "").replace(point, ".")) == expected


def test_the_minus_is_the_sign_of_subtraction() -> None:
    assert MINUS == "\u2212"


def test_days_are_written_out() -> None:
    assert format_day("2024-12-31", "da") == "31. december 2024"
    assert format_day("2024-12-31", "en") == "31 December 2024"


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        format_day("2024-02-30", "da")


def test_the_default_language_is_danish() -> None:
    assert language.DEFAULT_LANG == "da"
    assert LANGS == ("da", "en")
