"""JSON text is written as the standard library writes it, except that numbers keep their digits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from keypolicy.document.writing import json_text, minified
from tests.document.documents import anything, same_json


@pytest.mark.parametrize("indent", [None, 0, 2])
@given(value=anything)
def test_written_text_reads_back(indent: int | None, value: Any) -> None:
    """Parsing gives the value again, with its Decimals."""
    text = json_text(value, indent=indent)
    assert same_json(json.loads(text, parse_float=Decimal, parse_int=_integer), value)


def _integer(lexeme: str) -> int | Decimal:
    return Decimal(lexeme) if lexeme == "-0" else int(lexeme)


def test_the_layout_is_that_of_the_standard_library() -> None:
    """With and without indentation, empty containers included."""
    value = {"a": [1, "é", {}], "b": {"c": [], "d": None, "e": True}, "f": {"g": 1}}
    assert json_text(value) == json.dumps(value, separators=(",", ":"))
    assert json_text(value, indent=2) == json.dumps(value, indent=2)


@given(anything)
def test_the_minified_size_is_exact(value: Any) -> None:
    """It is the length of the minified text with every character that can be written plainly written plainly."""
    assert len(minified(value)) == len(_exact(value))


@pytest.mark.parametrize("number", ["1", "-0", "1.5", "1E+400"])
def test_a_decimal_counts_its_characters(number: str) -> None:
    """However few they are."""
    assert len(minified([Decimal(number)])) == len(f"[{number}]")


def _exact(value: Any) -> str:
    if isinstance(value, dict):
        members = ",".join(f"{_exact(name)}:{_exact(member)}" for name, member in value.items())
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_exact, value))}]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
