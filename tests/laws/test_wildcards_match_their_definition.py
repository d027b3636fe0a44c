"""Law: the wildcard matcher equals an independent definition, by position sets, and that of the shell.

Most texts are made from the pattern, so that both answers are common: see test_laws_meet_interesting_cases.py.
"""

from __future__ import annotations

import fnmatch

from hypothesis import event, given
from hypothesis import strategies as st

from keypolicy.matching.arn import arn_like
from keypolicy.matching.patterns import compile_pattern, pattern_of_pieces
from keypolicy.matching.resources import resource_pattern_covers

LITERALS = "ab:/.\n"


def stands_for(pattern: str, text: str, *, part_bound: bool = False) -> bool:
    """Whether the pattern stands for the text, following every place that it can have reached."""
    reached = {0}
    for index, character in enumerate(pattern):
        colons = pattern[:index].count(":")
        in_part = part_bound and colons < 5
        runs_on = not in_part or index + 1 == len(pattern) or pattern[index + 1] == ":"
        following: set[int] = set()
        for place in reached:
            if character == "*":
                following.add(place)
                for end in range(place + 1, len(text) + 1):
                    if not runs_on and text[end - 1] == ":":
                        break
                    following.add(end)
            elif place < len(text) and character == "?":
                if not (in_part and text[place] == ":"):
                    following.add(place + 1)
            elif place < len(text) and text[place] == character:
                following.add(place + 1)
        reached = following
    return len(text) in reached


@st.composite
def pairs(draw: st.DrawFn, letters: str = LITERALS) -> tuple[str, str]:
    """A pattern and a text; most texts are made by filling in the wildcards, and some of these are spoilt again."""
    fragments = [*letters, "*", "?", "**", "?*", "a*b"]
    pattern = "".join(draw(st.lists(st.sampled_from(fragments), max_size=9)))
    if draw(st.integers(0, 5)) == 0:
        return pattern, draw(st.text(alphabet=letters, max_size=14))
    runs = {"*": st.text(alphabet=letters, max_size=3), "?": st.sampled_from(letters)}
    filled = "".join(draw(runs[character]) if character in runs else character for character in pattern)
    if draw(st.integers(0, 5)) == 0:
        place = draw(st.integers(0, len(filled)))
        filled = filled[:place] + draw(st.sampled_from(["", *letters])) + filled[place + 1 :]
    return pattern, filled


def seen(*, matched: bool) -> bool:
    event(f"matched: {matched}")
    return matched


@given(pairs())
def test_the_matcher_equals_the_definition(pair: tuple[str, str]) -> None:
    """A compiled pattern matches exactly the texts that it stands for."""
    pattern, text = pair

    assert seen(matched=compile_pattern(pattern).matches(text)) is stands_for(pattern, text)


@given(pairs())
def test_the_matcher_equals_the_shell(pair: tuple[str, str]) -> None:
    """Without brackets the wildcards are those of the shell, as the standard library reads them."""
    pattern, text = pair

    assert compile_pattern(pattern).matches(text) is fnmatch.fnmatchcase(text, pattern)


@given(pairs("ab:"))
def test_the_resource_matcher_equals_the_definition(pair: tuple[str, str]) -> None:
    """In the first five parts of a Resource a star stays in its part unless it ends the part (S-124)."""
    pattern, text = pair

    assert seen(matched=resource_pattern_covers(pattern, text)) is stands_for(pattern, text, part_bound=True)


@given(st.lists(pairs("ab"), min_size=6, max_size=6), pairs("ab:"))
def test_the_arn_matcher_equals_the_definition_part_by_part(
    parts: list[tuple[str, str]], rest: tuple[str, str]
) -> None:
    """Each of the first five parts of an ARN is matched by that of the pattern, and all the rest by all the rest."""
    patterns, texts = zip(*parts[:5], rest, strict=True)
    expected = all(stands_for(pattern, text) for pattern, text in zip(patterns, texts, strict=True))

    assert seen(matched=arn_like(":".join(patterns), ":".join(texts))) is expected


@given(st.text(alphabet="ab*?", max_size=10), st.text(alphabet="ab*?", max_size=10))
def test_literal_pieces_match_themselves_only(literal: str, text: str) -> None:
    """A piece that is not wild matches its own text and nothing that it would match as a pattern."""
    pattern = pattern_of_pieces([(literal, False)])

    assert pattern.matches(literal)
    assert pattern.matches(text) is (text == literal)


@given(
    st.lists(st.tuples(st.text(alphabet="ab*?", max_size=3), st.booleans()), max_size=4), st.text("ab*?", max_size=8)
)
def test_pieces_match_one_after_the_other(pieces: list[tuple[str, bool]], text: str) -> None:
    """Literal and wild pieces together stand for what the definition says, with literal stars as letters of no kind."""
    letters = str.maketrans("*?", "xy")
    joined = "".join(piece if wild else piece.translate(letters) for piece, wild in pieces)

    assert seen(matched=pattern_of_pieces(pieces).matches(text)) is stands_for(joined, text.translate(letters))


@given(st.lists(st.tuples(pairs("ab"), st.booleans()), min_size=1, max_size=4))
def test_pieces_match_what_they_are_filled_with(drawn: list[tuple[tuple[str, str], bool]]) -> None:
    """The same for texts that are made from the pieces."""
    pieces = [(pattern, wild) for (pattern, _), wild in drawn]
    text = "".join(filled if wild else pattern for (pattern, filled), wild in drawn)
    letters = str.maketrans("*?", "xy")
    joined = "".join(piece if wild else piece.translate(letters) for piece, wild in pieces)

    assert seen(matched=pattern_of_pieces(pieces).matches(text)) is stands_for(joined, text.translate(letters))
