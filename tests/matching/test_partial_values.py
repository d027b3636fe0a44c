"""Partly known values: how they are stated, what is refused, and what two of them say together (S-350, S-358)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keypolicy import RequestContext
from keypolicy.errors import ContextError
from keypolicy.matching.key_states import KeyState, Presence, Present
from keypolicy.matching.partial_values import (
    PRESENT,
    AnyOf,
    AtLeast,
    Like,
    can_be,
    from_json,
    known_of_both,
    to_json,
)

A, B = Present(("a",)), Present(("b",))
ABSENT, UNKNOWN = Presence.ABSENT, Presence.UNKNOWN


WRONG: dict[str, tuple[Callable[..., object], tuple[Any, ...]]] = {
    "no pattern": (Like, ()),
    "a number for a pattern": (Like, (5,)),
    "nothing for a pattern": (Like, ("a", None)),
    "none of any": (AnyOf, ()),
    "any of an object": (AnyOf, ({"a": "b"},)),
    "any of a list in a list": (AnyOf, (["a", ["b"]],)),
    "any of bytes": (AnyOf, (b"a",)),
    "any of no number": (AnyOf, (float("nan"),)),
    "at least nothing": (AtLeast, ()),
    "at least none": (AtLeast, (None,)),
    "at least a list": (AtLeast, (["a"],)),
    "at least a number without end": (AtLeast, (1e500,)),
    "an empty object": (from_json, ({},)),
    "an object of two members": (from_json, ({"like": "a", "present": True},)),
    "an object of another member": (from_json, ({"unlike": "a"},)),
    "a member that is no text": (from_json, ({5: "a"},)),
    "like an empty list": (from_json, ({"like": []},)),
    "like an object": (from_json, ({"like": {"a": "b"}},)),
    "like a number": (from_json, ({"like": 5},)),
    "any of a text": (from_json, ({"any_of": "a"},)),
    "any of an empty list": (from_json, ({"any_of": []},)),
    "any of a partly known value": (from_json, ({"any_of": [{"like": "a"}]},)),
    "at least a text": (from_json, ({"at_least": "a"},)),
    "at least a list of none": (from_json, ({"at_least": [None]},)),
    "present that is false": (from_json, ({"present": False},)),
    "present that is one": (from_json, ({"present": 1},)),
    "a key stated unknown": (RequestContext, ({"aws:username": UNKNOWN},)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_states_nothing_is_refused(name: str) -> None:
    """No pattern or value, one of another type, an object that is none of the four: each is told in plain words."""
    make, arguments = WRONG[name]

    with pytest.raises(ContextError) as caught:
        make(*arguments)
    assert caught.value.code == "invalid-context-value"
    assert str(caught.value)


@pytest.mark.parametrize(
    ("stated", "state", "text"),
    [
        ({"like": "a*"}, Like("a*"), "like a*"),
        ({"like": ["a*", "b"]}, Like("a*", "b"), "like a* or b"),
        ({"any_of": ["a", None, ["b", True]]}, AnyOf("a", None, ["b", "true"]), "any of a or absent or b+true"),
        ({"at_least": ["a", 1, "a"]}, AtLeast("a", "1"), "at least a and 1"),
        ({"present": True}, PRESENT, None),
    ],
)
def test_json_states_what_the_constructors_state(stated: object, state: Any, text: str | None) -> None:
    """An object of one member is the state of that name, prints in words, and is written as JSON that says it."""
    assert from_json(stated) == state
    assert from_json(to_json(state)) == state
    assert text is None or str(state) == text


@pytest.mark.parametrize("value", ["a", True, 5, ["a", "b"], None])
def test_json_of_another_kind_is_left_as_it_is(value: object) -> None:
    """A value that is no object states a key that is wholly known."""
    assert from_json(value) is value


@pytest.mark.parametrize(("state", "value"), [(A, "a"), (Present(("a", "b")), ["a", "b"]), (Present(()), [])])
def test_a_known_key_is_written_as_its_value(state: KeyState, value: object) -> None:
    """One value by itself, several as a list."""
    assert to_json(state) == value


@pytest.mark.parametrize(
    ("known", "stated", "expected"),
    [
        (AnyOf("a", "b"), A, True),
        (AnyOf("b", None), A, False),
        (A, AnyOf("b", "a"), True),
        (UNKNOWN, A, True),
        (A, UNKNOWN, True),
        (ABSENT, ABSENT, True),
        (ABSENT, PRESENT, False),
        (A, ABSENT, False),
        (PRESENT, A, True),
        (Like("a*"), PRESENT, True),
        (Like("a*"), Present(("ab", "a")), True),
        (Like("a*"), Present(("ab", "b")), False),
        (Like("a*", "b"), B, True),
        (A, Like("b*"), False),
        (A, AtLeast("a"), True),
        (AtLeast("a", "b"), A, False),
        (AtLeast("a"), Present(("b", "a")), True),
        (Like("a*"), Like("b*"), True),
        (A, A, True),
        (A, B, False),
    ],
)
def test_what_is_known_of_a_key_may_rule_out_what_is_stated(known: KeyState, stated: KeyState, expected: bool) -> None:
    """Where two patterns or sets meet is not worked out: then the statement is taken."""
    assert can_be(known, stated) is expected


@pytest.mark.parametrize(
    ("derived", "stated", "both"),
    [
        (A, PRESENT, A),
        (UNKNOWN, PRESENT, PRESENT),
        (PRESENT, PRESENT, PRESENT),
        (PRESENT, AnyOf("a", None), AnyOf("a", None)),
        (Like("a*"), PRESENT, Like("a*")),
        (Like("a*"), AnyOf("ab", "b", "ac"), AnyOf("ab", "ac")),
        (Like("a*"), AnyOf("ab", "b", None), Present(("ab",))),
        (AnyOf("a", "b", "ab", None), Like("a*"), AnyOf("a", "ab")),
        (AnyOf("a", "b", None), PRESENT, AnyOf("a", "b")),
        (AnyOf("a", "b", None), AnyOf("b", "c", None), AnyOf("b", None)),
    ],
)
def test_what_follows_and_what_is_stated_are_put_together(derived: KeyState, stated: KeyState, both: KeyState) -> None:
    """Stating more never unsettles what follows of a key from the caller (S-368)."""
    assert known_of_both(derived, stated) == both
