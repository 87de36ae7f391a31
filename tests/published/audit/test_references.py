import functools

import pandas as pd
import pytest

from analysis.codebook import Codebook, load_codebook
from analysis.layout import RAW_DIR
from analysis.published.audit.findings import Finding
from analysis.published.audit.references import numbering, references
from analysis.published.references import load_references
from tests.published.audit.captions import codebook, reference, rows


def found(*given: dict[str, str | int], of: Codebook | None = None) -> list[Finding]:
    return list(references(rows(*given), of or codebook(), "en"))


@pytest.mark.parametrize(
    ("refers", "passage"),
    [
        ("figure_9", {}),
        ("figure_9", {"group": "area:dental;purpose:planning"}),
        ("table_2", {}),
        ("table_2", {"group": "all"}),
        ("figure_1", {"group": "all"}),
        ("figure_1", {"group": "purpose:steering"}),
        ("figure_3", {"group": "purpose:steering", "variable": "steering_tasks"}),
        ("figure_5", {"group": "all", "variable": "types;needs"}),
        ("table_1", {"group": "all", "variable": ""}),
        ("figure_12", {"group": "area:case;municipality:Odense", "variable": ""}),
        # A purpose is more than the figure says, yet nothing else shows it.
        ("figure_11", {"group": "area:dental;purpose:planning", "variable": "types"}),
    ],
)
def test_a_reference_to_what_the_passage_is_about_is_right(refers: str, passage: dict[str, str | int]) -> None:
    assert not found(reference(refers, **passage))


def test_an_item_that_does_not_exist() -> None:
    (finding,) = found(reference("figure_93", line=81))
    assert (finding.kind, finding.severity, finding.certainty) == ("reference", "error", "certain")
    assert (finding.place.item, finding.place.line, finding.place.printed) == ("text", 81, "figure 93")
    assert finding.recomputed == "figure_9"
    assert finding.message == (
        "The text on “Use” (Dental care) refers to figure 93, which does not exist. Most likely meant: figure 9."
    )


def test_an_item_that_this_repository_adds_is_none_of_the_report() -> None:
    (finding,) = found(reference("figure_9"), of=codebook(figure_9={"printed": False}))
    assert finding.recomputed == "table_2"
    assert "does not exist" in finding.message


@pytest.mark.parametrize(
    ("refers", "passage", "meant"),
    [
        # Another subject.
        ("figure_10", {}, "figure_9"),
        ("figure_2", {"group": "purpose:steering", "variable": "steering_tasks"}, "figure_3"),
        ("table_1", {"group": "all"}, "table_2"),
        # Another group.
        ("figure_6", {}, "figure_9"),
        ("figure_3", {"group": "purpose:planning", "variable": "planning_tasks"}, "figure_2"),
        ("figure_13", {"group": "area:case;municipality:Odense", "variable": ""}, "figure_12"),
        ("figure_11", {"group": "area:case;municipality:Odense", "variable": ""}, "figure_12"),
        # Both, and nothing shows it.
        ("figure_3", {"group": "area:prevention", "variable": "types"}, ""),
    ],
)
def test_an_item_that_shows_something_else(refers: str, passage: dict[str, str | int], meant: str) -> None:
    (finding,) = found(reference(refers, **passage))
    assert (finding.severity, finding.certainty, finding.recomputed) == ("error", "certain", meant)
    assert "shows something else" in finding.message


@pytest.mark.parametrize(
    ("refers", "passage", "meant"),
    [
        ("figure_1", {}, "figure_9"),
        ("figure_9", {"group": "all"}, "figure_1"),
        ("figure_5", {"variable": "types"}, "figure_11"),
    ],
)
def test_another_item_of_just_the_passages_group_is_only_likely_meant(
    refers: str, passage: dict[str, str | int], meant: str
) -> None:
    (finding,) = found(reference(refers, **passage))
    assert (finding.severity, finding.certainty, finding.recomputed) == ("error", "likely", meant)


def test_the_item_of_the_passages_chapter_goes_before_others() -> None:
    twice = codebook(
        figure_14={"title": "Data i Odense", "concept": True, "chapter": "care", "group": "municipality:Odense"}
    )
    passage = {"group": "municipality:Odense", "variable": ""}
    (finding,) = found(reference("figure_13", chapter="care", **passage), of=twice)
    assert finding.recomputed == "figure_14"
    (finding,) = found(reference("figure_13", chapter="across", **passage), of=twice)
    assert finding.recomputed == "figure_14"


