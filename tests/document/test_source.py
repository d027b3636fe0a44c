"""A source knows where every value of its text stands."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given

from keypolicy.document.source import Source, too_deep_at
from tests.document.documents import anything, text_of

TEXT = '{\n  "a" : [1, {"b~/c": "x\\"y"}],\n  "d": {}\n}'


@pytest.mark.parametrize(
    ("pointer", "value", "name"),
    [
        ("", ((1, 1), (4, 2)), ((1, 1), (4, 2))),
        ("/a", ((2, 9), (2, 30)), ((2, 3), (2, 6))),
        ("/a/0", ((2, 10), (2, 11)), ((2, 10), (2, 11))),
        ("/a/1", ((2, 13), (2, 29)), ((2, 13), (2, 29))),
        ("/a/1/b~0~1c", ((2, 22), (2, 28)), ((2, 14), (2, 20))),
        ("/d", ((3, 8), (3, 10)), ((3, 3), (3, 6))),
        ("/d/nothing", ((3, 8), (3, 10)), ((3, 8), (3, 10))),
        ("/a/7/b", ((2, 9), (2, 30)), ((2, 9), (2, 30))),
    ],
)
def test_every_pointer_has_a_span(pointer: str, value: Any, name: Any) -> None:
    """The span of a value or a name; that of the innermost thing around it where the text has no such value."""
    source = Source(TEXT)
    assert source.span(pointer) == value
    assert source.span(pointer, name=True) == name
    assert source.position(pointer) == value[0]
    assert source.position(pointer, name=True) == name[0]


@given(anything)
def test_the_text_at_a_pointer_is_the_value_there(value: Any) -> None:
    """Each offset pair cuts out the JSON text of the value that the pointer names."""
    text = text_of(value)
    source = Source(text)

    def check(pointer: str, part: Any) -> None:
        start, end = source.offsets(pointer)
        assert text[start:end] == text_of(part)
        assert source.pointer_at(start) == pointer or isinstance(part, (dict, list))
        members = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for name, member in members:
            check(f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}", member)

    check("", value)


@pytest.mark.parametrize(
    ("part", "pointer"),
    [('"a"', "/a"), ("1", "/a/0"), (",", "/a"), ("b~", "/a/1/b~0~1c"), ('x\\"y', "/a/1/b~0~1c"), ("\n}", "")],
)
def test_the_pointer_at_an_offset_is_that_of_the_innermost_value(part: str, pointer: str) -> None:
    """A member's name belongs to its value, and what stands between members to the object."""
    assert Source(TEXT).pointer_at(TEXT.index(part)) == pointer


def test_before_the_value_is_the_whole_document() -> None:
    """White space at the start is in no value, and so in the document."""
    assert Source(' \n{"a": 1}').pointer_at(0) == ""


def test_duplicates_are_found_at_every_depth_with_the_place_of_the_later_name() -> None:
    """Names are compared as they read, not as they are spelt; equal names of different objects are no duplicates."""
    text = '{"a": {"b": 1, "c": {"b": 1},\n"\\u0062": 2, "b": 3}, "d": [{"a": 1}, {"a": 1, "a": 2}],\n"a": 1}'
    assert Source(text).duplicates == (("/a/b", (2, 1)), ("/a/b", (2, 14)), ("/d/1/a", (2, 48)), ("/a", (3, 1)))
    assert Source("[]").duplicates == ()


@given(anything)
def test_positions_in_an_enclosed_document_are_those_in_the_text_around_it(value: Any) -> None:
    """Whatever escapes the enclosing string needs, the position names the character that starts the value."""
    inner = text_of(value)
    outer = Source('{\n"Policy": ' + json.dumps(inner) + "}")
    source = outer.enclosed("/Policy", inner)
    first = len('"Policy": "')
    for offset in range(len(inner)):
        written = len(json.dumps(inner[:offset])) - 2
        assert source.locate(offset) == (2, first + written + 1)
    assert source.is_enclosed
    assert not outer.is_enclosed


def test_a_surrogate_pair_of_escapes_is_one_character_of_the_enclosed_text() -> None:
    """So are the escapes of quotes, slashes and line feeds."""
    outer = Source('"\\ud83d\\ude00\\n\\"\\u0041b"')
    inner = outer.enclosed("", json.loads(outer.text))
    assert [inner.locate(offset).column for offset in range(6)] == [2, 14, 16, 18, 24, 25]


def test_the_byte_order_mark_is_no_value() -> None:
    """A text that starts with the mark has the same values, one column later."""
    assert Source('\ufeff{"a": 1}').position("/a") == (1, 8)


@pytest.mark.parametrize("levels", [64, 65, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"]}": '])
def test_nesting_is_measured_without_recursion(levels: int, opening: str) -> None:
    """The first bracket beyond 64 levels is found in texts that no parser reads to the end."""
    text = opening * levels
    place = too_deep_at(text)
    if text.count("[") + text.count("{") <= 64:
        assert place is None
    else:
        assert place is not None
        assert sum(character in "[{" for character in text[:place]) == 64


def test_brackets_that_close_or_stand_in_strings_do_not_nest() -> None:
    """Width is not depth."""
    assert too_deep_at("[" + '[], {"[[": "]]"}, ' * 1000) is None


def test_a_pickle_keeps_text_origin_and_enclosing_text() -> None:
    """Positions are the same after a pickle."""
    outer = Source('{"Policy": "\\n{}"}', "answer.json")
    source = pickle.loads(pickle.dumps(outer.enclosed("/Policy", "\n{}")))
    assert (source.text, source.origin, source.position("")) == ("\n{}", "answer.json", (1, 15))
    assert repr(outer) == """Source('{"Policy": "\\\\n{}"}', 'answer.json')"""
