from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.codebook import Codebook, combined_basis, is_day, load_codebook, load_wave
from analysis.errors import InputError, Problem
from analysis.layout import NOTEBOOKS
from tests import dalarna
from tests.conftest import Write

CODEBOOK = (dalarna.FOLDER / "codebook.yaml").read_text(encoding="utf-8")
Problems = Callable[..., tuple[Problem, ...]]
WAVE = (dalarna.FOLDER / "2025" / "wave.yaml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def codebook_problems(write: Write, no_run: Path) -> Problems:
    """Return the problems of the codebook with `old` replaced by `new`, the first time it stands there."""

    def found(old: str, new: str, folder: str = "dalarna_agreement") -> tuple[Problem, ...]:
        assert old in CODEBOOK
        path = write(f"{folder}/codebook.yaml", CODEBOOK.replace(old, new, 1))
        with pytest.raises(InputError) as caught:
            load_codebook(path)
        return caught.value.problems

    return found


@pytest.fixture
def wave_problems(write: Write, no_run: Path) -> Problems:
    def found(old: str, new: str, folder: str = "dalarna_agreement/2025") -> tuple[Problem, ...]:
        assert old in WAVE
        path = write(f"{folder}/wave.yaml", WAVE.replace(old, new, 1))
        with pytest.raises(InputError) as caught:
            load_wave(path)
        return caught.value.problems

    return found


def test_the_codebook_of_the_repository_is_read() -> None:
    codebook = dalarna.codebook()
    assert codebook.study == "dalarna_agreement"
    assert codebook.population == 15 == len(dalarna.TABLE)
    assert codebook.report.date == "2025-10-27"
    assert codebook.chapters["cost"]["da"] == "Udgift pr. kommune"
    assert codebook.chapters["cost"]["en"] == "Cost per municipality"


@pytest.mark.parametrize("day", ["2024-12-31", "2024-02-29", "0001-01-01"])
def test_what_is_a_day(day: str) -> None:
    assert is_day(day)


@pytest.mark.parametrize(
    "day", ["2024-02-30", "2023-02-29", "20241231", "2024-W01-1", "2024-1-1", " 2024-12-31", "", "x"]
)
def test_what_is_no_day(day: str) -> None:
    assert not is_day(day)


def test_items_are_found_by_their_notebook() -> None:
    assert set(dalarna.codebook().items_of("05_replicate")) == {"verdicts", "exceptions", "disputes"}
    items = [name for notebook in NOTEBOOKS for name in dalarna.codebook().items_of(notebook)]
    assert sorted(items) == sorted(dalarna.codebook().items)


def test_every_printed_item_and_variable_is_in_the_codebook() -> None:
    printed = dalarna.published()
    assert set(printed["variable"]) <= set(dalarna.codebook().variables)
    assert set(printed["chapter"]) <= set(dalarna.codebook().chapters)
    declared = {name: item.page for name, item in dalarna.codebook().items.items() if item.printed}
    pages = printed[printed["item"] != "text"].groupby("item")["page"].unique()
    assert {name: [page] for name, page in declared.items()} == {str(i): list(p) for i, p in pages.items()}


def test_the_wave_of_the_repository_is_read() -> None:
    wave = dalarna.wave()
    assert (wave.year, wave.basis, wave.reference) == (2025, "published", "2024-12-31")
    assert wave.parameters == {"06_allocate": {"cost": dalarna.COST, "population": dalarna.TOTAL}}


@pytest.mark.parametrize(
    ("old", "new", "place", "guess", "needed"),
    [
        ("population: 15", "populaton: 15", "populaton", "population", True),
        ("  publisher: ", "  publishr: ", "report.publishr", "publisher", True),
        ("    kind: figure", "    kindd: figure", "items.amounts.kindd", "kind", True),
        ("    unit: kr\n", "    unitt: kr\n", "variables.amount.unitt", "unit", False),
        ("{da: Udgift, en", "{daa: Udgift, en", "variables.cost.label.daa", "da", True),
        ("definition: {da: Indb", "definition: {daa: Indb", "variables.population.definition.daa", "da", True),
    ],
)
def test_an_unknown_key_is_named_with_line_place_and_nearest(
    codebook_problems: Problems, old: str, new: str, place: str, guess: str, needed: bool
) -> None:
    *missing, unknown = codebook_problems(old, new)
    key = place.rpartition(".")[2]
    assert unknown.file == "dalarna_agreement/codebook.yaml"
    assert unknown.message == f"unknown key {key!r}"
    assert (unknown.row, unknown.column) == (line_of(CODEBOOK, old.strip("\n")), place)
    assert unknown.advice.startswith(f"Did you mean {guess!r}? Valid: ")
    assert [problem.message for problem in missing] == [f"key {guess!r} is missing"] * needed


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("population: 15\n", "(top)"),
        ("    kind: figure\n", "items.amounts"),
        ("  publisher: Region Dalarna\n", "report"),
    ],
)
def test_a_repeated_key_is_named_with_the_line_of_the_second(
    codebook_problems: Problems, line: str, place: str
) -> None:
    (problem,) = codebook_problems(line, line * 2)
    key = line.strip().partition(":")[0]
    assert str(problem) == (
        f"dalarna_agreement/codebook.yaml, row {line_of(CODEBOOK, line) + 1}, column {place}: "
        f"key {key!r} stands twice. Keep one of the two."
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "value", "says"),
    [
        ("population: 15", "population: fifteen", "population", "fifteen", "integer"),
        ("population: 15", 'population: "15"', "population", "15", "integer"),
        ("population: 15", "population: 0", "population", "0", "greater than or equal to 1"),
        ("printed: true", "printed: maybe", "items.table_1.printed", "maybe", "boolean"),
        ("page: 10", "page: 0", "items.table_1.page", "0", "greater than or equal to 1"),
        ("kind: table", "kind: tabel", "items.table_1.kind", "tabel", "'figure', 'table' or 'box'"),
        ("language: sv", "language: se", "report.language", "se", "'da' or 'sv'"),
        ("schema_version: 1", "schema_version: 2", "schema_version", "2", "1"),
        ("printed: true", "printed: no way", "items.table_1.printed", "no way", "boolean"),
        ("printed: true", "printed: yes", "items.table_1.printed", "yes", "boolean"),
        *(
            ('"2025-10-27"', f'"{day}"', "report.date", day, "not a day of the form YYYY-MM-DD")
            for day in ("27.10.2025", "2025-10-32", "20251027", "2025-W44-1", "2025-10-27T00:00", "2025-1-2", "")
        ),
    ],
)
def test_a_value_of_another_kind_is_named_with_line_and_place(
    codebook_problems: Problems, old: str, new: str, place: str, value: str, says: str
) -> None:
    (problem,) = codebook_problems(old, new)
    assert (problem.row, problem.column, problem.value) == (line_of(CODEBOOK, old), place, value)
    assert says in problem.message
    assert problem.advice


