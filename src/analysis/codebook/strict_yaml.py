"""YAML that is refused as soon as it says something nobody asked for, with the line where it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path


class _Loader(yaml.SafeLoader):
    """Dates stay text, so that a value is what stands in the file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_strict(path: Path, schema: str) -> dict[str, Any]:
    """Read a YAML file and hold it against a JSON schema of this package.

    Parameters
    ----------
    path
        The YAML file.
    schema
        Name of the schema file beside this module, such as `codebook.schema.json`.

    Returns
    -------
    dict
        The file's content, valid under the schema.

    Raises
    ------
    InputError
        The file is missing, not UTF-8, not YAML, has a key twice, or breaks the schema;
        every breach is listed with its line and place.
    """
    file = display_path(path)
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError([Problem(file, "the file does not exist", "Create it; README, “Add a year”.")]) from None
    except UnicodeDecodeError as error:
        raise InputError(
            [Problem(file, f"not UTF-8 (byte {error.start})", "Save the file as UTF-8.")]
        ) from None
    try:
        root = yaml.compose(content, Loader=_Loader)
        parsed = yaml.load(content, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError([Problem(file, f"not YAML: {error.problem}", "Mend the syntax there.", row)]) from None
    problems = [
        Problem(file, f"key {key!r} stands twice", "Keep one of the two.", line, column=place)
        for key, place, line in _repeated_keys(root)
    ]
    validator = jsonschema.Draft202012Validator(
        json.loads(resources.files(__package__).joinpath(schema).read_text(encoding="utf-8")),
        format_checker=jsonschema.FormatChecker(["date"]),
    )
    problems += [
        problem
        for error in sorted(validator.iter_errors(parsed), key=lambda error: list(map(str, error.absolute_path)))
        for problem in _breach(error, root, file)
    ]
    if problems:
        raise InputError(problems)
    document: dict[str, Any] = parsed
    return document


def _breach(error: jsonschema.ValidationError, root: yaml.Node | None, file: str) -> Iterator[Problem]:
    """Translate one breach of the schema; an unknown key is named with its nearest valid one."""
    path = list(error.absolute_path)
    place = ".".join(map(str, path)) or "(top)"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        valid = sorted(error.schema.get("properties", {}))
        for key in sorted(set(error.instance) - set(valid), key=str):
            row = _line(root, [*path, key])
            yield Problem(file, f"unknown key {key!r}", did_you_mean(str(key), valid) + ".", row, column=place)
        return
    value = None if isinstance(error.instance, dict | list) else str(error.instance)
    yield Problem(file, error.message, "See the schema in src/analysis/codebook.", _line(root, path), place, value)


def _line(node: yaml.Node | None, path: Iterable[object]) -> int | None:
    """Return the line (1-based) where a path of keys and indices leads in a composed YAML document."""
    line = None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if entry is None:
                return line
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _repeated_keys(node: yaml.Node | None, place: str = "") -> Iterator[tuple[str, str, int]]:
    """Yield key, place and line of every mapping key that stands twice (PyYAML keeps the last, silently)."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, place or "(top)", key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated_keys(value, f"{place}.{key.value}".lstrip("."))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _repeated_keys(value, f"{place}.{index}".lstrip("."))
