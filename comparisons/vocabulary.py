"""The one small vocabulary from which all questions are made, read from data/vocabulary.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from comparisons.question import Caller

__all__ = ["SINGLE_VALUE_OPERATORS", "ConditionKey", "Vocabulary", "vocabulary"]

#: The bases of S-143 by the type of value that they are made for.
SINGLE_VALUE_OPERATORS: Final = {
    "string": (
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        *("StringLike", "StringNotLike"),
    ),
    "arn": ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
    "numeric": tuple(
        f"Numeric{end}"
        for end in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "date": tuple(
        f"Date{end}"
        for end in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "bool": ("Bool",),
    "binary": ("BinaryEquals",),
    "ip": ("IpAddress", "NotIpAddress"),
    "null": ("Null",),
}


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """A condition key, the type of its values, whether it has several, and some that a request may state.

    A key without values of its own is one that the caller or the key settles.
    """

    name: str
    type: str
    several: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Callers, actions and condition keys to choose from."""

    callers: tuple[Caller, ...]
    actions_across_accounts: tuple[str, ...]
    actions_in_the_account: tuple[str, ...]
    keys: tuple[ConditionKey, ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the data file."""
    read = json.loads((Path(__file__).parent / "data" / "vocabulary.json").read_text(encoding="utf-8"))
    return Vocabulary(
        callers=tuple(Caller(**each) for each in read["callers"]),
        actions_across_accounts=tuple(read["actions"]["across accounts"]),
        actions_in_the_account=tuple(read["actions"]["in the account"]),
        keys=tuple(
            ConditionKey(name, each["type"], each.get("several", False), tuple(each["values"]))
            for name, each in read["keys"].items()
        ),
    )
