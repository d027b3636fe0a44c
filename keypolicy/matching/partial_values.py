"""Partly known values of condition keys, and how JSON states them (S-358, S-359)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keypolicy.errors import ContextError
from keypolicy.matching.key_states import AnyOf, AtLeast, KeyState, Like, PartialState, Presence, Present, is_settled
from keypolicy.matching.patterns import compile_pattern

__all__ = ["PRESENT", "AnyOf", "AtLeast", "Like", "can_be", "from_json", "known_of_both", "to_json"]

PRESENT = Presence.PRESENT
"""The state of a key that is in the request with a value that was not stated."""


def from_json(value: Any) -> Any:
    """The partly known value that a JSON object states; any other JSON value unchanged.

    `{"like": pattern or patterns}`, `{"any_of": [value, ..., null]}` where null is absence,
    `{"at_least": [value, ...]}`, `{"present": true}`. Raises ContextError for another object.
    """
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        ((word, given),) = value.items()
        read = _READERS.get(word)
        if read is not None:
            return read(given)
    raise ContextError(
        "a partly known value is an object with one member: like, any_of, at_least or present",
        code="invalid-context-value",
    )


def to_json(state: KeyState) -> Any:
    """The JSON that states the same; a value or list of values of a key that is wholly known."""
    if isinstance(state, Like):
        return {"like": list(state.patterns)}
    if isinstance(state, AtLeast):
        return {"at_least": list(state.values)}
    if isinstance(state, AnyOf):
        return {"any_of": [to_json(each) if isinstance(each, Present) else None for each in state.states]}
    if isinstance(state, Present):
        return state.values[0] if len(state.values) == 1 else list(state.values)
    return {"present": True}


def can_be(known: KeyState, stated: KeyState) -> bool:
    """Whether a key of which one thing is known may be as was stated; where that is not worked out, it may."""
    if isinstance(known, AnyOf):
        return any(can_be(each, stated) for each in known.states)
    if isinstance(stated, AnyOf):
        return any(can_be(known, each) for each in stated.states)
    if Presence.UNKNOWN in (known, stated):
        return True
    if Presence.ABSENT in (known, stated):
        return known is stated
    if Presence.PRESENT in (known, stated):
        return True
    if not isinstance(stated, Present):
        return can_be(stated, known) if isinstance(known, Present) else True
    if isinstance(known, Like):
        return all(any(compile_pattern(each).matches(text) for each in known.patterns) for text in stated.values)
    if isinstance(known, AtLeast):
        return set(known.values) <= set(stated.values)
    return known == stated


def known_of_both(derived: KeyState, stated: KeyState) -> KeyState:
    """What is known of a key of which both are known; what was stated, where no one state says both."""
    if is_settled(derived):
        return derived
    if isinstance(stated, AnyOf) and not isinstance(derived, Presence):
        return _one_of(stated, derived)
    if isinstance(derived, AnyOf):
        return _one_of(derived, stated)
    return derived if stated is PRESENT and derived is not Presence.UNKNOWN else stated


def _one_of(states: AnyOf, other: KeyState) -> KeyState:
    kept = [each for each in states.states if can_be(other, each)]
    if len(kept) == 1:
        return kept[0]
    return AnyOf(*(each.values if isinstance(each, Present) else None for each in kept))


def _like(given: Any) -> PartialState:
    return Like(*_listed("like", [given] if isinstance(given, str) else given))


def _any_of(given: Any) -> PartialState:
    return AnyOf(*_listed("any_of", given))


def _at_least(given: Any) -> PartialState:
    return AtLeast(*_listed("at_least", given))


def _present(given: Any) -> Presence:
    if given is not True:
        raise ContextError("present is stated as true; what is absent stands in absent", code="invalid-context-value")
    return PRESENT


def _listed(word: str, given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise ContextError(f"{word} takes a list of values", code="invalid-context-value")
    return list(given)


_READERS: dict[str, Callable[[Any], PartialState | Presence]] = {
    "like": _like,
    "any_of": _any_of,
    "at_least": _at_least,
    "present": _present,
}
