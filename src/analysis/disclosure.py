"""What may leave the building: small numbers of municipalities in a collected export are withheld.

A first rule, question by question, with the routing between them. It knows nothing of what several questions, studies
or releases tell together; and where several answers come from one municipality, it counts answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from analysis.codebook import Codebook, Wave
from analysis.codebook.cells import SIZE
from analysis.codebook.groups import ALL, parse_group
from analysis.codebook.questions import CodeList
from analysis.estimates import DONT_KNOW_AS_YES, ON_BASE, POST_STRATIFIED
from analysis.estimates.survey import PARTICIPATION
from analysis.models.results import WITHHELD, parsed_checks
from analysis.models.rows import LEFT_OUT
from analysis.models.units import Units, units

NUMBERS = ["value", "low", "high", "identified_low", "identified_high", "base"]
"""Columns that are emptied where a row is withheld."""

FITTED = ["estimate", "se", "value", "low", "high", "p", "p_adjusted", "n", "clusters", "value_low", "value_high"]
"""Columns of models, and of what follows from them, that are emptied where a row is withheld."""

_GROUPED = {"size", "region"}


def withhold(estimates: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Return estimates of a collected wave without the numbers that rest on too few municipalities.

    Withheld is an answer that fewer than `wave.minimum_cell` municipalities gave, but at least one; of a
    multiple-response option also one that all but so few gave; and any that all gave, for then each gave it. With it go
    as many other answers and sums of answers as are needed so that no number withheld follows from those shown, for a
    reader who knows that each is at least one (primary and secondary suppression: Hundepool, A. et al. (2012).
    *Statistical Disclosure Control*. Wiley, chapter 4). Bases without the don't knows go where the don't knows do, and
    a question whose base would tell a withheld number goes whole. By size, role and the like, a question's numbers go
    where in one of the groups so few gave an answer, and by size with them what is post-stratified by it; of who took
    part, where in one of them so few did not.

    Parameters
    ----------
    estimates
        Rows of `estimates.csv`, those of each question complete.

    Returns
    -------
    DataFrame
        The same rows; withheld ones have no number in any of `NUMBERS`.
    """
    hidden = _Hidden(estimates, codebook, wave)
    rows = zip(*(estimates[name] for name in ("variable", "group", "category", "method")), strict=True)
    controlled = estimates.copy()
    controlled.loc[[hidden.hides(*row) for row in rows], NUMBERS] = pd.NA
    return controlled


