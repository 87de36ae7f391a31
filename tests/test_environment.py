"""pyproject.toml, uv.lock, requirements.lock and environment.yml describe one environment.

Each test reads the files as they stand; none asks the network. `make lock` mends all but environment.yml,
whose versions are written by hand.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPI = "https://pypi.org/simple"
PYPI_FILES = "https://files.pythonhosted.org/"
MAIN_PACKAGES = {
    "jupyterlab",
    "matplotlib",
    "nbconvert",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow",
    "pytest",
    "python-docx",
    "scipy",
    "seaborn",
    "statsmodels",
}

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
CONDA: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCKED = {package["name"]: package for package in LOCK["package"]}
OWN_NAME: str = PROJECT["project"]["name"]


def exported() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def conda_packages() -> dict[str, str]:
    named = [entry for entry in CONDA["dependencies"] if isinstance(entry, str)]
    return {name: version for name, _, version in (entry.partition("=") for entry in named)}


def locked_for_running() -> set[str]:
    """Return every package that the lock reaches from the project's runtime dependencies, through extras."""
    reached: set[tuple[str, str | None]] = set()
    waiting: list[tuple[str, str | None]] = [(OWN_NAME, None)]
    while waiting:
        name, extra = node = waiting.pop()
        if node in reached:
            continue
        reached.add(node)
        package = LOCKED[name]
        needs = package.get("dependencies", []) if extra is None else package["optional-dependencies"][extra]
        for need in needs:
            waiting += [(need["name"], extra) for extra in [None, *need.get("extra", [])]]
    return {name for name, _ in reached} - {OWN_NAME}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_lock_has_one_version_of_each_package() -> None:
    assert len(LOCKED) == len(LOCK["package"])


def test_lock_was_made_from_pyproject() -> None:
    declared = {
        "runtime": PROJECT["project"]["dependencies"],
        **PROJECT["dependency-groups"],
    }
    metadata = LOCKED[OWN_NAME]["metadata"]
    locked = {"runtime": metadata["requires-dist"], **metadata["requires-dev"]}

    def by_name(requirements: list[str]) -> dict[str, SpecifierSet]:
        parsed = map(Requirement, requirements)
        return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}

    assert {group: by_name(names) for group, names in declared.items()} == {
        group: {entry["name"]: SpecifierSet(entry.get("specifier", "")) for entry in entries}
        for group, entries in locked.items()
    }, "pyproject.toml changed since the lock: run `make lock`"


def test_lock_names_no_registry_but_pypi() -> None:
    sources = [package["source"] for package in LOCK["package"] if package["name"] != OWN_NAME]
    assert [source for source in sources if source != {"registry": PYPI}] == []
    assert LOCKED[OWN_NAME]["source"] == {"editable": "."}


def test_lock_names_no_file_but_those_of_pypi() -> None:
    addresses = [text for text in strings(LOCK) if re.match(r"[a-z]+://|[/\\]|[A-Za-z]:[/\\]", text)]
    assert [text for text in addresses if text != PYPI and not text.startswith(PYPI_FILES)] == []


def test_every_exported_line_has_the_version_of_the_lock() -> None:
    differing = defaultdict(list)
    for requirement in exported():
        locked = LOCKED.get(canonicalize_name(requirement.name), {}).get("version")
        if str(requirement.specifier) != f"=={locked}":
            differing[requirement.name].append(f"{requirement.specifier}, locked: {locked}")
    assert not differing, "run `make lock`"


def test_export_is_what_running_needs() -> None:
    names = [canonicalize_name(requirement.name) for requirement in exported()]
    assert sorted(names) == sorted(locked_for_running()), "run `make lock`"


def test_every_runtime_dependency_is_exported() -> None:
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    assert declared - {canonicalize_name(requirement.name) for requirement in exported()} == set()


def test_conda_packages_have_the_versions_of_the_lock() -> None:
    pinned = {name: version for name, version in conda_packages().items() if name not in {"python", "pip"}}
    assert set(pinned) == MAIN_PACKAGES
    assert pinned == {name: LOCKED[name]["version"] for name in pinned}, "edit environment.yml"


def test_conda_python_is_allowed_by_the_project() -> None:
    assert conda_packages()["python"] in SpecifierSet(PROJECT["project"]["requires-python"])


def test_conda_takes_the_rest_from_the_export() -> None:
    assert CONDA["name"] == OWN_NAME
    assert CONDA["channels"] == ["conda-forge"]
    assert CONDA["dependencies"][-1] == {"pip": ["-r requirements.lock", "-e ."]}
