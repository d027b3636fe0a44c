"""Everything that is wrong with a document, each with a code and its place (S-004 to S-031).

Used when a document has been refused: it finds a problem exactly where the models refuse, and says what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final

from keypolicy.document.operators import OPERATOR_NAMES, is_condition_operator, keys_written_twice
from keypolicy.document.parsing import Unreadable, unreadable_values
from keypolicy.document.scalars import POLICY_VERSIONS, PRINCIPAL_TYPES
from keypolicy.document.source import Source, child, last_name
from keypolicy.document.submission import has_wildcard, overly_permissive_keys
from keypolicy.errors import Problem

__all__ = ["DOCUMENT_ELEMENTS", "STATEMENT_ELEMENTS", "problems_of"]

DOCUMENT_ELEMENTS: Final = ("Version", "Id", "Statement")
STATEMENT_ELEMENTS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_PAIRS: Final = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: Beyond these, a document is not one that somebody misspelt, and looking for near names would only take time.
_SUGGESTIONS_LIMIT: Final = 20
_SUGGESTION_LENGTH_LIMIT: Final = 64
_QUOTED_LENGTH_LIMIT: Final = 80


def problems_of(value: Any, source: Source | None) -> tuple[Problem, ...]:
    """Every problem of a JSON value that should be a key policy; located if there is a source."""
    walk = _Walk(source)
    for pointer, unreadable in unreadable_values(value):
        walk.report(unreadable.code, unreadable.message, pointer)
    walk.document(value)
    if source is not None:
        for pointer, position in source.duplicates:
            message = f"{_quoted(last_name(pointer))} is written a second time in the same object"
            walk.problems.append(Problem("duplicate-element", message, pointer, *position))
    return tuple(walk.problems)


class _Walk:
    """One pass over a document, collecting problems."""

    def __init__(self, source: Source | None) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._suggestions_left = _SUGGESTIONS_LIMIT

    def report(self, code: str, message: str, pointer: str, *, at_name: bool = False) -> None:
        problem = Problem(code, message, pointer)
        if self._source is not None:
            problem = problem.located(*self._source.position(pointer, name=at_name))
        self.problems.append(problem)

    def document(self, value: Any) -> None:
        if not isinstance(value, dict):
            if not isinstance(value, Unreadable):
                self.report("not-an-object", f"a key policy is a JSON object, not {_kind(value)}", "")
            return
        if self._is_intrinsic(value, ""):
            return
        self._elements(value, "", DOCUMENT_ELEMENTS, required=("Statement",))
        if "Version" in value:
            self._version(value["Version"])
        if "Id" in value:
            self._string(value["Id"], "/Id", "Id")
        if "Statement" in value:
            self._statements(value["Statement"])

    def _version(self, value: Any) -> None:
        if self._string(value, "/Version", "Version") and value not in POLICY_VERSIONS:
            versions = " or ".join(POLICY_VERSIONS)
            self.report("invalid-version", f"Version is {versions}, not {_quoted(value)}", "/Version")

    def _statements(self, value: Any) -> None:
        if isinstance(value, list):
            if not value:
                self.report("empty-statement-list", "a key policy needs at least one statement", "/Statement")
            for index, statement in enumerate(value):
                self._statement(statement, f"/Statement/{index}")
        else:
            self._statement(value, "/Statement")

    def _statement(self, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            self._not_the_kind(value, pointer, "a statement is an object")
            return
        if self._is_intrinsic(value, pointer):
            return
        self._elements(value, pointer, STATEMENT_ELEMENTS, required=("Effect", "Principal"))
        for pair in _PAIRS:
            if all(name in value for name in pair):
                message = f"{pair[0]} and {pair[1]} exclude each other"
                self.report("both-of-a-pair", message, child(pointer, pair[1]), at_name=True)
        for name, element in value.items():
            if name in STATEMENT_ELEMENTS:
                self._element(name, element, child(pointer, name))

    def _element(self, name: str, value: Any, pointer: str) -> None:
        match name:
            case "Sid":
                self._string(value, pointer, name)
            case "Effect":
                self._effect(value, pointer)
            case "Principal" | "NotPrincipal":
                self._principal(value, pointer, name)
            case "Condition":
                self._condition(value, pointer)
            case _:
                self._strings(value, pointer, name)

    def _elements(
        self, value: dict[str, Any], pointer: str, known: tuple[str, ...], *, required: tuple[str, ...]
    ) -> None:
        meant: set[str] = set()
        for name in value:
            if name in known:
                continue
            right_case = next((element for element in known if element.lower() == name.lower()), None)
            if right_case is not None:
                meant.add(right_case)
                message = f"element names are case-sensitive: {right_case}, not {name}"
                self.report("element-case", message, child(pointer, name), at_name=True)
            else:
                message = f"{_quoted(name)} is not an element{self._near(name, known)}"
                self.report("unknown-element", message, child(pointer, name), at_name=True)
        for name in required:
            names = (name, f"Not{name}") if name == "Principal" else (name,)
            if not any(alternative in value or alternative in meant for alternative in names):
                self.report("missing-element", f"{' or '.join(names)} is missing", pointer)

    def _effect(self, value: Any, pointer: str) -> None:
        if self._string(value, pointer, "Effect") and value not in ("Allow", "Deny"):
            message = f"Effect is exactly Allow or Deny, not {_quoted(value)}"
            self.report("invalid-effect", message, pointer)

    def _principal(self, value: Any, pointer: str, name: str) -> None:
        if value == "*" and isinstance(value, str):
            return
        if not isinstance(value, dict):
            hint = f', as in {{"AWS": {_quoted(value)}}}' if isinstance(value, str) else ""
            if _is_number(value):
                hint = '; an account id is a string, as in {"AWS": "012345678901"}, since a number loses leading zeros'
            message = f'{name} is "*" or a map of principal types, not {_kind(value)}{hint}'
            if not isinstance(value, Unreadable):
                self.report("invalid-principal", message, pointer)
            return
        if self._is_intrinsic(value, pointer):
            return
        for kind, names in value.items():
            place = child(pointer, kind)
            if kind not in PRINCIPAL_TYPES:
                message = f"{_quoted(kind)} is not a principal type{self._near(kind, PRINCIPAL_TYPES)}"
                self.report("unknown-principal-type", message, place, at_name=True)
            self._strings(names, place, f"the value of {kind}", account=kind == "AWS", principal=True)

    def _condition(self, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            self._not_the_kind(value, pointer, "Condition is a map of operators")
            return
        if self._is_intrinsic(value, pointer):
            return
        for operator, keys in value.items():
            place = child(pointer, operator)
            if not is_condition_operator(operator):
                self._unknown_operator(operator, place)
            if not isinstance(keys, dict):
                self._not_the_kind(keys, place, f"the value of {operator} is a map of condition keys")
                continue
            found = len(self.problems)
            for key, first in keys_written_twice(keys):
                message = f"{_quoted(key)} is the condition key {_quoted(first)} again: letter case does not matter"
                self.report("duplicate-condition-key", message, child(place, key), at_name=True)
            for key in overly_permissive_keys(operator, keys):
                message = (
                    f"{_quoted(operator)} on {_quoted(key)} holds where the key is absent, and KMS refuses it: "
                    "the key has one value, so leave the set operator out"
                )
                self.report("overly-permissive-condition", message, child(place, key), at_name=True)
            for key, values in keys.items():
                key_place = child(place, key)
                self._text(key, key_place, at_name=True)
                self._condition_values(values, key_place)
            # A condition key may be called Ref; it is an intrinsic function only if it is no condition key.
            if len(self.problems) > found and _is_intrinsic_name(keys):
                del self.problems[found:]
                self._is_intrinsic(keys, place)

    def _condition_values(self, values: Any, pointer: str) -> None:
        if not isinstance(values, list):
            self._condition_scalar(values, pointer)
            return
        for index, value in enumerate(values):
            self._condition_scalar(value, child(pointer, index))

    def _condition_scalar(self, value: Any, pointer: str) -> None:
        if isinstance(value, str):
            self._text(value, pointer)
        elif value is None or isinstance(value, (dict, list)):
            self._not_the_kind(value, pointer, "a condition value is a string, a number or a boolean")

    def _unknown_operator(self, name: str, pointer: str) -> None:
        if name.lower().endswith("nullifexists"):
            self.report(
                "null-if-exists", "Null takes no IfExists: it asks whether the key exists", pointer, at_name=True
            )
        else:
            message = f"{_quoted(name)} is not a condition operator{self._near(name, OPERATOR_NAMES)}"
            self.report("unknown-operator", message, pointer, at_name=True)

    def _strings(self, value: Any, pointer: str, name: str, *, account: bool = False, principal: bool = False) -> None:
        items = [(child(pointer, index), item) for index, item in enumerate(value)] if isinstance(value, list) else []
        for place, item in items:
            self._string(item, place, f"each item of {name}", account=account)
        if not isinstance(value, list):
            self._string(value, pointer, name, or_list=True, account=account)
            items = [(pointer, value)]
        for place, item in items:
            if principal and isinstance(item, str) and has_wildcard(item):
                message = (
                    f"{_quoted(item)} has a wildcard, which matches no principal: name each one in full, "
                    'or use "*" with a condition on aws:PrincipalArn'
                )
                self.report("wildcard-in-principal", message, place)

    def _string(self, value: Any, pointer: str, name: str, *, or_list: bool = False, account: bool = False) -> bool:
        if isinstance(value, str):
            return self._text(value, pointer)
        what = f"{name} is a string{' or a list of strings' if or_list else ''}"
        if account and _is_number(value):
            self.report("invalid-principal", f"{what}, not a number: an account id would lose leading zeros", pointer)
        else:
            self._not_the_kind(value, pointer, what)
        return False

    def _text(self, value: str, pointer: str, *, at_name: bool = False) -> bool:
        if _SURROGATE.search(value) is None:
            return True
        self.report("lone-surrogate", "half of a surrogate pair stands alone in a string", pointer, at_name=at_name)
        return False

    def _not_the_kind(self, value: Any, pointer: str, what: str) -> None:
        if isinstance(value, dict) and self._is_intrinsic(value, pointer):
            return
        if not isinstance(value, Unreadable):  # reported already, wherever it stands
            self.report("invalid-value", f"{what}, not {_kind(value)}", pointer)

    def _is_intrinsic(self, value: dict[str, Any], pointer: str) -> bool:
        if not _is_intrinsic_name(value):
            return False
        message = f"{_quoted(next(iter(value)))} is a CloudFormation intrinsic function: resolve the template first"
        self.report("unresolved-intrinsic", message, pointer)
        return True

    def _near(self, name: str, known: Iterable[str]) -> str:
        if len(name) > _SUGGESTION_LENGTH_LIMIT or self._suggestions_left == 0:
            return ""
        self._suggestions_left -= 1
        spelling = {element.lower(): element for element in known}
        matches = [spelling[match] for match in get_close_matches(name.lower(), spelling)]
        return f"; near names: {', '.join(matches)}" if matches else ""


def _is_intrinsic_name(value: dict[str, Any]) -> bool:
    name = next(iter(value)) if len(value) == 1 else ""
    return name == "Ref" or name.startswith("Fn::")


def _is_number(value: Any) -> bool:
    return not isinstance(value, (str, bool, list, dict, Unreadable)) and value is not None


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {str: "a string", bool: "a boolean", dict: "an object", list: "a list"}
    return names.get(type(value), "a number")


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= _QUOTED_LENGTH_LIMIT else text[:_QUOTED_LENGTH_LIMIT] + "..."}"'
