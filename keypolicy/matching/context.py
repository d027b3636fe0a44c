"""The request context: every condition key is present with values, absent, or unknown (S-350, S-352)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from keypolicy.errors import ContextError

if TYPE_CHECKING:
    from decimal import Decimal

    ContextScalar = str | bool | int | float | Decimal
    ContextValue = ContextScalar | Iterable[ContextScalar]

__all__ = ["ENCRYPTION_CONTEXT_PREFIX", "KeyState", "OneOf", "Presence", "Present", "RequestContext"]

ENCRYPTION_CONTEXT_PREFIX = "kms:encryptioncontext:"
_LARGEST_EXPONENT = 400
_CASE_KEPT_FAMILIES = (ENCRYPTION_CONTEXT_PREFIX, "aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")


class Presence(enum.Enum):
    """A key that is known not to be in the request, and one of which nothing is known; never the same (S-352)."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


class Present(NamedTuple):
    """A key that is in the request, with its values as canonical texts (S-177); one for a single-valued key."""

    values: tuple[str, ...]


class OneOf(NamedTuple):
    """Tags or encryption context pairs whose keys differ only by letter case: AWS compares one of them (S-148)."""

    states: tuple[Present, ...]


KeyState = Present | OneOf | Presence


class RequestContext:
    """What is stated about the request: values by condition key, and the keys that it lacks.

    Keys compare without regard to letter case (S-147). A key that is not mentioned is unknown, or
    absent where the context is closed. Values are strings, booleans or numbers, or an iterable of
    these for a multi-valued key. Raises ContextError where a key is stated twice or a value has
    another type.
    """

    __slots__ = ("_stated", "is_closed", "states")

    states: Mapping[str, KeyState]
    """Every stated key, in lower case, with its state."""

    def __init__(
        self,
        values: Mapping[str, ContextValue] | None = None,
        *,
        absent: Iterable[str] = (),
        closed: bool = False,
    ) -> None:
        self.is_closed = closed
        self._stated: dict[str, KeyState] = {}
        states: dict[str, KeyState] = {}
        for name, value in (values or {}).items():
            self._state(states, name, Present(_texts(name, value)))
        for name in absent:
            self._state(states, name, Presence.ABSENT)
        self.states = states

    @classmethod
    def closed(cls, values: Mapping[str, ContextValue] | None = None) -> RequestContext:
        """A context in which every key that is neither stated nor derivable is absent."""
        return cls(values, closed=True)

    def _state(self, states: dict[str, KeyState], name: str, state: Present | Presence) -> None:
        folded = _folded_name(name)
        known = states.get(folded)
        if known is None or known == state:
            states[folded] = state
        elif (
            folded.startswith(_CASE_KEPT_FAMILIES) and isinstance(state, Present) and isinstance(known, Present | OneOf)
        ):
            earlier = known.states if isinstance(known, OneOf) else (known,)
            states[folded] = OneOf((*earlier, state))
        else:
            raise ContextError(f"the context states {name} twice", code="key-stated-twice")
        self._stated[name] = state

    def state_of(self, folded_name: str) -> KeyState | None:
        """The stated state of a key, named in lower case; None where nothing is stated and the context is open."""
        return self.states.get(folded_name)

    @property
    def stated(self) -> Mapping[str, KeyState]:
        """Every stated key as it was spelt, with its state."""
        return self._stated

    def overridden_by(self, other: RequestContext) -> RequestContext:
        """This context with what the other states added, or put in its place; closed where either is."""
        joined = RequestContext(closed=self.is_closed or other.is_closed)
        joined.states = {**self.states, **other.states}
        kept = {name: state for name, state in self._stated.items() if name.lower() not in other.states}
        joined._stated = {**kept, **other._stated}
        return joined

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RequestContext):
            return NotImplemented
        return self.states == other.states and self.is_closed == other.is_closed

    def __hash__(self) -> int:
        return hash((frozenset(self.states.items()), self.is_closed))

    def __repr__(self) -> str:
        parts = [
            f"{name}={'absent' if state is Presence.ABSENT else ', '.join(getattr(state, 'values', ()))}"
            for name, state in self._stated.items()
        ]
        return f"RequestContext({'; '.join(parts)}{'; closed' if self.is_closed else ''})"


def _folded_name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise ContextError(f"a condition key is a non-empty string, not {name!r}", code="invalid-context-key")
    return name.lower()


def _texts(name: str, value: ContextValue) -> tuple[str, ...]:
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
