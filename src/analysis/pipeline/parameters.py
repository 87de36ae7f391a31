"""Strict parameters: what a notebook's tagged cell declares, and nothing else, in the type it declares.

Papermill itself only warns of a parameter it does not know and runs the default.
"""

from __future__ import annotations

import ast
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, InputError, Problem, did_you_mean
from analysis.layout import display_path

RESERVED = {
    "study": "use --study",
    "year": "use --year",
    "lang": "use --lang",
    "chapter": "every chapter is made, each by a run of its own",
}
"""Parameters that are never set by hand, and what to do instead."""

_IN_WORDS = {
    "int": "a whole number, digits only, without spaces, points or quotes",
    "float": "a number with a decimal point",
    "str": "text",
    "bool": "true or false",
}
_TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name
        Its name.
    type_name
        `int`, `float`, `str` or `bool`.
    optional
        Whether None is allowed (`int | None`): the wave then says it.
    allowed
        The values of a `Literal`; empty where any value of the type will do.
    """

    name: str
    type_name: str
    optional: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What may be given, in words."""
        if self.allowed:
            return " or ".join(map(repr, self.allowed))
        return f"a value of type {self.type_name}: {_IN_WORDS[self.type_name]}"


def notebook_parameters(path: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged `parameters` declares.

    Raises
    ------
    InputError
        The notebook has no such cell, or a line in it is no `name: type = value`.
    """
    file = display_path(path)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(sources) != 1:
        advice = "Tag exactly one code cell `parameters`."
        raise InputError([Problem(file, f"{len(sources)} cells are tagged parameters", advice)])
    try:
        statements = ast.parse(sources[0]).body
    except SyntaxError as error:
        problem = Problem(file, f"not Python: {error.msg}", "Mend it.", column="parameters cell", value=error.text)
        raise InputError([problem]) from None
    declared = {}
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "typing":
            continue
        parameter = _parameter(statement)
        if parameter is None:
            advice = "Write name: type = value, with int, float, str, bool, Literal[...] or one of them | None."
            raise InputError(
                [
                    Problem(
                        file,
                        "not a parameter",
                        advice,
                        column="parameters cell",
                        value=ast.unparse(statement),
                    )
                ]
            )
        declared[parameter.name] = parameter
    return declared


def check(given: dict[str, Any], declared: dict[str, Parameter], where: str) -> None:
    """Refuse parameters that a notebook does not have, or in another type than it declares.

    Parameters
    ----------
    given
        Name -> value.
    declared
        What the notebook has.
    where
        Who gave them, for the message.

    Raises
    ------
    AnalysisError
        One of them is unknown or mistyped; all such are listed.
    """
    messages = []
    for name, value in given.items():
        if name not in declared:
            messages.append(f"{where}: unknown parameter {name!r}. {did_you_mean(name, sorted(declared))}.")
        elif not _fits(value, declared[name]):
            messages.append(f"{where}: parameter {name} is {value!r}, expected {declared[name].expected}.")
    if messages:
        raise AnalysisError("\n".join(messages))


def from_text(name: str, text: str, parameter: Parameter) -> Any:
    """Return a value given as text, on the command line, in the type its parameter declares.

    Raises
    ------
    AnalysisError
        The text is no such value.
    """
    wanted = _TYPES[parameter.type_name]
    try:
        value = {"true": True, "false": False}[text.lower()] if wanted is bool else wanted(text)
    except (KeyError, ValueError):
        raise AnalysisError(f"-p {name}={text}: expected {parameter.expected}.") from None
    check({name: value}, {name: parameter}, f"-p {name}={text}")
    return value


def _parameter(statement: ast.stmt) -> Parameter | None:
    """Return the parameter that a line declares, or None where it declares none."""
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value):
        return None
    name, annotation, optional = statement.target.id, statement.annotation, False
    if isinstance(annotation, ast.BinOp) and ast.unparse(annotation.right) == "None":
        annotation, optional = annotation.left, True
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        values = ast.literal_eval(annotation.slice)
        allowed = values if isinstance(values, tuple) else (values,)
        parameter = Parameter(name, "str", optional, allowed)
    elif ast.unparse(annotation) in _TYPES:
        parameter = Parameter(name, ast.unparse(annotation), optional)
    else:
        return None
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        return None
    return parameter if _fits(default, parameter) else None


def _fits(value: object, parameter: Parameter) -> bool:
    if value is None:
        return parameter.optional
    if parameter.allowed:
        return value in parameter.allowed
    wanted = _TYPES[parameter.type_name]
    if isinstance(value, bool):
        return wanted is bool
    if isinstance(value, float) and not math.isfinite(value):
        return False
    # A whole number will do where a decimal one is asked for.
    return isinstance(value, wanted) or (wanted is float and isinstance(value, int))
