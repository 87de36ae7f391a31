"""What is wrong with what a report prints, found by rules: pure functions from printed numbers to findings."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook
from analysis.lang import Lang
from analysis.published.audit.contradictions import contradictions
from analysis.published.audit.findings import COLUMNS, Finding, findings_frame
from analysis.published.audit.quantities import bases, changes, classes, two_values

__all__ = ["COLUMNS", "Finding", "audit", "findings_frame"]


def audit(published: pd.DataFrame, codebook: Codebook, lang: Lang = "en") -> pd.DataFrame:
    """Hold everything that a report prints against everything else it prints.

    Parameters
    ----------
    published
        Rows of `published.csv` (see `load_published`), of all waves.
    codebook
        The study's.
    lang
        Language of the messages.

    Returns
    -------
    DataFrame
        Rows of `findings.csv` (design, section 5), all text; errors first, then what only another way of rounding
        explains, then what can be read in two ways.
    """
    rules = (contradictions, two_values, bases, changes, classes)
    return findings_frame(codebook.study, [found for rule in rules for found in rule(published, codebook, lang)])
