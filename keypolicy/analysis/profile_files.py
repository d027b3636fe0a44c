"""Requirement profiles from files: JSON or TOML, read strictly, with every problem and its place."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from keypolicy.analysis.context_template import ContextTemplate
from keypolicy.analysis.profile_members import problems_of
from keypolicy.analysis.requirements import Requirement, RequirementProfile
from keypolicy.document.parsing import parse_tolerantly, unreadable_values
from keypolicy.document.source import MAXIMUM_NESTING, Source, too_deep_at
from keypolicy.errors import DocumentError, InputShapeError, Problem
from keypolicy.matching.context import RequestContext

__all__ = ["load_profile", "profile_from_json", "profile_from_mapping", "profile_from_toml"]

_BYTE_ORDER_MARK: Final = "\ufeff"
_TOML_PLACE: Final = re.compile(
    r"(?P<message>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)"
)


def load_profile(path: str | os.PathLike[str]) -> RequirementProfile:
    """The profile in a file; TOML where its name ends in `.toml`, else JSON.

    Raises DocumentError with every problem, of code `file-not-found`, `is-a-directory` or
    `not-readable` if there is no such file to read.
    """
    origin = os.fspath(path)
    try:
        text = Path(path).read_bytes().decode()
    except FileNotFoundError:
        raise DocumentError((Problem("file-not-found", "there is no such file"),), origin=origin) from None
    except IsADirectoryError:
        raise DocumentError((Problem("is-a-directory", "this is a directory, not a file"),), origin=origin) from None
    except UnicodeDecodeError as error:
        place = Source(error.object[: error.start].decode()).locate(len(error.object[: error.start].decode()))
        problem = Problem("not-utf8", f"the text is not UTF-8: {error.reason}").located(*place)
        raise DocumentError((problem,), origin=origin) from None
    except (OSError, ValueError) as error:
        raise DocumentError((Problem("not-readable", f"cannot be read: {error}"),), origin=origin) from error
    return (profile_from_toml if origin.lower().endswith(".toml") else profile_from_json)(text, origin)


def profile_from_json(text: str, origin: str | None = None) -> RequirementProfile:
    """The profile that a JSON text holds; DocumentError with each problem at its pointer, line and column."""
    source = Source(text, origin)
    deep = too_deep_at(text)
    if deep is not None:
        problem = Problem("nested-too-deep", f"more than {MAXIMUM_NESTING} objects and lists inside each other")
        raise DocumentError((problem.located(*source.locate(deep)),), origin=origin)
    try:
        value = parse_tolerantly(f" {text[1:]}" if text.startswith(_BYTE_ORDER_MARK) else text)
    except json.JSONDecodeError as error:
        message = f"the text is not JSON: {error.msg}" if text.strip() else "the text is empty"
        raise DocumentError((Problem("not-json", message).located(*source.locate(error.pos)),), origin=origin) from None
    problems = [
        Problem("duplicate-member", "an object has two members of this name", pointer).located(*position)
        for pointer, position in source.duplicates
    ]
    unreadable = {pointer: Problem(each.code, each.message, pointer) for pointer, each in unreadable_values(value)}
    found = [*unreadable.values(), *(each for each in problems_of(value) if each.pointer not in unreadable)]
    problems += [each.located(*source.position(each.pointer, name=each.code == "unknown-member")) for each in found]
    if problems:
        raise DocumentError(tuple(sorted(problems, key=_place)), origin=origin)
    return _profile(value)


def profile_from_toml(text: str, origin: str | None = None) -> RequirementProfile:
    """The profile that a TOML text holds; DocumentError with the place of an error of syntax, or each pointer."""
    try:
        value = tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        problem = Problem("nested-too-deep", "too many tables and arrays inside each other")
        raise DocumentError((problem,), origin=origin) from None
    except ValueError as error:
        raise DocumentError((_toml_problem(str(error), text),), origin=origin) from None
    problems = tuple(problems_of(value))
    if problems:
        raise DocumentError(problems, origin=origin)
    return _profile(value)


def profile_from_mapping(data: Mapping[str, Any]) -> RequirementProfile:
    """The profile that a mapping describes; InputShapeError or UnknownNameError for anything else."""
    problems = tuple(problems_of(data))
    if any(problem.code != "unknown-action" for problem in problems):
        message = "; ".join(
            f"{problem.message}{f' (at {problem.pointer})' if problem.pointer else ''}" for problem in problems
        )
        raise InputShapeError(f"not a requirement profile: {message}", code="invalid-profile")
    return _profile(data)  # which refuses an unknown action, with the nearest names


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line or 0, problem.column or 0


def _toml_problem(message: str, text: str) -> Problem:
    found = _TOML_PLACE.fullmatch(message)
    if found is None:
        return Problem("not-toml", f"the text is not TOML: {message}")
    problem = Problem("not-toml", f"the text is not TOML: {found['message']}")
    if found["line"] is None:
        return problem.located(*Source(text).locate(len(text)))
    return problem.located(int(found["line"]), int(found["column"]))


def _profile(data: Mapping[str, Any]) -> RequirementProfile:
    """The profile of a value without problems."""
    return RequirementProfile(
        data["name"],
        data["title"],
        tuple(
            Requirement(tuple(item["actions"]), _context(item.get("context", {})), item.get("purpose", ""))
            for item in data["requirements"]
        ),
        key=data.get("key", ""),
        principal=data.get("principal", ""),
        **{name: tuple(data.get(name, ())) for name in ("principal_kinds", "rules", "sources", "notes")},
    )


def _context(written: Mapping[str, Any]) -> RequestContext | ContextTemplate:
    template = ContextTemplate({name: _plain(value) for name, value in written.items()})
    return template if template.depends_on_question else template.fixed()


def _plain(value: Any) -> Any:
    """The value with numbers as their canonical texts, and lists that JSON can hold."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | bool | None):
        return value
    return f"{Decimal(value):f}" if isinstance(value, int) else f"{Decimal(str(value)):f}"
