"""From the values that Python programs hold (parsed YAML, boto3 answers, frozen maps) to plain JSON values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
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
        if isinstance(value, dict):
            return self._container(value, self._object)
        if isinstance(value, (list, tuple)):
            return self._container(value, self._list)
        return self._container(value, self._object) if isinstance(value, Mapping) else _scalar(value)

    def _container(self, value: Any, copy: Callable[[Any], Any]) -> Any:
        self._count += len(value)
        if id(value) in self._around:
            return Unreadable("cycle", "the value contains itself")
        if len(self._around) == MAXIMUM_NESTING:
            return Unreadable("nested-too-deep", f"more than {MAXIMUM_NESTING} objects and lists inside each other")
        if self._count > _MAXIMUM_VALUES:
            return Unreadable("too-many-values", f"the document holds more than {_MAXIMUM_VALUES:,} values")
        self._around.append(id(value))
        copied = copy(value)
        self._around.pop()
        return copied

    # Strings are most of a policy: each is taken without a call.
    def _list(self, value: list[Any] | tuple[Any, ...]) -> list[Any]:
        return [item if type(item) is str else self.of(item) for item in value]

    def _object(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for name, member in value.items():
            if type(name) is str:
                copied[name] = member if type(member) is str else self.of(member)
            elif isinstance(name, str):
                copied[str.__str__(name)] = self.of(member)
            else:
                kind = type(name).__name__
                message = f"the name of a member is a string, not a value of type {kind}"
                copied[f"<{kind}>"] = Unreadable("name-not-a-string", message)
        return copied


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
    hint = ", which YAML makes of a date without quotes" if isinstance(value, dt.date) else ""
    return Unreadable("unsupported-value", f"JSON has no value of type {type(value).__name__}{hint}")
