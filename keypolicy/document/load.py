"""From a file, a text or a mapping to a KeyPolicy, or to one error that names every problem."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from keypolicy.document.grammar import problems_of
from keypolicy.document.lenient import policy_as_found
from keypolicy.document.model import KeyPolicy, with_source
from keypolicy.document.one_pass import policy_at_once
from keypolicy.document.parsing import parse, parse_tolerantly, unreadable_values
from keypolicy.document.plain import plain_value
from keypolicy.document.source import MAXIMUM_NESTING, Source, too_deep_at
from keypolicy.document.submission import (
    BYTE_ORDER_MARK,
    character_problems,
    has_refused_element,
    is_submittable,
    size_problems,
)
from keypolicy.document.writing import minified
from keypolicy.errors import DocumentError, Problem

__all__ = ["load", "loads"]

#: Fewer brackets than this cannot exhaust the stack, whatever recursion limit the interpreter has been given.
_FEW_BRACKETS: Final = 2000

_validate: Final[Callable[..., KeyPolicy]] = KeyPolicy.__pydantic_validator__.validate_python


def load(path: str | os.PathLike[str], *, lenient: bool = False) -> KeyPolicy:
    """The key policy in a file, which holds any text that `loads` takes.

    DocumentError with code `file-not-found`, `is-a-directory` or `not-readable` if there is no such file to read.
    """
    origin = os.fspath(path)
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise DocumentError((Problem("file-not-found", "there is no such file"),), origin=origin) from None
    except IsADirectoryError:
        raise DocumentError((Problem("is-a-directory", "this is a directory, not a file"),), origin=origin) from None
    except (OSError, ValueError) as error:
        raise DocumentError((Problem("not-readable", f"cannot be read: {error}"),), origin=origin) from error
    return loads(content, lenient=lenient, origin=origin)


def loads(
    document: str | bytes | bytearray | memoryview | Mapping[str, Any],
    *,
    lenient: bool = False,
    origin: str | None = None,
) -> KeyPolicy:
    """The key policy that a text or a mapping holds.

    A text is the policy itself, the output of `aws kms get-key-policy`, or the JSON string that this command prints
    with `--query Policy`; a mapping is the policy, or the answer of an SDK. Positions are always those in the text as
    given, pointers those into the policy.

    DocumentError, with every problem and its place, for a document that KMS would refuse. With `lenient` such a
    document is kept as found, its problems attached, as long as it is a JSON object that can be read at all: not
    nested too deeply, and without numbers that are no numbers or too long.
    """
    if isinstance(document, str):
        return _from_text(Source(document, origin), lenient=lenient)
    if isinstance(document, (bytes, bytearray, memoryview)):
        return _from_text(Source(_decoded(bytes(document), origin), origin), lenient=lenient)
    return _from_value(document, origin, lenient=lenient)


def _from_text(source: Source, *, lenient: bool) -> KeyPolicy:
    text = source.text
    if not is_submittable(text):
        return _examined(source, lenient=lenient)
    policy = policy_at_once(text)
    if policy is not None:
        return with_source(policy, source)
    if _is_shallow(text):
        try:
            policy = _validate(parse(text), by_alias=True, by_name=False)
        except (ValueError, RecursionError):
            pass  # the slow way knows why
        else:
            if not has_refused_element(policy):
                return with_source(policy, source)
    return _examined(source, lenient=lenient)


def _is_shallow(text: str) -> bool:
    return len(text) < _FEW_BRACKETS or text.count("[") + text.count("{") < _FEW_BRACKETS


def _from_value(document: object, origin: str | None, *, lenient: bool) -> KeyPolicy:
    enclosed = _enclosed(document)
    if enclosed is not None:
        return _from_text(Source(enclosed[1], origin), lenient=lenient)
    value = plain_value(document)
    return _judged(value, size_problems(minified(value)), None, origin, lenient=lenient)


def _examined(source: Source, *, lenient: bool) -> KeyPolicy:
    """The policy in a text that may have any problem at all."""
    text = source.text
    deep = too_deep_at(text)
    if deep is not None:
        message = f"more than {MAXIMUM_NESTING} objects and lists inside each other"
        raise _not_readable(source, deep, "nested-too-deep", message)
    try:
        value = parse_tolerantly(f" {text[1:]}" if text.startswith(BYTE_ORDER_MARK) else text)
    except json.JSONDecodeError as error:
        raise _not_readable(source, error.pos, "not-json", _json_message(error)) from None
    enclosed = None if source.is_enclosed or source.duplicates else _enclosed(value)
    if enclosed is not None:
        return _from_text(source.enclosed(*enclosed), lenient=lenient)
    return _judged(value, _submission_problems(source, source.pointer_at), source, source.origin, lenient=lenient)


def _judged(
    value: Any, problems: tuple[Problem, ...], source: Source | None, origin: str | None, *, lenient: bool
) -> KeyPolicy:
    """The policy, if the value is one and its text has no problem; leniently, the value as found."""
    policy: KeyPolicy | None = None
    refusal: ValidationError | None = None
    try:
        policy = _validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        refusal = error
    if policy is None or source is not None or has_refused_element(policy):
        problems = _in_order((*problems, *problems_of(value, source)))
    if policy is not None and not problems:
        return with_source(policy, source)
    try:
        if lenient and isinstance(value, dict) and next(unreadable_values(value), None) is None:
            return policy_as_found(value, problems, source)
    except ValidationError as error:
        refusal = error
    raise DocumentError(problems or (_unexplained(refusal),), origin=origin) from refusal


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0)))


def _enclosed(value: object) -> tuple[str, str] | None:
    """The pointer and the content of the string that holds the policy's text, if the value wraps such a string."""
    if isinstance(value, str):
        return "", value
    if isinstance(value, Mapping) and "Statement" not in value:
        text = value.get("Policy")
        if isinstance(text, str):
            return "/Policy", text
    return None


def _decoded(content: bytes, origin: str | None) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = Source(content[: error.start].decode(), origin)
        raise _not_readable(before, len(before.text), "not-utf8", f"the text is not UTF-8: {error.reason}") from None


def _submission_problems(source: Source, pointer_at: Callable[[int], str]) -> tuple[Problem, ...]:
    sizes = (problem.located(*source.locate(0)) for problem in size_problems(source.text))
    characters = (
        replace(problem, pointer=pointer_at(offset)).located(*source.locate(offset))
        for offset, problem in character_problems(source.text)
    )
    return (*sizes, *characters)


def _not_readable(source: Source, offset: int, code: str, message: str) -> DocumentError:
    problem = Problem(code, message).located(*source.locate(offset))
    return DocumentError((problem, *_submission_problems(source, lambda _offset: "")), origin=source.origin)


def _json_message(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return "the text is empty"
    return f"the text is not JSON: {error.msg}"


def _unexplained(refusal: ValidationError | None) -> Problem:
    # Only if the grammar and the models disagree, which a test denies.
    return Problem("refused", f"this is not a key policy: {refusal}")
