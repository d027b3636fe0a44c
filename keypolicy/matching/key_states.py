"""What is known of one condition key: its values, its absence, or only part of that (S-350, S-352, S-358, S-359)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from keypolicy.errors import ContextError

if TYPE_CHECKING:
    from decimal import Decimal

    ContextScalar = str | bool | int | float | Decimal
    ContextValue = ContextScalar | Iterable[ContextScalar]

__all__ = [
    "AnyOf",
    "AtLeast",
    "CaseVariants",
    "KeyState",
    "Like",
    "PartialState",
    "Presence",
    "Present",
    "canonical_texts",
    "is_settled",
]

_LARGEST_EXPONENT = 400


class Presence(enum.Enum):
    """A key that is known not to be in the request, one that is there with some value, and one that may be either."""

    __hash__ = object.__hash__  # an Enum hashes its name anew each time, and states are looked up all the time

    ABSENT = "absent"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Present(NamedTuple):
    """A key that is in the request, with its values as canonical texts (S-177); one for a single-valued key."""

    values: tuple[str, ...]


class CaseVariants(NamedTuple):
    """Tags or encryption context pairs whose keys differ only by letter case: AWS compares one of them (S-148)."""

    states: tuple[Present, ...]


@dataclass(frozen=True, slots=True, init=False)
class Like:
    """A key that is in the request, with a value that one of the wildcard patterns stands for (S-358).

    Of a multi-valued key every value is such a one. Raises ContextError where no pattern is given.
    """

    patterns: tuple[str, ...]

    def __init__(self, *patterns: str) -> None:
        if not patterns or not all(isinstance(pattern, str) for pattern in patterns):
            raise ContextError("Like takes one pattern or more, each a string", code="invalid-context-value")
        object.__setattr__(self, "patterns", patterns)

    def __str__(self) -> str:
        return f"like {' or '.join(self.patterns)}"


@dataclass(frozen=True, slots=True, init=False)
class AnyOf:
    """A key that has one of these values, or of a multi-valued key one of these lists; None is absence (S-350)."""

    states: tuple[Present | Presence, ...]

    def __init__(self, *values: ContextValue | None) -> None:
        if not values:
            raise ContextError("AnyOf takes one value or more", code="invalid-context-value")
        states = (Presence.ABSENT if value is None else Present(canonical_texts("AnyOf", value)) for value in values)
        object.__setattr__(self, "states", tuple(dict.fromkeys(states)))

    def __str__(self) -> str:
        return f"any of {' or '.join('absent' if isinstance(s, Presence) else '+'.join(s.values) for s in self.states)}"


@dataclass(frozen=True, slots=True, init=False)
class AtLeast:
    """A multi-valued key that holds at least these values, and perhaps others (S-359)."""

    values: tuple[str, ...]

    def __init__(self, *values: ContextScalar) -> None:
        if not values:
            raise ContextError("AtLeast takes one value or more", code="invalid-context-value")
        object.__setattr__(self, "values", tuple(dict.fromkeys(canonical_texts("AtLeast", values))))

    def __str__(self) -> str:
        return f"at least {' and '.join(self.values)}"


PartialState = Like | AnyOf | AtLeast
KeyState = Present | CaseVariants | Presence | PartialState


def is_settled(state: KeyState) -> bool:
    """Whether the state leaves nothing about the key open."""
    return state is Presence.ABSENT or isinstance(state, (Present, CaseVariants))


def canonical_texts(name: str, value: ContextValue) -> tuple[str, ...]:
    """The values as texts: booleans in lower case, numbers as plain decimals (S-177); ContextError for other types."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return tuple(_text(name, item) for item in value)
    return (_text(name, value),)


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    from decimal import Decimal

    if isinstance(value, int | float):
        value = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    # Written out in full, a number with a large exponent would fill the memory.
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _LARGEST_EXPONENT:
        return f"{value:f}"
    raise ContextError(
        f"the value of {name} is {value!r}; expected a string, a boolean, a number, or a list of these",
        code="invalid-context-value",
    )
