"""Which texts wildcard patterns can tell apart, decided on the patterns and never by sampling (S-358, S-362, S-363).

All patterns run side by side over one text, as sets of places that each can have reached. Walking every set that
some text can lead to finds, for each combination of patterns that a text can match at once, a shortest such text.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from keypolicy.matching.arn import ARN_PARTS

__all__ = ["Step", "TextTest", "arn_steps", "distinguishable_texts", "fold_steps", "wildcard_steps"]

MOST_WALKED = 1_000
"""The sets of places after which the walk is given up; what the patterns can tell apart is then not known."""

_UNNAMED_CHARACTERS = "xyzwvutsrqponmlkjihgfedcba0123456789XYZWVUTSRQPONMLKJIHGFEDCBA_~!"


class Step(NamedTuple):
    """One place of a pattern: it takes one of the characters, any where none are named; a run of any length or one."""

    characters: str = ""
    is_run: bool = False
    avoids_colon: bool = False


class TextTest(NamedTuple):
    """One thing that may be true of a text: it is one of the literals, or one of the patterns stands for it."""

    literals: frozenset[str] = frozenset()
    patterns: tuple[tuple[Step, ...], ...] = ()


_ANY_RUN = Step(is_run=True)


def wildcard_steps(pieces: Iterable[tuple[str, bool]]) -> tuple[Step, ...]:
    """A pattern of stretches of text, each with whether `*` and `?` in it are wildcards."""
    steps: list[Step] = []
    for text, is_wild in pieces:
        for character in text:
            if is_wild and character == "*":
                steps += () if steps and steps[-1].is_run else (_ANY_RUN,)
            else:
                steps.append(Step() if is_wild and character == "?" else Step(character))
    return tuple(steps)


def arn_steps(pieces: Iterable[tuple[str, bool]]) -> tuple[Step, ...]:
    """A pattern whose wildcards do not cross the first five colons (S-164)."""
    steps: list[Step] = []
    colons = 0
    for text, is_wild in pieces:
        for character in text:
            inside = colons < ARN_PARTS - 1
            if is_wild and character == "*":
                steps += () if steps and steps[-1].is_run else (Step(is_run=True, avoids_colon=inside),)
            elif is_wild and character == "?":
                steps.append(Step(avoids_colon=inside))
            else:
                steps.append(Step(character))
                colons += character == ":"
    return tuple(steps)


def fold_steps(text: str, more: dict[str, str] | None = None) -> tuple[Step, ...]:
    """An ASCII text in any case of its letters; `more` are characters that a lower-case letter may stand for too."""
    folds = more or {}
    return tuple(
        Step(letter + letter.upper() + folds.get(letter, "") if letter.isalpha() else letter) for letter in text.lower()
    )


def distinguishable_texts(
    tests: tuple[TextTest, ...], within: tuple[tuple[Step, ...], ...] = ()
) -> tuple[str, ...] | None:
    """A text for each combination of tests that is true of some text that is not empty; None where that took too long.

    `within` are patterns of which one stands for every text that counts; none given, every text does.
    """
    literals = sorted({literal for test in tests for literal in test.literals} - {""})
    if not within and not any(test.patterns for test in tests):
        return (*_literal_for_each_signature(tests, literals), _text_beside(literals))
    walked = _walk(tests, within)
    if walked is None or not literals:
        return None if walked is None else tuple(text for text, _ in walked.values())
    machine = _Machine(tests, within)
    literals = [literal for literal in literals if machine.is_within(machine.after_all(literal))]
    for literal in literals:
        text, is_beside = walked[machine.signature(machine.after_all(literal))]
        if text in literals and not is_beside:
            # Every text of this combination may be a literal, so the literals must be walked as patterns are.
            walked = _walk([_with_literals_as_patterns(test) for test in tests], within)
            return None if walked is None else tuple(text for text, _ in walked.values())
    of_literals = _literal_for_each_signature(tests, literals, machine)
    return tuple(dict.fromkeys((*(text for text, _ in walked.values()), *of_literals)))


def _literal_for_each_signature(
    tests: Sequence[TextTest], literals: list[str], machine: _Machine | None = None
) -> tuple[str, ...]:
    found: dict[tuple[bool, ...], str] = {}
    for literal in literals:
        matched = machine.signature(machine.after_all(literal)) if machine is not None else (False,) * len(tests)
        signature = tuple(one or literal in test.literals for one, test in zip(matched, tests, strict=True))
        found.setdefault(signature, literal)
    return tuple(found.values())


def _text_beside(literals: list[str]) -> str:
    text = "other"
    while text in literals:
        text += "-other"
    return text


def _with_literals_as_patterns(test: TextTest) -> TextTest:
    return TextTest(patterns=(*test.patterns, *(wildcard_steps([(each, False)]) for each in sorted(test.literals))))


class _Machine:
    """The patterns side by side: a set of places is an integer, each pattern having a bit for each step and its end."""

    def __init__(self, tests: Sequence[TextTest], within: Sequence[tuple[Step, ...]]) -> None:
        self._patterns = [*(pattern for test in tests for pattern in test.patterns), *within]
        self._takes: dict[str, tuple[int, int]] = {}
        self._runs = 0
        starts: list[int] = []
        ends: list[int] = []
        self._naming: dict[str, int] = {}
        self._wild = self._colonless = 0
        bit = 1
        for pattern in self._patterns:
            starts.append(bit)
            for step in pattern:
                for character in step.characters:
                    self._naming[character] = self._naming.get(character, 0) | bit
                self._wild |= 0 if step.characters else bit
                self._colonless |= bit if step.avoids_colon else 0
                self._runs |= bit if step.is_run else 0
                bit <<= 1
            ends.append(bit)
            bit <<= 1
        first_within = len(self._patterns) - len(within)
        remaining = iter(ends)
        self._ends_of_tests = [sum(next(remaining) for _ in test.patterns) for test in tests]
        self._ends_within = sum(ends[first_within:])
        self._places_within = bit - starts[first_within] if within else 0
        self.start = self._closed(sum(starts))
        named = {*self._naming, *([":"] if self._colonless else [])}
        self.named = [(character, self._places_of(character)) for character in sorted(named)]
        taken = named.union(*(literal for test in tests for literal in test.literals))
        self.unnamed = next(each for each in chain(_UNNAMED_CHARACTERS, _other_characters()) if each not in taken)

    def _places_of(self, character: str) -> int:
        """The places where the character is not like one that no pattern names."""
        return self._naming.get(character, 0) | (self._colonless if character == ":" else 0)

    def is_within(self, places: int) -> bool:
        """Whether the text that led here is one that counts."""
        return not self._places_within or bool(places & self._ends_within)

    def can_be_within(self, places: int) -> bool:
        """Whether some continuation of the text that led here counts."""
        return not self._places_within or bool(places & self._places_within)

    def signature(self, places: int) -> tuple[bool, ...]:
        """For each test whether a pattern of it stands for the text that led here."""
        return tuple([bool(places & ends) for ends in self._ends_of_tests])

    def after_all(self, text: str) -> int:
        """The places after the whole text."""
        places = self.start
        for character in text:
            places = self.after(places, character)
        return places

    def after(self, places: int, character: str) -> int:
        """The places one character on."""
        known = self._takes.get(character)
        if known is None:
            known = self._takes[character] = self._taken(character)
        moves, stays = known
        return self._closed((places & moves) << 1 | (places & stays))

    def _closed(self, places: int) -> int:
        # Runs never stand side by side, so one pass closes the set.
        return places | (places & self._runs) << 1

    def _taken(self, character: str) -> tuple[int, int]:
        """The places that move on with the character, and those that stay."""
        takes = self._naming.get(character, 0) | self._wild
        if character == ":":
            takes &= ~self._colonless
        return takes & ~self._runs, takes & self._runs


def _other_characters() -> Iterator[str]:
    """Every character beyond Latin-1, for patterns that name all the usual ones."""
    return map(chr, range(0x100, sys.maxunicode + 1))


def _walk(
    tests: Sequence[TextTest], within: Sequence[tuple[Step, ...]]
) -> dict[tuple[bool, ...], tuple[str, bool]] | None:
    """A shortest text for each signature, and whether it holds a character beside all patterns and literals.

    Such a text is no literal; where the signature has one, it is the one given.
    """
    machine = _Machine(tests, within)
    found: dict[tuple[bool, ...], tuple[str, bool]] = {}
    first: tuple[int, bool] = (machine.start, False)
    seen: set[tuple[int, bool]] = {first}
    pending: deque[tuple[tuple[int, bool], str]] = deque([(first, "")])
    while pending:
        (places, is_beside), text = pending.popleft()
        if text and machine.is_within(places):
            signature = machine.signature(places)
            if signature not in found or (is_beside and not found[signature][1]):
                found[signature] = text, is_beside
        for character in (machine.unnamed, *(each for each, at in machine.named if places & at)):
            following = machine.after(places, character)
            state = (following, is_beside or character == machine.unnamed)
            if state not in seen and machine.can_be_within(following):
                if len(seen) >= MOST_WALKED:
                    return None
                seen.add(state)
                pending.append((state, text + character))
    return found
