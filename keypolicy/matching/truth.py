"""Three-valued truth: True, False, or an `Unknown` that says what it depends on (S-353, S-361)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "LIKELY",
    "READINGS",
    "SAFEST",
    "LikelyReading",
    "Reading",
    "ReadingName",
    "Truth",
    "Unknown",
    "all_of",
    "any_of",
    "missing",
    "negate",
    "undocumented",
]

ReadingName = Literal["safest", "likely"]

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither true nor false from what was stated.

    `missing` names the facts that would tell, mostly condition keys; `undocumented` the rules
    of the semantics where AWS is silent.
    """

    missing: frozenset[str] = _NOTHING
    undocumented: frozenset[str] = _NOTHING

    def __or__(self, other: Unknown) -> Unknown:
        return Unknown(self.missing | other.missing, self.undocumented | other.undocumented)


Truth = bool | Unknown


def undocumented(rule: str) -> Unknown:
    """The unknown of a rule where AWS is silent and no likely answer is known."""
    return Unknown(undocumented=frozenset((rule,)))


def missing(*names: str) -> Unknown:
    """The unknown of facts that were not stated."""
    return Unknown(missing=frozenset(names))


def negate(truth: Truth) -> Truth:
    """Kleene NOT: an unknown stays the same unknown."""
    return truth if isinstance(truth, Unknown) else not truth


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene OR: True as soon as one is True, else the union of what is unknown, else False."""
    unknown: Unknown | None = None
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            unknown = truth if unknown is None else unknown | truth
    return False if unknown is None else unknown


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene AND: False as soon as one is False, else the union of what is unknown, else True."""
    unknown: Unknown | None = None
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            unknown = truth if unknown is None else unknown | truth
    return True if unknown is None else unknown


class Reading:
    """How a point that AWS does not document is read; this one takes every such point as unknown (S-001)."""

    __slots__ = ()
    name: ReadingName = "safest"

    def doubt(self, rule: str, likely: Truth | None = None) -> Truth:
        """The truth of an undocumented point of `rule`, whose likely truth is given where one is known."""
        return undocumented(rule)


class LikelyReading(Reading):
    """Takes the likely truth where one is known."""

    __slots__ = ()
    name: ReadingName = "likely"

    def doubt(self, rule: str, likely: Truth | None = None) -> Truth:
        """The likely truth where one is given, else unknown."""
        return undocumented(rule) if likely is None else likely


SAFEST = Reading()
LIKELY = LikelyReading()
READINGS: dict[ReadingName, Reading] = {"safest": SAFEST, "likely": LIKELY}
