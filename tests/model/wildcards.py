"""Patterns, as lists of characters of which some are wildcards; the slowest and plainest way to match them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.model.silence import Silent


class Sign(NamedTuple):
    """One character of a pattern. A wildcard `*` or `?` stands for others; `crosses` says whether also for a colon.

    `is_data` marks a character that came out of the request, by a variable (S-184).
    """

    text: str
    is_wildcard: bool = False
    crosses: bool = True
    is_data: bool = False


def pattern(text: str) -> list[Sign]:
    """The pattern that a text of the policy is: `*` any run of characters, `?` exactly one (S-102, S-155)."""
    return [Sign(character, character in "*?") for character in text]


def matches(signs: Sequence[Sign], text: str) -> bool:
    """Whether the pattern covers the whole text."""
    reached = {0}
    for sign in signs:
        if not sign.is_wildcard:
            reached = {place + 1 for place in reached if text[place : place + 1] == sign.text}
        elif sign.text == "?":
            reached = {place + 1 for place in reached if place < len(text) and (sign.crosses or text[place] != ":")}
        else:
            for place in range(len(text)):
                if place in reached and (sign.crosses or text[place] != ":"):
                    reached.add(place + 1)
    return len(text) in reached


def matches_either_way(signs: Sequence[Sign], text: str, silent: Silent) -> bool:
    """The same where some came out of a variable: whether it acts as a wildcard is not documented (S-184)."""
    plain = matches(signs, text)
    if not any(sign.is_data and sign.text in "*?" for sign in signs):
        return plain
    wild = [sign._replace(is_wildcard=sign.is_wildcard or (sign.is_data and sign.text in "*?")) for sign in signs]
    return plain if plain == matches(wild, text) else silent("S-184")


def parts(signs: Sequence[Sign]) -> list[list[Sign]]:
    """An ARN pattern split at its first five colons (S-124, S-164)."""
    split: list[list[Sign]] = [[]]
    for sign in signs:
        if sign.text == ":" and len(split) < 6:
            split.append([])
        else:
            split[-1].append(sign)
    return split
