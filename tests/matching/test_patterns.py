"""Wildcard patterns: what they cost, and forms of which the laws seldom draw an example."""

from __future__ import annotations

import time

from keypolicy.matching.patterns import compile_pattern


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


def test_long_runs_with_question_marks_are_found_as_short_ones_are() -> None:
    """A run of a hundred characters in the middle is found at its leftmost place, at another one, or nowhere."""
    pattern = compile_pattern("*" + "a?" * 50 + "*c?" + "*")

    assert pattern.matches("ab" * 50 + "cd")
    assert pattern.matches("b" + "xy" * 9 + "aa" * 50 + "zzcd")
    assert not pattern.matches("ab" * 49 + "ba" + "cd")
    assert not pattern.matches("ab" * 49 + "cd")
    assert compile_pattern("*" + "?" * 70 + "z*").matches("y" * 80 + "z")
    assert not compile_pattern("*" + "?" * 70 + "z*").matches("y" * 69 + "z")
