import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from analysis.errors import AnalysisError, InputError, Problem, did_you_mean, nearest


def test_a_problem_says_place_value_allowed_and_advice() -> None:
    problem = Problem("a.csv", "too small", "Make it larger.", 3, "n", "0", "1 or more")
    assert str(problem) == "a.csv, row 3, column n: too small; value: '0'; allowed: 1 or more. Make it larger."


def test_a_problem_says_no_part_it_lacks() -> None:
    assert str(Problem("a.csv", "empty", "Fill it in.")) == "a.csv: empty. Fill it in."


def test_an_empty_value_is_still_shown() -> None:
    assert "value: ''" in str(Problem("a.csv", "empty", "Fill it in.", value=""))


def test_an_input_error_lists_every_problem_on_its_own_line() -> None:
    first, second = Problem("a", "x", "Y."), Problem("b", "x", "Y.")
    error = InputError(iter([first, second]))
    assert error.problems == (first, second)
    assert str(error) == "a: x. Y.\nb: x. Y."
    assert isinstance(error, AnalysisError)


def test_a_notebook_shows_the_message_alone() -> None:
    assert AnalysisError("wrong. Do right.")._render_traceback_() == ["AnalysisError: wrong. Do right."]
    error = InputError([Problem("a", "x", "Y."), Problem("b", "x", "Y.")])
    assert error._render_traceback_() == ["InputError: a: x. Y.\nb: x. Y."]


def test_ipython_asks_for_what_the_error_offers(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.run_cell(
        "from analysis.errors import AnalysisError\ndef f():\n    raise AnalysisError('wrong. Do right.')\nf()"
    )
    shown = capsys.readouterr()
    assert "AnalysisError: wrong. Do right." in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err


def test_nearest_ignores_case_and_keeps_the_spelling_of_the_candidate() -> None:
    assert nearest("RÄTVIK", ["Falun", "Rättvik"]) == "Rättvik"


def test_nothing_is_near_to_another_word() -> None:
    assert nearest("xyz", ["Falun", "Rättvik"]) is None


def test_advice_names_the_nearest_and_all_valid() -> None:
    assert did_you_mean("falnu", ["Falun", "Mora"]) == "Did you mean 'Falun'? Valid: Falun, Mora"
    assert did_you_mean("xyz", ["Falun", "Mora"]) == "Valid: Falun, Mora"
    assert did_you_mean("xyz", []) == "Valid: none"


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_valid_word_is_nearest_to_itself_but_for_case(words: list[str]) -> None:
    found = nearest(words[0], words)
    assert found is not None
    assert found.casefold() == words[0].casefold()


def test_many_candidates_are_counted_instead_of_listed() -> None:
    names = [f"name_{number:03}" for number in range(400)]
    advice = did_you_mean("nam_123", names)
    assert advice.startswith("Did you mean 'name_123'? Valid: name_000, ")
    assert advice.endswith("name_024, … (400 in all)")
