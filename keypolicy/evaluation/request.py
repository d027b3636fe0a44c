"""One question: who asks, about which key, in which context, and how undocumented points are read."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from keypolicy.document.key import KeyMetadata
from keypolicy.matching.context import RequestContext
from keypolicy.matching.derived_context import derived_state, refuse_contradictions
from keypolicy.matching.key_states import KeyState, Presence, Present, is_settled
from keypolicy.matching.partial_values import known_of_both
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import Reading

__all__ = ["Request"]


class Request:
    """The principal, key, context and reading of a question; tells the state of every condition key.

    Raises ContextError where the context contradicts the principal or the key (S-351).
    """

    __slots__ = ("_stated", "context", "key", "principal", "reading")

    def __init__(self, principal: Principal, key: KeyMetadata, context: RequestContext, reading: Reading) -> None:
        self.principal = principal
        self.key = key
        self.context = context
        self.reading = reading
        self._stated = context.states
        if self._stated:
            refuse_contradictions(context, principal, key)

    def state_of(self, folded_key: str) -> KeyState:
        """The state of a condition key, named in lower case: as stated, else as derived, else unknown (S-350)."""
        stated = self._stated.get(folded_key)
        if isinstance(stated, Present) or (stated is not None and is_settled(stated)):
            return stated
        derived = derived_state(folded_key, self.principal, self.key)
        if stated is not None:
            return known_of_both(derived, stated)
        if self.context.is_closed and (derived is Presence.UNKNOWN or derived is Presence.PRESENT):
            return Presence.ABSENT
        return derived

    def as_principal(self, principal: Principal) -> Request:
        """The same question about another caller."""
        return Request(principal, self.key, self.context, self.reading)

    def without(self, absent: AbstractSet[str]) -> Request:
        """The same request for the actions that do not carry the keys in `absent` (S-149)."""
        return _Variant(self, dict.fromkeys(absent, Presence.ABSENT))

    def where(self, states: Mapping[str, KeyState]) -> Request:
        """The same request where these keys, in lower case, are in these states."""
        return _Variant(self, states)


class _Variant(Request):
    """A request in which some keys are in other states."""

    __slots__ = ("_base", "_states")

    def __init__(self, base: Request, states: Mapping[str, KeyState]) -> None:
        self.principal = base.principal
        self.key = base.key
        self.context = base.context
        self.reading = base.reading
        self._base = base
        self._states = states

    def as_principal(self, principal: Principal) -> Request:
        return _Variant(self._base.as_principal(principal), self._states)

    def state_of(self, folded_key: str) -> KeyState:
        state = self._states.get(folded_key)
        return self._base.state_of(folded_key) if state is None else state