def withhold_models(fitted: pd.DataFrame, responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """Return what was fitted to a collected wave without the models that rest on too few municipalities.

    Who lives where is public, and so are region and size of a municipality: a model of groups of which all said the
    same tells what each of them said. Withheld is a model where fewer than `wave.minimum_cell` municipalities gave
    one of the answers, but at least one; or where, in one of the groups among its predictors or of all, fewer than
    that gave any other answer than the most frequent. Of shares that were observed, those go in which so few gave one
    of the two answers.

    Parameters
    ----------
    fitted
        Rows of `models.csv`, of predicted shares, or of observed ones (`models.regress.Regression`), of one wave.
    responses
        The wave's.

    Returns
    -------
    DataFrame
        The same rows; withheld ones have no number in any of `FITTED`, and `checks` say so.
    """
    hidden = {name for name in fitted["model"].unique() if _is_told_by(name, responses, codebook, wave)}
    rows = fitted["model"].isin(hidden)
    if "n" in fitted and "value" in fitted:
        gave = fitted["value"] * fitted["n"] / 100
        rows |= (gave < wave.minimum_cell) | (fitted["n"] - gave < wave.minimum_cell)
    controlled = fitted.copy()
    controlled.loc[rows, [name for name in FITTED if name in fitted]] = pd.NA
    if "checks" in fitted:
        controlled["checks"] = [_without_few(written, wave.minimum_cell) for written in controlled["checks"]]
        controlled.loc[rows, "checks"] = WITHHELD
    return controlled


def _is_told_by(name: str, responses: pd.DataFrame, codebook: Codebook, wave: Wave) -> bool:
    """Tell whether a model, or a variant of one, gives away what few municipalities answered."""
    declared, _, variant = name.partition("/")
    model = codebook.models[declared]
    keys = {*model.predictors, variant} & {*_GROUPED, *codebook.groups}
    return _few_behind(units(responses, codebook, model, wave.year), keys, wave.minimum_cell)


def _few_behind(found: Units, keys: set[str], minimum: int) -> bool:
    outcome, data = found.outcome()
    if data.empty:
        # Nobody is behind it, and it says so.
        return False
    data = data.assign(outcome=outcome.astype(str))
    gave = data.groupby("outcome")["municipality"].nunique()
    if (gave < minimum).any() or len(gave) < 2:
        return True
    for key in keys:
        in_group = data.groupby([key, "outcome"])["municipality"].nunique().groupby(level=0)
        if (in_group.sum() - in_group.max() < minimum).any():
            return True
    return False


def _without_few(written: str, minimum: int) -> str:
    """Return checks without counts of so few that were left out."""
    if written == WITHHELD:
        return written
    kept = {
        name: value
        for name, value in parsed_checks(written).items()
        if not (name.startswith(f"{LEFT_OUT}.") and int(value) < minimum)
    }
    return ";".join(f"{name}={value}" for name, value in kept.items())


class _Hidden:
    """The answers, groups of answers and whole questions that are withheld."""

    def __init__(self, estimates: pd.DataFrame, codebook: Codebook, wave: Wave) -> None:
        self._codebook, self._year, self._minimum = codebook, wave.year, wave.minimum_cell
        self._answers: dict[str, set[str]] = {}
        self._whole: set[str] = set()
        counts = estimates[(estimates["statistic"] == "count") & (estimates["group"] == "all")]
        for name, rows in counts.groupby("variable", sort=False):
            if (question := codebook.variables.get(str(name))) is None or question.kind == "quantity":
                continue
            given = {category: int(value) for category, value in zip(rows["category"], rows["value"], strict=True)}
            if question.kind == "multiple":
                base, small = int(rows["base"].iloc[0]), range(1, self._minimum)
                self._answers[str(name)] = {
                    option for option, k in given.items() if k in small or (k and 1 < self._minimum > base - k)
                }
                continue
            codes = codebook.codes_of(str(name), wave.year)
            distribution = _Distribution(codes, {category: given[category] for category in codes.categories})
            distribution.protect(self._minimum)
            if self._minimum > 1 and len([k for k in distribution.counts.values() if k]) == 1:
                # What all of them said, each of them said.
                self._whole.add(str(name))
            self._answers[str(name)] = distribution.hidden | distribution.hidden_groups
            if rows["base_kind"].iloc[0] == "substantive" and self._hides_unknown(str(name)):
                self._whole.add(str(name))
        self._groupings = {
            *_few_absent(estimates, wave.minimum_cell),
            *_few_in_group(estimates, codebook, wave.minimum_cell),
        }
        # A question's base is a sum of answers to another, which may in turn go for its base.
        while more := set(self._told_by_base()) - self._whole:
            self._whole |= more

    def hides(self, variable: str, group: str, category: str, method: str) -> bool:
        """Tell whether a row is withheld."""
        hidden = self._answers.get(variable, set())
        within = group.partition(":")[2] if group.startswith(f"{variable}:") else None
        other_base = method in (*ON_BASE.values(), DONT_KNOW_AS_YES)
        return (
            (variable, tuple(parse_group(group))) in self._groupings
            or variable in self._whole
            or category in hidden
            or within in hidden
            or (other_base and self._hides_unknown(variable))
            # With all of them it tells something of those of each size.
            or (method == POST_STRATIFIED and (variable, (*sorted({*parse_group(group), SIZE}),)) in self._groupings)
        )

    def _hides_unknown(self, variable: str) -> bool:
        if variable not in self._answers or self._codebook.variables[variable].kind != "single":
            return False
        return not self._answers[variable].isdisjoint(self._codebook.codes_of(variable, self._year).unknown)

    def _told_by_base(self) -> Iterator[str]:
        """Yield the questions whose base would tell a number that is withheld."""
        for name, question in self._codebook.variables.items():
            universe = question.asked_of
            if universe is None or name not in self._answers or question.share_of == "all":
                continue
            hidden = self._answers.get(universe.variable, set())
            if universe.variable in self._whole or hidden & set(universe.answers):
                yield name


def _few_in_group(estimates: pd.DataFrame, codebook: Codebook, minimum: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield variable and keys of the groups in one of which so few gave an answer, or all the same.

    Groups of a question's own answers are not among them: they are protected with the answers.
    """
    counts = estimates[(estimates["statistic"] == "count") & (estimates["group"] != ALL)]
    columns = (counts[name] for name in ("variable", "group", "value", "base"))
    for variable, group, value, base in zip(*columns, strict=True):
        kind = codebook.variables[variable].kind if variable in codebook.variables else "quantity"
        if kind == "quantity" or group.startswith(f"{variable}:"):
            continue
        all_but_few = 0 < base - value < minimum and kind == "multiple"
        if 0 < value < minimum or all_but_few or (value == base and minimum > 1):
            yield variable, tuple(parse_group(group))


def _few_absent(estimates: pd.DataFrame, minimum: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield variable and keys of the groups of municipalities of which so few did not take part that they can be named.

    Which municipalities there are is public: one group with a few absent, and another, may name them.
    """
    counts = estimates[
        (estimates["variable"] == PARTICIPATION) & (estimates["statistic"] == "count") & (estimates["group"] != "all")
    ]
    for group, absent in zip(counts["group"], counts["base"] - counts["value"], strict=True):
        if 0 < absent < minimum:
            yield PARTICIPATION, tuple(parse_group(group))


@dataclass
class _Distribution:
    """The answers to a question with one answer, and what of them is hidden; a group is shown until it is hidden."""

    codes: CodeList
    counts: dict[str, int]
    hidden: set[str] = field(default_factory=set)
    hidden_groups: set[str] = field(default_factory=set)

    def protect(self, minimum: int) -> None:
        """Hide what is small, and what else would tell it."""
        self.hidden = {category for category, k in self.counts.items() if 0 < k < minimum}
        while (unsafe := next(self._unsafe(minimum), None)) is not None:
            shown = [name for name, k in self.counts.items() if k > 0 and name not in self.hidden]
            if unsafe in self.codes.groups:
                inside = [name for name in shown if name in self.codes.groups[unsafe].of]
                if inside:
                    self.hidden.add(min(inside, key=self.counts.__getitem__))
                else:
                    self.hidden_groups.add(unsafe)
                continue
            alone = [name for name in shown if not self._shown_groups(name)]
            if not shown:
                # Where nothing is shown, not even that nobody gave an answer is.
                self.hidden, self.hidden_groups = set(self.counts), set(self.codes.groups)
                return
            chosen = min(alone or shown, key=self.counts.__getitem__)
            self.hidden.add(chosen)
            self.hidden_groups |= set(self._shown_groups(chosen))

    def _unsafe(self, minimum: int) -> Iterator[str]:
        """Yield the groups, and "" for all outside them, whose hidden answers follow from what is shown.

        Of two or more that add to more than one each, none does.
        """
        blocks: dict[str, list[str]] = {}
        for name in self.hidden:
            for block in self._shown_groups(name) or [""]:
                blocks.setdefault(block, []).append(name)
        for block, names in sorted(blocks.items(), reverse=True):
            total = sum(self.counts[name] for name in names)
            if len(names) < 2 or total <= len(names) or total < minimum:
                yield block

    def _shown_groups(self, category: str) -> list[str]:
        return [
            name for name, group in self.codes.groups.items() if category in group.of and name not in self.hidden_groups
        ]
