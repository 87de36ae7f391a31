"""YAML that is refused as soon as it says something nobody asked for, with the line where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from analysis.errors import InputError, Problem, did_you_mean
from analysis.layout import display_path


class Strict(BaseModel):
    """A part of a YAML file: no key it does not know, no value of another type, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Strict)


class _Loader(yaml.SafeLoader):
    """Dates stay text, so that a value is what stands in the file; so do yes and no, which are answers here."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile("^(?:true|false)$") if tag == "tag:yaml.org,2002:bool" else pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_strict(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a model.

    Parameters
    ----------
    path
        The YAML file.
    model
        What it must hold.

    Raises
    ------
    InputError
        The file is missing, not UTF-8, not YAML, has a key twice, or does not fit the model; every breach is
        listed with its line and place.
    """
    file = display_path(path)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([Problem(file, "the file does not exist", "Create it; README, “Add a year”.")]) from None
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, f"not UTF-8 (byte {error.start})", "Save the file as UTF-8.")]) from None
    try:
        root = yaml.compose(content, Loader=_Loader)
        parsed = yaml.load(content, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        message = f"not YAML: {getattr(error, 'problem', error)}"
        raise InputError([Problem(file, message, "Mend the syntax there.", row)]) from None
    if not isinstance(parsed, dict):
        message = "the file is empty" if parsed is None else "the file holds no keys"
        raise InputError([Problem(file, message, f"It needs the keys {', '.join(_valid_keys(model, []))}.")])
    problems = [
        Problem(file, f"key {key!r} stands twice", "Keep one of the two.", line, column=place)
        for key, place, line in _repeated_keys(root)
    ]
    try:
        loaded = model.model_validate(parsed)
    except ValidationError as error:
        problems += [_breach(details, root, model, file) for details in error.errors()]
    if problems:
        raise InputError(problems)
    return loaded


def _breach(details: ErrorDetails, root: yaml.Node | None, model: type[Strict], file: str) -> Problem:
    """Translate one breach of the model; an unknown key is named with the nearest valid one."""
    path = [step for step in details["loc"] if step != "[key]"]
    row = _line(root, path)
    place = ".".join(map(str, path)) or "(top)"
    if details["type"] == "extra_forbidden":
        valid = _valid_keys(model, path[:-1])
        return Problem(file, f"unknown key {path[-1]!r}", did_you_mean(str(path[-1]), valid) + ".", row, place)
    if details["type"] == "missing":
        return Problem(file, f"key {path[-1]!r} is missing", "Add it.", row, place)
    message = details["msg"].removeprefix("Value error, ")
    return Problem(file, message[0].lower() + message[1:], "Correct it.", row, place, _written(root, path))


def _valid_keys(model: type[Strict], path: list[int | str]) -> list[str]:
    """Return the keys that are valid where a path leads."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for step in path:
        patterns = list(node.get("patternProperties", {}).values())
        inner = node.get("properties", {}).get(step) or node.get("additionalProperties") or node.get("items")
        node = inner if isinstance(inner, dict) else patterns[0] if patterns else {}
        for option in node.get("anyOf", []):
            if "$ref" in option:
                node = option
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return sorted(node.get("properties", {}))


def _written(node: yaml.Node | None, path: Iterable[int | str]) -> str | None:
    """Return a value as it stands in the document (`no`, not False); None for a mapping or a list."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _line(node: yaml.Node | None, path: Iterable[int | str]) -> int | None:
    """Return the line (1-based) where a path of keys and indices leads, as far as it exists in the document."""
    line = None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(step)), None)
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
