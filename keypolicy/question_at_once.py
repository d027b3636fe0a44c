"""A question of the batch straight from its line in one pass, where it is certain that this pass lost nothing.

The line is parsed and its policy validated at once. Whatever is unusual about a line, be it wrong or only seldom, is
left to the slower way: this one never says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from keypolicy.document.model import KeyPolicy, with_source
from keypolicy.document.one_pass import quotation_marks
from keypolicy.document.scalars import MAXIMUM_POLICY_BYTES

__all__ = ["question_at_once"]

#: A longer line is no usual question.
_LONGEST_LINE: Final = 4 * MAXIMUM_POLICY_BYTES

#: Above any number that programs count with, an id is left to the slower way, which keeps every digit.
_LARGEST_ID: Final = 2**63


def question_at_once(line: bytes | str) -> dict[str, Any] | None:
    """The members of the question on the line, each of its right type, `key_policy` a KeyPolicy where it is an object.

    None for a line that has any problem, or that may have one.
    """
    if len(line) > _LONGEST_LINE:
        return None
    try:
        encoded = line if isinstance(line, bytes) else line.encode()
        question = _validator()(encoded, by_alias=True, by_name=False)
    except ValueError:
        return None
    marks = _marks(question, encoded)
    if marks is None or marks != encoded.count(b'"'):
        return None
    policy = question.get("key_policy")
    if isinstance(policy, KeyPolicy):
        with_source(policy, None)
    return question


def _marks(question: dict[str, Any], line: bytes) -> int | None:
    """How many quotation marks the line has if nothing in it was dropped, as `policy_at_once` counts; None in doubt."""
    marks = 2 * len(question)
    for name, value in question.items():
        if name == "key_policy":
            found = _marks_in_text(value, line) if isinstance(value, str) else _marks_in_object(value, line)
            if found is None:
                return None
            marks += found
        else:
            marks += 2 if isinstance(value, str) else _marks_of(value)
    return marks


def _marks_of(value: Any) -> int:
    """The quotation marks of a JSON value that has no number but the id."""
    if isinstance(value, str):
        return 2
    if isinstance(value, list):
        return sum(map(_marks_of, value))
    if isinstance(value, dict):
        return sum(2 + _marks_of(member) for member in value.values())
    return 0


def _marks_in_text(text: str, line: bytes) -> int | None:
    """Those in the text of a policy are escaped by a backslash, where none is written as a number."""
    return None if b"u0022" in line else 2 + text.count('"')


def _marks_in_object(policy: KeyPolicy, line: bytes) -> int | None:
    """The policy's JSON text is no longer than the line it came from, so a short line needs no measuring (S-030)."""
    return quotation_marks(policy) if len(line) <= MAXIMUM_POLICY_BYTES else None


@cache
def _validator() -> Callable[..., dict[str, Any]]:
    """Reads the members of a question that cost no doubt; built once, when the first line is read."""
    from typing import Annotated, Literal

    from pydantic import ConfigDict, Field, TypeAdapter, with_config
    from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

    @with_config(ConfigDict(strict=True, extra="forbid"))
    class Question(TypedDict, total=False):
        id: str | Annotated[int, Field(ge=1, le=_LARGEST_ID)]
        key_arn: str
        key_policy: Annotated[KeyPolicy | str, Field(union_mode="left_to_right")]
        principal: str
        actions: Annotated[list[str], Field(min_length=1)]
        profile: str
        context: dict[str, str | bool | list[str | bool]]
        absent: list[str]
        closed: bool
        reading: Literal["safest", "likely"]
        lenient: bool
        question: Literal["key-policy"]

    return TypeAdapter(Question).validator.validate_json
