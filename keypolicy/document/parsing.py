"""JSON text to value with the standard library's parser: strictly and fast, or so that everything wrong can be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from keypolicy.document.source import child

__all__ = ["MAXIMUM_DIGITS", "Unreadable", "parse", "parse_tolerantly", "unreadable_values"]

#: The length over which a number is refused: what Python by default agrees to convert.
MAXIMUM_DIGITS: Final = 4300


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in a value for what is no JSON value or cannot be held as one."""

    code: str
    message: str


def unreadable_values(value: Any) -> Iterator[tuple[str, Unreadable]]:
    """Each thing in the value that is unreadable, with its pointer."""
    pending = [("", value)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, Unreadable):
            yield pointer, value
        elif isinstance(value, dict):
            pending += [(child(pointer, name), member) for name, member in value.items()]
        elif isinstance(value, list):
            pending += [(child(pointer, index), item) for index, item in enumerate(value)]


def _integer(lexeme: str) -> int | Decimal:
    if len(lexeme) > MAXIMUM_DIGITS:
        raise ValueError(f"a number is longer than {MAXIMUM_DIGITS} digits")
    return Decimal(lexeme) if lexeme == "-0" else int(lexeme)


def _fraction(lexeme: str) -> Decimal:
    if len(lexeme) > MAXIMUM_DIGITS:
        raise ValueError(f"a number is longer than {MAXIMUM_DIGITS} digits")
    try:
        return Decimal(lexeme)
    except InvalidOperation:
        raise ValueError("the exponent of a number is too large") from None


def _unique_members(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError("a member is written twice")
    return value


def _refuse_constant(lexeme: str) -> NoReturn:
    raise ValueError(f"{lexeme} is not JSON")


def _tolerant(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def number(lexeme: str) -> Any:
        try:
            return read(lexeme)
        except ValueError as error:
            return Unreadable("number-too-long", str(error))

    return number


def _constant(lexeme: str) -> Unreadable:
    return Unreadable("not-a-number", f"JSON has no number {lexeme}")


#: The value of a JSON text. ValueError for what is not JSON, for a repeated member name and for a number that is too
#: long. Integers are int and other numbers Decimal, so that no digit is lost (S-012).
parse: Final = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_int=_integer, parse_float=_fraction, parse_constant=_refuse_constant
).decode

#: The same value, where the last of repeated members stands, and an Unreadable for each number that `parse` refuses.
parse_tolerantly: Final = json.JSONDecoder(
    parse_int=_tolerant(_integer), parse_float=_tolerant(_fraction), parse_constant=_constant
).decode
