"""Laws: the texts that stand for what patterns can tell apart are all of them, and each counts."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from keypolicy.matching.arn import arn_like
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.text_classes import TextTest, arn_steps, distinguishable_texts, fold_steps, wildcard_steps

LETTERS = "abx"
"""`x` is in no pattern and no literal, so it stands for every character that these do not name."""
SHORT_TEXTS = tuple("".join(each) for size in range(1, 7) for each in product(LETTERS, repeat=size))
SIX_PARTS = tuple(
    ":".join(parts) for parts in product(("", "a", "b", "xa"), repeat=2) for parts in [("", "", "", "", *parts)]
) + tuple(":".join(("", "a", "", "", part, *rest)) for part in "ax" for rest in (("a",), ("a", "b"), ("", ""), ("x",)))

wild = st.text(alphabet="ab*?", min_size=1, max_size=4)
literals = st.text(alphabet="ab", min_size=1, max_size=3)
asked = st.lists(st.tuples(st.lists(literals, max_size=3), st.lists(wild, max_size=2)), min_size=1, max_size=4)
arn_parts = st.lists(st.sampled_from(["", "a", "*", "?", "a*", "*b"]), min_size=6, max_size=7)

Asked = list[tuple[list[str], list[str]]]


def is_true(test: tuple[list[str], list[str]], text: str) -> bool:
    """Whether the text is one of the literals or one of the patterns stands for it."""
    ours, patterns = test
    return text in ours or any(compile_pattern(pattern).matches(text) for pattern in patterns)


def as_tests(tests: Asked) -> tuple[TextTest, ...]:
    """The same questions in the form that is walked."""
    return tuple(
        TextTest(frozenset(ours), tuple(wildcard_steps([(pattern, True)]) for pattern in patterns))
        for ours, patterns in tests
    )


@given(asked)
def test_every_combination_is_shown(tests: Asked) -> None:
    """Whatever combination of answers a short text has, a text that is shown has it too (S-363)."""
    shown = distinguishable_texts(as_tests(tests))

    assert shown is not None
    of_shown = {tuple(is_true(test, text) for test in tests) for text in shown}
    for text in SHORT_TEXTS:
        assert tuple(is_true(test, text) for test in tests) in of_shown, text


@given(asked, st.lists(wild, min_size=1, max_size=2))
def test_every_combination_within_patterns_is_shown(tests: Asked, within: list[str]) -> None:
    """The same where the text is known to match a pattern; and nothing that matches none is shown (S-358)."""
    shown = distinguishable_texts(as_tests(tests), tuple(wildcard_steps([(pattern, True)]) for pattern in within))

    assert shown is not None
    for text in shown:
        assert is_true(([], within), text), text
        assert text
    of_shown = {tuple(is_true(test, text) for test in tests) for text in shown}
    for text in SHORT_TEXTS:
        if is_true(([], within), text):
            assert tuple(is_true(test, text) for test in tests) in of_shown, text


@given(st.lists(arn_parts, min_size=1, max_size=3))
def test_every_combination_of_arn_patterns_is_shown(patterns: list[list[str]]) -> None:
    """The same for patterns of ARNs, whose wildcards stop at the first five colons (S-164)."""
    texts = [":".join(parts) for parts in patterns]
    shown = distinguishable_texts(tuple(TextTest(patterns=(arn_steps([(text, True)]),)) for text in texts))

    assert shown is not None
    of_shown = {tuple(_is_arn_like(pattern, text) for pattern in texts) for text in shown}
    for text in SIX_PARTS:
        assert tuple(_is_arn_like(pattern, text) for pattern in texts) in of_shown, text


def _is_arn_like(pattern: str, text: str) -> bool:
    return text.count(":") >= 5 and arn_like(pattern, text)


mixed_case = st.lists(st.text(alphabet="aAbB1", min_size=1, max_size=2), min_size=1, max_size=3)


@given(mixed_case, mixed_case, st.lists(wild, max_size=2))
def test_every_combination_without_regard_to_case_is_shown(
    folded: list[str], exact: list[str], patterns: list[str]
) -> None:
    """The same where some comparisons disregard the case of letters and others do not (S-154)."""
    tests = [TextTest(patterns=(fold_steps(text),)) for text in folded]
    tests += [TextTest(patterns=(wildcard_steps([(pattern, True)]),)) for pattern in patterns]
    tests += [TextTest(frozenset((text,))) for text in exact]
    shown = distinguishable_texts(tuple(tests))

    def answers(text: str) -> tuple[bool, ...]:
        of_folded = [text.lower() == each.lower() for each in folded]
        of_patterns = [compile_pattern(pattern).matches(text) for pattern in patterns]
        return (*of_folded, *of_patterns, *(text == each for each in exact))

    assert shown is not None
    of_shown = set(map(answers, shown))
    for size in range(1, 5):
        for characters in product("aAbB1x", repeat=size):
            assert answers("".join(characters)) in of_shown, characters
