"""Hold the tables of README.md against what `make run` made: python .ci/readme.py, from the root of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from analysis.codebook import load_wave
from analysis.layout import RAW_DIR
from analysis.published.audit.findings import finding_counts
from analysis.published.compare import verdict_counts

VERDICTS = {
    "SSI, about 2020": "ssi_hygiene/2020",
    "SSI, about 2024": "ssi_hygiene/2024",
    "KL's survey, 2023": "kik_quality/2023",
    "KLK's survey, 2018": "klk_healthdata/2018",
    "Dalarna, 2025": "dalarna_agreement/2025",
}
AUDITS = {
    "`ssi_hygiene`": "ssi_hygiene/2024",
    "`kik_quality`": "kik_quality/2023",
    "`klk_healthdata`": "klk_healthdata/2018",
    "`kl_naere`": "kl_naere/2012",
    "`dalarna_agreement`": "dalarna_agreement/2025",
}


def made(wave: str, name: str) -> pd.DataFrame:
    """Return a table that was made of a wave."""
    return pd.read_csv(Path("data/processed") / wave / f"{name}.csv")


def verdicts(wave: str) -> list[int]:
    """Return how many numbers there are; equal, by another rule, built to agree, that differ, that cannot be told."""
    counts = verdict_counts(made(wave, "replication"), load_wave(RAW_DIR / wave / "wave.yaml"))
    found = counts.set_index("variable")["value"]
    return [int(found[name]) for name in ("total", "equal", "rounding", "by_construction", "differs", "open")]


def audits(wave: str) -> list[int]:
    """Return how many numbers are printed; what the audit found; claims supported, contradicted, not testable."""
    printed = pd.read_csv(RAW_DIR / wave.split("/")[0] / "published.csv")
    counts = finding_counts(made(wave, "findings"), len(printed), load_wave(RAW_DIR / wave / "wave.yaml"))
    found = counts.set_index("variable")["value"]
    claims = made(wave, "claims")["verdict"].value_counts()
    return [
        *(int(found[name]) for name in ("printed", "error", "rounding", "ambiguity")),
        *(int(claims.get(name, 0)) for name in ("supported", "contradicted", "not_testable")),
    ]


def main() -> None:
    """Say where they differ."""
    lines = Path("README.md").read_text(encoding="utf-8").splitlines()
    told = {cells[0]: cells[1:] for line in lines if (cells := [each.strip() for each in line.strip("| ").split("|")])}
    wrong = [
        f"README.md says of {label}: {' | '.join(told.get(label, ['nothing']))}. It is {' | '.join(numbers)}."
        for tables, count in ((VERDICTS, verdicts), (AUDITS, audits))
        for label, wave in tables.items()
        for numbers in [[str(number) for number in count(wave)]]
        if told.get(label) != numbers
    ]
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
