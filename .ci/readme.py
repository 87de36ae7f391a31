"""Hold the tables of README.md against what `make run` made: python .ci/readme.py, from the root of the repository."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

PROCESSED = Path("data/processed")
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


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that was made."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def verdicts(wave: str) -> list[int]:
    """Return how many numbers there are; equal, by another rule, built to agree, that differ, that cannot be told."""
    found = rows(PROCESSED / wave / "replication.csv")
    agreeing = [row for row in found if row["verdict"] in ("equal", "rounding")]
    of = Counter(row["verdict"] for row in agreeing if row["evidence"] != "by_construction")
    built = sum(row["evidence"] == "by_construction" for row in agreeing)
    differ = sum(row["verdict"] == "differs" for row in found)
    return [len(found), of["equal"], of["rounding"], built, differ, len(found) - len(agreeing) - differ]


def audits(wave: str) -> list[int]:
    """Return how many errors, roundings and ambiguities were found; claims supported, contradicted, not testable."""
    severities = Counter(row["severity"] for row in rows(PROCESSED / wave / "findings.csv"))
    claims = Counter(row["verdict"] for row in rows(PROCESSED / wave / "claims.csv"))
    return [
        *(severities[name] for name in ("error", "rounding", "ambiguity")),
        *(claims[name] for name in ("supported", "contradicted", "not_testable")),
    ]


def main() -> None:
    """Say where they differ."""
    lines = Path("README.md").read_text(encoding="utf-8").splitlines()
    told = {cells[0]: cells[1:] for line in lines if (cells := [each.strip() for each in line.strip("| ").split("|")])}
    # Before what an audit found stands how many numbers the report prints, of all waves together.
    wrong = [
        f"README.md says of {label}: {' | '.join(told.get(label, ['nothing']))}. It is {' | '.join(map(str, numbers))}."
        for tables, count in ((VERDICTS, verdicts), (AUDITS, audits))
        for label, wave in tables.items()
        for numbers in [count(wave)]
        if told.get(label, [])[-len(numbers) :] != [str(number) for number in numbers]
    ]
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
