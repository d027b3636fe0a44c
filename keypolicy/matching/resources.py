"""Whether a Resource value covers a key (S-120 to S-131).

The wildcard language of the Resource element is its own: in the first five parts of an ARN a star
stays in its part unless it ends the part, when it may run on across colons (S-124).
"""

from __future__ import annotations

from functools import lru_cache

from keypolicy.matching.arn import ARN_PARTS, split_arn
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.truth import Reading, Truth, undocumented

__all__ = ["resource_covers", "resource_pattern_covers"]

_LONGEST_REMEMBERED = 512


def resource_pattern_covers(pattern: str, arn: str) -> bool:
    """Whether the ARN pattern of a Resource element stands for `arn`, by the rule of S-124.

    Follows all places of `arn` that the pattern can have reached at once, one bit a place, so the
    cost grows with the two lengths and never with the number of stars. Remembered for short texts:
    where policy variables stand in a long list of values, most are the same from one request to the next.
    """
    if len(pattern) + len(arn) <= _LONGEST_REMEMBERED:
        return _remembered_covers(pattern, arn)
    return _covers(pattern, arn)


def _covers(pattern: str, arn: str) -> bool:
    every_place = (1 << (len(arn) + 1)) - 1
    places_of: dict[str, int] = {}
    for place, character in enumerate(arn):
        places_of[character] = places_of.get(character, 0) | 1 << place
    colons = places_of.get(":", 0)
    reached = 1
    colons_seen = 0
    for index, character in enumerate(pattern):
        in_last_part = colons_seen >= ARN_PARTS - 1
        if character == "*":
            runs_on = in_last_part or index + 1 == len(pattern) or pattern[index + 1] == ":"
            reached = _smear(reached, every_place) if runs_on else _smear_within_part(reached, colons, every_place)
        elif character == "?":
            reached = (reached if in_last_part else reached & ~colons) << 1 & every_place
        else:
            reached = (reached & places_of.get(character, 0)) << 1
            colons_seen += character == ":"
        if not reached:
            return False
    return bool(reached >> len(arn) & 1)


_remembered_covers = lru_cache(maxsize=4096)(_covers)


def _smear(reached: int, every_place: int) -> int:
    lowest = reached & -reached
    return every_place & ~(lowest - 1)


def _smear_within_part(reached: int, colons: int, every_place: int) -> int:
    # Adding to the run of passable places carries each reached one up to the next colon or the end.
    passable = every_place >> 1 & ~colons
    return reached | (((reached & passable) + passable) ^ passable)


def resource_covers(value: str, arn: str, reading: Reading, *, narrowing: bool = False) -> Truth:
    """Whether one Resource value, its policy variables already replaced, covers the key `arn`.

    `narrowing` says that the value stands in the Resource of an Allow, where a value AWS would
    refuse is safely taken as covering nothing; elsewhere it stays unknown (S-125, S-127, S-369).
    """
    if value in ("*", arn):
        return True
    if not resource_pattern_covers(value, arn):
        if split_arn(value) is None:
            return _completed_covers(value, arn)
        if resource_pattern_covers(value.lower(), arn.lower()) and not narrowing:
            return reading.doubt("S-127", likely=False)
        return False
    prefix, _, service, *_ = (*value.split(":"), "", "")
    if prefix != "arn":
        return undocumented("S-126")
    if _has_wildcard(service):
        return False if narrowing else undocumented("S-125")
    return undocumented("S-125") if _has_wildcard(_resource_kind(value)) else True


def _resource_kind(value: str) -> str:
    """The resource type that the sixth part names, nothing where that is a lone star or not there."""
    parts = split_arn(value)
    return "" if parts is None or parts[5] == "*" else parts[5].partition("/")[0]


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _completed_covers(value: str, arn: str) -> Truth:
    """An ARN of fewer than six parts, completed with stars; ids and alias names cover nothing (S-122, S-126)."""
    completed = value + ":*" * (ARN_PARTS - 1 - value.count(":"))
    may_cover = resource_pattern_covers(completed, arn) or compile_pattern(value).matches(arn)
    return undocumented("S-126") if may_cover else False
