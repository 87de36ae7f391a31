"""Answers that are dealt out keep to the routing and to print, and tie nothing that print does not tie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare, hypergeom

from analysis.errors import AnalysisError
from analysis.reconstruct import deal
from analysis.reconstruct.deal import BLANK, TICKED, UNTICKED, deal_answers, deal_responses
from analysis.reconstruct.draw import draw_counts
from analysis.reconstruct.program import Row
from analysis.reconstruct.system import System
from tests import ssi
from tests.reconstruct import small
from tests.reconstruct.small import TOOK_PART, YEAR, Printed

CLASSES = pd.Series(["small", "large"])


def dealt(system: System, sizes: pd.Series, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    _, counts = draw_counts(system, random)
    responses, ineligible = deal_responses(system.unknowns, counts, sizes, random)
    assert ineligible == []
    return deal_answers(system.unknowns, counts, responses, random)


def test_rows_keep_to_the_routing_and_hold_the_counts() -> None:
    system = System(ssi.codebook(), 2024, ssi.published_of(2024))
    unknowns = system.unknowns
    random = np.random.default_rng(7)
    _, counts = draw_counts(system, random)
    sizes = pd.Series(["small"] * 98)
    responses, ineligible = deal_responses(unknowns, counts, sizes, random)
    rows = deal_answers(unknowns, counts, responses, random)
    assert len(rows) == 96
    # One of the two others answered that it knows nothing of the organisation.
    assert len(ineligible) == 1
    assert set(ineligible) & set(rows["municipality"]) == set()
    for name in unknowns.variables:
        variable = ssi.codebook().variables[name]
        asked = pd.Series(True, index=rows.index)
        if (universe := variable.asked_of) is not None:
            members = ssi.codebook().members_of(universe, 2024)
            options = ssi.codebook().variables[universe.variable].options
            asked = (
                rows[f"{universe.variable}/{members[0]}"] == TICKED
                if options
                else rows[universe.variable].isin(members)
            )
        (place,) = unknowns.places(name, {})
        for answer in unknowns.answers(name):
            (unknown,) = unknowns.gave(place, answer)
            if variable.kind == "multiple":
                column = rows[f"{name}/{answer}"]
                assert set(column) <= {TICKED, UNTICKED}
                assert not (column[~asked] == TICKED).any()
                assert (column == TICKED).sum() == counts[unknown]
            else:
                assert ((rows[name] == BLANK) == ~asked).all()
                assert (rows.loc[asked, name] == answer).sum() == counts[unknown]


# Of 12 that took part, six would say yes to one question and five to another; of options that six were asked, three and
# three are ticked.
PAIRS: Printed = {
    TOOK_PART: 12,
    ("first", "all", "yes", "count"): 6,
    ("first", "all", "no", "count"): 4,
    ("beside", "all", "yes", "count"): 5,
    ("beside", "all", "no", "count"): 7,
    ("second", "all", "yes", "count"): 6,
    ("third", "all", "a", "count"): 3,
    ("third", "all", "b", "count"): 3,
}


def test_answers_that_print_does_not_tie_are_unrelated() -> None:
    book = small.municipalities_book(12)
    system = System(book, YEAR, small.report(PAIRS))
    _, counts = draw_counts(system, np.random.default_rng(0))
    tables: dict[str, list[int]] = {"questions": [], "options": []}
    for seed in range(300):
        random = np.random.default_rng(seed)
        responses, _ = deal_responses(system.unknowns, counts, pd.Series(["small"] * 12), random)
        rows = deal_answers(system.unknowns, counts, responses, random)
        tables["questions"].append(int(((rows["first"] == "yes") & (rows["beside"] == "yes")).sum()))
        tables["options"].append(int(((rows["third/a"] == TICKED) & (rows["third/b"] == TICKED)).sum()))
    for both, (everyone, one, other) in zip(tables.values(), [(12, 6, 5), (6, 3, 3)], strict=True):
        law = 300 * hypergeom(everyone, one, other).pmf(range(min(one, other) + 1))
        seen = [both.count(common) for common in range(len(law))]
        # Fixed seeds: it is as it is, and would be below this once in a hundred.
        assert chisquare(seen, law).pvalue > 0.01


def test_who_was_asked_for_any_purpose_is_dealt_as_drawn() -> None:
    # Two say yes for planning only, two for steering only: all four are asked why.
    printed: Printed = {
        ("respondents", "all", "", "count"): 4,
        ("need", "purpose:plan", "yes", "count"): 2,
        ("need", "purpose:plan", "no", "count"): 2,
        ("need", "purpose:steer", "yes", "count"): 2,
        ("need", "purpose:steer", "no", "count"): 2,
        ("why", "all", "", "base"): 4,
    }
    system = small.respondents("role").system(printed)
    try:
        for seed in range(10):
            dealt(system, CLASSES, seed)
    except AnalysisError as error:
        pytest.fail(str(error))


def test_answers_for_several_purposes_are_dealt_as_printed_by_size() -> None:
    printed: Printed = {
        ("respondents", "all", "", "count"): 4,
        ("role", "size:small", "", "base"): 2,
        ("role", "size:large", "", "base"): 2,
        ("gain", "size:small", "", "base"): 2,
        ("gain", "size:large", "", "base"): 2,
        ("gain", "size:small", "yes", "percent"): 75,
        ("gain", "size:large", "yes", "percent"): 25,
        ("gain", "purpose:plan", "yes", "percent"): 50,
    }
    system = small.respondents("role", "gain").system(printed)
    assert system.unknowns.margins == {"gain": ("size",)}
    for seed in range(5):
        random = np.random.default_rng(seed)
        choice, counts = draw_counts(system, random)
        responses, _ = deal_responses(system.unknowns, counts, CLASSES, random)
        rows = deal_answers(system.unknowns, counts, responses, random, system.possible(choice).rows)
        asked = rows[["gain@plan", "gain@steer"]]
        by_size = (asked == "yes").sum(axis="columns").groupby(rows["size"]).sum()
        assert by_size.to_dict() == {"small": 3, "large": 1}
        assert (asked == "yes").sum().to_dict() == {"gain@plan": 2, "gain@steer": 2}
        assert (asked != BLANK).all(axis=None)


def test_what_is_printed_by_size_cannot_be_dealt_if_it_contradicts_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deal, "_SWAPS", 100)
    printed: Printed = {("respondents", "all", "", "count"): 4, ("gain", "size:small", "", "base"): 2}
    system = small.respondents("role", "gain").system(printed)
    random = np.random.default_rng(0)
    _, counts = draw_counts(system, random)
    responses, _ = deal_responses(system.unknowns, counts, CLASSES, random)
    of_small = system.unknowns.gave(system.unknowns.places("gain", {"size": "small"})[0], "yes")
    with pytest.raises(AnalysisError, match="agrees with what is printed by size"):
        deal_answers(system.unknowns, counts, responses, random, [Row(of_small, 99, 99)])
