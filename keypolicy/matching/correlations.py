"""What one condition key tells of another, where AWS documents it: combinations that no request has (S-364)."""

from __future__ import annotations

from collections.abc import Callable

from keypolicy.matching.conditions import Lookup
from keypolicy.matching.context import ENCRYPTION_CONTEXT_PREFIX
from keypolicy.matching.key_states import KeyState, Presence, Present, is_settled

__all__ = ["is_correlated", "is_possible", "names_told_apart"]

_CONTEXT_KEYS = "kms:encryptioncontextkeys"


def is_possible(folded_key: str, lookup: Lookup, other_keys: frozenset[str]) -> bool:
    """Whether some request has the key in its state together with the settled ones of the other keys.

    `other_keys`, in lower case, are those that a policy or a context speaks of.
    """
    state = lookup(folded_key)
    if any(_is_ruled_out(pair, lookup) for pair in _PAIRS.get(folded_key, ())):
        return False
    if folded_key == _CONTEXT_KEYS:
        contexts = (key for key in other_keys if key.startswith(ENCRYPTION_CONTEXT_PREFIX))
        return all(_agree(key, lookup(key), state) for key in contexts)
    if folded_key.startswith(ENCRYPTION_CONTEXT_PREFIX) and _CONTEXT_KEYS in other_keys:
        return _agree(folded_key, state, lookup(_CONTEXT_KEYS))
    return True


def is_correlated(folded_key: str) -> bool:
    """Whether the key may tell something of another, so that states alike to every condition may still differ."""
    return folded_key in _PAIRS or folded_key == _CONTEXT_KEYS or folded_key.startswith(ENCRYPTION_CONTEXT_PREFIX)


def names_told_apart(folded_key: str, other_keys: frozenset[str]) -> tuple[str, ...]:
    """The values of the key that tell of the other keys: the names of the encryption context's pairs among these."""
    if folded_key != _CONTEXT_KEYS:
        return ()
    pairs = (key for key in other_keys if key.startswith(ENCRYPTION_CONTEXT_PREFIX))
    return tuple(sorted(key.removeprefix(ENCRYPTION_CONTEXT_PREFIX) for key in pairs))


def _agree(folded_key: str, pair: KeyState, keys: KeyState) -> bool:
    """Whether a pair of the encryption context is there just where its name is among the names."""
    if not (is_settled(pair) and is_settled(keys)):
        return True
    names = [name.lower() for name in keys.values] if isinstance(keys, Present) else []
    return (folded_key.removeprefix(ENCRYPTION_CONTEXT_PREFIX) in names) is (pair is not Presence.ABSENT)


def _is_ruled_out(pair: _Pair, lookup: Lookup) -> bool:
    first, second, excludes = pair
    states = lookup(first), lookup(second)
    return all(map(is_settled, states)) and excludes(*states)


def _is_there(state: KeyState) -> bool:
    return state is not Presence.ABSENT


def _says(state: KeyState, *, yes: bool) -> bool:
    return state == Present(("true",)) if yes else state is Presence.ABSENT or state == Present(("false",))


def _one_without_the_other(first: KeyState, second: KeyState) -> bool:
    return _is_there(first) is not _is_there(second)


def _both(first: KeyState, second: KeyState) -> bool:
    return _is_there(first) and _is_there(second)


def _there_unless_no(first: KeyState, second: KeyState) -> bool:
    """The first key is there just where the second says true."""
    return _says(second, yes=not _is_there(first))


def _there_though_no(first: KeyState, second: KeyState) -> bool:
    """The first key is there only where the second says true."""
    return _is_there(first) and _says(second, yes=False)


def _there_for_another_type(first: KeyState, second: KeyState) -> bool:
    return _is_there(first) and isinstance(second, Present) and second.values[0] in _OTHER_TYPES


_OTHER_TYPES = ("Account", "Anonymous", "AssumedRole", "FederatedUser")
_Pair = tuple[str, str, Callable[[KeyState, KeyState], bool]]
_CORRELATIONS: tuple[_Pair, ...] = (
    ("aws:calledvia", "aws:viaawsservice", _there_unless_no),
    ("aws:calledviafirst", "aws:viaawsservice", _there_unless_no),
    ("aws:calledvialast", "aws:viaawsservice", _there_unless_no),
    ("aws:sourcevpce", "aws:sourceip", _both),
    ("aws:username", "aws:principaltype", _there_for_another_type),
    ("aws:multifactorauthage", "aws:multifactorauthpresent", _there_though_no),
    ("aws:principalorgpaths", "aws:principalorgid", _one_without_the_other),
)
_PAIRS: dict[str, list[_Pair]] = {}
for _correlation in _CORRELATIONS:
    for _key in _correlation[:2]:
        _PAIRS.setdefault(_key, []).append(_correlation)
