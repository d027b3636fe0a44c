"""From the values that Python programs hold (parsed YAML, boto3 answers, frozen maps) to plain JSON values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from keypolicy.document.parsing import MAXIMUM_DIGITS, Unreadable
from keypolicy.document.source import MAXIMUM_NESTING

__all__ = ["plain_value"]

#: More values than any document needs: the end for a small one that expands without bound, as YAML aliases can.
_MAXIMUM_VALUES: Final = 250_000
_LARGEST_INTEGER: Final = 10**MAXIMUM_DIGITS


def plain_value(value: Any) -> Any:
    """The same value in dict, list, str, bool, int, Decimal and None, sharing no part with the original.

    A float becomes the Decimal that it prints as. What JSON cannot hold becomes an Unreadable in its place.
    """
    return _Copy().of(value)


class _Copy:
    def __init__(self) -> None:
        self._around: list[int] = []
        self._count = 0

    def of(self, value: Any) -> Any:
        self._count += 1
        if type(value) is str:
            return value
        if isinstance(value, (Mapping, list, tuple)):
            return self._container(value)
        return _scalar(value)

    def _container(self, value: Any) -> Any:
        if id(value) in self._around:
            return Unreadable("cycle", "the value contains itself")
        if len(self._around) == MAXIMUM_NESTING:
            return Unreadable("nested-too-deep", f"more than {MAXIMUM_NESTING} values inside each other")
        if self._count + len(value) > _MAXIMUM_VALUES:
            return Unreadable("too-many-values", f"the document holds more than {_MAXIMUM_VALUES} values")
        self._around.append(id(value))
        if isinstance(value, Mapping):
            copy: Any = dict(self._member(name, member) for name, member in value.items())
        else:
            copy = [self.of(item) for item in value]
        self._around.pop()
        return copy

    def _member(self, name: Any, member: Any) -> tuple[str, Any]:
        if isinstance(name, str):
            return str.__str__(name), self.of(member)
        kind = type(name).__name__
        return f"<{kind}>", Unreadable(
            "name-not-a-string", f"the name of a member is a string, not a value of type {kind}"
        )


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        if abs(value) < _LARGEST_INTEGER:
            return int(value)
        return Unreadable("number-too-long", f"a number is longer than {MAXIMUM_DIGITS} digits")
    if isinstance(value, float):
        value = Decimal(float.__repr__(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else Unreadable("not-a-number", f"JSON has no number {value}")
    hint = ", which YAML makes of a date without quotes" if isinstance(value, datetime.date) else ""
    return Unreadable("unsupported-value", f"JSON has no value of type {type(value).__name__}{hint}")
