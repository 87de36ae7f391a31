import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.places import find_municipality, nearest_municipality
from tests import dalarna, denmark

NAMES = denmark.names()
CODES = {name: code for code, name in NAMES.items()}
BREAKS = (" ", "-", "\N{EN DASH}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}", " - ", "  ", "\N{NO-BREAK SPACE}")
FORMER = {
    "Brønderslev-Dronninglund": "Brønderslev",
    "Frederiksværk-Hundested": "Halsnæs",
    "Nordfyn": "Nordfyns",
    "Vesthimmerland": "Vesthimmerlands",
}


def in_other_letters(name: str) -> set[str]:
    """Return a name as it is, with å for aa, aa for å, and in ASCII."""
    with_ring = name.replace("Aa", "Å").replace("aa", "å")
    doubled = name.replace("Å", "Aa").replace("å", "aa")
    ascii_only = doubled.replace("Æ", "Ae").replace("æ", "ae").replace("Ø", "Oe").replace("ø", "oe")
    assert ascii_only.isascii()
    return {name, with_ring, doubled, ascii_only}


def with_kommune(name: str) -> set[str]:
    genitive = name if name.endswith("s") else f"{name}s"
    after = {f"{called} {word}" for called in (name, genitive) for word in ("Kommune", "kommune", "Kommunes")}
    return {name, f"Kommune {name}", *after}


def spellings(name: str) -> set[str]:
    """Return a name in every way that is tolerated, one noise at a time upon the words."""
    words = {form for letters in in_other_letters(name) for form in with_kommune(letters)}
    broken = {re.sub("[ -]", lambda _, mark=mark: mark, form) for form in words for mark in BREAKS}  # type: ignore[misc]
    return {
        noisy
        for form in broken
        for noisy in (form, form.upper(), form.lower(), f"  {form}\t", unicodedata.normalize("NFD", form))
    }


def test_every_tolerated_spelling_of_all_98_means_that_one_only() -> None:
    meant: dict[str, str] = {}
    for code, name in NAMES.items():
        former = [other for other, now in FORMER.items() if now == name]
        written = {form for called in (name, *former) for form in spellings(called)} | {code, f"0{code}", f" {code} "}
        assert not written & set(meant)
        meant |= dict.fromkeys(written, code)
    assert len(set(meant.values())) == 98
    assert {written: find_municipality(written, NAMES) for written in meant} == meant


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Aarhus Kommune", "Aarhus"),
        ("Århus", "Aarhus"),
        ("Ålborg", "Aalborg"),
        ("Åbenrå", "Aabenraa"),
        ("ÅBENRÅ KOMMUNE", "Aabenraa"),
        ("Københavns Kommune", "København"),
        ("Koebenhavn", "København"),
        ("Broendby", "Brøndby"),
        ("Bornholms Regionskommune", "Bornholm"),
        ("Bornholms Kommune", "Bornholm"),
        ("Frederiksberg Kommune", "Frederiksberg"),
        ("Nordfyns Kommune", "Nordfyns"),
        ("Nordfyn", "Nordfyns"),
        ("Vesthimmerlands Kommune", "Vesthimmerlands"),
        ("Brønderslev-Dronninglund", "Brønderslev"),
        ("Frederiksværk-Hundested Kommune", "Halsnæs"),
        ("Høje Taastrup", "Høje-Taastrup"),
        ("Høje-Tåstrup", "Høje-Taastrup"),
        ("Lyngby-Tårbæk", "Lyngby-Taarbæk"),
        ("Faaborg Midtfyn", "Faaborg-Midtfyn"),
        ("Fåborg – Midtfyn", "Faaborg-Midtfyn"),
        ("Ringkøbing Skjern", "Ringkøbing-Skjern"),
        ("Taarnby", "Tårnby"),
        ("Aeroe", "Ærø"),
        ("Assens Kommune", "Assens"),
        ("101", "København"),
        ("0101", "København"),
        (" 851 ", "Aalborg"),
    ],
)
def test_a_spelling_that_is_tolerated(written: str, name: str) -> None:
    assert find_municipality(written, NAMES) == CODES[name]


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("Svendborgg", "Svendborg"),
        ("Kobenhavn", "København"),
        ("Københavns", "København"),
        ("Københavens Kommune", "København"),
        ("Arhus", "Aarhus"),
        ("Aarhuss Kommune", "Aarhus"),
        ("Assen", "Assens"),
        ("Horsen", "Horsens"),
        ("Fakse", "Faxe"),
        ("HøjeTaastrup", "Høje-Taastrup"),
        ("Bornholms Regionskomune", "Bornholm"),
        ("Aarhus Regionskommune", "Bornholm"),  # the only one there is
        ("Falun", "Fanø"),
        ("Göteborg", None),
        ("Kommune", None),
        ("Kommune 01", None),
        ("Christiansø", None),
        ("411", None),
        ("1", None),
        ("00101", None),
        ("-101", None),
        ("101.0", None),
        ("", None),
        ("  ", None),
    ],
)
def test_what_means_no_municipality_is_refused_with_the_nearest(written: str, suggested: str | None) -> None:
    assert find_municipality(written, NAMES) is None
    assert nearest_municipality(written, NAMES) == suggested


@pytest.mark.parametrize("name", CODES)
def test_a_name_one_letter_off_is_only_suggested(name: str) -> None:
    for slip in (name + name[-1], "x" + name):
        assert find_municipality(slip, NAMES) is None
        assert nearest_municipality(slip, NAMES) == name


def test_a_name_that_two_municipalities_have_means_neither() -> None:
    assert find_municipality("Nyborg", {"1": "Nyborg", "2": "Nyborg"}) is None
    assert find_municipality("2", {"1": "Nyborg", "2": "Nyborg"}) == "2"


def test_the_names_of_dalarna_are_found_by_the_same_rules() -> None:
    for code, name in dalarna.NAMES.items():
        assert find_municipality(f" {name.upper()} ", dalarna.NAMES) == code
        assert find_municipality(code, dalarna.NAMES) == code
    assert find_municipality("Malung Sälen", dalarna.NAMES) == "2023"
    assert find_municipality("Aarhus", dalarna.NAMES) is None


@given(
    code=st.sampled_from(sorted(NAMES)),
    ends=st.tuples(st.text(" \t\n\N{NO-BREAK SPACE}"), st.text(" \t\n\N{NO-BREAK SPACE}")),
    mark=st.text(" -\N{EN DASH}\N{NO-BREAK SPACE}", min_size=1, max_size=4),
    form=st.sampled_from(["NFC", "NFD"]),
    capitals=st.lists(st.booleans(), min_size=1),
)
def test_case_spaces_and_hyphens_never_change_the_municipality(
    code: str, ends: tuple[str, str], mark: str, form: str, capitals: list[bool]
) -> None:
    name = re.sub("[ -]", lambda _: mark, NAMES[code])
    cased = "".join(
        letter.upper() if capitals[place % len(capitals)] else letter.lower() for place, letter in enumerate(name)
    )
    written = ends[0] + unicodedata.normalize(form, cased) + ends[1]  # type: ignore[arg-type]
    assert find_municipality(written, NAMES) == code


@given(st.text())
def test_any_text_is_a_municipality_or_none(written: str) -> None:
    assert find_municipality(written, NAMES) in {None, *NAMES}
    assert nearest_municipality(written, NAMES) in {None, *CODES}
