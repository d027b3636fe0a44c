"""JSON text of a plain or frozen JSON value, with every number written as it was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

__all__ = ["json_text", "minified"]


def json_text(value: Any, *, indent: int | None = None) -> str:
    """The value as ASCII JSON text: minified without `indent`, otherwise one member a line.

    The standard encoder cannot write a Decimal as a number without a detour through a float; this can.
    """
    return "".join(_pieces(value, indent, 0))


def _pieces(value: Any, indent: int | None, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        colon = ":" if indent is None else ": "
        yield "{"
        for position, (name, member) in enumerate(value.items()):
            yield _separator(position, indent, depth + 1)
            yield json.dumps(name) + colon
            yield from _pieces(member, indent, depth + 1)
        yield _line_break(indent, depth) + "}"
    elif isinstance(value, (list, tuple)) and value:
        yield "["
        for position, item in enumerate(value):
            yield _separator(position, indent, depth + 1)
            yield from _pieces(item, indent, depth + 1)
        yield _line_break(indent, depth) + "]"
    elif isinstance(value, Decimal):
        yield str(value)
    else:
        yield json.dumps(value)


def _separator(position: int, indent: int | None, depth: int) -> str:
    return ("," if position else "") + _line_break(indent, depth)


def _line_break(indent: int | None, depth: int) -> str:
    return "" if indent is None else "\n" + " " * (indent * depth)


def _stand_in(value: object) -> object:
    """Something as long in JSON as the number is: a string, whose quotes count."""
    text = str(value)
    return 0 if len(text) == 1 else "0" * (len(text) - 2)


_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_stand_in)


def minified(value: Any) -> str:
    """A text exactly as long as the shortest JSON text of the value, made at the speed of the standard encoder.

    It is not that text: numbers that are Decimals are strings of the same length.
    """
    return _encoder.encode(value)
