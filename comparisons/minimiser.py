"""A smaller question of which the same still holds, so that a person can read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from comparisons.question import Question

__all__ = ["minimised"]

_PLAIN: Final = {"Action": "kms:*", "Resource": "*", "Principal": "*"}
_LISTS: Final = ("Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource")


def minimised(question: Question, still: Callable[[Question], bool]) -> Question:
    """The question with all left out or made plain that can be while `still` holds of it; it must hold at first.

    No single further step can be taken from the result; that no smaller question exists is not promised.
    """
    while True:
        smaller = next((each for each in _smaller(question) if still(each)), None)
        if smaller is None:
            return question
        question = smaller


def _smaller(question: Question) -> Iterator[Question]:
    """Every question that is one step smaller, the largest steps first."""
    statements = question.statements
    for index in range(len(statements) if len(statements) > 1 else 0):
        yield _with_statements(question, statements[:index] + statements[index + 1 :])
    for index, statement in enumerate(statements):
        for smaller in _smaller_statements(statement):
            yield _with_statements(question, [*statements[:index], smaller, *statements[index + 1 :]])
    for name, value in question.context.items():
        without = {key: other for key, other in question.context.items() if key != name}
        yield replace(question, context=without)
        if isinstance(value, list) and len(value) > 1:
            yield from (replace(question, context={**question.context, name: part}) for part in _shorter(value))
    if question.document.get("Version") != "2012-10-17":
        yield replace(question, document={**question.document, "Version": "2012-10-17"})


def _with_statements(question: Question, statements: list[dict[str, Any]]) -> Question:
    return replace(question, document={**question.document, "Statement": statements})


def _smaller_statements(statement: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "Condition" in statement:
        yield {name: value for name, value in statement.items() if name != "Condition"}
        for block in _smaller_blocks(statement["Condition"]):
            yield {**statement, "Condition": block}
    for name, plain in _PLAIN.items():
        if statement.get(name) != plain:
            yield {
                **{each: value for each, value in statement.items() if each not in (name, f"Not{name}")},
                name: plain,
            }
    for name in _LISTS:
        if name in statement:
            yield from ({**statement, name: value} for value in _simpler(statement[name]))


def _smaller_blocks(block: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The block with one condition fewer, or with one value of a condition fewer."""
    for operator, keys in block.items():
        for key, value in keys.items():
            others = {name: other for name, other in keys.items() if name != key}
            rest = {name: other for name, other in block.items() if name != operator}
            if others or rest:
                yield {**rest, operator: others} if others else rest
            for simpler in _simpler(value):
                yield {**block, operator: {**keys, key: simpler}}


def _simpler(value: Any) -> Iterator[Any]:
    """The list with one member fewer, one member of a list without the list; the same in each entry of a map."""
    if isinstance(value, dict):
        for name in value if len(value) > 1 else ():
            yield {other: each for other, each in value.items() if other != name}
        for name, listed in value.items():
            yield from ({**value, name: simpler} for simpler in _simpler(listed))
    elif isinstance(value, list) and len(value) == 1:
        yield value[0]
    elif isinstance(value, list):
        yield from _shorter(value)


def _shorter(values: list[Any]) -> Iterator[list[Any]]:
    for index in range(len(values)):
        yield values[:index] + values[index + 1 :]