def test_a_passage_need_not_say_the_year() -> None:
    of_year = codebook(figure_14={"title": "Anvendelse 2023", "variables": ["use"], "group": "year:2023"})
    assert not found(reference("figure_14", group="all"), of=of_year)
    (finding,) = found(reference("figure_14", group="year:2022"), of=of_year)
    assert finding.certainty == "certain"


def test_what_an_item_shows_may_be_unknown() -> None:
    # As table 2 of the infection control report, which compares answers of many questions.
    assert not found(reference("table_3"), of=codebook(table_3={"title": "Sammenligning"}))


def test_a_message_names_a_few_variables_in_the_language_asked_for() -> None:
    passage = {"group": "all", "variable": "use;types;needs;planning_tasks"}
    (finding,) = references(rows(reference("figure_3", **passage)), codebook(), "da")
    assert finding.message == (
        "Teksten om “Anvendelse”, “Datatyper”, “Behov” og 1 til henviser til figur 3, som viser noget andet: "
        "“Data til styringsopgaver i kommunen”. Sandsynligvis menes: figur 1, figur 4, figur 5."
    )


SURVEYED = {name: item for name, item in codebook().items.items() if item.variables}


@pytest.mark.parametrize("name", SURVEYED)
def test_each_item_is_the_one_meant_by_a_passage_on_what_it_shows(name: str) -> None:
    item = SURVEYED[name]
    passage = {"group": item.group, "variable": ";".join(item.variables), "chapter": item.chapter}
    assert not found(reference(name, **passage))
    for other, shown in SURVEYED.items():
        if shown.variables != item.variables:
            (finding,) = found(reference(other, **passage))
            assert finding.certainty == "certain"
            assert name in finding.recomputed.split(";") or shown.kind != item.kind


def test_no_references_no_findings() -> None:
    assert not found()


def test_a_clean_report_skips_no_number() -> None:
    assert not list(numbering(codebook(), "en"))
    assert not list(numbering(codebook(figure_5_1={"title": "A"}, figure_5_2={"title": "B"}), "en"))


def test_numbers_that_are_skipped() -> None:
    (finding,) = numbering(codebook(figure_6=None, figure_7=None), "en")
    assert (finding.kind, finding.severity, finding.place.item) == ("reference", "ambiguity", "figure_8")
    assert finding.message == "The report has no figure 6, figure 7, but it has figure 8."
    (finding,) = numbering(codebook(table_1=None), "en")
    assert finding.message == "The report has no table 1, but it has table 2 (page 2)."
    (finding,) = numbering(codebook(figure_5_1={"title": "A"}, figure_5_3={"title": "B"}), "en")
    assert finding.message == "The report has no figure 5.2, but it has figure 5.3."


def test_a_number_before_a_smaller_one() -> None:
    (finding,) = numbering(codebook(figure_4={"page": 2}), "en")
    assert (finding.severity, finding.place.item, finding.others[0].item) == ("ambiguity", "figure_4", "figure_3")
    assert finding.message == "In the report, figure 4 (page 2) stands before figure 3 (page 3)."


@functools.cache
def of_study(study: str) -> tuple[Codebook, pd.DataFrame]:
    folder = RAW_DIR / study
    loaded = load_codebook(folder / "codebook.yaml")
    return loaded, load_references(folder / "references.csv", loaded)


@pytest.mark.parametrize(
    ("study", "wrong"),
    [
        ("ssi_hygiene", {}),
        ("kik_quality", {}),
        (
            "klk_healthdata",
            {
                (1771, "table_1"): "table_5",
                (3145, "figure_5"): "figure_6",
                (3898, "figure_61"): "figure_37",
                (4236, "figure_5"): "figure_6",
                (4844, "figure_5"): "figure_6",
                (5639, "figure_543"): "figure_54",
                (6632, "figure_39"): "figure_64",
                (6703, "figure_4"): "figure_5",
                (6728, "figure_5"): "figure_6",
            },
        ),
        # The text is on bed days, the figure on the length of stay.
        ("kl_naere", {(8783, "figure_9_2"): ""}),
    ],
)
def test_the_wrong_references_of_the_reports(study: str, wrong: dict[tuple[int, str], str]) -> None:
    loaded, written = of_study(study)
    refers = {(row["line"], row["printed"]): row["refers"] for row in written.to_dict("records")}
    findings = [*references(written, loaded, "en"), *numbering(loaded, "en")]
    named = {(each.place.line, refers[each.place.line, each.place.printed]): each.recomputed for each in findings}
    assert named == wrong
    assert {(each.severity, each.certainty) for each in findings} <= {("error", "certain")}
