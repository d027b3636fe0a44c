"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}` (S-178 to S-187)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from keypolicy.matching.key_states import KeyState, Presence, Present
from keypolicy.matching.memory import remembered
from keypolicy.matching.truth import Reading, Unknown, missing, undocumented

__all__ = ["Piece", "Substitution", "Template", "Variable", "parse_template", "substitute", "variable_keys"]

_VARIABLE = re.compile(r"([^\s,'{}$*?]+)(?:, '([^']*)')?", re.ASCII)
_ESCAPES = ("*", "?", "$")

Lookup = Callable[[str], KeyState]


@dataclass(frozen=True, slots=True)
class Variable:
    """One `${key}`; `default` is None where none is written."""

    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value: whether `*` and `?` in it are wildcards, and whether it replaced a variable.

    A variable whose text is not known is the wildcard `*`.
    """

    text: str
    is_wild: bool = False
    is_substituted: bool = False
    is_unknown: bool = False

    def with_text(self, text: str) -> Piece:
        """The same piece with another text."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Template:
    """A value cut into stretches of text and variables; `malformed` is the rule that an ill-written one breaks."""

    pieces: tuple[Piece | Variable, ...]
    malformed: str | None = None


@remembered(1024)
def parse_template(text: str) -> Template:
    """The template that `text` writes under policy language version 2012-10-17."""
    pieces: list[Piece | Variable] = []
    place = 0
    while (start := text.find("${", place)) >= 0:
        if start > place:
            pieces.append(Piece(text[place:start], is_wild=True))
        end = text.find("}", start)
        if end < 0:
            return Template((), malformed="S-186")
        inside = text[start + 2 : end]
        if inside in _ESCAPES:
            pieces.append(Piece(inside))
        elif (found := _VARIABLE.fullmatch(inside)) is not None:
            pieces.append(Variable(found[1], found[2]))
        else:
            return Template((), malformed="S-180" if "," in inside else "S-186")
        place = end + 1
    if place < len(text):
        pieces.append(Piece(text[place:], is_wild=True))
    return Template(tuple(pieces))


@dataclass(frozen=True, slots=True)
class Substitution:
    """A template with its variables replaced; `unknown` says what keeps some of them from being replaced."""

    pieces: tuple[Piece, ...]
    unknown: Unknown | None


def variable_keys(values: Iterable[str]) -> frozenset[str]:
    """The condition keys, in lower case, that policy variables in the values read."""
    pieces = (piece for value in values if "${" in value for piece in parse_template(value).pieces)
    return frozenset(piece.key.lower() for piece in pieces if isinstance(piece, Variable))


def substitute(
    template: Template, lookup: Lookup, reading: Reading, *, multivalued_keys: frozenset[str] = frozenset()
) -> Substitution | None:
    """The template under the context that `lookup` tells, or None where a variable has no value (S-182).

    A key in `multivalued_keys`, in lower case, may not be a variable (S-185).
    """
    pieces: list[Piece] = []
    unknown: Unknown | None = None
    for piece in template.pieces:
        if isinstance(piece, Piece):
            pieces.append(piece)
            continue
        folded_key = piece.key.lower()
        if folded_key in multivalued_keys:
            value: str | Unknown | None = undocumented("S-185")
        else:
            value = _value_of(piece, lookup(folded_key), reading)
        if value is None:
            return None
        if isinstance(value, Unknown):
            unknown = value if unknown is None else unknown | value
            pieces.append(Piece("*", is_wild=True, is_unknown=True))
        else:
            pieces.append(Piece(value, is_substituted=True))
    return Substitution(tuple(pieces), unknown)


def _value_of(variable: Variable, state: KeyState, reading: Reading) -> str | Unknown | None:
    if state is Presence.ABSENT:
        return variable.default
    if not isinstance(state, Present):
        return missing(variable.key)
    if len(state.values) != 1:
        return undocumented("S-185")
    (value,) = state.values
    if value == "" and variable.default is not None:
        used = reading.doubt("S-180", likely=True)
        return used if isinstance(used, Unknown) else variable.default
    return value
