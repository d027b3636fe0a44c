"""What Python programs hold becomes plain JSON values, or a located problem."""

from __future__ import annotations

import datetime as dt
import enum
import types
from collections import OrderedDict
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given

from keypolicy.document.load import loads
from keypolicy.document.plain import plain_value
from keypolicy.document.scalars import freeze
from keypolicy.errors import DocumentError
from tests.document.documents import anything, same_json


class Marked(str):
    """A string that knows its line, as YAML readers make them."""

    __slots__ = ("line",)


class Number(enum.IntEnum):
    """An integer with a name."""

    ONE = 1


@given(anything)
def test_plain_and_frozen_values_stay_what_they_are(value: Any) -> None:
    """The copy is the same JSON, made of built-in containers."""
    assert same_json(plain_value(value), value)
    assert same_json(plain_value(freeze(value)), value)


SAME = {
    "a string that knows its line": (Marked("a"), "a"),
    "a member name that knows its line": ({Marked("a"): Marked("b")}, {"a": "b"}),
    "an ordered mapping": (OrderedDict(a=[1]), {"a": [1]}),
    "a read-only mapping": (types.MappingProxyType({"a": ("b",)}), {"a": ["b"]}),
    "a named integer": (Number.ONE, 1),
    "a float": (0.1, Decimal("0.1")),
    "a large float": (1e300, Decimal("1E+300")),
    "a value that stands twice": ([[]] * 3, [[], [], []]),
}


@pytest.mark.parametrize(("value", "plain"), SAME.values(), ids=SAME.keys())
def test_other_types_become_plain(value: Any, plain: Any) -> None:
    """Subclasses and other mappings become the built-in types that they stand for."""
    result = plain_value(value)
    assert same_json(result, plain)
    assert not isinstance(result, (Marked, Number))


CYCLE: dict[str, Any] = {"Effect": "Allow"}
CYCLE["Principal"] = [CYCLE]
DEEP: Any = "a"
for _ in range(65):
    DEEP = [DEEP]
BOMB: Any = ["a"] * 10
for _ in range(20):
    BOMB = [BOMB] * 10

UNREADABLE = {
    "a set": ({"a"}, "unsupported-value", ""),
    "bytes": (b"a", "unsupported-value", ""),
    "an unquoted YAML date": (dt.date(2012, 10, 17), "unsupported-value", ""),
    "a path": (PurePosixPath("a"), "unsupported-value", ""),
    "an object that contains itself": (CYCLE, "cycle", "/Principal/0"),
    "a list inside 65 others": (DEEP, "nested-too-deep", "/0" * 63),
    "a value that expands without bound": (BOMB, "too-many-values", None),
    "infinity": (float("inf"), "not-a-number", ""),
    "NaN": (Decimal("NaN"), "not-a-number", ""),
    "an integer of too many digits": (-(10**4300), "number-too-long", ""),
    "a number as a name": ({1: "a"}, "name-not-a-string", "/<int>"),
}


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(("value", "code", "pointer"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_json_is_a_located_problem(value: Any, code: str, pointer: str | None, *, lenient: bool) -> None:
    """The error names the place, also leniently: such a value cannot be kept."""
    with pytest.raises(DocumentError) as caught:
        loads({"Statement": value}, lenient=lenient)
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert found
    assert pointer is None or [problem.pointer for problem in found] == [f"/Statement{pointer}"]


def test_the_largest_readable_integer_is_kept() -> None:
    """4,300 digits are read, one more is not."""
    assert plain_value(10**4300 - 1) == 10**4300 - 1


def test_a_yaml_date_gets_advice() -> None:
    """A version without quotes in YAML is a date; the message says what to do."""
    with pytest.raises(DocumentError, match="YAML makes of a date without quotes"):
        loads({"Version": dt.date(2012, 10, 17), "Statement": []})


@pytest.mark.parametrize("value", [None, 1, [1], {"Statement"}, PurePosixPath("policy.json")])
def test_what_is_no_document_at_all_is_the_same_error(value: Any) -> None:
    """Even what the signature forbids gets a DocumentError that says what it is."""
    with pytest.raises(DocumentError):
        loads(value)
