"""What one value of an Action element matches among the actions of KMS (S-100 to S-109)."""

from __future__ import annotations

from functools import lru_cache

from keypolicy.catalogue.action_table import PREFIX, actions, all_bits, bit_of
from keypolicy.matching.patterns import compile_pattern

__all__ = ["doubtful_bits", "is_doubtful", "pattern_bits", "pattern_matches"]

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 256


def pattern_bits(pattern: str) -> int:
    """The catalogued actions that the value matches.

    Nothing for a value of another service, for one that names no action (S-108, S-109) and for
    one whose prefix AWS does not describe (S-104, `doubtful_bits`).
    """
    return _remembered_bits(pattern) if len(pattern) <= _LONGEST_REMEMBERED else _bits(pattern)


@lru_cache(maxsize=_REMEMBERED)
def _remembered_bits(pattern: str) -> int:
    return _bits(pattern)


def _bits(pattern: str) -> int:
    if pattern == "*":
        return all_bits()
    if not _has_wildcard(pattern):
        return bit_of(pattern)
    return _matched_bits(pattern) if _has_kms_prefix(pattern) else 0


def pattern_matches(pattern: str, name: str) -> bool:
    """Whether the value matches this action name of KMS, in the catalogue or newer than it."""
    if pattern == "*":
        return True
    return _has_kms_prefix(pattern) and pattern.isascii() and compile_pattern(pattern.lower()).matches(name.lower())


def is_doubtful(pattern: str) -> bool:
    """Whether the value has a wildcard before its colon, or a wildcard and no colon; the lone `*` is clear (S-104)."""
    return pattern != "*" and _has_wildcard(pattern.partition(":")[0])


def doubtful_bits(pattern: str) -> int:
    """What a doubtful value would match if AWS took a wildcard in the prefix; nothing for a clear value (S-104)."""
    return _matched_bits(pattern) if is_doubtful(pattern) else 0


def _matched_bits(pattern: str) -> int:
    if not pattern.isascii():
        return 0
    matches = compile_pattern(pattern.lower()).matches
    return sum(action.mask for action in actions() if matches(action.name.lower()))


def _has_kms_prefix(pattern: str) -> bool:
    head = pattern[: len(PREFIX)]
    return head.isascii() and head.lower() == PREFIX


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text
