"""What is in a question, by name, so that a run can tell how often the interesting cases occurred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comparisons.question import Question, folded_context
from comparisons.readings import Condition, base_of, conditions

__all__ = ["features"]

_VERSIONS = {"2012-10-17": "Version 2012-10-17", "2008-10-17": "Version 2008-10-17", None: "no Version"}


def features(question: Question) -> frozenset[str]:
    """The features of the question, each once."""
    found = {f"caller: {question.caller.kind}", _VERSIONS[question.document.get("Version")]}
    if question.caller.is_service_linked:
        found.add("caller: service-linked role")
    if question.caller.account not in (None, "111111111111"):
        found.add("caller: of another account")
    for statement in question.statements:
        found.update(_of_statement(statement))
        for condition in conditions(statement):
            found.update(_of_condition(question, condition))
    return frozenset(found)


def _of_statement(statement: dict[str, Any]) -> Iterator[str]:
    yield f"statement: {statement['Effect']}"
    for name in ("NotPrincipal", "NotAction", "NotResource"):
        if name in statement:
            yield f"statement: {statement['Effect']} with {name}"
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    yield from (f"principal: {kind}" for kind in principal or ())
    for text in _texts(statement.get("Action", statement.get("NotAction"))):
        if "*" in text or "?" in text:
            yield "action: with a wildcard"
        elif not text.startswith("kms:") or text[4:5].islower():
            yield "action: other case, or of another service"
    for text in _texts(statement.get("Resource", statement.get("NotResource"))):
        if text != "*":
            yield "resource: pattern" if "*" in text or "?" in text else "resource: ARN"


def _of_condition(question: Question, condition: Condition) -> Iterator[str]:
    operator = condition.operator
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    yield f"operator: {'in lower case' if operator.islower() else base}"
    yield from (f"form: {form}" for form in ("IfExists", "ForAllValues", "ForAnyValue") if form in operator)
    if "IfExists" in operator and ":" in operator:
        yield "form: set operator with IfExists"
    if condition.key in (condition.key.lower(), condition.key.upper()):
        yield "key: in other letter case"
    yield from _of_request_value(folded_context(question).get(condition.key.lower()), operator)
    if len(condition.values) != 1:
        yield "values: several" if condition.values else "values: empty list"
    for value in condition.values:
        if "${" in value:
            yield "values: variable with a default" if ", '" in value else "values: variable"


def _of_request_value(stated: str | list[str] | None, operator: str) -> Iterator[str]:
    yield "key: absent" if stated is None else "key: empty" if stated in ("", []) else "key: there"
    if isinstance(stated, list) and len(stated) > 1:
        yield "key: with several values"
    if isinstance(stated, list) and ":" not in operator and base_of(operator) != "null":
        yield "key: of several values without a set operator"


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