@pytest.mark.parametrize("value", ["", " true", " ~", " 0x1F", " 2025", " 1_0"])
def test_a_value_is_shown_as_it_stands_in_the_file(codebook_problems: Problems, value: str) -> None:
    (problem,) = codebook_problems("publisher: Region Dalarna", f"publisher:{value}")
    assert problem.value == value.strip()


@pytest.mark.parametrize("value", ["[a, b]", "{a: b}"])
def test_a_list_or_mapping_in_place_of_a_text_is_refused_without_showing_it(
    codebook_problems: Problems, value: str
) -> None:
    (problem,) = codebook_problems("publisher: Region Dalarna", f"publisher: {value}")
    assert (problem.column, problem.value) == ("report.publisher", None)
    assert "string" in problem.message


@pytest.mark.parametrize(
    ("line", "place"), [("population: 15\n", "population"), ("    chapter: cost\n", "items.table_1.chapter")]
)
def test_a_missing_key_is_named_with_its_place(codebook_problems: Problems, line: str, place: str) -> None:
    (problem,) = codebook_problems(line, "")
    key = place.rpartition(".")[2]
    assert (problem.message, problem.column, problem.advice) == (f"key {key!r} is missing", place, "Add it.")


def test_a_name_with_capitals_is_refused(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("  amounts:\n", "  Amounts:\n")
    assert (problem.row, problem.column) == (line_of(CODEBOOK, "  amounts:\n"), "items.Amounts")
    assert "pattern" in problem.message


def test_a_chapter_that_does_not_exist(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("chapter: cost", "chapter: costs")
    assert str(problem) == (
        "dalarna_agreement/codebook.yaml, column items.table_1.chapter: no such chapter; value: 'costs'. "
        "Did you mean 'cost'? Valid: cost."
    )


def test_a_notebook_that_the_study_does_not_use(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("notebook: 06_allocate", "notebook: 06_alocate")
    assert (problem.message, problem.column) == ("no such notebook", "items.table_1.notebook")
    assert problem.advice.startswith("Did you mean '06_allocate'?")


def test_a_notebook_that_does_not_exist(codebook_problems: Problems) -> None:
    first, *_ = codebook_problems(" 06_allocate, ", " 06_alocate, ")
    assert (first.message, first.column, first.value) == ("no such notebook", "notebooks", "06_alocate")
    assert first.advice == f"Did you mean '06_allocate'? Valid: {', '.join(NOTEBOOKS)}."


def test_a_codebook_in_the_folder_of_another_study(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("population: 15", "population: 15", folder="dalarna")
    assert str(problem) == (
        "dalarna/codebook.yaml, column study: the study is not the folder's name; value: 'dalarna_agreement'. "
        "Write dalarna."
    )


def test_broken_yaml_is_refused_with_its_line(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("unit: municipality", "unit: [municipality")
    assert problem.message.startswith("not YAML: ")
    # PyYAML sees the fault where the next key begins.
    assert problem.row == line_of(CODEBOOK, "places: dalarna")


def test_a_tab_is_refused_with_its_line(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems("population: 15", "\tpopulation: 15")
    assert "\\t" in problem.message
    assert problem.row == line_of(CODEBOOK, "population: 15")


def test_an_empty_file_is_refused(codebook_problems: Problems) -> None:
    (problem,) = codebook_problems(CODEBOOK, "")
    assert problem.file == "dalarna_agreement/codebook.yaml"
    assert problem.message == "the file is empty"
    needed = [name for name, field in Codebook.model_fields.items() if field.is_required()]
    assert {"chapters", "items", "notebooks"} < set(needed)
    assert [name for name in needed if name not in problem.advice] == []
    assert "Codebook" not in str(problem), "a class of ours means nothing to the researcher"


@pytest.mark.parametrize(
    ("old", "new", "place", "value"),
    [
        ("year: 2025", 'year: "2025"', "year", "2025"),
        ("basis: published", "basis: printed", "basis", "printed"),
        ('"2024-12-31"', '"31 Dec 2024"', "reference", "31 Dec 2024"),
        ('"2024-12-31"', '"20241231"', "reference", "20241231"),
    ],
)
def test_a_wrong_value_of_a_wave(wave_problems: Problems, old: str, new: str, place: str, value: str) -> None:
    (problem,) = wave_problems(old, new)
    assert (problem.row, problem.column, problem.value) == (line_of(WAVE, old), place, value)


def test_a_source_is_told_in_both_languages_or_once_for_both(write: Write, no_run: Path) -> None:
    path = "dalarna_agreement/2025/wave.yaml"
    assert load_wave(write(path, WAVE)).source["da"].endswith("side 9 og 10")
    assert load_wave(write(path, WAVE)).source["en"].endswith("slides 9 and 10")
    start, end = WAVE.index("source:"), WAVE.index("reference:")
    once = load_wave(write(path, f"{WAVE[:start]}source: SCB\n{WAVE[end:]}"))
    assert (once.source["da"], once.source["en"]) == ("SCB", "SCB")
    for wrong in ("source: {da: SCB}", "source: ''", "source: {da: SCB, en: SCB, sv: SCB}"):
        with pytest.raises(InputError):
            load_wave(write(path, f"{WAVE[:start]}{wrong}\n{WAVE[end:]}"))


def test_a_wave_in_another_folder(wave_problems: Problems) -> None:
    study, year = wave_problems("year: 2025", "year: 2025", folder="dalarna/2026")
    message = "the file lies in another folder than it says"
    assert (study.column, study.value, study.message) == ("study", "dalarna_agreement", message)
    assert study.advice == "Move it, or write dalarna."
    assert (year.column, year.value, year.advice) == ("year", "2025", "Move it, or write 2026.")


def test_parameters_of_an_unknown_notebook(wave_problems: Problems) -> None:
    (problem,) = wave_problems("  06_allocate:", "  06_alocate:")
    assert (problem.message, problem.column, problem.value) == ("no such notebook", "parameters", "06_alocate")
    assert problem.advice.startswith("Did you mean '06_allocate'?")


@pytest.mark.parametrize(
    ("own", "previous", "combined"),
    [
        ("collected", None, "collected"),
        ("collected", "collected", "collected"),
        ("collected", "reconstructed", "reconstructed"),
        ("reconstructed", "collected", "reconstructed"),
        ("reconstructed", None, "reconstructed"),
        ("published", "register", "published"),
    ],
)
def test_what_touches_a_reconstruction_is_no_more_than_that(own: str, previous: str | None, combined: str) -> None:
    before = dalarna.wave().model_copy(update={"basis": previous}) if previous else None
    assert combined_basis(dalarna.wave().model_copy(update={"basis": own}), before) == combined


def test_a_wave_says_what_it_left_out_and_how_small_a_number_may_be(write: Write, no_run: Path) -> None:
    more = "columns: {amount: s_9}\nnot_asked: [share]\nminimum_cell: 5\n"
    wave = load_wave(write("dalarna_agreement/2025/wave.yaml", WAVE.rstrip("\n") + "\n" + more))
    assert (wave.columns, wave.not_asked, wave.minimum_cell) == ({"amount": "s_9"}, ["share"], 5)
    assert (dalarna.wave().columns, dalarna.wave().not_asked, dalarna.wave().minimum_cell) == ({}, [], 3)
    assert dalarna.wave().reconstruction is None


def test_an_unknown_key_of_a_wave(wave_problems: Problems) -> None:
    (problem,) = wave_problems("year: 2025", "year: 2025\nyaer: 2025")
    assert (problem.row, problem.column, problem.message) == (
        line_of(WAVE, "year: 2025") + 1,
        "yaer",
        "unknown key 'yaer'",
    )
    assert problem.advice.startswith("Did you mean 'year'?")
