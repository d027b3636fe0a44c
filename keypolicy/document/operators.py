"""The names of the condition operators, and the two mistakes that only a look at names can find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from keypolicy.document.scalars import CONDITION_OPERATORS, SET_QUALIFIERS

__all__ = ["OPERATOR_NAMES", "is_condition_operator", "keys_written_twice"]

#: Every operator name there is: set qualifier, base name, IfExists, except that Null takes no IfExists (S-143, S-146).
OPERATOR_NAMES: Final = tuple(
    f"{qualifier}{base}{suffix}"
    for qualifier in ("", *(f"{name}:" for name in SET_QUALIFIERS))
    for base in CONDITION_OPERATORS
    for suffix in ("", "IfExists")
    if (base, suffix) != ("Null", "IfExists")
)

_NAMES: Final = frozenset(OPERATOR_NAMES)
_FOLDED_NAMES: Final = frozenset(name.lower() for name in OPERATOR_NAMES)


def is_condition_operator(name: str) -> bool:
    """Whether the name is that of an operator, in any letter case, since KMS may take any (S-144)."""
    return name in _NAMES or (name.isascii() and name.lower() in _FOLDED_NAMES)


def keys_written_twice(keys: Iterable[str]) -> list[tuple[str, str]]:
    """The condition keys that repeat an earlier one in another letter case, each with that earlier one (S-009)."""
    first_spelling: dict[str, str] = {}
    return [(key, first) for key in keys if (first := first_spelling.setdefault(key.lower(), key)) is not key]
