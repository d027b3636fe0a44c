"""A document's text, and where in it each value stands.

Positions come from an iterative pass over the text that runs when the first one is asked for: a document without
problems never pays for it, and no nesting is deep enough to break it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final, NamedTuple

__all__ = ["MAXIMUM_NESTING", "Position", "Source", "Span", "child", "last_name", "too_deep_at"]

#: The number of objects and lists that may stand inside each other; a policy has six.
MAXIMUM_NESTING: Final = 64

_BYTE_ORDER_MARK: Final = "\ufeff"
_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{\]}]', re.DOTALL)
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{\]},:]|[^\s"\[{\]},:]+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.", re.DOTALL)


class Position(NamedTuple):
    """A place in a text, both counted from 1; the column in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """Where something starts, and where the text after it starts."""

    start: Position
    end: Position


class _Place(NamedTuple):
    """The offsets of one value, and of the name of the member whose value it is."""

    name: tuple[int, int] | None
    value: tuple[int, int]


class Source:
    """The text of a document, with the places of its values.

    `origin` names the file. Where the document is the content of a JSON string inside another text, as in the output of
    `aws kms get-key-policy`, `enclosing` is that text and the pointer of that string in it, and positions are those in
    the enclosing text. Pointers are always pointers into the document.
    """

    def __init__(self, text: str, origin: str | None = None, *, enclosing: tuple[Source, str] | None = None) -> None:
        self.text = text
        self.origin = origin
        self._enclosing = enclosing

    def enclosed(self, pointer: str, text: str) -> Source:
        """The source of a document that is the content of the string at the pointer."""
        return Source(text, self.origin, enclosing=(self, pointer))

    @property
    def is_enclosed(self) -> bool:
        """Whether the document is the content of a JSON string in another text."""
        return self._enclosing is not None

    def __repr__(self) -> str:
        return f"Source({self.text!r}, {self.origin!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_source, (self.text, self.origin, self._enclosing))

    def position(self, pointer: str, *, name: bool = False) -> Position:
        """Where the value at the pointer starts, or with `name` the name of the member that holds it.

        A pointer to something that the text lacks has the position of the innermost thing around it.
        """
        return self.span(pointer, name=name).start

    def span(self, pointer: str, *, name: bool = False) -> Span:
        """Where the value at the pointer, or with `name` its member's name, starts and ends."""
        places = self._scan[0]
        while pointer not in places and pointer:
            pointer, name = pointer.rpartition("/")[0], False
        place = places.get(pointer, _Place(None, (0, 0)))
        start, end = place.name if name and place.name is not None else place.value
        return Span(self.locate(start), self.locate(end))

    def locate(self, offset: int) -> Position:
        """The line and column of an offset into the text."""
        if self._enclosing is not None:
            decoded, written = self._escapes
            escape = bisect_right(decoded, offset) - 1
            return self._enclosing[0].locate(written[escape] + offset - decoded[escape])
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def offsets(self, pointer: str) -> tuple[int, int]:
        """Where the value at the pointer starts and ends, as offsets into the text."""
        return self._scan[0][pointer].value

    def pointer_at(self, offset: int) -> str:
        """The pointer of the innermost value that the offset lies in, its member's name included."""
        starts, pointers = self._starts
        pointer = pointers[max(bisect_right(starts, offset) - 1, 0)]
        while pointer and offset >= self._scan[0][pointer].value[1]:
            pointer = pointer.rpartition("/")[0]
        return pointer

    @property
    def duplicates(self) -> tuple[tuple[str, Position], ...]:
        """The members whose name an earlier member of the same object has: pointer, and position of the later name."""
        return tuple((pointer, self.locate(offset)) for pointer, offset in self._scan[1])

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def _scan(self) -> tuple[dict[str, _Place], list[tuple[str, int]]]:
        return _scan(self.text)

    @cached_property
    def _starts(self) -> tuple[list[int], list[str]]:
        """Where each value or its member's name starts, in the order of the text, and the pointers of the same."""
        starts = sorted(((place.name or place.value)[0], pointer) for pointer, place in self._scan[0].items())
        return [start for start, _ in starts], [pointer for _, pointer in starts]

    @cached_property
    def _escapes(self) -> tuple[list[int], list[int]]:
        """The offsets just after each escape of the enclosing literal: into this text, and into the enclosing one."""
        return _escapes(*self._enclosing) if self._enclosing is not None else ([], [])


def _source(text: str, origin: str | None, enclosing: tuple[Source, str] | None) -> Source:
    return Source(text, origin, enclosing=enclosing)


def child(pointer: str, name: str | int) -> str:
    """The pointer of a member or item of the value at the pointer."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def last_name(pointer: str) -> str:
    """The name of the member that the pointer points to."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def too_deep_at(text: str) -> int | None:
    """The offset of the first bracket that opens more than the permitted levels; the text need not be JSON."""
    depth = 0
    for match in _BRACKET.finditer(text):
        bracket = text[match.start()]
        if bracket in "[{":
            depth += 1
            if depth > MAXIMUM_NESTING:
                return match.start()
        elif bracket in "]}":
            depth -= 1
    return None


def _escapes(enclosing: Source, pointer: str) -> tuple[list[int], list[int]]:
    start, end = enclosing.offsets(pointer)
    decoded, written = [0], [start + 1]
    for match in _ESCAPE.finditer(enclosing.text, start + 1, end - 1):
        decoded.append(decoded[-1] + match.start() - written[-1] + 1)
        written.append(match.end())
    return decoded, written


class _Container:
    """An object or list whose end has not been seen."""

    __slots__ = ("expects_name", "index", "name", "names", "pointer")

    def __init__(self, pointer: str, *, is_object: bool) -> None:
        self.pointer = pointer
        self.names: set[str] | None = set() if is_object else None
        self.expects_name = is_object
        self.name: tuple[str, tuple[int, int]] = ("", (0, 0))
        self.index = 0


def _scan(text: str) -> tuple[dict[str, _Place], list[tuple[str, int]]]:
    """The place of every value of a JSON text, and the members whose name an earlier one has."""
    places: dict[str, _Place] = {}
    duplicates: list[tuple[str, int]] = []
    stack: list[_Container] = []
    for token in _TOKEN.finditer(text, 1 if text.startswith(_BYTE_ORDER_MARK) else 0):
        start, end = token.span()
        first = text[start]
        if first in "]}":
            pointer = stack.pop().pointer
            places[pointer] = places[pointer]._replace(value=(places[pointer].value[0], end))
        elif first == ",":
            stack[-1].index += 1
            stack[-1].expects_name = stack[-1].names is not None
        elif first == ":":
            stack[-1].expects_name = False
        elif stack and stack[-1].names is not None and stack[-1].expects_name:
            name = json.loads(token.group())
            stack[-1].name = (name, (start, end))
            if name in stack[-1].names:
                duplicates.append((child(stack[-1].pointer, name), start))
            stack[-1].names.add(name)
        else:
            pointer, name_place = "", None
            if stack and stack[-1].names is not None:
                pointer, name_place = child(stack[-1].pointer, stack[-1].name[0]), stack[-1].name[1]
            elif stack:
                pointer = child(stack[-1].pointer, stack[-1].index)
            places[pointer] = _Place(name_place, (start, end))
            if first in "[{":
                stack.append(_Container(pointer, is_object=first == "{"))
    return places, duplicates
