"""Law: the wildcard matcher equals an independent definition, by position sets."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from keypolicy.matching.patterns import compile_pattern, pattern_of_pieces
from keypolicy.matching.resources import resource_pattern_covers

PATTERNS = st.text(alphabet="ab*?:/.", max_size=14)
TEXTS = st.text(alphabet="ab:/.\n", max_size=14)


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


@given(PATTERNS, TEXTS)
def test_matcher_equals_the_definition(pattern: str, text: str) -> None:
    """A compiled pattern matches exactly the texts that it stands for."""
    assert compile_pattern(pattern).matches(text) is stands_for(pattern, text)


@given(st.lists(st.sampled_from(["a", "b", "*", "?", "**", "a*b"]), max_size=8), TEXTS)
def test_matcher_equals_the_definition_near_matches(parts: list[str], text: str) -> None:
    """The same for patterns that are mostly wildcards."""
    pattern = "".join(parts)

    assert compile_pattern(pattern).matches(text) is stands_for(pattern, text)


@given(st.text(alphabet="ab*?:", max_size=16), st.text(alphabet="ab:", max_size=16))
def test_resource_matcher_equals_the_definition(pattern: str, text: str) -> None:
    """In the first five parts of a Resource a star stays in its part unless it ends the part (S-124)."""
    assert resource_pattern_covers(pattern, text) is stands_for(pattern, text, part_bound=True)


@given(st.text(alphabet="ab*?", max_size=10))
def test_literal_pieces_match_themselves_only(text: str) -> None:
    """A piece that is not wild matches its own text and nothing that it would match as a pattern."""
    pattern = pattern_of_pieces([(text, False)])

    assert pattern.matches(text)
    assert not pattern.matches(text + "a")


def test_no_pattern_makes_the_matcher_backtrack() -> None:
    """Eight `*a` pairs against 60 letters, over which backtracking matchers hang, cost next to nothing."""
    pattern, text = "*a" * 8 + "*c", "a" * 60
    start = time.process_time()

    assert not any(compile_pattern(pattern).matches(text) for _ in range(1000))
    assert time.process_time() - start < 2


def test_long_patterns_are_matched_but_not_remembered() -> None:
    """A pattern of many letters matches like any other."""
    pattern = "a" * 5000 + "*"

    assert compile_pattern(pattern).matches("a" * 5001)
    assert compile_pattern(pattern) is not compile_pattern(pattern)


def test_runs_with_question_marks_are_found_between_stars() -> None:
    """A run of letters and question marks in the middle is found at its leftmost place, or nowhere."""
    pattern = compile_pattern("a*b?c*d")

    assert pattern.matches("aXbXcXbYcXd")
    assert not pattern.matches("aXbXXcXd")
