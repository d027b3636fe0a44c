"""The wildcard language of policies: `*` is any run of characters, `?` is exactly one (S-102, S-155).

Matching never backtracks: a pattern is its literal runs between stars, each found at its leftmost
place. What a run is looked for in, where that is long, is looked at all places at once.
"""

from __future__ import annotations

import re

from keypolicy.matching.memory import remembered

__all__ = ["Pattern", "compile_pattern", "pattern_of_pieces"]

#: The length of a run with a `?` beyond which the places of a text are looked at all at once.
_LONGEST_TRIED = 64


class Pattern:
    """A compiled wildcard pattern; matches whole strings, letter case included.

    `literal` is the only string that it matches where it has no wildcard, else None.
    """

    __slots__ = ("_first", "_last", "_least", "_middle", "literal")

    literal: str | None

    def __init__(self, runs: list[_Run]) -> None:
        """`runs` are the stretches between stars, in order; one run alone means no star."""
        self.literal = runs[0].text if len(runs) == 1 and not runs[0].pieces else None
        self._first = runs[0]
        self._last = runs[-1] if len(runs) > 1 else None
        self._middle = [run for run in runs[1:-1] if run.length]
        self._least = sum(run.length for run in runs)

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` is one of the strings that the pattern stands for."""
        if self.literal is not None:
            return text == self.literal
        size = len(text)
        first, last = self._first, self._last
        if size < self._least or not first.stands_at(text, 0):
            return False
        if last is None:
            return size == first.length
        end = size - last.length
        if not last.stands_at(text, end):
            return False
        place = first.length
        for run in self._middle:
            place = run.find(text, place, end)
            if place < 0:
                return False
            place += run.length
        return True


class _Run:
    """Characters between two stars; `pieces` are these where one is a `?`, and empty else."""

    __slots__ = ("_expression", "length", "pieces", "text")

    def __init__(self, pieces: list[str | None]) -> None:
        """`pieces` are characters, None standing for `?`."""
        self.length = len(pieces)
        self.text = "".join(piece for piece in pieces if piece is not None)
        self.pieces = pieces if len(self.text) != self.length else []
        self._expression: re.Pattern[str] | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """What the run stands for, of a fixed length; made when a text is first long enough for it."""
        if self._expression is None:
            written = "".join("." if piece is None else re.escape(piece) for piece in self.pieces)
            self._expression = re.compile(written, re.DOTALL)
        return self._expression

    def stands_at(self, text: str, place: int) -> bool:
        if not self.pieces:
            return text.startswith(self.text, place)
        return self.expression.match(text, place) is not None

    def find(self, text: str, place: int, end: int) -> int:
        if not self.pieces:
            return text.find(self.text, place, end)
        if self.length > _LONGEST_TRIED:
            return self._found_at_once(text, place, end)
        found = self.expression.search(text, place, end)
        return found.start() if found else -1

    def _found_at_once(self, text: str, place: int, end: int) -> int:
        """The same with one bit for each place where the run may begin, tried for one character after another."""
        stretch = text[place:end]
        places_of: dict[str, int] = {}
        begins = (1 << max(len(stretch) - self.length + 1, 0)) - 1
        for offset, piece in enumerate(self.pieces):
            if piece is not None:
                if piece not in places_of:
                    places_of[piece] = _places_of(piece, stretch)
                begins &= places_of[piece] >> offset
            if not begins:
                return -1
        return place + (begins & -begins).bit_length() - 1


def _places_of(character: str, text: str) -> int:
    """One bit for each place in the text, the lowest for the first, set where the character stands."""
    between = text[::-1].split(character)
    return int("1".join("0" * len(part) for part in between) or "0", 2)


def pattern_of_pieces(pieces: list[tuple[str, bool]]) -> Pattern:
    """A pattern from stretches of text, each with whether `*` and `?` in it are wildcards.

    Policy variables put literal stretches between patterned ones (S-181, S-184).
    """
    runs: list[_Run] = []
    characters: list[str | None] = []
    for text, wild in pieces:
        for character in text:
            if wild and character == "*":
                if characters or not runs:  # stars side by side are one
                    runs.append(_Run(characters))
                    characters = []
            else:
                characters.append(None if wild and character == "?" else character)
    runs.append(_Run(characters))
    return Pattern(runs)


@remembered(4096)
def compile_pattern(text: str) -> Pattern:
    """The pattern that `text` writes, every `*` and `?` in it a wildcard; no other character is special (S-103)."""
    return pattern_of_pieces([(text, True)])
