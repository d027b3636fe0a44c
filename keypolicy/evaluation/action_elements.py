"""Which actions an Action or NotAction element names, for a question about certain actions (S-100 to S-110)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from keypolicy.catalogue.actions import (
    ActionSet,
    all_bits,
    doubtful_bits,
    key_policy_bits,
    pattern_bits,
    pattern_matches,
)
from keypolicy.document.scalars import Effect
from keypolicy.matching.truth import Reading

__all__ = ["CATALOGUE", "Universe", "Values", "matched_actions", "universe_with"]

Values = str | tuple[str, ...]
_LONGEST_REMEMBERED = 1024


class Universe:
    """The actions that a question is about: those of the catalogue and names newer than it, in bit order.

    `newer_bits` are the bits of the newer names, above those of the catalogue, `every_bit` both; `effective_bits`
    those of every action that a statement of a key policy can decide, because it involves a key (S-110).
    """

    __slots__ = ("effective_bits", "every_bit", "newer", "newer_bits")

    def __init__(self, newer: tuple[str, ...] = ()) -> None:
        first = all_bits().bit_length()
        self.newer = newer
        self.newer_bits = (1 << first + len(newer)) - (1 << first)
        self.effective_bits = key_policy_bits() | self.newer_bits
        self.every_bit = all_bits() | self.newer_bits

    def matched_bits(self, pattern: str) -> int:
        """The bits of the actions that an Action value matches."""
        bits = pattern_bits(pattern)
        for place, name in enumerate(self.newer, start=all_bits().bit_length()):
            bits |= pattern_matches(pattern, name) << place
        return bits


CATALOGUE = Universe()


def universe_with(newer: Iterable[str]) -> Universe:
    """The catalogue with names newer than it; those that it has are left out.

    Raises UnknownNameError for a text that cannot name an action of KMS (S-114).
    """
    names = tuple(dict.fromkeys(newer))
    ActionSet.of(*names, newer=True)
    added = tuple(name for name in names if not pattern_bits(name))
    return Universe(added) if added else CATALOGUE


def matched_actions(values: Values, effect: Effect | None, reading: Reading, universe: Universe) -> tuple[int, int]:
    """The bits of the actions that the values certainly match, and of those that they possibly do.

    `effect` is that of the statement, None for a NotAction, where every doubt stays one (S-369).
    """
    listed = (values,) if isinstance(values, str) else values
    if universe is CATALOGUE and sum(map(len, listed)) <= _LONGEST_REMEMBERED:
        return _remembered(listed, effect, reading)
    return _matched(listed, effect, reading, universe)


def _matched(
    values: tuple[str, ...], effect: Effect | None, reading: Reading, universe: Universe = CATALOGUE
) -> tuple[int, int]:
    certain = possible = 0
    for value in values:
        certain |= _bits(value, reading, universe)
        possible |= _doubted_bits(value, effect, universe)
    return certain, certain | possible


_remembered = lru_cache(maxsize=4096)(_matched)


def _bits(value: str, reading: Reading, universe: Universe) -> int:
    if value == "*:*" and reading.doubt("S-104", likely=True) is True:
        return universe.matched_bits("*")
    return universe.matched_bits(value)


def _doubted_bits(value: str, effect: Effect | None, universe: Universe) -> int:
    """What a wildcard in the prefix may match: nothing in the Action of an Allow, but for `*:*` (S-104)."""
    if effect == "Allow" and value != "*:*":
        return 0
    bits = doubtful_bits(value)
    return bits | universe.newer_bits if bits else 0
