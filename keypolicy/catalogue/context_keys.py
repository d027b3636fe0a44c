"""Condition keys: type, one value or a set of values, and which actions carry them (S-200, S-201, S-250)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Literal

from keypolicy.catalogue.action_table import bit_of
from keypolicy.catalogue.records import table

__all__ = [
    "EVERY_ACTION",
    "ContextKey",
    "KeyType",
    "context_key",
    "context_keys",
    "near_context_keys",
    "via_services",
]

KeyType = Literal["ARN", "Bool", "Date", "IPAddress", "Numeric", "String"]

EVERY_ACTION = -1
"""The bits of a key that any action may carry, catalogued or not."""

_REMEMBERED = 2048
_LONGEST_REMEMBERED = 256

#: How alike names are that may have been meant; many keys differ by a word only.
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class ContextKey:
    """One condition key, one member of a family of keys, or a family such as `aws:PrincipalTag/${TagKey}`.

    `carried_by` has the bit of every action whose request may carry the key; for the others the
    key is absent (S-149). `doubtfully_carried_by` has those of them of which the sources disagree.
    `family` is true for a family and for its members. `values` are the documented values; only
    where `closed` is true can there be no others. `also_numeric` marks a date that numeric
    operators compare too (S-189). `members` are the documented variable parts of a family that
    has such a list.
    """

    name: str
    type: KeyType
    multivalued: bool
    family: bool
    carried_by: int
    doubtfully_carried_by: int
    values: tuple[str, ...]
    closed: bool
    also_numeric: bool
    members: tuple[str, ...]


@cache
def context_keys() -> tuple[ContextKey, ...]:
    """Every catalogued key, a family once with a `${...}` in its name, sorted by name without regard to case."""
    return tuple(
        ContextKey(
            name=record["name"],
            type=record["type"],
            multivalued=record.get("multivalued", False),
            family=record["name"].endswith("}"),
            carried_by=_bits(record["carried_by"]) if "carried_by" in record else EVERY_ACTION,
            doubtfully_carried_by=_bits(record.get("doubtfully_carried_by", [])),
            values=tuple(record.get("values", ())),
            closed=record.get("closed", False),
            also_numeric=record.get("also_numeric", False),
            members=tuple(record.get("members", ())),
        )
        for record in table("context_keys.json", "keys")
    )


def _bits(names: list[str]) -> int:
    return sum(bit_of(f"kms:{name}") for name in names)


@cache
def _by_folded_name() -> dict[str, ContextKey]:
    return {key.name.lower(): key for key in context_keys() if not key.family}


@cache
def _families() -> tuple[tuple[str, ContextKey], ...]:
    """The folded prefix of each family, with the name cut down to the prefix."""
    prefixes = [(key.name.partition("$")[0], key) for key in context_keys() if key.family]
    return tuple((prefix.lower(), replace(key, name=prefix)) for prefix, key in prefixes)


def context_key(name: str) -> ContextKey | None:
    """The key of this name in any ASCII case, None for a key that the catalogue has never heard of (S-149).

    A member of a family is named by the family's spelling and the variable part as given, which
    must not be empty.
    """
    return _remembered_key(name) if len(name) <= _LONGEST_REMEMBERED else _key(name)


@lru_cache(maxsize=_REMEMBERED)
def _remembered_key(name: str) -> ContextKey | None:
    return _key(name)


def _key(name: str) -> ContextKey | None:
    if name.isascii() and (key := _by_folded_name().get(name.lower())):
        return key
    for prefix, family in _families():
        head, variable = name[: len(prefix)], name[len(prefix) :]
        if variable and head.isascii() and head.lower() == prefix:
            return replace(family, name=family.name + variable)
    return None


def near_context_keys(name: str) -> tuple[str, ...]:
    """The catalogued names near a name that is none, nearest first; those of families with its own variable part."""
    if len(name) > _LONGEST_REMEMBERED:
        return ()
    spelling = {key.name.lower(): key.name for key in context_keys() if not key.family}
    for folded_prefix, family in _families():
        separator = folded_prefix[-1]
        *head, variable = name.split(separator, folded_prefix.count(separator))
        if len(head) == folded_prefix.count(separator) and variable:
            spelling[f"{folded_prefix}{variable.lower()}"] = family.name + variable
    return tuple(spelling[near] for near in get_close_matches(name.lower(), spelling, cutoff=_NEAR))


@cache
def via_services() -> tuple[str, ...]:
    """The services of the documented kms:ViaService values, `NAME.REGION.amazonaws.com` (S-206)."""
    return tuple(record["service"] for record in table("context_keys.json", "via_services"))
