"""What the catalogue knows of a condition key, as the conditions on it take it."""

from __future__ import annotations

from functools import lru_cache

from keypolicy.catalogue.context_keys import context_key
from keypolicy.matching.conditions import KeyFacts
from keypolicy.matching.context import ENCRYPTION_CONTEXT_PREFIX

__all__ = ["key_facts"]

_BOOLEANS = ("true", "false")
# What callers write themselves, and may leave empty; AWS writes the other keys (S-160).
_MAY_BE_EMPTY = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/", ENCRYPTION_CONTEXT_PREFIX, "aws:useragent")
# Documented for identity policies; what they do in a key policy is not (S-224, S-225).
_DOUBTED_FAMILIES = {"aws:resourcetag/": "S-224", "kms:resourcealiases": "S-225"}
# The one character beyond ASCII whose lower case is an ASCII letter; whether it is that letter in a key is not known.
_KELVIN_SIGN = "\u212a"
_LONGEST_REMEMBERED = 256


def key_facts(key: str) -> KeyFacts:
    """The facts of the key of this name, in any letter case; in doubt where only Unicode takes it for that (S-147)."""
    return _remembered_facts(key) if len(key) <= _LONGEST_REMEMBERED else _facts(key)


def _facts(key: str) -> KeyFacts:
    folded_key = key.lower()
    known = context_key(key)
    doubt = "S-147" if _KELVIN_SIGN in key else None
    if known is None:
        return KeyFacts(doubt=doubt)
    return KeyFacts(
        is_catalogued=True,
        key_type=known.type,
        is_multivalued=known.multivalued,
        domain=_BOOLEANS if known.type == "Bool" else known.values if known.closed else (),
        may_be_empty=folded_key.startswith(_MAY_BE_EMPTY),
        doubt=next((rule for prefix, rule in _DOUBTED_FAMILIES.items() if folded_key.startswith(prefix)), doubt),
    )


_remembered_facts = lru_cache(maxsize=2048)(_facts)
