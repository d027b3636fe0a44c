"""The request context: every condition key is present with values, absent, or unknown (S-350, S-352)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from keypolicy.errors import ContextError
from keypolicy.matching.key_states import (
    AnyOf,
    AtLeast,
    CaseVariants,
    KeyState,
    Like,
    PartialState,
    Presence,
    Present,
    canonical_texts,
)

if TYPE_CHECKING:
    from keypolicy.matching.key_states import ContextValue

__all__ = ["ENCRYPTION_CONTEXT_PREFIX", "RequestContext"]

ENCRYPTION_CONTEXT_PREFIX = "kms:encryptioncontext:"
_CASE_KEPT_FAMILIES = (ENCRYPTION_CONTEXT_PREFIX, "aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
_PARTIAL_STATES = (Like, AnyOf, AtLeast, Presence)


class RequestContext:
    """What is stated about the request: values by condition key, and the keys that it lacks.

    Keys compare without regard to letter case (S-147). A key that is not mentioned is unknown, or
    absent where the context is closed. Values are strings, booleans or numbers, or an iterable of
    these for a multi-valued key; or a partly known value: `Like`, `AnyOf`, `AtLeast`, `PRESENT`. Raises ContextError
    where a key is stated twice or a value has another type.
    """

    __slots__ = ("_stated", "derivable", "is_closed", "states")

    states: Mapping[str, KeyState]
    """Every stated key, in lower case, with its state."""
    derivable: tuple[str, ...] | None
    """Those of them of which the principal or the key may tell something, once that was looked up."""

    def __init__(
        self,
        values: Mapping[str, ContextValue | PartialState | Presence] | None = None,
        *,
        absent: Iterable[str] = (),
        closed: bool = False,
    ) -> None:
        self.is_closed = closed
        self.derivable = None
        self._stated: dict[str, KeyState] = {}
        states: dict[str, KeyState] = {}
        for name, value in (values or {}).items():
            self._state(states, name, _stated(name, value))
        for name in absent:
            self._state(states, name, Presence.ABSENT)
        self.states = states

    @classmethod
    def closed(cls, values: Mapping[str, ContextValue | PartialState | Presence] | None = None) -> RequestContext:
        """A context in which every key that is neither stated nor derivable is absent."""
        return cls(values, closed=True)

    def _state(self, states: dict[str, KeyState], name: str, state: KeyState) -> None:
        folded = _folded_name(name)
        known = states.get(folded)
        if known is None or known == state:
            states[folded] = state
        elif (
            folded.startswith(_CASE_KEPT_FAMILIES)
            and isinstance(state, Present)
            and isinstance(known, Present | CaseVariants)
        ):
            earlier = known.states if isinstance(known, CaseVariants) else (known,)
            states[folded] = CaseVariants((*earlier, state))
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

    def with_states(self, states: Mapping[str, KeyState]) -> RequestContext:
        """This context with these keys in these states, in place of what it states of them."""
        added = RequestContext()
        added.states = {name.lower(): state for name, state in states.items()}
        added._stated = dict(states)
        return self.overridden_by(added)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RequestContext):
            return NotImplemented
        return self.states == other.states and self.is_closed == other.is_closed

    def __hash__(self) -> int:
        return hash((frozenset(self.states.items()), self.is_closed))

    def __repr__(self) -> str:
        parts = [f"{name}={_shown(state)}" for name, state in self._stated.items()]
        return f"RequestContext({'; '.join([*parts, *(['closed'] if self.is_closed else [])])})"


def _folded_name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise ContextError(f"a condition key is a non-empty string, not {name!r}", code="invalid-context-key")
    return name.lower()


def _stated(name: str, value: ContextValue | PartialState | Presence) -> KeyState:
    if value is Presence.UNKNOWN:
        raise ContextError(f"{name} is unknown: leave it out of the context", code="invalid-context-value")
    return value if isinstance(value, _PARTIAL_STATES) else Present(canonical_texts(name, value))


def _shown(state: KeyState) -> str:
    if isinstance(state, Presence):
        return state.value
    return ", ".join(state.values) if isinstance(state, Present) else str(state)
