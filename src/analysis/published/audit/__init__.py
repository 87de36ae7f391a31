"""What is wrong with what a report prints, found by rules: pure functions from printed numbers to findings."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import Codebook
from analysis.lang import Lang
from analysis.published.audit.changes import changes
from analysis.published.audit.contradictions import contradictions
from analysis.published.audit.findings import (
    COLUMNS,
    NO_LINE,
    SEVERITIES,
    Finding,
    Severity,
    finding_counts,
    findings_frame,
)
from analysis.published.audit.quantities import bases, classes, two_values
from analysis.published.audit.references import numbering
from analysis.published.audit.references import references as check_references
from analysis.published.audit.titles import titles

__all__ = ["COLUMNS", "NO_LINE", "SEVERITIES", "Finding", "Severity", "audit", "finding_counts", "findings_frame"]


def audit(
    published: pd.DataFrame, codebook: Codebook, lang: Lang = "en", references: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Hold everything that a report prints against everything else it prints.

    Parameters
    ----------
    published
        Rows of `published.csv` (see `load_published`), of all waves.
    codebook
        The study's.
    lang
        Language of the messages.
    references
        Rows of `references.csv` (see `load_references`), where the report has any.

    Returns
    -------
    DataFrame
        Rows of `findings.csv` (design, section 5), all text; errors first, then what only another way of rounding
        explains, then what can be read in two ways.
    """
    of_numbers = (contradictions, two_values, bases, changes, classes)
    findings = [found for rule in of_numbers for found in rule(published, codebook, lang)]
    findings += [found for rule in (numbering, titles) for found in rule(codebook, lang)]
    if references is not None:
        findings += check_references(references, codebook, lang)
    return findings_frame(codebook.study, findings)
