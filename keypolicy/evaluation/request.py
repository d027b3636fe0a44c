"""One question: who asks, about which key, in which context, and how undocumented points are read."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from keypolicy.document.key import KeyMetadata
from keypolicy.matching.context import RequestContext
from keypolicy.matching.derived_context import derived_state, refuse_contradictions
from keypolicy.matching.key_states import KeyState, Presence, is_settled
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
        if stated is not None and is_settled(stated):
            return stated
        derived = derived_state(folded_key, self.principal, self.key)
        if stated is not None:
            return derived if is_settled(derived) else stated
        if self.context.is_closed and (derived is Presence.UNKNOWN or derived is Presence.PRESENT):
            return Presence.ABSENT
        return derived

    def without(self, absent: AbstractSet[str]) -> _RequestOfOtherActions:
        """The same request for the actions that do not carry the keys in `absent` (S-149)."""
        return _RequestOfOtherActions(self, absent)


class _RequestOfOtherActions:
    """A view of a request in which some keys are absent."""

    __slots__ = ("_absent", "_request")

    def __init__(self, request: Request, absent: AbstractSet[str]) -> None:
        self._request = request
        self._absent = absent

    def state_of(self, folded_key: str) -> KeyState:
        return Presence.ABSENT if folded_key in self._absent else self._request.state_of(folded_key)
