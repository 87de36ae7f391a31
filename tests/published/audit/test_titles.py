import pytest

from analysis.codebook import load_codebook
from analysis.layout import RAW_DIR
from analysis.published.audit.findings import Finding
from analysis.published.audit.titles import titles
from tests.published.audit.captions import codebook

CARE = "hjemmepleje- og hjemmesygeplejeområdet"


def retitled(name: str, title: str) -> list[Finding]:
    return list(titles(codebook(**{name: {"title": title}}), "en"))


def test_a_clean_report_gives_nothing() -> None:
    assert not list(titles(codebook(), "en"))


@pytest.mark.parametrize(
    ("name", "title", "named", "shown"),
    [
        ("figure_9", "Anvendelse på forebyggelsesområdet", "Prevention", "Dental care"),
        ("figure_9", f"Anvendelse på {CARE}", "Home care and home nursing", "Dental care"),
        ("figure_9", "Anvendelse på hjemmesygeplejeområdet", "Home care and home nursing", "Dental care"),
        ("figure_6", "Anvendelse inden for Tandpleje", "Dental care", "Home care and home nursing"),
        ("figure_2", "Data til styringsopgaver", "Steering", "Planning"),
    ],
)
def test_a_title_that_names_another_group(name: str, title: str, named: str, shown: str) -> None:
    (finding,) = retitled(name, title)
    assert (finding.kind, finding.severity, finding.certainty) == ("title", "error", "certain")
    assert (finding.place.item, finding.place.printed) == (name, title)
    assert f"names “{named}”; what it shows is of “{shown}”." in finding.message


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("figure_9", "Anvendelse"),
        ("figure_9", "Tandpleje mod hjemmepleje, forebyggelse og andre"),
        # Words that only look like an area: the first begins with none, the second names no area.
        ("figure_9", "Anvendelse i sundhedspleje og kræftforebyggelse"),
        ("figure_1", "Anvendelse til planlægning og styring"),
        ("figure_1", "Anvendelse i hjemmepleje, tandpleje og forebyggelse"),
        ("table_2", "Anvendelse i tandpleje og på andre områder"),
        ("table_1", "Hvad forebyggelse er"),
        ("figure_12", "Planlægning af hjemmepleje i Odense"),
    ],
)
def test_a_title_that_says_less_or_more_is_not_wrong(name: str, title: str) -> None:
    assert not retitled(name, title)


@pytest.mark.parametrize(
    ("name", "title", "named", "shown"),
    [
        (
            "figure_11",
            "Typer af data til planlægningsopgaver på tandplejeområdet",
            "Planning",
            "“Planning”, “Steering”",
        ),
        ("figure_1", "Anvendelse til planlægning", "Planning", "“Planning”, “Steering”"),
        ("figure_5", "Typer af data til styring", "Steering", "“Planning”, “Steering”"),
        (
            "figure_1",
            "Anvendelse i tandplejen",
            "Dental care",
            "“Home care and home nursing”, “Dental care”, “Prevention”",
        ),
    ],
)
def test_a_title_that_names_a_part_of_what_is_shown_together(name: str, title: str, named: str, shown: str) -> None:
    (finding,) = retitled(name, title)
    assert (finding.severity, finding.certainty, finding.place.item) == ("error", "certain", name)
    assert f"names “{named}” only; what it shows is of {shown}." in finding.message


def test_what_stands_in_brackets_need_not_be_named_and_few_letters_are_no_beginning() -> None:
    of_old = {"variables": ["types"], "group": "patients:old", "title": "Typer af data om børn"}
    of_children = {**of_old, "group": "patients:child", "title": "Typer af data om ældre"}
    (finding,) = titles(codebook(figure_14=of_old), "en")
    assert "names “Children”; what it shows is of “Old”." in finding.message
    assert not list(titles(codebook(figure_14=of_children), "en"))


def test_the_title_of_a_case_is_its_own() -> None:
    case = {"title": "Planlægning i Odense", "group": "area:case;municipality:Odense", "variables": ["types"]}
    assert not list(titles(codebook(figure_12={**case, "concept": False}), "en"))


def test_a_question_that_is_of_one_purpose_by_its_name_may_be_titled_so() -> None:
    assert not list(titles(codebook(figure_2={"group": "all"}), "en"))


@pytest.mark.parametrize(
    "title",
    [
        "Behov for data på tværs af formål på tandplejeområdet",
        "Behov for data på tværs af formål",
        "Behov for data på tværs af formål på området for tandpleje",
        "BEHOV FOR DATA, på tværs af formål (inden for tandplejen)",
    ],
)
def test_a_title_that_is_another_items(title: str) -> None:
    (finding,) = retitled("figure_11", title)
    assert (finding.kind, finding.severity, finding.certainty) == ("title", "error", "likely")
    assert (finding.place.item, finding.others[0].item) == ("figure_11", "figure_4")
    assert finding.message == "The title of figure 11 is that of figure 4; what it shows is “Types of data”."


def test_words_of_a_group_that_decides_what_is_shown_are_not_taken_away() -> None:
    # Figures 2 and 3 differ in them only: each purpose has tasks of its own.
    clean = codebook()
    assert not list(titles(clean, "en"))
    assert clean.items["figure_2"].title["da"].replace("planlægning", "styring") == clean.items["figure_3"].title["da"]


@pytest.mark.parametrize("study", ["ssi_hygiene", "kik_quality", "kl_naere", "dalarna_agreement"])
def test_no_title_of_these_reports_is_wrong(study: str) -> None:
    assert not list(titles(load_codebook(RAW_DIR / study / "codebook.yaml"), "da"))


def test_the_wrong_titles_of_the_analyses_by_area() -> None:
    findings = titles(load_codebook(RAW_DIR / "klk_healthdata" / "codebook.yaml"), "en")
    found = {each.place.item: (each.certainty, each.message) for each in findings}
    planning = "names “Planning” only; what it shows is of “Planning”, “Steering”, “Quality development”."
    types = "“Type of data: activity data”, “Type of data: production data”, “Type of data: results/effects” and 7 more"
    assert found == {
        "figure_32": ("likely", f"The title of figure 32 (page 46) is that of figure 13; what it shows is {types}."),
        "figure_48": ("certain", f"The title of figure 48 (page 69) {planning}"),
        "figure_50": (
            "certain",
            "The title of figure 50 (page 71) names “Prevention”; what it shows is of “Dental care”.",
        ),
        "figure_57": ("certain", f"The title of figure 57 (page 83) {planning}"),
        "figure_66": ("certain", f"The title of figure 66 (page 97) {planning}"),
    }
