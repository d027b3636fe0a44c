"""Sets of KMS actions: what the Action and NotAction elements denote, as an exact Boolean algebra."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from keypolicy.catalogue.action_patterns import doubtful_bits, is_doubtful, pattern_bits, pattern_matches
from keypolicy.catalogue.action_table import (
    Action,
    action_named,
    actions,
    all_bits,
    bit_of,
    cross_account_bits,
    is_known_to_be_none,
    key_policy_bits,
    unknown_action,
)
from keypolicy.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Action",
    "ActionSet",
    "action_named",
    "actions",
    "all_bits",
    "cross_account_bits",
    "doubtful_bits",
    "is_doubtful",
    "key_policy_bits",
    "pattern_bits",
    "pattern_matches",
    "required_actions",
]

_NO_NAMES: frozenset[str] = frozenset()
_KMS_NAME = re.compile(r"kms:[a-z][a-z0-9]*")
_WORD = re.compile(r"[A-Z][a-z]*")


@dataclass(frozen=True, slots=True, repr=False)
class ActionSet:
    """A set of KMS actions, catalogued or newer than the catalogue.

    `bits` holds the catalogued members. `extras` are uncatalogued names, folded to lower case:
    the members in a finite set, the names left out in a cofinite one, which holds every other
    name that KMS may ever have. So a name outside the catalogue is a member iff it is in
    `extras` in a finite set, iff it is not in a cofinite one. Names compare without regard to
    ASCII case (S-101). Texts that cannot name an action of KMS are in no set.

    Made by `of`, `matching`, `none`, `all`, `from_bits` and the operators.
    """

    bits: int
    extras: frozenset[str]
    cofinite: bool

    @classmethod
    def of(cls, *names: str, newer: bool = False) -> ActionSet:
        """The set of these names; with `newer`, names that the catalogue does not know may be among them.

        Raises UnknownNameError for any other text (S-114).
        """
        bits = 0
        extras: set[str] = set()
        for name in names:
            if bit := bit_of(name):
                bits |= bit
            elif newer and _may_name_an_action(name) and not is_known_to_be_none(name):
                extras.add(name.lower())
            else:
                raise unknown_action(name)
        return cls(bits, frozenset(extras), cofinite=False)

    @classmethod
    def matching(cls, *patterns: str, newer: Iterable[str] = ()) -> ActionSet:
        """What an Action element with these values matches among the catalogued actions and the `newer` names.

        Values that match nothing, or are doubtful (S-104), add nothing (S-105, S-108). Names in
        `newer` that the catalogue knows are looked up there.
        """
        bits = 0
        for pattern in patterns:
            bits |= pattern_bits(pattern)
        extras = frozenset(
            name.lower()
            for name in newer
            if _may_name_an_action(name)
            and not bit_of(name)
            and any(pattern_matches(pattern, name) for pattern in patterns)
        )
        return cls(bits, extras, cofinite=False)

    @classmethod
    def none(cls) -> ActionSet:
        """The empty set."""
        return _NONE

    @classmethod
    def all(cls) -> ActionSet:
        """Every action that KMS has or will have."""
        return cls(all_bits(), _NO_NAMES, cofinite=True)

    @classmethod
    def from_bits(cls, bits: int) -> ActionSet:
        """The catalogued actions with these bits; bits beyond the catalogue are ignored, so -1 is all of it."""
        return cls(bits & all_bits(), _NO_NAMES, cofinite=False)

    def __or__(self, other: ActionSet) -> ActionSet:
        if self.cofinite and other.cofinite:
            extras = self.extras & other.extras
        elif self.cofinite:
            extras = self.extras - other.extras
        elif other.cofinite:
            extras = other.extras - self.extras
        else:
            extras = self.extras | other.extras
        return ActionSet(self.bits | other.bits, extras, cofinite=self.cofinite or other.cofinite)

    def __and__(self, other: ActionSet) -> ActionSet:
        if self.cofinite and other.cofinite:
            extras = self.extras | other.extras
        elif self.cofinite:
            extras = other.extras - self.extras
        elif other.cofinite:
            extras = self.extras - other.extras
        else:
            extras = self.extras & other.extras
        return ActionSet(self.bits & other.bits, extras, cofinite=self.cofinite and other.cofinite)

    def __xor__(self, other: ActionSet) -> ActionSet:
        return ActionSet(self.bits ^ other.bits, self.extras ^ other.extras, cofinite=self.cofinite != other.cofinite)

    def __sub__(self, other: ActionSet) -> ActionSet:
        return self & ~other

    def __invert__(self) -> ActionSet:
        return ActionSet(self.bits ^ all_bits(), self.extras, cofinite=not self.cofinite)

    def __le__(self, other: ActionSet) -> bool:
        return not self - other

    def __lt__(self, other: ActionSet) -> bool:
        return self != other and not self - other

    def __ge__(self, other: ActionSet) -> bool:
        return not other - self

    def __gt__(self, other: ActionSet) -> bool:
        return self != other and not other - self

    def isdisjoint(self, other: ActionSet) -> bool:
        """Whether no action is in both sets."""
        return not self & other

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if bit := bit_of(name):
            return bool(self.bits & bit)
        return _may_name_an_action(name) and (name.lower() in self.extras) != self.cofinite

    def __iter__(self) -> Iterator[str]:
        """The members in name order: the catalogued ones, then the newer ones of a finite set."""
        bits = self.bits
        for action in actions():
            if bits & action.mask:
                yield action.name
        if not self.cofinite:
            yield from sorted(self.extras)

    def __len__(self) -> int:
        """How many members can be named; a cofinite set has more than that."""
        return self.bits.bit_count() + (0 if self.cofinite else len(self.extras))

    def __bool__(self) -> bool:
        """Whether any action is a member; a cofinite set is never empty, even with no catalogued member."""
        return bool(self.bits or self.extras) or self.cofinite

    def names(self) -> tuple[str, ...]:
        """The members that can be named, as `__iter__` gives them."""
        return tuple(self)

    def to_patterns(self) -> tuple[str, ...]:
        """A short list of Action values that match just the catalogued members, and the newer ones of a finite set.

        A value with `*` stands for a family of actions that are all members, split between words
        of their names; it would match later actions of that family too.
        """
        extras = () if self.cofinite else tuple(sorted(self.extras))
        return *_patterns_of(self.bits), *extras

    def __repr__(self) -> str:
        if self.cofinite:
            complement = ~self
            return f"~{complement!r}" if complement else "ActionSet.all()"
        return f"<ActionSet {' '.join(self.to_patterns()) or 'empty'}>"

    def __reduce__(self) -> tuple[object, ...]:
        """By name, so that another version of the catalogue reads the same set."""
        finite = ~self if self.cofinite else self
        return (_complement_of if self.cofinite else _set_of, finite.names())


_NONE = ActionSet(0, _NO_NAMES, cofinite=False)


def _set_of(*names: str) -> ActionSet:
    return ActionSet.of(*names, newer=True)


def _complement_of(*names: str) -> ActionSet:
    return ~_set_of(*names)


def _may_name_an_action(name: str) -> bool:
    return name.isascii() and _KMS_NAME.fullmatch(name.lower()) is not None


def required_actions(texts: Iterable[str]) -> ActionSet:
    """The actions that a user asks about: names, and patterns that stand for all that they match (S-112, S-114).

    Raises UnknownNameError for a name that is no action of KMS and for a pattern that matches none.
    """
    bits = 0
    for text in (texts,) if isinstance(texts, str) else texts:
        matched = pattern_bits(text)
        if not matched:
            raise _unmatched_pattern(text) if "*" in text or "?" in text else unknown_action(text)
        bits |= matched
    return ActionSet.from_bits(bits)


def _unmatched_pattern(text: str) -> UnknownNameError:
    return UnknownNameError(f"the pattern {text[:100]!r} matches no action of KMS", code="unknown-action", name=text)


@lru_cache(maxsize=256)
def _patterns_of(bits: int) -> tuple[str, ...]:
    """Greedy cover of the bits with the largest families that lie inside them, then single names."""
    if bits == all_bits():
        return ("kms:*",)
    chosen: list[str] = []
    left = bits
    families = [(family, pattern) for pattern, family in _families() if not family & ~bits]
    while left:
        gain, pattern, family = max(
            (((family & left).bit_count(), pattern, family) for family, pattern in families), default=(0, "", 0)
        )
        if gain <= 1:
            break
        chosen.append(pattern)
        left &= ~family
    return tuple(sorted([*chosen, *ActionSet.from_bits(left)]))


@cache
def _families() -> tuple[tuple[str, int], ...]:
    """Patterns `kms:Word...*` with what each matches, the longest name of each family alone."""
    longest: dict[int, str] = {}
    for action in actions():
        name = action.name.removeprefix("kms:")
        for word in _WORD.finditer(name):
            pattern = f"kms:{name[: word.end()]}*"
            family = pattern_bits(pattern)
            longest[family] = max(longest.get(family, ""), pattern, key=len)
    return tuple((pattern, family) for family, pattern in longest.items())
